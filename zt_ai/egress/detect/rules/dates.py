"""(C) Dates finer than a year. A bare year, a time of day, a duration and `3 days ago` may stay."""

from __future__ import annotations

import re

from zt_ai.egress.detect.context import DASH, each
from zt_ai.egress.detect.rule import Rule, matching

_YEAR = r"(?:1[89][0-9]{2}|20[0-9]{2})"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"
_NAME = (
    r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?|aug(?:ust|\.)?|"
    r"sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)
_SHORT = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
_TIME = (
    r"(?:[T ,]{1,2}(?:at )?[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9](?:[.,][0-9]{1,9})?)?(?:\s?(?:Z|[+-][0-9]{2}:?[0-9]{2})"
    r"|\s?[AaPp]\.?[Mm]\b\.?)?)?"
)
_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"
_ORDINAL = r"(?:st|nd|rd|th)?"
_WORDS = (
    r"(?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth|tenth|eleventh|twelfth|thirteenth|fourteenth|"
    r"fifteenth|sixteenth|seventeenth|eighteenth|nineteenth|twentieth|thirtieth|"
    r"twenty[ -](?:first|second|third|fourth|fifth|sixth|seventh|eighth|ninth)|thirty[ -]first)"
)
_DAYS = rf"(?:{_DAY}{_ORDINAL}(?![0-9])|{_WORDS})"
_SPAN = rf"(?:\s?(?:{DASH}|to|and|through|or|&|,)\s?{_DAY}{_ORDINAL}(?![0-9]))?"
_YEAR_AFTER = rf"(?:,?\s{{0,2}}(?:of\s)?(?:{_YEAR}|'[0-9]{{2}})(?![0-9]))?"
_PUBLISHED = re.compile(
    r"\b(?:guidelines?|publish\w*|publication|updat\w+|version|edition|issued?|releas\w+|revis\w+|approv\w+|fda|effective|recommend\w*|"
    r"statement|literature|search\w*|databases?|medline|pubmed|accessed|trial|stud(?:y|ies)|enroll?\w*|cohort|survey|data|cutoff|"
    r"knowledge|consensus|label(?:ing)?|vol(?:ume)?|journal|et al|epidemic|pandemic|outbreak|season\w*|who|cdc|law|act|rule)\b",
    re.IGNORECASE,
)
_CARE = re.compile(
    r"\b(?:admi\w+|discharg\w+|born|birth\w*|dob|died|death|deceased|seen|visit\w*|surger\w+|surgical|diagnos\w+|appointment|hospitali[sz]\w+|"
    r"transplant\w*|follow[ -]?up|presented|underwent|onset|since|started|began|last|next|scheduled|delivered|injur\w+|fell|accident|"
    r"expired|moved|returned|stroke|chemo\w*|biops\w+|married|divorced|retired|immuni[sz]\w+|vaccinat\w+|she|he|her|his|patient|pt|my|i)\b",
    re.IGNORECASE,
)


_SENTENCE_END = re.compile(r"(?<=[.;!?])\s|\n")


def _month_and_year(match: re.Match[str]) -> bool:
    # "Guideline, March 2021" is about a publication, not about a person.
    text, start, end = match.string, match.start(), match.end()
    if re.search(r"(?i)\b(?:ratio|titers?|dilution|odds|risk|of|about)\W{0,3}$", text[max(start - 16, 0) : start]) and "/" in match[0]:
        return False
    before = _SENTENCE_END.split(text[max(start - 90, 0) : start])[-1]
    after = _SENTENCE_END.split(text[end : end + 60])[0]
    return bool(_CARE.search(before)) or not _PUBLISHED.search(before + " " + after)


def _ordinary_day(match: re.Match[str]) -> bool:
    """Words that are months only by chance (may, march, mar, dec, sun) need their capital or a year or an ordinal."""
    found = match[0]
    name = re.search(rf"(?i)(?<![A-Za-z]){_NAME}(?![A-Za-z])", found)
    word = name[0] if name else ""
    if word in ("may", "march", "mar", "sept", "dec") and not re.search(rf"{_YEAR}|[0-9](?:st|nd|rd|th)|\bof\b", found):
        return False
    if word in ("May", "March") and re.match(r"\s?(?:%|mg|patients|percent|times|of the|or more|hours|days|weeks|mL)", match.string[match.end() :][:12]):
        return False
    return True


_BEFORE_SHORT = re.compile(
    r"(?:\b(?:on|since|by|until|till|from|dated?|planned|arranged|booked|set for|completed|ordered|resulted|collected|received|sent|faxed|f/?u|follow-?up|return(?:ed|s)?|recheck(?:ed)?|next|eta|refill(?:ed)?|filled|to|thru|through|before|after|around|approximately|starting|beginning|ending|due|"
    r"as of|between|and|admi\w+|discharg\w+|seen|visit\w*|appt\.?|appointment|surgery|dob|d\.o\.b\.?|doa|dod|dos|born|last|next|scheduled|"
    r"labs?|cultures?|(?:x-?ray|ct|mri|echo|ekg|ecg|us)|lmp|edd|effective|of|stop(?:ped)?|start(?:ed)?|given|drawn|done|performed|taken|repeat|"
    r"mon(?:day)?|tue(?:s(?:day)?)?|wed(?:nesday)?|thu(?:rs(?:day)?)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|week of|month of|removed|placed|called|signed)"
    r"[\s:,(=.\"-]{1,3}|(?:^|\n)\s{0,4}(?:[-*\u2022]\s)?)$",
    re.IGNORECASE,
)
_SCORED = re.compile(
    r"(?:\b(?:pain|score[sd]?|rat(?:ed|ing)|strength|scale|apgars?|gcs|motor|reflex\w*|pulses?|vision|grade|power|acuity|murmur|of|about|is|was|level)\b[\s:=a-z]{0,14})$",
    re.IGNORECASE,
)
_AFTER_SHORT = re.compile(
    r"\s?(?:%|of\b|pain|doses?|cups?|tabs?|tablets?|strength|scale|mm\s?hg|murmur|systolic|in severity|pt|out of|mg|ml|inch|in\b|positive|nodes?|cores?|sites?|patients|weeks|days|hours|criteria|lumen|normal saline|NS\b)",
    re.IGNORECASE,
)


def _short(match: re.Match[str]) -> bool:
    """`3/14` is a date only where a date is expected; `5/10` is mostly a score."""
    text, start, end = match.string, match.start("v"), match.end("v")
    before = text[max(start - 40, 0) : start]
    if _AFTER_SHORT.match(text, end, end + 20):
        return False
    expected = _BEFORE_SHORT.search(before)
    if not expected:
        return False
    month, day = (int(part) for part in re.split(r"[/]", match["v"])[:2])
    at_start = not expected[0].strip(" \n-*\u2022")
    if at_start and not re.match(r"\s?(?:[:,)-]|to\b|[A-Z])", text[end : end + 4]):
        return False
    of = re.search(r"\b(?:of|to|and|from|last|is|was)\W*$", before, re.IGNORECASE)
    if of and day in (2, 3, 4, 5, 6, 8, 10) and month <= day and _SCORED.search(before[: of.start()].rstrip()):
        return False
    if re.search(r"\b(?:of|and|to)\W*$", before, re.IGNORECASE):
        return bool(re.search(r"\b[01]?[0-9]/[0-3]?[0-9]\W{1,3}(?:and|to)\W*$|\b(?:as|week|month|morning|night|evening|date|ct|mri|labs?) of\W*$", before, re.IGNORECASE))
    return True


def _numeric(match: re.Match[str]) -> bool:
    # The three numbers must be a day: at least one of the ends is a month and the other a day.
    parts = [int(part) for part in re.split(r"[^0-9]+", match["v"].strip())[:3]]
    first, second = parts[0], parts[1]
    return (first <= 12 and second <= 31) or (first <= 31 and second <= 12)


def _dotted(match: re.Match[str]) -> bool:
    before = match.string[max(match.start() - 24, 0) : match.start()]
    return _numeric(match) and not re.search(r"(?i)(?:\bv(?:er(?:sion)?)?\.?\s?|section |release |[0-9]\.|\bpython |\bIP )$", before)


def _two_digit_year(match: re.Match[str]) -> bool:
    before = match.string[max(match.start() - 30, 0) : match.start()]
    return _numeric(match) and not re.search(r"(?i)\b(?:icd|ndc|code|version|v|ratio|score[sd]?|apgars?|tanner)\W{0,3}$", before)


_COMPACT_BEFORE = re.compile(
    r"(?:\||\^|~|(?<![A-Za-z])(?:[a-z]*(?:date|dob|birth|dt|dttm|time|timestamp|day|admi[a-z]*|discharge[a-z]*|dos|doa|effective|on|since|d8|rd8)[a-z]*)"
    r"[\"'\s:=*|_>(]{1,6}|(?i:D8|RD8)\*|_)$",
    re.IGNORECASE,
)


def _compact(match: re.Match[str]) -> bool:
    return bool(_COMPACT_BEFORE.search(match.string, max(match.start("v") - 40, 0), match.start("v")))


RULES: tuple[Rule, ...] = (
    Rule(
        id="date.year-first",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C); ISO 8601-1, 5.2.2 and 5.4",
        triggers=(r"(?:1[89]|20)[0-9][0-9][^0-9A-Za-z]{1,3}[01]?[0-9][^0-9A-Za-z]{1,3}[0-3]?[0-9]",),
        spans=matching(rf"(?<![0-9A-Za-z.])(?<![0-9]-)(?P<v>{_YEAR}({DASH}|[/.]){_MONTH}\2{_DAY}{_TIME})(?![0-9]|[-/.][0-9])"),
        before=20,
        after=40,
        rank=1,
        positives=(
            "on «2026-03-14»",
            "«2026-03-14T10:22:31Z»",
            "«2026-03-14T10:22:31.123+01:00»",
            "«2026/3/14»",
            "«2026-03-14 10:22»",
            "birthDate\n«1962-03-14»",
            "«2026‑03‑14»",
        ),
        negatives=("2026-13-14", "in 2026", "2020-2026", "ICD-10-2026", "RFC 2026-99"),
    ),
    Rule(
        id="date.year-last",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C); month or day first, four digits of the year",
        triggers=(r"[0-9][^0-9A-Za-z]{1,3}[0-3]?[0-9][^0-9A-Za-z]{1,3}(?:1[89]|20)[0-9][0-9]",),
        spans=matching(
            rf"(?<![0-9A-Za-z])(?<![0-9][/-])(?<![0-9]\.)(?P<v>[0-3]?[0-9]({DASH}|/|\.|\s?[/.-]\s)[0-3]?[0-9]\2{_YEAR}{_TIME})(?![0-9A-Za-z])(?!{DASH}[0-9])", _dotted
        ),
        before=20,
        after=40,
        rank=1,
        positives=(
            "DOB «03/14/1962»",
            "«14/03/1962»",
            "«3-14-2026»",
            "«14.03.1962»",
            "«03/14/2026 10:22 AM»",
            "from «3/1/2026» to «3/4/2026»",
            "seen «3/14/2026».",
            "(«12/31/1999»)",
        ),
        negatives=("45/67/2001", "ratio 1/2000", "version 1.2.2001", "1-2-20011"),
    ),
    Rule(
        id="date.two-digit-year",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C); month or day first, two digits of the year",
        triggers=(r"[0-9][^0-9A-Za-z.,: ]{1,3}[0-3]?[0-9][^0-9A-Za-z.,: ]{1,4}[0-9][0-9]",),
        spans=matching(rf"(?<![0-9A-Za-z])(?<![0-9.][/.-])(?<![A-Za-z]-)(?P<v>[0-3]?[0-9](/|{DASH})[0-3]?[0-9]\2'?[0-9]{{2}}{_TIME})(?![0-9A-Za-z]|/|{DASH}[0-9]|\.[0-9])", _two_digit_year),
        before=30,
        after=40,
        positives=("DOB: «3/14/62»", "«03-14-62»", "on «12/1/25»,", "«14/3/62»"),
        negatives=("45/67/89", "1/2/3", "scores 5/5/5", "NDC 12-34-56", "12-34-5678-90", "10/10/100"),
    ),
    Rule(
        id="date.month-day",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C); name of the month, then the day",
        triggers=(rf"(?i)(?:^|[^a-z]){_SHORT}[a-z]{{0,6}}\.?[ ,\n\t-]{{1,3}}(?:the )?(?:[0-3]?[0-9]|{_WORDS})(?:[^0-9]|$)",),
        spans=matching(
            rf"(?i)(?<![A-Za-z])(?P<v>{_WEEKDAY}{_NAME}(?:\s{{1,3}}|{DASH}|,\s?)(?:the\s)?{_DAYS}{_SPAN}(?:{DASH}(?:{_YEAR}|[0-9]{{2}})(?![0-9])|{_YEAR_AFTER}){_TIME})(?![0-9A-Za-z])",
            _ordinary_day,
        ),
        before=60,
        after=50,
        rank=1,
        positives=(
            "«March 14, 2026»",
            "on «March 14th»",
            "«Mar. 14 2026»",
            "«Saturday, March 14, 2026»",
            "«march 14th»",
            "«Mar-14-2026»",
            "«March fourteenth»",
            "«May 5»,",
            "from «March 3-7, 2026»",
            "«Sept 3, 1999 at 10:30 am»",
            "«JUNE 3»",
        ),
        negatives=("may 5 patients", "march 3 miles", "Mart 12", "decided 3", "May 10% of", "janitor 5", "Marched 3 times"),
    ),
    Rule(
        id="date.day-month",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C); the day, then the name of the month",
        triggers=(
            rf"(?i)[0-9](?:st|nd|rd|th)?[ ,./\n-]{{0,3}}(?:day )?(?:of )?{_SHORT}[a-z]{{0,6}}(?:[^a-z]|$)",
            # Words for days end in these letters too.
            rf"(?i)(?:st|nd|rd|th) (?:day )?(?:of )?{_SHORT}",
        ),
        spans=matching(
            rf"(?i)(?<![0-9A-Za-z.])(?<![0-9][/-])(?P<v>{_WEEKDAY}(?:the\s)?(?:{_DAY}{_ORDINAL}{_SPAN}|{_WORDS})(?:\s{{0,3}}|{DASH}|/|\.\s?)(?:day\s)?(?:of\s)?{_NAME}(?:[-/\s]{{0,2}}(?:{_YEAR}|'?[0-9]{{2}}(?![0-9:]))|{_YEAR_AFTER}){_TIME})(?![0-9A-Za-z])",
            _ordinary_day,
        ),
        before=60,
        after=50,
        rank=1,
        positives=(
            "«14 Mar 2026»",
            "«14th of March»",
            "on «the 14th of March, 2026»",
            "«14-Mar-2026»",
            "«14MAR2026»",
            "«Sat, 14 Mar 2026 10:22:31 +0000»",
            "«fourteenth of March 1962»",
            "«3 June»",
            "«2nd July 1999»",
            "«14 mar 2026»",
        ),
        negatives=("5 may be enough", "10 mars bars", "2 decades", "12 octets", "the first may not", "in 3 months"),
    ),
    Rule(
        id="date.month-year",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C): all elements of dates except year, so the month too",
        triggers=(rf"(?i)(?:^|[^a-z]){_SHORT}[a-z]{{0,6}}\.?(?:,? | of |-|/|')(?:1[89]|20)[0-9][0-9]", rf"[^0-9/]{_MONTH}/(?:19|20)[0-9][0-9]"),
        spans=matching(
            rf"(?<![A-Za-z])(?i:{_NAME})(?:,?\s|\sof\s|[-/]){_YEAR}(?![0-9A-Za-z])|(?<![0-9A-Za-z/.-])(?:0?[1-9]|1[0-2])/{_YEAR}(?![0-9/-])",
            _month_and_year,
        ),
        before=100,
        after=10,
        positives=("in «March 2026»", "diagnosed «Mar 2019»", "since «3/2024»", "«June of 1999»", "admitted «03/2026»"),
        negatives=("guideline updated March 2021", "published in May 2019", "the year 2026", "3/20260", "FDA approved it in June 2020"),
    ),
    Rule(
        id="date.month",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C): a month that says when something happened to a person",
        triggers=(),
        literals=tuple(
            f"{word} {month}"
            for word in "in|In|since|Since|last|until|by|early|late|mid|this|next|from|during".split("|")
            for month in "January|February|March|April|May|June|July|August|September|October|November|December".split("|")
        ),
        spans=matching(
            r"\b(?:in|In|since|Since|last|until|by|early|late|mid|this|next|from|during)[ -](?P<v>January|February|March|April|May|June|July|August|September|October|November|December)(?![A-Za-z]|\s(?:[0-9]|\w+ [12][0-9]{3}))",
            lambda match: (
                bool(_CARE.search(re.split(r"(?<=[.;!?\n])\s", match.string[max(match.start() - 80, 0) : match.start()])[-1]))
                or match[0][:4].lower() == "last"
            ),
        ),
        before=90,
        after=20,
        positives=("she was admitted in «March»", "last seen in «October»", "diagnosed last «June»"),
        negatives=("flu peaks in February", "In May 2019 the trial began", "March of Dimes"),
    ),
    Rule(
        id="date.month-slash-day",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C); month and day where a date is expected",
        triggers=(r"[^0-9/.][01]?[0-9]/[0-3]?[0-9](?:[^0-9/]|$)", r"^[01]?[0-9]/[0-3]?[0-9](?:[^0-9/]|$)"),
        spans=matching(rf"(?<![0-9A-Za-z/.])(?P<v>(?:0?[1-9]|1[0-2])/{_DAY}{_TIME})(?![0-9A-Za-z/]|\.[0-9])", _short),
        before=60,
        after=30,
        positives=("seen on «3/14»", "admitted «3/14»", "from «3/14» to «3/17»", "since «12/1»,", "LMP: «3/14»", "follow up on «4/2»."),
        negatives=(
            "pain 7/10",
            "strength 5/5",
            "BP 120/80",
            "20/20 vision",
            "2/3 of days",
            "24/7",
            "rated 5/10 on the scale",
            "after 1/2 tablet",
            "grade 3/6 murmur",
            "1/2 cup",
            "reflexes 2/4",
            "Apgar 8/9",
        ),
    ),
    Rule(
        id="date.compact",
        kind="date",
        source="HL7 v2.5.1, 2.A.22 DTM; X12 date format D8; DICOM PS3.5, 6.2 DA and DT",
        triggers=(r"[^0-9A-Za-z.-](?:19|20)[0-9][0-9](?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:[^0-9]|$|[0-2][0-9][0-5][0-9])",),
        spans=matching(
            r"(?<![0-9A-Za-z.])(?P<v>(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])(?:T?[0-2][0-9][0-5][0-9](?:[0-5][0-9](?:\.[0-9]{1,6})?)?)?(?:[+-][0-9]{4}|Z)?)(?![0-9A-Za-z])",
            _compact,
        ),
        before=60,
        after=40,
        rank=1,
        positives=("PID|1||123||DOE^JANE||«19620314»|F", "dob: «19620314»", "admit_date=«20260314»", "MSH|^~\\&|A|B|C|D|«20260314102231»||ADT", "DMG*D8*«19620314»*F", "birthDate\n«19620314»"),
        negatives=("order 20260314", "20261314", "lot 19991231"),
    ),
    Rule(
        id="date.ordinal",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C); a day of a month that is known from the text around it",
        triggers=(r"(?i)on the (?:[0-3]?[0-9](?:st|nd|rd|th))(?:[ .,;)]|$)",),
        spans=matching(
            r"(?i)\bon (?P<v>the (?:[12]?[0-9]|3[01])(?:st|nd|rd|th))(?=[.,;)]|\s*$|\s+(?:and|at|for|with|of (?:the|this|last|next) month|he|she|the patient)\b)"
        ),
        positives=("admitted on «the 14th».", "seen on «the 3rd» and discharged on «the 5th»"),
        negatives=("on the 3rd floor", "on the 5th day", "on the 90th percentile"),
    ),
    Rule(
        id="date.holiday",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C); a holiday is a day of the year",
        triggers=each("christmas|thanksgiving|new year'?s|easter|halloween|valentine'?s|memorial day|labor day|independence day|fourth of july", "(?i) ", ""),
        spans=matching(
            r"(?i)\b(?:on|since|before|after|until|this|last|around) (?P<v>christmas(?: (?:eve|day))?|thanksgiving(?: day)?|new year'?s(?: (?:eve|day))?|easter(?: (?:sunday|monday))?|halloween|valentine'?s day|memorial day|labor day|independence day|the fourth of july)\b"
        ),
        positives=("fell on «Christmas Eve»", "since «Thanksgiving»"),
        negatives=("Christmas tree pattern",),
    ),
)
