"""The ids under which existing things are read and imported (pulumi-aws, section "Import" of each resource)."""

from __future__ import annotations

from zt_ai.simulate.aws.catalogue import entry
from zt_ai.simulate.aws.references import find_reference
from zt_ai.simulate.world import Thing, World


def find(world: World, kind: str, thing_id: str) -> Thing | None:
    """The thing of a type under its own id or under the id that an import of it takes."""
    found = world.get(kind, thing_id)
    if found is not None:
        return found
    adopts = entry(kind).adopts
    if adopts:
        # A Default… resource that nobody adopted yet is read as the object itself.
        return _born(world, adopts, thing_id)
    if kind == "aws:ec2/route:Route":
        table, _, destination = thing_id.partition("_")
        return _first(world, kind, {"routeTableId": table}, destination)
    if kind == "aws:ec2/routeTableAssociation:RouteTableAssociation":
        subnet, _, table = thing_id.partition("/")
        return _first(world, kind, {"subnetId": subnet, "routeTableId": table})
    if kind == "aws:ec2/networkAclRule:NetworkAclRule" and thing_id.count(":") == 3:
        acl, number, _, egress = thing_id.split(":")
        for thing in world.of_type(kind):
            same = thing.inputs.get("networkAclId") == acl and str(thing.inputs.get("ruleNumber")) == number
            if same and bool(thing.inputs.get("egress")) == (egress == "true"):
                return thing
    return find_reference(world, (kind,), thing_id)


def _born(world: World, type_: str, thing_id: str) -> Thing | None:
    for thing in world.of_type(type_):
        if thing.origin == "born" and thing_id in (thing.id, thing.parent):
            return thing
    return None


def _first(world: World, kind: str, wanted: dict[str, str], mentioned: str | None = None) -> Thing | None:
    for thing in world.of_type(kind):
        same = all(thing.inputs.get(key) == value for key, value in wanted.items())
        if same and (mentioned is None or mentioned in thing.inputs.values()):
            return thing
    return None
