"""(A) Who says, writes or attends, where programs and minutes put it: `On … at 9:14 PM, D. Okonjo wrote:`, `Present: …`."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect import person
from zt_ai.egress.detect.lists.things import SHOWN
from zt_ai.egress.detect.person import WORD
from zt_ai.egress.detect.rule import Rule
from zt_ai.egress.detect.rules.rosters import may_be_name, words_of

_NAME = rf"(?:[A-Z]\.? )?{WORD}(?:,? (?:[A-Z]\.? )?(?:(?:de|del|de la|da|dos|van|von|al|bin) )?{WORD}){{0,2}}"
_WROTE = re.compile(
    rf"(?:[0-9] ?[AaPp][Mm],? |[0-9]{{4}},? |[0-9]{{2}}:[0-9]{{2}},? |> )(?P<v>{_NAME})(?= (?:<[^>\n]{{3,60}}> )?wrote:)"
)
_SPEAKER = re.compile(
    rf"(?:^|(?<=\n))(?:[0-9]{{1,2}}:[0-9]{{2}}(?::[0-9]{{2}})? (?P<v>{_NAME})[ :]*(?=\n)|(?P<w>{WORD}(?: {WORD})?) {{1,3}}[0-9]{{1,2}}:[0-9]{{2}} ?[AP]M(?=\n|$)|"
    rf"(?P<x>{WORD} {WORD}), (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* [0-9]{{1,2}}:|(?:Support|Agent|Nurse|Caller|Staff|Clinic) \((?P<y>{WORD}(?: {WORD})?)\):)"
)
_PRESENT = re.compile(
    r"(?:^|(?<=\n)|(?<=[.;] ))(?i:present|attendees|in attendance|attending|absent|excused|regrets|guests?|participants|members present|"
    r"also present|seconded(?: by)?|moved(?: by)?|chair|recorder|scribe|minutes by|facilitator)\*{0,2}: ?(?P<list>[^\n]{2,240})"
)
_ITEM = re.compile(
    rf"(?:(?<=[:,;] )|(?<=:)|(?<=and ))(?:(?:Dr|Mr|Mrs|Ms|Inv|Det|Ofc|Officer|Rev)\.? )?(?P<v>(?:[A-Z]\. ?)?{WORD}(?: (?:[A-Z]\.|{WORD}))?(?: {WORD})?)"
    r"(?= ?(?:\([^)\n]{1,24}\))? ?(?:[,;.\n]|and |$))"
)


def _free(words: list[str]) -> bool:
    return may_be_name(words) and not SHOWN.intersection(words)


def _writers(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    for match in _WROTE.finditer(text, low, high):
        if _free(words_of(match["v"])):
            yield match.span("v")
    for match in _SPEAKER.finditer(text, low, high):
        group = next(group for group in "vwxy" if match[group])
        # "9:00 Team Standup", "Breakfast  7:30 AM": lines of a schedule have no name that lists know.
        listed = any(word in person.SURNAMES or word in person.GIVEN for word in words_of(match[group]))
        if (listed or group == "y") and _free(words_of(match[group])) and not match[group].isupper():
            yield match.span(group)


def _present(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    for match in _PRESENT.finditer(text, low, high):
        start, end = match.span("list")
        items = [item for item in _ITEM.finditer(text[:end], start, end) if _free(words_of(item["v"]))]
        # "Present: Fever, Night Sweats": somebody there has to be a name that lists know, or an initial.
        if any(_known(item["v"]) for item in items):
            for item in items:
                if not item["v"].isupper() and (" " in item["v"] or _known(item["v"])):
                    yield item.span("v")


def _known(name: str) -> bool:
    return re.search(r"(?:^| )[A-Z]\.", name) is not None or any(
        person.case(word) in person.ANY_NAME for word in words_of(name)
    )


RULES: tuple[Rule, ...] = (
    Rule(
        id="name.writer",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): where mail and chat programs put who wrote",
        triggers=(
            r"[A-Za-z\x80-\xbf>] wrote:",
            r"(?:^|\n)[0-9]{1,2}:[0-9]{2}(?::[0-9]{2})? [A-Z\xc3-\xc5][^\n]{2,50}\n",
            r"[A-Za-z\x80-\xbf] {1,3}[0-9]{1,2}:[0-9]{2} ?[AP]M(?:\n|$)",
            r"(?:^|\n)[A-Z\xc3-\xc5][^\n,]{4,40}, (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]* [0-9]{1,2}:",
            r"(?:Support|Agent|Nurse|Caller|Staff|Clinic) \([A-Z\xc3-\xc5][^)\n]{2,40}\):",
        ),
        spans=_writers,
        before=110,
        after=8,
        positives=(
            "> On Aug 4, 2024, at 9:14 PM, «D. Okonjo-Briggs» wrote:",
            "0:00:41 «Ingrid Tjelta»\nNext is",
            "Case four\n«Vernell»  7:06 AM\nme. mrn pls",
            "Comments\n«Szilvia Lamb», Jul 3: says he only",
            "Support («Bikram»): I'm sorry to hear",
        ),
        negatives=(
            "at 9:14 PM, Radiology wrote:",
            "10:15 Discharge\nto home",
            "9:00 Team Standup\n12:30 Lunch Break\n00:01:22 Opening Remarks\n",
            "Breakfast  7:30 AM\nSunrise 6:12 AM\nBudget Review, Mar 4: moved",
            "Blood Culture, Jul 3: negative",
            "Last updated 7:06 AM\n",
            "Support (Level): one",
        ),
    ),
    Rule(
        id="name.attendee",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): minutes say who was there",
        triggers=(
            r"(?i)(?:present|attendees|in attendance|attending|absent|excused|regrets|guests?|participants|seconded|moved|chair|"
            r"recorder|scribe|minutes by|facilitator)(?: by)?\*{0,2}: ?(?:(?-i:[A-Z])|[\xc3-\xc5])",
        ),
        spans=_present,
        before=24,
        after=250,
        positives=(
            "Present: «R. Nakashima», «Oluwaseyi A.», «Bette Clinkscales», «J. Przybylowicz» (phone)\nAbsent: «Moana T.»",
            "Seconded: «Walt Zabriskie». Carried.",
        ),
        negatives=(
            "Present: Fever, Chills, Night Sweats",
            "Absent: Bowel Sounds",
            "Attending: Cardiology, Surgery",
            "present: none, absent: none",
        ),
    ),
)
