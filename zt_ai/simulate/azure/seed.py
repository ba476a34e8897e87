"""Things that exist already: seeding a world with what a specification adopts or refers to.

Two ways, both idempotent. ``seed(world, [...])`` takes full descriptions (``{"type", "id", "inputs", "outputs"}``).
``assume_existing(world, [...])`` takes bare ids, which in Azure show their type; nothing else is known of such a thing,
so what depends on its facts (is a subnet inside the network?) is not checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from zt_ai.simulate.azure import ids
from zt_ai.simulate.azure.act import QUOTAS
from zt_ai.simulate.azure.catalogue import PACKAGE, entry, token_of
from zt_ai.simulate.problems import SeedError, did_you_mean
from zt_ai.simulate.world import Thing, World


def seed(world: World | Path | str, things: Iterable[Mapping[str, Any]], account: str | None = None) -> int:
    """Put described things into the world, unless they are there. Returns how many were added.

    Each is ``{"type": "azure-native:network:VirtualNetwork", "id": "/subscriptions/…", "inputs": {…}, "outputs":
    {…}}``; ``type`` may be left out. The resource group a thing lies in comes along. Raises :class:`SeedError`.
    """
    opened = world if isinstance(world, World) else World(world)
    try:
        with opened.transaction():
            return sum(_seed_one(opened, item) for item in things)
    finally:
        if opened is not world:
            opened.close()


def _seed_one(world: World, item: Mapping[str, Any]) -> int:
    known = {"type", "id", "region", "inputs", "outputs", "origin"}
    for key in set(item) - known:
        raise SeedError(f"unknown key {key!r} in a seed{did_you_mean(key, known)}")
    thing_id = item.get("id")
    if not isinstance(thing_id, str):
        raise SeedError("a seed needs an id, a string")
    type_ = item.get("type") or type_of(thing_id)
    if ids.find(world, thing_id, type_) is not None:
        return 0
    inputs = {**(ids.parse(entry(type_), thing_id) or {}), **item.get("inputs", {})}
    if item.get("region"):
        inputs.setdefault("location", item["region"])
    outputs = {**inputs, "name": ids.leaf(thing_id), **item.get("outputs", {})}
    world.put(Thing(type_, thing_id, "", None, item.get("origin", "seeded"), None, inputs, outputs))
    above = ids.group_of(thing_id)
    if above and above != thing_id:
        return 1 + _seed_one(world, {"id": above, "origin": "assumed"})
    return 1


def assume_existing(world: World | Path | str, thing_ids: Iterable[str], region: str | None = None) -> int:
    """Put things into the world of which only the id is known. Returns how many were added.

    ``region`` is taken and not used: an id says nothing about where a thing lies. Raises :class:`SeedError` for an id
    that is none.
    """
    return seed(world, [{"id": text, "type": type_of(text), "origin": "assumed"} for text in thing_ids])


def type_of(text: str) -> str:
    """The resource type an id shows. Raises :class:`SeedError`."""
    if not ids.is_id(text) or "/resourcegroups/" not in text.lower():
        raise SeedError(f"{text!r} is no id of an Azure resource: /subscriptions/…/resourceGroups/…/providers/…")
    found = ids.arm_type(text)
    return (
        token_of(found)
        or f"{PACKAGE}:{found.split('/')[0].removeprefix('Microsoft.').lower()}:{found.rsplit('/', 1)[-1]}"
    )


def raise_quotas(world: World | Path | str, quotas: Mapping[str, int]) -> None:
    """Tell the world which quotas Azure has raised; names as in :data:`zt_ai.simulate.azure.act.QUOTAS`.

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
