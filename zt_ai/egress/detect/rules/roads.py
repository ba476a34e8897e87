"""(B) Places along a road, streets without their suffix, and quarters of a town."""

from __future__ import annotations

import re

from zt_ai.egress.detect.geography import CITY
from zt_ai.egress.detect.person import STOP, UPPER
from zt_ai.egress.detect.rule import Rule, matching

_ROAD = (
    r"(?:(?:US |U\.S\. |State |County |Old |TX |FM )?(?:Hwy|Highway|HWY|Route|Rte|Rt|Interstate|Turnpike|State Road|County Road|CR|SR|FM|Hwy\.)"
    r"[ -]?[0-9]{1,4}[A-Z]?|I-(?!12[345]\b|131\b)[0-9]{1,3}|US-?[0-9]{1,3})"
)
_GOING = re.compile(
    r"(?i)(?:\b(?:at|address|home visit|house call|visit(?:ed)? (?:at|to)|home|residence|lives (?:at|on)|living at|resides at|"
    r"(?:dispatched|responded|called|went|sent|transport(?:ed)?|pick(?:ed)? ?up|deliver(?:y|ed)?) (?:to|from|at)|scene|pickup)\s?(?:is|was)?[\s:,\u2013\u2014-]{1,4})$"
)


_POWERED = frozenset(
    "Monopolar Bipolar Blend Blended Coag Coagulation Laser Continuous Pulsed Spray Holmium Cautery Light".split()
)
"""What follows watts: `at 120 W Monopolar`."""


def _directed(match: re.Match[str]) -> bool:
    text, start = match.string, match.start("v")
    if match["name"] in _POWERED or match["name"] in STOP:
        return False
    return bool(_GOING.search(text, max(start - 40, 0), start))


RULES: tuple[Rule, ...] = (
    Rule(
        id="address.mile",
        kind="address",
        source="45 CFR 164.514(b)(2)(i)(B); FHWA, MUTCD 2H.05: a road and its reference location sign; NEMSIS eScene",
        triggers=(
            r"(?i)[0-9][a-z]?,? (?:[nsew]b|north|south|east|west|northbound|southbound|eastbound|westbound)?[ ,]{0,2}(?:at|@|near)?[ ,]{0,2}(?:mile ?(?:marker|post)|mm|mp|exit)[ #]{0,2}[0-9]",
        ),
        spans=matching(
            rf"(?<![\w-])(?P<v>{_ROAD},?(?: ?(?:[NSEW]B?|north|south|east|west|(?:north|south|east|west)bound))?(?: (?:at|@|near))?,? "
            rf"(?:(?i:mile ?marker|mile ?post|exit)|MM|MP|mm|mp)[ #]{{0,2}}[0-9]{{1,3}}(?:\.[0-9])?(?:,? (?:near |in )?{CITY}(?=[.,;\n]|$))?)(?![0-9A-Za-z])"
        ),
        before=60,
        after=50,
        rank=1,
        positives=(
            "EMS run: «Hwy 49 mile marker 118» rollover",
            "MVC on «I-80 at exit 212».",
            "«US-61 MM 14»",
            "«I-95 NB at mile marker 12»",
            "pileup, «I-80 WB mm 187» betw",
        ),
        negatives=("MP 12 exit 3", "I-131 mm 4", "Route 2 exit site"),
    ),
    Rule(
        id="location.highway",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B); FHWA, Manual on Uniform Traffic Control Devices, 2D.10: route signs",
        triggers=(
            r"(?i)(?:^|[^a-z])(?:hwy|highway|route|rte|rt|interstate|turnpike|state road|county road|cr|sr)\.?[ -][0-9]",
            r"(?:US|I)-[0-9]",
        ),
        spans=matching(
            rf"(?:\b(?i:on|off|of|down|up|along|near|at|from|to|over|via|past|by|in|crash|mvc|mva|rollover|pileup|shoulder of|mm),? (?:the )?(?P<v>{_ROAD})"
            rf"|(?P<w>{_ROAD}),? (?:[NSEW]B|mm|mp|MM|MP|at|near|exit|north|south|east|west|[0-9]{{1,3}} mi)\b)"
            r"(?! (?:of administration|exit site)\b)"
        ),
        before=50,
        after=40,
        positives=(
            "about 6 miles off «Hwy 191».",
            "45 minutes down «I-74», and",
            "single vehicle rollover, «Route 212» 4 mi W",
            "a raft flip on the river, «US-12» mp 112",
            "drive them up «Highway 12» through",
        ),
        negatives=("treated with I-131 therapy", "scan at I-123 uptake", "by route 2", "CR 1.2, SR 4"),
    ),
    Rule(
        id="address.directed",
        kind="address",
        source="USPS Publication 28, 233: number, direction and name; people leave the suffix out",
        triggers=(r"[0-9]{2} (?:[NSEW]|NE|NW|SE|SW)\.? [A-Z][a-z]{3}",),
        spans=matching(
            rf"(?<![\w./-])(?P<v>[0-9]{{2,5}} (?:NE|NW|SE|SW|[NSEW])\.? (?P<name>[{UPPER}][a-z]{{3,16}})(?: (?:Apt|Unit|#) ?[0-9A-Za-z]{{1,5}})?)"
            rf"(?= ?[.,;:)\n\u2013\u2014-]|$)",
            _directed,
        ),
        before=60,
        after=40,
        positives=(
            "home visit \u2014 «1310 W Monroe» \u2014 gate code",
            "lives at «822 N Franklin».",
            "dispatched to «415 SE Belmont»,",
        ),
        negatives=("laser at 30 W Monopolar.", "cautery 40 W Blend,", "the 12 E Coli isolates"),
    ),
    Rule(
        id="location.quarter",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B): subdivisions smaller than a state",
        triggers=(
            r"(?:the|in|from|of) (?:[A-Z][a-z'-]{2,20} ){1,3}(?:neighbou?rhood|subdivision|housing project|trailer park|barrio)",
        ),
        spans=matching(
            rf"\b(?:[Tt]he|in|from|of) (?P<v>(?!The\b)[{UPPER}][\w'\u2019-]{{2,20}}(?: [{UPPER}][\w'\u2019-]{{2,20}}){{0,2}}) "
            r"(?:neighbou?rhood|subdivision|housing project|trailer park|barrio)\b",
            lambda match: match["v"].split()[0] not in STOP,
        ),
        before=90,
        after=4,
        positives=("lives in the «Algiers Point» neighborhood", "from the «Tremewood» subdivision"),
        negatives=("in the Black neighborhood", "the neighborhood"),
    ),
)
