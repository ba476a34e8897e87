"""(L) Vehicle identifiers, license plates included."""

from __future__ import annotations

import re

from zt_ai.egress.detect import checksums
from zt_ai.egress.detect.context import GAP, START, at_least, labelled, near
from zt_ai.egress.detect.rule import Rule, matching


def _vin(match: re.Match[str]) -> bool:
    number = match["v"].upper()
    return checksums.vin(number) and any(char.isalpha() for char in number) and len(set(number)) > 3


_PLATE = (
    r"(?:(?:licen[cs]e|number|registration|vehicle|car|tag)[\s_-]*plates?|plate[\s_]*(?:no\b|num(?:ber)?|#)|"
    r"plates?(?=\s?[:#]|\s[A-Z0-9]{2,4}[ -]?[A-Z0-9]{2,5}\b)|tag[\s_]*(?:no\b|num(?:ber)?|#)|"
    r"vehicle[\s_]*(?:tag|reg(?:istration)?))"
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
            r"[a-z]{2})[^a-z0-9]{1,4}){0,3}[a-z0-9]{1,4}[ -]?[a-z0-9]{0,4}[0-9]",
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
        ),
        negatives=(
            "growth plate 2",
            "a plate C3 fracture",
            "plated 3 agar",
            "plates were read at 450 nm",
            "tag SNP 12",
        ),
    ),
)
