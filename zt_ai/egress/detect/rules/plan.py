"""(I) Health plan beneficiary numbers."""

from __future__ import annotations

from zt_ai.egress.detect.context import DASH, DASH_BYTES, at_least, labelled, near, said
from zt_ai.egress.detect.rule import Rule, matching

# CMS, "Understanding the Medicare Beneficiary Identifier Format": letters without S, L, O, I, B, Z.
_C, _A, _N, _AN = "[1-9]", "[AC-HJKMNP-RT-Y]", "[0-9]", "[AC-HJKMNP-RT-Y0-9]"
_MBI_PARTS = (f"{_C}{_A}{_AN}{_N}", f"{_A}{_AN}{_N}", f"{_A}{_A}{_N}{_N}")
_PLAN = (
    r"(?:member(?:ship)?|subscriber|beneficiary|insured|enrollee|dependent|policy|plan|group|grp|"
    r"certificate|insurance|medicaid|medicare|medi-?cal|hicn?|tricare|"
    r"payer|carrier|coverage|cardholder|health[\s_-]*plan|bcbs|blue[\s_-]*cross|aetna|cigna|humana|uhc|"
    r"united[\s_-]*healthcare|kaiser|anthem|rx[\s_-]*(?:grp|group|bin|pcn))"
)
_MARK = (
    r"[\s_]*(?:'s\s)?(?:policy\s|plan\s|group\s|member\s|card\s|insurance\s|holder\s|subscriber\s|"
    r"health\s)?[\s_-]*(?:id(?:entifier|entification)?s?\b|i\.d\.|no\b\.?|num(?:ber)?s?|nbr|#|№|(?=\s?:))"
)

RULES: tuple[Rule, ...] = (
    Rule(
        id="mbi.pattern",
        kind="mbi",
        source='CMS, "Understanding the Medicare Beneficiary Identifier (MBI) Format"',
        triggers=(rf"(?i){_MBI_PARTS[0]}(?:{DASH_BYTES}| )?{_MBI_PARTS[1]}(?:{DASH_BYTES}| )?{_MBI_PARTS[2]}",),
        spans=matching(
            rf"(?<![0-9A-Za-z])(?P<v>(?i:{_MBI_PARTS[0]}(?:{DASH}| )?{_MBI_PARTS[1]}(?:{DASH}|"
            rf" )?{_MBI_PARTS[2]}))(?![0-9A-Za-z])"
        ),
        before=16,
        after=4,
        rank=4,
        positives=("MBI «1EG4-TE5-MK73»", "«1EG4TE5MK73»", "medicare id «1eg4te5mk73»", "«1EG4 TE5 MK72»"),
        negatives=("1EG4-TE5-MS73", "0EG4-TE5-MK73", "1EG4TE5MK7", "1EB4TE5MK73", "SEG4TE5MK73", "11G4TE5MK73"),
    ),
    Rule(
        id="mbi.labelled",
        kind="mbi",
        source="CMS, Medicare Claims Processing Manual, chapter 2, on HICN and MBI",
        triggers=(said(r"(?:mbi|hicn|hic[ -]?(?:no|num|#)|medicare[ _-]*(?:beneficiary|id|no|num|#|claim|card))"),),
        spans=matching(
            labelled(
                r"(?:mbi|hicn|hic[\s-]?(?:no|num(?:ber)?|#)|"
                r"medicare[\s_-]*(?:beneficiary(?:\s+id(?:entifier)?)?|id|no|num(?:ber)?|#|claim|card))",
                r"(?:[0-9A-Za-z]{4}[- ][0-9A-Za-z]{3}[- ][0-9A-Za-z]{4}|"
                r"[0-9]{3}-?[0-9]{2}-?[0-9]{4}-?[A-Za-z][0-9A-Za-z]?|[0-9A-Za-z]{9,12})(?![0-9A-Za-z])",
            ),
            at_least(4),
        ),
        before=70,
        after=30,
        rank=4,
        positives=(
            "MBI: «1EG4TE5MK7S»",
            "HICN «123-45-6789A»",
            "Medicare ID: «1EG4-TE5-MK73»",
            "mbi\n«1EG4TE5MK73»",
            "Medicare number «123456789A»",
        ),
        negatives=("medicare part 4", "MBI 12 mg"),
    ),
    Rule(
        id="health_plan.labelled",
        kind="health_plan",
        source="45 CFR 164.514(b)(2)(i)(I); X12 270/271 NM109 and REF; there is no common form",
        triggers=(
            said(
                r"(?:member|subscriber|beneficiary|insured|enrollee|dependent|membership|cardholder|"
                r"coverage)[ _'s-]{0,4}(?:policy |plan |card |insurance |health )?(?:id|i\.d|no\b|num|nbr|#|:)"
            ),
            said(
                r"(?:policy|plan|group|grp|certificate|insurance|medicaid|medi-?cal|tricare|payer|carrier|"
                r"bcbs|blue ?cross|aetna|cigna|humana|uhc|kaiser|anthem|healthcare)[ _-]{0,2}(?:policy |"
                r"plan |group |member |card |insurance |holder |subscriber |health )?(?:id|no\b|num|nbr|#|"
                r":)"
            ),
            near(r"(?:rx|health)[ _-]?(?:grp|group|bin|pcn|plan)"),
            said(r"(?:member|subscriber|policy|group|medicaid|insurance)(?:id|num|no)"),
        ),
        spans=matching(labelled(_PLAN + _MARK + "|" + r"rx[\s_-]*(?:grp|group|bin|pcn)"), at_least(3)),
        before=80,
        after=110,
        rank=2,
        positives=(
            "Member ID: «XYZ123456789»",
            "memberId\n«W1234567801»",
            "subscriber number «90123456»",
            "Policy #: «POL-2219-44»",
            "policy number is «AB1234567»",
            "Group No. «0098765»",
            "Medicaid ID «AB12345C»",
            "member #«H88213»",
            "Insurance ID: «1234-567-890»",
            "Aetna member id «W123456789»",
            "Insured's ID «887766554»",
            "INSURED'S I.D. NUMBER «XEH882004417»",
            "health plan number «HP5512345»",
            "RxBIN «610014»",
            "group_number=«88231»",
        ),
        negatives=(
            "group 2 of 3",
            "policy 123",
            "members: 25 people",
            "plan: 20 mg daily",
            "group A 12 patients",
            "group: 45 patients",
            "plan: 1. rest",
        ),
    ),
    Rule(
        id="health_plan.card",
        kind="health_plan",
        source="WEDI, Health Identification Card Implementation Guide: the number stands under the subscriber's name",
        triggers=(r"(?i)(?:^|[\n ])id(?: ?#| ?no\.?| number)?: ?[a-z]{0,4}[0-9]{3}",),
        spans=matching(
            r"(?i:subscriber|member|insured|enrollee|beneficiary|plan|group|"
            r"rx ?bin)[^\n]{0,80}\n?[^\n]{0,40}(?<![A-Za-z])(?i:id)(?: ?#| ?(?i:no)\.?|"
            r" (?i:number))?: ?(?P<v>[A-Z]{0,4}[0-9][0-9A-Z-]{4,20})(?![0-9A-Za-z])"
            r"|(?<![A-Za-z])ID(?: ?#| ?(?i:no)\.?| (?i:number))?: (?P<w>[A-Z]{1,4}[0-9]{6,12})(?![0-9A-Za-z])"
        ),
        before=150,
        after=30,
        rank=1,
        positives=("Subscriber: ELFA DOE\nID: «VGN437254796»", "ID: «TYP627547828»"),
        negatives=("ID: 12345", "id: 437254796"),
    ),
)
