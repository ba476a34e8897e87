"""Identifiers in prose: a number says where to look, the words around it what it is.

Hyperscan looks for values, which are rare in ordinary text, instead of labels, which are common. The words before and
after a value are then looked up in `words`, where a further label costs nothing.
"""

from __future__ import annotations

from zt_ai.egress.detect.rule import Rule
from zt_ai.egress.detect.rules.kept import KeptWindows
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


_KEPT = KeptWindows(values)

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
