"""(A) Names of persons that lists or what follows them give away."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect import person
from zt_ai.egress.detect.geography import STATE_NAMES
from zt_ai.egress.detect.introductions import COMMA
from zt_ai.egress.detect.lists.clinical import EPONYMS, ORGANISATIONS
from zt_ai.egress.detect.person import NO_SURNAME, UPPER
from zt_ai.egress.detect.rule import Rule, matching


def _listed(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Runs of capitalised words that the lists know."""
    at = low
    for match in _CAPITAL.finditer(text, low, high):
        if match.start() < at:
            continue
        start = match.start()
        whole = ORGANISATIONS.match(text, start)
        if whole and " " in whole[0]:
            # "Puerto Rico": what comes second in it would be a name.
            at = whole.end()
            continue
        end, words = person.span(text, start)
        if words and len(words[0]) == 1 and len(words) > 1 and _DEGREES.search(text, max(start - 4, 0), start):
            # "cooled to 24 C. Robert": the letter is a unit.
            start += 3
            end, words = person.span(text, start)
            if ORGANISATIONS.match(text, start):
                at = max(end, match.end())
                continue
        while words and _weak(words[0]) and len(words) > 1 and not _unlisted(words):
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
        comma = COMMA.match(text, end)
        if comma:
            further, more = person.span(text, comma.end(), 2)
            if more and person.case(more[0]) in person.ANY_GIVEN and (words[0].isupper() or not more[0].isupper()):
                return further, words + more
            # Nothing but the name of a person stands like that at the beginning of a line or after a time of day.
            if (
                more
                and words[0] in person.SURNAMES
                and more[0].istitle()
                and _OPENING.search(text, max(start - 8, 0), start)
            ):
                return further, words + more
    return end, words


_DEGREES = re.compile(r"[0-9\u00b0] ?$")
_OPENING = re.compile(r"(?:\n|[0-9]:[0-9]{2} |[|\t] ?)$")
_FAMILY = re.compile(rf"(?:^|\n|[0-9:|\t.?(\u2014\u2013] ?|: )({person.WORD}), $")


def _family_before(text: str, start: int, words: list[str]) -> int:
    """`Dubinina, Efimiya`: where the surname begins that stands before a given name, at the beginning of a line or sentence."""
    if len(words) in (1, 2) and words and person.case(words[0]) in person.GIVEN:
        family = _FAMILY.search(text, max(start - 32, 0), start)
        if family and family[1] not in person.STOP and person.case(family[1]) not in person.STOP:
            return family.start(1)
    return start


_CAPITAL = re.compile(rf"(?<![\w'\u2019@#/.-])[{UPPER}](?=[\w'\u2019.])")


_STATES = frozenset(STATE_NAMES.split("|"))


def _unlisted(words: list[str]) -> bool:
    """Whether a given name that no list has stands before a surname: `Yaretzi Villanueva`."""
    first, last = words[0], words[1]
    return (
        len(first) > 2
        and first.istitle()
        and last.istitle()
        and last in person.SURNAMES
        and last not in EPONYMS
        and last not in person.ANY_GIVEN
        and not NO_SURNAME.fullmatch(first)
    )


def _weak(word: str) -> bool:
    return len(word) > 1 and person.case(word) not in person.ANY_NAME


def _person(words: list[str], text: str, start: int, end: int) -> bool:
    cased = [person.case(word) for word in words if len(word) > 1]
    if not cased:
        return False
    if words[0].isupper() and len(words[0]) > 1 and not all(word in person.ANY_NAME for word in cased):
        return False
    if len(cased) > 1 and all(word in _STATES for word in cased):
        # "Iowa, Nevada, Kansas": a list of states, not a surname and a given name.
        return False
    first, last = cased[0], cased[-1]
    if len(cased) == 1 or "," in text[start:end]:
        if "," in text[start:end]:
            return True
        return first in person.GIVEN and first not in LONE_DOUBT and first not in _STATES and not words[0].isupper()
    if first in person.GIVEN:
        return True
    if first in person.GIVEN_WORDS:
        return last in person.ANY_SURNAME
    return (last in person.SURNAMES and last not in EPONYMS) or any(word in person.GIVEN for word in cased)


# Names that more often are a place, a product or a word when they stand alone.
LONE_DOUBT = frozenset(
    """
    Virginia Georgia Carolina Victoria Sydney Madison Austin Jackson Charlotte Lincoln Kennedy Jordan India China
    Paris London Asia Chad Israel Kenya Cuba Dallas Houston Denver Boston Orlando Montana Dakota Savannah Brooklyn
    Alexandria Augusta Cheyenne Santiago Diego Francisco Antonio Jose Angeles Louis Columbus Trenton Dayton
    Raleigh Kingston Troy Adelaide Alexa Siri Claude Gemini Watson Jenkins Julia Pascal Maria Ada Hugo Django
    Flask Jupyter Apollo Athena Kali Bard Cortana Fitbit Garmin Mercedes Tesla Ford Reed Bayes Santa Christmas
    Addison Wilson Marshall Gilbert Hamilton Mohs Morton Murphy Turner Becker Barrett Bishop Alport Osler Tanner
    Gordon Russell Howard Duke Emory Stanford Graham Allen Henry Sims Hunter Trinity Joule Celsius Kelvin Newton
    Pascal Gray Romeo Juliet Luna Aura Lyme Lupus Titus Ann Anna Isa Ana Asa Ora Ola Ima Tia Tad Val Han Jin Ali
    Ami Mia Ava Sol Tim Ted Ned Ida Eva Ira Ian Ben Jan Len Lon Ron Tod Carlo Cameron Kaiser Abbott Merck Baxter Roche
    Sandoz Janssen Lilly Bayer Novo Regina Concha Linea Vena Cava Alba Bella Stella Libra Sierra Aurora Nexium
    Flora Florida Nevada
    """.split()
) - {"Tim", "Ted", "Ned", "Ben", "Ian", "Ron", "Mia", "Eva", "Maria", "Anna"}

FULL = rf"{person.WORD}\.?(?: (?:(?:van|von|de|der|del|di|da|la|bin|al) ){{0,2}}{person.WORD}\.?){{1,3}}"


def _subject(match: re.Match[str]) -> bool:
    """Whether the words before a verb or a birth date are a person: none of them a word of charts, one of them a name."""
    words = [word for word in re.split(r"[ ,.]+", match["v"]) if word]
    text, start, end = match.string, match.start("v"), match.end("v")
    if any(word in person.STOP or word.capitalize() in person.STOP for word in words) or person.harmless(
        text, start, end, words
    ):
        return False
    cased = [person.case(word) for word in words if len(word) > 1]
    if len(cased) == 1:
        return cased[0] in person.ANY_GIVEN or (cased[0] in person.SURNAMES and cased[0] not in EPONYMS)
    if any(word in person.ANY_NAME for word in cased):
        return True
    # Two unknown words in capitals are mostly a heading.
    return len(cased) > 1 and not any(word.isupper() for word in words) and bool(_SURELY.match(text, end))


_SURELY = re.compile(
    r",? {1,3}\(?(?:DOB|D\.O\.B|dob|date of birth|MRN|MR#|SSN|born on|aged? [0-9]|GCS|residing|ITIN|has ITIN|"
    r"chart #|goes by )| (?:(?:is|was) an? [0-9]|was (?:seen|admitted|discharged|born)|lives|denies|called|wrote|"
    r"brings|reports)|\n"
)


_SPECIES = frozenset(
    "Coli Aureus Difficile Diff Faecalis Faecium Pneumoniae Pyogenes Albicans Pylori Influenzae Epidermidis Cloacae Auris".split()
)
"""Behind the initial of a genus, in titles."""
_DEGREE = re.compile(r",? (?:MD|DO|RN|NP|PA-C|LPN|PharmD|PhD|RRT|CNA|DDS|DPT|LCSW|CRNA|APRN)\b")
_AGED = re.compile(r", (?:[1-9][0-9]?|1[01][0-9])(?:,| ?(?:y/?o|[MF])\b)")
_PASSED = re.compile(
    r"(?<![A-Za-z])(?:[Pp]t|[Pp]atient|pt is|Case:|notes of|[Ii]ssued to|[Gg]iven by|[Ss]een by|[Rr]ead by|[Cc]alled to|[Ss]igned by|[Rr]eceived by|[Cc]ollected by|returned to|handed to|by|per|d/w|w/|[Ww]ith|resident|fellow|attending|Fellow:|Tech:|tech|defender|payee|label:|Crew:|"
    r"Officer|aide|Counselor|counselor|Interpreter:|Operator:|Examiner:) $"
)


_UNIONS = re.compile(r"(?:U\. ?[SKN]|E\. ?U|D\. ?C)\.")


def _initialled(match: re.Match[str]) -> bool:
    words = re.split(r"[ .]+", match["v"])
    last = words[-1]
    if last in _SPECIES or person.case(last) in person.STOP or len(last) < 3 or _UNIONS.match(match["v"]):
        return False
    if (
        _AGED.match(match.string, match.end("v"))
        or _DEGREE.match(match.string, match.end("v"))
        or _PASSED.search(match.string, max(match.start() - 12, 0), match.start())
    ):
        return True
    opened = match.string[max(match.start() - 1, 0) : match.start()] == "("
    return person.case(last) in person.SURNAMES or (opened and person.case(last) in person.ANY_NAME)


RULES: tuple[Rule, ...] = (
    Rule(
        id="name.listed",
        kind="name",
        source="Census Bureau, frequently occurring names from the 1990 census: given name and surname together, o"
        "r a given name alone",
        triggers=(),
        literals=tuple(sorted(person.GIVEN))
        + tuple(name.upper() for name in sorted(person.GIVEN) if len(name) > 3)
        + tuple(sorted(name for name in person.SURNAMES if len(name) > 3)),
        spans=_listed,
        before=36,
        after=2,
        positives=(
            "then «John Smith» arrived",
            "«Maria Lopez» has asthma",
            "«Jennifer Hernandez» and «Robert» left",
            "Yesterday «Patricia O'Connor» fell",
            "«Kimberly» was seen today",
            "«Thaddeus Kowalczyk»",
            "«Camila» was changed to tablets",
            "«Max» ate well",
            "| «Max» | seen",
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
            "Virginia is a state, and so is Maryland",
            "In Puerto Rico and Florida",
            "Yasmin to Camila, both oral contraceptives",
            "Forrest IIa ulcer",
            "Ann Intern Med 2019;170:51",
            "at 28 C. Del Nido cardioplegia",
            "Hang time 5 days",
            "Max initial bolus 10,000 units",
            "Max daily dose 4 g",
            "| Drug | Start | Max |\n| lisinopril",
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
                (
                    (", ", " ", " ("),
                    (
                        "DOB",
                        "D.O.B",
                        "dob:",
                        "date of birth",
                        "MRN",
                        "MR#",
                        "SSN",
                        "born on",
                        "chart #",
                        "account number",
                        "accession n",
                        "Member ID",
                        "age ",
                        "aged ",
                        "GCS",
                        "pager ",
                        "residing at",
                        "ITIN",
                        "goes by ",
                    ),
                ),
                (
                    (" ",),
                    (
                        "is a ",
                        "is an ",
                        "was a ",
                        "was seen",
                        "was admitted",
                        "was discharged",
                        "was born",
                        "was diagnosed",
                        "was evaluated",
                        "was transferred",
                        "was referred",
                        "has been ",
                        "presents ",
                        "presented ",
                        "reports ",
                        "reported ",
                        "denies ",
                        "complains ",
                        "called re",
                        "called about",
                        "wrote on",
                        "wrote:",
                        "states ",
                        "stated ",
                        "arrived ",
                        "underwent ",
                        "lives ",
                        "brings ",
                        "tolerated ",
                        "has ITIN",
                        "completed visit",
                        "notified ",
                        "SEEN BY",
                    ),
                ),
            )
            for mark in marks
            for word in words
        ),
        spans=matching(
            rf"(?<![\w'\u2019.-])(?P<v>{FULL}|{person.WORD}, {person.WORD}|{person.WORD})(?=,? {{1,3}}\(?(?:DOB|"
            rf"D\.O\.B|dob:|date of birth|MRN|MR#|SSN|born on|chart #|account number|accession n|Member ID|"
            rf"aged? [0-9]|GCS|pager|residing at|ITIN|goes by)"
            r"| (?:(?:is|was) an? [0-9]|was (?:seen|admitted|discharged|born|diagnosed|evaluated|"
            r"transferred|referred)|has been (?:seen|admitted|on|taking|having)|presents|presented|reports|"
            r"reported|denies|complains|called (?:re|about)|wrote (?:on|:)|"
            r"states|stated|arrived|underwent|lives (?:in|at|on|with|alone|near)|brings|tolerated|has ITIN|"
            r"completed visit|notified|SEEN BY))",
            _subject,
        ),
        before=80,
        after=24,
        rank=0,
        positives=(
            "«Kelima Kisilak» was seen today",
            "for «Gydo Sturkenboom», DOB 7/4",
            "Audiology: «Huang Jianguo» (goes by Jerry) fit",
            "«Grace» called re: cough",
            "«Dubinina, Efimiya» is a 52 yo",
            "«Klimek Kozłowski», GCS 15",
        ),
        negatives=(
            "Atrial Fibrillation is a rhythm",
            "The Patient was seen",
            "Radiology was seen",
            "Glucose, SSN",
            "Nursing Staff reports pain",
            "The CDC reports cases",
            "Patient ID, MRN",
        ),
    ),
    Rule(
        id="name.over-address",
        kind="name",
        source="USPS Publication 28, 21: the line over the street is the addressee",
        triggers=(r"[A-Za-z\x80-\xff]\r?\n[ ]{0,4}[0-9]{1,6} [A-Z0-9\xc3]",),
        spans=matching(
            rf"(?:^|(?<=\n))[ ]{{0,4}}(?P<v>{FULL})(?=\r?\n[ ]{{0,4}}[0-9]{{1,6}} (?:[{UPPER}]|"
            rf"[0-9]{{1,3}}(?:st|nd|rd|th)))",
            _subject,
        ),
        before=80,
        after=30,
        rank=1,
        positives=("Rx# 1\n«LINH RODRIGUEZ»\n2856 Maple Lane", "«Zargan Vedzizhev»\n7500 Heuvenstraat"),
        negatives=("Lab Results\n12 Patients", "Blood Units\n3 Units"),
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
        positives=(
            "Public defender «Y. Kleinfelter» called. Fellow: «P. Rautenbach»",
            "GIVEN «T. Nakashima» RN",
            "issued to «G. Oyama», returned",
            "SUBJ-1 («E. Kay») completed",
            "seen by «J. R. Hernandez»",
            "Case: «R. Montcalm», 49, chest pain; Pt «H. Klinkhammer», 81, fell",
        ),
        negatives=(
            "in vitamin C. Take it",
            "E. Coli",
            "option B. Continue",
            "with vitamin D. Patients, treated by E. Coli",
            "passed by U.S. Congress, per U.S. Pharmacopeia, with U.K. Biobank",
        ),
    ),
)
