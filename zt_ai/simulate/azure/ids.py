"""Ids of Azure resources: built from inputs, read back into them, compared without regard to case.

[Azure Resource Manager documentation, "Resource providers and types"; "Naming rules and restrictions for Azure
resources": names are case-insensitive unless noted.]
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from zt_ai.simulate.azure.catalogue import Entry
from zt_ai.simulate.world import Thing, World

GROUP = "azure-native:resources:ResourceGroup"
_FIELD = re.compile(r"\{(\w+)\}")
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
_ID = re.compile(r"/subscriptions/[^/]+(/resourceGroups/[^/]+)?(/providers/[^/]+(/[^/]+/[^/]+)+)*", re.IGNORECASE)


def is_guid(text: str) -> bool:
    """Whether a text is a GUID in its usual form."""
    return _GUID.fullmatch(text) is not None


def is_id(text: str) -> bool:
    """Whether a text is the id of a subscription, a resource group or a resource."""
    return _ID.fullmatch(text) is not None


def build(line: Entry, subscription: str, inputs: Mapping[str, Any]) -> str:
    """The id of a resource with these inputs."""
    filled = _FIELD.sub(lambda match: str(inputs.get(match[1], "")).strip("/"), line.path)
    return filled if line.path.startswith("{") and _absolute(filled) else _rooted(line, subscription, filled)


def _absolute(text: str) -> bool:
    return text.startswith("/")


def _rooted(line: Entry, subscription: str, filled: str) -> str:
    return f"/{filled}" if line.path.startswith("{") else f"/subscriptions/{subscription}{filled}"


def parse(line: Entry, thing_id: str) -> dict[str, str] | None:
    """The inputs that stand in an id, or None where it is not the id of that type."""
    pattern = re.escape(line.path).replace(r"\{", "{").replace(r"\}", "}")
    first = line.fields[0]
    pattern = _FIELD.sub(
        lambda m: f"(?P<{m[1]}>{'.+' if line.path.startswith('{' + first) and m[1] == first else '[^/]+'})", pattern
    )
    root = "" if line.path.startswith("{") else r"/subscriptions/[^/]+"
    found = re.fullmatch(root + pattern, thing_id, re.IGNORECASE)
    return found.groupdict() if found else None


def leaf(thing_id: str) -> str:
    """The last part of an id: the resource's own name."""
    return thing_id.rsplit("/", 1)[-1]


def subscription_of(thing_id: str) -> str:
    """The subscription in an id, in lower case; empty where it names none."""
    found = re.match(r"/subscriptions/([^/]+)", thing_id, re.IGNORECASE)
    return found[1].lower() if found else ""


def group_of(thing_id: str) -> str:
    """The id of the resource group a resource lies in; empty where it lies in none."""
    found = re.match(r"/subscriptions/[^/]+/resourceGroups/[^/]+", thing_id, re.IGNORECASE)
    return found[0] if found else ""


def arm_type(thing_id: str) -> str:
    """The type an id shows, ``Microsoft.Network/virtualNetworks/subnets``; empty for what is no resource."""
    _, mark, tail = thing_id.rpartition("/providers/")
    if not mark:
        return "Microsoft.Resources/resourceGroups" if group_of(thing_id) == thing_id else ""
    namespace, *rest = tail.split("/")
    return "/".join([namespace, *rest[::2]])


def parent(thing_id: str) -> str | None:
    """The id a resource is a part of: its parent resource, the resource it is attached to, or its resource group."""
    head, mark, tail = thing_id.rpartition("/providers/")
    if not mark:
        return None
    parts = tail.split("/")
    if len(parts) <= 3:
        return head or None
    return f"{head}/providers/{'/'.join(parts[:-2])}"


def same(one: Any, other: Any) -> bool:
    """Whether two ids are one."""
    return isinstance(one, str) and isinstance(other, str) and one.rstrip("/").lower() == other.rstrip("/").lower()


def below(thing_id: str, above: str) -> bool:
    """Whether one id is another or lies under it."""
    one, other = thing_id.lower(), above.rstrip("/").lower()
    return one == other or one.startswith(f"{other}/")


def find(world: World, thing_id: str, *types: str) -> Thing | None:
    """The thing of that id, of one of the types where any are given."""
    wanted = thing_id.rstrip("/")
    for thing in world.with_id(wanted):
        if not types or thing.type in types:
            return thing
    for thing in world.of_type(*types) if types else world.all():
        if same(thing.id, wanted):
            return thing
    return None
