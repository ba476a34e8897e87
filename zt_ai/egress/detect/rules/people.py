"""(A) Names of persons that a title, a label or a word introduces."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from zt_ai.egress.detect import person
from zt_ai.egress.detect.context import each
from zt_ai.egress.detect.introductions import COMMA
from zt_ai.egress.detect.person import UPPER
from zt_ai.egress.detect.rule import Rule, Spans, matching
from zt_ai.egress.detect.rules.dialogues import in_dialogue

_TITLE = (
    r"(?:Drs?|DR|dr|mr|mrs|ms|Mr|MR|Mrs|MRS|Ms|MS|Miss|Mx|Prof|Professor|Doctor|Nurse|Rev|Reverend|Father|"
    r"Sister|Rabbi|Imam|Capt|Captain|Sgt|Sergeant|Lt|"
    r"Lieutenant|Officer|Detective|Judge|Attorney|Hon|Sir|Dame|Lady|Lord|Se(?:n|ñ)ora|Sra?|Herr|Frau|Mme|"
    r"Monsieur|Madame|Uncle|Aunt|Auntie|Grandma|Grandpa|Herrn|Docteur|docteur|Doutora?|doutora?|Doctora|doctora|do(?:n|ñ)a|Do(?:n|ñ)a|"
    r"Senhora?|Signora?|Pastor|Ofc)"
)

_ROLES = (
    r"patient|pt|physician|provider|doctor|nurse|surgeon|attending|resident|consultant|specialist|therapist|"
    r"psychiatrist|pharmacist|dentist|midwife|mother|father|mom|dad|parent|wife|husband|spouse|partner|"
    r"fiance|fiancee|fiancé|fiancée|son|daughter|brother|sister|sibling|uncle|aunt|niece|nephew|cousin|"
    r"grandmother|grandfather|"
    r"grandson|granddaughter|guardian|caregiver|friend|neighbor|neighbour|roommate|next of kin|nok|emergency contact|"
    r"contact|proxy|subscriber|insured|policyholder|policy holder|beneficiary|member|guarantor|"
    r"responsible party|subject|"
    r"client|customer|cardholder|account holder|employee|author|signed|signed by|dictated by|transcribed by|"
    r"reviewed by|verified by|authenticated by|ordered by|referred by|seen by|prescribed by|performed by|"
    r"prescriber|referring|pcp|requested by|prepared by|collected by|entered by|approved by|witness|witnessed by|"
    r"interpreter|case manager|social worker|attn|attention|cc|dear|hi|hello|hey|regards|sincerely|thanks|cheers|"
    r"from|to|caller|informant|historian|signer|donor|recipient|child|baby|infant|twin|coworker|boss|manager|teacher|"
    r"landlord|colleague|"
    r"lawyer|name on card|name on the card|name on account|user|username|sender|owner|assignee|applicant|student|decedent|deceased|veteran"
).split("|")

_LABELS = (
    "proband|claimant|inmate|fellow|endoscopist|certifier|examiner|evaluator|anesthesiologist|plaintiff|petitioner|"
    "opened by|closed by|assigned to|reported by|submitted by|recruiter|preceptor|enrollee name|taken by|typed by|passenger|defendant"
).split("|")
"""Who somebody is, with a colon: without one, many of them begin something else."""
_DOING = tuple("ordering requesting authorizing supervising interpreting performing rendering admitting".split())
"""What a provider does, with a colon: without one, what is done follows."""

_INTRODUCING = (
    "named|name is|name was|name's|i am|i'm|this is|known as|on behalf of|spoke with|spoke to|"
    "discussed with|met with|signed by|seen by|dictated by|reviewed by|"
    "patient's name|patient name|insured's name|insured name|mother's name|father's name|subscriber name|"
    "member name|full name|legal name|maiden name as|maiden name is|maiden name|partner's name|"
    "wife's name|husband's name|spouse's name|son's name|daughter's name|first name|last name|"
    "mom is|dad is|mother is|father is|wife is|husband is|son is|daughter is|sister is|brother is|partner is|"
    "good morning,|good afternoon,|good evening,|copy to|"
    "performed by|ordered by|prescribed by|referred by|written by|evaluated by|treated by|/s/"
).split("|")

_KEYS = (
    r"(?:(?:patient|pt|full|first|last|middle|given|family|sur|maiden|legal|preferred|display|user|member|"
    r"subscriber|provider|physician|contact|employee|"
    r"customer|client|guardian|mother|father|spouse|caller|insured|guarantor|author|doctor|person|alias|"
    r"nick|birth|holder|practitioner|individual)?[ _-]?names?(?:/\w{3,12})?|"
    r"(?:first|last|given|family|pt|patient|sur|full|mid|f|l)_?nm|f[ _-]?name|l[ _-]?name|given|family|surname|forename|fullname|firstname|lastname)"
)

_GAP = r"(?:(?:\\?['\"])?@?\s?[:=|]\s{0,3}(?:\\?['\"]|\[\s{0,4}\"|\*\*\s?)?|\*\*:?\s|\t|\n)"


def _after(
    pattern: str,
    good: Callable[[list[str], re.Match[str]], bool],
    labels: frozenset[str] = frozenset(),
    *,
    last_first: bool = False,
    titled: bool = False,
) -> Spans:
    """Names that begin where a pattern ends; with `labels`, only where its group `label` ends in one of them."""
    compiled = re.compile(pattern)

    def spans(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
        for match in compiled.finditer(text, low, high):
            if labels and not _labelled(text, match.end("label"), labels):
                continue
            start = match.end()
            end, words = person.span(text, start)
            comma = COMMA.match(text, end) if last_first and words else None
            if comma:
                # "Smith, John A."
                further, more = person.span(text, comma.end(), 3)
                if more and _forename(more, words, match):
                    end, words = further, words + more
            # A title says more than what follows: "Ms. Lund's class".
            if end > start and good(words, match) and (titled or not person.harmless(text, start, end, words)):
                yield start, end

    return spans


_LABEL_WORD = re.compile(r"[^\s*_\"(\[{;:.<>]+")


def _forename(more: list[str], words: list[str], match: re.Match[str]) -> bool:
    """Whether what follows `Doe,` is a given name: after a label with a colon any one or two capitalised words are."""
    if all(len(word) == 1 or person.case(word) in person.ANY_NAME for word in more):
        return True
    return len(words) == 1 and len(more) <= 2 and bool(_COLON.search(match[0]))


_COLON = re.compile(r"[:=|]\W{0,3}$")


def _labelled(text: str, end: int, labels: frozenset[str]) -> bool:
    """Whether the one to three words before `end` are a label."""
    words = _LABEL_WORD.findall(text[max(end - 28, 0) : end].lower())[-3:]
    return any(" ".join(words[place:]) in labels for place in range(len(words)))


def _any(words: list[str], match: re.Match[str]) -> bool:
    return any(len(word) > 1 for word in words)


_SPEAKER = re.compile(r"(?i)(?:user|customer|client|student|caller|agent|subject)")
"""Who speaks in a transcript: what such a label is followed by is mostly what is said. What a mail is about."""
_ADDRESS = re.compile(r"(?i)(?:from|to)")


def _told(words: list[str], match: re.Match[str]) -> bool:
    """Whether what follows a label can be a name, or has to be one that lists know: where somebody speaks or is written to."""
    label = match["label"]
    doubtful = _SPEAKER.fullmatch(label) or (_ADDRESS.fullmatch(label) and len(words) == 1) or in_dialogue(match)
    return not doubtful or person.likely(words)


def _label(words: list[str], match: re.Match[str]) -> bool:
    """Whether what follows a label is a label itself, as in `user: Mode: standby`: one word with a colon, in no list."""
    after = match.end() + len(words[0])
    return len(words) == 1 and match.string[after : after + 1] == ":" and person.case(words[0]) not in person.ANY_NAME


_GREETING = re.compile(r"(?i)(?:dear|hi|hello|hey|morning,|afternoon,|evening,) [*_\"]{0,2}$")

_CLOSING = re.compile(r"(?i)(?:thanks|regards|sincerely|cheers|best|wishes|yours),\s{1,3}$")


_TITLES = frozenset("Dr Drs Mr Mrs Ms Miss Mx Prof Professor Doctor".split())


def _probable(words: list[str], match: re.Match[str]) -> bool:
    """After a role without colon: two words, one that is in the lists, or one that is greeted or closes a letter."""
    text, end = match.string, match.end()
    if len(words) == 1 and words[0] in _TITLES:
        # "Dear Dr. [NAME]": the name is not there any more.
        return False
    if len(words) == 1 and words[0].istitle() and len(words[0]) > 1:
        after = text[end + len(words[0]) : end + len(words[0]) + 2]
        if (_GREETING.search(match[0]) and after[:1] in (",", "!", ":", ".")) or (
            _CLOSING.search(match[0]) and after.strip() == ""
        ):
            return True
    if person.likely(words):
        return True
    return (
        len(words) >= 2
        and all(len(word) > 1 and not word.isupper() for word in words[:1])
        and words[-1] not in ("I", "II")
    )


def _lowercase(match: re.Match[str]) -> bool:
    names = match["v"].split()
    return names[0].capitalize() in person.GIVEN and names[-1].capitalize() in person.ANY_SURNAME


def _named(match: re.Match[str]) -> bool:
    """What a key says is a name: not a function, a file, a drug or a column."""
    words = match["v"].replace(",", " ").replace("/", " ").split()
    key = match[0][: match.start("v") - match.start()].lower()
    before = match.string[max(match.start() - 14, 0) : match.start()].lower()
    personal = bool(
        re.search(
            r"first|last|given|family|sur|full|fore|patient|pt|middle|maiden|mother|father|spouse|contact|"
            r"l_?name|f_?name|_nm|lnm|fnm",
            key,
        )
    )
    if any(person.case(word) in person.STOP for word in words) or "_" in match["v"]:
        return False
    if personal:
        return not re.search(r"\b(?:file|drug|brand|generic|test|function|tool|product|medication)[\s_-]$", before)
    if re.search(
        r"(?:file|drug|brand|generic|test|function|tool|product|medication|model|user|host|domain|display|"
        r"column|variable|class|package|project|company|trade|plan|group|event|device|gene|field|"
        r"table)[\s_.-]?$",
        before,
    ):
        return False
    return person.likely(words) or (len(words) in (2, 3) and all(word[0].isupper() for word in words))


_NAMED = r"[^\W\d_](?:[\w.-]|['\u2019](?=\w))*"
"""A word of a name; an apostrophe at its end is a quotation mark."""

RULES: tuple[Rule, ...] = (
    Rule(
        id="name.titled",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): a title says that a name follows",
        triggers=(rf"(?:^|[^A-Za-z]){_TITLE}\.?[ ](?:[A-Z]|\xc3)",),
        # "<50 ms. VLAN": milliseconds.
        spans=_after(
            rf"(?<![\w])(?!(?<=[0-9])ms|(?<=[0-9] )ms){_TITLE}\.?(?:\s(?:and|&)\s(?:Mrs|Ms|Dr)\.?)?[ \u00a0]{{1,2}}(?=[{UPPER}])",
            _any,
            titled=True,
        ),
        before=24,
        after=90,
        rank=3,
        positives=(
            "gr 3, Ms. «Lund»'s class",
            "seen by Dr. «Okafor»",
            "Mrs. «Maria Lopez-Garcia» called",
            "Mr «Smith»'s labs",
            "Dr «John A. Smith», MD",
            "Prof. «Berg»",
            "Ms. «O'Neil» is here",
            'residents, Dr. «Ikechukwu "IK" Anozie», had',
            "Miss «Zoë Björk»",
        ),
        negatives=("Dr. The", "MS patients", "the Doctor Will see", "Mr. Patient", "in 50 ms. VLAN 120"),
    ),
    Rule(
        id="name.labelled",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): a label with a colon, or the key of a record, says that a name follows",
        triggers=tuple(
            # Whole strings: hyperscan compiles thousands of them in no time.
            rf"(?i){' ' if len(role) < 4 and mark == ',' else ''}{role}{mark}"
            for role in (*_ROLES, *_DOING, *_LABELS)
            for mark in (":", " :", "=", "\\|", ",", r"\n", r"\t", r"\*\*", '"', r'\\"', r"\)")
        ),
        spans=_after(
            # A whole word each time: nothing that may follow it begins with a letter.
            rf"(?<![A-Za-z\u00e9])(?P<label>[A-Za-z\u00e9]{{2,}}+)(?:\s?\([^()\n]{{1,20}}\))?(?:{_GAP}|,[ \n]{{1,3}}|"
            rf"\*\*:?\s?)(?:{_TITLE}\.? )?(?=[{UPPER}])",
            lambda words, match: (
                _any(words, match)
                and _told(words, match)
                and not _label(words, match)
                and (":" in match[0] or "=" in match[0] or "|" in match[0] or _probable(words, match))
            ),
            frozenset((*_ROLES, *_DOING, *_LABELS)),
            last_first=True,
        ),
        before=30,
        after=16,
        rank=2,
        positives=(
            "Ordering: «Priyanka Venkataraman» MD",
            "Patient: «Jane Doe»",
            "Patient: «Doe, Jane»",
            "Attending: «Kwabena Asante»",
            "mother, «Maria Lopez», called",
            "Emergency contact: «Zdeněk Dvořák»",
            "Regards,\n«Jane Doe»",
            "PCP: Dr. «Chen»",
            "Signed by: «Ana Silva»",
            "**Patient:** «Jane Doe»",
            "user: «Lopez»: refill",
            "Name on card: «Philippa Drummond»",
            '\\"provider\\": \\"«Gbemisola Ashiru»\\", \\"clinic\\"',
            "Proband: «Iolana Kahananui», 33",
        ),
        negatives=(
            "Patient: Denies pain",
            "to: The clinic",
            "Contact: None",
            "member, the plan",
            '{"user": "Mode: standby"}',
            "patient: Status: stable",
            "User: Write a poem.\nUser: Summarize Kubernetes Docs\nCustomer: Great Job",
            "Nurse: Any falls?\nPatient: Just the one.\nNurse: Braden is six.\nPatient: OK.",
            "Doctor: Any allergies?\nPatient: Penicillin, I swell up.",
            "From: Nutrition Services\nSubject: Menu change",
        ),
    ),
    Rule(
        id="name.key",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A); FHIR R4 HumanName; common keys of records",
        triggers=(
            r"(?i)(?:name|_nm|lnm|fnm|given|family|surname|forename)(?:/[a-z]{3,12})?['\")*@]{0,3}\s?[:=|"
            r"\n\t]\s{0,3}['\"\\*\[]{0,4}\s{0,4}(?:\"|[a-z]|[\xc3\xc4\xc5])",
        ),
        spans=matching(
            rf"(?:(?<![A-Za-z])|(?<=[a-z])(?=[A-Z]))(?i:{_KEYS})(?:{_GAP}|"
            rf"\*\*:?\s?)['\"]?(?P<v>{_NAMED}(?:(?:,? |/){_NAMED}){{0,3}})"
            rf"(?=['\"\\,;|)\n\r&<*.]|\s*$|\s{{2,}}|\t| \(| [a-z_]{{2,12}}=)",
            _named,
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
            "WHERE p.last_nm = '«Gebremedhin»' AND p.dob",
            "swipe name=«MUNOZ/ALTAGRACIA» exp=2808",
            "Last Name: «DOE»",
            "Full name: «Nguyễn Thanh»",
            "@NAME@: «Kekoa Punahele»\n@MRN@:",
        ),
        negatives=(
            "name\nget_weather",
            "file name: report.txt",
            "name: null",
            "name: search",
            "Name: Unknown",
            "drug name: Lisinopril tablets",
        ),
    ),
    Rule(
        id="name.introduced",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): words that introduce a person",
        triggers=each(
            "|".join(role for role in (*_INTRODUCING, *_ROLES) if role not in ("from", "to", "cc")),
            "(?i)",
            r" [*_\"]{0,2}(?:(?-i:[A-Z])|[\xc3-\xd0])",
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
            "before the field trip. Mom is «Katja Lindstrom», her",
        ),
        negatives=(
            "Dr. performing Cardiac Catheterization, admitting Diagnosis Sepsis",
            "rendering Engine Update, supervising Coronary Angiography",
            "patient Education",
            "this is Important",
            "seen by Cardiology",
            "patient Denies",
            "contact Precautions",
            "hi There",
            "patient Health Questionnaire",
            "Dear Dr. [NAME],",
            "the donor Profile Index",
        ),
    ),
    Rule(
        id="name.small-letters",
        kind="name",
        source="Census Bureau, frequently occurring names; a person introduced in small letters",
        triggers=each(
            "patient|pt|named|mother|father|wife|husband|son|daughter|brother|sister|dear|name is|name's|"
            "i am|i'm|this is",
            "",
            " [a-z]{3,14} [a-z]{3}",
        ),
        spans=matching(
            r"(?<![A-Za-z])(?:patient|pt|named|mother|father|wife|husband|son|daughter|brother|sister|dear|"
            r"name is|name's|i am|i'm|this is) (?P<v>[a-z]{3,14} [a-z]{3,16})(?![\w])",
            _lowercase,
        ),
        before=60,
        after=30,
        positives=("the patient «john smith» has asthma", "my name is «maria lopez»"),
        negatives=("patient will see", "i am mark my words", "this is grace under"),
    ),
)
