"""(I) Numbers of health plans and (R) of claims, as cards, payers' letters and billing notes write them."""

from __future__ import annotations

import re

from zt_ai.egress.detect.context import IDENTIFIER, START, at_least, near
from zt_ai.egress.detect.rule import Rule, matching, value
from zt_ai.egress.detect.rules.listing import listed

_PAYER = (
    r"(?:AARP|Aetna|Ambetter|Amerigroup|AmeriHealth|Anthem|AHCCCS|BadgerCare|BCBS[A-Z]{0,2}|Blue ?(?:Cross|Shield)|CareFirst|"
    r"CareSource|Centene|Cigna|EmblemHealth|Fidelis|GEHA|HAP|Harvard Pilgrim|Health ?Net|Healthfirst|Highmark|Horizon|"
    r"Humana|HUSKY|Kaiser|KanCare|MaineCare|MassHealth|Medi-?Cal|Medica|Medicaid|Medicare|Medigap|MetroPlus|Molina|"
    r"Mutual of Omaha|NJ FamilyCare|Optum|Oscar|Oxford|Premera|Priority Health|Regence|SoonerCare|TennCare|TRICARE|Tricare|"
    r"Triple-S|Tufts|UHC|UMR|United ?Health ?[Cc]are|UPMC|WellCare|Wellmark|WellPoint)"
)
_NAMES = (
    "AARP|Aetna|Ambetter|Ameri|Anthem|AHCCCS|BadgerCare|BCBS|Blue Cross|BlueCross|Blue Shield|BlueShield|CareFirst|CareSource|"
    "Centene|Cigna|EmblemHealth|Fidelis|GEHA|HAP|Harvard Pilgrim|Health Net|HealthNet|Healthfirst|Highmark|Horizon|Humana|"
    "HUSKY|Kaiser|KanCare|MaineCare|MassHealth|Medi-Cal|MediCal|Medica|Medigap|MetroPlus|Molina|Mutual of Omaha|FamilyCare|"
    "Optum|Oscar|Oxford|Premera|Priority Health|Regence|SoonerCare|TennCare|TRICARE|Tricare|Triple-S|Tufts|UHC|UMR|United|UPMC|"
    "WellCare|Wellmark|WellPoint"
).split("|")
"""How the names begin, as plain strings."""

_PRODUCT = (
    r"(?:[ ,]{1,2}(?:PPO|HMO|EPO|POS|HDHP|MA|Advantage|Complete|Choice|Gold|Silver|Bronze|Community|Plan|Supp(?:lement)?|supp(?:lement)?|"
    r"secondary|primary|Shield|Medicare|Medicaid|[Ii]d|ID|[Mm]ember|plan|part [A-D]|Part [A-D])){0,3}"
)
_PLAN_NUMBER = r"[A-Z]{0,4}[0-9][0-9A-Z]{5,14}(?:[-*][0-9]{1,3})?(?![0-9A-Za-z]|[-/][0-9])"
_GROUPED = r"[A-Z]{1,4} ?[0-9]{2,4}(?: [0-9]{2,4}){1,4}(?![0-9A-Za-z])"
_DAY = re.compile(r"(?:19|20)[0-9]{2}[01][0-9][0-3][0-9]")


def _of_plan(match: re.Match[str]) -> bool:
    """A number that is long enough for a member's: identifiers of payers have five digits, CPT and ZIP Codes too."""
    found = value(match)
    return at_least(6 if found[0].isalpha() else 7)(match) and not _DAY.fullmatch(found) and not found.endswith("0000")


_PLURAL = re.compile(
    r"\s(?:(?!was|is|has|does)[a-z]{2,}s|of|in|per|people|dollars|USD|mg|children|men|women)\b|,[0-9]{3}|%|\.[0-9]"
)


_PROCEDURE = re.compile(r"[0-9]{4}[0-9A-Z](?:-[0-9A-Z]{2})?")
"""Code of a procedure and its modifier."""


def _claim(match: re.Match[str]) -> bool:
    """Of digits alone six at least: a code of a procedure has five, an amount is round or counts something."""
    found = value(match)
    if not at_least(5)(match) or _DAY.fullmatch(found) or _PROCEDURE.fullmatch(found):
        return False
    if not found.isdigit():
        return True
    return len(found) >= 6 and not found.endswith("000") and not _PLURAL.match(match.string, match.end())


_CLAIM = r"(?:claims?(?:\(s\))?|clms?|icns?|dcns?|tcns?)"
_CLAIM_GAP = r"[\s\"'_]{0,2}(?:(?:no|num|nbr|number|numbers|id|ids|ref|reference|control)\b\.?|#)?[\s\"']{0,2}(?:[:=#]|is\b|was\b|are\b|with\b)?[\s\"'(#]{0,3}"

RULES: tuple[Rule, ...] = (
    Rule(
        id="claim.said",
        kind="claim",
        source="45 CFR 164.514(b)(2)(i)(R); CMS, Medicare Claims Processing Manual: ICN, DCN; Medicaid manuals: TCN",
        triggers=(near(r"(?:claim|clm|(?:^|[^a-z])[idt]cn)", 24),),
        spans=listed(
            matching(
                rf"{START}(?i:{_CLAIM})(?![A-Za-z]){_CLAIM_GAP}(?i:{_CLAIM_GAP})(?<![A-Za-z0-9])"
                rf"(?P<v>(?=[A-Za-z-]{{0,6}}[0-9])[A-Z]{{0,5}}[0-9-](?:[0-9A-Z]|-(?=[0-9A-Z])){{3,22}})(?![0-9A-Za-z]|[.,/-][0-9])",
                _claim,
            )
        ),
        before=60,
        after=110,
        rank=1,
        positives=(
            "WC claim «WC-77-31018», DOI on file",
            "appeal for claim «EOB6612045»: denied",
            "Payer ICN «2024118830021» paid",
            "The DCN is «11318200554400», Medicare",
            "Clm: «B23-0771204» CPT 99213",
            "ref claim(s) «200418», «200455» and «200461» bundled",
            "my claim «RT-0044121» was denied",
            "claims «7710032» and «7710048»",
        ),
        negatives=(
            "the claim 837 format",
            "claims 120000 people were affected",
            "claim CO-45 and PR-204",
            "claim 99213 twice",
            "claims 99213-25 and 99214",
            "claims data 2015-2020",
            "claims of 350000 dollars",
            "the ICN 2021 conference",
        ),
    ),
    Rule(
        id="health_plan.payer",
        kind="health_plan",
        source="45 CFR 164.514(b)(2)(i)(I); NAIC and CMS lists of payers and state programs: a number after the payer's name",
        triggers=(),
        literals=tuple(_NAMES),
        spans=matching(
            rf"(?<![A-Za-z]){_PAYER}(?![A-Za-z]){_PRODUCT}(?:[ ,:(]{{1,3}}#?(?:is )?)(?P<v>{_GROUPED}|{_PLAN_NUMBER})",
            _of_plan,
        ),
        before=24,
        after=70,
        rank=1,
        positives=(
            "secondary AARP supplement «018377265-11»",
            "Humana «H60223817» / MassHealth «100033819274» (dual)",
            "Aetna PPO «W198827731»",
            "BCBS «XYP 882 10 4471»",
            "TennCare: «ZECM00481923»",
        ),
        negatives=(
            "Aetna 60054",
            "Cigna payer 62308",
            "Medicaid 20240115",
            "Medicare paid 1200000 claims",
            "Humana 2024 plan",
            "Oxford 10000000 people",
            "Humana NCT04455667",
        ),
    ),
    Rule(
        id="health_plan.on-card",
        kind="health_plan",
        source="WEDI, Health Identification Card Implementation Guide; the card says, or the back of it",
        triggers=(near(r"card", 24), r"(?i)insurance[ a-z:]{1,24}[ a-z]{0,5}[0-9]"),
        spans=matching(
            rf"{START}(?i:card)\b(?:'s)?[^.;\n0-9]{{0,24}}\bID\b[^0-9A-Za-z\n]{{0,4}}(?:(?:is|no|number)\W{{1,3}})?(?P<v>{_GROUPED}|{_PLAN_NUMBER})"
            rf"|(?<![A-Za-z])ID\b[^.;\n0-9]{{0,24}}\b(?i:card)\b\W{{0,3}}(?:(?:is|says|reads|shows)\b\W{{0,3}})?(?P<w>{_GROUPED}|{_PLAN_NUMBER})",
            _of_plan,
        ),
        before=70,
        after=40,
        rank=1,
        positives=(
            "ID on back of card: «ZGA 771 33 0192»",
            "The insurance card says ID «BKM20018374W02», Anthem",
            "card shows ID: «9018827712»",
        ),
        negatives=("ID card for 3 visits", "card ID 12", "the ID badge on the card reader 2020"),
    ),
    Rule(
        id="health_plan.insurance-is",
        kind="health_plan",
        source="45 CFR 164.514(b)(2)(i)(I): what a patient writes after `my insurance is`",
        triggers=(r"(?i)(?:insurance|coverage)[a-z ]{1,24} [a-z]{1,4} ?[0-9]{2}",),
        spans=matching(
            rf"{START}(?i:insurance|coverage) (?i:(?:is|was|now|id|with|changed to|switched to|through|number)(?: |: )){{1,3}}"
            rf"(?P<v>{_GROUPED}|[A-Z]{{1,4}}[0-9]{{6,12}}(?![0-9A-Za-z]))",
            _of_plan,
        ),
        before=50,
        after=30,
        positives=("My new insurance is «QPN 33 817 204» and", "insurance is now «HXK20018374»"),
        negatives=("insurance is PPO 80 20", "coverage is MA 2020"),
    ),
    Rule(
        id="health_plan.group",
        kind="health_plan",
        source="WEDI, Health Identification Card Implementation Guide: GRP; X12 271 REF*6P",
        triggers=(r"(?i)(?:^|[^a-z])gr(?:ou)?p(?: ?#| ?no\.?|:)? ?[a-z]{0,3}[0-9]{4}",),
        spans=matching(
            r"(?<![A-Za-z])(?:GRP|Grp|(?i:group)(?=(?i: ?#| no|:)))(?: ?#| ?(?i:no)\.?|:)? ?(?P<v>[A-Z]{0,3}[0-9]{4,10}(?:-[0-9]{2,4}){0,2})(?![0-9A-Za-z]|[.,%-][0-9])",
            lambda match: (
                not re.match(r"\s(?:patients|people|subjects|participants|mg)\b", match.string[match.end() :][:14])
            ),
        ),
        before=16,
        after=24,
        rank=1,
        positives=("Anthem, GRP «K04417».", "Grp# «0098271»", "GRP: «77120-0031»"),
        negatives=("GRP78 protein", "GRP 94 cells", "group 2 of 4", "grp 1"),
    ),
    Rule(
        id="health_plan.class",
        kind="health_plan",
        source="FHIR R4 Coverage.class and the code system coverage-class",
        triggers=(r'(?i)\\?"(?:sub)?(?:group|plan|policy|rxgroup|rxid|class)\\?"[^0-9]{0,60}value[^0-9]{0,8}[0-9]',),
        spans=matching(
            r'(?i)\\?"(?:sub)?(?:group|plan|policy|rxgroup|rxid|class)\\?"[^0-9]{0,60}\\?"value\\?"\s?:\s?\\?"(?P<v>[a-z]{0,5}-?[0-9][0-9a-z-]{3,24})\\?"',
            at_least(4),
        ),
        before=110,
        after=40,
        rank=2,
        positives=(
            '{"class":[{"type":"group","value":"«771204-11-003»"}]}',
            '"class": [{"type": {"coding": [{"code": "group"}]}, "value": "«B0093112»"}]',
        ),
        negatives=('"type":"group","value":"12"', '"group","value":"control"'),
    ),
    Rule(
        id="health_plan.named",
        kind="health_plan",
        source="45 CFR 164.514(b)(2)(i)(I): a member, or a member number of which more is said",
        triggers=(near(r"(?:member|subscriber|enrollee|policy)", 48),),
        spans=matching(
            rf"{START}(?i:member|subscriber|enrollee|policy|insured)(?i:(?:ship)?[ _]?(?:numbers?|no\.?|ids?|#)) (?:[a-z]+ ){{0,6}}[a-z]+(?:: ?| ?= ?)"
            rf"(?P<v>(?=[A-Za-z-]{{0,6}}[0-9]){IDENTIFIER.removesuffix('(?![A-Za-z0-9])')}(?:\*[0-9]{{1,3}})?(?![A-Za-z0-9]))"
            rf"|{START}(?i:member|subscriber|enrollee|policyholder) (?P<w>[A-Z]{{1,4}}[0-9]{{6,12}}(?:-[0-9]{{2}})?|[0-9]{{8,12}}(?:[-*][0-9]{{2}})?)(?![0-9A-Za-z]|[.,/-][0-9])",
            _of_plan,
        ),
        before=70,
        after=40,
        rank=1,
        positives=(
            "HMO member number on the denial: «0000641883*02».",
            "member «KHX100284731», DOS pending",
            "subscriber ID as printed below: «ABC1002938»",
        ),
        negatives=("member 3 of 5", "member number of the board: 12", "members 12000000 in total"),
    ),
)
