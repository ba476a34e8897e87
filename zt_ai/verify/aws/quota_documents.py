"""Counts of roles, and sizes of policy documents: what AWS refuses for its length alone."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

from zt_ai.graph.model import Ref, Resource, Unknown, Value
from zt_ai.verify.aws.quota_table import Quota
from zt_ai.verify.aws.tally import ACCOUNT, REGION, Tally
from zt_ai.verify.reading import items, maps, member, plain, unknown_in

_ROLE = "aws:iam/role:Role"
_ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
_ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
_TRAIL = "aws:cloudtrail/trail:Trail"


def characters(document: str) -> int:
    """Size with white space."""
    return len(document)


def dense(document: str) -> int:
    """Size without white space: "IAM does not count white space" [IAM User Guide, "IAM and AWS STS quotas"]."""
    return len("".join(document.split()))


def size_in_bytes(document: str) -> int:
    """Size in bytes of UTF-8."""
    return len(document.encode())


def count_documents(tally: Tally) -> None:
    """Count roles and trails, and measure policies."""
    quotas = tally.quotas
    _roles(tally)
    for type_, quota, measure in (
        ("aws:ec2/vpcEndpoint:VpcEndpoint", quotas.endpoint_policy, characters),
        ("aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy", quotas.endpoint_policy, characters),
        ("aws:s3/bucketPolicy:BucketPolicy", quotas.bucket_policy, size_in_bytes),
        ("aws:s3/bucket:Bucket", quotas.bucket_policy, size_in_bytes),
        ("aws:kms/key:Key", quotas.key_policy, size_in_bytes),
        ("aws:kms/keyPolicy:KeyPolicy", quotas.key_policy, size_in_bytes),
    ):
        for resource in tally.graph.of_type(type_):
            tally.counted += 1
            _measure(tally, resource, "policy", quota, measure)
    _trails(tally)


def _measure(tally: Tally, at: Resource, name: str, quota: Quota, measure: Callable[[str], int]) -> None:
    size = _size(at.inputs.get(name), measure)
    if size is not None:
        tally.length(quota, at, size, name)


def _size(value: Value, measure: Callable[[str], int]) -> int | Unknown | None:
    """The size of a document, as text or as the shortest text of parsed values; None where there is none."""
    value = plain(value)
    if value is None:
        return None
    if isinstance(value, Unknown | Ref) or unknown_in(value):
        return Unknown()
    return measure(value if isinstance(value, str) else json.dumps(_jsonable(value), separators=(",", ":")))


def _jsonable(value: Value) -> object:
    value = plain(value)
    if isinstance(value, Mapping):
        return {key: _jsonable(one) for key, one in value.items()}
    if isinstance(value, tuple):
        return [_jsonable(one) for one in value]
    return value.urn if isinstance(value, Ref) else value


def _roles(tally: Tally) -> None:
    quotas = tally.quotas
    names: dict[str, str] = {}
    for role in tally.graph.of_type(_ROLE):
        tally.counted += 1
        tally.add(quotas.roles, ACCOUNT, by=role)
        name = plain(role.inputs.get("name"))
        if isinstance(name, str):
            names[name] = role.urn
        _measure(tally, role, "assumeRolePolicy", quotas.trust_policy, characters)
        for inline in maps(role.inputs.get("inlinePolicies")):
            _inline(tally, role, role.urn, inline.get("policy"))
        attached = len(items(role.inputs.get("managedPolicyArns")))
        if attached:
            tally.add(quotas.managed_policies, role.urn, attached)
    for policy in tally.graph.of_type(_ROLE_POLICY):
        tally.counted += 1
        holder = tally.holder(policy, "role")
        if holder is not None:
            _inline(tally, policy, names.get(holder, holder), policy.inputs.get("policy"))
    for attachment in tally.graph.of_type(_ATTACHMENT):
        tally.counted += 1
        holder = tally.holder(attachment, "role")
        if holder is not None:
            tally.add(quotas.managed_policies, names.get(holder, holder), by=attachment)


def _inline(tally: Tally, at: Resource, role: str, document: Value) -> None:
    size = _size(document, dense)
    if isinstance(size, Unknown):
        tally.unknown(at, "the size of its policy is known only after the deployment")
    elif size is not None:
        tally.add(tally.quotas.inline_policies, role, size, by=at)


def _trails(tally: Tally) -> None:
    quotas = tally.quotas
    for trail in tally.graph.of_type(_TRAIL):
        tally.counted += 1
        tally.add(quotas.trails, REGION, by=trail)
        selectors = maps(trail.inputs.get("eventSelectors"))
        if not selectors:
            continue
        tally.add(quotas.event_selectors, trail.urn, len(selectors))
        resources = [one for selector in selectors for one in maps(selector.get("dataResources"))]
        tally.add(quotas.data_resources, trail.urn, sum(len(items(member(one, "values"))) for one in resources))
