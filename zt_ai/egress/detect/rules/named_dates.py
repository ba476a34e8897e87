"""(C) Dates with the name of a month, a day of a month or a holiday."""

from __future__ import annotations

import re

from zt_ai.egress.detect.calendar_words import DAY, MONTH, ORDINALS, TIME, YEAR
from zt_ai.egress.detect.context import DASH, each
from zt_ai.egress.detect.rule import Rule, matching
from zt_ai.egress.detect.rules.published import of_document

_NAME = (
    r"(?:jan(?:uary|\.)?|feb(?:ruary|\.)?|mar(?:ch|\.)?|apr(?:il|\.)?|may|june?\.?|july?\.?|aug(?:ust|\.)?|"
    r"sept?(?:ember|\.)?|oct(?:ober|\.)?|nov(?:ember|\.)?|dec(?:ember|\.)?)"
)

_SHORT = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
# Told from the beginnings of other words, as in `and mark`.
_WHOLE = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)(?:[^a-z]|$)"
)

_WEEKDAY = r"(?:(?:mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?|sun)(?:day)?\.?,?\s+)?"

_ORDINAL = r"(?:st|nd|rd|th)?"

_DAYS = rf"(?:{DAY}{_ORDINAL}(?![0-9])|{ORDINALS})"

_SPAN = rf"(?:\s?(?:{DASH}|to|and|through|or|&|,)\s?{DAY}{_ORDINAL}(?![0-9]))?"

_YEAR_AFTER = rf"(?:,?\s{{0,2}}(?:of\s)?(?:{YEAR}|'[0-9]{{2}})(?![0-9]))?"

_PUBLISHED = re.compile(
    r"\b(?:guidelines?|publish\w*|publication|updat\w+|version|edition|issued?|releas\w+|revis\w+|"
    r"approv\w+|fda|effective|recommend\w*|"
    r"statement|literature|search\w*|databases?|medline|pubmed|accessed|trial|stud(?:y|ies)|enroll?\w*|"
    r"cohort|survey|data|cutoff|"
    r"knowledge|consensus|label(?:ing)?|vol(?:ume)?|journal|et al|epidemic|pandemic|outbreak|season\w*|who|"
    r"cdc|law|act|rule)\b",
    re.IGNORECASE,
)

_CARE = re.compile(
    r"\b(?:admi\w+|discharg\w+|born|birth\w*|dob|died|death|deceased|seen|visit\w*|surger\w+|surgical|"
    r"diagnos\w+|appointment|hospitali[sz]\w+|"
    r"transplant\w*|follow[ -]?up|presented|underwent|onset|since|started|began|last|next|scheduled|"
    r"delivered|injur\w+|fell|accident|"
    r"expired|moved|returned|stroke|chemo\w*|biops\w+|married|divorced|retired|immuni[sz]\w+|vaccinat\w+|"
    r"she|he|her|his|patient|pt|my|i)\b",
    re.IGNORECASE,
)

_SENTENCE_END = re.compile(r"(?<=[.;!?])\s|\n")


def _month_and_year(match: re.Match[str]) -> bool:
    # "Guideline, March 2021" is about a publication, not about a person.
    text, start, end = match.string, match.start(), match.end()
    if of_document(text, start):
        return False
    if (
        re.search(r"(?i)\b(?:ratio|titers?|dilution|odds|risk|of|about)\W{0,3}$", text[max(start - 16, 0) : start])
        and "/" in match[0]
    ):
        return False
    before = _SENTENCE_END.split(text[max(start - 90, 0) : start])[-1]
    after = _SENTENCE_END.split(text[end : end + 60])[0]
    return bool(_CARE.search(before)) or not _PUBLISHED.search(before + " " + after)


_DATED = re.compile(
    r"(?i)(?:\b(?:on|since|until|till|by|from|to|thru|through|before|after|due|date[ds]?|dob|born|seen|admit(?:ted)?|discharged?|appt|visit|sched\w*|"
    r"collected|drawn|received|signed|exp(?:ires)?|start(?:ed)?|lmp|edd|dos|f/?u)|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)-[0-9]{1,2}(?: ?-|,)?)[\s:=(]{1,3}$"
)
_DATED_ON = re.compile(
    r"(?:[-/, ']{1,2}(?:19|20)[0-9]{2}|[-/'][0-9]{2})(?![0-9])|[ ,]{1,2}(?:at )?[0-9]{1,2}:[0-9]{2}|[ ,-]{1,3}(?:to |through |and )?(?:JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC)-"
)


def _measure(match: re.Match[str]) -> bool:
    """Whether `SEP-1` is the measure of CMS for sepsis: no word that days follow before it, no year or time behind it."""
    text, (start, end) = match.string, match.span()
    return match[0] == "SEP-1" and not (_DATED.search(text, max(start - 20, 0), start) or _DATED_ON.match(text, end))


def _ordinary_day(match: re.Match[str]) -> bool:
    """Words that are months only by chance (may, march, mar, dec, sun) need their capital or a year or an ordinal."""
    found = match[0]
    if _measure(match) or of_document(match.string, match.start("v")):
        return False
    name = re.search(rf"(?i)(?<![A-Za-z]){_NAME}(?![A-Za-z])", found)
    word = name[0] if name else ""
    if word in ("may", "march", "mar", "sept", "dec") and not re.search(rf"{YEAR}|[0-9](?:st|nd|rd|th)|\bof\b", found):
        # "leaving dec 27": words that days follow make an abbreviation a month.
        return word in ("sept", "dec") and bool(
            _DAYS_FOLLOW.search(match.string, max(match.start("v") - 12, 0), match.start("v"))
        )
    return not (
        word in ("May", "March")
        and re.match(
            r"\s?(?:%|mg|patients|percent|times|of the|or more|hours|days|weeks|mL)", match.string[match.end() :][:12]
        )
    )


_DAYS_FOLLOW = re.compile(
    r"\b(?:on|by|until|til|till|from|since|before|after|leaving|arriving|through|thru|and|mid|due|for|starting|between)\s$"
)


RULES: tuple[Rule, ...] = (
    Rule(
        id="date.month-day",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C); name of the month, then the day",
        triggers=(
            rf"(?i)(?:^|[^a-z]){_SHORT}[a-z]{{0,6}}\.?[ ,\n\t-]{{1,3}}(?:the )?(?:[0-3]?[0-9]|{ORDINALS})(?:[^0-9]|$)",
        ),
        spans=matching(
            rf"(?i)(?<![A-Za-z])(?P<v>{_WEEKDAY}{_NAME}(?:\s{{1,3}}|{DASH}|"
            rf",\s?)(?:the\s)?{_DAYS}{_SPAN}(?:{DASH}(?:{YEAR}|[0-9]{{2}})(?![0-9])"
            rf"|{_YEAR_AFTER}){TIME})(?![0-9A-Za-z])",
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
            "«SEP-1-2024»",
            "«SEP-1 2024»",
            "admitted «SEP-1»",
            "«AUG-28», «SEP-1», «SEP-4»",
            "«SEP-1 10:30»",
            "thinking of leaving «dec 27» with her",
            "«Sep-1»",
        ),
        negatives=(
            "may 5 patients",
            "march 3 miles",
            "dec 5 then inc 6",
            "74% in 2023. SEP-1 68% -> 76%",
            "bundle compliance (SEP-1), PSI 90",
            "Mart 12",
            "Release of Information. Effective March 1, 2024; next review March 2, 2027.",
            "decided 3",
            "May 10% of",
            "janitor 5",
            "Marched 3 times",
        ),
    ),
    Rule(
        id="date.day-month",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C); the day, then the name of the month",
        triggers=(
            rf"(?i)[0-9](?:st|nd|rd|th)?[ ,./\n-]{{0,3}}(?:day )?(?:of )?{_SHORT}[a-z]{{0,6}}(?:[^a-z]|$)",
            # Words for days end in these letters too.
            rf"(?i)(?:st|nd|rd|th) (?:day )?(?:of )?{_WHOLE}",
        ),
        spans=matching(
            rf"(?i)(?<![0-9A-Za-z.])(?<![0-9][/-])(?P<v>{_WEEKDAY}(?:the\s)?(?:{DAY}{_ORDINAL}{_SPAN}"
            rf"|{ORDINALS})(?:\s{{0,3}}|{DASH}|/|\.\s?)(?:day\s)?(?:of\s)?{_NAME}(?:[-/\s]{{0,2}}(?:{YEAR}|"
            rf"'?[0-9]{{2}}(?![0-9:]))|{_YEAR_AFTER}){TIME})(?![0-9A-Za-z])",
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
        negatives=(
            "5 may be enough",
            "10 mars bars",
            "2 decades",
            "12 octets",
            "the first may not",
            "in 3 months",
            "Version 07-Apr-2025 of the table",
        ),
    ),
    Rule(
        id="date.month-year",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C): all elements of dates except year, so the month too",
        triggers=(
            rf"(?i)(?:^|[^a-z]){_SHORT}[a-z]{{0,6}}\.?(?:,? | of |-|/|')(?:1[89]|20)[0-9][0-9]",
            rf"[^0-9/]{MONTH}/(?:19|20)[0-9][0-9]",
        ),
        spans=matching(
            rf"(?<![A-Za-z])(?i:{_NAME})(?:,?\s|\sof\s|[-/]){YEAR}(?![0-9A-Za-z])|"
            rf"(?<![0-9A-Za-z/.-])(?:0?[1-9]|1[0-2])/{YEAR}(?![0-9/-])",
            _month_and_year,
        ),
        before=100,
        after=10,
        positives=("in «March 2026»", "diagnosed «Mar 2019»", "since «3/2024»", "«June of 1999»", "admitted «03/2026»"),
        negatives=(
            "guideline updated March 2021",
            "published in May 2019",
            "the year 2026",
            "3/20260",
            "FDA approved it in June 2020",
        ),
    ),
    Rule(
        id="date.month",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C): a month that says when something happened to a person",
        triggers=(),
        literals=tuple(
            f"{word} {month}"
            for word in "in|In|since|Since|last|until|by|early|late|mid|this|next|from|during".split("|")
            for month in "January|February|March|April|May|June|July|August|September|October|November|December".split(
                "|"
            )
        ),
        spans=matching(
            r"\b(?:in|In|since|Since|last|until|by|early|late|mid|this|next|from|during)[ -](?P<v>January|"
            r"February|March|April|May|June|July|August|September|October|November|December)(?![A-Za-z]|"
            r"\s(?:[0-9]|\w+ [12][0-9]{3}))",
            lambda match: (
                bool(
                    _CARE.search(
                        re.split(r"(?<=[.;!?\n])\s", match.string[max(match.start() - 80, 0) : match.start()])[-1]
                    )
                )
                or match[0][:4].lower() == "last"
            ),
        ),
        before=90,
        after=20,
        positives=("she was admitted in «March»", "last seen in «October»", "diagnosed last «June»"),
        negatives=("flu peaks in February", "In May 2019 the trial began", "March of Dimes"),
    ),
    Rule(
        id="date.ordinal",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C); a day of a month that is known from the text around it",
        triggers=(r"(?i)on the (?:[0-3]?[0-9](?:st|nd|rd|th))(?:[ .,;)]|$)",),
        spans=matching(
            r"(?i)\bon (?P<v>the (?:[12]?[0-9]|3[01])(?:st|nd|rd|th))(?=[.,;)]|\s*$|\s+(?:and|at|for|with|"
            r"of (?:the|this|last|next) month|i|he|she|the patient)\b)"
        ),
        positives=("admitted on «the 14th».", "seen on «the 3rd» and discharged on «the 5th»"),
        negatives=("on the 3rd floor", "on the 5th day", "on the 90th percentile"),
    ),
    Rule(
        id="date.holiday",
        kind="date",
        source="45 CFR 164.514(b)(2)(i)(C); a holiday is a day of the year",
        triggers=each(
            "christmas|thanksgiving|new year'?s|easter|halloween|valentine'?s|memorial day|labor day|"
            "independence day|fourth of july|good friday|palm sunday|bastille day|mother'?s day|father'?s day|boxing day|ash wednesday",
            "(?i) ",
            "",
        ),
        spans=matching(
            r"(?i)\b(?:on|since|before|after|until|this|last|around|born) (?P<v>good friday|palm sunday|bastille day|mother'?s day|father'?s day|boxing day|ash wednesday|christmas(?: (?:eve|day))?|"
            r"thanksgiving(?: day)?|new year'?s(?: (?:eve|day))?|easter(?: (?:sunday|monday))?|halloween|"
            r"valentine'?s day|memorial day|labor day|independence day|the fourth of july)\b"
        ),
        positives=("fell on «Christmas Eve»", "since «Thanksgiving»", "who died in our care on «Good Friday»"),
        negatives=("Christmas tree pattern",),
    ),
)
