"""Numbers in groups, or with letters apart from them, right behind a label: `MR 3318 7702`, `policy PAU-7781-33`."""

from __future__ import annotations

import re

from zt_ai.egress.detect.context import digits
from zt_ai.egress.detect.geography import CODES
from zt_ai.egress.detect.rule import Rule, matching, value
from zt_ai.egress.detect.rules.prose.numbers import ROUND, Number, counted

_SOURCE = "45 CFR 164.514(b)(2)(i)({}); forms of stickers, cards and notes, where a number is written as it is printed"
_END = r"(?![0-9A-Za-z]|[.,/%-][0-9])"
_YEAR = re.compile(r"(?<![0-9])(?:19|20)[0-9]{2}(?![0-9])")
_GROUP = re.compile(r"[0-9]+")
_IMAGE = re.compile(r" ?(?:x|by|matri(?:x|ces)|vox\w+|slices?|pixels?)\b")
_LETTERS = frozenset(
    # Words in a line of capitals; what is measured; what has public numbers.
    "OF IN AT ON TO IS BY AS OR IF NO FOR THE AND WAS HAS HAD NOT ALL ANY ARE PER VS BP HR RR WBC RBC PLT ANC VL CD "
    "HIV HCV HBV CMV EBV RNA DNA BNP CK CPK LDH AST ALT CFU ICD CPT NDC RFC PMC CVE USD EUR".split()
)
"""Letters before a number that are no part of it."""
_WORDS = frozenset("IN OR ME HI OK OH".split())
"""States that are words in a line of capitals."""
_DEPARTMENT = (
    r"(?!(?:AC|ADM|CL|CMS|COM|CP|CS|EC|ED|EM|FIN|GDPR|HIM|HIPAA|HR|IC|IM|IS|ISO|IT|LAB|LD|LEG|MED|MM|MS|NIST|NR|NUR|OPS|PC|"
    r"PE|PHI|PI|POL|PP|PROC|QA|QI|RAD|RC|REG|RI|RM|RX|SEC|SOP|TX|WI)-[0-9])"
)
"""Policies of a house are numbered by department."""


def _grouped(match: re.Match[str]) -> bool:
    """Whether groups are a number: no years, no amount, no size of an image."""
    found, text, end = value(match), match.string, match.end()
    groups = _GROUP.findall(found)
    number = Number(found, match.start(), end, strong=True, bare=True)
    # `MR` is also the regurgitation of a valve and the imaging by magnetic resonance.
    least = 7 if match[0].startswith("MR") else 6
    return (
        sum(map(len, groups)) >= least
        and len(set(groups)) == len(groups)
        and not _YEAR.search(found)
        and not counted(text, number)
        and not _IMAGE.match(text, end)
    )


def _lettered(match: re.Match[str]) -> bool:
    """Whether letters and the number behind them are one number: no word, no amount."""
    found = value(match)
    number = Number(digits(found), match.start(), match.end(), strong=True, bare=True)
    return (
        found.partition(" ")[0] not in _LETTERS
        and not ROUND.fullmatch(number.text)
        and not counted(match.string, number)
    )


def _issued(match: re.Match[str]) -> bool:
    """Whether a state is the one that issued a license."""
    return _lettered(match) and not (match["label"].isupper() and value(match)[:2] in _WORDS)


def _of_plan(match: re.Match[str]) -> bool:
    """Whether a value is long enough for a member's number, or ends with a letter as that of New York does."""
    found = value(match)
    enough = len(digits(found)) >= 6 or found[-1].isalpha()
    return enough and not _YEAR.search(found) and found.partition(" ")[0] not in _LETTERS


RULES: tuple[Rule, ...] = (
    Rule(
        id="mrn.groups",
        kind="mrn",
        source=_SOURCE.format("H"),
        triggers=(r"(?:^|[^A-Za-z])(?:MR|UR|UHID)[ :#]{1,3}[0-9]{3,4} [0-9]{3}",),
        spans=matching(
            rf"(?<![A-Za-z])(?:MR|UR|UHID)[ :#]{{1,3}}(?P<v>[0-9]{{3,4}}(?: [0-9]{{3,4}}){{1,3}}){_END}(?! [0-9])",
            _grouped,
        ),
        before=16,
        after=30,
        rank=1,
        positives=("Pt label: Jo / MR «3318 7702»\nFemoral stem", "UHID: «204 881 337», ward 4", "UR «331 7702»"),
        negatives=(
            "MR 2024 2025",
            "MR 12 34",
            "MR 118 27 40 mL",
            "MR 320 288 matrix",
            "MR 256 256 160",
            "MR 1024 768 pixels",
            "UR 450 600 mL",
            "UR 450 450",
        ),
    ),
    Rule(
        id="mrn.letters",
        kind="mrn",
        source=_SOURCE.format("H"),
        triggers=(
            r"(?i)(?:^|[^a-z])(?:chart|record|historia|expediente)[ :#]{1,3}[a-z]{2,3} [0-9]{6}",
            r"(?:^|[^A-Za-z])MR[ :#]{1,3}[A-Z]{2,3} [0-9]{6}",
            r"(?i)(?:historia|expediente)[ :#]{1,3}n?hc [0-9]{4}",
        ),
        spans=matching(
            rf"(?<![A-Za-z])(?:(?:(?i:chart|record|historia|expediente)|MR)[ :#]{{1,3}}(?P<v>[A-Z]{{2,3}} [0-9]{{6,8}}){_END}"
            rf"|(?i:historia|expediente)[ :#]{{1,3}}(?P<w>N?HC [0-9]{{4,8}}){_END})",
            _lettered,
        ),
        before=28,
        after=12,
        rank=1,
        positives=(
            "verified against hospital chart «UH 7719402».",
            "MR: «UH 771942» (outside hospital)",
            "núm. de historia «HC 30992», cita",
        ),
        negatives=(
            "record BP 12000",
            "record PLT 151234",
            "chart IS 2020",
            "record VL 1204418 copies",
            "record GE 123400",
            "RECORD ALL 1203451 OF THEM",
            "historia de 30992 casos",
        ),
    ),
    Rule(
        id="license.letters",
        kind="license",
        source=_SOURCE.format("K") + "; USPS Publication 28, appendix B, codes of states",
        triggers=(r"(?i)licen[cs]e[^0-9\n]{0,20}[A-Z]{2} [A-Z]?[0-9]{6}",),
        spans=matching(
            rf"(?P<label>(?i:licen[cs]e))[^0-9\n.;]{{0,18}}(?<![A-Za-z])(?P<v>(?:{CODES}) [A-Z]?[0-9]{{6,9}}){_END}",
            _issued,
        ),
        before=38,
        after=12,
        positives=(
            "Driver's licence shown: «TX 38110947».",
            "license of his mother, «OH L448120»",
            "his license (was «CA D7719402»)",
        ),
        negatives=(
            "license for GE 123456 units",
            "license. UN 1234567",
            "LICENSES IN 123456 CASES",
            "license for CA 250000 seats",
            "licenses in TX 112345 users",
        ),
    ),
    Rule(
        id="health_plan.letters",
        kind="health_plan",
        source=_SOURCE.format("I"),
        triggers=(r"(?i)(?:policy|subscriber|medicaid|insured|member|seguro|medi-?cal)[ :(][^0-9\n]{0,22}[0-9]{3}",),
        spans=matching(
            r"(?<![A-Za-z])(?i:policy|subscriber|medicaid|insured|member|seguro|medi-?cal)[ :]{1,3}"
            r"(?:\([A-Z]{2,8}\) )?(?:(?i:no|id)\b\.? ?|# ?)?(?:[A-Z]{2}: )?"
            rf"(?P<v>{_DEPARTMENT}(?:[A-Z]{{2,4}}-[0-9]{{3,6}}(?:-[0-9]{{2,4}}){{0,2}}|[A-Z]{{1,2}}[0-9]{{6,10}}[A-Z]?"
            r"|[A-Z]{2}[0-9]{5}[A-Z]|[A-Z]{2,3} [0-9]{3,4} [0-9]{3,4}|(?:MED-?CAL|(?i:medi-cal)) 9[0-9]{7}[A-Z]?))"
            rf"{_END}(?! (?:applies|states|requires|says|governs|on|of)\b)",
            _of_plan,
        ),
        before=50,
        after=32,
        rank=1,
        positives=(
            "insurance card, policy «PAU-7781-33». No injuries",
            "Medicaid (AHCCCS) «A40718893». Plan",
            "Medicaid no. NY: «CV44172K», secondary",
            "Subscriber «UMR 3304 118». Draft",
            "Seguro «MED-CAL 90177223F».",
            "Policy: «RM7712048»",
        ),
        negatives=(
            "policy HR-2024-11 applies",
            "policy SOP-10234 on falls",
            "policy HIM-10234-02",
            "policy RM-771204",
            "policy XR-7712-04 applies to visitors",
            "policy IV-2019-22",
            "policy IS 200 300",
            "insured medical 251234 claims",
            "MEMBER OF 1002 2003",
        ),
    ),
    Rule(
        id="health_plan.group-alone",
        kind="health_plan",
        source="WEDI, Health Identification Card Implementation Guide: GRP; a number that begins with a zero is no count",
        triggers=(r"(?:^|[^A-Za-z])G(?:roup|ROUP) 0[0-9]{5}",),
        spans=matching(rf"(?<![A-Za-z])(?:Group|GROUP) (?P<v>0(?!0{{4}})[0-9]{{5,8}}){_END}"),
        before=16,
        after=8,
        positives=("HZN plan, Group «0091220»", "Member ID on file  Group «0771204»"),
        negatives=("group 123456 of users", "Group 012", "Group 0000001", "Group 091220.5", "group 0091220 lag"),
    ),
)  # fmt: skip
