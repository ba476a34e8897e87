"""Identifiers in prose: a number says where to look, the words around it what it is.

Hyperscan looks for values, which are rare in ordinary text, instead of labels, which are common. The words before and
after a value are then looked up in `prose_words`, where a further label costs nothing.
"""

from __future__ import annotations

import re
import threading
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from zt_ai.egress.detect import person
from zt_ai.egress.detect.geography import CODES
from zt_ai.egress.detect.rule import Rule, Spans
from zt_ai.egress.detect.rules.places import CITIES, CITY_WORDS, STATES
from zt_ai.egress.detect.rules.prose_cases import CASES
from zt_ai.egress.detect.rules.prose_words import (
    ABBREVIATED,
    AS,
    CAPITAL,
    DOING,
    LITTLE,
    MARKS,
    NEXT,
    PEOPLE,
    PUBLIC,
    SURE,
)

_NEAR, _REACH, _AFTER = 40, 110, 60
"""Characters before a value in which its label mostly stands, in which it may stand, and those after it."""
_UNKNOWN = 7
"""Other words that may stand between a sure label and its value."""

_TOKEN = re.compile(
    r"(?<![A-Za-z0-9\\])(?<![0-9][.,])(?<!-)(?=[A-Za-z]{0,6}-?[0-9])"
    r"(?:[A-Za-z]{1,6}-?)?[0-9][0-9A-Za-z]{0,20}(?:-(?:[0-9A-Z]{1,12}|[a-z]{0,6}[0-9][0-9a-z]{0,11})(?![0-9A-Za-z])){0,4}"
    r"(?![A-Za-z0-9]|[.,][0-9]|-[0-9])"
)
_PIECE = re.compile(
    r"['\u2019]s(?![A-Za-z])|PubMed|EudraCT|GitHub|GenBank|RxNorm|RxCUI|ClinVar|UniProt|[A-Z]{2,}s(?![A-Za-z])|[A-Z\u00c0-\u00de]+(?![a-z\u00df-\u00ff])|"
    r"[A-Z\u00c0-\u00de]?[a-z\u00df-\u00ff]+|[0-9]+|[#\u2116]|\n|[^\sA-Za-z0-9\u00c0-\u00ff]"
)
_RUN = re.compile(r"[0-9]{5}")
_TIME = re.compile(r"(?:19|20)[0-9]{2}-[01][0-9]-[0-3][0-9]")
_LETTERS = re.compile(r"[A-Za-z]{2,6}(?=-?[0-9]{4}|-[0-9]{2}-)")
_DATE = re.compile(r"(?:19|20)[0-9]{2}-(?:(?:19|20)[0-9]{2}|(?:0?[1-9]|1[0-2])(?:-[0-3]?[0-9])?)")
"""Years and what begins with one. `12-05-11` may be a number as well as a date, and both are identifiers."""
_KNOWN = re.compile(
    r"(?i)(?:NCT|ISRCTN|PMC|GSE|GSM|SR[APRX](?=[0-9]{6})|ERP|VCV|RCV|SCV|ENSG|rs(?=[0-9]{4})|LOINC|SNOMED|RFC|ISO|IEC|CVE|COVID|"
    r"SARS|GPT|CPT|ICD|UTF|SHA|int|uint|float)-?[0-9]|0x|2147483647$|4294967295$"
)
"""Beginnings of numbers of trials, sequences, standards and programs."""
_COLOR = re.compile(r"[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?")
_SEQUENCE = re.compile(r"[NX][CGMPRT]_$")
_CODE = re.compile(r"[A-Z][0-9]{2}[0-9A-Z]{1,2}")
"""The form of HCPCS codes, and of ICD-10 codes without their point."""
_DIAGNOSIS = re.compile(r"[A-TV-Z][0-9][0-9AB][0-9A-Z]{0,4}")
_WHOLE = re.compile(r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}")
_ZIP = re.compile(r"[0-9]{5}(?:-[0-9]{4}|-USA?)?")
_SLIDE = re.compile(r"[A-Z]{1,3}[0-9]{2}-[0-9]{3,6}")
"""The form that pathology numbers its cases in: letter, year, number."""
_ROUND = re.compile(r"[1-9][0-9]{2,3}00|[1-9][0-9]{3}0|[1-9][0-9]{3,8}000|[1-9][0-9]+0000")
_UNIT = re.compile(
    r"\s?-?(?:[%\u00b0\u00b5\u03bc$]|x\s?10|/\s?(?:[u\u00b5m]?L|mm|HPF|hpf)|(?:m?c?g|[mnp]g|kg|m[lL]|d[lL]|u[lL]|L|IU|U|[uU]nits?|mEq|mmol|"
    r"mm|cm|m|km|ft|lbs?|CFU|cfu|PFU|copies|cells|ppm|ppb|rpm|bpm|steps?|ms|sec|seconds?|mins?|minutes|hours?|hrs?|"
    r"days?|weeks?|months?|years?|yrs?|dollars?|USD|euros?|bytes?|bits?|[KMG]B|[kMG]?Hz|doses?|tablets?|tabs?|caps?|"
    r"capsules?|people|persons?|men|women|children|adults?|patients?|subjects?|participants?|deaths?|births?|cases?|"
    r"inpatients?|outpatients?|total|controls?|visits?|encounters?|admissions?|stays?|records?|charts?|samples?|specimens?|times|points?|percent|"
    r"mcg|msec|volts?|ohms?|mAh?|kcal|calories|square|sq|live|person-years|mg/\w+)(?![A-Za-z0-9]))"
)
_MANY = re.compile(r" ([a-z]{2,}s)\b")
_SINGULAR = frozenset(
    "was is has does this his as its needs shows states comes goes says lives gets takes wants us".split()
)
_LINK = re.compile(r"\s?[\"')\]]{0,2}\s?(?:(?:is|was|are|were|as|being)\b|[,(\[=|\u2013-])(?= ?[A-Za-z#])")
_JOINT = re.compile(
    r"[)\]]?(?:\s?[,;/&+]\s?(?:and\s|or\s|#)?|,?\s(?:\([a-z]{1,12}\)\s)?(?:(?:and|or|to|with|from|by|into|instead|of|for|"
    r"the|her|his|mother|father|baby|twin|new|old|then|now|also|was|is)\s){1,5})[#(]?"
)
_HERE = re.compile(
    r"(?i)(?<![a-z])(?:liv(?:es?|ed|ing)|resid(?:es?|ed|ing|ent|ents)|moved|relocated|located|pharmacy|clinic|"
    r"neighbou?rhood|miles|i['\u2019]m|i am|mail(?:ed)?|close|(?:patients|people|families|somewhere|someone) (?=from|in))"
    r"(?: (?:back|in|to|from|near|of|at|the|around|within))* $"
)
_TOWARDS = frozenset(("in ", "to ", "om ", "ar ", "of ", "he ", "at ", "nd ", "od "))
_AREA = re.compile(r"(?i)[ -](?:area|zip|postal|neighbou?rhood)\b")
_CALLED = re.compile(r"(?i)[ -](?:zip|postal)\b")
_IN_THE = re.compile(r"(?i)(?<![a-z])(?:the|in|near) $")
_CITY_AFTER = re.compile(r",? ([A-Z][a-z]+(?: [A-Z][a-z]+){0,2})(?=,|\.?$|\.?\n| [A-Z]{2}\b)")
_BESIDE = " \t\n.,|/^():\u2013-"
_WORDS = re.compile(r"[A-Z][A-Za-z.'\u2019-]*[A-Za-z]")
_STATE_CODES = frozenset(CODES.split("|"))


_Value = tuple[int, int, str]
"""Start, end, kind."""


@dataclass(slots=True)
class _Number:
    """A value and what its form allows it to be."""

    text: str
    start: int
    end: int
    strong: bool
    bare: bool
    """Only digits."""


def _number(match: re.Match[str]) -> _Number | None:
    """The value at a match; None where its form is that of a date, a code or a count that everybody knows."""
    value = match[0]
    bare = value.isdigit()
    count = len(value) - (0 if bare else len(value.translate(_NO_DIGITS)))
    if count < (5 if bare else 3) or _TIME.match(value) or _KNOWN.match(value) or _WHOLE.fullmatch(value):
        return None
    strong = count > 5 or bool(_RUN.search(value)) or (count > 3 and not value.replace("-", "").isdigit())
    return _Number(value, match.start(), match.end(), strong, bare)


def _look(table: Mapping[str, str], first: str, second: str) -> str | None:
    """The kind of a label of one or two words; the last may be in the plural."""
    for word in (second, second[:-1]) if second[-1:] == "s" and len(second) > 2 else (second,):
        found = table.get(f"{first} {word}" if first else word)
        if found:
            return found
    return None


def _before(text: str, number: _Number) -> str | None:
    """The kind that the words before a value say."""
    start = number.start
    if start > _NEAR:
        # Nothing is said that near in only a few texts: most are not read further back.
        cut = text.find(" ", start - _NEAR, start)
        kind = _said(text, number, _PIECE.findall(text, cut, start)) if cut >= 0 else _MORE
        if kind != _MORE:
            return kind
    kind = _said(text, number, _PIECE.findall(text, max(start - _REACH, 0), start))
    return None if kind == _MORE else kind


_NO_DIGITS = dict.fromkeys(range(0x30, 0x3A))
_MORE = "more"
"""The words that were read decide nothing: those before them may."""


def _said(text: str, number: _Number, pieces: list[str]) -> str | None:
    marked = lead = linked = False
    unknown = little = lines = 0
    place = len(pieces) - 1
    while place >= 0:
        piece = pieces[place]
        char = piece[0]
        if not char.isalpha() and char not in "#\u2116":
            if char == "\n":
                lines += 1
                if lines > 1 and (little or unknown):
                    return None
            elif char in "!?;":
                # "MRN? 12345678" and "MRN; 12345678": only right after the label.
                if unknown or little > 1:
                    return None
            elif char == ".":
                if not _abbreviated(pieces, place):
                    return None
            elif char.isdigit():
                return None
            elif char in ":=":
                lead = lead or not (little or unknown)
            place -= 1
            continue
        word = piece.lower()
        first = _previous(pieces, place)
        kind = _look(SURE, first, word) or _look(SURE, "", word)
        if kind:
            if _number_of(pieces, place):
                return None
            return kind if _sure(text, number, kind, unknown, lead or marked or linked) else None
        pair = _look(NEXT, first, word) if first and not unknown else None
        if word in PUBLIC and not pair:
            return None
        if not unknown:
            kind = pair or _look(NEXT, "", word)
            if (word in PEOPLE and pieces[place + 1 :] != ["("]) or (
                word in CAPITAL and not piece.isupper() and not pair
            ):
                kind = None
            if kind and (first in PUBLIC or text[number.start - 1] in "_>/" or _number_of(pieces, place)):
                return None
            if kind and (word not in LITTLE or marked or not little):
                return kind if _next(text, number, kind, word, marked or lead) else None
        if linked and unknown < 3 and word in DOING:
            return DOING[word] if _done(text, number, DOING[word]) else None
        if word in MARKS:
            if not unknown:
                marked = True
                if (
                    not little
                    and (char == "I" or text[number.start - 1] == "#")
                    and _first(pieces, place)
                    and _some(text, number)
                ):
                    return "other_id"
        elif word in AS:
            linked = linked or not unknown
            little += 1
        elif word in LITTLE:
            little += 1
        else:
            unknown += 1
            if unknown > _UNKNOWN:
                return None
            if marked and unknown == 1 and _some(text, number):
                return "other_id"
        place -= 1
    if marked and not unknown and "id" not in pieces and _some(text, number):
        return "other_id"
    return _MORE


def _previous(pieces: list[str], place: int) -> str:
    """The word before a piece, over points, hyphens, underscores and slashes."""
    for back in range(place - 1, max(place - 4, -1), -1):
        if pieces[back][0].isalpha():
            return pieces[back].lower()
        if pieces[back][0] not in ".-_/'\u2019":
            break
    return ""


def _number_of(pieces: list[str], place: int) -> bool:
    """Whether a label is counted: `number of records`."""
    return (
        place > 1
        and pieces[place - 1] == "of"
        and pieces[place - 2].lower() in ("number", "no", "count", "total", "numbers")
    )


def _first(pieces: list[str], place: int) -> bool:
    """Whether a mark (`ID: `, `#`) begins a line, a bracket or a sentence: it marks a number of whatever follows."""
    while place and pieces[place - 1].lower() in MARKS:
        place -= 1
    return not place or pieces[place - 1] in ("\n", "(", "[", "|", ";", ".", ",", "-", "*")


def _abbreviated(pieces: list[str], place: int) -> bool:
    """Whether a full stop ends no sentence: leaders, an abbreviation, or a label."""
    if place + 1 < len(pieces) and pieces[place + 1] == ".":
        return True
    before = pieces[place - 1].lower() if place else ""
    return before == "." or before in ABBREVIATED or before in SURE or before in MARKS


def _counted(text: str, number: _Number) -> bool:
    """Whether a number counts or measures something."""
    if _UNIT.match(text, number.end, number.end + 16):
        return True
    if not number.bare or len(number.text) > 6 or number.text[0] == "0":
        return False
    many = _MANY.match(text, number.end, number.end + 20)
    return bool(many and many[1] not in _SINGULAR)


def _sure(text: str, number: _Number, kind: str, unknown: int, said: bool) -> bool:
    if kind == "zip":
        return bool(_ZIP.fullmatch(number.text)) and not _counted(text, number)
    if _counted(text, number):
        return False
    if unknown:
        if kind in ("encounter", "accession") and _DIAGNOSIS.fullmatch(number.text):
            return False
        return number.strong and not _DATE.fullmatch(number.text) and not _ROUND.fullmatch(number.text)
    return said or not (number.bare and _ROUND.fullmatch(number.text)) or len(number.text) > 6


def _next(text: str, number: _Number, kind: str, word: str, said: bool) -> bool:
    if _counted(text, number) or _DATE.fullmatch(number.text):
        return False
    if word in PEOPLE:
        return number.strong and len(number.text) > 5
    if not number.strong:
        return kind == "study_subject" or said
    if kind == "other_id" and not said and len(number.text) < 8:
        return False
    if said:
        return not (number.bare and _ROUND.fullmatch(number.text) and len(number.text) < 6)
    if _CODE.fullmatch(number.text) and kind != "study_subject":
        return False
    if number.bare:
        # Codes of procedures have five digits: "visit 99214", "panel 80053".
        if len(number.text) < 6 and kind not in ("mrn", "study_subject"):
            return False
        return not _ROUND.fullmatch(number.text)
    return True


def _done(text: str, number: _Number, kind: str) -> bool:
    if _counted(text, number) or _DATE.fullmatch(number.text):
        return False
    if kind == "study_subject":
        return not number.bare or (len(number.text) > 4 and not _ROUND.fullmatch(number.text))
    return number.strong and not _CODE.fullmatch(number.text) and not (number.bare and len(number.text) < 6)


def _some(text: str, number: _Number) -> bool:
    """Whether a number that is marked as one, of whatever it is, is long enough to be somebody's."""
    if not number.strong or _counted(text, number) or _DATE.fullmatch(number.text):
        return False
    if text[number.start - 1 : number.start] == "#" and _COLOR.fullmatch(number.text) and not number.bare:
        return False
    return len(number.text) > 6 or (not number.bare and len(number.text) > 5 and not _CODE.fullmatch(number.text))


def _behind(text: str, number: _Number) -> str | None:
    """The kind that the words after a value say: `12345678 is her MRN`, `12345678 (MRN)`."""
    link = _LINK.match(text, number.end)
    if link is None or not number.strong or _counted(text, number):
        return None
    pieces = _PIECE.findall(text, link.end(), link.end() + _AFTER)
    bracket = link[0].strip()[-1:] in ("(", "[")
    unknown = 0
    for place, piece in enumerate(pieces):
        char = piece[0]
        if not char.isalpha() and char != "#":
            if char in ".;\n:!?" or char.isdigit():
                return None
            continue
        word = piece.lower()
        after = pieces[place + 1].lower() if place + 1 < len(pieces) else ""
        kind = _look(SURE, word, after) if after.isalpha() else None
        kind = kind or _look(SURE, "", word)
        if kind is None and (bracket or after.rstrip("s") in MARKS):
            kind = _look(NEXT, "", word)
        if kind:
            rest = [piece for piece in pieces[place + 1 : place + 5] if piece.lower() not in MARKS]
            if rest and (rest[0][0] in ":=" or rest[0][0].isdigit()):
                return None
            if kind == "zip" and not _ZIP.fullmatch(number.text):
                return None
            return kind
        if word in PUBLIC:
            return None
        if word not in LITTLE and word not in MARKS:
            unknown += 1
            if unknown > 1:
                return None
    return None


def _itself(text: str, number: _Number) -> str | None:
    """The kind that the beginning of a value says: `SN-12345678`, `ACC1234567`."""
    letters = _LETTERS.match(number.text)
    if letters is None or not number.strong:
        return None
    word = letters[0].lower()
    if letters[0] in _STATE_CODES and _ZIP.fullmatch(number.text, 3) and number.text[2] == "-":
        return "zip"
    kind = SURE.get(word) or (NEXT.get(word) if len(number.text) - len(word) > 5 and word not in PEOPLE else None)
    return kind if kind and kind != "zip" and not _counted(text, number) else None


def _placed(text: str, number: _Number) -> bool:
    """Whether a ZIP Code stands after a state or a city, or where somebody lives."""
    if not _ZIP.fullmatch(number.text) or _counted(text, number):
        return False
    before = text[max(number.start - 48, 0) : number.start]
    if _AREA.match(text, number.end) and (_CALLED.match(text, number.end) or _IN_THE.search(before)):
        return True
    city = _CITY_AFTER.match(text, number.end)
    if city and (city[1] in CITIES or city[1] in CITY_WORDS):
        return not number.text.endswith("000")
    if before[-3:] in _TOWARDS and _HERE.search(before):
        return not number.text.endswith("00")
    place = before.rstrip(_BESIDE)
    if not place or not 0 < len(before) - len(place) < 6:
        return False
    if place[-2:] in _STATE_CODES and not place[-3:-2].isalnum():
        # Codes of states are words too: a place stands before them, or they begin the line.
        ahead = place[:-2].rstrip(" ,|/^(\n\t")
        return (not ahead or _named(ahead)) and not number.text.endswith("000")
    return _named(place) and not number.text.endswith("000")


def _named(place: str) -> bool:
    """Whether a text ends in the name of a city or state."""
    words = _WORDS.findall(place[-30:])
    if not words or not place.endswith(words[-1]):
        return False
    return any(
        name in CITIES or name in CITY_WORDS or name in STATES
        for name in (" ".join(words[-size:]) for size in (1, 2, 3))
    )


def _read(text: str, start: int) -> tuple[Sequence[_Value], int]:
    """The kind of a value, and of all values that are listed with it; where the last of them ends."""
    match = _TOKEN.match(text, start)
    number = _number(match) if match else None
    if match is None or number is None:
        # The window ended inside of it, or it is no number of anybody.
        return (), match.end() if match else start + 1
    kind = _kind(text, number)
    values: list[_Value] = [(number.start, number.end, kind or "")]
    end, size = number.end, len(number.text)
    while (joint := _JOINT.match(text, end)) and (following := _TOKEN.match(text, joint.end())):
        another = _number(following)
        if another is None or not (another.strong or abs(len(another.text) - size) < 2):
            break
        end = another.end
        own = _behind(text, another)
        if not _counted(text, another):
            values.append((another.start, end, own or kind or ""))
        if own and not kind:
            # "12345678 and 23456789 are her numbers": what is said of the last is said of all.
            kind = own
            values = [(first, last, own) for first, last, _ in values]
    return (values if kind else ()), end


def _kind(text: str, number: _Number) -> str | None:
    if text[number.start - 1 : number.start] == "_" and _SEQUENCE.search(text, max(number.start - 4, 0), number.start):
        return None
    if number.start and text[number.start - 1] in "/=&":
        run = text[max(number.start - 60, 0) : number.start].split()
        if run and ("://" in run[-1] or run[-1].startswith("www.")):
            return None
    listed = text[max(number.start - 3, 0) : number.start].rstrip(" ,;\t")[-1:].isdigit()
    kind = None if listed else _before(text, number)
    kind = kind or _itself(text, number) or _behind(text, number)
    if kind is None and _placed(text, number):
        return "zip"
    return kind or _column(text, number) or ("mrn" if _of_a_person(text, number) else None)


def column(text: str, start: int, end: int) -> str:
    """The title over a value in columns that blanks keep apart; empty where the value stands in none."""
    if text[start - 2 : start] != "  " and text[start - 1 : start] != "\n":
        return ""
    line = text.rfind("\n", max(start - 160, 0), start) + 1
    if not line:
        return ""
    left, right, last = start - line, end - line, line - 1
    for _ in range(12):
        first = text.rfind("\n", max(last - 200, 0), last) + 1
        if last - first > 200 or text.find("  ", first, last) < 0:
            return ""
        for cell in _CELL.finditer(text, first, min(first + right + 40, last)):
            if cell.end() - first < left:
                continue
            if cell.start() - first <= right and not _DIGIT.search(cell[0]):
                return cell[0]
            break
        if not first:
            return ""
        last = first - 1
    return ""


def _column(text: str, number: _Number) -> str | None:
    if not number.strong or number.start < 4:
        return None
    title = column(text, number.start, number.end)
    words = [piece.lower() for piece in _PIECE.findall(title) if piece[0].isalpha() or piece == "#"]
    for place in range(len(words) - 1, -1, -1):
        before = words[place - 1] if place else ""
        kind = _look(SURE, before, words[place]) or _look(SURE, "", words[place]) or _look(NEXT, "", words[place])
        if kind and (kind != "zip" or _ZIP.fullmatch(number.text)):
            return kind
    return "other_id" if words and words[-1] in MARKS and _some(text, number) else None


def _of_a_person(text: str, number: _Number) -> bool:
    """Whether a number stands beside a name, or beside an age and a sex: `Doe, Jane (12345678)`, `12345678, 45M`."""
    if not _some(text, number) and not (number.strong and number.bare and len(number.text) == 6):
        return False
    if _SEXED.match(text, number.end) or (
        text[number.start - 1 : number.start] == " "
        and _SEXED_BEFORE.search(text, max(number.start - 8, 0), number.start)
    ):
        return True
    ahead = _NAME_BEFORE.search(text, max(number.start - 48, 0), number.start)
    if ahead and _person(text, ahead):
        return True
    behind = _NAME_AFTER.match(text, number.end)
    return bool(behind and _person(text, behind))


def _person(text: str, match: re.Match[str]) -> bool:
    words = [word for word in re.split(r"[ ,.]+", match["n"]) if word]
    if any(person.case(word) in person.STOP for word in words if len(word) > 1):
        return False
    return (
        len(words) > 1 and person.likely(words) and not person.harmless(text, match.start("n"), match.end("n"), words)
    )


_CELL = re.compile(r"[^\s|]+(?: [^\s|]+)*")
_DIGIT = re.compile(r"[0-9]")
_SEXED = re.compile(r",?\s[0-9]{1,3}\s?-?(?:[Yy](?:/?[Oo]|rs?)?\s?)?[MF]\b")
_SEXED_BEFORE = re.compile(r"(?<![0-9A-Za-z])[0-9]{1,3}\s?(?:[Yy](?:/?[Oo])?\s?)?[MF],? $")
_NAME = r"[A-Z][A-Za-z'\u2019-]+,? [A-Z][A-Za-z'\u2019-]*(?:[. ]{1,2}[A-Z][A-Za-z'\u2019-]*)?"
_NAME_BEFORE = re.compile(rf"(?<![\w'-])(?P<n>{_NAME})\.?(?:\s{{1,3}}[(/#|-]?\s?#?|[,:]\s{{1,2}}#?)$")
_NAME_AFTER = re.compile(r"[ ]{1,6}(?P<n>[A-Z][A-Za-z'\u2019-]+, ?[A-Z][A-Za-z'\u2019-]+)")


_TRIGGERS = (
    r"(?:^|[^0-9.,])[0-9]{5,24}(?:[^0-9]|$)",
    r"(?:^|[^0-9A-Za-z-])[A-Za-z]{1,6}-?[0-9]{3,4}(?:[^0-9.]|\.[^0-9]|\.?$)",
    r"[0-9]-[0-9]{3,4}(?:[^0-9]|$)",
    r"(?:^|[^0-9])[0-9]{2}-[0-9]{2}-[0-9]{2}(?:[^0-9]|$)",
    r"[0-9][A-Z]{1,3}[0-9]{3,4}(?:[^0-9]|$)",
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
                found = windows[low, high] = _all(text, low, high)
            return iter(found.get(kind, ()))

        return spans


def _all(text: str, low: int, high: int) -> Mapping[str, Sequence[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    at = low
    while at < high and (match := _TOKEN.search(text, at, high)):
        values, at = _read(text, match.start())
        for start, end, kind in values:
            if kind:
                found[kind].append((start, end))
    return found


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
