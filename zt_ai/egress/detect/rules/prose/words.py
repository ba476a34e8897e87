"""The words of identifiers in prose: labels by kind, marks of a number, words between, and what numbers are public.

After HL7 v2 (PID-2 to PID-4, PV1-19, ORC, OBR-2, OBR-3, SPM-2), FHIR R4 identifier types, the titles of DICOM tags, CDISC
variables, GUDID, and the words of letters, referrals, nursing notes and logs.
"""

from __future__ import annotations

from collections.abc import Mapping


def _by_word(**kinds: str) -> Mapping[str, str]:
    return {word.strip(): kind for kind, words in kinds.items() for word in words.split("|")}


SURE: Mapping[str, str] = _by_word(
    mrn=(
        "mrn|r n|umrn|emrn|mrno|medrec|med rec|medical record|medical records|health record|record number|hrn|empi|mpi|"
        "hospital number|hospital no|hosp no|chart number|chart no|chart id|unit number|unit no|clinic number|clinic no|"
        "patient id|patient number|patient no|patient identifier|patient index|pt id|pt no|pt number|ur no|ur number|"
        "medical file|record locator|registro médico|número de historia|history number|history no|hist no|hx no|hx number|patient code|wristband|bracelet|armband|id band|record no|patient mrn|local patient"
    ),
    encounter=(
        "csn|contact serial|encounter|encounter number|encounter no|encounter id|encounter reference|visit number|visit no|visit id|"
        "visit nbr|admission number|admission no|episode number|stay number|appointment number|appointment id|"
        "financial number|fin number|fin nbr|har number|account record|hospital account|registration number|triage number"
    ),
    accession=(
        "accession|accn|specimen|access no|accessioned|specimen number|specimen no|specimen id|sample number|sample id|requisition number|"
        "case number|case no|order number|order no|lab number|pathology number|path number|report number|slide number"
    ),
    study_subject=(
        "subject id|subject number|subject no|subject identifier|subject code|study id|study number|study no|study identifier|"
        "participant id|participant number|participant no|participant code|participant identifier|subjid|usubjid|ptid|"
        "randomization number|randomisation number|screening number|enrollment number|enrolment number|screening id|"
        "participant identification|subject identification|identification code|study subject|study participant|trial participant|trial subject|research subject|trial id"
    ),
    device=(
        "s n|serial number|serial no|serial nbr|serial id|device id|device identifier|device number|unique device|udi|"
        "asset tag|asset number|transmitter id|sensor id|meter id|monitor id|equipment id|imei"
    ),
    zip="zip|zipcode|zips|zip code|postal code|postcode|post code|zip codes",
)
"""Labels so plain that other words may stand between them and the value."""

NEXT: Mapping[str, str] = _by_word(
    mrn=(
        "chart|record|file|patient|pt|pat|sticker|hospital sticker|hn|nhc|uhid|nhs|regn|reg|rec|cr|folder|look up|pull up|looked up|bring up|transfer|historia clínica|historia|expediente|dossier|patientennummer|aktenzeichen|patientin|paciente|legajo|historial|mr|m r|band|nhi|chi|urn|hosp|hospital|clinic|unit record|ur|"
        "possible duplicate|potential duplicate|suspected duplicate|possible dup|merge candidate|surviving record|"
        "identification|face sheet|facesheet|medical|enterprise|health card|epi|registration desk|epic|cerner|"
        "internal reference|our ref|your ref|our number|your number|our no|her ref|his ref|patient ref|pt ref|our reference|your reference|dossier|"
        "man|woman|boy|girl|gentleman|lady|infant|newborn|neonate|baby|child|toddler|resident|client"
    ),
    encounter=(
        "enc|visit|admission|admit|adm|episode|care|stay|appointment|appt|registration|booking|confirmation|"
        "triage|ticket|trip|run|pcr|acct|account|fin|har|contact|incident|hospitalization|hospitalisation|financial|"
        "hospital encounter|reservation|check in|v|dispatch|ip|op|ipd|opd|telehealth session|video session|therapy session|consult|consultation|referral|invoice|bill|or log|"
        "statement|guarantor|epcr|filed to"
    ),
    accession=(
        "acc|ac|spec|frozen section|sample|biopsy|bx|case|slide|block|cassette|path|pathology|cytology|cyto|pap|culture|tube|"
        "barcode|order|requisition|req|lab|laboratory|study|exam|examination|report|autopsy|film|films|ray|image|images|"
        "imaging|unit|marrow|comparison|container|microbiology|histology|hematology|tracking|lis|placer|filler|"
        "mri|ct|ultrasound|mammogram|radiograph|scan|swab|aliquot|vial|smear|panel|draw|urine|access|radiology|pacs|s"
    ),
    study_subject=(
        "subject|subj|participant|volunteer|proband|donor|recipient|enrollee|rand|rando|randomization|randomisation|"
        "screen|screening|screen failure|sid|pid|trial|study|enrollment|enrolment|research|registry|cohort|kit|diary|"
        "allocation|treatment|subject reference|sibling|crf|ecrf|respondent|family member|study pt"
    ),
    other_id=(
        "reference|receipt|badge|employee|emp|staff|student|certificate|cert|docket|police|inmate|voter|"
        "permit|household|pedigree|pseudonym|customer|caller|claimant|applicant|enrollee|beneficiary|dependent|"
        "sponsor|parcel|shipment|waybill|locker|petition|warrant|membership|offender|detainee|alien|visa|unos|waitlist|"
        "death certificate|birth certificate|court|parole|probation|license|guardian|foster|adoption|school|caseworker|job|dictation|"
        "transcription|transfer request|bed request|run sheet|confirmation code|approval code|access code|reference code|approval|"
        "auth|authorization|authorisation|appeal|grievance|complaint|payment|voucher|remittance|determination|inquiry|dispute|"
        "arrival|procedure|discharge|surgery|dose record|batch record|safety event|portal message|consent form|note|fax job"
    ),
    device=(
        "serial|ser|sn|s n|device|pump|pacemaker|generator|lead|icd|implant|prosthesis|valve|stent|cpap|bipap|ventilator|"
        "vent|glucometer|meter|cgm|transmitter|sensor|recorder|neurostimulator|stimulator|lvad|controller|holter|monitor|"
        "wheelchair|walker|concentrator|nebulizer|scanner|asset|equipment|machine|ipg|crt d|crt|aed|pdm|reader|lens|iol|"
        "tag|inventory|di|pi|explanted|defibrillator|receiver|electrode|catheter|port a cath|shunt|graft|oximeter|"
        "thermometer|cuff|udi di|udi pi|aid|aids|tablet id|tablet no|tablet number|tablet #|loaner tablet|issued tablet|study tablet|telehealth tablet|handset|hardware|biomed|reservoir|programmer"
    ),
)
"""Labels that also mean other things: only marks and little words may stand between, and the value is looked at closely."""

DOING: Mapping[str, str] = _by_word(
    mrn="registered|filed|merged|known|listed|scanned|charted|archived|identified|found|indexed|entered|stored|recorded|seen",
    encounter="admitted|booked|checked|hospitalized|hospitalised|scheduled|readmitted|opened|closed",
    accession="accessioned|logged|received|labeled|labelled|collected|submitted|reported|read|signed out|compared|dictated",
    study_subject=(
        "enrolled|randomized|randomised|screened|consented|coded|identified|recruited|de-identified|pseudonymized|"
        "pseudonymised|allocated|included|dispensed|assigned"
    ),
    device="implanted|tracked|tagged|paired|recalled|serialized",
)
"""What is done to somebody or something `as`, `under` or `with` a number."""

AS = frozenset("as under with by".split())

MARKS = frozenset(
    "number numbers numbered no num nbr nr id ids identifier identifiers identification ident # \u2116 nos ref".split()
)
"""What says that a number follows."""

LITTLE = frozenset(
    """
    a an the this that is was are were be being been of for to as under on in with at by and or his her their my your its our
    has had s it new old prior previous current correct same other today now currently still also only listed recorded
    shown reads reading read shows says given assigned issued file label labeled labelled card bearing carrying carries
    bears ending here value equals noted documented confirmed verified back from reference created called date
    lists belongs linked received home mailing residence mother baby pt patient full local assigned obtained
    per field entry code tm which registered named system
    """.split()
)
"""Words that may stand between a label of `NEXT` and its value."""

PUBLIC = frozenset(
    """
    nct isrctn loinc snomed sct cpt hcpcs ndc rxnorm rxcui drg pmid pmcid pubmed doi genbank refseq geo sra dbsnp clinvar
    uniprot ensembl code codes concept taxonomy cas catalog catalogue lot batch model part version build release port
    issue issues pr rfc http status error exit seed color colour protocol grant eudract genbank dose doses volume size total
    population ext extension pager room page table figure chapter section line item step steps mean median range average
    sum budget cost price usd eur mesh omim cve sku isbn issn bytes byte rows max min temperature index length offset
    github jira commit patch revision process thread timestamp epoch unix tokens token count counts oid
    modifier product item max min k fda pma num position coordinate chromosome hg38 hg19 exon codon allele variant snp license pin pins
    guideline edition article act bill order-set
    """.split()
)
"""Words beside which a number is one that everybody knows, or an amount."""

THINGS = frozenset("form document draft set template test build rule check alert query".split())
"""Things that have numbers, before `number` or `id`: forms, order sets, tests of programs."""

ABBREVIATED = frozenset(
    """
    no num nbr nr med rec acc accn spec pt mr hosp ser subj rand adm enc cyt path ref req id zip adm appt acct surg m r n
    s v st dr ms mrs vs approx ident lab exam ext reg
    """.split()
)
"""A full stop after these ends no sentence."""

CAPITAL = frozenset("fin har pid sid di pi v s ac hn cr ip op ipd opd urn chi ct nhc".split())
"""Labels only in capitals: in small letters they are words of other things."""

PROCESSES = frozenset("main control worker master supervisor daemon listener".split())
"""Whose `PID` is that of a process."""

PEOPLE = frozenset(
    "man woman boy girl gentleman lady infant newborn neonate baby child toddler resident client".split()
)
"""People: a number in brackets after one of them is that person's."""
