"""After an interrupted deployment: which simulated resource was made for a URN the engine lost track of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from zt_ai.simulate.values import SECRET_SIGNATURE, SIGNATURE_KEY
from zt_ai.simulate.world import World

Resolve = Callable[[str, str, Mapping[str, Any]], str | None]


def pending_resolver(world_dir: Path | str) -> Resolve:
    """A function ``(urn, type, inputs) -> id`` over a world, for the engine's recovery of pending creations.

    The inputs are those of the pending operation, secrets encrypted. The newest thing made for the URN counts only
    if its inputs are these: when a replacement was interrupted before it reached the cloud, the newest is the old
    resource, which the state knows already. Ask only when nothing is being created any more.
    """

    def resolve(urn: str, type_name: str, inputs: Mapping[str, Any]) -> str | None:
        with World(world_dir) as world:
            found = [thing for thing in world.find_by_urn(urn) if thing.type == type_name]
        return found[0].id if found and _same(found[0].inputs, inputs) else None

    return resolve


def _same(made: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    names = {name for name in {*made, *asked} if not name.startswith("__")}
    return all(_equal(made.get(name), asked.get(name)) for name in names)


def _equal(made: Any, asked: Any) -> bool:
    if isinstance(asked, Mapping):
        if asked.get(SIGNATURE_KEY) == SECRET_SIGNATURE:
            return True  # encrypted: nothing to compare with
        return isinstance(made, Mapping) and _same(made, asked)
    if isinstance(asked, (list, tuple)):
        return isinstance(made, list) and len(made) == len(asked) and all(map(_equal, made, asked))
    return bool(made == asked)
