"""Words around a value, and the kind that a label says."""

from __future__ import annotations

import re
from collections.abc import Mapping

PIECE = re.compile(
    r"['\u2019]s(?![A-Za-z])|PubMed|EudraCT|GitHub|GenBank|RxNorm|RxCUI|ClinVar|UniProt|[A-Z]{2,}s(?![A-Za-z])|[A-Z\u00c0-\u00de]+(?![a-z\u00df-\u00ff])|"
    r"[A-Z\u00c0-\u00de]?[a-z\u00df-\u00ff]+|[0-9]+|[#\u2116]|\n|[^\sA-Za-z0-9\u00c0-\u00ff]"
)


def kind_of(table: Mapping[str, str], first: str, second: str) -> str | None:
    """The kind of a label of one or two words; the last may be in the plural."""
    for word in (second, second[:-1]) if second[-1:] == "s" and len(second) > 2 else (second,):
        found = table.get(f"{first} {word}" if first else word)
        if found:
            return found
    return None
