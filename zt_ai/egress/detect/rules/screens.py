"""(A) Names where programs show them: speakers of a chat, quoted cells, rows of values, logs of monitors."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect import person
from zt_ai.egress.detect.geography import STATES
from zt_ai.egress.detect.lists.clinical import EPONYMS
from zt_ai.egress.detect.lists.things import SHOWN
from zt_ai.egress.detect.person import NO_SURNAME, WORD
from zt_ai.egress.detect.rule import Rule
from zt_ai.egress.detect.rules.rosters import no_word

_VALUES = re.compile(
    rf"[(\[,] ?(?P<quote>['\"])(?P<v>{WORD}(?:[ -]{WORD})?)(?P=quote), ?(?P=quote)(?P<w>{WORD}(?:[ -]{WORD})?)(?P=quote), ?"
    rf"(?:(?P=quote)[A-Z](?P=quote), ?)?(?P=quote)(?:(?:19|20)[0-9]{{2}}-[01][0-9]-[0-3][0-9]|[01]?[0-9]/[0-3]?[0-9]/(?:19|20)[0-9]{{2}})"
)


def _values(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """`('Onwuachi', 'Chike', '1958-02-02', …)`: two names before a date, in a row of a table."""
    for match in _VALUES.finditer(text, low, high):
        if all(no_word(word) and word not in SHOWN for word in (match["v"], match["w"])):
            yield match.span("v")
            yield match.span("w")


_SPEAKER = re.compile(
    rf"\[[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})?(?: ?[AaPp][Mm])?\] (?P<v>{WORD}(?: {WORD}| [A-Z]\.?)?)(?=: )"
)
_QUOTED = re.compile(
    rf"(?P<quote>['\"])(?P<v>(?P<last>{WORD}), ?(?P<first>{WORD})(?: [A-Z]\.?)?)(?P=quote)(?=[,;|\t]? ?['\"]?[A-Z]{{0,3}}-?[0-9])"
)
_QUOTED_KNOWN = re.compile(rf"(?P<quote>['\"])(?P<v>(?P<last>{WORD}), (?P<first>{WORD})(?: [A-Z]\.?)?)(?P=quote)")
_PAIR = re.compile(
    rf"(?<![A-Za-z])(?P<key>last|first|ln|fn|lname|fname)(?:\\?['\"])?\s?[:=]\s?(?:\\?['\"/])?\^?(?P<v>{WORD}(?: {WORD})?)(?=\\?['\"]|[,;}})\n\s/]|$)"
)
_QUERIED = re.compile(rf"\| (?P<v>(?P<last>{WORD}) (?P<first>{WORD})(?: [A-Z])?) {{1,30}}\|")
_BED = re.compile(rf"(?i:bed|room|rm) [0-9]{{1,4}}[A-Z]? (?P<v>(?P<last>{WORD}) [A-Z])(?= [A-Z])")
_IN_BED_KNOWN = re.compile(rf"(?i:bed|room|rm) [0-9]{{1,4}}[A-Z]? (?P<v>{WORD})(?= [A-Z]{{2}}| [a-z]|,|\.|:| -)")
_SMALL = re.compile(
    r"(?:^|(?<=[\n|\t])|(?<=[0-9] ))(?P<v>[a-z]\.? (?P<last>[a-z]{3,}))(?= [1-9][0-9]?[mf](?![a-z0-9]))"
)


def _on_screen(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Who speaks in a chat; `"JOHANSSON, BRITT-MARIE" E441902`; `bed 7 ROJAS L`; `rm3 j delgado 34m`."""
    for match in _SPEAKER.finditer(text, low, high):
        if all(no_word(word) and word not in SHOWN for word in match["v"].split() if len(word) > 2):
            yield match.span("v")
    for match in _QUOTED.finditer(text, low, high):
        last, first = match["last"], match["first"]
        if no_word(last) and no_word(first) and person.case(first) not in STATES and last not in SHOWN:
            yield match.span("v")
    for match in _QUOTED_KNOWN.finditer(text, low, high):
        last, first = person.case(match["last"]), person.case(match["first"])
        if last in person.SURNAMES and first in person.ANY_GIVEN:
            yield match.span("v")
    for match in _QUERIED.finditer(text, low, high):
        names = [match["last"], match["first"]]
        told = person.case(names[0]) in person.SURNAMES and person.case(names[1]) in person.ANY_NAME
        if told and all(name.isupper() for name in names) and _free(names):
            yield match.span("v")
    yield from _pairs(text, low, high)
    for match in _BED.finditer(text, low, high):
        if person.case(match["last"]) in person.ANY_SURNAME:
            yield match.span("v")
    for match in _IN_BED_KNOWN.finditer(text, low, high):
        cased = person.case(match["v"])
        if (cased in person.SURNAMES or cased in person.GIVEN) and cased not in EPONYMS and _free([match["v"]]):
            yield match.span("v")
    for match in _SMALL.finditer(text, low, high):
        if match["last"].capitalize() in person.ANY_SURNAME:
            yield match.span("v")


def _pairs(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """`first: 'Nguyệt', last: 'Tôn-Nữ'`: keys of a surname and a given name near each other."""
    before: re.Match[str] | None = None
    for match in _PAIR.finditer(text, low, high):
        if not all(no_word(word) and word not in SHOWN for word in match["v"].split()):
            continue
        if before and before["key"][0] != match["key"][0] and match.start() - before.end() < _BESIDE:
            yield before.span("v")
            yield match.span("v")
        before = match


_BESIDE = 40
"""Characters between two keys of the same person."""
_FULL = rf"{WORD}(?: (?:(?:de|del|de la|van|von|al|bin|el|la|da|dos|Lo|Di|De|Van|St\.) )?{WORD}){{1,2}}"
_ROW = re.compile(
    rf"(?:[;|\t] ?| {{2,}}|^|(?<=\n)|(?<=[0-9][)] )|(?<=[0-9]{{4}} ))(?P<v>{_FULL})"
    r"(?=(?:[;|\t] ?| {2,}| / |, | )(?:(?:SSN|DOB|MRN|VIN|number|no\.|#)[ :]{0,2})?"
    r"(?:[A-Z]{0,3}-?[0-9]{4,}|[0-3]?[0-9][/.-][0-3]?[0-9][/.-](?:[12][0-9]{3}|[0-9]{2}(?![0-9])))|[;|\t, ]{1,3}(?:SSN|VIN) | [A-Z]{1,3}-[0-9]{4})"
)
_CARETS = re.compile(
    r"(?<![^\s])(?P<v>[A-Z][A-Z'-]{1,24}\^[A-Z][A-Za-z'-]{2,24}(?:\^[A-Z][A-Za-z.]{0,20})?)(?![\w^&|])"
)
_IN_BED = re.compile(rf"(?i:bed|room|rm) [0-9]{{1,4}}[A-Z]?, (?P<v>(?P<last>{WORD})(?:, [A-Z]\.?)?)(?=, )")


def _in_row(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Two words alone in a cell or a step of a list, before a number or a date; `OKONJO^BAYO`; `Bed 9, Tshabalala,`."""
    for match in _ROW.finditer(text, low, high):
        words = [word for word in match["v"].split() if word[0].isupper()]
        if _free(words) and len({word.isupper() for word in words if len(word) > 2}) == 1:
            yield match.span("v")
    for match in _CARETS.finditer(text, low, high):
        if _free(match["v"].split("^")[:2]):
            yield match.span("v")
    for match in _IN_BED.finditer(text, low, high):
        if _free([match["last"]]) and len(match["last"]) > 3:
            yield match.span("v")


def _free(words: list[str]) -> bool:
    return all(
        no_word(word) and word not in SHOWN and word not in EPONYMS and not NO_SURNAME.fullmatch(word) for word in words
    ) and not person.harmless(" ".join(words), 0, len(" ".join(words)), words)


RULES: tuple[Rule, ...] = (
    Rule(
        id="name.in-row",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): a cell of two words before the cell with a number or a date; DICOM PS3.5, 6.2 PN",
        triggers=(
            r"[a-z](?:[;|\t] ?| {2,}| / |, | )(?:(?:SSN|DOB|MRN|VIN|number|no\.|#)[ :]{0,2})?[A-Z]{0,3}-?[0-9]{4}",
            r"[a-zA-Z](?:[;|\t] ?| {2,})[0-3]?[0-9][/.-][0-3]?[0-9][/.-][0-9]{2}",
            r"[a-z][;|\t, ]{1,3}(?:SSN|VIN) ",
            r"[a-z] [A-Z]{1,3}-[0-9]{4}",
            r"[A-Z]\^[A-Z][A-Za-z]",
            r"(?i)(?:bed|room|rm) [0-9]{1,4}[a-z]?, [a-z]{3}",
        ),
        spans=_in_row,
        before=60,
        after=30,
        positives=(
            "SUBJ-2-0117;«Hinemoa Parata»;14/02/1960;implant",
            "KPT-20144-9     «Raúl Echenique»       02/06/25    1,280.00",
            "1) «Gaetano Lo Presti» / CM2204 / SNF bed",
            "OR1 0730 «Jarrah Whitfield» S-77120 lap chole",
            "«Torvald Nyström» | SSN 318-64-0725",
            "list:\n«Nadezhda Orlova», VIN 1GNSKBKC5NB564901",
            "0730 «ECHEVERRIA^MAITE» 19811102 ACC",
            "Bed 9, «Tshabalala», 1180-219-0, transferred",
        ),
        negatives=(
            "Boston Scientific, 4471",
            "OBR|1||24331-1^LIPID PANEL^LN, CBC^COMPLETE",
            "Order Number; 12345678",
            "Blood Pressure  01/02/25",
            "Room 12, Floor, 3",
            "Glucose Fasting | 1200",
        ),
    ),
    Rule(
        id="name.on-screen",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): places of names in chats, logs of monitors and quoted cells",
        triggers=(
            r"\[[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})?(?: ?[AaPp][Mm])?\] [A-Z]",
            r"['\"][A-Z][A-Za-z'-]{1,24}, ?[A-Z][A-Za-z' .-]{1,24}['\"][,;|\t]? ?['\"]?[A-Z]{0,3}-?[0-9]",
            r"['\"][A-Z\xc3-\xc5][A-Za-z\x80-\xff'-]{1,24}, [A-Z\xc3-\xc5][A-Za-z\x80-\xff' .-]{1,24}['\"]",
            r"(?i)(?:^|[^a-z])(?:last|first|ln|fn|lname|fname)(?:\\?['\"])?\s?[:=]\s?(?:\\?['\"/])?\^?(?:(?-i:[A-Z])|[\xc3-\xc5\xe1])",
            r"\| [A-Z\xc3-\xc5][A-Z\x80-\xff'-]{2,24} [A-Z][A-Z'-]{1,24}(?: [A-Z])? {1,30}\|",
            r"(?i)(?:bed|room|rm) [0-9]{1,4}[a-z]? [a-z]{3}",
            r"[a-z]\.? [a-z]{3,20} [1-9][0-9]?[mf](?:[^a-z0-9]|$)",
        ),
        spans=_on_screen,
        before=96,
        after=40,
        positives=(
            "first: '«Nguyệt»', last: '«Fifita»', cell",
            '<pt ln="«Oftedahl»" fn="«Signe-Marie»" dob',
            "patient.first = «Zdzisława»\npatient.last = «Oyelowo»\n",
            "'«Kowalczyk, Halina»', 'Univ",
            "| 903121888 | «LINDQVIST ELDON»       | LTVU |",
            "[09:15] «Steph M»: 7E-22 being cleaned. who's attending",
            'like these two: "«JOHANSSON, BRITT-MARIE»" E441902 1955-11-30',
            "05/11 03:14:22 bed 7 «ROJAS L» VT 14 bts",
            "rm3 «j delgado» 34m cp trop",
            "8/8 2117 bed 22 «Hernandez» VT 14 beats, bed 18 «Gutierrez» leads off",
        ),
        negatives=(
            "first: True, last: False",
            "{first: 10, last: 20}, last: Monday",
            "| 12 | BLOOD CULTURE    | NICU |",
            "[09:15] System: rebooted, [10:12] Warning: full",
            '"Portland, Oregon" 97201',
            "bed 7 CLEAN A B, bed 12 Foley out, room 4 Dirty",
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
