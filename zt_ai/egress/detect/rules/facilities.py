"""(B) Hospitals, clinics and practices: they say where a person was."""

from __future__ import annotations

import re

from zt_ai.egress.detect.geography import CITY
from zt_ai.egress.detect.person import STOP, UPPER
from zt_ai.egress.detect.rule import Rule, matching

_FACILITY_HEAD = (
    r"(?:Hospitals?|Medical Cent(?:er|re)|Med Ctr|Medical Group|Medical Associates|Medical Clinic|"
    r"Health Cent(?:er|re)|Healthcare|Health System|Health Care|Clinic|Infirmary|Hospice|"
    r"Nursing Home|Nursing Facility|Nursing Center|Skilled Nursing(?: Facility)?|Rehabilitation(?: Center|"
    r" Hospital| Institute)?|Rehab(?: Center)?|Surgery Center|Surgical Center|Cancer Cent(?:er|re)|"
    r"Cancer Institute|"
    r"Heart Institute|Eye Institute|Institute|Dialysis(?: Center)?|Birth Center|Urgent Care(?: Center)?|"
    r"Family Medicine|Family Practice|Family Health|Pediatrics|Internal Medicine|Cardiology|"
    r"Orthop(?:a)?edics|Dermatology|Oncology|"
    r"Radiology|Imaging(?: Center)?|Laborator(?:y|ies)|Labs?|Pharmacy|Drugs?tore|Dental|Dentistry|"
    r"Assisted Living|Senior Living|Retirement (?:Home|Community)|Memory Care|Care Center|Treatment Center|"
    r"Recovery Center|Behavioral Health|"
    r"Psychiatric (?:Center|Hospital)|Mental Health(?: Center)?|Health Services|Home Health|Home Care|VAMC|"
    r"VA|Sanatorium|Sanitarium|Physicians|Primary Care|Wellness Center|Women's (?:Clinic|Center|Hospital)|"
    r"Children's (?:Hospital|Clinic|Center)|Elementary School|Middle School|High School|University|College|"
    r"Academy|Correctional Facility|Prison|Church|Shelter|"
    r"(?:Breast|Memory|Radiation|Spine|Pain|Wound|Infusion|Fertility|Kidney|Vein|Allergy|Women's|Joint|Heart|Stroke) Cent(?:er|re)|"
    r"(?:Orthopa?edic|Urology|Cardiology|Surgical|GI|Gastroenterology|Anesthesia|Radiology|Eye|Kidney|Pulmonary|Rheumatology|"
    r"Neurology|Dermatology|Pediatric|OB/?GYN|Women's|Oncology|Heart|Vascular|Physical Therapy) "
    r"(?:Group|Associates|Specialists|Partners|Consultants|Care)|"
    r"Occupational Health|Women's Health|Chiropractic|Apothecary|Memorial|Regional|Pavilion|Medical Respite|Rheumatology|Urology|"
    r"Gastroenterology|ENT|Drugs|Travel Health|Sports Medicine|Care Home|Recovery House|Sober Living|Clinical Research|Elementary|Funeral Home|LTACH?|Tribal Health|Home Nursing|Women's Wellness|Breast Imaging|Peds|Retina|"
    r"(?:Trauma|Birthing|Birth|Eye|Endoscopy|Motion|Sleep) Cent(?:er|re)|OB/?GYN|Nursing (?:&|and) Rehabilitation|"
    r"(?:County |City |Parish |Regional )?(?:Jail|Detention Center)|(?:Schools?|Manor|Villa|Nursing)(?! [A-Z])|Digestive (?:Associates|Health|Care)|"
    r"Lung Center|RMC|Unified|Funeral (?:Chapel|Services|Svcs)|Special Care|Community Health(?: Care)?|Parish Church|"
    r"Orthodontics|Hearing (?:Partners|Center|Associates)|Pain & Spine|(?:Medical|Drug|Regional|Memorial|General)(?! [A-Z]))"
)

_GENERIC = frozenset(
    """
    Cath Endoscopy Infusion Echo Vascular Blood Core Motion Simulation Suite Labor Delivery Sterile Processing
    The A An Our Your This That Local Nearest General Community Regional University Teaching Tertiary Academic
    Rural Urban Private Public State National County City District Acute Critical Emergency Primary Secondary
    Children Children's Women's Veterans Mental Behavioral Home Day Long Long-term Skilled Family Internal
    Pediatric Outpatient Inpatient Ambulatory Free Sleep Pain Wound Memory Fertility Diabetes Cancer Heart Eye
    Dental Coumadin Anticoagulation Travel Allergy Surgery Surgical Medical Health Care Nursing Rehabilitation
    Rehab Cardiac Pulmonary Stroke Trauma Burn Psychiatric Psychiatry Pharmacy Radiology Cardiology Oncology
    Neurology Dermatology Orthopedic Orthopaedic Hospital Clinic Center Institute Urgent Walk-in Retail Specialty
    Magnet Referral In At To From Of For And Or By With If When While After Before See Contact Call Ask Use Is Was
    Are Lab Labs Laboratory No Imaging Veterinary Research Training Online Virtual Mobile Student Employee
    Occupational Preoperative Preop Postoperative Follow-up New Same Other Another Any Each Every Most Many Some
    Which What Refer Referred Admit Admitted Transfer Follow Patient Discharge Visit Chronic Kidney Liver Lung
    Breast Prostate Renal Gastroenterology Nephrology Endocrinology Rheumatology Urology Gynecology Obstetrics
    Durable Pulmonary Vascular Food Dear Orthopaedic Orthopedic Pain Spine Joint Vein Stroke Regional Memorial Anesthesia
    Specialists Consultants Associates Group Partners
    Sunday Summer Law Business Graduate Boarding Public Night Prep Driving Trade Flight Registered Licensed Practical Director Charge
    Ob/Gyn OB Prenatal Well-child Immunization Vaccine COVID COVID-19 HIV STD TB
    """.split()
)

_KNOWN_CENTRES = re.compile(
    r"(?:Mayo Clinic|Cleveland Clinic|Johns Hopkins|Massachusetts General|Harvard|Stanford|Yale|Oxford|"
    r"Coding Clinic|Cambridge|Duke|Emory|Columbia|Cornell|World Health|Joint Commission|American College|Royal College|"
    r"National Institute|National Cancer|Broad Institute|Sanger)"
)

_VISITED = re.compile(
    r"(?:\b(?:at|to|from|in|of|by|with|into|near|admitted|transferred|transported|seen|treated|visited|"
    r"call|called|via|the|The|hospital|facility|Facility|location|Location|site)[ :,\n]{1,2}|[:|>\n=\"]\s{0,3}|"
    r",\s|^)$"
)


def _facility(match: re.Match[str]) -> bool:
    name = match["v"]
    words = [word for word in re.split(r"[\s]+", name[: match.start("head") - match.start("v")].strip()) if word]
    telling = [word for word in words if word.strip(".,") not in _GENERIC and word[0].isupper() and len(word) > 2]
    if not telling:
        return False
    if telling[0] in ("Hospital", "Clinic"):
        return False
    if _KNOWN_CENTRES.match(name):
        return bool(
            re.search(
                r"\b(?:at|to|from|admitted|transferred|seen)\s(?:the\s)?$",
                match.string[max(match.start("v") - 24, 0) : match.start("v")],
            )
        )
    weak = match["head"] in _WEAK_HEADS
    return not weak or bool(_VISITED.search(match.string[max(match.start("v") - 16, 0) : match.start("v")]))


_WEAK_HEADS = frozenset(
    """
    Institute Healthcare Imaging Laboratory Laboratories Lab Labs Pharmacy Dental Dentistry Physicians Cardiology
    Oncology Dermatology Radiology Pediatrics University College Academy VA Church Shelter Rehabilitation Rehab
    Hospice Dialysis Orthopedics Orthopaedics Prison Chiropractic Memorial Regional Pavilion Rheumatology Urology
    Gastroenterology Medical Drug Elementary ENT Drugs General Peds Retina Orthodontics LTAC LTACH Jail School Schools Manor Villa
    Nursing Unified
    """.split()
) | {
    "Occupational Health",
    "Sports Medicine",
    "Travel Health",
    "Clinical Research",
    "Women's Health",
    "Health Care",
    "Internal Medicine",
    "Primary Care",
    "Home Care",
    "Home Health",
    "Family Health",
    "Mental Health",
    "Behavioral Health",
    "Skilled Nursing",
    "Family Medicine",
    "Health Services",
    "High School",
}

_HEAD_WORDS = tuple(
    " " + word
    for word in (
        "Hospital|Medical C|Med Ctr|Medical Group|Medical Associates|Health Cent|Healthcare|Health System|"
        "Health Care|Clinic|Infirmary|Hospice|Nursing Home|Nursing Facility|Nursing Center|"
        "Skilled Nursing|Rehab|Surgery Center|Surgical Center|Cancer Cent|Cancer Institute|Heart Institute|"
        "Eye Institute|Institute|Dialysis|Birth Center|Urgent Care|Family Medicine|Family Practice|"
        "Family Health|Pediatrics|Internal Medicine|Cardiology|Orthop|Dermatology|Oncology|Radiology|"
        "Imaging|Lab|Pharmacy|Drugstore|Drug Store|Dental|Dentistry|Assisted Living|Senior Living|"
        "Retirement |"
        "Memory Care|Care Center|Treatment Center|Recovery Center|Behavioral Health|Psychiatric |"
        "Mental Health|Health Services|Home Health|Home Care|VAMC|VA |Sanatorium|Sanitarium|Physicians|"
        "Primary Care|"
        "Wellness Center|Women's |Children's |Elementary School|Middle School|High School|University|"
        "College|Academy|Correctional Facility|Prison|Church|Shelter|"
        "Breast Cent|Memory Cent|Radiation Cent|Spine Cent|Pain Cent|Wound Cent|Infusion Cent|Fertility Cent|Kidney Cent|Vein Cent|"
        "Allergy Cent|Joint Cent|Heart Cent|Stroke Cent|Urology|Surgical |GI |Gastroenterology|Anesthesia |Eye |Kidney |Pulmonary |"
        "Rheumatology|Neurology |Pediatric |OBGYN |OB/GYN |Heart |Vascular |Physical Therapy |Occupational Health|Chiropractic|"
        "Apothecary|Memorial|Regional|Pavilion|Medical Respite|Medical|Drug|General|ENT|Travel Health|Sports Medicine|Care Home|Recovery House|Sober Living|Clinical Research|Elementary|Funeral Home|LTAC|Tribal Health|Home Nursing|"
        "Trauma Cent|Birthing Cent|Birth Cent|Endoscopy Cent|Motion Cent|Sleep Cent|OB/GYN|OBGYN|Nursing & Rehab|Nursing and Rehab|"
        "Jail|Detention C|County Jail|School|Manor|Villa|Nursing|Digestive |Lung Center|RMC|Unified|Funeral |Special Care|Community Health|"
        "Breast Imaging|Peds|Retina|Orthodontics|Hearing |Pain & Spine"
    ).split("|")
)
"""How each head begins, as plain strings: as one expression they would take seconds to compile."""

_FULL_HEAD = rf"(?P<head>{_FACILITY_HEAD})(?![\w])(?:(?:,| of| at| for| -)?\s(?:the\s)?(?:{CITY}))?"

_NAME_PART = rf"(?:[{UPPER}][\w.'\u2019&-]{{0,24}}|St\.|of|the|and|for|&|de|la)"

RULES: tuple[Rule, ...] = (
    Rule(
        id="facility.named",
        kind="facility",
        source="45 CFR 164.514(b)(2)(i)(B): a facility's name says where a person was; Joint Commission and CMS na"
        "mes of facility types",
        triggers=(),
        literals=_HEAD_WORDS,
        spans=matching(
            rf"(?<![\w-])(?P<v>(?:[{UPPER}][\w.'\u2019&-]{{0,24}} )(?:{_NAME_PART} ){{0,4}}?{_FULL_HEAD})"
            rf"(?!['\u2019]s\b)",
            _facility,
        ),
        before=90,
        after=60,
        rank=1,
        positives=(
            "at «St. Mary's Hospital»",
            "return to «Hidalgo County Jail».",
            "from «Sea Island Manor», 3 Chaplin Rd",
            "a room log of «Ella Risk School»: asthma",
            "kidney stone seen at «Kennebec Valley Digestive Associates»",
            "«Cedar Valley Medical Center»",
            "seen at «Lakeside Clinic»",
            "transferred to «Harlow Memorial Hospital»",
            "«Pine Ridge Nursing Home»",
            "from «Whitfield Dialysis Center»",
            "at «Riverbend Family Medicine» follow up",
            "mammogram was done at «Hope Valley Breast Center» on",
            "Transfer back to «Iron Range Memorial» when feeding",
            "from Bismarck to «Red River Regional» on the evening",
            "Payee: «Tri-Rivers Orthopaedic Group»   NPI",
            "Treating: «Orange Blossom Chiropractic», 3301",
            "delivered by «Whaling City Apothecary». Bed",
            "both times to «Penobscot Bay Medical».",
            "Please call «Tamarack Breast Imaging» at 218",
            "Body released to «Ness-Holt Funeral Home». Attending",
            "TO -> «Banner Mesa LTAC» 5/7",
        ),
        negatives=(
            "the Medical Center",
            "refer to Pain Center, Breast Center or the Stroke Center",
            "sent to Regional Anesthesia Care",
            "approved by the Food and Drug",
            "Pulmonary Specialists and Vascular Consultants",
            "in Durable Medical",
            "Emergency Hospital",
            "Outpatient Clinic",
            "in Clinic",
            "Cleveland Clinic guideline",
            "go to Urgent Care",
            "The Pain Clinic",
            "Mayo Clinic recommends",
            "Coding Clinic guidance",
        ),
    ),
    Rule(
        id="facility.of",
        kind="facility",
        source="45 CFR 164.514(b)(2)(i)(B)",
        triggers=(r"(?:Hospital|Clinic|Medical Center|University|Hospital and Clinics) (?:of|at|for) [A-Z]",),
        spans=matching(
            rf"(?<![\w])(?P<v>(?:[{UPPER}][\w.'\u2019-]{{1,24}} ){{0,3}}(?:Hospital|Clinic|Medical Center|"
            rf"University Hospitals?) (?:of|at|for) (?!(?:The|A|An|This|Our|Medicine|Internal|"
            rf"Special)\b){CITY})",
            lambda match: (
                not re.match(
                    r"(?:The |A |An |In )?(?:Hospital|Clinic|Medical Center) (?:for|at|of) (?:Children|"
                    r"Women|Special|Adults|Patients)\b(?! of)",
                    match["v"],
                )
            ),
        ),
        before=90,
        after=60,
        positives=(
            "«University Hospital of Akron»",
            "«Children's Hospital of Philadelphia»",
            "«Shriners Hospital for Boston»",
        ),
        negatives=("hospital of choice", "Hospital for Children"),
    ),
    Rule(
        id="facility.key",
        kind="facility",
        source="45 CFR 164.514(b)(2)(i)(B); a label or key",
        triggers=(
            r"(?i)(?:facility|hospital|clinic|practice|pharmacy|employer|school|nursing home|"
            r"ward)(?:[ _-]?name)?['\")*]{0,3}\s?[:=|]\s{0,3}['\"\\*\[]{0,4}(?-i:[A-Z])[a-z.]",
            r"(?i)(?:facility|hospital|clinic|practice|pharmacy|employer|school)(?:[ _-]?name)\n(?-i:[A-Z])",
        ),
        spans=matching(
            rf"(?<![A-Za-z])(?i:facility|hospital|clinic|practice|pharmacy|employer|school|"
            rf"nursing home)(?:[ _-]?(?i:name))?['\")*]{{0,3}}(?:\s?[:=|]\s{{0,3}}|\n)(?:\\?['\"]|"
            rf"\*\*\s?)?(?P<v>[{UPPER}][\w.'\u2019&-]{{1,24}}(?: (?:[{UPPER}][\w.'\u2019&-]{{0,24}}|of|the|"
            rf"and|&)){{0,5}})",
            lambda match: (
                match["v"].split()[0].strip(".") not in STOP and (len(match["v"].split()) > 1 or ":" in match[0])
            ),
        ),
        before=50,
        after=80,
        positives=(
            "Facility: «Bluestone North»",
            "Pharmacy: «Walgreens»",
            '"hospital_name": "«Mercy West»"',
            "Employer: «Acme Logistics»",
        ),
        negatives=("facility: The", "hospital: None", "clinic: Follow"),
    ),
)
