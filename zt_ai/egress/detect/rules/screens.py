"""(A) Names where programs show them: speakers of a chat, quoted cells, rows of values, logs of monitors."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect import person
from zt_ai.egress.detect.person import WORD
from zt_ai.egress.detect.rule import Rule
from zt_ai.egress.detect.rules.rosters import STATES, no_word

_VALUES = re.compile(
    rf"[(\[,] ?(?P<quote>['\"])(?P<v>{WORD}(?:[ -]{WORD})?)(?P=quote), ?(?P=quote)(?P<w>{WORD}(?:[ -]{WORD})?)(?P=quote), ?"
    rf"(?:(?P=quote)[A-Z](?P=quote), ?)?(?P=quote)(?:(?:19|20)[0-9]{{2}}-[01][0-9]-[0-3][0-9]|[01]?[0-9]/[0-3]?[0-9]/(?:19|20)[0-9]{{2}})"
)


_SHOWN = frozenset(
    """
    Version Release Created Updated Active Inactive Open Closed Draft Final Start End Total Average Baseline Week Day System Warning
    Error Info Notice Debug Alert Critical Bot Agent Host Admin
    """.split()
)
"""Words that programs show where names may stand."""


def _values(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """`('Onwuachi', 'Chike', '1958-02-02', …)`: two names before a date, in a row of a table."""
    for match in _VALUES.finditer(text, low, high):
        if all(no_word(word) and word not in _SHOWN for word in (match["v"], match["w"])):
            yield match.span("v")
            yield match.span("w")


_SPEAKER = re.compile(
    rf"\[[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?(?: ?[AaPp][Mm])?\] (?P<v>{WORD}(?: {WORD}| [A-Z]\.?)?)(?=: )"
)
_QUOTED = re.compile(
    rf"(?P<quote>['\"])(?P<v>(?P<last>{WORD}), ?(?P<first>{WORD})(?: [A-Z]\.?)?)(?P=quote)(?=[,;|\t]? ?['\"]?[A-Z]{{0,3}}-?[0-9])"
)
_BED = re.compile(rf"(?i:bed|room|rm) [0-9]{{1,4}}[A-Z]? (?P<v>(?P<last>{WORD}) [A-Z])(?= [A-Z])")
_SMALL = re.compile(
    r"(?:^|(?<=[\n|\t])|(?<=[0-9] ))(?P<v>[a-z]\.? (?P<last>[a-z]{3,}))(?= [1-9][0-9]?[mf](?![a-z0-9]))"
)


def _on_screen(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Who speaks in a chat; `"JOHANSSON, BRITT-MARIE" E441902`; `bed 7 ROJAS L`; `rm3 j delgado 34m`."""
    for match in _SPEAKER.finditer(text, low, high):
        if all(no_word(word) and word not in _SHOWN for word in match["v"].split() if len(word) > 2):
            yield match.span("v")
    for match in _QUOTED.finditer(text, low, high):
        last, first = match["last"], match["first"]
        if no_word(last) and no_word(first) and person.case(first) not in STATES and last not in _SHOWN:
            yield match.span("v")
    for match in _BED.finditer(text, low, high):
        if person.case(match["last"]) in person.ANY_SURNAME:
            yield match.span("v")
    for match in _SMALL.finditer(text, low, high):
        if match["last"].capitalize() in person.ANY_SURNAME:
            yield match.span("v")


RULES: tuple[Rule, ...] = (
    Rule(
        id="name.on-screen",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): places of names in chats, logs of monitors and quoted cells",
        triggers=(
            r"\[[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: ?[AaPp][Mm])?\] [A-Z]",
            r"['\"][A-Z][A-Za-z'-]{1,24}, ?[A-Z][A-Za-z' .-]{1,24}['\"][,;|\t]? ?['\"]?[A-Z]{0,3}-?[0-9]",
            r"(?i)(?:bed|room|rm) [0-9]{1,4}[a-z]? [a-z]{3,20} [a-z] ",
            r"[a-z]\.? [a-z]{3,20} [1-9][0-9]?[mf](?:[^a-z0-9]|$)",
        ),
        spans=_on_screen,
        before=64,
        after=40,
        positives=(
            "[09:15] «Steph M»: 7E-22 being cleaned. who's attending",
            'like these two: "«JOHANSSON, BRITT-MARIE»" E441902 1955-11-30',
            "05/11 03:14:22 bed 7 «ROJAS L» VT 14 bts",
            "rm3 «j delgado» 34m cp trop",
        ),
        negatives=(
            "[09:15] System: rebooted, [10:12] Warning: full",
            '"Portland, Oregon" 97201',
            "bed 7 CLEAN A B",
            "in a row 34m long",
        ),
    ),
    Rule(
        id="name.row-of-values",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): surname, given name and birth date in a row of a table, as programs print it",
        triggers=(r"[a-z]['\"], ?['\"][A-Z][^'\"\n]{1,30}['\"], ?(?:['\"][A-Z]['\"], ?)?['\"][0-9]{1,4}[-/]",),
        spans=_values,
        before=90,
        after=16,
        rank=1,
        positives=(
            "sample: ('«Onwuachi»','«Chike»','1958-02-02','2601:18a::1')",
            "VALUES (7, '«Marchetti»', '«Gianna»', 'F', '1996-11-23')",
        ),
        negatives=(
            "('Version', 'Release', '2024-01-01')",
            "('pending', 'Chike', '1958-02-02')",
            "('Total', 'None', '5')",
        ),
    ),
)
