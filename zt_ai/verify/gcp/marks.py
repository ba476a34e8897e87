"""What a resource says it belongs to: labels where it takes them, marks in its description where it takes none.

A mark is `[zt-ai:KEY=VALUE]` anywhere in a description. Labels carry the same keys with `-` in the place of `:`, which
Google Cloud does not take in a label's key [Resource Manager documentation, "Labels overview", "Requirements for
labels"]. Marks say only *which* thing a resource claims to be; what it does is judged by its other inputs.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from zt_ai.graph import Resource
from zt_ai.verify.reading import member, plain, text

ZONE = "zt-ai:zone"
WORKLOAD = "zt-ai:workload"
SERVICE = "zt-ai:service"
ROLE = "zt-ai:role"
CLAUSE = "zt-ai:clause"

_MARK = re.compile(r"\[(zt-ai:[a-z0-9-]+)=([^\[\]]+)\]")
_LABEL = "zt-ai-"
_TEXTS = ("description", "title", "displayName")


def marks(resource: Resource) -> dict[str, str]:
    """Labels and marks by key; where a key stands several times, its values are separated by one space."""
    found: dict[str, str] = {}
    for name in ("labels", "userLabels"):
        labels = plain(resource.inputs.get(name))
        if isinstance(labels, Mapping):
            for key, value in labels.items():
                word = text(value)
                if key.startswith(_LABEL) and isinstance(word, str):
                    found[f"zt-ai:{key[len(_LABEL) :]}"] = word
    for name in _TEXTS:
        written = text(member(resource.inputs, name))
        for key, value in _MARK.findall(written) if isinstance(written, str) else ():
            before = found.get(key)
            found[key] = value if before is None or value in before.split() else f"{before} {value}"
    return found


def clauses(resource: Resource) -> tuple[str, ...]:
    """Ids of the clauses that a resource says it is for."""
    return tuple(marks(resource).get(CLAUSE, "").split())
