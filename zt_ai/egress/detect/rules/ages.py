"""(C) Ages over 89. 90 or older as one category may stay."""

from __future__ import annotations

import re

from zt_ai.egress.detect.rule import Rule, matching

_OLD = r"(?:9[0-9]|1[01][0-9]|12[0-5])"
_ONES = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_SPELLED = rf"(?:ninety(?:[ -]{_ONES})?|(?:one|a)[ -]hundred(?:(?:[ -]and)?[ -](?:{_ONES}|ten|eleven|twelve))?)"
_UNIT = (
    r"(?:[ -]{0,2}(?:years?|yrs?\.?)[ -]{0,2}(?:old|of[ -]age|young)\b|[ -]?(?:y\.?/?o\.?|yo[mfw]?|"
    r"y/o)(?![A-Za-z])|-year-old\b)"
)
_CATEGORY = re.compile(
    r"(?:[>\u2265\u2264<]\s?=?|over|above|under|below|than|least|most|to|through|or|and|beyond|past|"
    r"exceed\w*|until|between)\s+$|[>\u2265\u2264<+]=?\s?$|[0-9]\s?[-\u2013]\s?$",
    re.IGNORECASE,
)
_CATEGORY_AFTER = re.compile(
    r"\s?(?:\+|(?:or|and|years and|years or|years of age and|years of age or)\s+(?:older|over|above|more|"
    r"up)|or\s+greater)",
    re.IGNORECASE,
)


_NINETY = re.compile(r"(?i)\bage\w{0,12}[\"')\]]{0,2} ?(?:>=?|\u2265|=>|gt|ge|over|above)[ =]{0,2}(?:89|90)(?![0-9])")


def topcoded(text: str, start: int, end: int) -> bool:
    """Whether `age = 90` is what a program makes of all ages over 89: `if age >= 90 then set age = 90`."""
    return text[start:end] == "90" and bool(_NINETY.search(text, max(start - 60, 0), min(end + 60, len(text))))


def _one_person(match: re.Match[str]) -> bool:
    # "90 or older", "over 90 years old", "85-90": categories, which the rule lets stay.
    text, (start, end) = match.string, match.span("v" if match["v"] else "w")
    return not (
        _CATEGORY.search(text, max(start - 12, 0), start)
        or _CATEGORY_AFTER.match(text, end, end + 30)
        or _STATISTIC.search(text, max(match.start() - 18, 0), match.start())
        or topcoded(text, start, end)
    )


_STATISTIC = re.compile(r"(?i)\b(?:mean|median|average|minimum|maximum|gestational|bone)\s(?:patient\s)?$")


_RELATIVE = (
    "brother|sister|wife|husband|spouse|partner|son|daughter|aunt|uncle|mom|dad|grandma|grandpa|neighbou?r|roommate|cousin|"
    "mother|father|grandmother|grandfather|patient|pt"
)
_TOLD = (
    "of|from|who|was|is|has|had|lives|resides|presents|presented|came|comes|a|an|admitted|with|widow(?:ed|er)?|retired"
)
"""What is said of somebody whose age stands between commas."""

RULES: tuple[Rule, ...] = (
    Rule(
        id="age.years-old",
        kind="age",
        source="45 CFR 164.514(b)(2)(i)(C): all ages over 89 except the single category of age 90 or older",
        triggers=(
            rf"(?i)[^0-9.]{_OLD}(?:[ -]{{0,2}}(?:years?|yrs?\.?)[ -]{{0,2}}(?:old|of)|[ -]?y\.?/?o)",
            rf"(?i)^{_OLD}(?:[ -]{{0,2}}(?:years?|yrs?\.?)[ -]{{0,2}}(?:old|of)|[ -]?y\.?/?o)",
            r"(?i)(?:ninety|hundred)[a-z -]{0,16}[ -]year",
        ),
        spans=matching(rf"(?i)(?<![0-9A-Za-z.])(?P<v>(?:{_OLD}|{_SPELLED}){_UNIT})", _one_person),
        before=60,
        after=40,
        rank=1,
        positives=(
            "a «94-year-old» woman",
            "«94 year old» man",
            "he is «101 years old»",
            "«94 y/o» female",
            "«94yo» M",
            "«97 y.o.» lady",
            "«94 years of age»",
            "«ninety-four-year-old» man",
            "a «ninety year old»",
            "«one hundred and two years old»",
            "«92yof» with cough",
        ),
        negatives=(
            "a 45-year-old man",
            "89 years old",
            "over 90 years old",
            "90 years or older",
            "90 years of age and older",
            "aged 85-90 years old",
            "90-day supply",
            "95% of years",
            "95 years ago",
        ),
    ),
    Rule(
        id="age.labelled",
        kind="age",
        source="45 CFR 164.514(b)(2)(i)(C)",
        triggers=(
            rf"(?i)(?:^|[^a-z])(?:aged?|ages|turn(?:ed|s|ing))[^0-9a-z]{{0,6}}(?:(?:is|of|was|in|years|"
            rf"value)[^0-9a-z]{{1,4}}){{0,2}}{_OLD}",
            rf"(?i)(?:died|death|passed|dying|deceased|alive|living|healthy|well|"
            rf"still [a-z]{{3,9}})(?: away)? at (?:age )?{_OLD}",
        ),
        spans=matching(
            rf"(?i:(?:died|death|passed|dying|deceased|alive|living|healthy|well|"
            rf"still [a-z]{{3,9}})(?: away)? at (?:age )?)(?P<w>{_OLD})(?![0-9%/]|\.[0-9]|\s?(?:%|mg|am|pm|"
            rf"home))|(?<![A-Za-z])(?i:aged?|ages|turn(?:ed|s|ing))[^0-9A-Za-z>\u2265<]{{0,6}}(?:(?i:is|of|"
            rf"was|in|years|value)[^0-9A-Za-z>]{{1,4}}){{0,2}}(?P<v>{_OLD})(?![0-9A-Za-z%/]|\s?(?:%|months|weeks|days)|[.-][0-9])",
            _one_person,
        ),
        before=50,
        after=40,
        positives=(
            "aged «91»",
            "Age «95».",
            "died at «101» of cancer",
            "alive at «92»",
            "Age: «93»",
            "age\n«94»",
            '"age": «94»',
            "at the age of «95»",
            "she turned «100» last week",
            "patient_age: «92»",
            "set age = «91» where age > 89",
            "set age = «90» where mrn is not null",
        ),
        negatives=(
            "age 90 or older",
            "mean age 91 (SD 3)",
            "aged 92 months",
            "aged 90+",
            "ages 65 to 90",
            "age >90",
            "age 45",
            "stage 94",
            "page 94",
            "dosage 100",
            "if age >= 90 then set age = 90 and flag topcoded = 1",
            "age=90 if age>89 else age",
            "UPDATE visit SET age = 90 WHERE age > 89",
            "df.loc[df['age'] > 89, 'age'] = 90",
        ),
    ),
    Rule(
        id="age.said-of-a-person",
        kind="age",
        source="45 CFR 164.514(b)(2)(i)(C)",
        triggers=(
            rf"(?i)(?:he|she|patient|who|mother|father|grandmother|grandfather|pt)[ ,](?:is|was|"
            rf"now)[ ](?:now |currently )?{_OLD}[^0-9%]",
        ),
        spans=matching(
            rf"(?i:\b(?:he|she|patient|who|mother|father|grandmother|grandfather|pt)[ ,](?:is|was|"
            rf"now)[ ](?:now |currently )?)(?P<v>{_OLD})(?!\.[0-9])(?=[.,;!?]|\s+(?:and|but|with|now)\b|"
            rf"\s+years\b(?!\s+(?:ago|since|post))|\s*$)"
        ),
        before=60,
        after=30,
        positives=(
            "She is «93» and lives alone",
            "the patient is «97».",
        ),
        negatives=(
            "she is 93% saturated",
            "sat was 94 on room air",
            "heart rate is 94.",
            "he is 90 kg",
            "he is 101.2 F",
        ),
    ),
    Rule(
        id="age.of-somebody-named",
        kind="age",
        source="45 CFR 164.514(b)(2)(i)(C)",
        triggers=(
            rf"[a-z], {_OLD}, (?:{_TOLD})[^a-z]",
            rf"(?i)(?:{_RELATIVE})(?: [a-z][a-z'-]{{1,18}}){{1,3}} (?:is|was) {_OLD}[^0-9%]",
        ),
        spans=matching(
            rf"(?<![\w-])[A-Z][\w'\u2019-]+ (?:[A-Z]\.? )?[A-Z][\w'\u2019-]+, (?P<v>{_OLD})(?=, (?:{_TOLD})\b)|"
            rf"\b(?i:{_RELATIVE}) (?:[A-Z][\w'\u2019-]+ ){{1,3}}(?:is|was) (?P<w>{_OLD})(?=[.,;!?](?![0-9])|\s+(?:and|but|with|now)\b|\s*$)"
        ),
        before=60,
        after=30,
        positives=(
            "Barnaby Kitchener, «94», of Dubuque, was seen",
            "Ada B. Lovell, «101», lives alone",
            "Walks to church. Her brother Elmer is «98».",
            "my dad Giorgos Papathanasiou is «90» and his",
        ),
        negatives=(
            "Barnaby Kitchener, 64, of Dubuque",
            "the brother's HR was 98.",
            "Refer to Table Six, 94, 1203",
            "oxygen saturation, 94, was low",
            "patient Temp is 98.6",
        ),
    ),
    Rule(
        id="age.decade",
        kind="age",
        source="45 CFR 164.514(b)(2)(i)(C)",
        triggers=(r"(?i)in (?:her|his|their) (?:(?:early|mid|late)[ -])?(?:90|nineties)",),
        spans=matching(r"(?i)in (?:her|his|their) (?P<v>(?:(?:early|mid|late)[ -])?(?:90'?s|nineties))\b"),
        positives=("a woman in her «late 90s»", "in his «nineties»"),
        negatives=("in the 90s", "in her 80s", "in the nineties"),
    ),
)
