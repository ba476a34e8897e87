"""The simulated Azure: checks, creates, changes and deletes resources of ``azure-native`` in a world on disk."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import uuid
from collections.abc import Mapping
from typing import Any

from zt_ai.simulate.azure import checks, ids, invokes, locations, outputs, read_back
from zt_ai.simulate.azure.act import Act, check_change, check_delete, values_at
from zt_ai.simulate.azure.catalogue import PACKAGE, Entry, entries, entry
from zt_ai.simulate.azure.locks import check_locks
from zt_ai.simulate.azure.outputs import AzureSettings
from zt_ai.simulate.azure.references import check_place, check_references, check_unused, subtree
from zt_ai.simulate.azure.replacement import CREATE_FIRST, difference
from zt_ai.simulate.cloud import Checked, Cloud, Existing, Settings, Subject
from zt_ai.simulate.difference import Difference
from zt_ai.simulate.problems import CloudError, Problem, did_you_mean
from zt_ai.simulate.sdk import ResourceType, Sdk, UnknownTypeError
from zt_ai.simulate.values import UNKNOWN, Unknown
from zt_ai.simulate.world import Thing, World

DEFAULT_LOCATION = "eastus"
DEFAULT_SUBSCRIPTION = "00000000-0000-0000-0000-000000000000"


class SimulatedAzure(Cloud):
    """Azure, simulated. Nothing here talks to Azure."""

    package = PACKAGE
    title = "Azure"

    def __init__(self, world: World, account: str = DEFAULT_SUBSCRIPTION, region: str | None = None) -> None:
        self.world = world
        self.sdk = Sdk(PACKAGE, "pulumi_azure_native")
        self.version = f"{self.sdk.version}+simulated"
        self._account = account if ids.is_guid(account) else DEFAULT_SUBSCRIPTION
        self._region = region

    # -- configuration -------------------------------------------------------------------------------------------

    def warm(self) -> None:
        for token in entries():
            self.sdk.resource(token)

    def settings(self, config: Mapping[str, Any]) -> Settings:
        subscription = config.get("subscriptionId") or os.environ.get("ARM_SUBSCRIPTION_ID") or self._account
        place = str(config.get("location") or "")
        return AzureSettings(place, str(subscription), tenant=str(config.get("tenantId") or ""))

    def check_config(self, config: Mapping[str, Any]) -> tuple[Problem, ...]:
        problems = []
        subscription, location = config.get("subscriptionId"), config.get("location")
        if isinstance(subscription, str) and not ids.is_guid(subscription):
            problems.append(Problem("subscriptionId", f"{subscription!r} is not the id of a subscription (a GUID)"))
        if isinstance(location, str) and locations.normal(location) not in locations.REGIONS:
            hint = did_you_mean(locations.normal(location), locations.REGIONS)
            problems.append(Problem("location", f"{location!r} is not a region of Azure{hint}"))
        return tuple(problems)

    # -- before a resource exists --------------------------------------------------------------------------------

    def check(
        self, settings: Settings, subject: Subject, olds: Mapping[str, Any], news: Mapping[str, Any], seed: bytes
    ) -> Checked:
        try:
            resource = self.sdk.resource(subject.type)
        except UnknownTypeError:
            hint = did_you_mean(subject.type, self.sdk.tokens())
            return Checked(dict(news), (Problem("", f"there is no resource type {subject.type!r}{hint}"),))
        inputs = self._filled(settings, subject, resource, olds, news, seed)
        return Checked(inputs, checks.check(resource, inputs))

    def _filled(
        self,
        settings: Settings,
        subject: Subject,
        resource: ResourceType,
        olds: Mapping[str, Any],
        news: Mapping[str, Any],
        seed: bytes,
    ) -> dict[str, Any]:
        """What the provider fills in: name, location and API version [pulumi-azure-native, ``applyDefaults``]."""
        line = entry(subject.type, resource.inputs.properties)
        inputs = {name: value for name, value in news.items() if value is not None}
        field = line.name_field
        if inputs.get(field) is None and field in resource.inputs.properties and field not in resource.inputs.required:
            if isinstance(olds.get(field), str):
                inputs[field] = olds[field]
                if olds.get(CREATE_FIRST):
                    inputs[CREATE_FIRST] = True
            else:
                inputs[field] = _made_up(line, subject, seed)
                if line.autoname in ("random", "uuid"):
                    inputs[CREATE_FIRST] = True
        if inputs.get("location") is None and "location" in resource.inputs.properties and line.location != "none":
            location = olds.get("location") or settings.region or self._group_location(settings, inputs) or self._region
            if location is not None:
                inputs["location"] = location
        version = outputs.api_version(resource)
        if version is not None:
            inputs["azureApiVersion"] = version
        return inputs

    def _group_location(self, settings: Settings, inputs: Mapping[str, Any]) -> Any:
        name = inputs.get("resourceGroupName")
        if name is None or isinstance(name, Unknown):
            return name and UNKNOWN
        group = ids.find(self.world, f"/subscriptions/{settings.account}/resourceGroups/{name}", ids.GROUP)
        return None if group is None else group.value("location")

    def diff(self, subject: Subject, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Difference:
        return difference(self.sdk, subject.type, olds, news)

    def preview(self, settings: Settings, subject: Subject, inputs: Mapping[str, Any]) -> dict[str, Any]:
        return outputs.expected(self.sdk.resource(subject.type), inputs)

    def preview_update(
        self, settings: Settings, subject: Subject, outputs_: Mapping[str, Any], inputs: Mapping[str, Any]
    ) -> dict[str, Any]:
        return outputs.previewed(self.sdk.resource(subject.type), outputs_, inputs)

    # -- resources -----------------------------------------------------------------------------------------------

    def create(self, settings: Settings, subject: Subject, inputs: Mapping[str, Any]) -> Existing:
        resource, line = self._described(subject)
        with self.world.transaction():
            act = Act(self.world, settings, subject, line, ids.build(line, settings.account, inputs), inputs)
            check_place(act)
            taken = ids.find(self.world, act.id, subject.type)
            if taken is not None and taken.origin != "assumed" and not line.singleton:
                raise CloudError("ResourceAlreadyExists", f"cannot create already existing resource {taken.id!r}")
            self._check_unique(act)
            check_references(act)
            check_change(act)
            if taken is not None:
                self.world.remove(taken)
            values = outputs.made(resource, act, self.world.draw(subject.urn, 32))
            thing = Thing(subject.type, act.id, "", subject.urn, "created", None, dict(inputs), values)
            self.world.put(thing)
        return Existing(thing.id, dict(inputs), outputs.shown(line, resource, values))

    def read(self, settings: Settings, subject: Subject, thing_id: str) -> Existing | None:
        resource, line = self._described(subject)
        thing = ids.find(self.world, thing_id, subject.type)
        if thing is None:
            return None
        values = outputs.shown(line, resource, thing.outputs)
        inputs = dict(thing.inputs) or dict(ids.parse(line, thing.id) or {})
        held = read_back.parts(self.world, thing)
        values.update({name: shown for name, shown in held.items() if name in resource.outputs})
        return Existing(thing.id, inputs, values)

    def update(self, settings: Settings, subject: Subject, thing_id: str, inputs: Mapping[str, Any]) -> Existing:
        resource, line = self._described(subject)
        with self.world.transaction():
            thing = ids.find(self.world, thing_id, subject.type)
            if thing is None:
                raise CloudError(
                    "ResourceNotFound", f"The Resource '{line.arm_type}/{ids.leaf(thing_id)}' was not found."
                )
            act = Act(self.world, settings, subject, line, thing.id, inputs, thing)
            check_locks(self.world, thing.id, "ReadOnly", "write")
            _check_fixed(act)
            check_references(act)
            check_change(act)
            values = outputs.changed(resource, act, thing.outputs)
            self.world.put(dataclasses.replace(thing, inputs=dict(inputs), outputs=values, urn=subject.urn))
        return Existing(thing_id, dict(inputs), outputs.shown(line, resource, values))

    def delete(self, settings: Settings, subject: Subject, thing_id: str) -> None:
        with self.world.transaction():
            thing = ids.find(self.world, thing_id, subject.type)
            if thing is None:
                return
            _, line = self._described(subject)
            act = Act(self.world, settings, subject, line, thing.id, {}, thing)
            check_locks(self.world, thing.id, "CanNotDelete", "delete")
            going = subtree(self.world, thing)
            for part in going:
                of = Subject(part.urn or "", part.type, ids.leaf(part.id))
                cascade = part.key != thing.key
                check_delete(dataclasses.replace(act, subject=of, id=part.id, thing=part, cascade=cascade))
            check_unused(act)
            for part in going:
                self.world.remove(part)

    def invoke(self, settings: Settings, token: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return invokes.answer(self.world, self.sdk, settings, token, arguments)

    # -- helpers -------------------------------------------------------------------------------------------------

    def _described(self, subject: Subject) -> tuple[ResourceType, Entry]:
        resource = self.sdk.resource(subject.type)
        return resource, entry(subject.type, resource.inputs.properties)

    def _check_unique(self, act: Act) -> None:
        if not act.line.unique:
            return
        name = ids.leaf(act.id).lower()
        for other in self.world.of_type(act.subject.type):
            if ids.leaf(other.id).lower() == name and not ids.same(other.id, act.id):
                leaf = act.subject.type.rsplit(":", 1)[-1]
                code = _TAKEN.get(leaf, "AlreadyInUse")
                raise CloudError(code, f"The name {ids.leaf(act.id)} is already taken by {other.id}.")


# The REST API references of the services: Check Name Availability.
_TAKEN = {"StorageAccount": "StorageAccountAlreadyTaken", "Vault": "VaultAlreadyExists", "Registry": "AlreadyInUse"}


def _made_up(line: Entry, subject: Subject, seed: bytes) -> str:
    """The name of a resource without one [pulumi-azure-native, ``getDefaultName``]."""
    digits = hashlib.sha256(seed or subject.urn.encode()).hexdigest()
    if line.autoname == "uuid":
        return str(uuid.UUID(hex=digits[:32]))
    if line.autoname == "default":
        return "default"
    return subject.name if line.autoname == "copy" else f"{subject.name}{digits[:8]}"


def _check_fixed(act: Act) -> None:
    """Refuse changes of what Azure does not change. Raises :class:`CloudError`."""
    for path in sorted(act.line.fixed):
        old = values_at(act.thing.inputs, path) if act.thing is not None else []
        new = values_at(act.inputs, path)
        if path == "location":
            old, new = [locations.normal(value) for value in old], [locations.normal(value) for value in new]
            code, said = "InvalidResourceLocation", "The resource already exists in another location"
        else:
            code, said = "PropertyChangeNotAllowed", f"Changing property '{path}' is not allowed"
        if old and [str(value).lower() for value in old] != [str(value).lower() for value in new]:
            raise CloudError(code, f"{said}: {act.id} has {old}, asked for {new}.")
