"""The kind that the words before a value say: `MRN 12345678`, `registered under 4471290`."""

from __future__ import annotations

import re

from zt_ai.egress.detect.rules.prose.labels import PIECE, kind_of
from zt_ai.egress.detect.rules.prose.numbers import CODE, DATE, ROUND, ZIP, Number, counted, long_enough
from zt_ai.egress.detect.rules.prose.words import (
    ABBREVIATED,
    AS,
    CAPITAL,
    DOING,
    LITTLE,
    MARKS,
    NEXT,
    PEOPLE,
    PROCESSES,
    PUBLIC,
    SURE,
    THINGS,
)

_NEAR, _REACH = 40, 110
"""Characters before a value in which its label mostly stands, and in which it may stand."""
_UNKNOWN = 7
"""Other words that may stand between a sure label and its value."""
_RESOURCES = frozenset("patient patients chart charts".split())
"""Words that name one patient by the next segment of a path: `/patients/884102/labs`. `/issues/884102` is public."""
_DIAGNOSIS = re.compile(r"[A-TV-Z][0-9][0-9AB][0-9A-Z]{0,4}")
_CHANGE = re.compile(
    r"[AC-IK-NP-TVWY][0-9]{2,4}(?:[AC-IK-NP-TVWYX]|fs|del|dup|ins[A-Z]*)|[A-Z][a-z]{2}[0-9]{2,4}(?:[A-Z][a-z]{2}|fs|del|dup)"
)
"""What changed in a protein, as in `KIT D816V`: the amino acid, its place, and what stands there now."""
_TAG = re.compile(r"[AEFKL]-?[0-9]{3,4}")
"""Deficiencies that surveyors cite, as `Tag A-0178` [CMS State Operations Manual, appendices A, I and PP]."""
_AMOUNTS = re.compile(r"[1-9][0-9]{0,3}-[1-9][0-9]{0,3}")
_TIMES = re.compile(r" x ?[0-9]{1,2}(?![0-9A-Za-z])")
_SYMBOL = re.compile(r"REF\]?[ \t]{1,4}$")
_SYMBOL_FIRST = re.compile(
    r"(?:^|[\n\t|]|  |(?:kit|set|tray|catheter|needle|stent|graft|lead|mesh|pack) ?\()[^\w\n]{0,3}REF\]?[ \t]{1,4}$"
)
_LOT = re.compile(r"[^\n]{0,24}\n?[^\n\w]{0,4}\b(?:LOT|GTIN|UDI)\b")
_GOODS = re.compile(
    r"(?:[ \t]{2,}|\t| ?[|,;-] ?| )(?=[A-Za-z])[^\n]{0,50}?(?:\b[0-9.]+ ?(?:mL|ml|mm|cm|G|Fr|ga)\b|[0-9]/(?:bx|cs|pk|ea|case|box|pack)\b|"
    r"\b(?:syringes?|needles?|catheters?|sets?|tubes?|tubing|kits?|packs?|gloves?|gowns?|drapes?|dressings?|sutures?|cannulas?|masks?|"
    r"swabs?|reagents?|sterile|stents?|screws?|plates?|implants?|guidewires?|sheaths?|trays?|bags?)\b)"
)
_MORE = "more"
"""The words that were read decide nothing: those before them may."""


def before(text: str, number: Number) -> str | None:
    """The kind that the words before a value say."""
    start = number.start
    if start > _NEAR:
        # Nothing is said that near in only a few texts: most are not read further back.
        cut = text.find(" ", start - _NEAR, start)
        kind = _said(text, number, PIECE.findall(text, cut, start)) if cut >= 0 else _MORE
        if kind != _MORE:
            return kind
    kind = _said(text, number, PIECE.findall(text, max(start - _REACH, 0), start))
    return None if kind == _MORE else kind


def _said(text: str, number: Number, pieces: list[str]) -> str | None:
    marked = lead = linked = dated = False
    unknown = little = 0
    place = len(pieces) - 1
    while place >= 0:
        piece = pieces[place]
        char = piece[0]
        if not char.isalpha() and char not in "#\u2116":
            if char.isdigit() and _dated(pieces, place):
                dated, place = True, place - 5
                continue
            if _ends(pieces, place, unknown, little):
                return None
            lead = lead or (char in ":=" and not (little or unknown))
            place -= 1
            continue
        word = piece.lower()
        first = _previous(pieces, place)
        kind = kind_of(SURE, first, word) or kind_of(SURE, "", word)
        if kind:
            if _number_of(pieces, place) or (dated and pieces[place - 1 : place] != ["/"]):
                return None
            near = not unknown and word[-1] != "s"
            return kind if _sure(text, number, kind, unknown, lead or marked or linked, near) else None
        pair = kind_of(NEXT, first, word) if first and not unknown else None
        if word in PUBLIC and not pair:
            return None
        if not unknown:
            kind = pair or kind_of(NEXT, "", word)
            if (word in PEOPLE and pieces[place + 1 :] != ["("]) or (
                word in CAPITAL and not piece.isupper() and not pair
            ):
                kind = None
            if kind and not marked and _public(text, number, pieces, place, kind):
                return None
            if kind and (first in PUBLIC or text[number.start - 1] in "_>" or _number_of(pieces, place)):
                return None
            if kind and text[number.start - 1] == "/" and word not in _RESOURCES:
                return None
            if kind and (word not in LITTLE or marked or not little):
                near = not little and word[-1] != "s"
                return kind if _next(text, number, kind, word, marked or lead, near) else None
        if linked and unknown < 3 and word in DOING:
            return DOING[word] if _done(text, number, DOING[word]) else None
        if word in MARKS:
            if piece == "REF" and _catalog(text, number):
                return None
            marked = marked or not unknown
            if not (unknown or little) and _alone(text, number, pieces, place):
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
            if marked and unknown == 1 and long_enough(text, number):
                return None if word in THINGS else "other_id"
        place -= 1
    if marked and not unknown and "id" not in pieces and long_enough(text, number):
        return "other_id"
    return _MORE


def _ends(pieces: list[str], place: int, unknown: int, little: int) -> bool:
    """Whether what stands before this mark or digit says nothing of the value any more."""
    char = pieces[place][0]
    if char == "\n":
        return bool(little or unknown) and pieces.count("\n") - pieces[:place].count("\n") > 1
    if char in "!?;":
        # "MRN? 12345678" and "MRN; 12345678": only right after the label.
        return bool(unknown) or little > 1
    if char == ".":
        return not _abbreviated(pieces, place)
    return char.isdigit() and not _numbered(pieces, place)


def _catalog(text: str, number: Number) -> bool:
    """Whether `REF` is the symbol before a catalog number [ISO 15223-1, 5.1.6]: on a label, or in a list of goods."""
    start, end = number.start, number.end
    if not _SYMBOL.search(text, max(start - 10, 0), start):
        return False
    first = _SYMBOL_FIRST.search(text, max(start - 14, 0), start)
    in_brackets = text[end : end + 1] == ")"
    return bool(_LOT.match(text, end) or (first and (in_brackets or _GOODS.match(text, end))))


def _public(text: str, number: Number, pieces: list[str], place: int, kind: str) -> bool:
    """Whether a value behind a label is none of a person: a process, what changed in a protein, a procedure's code."""
    word, value = pieces[place].lower(), number.text
    if value.startswith("CRD4"):
        return True  # PROSPERO's reviews
    if (word == "tag" and _TAG.fullmatch(value)) or (word in ("unit", "units") and _AMOUNTS.fullmatch(value)):
        return True
    if word == "pid" and _previous(pieces, place) in PROCESSES:
        return True
    if (
        kind in ("study_subject", "accession")
        and (word == "kit" or pieces[place + 1 :] == [])
        and _CHANGE.fullmatch(value)
    ):
        return True
    if not number.bare or len(value) != 5:
        return False
    if word in ("procedure", "procedures"):
        return True  # codes of CPT have five digits
    # "81415 proband, 81416 comparators": the label is said of the number before it.
    other = pieces[place - 1] if place and pieces[place + 1 : place + 2] == [","] else ""
    return bool(_TIMES.match(text, number.end)) or (other.isdigit() and len(other) == 5)


def _alone(text: str, number: Number, pieces: list[str], place: int) -> bool:
    """Whether a mark stands alone before the value: `ID: E603125`, `(#4412345)`."""
    if not _first(pieces, place):
        return False
    sign = text[number.start - 1] == "#"
    if pieces[place][0] != "I" and not sign:
        return False
    # Six digits may be an issue's or a color's, but not after a capital `ID:`.
    short = not sign and number.bare and len(number.text) == 6 and not ROUND.fullmatch(number.text)
    return long_enough(text, number) or (short and not counted(text, number))


def _previous(pieces: list[str], place: int) -> str:
    """The word before a piece, over points, hyphens, underscores and slashes."""
    for back in range(place - 1, max(place - 4, -1), -1):
        if pieces[back][0].isalpha():
            return pieces[back].lower()
        if pieces[back][0] not in ".-_/'\u2019":
            break
    return ""


def _numbered(pieces: list[str], place: int) -> bool:
    """Whether a digit numbers the label before it: `MRN 1: `, `MRN#2 = `."""
    return len(pieces[place]) == 1 and pieces[place + 1 : place + 2] in ([":"], ["="])


def _dated(pieces: list[str], place: int) -> bool:
    """Whether a date ends here and the value follows in a list: `DOB/MRN: 01/02/1980 / 12345678`."""
    date = pieces[place - 4 : place + 1]
    return len(date) == 5 and date[1] == date[3] == "/" and date[2].isdigit() and pieces[place + 1 :] == ["/"]


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


def _sure(text: str, number: Number, kind: str, unknown: int, said: bool, near: bool) -> bool:
    if kind == "zip":
        return bool(ZIP.fullmatch(number.text)) and not counted(text, number)
    if counted(text, number, near):
        return False
    if kind == "mrn" and not (number.strong or said):
        # "Wristband HC100" is the model of a printer.
        return False
    if unknown:
        if kind in ("encounter", "accession") and _DIAGNOSIS.fullmatch(number.text):
            return False
        return number.strong and not DATE.fullmatch(number.text) and not ROUND.fullmatch(number.text)
    return said or not (number.bare and ROUND.fullmatch(number.text)) or len(number.text) > 6


def _next(text: str, number: Number, kind: str, word: str, said: bool, near: bool) -> bool:
    if counted(text, number, near) or DATE.fullmatch(number.text):
        return False
    if word in PEOPLE:
        return number.strong and len(number.text) > 5
    if not number.strong:
        return kind == "study_subject" or said
    if kind == "other_id" and not said and len(number.text) < 8:
        return False
    if said:
        return not (number.bare and ROUND.fullmatch(number.text) and len(number.text) < 6)
    if CODE.fullmatch(number.text) and kind != "study_subject":
        return False
    if number.bare:
        # Codes of procedures have five digits: "visit 99214", "panel 80053".
        if len(number.text) < 6 and kind not in ("mrn", "study_subject"):
            return False
        return not ROUND.fullmatch(number.text)
    return True


def _done(text: str, number: Number, kind: str) -> bool:
    if counted(text, number) or DATE.fullmatch(number.text):
        return False
    if kind == "study_subject":
        return not number.bare or (len(number.text) > 4 and not ROUND.fullmatch(number.text))
    return number.strong and not CODE.fullmatch(number.text) and not (number.bare and len(number.text) < 6)
