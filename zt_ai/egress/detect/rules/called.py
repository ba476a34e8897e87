"""(A) Names that somebody is called by, gave a child, or is a relative of: `goes by "Skeeter"`, `mother of Emiliano`.

The words before leave little else that could follow, so that no list has to know the name.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect import person
from zt_ai.egress.detect.lists.clinical import EPONYMS
from zt_ai.egress.detect.person import NO_SURNAME, WORD
from zt_ai.egress.detect.rule import Rule
from zt_ai.egress.detect.rules.rosters import no_word

_QUOTE = r"[\"'\u201c\u2018]?"
_CALLING = (
    r"goes by|go by|(?:calls?|call) (?:me|him|her|them|myself)|(?:asks|likes|wants|prefers) to be called|nicknamed|nickname is|"
    r"named (?:him|her|them|the baby|their son|their daughter)|name (?:him|her|them|the baby)|surname(?: is| is spelled)?|"
    r"last name(?: is| is spelled)?|maiden name(?:,| is| was| as|:)|n\u00e9e|badge (?:said|says|reads)|name of|answers to|"
    r"the name is|preferred name(?: is|:)?|(?:a guy|a girl|a boy|a man|a woman|a friend|someone|somebody) named"
)
_CALLED = re.compile(
    rf"(?<![A-Za-z])(?i:{_CALLING}) {_QUOTE}(?P<v>{WORD}(?: (?:[A-Z]\.? )?{WORD}){{0,2}})(?=[\"'\u201d\u2019,.;:!?)\n]|$| [a-z(])"
)
_KIN = (
    r"mother|father|mom|dad|parents?|wife|husband|spouse|son|daughter|brother|sister|partner|widow|widower|guardian|child|children|"
    r"grandson|granddaughter|grandmother|grandfather|caregiver|niece|nephew|uncle|aunt|friend|family|caretaker"
)
_OF = re.compile(rf"(?<![A-Za-z])(?i:{_KIN}) of (?P<v>{WORD}(?: {WORD}){{0,2}})(?=[,.;:!?)\n\"]|$| [a-z(])")
_OF_SOMEBODY = r"(?:the |my |our |his |her |their |your )"
_KIN_ROLE = (
    r"husband|wife|son|daughter|mother|father|brother|sister|mom|dad|grandson|granddaughter|niece|nephew|cousin|aunt|uncle|roommate|"
    r"girlfriend|boyfriend|fianc(?:e|é)e?|neighbor|neighbour"
)
_WORK_ROLE = (
    r"NP|PA|PA-C|RN|MD|DO|LPN|CNA|EMT-[BP]|EMT|nurse|manager|partner|friend|aide|supervisor|charge|interpreter|driver|caregiver|"
    r"social worker|case manager"
)
_ROLE = rf"(?:{_OF_SOMEBODY}?(?:{_KIN_ROLE})|{_OF_SOMEBODY}(?:{_WORK_ROLE})|(?P<bare>{_WORK_ROLE}))"
_BEFORE_ROLE = re.compile(
    rf"(?<![\w'\u2019@/.-])(?P<v>{WORD}(?: {WORD})?) \({_ROLE}[,)]|(?<![\w'\u2019@/.-])(?P<w>{WORD}), my (?:husband|wife|son|"
    r"daughter|mother|father|mom|dad|brother|sister|partner|friend|boss|manager|neighbor|aunt|uncle|cousin|nurse|doctor)\b|"
    rf"(?<![\w'\u2019@/.-])(?P<x>{WORD}), (?:(?:the|his|her|their) (?:{_KIN_ROLE})(?=[,.;)\n])|(?:{_KIN_ROLE}) of\b)"
)
_THINGS = frozenset(
    """
    God Christ Pearl Science Medicine Liberty Invention Soldiers Dragons Man Heaven Nations Anarchy Charity Mercy Mary Jesus Israel
    Passenger Driver Client Claimant Inmate Proband Candidate Infant Defendant Plaintiff Teacher Principal Caller Sam Origin Interest Concern Birth Death Residence Spouse Minor Minors Twins Siblings Medications Drugs Products Instruments
    Standards Viruses Tests Solutions Health Services Care Ours Theirs Mine Yours Christmas
    """.split()
)
"""What mothers, sons and families of are no person's: `Son of God`, `family of Drugs`."""


def _is_name(words: list[str], *, certain: bool = False) -> bool:
    """Whether words may be a name; `certain`: what stands before them allows nothing else."""
    return all(
        no_word(word)
        and word not in _THINGS
        and (certain or person.case(word) in person.ANY_NAME or not NO_SURNAME.fullmatch(word))
        for word in words
        if len(word) > 1
    ) and (certain or words[0] not in EPONYMS or words[0] in person.ANY_GIVEN)


_DOUBTFUL = re.compile(r"(?i)(?:call|name of|last name|surname|answers to|the name is)\b")
"""Behind these a word may stand that is no name: `call me ASAP`, `last name Required`."""
_LISTED = re.compile(r"(?i)(?:call |name of|answers to|famil|child|parent|friend|partner|guardian|caretaker)")
"""Behind these a name counts if lists know it: `the parent of Element`, `a family of Drugs`."""
_OTHER_NAMES = re.compile(r"(?i)\b(?:brand|generic|trade|drug|scientific|common|chemical|file|domain|full) $")


def _called(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    for pattern in (_CALLED, _OF):
        for match in pattern.finditer(text, low, high):
            words = re.split(r"[ .]+", match["v"])
            certain = pattern is _CALLED and not _DOUBTFUL.match(match[0])
            listed = any(person.case(word) in person.ANY_NAME for word in words)
            if (_LISTED.match(match[0]) and not listed and (len(words) < 2 or pattern is _CALLED)) or (
                _OTHER_NAMES.search(text, max(match.start() - 12, 0), match.start())
            ):
                continue
            if _is_name(words, certain=certain) and (certain or not person.harmless(text, *match.span("v"), words)):
                yield match.span("v")


def _before_role(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    for match in _BEFORE_ROLE.finditer(text, low, high):
        group = next(group for group in "vwx" if match[group])
        words = match[group].split()
        last = person.case(words[-1])
        # "Pulmonary Artery (PA)", "Uber (driver)": what is short for something, or a thing.
        if match["bare"] and last not in person.SURNAMES and last not in person.ANY_GIVEN:
            continue
        if _is_name(words[-1:]) and not words[-1].isupper():
            yield match.start(group) if _is_name(words) else match.end(group) - len(words[-1]), match.end(group)


_BYTE = r"(?:(?-i:[A-Z])|[\xc3-\xc5])"

RULES: tuple[Rule, ...] = (
    Rule(
        id="name.called",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): words behind which only a name stands",
        triggers=(
            rf"(?i)(?:goes by|go by|calls? (?:me|him|her|them|myself)|to be called|nicknamed|nickname is|name[ds]? (?:him|her|them|the baby)|"
            rf"named their (?:son|daughter)|surname(?: is| is spelled)?|last name(?: is| is spelled)?|maiden name(?:,| is| was| as|:)|"
            rf"n\xc3\xa9e|badge (?:said|says|reads)|name of|answers to|the name is|preferred name(?: is|:)?) "
            rf"(?:['\"]|\xe2\x80[\x98\x9c])?{_BYTE}",
            rf"(?i)(?:guy|girl|boy|man|woman|friend|someone|somebody) named (?:['\"])?{_BYTE}",
            rf"(?i)(?:{_KIN}) of {_BYTE}",
        ),
        spans=_called,
        before=48,
        after=60,
        positives=(
            'Pt goes by "«Skeeter»" (Lemuel',
            "who asks to be called «Zo», is a",
            "They have named him «Yared Marcus».",
            "Everybody calls me «Sefo».",
            "under my maiden name, «Fisk», and",
            "The patient's surname is spelled «Achterkamp», not",
            "A guy named «Tanner» gave me",
            "for the mother of «Emiliano»:",
            "(wife of «Marcsa Szepesy»). Callback",
            "her badge said «SHAUNDRA».",
        ),
        negatives=(
            "Son of God, Mother of Pearl, Father of Medicine",
            "what is called Sepsis. It is called Diabetes. The library is called Pandas.",
            "Call me ASAP. The brand name of Ozempic. Name of Employer: last name Required",
            "the parent of Element, a child of Node, a family of GPUs, partner of Microsoft",
            "Last name, First name",
            "maiden name: Unknown",
            "a family of Drugs and the children of Israel",
            "the wife of Patient",
        ),
    ),
    Rule(
        id="name.before-role",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): who somebody is, in brackets behind the name",
        triggers=(
            rf"[A-Za-z\x80-\xbf] \({_OF_SOMEBODY}?(?:{_KIN_ROLE}|{_WORK_ROLE})[,)]",
            r"[A-Za-z\x80-\xbf], my [a-z]{3}",
            rf"[a-z\x80-\xbf], (?:(?:the|his|her|their) (?:{_KIN_ROLE})[,.;)\n]|(?:{_KIN_ROLE}) of[^a-z])",
        ),
        spans=_before_role,
        before=70,
        after=24,
        positives=(
            "Last time with «Kerensa» (the NP) it was",
            "do i tell «Monique» (manager)?",
            "Passenger «Timofiy» (son, 6 y)",
            "«Halim», my husband, slept",
            "And you are?\nCaller: «Rommel», the son. We",
            "complaints: 1) «Kapono», wife of pt",
        ),
        negatives=(
            "Pulmonary Artery (PA), Physician Assistant (PA), Muscular Dystrophy (MD) and Maryland (MD)",
            "Uber (driver), Kubernetes (manager), Sony (partner)",
            "Patient (mother)",
            "the Provider (NP) will",
            "Yes, my husband",
            "Hello, my friend",
            "Nursing (RN)",
            "Yes, the son. No, her husband, and Patient, mother of two",
        ),
    ),
)
