"""(A) Given names and surnames alone, behind a word for a relative or for somebody's work: `wife Marit`, `RN Goss`.

In no list of names, such a word is known by its place: between what the person is and what is said of the person.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect import person
from zt_ai.egress.detect.context import each
from zt_ai.egress.detect.lists.clinical import EPONYMS
from zt_ai.egress.detect.person import NO_SURNAME, WORD
from zt_ai.egress.detect.rule import Rule
from zt_ai.egress.detect.rules.rosters import no_word

_KIN = (
    "wife|husband|spouse|son|daughter|dtr|mother|father|mom|mum|dad|brother|sister|uncle|aunt|niece|nephew|cousin|grandson|"
    "granddaughter|grandmother|grandfather|stepson|stepdaughter|stepmother|stepfather|fiance|fiancee|fiancé|fiancée|partner|girlfriend|"
    "boyfriend|goes by|nicknamed|roommate|neighbor|neighbour|dependent|twin|guardian|foster mother|foster father|caregiver|friend|"
    "hubby|grandma|grandpa|landlord|preceptor|recruiter|counselor|cousin|passenger|cellie"
)
_KIN_BYTES = _KIN.replace("é", "[\\xc3].")
_CLOSE = "buddy|boss|landlord|ex|gran|grandma|grandpa|bff|coworker"
"""Others of whom people speak in chats."""
_WORK = (
    "RN|LPN|LVN|CNA|MD|NP|PA-C|PA|MSW|LCSW|LSW|RRT|PharmD|EMT|Chaplain|chaplain|Coordinator|coordinator|Sonographer|sonographer|"
    "Physicist|physicist|Technologist|technologist|Interpreter|interpreter|Deputy|Ofc|Officer|officer|Paramedic|"
    "paramedic|Medic|Tech|TECH|Coach|coach|SW|CM|SLP|PCT|RPh|RT|aide|Aide|educator|Educator|counselor|Counselor|mediator|Pastor|pastor|"
    "Principal|principal|attg|attending|asst|charge|float|Endoscopist|"
    "Probation officer|probation officer|PI|CNM|Case worker|case worker|fellow|hospitalist|intern|midwife|guide|Spokesman|spokesman|Spokeswoman|spokeswoman|Dietitian|dietitian|Pharmacist|pharmacist|Caseworker|caseworker"
)
_AFTER = (
    r"(?=['\u2019]s\b|[,;)/]|\.(?:\s|$)| [(\"\u201c]|: ?\(?[0-9]| \(?[0-9+]| d\. | by | (?:is|was|has|had|will|would|can|said|says|states?|reports?|called|came|took|at|and|who|"
    r"cell|mobile|phone|ph|tel|lives|helps|brought|agrees|aware|notified|paged|updated|present|wants|ordering|in|on|from|to|with|reached|[a-z]{2,}(?:ed|s|ew|aid|ave|ing))\b| [\w.]{2,}@|\s*$)"
)
_ONE = re.compile(
    rf"(?<![A-Za-z])(?<!& )(?i:{_KIN})(?:-in-law)?(?P<gap>,? |: | \(| is )(?P<v>{WORD}(?: {WORD})?){_AFTER}"
)
_INITIAL = r"(?:[A-Z]\.? )?"
_AT_WORK = re.compile(
    rf"(?<![A-Za-z.])(?P<work>{_WORK}):? (?P<v>{_INITIAL}(?:{WORD} )?(?P<last>{WORD})){_AFTER.replace(' (?:is|', ' {1,3}(?:NPI|ext|x[0-9]|is|')}"
)
_NO_NAME = frozenset(
    """
    Mrs Mr Ms Dr Miss Mx Access Deceased Alive Living Unknown Present Aware Involved Support Tongue Language Occupation Phone Cell Home Work Anderson
    Under Over Between About After Before During Until While Aide Staff Team Station Desk Line Order Orders Only Required Needed Available Call Office Notes Signature Initials Lateral Monitor
    Bedside Side Visit Session Eval Screening Training Program Course License Lead Charge Clinic Facility Group Medicaid Medicare
    Swab Airway Culture Wash Investigator Problem Component Specs Stack Company Level Director Chief Manager Secretary Commissioner Marshal
    Sheriff View Views Basic Advanced Intermediate Supervisor Navigator Educator Assistant Practitioner Specialist Coordinator Liaison Angel
    Catheter Stat Tube Drain Pager Fax Email Text Portal Intake Triage Days Nights Weekend Mayo Catholic Jewish Baptist Methodist Lutheran Buddhist Hindu Muslim
    """.split()
)


def alone(word: str) -> bool:
    """Whether a word can be a name, and one that no list has."""
    return (
        len(word) > 2
        and word not in _NO_NAME
        and word not in EPONYMS
        and word not in person.STOP
        and person.case(word) not in person.STOP
        and (word in person.SURNAMES or word in person.GIVEN or not NO_SURNAME.fullmatch(word))
    )


_AGE = r"(?: \([0-9]{1,2}(?: ?(?:mo|y|yo|yrs?))?\))?"
_SEVERAL = re.compile(
    rf"(?<![A-Za-z])(?i:twins|sons|daughters|brothers|sisters|kids|children|boys|girls|parents|siblings|triplets|cousins|mothers|nieces|"
    rf"nephews|half-sisters|half-brothers):? (?P<v>{WORD}(?: {WORD})?){_AGE}"
    rf"(?:, (?:[0-9]{{1,2}}, )?(?P<w>{WORD}(?: {WORD})?){_AGE},?)? (?:and|&) (?P<x>{WORD}(?: {WORD})?)"
)


def _several(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """`twins Kamari and Kamaya`."""
    for match in _SEVERAL.finditer(text, low, high):
        names = [name.split() for name in match.groups() if name]
        if all(alone(first) and not any(person.case(word) in person.STOP for word in rest) for first, *rest in names):
            for group in "vwx":
                if match[group]:
                    yield match.span(group)


_SMALL = re.compile(
    rf"\b(?:my|his|her|our|your|their|(?:\w+)['\u2019]s) (?:{_KIN}|{_CLOSE})(?:-in-law)?,? "
    r"\(?(?P<v>[a-z]{2,14})(?![\w-])"
)
_DICTATED = re.compile(
    rf"(?<![\w'\u2019-])(?:(?:{_KIN})(?:-in-law)?(?: is| named)?|nurse|mister|missus|miss|officer|chaplain|aide|tech|rn|np|dr|doctor) "
    r"(?P<v>[a-z\xe0-\xff]{3,16}(?:-[a-z\xe0-\xff]{2,12})?(?: [a-z\xe0-\xff]{3,16}(?:-[a-z]{2,12})?)?)(?![\w-])"
)
_KIND = re.compile(r"\w+(?:ish|ese|ian|ean|can|ist|ic|ch|eek|wiss|aii?|im|ocrat)")
"""Endings of peoples, faiths and parties."""
_BEFORE_KIN = re.compile(rf"\((?P<v>{WORD}), (?:{_KIN})\b")


def _in_small_letters(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """`my sister keely is getting married`: only names that mean nothing else."""
    for match in _SMALL.finditer(text, low, high):
        if match["v"].capitalize() in person.GIVEN:
            yield match.span("v")
    for match in _DICTATED.finditer(text, low, high):
        first, last = (word.title() for word in match["v"].partition(" ")[::2])
        if (first in person.GIVEN or first in person.SURNAMES) and first not in EPONYMS:
            yield match.start("v"), match.end("v") if last in person.SURNAMES else match.start("v") + len(first)


def _relatives(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    for match in _BEFORE_KIN.finditer(text, low, high):
        if no_word(match["v"]) and match["v"] not in _NO_NAME:
            yield match.span("v")
    for match in _ONE.finditer(text, low, high):
        words = match["v"].split()
        if match["gap"] in (" is ", " (") and words[0] not in person.GIVEN and _KIND.fullmatch(words[0]):
            continue  # "her dad is Polish"
        if not all(alone(word) for word in words):
            words = words[:1]
        if alone(words[0]) and not (words[0].isupper() and len(words) == 1):
            yield match.start("v"), match.start("v") + len(" ".join(words))


_LOOSE = frozenset("SW CM RT float charge attending asst principal Principal aide educator".split())
"""Work that is a word or an abbreviation of something else too."""


def _at_work(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    for match in _AT_WORK.finditer(text, low, high):
        last = match["last"]
        if match["work"] in _LOOSE and last not in person.SURNAMES and last not in person.GIVEN:
            continue  # "SW Version", "float Value", "principal Component"
        if alone(last) and (last.istitle() or person.case(last) in person.ANY_SURNAME):
            yield match.span("v")


RULES: tuple[Rule, ...] = (
    Rule(
        id="name.relative",
        kind="name",
        source="45 CFR 164.514(b)(2)(i): names of relatives and household members are identifiers too",
        triggers=(
            *each(_KIN_BYTES, "(?i)", r"(?:-in-law)?(?:,? |: | \(| is )(?:(?-i:[A-Z])|[\xc3-\xc5])"),
            *each(_KIN_BYTES, r"\((?:[A-Z]|[\xc3-\xc5])[a-z\x80-\xbf]{2,15}, ", "[^a-z]", edge=False),
        ),
        spans=_relatives,
        before=24,
        after=50,
        positives=(
            "Roommate «Dev» took away meds",
            "wife «Luz»'s card",
            "Wife «Marit» 218 555 0153",
            "father «Colm» (G-2025-EX-00419)",
            "dtr «Senait» 310-555-0186",
            "for dependent «Mischa», ortho",
            "(goes by «Ziggy»), 36",
            "Daughter-in-law «Comfort» ordering",
            "Dad «Uche» reached (763)555-0198",
            "boyfriend «Tre» threw away",
            "discussed w/ mother («Philippa», 503 555 0187)",
            "PCG dtr «Suzanne» cell 208.555.0134",
            "mom is «Justyna» (773 555 0116)",
            "Family («Percival», grandson) at bedside",
            "today after lunch, son «Lafaele» driving",
            "mother «Noelani» d. 47 endometrial ca",
            "hubby «Ludwik» called",
            "aunt «Leimomi» by video",
        ),
        negatives=(
            "mother Deceased, father Unknown.",
            "her father Occupation: mason",
            "son Height 120",
            "Mother Tongue: Spanish",
            "her daughter Thursday at 3",
            "mother (Spanish, Portuguese), father (Deceased)",
            "her mom is Catholic, his dad is Living",
            "the Smith & Nephew Pico 7, for small wounds",
            "her neighbor Mrs. and the roommate Mr. of the",
            "my friend is Polish and her dad is Republican, mother (Vietnamese, fluent)",
        ),
    ),
    Rule(
        id="name.relative-in-chat",
        kind="name",
        source="45 CFR 164.514(b)(2)(i): names of relatives and household members are identifiers too",
        triggers=each(
            f"{_KIN_BYTES}|{_CLOSE}",
            r"(?:my|his|her|our|your|their|(?:'|\xe2\x80\x99)s) ",
            r"(?:-in-law)?,? \(?[a-z]{2}",
            edge=False,
        )
        + each(
            f"{_KIN_BYTES}|nurse|mister|missus|miss|officer|chaplain|aide|tech|rn|np|doctor",
            "(?:^|[^a-z'-])",
            r"(?:-in-law)?(?: is| named)? (?:[a-z]|\xc3)(?:[a-z]|\xc3)",
            edge=False,
        ),
        spans=_in_small_letters,
        before=50,
        after=16,
        positives=(
            "my sister «keely» is getting",
            "so my ex («derek») has",
            "his wife «dolores» period",
            "spoke with wife «setsuko» and nurse «travis» thank you",
            "okay miss «earline» was seen, dtr «gianna» is livid",
            "this is nurse «guadalupe starr» calling",
        ),
        negatives=(
            "my sister will",
            "her husband may",
            "our landlord hope",
            "my mom grace",
            "the nurse said the son was here and the doctor left",
            "rn foley out, tech holter on, nurse braden 14",
        ),
    ),
    Rule(
        id="name.relatives",
        kind="name",
        source="45 CFR 164.514(b)(2)(i): names of relatives and household members are identifiers too",
        triggers=(
            r"(?i)(?:twins|sons|daughters|brothers|sisters|kids|children|boys|girls|parents|siblings|triplets|cousins|mothers|nieces|"
            r"nephews|half-sisters|half-brothers):? (?:(?-i:[A-Z])|[\xc3-\xc5])",
        ),
        spans=_several,
        before=24,
        after=60,
        positives=(
            "and her twins «Kamari» and «Kamaya» (3) reside",
            "Parents «Hamad Al-Jaberi» and «Shaikha Rashed» are",
            "sons «Deshi», «Oke» and «Tobi»",
            "Kids «Asmi» (11) and «Rohan» (8) staying",
        ),
        negatives=("children Under and Over", "brothers Grimm", "parents Education and Support"),
    ),
    Rule(
        id="name.at-work",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): a surname behind a degree or a word for somebody's work",
        triggers=tuple(rf"(?:^|[^A-Za-z.])(?:{work}):? (?:[A-Z]|[\xc3-\xc5])" for work in _WORK.split("|")),
        spans=_at_work,
        before=24,
        after=40,
        positives=(
            "Triage RN «Goss» 6-12-24: L lower molar",
            "MD «Ravenscroft» notified 2215.",
            "Ordering MD «Thibodeau»  NPI 1119519340",
            "Chaplain «Ortiz», MSW «Brandywine». Death vigil",
            "Physicist «C. Ebersole». F/U",
            "Sonographer «Wynn», RDMS",
            "Coordinator «Quill», ext 7-1904",
            "DCFS case worker «L. Tuimaualuga» ltuimau@dcfs.example.gov",
            "CNM «Holliday» aware.",
            "Seen by NP «Rosenthal», rapid flu A",
            "Cards fellow «Srinivasan» aware",
            "coach «Fergal Tuohy» wants a return date",
            "CM «Tamika» to do intake",
            "propofol, charge «Ingrid», ext",
            "Pastor «Whit».",
        ),
        negatives=(
            "at MD Anderson for care",
            "RN Staffing, MD Note. PA Lateral, PA Catheter",
            "page MD Stat. RN Only",
            "CNA Training is",
            "SW Version is 2, CM Output was low, float Value is set, charge Amount is due, Principal Engineer is, RT Time was",
            "NP Swab was sent, RN Supervisor, RN Navigator called",
            "Deputy Director, Tech Stack is, EMT Basic is; PA View was normal",
        ),
    ),
)
