"""(C) Month and day with a slash, where nothing but the numbers says that it is a day; and from one day to another.

`5/10` is a score more often than a day, so a day up to the twelfth needs a word before it that days follow. A later day
is one unless a score, a count or a measure stands beside it: there are few numbers out of 13 and more that are written
so, and they have names.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect.calendar_words import DAY, ORDINALS, TIME
from zt_ai.egress.detect.context import ahead
from zt_ai.egress.detect.rule import Rule, matching

_DAY_OF_WEEK = r"mon(?:day)?|tues?(?:day)?|weds?|wednes(?:day)?|thur?s?(?:day)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?"
_SOURCE = "45 CFR 164.514(b)(2)(i)(C): all elements of dates except the year; forms of US charts"
_LATE = r"(?:1[3-9]|2[0-9]|3[01])"
_TO = r" ?(?:-|\u2013|\u2014|to|thru|through|until) ?"
_YEAR = r"(?:/(?:19|20)?[0-9]{2})?"
_SHORT = rf"(?:0?[1-9]|1[0-2])/{DAY}{_YEAR}"
_END = r"(?![0-9A-Za-z/%]|\.[0-9]|-[0-9])"
_START = r"(?<![0-9A-Za-z/.^_=-])"

_SCORE = re.compile(
    r"(?:\b(?:pain|scores?|scored|scoring|rat(?:ed|ing)|scale|strength|power|motor|grade|gcs|mmse|moca|mini-?cog|slums|phq|gad|"
    r"audit|braden|morse|nihss|apgars?|epds|fim|mrs|barthel|katz|oswestry|acuity|vision|va|snellen|reflex\w*|pulses?|"
    r"gleason|nodes?|cores?|ln|lymph|bands?|margins?|biops\w+|positive|negative|grip|pinch|murmur|bp|pressure|"
    r"ratio|fraction|odds|probability|chance|(?<!s/)p|size|gauge|needle|wrench|bolt|drill|inch(?:es)?|answered|correct|recall\w*|"
    r"orient\w+|visuospatial|attention|naming|items?|questions?|points?|passed|failed|healthy|ready pods|replicas|"
    r"beds?|seats?|slots?|pods?|containers?|tests?|checks?|sites?|cases?|patients|subjects|responders?|mice|rats|"
    r"page|step|slide|part|version|rev|build|sprint|episode|epoch|chapter|lesson|grades?|quiz|exam score|"
    r"dex|ddt|i/?o|tx|fr(?:action)?s?|fx|in|of|about|only|nearly|than|was|were|is|are|got|had|experience)"
    r"\b(?:-[0-9]{1,2})?[\s:=(,-]{0,3}(?:[a-z-]{1,12}[\s:=(]{1,2})?|[=<>\u2265\u2264~\u2248/x*+^] ?)$"
)
_MEASURE = re.compile(
    r"\s?(?:of\b|out\b|in\.|inch|\"|''|lbs?\b|kg\b|mg|ml|mm|cm|oz\b|cups?\b|tabs?\b|tablets?\b|tsp|tbsp|doses?\b|points?\b|"
    r"pts?\b(?! (?:seen|to|will))|cores?\b|nodes?\b|bands?\b|positive|negative|correct|items?\b|scale|scores?\b|healthy|ready\b|running|"
    r"passed|failed|passing|patients|subjects|cases|sites|mice|beds|pods|tests|responders?|ratio|odds|fractions?\b|fx\b|sessions?\b|"
    r"cycles?\b|probability|on (?:the )?(?:moca|mmse|gcs|phq|slums|braden|audit|scale)|in severity|at rest|with movement|systolic|"
    r"weeks?\b|days?\b|hours?\b|hrs?\b|h\b|pages?\b|inches|size|ns\b|normal saline|\)?\s?\(?[0-9]{1,3}(?:\.[0-9]+)? ?%)"
)


_GROUP = re.compile(r"(?:(?<![A-Za-z])(?:AB|A|B|O)(?:[+\u2212-]| ?(?:pos|neg)(?:itive)?)) ?[:=]? ?$")
_GROUPS = re.compile(
    r"(?<![A-Za-z])(?:AB|A|B|O)(?:[+\u2212-]| ?(?:pos|neg)(?:itive)?) ?[:=]? ?[0-9]{1,3}(?:/[0-9]{1,3})?(?![0-9/])"
)
_ACTIVITY = re.compile(
    r"(?i:\bactivity(?: index)?|\bAI\b(?=.{1,24}(?<![A-Z])CI[ :=]{1,3}[0-9]{1,2}/12(?![0-9/])))[ :=]{1,3}[0-9]{1,2}/24"
)


def _indexed(text: str, start: int, end: int) -> bool:
    """Whether it is the stock of a blood group among those of others, or the activity of a nephritis."""
    index = _ACTIVITY.search(text, max(start - 20, 0), end + 24) if text[end - 3 : end] == "/24" else None
    if index and index.end() == end:
        return True
    group = _GROUP.search(text, max(start - 12, 0), start)
    return bool(group) and len(_GROUPS.findall(text, max(start - 40, 0), end + 40)) > 2


# Both, and what days follow, are looked for in lower case.


def scored(text: str, start: int) -> bool:
    """Whether words of scores, counts and sizes stand before a place."""
    return bool(_SCORE.search(ahead(text, start, 40)))


def measured(text: str, end: int) -> bool:
    """Whether units or what is counted follow."""
    return bool(_MEASURE.match(text[end : end + 24].lower()))


_WEEKDAY = re.compile(r"\b(?:mon|tue|tues|wed|thu|thur|thurs|fri|sat|sun)(?:day|nesday|rsday|sday|urday)?\.?,? $")


def _late(match: re.Match[str]) -> bool:
    text, (start, end) = match.string, match.span("v")
    if _WEEKDAY.search(ahead(text, start, 16)):
        return True  # "this was Monday 4/22": no score
    return not (scored(text, start) or measured(text, end) or _indexed(text, start, end))


# What days follow in charts and messages, beside the words of `date.month-slash-day`.
_EVENT = (
    r"last night|overnight|yesterday|tomorrow|home|rtc|am|pm|flight|party is|resumed?|held since|(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tues?|weds?|thur?s?|fri|sat|sun|ready|avail(?:able)?|infusion|transfusion|injection|dialysis|hd|chemo|clinic|follow[ -]?up with|"
    r"f/?u (?:with |w/ ?)?(?:dr\.?|np|pa) [a-z]+|extubated|intubated|transferred|transfer|rehab|snf|"
    r"echo|tte|tee|hus|us|mri|mra|ct|cta|pet|dexa|egd|colonoscopy|mammo(?:gram)?|cxr|kub|eeg|emg|uds|ua|ucx|bcx|cbc|bmp|cmp|a1c|"
    r"inr|psa|tsh|cx|path|biopsy|evaluat(?:ed|ion)|consult(?:ed)?|mailed|picked up|delivered|dropped off|shipped|expires?|expired|"
    r"good|valid|approved|authorized|denied|paid|posted|billed|submitted|postmarked|deadline|starts|began|begins|ends|ended|"
    r"vaccinated|vaccine|booster|pump|catheter|foley|picc|line|drain|sutures|staples|cast|splint|mask fit|"
    r"[a-z]{3,}(?:ectomy|otomy|ostomy|plasty|oscopy|desis)|(?:s/p|status post) [a-z][a-z -]{2,24}|seen by (?:dr\.?|np|pa) [a-z]+"
)
_FOLLOWS = re.compile(
    rf"(?<!pods )(?<!replicas )(?:\b(?:{_EVENT})[\s:,(@~]{{1,2}}(?:(?:on|by|until|thru|x[1-9]) ?)?\(?)$"
)


def _told(text: str, start: int) -> bool:
    return bool(_FOLLOWS.search(ahead(text, start, 48)))


def _announced(match: re.Match[str]) -> bool:
    return _told(match.string, match.start("v")) and not measured(match.string, match.end("v"))


_CLOCK = r"(?:[01][0-9][0-5][0-9]|2[0-3][0-5][0-9])"
_UNITS = r"(?: ?(?:m[lLg]|mcg|ug|units?|u|kcal|cal|cc|g|mg|steps|IU|mm|x)\b|[0-9/%-]|[.,][0-9])"


def _timed(match: re.Match[str]) -> bool:
    """Whether a day beside a time of day is one: no score of hours, and no amount."""
    day = match["v"] or match["w"]
    if day.rpartition("/")[2] in ("5", "10"):
        # "pain 3/10 0600, reassess 1200 2/10", "4/5 0800": what pain and strength are measured in.
        return False
    return not (scored(match.string, match.start("v" if match["v"] else "w")) or measured(match.string, match.end()))


_RANGE = re.compile(rf"{_START}(?P<a>{_SHORT}){_TO}(?P<b>{_SHORT}){_END}")


def _range(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    """Both days of a range that can only be one: a year, a day behind the twelfth, or a word that days follow."""
    for match in _RANGE.finditer(text, low, high):
        start, end = match.span()
        days = [[int(part) for part in match[name].split("/")] for name in ("a", "b")]
        sure = any(len(day) > 2 for day in days)
        forwards = days[0][:2] < days[1][:2] or days[0][0] >= 10 > days[1][0]
        late = any(day[1] > 12 for day in days) and not scored(text, start)
        if (sure or (forwards and (late or _told(text, start)))) and not measured(text, end):
            yield match.span("a")
            yield match.span("b")


RULES: tuple[Rule, ...] = (
    Rule(
        id="date.late-day",
        kind="date",
        source=_SOURCE,
        triggers=(r"[^0-9A-Za-z/.][01]?[0-9]/(?:1[3-9]|2[0-9]|3[01])(?:[^0-9/]|$)", r"^[01]?[0-9]/(?:1[3-9]|2[0-9]|3[01])(?:[^0-9/]|$)"),
        spans=matching(rf"{_START}(?P<v>(?:0?[1-9]|1[0-2])/{_LATE}{TIME}){_END}", _late),
        before=60,
        after=40,
        positives=(
            "blood cx x2 («3/13»).",
            "SNF can take him «8/15»",
            "I have the MRI («6/27») and the referral",
            "Hgb 9.1 («10/30»), 8.4 today",
            "Next infusion «2/19». OK to schedule.",
            "s/p ERCP «1/15», tolerating clears",
            "Orders changed «9/22»: lasix 40",
            "type and screen A- «10/16», crossmatched",
            "for AI «11/24» clinic",
            "This was the day «4/22» about",
        ),
        negatives=(
            "GCS 14/15",
            "GCS: 3/15 on arrival",
            "MoCA 9/30",
            "scored 11/30 on the MMSE",
            "PHQ-9 12/27",
            "Gleason 4+3=7 in 5/14 cores",
            "nodes 3/18 positive",
            "pinch 11/16 lb",
            "a 5/16 inch bolt",
            "bands 8/13",
            "3/20 patients responded",
            "12/14 items",
            "t = 5/16",
            "5/25 (20%) had it",
            "9/15 tests passed",
            "O- 18/30, A+ 35/60, A- 10/16, B+ 12/20",
            "O neg 9/14, A neg: 10/16, B neg 4/8",
            "class IV (AI 11/24, CI 2/12)",
            "activity index 9/24",
        ),
    ),
    Rule(
        id="date.announced-day",
        kind="date",
        source=_SOURCE,
        triggers=(r"[A-Za-z1-9][ :,(@~]{1,3}[01]?[0-9]/(?:0?[1-9]|1[0-2])(?:[^0-9/]|$)",),
        spans=matching(rf"{_START}(?P<v>(?:0?[1-9]|1[0-2])/(?:0?[1-9]|1[0-2]){TIME}){_END}", _announced),
        before=60,
        after=40,
        positives=(
            "d/c foley, OOB, home «5/4» if tolerating",
            "Medical respite bed available «7/2».",
            "f/u Dr Amari «8/12»",
            "Medically ready «8/8».",
            "HUS «5/8» nl",
            "CT «2/3» no bleed",
            "a temp of 100.9 last night «5/11», down this am",
            "auth approved «4/1»",
            "POD 2 from L hemicolectomy («11/3»). Call light",
            "s/p lap chole «2/3» without complications",
            "scope in AM «4/12»",
            "injury yesterday, «9/6». Ottawa neg.",
            "RTC «4/4».",
            "back for the flight on «11/12» at dawn",
        ),
        negatives=(
            "at home 5/7 days",
            "CT 2/3 positive",
            "clinic 4/5 days a week",
            "strength 5/5",
            "infusion 1/2 NS",
            "replicas ready 1/1",
        ),
    ),
    Rule(
        id="date.timed-day",
        kind="date",
        source=_SOURCE,
        triggers=(r"[01]?[0-9]/(?:0?[1-9]|1[0-2]) [0-2][0-9][0-5][0-9](?:[^0-9]|$)", r"[0-2][0-9][0-5][0-9] [01]?[0-9]/(?:0?[1-9]|1[0-2])(?:[^0-9/]|$)"),
        spans=matching(
            rf"{_START}(?:(?P<v>(?:0?[1-9]|1[0-2])/(?:0?[1-9]|1[0-2])) {_CLOCK}(?!{_UNITS})|{_CLOCK} (?P<w>(?:0?[1-9]|1[0-2])/(?:0?[1-9]|1[0-2])){_END})",
            _timed,
        ),
        before=40,
        after=30,
        positives=(
            "patient eloped from the ED «5/2» 2335, drove off",
            "approx 1 tab at 1830 «7/4». Call back",
            "last dose «11/2» 0600",
        ),
        negatives=(
            "strength 4/5 1000 mL bolus",
            "pain 3/10 0600, 2/10 1200",
            "infuse 1000 1/2 NS",
            "GCS 3/5 1200",
            "diet 2/3 1800 kcal",
            "version 4/5 2024-01",
        ),
    ),
    Rule(
        id="date.with-seconds",
        kind="date",
        source=_SOURCE,
        triggers=(r"[0-3][0-9]/[0-3][0-9] [0-2][0-9]:[0-5][0-9]:[0-5][0-9]", r"20[0-9]{2}:[01][0-9]:[0-3][0-9] [0-2][0-9]:"),
        spans=matching(
            r"(?<![0-9A-Za-z/.-])(?P<v>(?:0[1-9]|1[0-2])/(?:0[1-9]|[12][0-9]|3[01]) [0-2][0-9]:[0-5][0-9]:[0-5][0-9])(?![0-9])|"
            r"(?<![0-9:])(?P<w>20[0-9]{2}:(?:0[1-9]|1[0-2]):(?:0[1-9]|[12][0-9]|3[01]) [0-2][0-9]:[0-5][0-9](?::[0-5][0-9])?)(?![0-9])"
        ),
        before=30,
        after=8,
        positives=("alarm log\n«05/11 03:14:22» bed 7", "taken «2025:05:11 10:22:31»; uploaded"),
        negatives=("at 03:14:22", "2025:51:11 10:22", "13/45 03:14:22"),
    ),
    Rule(
        id="date.range",
        kind="date",
        source=_SOURCE,
        triggers=(r"[01]?[0-9]/[0-3]?[0-9][0-9/]{0,5} ?(?:-|\xe2\x80[\x93\x94]|to|thru|through|until) ?[01]?[0-9]/[0-3]?[0-9]",),
        spans=_range,
        before=60,
        after=40,
        positives=(
            "School note given for «9/18»-«9/19».",
            "nausea gr1 «2/3/24»-«2/9/24»",
            "Auth good «3/20»\u2013«6/18».",
            "out «12/28» to «1/3»",
            "infusion «3/5» to «3/6»",
        ),
        negatives=(
            "strength 4/5-5/5",
            "pain 3/10-5/10",
            "GCS 13/15-14/15",
            "reflexes 1/4-2/4",
            "recall 1/3-2/3 words",
        ),
    ),
    Rule(
        id="date.day-with-hyphen",
        kind="date",
        source=_SOURCE,
        triggers=(
            r"(?i)(?:tomorrow|today|yesterday|mon|tues?|weds?|thur?s?|fri|sat|sun|day|before|until|due|by|since|effective|starting),? "
            r"[01]?[0-9]-(?:1[3-9]|2[0-9]|3[01])(?:[^0-9-]|$)",
        ),
        # "Monday 9-5", "today 2-3 stools": a day up to the twelfth is as well a time or a count.
        spans=matching(
            rf"(?<![A-Za-z])(?i:tomorrow|today|yesterday|(?:mon|tues?|weds?|thur?s?|fri|sat|sun)(?:day|nesday|rsday|sday|urday)?|before|until|due|by|since|"
            rf"effective|starting),? (?P<v>(?:0?[1-9]|1[0-2])-{_LATE})(?![0-9A-Za-z/%-]|\.[0-9]| (?:hours?|days?|weeks?|months?|years?|min|mg|mL|points?|"
            r"percent|%|times|stools?|episodes?|units?))"
        ),
        before=30,
        after=16,
        positives=("come to the clinic tomorrow «4-17».", "Please fix before «10-31», we have", "seen Tuesday, «3-14»"),
        negatives=(
            "by 10-20 percent",
            "today 2-3x",
            "due 4-12",
            "by 12-24 hours",
            "since 10-15 years",
            "Open Monday 9-5, Saturday 10-2; today 2-3 loose stools",
        ),
    ),
    Rule(
        id="date.weekday-the",
        kind="date",
        source=_SOURCE,
        triggers=(
            r"(?i)(?:mon|tues?|wed(?:nes)?|thur?s?|fri|sat(?:ur)?|sun)(?:day)?,? the (?:[0-3]?[0-9](?:st|nd|rd|th)|(?:twenty|thirty)[ -]|[a-z]{2,6}th|first|second|third|twelfth)",
        ),
        spans=matching(
            rf"(?<![A-Za-z])(?P<v>(?i:{_DAY_OF_WEEK}),? the (?:{DAY}(?:st|nd|rd|th)|(?i:{ORDINALS})))(?![A-Za-z])"
        ),
        before=30,
        after=16,
        positives=(
            "read out to the family on «Sunday the 19th».",
            "from dr x on «saturday the 2nd». said",
            "rehab place «thurs the 12th», «friday the tenth» spoke with",
        ),
        negatives=("Friday the 45th", "on Sunday the family"),
    ),
    Rule(
        id="date.weekday-day",
        kind="date",
        source=_SOURCE,
        triggers=(r"(?i)(?:mon|tues?|weds?|wednes|thur?s?|fri|sat(?:ur)?|sun)(?:day)?\.?,? [01]?[0-9]/[0-3]?[0-9](?:[^0-9/]|$)",),
        spans=matching(rf"(?<![A-Za-z])(?P<v>(?i:{_DAY_OF_WEEK})\.?,? (?:0?[1-9]|1[0-2])/{DAY}{TIME}){_END}"),
        before=30,
        after=16,
        positives=("worked that hall «tues 4/21»", "if you dont sign by «fri 8/21».", "(«Wed. 10/7»)", "call «Monday 6/1»"),
        negatives=("sun 13/45", "monday 24/7"),
    ),
    Rule(
        id="date.points-behind-verb",
        kind="date",
        source=_SOURCE,
        triggers=(r"(?i)(?:performed|dated|done|collected|drawn|signed|seen|visit|admitted|discharged|born|dob) (?:on )?[01]?[0-9]\.[0-3]?[0-9]\.[0-9]{2}(?:[^0-9.]|$)",),
        spans=matching(
            rf"(?<![A-Za-z])(?i:performed|dated|done|collected|drawn|signed|seen|visit|admitted|discharged|born|dob) (?:on )?(?P<v>(?:0?[1-9]|1[0-2])\.{DAY}\.[0-9]{{2}})(?![0-9A-Za-z]|\.[0-9])"
        ),
        before=30,
        after=4,
        positives=("EEG-0718; performed «7.18.22» by tech",),
        negatives=("done 1.2.3.4", "version 7.18.22"),
    ),
)  # fmt: skip
