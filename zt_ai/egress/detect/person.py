"""What a name of a person looks like: capitals, particles, initials, and words that end it."""

from __future__ import annotations

import re
from collections.abc import Container

from zt_ai.egress.detect.lists import AnyOf, entries
from zt_ai.egress.detect.lists.clinical import ABOUT_BRANDS, AFTER_EPONYM, BRANDS, EPONYMS, ORGANISATIONS

_ALPHABETS = (range(0xC0, 0x250), range(0x370, 0x530), range(0x1E00, 0x1F00))
UPPER = "A-Z" + "".join(chr(code) for letters in _ALPHABETS for code in letters if chr(code).isupper())
"""Capital letters of Latin, Greek and Cyrillic alphabets, for a class of characters."""
_LETTER = r"[^\W\d_]"
WORD = rf"(?:[{UPPER}]{_LETTER}*(?:['\u2019\u2010\u2011-]{_LETTER}+)*|[dDlLO]['\u2019][{UPPER}]{_LETTER}+|d'{_LETTER}+)"
_TOKEN = re.compile(rf"(?:{WORD})\.?")
_PARTICLE = re.compile(
    r"(?:van|von|de|der|den|del|della|di|da|dos|das|du|la|le|los|las|bin|binti|ibn|ben|al|el|ter|ten|zu|"
    r"zur|y|e|af|av|st\.|mac|abu)(?=[ \u00a0])"
)
_BLANK = re.compile(r"[ \u00a0]|, (?=(?:Jr|Sr|I{2,3}|IV)\b)")

_NICKNAME = re.compile(
    rf"(?:[\"\u201c][{UPPER}]\w{{0,14}}[\"\u201d]|\([\"\u201c]?[{UPPER}][a-z]{{1,14}}[\"\u201d]?\)) (?=[{UPPER}])"
)
"""What somebody is called, between given name and surname: `Zebulon "Zeb" Hatathlie`."""

GIVEN = entries("given", "given_world")
GIVEN_WORDS = entries("given_words", "given_world_words") - GIVEN
SURNAMES = entries("surnames", "surnames_world")
SURNAME_WORDS = entries("surnames_words", "surnames_world_words") - SURNAMES
ANY_GIVEN: Container[str] = AnyOf(GIVEN, GIVEN_WORDS)
ANY_SURNAME: Container[str] = AnyOf(SURNAMES, SURNAME_WORDS)
ANY_NAME: Container[str] = AnyOf(GIVEN, SURNAMES, GIVEN_WORDS, SURNAME_WORDS)

STOP = frozenset(
    """
    A An The This That These Those And Or But Nor If In On At To For From With Without By Of As Is Was Are Were Be
    Been Has Had Have Do Does Did Not No Yes Can Could Should Would Will May Might Must Shall He She It They We
    You I His Her Hers Their Our Your My Me Him Us Them Who What When Where Why How Which There Here Then Than So
    Also After Before During While Since Until About Above Below Between Please Thanks Thank Hi Hello Hey Dear
    Regards Sincerely Best Good Morning Afternoon Evening Patient Patients Pt Pts MD DO RN NP PA PAC LPN CNA PhD
    PharmD DDS DMD DPM OD MBBS FNP CNM MSN BSN FACP FACS MPH DVM LCSW CRNA APRN ARNP DNP PT OT RD RT SLP DOB MRN
    SSN NPI DEA ID Age Aged Date Time Phone Tel Fax Email Address Sex Male Female Gender Room Unit Ward Bed Floor
    History Exam Examination Physical Plan Assessment Impression Diagnosis Diagnoses Chief Complaint Medications
    Medication Meds Allergies Allergy Vitals Labs Lab Laboratory Results Result Note Notes Report Summary
    Admission Admitted Discharge Discharged Hospital Clinic Center Centre Medical Health Care Department Dept
    Emergency Surgery Surgical Cardiology Oncology Neurology Radiology Pathology Pharmacy Nursing Nurse Physician
    Doctor Provider Attending Resident Consult Referral Follow Family Social Past Review Systems Subjective
    Objective Name Names First Last Middle Full Surname Given Signed Signature Electronically Dictated Reason
    Service Procedure Location Facility January February March April June July August September October November
    December Jan Feb Mar Apr Jun Jul Aug Sep Sept Oct Nov Dec Monday Tuesday Wednesday Thursday Friday Saturday
    Sunday Mon Tue Wed Thu Fri Sat Sun Today Tomorrow Yesterday None Unknown Pending Normal Abnormal Negative
    Positive Denies Reports Presents Presented Complains States Stated Mother Father Brother Sister Wife Husband
    Son Daughter Blood Pressure Heart Rate Pulse Temperature Respiratory Oxygen Weight Height Type Stage Grade
    Class Level Group Study Trial Phase Table Figure Chapter Section Case Question Answer Insurance Medicare
    Medicaid Plan Policy Member Account Number Code Key Value True False Null City State Zip County Country Street
    Avenue Road United States America American Inc LLC Ltd Corp Company Use Using Used Take Give Start Stop
    Continue Check Call See Note Consider Let Make Get Set Add Run New Old High Low Other Each All Any Some Both
    More Most Many Much First Second Third Next Now Chest Head Neck Abdomen Back Pain Left Right Upper Lower
    Bilateral Acute Chronic Severe Mild Moderate Diabetes Mellitus Hypertension Cancer Disease Syndrome Disorder
    Infection Test Tests X-ray CT MRI EKG ECG HIV COVID COVID-19 ICU ED ER OR CBC BMP CMP INR BP HR RR SOB COPD
    CHF CAD DVT PE UTI BMI IV IM PO PRN BID TID QID Hello Vitamin Protein Score Scale Questionnaire Education
    Program Services Records Record System Team University College School Institute Foundation Association Society
    Committee Board Office Seen Evaluated Examined Reviewed Team All Everyone Folks Madam There Colleagues Again
    Monte Standard English Spanish French German Chinese Japanese Italian Russian Arabic Korean Hispanic Caucasian
    African Asian White Black Latino Indian European Mexican Canadian British Internal External General Clinical
    Inpatient Outpatient Home Skilled Rehab Rehabilitation Therapy Treatment Visit Encounter Appointment Contact
    Chaplain Sonographer Physicist Technologist Certifier Paramedic Dietitian Relationship Subject Re From Cc Bcc Sent Profile Index Registry Calculator
    Identifier Identifiers Indicator Indicators List Lists Flag Template Workflow Portal Journey Experience Satisfaction Outcomes
    Demographics Census Consent Rights Handbook Monitoring Management Screening Customer Kollege Kollegin Applicant Hiring Manager
    Editor Reviewer Valued Scheduling Colleague It's I'm I'll I've That's There's We're He's She's They're Okay
    """.split()
) - {"Pt."}
"""Capitalised words that are not part of a name in a chart, a form or a sentence."""


def span(text: str, start: int, most: int = 5) -> tuple[int, list[str]]:
    """Where a name that begins at `start` ends, and its words; the end is `start` when there is none."""
    words: list[str] = []
    at = end = start
    while len(words) < most:
        token = _TOKEN.match(text, at)
        if token is None:
            particle = _PARTICLE.match(text, at)
            if particle is None:
                break
            at = particle.end()
        else:
            word = token[0].rstrip(".")
            initial = len(word) == 1 and token[0].endswith(".")
            if (not initial and word in STOP) or (
                not initial and word.capitalize() in STOP and (len(word) > 3 or word not in ANY_NAME)
            ):
                break
            words.append(word)
            at = end = token.end() if len(word) <= 2 or word in ("Jr", "Sr") else token.start() + len(word)
            if token[0].endswith(".") and end != token.end():
                break
        blank = _BLANK.match(text, at)
        if blank is None:
            break
        at = blank.end()
        nickname = _NICKNAME.match(text, at)
        if nickname:
            at = nickname.end()
    if end > start and text[end - 2 : end] in ("'s", "\u2019s"):
        end -= 2
    return end, words


def harmless(text: str, start: int, end: int, words: list[str]) -> bool:
    """Whether a name is that of a disease, an instrument or an organisation."""
    if ORGANISATIONS.match(text, start) or AFTER_EPONYM.match(text, end):
        return True
    if text[max(start - 1, 0) : start] in ("-", "@", "/", "_", "."):
        return True
    if brands(text, start, end, words):
        return True
    return words[0] in EPONYMS and all(_CLASS.fullmatch(word) for word in words[1:])


NO_SURNAME = re.compile(
    r"(?i).*(?:ed|ing|tions?|sions?|ments?|al|ic|ous|ive|ly|ity|sis|itis|emia|uria|pathy|gram|ology|ency|scan|able|test|draw|site|type|line)"
)
"""Endings of what is done, found or planned for a patient."""

_CLASS = re.compile(r"(?:I{1,3}|IV|V|VI{1,3})[a-c]?")
"""What a classification adds to the name of its author: `Forrest IIa`, `Killip III`."""


def brands(text: str, start: int, end: int, words: list[str]) -> bool:
    """Whether names that are brands of contraceptives too stand where contraception is talked of."""
    return all(word in BRANDS for word in words) and bool(
        ABOUT_BRANDS.search(text, max(start - 120, 0), min(end + 120, len(text)))
    )


def case(word: str) -> str:
    """A word as the lists have it: `SMITH` and `smith` as `Smith`."""
    return word.capitalize() if word.isupper() or word.islower() else word


def likely(words: list[str]) -> bool:
    """Whether words can be a name by themselves: some of them are in the lists."""
    cased = [case(part) for word in words for part in re.split(r"[-\u2010\u2011]", word)]
    return any(word in ANY_GIVEN or word in SURNAMES for word in cased) or sum(word in ANY_NAME for word in cased) > 1
