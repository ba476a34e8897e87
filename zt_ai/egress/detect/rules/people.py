"""(A) Names of persons, as far as context and lists decide."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from zt_ai.egress.detect import person
from zt_ai.egress.detect.context import each
from zt_ai.egress.detect.person import UPPER
from zt_ai.egress.detect.rule import Rule, Spans, matching

_TITLE = (
    r"(?:Drs?|DR|dr|mr|mrs|ms|Mr|MR|Mrs|MRS|Ms|MS|Miss|Mx|Prof|Professor|Doctor|Nurse|Rev|Reverend|Father|Sister|Rabbi|Imam|Capt|Captain|Sgt|Sergeant|Lt|"
    r"Lieutenant|Officer|Detective|Judge|Attorney|Hon|Sir|Dame|Lady|Lord|Se(?:n|ñ)ora|Sra?|Herr|Frau|Mme|Monsieur|Madame|Uncle|Aunt|Auntie|Grandma|Grandpa)"
)
_ROLES = (
    r"patient|pt|physician|provider|doctor|nurse|surgeon|attending|resident|consultant|specialist|therapist|"
    r"psychiatrist|pharmacist|dentist|midwife|mother|father|mom|dad|parent|wife|husband|spouse|partner|"
    r"fiance|fiancee|fiancé|fiancée|son|daughter|brother|sister|sibling|uncle|aunt|niece|nephew|cousin|grandmother|grandfather|"
    r"grandson|granddaughter|guardian|caregiver|friend|neighbor|neighbour|roommate|next of kin|nok|emergency contact|"
    r"contact|proxy|subscriber|insured|policyholder|policy holder|beneficiary|member|guarantor|responsible party|subject|"
    r"client|customer|cardholder|account holder|employee|author|signed|signed by|dictated by|transcribed by|"
    r"reviewed by|verified by|authenticated by|ordered by|referred by|seen by|prescribed by|performed by|"
    r"prescriber|referring|pcp|requested by|prepared by|collected by|entered by|approved by|witness|witnessed by|"
    r"interpreter|case manager|social worker|attn|attention|cc|dear|hi|hello|hey|regards|sincerely|thanks|cheers|"
    r"from|to|caller|informant|historian|donor|recipient|child|baby|infant|twin|coworker|boss|manager|teacher|"
    r"lawyer|user|username|sender|owner|assignee|applicant|student|decedent|deceased|veteran"
).split("|")
_INTRODUCING = (
    "named|name is|name was|name's|i am|i'm|this is|known as|on behalf of|spoke with|spoke to|discussed with|met with|signed by|seen by|dictated by|reviewed by|"
    "patient's name|patient name|insured's name|insured name|mother's name|father's name|subscriber name|member name|full name|legal name|maiden name as|maiden name is|maiden name|partner's name|"
    "wife's name|husband's name|spouse's name|son's name|daughter's name|first name|last name|good morning,|good afternoon,|good evening,|copy to|"
    "performed by|ordered by|prescribed by|referred by|written by|evaluated by|treated by|/s/"
).split("|")
_KEYS = (
    r"(?:(?:patient|pt|full|first|last|middle|given|family|sur|maiden|legal|preferred|display|user|member|subscriber|provider|physician|contact|employee|"
    r"customer|client|guardian|mother|father|spouse|caller|insured|guarantor|author|doctor|person|alias|nick|birth|holder|practitioner|individual)?[ _-]?names?(?:/\w{3,12})?|"
    r"f[ _-]?name|l[ _-]?name|given|family|surname|forename|fullname|firstname|lastname)"
)
_GAP = r"(?:['\"]?\s?[:=|]\s{0,3}(?:\\?['\"]|\[\s{0,4}\"|\*\*\s?)?|\*\*:?\s|\t|\n)"


def _after(
    pattern: str, good: Callable[[list[str], re.Match[str]], bool], labels: frozenset[str] = frozenset(), *, last_first: bool = False
) -> Spans:
    """Names that begin where a pattern ends; with `labels`, only where its group `label` ends in one of them."""
    compiled = re.compile(pattern)

    def spans(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
        for match in compiled.finditer(text, low, high):
            if labels and not _labelled(text, match.end("label"), labels):
                continue
            start = match.end()
            end, words = person.span(text, start)
            comma = _COMMA.match(text, end) if last_first and words else None
            if comma:
                # "Smith, John A."
                further, more = person.span(text, comma.end(), 3)
                if more and _forename(more, words, match):
                    end, words = further, words + more
            if end > start and good(words, match) and not person.harmless(text, start, end, words):
                yield start, end

    return spans


_LABEL_WORD = re.compile(r"[^\s*_\"(\[{;:.<>]+")
def _forename(more: list[str], words: list[str], match: re.Match[str]) -> bool:
    """Whether what follows `Doe,` is a given name: after a label with a colon any one or two capitalised words are."""
    if all(len(word) == 1 or person.case(word) in person.ANY_NAME for word in more):
        return True
    return len(words) == 1 and len(more) <= 2 and bool(_COLON.search(match[0]))


_COLON = re.compile(r"[:=|]\W{0,3}$")
_COMMA = re.compile(r",[ ]?")


def _labelled(text: str, end: int, labels: frozenset[str]) -> bool:
    """Whether the one to three words before `end` are a label."""
    words = _LABEL_WORD.findall(text[max(end - 28, 0) : end].lower())[-3:]
    return any(" ".join(words[place:]) in labels for place in range(len(words)))


def _any(words: list[str], match: re.Match[str]) -> bool:
    return any(len(word) > 1 for word in words)


_GREETING = re.compile(r"(?i)(?:dear|hi|hello|hey|morning,|afternoon,|evening,) [*_\"]{0,2}$")
_CLOSING = re.compile(r"(?i)(?:thanks|regards|sincerely|cheers|best|wishes|yours),\s{1,3}$")


def _probable(words: list[str], match: re.Match[str]) -> bool:
    """After a role without colon: two words, one that is in the lists, or one that is greeted or closes a letter."""
    text, end = match.string, match.end()
    if len(words) == 1 and words[0].istitle() and len(words[0]) > 1:
        after = text[end + len(words[0]) : end + len(words[0]) + 2]
        if (_GREETING.search(match[0]) and after[:1] in (",", "!", ":", ".")) or (_CLOSING.search(match[0]) and after.strip() == ""):
            return True
    if person.likely(words):
        return True
    return len(words) >= 2 and all(len(word) > 1 and not word.isupper() for word in words[:1]) and words[-1] not in ("I", "II")


def _lowercase(match: re.Match[str]) -> bool:
    names = match["v"].split()
    return names[0].capitalize() in person.GIVEN and names[-1].capitalize() in person.ANY_SURNAME


def _listed(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Runs of capitalised words that the lists know."""
    at = low
    for match in _CAPITAL.finditer(text, low, high):
        if match.start() < at:
            continue
        start = match.start()
        end, words = person.span(text, start)
        while words and _weak(words[0]) and len(words) > 1:
            # "Yesterday John Smith": the name begins later.
            following = re.compile(rf"[ \u00a0]{{1,2}}(?=[{UPPER}])").search(text, start + len(words[0]), end)
            if following is None:
                break
            start, words = following.end(), words[1:]
        end, words = _with_comma(text, start, end, words)
        start = _family_before(text, start, words)
        at = max(end, match.end())
        if end > start and _person(words, text, start, end) and not person.harmless(text, start, end, words):
            yield start, end


def _with_comma(text: str, start: int, end: int, words: list[str]) -> tuple[int, list[str]]:
    """`Lopez, Maria A.`: the given name belongs to it."""
    if len(words) == 1 and person.case(words[0]) in person.ANY_SURNAME:
        comma = _COMMA.match(text, end)
        if comma:
            further, more = person.span(text, comma.end(), 2)
            if more and person.case(more[0]) in person.ANY_GIVEN and (words[0].isupper() or not more[0].isupper()):
                return further, words + more
    return end, words


_FAMILY = re.compile(rf"(?:^|\n|[0-9:|\t.?(] ?|: )({person.WORD}), $")


def _family_before(text: str, start: int, words: list[str]) -> int:
    """`Dubinina, Efimiya`: where the surname begins that stands before a given name, at the beginning of a line or sentence."""
    if len(words) in (1, 2) and words and person.case(words[0]) in person.GIVEN:
        family = _FAMILY.search(text, max(start - 32, 0), start)
        if family and family[1] not in person.STOP and person.case(family[1]) not in person.STOP:
            return family.start(1)
    return start


_CAPITAL = re.compile(rf"(?<![\w'\u2019@#/.-])[{UPPER}](?=[\w'\u2019.])")


def _weak(word: str) -> bool:
    return len(word) > 1 and person.case(word) not in person.ANY_NAME


def _person(words: list[str], text: str, start: int, end: int) -> bool:
    cased = [person.case(word) for word in words if len(word) > 1]
    if not cased:
        return False
    if words[0].isupper() and len(words[0]) > 1 and not all(word in person.ANY_NAME for word in cased):
        return False
    first, last = cased[0], cased[-1]
    if len(cased) == 1 or "," in text[start:end]:
        if "," in text[start:end]:
            return True
        return first in person.GIVEN and first not in _LONE_DOUBT and not words[0].isupper()
    if first in person.GIVEN:
        return True
    if first in person.GIVEN_WORDS:
        return last in person.ANY_SURNAME
    return (last in person.SURNAMES and last not in person.EPONYMS) or any(word in person.GIVEN for word in cased)


# Names that more often are a place, a product or a word when they stand alone.
_LONE_DOUBT = frozenset(
    """
    Virginia Georgia Carolina Victoria Sydney Madison Austin Jackson Charlotte Lincoln Kennedy Jordan India China Paris London Asia Chad Israel Kenya Cuba Dallas Houston Denver Boston
    Orlando Montana Dakota Savannah Brooklyn Alexandria Augusta Cheyenne Santiago Diego Francisco Antonio Jose Angeles Louis Columbus Trenton Tyler Dayton Raleigh Kingston Troy Adelaide
    Alexa Siri Claude Gemini Watson Jenkins Julia Pascal Maria Ada Hugo Django Flask Jupyter Apollo Athena Kali Bard Cortana Fitbit Garmin Mercedes Tesla Ford Reed Bayes Santa Christmas
    Addison Wilson Marshall Gilbert Hamilton Mohs Morton Murphy Turner Becker Barrett Bishop Alport Osler Tanner Gordon Russell Howard Duke Emory Stanford Graham Allen Henry Sims Hunter Trinity Joule Celsius Kelvin Newton Pascal Gray
    Romeo Juliet Luna Aura Lyme Lupus Titus Ann Anna Isa Ana Asa Ora Ola Ima Tia Tad Val Han Jin Ali Ami Mia Ava Sol Tim Ted Ned Ida Eva Ira Ian Ben Jan Len Lon Ron Tod
    Cameron Kaiser Abbott Merck Baxter Roche Sandoz Janssen Lilly Bayer Novo Regina Concha Linea Vena Cava Alba Bella Stella Libra Sierra Aurora Nexium Flora
    """.split()  # noqa: SIM905
) - {"Tim", "Ted", "Ned", "Ben", "Ian", "Ron", "Mia", "Eva", "Maria", "Anna"}

_CREDENTIAL = r"(?:M\.?D|D\.?O|R\.?N|N\.?P|P\.?A(?:-C)?|Ph\.?D|Pharm\.?D|DDS|DMD|DPM|LPN|CNA|FNP(?:-\w+)?|CNM|MBBS|FACP|FACS|LCSW|CRNA|APRN|ARNP|DNP|RPh|BSN|MSN|PsyD|DPT|OD)\b"
_FULL = rf"{person.WORD}\.?(?: (?:(?:van|von|de|der|del|di|da|la|bin|al) ){{0,2}}{person.WORD}\.?){{1,3}}"

def _subject(match: re.Match[str]) -> bool:
    """Whether the words before a verb or a birth date are a person: none of them a word of charts, one of them a name."""
    words = [word for word in re.split(r"[ ,.]+", match["v"]) if word]
    text, start, end = match.string, match.start("v"), match.end("v")
    if any(word in person.STOP or word.capitalize() in person.STOP for word in words) or person.harmless(text, start, end, words):
        return False
    cased = [person.case(word) for word in words if len(word) > 1]
    if len(cased) == 1:
        return cased[0] in person.ANY_GIVEN or (cased[0] in person.SURNAMES and cased[0] not in person.EPONYMS)
    if any(word in person.ANY_NAME for word in cased):
        return True
    # Two unknown words in capitals are mostly a heading.
    return len(cased) > 1 and not any(word.isupper() for word in words) and bool(_SURELY.match(text, end))


_SURELY = re.compile(r",? \(?(?:DOB|D\.O\.B|dob|date of birth|MRN|MR#|SSN|born on|aged? [0-9]|GCS|residing|ITIN|has ITIN|chart #)| (?:(?:is|was) an? [0-9]|was (?:seen|admitted|discharged|born)|lives|denies|called|wrote|brings|reports)|\n")


def _initialled(match: re.Match[str]) -> bool:
    words = re.split(r"[ .]+", match["v"])
    last = words[-1]
    opened = match.string[max(match.start() - 1, 0) : match.start()] == "("
    return person.case(last) in person.SURNAMES or (opened and person.case(last) in person.ANY_NAME)


RULES: tuple[Rule, ...] = (
    Rule(
        id="name.titled",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): a title says that a name follows",
        triggers=(rf"(?:^|[^A-Za-z]){_TITLE}\.?[ ](?:[A-Z]|\xc3)",),
        spans=_after(rf"(?<![\w]){_TITLE}\.?(?:\s(?:and|&)\s(?:Mrs|Ms|Dr)\.?)?[ \u00a0]{{1,2}}(?=[{UPPER}])", _any),
        before=24,
        after=90,
        rank=3,
        positives=(
            "seen by Dr. «Okafor»",
            "Mrs. «Maria Lopez-Garcia» called",
            "Mr «Smith»'s labs",
            "Dr «John A. Smith», MD",
            "Prof. «Berg»",
            "Ms. «O'Neil» is here",
            "Miss «Zoë Björk»",
        ),
        negatives=("Dr. The", "MS patients", "the Doctor Will see", "Mr. Patient"),
    ),
    Rule(
        id="name.titled-small",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A); Census Bureau, frequently occurring surnames",
        triggers=(r"(?i)(?:^|[^a-z])(?:mr|mrs|ms|dr)\.? [a-z]{3}",),
        spans=matching(
            r"(?<![\w])(?:mr|mrs|ms|dr|DR|MR|Dr|Mr|Mrs|Ms)\.? (?P<v>[a-z]{3,20}(?: [a-z]{3,20})?)(?![\w])",
            lambda match: all(part.capitalize() in person.ANY_NAME for part in match["v"].split()),
        ),
        before=24,
        after=50,
        positives=("ask dr. «hernandez».", "mrs «johnson», please"),
        negatives=("dr. visits", "ms symptoms", "mr findings"),
    ),
    Rule(
        id="name.labelled",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): a label with a colon, or the key of a record, says that a name follows",
        triggers=tuple(
            # Whole strings: hyperscan compiles thousands of them in no time.
            rf"(?i){' ' if len(role) < 4 and mark == ',' else ''}{role}{mark}"
            for role in _ROLES
            for mark in (":", " :", "=", "\\|", ",", r"\n", r"\t", r"\*\*", "\"", r"\)")
        ),
        spans=_after(
            rf"(?P<label>[A-Za-z\u00e9]{{2,}})(?:\s?\([^()\n]{{1,20}}\))?(?:{_GAP}|,[ \n]{{1,3}}|\*\*:?\s?)(?:{_TITLE}\.? )?(?=[{UPPER}])",
            lambda words, match: _any(words, match) and (":" in match[0] or "=" in match[0] or "|" in match[0] or _probable(words, match)),
            frozenset(_ROLES),
            last_first=True,
        ),
        before=30,
        after=16,
        rank=2,
        positives=(
            "Patient: «Jane Doe»",
            "Patient: «Doe, Jane»",
            "Attending: «Kwabena Asante»",
            "mother, «Maria Lopez», called",
            "Emergency contact: «Zdeněk Dvořák»",
            "Regards,\n«Jane Doe»",
            "PCP: Dr. «Chen»",
            "Signed by: «Ana Silva»",
            "**Patient:** «Jane Doe»",
        ),
        negatives=("Patient: Denies pain", "to: The clinic", "Contact: None", "member, the plan"),
    ),
    Rule(
        id="name.key",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A); FHIR R4 HumanName; common keys of records",
        triggers=(
            r"(?i)(?:name|given|family|surname|forename)['\")*]{0,3}\s?[:=|\n\t]\s{0,3}['\"\\*\[]{0,4}\s{0,4}(?:\"|[a-z]|[\xc3\xc4\xc5])",
        ),
        spans=matching(
            rf"(?:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z]))(?i:{_KEYS})(?:{_GAP}|\*\*:?\s?)['\"]?(?P<v>(?:[^\W\d_][\w.'\u2019-]*)(?:,? [^\W\d_][\w.'\u2019-]*){{0,3}})(?=['\"\\,;|)\n\r&<*.]|\s*$|\s{{2,}}|\t| \()",
            lambda match: _named(match),
        ),
        before=60,
        after=90,
        rank=2,
        positives=(
            "Name: «Jane Doe»",
            "first_name\n«jane»",
            '"lastName": "«Doe»"',
            '"family": "«O\'Neil»"',
            "given\n«Peter»",
            "patientName\n«Jane Q. Doe»",
            "name=«Jane Doe»&x=1",
            "Last Name: «DOE»",
            "Full name: «Nguyễn Thanh»",
        ),
        negatives=("name\nget_weather", "file name: report.txt", "name: null", "name: search", "Name: Unknown", "drug name: Lisinopril tablets"),
    ),
    Rule(
        id="name.introduced",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): words that introduce a person",
        triggers=(),
        literals=tuple(
            f"{word} {letter}"
            for role in (*_INTRODUCING, *_ROLES)
            if role not in ("from", "to", "cc")
            for word in (role, role.capitalize(), role.upper())
            for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZÁÉÍÓÖÜÅÄØŠŽĆČŁ"
        ),
        spans=_after(
            rf"(?P<label>[A-Za-z'/\u00e9]{{2,}},?) [*_\"]{{0,2}}(?=[{UPPER}])",
            _probable,
            frozenset((*_ROLES, *_INTRODUCING)),
            last_first=True,
        ),
        before=30,
        after=4,
        rank=1,
        positives=(
            "patient «John Smith» was seen",
            "pt «Maria Lopez» here",
            "My name is «Oyelaran Adisa»",
            "Electronically signed by «Jane Doe», MD",
            "her husband «Robert» drove",
            "/s/ «Jane Doe»",
            "Hi «Jane»,",
            "discussed with «Priya Raman»",
        ),
        negatives=("patient Education", "this is Important", "seen by Cardiology", "patient Denies", "contact Precautions", "hi There", "patient Health Questionnaire"),
    ),
    Rule(
        id="name.credentials",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): a name before a degree",
        triggers=(),
        literals=tuple(
            f"{comma}{degree}"
            for comma in (", ", ",")
            for degree in "MD|M.D|DO|D.O|RN|R.N|NP|N.P|PA|P.A|PhD|Ph.D|PharmD|Pharm.D|DDS|DMD|DPM|LPN|CNA|FNP|CNM|MBBS|FAC|LCSW|CRNA|APRN|ARNP|DNP|RPh|BSN|MSN|PsyD|DPT|OD".split("|")
        ),
        spans=matching(rf"(?<![\w.-])(?P<v>{_FULL})(?=, ?{_CREDENTIAL})", lambda match: match["v"].split()[0] not in person.STOP),
        before=60,
        after=12,
        rank=2,
        positives=("«Jane Doe», MD", "«Ikenna B. Obi», PA-C", "«Lars de Berg», RN"),
        negatives=("The patient, MD aware", "The Center, RN line"),
    ),
    Rule(
        id="name.listed",
        kind="name",
        source="Census Bureau, frequently occurring names from the 1990 census: given name and surname together, or a given name alone",
        triggers=(),
        literals=tuple(sorted(person.GIVEN)) + tuple(sorted(name for name in person.SURNAMES if len(name) > 3)),
        spans=_listed,
        before=60,
        after=50,
        positives=(
            "then «John Smith» arrived",
            "«Maria Lopez» has asthma",
            "«Jennifer Hernandez» and «Robert» left",
            "Yesterday «Patricia O'Connor» fell",
            "«Kimberly» was seen today",
            "«Thaddeus Kowalczyk»",
        ),
        negatives=(
            "Parkinson disease",
            "Stevens-Johnson syndrome",
            "Johns Hopkins guideline",
            "Guillain-Barre syndrome",
            "Wilson's disease",
            "Foley catheter",
            "Graves ophthalmopathy",
            "Wells score",
            "Glasgow Coma Scale",
            "Hodgkin lymphoma",
            "Bell's palsy",
            "Cushing syndrome",
            "Virginia is a state",
        ),
    ),
    Rule(
        id="name.followed",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): a name before what only a person has or does",
        triggers=(),
        literals=tuple(
            f"{mark}{word}"
            for marks, words in (
                ((", ", " ", " ("), ("DOB", "D.O.B", "dob:", "date of birth", "MRN", "MR#", "SSN", "born on", "chart #", "account number", "accession n", "Member ID", "age ", "aged ", "GCS", "pager ", "residing at", "ITIN")),
                ((" ",), ("is a ", "is an ", "was a ", "was seen", "was admitted", "was discharged", "was born", "was diagnosed", "was evaluated", "was transferred", "was referred", "has been ", "presents ", "presented ", "reports ",
                          "reported ", "denies ", "complains ", "called re", "called about", "wrote on", "wrote:", "states ", "stated ", "arrived ", "underwent ", "lives ", "brings ", "tolerated ", "has ITIN", "completed visit", "notified ", "SEEN BY")),
            )
            for mark in marks
            for word in words
        ),
        spans=matching(
            rf"(?<![\w'\u2019.-])(?P<v>{_FULL}|{person.WORD}, {person.WORD}|{person.WORD})(?=,? \(?(?:DOB|D\.O\.B|dob:|date of birth|MRN|MR#|SSN|born on|chart #|account number|accession n|Member ID|aged? [0-9]|GCS|pager|residing at|ITIN)"
            r"| (?:(?:is|was) an? [0-9]|was (?:seen|admitted|discharged|born|diagnosed|evaluated|transferred|referred)|has been (?:seen|admitted|on|taking|having)|presents|presented|reports|reported|denies|complains|called (?:re|about)|wrote (?:on|:)|"
            r"states|stated|arrived|underwent|lives (?:in|at|on|with|alone|near)|brings|tolerated|has ITIN|completed visit|notified|SEEN BY))",
            _subject,
        ),
        before=80,
        after=24,
        rank=0,
        positives=(
            "«Kelima Kisilak» was seen today",
            "for «Gydo Sturkenboom», DOB 7/4",
            "«Grace» called re: cough",
            "«Dubinina, Efimiya» is a 52 yo",
            "«Klimek Kozłowski», GCS 15",
        ),
        negatives=("Atrial Fibrillation is a rhythm", "The Patient was seen", "Radiology was seen", "Glucose, SSN", "Nursing Staff reports pain", "The CDC reports cases", "Patient ID, MRN"),
    ),
    Rule(
        id="name.over-address",
        kind="name",
        source="USPS Publication 28, 21: the line over the street is the addressee",
        triggers=(r"[A-Za-z\x80-\xff]\r?\n[ ]{0,4}[0-9]{1,6} [A-Z0-9\xc3]",),
        spans=matching(rf"(?:^|(?<=\n))[ ]{{0,4}}(?P<v>{_FULL})(?=\r?\n[ ]{{0,4}}[0-9]{{1,6}} (?:[{UPPER}]|[0-9]{{1,3}}(?:st|nd|rd|th)))", _subject),
        before=80,
        after=30,
        rank=1,
        positives=("Rx# 1\n«LINH RODRIGUEZ»\n2856 Maple Lane", "«Zargan Vedzizhev»\n7500 Heuvenstraat"),
        negatives=("Lab Results\n12 Patients", "Total Cost\n3 Units"),
    ),
    Rule(
        id="name.initials",
        kind="name",
        source="Census Bureau, frequently occurring surnames; an initial and a surname",
        triggers=(r"(?:^|[^A-Za-z.])[A-Z]\. ?(?:[A-Z]\. ?)?[A-Z][a-z]{2}",),
        spans=matching(
            rf"(?<![\w.\n])(?P<v>[{UPPER}]\. ?(?:[{UPPER}]\. ?)?{person.WORD})(?![\w])",
            _initialled,
        ),
        before=24,
        after=30,
        positives=("SUBJ-1 («E. Kay») completed", "seen by «J. R. Hernandez»"),
        negatives=("in vitamin C. Take it", "E. Coli", "option B. Continue"),
    ),
    Rule(
        id="name.small-letters",
        kind="name",
        source="Census Bureau, frequently occurring names; a person introduced in small letters",
        triggers=each("patient|pt|named|mother|father|wife|husband|son|daughter|brother|sister|dear|name is|name's|i am|i'm|this is", "", " [a-z]{3,14} [a-z]{3}"),
        spans=matching(
            r"(?<![A-Za-z])(?:patient|pt|named|mother|father|wife|husband|son|daughter|brother|sister|dear|name is|name's|i am|i'm|this is) (?P<v>[a-z]{3,14} [a-z]{3,16})(?![\w])",
            _lowercase,
        ),
        before=60,
        after=30,
        positives=("the patient «john smith» has asthma", "my name is «maria lopez»"),
        negatives=("patient will see", "i am mark my words", "this is grace under"),
    ),
    Rule(
        id="name.hl7",
        kind="name",
        source="HL7 v2.5.1, 2.A.89 XPN and 2.A.88 XCN: family name, then given name",
        triggers=(r"\|[^|^\n]{0,24}\^?[A-Za-z'-]{2,30}\^[A-Za-z'-]{2,30}(?:\^|\||$)", r"NM1\*[0-9A-Z]{2}\*1\*[A-Za-z]"),
        spans=matching(
            r"(?:PID|NK1|PV1|GT1|IN1|OBR|ORC|ROL|PD1|MRG|EVN)\|[^\n]{0,400}?(?P<v>(?<=[|^])[A-Z][A-Za-z'-]+\^[A-Z][A-Za-z'-]+(?:\^[A-Z][A-Za-z'-]*)?)(?=[\^|~\n]|$)"
            r"|NM1\*[0-9A-Z]{2}\*1\*(?P<w>[A-Za-z'-]+\*[A-Za-z'-]+(?:\*[A-Za-z'-]+)?)"
        ),
        before=500,
        after=60,
        rank=3,
        positives=("PID|1||123^^^H^MR||«DOE^JANE^Q»||19620314", "NM1*IL*1*«DOE*JANE»**", "NK1|1|«DOE^JOHN»|SPO"),
        negatives=("OBX|1|NM|GLU^Glucose^LN||99",),
    ),
)


def _named(match: re.Match[str]) -> bool:
    """What a key says is a name: not a function, a file, a drug or a column."""
    words = match["v"].replace(",", " ").split()
    key = match[0][: match.start("v") - match.start()].lower()
    before = match.string[max(match.start() - 14, 0) : match.start()].lower()
    personal = bool(re.search(r"first|last|given|family|sur|full|fore|patient|pt|middle|maiden|mother|father|spouse|contact|l_?name|f_?name", key))
    if any(person.case(word) in person.STOP for word in words) or "_" in match["v"]:
        return False
    if personal:
        return not re.search(r"\b(?:file|drug|brand|generic|test|function|tool|product|medication)[\s_-]$", before)
    if re.search(r"(?:file|drug|brand|generic|test|function|tool|product|medication|model|user|host|domain|display|column|variable|class|package|project|company|trade|plan|group|event|device|gene|field|table)[\s_.-]?$", before):
        return False
    return person.likely(words) or (len(words) in (2, 3) and all(word[0].isupper() for word in words))
