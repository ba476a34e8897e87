"""(B) Street addresses and post boxes."""

from __future__ import annotations

import re

from zt_ai.egress.detect.context import each
from zt_ai.egress.detect.geography import CITY, CODES, COMMON_SUFFIX, STATE_AND_ZIP, STATE_NAMES
from zt_ai.egress.detect.person import STOP, UPPER
from zt_ai.egress.detect.rule import Rule, matching

_SUFFIX = (
    r"(?:Street|St|Avenue|Ave|Av|Road|Rd|Boulevard|Blvd|Drive|Dr|Lane|Ln|Court|Ct|Place|Pl|Circle|Cir|Way|"
    r"Terrace|Ter|Trail|Trl|Parkway|Pkwy|Highway|Hwy|"
    r"Square|Sq|Plaza|Plz|Loop|Alley|Aly|Crossing|Xing|Pike|Turnpike|Tpke|Expressway|Expy|Freeway|Fwy|Run|"
    r"Row|Path|Point|Pt|Ridge|Rdg|Heights|Hts|Hollow|Holw|Cove|Cv|"
    r"Crescent|Cres|Close|Grove|Grv|Gardens|Gdns|Hill|Hills|Estates|Manor|Mews|Meadows?|Mdws|Park|Pass|"
    r"Quay|Shores?|Springs|Spgs|Station|Stravenue|Summit|Track|Trace|Valley|"
    r"View|Village|Vista|Walk|Bend|Bluff|Bridge|Brook|Bypass|Causeway|Center|Common|Corner|Creek|Crest|"
    r"Curve|Dale|Divide|Extension|Falls|Ferry|Field|Flats?|Ford|Forest|Forge|Fork|"
    r"Glen|Green|Harbor|Haven|Island|Isle|Junction|Key|Knolls?|Lake|Landing|Lodge|Mall|Mill|Mission|"
    r"Motorway|Mount|Mountain|Orchard|Overpass|Passage|Pine|Pines|Plain|Prairie|Radial|Ramp|"
    r"Ranch|Rapid|Rest|River|Route|Rue|Shoal|Skyway|Spur|Stream|Throughway|Tunnel|Underpass|Union|Viaduct|Ville|Wells)"
)

_UNIT = (
    r"(?:,?\s{1,3}(?:(?:Apt|Apartment|Unit|Suite|Ste|Room|Rm|Bldg|Building|Floor|Fl|Lot|Trailer|Trlr|Space|Spc|"
    r"PH|Penthouse|Box|P\.?O\.?\s?Box|Flat)\b\.?\s?#?\s?[A-Za-z0-9-]{1,6}|#\s?[A-Za-z0-9-]{1,6}|[0-9]{1,2}(?:st|nd|rd|th)\s(?:Floor|Fl)\b|"
    r"(?:Lower Level|Upper Level|Rear|Basement|Upstairs|Downstairs)\b)){0,2}"
)

_TOKEN = rf"(?:[{UPPER}][\w.'\u2019-]{{0,24}}|[0-9]{{1,3}}(?:st|nd|rd|th)|(?:of|the|de|la|del|los|las|el|and)(?=\s))"

_DIRECTION = r"(?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West|Northeast|Northwest|Southeast|Southwest)\.?\s)?"

_CITY_ANY = (
    rf"[{UPPER}][\w.'\u2019/-]{{0,40}}(?: (?:[{UPPER}][\w.'\u2019-]{{0,24}}|de|del|da|do|la|of|the|du|sur|u|"
    rf"pod|im|am|an|der|nad|v|i|na)){{0,5}}"
)

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

_TAIL = (
    rf"(?:(?:,?\s{{1,3}}|,\s?|\s{{0,2}}\n\s{{0,4}})(?:{CITY},?\s{{1,3}}(?:{STATE_NAMES}|"
    rf"(?:{CODES})\b)\.?(?:,?\s{{1,3}}[0-9]{{5}}(?:-[0-9]{{4}})?(?![0-9]))?"
    rf"|{CITY}\s[0-9]{{4,6}}(?:-[0-9]{{4}})?(?![0-9])))?"
)

_STREET = (
    rf"(?<![0-9A-Za-z$/.-])(?P<v>[0-9]{{1,6}}(?:-[0-9]{{1,4}}|"
    rf"[A-D])?(?:\s1/2|½)?,?\s{{1,2}}{_DIRECTION}(?:{_TOKEN}\s){{1,4}}(?i:{_SUFFIX})(?![A-Za-z])\.?(?:\s(?:N|"
    rf"S|E|W|NE|NW|SE|SW|North|South|East|West)\b\.?)?"
    rf"{_UNIT}{_TAIL})(?![0-9A-Za-z])"
)

# Capitalised words between a number and one of these are seldom a street.
_NO_STREET = re.compile(
    r"(?i)[0-9]+\s(?:mg|ml|mcg|units?|patients?|weeks?|days?|years?|months?|hours?|h|g|kg|cm|mm|percent|cases?|of)\b"
)

# "SQ" is a square, and subcutaneous.
_INJECTED = re.compile(r"[0-9,]+\s(?:U|IU)\s(?:SQ|Sq)\b(?!,?\s(?:Apt|Unit|Suite|#))")

_COUNTED = re.compile(
    r"(?i)(?:phase|grade|stage|type|class|section|chapter|table|figure|version|step|item|level|day|week|"
    r"visit|room|bed|icd-?10|question|windows|article|page|no\.|(?<![a-z])x)\s$"
)

# The words are those of 45 CFR 164.514(b)(2).
_RULE = re.compile(
    r"(?i)[0-9]{1,2} (?:HIPAA )?Safe Harbor(?= (?:identifier|element|categor|data|item|field|PHI|rule|criteri|provision|type|de-?id))"
)
# "12, Bowie-Dick pass": a street with a comma behind its number has its suffix in capitals.
_PASSED = re.compile(
    r"[0-9]+, [^\n]{3,40} (?:pass|point|run|view|rest|key|close|common|plain|flats?|track|trace|park|path|row|bend|bridge|green|field)"
)


def _street(match: re.Match[str]) -> bool:
    found, text, start = match["v"], match.string, match.start("v")
    if (
        _NO_STREET.match(found)
        or _INJECTED.match(found)
        or _RULE.match(text, start)
        or _PASSED.fullmatch(found)
        or _COUNTED.search(text[max(start - 14, 0) : start])
    ):
        return False
    word = re.split(r"[\s,]+", found)[1]
    return word not in COUNTED_THINGS


# Plurals and other words that follow a number at the beginning of a sentence or a list.
COUNTED_THINGS = frozenset(
    """
    Patients Patient Day Days Week Weeks Month Months Year Years Hour Hours Minute Minutes Times Units Unit Doses
    Dose Tablets Tablet Caps Mg Ml Phase Grade Stage Type Class Course Cases Adults Children Women Men Things
    Steps Step Questions Points Items Item Ways Reasons Key Simple Easy Quick Tips Best Top Is Are Was Were And Or
    The In On At To For With By From If When Then Take Give Use Review Follow Check Start Stop
    Hz Gy
    """.split()
)

# "TP 182, FP 47": abbreviations and their counts, no street.
_WORDED = re.compile(r"[^0-9]*(?:[^\W\d_]{4}|[^\W\d_A-Z])")

_SMALL = (
    rf"(?<![0-9A-Za-z$/.-])(?P<v>[0-9]{{1,6}}\s(?:(?:n|s|e|w|ne|nw|se|sw|north|south|east|"
    rf"west)\.?\s)?(?:[a-z]{{2,16}}\s|[0-9]{{1,3}}(?:st|nd|rd|th)\s){{1,3}}?{COMMON_SUFFIX}(?![A-Za-z])"
    r"(?:,?\s(?:apt|apartment|unit|suite|ste)\.?\s?#?\s?[a-z0-9]{1,5})?)"
)

_SMALL_NOT = re.compile(
    r"(?i)\b(?:of|in|the|a|an|to|for|is|was|are|with|at|by|on|and|or|mg|ml|mcg|days?|weeks?|months?|years?|"
    r"hours?|minutes?|times|percent|patients?|per|more|less|than|that|this|half|each|steps?|miles|blocks)\b"
)


def _numbered(match: re.Match[str]) -> bool:
    words = re.split(r"[ ,]+", match["v"])[1:]
    at_line = match[0].startswith("\n")
    number = re.match(r"[0-9]+", match["v"])
    long = number is not None and len(number[0]) >= 3
    if any(char.isdigit() for char in words[0]):
        # "133 PCV13": a code and what it stands for.
        return False
    return words[0].rstrip(".") not in COUNTED_THINGS and words[0].rstrip(".") not in STOP and (long or not at_line)


RULES: tuple[Rule, ...] = (
    Rule(
        id="address.street",
        kind="address",
        source="45 CFR 164.514(b)(2)(i)(B); USPS Publication 28, appendix C1 (street suffixes)"
        " and C2 (unit designators)",
        triggers=(
            r"[0-9](?:[A-D]|\xc2\xbd)?,?[ ]{1,2}(?:[A-Z\xc3][A-Za-z0-9.'\x80-\xff-]{0,24} [A-Z0-9]|[0-9]{1,3}(?:st|nd|"
            r"rd|th) [A-Z]|(?:de|la|el|los|las|del|the|rue|via) [A-Z])",
        ),
        spans=matching(_STREET, _street),
        before=40,
        after=200,
        rank=2,
        positives=(
            "lives at «123 Main St, Springfield, IL 62704»",
            "«4500 N 5th Ave Apt 3B, Phoenix, AZ 85013»",
            "«77 Massachusetts Avenue»",
            "«1 Old Post Rd., Unit 4»",
            "«221B Baker Street»",
            "address\n«900 MLK Jr Blvd\nDayton, OH 45402»",
            "«88 Pleasant Valley Way #12»",
            "«18 Safe Harbor Dr»",
            "lives at «18 Safe Harbor»",
            "Box «12 Main St»",
            "Mailing «2218½ Bayou Teche Rd, Breaux Bridge, LA 70517»",
            "Contact 1: «871 57th St 3rd Fl», TST 12 mm",
            "«12, Quail Run»",
            "«1600 Pennsylvania Avenue NW, Washington, DC 20500»",
        ),
        negatives=(
            "2 Patients Street",
            "took 20 mg of Drive",
            "3 The Way",
            "Phase 3 Summit Trial",
            "5 Day Course",
            "Section 4 Union Point",
            "5000 U SQ every 8 h",
            "the 18 Safe Harbor identifiers",
            "negative x 12, Bowie-Dick pass 05:40",
            "cycles 1 to 4, Bowie-Dick pass",
        ),
    ),
    Rule(
        id="address.street-small",
        kind="address",
        source="45 CFR 164.514(b)(2)(i)(B); USPS Publication 28, appendix C1; written without capitals",
        triggers=(rf"[0-9] (?:[a-z0-9]{{2,16}}\.? ){{1,4}}{COMMON_SUFFIX}(?:[^a-z]|$)",),
        spans=matching(_SMALL, lambda match: not _SMALL_NOT.search(match["v"])),
        before=80,
        after=30,
        rank=0,
        positives=("i live at «42 maple street»", "«1200 north lake ave apt 4»"),
        negatives=("took 2 in the way", "for 3 days in drive", "5 blocks down the road", "12 of the way"),
    ),
    Rule(
        id="address.number-last",
        kind="address",
        source="Universal Postal Union, S42: street, then number, then place and code, as in most of Europe and La"
        "tin America",
        triggers=(
            r"[0-9][A-Za-z]?,? (?:[A-Z\xc3-\xd1][^0-9\n,;:()]{1,40} )?[0-9]{2}[0-9 -]",
            r"[0-9][A-Za-z]?, (?:[A-Z]{1,2}-)?[0-9]{4,5} [A-Z\xc3-\xd1]",
        ),
        spans=matching(
            rf"(?<![\w-])(?P<v>(?:(?:ul|al|os|pl|C|Av|Avda|Cl|"
            rf"R)[./] ?)?[{UPPER}][\w.'\u2019/-]{{1,30}}(?: (?:[{UPPER}][\w.'\u2019-]{{0,30}}|de|da|do|dos|"
            rf"das|del|di|du|des|la|le|van|von|der|den|S)){{0,5}},? (?:n\.?\u00ba ?)?[0-9]{{1,5}}[A-Za-z]?"
            rf"(?:/[0-9]{{1,4}})?,? (?:{_CITY_ANY} (?:[0-9]{{2,4}}[- ][0-9]{{2,3}}|[0-9]{{4,6}})|"
            rf"(?:[A-Z]{{1,2}}-)?(?:[0-9]{{2,4}}[- ][0-9]{{2,3}}|[0-9]{{4,6}}) {_CITY_ANY}))(?![0-9])",
            lambda match: (
                match["v"].split()[0] not in COUNTED_THINGS
                and bool(_WORDED.match(match["v"]))
                and not re.match(r"(?i)(?:" + "|".join(_MONTHS) + r")[a-z]*\b", match["v"])
            ),
        ),
        before=160,
        after=60,
        rank=1,
        positives=(
            "to «Ringvej 177, Qaqortoq 3920» now",
            "«ul. Jesionowa 127, Bytom 41-923»",
            "«Hauptstr. 5, 10115 Berlin»",
            "«Avenida Paris 83, Monte Gil 2580-108»",
            "«Höjdstigen 44, HYPPELN 430 96»",
        ),
        negatives=(
            "March 14, 2026",
            "Phase 3, Cohort 1200",
            "Table 2, Figure 4",
            "On May 5, London 2012",
            "TP 182, FN 2140",
            "IV 1400, PO 2150",
        ),
    ),
    Rule(
        id="address.foreign-street",
        kind="address",
        source="45 CFR 164.514(b)(2)(i)(B); words for streets in German, Dutch, Scandinavian, Finnish, Romance and"
        " Slavic languages",
        triggers=(),
        literals=(
            *(
                "strasse",
                "stra\u00dfe",
                "gatan",
                "v\u00e4gen",
                "veien",
                "vejen",
                "straat",
                "sgade",
                "svej",
                "allee ",
                "platz ",
                "gasse ",
            ),
            *(
                f"{word} "
                for word in (
                    "Rua",
                    "R\u00faa",
                    "Rue",
                    "Avenida",
                    "Calle",
                    "Viale",
                    "Piazza",
                    "Avenue de",
                    "Boulevard",
                    "Plaza",
                    "Via",
                    "Carrera",
                    "Rond",
                    "Chemin",
                )
            ),
            *("ul. ", "C/ ", "Av. ", " utca", "katu "),
        ),
        spans=matching(
            rf"(?<![\w-])(?P<v>(?:[0-9]{{1,5}} )?(?:[{UPPER}][\w-]{{2,24}}(?:strasse|stra\u00dfe|gatan|"
            rf"v\u00e4gen|veien|vejen|vej|straat|gade|allee|platz|gasse|katu)|(?:Rua|R\u00faa|Rue|Avenida|"
            rf"Calle|Viale|Piazza|Via|Carrera|Chemin|ul\.|C/|Av\.)"
            rf" (?:(?:de|da|do|dos|das|del|della|di|du|des|la|le|los|las|l'|"
            rf"d') ?){{0,2}}[{UPPER}][\w'\u2019-]{{1,24}}(?: (?:[{UPPER}][\w'\u2019-]{{0,24}}|de|da|do|dos|"
            rf"del|la|y)){{0,3}})(?:,? [0-9]{{1,5}}[A-Za-z]?)?)(?![\w])"
        ),
        before=60,
        after=90,
        positives=("side of «Alpenstrasse».", "«5126 Ybbsstrasse»", "on «Avenida Júlio Dias»", "«Rue de la Paix 4»"),
        negatives=("Via the portal", "via Fax", "RUE pain"),
    ),
    Rule(
        id="address.street-name",
        kind="address",
        source="45 CFR 164.514(b)(2)(i)(B); USPS Publication 28, appendix C1; a street without a number",
        triggers=each(
            COMMON_SUFFIX, r"[A-Z0-9\x80-\xff][A-Za-z0-9.'\x80-\xff-]{1,24} (?i:", r")(?:[^A-Za-z]|$)", edge=False
        ),
        spans=matching(
            rf"(?<![\w])(?i:on|off|at|near|to|from|of|onto|along|down|up|across|in) (?:the )?"
            rf"(?P<v>(?:(?:N|S|E|W|North|South|East|West)\.? )?(?:[{UPPER}][\w.'\u2019-]{{1,24}}|"
            rf"[0-9]{{1,3}}(?:st|nd|rd|th))"
            rf"(?: (?:[{UPPER}][\w.'\u2019-]{{0,24}}|de|la|of|da|do)){{0,3}} (?i:street|st|avenue|ave|road|"
            rf"rd|boulevard|blvd|drive|lane|ln|"
            rf"court|terrace|parkway|pkwy|highway|hwy))(?![A-Za-z])",
            lambda match: match["v"].split()[0].rstrip(".") not in (*STOP, "Dr", "Mr", "Mrs", "Ms"),
        ),
        before=70,
        after=10,
        positives=(
            "lives on «Maple Street»",
            "Pharmacy on «Elm Ave».",
            "enter on «Bedřicha Smetany St».",
            "to «Tavcarjeva street» in",
            "off «5th Avenue»",
        ),
        negatives=("on the Street", "in Medical Court", "to Dr. Lane", "of The Road"),
    ),
    Rule(
        id="address.number-first",
        kind="address",
        source="45 CFR 164.514(b)(2)(i)(B); a number and a name where somebody is or goes, in any language",
        triggers=(
            r"(?i)(?:at|to|on|is|address:?) [0-9]{2,5},? (?:[a-z]{2,6} )?(?:(?-i:[A-Z])|[\xc3-\xd1])",
            r"\n[ ?>*-]{0,6}[0-9]{2,5} (?:[A-Z]|[\xc3-\xd1])",
            r"[a-z], [0-9]{3,5} (?:[A-Z]|[\xc3-\xd1])",
        ),
        spans=matching(
            rf"(?:(?<![\w])(?i:at|to|lives on|address is|address:|it is)|\n[ ?>*-]{{0,6}}(?=[0-9])|"
            rf",)(?<![0-9],) ?(?P<v>(?!(?:19|20)[0-9]{{2}}\b)[0-9]{{2,5}},? (?:(?:rue|rua|via|calle|"
            rf"ul\.) )?"
            rf"[{UPPER}][\w.'\u2019-]{{2,30}}(?: (?:[{UPPER}][\w.'\u2019-]{{0,30}}|de|da|do|du|la|le|van|"
            rf"vei|utca|kapu|ulica|u\.|matía)){{0,4}}"
            rf"(?:, {CITY} [0-9]{{4,6}})?)(?=[.,;?!\n]|$| St\.)",
            _numbered,
        ),
        before=24,
        after=120,
        rank=0,
        positives=(
            "restaurant is at «9591 Dronning Åsas vei».",
            "Lily Bennett\n\n«4361 Tavcarjeva»\n Apt. 12",
            "to «26 rue Ernest Renan, CHERBOURG 50100»",
            "meet at Globex, «5703 Rue du Chapy», Garður",
        ),
        negatives=(
            "increased to 500 Units.",
            "at 12 Weeks,",
            "\n25 Patients\n",
            "is 2020 Guidelines.",
            "to 120 Minutes,",
            "pediatric, 133 PCV13, 150 others",
        ),
    ),
    Rule(
        id="address.box",
        kind="address",
        source="USPS Publication 28, 28 (post office box) and 24 (rural route)",
        triggers=(
            r"(?i)p\.? ?o\.? ?box ?#? ?[0-9]",
            r"(?i)(?:rural route|(?:^|[^a-z])(?:rr|hc)) ?#?[0-9]{1,3},? box [0-9]",
            r"(?i)post office box [0-9]",
        ),
        spans=matching(
            rf"(?<![A-Za-z])(?P<v>(?:(?i:p\.?\s?o\.?\s?box|post office box)\s?#?\s?[0-9]{{1,7}}|"
            rf"(?i:rural route|rr|hc)\s?#?[0-9]{{1,3}},? (?i:box) [0-9]{{1,6}}[A-Z]?){_TAIL})"
            rf"(?![0-9A-Za-z])"
        ),
        before=40,
        after=90,
        rank=2,
        positives=("«P.O. Box 1234, Fargo, ND 58102»", "«PO Box 77»", "«RR 2, Box 152»", "«post office box 9»"),
        negatives=("po bid", "boxed 12"),
    ),
    Rule(
        id="address.city-state-zip",
        kind="address",
        source="USPS Publication 28, 22: city, state and ZIP Code",
        triggers=(STATE_AND_ZIP, *(rf"{name},? {{1,2}}[0-9]{{5}}" for name in STATE_NAMES.split("|"))),
        spans=matching(
            rf"(?<![\w])(?P<v>{CITY},?\s{{1,2}}(?:{STATE_NAMES}|"
            rf"(?:{CODES})),?\s{{1,3}}[0-9]{{5}}(?:-[0-9]{{4}})?)(?![0-9A-Za-z])"
        ),
        before=90,
        after=8,
        rank=1,
        positives=("«Springfield, IL 62704»", "in «Baton Rouge LA 70801-1234»", "«Portland, Oregon 97201»"),
        negatives=("IL 6270", "Vitamin D 50000"),
    ),
)
