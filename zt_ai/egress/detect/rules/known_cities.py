"""(B) Cities that a list knows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from itertools import chain

from zt_ai.egress.detect import person
from zt_ai.egress.detect.geography import CODES, COMMON_SUFFIX, STATE_NAMES, STATES
from zt_ai.egress.detect.lists import Hashed, read
from zt_ai.egress.detect.lists.clinical import EPONYMS
from zt_ai.egress.detect.lists.things import FIRMS, MEDICINES, PROGRAMS
from zt_ai.egress.detect.person import STOP, UPPER
from zt_ai.egress.detect.rule import Rule

_SHORT = (("Saint ", ("St. ", "St ")), ("Fort ", ("Ft. ", "Ft ")), ("Mount ", ("Mt. ", "Mt ")))


def _spellings() -> Iterator[str]:
    """Each known place, and with its first word cut short."""
    for name in read("cities", "towns"):
        yield name
        for long, shorts in _SHORT:
            if name.startswith(long):
                yield from (short + name.removeprefix(long) for short in shorts)


CITIES = Hashed(_spellings())

CITY_WORDS = Hashed(read("cities_words", "towns_words"))
_ALL = Hashed(chain(_spellings(), read("cities_words", "towns_words")))
AMERICAN, AMERICAN_WORDS = Hashed(read("cities")), Hashed(read("cities_words"))
"""Those that a surname is more likely to be mistaken for than to be; of all villages of the world too many are surnames."""


_LONGEST = 12
_CUES_END = "abdefghlmnorsty,"
"""What the words end with behind which a name of four letters is looked up: those that `_PLACE_BEFORE` asks for. The words
themselves are in every line, and to look for them takes a fifth of the time of all forms together."""


class _Beginnings(Collection[str]):
    """How the names of all places begin: those with which no other begins, cut where the rule can read on by itself. The
    matcher has four names to hold instead of six, and the rule little to look at. They are read again when they are
    asked for: to keep them would take 20 MB in each worker."""

    def __iter__(self) -> Iterator[str]:
        names = chain(_spellings(), read("cities_words", "towns_words"))
        shortest = "\0"
        for name in sorted({name[:_LONGEST] for name in names if len(name) > 4}):
            if not name.startswith(shortest):
                shortest = name
                yield name

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def __contains__(self, name: object) -> bool:
        return any(name == one for one in self)


MEDICAL = re.compile(
    r"(?:['\u2019]s)?[ -](?:\w+ )?(?:scale|score|criteria|criterion|classification|rules?|study|trial|"
    r"protocol|consensus|guidelines?|index|system|questionnaire|method|virus|disease|fever|statement|"
    r"declaration|"
    r"convention|agreement|equation|model|cohort|heart study|coma|category|categories|grading|staging|test|"
    r"syndrome|sign|conference|call|accords?|Bowel|Coma|Sleepiness|Quality|Heart|Handicap|Hip|Ankle|Knee|"
    r"Stroke|Prehospital|Depression|"
    r"C[0-9]\w*|M[0-9]|screen(?:ing)?|Suicide|stage|staging|Arbor|Risk|Score|Scale|Criteria|Classification|"
    r"Rules?|University|Press|Journal|Times|Post|Stock|Marathon|blue|beef|sprouts|Method|plaster|Clinical|"
    r"chromosome|sarcoma|grade [A-D]|cloth|lace|leather|chowder|cement|cabbage|pudding|salad|lettuce|cheese|terrier|bulldog|"
    r"retriever|shepherd|spaniel|toast|steak|pizza|ham|sausages?|mustard|green|salt|"
    r"sling|(?<=Canadian )(?:CT [Hh]ead|C-?[Ss]pine)|Declaration|formula|mechanism|transform|noise|smoothing|bar ?codes?)\b"
)

_THING = re.compile(
    r"(?:['\u2019]s)? (?:risks?|grades?|maneuvers?|manoeuvres?|retractors?|forceps|clamps?|scissors|catheters?|tubes?|drains?|needles?|bed|"
    r"mattress|monitor|pumps?|valves?|stents?|prosthesis|procedure|technique|approach|incision|repair|osteotomy|fractures?|lesions?|"
    r"palsy|ana?emia|encephalitis|viruses|bacteria|bacillus|stain|agar|medium|units?|curves?|plot|nomogram|position|projection|"
    r"triad|phenomenon|reflex|nodes?|nodules?|tumou?rs?|cysts?|ducts?|glands?|cells?|bod(?:y|ies)|inventory|"
    r"battery|inkblots?|tables?|tests?|solution|bandage|splint|brace|collar|boots?|gown|suits?|coat|hats?|dressing|"
    r"stove|oven|knife|chair|desk|lamp|guitar|piano|engine|motor|truck|sedan|bike|font|typeface|"
    r"sauce|soup|stew|bread|cookies?|biscuits?|buns?|cakes?|tarts?|potatoes|onions?|peppers?|beans|oranges|apples|grapes|wines?|"
    r"beers?|coffee|tea|cream|butter|cats?|dogs?|goats?|hens?|sheep|cattle|pigs?|wool|cotton|silk|"
    r"orthos[ei]s|compound|adaptive|shoulder|garments?|nighttime|data|equine|incisions?|bags?|lines?|spots|views?|types|edition|connectors?|style|"
    r"carpets?|rugs?|porcelain|china|glass|marble|granite|sandstone)\b"
)
"""What is named for a place, an author or a maker, when no word says that the place is meant."""
_THERE = re.compile(
    r"\b(?:in|In|from|From|near|Near|to|at|around|outside|via|between|living|moved|visiting|downtown)\s$"
)

_FORMULAS = frozenset("Parkland Galveston Cincinnati".split())
"""Places that stand for the volume that the burned are given."""
_VOLUME = re.compile(
    r"(?: (?:fluids?|resuscitation|volume|rate|goal|total|requirement))?(?: ?[:=]| is)? ?\(?[0-9][0-9.,]{0,5}(?:-[0-9.,]{1,6})? ?m[lL]\b"
)

_PLACE_BEFORE = re.compile(
    r"(?:\b(?:in|In|from|From|near|Near|at|to|To|around|outside|of|via|between|visiting|visited|leaving|"
    r"left|lives?|living|resides?|residing|born|raised|moved|relocated|travel(?:s|ed|led|ing)?|"
    r"flew|drove|city|City|town|Town|village|hometown|greater|downtown|suburban|central|east|west|north|"
    r"south|and|or|through|toward|towards|across|over|into|within|community|area|based|nursing home,|"
    r"native)"
    r"[ :,\n]{1,2}|(?i:city|town|hometown|birthplace|municipality|district|locality|place of birth|suburb|"
    r"location|residence|address)\W{1,4}|,\s)$"
)

_STATE_AFTER = re.compile(rf",?\s{{1,2}}(?:(?:{CODES})\b(?!\w)|{STATE_NAMES}|USA|U\.S\.)")

_ZIP_AFTER = re.compile(r" [0-9]{5}(?:-[0-9]{4})?(?![\w-])")

_SITES = "office|depot|airport|warehouse|campus|branch|plant|store|site visit|jail|City|Township"
_SITE_AFTER = re.compile(rf" (?:{_SITES.removesuffix('|City|Township')})s?\b")
"""What a firm has one of in each place."""

_ADDRESS_BEFORE = re.compile(
    rf"[0-9A-Za-z] (?i:{COMMON_SUFFIX})\.?(?:,? (?:Apt|Unit|Suite|Ste|#)\.? ?[A-Za-z0-9]{{1,5}}|"
    rf",? #[0-9A-Za-z]{{1,5}})?, $"
)


def _cities(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """The longest listed places; names that mean other things only where a place is expected."""
    for match in _CAPITAL.finditer(text, low, high):
        start = match.start()
        run = _RUN.match(text, start)
        if run is None:
            continue
        if _OF_STATE.match(text, start) or (
            text[max(start - 4, 0) : start] == "New " and f"New {run[0].split()[0]}" in STATES
        ):
            continue
        ends = [word.end() + start for word in _WORD_END.finditer(run[0].rstrip(".'\u2019"))]
        for end in reversed(ends):
            name = text[start:end]
            cased = name.title() if name.isupper() else name
            if cased not in _ALL:
                continue
            listed = cased in CITIES
            if not listed and name not in CITY_WORDS:
                continue
            known = listed and name not in EPONYMS
            # "in Takoma Park. He": the run of capitals goes on in the next sentence. "Elko and Wells": two places.
            whole = end == ends[-1] or name.isupper() or _LAST.match(text, end) is not None
            kind = _KIND.match(text, end)
            if kind or _city(text, start, end, known=known, whole=whole):
                yield start, kind.end() if kind else end
            break


_OF_STATE = re.compile(
    rf"(?:{'|'.join(name for name in sorted(STATES) if ' ' in name and name not in CITIES)})\b(?! (?:City|Township)\b)"
)
"""States of two words, the first of which may be a town."""

_PRINTED = re.compile(r"(?i)(?:\b[12]-?D|\bQR|bar ?codes?|code 128|code 39|data ?matrix|pdf417)(?: or| and|,|/|:)? ?$")
"""Before the name of a kind of printed code, such as Aztec."""

_SCORE = re.compile(
    r" (?:[0-9]{1,2}(?:\.[0-9])?(?:/[0-9]{1,2})?%?(?=[,;:)\n]|\.(?![0-9])|$)|[0-9]{1,2} (?:of|out of) [0-9]|(?:II|III|IV)[ABCabc]?(?![\w])|[0-9][A-Ca-c](?![\w])|(?:neg|negative|positive)\b|(?:chest )?tubes?\b)"
)
"""Behind the name of a scale, a test or an instrument."""

_CAPITAL = re.compile(rf"(?<![\w'\u2019@#/.-])[{UPPER}](?=\w|['\u2019][{UPPER}])")

_SMALL = (
    "de|del|la|las|los|of|sur|upon|the|du|le|les|l\u00e8s|al|el|ed|es|and|or|am|an|im|in|der|den|ob|auf|bei|do|da|dos|das|di|em|en|on|"
    "under|over|by|next|sous|aux|au|op|aan|ter|near|na|nad|pod|pri|u|i|y|e|a|o|des|super|d'|l'"
)
"""Within the names of places, between blanks or hyphens: `Stratton-on-the-Fosse`, `Frankfurt am Main`."""

_RUN = re.compile(
    rf"[{UPPER}][\w.'\u2019]*"
    rf"(?:[ -](?:[{UPPER}][\w.'\u2019]*|[dl]['\u2019][{UPPER}]\w+|(?:{_SMALL})(?![\w.]))){{0,6}}"
)

_KIND = re.compile(r" (?:City|Township)\b(?! (?:Council|Hall|Hospital|Clinic|of)\b)")
"""Behind the name of a place, which is one then whatever else its name means."""

_LAST = re.compile(r"\. | (?!(?:de|del|la|of|sur|upon|the|du|le|al|el)\b)[a-z]")
"""Behind a name that is whole: `in Worcester on Monday`."""

_NAMED_SO = PROGRAMS | MEDICINES | FIRMS
_DWELLS = re.compile(
    r"(?:\b(?:liv(?:es?|ed|ing)|resid(?:es?|ed|ing)|resident|native|born|raised|grew up|settled|hometown)(?: [a-z]{1,9})?|(?:\bis|\bam|'m|\bare|\bwas|here|comes|came)) "
    r"(?:in|at|near|from|of|outside) $"
)
"""Behind which even a name of a program or firm is the town: `She lives in Anthem`."""
_OTHER = re.compile(rf"(?: (?:and|or) |/)[{UPPER}][\w-]{{2,20}}(?= )")
"""A second name with which the first shares what follows: `the Philadelphia and Boston criteria`."""

_WORD_END = re.compile(r"[\w.'\u2019]+?(?=\.?[ -]|\.?['\u2019]s\b|\.?$)")


def _city(text: str, start: int, end: int, *, known: bool, whole: bool) -> bool:
    if MEDICAL.match(text, end) or text[end : end + 1] in ("@", "_", "/") or text[end : end + 2] in ("('", "::"):
        return False
    before = text[max(start - 24, 0) : start]
    if (
        _STATE_AFTER.match(text, end)
        or _SITE_AFTER.match(text, end)
        or (before.endswith(", ") and _ZIP_AFTER.match(text, end))
    ):
        return True
    name = text[start:end]
    if (
        (name in _NAMED_SO and not _DWELLS.search(before))
        or (name in EPONYMS and _THING.match(text, end))
        or ((other := _OTHER.match(text, end)) and MEDICAL.match(text, other.end()))
        or _PRINTED.search(before)
        or before.lower().endswith(("plaster of ", "salmonella ", "serovar "))
        or (_THING.match(text, end) and not _THERE.search(before))
    ):
        return False
    expected = _PLACE_BEFORE.search(before)
    if _SCORE.match(text, end) and not _THERE.search(before):
        return False  # "Epworth 9, Oswestry 12%": what was scored
    if name in _FORMULAS and not expected and _VOLUME.match(text, end):
        return False
    if known:
        return whole or bool(expected) or text[end : end + 1] != " "
    if not expected or not whole:
        return False
    if name in STOP or name in STATES:
        return False
    preposition = re.search(
        r"(?:\b(?:in|In|from|From|near|Near|outside|around|between|visiting|visited|lives?|living|resid\w+|born|"
        r"raised|moved|downtown|greater|into|to|travel\w*|flew|drove|native|based|at|within|"
        r"across|(?:village|town|city|suburb|hamlet|municipality|parish|port) of)[ \n](?:(?:in|to|at|near|from)\s)?|"
        r"\W{1,4})$",
        before,
    )
    if preposition is None:
        return bool(_ADDRESS_BEFORE.search(text, max(start - 40, 0), start))
    if before.endswith((" and ", " or ")) and name in person.ANY_NAME:
        return False  # "Jennifer and Robert"
    if "," in preposition[0] or preposition[0].strip() in ("at", "to"):
        # "to Reading", ", Orange": too weak by itself for a word.
        if "," in preposition[0]:
            return bool(_ADDRESS_BEFORE.search(text, max(start - 40, 0), start))
        return len(name) > 4 and name not in _COMMON
    if re.search(r"\b(?:circle|foramen|canal|angle|island|islets?|loop|ligament|nodes?)\s(?:of|in)\s$", before):
        return False
    return name not in _COMMON or (
        preposition[0].strip() in ("in", "In", "from", "near", "lives in", "living in")
        and not text[end : end + 1].isalpha()
        and bool(re.search(r"\b(?:liv\w+|born|raised|moved|resid\w+|from)\s(?:in\s)?$", before))
    )


_COMMON = frozenset(
    """
    Reading Mobile Orange Hope Normal Ideal Energy Best Opportunity Independence Liberty Union Commerce Industry
    Enterprise Center Central Clay Golden Paradise Surprise Superior Price Defiance Eureka Galaxy Mission Pearl
    Plains Plymouth Spring Springs Temple Trinity Troy Victor Victory Bell Brush Carbon Coral Crystal Diamond
    Eagle Early Forest Fountain Garden Grant Green Home Iron Ivory Lake Laurel Lime Love Media Mercury March May
    Murray Nice Split Bath Cork Essen Hull Male Bergen Bari Wells Wales Barrett Crohn Bishop Down Parkinson
    Addison Cushing Graves Marshall Nelson Wilson Jackson Johnson Murphy Hamilton Turner Gilbert Becker Graham
    Clinton Kennedy Roma Salem Carmel Lebanon Jordan Sharp Ball Page Power Faith Justice Minor Major Rich Short
    Story Long Low Lows High Point Summit Advance Alert Apex Arcade Archer Area Bay Beach Beaver Berry Bland Block
    Blue Bruce Canal Cannon Canon Chase Chester Cold Corning Corona Cotton Crescent Crete Cross Cuba Darling Deer
    Delta Dixon Dove Duke Earth Effingham Elk Exchange Fort Fox Friend Glass Globe Grand Gray Grove Harmony Harper
    Heath Hill Huron Imperial Index Ivy Jasper Junction Lead Lemon Loop Loves Macon Magnolia Maple Mark Marion
    Mason Mexico Milan Mills Model Moody Moon Moss Mount Mountain National Natural Neck Needles Nova Novi Ocean
    Olive Ontario Opal Oxford Palm Park Peak Peru Phoenix Pine Pink Pittsburg Plano Poland Pond Prospect Quality
    Port Ray Red Reed Rice River Rock Rocky Rose Rush Sage Santa Seal Silver Sky Snow Star Sterling Stone Success Sun
    Sunrise Sunset Tell Time Trade Trenton Twin Two Tyler Valley View Village Vista Ward Warm Washington Water
    Weed West White Wing Winters Wise Wood Woods Woody Worth Young Augusta Florence Victoria Virginia Georgia
    Charlotte Madison Lincoln Jefferson Franklin Monroe Douglas Lawrence Warren Allen Austin Houston Dallas Denver
    """.split()
) - {
    "Austin",
    "Houston",
    "Dallas",
    "Denver",
    "Phoenix",
    "Milan",
    "Bergen",
    "Bari",
    "Hull",
    "Cork",
    "Oxford",
    "Florence",
    "Charlotte",
    "Madison",
    "Plano",
    "Trenton",
    "Tyler",
    "Macon",
    "Augusta",
    "Troy",
    "Corona",
    "Plymouth",
    "Pittsburg",
    "Novi",
}


RULES: tuple[Rule, ...] = (
    Rule(
        id="location.city",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B); GeoNames, populated places",
        triggers=(
            # Of what is written in capitals every word is looked up: the names in capitals would be as many again.
            r"[A-Z]{5}(?:[^A-Z]|$)",
            # Names of four letters, with which many words begin, where a place may be expected.
            rf"[{_CUES_END}][ :\n(]{{1,2}}[A-Z](?:[a-z]|[\xc3-\xc5][\x80-\xbf]){{3}}(?:[^a-z]|$)",
            rf"[A-Z][a-z]{{3}} (?:{_SITES})",
        ),
        literals=_Beginnings(),
        spans=_cities,
        before=18,
        after=2,
        positives=(
            "lives in «Albuquerque»",
            "«Kalamazoo» is cold",
            "moved to «Cincinnati» in 2010",
            "from «Portland»",
            "he is in «Reading», PA",
            "born in «Lyon»",
            "transferred from «Albuquerque» CT head negative",
            "transferred from «Parkland» 500 mL into a bolus",
            "city\n«Houston»",
            "in «Baton Rouge».",
            "his apartment in «Takoma Park». He reports",
            "He's from «Panama City». Transport leaves",
            "lives in «Fresno». Plan: continue",
            "from «St. Cloud». She",
            "between «Elko» and «Carlin», about noon",
            "buses to «Kutaisi» resumed",
            "the village of «Wokha». It",
            "«Bolgatanga» lost power",
            "TRANSFER TO «DUBUQUE» TODAY",
            "her doctor in «Iloilo City»",
            "back in «Truth or Consequences» on",
            "Unit 120, «Houston» 77081",
            "your «Schaumburg» office keeps",
            "the «Mobile» airport",
            "was in «Worcester» on Monday",
        ),
        negatives=(
            "Glasgow Coma Scale",
            "Framingham risk score",
            "Ottawa ankle rules",
            "Reading the chart",
            "Orange juice",
            "Paris criteria",
            "Hope this helps",
            "the Cincinnati Prehospital Stroke Scale",
            "Parkland formula",
            "the Canadian CT Head criteria",
            "Canadian C-spine rule",
            "82 kg. Parkland 4 mL x kg x %TBSA",
            "Parkland: 2-4 mL/kg",
            "Parkland volume = 9,184 mL",
            "the Laplace mechanism",
            "2D Aztec or QR code",
            "Barrett esophagus, Prague C3M5",
            "Leopold maneuvers: vertex",
            "Coxsackie, Ebola and Norwalk virus",
            "Stryker bed, Balfour retractor",
            "Framingham risk 22%",
            "Beighton 7 of 9, Hamada 4B, Banff IIA",
            "in Kentucky and West Virginia; New Hampshire",
            "Plaster of Paris and Portland cement",
            "Boston Bowel Preparation Scale",
        ),
    ),
)
