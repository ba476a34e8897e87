"""(P) biometric identifiers and (R) any other unique number."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect.context import at_least, each, labelled, near, said
from zt_ai.egress.detect.rule import Rule, matching
from zt_ai.egress.detect.rules.listing import listed

_NO = r"(?:no\b\.?|num(?:ber)?s?|nbr|#|№|id(?:entifier)?\b)"
_UUID = r"[0-9A-Fa-f]{8}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{4}-[0-9A-Fa-f]{12}"
_WHOLE_UUID = re.compile(rf"(?<![0-9A-Fa-f-]){_UUID}(?![0-9A-Fa-f-])")
_HOLDERS = (
    "patient|person|member|subject|subscriber|encounter|claim|beneficiary|enrollee|mrn|chart|record|visit|individual|"
    "client|resident|donor|user|account|customer"
).split("|")
_STANDS_FOR = re.compile(rf"(?:{'|'.join(_HOLDERS)})[^\n]{{0,30}}\n?[^\n]{{0,10}}\Z")


def _uuids(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """UUIDs behind a word for whom or what they stand; the words are looked for only where there is one."""
    for match in _WHOLE_UUID.finditer(text, low, high):
        before = text[max(match.start() - 52, low) : match.start()].lower()
        if any(map(before.__contains__, _HOLDERS)) and _STANDS_FOR.search(before):
            yield match.span()


_TAG_END = re.compile(r",[0-9A-Fa-f]{4}\)")


def _accession(match: re.Match[str]) -> bool:
    """`AccessionNumber, (0008,0080)`: the next in a list of DICOM tags is no number of anything."""
    return at_least(3)(match) and not _TAG_END.match(match.string, match.end("v"))


_RELEASE = re.compile(r"[vV]?[0-9]{1,4}(?:\.[0-9]{1,4}){2,3}(?:[-+.][0-9A-Za-z.-]+)?")


def _prescription(match: re.Match[str]) -> bool:
    """`dicom-rx:3.4.0-rc2` is an image and its version."""
    return at_least(4)(match) and not _RELEASE.fullmatch(match["v"])


_MARKER = re.compile(r"(?:CD|T|L|C|HPV|IL|CK|P)[0-9]{1,2}-")


def _no_code(match: re.Match[str]) -> bool:
    """Whether a value is none of the markers of cells: `CD34-100`."""
    return not _MARKER.match(match["v"])


_RESOURCES = (
    "Patient|RelatedPerson|Practitioner|Person|Encounter|Observation|Condition|Coverage|Claim|"
    "ExplanationOfBenefit|MedicationRequest|MedicationStatement|DiagnosticReport|"
    "DocumentReference|AllergyIntolerance|Procedure|Immunization|CarePlan|CareTeam|Appointment|"
    "EpisodeOfCare|ServiceRequest|Specimen|Account|Device|ImagingStudy|Goal|Consent|"
    "Composition|Bundle|Communication|FamilyMemberHistory|Group|QuestionnaireResponse|ResearchSubject"
)

RULES: tuple[Rule, ...] = (
    Rule(
        id="biometric.labelled",
        kind="biometric",
        source="45 CFR 164.514(b)(2)(i)(P): finger and voice prints",
        triggers=each(
            "fingerprint|finger print|voice ?print|biometric|retinal? ?scan|iris[ _-]?(?:scan|code|id)|"
            "face ?(?:id|print)|facial recognition|palm ?print",
            "(?i)",
            "",
        ),
        spans=matching(
            labelled(
                rf"(?:(?:finger\s?print|voice\s?print|biometric|retinal?[\s_-]?scan|iris[\s_-]?(?:scan|"
                rf"code)?|face[\s_-]?(?:id|print)|facial[\s_-]?recognition|palm\s?print)s?[\s_-]*"
                rf"(?:template|record|scan|sample|hash|reference|ref|profile|file|enrollment|data|"
                rf"signature|identifier)?[\s_]*{_NO}?)"
            ),
            at_least(3),
        ),
        before=90,
        after=110,
        rank=2,
        positives=(
            "fingerprint ID: «FP-8812-33»",
            "biometric template id «BT-99210»",
            "voiceprint # «VP00123»",
            "Iris scan ID «IR-44821»",
            "fingerprint record number «A7712-09»",
        ),
        negatives=("fingerprints taken 3 times", "biometric screening in 12 people"),
    ),
    Rule(
        id="prescription.labelled",
        kind="prescription",
        source="45 CFR 164.514(b)(2)(i)(R); NCPDP SCRIPT, PrescriptionNumber",
        triggers=(
            near(r"(?:[^a-z]|^)rx[ _-]?(?:no\b|num|nbr|#|id\b|:|[0-9])"),
            said(r"(?:prescription|script|refill|dispens\w{0,6}|e-?rx)[ _-]{0,2}(?:no\b|num|nbr|#|id\b|:)"),
            near(r"rx ?#"),
        ),
        spans=matching(
            labelled(
                rf"(?:(?<![A-Za-z])rx|prescription|script|refill|dispense|dispensing|e-?rx)[\s_-]*(?:{_NO}|"
                rf"(?=:)|(?=[0-9]{{6}}))"
            ),
            _prescription,
        ),
        before=70,
        after=110,
        rank=2,
        positives=(
            "Rx# «7712345»",
            "prescription number «RX-8821-33»",
            "Rx No: «0012345-01»",
            "prescriptionNumber\n«7788123»",
            "Rx: «6612345»",
            "refill # «4451234»",
        ),
        negatives=(
            "Rx: amoxicillin 500 mg",
            "prescription: 20 mg daily",
            "rx 2 tabs",
            "refills: 3",
            'image "dicom-rx:3.4.0-rc2"',
            "eprescription: v2.14.0",
        ),
    ),
    Rule(
        id="claim.labelled",
        kind="claim",
        source="45 CFR 164.514(b)(2)(i)(R); X12 837 CLM01 and 835 CLP07; CMS, ICN and DCN",
        triggers=(
            said(r"claim[ _-]{0,2}(?:no\b|num|nbr|#|id\b|:|ref|control|is)"),
            said(r"(?:pre-?)?authoriz[a-z]{0,6}[ _-]{0,2}(?:no\b|num|nbr|#|id\b|:|code)"),
            said(r"(?:[^a-z]|^)(?:prior auth|pa|auth|icn|dcn|tcn|pre-?cert)[ _-]{0,2}(?:no\b|num|nbr|#|id\b|:)"),
            said(r"referral[ _-]{0,2}(?:no\b|num|nbr|#|id\b)"),
            near(r"(?:claim|authorization)(?:id|no|num)"),
            r"CLM\*[0-9A-Za-z]{3}|CLP\*[0-9A-Za-z]{3}",
        ),
        spans=matching(
            labelled(
                rf"(?:(?:insurance\s+|medical\s+|payer\s+)?claims?[\s_-]*(?:control\s*|reference\s*|"
                rf"ref\.?\s*)?(?:{_NO}|(?=:)|(?=\sis\s))|(?:(?:prior|"
                rf"pre)[\s-]*)?auth(?:oriz\w+)?[\s_-]*(?:{_NO}|code|(?=:))|(?<![A-Za-z])(?:icn|dcn|tcn|"
                rf"pre-?cert)[\s_-]*(?:{_NO}|(?=:))|referral[\s_-]*{_NO})"
            )
            + r"|CL[MP]\*(?P<w>[0-9A-Za-z-]{3,24})",
            at_least(3),
        ),
        before=80,
        after=110,
        rank=2,
        positives=(
            "claim number «CLM-2026-000123»",
            "Claim #: «2219884471»",
            "claimId\n«C778812»",
            "claim is «88-2219-01»",
            "prior authorization number «PA-88123»",
            "Auth #: «A99120045»",
            "CLM*«26463774»*100~",
            "referral # «R-10023»",
        ),
        negatives=("they claim 3 benefits", "authorized 5 visits", "claims: 45 of them", "claim 1"),
    ),
    Rule(
        id="accession.labelled",
        kind="accession",
        source="45 CFR 164.514(b)(2)(i)(R); DICOM PS3.3, (0008,0050) AccessionNumber; HL7 v2 OBR-3",
        triggers=(
            said(
                r"(?:accession|specimen|sample|requisition|acc|lab|order|filler|placer|slide|block|case|"
                r"path(?:ology)?|biopsy|report|image|study|exam)[ _-]{0,2}(?:no\b|num|nbr|#|id\b|"
                r"identifier|instance)"
            ),
            near(r"accession"),
            near(r"(?:study|series|sop) ?instance ?uid"),
        ),
        spans=matching(
            labelled(
                rf"(?:(?:lab(?:oratory)?|path(?:ology)?|radiology|"
                rf"imaging)?[\s_-]*accession[\s_-]*(?:{_NO})?|(?:specimen|sample|requisition|acc|lab|"
                rf"(?:lab\s+)?order|filler|placer|slide|block|case|pathology|biopsy|report|image|"
                rf"exam)[\s_-]*(?:order[\s_-]*)?{_NO}|(?:study|series|sop)\s?instance\s?uid)"
            ),
            _accession,
        ),
        before=80,
        after=110,
        rank=1,
        positives=(
            "accession number «S26-01234»",
            "Accession #: «ACC-99812345»",
            "accessionNumber\n«20260314001»",
            "specimen ID «SP-26-88123»",
            "Specimen No. «H26-4451»",
            "Lab # «L4451-22»",
            "accession «26-SP-000123»",
            "Order #: «ORD-778123»",
            "case number «CA-2026-118»",
        ),
        negatives=(
            "GenBank accession in 2019",
            "sample of 120 patients",
            "sample numbers were 45",
            "specimen in 3 parts",
            "in order no 12",
            "(0008,0050) AccessionNumber, (0010,0020) and others",
        ),
    ),
    Rule(
        id="encounter.labelled",
        kind="encounter",
        source="45 CFR 164.514(b)(2)(i)(R); HL7 v2 PV1-19; FHIR R4 Encounter.identifier",
        triggers=(
            said(
                r"(?:encounter|visit|admission|appointment|appt|episode|case|stay|csn|fin|har|inpatient|"
                r"registration|confirmation)[ _-]{0,2}(?:no\b|num|nbr|#|id\b|identifier|:)"
            ),
            near(r"(?:encounter|visit|admission|appointment)(?:id|no|num)"),
            near(r"(?:[^a-z]|^)(?:csn|fin|har)[ _-]{0,2}[0-9:#]", 12),
        ),
        spans=matching(
            labelled(
                rf"(?:(?:encounter|visit|admission|appointment|appt|episode|stay|inpatient|registration|"
                rf"confirmation)[\s_-]*(?:{_NO}|(?=:\s?[A-Z]{{0,4}}-?[0-9]{{4}}))|(?<![A-Za-z])(?:csn|fin|"
                rf"har)(?![A-Za-z])[\s_-]*(?:{_NO}|(?=[:\s]\s?[0-9]{{5}})))"
            ),
            at_least(4),
        ),
        before=70,
        after=110,
        rank=2,
        positives=(
            "encounter number «E-99120045»",
            "Visit #: «V0012345»",
            "CSN: «100223344»",
            "admission no. «ADM-2026-4471»",
            "encounterId\n«8812345»",
            "FIN «700123456»",
            "Visit ID «20019283»",
        ),
        negatives=("visit 3 of 5", "encounter: 45 minutes", "appointment: 3 pm", "admission 2019", "fin 12"),
    ),
    Rule(
        id="accession.coded",
        kind="accession",
        source="CAP, LAP: year and number of a case; the letters are the laboratory's",
        triggers=(
            r"(?i)(?:micro|cyto|path|flow|cytometry|marrow|biopsy|bx|pap|heme|acc|autopsy|slides?)[ :#(.]{1,3}[a-z]{1,3}[0-9]{2}-?[0-9]{3}",
            r"(?i)(?:micro|cyto|path|flow|cytometry|marrow|biopsy|bx|pap|heme|acc|accn|autopsy|slides?)[ :#(.]{1,3}[0-9]{2}-[a-z]{1,3}-?[0-9]{3}",
        ),
        spans=listed(
            matching(
                r"(?<![A-Za-z])(?i:micro|cyto|(?:surg )?path|flow(?: cytometry)?|(?:bone )?marrow|biopsy|bx|pap|heme(?:path)?|accn?|autopsy|slides?)"
                r"[ :#(.]{1,3}(?P<v>[A-Z]{1,3}[0-9]{2}-[0-9]{3,7}|[0-9]{2}-[A-Z]{1,3}-?[0-9]{3,7}|[A-Z]{1,2}[0-9]{6,8})(?![0-9A-Za-z]|[-.][0-9])",
                _no_code,
            )
        ),
        before=40,
        after=40,
        positives=(
            "Micro «M2207741»: no growth",
            "Flow cytometry («FL23-0187») and marrow («BN23-0044»)",
            "acc «23-CT-0418», follow up",
            "surg path «S24-10233»",
        ),
        negatives=("biopsy T12-L1", "path V600 mutated", "flow CD19-PE 300", "pap HPV16"),
    ),
    Rule(
        id="record.fhir",
        kind="record",
        source="FHIR R4, 2.3 references and 3.1.0 the `Resource/id` form",
        triggers=(),
        literals=tuple(f"{name}/" for name in _RESOURCES.split("|")),
        spans=matching(
            rf"(?<![A-Za-z])(?:{_RESOURCES})/(?P<v>(?=[A-Za-z.-]{{0,40}}[0-9])[0-9A-Za-z.-]{{2,64}})"
            rf"(?<![.])(?![0-9A-Za-z])"
        ),
        before=100,
        after=110,
        rank=1,
        positives=(
            "Patient/«12345»",
            '"reference": "Encounter/«enc-8812»"',
            "Patient/«a1b2c3d4-0000-4000-8000-123456789abc»",
        ),
        negatives=("Patient/Family", "Group/team", "Device/app"),
    ),
    Rule(
        id="record.uuid",
        kind="record",
        source="RFC 9562, 4; a UUID near a word that says it stands for a person or record",
        triggers=(_UUID,),
        spans=_uuids,
        before=110,
        after=4,
        positives=(
            "patient id «a1b2c3d4-0000-4000-8000-123456789abc»",
            "patient_uuid\n«a1b2c3d4-0000-4000-8000-123456789abc»",
        ),
        negatives=("request a1b2c3d4-0000-4000-8000-123456789abc", "setid a1b2c3d4-0000-4000-8000-123456789abc"),
    ),
    Rule(
        id="other_id.labelled",
        kind="other_id",
        source="45 CFR 164.514(b)(2)(i)(R): any other unique identifying number, characteristic or code",
        triggers=(
            said(
                r"(?:employee|badge|student|record|certificate|military|service|veteran|dod|edipi|inmate|"
                r"offender|booking|voter|taxpayer|national|citizen|resident|alien|immigration|green card|"
                r"visa|nhs|tracking|ticket|reference|ref|confirmation|transaction|enrollee|person|user|"
                r"customer|client|docket|police report|incident|transplant|unos|registry|caller|"
                r"library)[ _-]{0,2}(?:card )?(?:no\b|num|nbr|#|id\b|identifier|:)"
            ),
            near(r"(?:[^a-z]|^)(?:edipi|ein|fein|uscis|a-number)", 20),
            near(r"(?:employee|person|user|customer|client|student)(?:id|no|num)"),
        ),
        spans=matching(
            labelled(
                rf"(?:(?:employee|badge|student|record|certificate|military|service|veteran|dod|inmate|"
                rf"offender|booking|voter|national|citizen|resident|alien|immigration|green\s?card|visa|"
                rf"nhs|tracking|ticket|reference|ref|confirmation|transaction|person|user|customer|client|"
                rf"docket|police\s+report|incident|transplant|unos|registry|caller|"
                rf"library)[\s_-]*(?:card\s*)?(?:registration\s*)?{_NO}|(?:edipi|f?ein|uscis|a-number|"
                rf"nhs\s+number))"
            ),
            at_least(4),
        ),
        before=80,
        after=110,
        rank=0,
        positives=(
            "employee ID «E-44812»",
            "badge # «77120»",
            "NHS number: «943 476 5919»",
            "DoD ID number «1234567890»",
            "EIN «12-3456789»",
            "customer id «C-99120»",
            "student number «S1234567»",
            "inmate # «A-44512»",
            "reference number «REF-2026-8812»",
        ),
        negatives=("reference 12", "service in 2019", "user 3", "ticket for 2 people", "national id card program"),
    ),
)
