"""(B) Where people are, come from and have somebody: `her sister in Galion`, `a motel in Hatch`, `drove over from Lepanto`.

Words for relatives, dwellings and ways say that a capitalised word behind `in` or `from` is a place, known to a list or not.
"""

from __future__ import annotations

import re

from zt_ai.egress.detect.context import each
from zt_ai.egress.detect.geography import PLACE
from zt_ai.egress.detect.lists.things import THINGS
from zt_ai.egress.detect.person import STOP, UPPER
from zt_ai.egress.detect.place import may_be_place
from zt_ai.egress.detect.rule import Rule, matching

_WHO = (
    "sister|brother|daughter|dtr|son|niece|nephew|cousins?|parents|mother|father|mom|dad|husband|wife|aunt|uncle|auntie|friends?|siblings|"
    "grandparents|grandmother|grandfather|granddaughter|grandson|grandkids|family|relatives|kids|children|in-laws|ex|girlfriend|boyfriend"
)
_WHERE = (
    "house|home|apartment|apts?|trailer|cabin|cottage|camp|farm|ranch|shelter|motel|condo|duplex|reservation|shop|store|bakery|mill|mine|"
    "plant|cannery|dairy|orchard|church|jail|prison|camper|group home|nursing home|snf|dock|harbor"
)
_WAY = (
    "drives?|drove|driving|driven|commutes?|commuting|came|comes|coming|resettled|settled|summers|winters|stays|staying|stayed|walked|hitchhiked|[a-z]{0,10}man|[a-z]{0,10}woman|"
    "bused?|ferried|airlifted|medevac(?:ed|ked)?|picked up|found down|deported|retired|boy|girl|male|female|farmer|rancher|snowbird|veteran|miner|teacher|resident|traveler|attendees|born|job|works?|worked|working|employed|spent|trip|wedding|reunion|vacation|"
    "vacationing|camping|hiking|fishing|hunting"
)
_TO = "in|from|near|outside|off|beyond|past"


def _place(match: re.Match[str]) -> bool:
    return may_be_place(match["v"].rstrip("."))


_NAME = rf"(?P<v>{PLACE})"
_END = r"(?![\w/])(?!['\u2019](?!s\b))(?! (?:Hospital|Clinic|Medical|Health|Center|Regional|Memorial|University|College|School|Unit|Scale|Score|County)\b)"

_FORM = (
    "Valley|Islands?|Isle|Lakes?|Pass|Creek|Ridge|Bluffs?|Beach|Harbou?r|Bay|Cove|Hollow|Springs|Canyon|Mesa|Butte|Bayou|Landing|Crossing|"
    "Flats|Mountains?|Mtn|Hills?|River|Reservation|Rez|Rancheria|Pueblo|Heights|Corners?|Grove|Meadows?|Prairie|Marsh|Peninsula|Village|Acres|"
    "Estates|Gardens"
)
_NO_FORM = frozenset(
    """
    Trauma Ambulance Resus Resuscitation Triage Medication Sick Equipment Loading Data First Second Third Last Single Double Multi Night Day
    Hall Bus Memory Patient Recovery Visitor Boarding Season Weekend Global Digital Health Care Wellness Learning Silicon Uncanny Treasure
    South North Desert Bone Heat Fire
    """.split()
)
"""What stands before such a word when no place is meant: `in Trauma Bay`, `to Data Lake`, `on South Beach`."""
_LAND = re.compile(
    r"(?: (?:virus|fever|encephalitis|spotted|agent|strain|equine|disease|study|cohort|criteria|protocol|Dressing|dressing)\b)"
)


def _landform(match: re.Match[str]) -> bool:
    words = match["v"].split()
    if words[0] in STOP or words[0] in THINGS or (len(words) == 2 and words[0] in _NO_FORM):
        return False
    return not _LAND.match(match.string, match.end("v"))


RULES: tuple[Rule, ...] = (
    Rule(
        id="location.whereabouts",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B): words that say where somebody is, or whom somebody has there",
        triggers=each(
            f"{_WHO}|{_WHERE}|{_WAY}",
            "(?i)",
            rf"(?: [a-z0-9.'-]{{1,14}}){{0,3}} (?:{_TO}) (?:(?-i:[A-Z])[a-z\xc3-\xc5]|(?-i:[A-Z]{{4}})|[\xc3-\xd1])",
        ),
        spans=matching(
            rf"(?<![A-Za-z])(?i:{_WHO}|{_WHERE}|{_WAY})(?: [a-z0-9.'\u2019-]{{1,14}}){{0,3}} (?:{_TO}) {_NAME}{_END}",
            _place,
        ),
        before=90,
        after=70,
        positives=(
            "her sister in «Galion» helps",
            "a motel off the road in «Hatch».",
            "Granddaughter drives over from «Lepanto» every evening",
            "45 y.o. divorced dairyman from «Peacham» who",
            "works onion shed in «Vale», father",
            "has two cousins living near «Iaeger»",
        ),
        negatives=(
            "her mother in Labor and Delivery",
            "drove himself home from Cardiology",
            "his sister in Ohio",
            "works in Radiology, her job at Walmart",
            "stays in Bed, brother in ICU",
            "the man from Mexico",
            "woman in Triage, boy in Isolation Room 4",
            "sister in NICU",
        ),
    ),
    Rule(
        id="location.landform",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B); USGS, Geographic Names Information System: classes of features",
        triggers=(
            rf"(?:(?:on|in|at|from|near|of|off|by|past|to|beyond|along|around|over|the|outside|through),? (?:[A-Z][a-z'.-]{{1,20}} ){{1,3}}(?:{_FORM})(?:[^A-Za-z]|$)|(?:Lake|Mount|Mt\.?|Point|Camp|Fort|Ft\.?|Bayou|Cape|Isle of) [A-Z][a-z])",
        ),
        spans=matching(
            rf"\b(?i:on|in|at|from|near|of|off|by|past|to|beyond|along|around|over|the|outside|through),? "
            rf"(?P<v>(?!The\b)(?:[{UPPER}][\w'\u2019.-]{{1,20}} ){{1,3}}(?:{_FORM}))(?![\w-])"
            rf"|\b(?:on|in|at|from|near|off|past|to|beyond|around|outside) (?P<w>(?:Lake|Mount|Mt\.?|Point|Camp|Fort|Ft\.?|Bayou|Cape|Isle of) (?!(?:The|Of)\b)[{UPPER}][\w'\u2019-]{{2,20}})(?![\w-])",
            lambda match: _landform(match) if match["v"] else True,
        ),
        before=80,
        after=24,
        positives=(
            "has spent her life in the «San Luis Valley», apart",
            "by mail boat to «Smith Island».",
            "a reunion held at «Caddo Lake» on",
            "They're on «Newmans Ridge» past",
            "deployed, then stationed at «Fort Huachuca»",
            "a camp on «Lake Memphremagog»",
        ),
        negatives=(
            "seen in Rift Valley fever",
            "in Rocky Mountain spotted fever",
            "to Data Lake design",
            "in Trauma Bay 2, of the First Pass",
        ),
    ),
)
