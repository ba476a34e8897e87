"""The simulated Google Cloud: checks, creates, changes and deletes resources of package ``gcp`` in a world on disk."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
from collections.abc import Mapping
from typing import Any

from zt_ai.simulate.cloud import Checked, Cloud, Existing, Settings, Subject
from zt_ai.simulate.difference import Difference
from zt_ai.simulate.gcp import checks, import_ids, invokes, naming, outputs, refusals
from zt_ai.simulate.gcp.act import Act, check_change, check_delete
from zt_ai.simulate.gcp.catalogue import entries, entry
from zt_ai.simulate.gcp.naming import Draw
from zt_ai.simulate.gcp.references import check_references, check_unused
from zt_ai.simulate.gcp.replacement import difference
from zt_ai.simulate.gcp.seed import DEFAULT_PROJECT, DEFAULT_REGION
from zt_ai.simulate.problems import CloudError, Problem, did_you_mean
from zt_ai.simulate.sdk import Sdk, UnknownTypeError
from zt_ai.simulate.values import UNKNOWN
from zt_ai.simulate.world import Thing, World

ATTRIBUTION = {"goog-pulumi-provisioned": "true"}
"""The label that Pulumi's provider adds to everything it makes (pulumi-gcp, ``addPulumiAttributionLabel``)."""

_REFUSALS = refusals.__all__  # importing the package is what registers the refusals


class SimulatedGcp(Cloud):
    """Google Cloud, simulated. Nothing here talks to Google Cloud."""

    package = "gcp"
    title = "Google Cloud"

    def __init__(self, world: World, account: str = DEFAULT_PROJECT, region: str | None = None) -> None:
        self.world = world
        self.sdk = Sdk("gcp", "pulumi_gcp")
        self.version = f"{self.sdk.version}+simulated"
        self._account = account
        self._region = region

    # -- configuration -------------------------------------------------------------------------------------------

    def warm(self) -> None:
        for token in entries():
            checks.check(self.sdk.resource(token), {"labels": {}})

    def settings(self, config: Mapping[str, Any]) -> Settings:
        region = config.get("region") or self._region or os.environ.get("GOOGLE_REGION") or DEFAULT_REGION
        project = config.get("project") or self._account
        own = {} if str(config.get("addPulumiAttributionLabel")).lower() == "false" else ATTRIBUTION
        return Settings(str(region), str(project), {**own, **invokes.json_map(config.get("defaultLabels"))})

    def check_config(self, config: Mapping[str, Any]) -> tuple[Problem, ...]:
        region = config.get("region")
        if isinstance(region, str) and not re.fullmatch(r"[a-z]+-[a-z]+\d+", region):
            return (Problem("region", f"{region!r} is not the name of a Google Cloud region"),)
        return ()

    # -- before a resource exists --------------------------------------------------------------------------------

    def check(
        self, settings: Settings, subject: Subject, olds: Mapping[str, Any], news: Mapping[str, Any], seed: bytes
    ) -> Checked:
        try:
            resource = self.sdk.resource(subject.type)
        except UnknownTypeError:
            hint = did_you_mean(subject.type, self.sdk.tokens())
            return Checked(dict(news), (Problem("", f"there is no resource type {subject.type!r}{hint}"),))
        inputs = self._named(subject, olds, news, seed)
        return Checked(inputs, checks.check(resource, inputs))

    def _named(self, subject: Subject, olds: Mapping[str, Any], news: Mapping[str, Any], seed: bytes) -> dict[str, Any]:
        """Fill in the name Pulumi generates: the logical name and seven digits, kept for the life of the resource."""
        declared = self.sdk.resource(subject.type).inputs
        field = entry(subject.type).autoname or "name"
        inputs = dict(news)
        if field not in declared.properties or field in declared.required or inputs.get(field) is not None:
            return inputs
        if field in olds.get("__defaults", ()):
            inputs[field] = olds[field]
        else:
            digits = hashlib.sha256(seed or subject.urn.encode()).hexdigest()[:7]
            prefix = inputs.get("namePrefix")
            inputs[field] = f"{prefix}{digits}" if isinstance(prefix, str) else f"{subject.name}-{digits}"
        inputs["__defaults"] = [field]
        return inputs

    def diff(self, subject: Subject, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Difference:
        return difference(self.sdk, subject.type, olds, news)

    def preview(self, settings: Settings, subject: Subject, inputs: Mapping[str, Any]) -> dict[str, Any]:
        return outputs.expected(self.sdk.resource(subject.type), settings, inputs)

    def preview_update(
        self, settings: Settings, subject: Subject, outputs: Mapping[str, Any], inputs: Mapping[str, Any]
    ) -> dict[str, Any]:
        resource = self.sdk.resource(subject.type)
        return _outputs_changed(resource, Act(self.world, settings, subject, inputs), outputs)

    # -- resources -----------------------------------------------------------------------------------------------

    def create(self, settings: Settings, subject: Subject, inputs: Mapping[str, Any]) -> Existing:
        resource, line = self.sdk.resource(subject.type), entry(subject.type)
        act = Act(self.world, settings, subject, inputs)
        with self.world.transaction():
            check_references(act)
            check_change(act)
            draw = self._drawer(subject)
            leaf = subject.type.rsplit(":", 1)[-1]
            template = line.id or f"projects/{{project}}/locations/global/{leaf[:1].lower()}{leaf[1:]}s/{{name|hex12}}"
            thing_id = naming.fill(template, settings, inputs, draw)
            taken = self.world.get(subject.type, thing_id)
            if taken is not None and taken.origin != "assumed" and not line.takes_over:
                compute = subject.type.startswith("gcp:compute/")
                code = "alreadyExists" if compute else "ALREADY_EXISTS"
                raise CloudError(code, f"The resource '{thing_id}' already exists ({taken.urn or taken.origin})")
            values = outputs.made(resource, act, thing_id, draw)
            self.world.put(Thing(subject.type, thing_id, "", subject.urn, "created", None, dict(inputs), values))
        return Existing(thing_id, dict(inputs), dict(values))

    def read(self, settings: Settings, subject: Subject, thing_id: str) -> Existing | None:
        thing = import_ids.find(self.world, subject.type, thing_id, settings)
        if thing is None:
            return None
        resource = self.sdk.resource(subject.type)
        values = {name: value for name, value in thing.outputs.items() if name in resource.outputs}
        inputs = {name: value for name, value in thing.inputs.items() if name in resource.inputs.properties}
        if "__defaults" in thing.inputs:
            inputs["__defaults"] = thing.inputs["__defaults"]
        return Existing(thing.id, inputs, values)

    def update(self, settings: Settings, subject: Subject, thing_id: str, inputs: Mapping[str, Any]) -> Existing:
        resource = self.sdk.resource(subject.type)
        with self.world.transaction():
            thing = self._must_find(subject, thing_id)
            act = Act(self.world, settings, subject, inputs, thing)
            check_references(act)
            check_change(act)
            values = outputs.changed(resource, act, thing_id, self._drawer(subject), thing.outputs)
            self.world.put(dataclasses.replace(thing, inputs=dict(inputs), outputs=values, urn=subject.urn))
        return Existing(thing_id, dict(inputs), values)

    def delete(self, settings: Settings, subject: Subject, thing_id: str) -> None:
        with self.world.transaction():
            thing = self.world.get(subject.type, thing_id)
            if thing is None:
                return
            act = Act(self.world, settings, subject, {}, thing)
            policy = thing.value("deletionPolicy")
            if policy == "PREVENT":
                raise CloudError("PREVENT", f"{thing_id} has the deletion policy PREVENT")
            if policy == "ABANDON" or subject.type in _OUTLIVE or _stays_on(thing):
                self.world.put(dataclasses.replace(thing, urn=None, origin="seeded"))
                return
            check_delete(act)
            check_unused(act)
            self.world.remove(thing)

    def invoke(self, settings: Settings, token: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return invokes.answer(self.world, settings, token, arguments)

    # -- helpers -------------------------------------------------------------------------------------------------

    def _must_find(self, subject: Subject, thing_id: str) -> Thing:
        thing = self.world.get(subject.type, thing_id)
        if thing is None:
            raise CloudError("notFound", f"The resource '{thing_id}' was not found")
        return thing

    def _drawer(self, subject: Subject) -> Draw:
        return lambda length, purpose: self.world.draw(subject.urn, length, purpose)


def _outputs_changed(resource: Any, act: Act, old: Mapping[str, Any]) -> dict[str, Any]:
    return outputs.changed(resource, act, str(old.get("id", UNKNOWN)), lambda length, purpose: "0" * length, old)


def _stays_on(thing: Thing) -> bool:
    """Whether the thing is an API that is switched on: the provider leaves it on by default."""
    return thing.type == "gcp:projects/service:Service" and thing.value("disableOnDestroy") is not True


_OUTLIVE = frozenset({"gcp:kms/keyRing:KeyRing", "gcp:kms/cryptoKey:CryptoKey"})
"""Key rings and keys cannot be deleted: the provider forgets the ring and destroys the key's versions, and both names
stay taken (Cloud KMS, "Cloud KMS resources"; the SDK's note at ``KeyRing`` and ``CryptoKey``)."""
