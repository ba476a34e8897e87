"""Which changed properties replace an Azure resource, and how its values compare.

What stands in the path of the id replaces; so do the properties the provider lists (``forceNewMap``) or whose
``x-ms-mutability`` has no update [pulumi-azure-native, provider/pkg/gen/replacement.go and properties.go,
provider/pkg/provider/diff.go].
The old one goes first unless its name was made up (``__createBeforeDelete``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zt_ai.simulate.azure import ids, locations
from zt_ai.simulate.azure.catalogue import Entry, entry
from zt_ai.simulate.difference import Change, Difference, Rules, compare
from zt_ai.simulate.sdk import Sdk, UnknownTypeError

CREATE_FIRST = "__createBeforeDelete"


def difference(sdk: Sdk, token: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Difference:
    """What changes from ``old`` to ``new`` inputs of a type and what of that replaces the resource."""
    try:
        line = entry(token, sdk.resource(token).inputs.properties)
    except UnknownTypeError:
        line = entry(token)
    rules = Rules(same=_same)
    changes = tuple(change for change in compare(old, new, rules) if change.rule[0] != "azureApiVersion")
    replacing = frozenset(change.path for change in changes if replaces(line, change))
    return Difference(changes, replacing, delete_before_replace=bool(replacing) and not old.get(CREATE_FIRST))


def replaces(line: Entry, change: Change) -> bool:
    """Whether a change replaces the resource."""
    paths = {".".join(change.rule[: length + 1]) for length in range(len(change.rule))}
    return change.rule[0] in line.fields or bool(paths & line.replace)


def _same(rule: tuple[str, ...], old: Any, new: Any) -> bool:
    if rule == ("location",):
        return locations.normal(old) == locations.normal(new)
    # Azure answers ids in a case of its own; the provider's inputs keep the program's.
    return rule[-1] in ("id", "scope") and ids.same(old, new)
