"""(B) Places smaller than a state: addresses, cities, counties, ZIP codes, facilities, coordinates."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect.context import START, each
from zt_ai.egress.detect.lists import entries
from zt_ai.egress.detect.person import STOP, UPPER
from zt_ai.egress.detect.rule import Rule, matching

_STATE_NAMES = (
    "Alabama|Alaska|Arizona|Arkansas|California|Colorado|Connecticut|Delaware|Florida|Georgia|Hawaii|Idaho|Illinois|Indiana|Iowa|Kansas|Kentucky|Louisiana|Maine|"
    "Maryland|Massachusetts|Michigan|Minnesota|Mississippi|Missouri|Montana|Nebraska|Nevada|New Hampshire|New Jersey|New Mexico|New York|North Carolina|North Dakota|Ohio|"
    "Oklahoma|Oregon|Pennsylvania|Rhode Island|South Carolina|South Dakota|Tennessee|Texas|Utah|Vermont|Virginia|Washington|West Virginia|Wisconsin|Wyoming|Puerto Rico"
)
_CODES = (
    "AL|AK|AZ|AR|CA|CO|CT|DE|DC|FL|GA|HI|ID|IL|IN|IA|KS|KY|LA|ME|MD|MA|MI|MN|MS|MO|MT|NE|NV|NH|NJ|NM|NY|NC|ND|OH|OK|OR|PA|PR|RI|SC|SD|TN|TX|UT|VT|VA|WA|WV|WI|WY|GU|VI|AP|AE|AA"
)
_SUFFIX = (
    r"(?:Street|St|Avenue|Ave|Av|Road|Rd|Boulevard|Blvd|Drive|Dr|Lane|Ln|Court|Ct|Place|Pl|Circle|Cir|Way|Terrace|Ter|Trail|Trl|Parkway|Pkwy|Highway|Hwy|"
    r"Square|Sq|Plaza|Plz|Loop|Alley|Aly|Crossing|Xing|Pike|Turnpike|Tpke|Expressway|Expy|Freeway|Fwy|Run|Row|Path|Point|Pt|Ridge|Rdg|Heights|Hts|Hollow|Holw|Cove|Cv|"
    r"Crescent|Cres|Close|Grove|Grv|Gardens|Gdns|Hill|Hills|Estates|Manor|Mews|Meadows?|Mdws|Park|Pass|Quay|Shores?|Springs|Spgs|Station|Stravenue|Summit|Track|Trace|Valley|"
    r"View|Village|Vista|Walk|Bend|Bluff|Bridge|Brook|Bypass|Causeway|Center|Common|Corner|Creek|Crest|Curve|Dale|Divide|Extension|Falls|Ferry|Field|Flats?|Ford|Forest|Forge|Fork|"
    r"Glen|Green|Harbor|Haven|Island|Isle|Junction|Key|Knolls?|Lake|Landing|Lodge|Mall|Mill|Mission|Motorway|Mount|Mountain|Orchard|Overpass|Passage|Pine|Pines|Plain|Prairie|Radial|Ramp|"
    r"Ranch|Rapid|Rest|River|Route|Rue|Shoal|Skyway|Spur|Stream|Throughway|Tunnel|Underpass|Union|Viaduct|Ville|Wells)"
)
_COMMON_SUFFIX = (
    r"(?:street|st|avenue|ave|road|rd|boulevard|blvd|drive|dr|lane|ln|court|ct|place|pl|circle|cir|way|terrace|trail|parkway|pkwy|highway|hwy|square|plaza)"
)
_UNIT = (
    r"(?:,?\s{1,3}(?:(?:Apt|Apartment|Unit|Suite|Ste|Room|Rm|Bldg|Building|Floor|Fl|Lot|Trailer|Trlr|Space|Spc|PH|Penthouse|Box|P\.?O\.?\s?Box|Flat)\b\.?\s?#?\s?[A-Za-z0-9-]{1,6}|#\s?[A-Za-z0-9-]{1,6})){0,2}"
)
_TOKEN = rf"(?:[{UPPER}][\w.'\u2019-]{{0,24}}|[0-9]{{1,3}}(?:st|nd|rd|th)|(?:of|the|de|la|del|los|las|el|and)(?=\s))"
_DIRECTION = r"(?:(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West|Northeast|Northwest|Southeast|Southwest)\.?\s)?"
_CITY = rf"[{UPPER}][\w.'\u2019-]{{1,24}}(?:[ -](?:[{UPPER}][\w.'\u2019-]{{0,24}}|de|del|la|of|the|du|sur)){{0,4}}"
_CITY_ANY = rf"[{UPPER}][\w.'\u2019/-]{{0,24}}(?:[ -](?:[{UPPER}][\w.'\u2019-]{{0,24}}|de|del|da|do|la|of|the|du|sur|u|pod|im|am|an|der|nad|v|i|na)){{0,5}}"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_TAIL = (
    rf"(?:(?:,?\s{{1,3}}|,\s?|\s{{0,2}}\n\s{{0,4}})(?:{_CITY},?\s{{1,3}}(?:{_STATE_NAMES}|(?:{_CODES})\b)\.?(?:,?\s{{1,3}}[0-9]{{5}}(?:-[0-9]{{4}})?(?![0-9]))?|{_CITY}\s[0-9]{{5}}(?:-[0-9]{{4}})?(?![0-9])))?"
)
_STREET = (
    rf"(?<![0-9A-Za-z$/.-])(?P<v>[0-9]{{1,6}}(?:-[0-9]{{1,4}}|[A-D])?(?:\s1/2)?,?\s{{1,2}}{_DIRECTION}(?:{_TOKEN}\s){{1,4}}(?i:{_SUFFIX})(?![A-Za-z])\.?(?:\s(?:N|S|E|W|NE|NW|SE|SW|North|South|East|West)\b\.?)?"
    rf"{_UNIT}{_TAIL})(?![0-9A-Za-z])"
)
# Capitalised words between a number and one of these are seldom a street.
_NO_STREET = re.compile(r"(?i)[0-9]+\s(?:mg|ml|mcg|units?|patients?|weeks?|days?|years?|months?|hours?|h|g|kg|cm|mm|percent|cases?|of)\b")
_COUNTED = re.compile(r"(?i)(?:phase|grade|stage|type|class|section|chapter|table|figure|version|step|item|level|day|week|visit|room|bed|icd-?10|question|windows|article|page|no\.)\s$")


def _street(match: re.Match[str]) -> bool:
    found, text, start = match["v"], match.string, match.start("v")
    if _NO_STREET.match(found) or _COUNTED.search(text[max(start - 14, 0) : start]):
        return False
    word = re.split(r"[\s,]+", found)[1]
    return word not in _COUNTED_THINGS


# Plurals and other words that follow a number at the beginning of a sentence or a list.
_COUNTED_THINGS = frozenset(
    """
    Patients Patient Day Days Week Weeks Month Months Year Years Hour Hours Minute Minutes Times Units Unit Doses Dose Tablets Tablet Caps Mg Ml Phase Grade Stage Type Class Course Cases Adults Children Women Men
    Things Steps Step Questions Points Items Item Ways Reasons Key Simple Easy Quick Tips Best Top Is Are Was Were And Or The In On At To For With By From If When Then Take Give Use Review Follow Check Start Stop
    """.split()  # noqa: SIM905
)


_SMALL = (
    rf"(?<![0-9A-Za-z$/.-])(?P<v>[0-9]{{1,6}}\s(?:(?:n|s|e|w|ne|nw|se|sw|north|south|east|west)\.?\s)?(?:[a-z]{{2,16}}\s|[0-9]{{1,3}}(?:st|nd|rd|th)\s){{1,3}}?{_COMMON_SUFFIX}(?![A-Za-z])"
    r"(?:,?\s(?:apt|apartment|unit|suite|ste)\.?\s?#?\s?[a-z0-9]{1,5})?)"
)
_SMALL_NOT = re.compile(
    r"(?i)\b(?:of|in|the|a|an|to|for|is|was|are|with|at|by|on|and|or|mg|ml|mcg|days?|weeks?|months?|years?|hours?|minutes?|times|percent|patients?|per|more|less|than|that|this|half|each|steps?|miles|blocks)\b"
)

STATES = frozenset(_STATE_NAMES.split("|"))
CITIES = entries("cities")
CITY_WORDS = entries("cities_words")
_MEDICAL = re.compile(
    r"(?:['\u2019]s)?[ -](?:\w+ )?(?:scale|score|criteria|criterion|classification|rules?|study|trial|protocol|consensus|guidelines?|index|system|questionnaire|method|virus|disease|fever|statement|declaration|"
    r"convention|agreement|equation|model|cohort|heart study|coma|category|categories|grading|staging|test|syndrome|sign|conference|call|accords?|Bowel|Coma|Sleepiness|Quality|Heart|Handicap|Hip|Ankle|Knee|Stroke|Prehospital|Depression|"
    r"C[0-9]|M[0-9]|screen(?:ing)?|Suicide|stage|staging|Arbor|Risk|Score|Scale|Criteria|Classification|Rules?|University|Press|Journal|Times|Post|Stock|Marathon|blue|beef|sprouts|Method|plaster|Clinical|sling|Declaration)\b"
)
_PLACE_BEFORE = re.compile(
    r"(?:\b(?:in|In|from|From|near|Near|at|to|To|around|outside|of|via|between|visiting|visited|leaving|left|lives?|living|resides?|residing|born|raised|moved|relocated|travel(?:s|ed|led|ing)?|"
    r"flew|drove|city|City|town|Town|village|hometown|greater|downtown|suburban|central|east|west|north|south|and|or|through|toward|towards|across|over|into|within|community|area|based|nursing home,|native)"
    r"[ :,\n]{1,2}|(?i:city|town|hometown|birthplace|municipality|district|locality|place of birth|suburb|location|residence|address)\W{1,4}|,\s)$"
)
_STATE_AFTER = re.compile(rf",?\s{{1,2}}(?:(?:{_CODES})\b(?!\w)|{_STATE_NAMES}|USA|U\.S\.)")
_ADDRESS_BEFORE = re.compile(rf"[0-9A-Za-z] (?i:{_COMMON_SUFFIX})\.?(?:,? (?:Apt|Unit|Suite|Ste|#)\.? ?[A-Za-z0-9]{{1,5}}|,? #[0-9A-Za-z]{{1,5}})?, $")


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


_CAPITAL = re.compile(rf"(?<![\w'\u2019@#/.-])[{UPPER}](?=\w)")
_RUN = re.compile(rf"[{UPPER}][\w.'\u2019]*(?:[ -](?:[{UPPER}][\w.'\u2019]*|de|del|la|of|sur|upon|the|du|le|al|el|and)){{0,4}}")
_WORD_END = re.compile(r"[\w.'\u2019]+?(?=[ -]|\.?['\u2019]s\b|\.?$)")


def _city(text: str, start: int, end: int, *, known: bool, whole: bool) -> bool:
    if _MEDICAL.match(text, end) or text[end : end + 1] in ("@", "_", "/") or text[end : end + 2] in ("('", "::"):
        return False
    if _STATE_AFTER.match(text, end):
        return True
    before = text[max(start - 24, 0) : start]
    expected = _PLACE_BEFORE.search(before)
    if known:
        return whole or bool(expected) or text[end : end + 1] != " "
    if not expected or not whole:
        return False
    name = text[start:end]
    if name in STOP or name in STATES:
        return False
    preposition = re.search(r"(?:\b(?:in|In|from|From|near|Near|outside|around|visiting|visited|lives?|living|resid\w+|born|raised|moved|downtown|greater|into|to|travel\w*|flew|drove|native|based|at|within|across)[ \n](?:(?:in|to|at|near|from)\s)?|\W{1,4})$", before)
    if preposition is None:
        return bool(_ADDRESS_BEFORE.search(text, max(start - 40, 0), start))
    if "," in preposition[0] or preposition[0].strip() in ("at", "to"):
        # "to Reading", ", Orange": too weak by itself for a word.
        if "," in preposition[0]:
            return bool(_ADDRESS_BEFORE.search(text, max(start - 40, 0), start))
        return len(name) > 4 and name not in _COMMON
    if re.search(r"\b(?:circle|foramen|canal|angle|island|islets?|loop|ligament|nodes?)\s(?:of|in)\s$", before):
        return False
    return name not in _COMMON or preposition[0].strip() in ("in", "In", "from", "near", "lives in", "living in") and not text[end : end + 1].isalpha() and bool(re.search(r"\b(?:liv\w+|born|raised|moved|resid\w+|from)\s(?:in\s)?$", before))


_COMMON = frozenset(
    """
    Reading Mobile Orange Hope Normal Ideal Energy Best Opportunity Independence Liberty Union Commerce Industry Enterprise Center Central Clay Golden Paradise Surprise Superior Price Defiance Eureka
    Galaxy Mission Pearl Plains Plymouth Spring Springs Temple Trinity Troy Victor Victory Bell Brush Carbon Coral Crystal Diamond Eagle Early Forest Fountain Garden Grant Green Home Iron Ivory Lake Laurel Lime Love Media Mercury
    March May Murray Nice Split Bath Cork Essen Hull Male Bergen Bari Wells Wales Barrett Crohn Bishop Down Parkinson Addison Cushing Graves Marshall Nelson Wilson Jackson Johnson Murphy Hamilton Turner Gilbert Becker Graham Clinton Kennedy
    Roma Salem Carmel Lebanon Jordan Sharp Ball Page Power Faith Justice Minor Major Rich Short Story Long Low Lows High Point Summit Advance Alert Apex Arcade Archer Area Bay Beach Beaver Berry Bland Block Blue Bruce Canal Cannon Canon Chase Chester Cold
    Corning Corona Cotton Crescent Crete Cross Cuba Darling Deer Delta Dixon Dove Duke Earth Effingham Elk Exchange Fort Fox Friend Glass Globe Grand Gray Grove Harmony Harper Heath Hill Huron Imperial Index Ivy Jasper Junction Lead Lemon Loop Loves Macon Magnolia Maple Mark
    Marion Mason Mexico Milan Mills Model Moody Moon Moss Mount Mountain National Natural Neck Needles Nova Novi Ocean Olive Ontario Opal Oxford Palm Park Peak Peru Phoenix Pine Pink Pittsburg Plano Poland Pond Prospect Quality Ray Red Reed Rice River Rock Rocky Rose Rush Sage Santa Seal Silver Sky Snow
    Star Sterling Stone Success Sun Sunrise Sunset Tell Time Trade Trenton Twin Two Tyler Valley View Village Vista Ward Warm Washington Water Weed West White Wing Winters Wise Wood Woods Woody Worth Young
    Augusta Florence Victoria Virginia Georgia Charlotte Madison Lincoln Jefferson Franklin Monroe Douglas Lawrence Warren Allen Austin Houston Dallas Denver
    """.split()  # noqa: SIM905
) - {"Austin", "Houston", "Dallas", "Denver", "Phoenix", "Milan", "Bergen", "Bari", "Hull", "Cork", "Oxford", "Florence", "Charlotte", "Madison", "Plano", "Trenton", "Tyler", "Macon", "Augusta", "Troy", "Corona", "Plymouth", "Pittsburg", "Novi"}

_COUNTRIES = (
    "United States|USA|U\\.S\\.A\\.|Canada|Mexico|India|Nigeria|Japan|France|Germany|Spain|Italy|Brazil|Portugal|Poland|Sweden|Norway|Denmark|Finland|Netherlands|Belgium|Austria|Switzerland|Australia|"
    "New Zealand|Ireland|United Kingdom|China|South Korea|Philippines|Vietnam|Pakistan|Turkey|Greece|Hungary|Romania|Ukraine|Russia|Israel|Egypt|South Africa|Kenya|Colombia|Argentina|Chile|Peru"
)
_STATE_AND_ZIP = r"[A-Z]{2}[ ,]{1,3}[0-9]{5}"

# HHS guidance of 26 November 2012, question 2.8: three-digit areas of 20,000 people or fewer [2010 census ZCTA]. Every
# five-digit code is found; these alone show why: of the others the first three digits may stay.
_LIVING = "lives?|lived|living|resides?|resided|residing|resident|born|raised|grew up|moved|relocated|relocating|travel(?:l?ed|l?ing|s)|flew|returned|visited|visiting|native|hails?|domiciled|home|originally|based|i am|i'm|hotel|arrived|stationed|hospitalized"
RESTRICTED_ZIP3 = frozenset("036 059 102 203 205 369 556 692 753 772 821 823 878 879 884 893 036 063".split()) - {"063"}  # noqa: SIM905

_FACILITY_HEAD = (
    r"(?:Hospitals?|Medical Cent(?:er|re)|Med Ctr|Medical Group|Medical Associates|Medical Clinic|Health Cent(?:er|re)|Healthcare|Health System|Health Care|Clinic|Infirmary|Hospice|"
    r"Nursing Home|Nursing Facility|Nursing Center|Skilled Nursing(?: Facility)?|Rehabilitation(?: Center| Hospital| Institute)?|Rehab(?: Center)?|Surgery Center|Surgical Center|Cancer Cent(?:er|re)|Cancer Institute|"
    r"Heart Institute|Eye Institute|Institute|Dialysis(?: Center)?|Birth Center|Urgent Care(?: Center)?|Family Medicine|Family Practice|Family Health|Pediatrics|Internal Medicine|Cardiology|Orthop(?:a)?edics|Dermatology|Oncology|"
    r"Radiology|Imaging(?: Center)?|Laborator(?:y|ies)|Labs?|Pharmacy|Drugs?tore|Dental|Dentistry|Assisted Living|Senior Living|Retirement (?:Home|Community)|Memory Care|Care Center|Treatment Center|Recovery Center|Behavioral Health|"
    r"Psychiatric (?:Center|Hospital)|Mental Health(?: Center)?|Health Services|Home Health|Home Care|VAMC|VA|Sanatorium|Sanitarium|Physicians|Primary Care|Wellness Center|Women's (?:Clinic|Center|Hospital)|Children's (?:Hospital|Clinic|Center)|Elementary School|Middle School|High School|University|College|Academy|Correctional Facility|Prison|Church|Shelter)"
)
_GENERIC = frozenset(
    """
    The A An Our Your This That Local Nearest General Community Regional University Teaching Tertiary Academic Rural Urban Private Public State National County City District Acute Critical Emergency Primary Secondary
    Children Children's Women's Veterans Mental Behavioral Home Day Long Long-term Skilled Family Internal Pediatric Outpatient Inpatient Ambulatory Free Sleep Pain Wound Memory Fertility Diabetes Cancer Heart Eye Dental
    Coumadin Anticoagulation Travel Allergy Surgery Surgical Medical Health Care Nursing Rehabilitation Rehab Cardiac Pulmonary Stroke Trauma Burn Psychiatric Psychiatry Pharmacy Radiology Cardiology Oncology Neurology Dermatology
    Orthopedic Orthopaedic Hospital Clinic Center Institute Urgent Walk-in Retail Specialty Magnet Referral In At To From Of For And Or By With If When While After Before See Contact Call Ask Use Is Was Are Lab Labs Laboratory No Imaging
    Veterinary Research Training Online Virtual Mobile Student Employee Occupational Preoperative Preop Postoperative Follow-up New Same Other Another Any Each Every Most Many Some Which What Refer Referred Admit Admitted Transfer Follow Patient
    Discharge Visit Chronic Kidney Liver Lung Breast Prostate Renal Gastroenterology Nephrology Endocrinology Rheumatology Urology Gynecology Obstetrics Ob/Gyn OB Prenatal Well-child Immunization Vaccine COVID COVID-19 HIV STD TB
    """.split()  # noqa: SIM905
)
_KNOWN_CENTRES = re.compile(r"(?:Mayo Clinic|Cleveland Clinic|Johns Hopkins|Massachusetts General|Harvard|Stanford|Yale|Oxford|Cambridge|Duke|Emory|Columbia|Cornell|World Health|Joint Commission|American College|Royal College|National Institute|National Cancer|Broad Institute|Sanger)")
_VISITED = re.compile(r"(?:\b(?:at|to|from|in|of|by|with|into|near|admitted|transferred|transported|seen|treated|visited|called|via|the|The|hospital|facility|Facility|location|Location|site)[ :,\n]{1,2}|[:|\n=\"]\s{0,3}|,\s|^)$")


def _facility(match: re.Match[str]) -> bool:
    name = match["v"]
    words = [word for word in re.split(r"[\s]+", name[: match.start("head") - match.start("v")].strip()) if word]
    telling = [word for word in words if word.strip(".,") not in _GENERIC and word[0].isupper()]
    if not telling:
        return False
    if telling[0] in ("Hospital", "Clinic"):
        return False
    if _KNOWN_CENTRES.match(name):
        return bool(re.search(r"\b(?:at|to|from|admitted|transferred|seen)\s(?:the\s)?$", match.string[max(match.start("v") - 24, 0) : match.start("v")]))
    weak = match["head"] in _WEAK_HEADS
    return not weak or bool(_VISITED.search(match.string[max(match.start("v") - 16, 0) : match.start("v")]))


_WEAK_HEADS = frozenset(
    """
    Institute Healthcare Imaging Laboratory Laboratories Lab Labs Pharmacy Dental Dentistry Physicians Cardiology Oncology Dermatology Radiology Pediatrics University College Academy VA Church Shelter Rehabilitation Rehab Hospice
    Dialysis Orthopedics Orthopaedics Prison
    """.split()  # noqa: SIM905
) | {"Health Care", "Internal Medicine", "Primary Care", "Home Care", "Home Health", "Family Health", "Mental Health", "Behavioral Health", "Skilled Nursing", "Family Medicine", "Health Services", "High School"}

_HEAD_WORDS = tuple(
    " " + word
    for word in (
        "Hospital|Medical C|Med Ctr|Medical Group|Medical Associates|Health Cent|Healthcare|Health System|Health Care|Clinic|Infirmary|Hospice|Nursing Home|Nursing Facility|Nursing Center|"
        "Skilled Nursing|Rehab|Surgery Center|Surgical Center|Cancer Cent|Cancer Institute|Heart Institute|Eye Institute|Institute|Dialysis|Birth Center|Urgent Care|Family Medicine|Family Practice|"
        "Family Health|Pediatrics|Internal Medicine|Cardiology|Orthop|Dermatology|Oncology|Radiology|Imaging|Lab|Pharmacy|Drugstore|Drug Store|Dental|Dentistry|Assisted Living|Senior Living|Retirement |"
        "Memory Care|Care Center|Treatment Center|Recovery Center|Behavioral Health|Psychiatric |Mental Health|Health Services|Home Health|Home Care|VAMC|VA |Sanatorium|Sanitarium|Physicians|Primary Care|"
        "Wellness Center|Women's |Children's |Elementary School|Middle School|High School|University|College|Academy|Correctional Facility|Prison|Church|Shelter"
    ).split("|")
)
"""How each head begins, as plain strings: as one expression they would take seconds to compile."""
_FULL_HEAD = rf"(?P<head>{_FACILITY_HEAD})(?![\w])(?:(?:,| of| at| for| -)?\s(?:the\s)?(?:{_CITY}))?"
_NAME_PART = rf"(?:[{UPPER}][\w.'\u2019&-]{{0,24}}|St\.|of|the|and|for|&|de|la)"

def _on_earth(match: re.Match[str]) -> bool:
    if not match["v"]:
        return True
    north, east = (float(part) for part in match["v"].split(","))
    # Small positive pairs are statistics; no inhabited place of the United States is that near to 0, 0.
    return abs(north) <= 90 and abs(east) <= 180 and (abs(north) > 10 and abs(east) > 10)


def _placed(match: re.Match[str]) -> bool:
    name = match["v"]
    first = name.split()[0]
    if first in STOP:
        return False
    return name in CITIES or name in CITY_WORDS or bool(re.search(r"\b(?:in|from|of|near|to)\s$", match.string[max(match.start("v") - 8, 0) : match.start("v")]))


_LARGE = frozenset(
    """
    America Africa Asia Europe Mexico Canada China India Japan Korea Vietnam Cuba Haiti Guatemala Honduras Brazil Colombia Peru Ecuador Venezuela Argentina Chile Spain France Germany Italy Poland Russia Ukraine Ireland
    England Scotland Wales Britain Portugal Greece Turkey Iran Iraq Syria Egypt Ethiopia Somalia Nigeria Ghana Kenya Liberia Sudan Pakistan Bangladesh Afghanistan Nepal Philippines Thailand Laos Cambodia Burma Myanmar Indonesia
    Australia Jamaica Israel Lebanon Jordan Sweden Norway Denmark Finland Netherlands Belgium Austria Switzerland Hungary Romania Bulgaria Serbia Croatia Bosnia Albania Morocco Algeria Tunisia Libya Uganda Tanzania
    Zimbabwe Zambia Panama Nicaragua Bolivia Paraguay Uruguay Singapore Malaysia Taiwan Hospice Rehab Medicare English Spanish God Heaven Earth
    """.split()  # noqa: SIM905
) | {"United States", "United Kingdom", "South Africa", "South Korea", "North Korea", "Costa Rica", "El Salvador", "Dominican Republic", "Saudi Arabia", "Sri Lanka", "New Zealand", "Middle East", "Latin America", "South America", "North America", "Central America"}


def _lives(match: re.Match[str]) -> bool:
    name = match["v"].rstrip(".")
    first = name.split()[0]
    return first not in STOP and name not in STATES and name not in _LARGE and first not in _LARGE and not (name.isupper() and len(name) < 5) and not re.search(r"(?:Hospital|Clinic|Center|Unit)$", name)


RULES: tuple[Rule, ...] = (
    Rule(
        id="address.street",
        kind="address",
        source="45 CFR 164.514(b)(2)(i)(B); USPS Publication 28, appendix C1 (street suffixes) and C2 (unit designators)",
        triggers=(
            r"[0-9][A-D]?,?[ ]{1,2}(?:[A-Z\xc3][A-Za-z0-9.'\x80-\xff-]{0,24} [A-Z0-9]|[0-9]{1,3}(?:st|nd|rd|th) [A-Z]|(?:de|la|el|los|las|del|the|rue|via) [A-Z])",
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
            "«1600 Pennsylvania Avenue NW, Washington, DC 20500»",
        ),
        negatives=("2 Patients Street", "took 20 mg of Drive", "3 The Way", "Phase 3 Summit Trial", "5 Day Course", "Section 4 Union Point"),
    ),
    Rule(
        id="address.street-small",
        kind="address",
        source="45 CFR 164.514(b)(2)(i)(B); USPS Publication 28, appendix C1; written without capitals",
        triggers=(rf"[0-9] (?:[a-z0-9]{{2,16}}\.? ){{1,4}}{_COMMON_SUFFIX}(?:[^a-z]|$)",),
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
        source="Universal Postal Union, S42: street, then number, then place and code, as in most of Europe and Latin America",
        triggers=(r"[0-9][A-Za-z]?,? (?:[A-Z\xc3-\xd1][^0-9\n,;:()]{1,40} )?[0-9]{2}[0-9 -]", r"[0-9][A-Za-z]?, (?:[A-Z]{1,2}-)?[0-9]{4,5} [A-Z\xc3-\xd1]"),
        spans=matching(
            rf"(?<![\w-])(?P<v>(?:(?:ul|al|os|pl|C|Av|Avda|Cl|R)[./] ?)?[{UPPER}][\w.'\u2019/-]{{1,30}}(?: (?:[{UPPER}][\w.'\u2019-]{{0,30}}|de|da|do|dos|das|del|di|du|des|la|le|van|von|der|den|S)){{0,5}},? (?:n\.?\u00ba ?)?[0-9]{{1,5}}[A-Za-z]?"
            rf"(?:/[0-9]{{1,4}})?,? (?:{_CITY_ANY} (?:[0-9]{{2,4}}[- ][0-9]{{2,3}}|[0-9]{{4,6}})|(?:[A-Z]{{1,2}}-)?(?:[0-9]{{2,4}}[- ][0-9]{{2,3}}|[0-9]{{4,6}}) {_CITY_ANY}))(?![0-9])",
            lambda match: match["v"].split()[0] not in _COUNTED_THINGS and not re.match(r"(?i)(?:" + "|".join(_MONTHS) + r")[a-z]*\b", match["v"]),
        ),
        before=160,
        after=60,
        rank=1,
        positives=("to «Ringvej 177, Qaqortoq 3920» now", "«ul. Jesionowa 127, Bytom 41-923»", "«Hauptstr. 5, 10115 Berlin»", "«Avenida Paris 83, Monte Gil 2580-108»", "«Höjdstigen 44, HYPPELN 430 96»"),
        negatives=("March 14, 2026", "Phase 3, Cohort 1200", "Table 2, Figure 4", "On May 5, London 2012"),
    ),
    Rule(
        id="address.foreign-street",
        kind="address",
        source="45 CFR 164.514(b)(2)(i)(B); words for streets in German, Dutch, Scandinavian, Finnish, Romance and Slavic languages",
        triggers=(),
        literals=(
            *("strasse", "stra\u00dfe", "gatan", "v\u00e4gen", "veien", "vejen", "straat", "sgade", "svej", "allee ", "platz ", "gasse "),
            *(f"{word} " for word in ("Rua", "R\u00faa", "Rue", "Avenida", "Calle", "Viale", "Piazza", "Avenue de", "Boulevard", "Plaza", "Via", "Carrera", "Rond", "Chemin")),
            *("ul. ", "C/ ", "Av. ", " utca", "katu "),
        ),
        spans=matching(
            rf"(?<![\w-])(?P<v>(?:[0-9]{{1,5}} )?(?:[{UPPER}][\w-]{{2,24}}(?:strasse|stra\u00dfe|gatan|v\u00e4gen|veien|vejen|vej|straat|gade|allee|platz|gasse|katu)|(?:Rua|R\u00faa|Rue|Avenida|Calle|Viale|Piazza|Via|Carrera|Chemin|ul\.|C/|Av\.)"
            rf" (?:(?:de|da|do|dos|das|del|della|di|du|des|la|le|los|las|l'|d') ?){{0,2}}[{UPPER}][\w'\u2019-]{{1,24}}(?: (?:[{UPPER}][\w'\u2019-]{{0,24}}|de|da|do|dos|del|la|y)){{0,3}})(?:,? [0-9]{{1,5}}[A-Za-z]?)?)(?![\w])"
        ),
        before=60,
        after=90,
        positives=("side of «Alpenstrasse».", "«5126 Ybbsstrasse»", "on «Avenida Júlio Dias»", "«Rue de la Paix 4»"),
        negatives=("Via the portal", "via Fax", "RUE pain"),
    ),
    Rule(
        id="address.box",
        kind="address",
        source="USPS Publication 28, 28 (post office box) and 24 (rural route)",
        triggers=(r"(?i)p\.? ?o\.? ?box ?#? ?[0-9]", r"(?i)(?:rural route|(?:^|[^a-z])(?:rr|hc)) ?#?[0-9]{1,3},? box [0-9]", r"(?i)post office box [0-9]"),
        spans=matching(
            rf"(?<![A-Za-z])(?P<v>(?:(?i:p\.?\s?o\.?\s?box|post office box)\s?#?\s?[0-9]{{1,7}}|(?i:rural route|rr|hc)\s?#?[0-9]{{1,3}},? (?i:box) [0-9]{{1,6}}[A-Z]?){_TAIL})(?![0-9A-Za-z])"
        ),
        before=40,
        after=90,
        rank=2,
        positives=("«P.O. Box 1234, Fargo, ND 58102»", "«PO Box 77»", "«RR 2, Box 152»", "«post office box 9»"),
        negatives=("po bid", "boxed 12"),
    ),
    Rule(
        id="address.key",
        kind="address",
        source="45 CFR 164.514(b)(2)(i)(B); FHIR R4 Address; common keys of records",
        triggers=(r"(?i)(?:street|address|addr)[ _-]?(?:line)?[ _-]?[12]?['\")*]{0,3}\s?[:=|\n]\s{0,3}['\"\\*\[]{0,4}\s{0,4}\"?[0-9A-Z]",),
        spans=matching(
            rf"{START}(?i:(?:(?:street|home|mailing|patient|residential|billing|postal|permanent|current|primary|work|shipping)[ _-]?)?(?:street|addr(?:ess)?)(?:[ _-]?line)?[ _-]?[12]?)['\")*]{{0,3}}\s?[:=|\n]\s{{0,3}}(?:\\?['\"]|\[\s{{0,4}}\")?(?P<v>(?=[^\n\"|]{{0,12}}[0-9])[0-9A-Za-z#][^\n\"|;<>@]{{5,90}}?)(?=[\"|;<>\n]|$|\.\s|\s{{2,}})",
            lambda match: bool(re.search(r"[A-Za-z]{3}", match["v"])) and not re.search(r"(?i)^(?:https?:|0x|[0-9a-f.:]+$|[\w.]+@)|\b(?:mac|ip)\b", match["v"]),
        ),
        before=60,
        after=110,
        rank=1,
        positives=("Address: «12 Rue de la Paix 4»", "street\n«55 Elm»", '"addressLine1": "«7 Quarry Bank»"', "home address: «Flat 2, 18 High Rd, Leeds»"),
        negatives=("address: the issue", "ip address: 10.1.1.1", "address\n0x7fff", "email address: a1@b.org"),
    ),
    Rule(
        id="address.city-state-zip",
        kind="address",
        source="USPS Publication 28, 22: city, state and ZIP Code",
        triggers=(_STATE_AND_ZIP, *(rf"{name},? {{1,2}}[0-9]{{5}}" for name in _STATE_NAMES.split("|"))),
        spans=matching(rf"(?<![\w])(?P<v>{_CITY},?\s{{1,2}}(?:{_STATE_NAMES}|(?:{_CODES})),?\s{{1,3}}[0-9]{{5}}(?:-[0-9]{{4}})?)(?![0-9A-Za-z])"),
        before=90,
        after=8,
        rank=1,
        positives=("«Springfield, IL 62704»", "in «Baton Rouge LA 70801-1234»", "«Portland, Oregon 97201»"),
        negatives=("IL 6270", "Vitamin D 50000"),
    ),
    Rule(
        id="zip.state",
        kind="zip",
        source="45 CFR 164.514(b)(2)(i)(B); HHS guidance, question 2.8: of a ZIP Code at most the first three digits may stay",
        triggers=(_STATE_AND_ZIP, r"(?:^|[^0-9.-])[0-9]{5}-[0-9]{4}(?:[^0-9-]|$)"),
        spans=matching(rf"(?<![A-Za-z])(?:{_CODES})[ ,]{{1,2}}(?P<v>[0-9]{{5}}(?:-[0-9]{{4}})?)(?![0-9A-Za-z-])|(?<![0-9A-Za-z.-])(?P<w>[0-9]{{5}}-[0-9]{{4}})(?![0-9A-Za-z-])"),
        before=24,
        after=8,
        positives=("TX «75001»", "«62704-1234»", "NY, «10001»"),
        negatives=("CO 2 50000", "NDC 12345-6789-01", "id 123456-1234", "LA 4.5"),
    ),
    Rule(
        id="zip.country",
        kind="zip",
        source="Universal Postal Union, S42: a code beside a country",
        triggers=(rf"(?:{_COUNTRIES})[ ,]{{1,2}}[0-9]{{4,6}}(?:[^0-9]|$)",),
        spans=matching(rf"(?<![\w])(?:{_COUNTRIES})[ ,]{{1,2}}(?P<v>[0-9]{{5,6}})(?![0-9A-Za-z])|\n\s{{0,6}}(?:{_COUNTRIES})[ ,]{{1,2}}(?P<w>[0-9]{{4}})(?![0-9A-Za-z])"),
        before=30,
        after=6,
        positives=("United States «98453»", "\n India «49582»", "Mexico, «79142»"),
        negatives=("in India 2019", "Canada 45 cases"),
    ),
    Rule(
        id="zip.labelled",
        kind="zip",
        source="45 CFR 164.514(b)(2)(i)(B); Universal Postal Union, S42 for codes with letters",
        triggers=(r"(?i)(?:zip|postal|postcode|post code|pin ?code)[^0-9a-z]{0,6}(?:(?:code|is|of|area|number|prefix)[^0-9a-z]{0,4}){0,3}[a-z]{0,2}[0-9]",),
        spans=matching(
            r"(?<![A-Za-z])(?i:zip|postal|postcode|post code|pin ?code)[^0-9A-Za-z]{0,6}(?:(?i:code|is|of|area|number|codes)[^0-9A-Za-z]{0,4}){0,3}(?P<v>[0-9]{4,6}(?:-[0-9]{3,4})?|[A-Za-z]{1,2}[0-9][0-9A-Za-z]?\s?[0-9][A-Za-z]{2}|[A-Za-z][0-9][A-Za-z][ -]?[0-9][A-Za-z][0-9])(?![0-9A-Za-z])"
        ),
        before=50,
        after=14,
        rank=1,
        positives=("ZIP: «62704»", "zip code «03601»", "zipCode\n«90210-1234»", "postalCode\n«SW1A 1AA»", "postal code «K1A 0B1»", "ZIP «05901»"),
        negatives=("zip 100", "zipped 12345 files", "postal 3"),
    ),
    Rule(
        id="zip.foreign",
        kind="zip",
        source="Royal Mail, Programmers' guide to PAF, postcode formats; Canada Post, Addressing guidelines, 5.1",
        triggers=(r"[^0-9A-Za-z][A-Z]{1,2}[0-9][0-9A-Z]? [0-9][A-Z]{2}(?:[^0-9A-Za-z]|$)", r"[^0-9A-Za-z][A-Z][0-9][A-Z] [0-9][A-Z][0-9](?:[^0-9A-Za-z]|$)"),
        spans=matching(
            r"(?<![0-9A-Za-z-])(?P<v>[A-PR-UWYZ][A-HK-Y]?[0-9][0-9A-HJKMNPR-Y]? [0-9][ABD-HJLNP-UW-Z]{2}|[ABCEGHJ-NPRSTVXY][0-9][ABCEGHJ-NPRSTV-Z] [0-9][ABCEGHJ-NPRSTV-Z][0-9])(?![0-9A-Za-z])"
        ),
        before=12,
        after=3,
        positives=("London «SW1A 1AA»", "Ottawa «K1A 0B1»"),
        negatives=("T4 5AA", "B12 500", "Q1A 0B1"),
    ),
    Rule(
        id="location.city",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B); GeoNames, populated places",
        triggers=(),
        literals=tuple(sorted(name for name in CITIES if len(name) > 4)) + tuple(sorted(name for name in CITY_WORDS if len(name) > 3)),
        spans=_cities,
        before=40,
        after=8,
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
        negatives=("Glasgow Coma Scale", "Framingham risk score", "Ottawa ankle rules", "Reading the chart", "Orange juice", "Paris criteria", "Hope this helps", "the Cincinnati Prehospital Stroke Scale", "Boston Bowel Preparation Scale"),
    ),
    Rule(
        id="location.city-state",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B): whatever stands before the name or code of a state",
        triggers=(rf"[a-z], ?(?:{_CODES})(?:[^A-Za-z]|$)",),
        literals=tuple(f", {name}" for name in _STATE_NAMES.split("|")),
        spans=matching(
            rf"(?<![\w,.-])(?<!, )(?P<v>{_CITY})(?=, ?(?:(?:{_CODES})(?![A-Za-z0-9])|{_STATE_NAMES}))",
            lambda match: match["v"].split()[0] not in STOP and match.string[match.end("v") : match.end("v") + 4] not in (", MD", ", PA", ", OR") or _placed(match),
        ),
        before=70,
        after=20,
        positives=("from «Elk Bend», ID", "«Mill Creek», Washington", "near «Sleepy Eye», MN"),
        negatives=("The, OH", "Smith, MD", "In Ohio"),
    ),
    Rule(
        id="location.key",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B); FHIR R4 Address: city and district",
        triggers=(r"(?i)(?:city|town|county|village|suburb|municipality|hometown|birth ?place|place[ _-]of[ _-]birth|neighbou?rhood|precinct|parish|borough)['\")*]{0,3}\s?[:=|\n]\s{0,3}['\"\\*\[]{0,4}(?-i:[A-Z])",),
        spans=matching(
            rf"(?<![a-z])(?i:(?:home|birth|patient|residence)?[ _-]?(?:city|town|county|village|suburb|municipality|hometown|birth ?place|place[ _-]of[ _-]birth|neighbou?rhood|precinct|parish|borough))['\")*]{{0,3}}\s?[:=|\n]\s{{0,3}}(?:\\?['\"]|\*\*\s?)?(?P<v>{_CITY})",
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
        triggers=(r"[a-z.] (?:County|Parish|Borough|Township|Twp|Precinct|Census Area|Reservation)(?:[^a-z]|$)", r"(?:County|Township|City|Town|Village|Borough) of [A-Z]"),
        spans=matching(
            rf"(?<![\w])(?P<v>(?:St\. |San |Santa |Los |El |La |Prince |Fort |New |North |South |East |West |De )?(?!(?:The|In|At|Of|Our|This|A|Each|Every|Local|From|For|And)\b)[{UPPER}][\w'\u2019-]{{2,20}}(?: [{UPPER}][\w'\u2019-]{{2,20}})? (?:County|Parish|Borough|Township|Twp\.?|Precinct|Census Area|Reservation))(?![\w])"
            rf"|(?<![\w])(?P<w>(?:County|Township|City|Town|Village|Borough) of [{UPPER}][\w'\u2019-]{{2,20}}(?: [{UPPER}][\w'\u2019-]{{2,20}})?)(?! (?:York|Medicine)\b)"
        ),
        before=60,
        after=50,
        rank=1,
        positives=("in «Washtenaw County»", "«St. Louis County» health", "«Orleans Parish»", "«County of Kent»", "«Los Angeles County»"),
        negatives=("the County jail", "each County", "in County care"),
    ),
    Rule(
        id="location.lives",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B): words that say where somebody lives or was born",
        triggers=each(_LIVING, "(?i)", r"[a-z ]{0,14} (?:in|to|from|of|near|at|outside) (?-i:[A-Z])[a-z]"),
        spans=matching(
            rf"(?i:{_LIVING})(?: [a-z]{{1,12}}){{0,2}} (?:in|to|from|of|near|at|outside) (?P<v>{_CITY})",
            _lives,
        ),
        before=60,
        after=70,
        positives=("lives in «Elk Bend»", "was born in «Ouagadougou»", "resident of «Sleepy Hollow»", "grew up near «Dry Prong»"),
        negatives=("born in March", "lives in Ohio", "lives in The", "moved to ICU", "returned to Monday clinic", "visited in December", "born in Mexico", "moved to Hospice"),
    ),
    Rule(
        id="facility.named",
        kind="facility",
        source="45 CFR 164.514(b)(2)(i)(B): a facility's name says where a person was; Joint Commission and CMS names of facility types",
        triggers=(),
        literals=_HEAD_WORDS,
        spans=matching(rf"(?<![\w-])(?P<v>(?:[{UPPER}][\w.'\u2019&-]{{0,24}} )(?:{_NAME_PART} ){{0,4}}?{_FULL_HEAD})(?!['\u2019]s\b)", _facility),
        before=90,
        after=60,
        rank=1,
        positives=(
            "at «St. Mary's Hospital»",
            "«Cedar Valley Medical Center»",
            "seen at «Lakeside Clinic»",
            "transferred to «Harlow Memorial Hospital»",
            "«Pine Ridge Nursing Home»",
            "from «Whitfield Dialysis Center»",
            "at «Riverbend Family Medicine» follow up",
        ),
        negatives=("the Medical Center", "Emergency Hospital", "Outpatient Clinic", "in Clinic", "Cleveland Clinic guideline", "go to Urgent Care", "The Pain Clinic", "Mayo Clinic recommends"),
    ),
    Rule(
        id="facility.of",
        kind="facility",
        source="45 CFR 164.514(b)(2)(i)(B)",
        triggers=(r"(?:Hospital|Clinic|Medical Center|University|Hospital and Clinics) (?:of|at|for) [A-Z]",),
        spans=matching(
            rf"(?<![\w])(?P<v>(?:[{UPPER}][\w.'\u2019-]{{1,24}} ){{0,3}}(?:Hospital|Clinic|Medical Center|University Hospitals?) (?:of|at|for) (?!(?:The|A|An|This|Our|Medicine|Internal|Special)\b){_CITY})",
            lambda match: not re.match(r"(?:The |A |An |In )?(?:Hospital|Clinic|Medical Center) (?:for|at|of) (?:Children|Women|Special|Adults|Patients)\b(?! of)", match["v"]),
        ),
        before=90,
        after=60,
        positives=("«University Hospital of Akron»", "«Children's Hospital of Philadelphia»", "«Shriners Hospital for Boston»"),
        negatives=("hospital of choice", "Hospital for Children"),
    ),
    Rule(
        id="facility.key",
        kind="facility",
        source="45 CFR 164.514(b)(2)(i)(B); a label or key",
        triggers=(r"(?i)(?:facility|hospital|clinic|practice|pharmacy|employer|school|nursing home|ward)(?:[ _-]?name)?['\")*]{0,3}\s?[:=|]\s{0,3}['\"\\*\[]{0,4}(?-i:[A-Z])[a-z.]", r"(?i)(?:facility|hospital|clinic|practice|pharmacy|employer|school)(?:[ _-]?name)\n(?-i:[A-Z])"),
        spans=matching(
            rf"(?<![A-Za-z])(?i:facility|hospital|clinic|practice|pharmacy|employer|school|nursing home)(?:[ _-]?(?i:name))?['\")*]{{0,3}}(?:\s?[:=|]\s{{0,3}}|\n)(?:\\?['\"]|\*\*\s?)?(?P<v>[{UPPER}][\w.'\u2019&-]{{1,24}}(?: (?:[{UPPER}][\w.'\u2019&-]{{0,24}}|of|the|and|&)){{0,5}})",
            lambda match: match["v"].split()[0].strip(".") not in STOP and (len(match["v"].split()) > 1 or ":" in match[0]),
        ),
        before=50,
        after=80,
        positives=("Facility: «Bluestone North»", "Pharmacy: «Walgreens»", '"hospital_name": "«Mercy West»"', "Employer: «Acme Logistics»"),
        negatives=("facility: The", "hospital: None", "clinic: Follow"),
    ),
    Rule(
        id="coordinates.decimal",
        kind="coordinates",
        source="ISO 6709, 6; 45 CFR 164.514(b)(2)(i)(B): equivalent geocodes",
        triggers=(r"(?:^|[^0-9.])-?[0-9]{1,2}\.[0-9]{3,10},[ ]{0,2}-?[0-9]{1,3}\.[0-9]{3,10}", r"(?i)(?:lat(?:itude)?|lon(?:g(?:itude)?)?|lng)[^0-9a-z]{1,6}[0-9]{1,3}\.[0-9]{3}", r"[0-9]{1,3}(?:\xc2\xb0|\xba)[ ]?[0-9]{1,2}['\xe2][^NSEW\n]{0,16}[NSEW]", r"[0-9]\.[0-9]{2,8}(?:\xc2\xb0)? ?[NS],? {1,2}[0-9]{1,3}\.[0-9]{2,8}"),
        spans=matching(
            r"(?<![0-9.])(?P<v>-?[0-9]{1,2}\.[0-9]{3,10},[ ]{0,2}-?1?[0-9]{1,2}\.[0-9]{3,10})(?![0-9.])|(?i:lat(?:itude)?|lon(?:g(?:itude)?)?|lng)[^0-9A-Za-z-]{1,6}(?P<w>-?[0-9]{1,3}\.[0-9]{3,10})"
            r"|[0-9]{1,3}\u00b0\s?[0-9]{1,2}['\u2032]\s?(?:[0-9.]{1,7}[\"\u2033]\s?)?[NSEW]|[0-9]{1,2}\.[0-9]{2,8}\u00b0?\s?[NS],? {1,2}[0-9]{1,3}\.[0-9]{2,8}\u00b0?\s?[EW]",
            lambda match: "," not in match[0] or _on_earth(match),
        ),
        before=50,
        after=40,
        positives=("at «41.8781, -87.6298»", "latitude: «41.87810»", "«41°52'41\"N»", "«41.88° N, 87.63° W»"),
        negatives=("95% CI 1.234, 1.567", "0.123, 0.456", "HR 1.25 (1.012, 1.544)"),
    ),
)
