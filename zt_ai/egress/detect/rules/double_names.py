"""(A) Names with two surnames joined by a hyphen, of which the lists know one: `Eustace Pemberton-Nwosu`; alone, both: `Balogun-Reyes`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect import person
from zt_ai.egress.detect.lists.clinical import AFTER_EPONYM, EPONYMS
from zt_ai.egress.detect.lists.double import DOUBLE_EPONYMS
from zt_ai.egress.detect.person import UPPER
from zt_ai.egress.detect.rule import Rule
from zt_ai.egress.detect.rules.kin import alone
from zt_ai.egress.detect.rules.known_cities import AMERICAN

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
        eponym = two in _THEOREMS or f"{one}-{two}" in DOUBLE_EPONYMS or (one in EPONYMS and two in EPONYMS)
        start, end = match.span("v")
        if known and not eponym and alone(first) and alone(one) and not person.harmless(text, start, end, [one, two]):
            yield start, end


_PIECE = rf"(?:[{UPPER}][a-z\u00df-\u00ff\u0100-\u017f]{{1,20}}|[{UPPER}]{{3,16}})"
_ONE = re.compile(rf"(?<![\w'\u2019.@/-])(?P<v>(?P<one>{_PIECE})-(?P<two>{_PIECE}))(?![\w@-])")
_UNJOINED = frozenset(
    "African Afro Anglo Anti Asian Austro Franco Greco Indo Inter Intra Judeo Latin Mid Multi Neo Non Post Pre Pro Pseudo Semi Sino "
    "Self Sub Super Trans Ultra Vice Co Ex All Half High Low Left Right Near Far North South East West Upper Lower Long Short".split()
)
"""First parts that make no name of two."""


def _alone(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Two surnames without a given name, both of them known."""
    for match in _ONE.finditer(text, low, high):
        one, two = (person.case(match[group]) for group in ("one", "two"))
        shouted = match["one"].isupper() != match["two"].isupper()
        if shouted or one in _UNJOINED or two in _THEOREMS or f"{one}-{two}" in DOUBLE_EPONYMS:
            continue
        # Of eponyms that no list has, one is mostly in no list of names either.
        known = all(part in person.SURNAMES or part in person.GIVEN for part in (one, two)) and not (
            one in EPONYMS and two in EPONYMS
        )
        if not known or (one in AMERICAN and two in AMERICAN):
            continue
        start, end = match.span("v")
        if not person.harmless(text, start, end, [one, two]) and not AFTER_EPONYM.match(text, end):
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
    Rule(
        id="name.hyphenated",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A); Census Bureau, frequently occurring names: two surnames and nothing else",
        triggers=(
            r"(?:^|[^A-Za-z\x80-\xff'.@/-])[A-Z\xc3-\xc5][A-Za-z\x80-\xff]{1,20}-[A-Z\xc3-\xc5][A-Za-z\x80-\xff]",
        ),
        spans=_alone,
        before=64,
        after=24,
        positives=(
            "vanc per «Ngo-Adeyemi», trough 16",
            "OR2 «CORRIGAN-PAZ» 44F D&C",
            "Next is case four, «Balogun-Reyes».",
            "«Ong-Bautista» 8104 DNR",
        ),
        negatives=(
            "the Harris-Benedict equation, Mann-Whitney, Kaplan-Meier and Hosmer-Lemeshow",
            "a Jackson-Pratt drain, Cockcroft-Gault",
            "Winston-Salem and Wilkes-Barre",
            "Follow-Up and X-Ray, African-American, Afro-Caribbean",
            "Merriam-Webster, Mercedes-Benz, Hewlett-Packard, Coca-Cola",
            "Lennox-Gastaut, Ehlers-Danlos, Creutzfeldt-Jakob",
        ),
    ),
)
