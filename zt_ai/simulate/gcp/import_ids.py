"""The ids under which existing things are read and imported (pulumi-gcp, section "Import" of each resource)."""

from __future__ import annotations

from zt_ai.simulate.cloud import Settings
from zt_ai.simulate.gcp.catalogue import entry
from zt_ai.simulate.gcp.naming import relative
from zt_ai.simulate.gcp.references import find_reference
from zt_ai.simulate.world import Thing, World


def find(world: World, kind: str, thing_id: str, settings: Settings) -> Thing | None:
    """The thing of a type under its own id or under one of the ids that an import of it takes.

    Those are the id itself, its variable parts (``PROJECT/REGION/NAME``), as few of them from the right as the
    provider's own project and region leave open (``REGION/NAME``, ``NAME``), and for grants the parts with spaces
    between.
    """
    wanted = relative(thing_id)
    found = world.get(kind, wanted) or world.get(kind, wanted.replace(" ", "/"))
    if found is not None:
        return found
    template = (entry(kind).id or "").split("/")
    asked = wanted.split("/")
    for thing in world.of_type(kind):
        parts = thing.id.split("/")
        if len(parts) != len(template):
            continue
        names = {field: part for field, part in zip(template, parts, strict=True) if "{" in field}
        values = list(names.values())
        here = {"{project}": settings.account, "{region}": settings.region, "{location}": settings.region}
        left = list(names)[: len(values) - len(asked)]
        if values[-len(asked) :] == asked and all(here.get(field, names[field]) == names[field] for field in left):
            return thing
    return find_reference(world, (kind,), thing_id, settings)
