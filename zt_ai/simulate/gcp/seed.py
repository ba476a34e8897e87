"""Things that exist already: seeding a world with what a specification adopts or refers to.

Two ways, both idempotent. ``seed(world, [...])`` takes full descriptions (``{"type", "id", "inputs", "outputs"}``).
``assume_existing(world, [...])`` takes bare resource names whose type the name shows; nothing else is known of such a
thing, so what depends on its facts (does a subnet overlap its own?) is not checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from zt_ai.simulate.gcp.act import QUOTAS
from zt_ai.simulate.gcp.naming import leaf, part_after, relative
from zt_ai.simulate.problems import SeedError, did_you_mean
from zt_ai.simulate.world import Thing, World

DEFAULT_REGION = "us-central1"
DEFAULT_PROJECT = "my-project"

_TYPES: tuple[tuple[str, str], ...] = (
    # Resource name -> type (Google Cloud APIs, "Resource names").
    (r"projects/[^/]+/global/networks/[^/]+", "gcp:compute/network:Network"),
    (r"projects/[^/]+/regions/[^/]+/subnetworks/[^/]+", "gcp:compute/subnetwork:Subnetwork"),
    (r"projects/[^/]+/regions/[^/]+/routers/[^/]+", "gcp:compute/router:Router"),
    (
        r"projects/[^/]+/regions/[^/]+/interconnectAttachments/[^/]+",
        "gcp:compute/interconnectAttachment:InterconnectAttachment",
    ),
    (r"projects/[^/]+/regions/[^/]+/vpnTunnels/[^/]+", "gcp:compute/vPNTunnel:VPNTunnel"),
    (r"projects/[^/]+/regions/[^/]+/addresses/[^/]+", "gcp:compute/address:Address"),
    (r"projects/[^/]+/serviceAccounts/[^/]+", "gcp:serviceaccount/account:Account"),
    (r"projects/[^/]+/notificationChannels/[^/]+", "gcp:monitoring/notificationChannel:NotificationChannel"),
    (r"projects/[^/]+/topics/[^/]+", "gcp:pubsub/topic:Topic"),
    (r"projects/[^/]+/secrets/[^/]+", "gcp:secretmanager/secret:Secret"),
    (r"projects/[^/]+/roles/[^/]+", "gcp:projects/iAMCustomRole:IAMCustomRole"),
    (r"projects/[^/]+/locations/[^/]+/keyRings/[^/]+", "gcp:kms/keyRing:KeyRing"),
    (r"projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+", "gcp:kms/cryptoKey:CryptoKey"),
    (r"projects/[^/]+/locations/[^/]+/repositories/[^/]+", "gcp:artifactregistry/repository:Repository"),
    (r"projects/[^/]+/locations/[^/]+/buckets/[^/]+", "gcp:logging/projectBucketConfig:ProjectBucketConfig"),
    (r"projects/[^/]+/locations/global/hubs/[^/]+", "gcp:networkconnectivity/hub:Hub"),
    (r"accessPolicies/\d+", "gcp:accesscontextmanager/accessPolicy:AccessPolicy"),
    (r"accessPolicies/\d+/accessLevels/[^/]+", "gcp:accesscontextmanager/accessLevel:AccessLevel"),
    (r"tagKeys/\d+", "gcp:tags/tagKey:TagKey"),
    (r"tagValues/\d+", "gcp:tags/tagValue:TagValue"),
    (r"projects/[^/]+", "gcp:organizations/project:Project"),
)


def seed(world: World | Path | str, things: Iterable[Mapping[str, Any]], account: str = DEFAULT_PROJECT) -> int:
    """Put described things into the world, unless they are there. Returns how many were added.

    Each is ``{"type": "gcp:compute/network:Network", "id": "projects/…", "inputs": {…}, "outputs": {…}}``; only
    ``type`` and ``id`` are needed. ``account`` is the project of what says none. Raises :class:`SeedError`.
    """
    opened = world if isinstance(world, World) else World(world)
    try:
        with opened.transaction():
            return sum(_seed_one(opened, item, account) for item in things)
    finally:
        if opened is not world:
            opened.close()


def _seed_one(world: World, item: Mapping[str, Any], account: str) -> int:
    known = {"type", "id", "inputs", "outputs", "origin"}
    for key in set(item) - known:
        raise SeedError(f"unknown key {key!r} in a seed{did_you_mean(key, known)}")
    if not (isinstance(item.get("type"), str) and isinstance(item.get("id"), str)):
        raise SeedError("a seed needs type and id, both strings")
    type_, thing_id = item["type"], item["id"]
    if world.get(type_, thing_id) is not None:
        return 0
    inputs = dict(item.get("inputs", {}))
    place = {"project": part_after(thing_id, "projects") or account}
    if part_after(thing_id, "regions"):
        place["region"] = str(part_after(thing_id, "regions"))
    outputs = {**place, "name": leaf(thing_id), **inputs, **item.get("outputs", {})}
    if type_.startswith("gcp:compute/"):
        outputs.setdefault("selfLink", f"https://www.googleapis.com/compute/v1/{thing_id}")
    world.put(Thing(type_, thing_id, "", None, item.get("origin", "seeded"), None, inputs, outputs))
    return 1


def assume_existing(world: World | Path | str, ids: Iterable[str], region: str = DEFAULT_REGION) -> int:
    """Put things into the world of which only the resource name is known. Returns how many were added.

    ``region`` is not needed here, since names carry theirs. Raises :class:`SeedError` for a name that does not show its
    type.
    """
    found = []
    for text in ids:
        type_, name = type_of(text), relative(text)
        if type_.endswith(":AccessPolicy"):
            name = leaf(name)
        found.append({"type": type_, "id": name, "origin": "assumed"})
    return seed(world, found)


def type_of(text: str) -> str:
    """The resource type a resource name shows. Raises :class:`SeedError`."""
    name = relative(text)
    for pattern, type_ in _TYPES:
        if re.fullmatch(pattern, name):
            return type_
    raise SeedError(f"{text!r} does not show what it is: give a resource name like projects/P/global/networks/N")


def raise_quotas(world: World | Path | str, quotas: Mapping[str, int]) -> None:
    """Tell the world which quotas Google has raised; names as in :data:`zt_ai.simulate.gcp.act.QUOTAS`.

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
