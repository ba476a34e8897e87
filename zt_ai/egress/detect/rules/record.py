"""(H) Medical record numbers."""

from __future__ import annotations

import re

from zt_ai.egress.detect.context import HAS_DIGIT, IDENTIFIER, at_least, each, labelled, near, said
from zt_ai.egress.detect.rule import Rule, matching

_RECORD = (
    r"(?:[a-z]{0,3}mrn|mnr|mr\s?[#№]|mr\s+(?=[0-9]{5}|[0-9]{3} [0-9]{2} [0-9]{2}(?!\s?(?:[0-9/%]|m[lm]|cm|ms)))|"
    r"hosp(?:ital)?\.?[\s_]*(?:no\b|num\b|id\b|#)|m\.r\.n\.?|"
    r"mr\s+no\b|mr\s+num(?:ber)?|med(?:ical)?[\s_.-]*rec(?:ord)?s?|medrec|"
    # Slips of the fingers.
    r"med(?:c?ic?i?al|cial|ial|icla)\s+(?:record|recrod|rocord|recod|recrd|reocrd)s?(?:\s+n[aeubmr]{3,5})?|"
    r"medicalrecord|emrn?|ehr[\s_-]*(?:id|no\b|num\b|number|#)|"
    r"chart[\s_]*(?:no|num|number|id|#)|hospital[\s_]*(?:no|num|number|id|#)|unit[\s_]*(?:no|num|number|record|#)|"
    r"pat(?:ient)?[\s_-]*(?:mrn|id|ident|identifier|no|num|number|record|acct|account|file|chart|#)|"
    r"pt[\s_.-]*(?:id|no|num|#)|"
    r"health[\s_-]*record|epic[\s_-]*id|cerner[\s_-]*id|(?:e)?mpi[\s_-]*(?:id|no|number|#)|"
    r"subject[\s_-]*mrn|file[\s_]*(?:no|number|#))"
)
_TRIGGERS = (
    near(r"mrn"),
    near(r"mr ?#"),
    r"(?i)(?:^|[^a-z])mr [0-9]{5}",
    r"(?i)(?:^|[^a-z])mr [0-9]{3} [0-9]{2} [0-9]{2}",
    near(r"mnr[ :#]", 12),
    near(r"hosp\.? ?(?:#|no\b|num|id\b)", 10),
    said(r"(?:^|[^a-z])mr n[ou]"),
    near(r"med(?:c?ic?i?al|cial|ial|icla) rec?[a-z]{0,2}r?[a-z]{1,2}s?(?: n[aeubmr]{3,5})?[ :#.]", 12),
    near(r"med(?:ical)?[ _.-]?rec"),
    said(
        r"(?:chart|hospital|unit|patient|health|file|pt|pat)[ _.-]{0,2}(?:no\b|num|id\b|ident|#|rec|file|"
        r"chart|acct|account)"
    ),
    near(r"(?:patient|chart)(?:id|no|num)"),
    near(r"(?:epic|cerner|mpi|ehr)[ _-]id"),
    near(r"e[hm]r[ _-]?(?:id|no\b|num|#)"),
    near(r"m\.r\.n"),
)

_ENOUGH = at_least(3)
_TAG = re.compile(r"[0-9A-F]{4},[0-9A-F]{4}\)")


def _no_tag(match: re.Match[str]) -> bool:
    """Whether a value has enough digits and is no tag of DICOM: `PatientID, (0010,0030) PatientBirthDate`."""
    return _ENOUGH(match) and not _TAG.match(match.string, match.start("v"))


_GROUPS = r"(?:[0-9]{2,4}(?:[ -][0-9]{2,4}){1,3}|[0-9](?: [0-9]){5,9}|[A-Z]{0,3}-?[0-9]{5,10})(?![ -]?[0-9A-Za-z%])"
"""Records as they are written on bands, said over the telephone or torn apart by a scanner."""
_QUALIFIED = (
    r"(?:mrn|(?:local|enterprise|facility|site|legacy|hospital|patient|pt|record|chart|unit)\s(?:id|no\.?|number|#))"
)

RULES: tuple[Rule, ...] = (
    Rule(
        id="mrn.labelled",
        kind="mrn",
        source="45 CFR 164.514(b)(2)(i)(H); there is no common form: HL7 v2 PID-3, FHIR Identifier.type code MR",
        triggers=_TRIGGERS,
        spans=matching(labelled(_RECORD, rf"(?:[A-Z]{{1,2}} \d{{5,10}}(?![A-Za-z0-9])|{IDENTIFIER})"), _no_tag),
        before=90,
        after=110,
        rank=2,
        positives=(
            "MRN: «12345678»",
            "MRN «A-1234567»",
            "MRN«12345678»",
            "MRN# «00-12-34»",
            "mrn\n«8841022»",
            '"mrn": "«H0012345»"',
            "patient_mrn=«445566»",
            "patientMrn: «445566»",
            "MR# «4455667»",
            "medical record number is «998-877-66»",
            "Medical Record No. «998877»",
            "Med Rec #: «12-34-56»",
            "chart # «55231»",
            "chart number «AB55231»",
            "Patient ID: «P-000123»",
            "patientId\n«PT0001234»",
            "Hospital No: «K123456»",
            "MRN for John Smith is «7654321»",
            "her MRN is «7654321».",
            "MR «1234567»",
            "UMRN «1234567»",
            "hosp #: «123456»",
            "record MRN: «MRN-2024-00123»",
            "(MRN «123 456 789»)",
            "patient number «7712345»",
            "Unit No: «449-12-33»",
            "EMR number «7712345»",
            "EHR No. «77-12-345»",
            "EMR# «7712345»",
            "MRN «E 1029384»",
            "scan_MRN«A1029384»",
            "MR «118 27 40» was examined.",
            "mr num «6610293» c/o headache",
            "MNR «3394021» needs a repeat",
            "Medcial Record Nubmer: «5510 293»",
            "Medical Recrod No. «8810266»",
            "Pt.Id.«20018834» Urology",
        ),
        negatives=(
            "the patient noted 3 episodes",
            "medical records from 3 hospitals",
            "Mr. 12",
            "patient identified 2 lesions",
            "MRNA vaccine 2 doses",
            "the chart showed 120/80",
            "the EHR notes 3 episodes",
            "MHR number 180",
            "MMR no. 200",
            "MR 118 27 40 mL regurgitant",
            "mnr 3 doses",
            "(0010,0020) PatientID, (0010,0030) PatientBirthDate",
        ),
    ),
    Rule(
        id="mrn.before-label",
        kind="mrn",
        source="45 CFR 164.514(b)(2)(i)(H)",
        triggers=(r"(?i)[0-9][ ,]{0,2}[(\[] ?(?:mrn|medical record)",),
        spans=matching(
            rf"(?<![A-Za-z0-9])(?P<v>(?=[A-Za-z-]{{0,6}}[0-9]){IDENTIFIER})[ ,]{{0,2}}[(\[] ?(?i:mrn|medical record)",
            at_least(4),
        ),
        after=4,
        rank=2,
        positives=("«12345678» (MRN)", "Jane, «A1234567» [MRN]"),
        negatives=("12 (mrna)",),
    ),
    Rule(
        id="mrn.qualified",
        kind="mrn",
        source="45 CFR 164.514(b)(2)(i)(H); HL7 v2 CX.4: the authority that gave the number, in words",
        triggers=each(
            r"(?:mrn|id|no|number|#)", r"(?i)", r"\.? ?\([^()\n]{2,30}\)[ :=#]{0,4}[a-z]{0,3}-?[0-9]", edge=False
        ),
        spans=matching(
            rf"(?<![A-Za-z])(?i:{_QUALIFIED})\s?\([^()\n]{{2,30}}\)[ :=#]{{0,4}}(?P<v>{HAS_DIGIT}{IDENTIFIER})",
            at_least(5),
        ),
        before=70,
        after=32,
        rank=2,
        positives=(
            "MRN (old system): «448-20»",
            "Local ID (Mercy North): «N220917»",
            "Unit # (Main Campus) «88-41-20»",
        ),
        negatives=(
            "Site ID (pooled): 12",
            "ticket number (urgent): 4471903",
            "NDC no. (US): 00093-7367",
        ),
    ),
    Rule(
        id="mrn.apart",
        kind="mrn",
        source="45 CFR 164.514(b)(2)(i)(H)",
        triggers=(
            r"(?:^|[^0-9])[0-9](?: [0-9]){5,9}(?:[^0-9]|$)",
            r"(?i)(?:wrist|arm|id ?|name ?)band(?: (?:was|is|reads?|says?|said|shows))?[ :=#]{1,4}[0-9]{2,4}[ -][0-9]",
            r"(?i)chart ?[:#] ?[0-9]{2,5}-[0-9]",
            r"(?i)dictat(?:ing|ion|ed) (?:on|for)[a-z ]{0,24}[0-9]{2}",
        ),
        spans=matching(
            r"(?<![A-Za-z])(?:(?i:mrn|(?:record|chart|hospital|patient|unit) (?:number|no\.?|id|#))[^0-9]{1,50}|"
            r"(?i:(?:wrist|arm|id ?|name ?)band)(?: (?:was|is|reads?|says?|said|shows))?[ :=#]{1,4}|"
            r"(?i:chart) ?[:#] ?|(?i:dictat(?:ing|ion|ed)) (?:on|for)[a-z ]{1,24})"
            rf"(?<![0-9-])(?P<v>{_GROUPS})",
            at_least(6),
        ),
        before=90,
        after=32,
        rank=1,
        positives=(
            "mrn  :  «4 0 2 8 8 1 9»",
            'What is the record number?\n"It\'s «8 8 1 0 2 7 7»."',
            "Number on the armband: «770 442 18».",
            "Wristband reads «118-27-40»",
            "dialysis chart: «1774-03»",
            "dictating on «20 88 31 47», status post knee replacement",
        ),
        negatives=(
            "Braden items 4 0 2 8 8 1 9",
            "record number of falls in 2 3 4 1 2 0 2 of the units",
            "armband: 120-80",
            "chart: 10-20 system",
            "Wristband 203 300 dpi",
            "dictating for 20 30 40 50 minutes",
        ),
    ),
)
