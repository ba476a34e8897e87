"""(B) Counties and other places smaller than a state; cities by the words beside them."""

from __future__ import annotations

import re

from zt_ai.egress.detect.context import each
from zt_ai.egress.detect.geography import CITY, CODES, COMMON_SUFFIX, STATE_NAMES, STATES, telling
from zt_ai.egress.detect.person import STOP, UPPER
from zt_ai.egress.detect.place import may_be_place
from zt_ai.egress.detect.rule import Rule, matching
from zt_ai.egress.detect.rules.known_cities import CITIES, CITY_WORDS

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
_DIRECTORY = re.compile(r", ?[A-Z]{2}=")
"""The next part of a name in a directory: `OU=Groups,DC=example`."""
_SPATIAL = re.compile(r"\b(?:in|near|from|to|outside) $")


def _beside_state(match: re.Match[str]) -> bool:
    """Whether what stands before a state is a place: neither the first of a list of states nor a newborn."""
    text, name, end = match.string, match["v"], match.end("v")
    if (
        _GESTATION.match(text, end)
        or (text[match.start("v") - 1 : match.start("v")] == "=" and _DIRECTORY.match(text, end))
        or (name in STATES and _STATES_ON.match(text, end))
    ):
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


def _lives(match: re.Match[str]) -> bool:
    name = match["v"].rstrip(".")
    first = telling(name)
    if first.isupper() and len(first) < 5 and not any(word[0].isupper() for word in name.split()[1:]):
        # An abbreviation and the first letters of the next word: "moved to CSPH de|fined".
        return False
    return may_be_place(name, certain=True) and not re.search(r"(?:Hospital|Clinic|Center|Unit)$", name)


_IRISH = (
    "Antrim|Armagh|Carlow|Cavan|Clare|Cork|Derry|Donegal|Down|Dublin|Durham|Fermanagh|Galway|Kerry|Kildare|Kilkenny|"
    "Laois|Leitrim|Limerick|Longford|Louth|Mayo|Meath|Monaghan|Offaly|Roscommon|Sligo|Tipperary|Tyrone|Waterford|"
    "Westmeath|Wexford|Wicklow"
)
"""Counties whose kind is said first: those of Ireland, and Durham."""


RULES: tuple[Rule, ...] = (
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
            "CN=ICU-RN,OU=Groups,DC=example,DC=org",
            "o=Clinic, CO=US",
        ),
    ),
    Rule(
        id="location.after-address",
        kind="location",
        source="USPS Publication 28, 22: the place follows the street or the unit",
        triggers=(
            *each(COMMON_SUFFIX, "(?i)[0-9][^\\n]{3,50} ", r"\.?, (?:(?-i:[A-Z])|[\xc3-\xd1])", edge=False),
            r"(?i)(?:(?:^|[^a-z])(?:unit|apt\.?|suite|ste\.?|flat|studio|appartamento|piano)|#) ?[0-9a-z]{1,5}(?:, |[ ]{0,2}\n[ ?>*-]{0,6})(?:(?-i:[A-Z])|"
            r"[\xc3-\xd1])",
        ),
        spans=matching(
            rf"(?:(?<= )(?i:{COMMON_SUFFIX.removeprefix('(?:').removesuffix(')')})\.?, |(?i:(?<![a-z])(?:unit|apt\.?|flat|studio|appartamento|piano|"
            rf"suite|ste\.?)|#) ?[0-9A-Za-z]{{1,5}}(?:, |[ ]{{0,2}}\n[ ?>*-]{{0,6}}))"
            rf"(?P<v>(?!(?:Apt|Unit|Suite|Ste|Dr|Mr|Ms|Mrs)\b){CITY}(?: (?:pod|u|im|am|an|der|"
            rf"nad) [{UPPER}][\w]{{1,20}}(?: [{UPPER}][\w]{{1,20}}\.?)?)?)(?<![.])(?=[.,;\n]|$)",
            lambda match: telling(match["v"]) not in STOP and match["v"] not in STATES,
        ),
        before=70,
        after=70,
        positives=(
            "at 85 Stonebridge Drive, Unit A, «Waco».",
            "8175 Birchwood Rd, «Akron».",
            "Unit 5\n «Hostomice pod Brdy»\n India",
        ),
        negatives=(
            "for Dr. Smith, The",
            "Unit A, Patient denies",
            "12 Oak St, Apt 4",
            "early, community, MMTA-cardiac, functional",
            "immunity,\n Measles, mumps",
        ),
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
            rf"(?:County|Co\.) (?:{_IRISH})",
        ),
        spans=matching(
            rf"(?<![\w])(?P<v>(?:St\. |San |Santa |Los |El |La |Prince |Fort |New |North |South |East |"
            rf"West |De )?(?!(?:The|In|At|Of|Our|This|A|Each|Every|Local|From|For|"
            rf"And)\b)[{UPPER}][\w'\u2019-]{{2,20}}(?: [{UPPER}][\w'\u2019-]{{2,20}})? (?:County|Cnty\.?|Parish|"
            rf"Borough|Township|Twp\.?|Precinct|Census Area|Reservation))(?![\w])"
            rf"|(?<![\w])(?P<w>(?:County|Township|City|Town|Village|"
            rf"Borough) of [{UPPER}][\w'\u2019-]{{2,20}}(?: [{UPPER}][\w'\u2019-]{{2,20}})?|(?:County|Co\.) (?:{_IRISH})\b)"
            rf"(?! (?:York|Medicine)\b)"
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
            "Sligo and «County Mayo», 2014",
        ),
        negatives=("the County jail", "each County", "in County care"),
    ),
    Rule(
        id="location.lives",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B): words that say where somebody lives or was born",
        triggers=each(
            _LIVING,
            "(?i)",
            r"[a-z ]{0,14} (?:in|to|from|of|near|at|outside) (?:(?-i:[A-Z])[a-z\xc3-\xc5]|(?-i:[A-Z]{4})|[\xc3-\xd1])",
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
            "originally from «Võlle»",
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
            "variant is located at Exon 12",
        ),
    ),
)
