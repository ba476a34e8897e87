"""Values that follow one label in a list: `claims 100293, 100317 and 100402`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect.rule import Spans

_JOINT = re.compile(r"(?:\s?[,;/&+]\s{0,2}(?:and\s|or\s|&\s)?|\s(?:and|or|to)\s)#?")
_ITEM = re.compile(r"[A-Za-z]{0,5}-?[0-9][0-9A-Za-z-]{0,20}(?![0-9A-Za-z]|[.,/][0-9])")
_COUNTED = re.compile(
    r"\s?(?:%|mg|ml|mL|mcg|units?\b|patients?\b|days?\b|weeks?\b|months?\b|years?\b|hours?\b|times\b|of\b|cases\b|visits?\b)"
)
_MOST = 40
"""Values of one list."""


def listed(first: Spans) -> Spans:
    """What a rule finds, and the values that follow it in a list and have its form: as long, and letters where it has some."""

    def spans(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
        for start, end in first(text, low, high):
            yield start, end
            form, at = _form(text[start:end]), end
            for _ in range(_MOST):
                joint = _JOINT.match(text, at)
                item = _ITEM.match(text, joint.end()) if joint else None
                if item is None or not _alike(form, _form(item[0])) or _COUNTED.match(text, item.end()):
                    break
                yield item.span()
                at = item.end()

    return spans


_Form = tuple[int, bool, bool]


def _form(value: str) -> _Form:
    """Length, whether there are letters, whether there are hyphens."""
    return len(value), any(char.isalpha() for char in value), "-" in value


def _alike(first: _Form, other: _Form) -> bool:
    return first[1:] == other[1:] and abs(first[0] - other[0]) <= (2 if first[0] > 4 else 1)
