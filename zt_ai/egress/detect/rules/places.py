"""(B) Cities, counties and other places smaller than a state."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect.context import each
from zt_ai.egress.detect.geography import CITY, CODES, COMMON_SUFFIX, STATE_NAMES
from zt_ai.egress.detect.lists import entries
from zt_ai.egress.detect.person import STOP, UPPER
from zt_ai.egress.detect.rule import Rule, matching

STATES = frozenset(STATE_NAMES.split("|"))

CITIES = entries("cities")

CITY_WORDS = entries("cities_words")

_MEDICAL = re.compile(
    r"(?:['\u2019]s)?[ -](?:\w+ )?(?:scale|score|criteria|criterion|classification|rules?|study|trial|"
    r"protocol|consensus|guidelines?|index|system|questionnaire|method|virus|disease|fever|statement|"
    r"declaration|"
    r"convention|agreement|equation|model|cohort|heart study|coma|category|categories|grading|staging|test|"
    r"syndrome|sign|conference|call|accords?|Bowel|Coma|Sleepiness|Quality|Heart|Handicap|Hip|Ankle|Knee|"
    r"Stroke|Prehospital|Depression|"
    r"C[0-9]|M[0-9]|screen(?:ing)?|Suicide|stage|staging|Arbor|Risk|Score|Scale|Criteria|Classification|"
    r"Rules?|University|Press|Journal|Times|Post|Stock|Marathon|blue|beef|sprouts|Method|plaster|Clinical|"
    r"sling|Declaration|formula|mechanism|transform|noise|smoothing|bar ?codes?)\b"
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
        ends = [word.end() + start for word in _WORD_END.finditer(run[0].rstrip(".'\u2019"))]
        for end in reversed(ends):
            name = text[start:end]
            known = name in CITIES
            if not known and name not in CITY_WORDS and not (name.isupper() and name.title() in CITIES):
                continue
            if _city(text, start, end, known=known, whole=end == ends[-1]):
                yield start, end
            break


_PRINTED = re.compile(r"(?i)(?:\b[12]-?D|\bQR|bar ?codes?|code 128|code 39|data ?matrix|pdf417)(?: or| and|,|/|:)? ?$")
"""Before the name of a kind of printed code, such as Aztec."""

_CAPITAL = re.compile(rf"(?<![\w'\u2019@#/.-])[{UPPER}](?=\w)")

_RUN = re.compile(
    rf"[{UPPER}][\w.'\u2019]*(?:[ -](?:[{UPPER}][\w.'\u2019]*|de|del|la|of|sur|upon|the|du|le|al|el|and)){{0,4}}"
)

_WORD_END = re.compile(r"[\w.'\u2019]+?(?=[ -]|\.?['\u2019]s\b|\.?$)")


def _city(text: str, start: int, end: int, *, known: bool, whole: bool) -> bool:
    if _MEDICAL.match(text, end) or text[end : end + 1] in ("@", "_", "/") or text[end : end + 2] in ("('", "::"):
        return False
    if _STATE_AFTER.match(text, end):
        return True
    before = text[max(start - 24, 0) : start]
    if _PRINTED.search(before):
        return False
    expected = _PLACE_BEFORE.search(before)
    if known:
        return whole or bool(expected) or text[end : end + 1] != " "
    if not expected or not whole:
        return False
    name = text[start:end]
    if name in STOP or name in STATES:
        return False
    preposition = re.search(
        r"(?:\b(?:in|In|from|From|near|Near|outside|around|visiting|visited|lives?|living|resid\w+|born|"
        r"raised|moved|downtown|greater|into|to|travel\w*|flew|drove|native|based|at|within|"
        r"across)[ \n](?:(?:in|to|at|near|from)\s)?|\W{1,4})$",
        before,
    )
    if preposition is None:
        return bool(_ADDRESS_BEFORE.search(text, max(start - 40, 0), start))
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
    Ray Red Reed Rice River Rock Rocky Rose Rush Sage Santa Seal Silver Sky Snow Star Sterling Stone Success Sun
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

# HHS guidance of 26 November 2012, question 2.8: three-digit areas of 20,000 people or fewer [2010 census ZCTA]. Every
# five-digit code is found; these alone show why: of the others the first three digits may stay.
_LIVING = (
    "lives?|lived|living|resides?|resided|residing|resident|born|raised|grew up|moved|relocated|relocating|"
    "travel(?:l?ed|l?ing|s)|flew|returned|visited|visiting|native|hails?|domiciled|home|originally|based|i am|"
    "i'm|hotel|arrived|stationed|hospitalized|street|bank|office|company|agency|branch|located|trip|school"
)


_STATES_ON = re.compile(
    rf", ?(?:{STATE_NAMES})(?:, (?:and )?(?:{STATE_NAMES})|,? (?:and|or) (?:{STATE_NAMES})|,? [a-z]+ (?:and|or) (?:{STATE_NAMES}))\b"
)
_GESTATION = re.compile(
    r", ?(?:GA(?: at [a-z]+| of| was| is)?[ :=]{1,3}[2-4][0-9](?![0-9])|LA (?:grade|class|appendage)\b)"
)
"""Gestational age in weeks, the Los Angeles grade of an esophagus, the left atrium."""


_ADJECTIVE = re.compile(rf"(?:Old|New|Upper|Lower|High|White|Black|Good|Left|First) [{UPPER}][a-z]{{3}}")
"""Words of charts that begin the names of places too."""
_SPATIAL = re.compile(r"\b(?:in|near|from|to|outside) $")


def _beside_state(match: re.Match[str]) -> bool:
    """Whether what stands before a state is a place: neither the first of a list of states nor a newborn."""
    text, name, end = match.string, match["v"], match.end("v")
    if _GESTATION.match(text, end) or (name in STATES and _STATES_ON.match(text, end)):
        return False
    if _ADJECTIVE.match(name) and _SPATIAL.search(text, max(match.start("v") - 9, 0), match.start("v")):
        return True
    return (name.split()[0] not in STOP and text[end : end + 4] not in (", MD", ", PA", ", OR")) or _placed(match)


def _placed(match: re.Match[str]) -> bool:
    name = match["v"]
    first = name.split()[0]
    if first in STOP:
        return False
    return (
        name in CITIES
        or name in CITY_WORDS
        or bool(
            re.search(r"\b(?:in|from|of|near|to)\s$", match.string[max(match.start("v") - 8, 0) : match.start("v")])
        )
    )


_LARGE = frozenset(
    """
    America Africa Asia Europe Mexico Canada China India Japan Korea Vietnam Cuba Haiti Guatemala Honduras Brazil
    Colombia Peru Ecuador Venezuela Argentina Chile Spain France Germany Italy Poland Russia Ukraine Ireland
    England Scotland Wales Britain Portugal Greece Turkey Iran Iraq Syria Egypt Ethiopia Somalia Nigeria Ghana
    Kenya Liberia Sudan Pakistan Bangladesh Afghanistan Nepal Philippines Thailand Laos Cambodia Burma Myanmar
    Indonesia Australia Jamaica Israel Lebanon Jordan Sweden Norway Denmark Finland Netherlands Belgium Austria
    Switzerland Hungary Romania Bulgaria Serbia Croatia Bosnia Albania Morocco Algeria Tunisia Libya Uganda
    Tanzania Zimbabwe Zambia Panama Nicaragua Bolivia Paraguay Uruguay Singapore Malaysia Taiwan Hospice Rehab
    Medicare English Spanish God Heaven Earth
    """.split()
) | {
    "United States",
    "United Kingdom",
    "South Africa",
    "South Korea",
    "North Korea",
    "Costa Rica",
    "El Salvador",
    "Dominican Republic",
    "Saudi Arabia",
    "Sri Lanka",
    "New Zealand",
    "Middle East",
    "Latin America",
    "South America",
    "North America",
    "Central America",
}


def _lives(match: re.Match[str]) -> bool:
    name = match["v"].rstrip(".")
    first = name.split()[0]
    if first.isupper() and len(first) < 5 and not any(word[0].isupper() for word in name.split()[1:]):
        # An abbreviation and the first letters of the next word: "moved to CSPH de|fined".
        return False
    return (
        first not in STOP
        and name not in STATES
        and name not in _LARGE
        and first not in _LARGE
        and not (name.isupper() and len(name) < 5)
        and not re.search(r"(?:Hospital|Clinic|Center|Unit)$", name)
    )


RULES: tuple[Rule, ...] = (
    Rule(
        id="location.city",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B); GeoNames, populated places",
        triggers=(),
        literals=tuple(sorted(name for name in CITIES if len(name) > 4))
        + tuple(sorted(name for name in CITY_WORDS if len(name) > 3)),
        spans=_cities,
        before=40,
        after=2,
        positives=(
            "lives in «Albuquerque»",
            "«Kalamazoo» is cold",
            "moved to «Cincinnati» in 2010",
            "from «Portland»",
            "he is in «Reading», PA",
            "born in «Lyon»",
            "city\n«Houston»",
            "in «Baton Rouge».",
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
            "the Laplace mechanism",
            "2D Aztec or QR code",
            "Boston Bowel Preparation Scale",
        ),
    ),
    Rule(
        id="location.city-state",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B): whatever stands before the name or code of a state",
        triggers=(rf"[a-z], ?(?:{CODES})(?:[^A-Za-z]|$)",),
        literals=tuple(f", {name}" for name in STATE_NAMES.split("|")),
        spans=matching(
            rf"(?<![\w,.-])(?<!, )(?P<v>{CITY})(?=, ?(?:(?:{CODES})(?![A-Za-z0-9])|{STATE_NAMES}))",
            _beside_state,
        ),
        before=70,
        after=40,
        positives=(
            "from «Elk Bend», ID",
            "«Mill Creek», Washington",
            "near «Sleepy Eye», MN",
            "«Tifton», GA 31794",
            "near «Old Saybrook», Connecticut",
        ),
        negatives=(
            "The, OH",
            "Smith, MD",
            "In Ohio",
            "Preterm female, GA 31+2",
            "Newborn, GA: 28 weeks",
            "Esophagitis, LA grade B",
            "sites in Iowa, Nevada, Kansas",
            "in Oregon, Utah and Idaho",
        ),
    ),
    Rule(
        id="location.after-address",
        kind="location",
        source="USPS Publication 28, 22: the place follows the street or the unit",
        triggers=(
            *each(COMMON_SUFFIX, "(?i)[0-9][^\\n]{3,50} ", r"\.?, (?:(?-i:[A-Z])|[\xc3-\xd1])", edge=False),
            r"(?i)(?:unit|apt\.?|suite|ste\.?|#) ?[0-9a-z]{1,5}(?:, |[ ]{0,2}\n[ ?>*-]{0,6})(?:(?-i:[A-Z])|"
            r"[\xc3-\xd1])",
        ),
        spans=matching(
            rf"(?:(?<= )(?i:{COMMON_SUFFIX.removeprefix('(?:').removesuffix(')')})\.?, |(?i:unit|apt\.?|"
            rf"suite|ste\.?|#) ?[0-9A-Za-z]{{1,5}}(?:, |[ ]{{0,2}}\n[ ?>*-]{{0,6}}))"
            rf"(?P<v>(?!(?:Apt|Unit|Suite|Ste|Dr|Mr|Ms|Mrs)\b){CITY}(?:[ -](?:pod|u|im|am|an|der|"
            rf"nad) [{UPPER}][\w]{{1,20}}(?: [{UPPER}][\w]{{1,20}}\.?)?)?)(?<![.])(?=[.,;\n]|$)",
            lambda match: match["v"].split()[0] not in STOP and match["v"] not in STATES,
        ),
        before=70,
        after=70,
        positives=(
            "at 85 Stonebridge Drive, Unit A, «Waco».",
            "8175 Birchwood Rd, «Akron».",
            "Unit 5\n «Hostomice pod Brdy»\n India",
        ),
        negatives=("for Dr. Smith, The", "Unit A, Patient denies", "12 Oak St, Apt 4"),
    ),
    Rule(
        id="location.key",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B); FHIR R4 Address: city and district",
        triggers=(
            r"(?i)(?:city|town|county|village|suburb|municipality|hometown|birth ?place|"
            r"place[ _-]of[ _-]birth|neighbou?rhood|precinct|parish|borough)['\")*]{0,3}\s?[:=|"
            r"\n]\s{0,3}['\"\\*\[]{0,4}(?-i:[A-Z])",
        ),
        spans=matching(
            rf"(?<![a-z])(?i:(?:home|birth|patient|residence)?[ _-]?(?:city|town|county|village|suburb|"
            rf"municipality|hometown|birth ?place|place[ _-]of[ _-]birth|neighbou?rhood|precinct|parish|"
            rf"borough))['\")*]{{0,3}}\s?[:=|\n]\s{{0,3}}(?:\\?['\"]|\*\*\s?)?(?P<v>{CITY})",
            lambda match: match["v"].split()[0] not in STOP,
        ),
        before=40,
        after=70,
        rank=1,
        positives=("City: «Ypsilanti»", "city\n«Xenia»", '"county": "«Washtenaw»"', "Birthplace: «Oaxaca»"),
        negatives=("city: The", "capacity: Low", "opacity: Left"),
    ),
    Rule(
        id="location.county",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B): county, precinct; Census Bureau, county equivalents",
        triggers=(
            r"[a-z.] (?:County|Cnty|Parish|Borough|Township|Twp|Precinct|Census Area|Reservation)(?:[^a-z]|$)",
            r"(?:County|Township|City|Town|Village|Borough) of [A-Z]",
        ),
        spans=matching(
            rf"(?<![\w])(?P<v>(?:St\. |San |Santa |Los |El |La |Prince |Fort |New |North |South |East |"
            rf"West |De )?(?!(?:The|In|At|Of|Our|This|A|Each|Every|Local|From|For|"
            rf"And)\b)[{UPPER}][\w'\u2019-]{{2,20}}(?: [{UPPER}][\w'\u2019-]{{2,20}})? (?:County|Cnty\.?|Parish|"
            rf"Borough|Township|Twp\.?|Precinct|Census Area|Reservation))(?![\w])"
            rf"|(?<![\w])(?P<w>(?:County|Township|City|Town|Village|"
            rf"Borough) of [{UPPER}][\w'\u2019-]{{2,20}}(?: [{UPPER}][\w'\u2019-]{{2,20}})?)(?! (?:York|"
            rf"Medicine)\b)"
        ),
        before=60,
        after=50,
        rank=1,
        positives=(
            "in «Washtenaw County»",
            "«St. Louis County» health",
            "«Orleans Parish»",
            "«County of Kent»",
            "«Los Angeles County»",
            "«Kenai Cnty» health dept",
        ),
        negatives=("the County jail", "each County", "in County care"),
    ),
    Rule(
        id="location.lives",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B): words that say where somebody lives or was born",
        triggers=each(
            _LIVING, "(?i)", r"[a-z ]{0,14} (?:in|to|from|of|near|at|outside) (?:(?-i:[A-Z])[a-z]|[A-Z]{4}|[\xc3-\xd1])"
        ),
        spans=matching(
            rf"(?i:{_LIVING})(?: [a-z]{{1,12}}){{0,2}} (?:in|to|from|of|near|at|outside) (?P<v>{CITY})",
            _lives,
        ),
        before=60,
        after=70,
        positives=(
            "lives in «Elk Bend»",
            "was born in «Ouagadougou»",
            "resident of «Sleepy Hollow»",
            "grew up near «Dry Prong»",
        ),
        negatives=(
            "born in March",
            "lives in Ohio",
            "lives in The",
            "moved to ICU",
            "returned to Monday clinic",
            "visited in December",
            "born in Mexico",
            "moved to Hospice",
            "moved to MELD delisting",
        ),
    ),
)
