"""Numbers of patients by where they stand: under a heading, alone on a line, in the name of a file."""

from __future__ import annotations

import re

from zt_ai.egress.detect import person
from zt_ai.egress.detect.rules.prose.numbers import Number, counted
from zt_ai.egress.detect.rules.prose.spoken import elsewhere, shaped

_FAR = 700
"""Characters before a number in which its heading stands."""
_MOST = 14
"""Lines of a list that are read upwards."""
_WIDE = 120
"""Characters of a line of a schedule that are read."""
_BULLET = (
    r"[ \t]*+(?:[-*\u2022\u00b7\u2023\u25aa>]|\(?[0-9]{1,2}[.):]|[A-Za-z][.)]|\[[ x]?\])?[ \t]*+[\[(]?[ ]?[#\"'`]?"
)
_BEGINS = re.compile(_BULLET + "$")
_ITEM = re.compile(_BULLET + r"[A-Z]{0,3}-?[0-9][0-9-]{4,12}(?![0-9A-Za-z.])")
_HEADING = re.compile(
    r"(?i)\b(?:mrns?|charts?|patients|pts|records|sign-?out|hand-?off|hand-?over|tumou?r board|census|rounds|rounding list|huddle|"
    r"night float|(?:clinic|hospitalist|patient|admission|discharge|or|ward|transfer|consult) list)\b"
)
_NO_HEADING = re.compile(
    r"(?i)\b(?:per|counts?|totals?|number of|by (?:year|month|week|quarter|department|dept|unit|site|state|age|sex|county|ward)|"
    r"specimens?|accessions?|prices?|enrolled|enrollment|volumes?|terms?|mortality|incidence)\b"
)
_SPEAKER = r"[ \t>]*(?:(?:[A-Z][a-z]+|[A-Z]{1,3}|[a-z]{2,9}) ?: ?)?[\"\u201c']?(?:it's |its |it is |that's |mrn )?#?"
_ALONE = re.compile(_SPEAKER + "$", re.IGNORECASE)
_ENDED = re.compile(r"[.!?]{0,3}[\"\u201d']?[ \t]*(?:\n|$)")
_ASKED = re.compile(
    r"(?i)\b(?:which|what|what's|whats|whose|who)\b[^\n?]{0,60}\b(?:patients?|pts?|charts?|records?|mrns?|numbers?)\b[^\n]{0,40}\?|"
    r"\b(?:mrn|(?:pt|patient) id|(?:record|chart|hospital) (?:number|no|#))[^\n?]{0,20}\?"
)
_NAMED_LINE = re.compile(
    r"[A-Z][A-Za-z'\u2019-]+, ?[A-Z][A-Za-z'\u2019-]+(?: [A-Z]\.?)?[ \t]*\n[^\n]{0,30}(?i:\brm\b|\broom\b|\bbed\b|\bdob\b|"
    r"[0-9]{1,3} ?y?/?o? ?[mf]\b)"
)
_NAME = r"[A-Z][A-Za-z'\u2019-]+, ?[A-Z][A-Za-z'\u2019-]+(?: [A-Z]\.?)?"
_NAMED_AHEAD = re.compile(rf"(?:^|\n|[|;])[ \t]*\"?{_NAME}\"?(?: \(|[,;|\t] ?\"?)$")
_BORN = re.compile(r"\"?(?:\)|[,;|\t]) ?\"?(?:[0-9]{1,2}/[0-9]{1,2}/[0-9]{2}|(?:M|F|Male|Female)\b|[0-9]{1,3} ?[MF]\b)")
_NAMED_BEHIND = re.compile(rf" ?[\])] {_NAME}(?: -|,|\n|$)")
_SURNAME_AHEAD = re.compile(rf"{_BULLET}(?P<name>[A-Z][A-Za-z'\u2019-]+)(?:, ?[A-Z][A-Za-z'\u2019.-]*)? \($")
_CLOSED = re.compile(r"\)(?::| ?[-\u2013\u2014,] )")
_IN_A_ROOM = re.compile(
    rf"{_BULLET}(?i:rm|room|bed|bay)\.? ?[0-9]{{1,4}}[A-D]?[:,-]? (?:[A-Z][A-Za-z'\u2019-]+,? ){{1,3}}"
    r"[0-9]{1,3} ?(?:(?:y/?o|yr|mo|wk|d)[, ]?[MF]?|[MF])\b[^\n]{0,30} $"
)
"""The beginning of a line about who lies in a room: name, then age or sex, then what for."""
_SLOT = re.compile(
    _BULLET + r"(?:(?!(?:19|20)[0-9]{2})[0-2]?[0-9][0-5][0-9]|(?:1?[0-9]|2[0-3]):[0-5][0-9])(?: ?[ap]m?)?[ \t|,-]{1,3}"
    r"(?P<name>[A-Z][A-Za-z'\u2019-]+)(?:,? [A-Z][A-Za-z'\u2019-]*\.?){0,2},?[ \t|(-]{1,3}#?(?=[A-Z0-9])"
)
"""Who comes when: time and name before the number. Four digits may be a year as well."""
_FILE = re.compile(r"[\w .&()-]{0,60}\.(?:pdf|jpe?g|png|tiff?|dcm|docx?|xml|rtf|txt|html?|mp4|mov|heic|wav|mp3)\b")
_FOLDER = re.compile(r"[/\\][\w .&()-]{1,40}\.(?:pdf|docx?|xml|tiff?|jpe?g|png|dcm)\b")
_SHORT = re.compile(r"0[0-9]{5,7}|[A-Z]{1,2}[0-9]{5}")
_PATH = re.compile(r"[\w./\\&()-]{0,60}$")
_PARTS = re.compile(r"[A-Za-z&]+")
_CLINICAL = frozenset(
    "discharge operative wound sacrum sacral heel directive ekg ecg consent ccd ccda xray mri cxr eeg dnr polst molst biopsy "
    "pathology radiology facesheet labs medlist medications immunizations vaccines mammogram ultrasound h&p".split()
)
"""Words in the names of files about one patient."""
_RATHER = frozenset(
    "op note notes progress clinic summary ct echo outside recs records chart report lab results intake form referral med list "
    "advance visit telehealth nursing".split()
)
"""Words that also stand in the names of other files: two of them are needed."""

_AUTHORITY = re.compile(r"\"system\"\s?:\s?\"urn:oid:[0-9.]+\"\s?,\s*\"value\"\s?:\s?\"$")


def of_an_authority(text: str, start: int) -> bool:
    """Whether a value is what FHIR calls an identifier, of a system that only an OID names. Codes have no `value`."""
    return text[start - 1 : start] == '"' and bool(_AUTHORITY.search(text, max(start - 110, 0), start))


def placed_alone(text: str, number: Number) -> bool:
    """Whether a number stands where only the number of a patient would."""
    if _filed(text, number):
        return True
    begin = text.rfind("\n", max(number.start - 60, 0), number.start) + 1
    if not begin and number.start > 60:
        return False
    front = text[begin : number.start]
    if _ENDED.match(text, number.end) and not counted(text, number) and _alone(text, number, begin, front):
        return True
    if not shaped(text, number):
        return False
    surname = _SURNAME_AHEAD.fullmatch(front)
    if surname and _CLOSED.match(text, number.end) and person.case(surname["name"]) in person.SURNAMES:
        return True
    if _IN_A_ROOM.fullmatch(front) or _scheduled(text, number, begin):
        return True
    if _BEGINS.fullmatch(front) and (_headed(text, begin) or _NAMED_BEHIND.match(text, number.end)):
        return True
    return bool(_BORN.match(text, number.end) and _NAMED_AHEAD.search(text[max(number.start - 60, 0) : number.start]))


def _alone(text: str, number: Number, begin: int, front: str) -> bool:
    """Whether a number that is all of its line answers which patient is meant, or heads what is said of one."""
    if not _ALONE.fullmatch(front):
        return False
    if not front.strip() and _NAMED_LINE.match(text, text.find("\n", number.end) + 1 or len(text)):
        return True
    if not shaped(text, number):
        return False
    lines = text[max(begin - 160, 0) : begin].rstrip().rsplit("\n", 1)
    return bool(_ASKED.search(lines[-1])) and not elsewhere(lines[-1])


def _scheduled(text: str, number: Number, begin: int) -> bool:
    """Whether a number stands in a line of a schedule, behind a person's name or among lines that have one."""
    slot = _SLOT.match(text, begin, number.end)
    if slot is None or slot.end() != number.start or elsewhere(slot[0]) or slot["name"] in person.STOP:
        return False
    # Where no line is beside it that is short enough, this is the first line of the text.
    above = text.rfind("\n", max(begin - _WIDE, 0), max(begin - 1, 0)) + 1
    below = text.find("\n", number.end, number.end + _WIDE) + 1
    slots = (_SLOT.match(text, line, line + _WIDE) for line in (begin, above, below))
    return any(other and person.case(other["name"]) in person.ANY_SURNAME for other in slots)


def _headed(text: str, begin: int) -> bool:
    """Whether the list that a line belongs to has a heading that speaks of patients."""
    lines = text[max(begin - _FAR, 0) : begin].split("\n")[:-1]
    for line in lines[: -_MOST - 1 : -1]:
        if not line.strip() or _ITEM.match(line):
            continue
        return len(line) < 120 and bool(_HEADING.search(line)) and not _NO_HEADING.search(line) and not elsewhere(line)
    return False


def _filed(text: str, number: Number) -> bool:
    """Whether a number stands in the name of a file with something clinical: `5578102_sacrum.jpg`."""
    beside = text[number.start - 1 : number.start] + text[number.end : number.end + 1]
    if not any(char in "_-/\\." for char in beside):
        return False
    rest = _FILE.match(text, number.end) or _FOLDER.match(text, number.end)
    if rest is None or not (shaped(text, number) or _SHORT.fullmatch(number.text)):
        return False
    path = _PATH.search(text, max(number.start - 60, 0), number.start)
    words = frozenset(_PARTS.findall(((path[0] if path else "") + rest[0]).lower()))
    return not _CLINICAL.isdisjoint(words) or len(_RATHER & words) > 1
