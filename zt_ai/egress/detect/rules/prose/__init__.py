"""Identifiers in prose: a number says where to look, the words around it what it is.

Hyperscan looks for values, which are rare in ordinary text, instead of labels, which are common. The words before and
after a value are then looked up in `words`, where a further label costs nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping, Sequence

from zt_ai.egress.detect.rule import Rule, Spans
from zt_ai.egress.detect.rules.prose.cases import CASES
from zt_ai.egress.detect.rules.prose.reading import values

_TRIGGERS = (
    r"(?:^|[^0-9.,])[0-9]{5,24}(?:[^0-9]|$)",
    r"(?:^|[^0-9A-Za-z-])[A-Za-z]{1,6}-?[0-9]{3,4}(?:[^0-9.]|\.[^0-9]|\.?$)",
    r",[0-9]{7,10}(?:[^0-9,.]|$)",
    r"[0-9]-[0-9]{3,4}(?:[^0-9]|$)",
    r"(?:^|[^0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}(?:[^0-9]|$)",
    r"[0-9][A-Z]{1,3}[0-9]{3,4}(?:[^0-9]|$)",
    r"(?:^|[^0-9])[0-9]{3}-[0-9]{2}-[0-9]{2,3}(?:[^0-9]|$)",
)


class _Kept:
    """What was read in the windows of the last text that a thread scanned. Holds places and kinds, never text.

    The rules of all kinds have the same windows: the first that asks reads for all.
    """

    def __init__(self) -> None:
        self._local = threading.local()

    def of(self, kind: str) -> Spans:
        """The spans of one kind."""

        def spans(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
            mine = self._local.__dict__
            # A string keeps its own hash: the check costs next to nothing.
            name = (id(text), len(text), hash(text))
            if mine.get("name") != name:
                mine.update(name=name, windows={})
            windows: dict[tuple[int, int], Mapping[str, Sequence[tuple[int, int]]]] = mine["windows"]
            found = windows.get((low, high))
            if found is None:
                found = windows[low, high] = values(text, low, high)
            return iter(found.get(kind, ()))

        return spans


_KEPT = _Kept()

_SOURCE = "45 CFR 164.514(b)(2)(i)({}); HL7 v2 PID, PV1, OBR and SPM, FHIR R4 identifier types, DICOM PS3.6: the labels' words"


def _rule(kind: str) -> Rule:
    clause, positives, negatives = CASES[kind]
    return Rule(
        id=f"{kind}.prose",
        kind=kind,
        source=_SOURCE.format(clause),
        triggers=_TRIGGERS,
        spans=_KEPT.of(kind),
        before=44,
        after=4,
        positives=positives,
        negatives=negatives,
    )


RULES: tuple[Rule, ...] = tuple(_rule(kind) for kind in CASES)
