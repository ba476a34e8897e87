"""The simulated AWS: checks, creates, changes and deletes resources of the ``aws`` package in a world on disk."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import re
from collections.abc import Mapping
from typing import Any

from zt_ai.simulate.aws import checks, defaults, import_ids, invokes, naming, outputs, read_back, refusals
from zt_ai.simulate.aws.act import Act, check_change, check_delete
from zt_ai.simulate.aws.catalogue import BUILDER_TYPES, entry
from zt_ai.simulate.aws.references import check_references, check_unused
from zt_ai.simulate.aws.replacement import difference
from zt_ai.simulate.aws.special_outputs import Draw
from zt_ai.simulate.cloud import Checked, Cloud, Existing, Settings, Subject
from zt_ai.simulate.difference import Difference
from zt_ai.simulate.problems import CloudError, Problem, did_you_mean
from zt_ai.simulate.sdk import Sdk, UnknownTypeError
from zt_ai.simulate.values import UNKNOWN
from zt_ai.simulate.world import Thing, World

DEFAULT_REGION = "us-east-1"
DEFAULT_ACCOUNT = "123456789012"
"""The account id AWS's own documentation uses."""

_REFUSALS = refusals.__all__  # importing the package is what registers the refusals
_VPC = "aws:ec2/vpc:Vpc"


class SimulatedAws(Cloud):
    """AWS, simulated. Nothing here talks to AWS."""

    package = "aws"
    title = "AWS"

    def __init__(self, world: World, account: str = DEFAULT_ACCOUNT, region: str | None = None) -> None:
        self.world = world
        self.sdk = Sdk("aws", "pulumi_aws")
        self.version = f"{self.sdk.version}+simulated"
        self._account = account
        self._region = region

    # -- configuration -------------------------------------------------------------------------------------------

    def warm(self) -> None:
        for token in BUILDER_TYPES:
            checks.check(self.sdk.resource(token), {"tags": {}})

    def settings(self, config: Mapping[str, Any]) -> Settings:
        region = config.get("region") or self._region or os.environ.get("AWS_REGION") or DEFAULT_REGION
        allowed = invokes.json_list(config.get("allowedAccountIds"))
        account = str(allowed[0]) if len(allowed) == 1 else self._account
        tags = invokes.json_map(config.get("defaultTags")).get("tags") or {}
        return Settings(str(region), account, tags)

    def check_config(self, config: Mapping[str, Any]) -> tuple[Problem, ...]:
        region = config.get("region")
        if isinstance(region, str) and not re.fullmatch(r"[a-z]{2,4}(-[a-z]+)+-\d", region):
            return (Problem("region", f"{region!r} is not the name of an AWS region"),)
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
        prefix = inputs.get(f"{field}Prefix")
        if field in olds.get("__defaults", ()):
            inputs[field] = olds[field]
        else:
            digits = hashlib.sha256(seed or subject.urn.encode()).hexdigest()[:7]
            inputs[field] = f"{prefix}{digits}" if isinstance(prefix, str) else f"{self._stem(subject)}-{digits}"
            if subject.type == "aws:kms/alias:Alias" and not prefix:
                inputs[field] = f"alias/{inputs[field]}"
        inputs["__defaults"] = [field]
        return inputs

    @staticmethod
    def _stem(subject: Subject) -> str:
        return subject.name.lower() if subject.type == "aws:s3/bucket:Bucket" else subject.name

    def diff(self, subject: Subject, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Difference:
        return difference(self.sdk, subject.type, olds, news)

    def preview(self, settings: Settings, subject: Subject, inputs: Mapping[str, Any]) -> dict[str, Any]:
        return outputs.expected(self.sdk.resource(subject.type), self._placed(settings, inputs), inputs)

    def preview_update(
        self, settings: Settings, subject: Subject, outputs: Mapping[str, Any], inputs: Mapping[str, Any]
    ) -> dict[str, Any]:
        resource, here = self.sdk.resource(subject.type), self._placed(settings, inputs)
        return _outputs_changed(resource, Act(self.world, here, subject, inputs), outputs)

    # -- resources -----------------------------------------------------------------------------------------------

    def create(self, settings: Settings, subject: Subject, inputs: Mapping[str, Any]) -> Existing:
        here, line = self._placed(settings, inputs), entry(subject.type)
        resource = self.sdk.resource(subject.type)
        act = Act(self.world, here, subject, inputs)
        with self.world.transaction():
            check_references(act)
            check_change(act)
            draw = self._drawer(subject)
            region = "" if line.region_free else here.region
            if line.adopts:
                adopted = defaults.find_adopted(self.world, subject.type, inputs, here.region)
                thing_id = adopted.id
                defaults.write_through(act, adopted)
            else:
                template = line.id or f"{subject.type.rsplit(':', 1)[-1].lower()}-{{hex17}}"
                thing_id = naming.fill(template, here, inputs, draw)
            taken = self.world.get(subject.type, thing_id, region)
            if taken is not None and taken.origin != "assumed":
                code = _TAKEN.get(subject.type, "ResourceAlreadyExistsException")
                raise CloudError(code, f"'{thing_id}' already exists ({taken.urn or taken.origin})")
            values = outputs.made(resource, act, thing_id, draw)
            thing = Thing(subject.type, thing_id, region, subject.urn, "created", None, dict(inputs), values)
            self.world.put(thing)
            if subject.type == _VPC:
                thing = defaults.bear_vpc_defaults(self.world, thing, here.account, draw)
        return Existing(thing.id, dict(inputs), dict(thing.outputs))

    def read(self, settings: Settings, subject: Subject, thing_id: str) -> Existing | None:
        thing = import_ids.find(self.world, subject.type, thing_id)
        if thing is None:
            return None
        resource = self.sdk.resource(subject.type)
        values = {name: value for name, value in thing.outputs.items() if name in resource.outputs}
        inputs = {name: value for name, value in thing.inputs.items() if name in resource.inputs.properties}
        if "__defaults" in thing.inputs:
            inputs["__defaults"] = thing.inputs["__defaults"]
        held = read_back.entries(self.world, thing)
        values.update(held)
        inputs.update({name: held[name] for name in held if name in inputs})
        return Existing(thing.id, inputs, values)

    def update(self, settings: Settings, subject: Subject, thing_id: str, inputs: Mapping[str, Any]) -> Existing:
        here = self._placed(settings, inputs)
        resource = self.sdk.resource(subject.type)
        with self.world.transaction():
            thing = self._must_find(subject, thing_id)
            act = Act(self.world, here, subject, inputs, thing)
            check_references(act)
            check_change(act)
            if entry(subject.type).adopts:
                defaults.write_through(act, defaults.find_adopted(self.world, subject.type, inputs, here.region))
            values = outputs.changed(resource, act, thing_id, self._drawer(subject), thing.outputs)
            self.world.put(dataclasses.replace(thing, inputs=dict(inputs), outputs=values, urn=subject.urn))
        return Existing(thing_id, dict(inputs), values)

    def delete(self, settings: Settings, subject: Subject, thing_id: str) -> None:
        with self.world.transaction():
            thing = self.world.get(subject.type, thing_id)
            if thing is None:
                return
            here = dataclasses.replace(settings, region=thing.region or settings.region)
            act = Act(self.world, here, subject, {}, thing)
            check_delete(act)
            check_unused(act)
            self.world.remove(thing)

    def invoke(self, settings: Settings, token: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        return invokes.answer(self.world, settings, token, arguments)

    # -- helpers -------------------------------------------------------------------------------------------------

    def _placed(self, settings: Settings, inputs: Mapping[str, Any]) -> Settings:
        """The settings for a resource, which may name a region of its own (pulumi-aws 7)."""
        region = inputs.get("region")
        if isinstance(region, str) and region:
            return dataclasses.replace(settings, region=region)
        return settings

    def _must_find(self, subject: Subject, thing_id: str) -> Thing:
        thing = self.world.get(subject.type, thing_id)
        if thing is None:
            raise CloudError("ResourceNotFoundException", f"{subject.type} '{thing_id}' does not exist")
        return thing

    def _drawer(self, subject: Subject) -> Draw:
        return lambda length, purpose: self.world.draw(subject.urn, length, purpose)


def _outputs_changed(resource: Any, act: Act, old: Mapping[str, Any]) -> dict[str, Any]:
    return outputs.changed(resource, act, str(old.get("id", UNKNOWN)), lambda length, purpose: "", old)


_TAKEN: Mapping[str, str] = {
    # The API reference of each create operation, "Errors".
    "aws:iam/role:Role": "EntityAlreadyExists",
    "aws:iam/rolePolicy:RolePolicy": "EntityAlreadyExists",
    "aws:kms/alias:Alias": "AlreadyExistsException",
    "aws:s3/bucket:Bucket": "BucketAlreadyOwnedByYou",
    "aws:cloudtrail/trail:Trail": "TrailAlreadyExistsException",
    "aws:networkfirewall/firewall:Firewall": "InvalidRequestException",
    "aws:networkfirewall/firewallPolicy:FirewallPolicy": "InvalidRequestException",
    "aws:networkfirewall/ruleGroup:RuleGroup": "InvalidRequestException",
    "aws:ec2/route:Route": "RouteAlreadyExists",
    "aws:ec2/networkAclRule:NetworkAclRule": "NetworkAclEntryAlreadyExists",
    "aws:route53/record:Record": "InvalidChangeBatch",
    "aws:lb/loadBalancer:LoadBalancer": "DuplicateLoadBalancerName",
    "aws:lb/targetGroup:TargetGroup": "DuplicateTargetGroupName",
}
