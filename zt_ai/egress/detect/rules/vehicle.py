"""(L) Vehicle identifiers, license plates included."""

from __future__ import annotations

import re

from zt_ai.egress.detect import checksums
from zt_ai.egress.detect.context import GAP, START, at_least, labelled, near
from zt_ai.egress.detect.geography import CODES
from zt_ai.egress.detect.rule import Rule, matching, value


def _vin(match: re.Match[str]) -> bool:
    number = match["v"].upper()
    return checksums.vin(number) and any(char.isalpha() for char in number) and len(set(number)) > 3


_PLATE = (
    r"(?:(?:licen[cs]e|number|registration|vehicle|car|tag)[\s_-]*plates?|plate[\s_]*(?:no\b|num(?:ber)?|#)|"
    r"plates?(?=\s?[:#=]|\sreads?\s|\s[A-Z0-9]{2,4}[ -]?[A-Z0-9]{2,5}\b)|tag[\s_]*(?:no\b|num(?:ber)?|#)|"
    r"vehicle[\s_]*(?:tag|reg(?:istration)?))"
)

_VEHICLE = (
    r"(?:cars?|trucks?|vans?|suv|uber|lyft|taxi|cab|vehicle|sedan|coupe|pickup|motorcycle|motorbike|bike|moped|scooter|trailer|"
    r"bus|jeep|honda|toyota|ford|chevy|chevrolet|nissan|tesla|bmw|dodge|driver|tag)"
)
_MAKES = (
    "Honda Toyota Ford Chevy Chevrolet Nissan Tesla BMW Dodge Jeep Kia Hyundai Subaru Mazda Volkswagen VW Audi Buick GMC Lexus Acura Chrysler "
    "Cadillac Volvo Mercedes Corolla Camry Civic Accord Altima Sentra F-150 F150 Silverado Explorer Escape RAV4 CR-V Odyssey Sienna Outback Forester "
    "Prius Tacoma Tundra Elantra Sonata Sorento Jetta Malibu Impala Equinox pickup SUV minivan sedan"
).split()
_MODEL = rf"(?:{'|'.join(_MAKES)})"
_BESIDE = re.compile(rf"(?i)(?<![a-z]){_VEHICLE}(?![a-z])")
_FORM = r"(?=[A-Z -]{0,6}[0-9])(?:[A-Z]{2,3} [0-9]{2,4} ?[A-Z]{1,3}|[A-Z]{2,4}[ -]?[0-9]{2,5}|[0-9]{1,4}[ -]?[A-Z]{2,4}(?:[ -]?[0-9]{1,4})?|[0-9][A-Z]-?[0-9]{3,5})"
_IMPLANT = re.compile(r"(?:AO|LCP|DCP|LC-DCP|VA|TPLO|DVR|LISS)[ -]?[0-9]")


_BONE = re.compile(
    r"(?i)(?:fix(?:ed|ation)|screw|hole|locking|orif|fracture|hardware|fusion|osteo|femur|radius|tibia|agar|wells?\b|count)"
)


def _of_vehicle(match: re.Match[str]) -> bool:
    text, start = match.string, match.start("v")
    return (
        sum(char.isdigit() for char in match["v"]) >= 3
        and not _IMPLANT.match(match["v"])
        and bool(_BESIDE.search(text, max(start - 60, 0), start))
        and not _BONE.search(text, max(start - 60, 0), match.end() + 40)
    )


RULES: tuple[Rule, ...] = (
    Rule(
        id="vin.checksum",
        kind="vin",
        source="49 CFR 565.15: seventeen characters without I, O, Q, check digit in the ninth place",
        triggers=(r"[0-9Xx][0-9A-HJ-NPR-Za-hj-npr-z]{4}[0-9]{4}(?:[^0-9A-Za-z]|$)",),
        spans=matching(r"(?<![0-9A-Za-z])(?P<v>[0-9A-HJ-NPR-Za-hj-npr-z]{17})(?![0-9A-Za-z])", _vin),
        before=22,
        after=3,
        rank=4,
        positives=("VIN «1M8GDM9AXKP042788»", "«1HGCM82633A004352»", "«5yjsa1dg9dfp14705»"),
        negatives=("1M8GDM9A1KP042788", "1HGCM82643A004352", "11111111111111111"),
    ),
    Rule(
        id="vin.labelled",
        kind="vin",
        source="49 CFR 565.15; vehicles from elsewhere have no check digit",
        triggers=(near(r"(?:[^a-z]vin[^a-z]|^vin[^a-z]|vehicle id)"),),
        spans=matching(
            labelled(
                r"(?:vin(?![A-Za-z])|vehicle\s+id(?:entification)?(?:\s+num(?:ber)?)?)",
                r"[0-9A-Za-z]{11,17}(?![0-9A-Za-z])",
            ),
            at_least(4),
        ),
        before=60,
        after=24,
        rank=3,
        positives=("VIN: «WBA3A5C50CF256985»", "vehicle identification number «ZFA22300005556777»"),
        negatives=("vincristine 2 mg", "vin 2019"),
    ),
    Rule(
        id="plate.labelled",
        kind="plate",
        source="45 CFR 164.514(b)(2)(i)(L); the form is each state's own",
        triggers=(
            r"(?i)(?:plate|tag|vehicle[ _]reg)s?[^a-z0-9]{0,4}(?:(?:no|num|number|is|was|of|reads?|"
            r"#)[^a-z0-9]{1,4}){0,3}[a-z]{0,3}[0-9]",
            r"(?i)(?:plate|tag|vehicle[ _]reg)s?[^a-z0-9]{0,4}(?:(?:no|num|number|is|was|of|"
            r"reads?|[a-z]{2})[^a-z0-9]{1,4}){0,3}[a-z0-9]{1,4}[ -]?[a-z0-9]{0,4}[0-9]",
        ),
        spans=matching(
            rf"{START}(?i:{_PLATE}){GAP}(?:(?i:reads?)\s)?(?:(?:[A-Z][a-z]+|"
            rf"[A-Z]{{2}})\s)?(?<![0-9A-Za-z])(?P<v>(?=[A-Z0-9 -]{{0,7}}[0-9])"
            rf"[A-Z0-9]{{1,4}}[ -]?[A-Z0-9]{{2,5}})(?![0-9A-Za-z])",
            lambda match: any(char.isalpha() for char in match["v"]) or len(match["v"]) >= 5,
        ),
        before=70,
        after=16,
        rank=1,
        positives=(
            "license plate «7ABC123»",
            "plate number: «ABC-1234»",
            "License plate TX «BKR 4471»",
            "licensePlate\n«8XYZ901»",
            "plate # «KLM 221»",
            "plate=«8KTR442»",
            "the plate reads «KTR-4482»",
        ),
        negatives=(
            "growth plate 2",
            "a plate C3 fracture",
            "plated 3 agar",
            "plates were read at 450 nm",
            "tag SNP 12",
        ),
    ),
    Rule(
        id="plate.before-label",
        kind="plate",
        source="45 CFR 164.514(b)(2)(i)(L); the number before the word, beside a vehicle",
        triggers=(r"[0-9][A-Z0-9]{0,5} (?:license |tag |vanity )?plates?(?:[^a-z]|$)",),
        spans=matching(
            r"(?<![0-9A-Za-z-])(?P<v>(?=[A-Z -]{0,5}[0-9])(?=[0-9 -]{0,6}[A-Z])(?:[A-Z]{2,3}[ -])?[A-Z0-9]{2,4}[ -]?[A-Z0-9]{2,5})"
            r" (?:license |tag |vanity )?plates?(?![A-Za-z])",
            _of_vehicle,
        ),
        before=90,
        after=2,
        positives=("The taxi was a «TLC T602281C» plate", "driver of a van with «KDR 4417» plates"),
        negatives=(
            "a car crash, AO 3512 plate",
            "fixed with LCP 4500 plate",
            "96 well plates",
            "12 plates",
            "car crash, T12345 plate with screws",
        ),
    ),
    Rule(
        id="plate.registered",
        kind="plate",
        source="45 CFR 164.514(b)(2)(i)(L); registration of a vehicle, or the ticket under which it is parked",
        triggers=(
            r"(?i)[^a-z](?:reg(?:istration)?|tag)[.:# ]{1,3}(?:[a-z]{2} )?(?:no\.? |# ?)?[a-z0-9]{1,4}[ -]?[a-z0-9]{0,4}[0-9]",
            r"(?i)(?:valet|parking|impound|tow(?:ing)?)[ a-z]{1,14}[.:#]{0,2} ?[a-z]{0,4}[ -]?[0-9]",
        ),
        spans=matching(
            rf"(?i:{_VEHICLE})[^\n.]{{0,24}}?\b(?i:reg|registration|tag)[.:# ]{{1,3}}(?:(?i:no)\.? |# ?)?(?:[A-Z]{{2}} )?(?P<v>{_FORM})(?![0-9A-Za-z])"
            rf"|\b(?i:valet|parking|impound|tow(?:ing)?)[ ]?(?i:tkt|ticket|tag|slip|stub|lot|claim|pass|permit)?[.:# ]{{1,3}}(?P<w>{_FORM})(?![0-9A-Za-z])",
            lambda match: sum(char.isalnum() for char in value(match)) >= 6,
        ),
        before=70,
        after=20,
        positives=(
            "motorcycle, reg. «7K-3304», no helmet",
            "valet tkt: «OH 417 BKD»",
            "truck reg no. «BKR-4471»",
            "Truck tag AL «45AB219»",
        ),
        negatives=(
            "reg. 12 units insulin",
            "parking level 3",
            "valet ticket 2",
            "parking LOT 12",
            "insulin reg 10-20 units",
            "car seat tag 12 expired",
        ),
    ),
    Rule(
        id="plate.of-car",
        kind="plate",
        source="45 CFR 164.514(b)(2)(i)(L); a make or model, then what it is registered under",
        triggers=(),
        # As plain strings: hyperscan finds thousands of them at no cost, but tries a list of alternatives byte by byte.
        literals=tuple(sorted({form for make in _MAKES for form in (make, make.lower(), make.upper())})),
        spans=matching(
            rf"(?<![A-Za-z])(?i:{_MODEL})(?![A-Za-z])[^\n.;]{{0,20}}?[,(-] ?(?i:tag |lic |plate )?(?:(?:{CODES}) )?"
            r"(?P<v>(?=[A-Z0-9]{0,6}[ -]?[A-Z0-9]{0,5}[0-9])(?=[0-9]{0,6}[ -]?[0-9]{0,3}[A-Z])[A-Z0-9]{2,7}(?:[ -][A-Z0-9]{2,4}){0,2})(?![A-Za-z0-9/.])",
            lambda match: (
                sum(char.isdigit() for char in match["v"]) >= 3
                and 5 <= sum(char.isalnum() for char in match["v"]) <= 8
                and not _BONE.search(match.string, max(match.start() - 60, 0), match.end() + 40)
            ),
        ),
        before=12,
        after=44,
        positives=(
            "white Tesla, CA «9RTZ203» - visiting",
            "red Corolla, «8XWV117» - pt d/c",
            "a 2015 Buick LaCrosse, tag «GRR 6425», wheelchair",
            "Sienna w/ ramp, «DP 441 AK» - dialysis",
        ),
        negatives=(
            "Ford Transit, 2019 model",
            "the pilot study, NCT01234567",
            "Mercedes Sprinter - 12 seats",
            "Honda Civic, 45000 miles",
            "the RAM 16GB module, 3200 MHz",
        ),
    ),
)
