"""(B) Addresses without a street of a usual kind: grids, highways and their miles, rural routes, lots, corners, land sections."""

from __future__ import annotations

import re

from zt_ai.egress.detect.context import each
from zt_ai.egress.detect.person import UPPER
from zt_ai.egress.detect.rule import Rule, matching

_WORD = rf"[{UPPER}][\w'\u2019-]{{0,24}}"
_OWNER = r"(?:(?:State|U\.?S\.?|Old|County|Co\.?|Township|Twp\.?|Private|Pvt\.?|Forest|Farm(?: to Market)?|Ranch|N\.?|S\.?|E\.?|W\.?|North|South|East|West) ){0,2}"
_SIDE = r"(?: (?:Rd|Road|North|South|East|West|N|S|E|W|NE|NW|SE|SW)\b)?"
# "Verapamil 240 SR 1 tab", "strength 12 Rt 5": behind the short ones only long numbers are a house's.
_HOUSE_ON = rf"(?:[0-9]{{2,6}}[A-Z]? {_OWNER}(?:Hwy|Highway|Route|Rte|Road|Rd)|[0-9]{{4,6}}[A-Z]? {_OWNER}(?:Rt|SR|CR|FM|SH|RM|TR))\.? [0-9]{{1,4}}[A-Z]?{_SIDE}"


def _no_coordinates(match: re.Match[str]) -> bool:
    """`35 N 120 W` is a place on a map."""
    first, side, second, last = match["v"].upper().split()
    return int(first) > 90 or int(second) > 180 or side[0] not in "NS" or last[0] not in "EW"


RULES: tuple[Rule, ...] = (
    Rule(
        id="address.grid",
        kind="address",
        source="USPS Publication 28, 236: grid addresses, as in Utah",
        triggers=(
            r"(?i)[0-9] (?:n|s|e|w|north|south|east|west)\.? [0-9]{2,5} (?:n|s|e|w|north|south|east|west)(?:[^a-z0-9]|$)",
        ),
        spans=matching(
            r"(?<![\w.,/-])(?P<v>[0-9]{2,5} (?i:n|s|e|w|north|south|east|west)\.? [0-9]{2,5} (?i:n|s|e|w|north|south|east|west)\b)",
            _no_coordinates,
        ),
        before=32,
        after=4,
        positives=("Drove out to «4120 W 3500 S», gray house", "to «1402 N 40 E» but"),
        negatives=("41.2 N 71.3 W", "35 N 120 W", "120 W 3500"),
    ),
    Rule(
        id="address.highway",
        kind="address",
        source="USPS Publication 28, 241 (highway contract, rural and county roads) and 244",
        triggers=(
            *each("Hwy|Highway|Route|Rte|Rt|Road|Rd|SR|CR|FM|SH|RM|TR", "", r"\.? [0-9]", edge=False),
            r"(?i)mile (?:marker )?[0-9]",
            r"(?i)(?:^|[^a-z])(?:rt|route|rr|rural route|star route|hc)\.? ?[0-9]{1,3},? box ?[0-9]",
            r"(?i)(?:^|[^a-z])cmr [0-9]{1,5},? box",
        ),
        spans=matching(
            rf"(?<![\w.,/$-])(?P<v>(?!(?:19|20)[0-9]{{2}} ){_HOUSE_ON}(?![0-9])"
            r"|(?i:mile (?:marker )?)[0-9]{1,4}(?:\.[0-9])?,? (?:on )?(?:[A-Z][\w.]{0,14} ){0,2}(?:Hwy|Highway|Road|Rd|Route)(?: [0-9]{1,3}[A-Z]?)?"
            rf"|(?i:rt|route|rr|rural route|star route|hc)\.? ?[0-9]{{1,3}},? (?i:box) ?[0-9]{{1,5}}[A-Z]?(?:, {_WORD}(?: {_WORD}){{0,2}})?"
            r"|(?i:cmr) [0-9]{1,5},? (?i:box) [0-9]{1,6}(?:[ ,\n]{1,3}(?:APO|FPO) A[AEP] [0-9]{5})?)(?!\w)"
        ),
        before=60,
        after=50,
        rank=1,
        positives=(
            "Civic no.: «10872 Hwy 19», RR 1",
            "Put it in as «22710 FM 1318 Rd» and",
            "OLD: «240 Twp Rd 1190»\n",
            "phone, «2731 Route 9W South», Ravena",
            "emergent to «mile marker 212 Hwy 2», single",
            "address as «Mile 1313.5 Alaska Hwy».",
            "come to «Rt 2 Box 44B, Truchas» any day",
            "«CMR 402 Box 1877\nAPO AE 09180»",
        ),
        negatives=(
            "12 mg Rt 2",
            "the 5 Road 9",
            "Rt 2 boxes",
            "in 2020 Route 66",
            "Verapamil 240 SR 1 tab",
            "strength 12 Rt 5",
        ),
    ),
    Rule(
        id="address.lot",
        kind="address",
        source="USPS Publication 28, appendix C2 (lot, trailer, space); Alberta and Saskatchewan land survey",
        triggers=(
            r"(?i)(?:lot|trlr|trailer|space|spc|site) ?#?[0-9]{1,4}[a-z]?, [^\n]{3,40}(?:acres|park|estates|mhp|court|village|road|rd|route|hwy|subd)",
            r"(?:NE|NW|SE|SW)-[0-9]{1,2}-[0-9]{1,3}-[0-9]{1,2}-W[1-6]",
            r"(?i)corner of [0-9a-z]{2,16}(?: [a-z.]{2,8})? (?:and|&) ",
            r"[0-9]00 (?:Blk|Block|block|blk) of [A-Z]",
        ),
        spans=matching(
            rf"(?<![\w-])(?P<v>(?i:lot|trlr|trailer|space|spc|site) ?#?[0-9]{{1,4}}[A-Za-z]?, (?:{_WORD} ){{1,3}}(?i:acres|park|estates|mhp|court|village|subd\w*)(?:, (?:State |County )?(?:Route|Road|Rd|Hwy) [0-9]{{1,4}})?"
            r"|(?:NE|NW|SE|SW)-[0-9]{1,2}-[0-9]{1,3}-[0-9]{1,2}-W[1-6]"
            rf"|(?<=corner of )(?:[0-9]{{1,3}}(?:st|nd|rd|th)|{_WORD}(?: {_WORD})?) (?:and|&) (?:[0-9]{{1,3}}(?:st|nd|rd|th)|{_WORD}(?: {_WORD})?)"
            rf"|[1-9][0-9]?00 (?i:blk|block) of {_WORD}(?: {_WORD})?)(?!\w)"
        ),
        before=40,
        after=60,
        positives=(
            "1015 visit, «Lot 4, Sunny Acres, State Route 93», C",
            "location «SW-14-3-12-W3», home",
            "near the corner of «4th and Avenue F».",
            "Bring new to «1600 Blk of Sycamore», yellow",
        ),
        negatives=(
            "Lot 4, expires 2027",
            "Lot 4521, Pfizer Bivalent, at the park",
            "around the corner of the bed and the wall",
            "the 500 block of the budget",
        ),
    ),
)
