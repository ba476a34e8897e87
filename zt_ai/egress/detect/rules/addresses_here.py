"""(B) Addresses by where they stand: where somebody lives or something is sent, before a postal code, below a name, behind a
number to call. There any words with a number are one, in any language.
"""

from __future__ import annotations

import re

from zt_ai.egress.detect.geography import CITY, CODES
from zt_ai.egress.detect.person import STOP, UPPER
from zt_ai.egress.detect.rule import Rule, matching
from zt_ai.egress.detect.rules.addresses import COUNTED_THINGS
from zt_ai.egress.detect.rules.streets_abroad import (
    FLAT,
    GLUED_HERE,
    KINDS,
    KINDS_HERE,
    KINDS_SECOND,
    LETTERS,
    NAME,
    NUMBER,
    PARTICLES,
    TAIL,
    WORD,
    escaped,
)

_AUSTRALIAN = "QLD|NSW|VIC|TAS|ACT|NT|SA|WA"
_CANADIAN = "AB|BC|MB|NB|NL|NS|NT|NU|ON|PE|QC|SK|YT"
_LIVES = (
    r"(?<![\w])(?i:(?<!ip )(?<!mail )(?<!mac )address(?:(?: on file| of record)(?: is| was)?:?|(?: is| was)|:)|liv(?:es?|ing) (?:at|on)|resid(?:es?|ing) (?:at|on)|"
    r"(?:picked (?:up|(?:him|her|them) up)|staying|stays) at)[ \n]{1,3}"
)
_SENT = r"(?<![\w])(?i:(?:mail|ship|send|sent|delivered|forms?|letter|records|kit|it|them|out|over|home) to) "
_STREET_AHEAD = r"(?-i:[0-9A-Z]|[\xc3-\xd1]|[a-z]{2,9} (?:d[eu] (?:la )?|des )?(?:[A-Z]|\xc3))"
_UNIT = r"(?:Flat|Studio|Apt\.?|Apartment|Unit|Suite|Level|Shop) [0-9]{1,4}[A-Za-z]?"
_BEHIND_UNIT = r"(?:,? (?:(?:Apt\.?|Suite|Unit|Flat) |# ?)[0-9A-Za-z]{1,5})?"
_NUMBER_FIRST = (
    rf"(?:{_UNIT},? |[0-9]{{1,4}}/)?[0-9]{{1,6}}(?:-?[A-Za-z])?,? (?:Unit [A-Z] )?(?:(?:{KINDS_SECOND}|all\u00e9|route|rang) )?"
    rf"{PARTICLES}{WORD}(?: {PARTICLES}{WORD}){{0,4}}{_BEHIND_UNIT}"
    rf"|{_UNIT}, {WORD}(?: {WORD}){{1,3}}"
)
_SMALL = r"(?!(?:since|with|for|and|until|till|from|in|by|at|on|to|is|was|has|had|where|who|after|before|age|aged|x|about|over|ext|room|bed|unit|floor|day)\b)[^\W\d_A-Z]{2,12}"
_NUMBER_LAST = rf"(?:(?:{KINDS_SECOND}) )?{PARTICLES}{WORD}(?: (?:{PARTICLES}{WORD}|{_SMALL})){{0,5}},? (?:(?:[Nn][ro]?\.|N[\u00b0\u00ba]|#) ?)?{NUMBER}"
_KNOWN = (
    rf"(?:{WORD} ){{0,2}}[{UPPER}]{LETTERS}{{2,40}}?[ -]?(?i:{GLUED_HERE}) {NUMBER}{TAIL}"
    rf"|(?:{escaped(KINDS)}|{escaped(KINDS_HERE)}|Bulevardul) {NAME}(?:,? {NUMBER}{FLAT})?{TAIL}"
    rf"|(?:{KINDS_SECOND}) {PARTICLES}{WORD}(?: {PARTICLES}{WORD}){{0,3}}(?: {NUMBER})?{TAIL}"
)
_STOPS = r"(?=[.,;\n]|$| in | near )"
_ROOMS = frozenset(
    "Room Bed Unit Floor Ward Suite Day Building Bldg Box Station Gate Level Bay Pod Clinic Line Ext Dr Mr Mrs Ms Table Step".split()
)
"""What has a number within a house."""


def _is_street(match: re.Match[str]) -> bool:
    words = match["v"].split()
    return (
        words[0] not in STOP
        and words[0] not in _ROOMS
        and (not words[0].isdigit() or words[1].rstrip(".") not in COUNTED_THINGS)
    )


def _is_counted_street(match: re.Match[str]) -> bool:
    """`100 Mg`: whether the word behind a number is a street's."""
    return match["v"].split()[1] not in COUNTED_THINGS


def _written(match: re.Match[str]) -> bool:
    """Whether the words behind or above a number to call are an address: they hold a number themselves."""
    found = match["v"] or match["w"]
    first = found.split(maxsplit=1)[0]
    if first.isupper() and len(first) < 6 and not first.isdigit() and "\n" not in match[0]:
        return False  # "Epi x3, ROSC 0341"
    return first not in _ROOMS and any(map(str.isdigit, found)) and any(map(str.isalpha, found))


_PLURAL = (
    "Mountains|Roads|Cape|Burgs?|Centers|Gateway|Lights?|Necks?|Locks?|Ways|Forges?|Forks|Villages|Parkways|Trafficway|Inlet|Cliffs?|Canyon|Branch|Club|"
    "Course|Dam|Fort|Islands|Fields|Fords|Glens|Greens|Groves|Harbors|Junctions|Keys|Knolls|Loaf|Mills|Oval|Parks|Plains|Ports?|Rapids|Ridges|"
    "Shoals|Spurs|Squares|Streets|Unions|Valleys|Via|Views|Walks|Wall|Well|Drives|Courts|Coves|Corners|Circles|Extensions|Estate|Crossroads?|Brooks"
)
"""Kinds of streets that other things are called, too: behind a long number."""
_LINE = r"(?:^|\n)[ ?>*-]{0,6}"
_UNIT_LINE = r"(?:Flat|Studio|Apt\.?|Apartment|Unit|Suite|Ste\.?|Floor|Appartamento|Piano|Piso|Wohnung|Bloc|Bldg\.?|#) ?#?[0-9]{1,5}[A-Za-z]?"


RULES: tuple[Rule, ...] = (
    Rule(
        id="address.long-number",
        kind="address",
        source="USPS Publication 28, appendix C1: street suffixes and their plurals",
        triggers=tuple(rf"[0-9]{{3}} [A-Z][^\n0-9,]{{1,40}} {word}(?:[^a-z]|$)" for word in _PLURAL.split("|")),
        spans=matching(
            rf"(?<![\w.,/$-])(?P<v>(?!(?:19|20)[0-9]{{2}} )[0-9]{{3,6}} (?:{WORD} ){{1,2}}(?:{_PLURAL})(?![A-Za-z]){_BEHIND_UNIT})",
            _is_counted_street,
        ),
        before=60,
        after=24,
        positives=(
            "at «386 English Roads»",
            "??? «684 Kimberly Burgs»\n",
            "??? «36665 Antonio Cape»\n",
            "«532 Hawkins Centers Apt. 12»",
        ),
        negatives=("5 New Points", "2026 Key Points", "100 Mg Ways", "earned 100 Green Points", "on 2024 Annual Views"),
    ),
    Rule(
        id="address.unit-line",
        kind="address",
        source="USPS Publication 28, 21 and appendix C2: the unit on a line of its own, the street above it",
        triggers=(
            r"\n[ ?>*-]{0,6}(?:Flat|Studio|Apt\.?|Apartment|Unit|Suite|Ste\.?|Floor|Appartamento|Piano|Piso|Wohnung|Bloc|Bldg\.?|#) ?#?[0-9]",
        ),
        spans=matching(
            rf"{_LINE}(?P<v>[0-9]{{1,6}}[A-Za-z]?(?:[-/][0-9]{{1,5}})?,? [{UPPER}][^\n,;:]{{1,60}}\n[ ?>*-]{{0,6}}{_UNIT_LINE})(?=[ ]{{0,3}}(?:\n|$))"
        ),
        before=90,
        after=10,
        positives=("Omar\n\n«7 Nienkesteeg\n Suite 302»\n Ellemeet", "??? «13 Rotonda Gianna\n??? Piano 6»\n??? Visco"),
        negatives=("12 Tests\nUnit 4 West", "Plan\nSuite 302", "3 days\nUnit 5\n"),
    ),
    Rule(
        id="address.before-code",
        kind="address",
        source="Royal Mail, Australia Post and Canada Post, addressing; USPS Publication 28, 21: number and street before town, state and code",
        triggers=(
            rf"(?:{_AUSTRALIAN}),? {{1,2}}[0-9]{{4}}(?:[^0-9]|$)",
            rf"(?:{CODES}|{_CANADIAN}),? {{1,2}}[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]",
            r"[ ,][A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}(?:[^0-9A-Za-z]|$)",
            r"[ ,][AC-FHKNPRTV-Y](?:[0-9]{2}|6W) [0-9AC-FHKNPRTV-Y]{4}(?:[^0-9A-Za-z]|$)",
            rf"(?:{CODES}|MH|PW|FM|AS),? {{1,2}}[0-9]{{5}}",
            r"(?:FPO|APO|DPO),? (?:AA|AE|AP) [0-9]{5}",
        ),
        spans=matching(
            rf"(?<![\w$./-])(?P<v>(?:(?:{_UNIT},? |[0-9]{{1,4}}/)?[0-9]{{1,6}}[A-Z]?,? (?:{WORD} ){{0,4}}{WORD}(?: [0-9]{{1,5}})?{_BEHIND_UNIT}|{_UNIT}, {WORD}(?: {WORD}){{0,3}}),? {CITY},? "
            rf"(?:(?:{_AUSTRALIAN}),? {{1,2}}[0-9]{{4}}|[A-Z]{{1,2}}[0-9][0-9A-Z]? [0-9][A-Z]{{2}}|[A-Z]{{2}},? {{1,2}}(?:[0-9]{{5}}(?:-[0-9]{{4}})?|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9])))(?![0-9A-Za-z])"
            rf"|(?<![\w./-])(?P<w>(?:[0-9{UPPER}][^\n,;:]{{2,34}}, ){{1,4}}?(?:Co\. )?{CITY},? (?:[A-Z]{{1,2}}[0-9][0-9A-Z]? [0-9][A-Z]{{2}}|"
            rf"[AC-FHKNPRTV-Y](?:[0-9]{{2}}|6W) [0-9AC-FHKNPRTV-Y]{{4}})(?![0-9A-Za-z])|(?:USS|USNS|USNV|USCGC|PSC|CMR|Unit) [\w ,.-]{{2,30}}?,? (?:FPO|APO|DPO),? (?:AA|AE|AP) [0-9]{{5}}(?:-[0-9]{{4}})?)(?![0-9])"
        ),
        before=110,
        after=12,
        rank=1,
        positives=(
            "Letter to him, «31056 Miller Light Suite 480, Phillipbury, NM 05851»",
            "at «Suite 478 8 Marissa Round, St. Davidtown, NT, 5427»",
            "to «538 Moore Junction, Danielletown, NT Y9E7V1»",
            "file is «Studio 43k, Lawson Trafficway, West Rosie, EC8B 6FU».",
            "write to «USNV Knight, FPO AA 30934»",
            "Mrs P\n«The Old Forge, Back Lane, Ingleby Greenhow, Middlesbrough TS9 6LL».",
            "Mrs D\n«Carraig, Gort an Choirce, Co. Donegal, F92 X3KD»\n",
            "«PSC 4821, Box 9213, APO AE 09421»",
        ),
        negatives=("in 2014 Springfield", "AE 09421 of the log"),
    ),
    Rule(
        id="address.lives",
        kind="address",
        source="45 CFR 164.514(b)(2)(i)(B): where somebody lives or is found",
        triggers=(
            rf"(?i)address(?:(?: on file| of record)(?: is| was)?:?|(?: is| was)|:)[ \n]{{1,3}}{_STREET_AHEAD}",
            rf"(?i)(?:liv|resid)(?:es?|ing) (?:at|on) {_STREET_AHEAD}",
            rf"(?i)(?:picked (?:up|(?:him|her|them) up)|staying|stays) at {_STREET_AHEAD}",
        ),
        spans=matching(
            rf"{_LIVES}(?P<v>{_KNOWN}|(?:{_NUMBER_FIRST}){_STOPS}|{_NUMBER_LAST}(?:\.(?=,))?{TAIL}{_STOPS}"
            rf"|[0-9]{{1,3}}F {WORD}(?: {WORD}){{0,3}}, [0-9]{{1,5}} {WORD}(?: {WORD}){{0,3}}|B[0-9]{{1,3}} L[0-9]{{1,3}} {WORD}(?: {WORD}){{0,3}}(?:, {WORD}(?: {WORD}){{0,2}})?)(?![\w])",
            _is_street,
        ),
        before=34,
        after=130,
        positives=(
            "Home address is «Hannaring 11», Joppe.",
            "Home address is «3/829 Scott Pathway», Elizabethberg",
            "Home address is «B17 L66 Catmon Subdivision, Calumpang Drive», Amanda Ville.",
            "The ambulance picked her up at «Aashavna 7».",
            "and I live at «Studio 87Q, Davies Parkways», thanks",
            "who lives at «Knafljev prehod 5b» in Bovec",
            "who lives at «89203 Jenkins Neck» in West Dale",
        ),
        negatives=(
            "living at home with 2 cats",
            "lives at Brookdale since 2019",
            "address is unknown",
            "IP address is Host 5.",
            "Please address Issue 5.",
            "to address Comment 3, then resubmit",
            "living on Floor 3.",
            "staying at 12 Weeks.",
        ),
    ),
    Rule(
        id="address.sent",
        kind="address",
        source="45 CFR 164.514(b)(2)(i)(B): where something is sent",
        triggers=(
            rf"(?i)(?:mail|ship|send|sent|delivered|forms?|letter|records|kit|it|them|out|over|home) to {_STREET_AHEAD}",
        ),
        spans=matching(
            rf"{_SENT}(?P<v>{_KNOWN}|(?:{_UNIT},? |[0-9]{{1,4}}/)?[0-9]{{1,6}}(?:-?[A-Za-z])?,? (?:Unit [A-Z] )?{WORD}(?: {WORD}){{1,4}}{_BEHIND_UNIT}{_STOPS})(?![\w])",
            _is_street,
        ),
        before=20,
        after=130,
        positives=(
            "mail the forms to «Via Ugolino, 28 Appartamento 22».",
            "forms to «chemin Mercier».",
            "forms to «6 Cindy Follow».",
        ),
        negatives=(
            "sent to Room 5.",
            "sent to Bed 12, awake",
            "sent to 12 Patients Today.",
            "handed it to Team 5.",
            "sent to Lab 4",
        ),
    ),
    Rule(
        id="address.behind-number",
        kind="address",
        source="45 CFR 164.514(b)(2)(i)(B): what stands behind a number to call, or on the line before it",
        triggers=(),
        beside=frozenset({"phone"}),
        spans=matching(
            rf"(?<=[0-9]), (?P<v>{_NUMBER_FIRST}|{_NUMBER_LAST}(?:\.(?=,))?{FLAT}{TAIL})(?=[.,;\n]|$)"
            rf"|(?:^|\n)(?P<w>(?:[0-9]{{1,6}}|{_UNIT}|{PARTICLES}[{UPPER}])[^\n:;|]{{4,90}})\n(?=\(?\+?[0-9][0-9 ()./+x-]{{5,24}}(?:\n|$))",
            _written,
        ),
        before=100,
        after=90,
        positives=(
            "Next of kin: Pia Thorsen, (415) 555-0132, «Savlje 1b»",
            "Mathew Silva\n«466 Peterson View, New Dianemouth, MH 27925»\n415-555-0132",
            "Anita Simon\n«Szegedi sor 91, H-5259 Eger»\n(415) 555-0132",
        ),
        negatives=(
            "call 415-555-0132, Room 5",
            "Thanks for everything\n415-555-0132",
            "Main Desk\n415-555-0132",
            "call 415-555-0132, ROSC 0341.",
        ),
    ),
)
