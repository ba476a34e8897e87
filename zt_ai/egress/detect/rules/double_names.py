"""(A) Names with two surnames joined by a hyphen, of which the lists know one: `Eustace Pemberton-Nwosu`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect import person
from zt_ai.egress.detect.lists.clinical import EPONYMS
from zt_ai.egress.detect.person import UPPER
from zt_ai.egress.detect.rule import Rule
from zt_ai.egress.detect.rules.kin import alone

_PART = rf"[{UPPER}][a-z\u00df-\u00ff\u0100-\u017f]{{2,20}}"
_DOUBLE = re.compile(
    rf"(?<![\w'\u2019.-])(?P<v>(?P<first>{_PART}(?:-{_PART})?) (?:[A-Z]\.? )?(?P<one>{_PART})-(?P<two>{_PART}))(?![\w-])"
)
_THEOREMS = frozenset(
    "Meier Whitney Weinberg Barr Johnson Lemeshow Altman White Waterman Wunsch Kutta Tukey Marquardt Menten Hasselbalch Weiss Chiari Pick "
    "Hunt Hoff Tooth Up Based Term Care Out Down Off Over Point Level Time Free".split()
)
"""Second names of eponyms, and of words that titles join by a hyphen."""


def _double(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """A given name that no list has, and two surnames of which a list knows one: `Eustace Pemberton-Nwosu`."""
    for match in _DOUBLE.finditer(text, low, high):
        first, one, two = match["first"].partition("-")[0], match["one"], match["two"]
        known = any(person.case(part) in person.ANY_NAME for part in (one, two))
        eponym = two in _THEOREMS or (one in EPONYMS and two in EPONYMS)
        start, end = match.span("v")
        if known and not eponym and alone(first) and alone(one) and not person.harmless(text, start, end, [one, two]):
            yield start, end


RULES: tuple[Rule, ...] = (
    Rule(
        id="name.double",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A); Census Bureau, frequently occurring names: one of two joined surnames",
        triggers=(r"[a-z\x80-\xff.] [A-Z\xc3][A-Za-z\x80-\xff]{2,20}-[A-Z\xc3][a-z\x80-\xff]{2}",),
        spans=_double,
        before=64,
        after=24,
        positives=(
            "home eval for «Eustace Pemberton-Nwosu» at 45B",
            "Pulm rehab dc letter: «Cuthbert Mbeki-Lowe» finished",
            "see «Dagny Eriksdotter-Bell», 26F",
        ),
        negatives=(
            "Suspected Stevens-Johnson syndrome",
            "Exact Mann-Whitney test",
            "Run Smith-Waterman first",
            "Plan Follow-Up Visit",
            "Guidelines Evidence-Based",
        ),
    ),
)
