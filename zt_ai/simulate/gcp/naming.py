"""Identifiers, self links and the other outputs of Google Cloud resources, from the templates in ``types/*.toml``."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Mapping
from typing import Any

from zt_ai.simulate.cloud import Settings

Draw = Callable[[int, str], str]
_FIELD = re.compile(r"\{([^{}]+)\}")
_DRAWN = re.compile(r"id|num\d*|hex\d+|fingerprint|now|now3339")
_HOSTS = re.compile(r"^(?:https:)?//[a-z0-9.-]+\.googleapis\.com/(?:(?:compute/|dns/|storage/)?(?:v\d\w*|beta)/)?")


def relative(text: str) -> str:
    """The relative resource name of a self link or full resource name: ``projects/p/global/networks/n``.

    Google Cloud APIs, "Resource names": a full resource name is ``//SERVICE/RELATIVE``; a self link has the version
    of the API in front.
    """
    return _HOSTS.sub("", text)


def leaf(text: str) -> str:
    """The last part of a resource name."""
    return text.rstrip("/").rsplit("/", 1)[-1]


def part_after(text: str, collection: str) -> str | None:
    """What follows a collection in a resource name: ``part_after("projects/p/x/y", "projects")`` is ``p``."""
    found = re.search(rf"(?:^|/){collection}/([^/]+)", text)
    return found[1] if found else None


def fill(template: str, settings: Settings, inputs: Mapping[str, Any], draw: Draw, thing_id: str = "") -> str:
    """A template with its fields filled in. ``draw(length, purpose)`` gives hexadecimal digits for the resource."""
    return _FIELD.sub(lambda match: _field(match[1], settings, inputs, draw, thing_id), template)


def needs_birth(template: str) -> bool:
    """Whether a template has a field that is only known once the resource exists."""
    return any(_DRAWN.fullmatch(name.rpartition(":")[2]) for name in _FIELD.findall(template))


def inputs_of(template: str) -> tuple[str, ...]:
    """The inputs a template reads, the provider's own project and region aside."""
    found: list[str] = []
    for name in _FIELD.findall(template):
        if name.rpartition(":")[2] != "id" and not _DRAWN.fullmatch(name):
            found += name.partition(":")[2].split("|") if ":" in name else name.split("|")
    return tuple(found)


def _field(name: str, settings: Settings, inputs: Mapping[str, Any], draw: Draw, thing_id: str) -> str:
    if name == "id":
        return thing_id
    if name == "fingerprint":
        return f"{draw(10, 'fingerprint')}="
    if digits := re.fullmatch(r"num(\d*)", name):
        length = int(digits[1] or 19)
        number = int(draw(32, "number"), 16) % (9 * 10 ** (length - 1))
        return str(number + 10 ** (length - 1))
    if digits := re.fullmatch(r"hex(\d+)", name):
        return draw(int(digits[1]), "id")
    if name == "now":
        return datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if name == "now3339":
        # Compute Engine writes its time stamps with milliseconds in the time of its own head office.
        here = datetime.datetime.now(datetime.UTC) - datetime.timedelta(hours=8)
        return f"{here.strftime('%Y-%m-%dT%H:%M:%S')}.{here.microsecond // 1000:03d}-08:00"
    if name == "condition":
        condition = inputs.get("condition")
        return f"/{condition.get('title')}" if isinstance(condition, Mapping) else ""
    how, _, rest = name.rpartition(":")
    value = thing_id if rest == "id" else _first(rest, settings, inputs)
    if how == "leaf":
        return leaf(value)
    if how == "relative":
        return relative(value)
    return value


def _first(names: str, settings: Settings, inputs: Mapping[str, Any]) -> str:
    for name in names.split("|"):
        value = inputs.get(name)
        if value not in (None, ""):
            return str(value)
        if name == "project":
            return settings.account
        if name in ("region", "location") and settings.region:
            return settings.region
    return ""
