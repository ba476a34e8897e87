"""Identifiers, ARNs and the other outputs of AWS resources, from the templates in ``types.toml``."""

from __future__ import annotations

import datetime
import re
import uuid
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from zt_ai.simulate.cloud import Settings

_FIELD = re.compile(r"\{([^{}]+)\}")


def partition(region: str) -> str:
    """The AWS partition of a region (AWS General Reference, "ARNs")."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


MANAGED_LISTS = ("s3", "dynamodb", "s3express", "vpc-lattice", "ec2-instance-connect")
"""Services with a prefix list of AWS's own (VPC User Guide, "AWS-managed prefix lists")."""


def service_prefix_list(region: str, service: str) -> str:
    """The id of an AWS-managed prefix list, by the service's full name (``com.amazonaws.us-east-1.s3``)."""
    return f"pl-{zlib.crc32(f'{region}{service}'.encode()):08x}"


def is_managed_list(region: str, thing_id: str) -> bool:
    """Whether the id is that of an AWS-managed prefix list of the region."""
    return any(thing_id == service_prefix_list(region, f"com.amazonaws.{region}.{name}") for name in MANAGED_LISTS)


def fill(
    template: str, settings: Settings, inputs: Mapping[str, Any], draw: Callable[[int, str], str], thing_id: str = ""
) -> str:
    """A template with its fields filled in. ``draw(length, purpose)`` gives hexadecimal digits for the resource."""

    def one(match: re.Match[str]) -> str:
        return _field(match[1], settings, inputs, draw, thing_id)

    return _FIELD.sub(one, template)


def needs_id(template: str) -> bool:
    """Whether a template has a field that is only known once the resource exists."""
    return any(re.fullmatch(r"id|hex\d+|HEX\d+|uuid|now", name) for name in _FIELD.findall(template))


def inputs_of(template: str) -> tuple[str, ...]:
    """The inputs a template reads."""
    found: list[str] = []
    for name in _FIELD.findall(template):
        if re.fullmatch(r"id|hex\d+|HEX\d+|uuid|now|region|account|partition", name):
            continue
        head = name.removeprefix("leaf:").removeprefix("crc:").removeprefix("_")
        found += [part for part in re.split(r"[:/]", head)[0].split("|") if part]
    return tuple(found)


def _field(
    name: str, settings: Settings, inputs: Mapping[str, Any], draw: Callable[[int, str], str], thing_id: str
) -> str:
    simple = {
        "region": settings.region,
        "account": settings.account,
        "partition": partition(settings.region),
        "id": thing_id,
    }
    if name in simple:
        return simple[name]
    if digits := re.fullmatch(r"(hex|HEX)(\d+)", name):
        drawn = draw(int(digits[2]), "id")
        return drawn.upper() if digits[1] == "HEX" else drawn
    if name == "uuid":
        return str(uuid.UUID(hex=draw(32, "id"), version=4))
    if name == "now":
        return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if name.startswith("crc:"):
        text = "|".join(str(inputs[part]) for part in name[4:].split("|") if part and inputs.get(part) is not None)
        return str(zlib.crc32(text.encode()))
    if name.startswith("leaf:"):
        return str(inputs.get(name[5:], "default")).rsplit("/", 1)[-1]
    if name.startswith("_"):
        value = inputs.get(name[1:])
        return f"_{value}" if value else ""
    if ":" in name and "=" in name and "/" not in name:
        prop, _, table = name.partition(":")
        options = dict(item.split("=", 1) for item in table.split(","))
        return options.get(str(inputs.get(prop, "*")), options.get("*", ""))
    if "/" in name:
        prop, rest = name.split("/", 1)
        old, new = rest.rsplit("/=", 1)
        return str(inputs.get(prop, "")).replace(f"{old}/", f"{new}")
    return str(inputs.get(name, "")).lower() if isinstance(inputs.get(name), bool) else str(inputs.get(name, ""))
