"""Numbers without a label in a text about a person: `Guthrie 8820471 (GIB)`, `KEEP C-448120 RETIRE C-990037`.

By itself such a number says nothing, and ordinary text is full of them. Beside a name, a Social Security number or
another identifier of a person, one that is neither an amount nor a public code is that person's: in redacted text it
would be what is left to find the record by. The rules look around such findings alone, so that no text is taken for
one about a person because of them.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from zt_ai.egress.detect.rule import BIRTH, Rule
from zt_ai.egress.detect.rules.kept import KeptWindows
from zt_ai.egress.detect.rules.prose.labels import PIECE, kind_of
from zt_ai.egress.detect.rules.prose.numbers import ROUND, TOKEN, Number, counted, long_enough, read_number
from zt_ai.egress.detect.rules.prose.words import NEXT, PUBLIC

REACH = 300
"""Characters between an identifier and a number that may be its person's. Less than the engine reads again before a
known beginning (`memory.MARGIN`)."""
PERSONAL = frozenset(
    {
        *("name", "ssn", "itin", "mrn", "mbi", "health_plan", "encounter", "claim", "accession", "prescription"),
        *("study_subject", "record", "age", BIRTH),
    }
)
"""Kinds that stand in texts about a person. Other dates, addresses and web addresses stand in any text."""
_BEFORE = 28
_DIGITS = re.compile(r"[0-9]{3}|[0-9]{2}-[0-9]{2}")
_LONGEST = 24
_OTHERWISE = frozenset(
    """
    platelets platelet plt wbc rbc anc count counts copies viral load hcg bnp troponin ferritin cells iu at time
    ncd lcd form msg isa gs st transcript drug policy_version schema kit assay study trial upc gtin pixel px zoom
    """.split()
)
"""Further words beside which a number is no person's: measurements, and what numbers things of which there are many."""
_NO_PERSON = re.compile(
    r"(?i)G[0-9]P[0-9]|v[0-9]{1,2}(?![0-9])|(?:MSG|CMS|UB|HCFA|SOP)-?[0-9]|[0-9]{1,3}[A-Z]{1,2}-[0-9]{1,3}[A-Z]?$|[0-9]{1,3}-[0-9]{1,2}$|"
    r"[0-9]{1,2}-[0-9]{3}$|[0-9]{5,6}X[0-9]{3}|[0-9]+(?:del|dup|ins|[ACGT]$)"
)
"""Parity, versions, forms of payers, beds, and variants of genes."""
_CELL = re.compile(r"(?<![0-9A-Za-z.-])(?:[A-Za-z]{1,6}-?)?[0-9]{5,12}[A-Z]?(?![0-9A-Za-z]|[.-][0-9])")
"""A number between commas: one of so many digits has none that group them, as `TOKEN` has to think."""
_RANGE = re.compile(r"([1-9][0-9]{0,4})-([1-9][0-9]{0,4})")
_DRUG = re.compile(r"[0-9]{4,5}-[0-9]{3,4}-[0-9]{1,2}")
_QUOTES = ("^", '"', "'")
_LOINC = re.compile(r"[0-9]{1,5}-[0-9]")


def _personal(text: str, number: Number) -> bool:
    """Whether a number can be somebody's: no amount, no range, and no public code, by its form and by the words before it."""
    value = number.text
    six = number.bare and len(value) == 6
    if not (long_enough(text, number) or six) or counted(text, number):
        return False
    if (number.bare and ROUND.fullmatch(value)) or _NO_PERSON.match(value) or _DRUG.fullmatch(value):
        return False
    if _LOINC.fullmatch(value) and (
        len(value) < 7
        or text[number.end : number.end + 1] in _QUOTES
        or text.find("LOINC", max(number.start - REACH, 0), number.end + REACH) >= 0
    ):
        return False
    if _ranges(value):
        return False
    return not _of_something_else(text, number.start)


def _of_something_else(text: str, start: int) -> bool:
    """Whether the words before a number say that it is a measurement, a public code, or a thing's."""
    pieces = PIECE.findall(text, max(start - _BEFORE, 0), start)
    if "\n" in pieces:
        pieces = pieces[len(pieces) - pieces[::-1].index("\n") :]
    words = [piece.lower() for piece in pieces if piece[0].isalpha()][-2:]
    if pieces[-1:] == ["."] and words and len(words[-1]) == 1:
        return True  # c.5946del, p.1175Ter
    if "REF" in pieces[-2:]:
        return True  # the symbol of catalog numbers on labels of devices, ISO 15223-1
    if words and kind_of(NEXT, "", words[-1]):
        words = words[-1:]  # "bill account": what stands before a label says less than the label
    return any(word in PUBLIC or word in _OTHERWISE for word in words)


def _ranges(value: str) -> bool:
    """Whether a number goes from one to another, as the values that are normal: `150-400`, but not `601-338`."""
    ends = _RANGE.fullmatch(value)
    if ends is None:
        return False
    low, high = int(ends[1]), int(ends[2])
    return low < high < 4 * low and (low % 5 == 0 or high % 5 == 0)


_GROUPED = re.compile(
    r"(?<![0-9A-Za-z.,/-])(?:(?P<letters>[A-Z]{2,4}) [A-Z]?[0-9]{3,5}(?: [0-9]{2,5}){1,3}|[0-9]{4}(?: [0-9]{4}){1,3})(?![0-9A-Za-z]|[.,/:-][0-9]| [0-9])"
)
_MEASURED = frozenset(
    "BP HR RR CT MR MRI US WBC RBC PLT ANC CK CPK BNP LDH ALT AST ALP TSH INR PTT GCS LR NS PO IV IM HGB HCT CPT ICD NDC DRG ISO IEC RFC".split()
)
_OF_YEARS = re.compile(r"(?:(?:19|20)[0-9]{2} ?)+")


def _grouped(text: str, start: int, high: int) -> re.Match[str] | None:
    """A number in groups with blanks, of which some letters or the length of its groups say that it is one."""
    begin = start
    if text[start - 1 : start] == " ":
        while begin and start - begin < 6 and (begin == start or text[begin - 1].isupper()):
            begin -= 1
    match = _GROUPED.match(text, begin, high) or (_GROUPED.match(text, start, high) if begin != start else None)
    if match is None or match["letters"] in _MEASURED or _OF_YEARS.fullmatch(match[0]):
        return None
    groups = re.findall("[0-9]+", match[0])
    if sum(map(len, groups)) < 8 or all(int(group) % 50 == 0 for group in groups):
        return None
    words = [piece.lower() for piece in PIECE.findall(text, max(begin - _BEFORE, 0), begin) if piece[0].isalpha()][-2:]
    return None if any(word in PUBLIC or word in _OTHERWISE for word in words) else match


_CODE = re.compile(
    r"(?P<letters>[A-Z]{2,8})(?:-(?!20[0-9]{2}(?![0-9]))[0-9]{3}|[0-9]{4})[0-9]{0,3}(?:-[A-Z0-9]{1,4})?(?![0-9A-Za-z]|[-./][0-9A-Za-z])"
)
_PUBLIC_CODES = frozenset(
    """
    COVID SARS ICD CPT ISO HLA IL TNF CD NYHA BRCA DSM GPT FHIR RFC CMS HCPCS NDC LOINC SNOMED ANSI ASTM IEEE CFR USC NIST FIPS CVE
    CWE REF LOT GTIN SKU MS DRG APC EAPG HCC RVU NCT ACOG NCCN ASCO USP EN DIN UL NFPA OSHA MIL STD PHQ GAD AUDIT MOCA HAM PANSS
    FDA EPA ER OR ICU NICU PICU RM ROOM BED UNIT FLOOR WARD TAG KIT PN MODEL TYPE CLASS GRADE STAGE LEVEL PART FORM CODE STEP
    """.split()
)
"""What numbers devices, standards, scores, rooms and goods."""
_DOTTED = re.compile(r"[0-9]{3}\.[0-9]{2}\.[0-9]{2}(?![0-9A-Za-z]|\.[0-9])")
_SLASHED = re.compile(r"(?<![\w./-])[A-Z]{1,6}(?:-[0-9]{1,2})?(?:[./][0-9]{2,4}[/-][0-9]{2,6}|/[0-9]{4,6})(?![\w/])")


def _coded(text: str, start: int, high: int) -> re.Match[str] | None:
    """Letters and a few digits: too short for a number by itself, beside a person mostly somebody's."""
    match = _CODE.match(text, start, high)
    if match is None or match["letters"] in _PUBLIC_CODES or _of_something_else(text, start):
        return None
    return match


def _values(text: str, low: int, high: int) -> Mapping[str, Sequence[tuple[int, int]]]:
    found: dict[str, list[tuple[int, int]]] = {"mrn": [], "other_id": []}
    at = low
    # From a run of digits back to where its value begins: there are far fewer of them than words.
    while run := _DIGITS.search(text, at, high):
        at = run.end()
        start = run.start()
        while start > low and run.start() - start < _LONGEST and (text[start - 1].isalnum() or text[start - 1] == "-"):
            start -= 1
        grouped = _grouped(text, start, high)
        if grouped is not None:
            found["other_id"].append(grouped.span())
            at = max(at, grouped.end())
            continue
        dotted = _DOTTED.match(text, start, high) if text[start - 1 : start] not in (".", "/") else None
        if dotted:
            found["mrn"].append(dotted.span())
            at = max(at, dotted.end())
            continue
        coded = _coded(text, start, high)
        match = TOKEN.match(text, start, high) or _CELL.match(text, start, high)
        if match is None:
            if coded:
                found["other_id"].append(coded.span())
                at = max(at, coded.end())
            continue
        at = max(at, match.end())
        number = read_number(match)
        if number is not None and _personal(text, number):
            plain = number.text.replace("-", "").isdigit()
            found["mrn" if plain else "other_id"].append(match.span())
        elif coded:
            found["other_id"].append(coded.span())
            at = max(at, coded.end())
    if text.find("/", low, high) >= 0:
        found["other_id"] += [match.span() for match in _SLASHED.finditer(text, low, high)]
    return found


_KEPT = KeptWindows(_values)

_SOURCE = "45 CFR 164.514(b)(2)(i)({}): the number's form, beside another identifier of a person"

RULES: tuple[Rule, ...] = (
    Rule(
        id="mrn.beside",
        kind="mrn",
        source=_SOURCE.format("H"),
        triggers=(),
        beside=PERSONAL,
        spans=_KEPT.of("mrn"),
        before=REACH,
        after=REACH,
        positives=(
            "ICU2 | Patient: Imani Fofana | «331.72.18» | CRRT",
            "SSN 536-22-1849, real record later linked to «2288190».",
            "SSN 536-22-1849 of Patient: Imani Fofana, see «77-10-482»",
            "Patient: Imani Fofana\nto be considered: «7730018», «7730455»",
            "Patient: Imani Fofana, «298834» new, ref'd by ortho",
            "Patient: Imani Fofana\nlap chole  «601-338»\nlap appy  «601-902»\nimplant 2018 | «31190-4»",
        ),
        negatives=(
            "real record later linked to 2288190.",
            "Patient: Imani Fofana, platelets 214000, WBC 11200, 250000 units, 150-400",
            "Patient: Imani Fofana, NDC 00093-7367-56, CPT 99213, SNOMED 38341003, 24331-1^LIPID PANEL",
            "Patient: Imani Fofana, LOINC: glucose 14749-6, eGFR 33914-3, 98979-8",
            'Patient: Imani Fofana, "ndc":"00093-7367-56", dose 400000 IU',
            "Patient: Imani Fofana, NCT01234567, PMID 31645286, 2019-2023",
        ),
    ),
    Rule(
        id="other_id.beside",
        kind="other_id",
        source=_SOURCE.format("R"),
        triggers=(),
        beside=PERSONAL,
        spans=_KEPT.of("other_id"),
        before=REACH,
        after=REACH,
        positives=(
            "Patient: Imani Fofana. Sure, it's «ZGP 904 118 263». The letter says «8120 4477 3051».",
            "KEEP «C-448120» RETIRE «C-990037» same SSN 536-22-1849",
            "Patient: Imani Fofana lost it in the shower; on its back it says «N998201447».",
            "Patient: Imani Fofana. Bill account «S-77310284-01»; balance on acct",
            '"Fofana, Imani",«DPM00418»,206-441-8820,Ballard',
            "Oncology infusion order, SSN 536-22-1849 | «HEMONC-7719» | BSA 1.92",
            "Patient: Imani Fofana. You asked for a copy of chart «RA/1931/06», ours is «K/44-1190»",
            "Dental | SSN 536-22-1849 | «VIL0093» | no 19",
            "Patient: Imani Fofana registered twice in downtime, «DT-00419» needs to move",
            "screened «SLP-00422», DOB 03/14/1962, consented",
            "«SLP-00422» | born 14 March 1962 | eligible",
        ),
        negatives=(
            "KEEP C-448120 RETIRE C-990037",
            "screened SLP-00422, seen 03/14/1962, consented",
            "Patient: Imani Fofana, glucose 214 198 187, PLT 214 1980 1870, seen 2019 2020 2021, 1200 mL 1400 1600",
            "Patient: Imani Fofana 29 y.o. G2P1001 at 38w4d, BRCA2 c.5946del, HCPCS J1885, ICD E1165",
            "Patient: Imani Fofana, CYP2D6, HER2, COVID-19, HLA-B27, ISO-9001, ROOM-412, N/V/D, AC/DC/12, in 2019/20",
            "Patient: Imani Fofana, form CMS-1500, LCD L33822, REF 6721-0535, protocol ONC-3317",
            "Patient: Imani Fofana, http://terminology.hl7.org/CodeSystem/v2-0203",
        ),
    ),
)
