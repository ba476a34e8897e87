"""Which changed properties replace a Google Cloud resource, and how its values compare.

In this order: the table's ``in_place``, ``immutable`` and ``replace`` (facts of the provider Pulumi bridges, with their
source in the table), labels and the deletion policy (never), project, region, zone, location and name (always), and a
note in the SDK's documentation of the property ("Changing this forces a new …"). A subnetwork's range replaces only
when it does not contain the old one.
"""

from __future__ import annotations

import ipaddress
import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

from zt_ai.simulate.difference import Difference, Rules, compare
from zt_ai.simulate.gcp.catalogue import Entry, entry
from zt_ai.simulate.gcp.naming import relative
from zt_ai.simulate.sdk import Sdk, UnknownTypeError

_NOTE = re.compile(
    r"changing (?:this|it|the \w+) forces|forces? (?:a )?new (?:resource|\w+ to be created)", re.IGNORECASE
)
_PLACE = frozenset({"project", "region", "zone", "location", "name"})
_CLIENT_ONLY = frozenset({"deletionPolicy", "forceDestroy", "deletionProtection"})
_LINK = re.compile(r"https://www\.googleapis\.com/|//[a-z]+\.googleapis\.com/|projects/")


def difference(sdk: Sdk, token: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Difference:
    """What changes from ``old`` to ``new`` inputs of a type and what of that replaces the resource."""
    line = entry(token)
    rules = Rules(is_set=lambda rule: ".".join(rule) in line.sets, same=lambda rule, a, b: _same(token, rule, a, b))
    changes = compare(old, new, rules)
    replacing = frozenset(
        change.path
        for change in changes
        if replaces(sdk, token, change.rule) and not _values_allow(token, change.rule[0], old, new)
    )
    return Difference(changes, replacing, delete_before_replace=bool(replacing) and _one_at_a_time(line, old, new))


def _one_at_a_time(line: Entry, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether the new resource would meet the old one under the same name."""
    if line.fixed:
        return True
    named = [key for key in _IDENTITY if old.get(key) is not None or new.get(key) is not None]
    held = [key for key in ("project", "region", "location") if f"{{{key}}}" in (line.id or "")]
    moved = any(old.get(key) != new.get(key) for key in held)
    return not moved and bool(named) and all(old.get(key) == new.get(key) for key in named)


_IDENTITY = ("name", "accountId", "roleId", "secretId", "repositoryId", "bucketId", "ruleName", "responsePolicyName")


def replaces(sdk: Sdk, token: str, rule: tuple[str, ...]) -> bool:
    """Whether a change at this property path (without indexes) replaces the resource."""
    return _replaces(sdk, token, rule)


@cache
def _replaces(sdk: Sdk, token: str, rule: tuple[str, ...]) -> bool:
    line = entry(token)
    paths = {".".join(rule[: length + 1]) for length in range(len(rule))}
    if paths & line.in_place or rule[0] in _CLIENT_ONLY:
        return False
    if line.immutable or paths & line.replace:
        return True
    if rule[0] in ("labels", "annotations"):
        return False
    if len(rule) == 1 and rule[0] in _PLACE:
        return True
    try:
        note = sdk.resource(token).notes.get(rule[0], "")
    except UnknownTypeError:
        note = ""
    return len(rule) == 1 and bool(_NOTE.search(note))


def _values_allow(token: str, name: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    """Whether these values change in place although the property replaces for others."""
    decide = _BY_VALUE.get((token, name))
    return decide is not None and decide(old.get(name), new.get(name))


def _locked_stays(old: Any, new: Any) -> bool:
    """A locked retention policy cannot go or get shorter: the provider makes a new bucket [terraform-provider-google,
    google/services/storage/resource_storage_bucket.go, ``isPolicyLocked``]."""
    if not (isinstance(old, Mapping) and old.get("isLocked")):
        return True
    if not (isinstance(new, Mapping) and new.get("isLocked")):
        return False
    try:
        return int(new.get("retentionPeriod", 0)) >= int(old.get("retentionPeriod", 0))
    except (TypeError, ValueError):
        return False


def _grows(old: Any, new: Any) -> bool:
    """[GoogleCloudPlatform/magic-modules, templates/terraform/constants/subnetwork.tmpl, ``IsShrinkageIpCidr``]"""
    try:
        return ipaddress.IPv4Network(str(old)).subnet_of(ipaddress.IPv4Network(str(new)))
    except ValueError:
        return False


_BY_VALUE: Mapping[tuple[str, str], Callable[[Any, Any], bool]] = {
    ("gcp:compute/subnetwork:Subnetwork", "ipCidrRange"): _grows,
    ("gcp:storage/bucket:Bucket", "retentionPolicy"): _locked_stays,
}


def _same(token: str, rule: tuple[str, ...], old: Any, new: Any) -> bool:
    # A self link and a relative name are one thing, and so are a location in capitals and in small letters.
    if not (isinstance(old, str) and isinstance(new, str)):
        return str(old) == str(new) and not isinstance(old, (Mapping, list))
    if _LINK.match(old) or _LINK.match(new):
        return relative(old) == relative(new)
    if rule == ("location",):
        return old.lower() == new.lower()
    if old[:1] in "[{" and new[:1] in "[{":
        try:
            return bool(json.loads(old) == json.loads(new))
        except ValueError:
            return False
    return False
