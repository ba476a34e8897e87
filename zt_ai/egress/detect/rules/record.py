"""(H) Medical record numbers."""

from __future__ import annotations

from zt_ai.egress.detect.context import IDENTIFIER, at_least, labelled, near, said
from zt_ai.egress.detect.rule import Rule, matching

_RECORD = (
    r"(?:[a-z]{0,3}mrn|mr\s?[#№]|mr\s+(?=[0-9]{5})|hosp(?:ital)?\.?[\s_]*(?:no\b|num\b|id\b|#)|m\.r\.n\.?|"
    r"mr\s+no\b|mr\s+number|med(?:ical)?[\s_.-]*rec(?:ord)?s?|medrec|"
    r"medicalrecord|emrn?|ehr[\s_-]*(?:id|no\b|num\b|number|#)|"
    r"chart[\s_]*(?:no|num|number|id|#)|hospital[\s_]*(?:no|num|number|id|#)|unit[\s_]*(?:no|num|number|record|#)|"
    r"pat(?:ient)?[\s_-]*(?:mrn|id|ident|identifier|no|num|number|record|acct|account|file|chart|#)|"
    r"pt[\s_-]*(?:id|no|num|#)|"
    r"health[\s_-]*record|epic[\s_-]*id|cerner[\s_-]*id|(?:e)?mpi[\s_-]*(?:id|no|number|#)|"
    r"subject[\s_-]*mrn|file[\s_]*(?:no|number|#))"
)
_TRIGGERS = (
    near(r"mrn"),
    near(r"mr ?#"),
    r"(?i)(?:^|[^a-z])mr [0-9]{5}",
    near(r"hosp\.? ?(?:#|no\b|num|id\b)", 10),
    said(r"[^a-z]mr (?:no|number)"),
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

RULES: tuple[Rule, ...] = (
    Rule(
        id="mrn.labelled",
        kind="mrn",
        source="45 CFR 164.514(b)(2)(i)(H); there is no common form: HL7 v2 PID-3, FHIR Identifier.type code MR",
        triggers=_TRIGGERS,
        spans=matching(labelled(_RECORD, rf"(?:[A-Z]{{1,2}} \d{{5,10}}(?![A-Za-z0-9])|{IDENTIFIER})"), at_least(3)),
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
)
