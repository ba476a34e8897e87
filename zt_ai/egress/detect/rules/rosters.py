"""(A) Names on lists of patients: operating room schedules, handoffs, worklists, panels.

A line there begins with a bed, a time or nothing, goes on with a name, and then with an age and a sex, a number, or the
next column. By this place, names are recognised that no list knows.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect import person
from zt_ai.egress.detect.geography import STATE_NAMES
from zt_ai.egress.detect.lists.clinical import EPONYMS
from zt_ai.egress.detect.person import NO_SURNAME, WORD
from zt_ai.egress.detect.rule import Rule
from zt_ai.egress.detect.rules.prose.words import NEXT

STATES = frozenset(STATE_NAMES.split("|"))
_PLACE = (
    r"(?:^|(?<=[\n|\t])|(?<=  )|(?<=[:;] )|(?<=[0-9][0-9] )|(?<=[0-9][0-9]  )|(?<=[0-9][0-9]:[0-9][0-9]  )|(?<=[-*\u2022>|\u2014] )|(?<=[0-9][.)] )|"
    r"(?<=[0-9][A-D] )|(?<=[MR][0-9]{4} ))"
)
"""Where a name begins: a line, a column, an item of a list; behind a time, a room or a specimen."""
_AGED = r",? {1,3}\(?[0-9]{1,3} ?(?:(?:y/?o|Y/?O|yrs?) ?[MF]?|[MF])(?![A-Za-z0-9])"
_COLUMN = r"(?: ?[|\t]|  )(?=[^\n])"
_NUMBER = r" {1,8}[(#]{0,2}[0-9]{6,10}(?![0-9A-Za-z])"
_COMMA = re.compile(
    rf"{_PLACE}(?P<v>(?P<last>{WORD}), ?(?P<first>{WORD})(?:\.|(?: [A-Z]\.?)?))(?:(?P<aged>{_AGED})|(?P<column>{_COLUMN})|{_NUMBER})"
)
_INITIAL = re.compile(rf"{_PLACE}(?P<v>(?P<last>{WORD}),? [A-Z]) {{1,3}}[0-9]{{6,8}}(?![0-9A-Za-z])")
_ALONE = re.compile(rf"{_PLACE}(?P<v>{WORD}){_AGED},?{_NUMBER}")
_OPENING = re.compile(
    rf"(?m)(?:^(?:[-*\u2022] |[0-9]{{1,2}}[.)] |new: |[A-Z0-9]{{1,3}}-?[0-9]{{1,3}}[A-Z]? )?)(?P<v>{WORD}) [1-9][0-9]?(?: ?y/?o)? ?[MF](?![A-Za-z0-9])"
)
"""A line of a sign-out: `Queen 72M GIB`."""
_LINES = 400
"""Characters around a line in which another one opens in the same way."""
_TWO = re.compile(rf"{_PLACE}(?P<v>(?P<first>{WORD}) (?:[A-Z]\.? )?(?P<last>{WORD})){_AGED}")


def no_word(word: str) -> bool:
    """Whether a word is none of those that charts, forms and sentences begin with."""
    cased = person.case(word)
    return word not in person.STOP and cased not in person.STOP and cased not in STATES


def _on_list(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """`Ramsay, D 57F`, `Prather 74M 8140092`, `GRISWOLD,H 7390841`, `Kehaulani Akana 27yo`."""
    for match in _COMMA.finditer(text, low, high):
        if _listed(match):
            yield match.span("v")
    for match in _ALONE.finditer(text, low, high):
        word = match["v"]
        if no_word(word) and (not word.isupper() or len(word) > 3) and len(word) > 1 and word not in EPONYMS:
            yield match.span("v")
    for match in _OPENING.finditer(text, low, high):
        word = match["v"]
        if may_be_name([word]) and word not in EPONYMS and (not word.isupper() or len(word) > 3):
            others = _OPENING.findall(text, max(match.start() - _LINES, 0), match.end() + _LINES)
            if person.case(word) in person.SURNAMES or sum(may_be_name([other]) for other in others) > 1:
                yield match.span("v")
    for match in _INITIAL.finditer(text, low, high):
        last = match["last"]
        if no_word(last) and len(last) > 2 and last not in EPONYMS and not NO_SURNAME.fullmatch(last):
            yield match.span("v")
    for match in _TWO.finditer(text, low, high):
        if _full(match):
            yield match.span("v")


def _full(match: re.Match[str]) -> bool:
    """Whether two words are a given name and a surname, as far as words that are in no list can tell."""
    return all(len(word) > 1 and not word.isupper() and no_word(word) for word in (match["first"], match["last"]))


_NUMBERED = re.compile(
    rf"(?<![0-9A-Za-z-])[0-9]{{6,10}}\)? {{1,4}}(?P<v>{WORD})(?: ?[-\u2013\u2014(/|,]|  )|"
    rf"(?:^|(?<=[\n\t|])|(?<=[0-9][0-9] ))(?P<w>{WORD}) \(?#?[0-9]{{6,10}}(?![0-9A-Za-z])"
)


def words_of(name: str) -> list[str]:
    """The capitalised words of a name, without particles and marks."""
    return [word for word in re.split(r"[ .,]+", name) if word and word[0].isupper()]


def may_be_name(words: list[str]) -> bool:
    """Whether words may be a name: none begins a sentence of a chart, or is by its ending what was found or done."""
    return any(len(word) > 1 for word in words) and all(
        no_word(word) and (person.case(word) in person.ANY_NAME or not NO_SURNAME.fullmatch(word))
        for word in words
        if len(word) > 1
    )


def _numbered(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """A surname right beside the number of a record: `4471102 Fairweather - GIB`, `0900 Esparza 298834 new`."""
    for match in _NUMBERED.finditer(text, low, high):
        name = "v" if match["v"] else "w"
        word = match[name]
        known = person.case(word) in person.ANY_SURNAME
        if not no_word(word) or len(word) < 3 or word in EPONYMS or word.lower() in NEXT:
            continue
        if known or (not word.isupper() and not NO_SURNAME.fullmatch(word)):
            yield match.span(name)


_LINE = re.compile(
    rf"(?:^|(?<=\n)|(?<=[:;.] ))(?P<v>{WORD}(?: (?:de |del |de la |da |dos |van |von |al |bin )?{WORD}){{1,3}}), "
    rf"(?:[1-9][0-9]?|1[01][0-9])(?:(?P<years> ?(?:yrs?|y/?o)\b)| ?[FM]?(?=,))"
)


def _in_line(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """`Adelheid Krause, 102, MoCA 24`: who a line is about, with an age."""
    for match in _LINE.finditer(text, low, high):
        words = [word for word in match["v"].split() if word[0].isupper()]
        # "Aspirin Chewable, 81, daily": without a unit of years, one word has to be a name that lists know.
        told = match["years"] or any(person.case(word) in person.ANY_NAME and word not in EPONYMS for word in words)
        if told and all(no_word(word) and len(word) > 1 and not NO_SURNAME.fullmatch(word) for word in words):
            yield match.span("v")


_TOLD = "of|from|who|was|is|has|had|lives|resides|presents|presented|came|comes|a|an|admitted|widow(?:ed|er)?|retired"
_APPOSED = re.compile(
    rf"(?:^|(?<=[\n\t\"(])|(?<=[:;.] )|(?<= and )|(?<= for ))(?P<v>(?P<first>{WORD}) (?:[A-Z]\.? |[\"\u201c(]{WORD}[\"\u201d)] )?(?P<last>{WORD})), [1-9][0-9]{{0,2}}, (?:{_TOLD})\b"
)


def _apposed(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """`Barnaby Kitchener, 64, of Dubuque`: somebody with an age between commas."""
    for match in _APPOSED.finditer(text, low, high):
        if _full(match):
            yield match.span("v")


def _listed(match: re.Match[str]) -> bool:
    last, first = match["last"], match["first"]
    if not no_word(last) or person.case(first) in STATES or len(last) < 2:
        return False
    known = person.case(first) in person.ANY_GIVEN or person.case(last) in person.ANY_SURNAME
    if match["column"]:
        return known and (first not in person.STOP or first in person.ANY_GIVEN)
    # "CULTURE, URINE 7390841" is no name; an initial or a given name makes one of it.
    return known or len(first) == 1 or not last.isupper()


RULES: tuple[Rule, ...] = (
    Rule(
        id="name.roster",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): the place of a name on a list of patients",
        triggers=(
            r"[A-Za-z]\.?,? {1,3}\(?[0-9]{1,3} ?(?:y/?o|Y/?O|yr|[MF])",
            r"[A-Z],[A-Z][A-Z]* {1,3}[0-9]{6}",
            r"[A-Za-z](?:, ?| )[A-Z]\.? {1,3}[0-9]{6}",
            r"[A-Za-z], ?[A-Z][A-Za-z.'-]{0,20}(?: ?[|\t]|  )",
        ),
        spans=_on_list,
        before=60,
        after=24,
        positives=(
            "OR1 0730 «Ramsay, D» 57F lap chole",
            "OR1 0930 «Contreras, Luz» 34F lap appy",
            "«Prather» 74M 8140092 NSTEMI, cath am",
            "Handoff\n«Mukherjee» 69F 8137745 cardiogenic shock",
            "25-043-M0217 «GRISWOLD,H» 7390841 blood x2 GPC clusters",
            "worklist\n«SATO,KEN» 7002173 CSF no growth",
            "6/3 0412 «Oduya, F.» 2217740 K 6.8",
            "panel:\n«Cho, Sung-min» | PJN450083 | implant",
            "chair 2  8:30  «Tillman, Bo»  infliximab 5/kg",
            "nuc med worklist\n08:00 «Gaspard T» 904418 MPI acc N25-771",
            "OB triage: «Kehaulani Akana» 27yo G2P1",
            "consults\n«Ogunbanjo» 61M SBO, NGT out\n«Saunooke» 19M GSW thigh\n",
        ),
        negatives=(
            "Pleasant 57F with chest pain",
            "Elderly 80F with cough\nThe plan",
            "CHF 67F, DKA 45M",
            "CULTURE, URINE 7390841",
            "Hepatitis B 123456, Vitamin D 400000",
            "Portland, Oregon | 12 beds",
            "Date, Time  | Left, Right | 12",
            "Caucasian Female 57yo, Hispanic Male 45yo",
            "Patient 57F, Resident 91F 8140092",
        ),
    ),
    Rule(
        id="name.of-somebody-aged",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): the form in which letters and news name somebody with an age",
        triggers=(rf"[a-z], [1-9][0-9]{{0,2}}, (?:{_TOLD})[^a-z]",),
        spans=_apposed,
        before=60,
        after=4,
        positives=(
            "«Barnaby Kitchener», 64, of Dubuque, was seen",
            "Seen today: «Ada B. Lovell», 101, who lives alone",
            'OBITUARY. «Evangeline "Vangie" Thibodeaux», 97, of Breaux Bridge',
        ),
        negatives=(
            "Refer to Table Six, 94, 1203",
            "oxygen saturation, 94, was low",
            "Blood Pressure, 94, was low",
            "Patient Female, 64, of note",
        ),
    ),
    Rule(
        id="name.in-line",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): a line of a list of persons, with their ages",
        triggers=(r"[a-z\x80-\xff], [1-9][0-9]{0,2}(?: ?(?:yrs?|yo|y/o|F|M))?[, ]",),
        spans=_in_line,
        before=70,
        after=4,
        positives=(
            "roster\n«Adelheid Krause», 102, MoCA 24",
            "PACE interdisciplinary: «Concepción Maldonado de León», 95, participant",
            "\n«Desta Haile», 93 yrs, dtr",
            "Veterinary bite follow up. «Kalani Pua'ena», 9 y/o, bitten",
        ),
        negatives=(
            "Blood Pressure, 94, was low",
            "\nOxygen Saturation, 94, low",
            "Results: Sodium Chloride, 154, mmol",
            "Table: Grade Three, 12, 14",
            "\nAspirin Chewable, 81, daily\nMetformin Hydrochloride, 500, bid",
        ),
    ),
    Rule(
        id="name.beside-number",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): the place of a name on a list of patients, by the number of a record",
        triggers=(),
        beside=frozenset({"mrn"}),
        spans=_numbered,
        before=30,
        after=30,
        positives=(
            "Night float sign-out\n1) 4471102 «Fairweather» - GIB, Hgb q6",
            "Clinic list\nMRN 4471102\n0900 «Esparza» 4471102, new",
        ),
        negatives=(
            "Night float sign-out\n1) 4471102 Discharged - home",
            "Night float sign-out\n1) 4471102 Pending - labs\n2) 4471103 Hemolyzed - redraw\n3) 4471104 CHF, DKA",
            "1) 4471102 Fairweather - GIB",
            "Chart #558207 was pulled",
        ),
    ),
)
