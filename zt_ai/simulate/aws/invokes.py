"""The data functions of the ``aws`` package that zt-ai's programs use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from zt_ai.simulate.aws.naming import partition, service_prefix_list
from zt_ai.simulate.aws.special_outputs import ZONES
from zt_ai.simulate.cloud import Settings
from zt_ai.simulate.problems import CloudError, did_you_mean
from zt_ai.simulate.world import World

_SUFFIX = {"aws": "amazonaws.com", "aws-cn": "amazonaws.com.cn", "aws-us-gov": "amazonaws.com"}


def answer(world: World, settings: Settings, token: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The result of a data function. Raises :class:`CloudError` for one that is not simulated."""
    name = token.rsplit(":", 1)[-1]
    region = str(arguments.get("region") or settings.region)
    part = partition(region)
    if name == "getCallerIdentity":
        arn = f"arn:{part}:sts::{settings.account}:assumed-role/simulated/zt-ai"
        return {"accountId": settings.account, "arn": arn, "id": settings.account, "userId": "AROASIMULATED:zt-ai"}
    if name == "getRegion":
        return {
            "id": region,
            "region": region,
            "name": region,
            "description": f"simulated {region}",
            "endpoint": f"ec2.{region}.{_SUFFIX[part]}",
        }
    if name == "getPartition":
        suffix = _SUFFIX[part]
        reverse = ".".join(reversed(suffix.split(".")))
        return {"id": part, "partition": part, "dnsSuffix": suffix, "reverseDnsPrefix": reverse}
    if name == "getAvailabilityZones":
        zones = [f"{region}{letter}" for letter in ZONES]
        short = region.replace("-", "")
        return {
            "id": region,
            "region": region,
            "names": zones,
            "zoneIds": [f"{short}-az{number + 1}" for number in range(len(zones))],
            "groupNames": [region],
            **{key: arguments[key] for key in ("state", "filters", "excludeNames") if key in arguments},
        }
    if name in ("getPrefixList", "getManagedPrefixList"):
        return _prefix_list(world, region, settings, arguments)
    known = ("getCallerIdentity", "getRegion", "getPartition", "getAvailabilityZones", "getPrefixList")
    raise CloudError("InvalidAction", f"{token} is not simulated{did_you_mean(name, known)}")


def _prefix_list(world: World, region: str, settings: Settings, arguments: Mapping[str, Any]) -> dict[str, Any]:
    name = str(arguments.get("name") or "")
    for item in arguments.get("filters") or []:
        if item.get("name") == "prefix-list-name":
            name = str(item["values"][0])
    wanted = arguments.get("prefixListId") or arguments.get("id")
    for thing in world.of_type("aws:ec2/managedPrefixList:ManagedPrefixList"):
        if thing.id == wanted or (name and thing.value("name") == name):
            cidrs = [e["cidr"] for e in thing.value("entries") or []]
            return {"id": thing.id, "name": thing.value("name"), "cidrBlocks": cidrs, "region": region}
    if name.startswith(f"com.amazonaws.{region}."):
        # AWS's own lists: an id the world knows without being told, the same as the gateway endpoint's prefixListId.
        thing_id = service_prefix_list(region, name)
        return {"id": thing_id, "name": name, "cidrBlocks": ["198.51.100.0/24"], "region": region}
    raise CloudError("InvalidPrefixListId.NotFound", f"there is no prefix list {name or wanted!r}")


def json_list(value: Any) -> list[Any]:
    """A list of the provider configuration, which may come as JSON text."""
    value = json.loads(value) if isinstance(value, str) and value.startswith("[") else value
    return value if isinstance(value, list) else []


def json_map(value: Any) -> dict[str, Any]:
    """A map of the provider configuration, which may come as JSON text."""
    value = json.loads(value) if isinstance(value, str) and value.startswith("{") else value
    return value if isinstance(value, dict) else {}
