"""Things that exist already: seeding a world with what a specification adopts or refers to.

Two ways, both idempotent. ``seed(world, [...])`` takes full descriptions (``{"type", "id", "inputs", "outputs"}``).
``assume_existing(world, [...])`` takes bare ids and ARNs whose type the id shows; nothing else is known of such a
thing, so what depends on its facts (is a subnet inside the VPC?) is not checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from zt_ai.simulate.aws import defaults
from zt_ai.simulate.aws.act import QUOTAS
from zt_ai.simulate.aws.catalogue import entry
from zt_ai.simulate.aws.cloud import DEFAULT_ACCOUNT, DEFAULT_REGION
from zt_ai.simulate.aws.references import PREFIXES
from zt_ai.simulate.problems import SeedError, did_you_mean
from zt_ai.simulate.world import Thing, World

_ARN_TYPES: Mapping[tuple[str, str], str] = {
    ("acm", "certificate"): "aws:acm/certificate:Certificate",
    ("kms", "key"): "aws:kms/key:Key",
    ("iam", "role"): "aws:iam/role:Role",
    ("iam", "server-certificate"): "aws:iam/serverCertificate:ServerCertificate",
    ("sns", ""): "aws:sns/topic:Topic",
    ("s3", ""): "aws:s3/bucket:Bucket",
    ("elasticloadbalancing", "loadbalancer"): "aws:lb/loadBalancer:LoadBalancer",
    ("elasticloadbalancing", "targetgroup"): "aws:lb/targetGroup:TargetGroup",
    ("network-firewall", "firewall-policy"): "aws:networkfirewall/firewallPolicy:FirewallPolicy",
    ("ecs", "cluster"): "aws:ecs/cluster:Cluster",
}
_ID_IS_NAME = frozenset({"aws:iam/role:Role", "aws:s3/bucket:Bucket", "aws:kms/key:Key"})


def seed(world: World | Path | str, things: Iterable[Mapping[str, Any]], account: str = DEFAULT_ACCOUNT) -> int:
    """Put described things into the world, unless they are there. Returns how many were added.

    Each is ``{"type": "aws:ec2/vpc:Vpc", "id": "vpc-…", "region": …, "inputs": {…}, "outputs": {…}}``; only ``type``
    and ``id`` are needed. A VPC brings its default objects along. Raises :class:`SeedError`.
    """
    opened = world if isinstance(world, World) else World(world)
    try:
        with opened.transaction():
            return sum(_seed_one(opened, item, account) for item in things)
    finally:
        if opened is not world:
            opened.close()


def _seed_one(world: World, item: Mapping[str, Any], account: str) -> int:
    known = {"type", "id", "region", "inputs", "outputs", "origin"}
    for key in set(item) - known:
        raise SeedError(f"unknown key {key!r} in a seed{did_you_mean(key, known)}")
    if not (isinstance(item.get("type"), str) and isinstance(item.get("id"), str)):
        raise SeedError("a seed needs type and id, both strings")
    type_, thing_id = item["type"], item["id"]
    region = "" if entry(type_).region_free else str(item.get("region") or DEFAULT_REGION)
    if world.get(type_, thing_id, region) is not None:
        return 0
    inputs = dict(item.get("inputs", {}))
    outputs = {**inputs, **item.get("outputs", {})}
    thing = Thing(type_, thing_id, region, None, item.get("origin", "seeded"), None, inputs, outputs)
    world.put(thing)
    if type_ == "aws:ec2/vpc:Vpc" and "defaultSecurityGroupId" not in outputs:
        defaults.bear_vpc_defaults(world, thing, account, lambda n, purpose: world.draw(f"seed:{thing_id}", n, purpose))
    return 1


def assume_existing(world: World | Path | str, ids: Iterable[str], region: str = DEFAULT_REGION) -> int:
    """Put things into the world of which only the id or ARN is known. Returns how many were added.

    Raises :class:`SeedError` for an id that does not show its type.
    """
    found = []
    for text in ids:
        type_ = type_of(text)
        arn_region = text.split(":")[3] if text.startswith("arn:") else ""
        thing_id = text
        if text.startswith("arn:") and type_ in _ID_IS_NAME:
            thing_id = text.rsplit("/", 1)[-1].rsplit(":", 1)[-1]
        outputs = {"arn": text, "name": thing_id} if text.startswith("arn:") else {}
        item = {"type": type_, "id": thing_id, "region": arn_region or region, "outputs": outputs, "origin": "assumed"}
        found.append(item)
    return seed(world, found)


def type_of(text: str) -> str:
    """The resource type an id or ARN shows. Raises :class:`SeedError`."""
    if text.startswith("arn:"):
        parts = text.split(":", 5)
        if len(parts) == 6:
            kind = parts[5].split("/")[0].split(":")[0] if "/" in parts[5] else ""
            found = _ARN_TYPES.get((parts[2], kind)) or _ARN_TYPES.get((parts[2], ""))
            if found:
                return found
    prefix = text.rpartition("-")[0]
    if prefix in PREFIXES:
        return PREFIXES[prefix]
    raise SeedError(f"{text!r} does not show what it is; known ids begin with {', '.join(f'{p}-' for p in PREFIXES)}")


def raise_quotas(world: World | Path | str, quotas: Mapping[str, int]) -> None:
    """Tell the world which quotas AWS has raised; names as in :data:`zt_ai.simulate.aws.act.QUOTAS`.

    Raises :class:`SeedError` for an unknown name.
    """
    for name in quotas:
        if name not in QUOTAS:
            raise SeedError(f"unknown quota {name!r}{did_you_mean(name, QUOTAS)}; known: {', '.join(QUOTAS)}")
    opened = world if isinstance(world, World) else World(world)
    try:
        opened.set_fact("quotas", {**opened.fact("quotas", {}), **quotas})
    finally:
        if opened is not world:
            opened.close()
