"""(C) Ages over 89 that a person, a label or a turn of phrase says to be one.

As in `prose`, Hyperscan looks for the number alone, and the words beside it decide: most numbers from 90 to 125 are
measurements, and the word before them says so at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect import person
from zt_ai.egress.detect.rule import Rule
from zt_ai.egress.detect.rules.ages import topcoded
from zt_ai.egress.detect.rules.prose.columns import column

OLD = r"(?:9[0-9]|1[01][0-9]|12[0-5])"
_ONES = r"(?:one|two|three|four|five|six|seven|eight|nine)"
SPELLED = rf"(?:ninety(?:[ -]{_ONES})?|(?:one|a)[ -]hundred(?:(?:[ -]and)?[ -](?:{_ONES}|ten|eleven|twelve|thirteen|fourteen))?)"
_NUMBER = re.compile(
    rf"(?<![0-9A-Za-z])(?<![0-9.,<>=\u2264\u2265$#][./,-])(?<![.,$#<>\u2264\u2265+-])(?:{OLD}|(?i:{SPELLED}))(?![0-9A-Za-z%]|[.,-][0-9])|"
    rf"(?<![0-9A-Za-z])(?:{OLD}|0{OLD})(?=(?:[Yy](?:[RrOo]|rs|RS)?|[FM])\b)"
)

_KIN = (
    r"(?:grand)?(?:mother|father|ma|pa|mom|mum|dad|parent)|granny|nana|husband|wife|spouse|partner|aunt|uncle|brother|"
    r"sister|sibling|cousin|caregiver|neighbou?r|friend|roommate|widow|widower|[mp]g[mf]"
)
_PERSON = (
    rf"(?:{_KIN}|he|she|who|patient|pt|resident|client|decedent|deceased|veteran|woman|man|lady|gentleman|female|male|"
    r"person|inpatient|outpatient)"
)
_SOON = (
    r"(?:now|currently|already|almost|nearly|just|only|about|around|approximately|still|recently|today|also|turning)"
)
_SAID = (
    r"(?:at|of|is|was|on|in|for|as|the|time|death|diagnosis|dx|onset|admission|visit|presentation|surgery|fall|injury|event|"
    r"enrollment|enrolment|screening|today|now|current|currently|listed|recorded|reported|noted|documented|given|stated|"
    r"file|years?|yrs?|value|discharge|baseline|entry|consent|approx|now|her|his|their|patient|sex|gender|last|encounter|interview|"
    r"exam|death|service|collection|test|index|about|approximately)"
)
_HEAD = re.compile(
    rf"(?i)(?:"
    # "age at death: ", "Age/Sex: ", "patient's age was recorded as "
    rf"(?P<label>(?<![a-z])(?:aged?)(?:['\u2019]s)?(?:[^0-9a-z<>\u2264\u2265+]{{1,6}}{_SAID}(?![a-z])){{0,6}}[^0-9a-z<>\u2264\u2265+]{{1,6}})|"
    # "she is ", "who's now ", "Pt is "
    rf"(?P<is>(?<![a-z])(?:(?:{_PERSON})|it)(?:['\u2019]s|['\u2019]d be|\sis|\swas|\sare|\sremains)(?:\s{_SOON})*\s|"
    rf"(?<![a-z])(?:i['\u2019]?m|i am|being|going on|even at|though|mrs?\.? [a-z]+ is|ms\.? [a-z]+ is)(?:\s{_SOON})*\s)|"
    # "mother, ", "patient (", "she, "
    rf"(?P<beside>(?<![a-z])(?:{_PERSON})(?:,\s(?:{_SOON}\s)?|\s\(|:\s|\s(?:alive|deceased|living|healthy),?\s|\s)|(?<![a-z])(?:elderly|advanced age) ?(?:\(|, ))|"
    # "a woman of "
    r"(?P<of>(?<![a-z])(?:woman|man|lady|gentleman|female|male|patient|person|widow|widower|veteran|resident)\sof\s)|"
    # "died at ", "lived to be ", "d. ", "died when he was "
    r"(?P<life>(?<![a-z])(?:died|death|dead|dying|passed|passed away|deceased|expired|d\.|dec\.|alive|living|lived|survived|lives)"
    r"(?:,|:)?\s?(?:(?:away,?|at|to|until|till|when|he|she|was|be|the|ripe|old|age|of|aged|about|around)\s){0,6})|"
    # "turned ", "will be "
    rf"(?P<turn>(?<![a-z])(?:turn(?:ed|s|ing)?|will be|(?:i|she|he)['\u2019]ll be|would be|will turn|about to be|about to turn|{_PERSON}\sreached|"
    rf"(?:{_PERSON})\s(?:is\s)?(?:almost|nearly)|a spry|a sprightly|a frail|a healthy|until age)\s)|"
    # "How old are you? "
    r"(?P<asked>(?<![a-z])(?:how old (?:is|are|was) [a-z' ]{2,20}|(?:your|her|his|their) age|age)\?:?\s(?:[a-z]{1,10}: )?(?:i['\u2019]?m |she['\u2019]?s |he['\u2019]?s )?)|"
    # "At 94, she"
    r"(?P<at>(?:^|[.;!?\n]\s?|,\s|and\s)at\s)|"
    # "Female, ", "F/", "Sex: M, "
    r"(?P<sex>(?<![a-z])(?:fe)?male(?:,\s?|/\s?|\s)|(?<![A-Za-z])(?-i:[FM])(?:,\s?|/\s?)|(?:^|[(\n:])\s?(?-i:[FM])\s)"
    r")$"
)
_NAMED = re.compile(
    r"((?:(?:Mr|Mrs|Ms|Miss|Mx|Dr|Sr|Sra|Don|Do\u00f1a)\.? )?)([A-Z][\w'\u2019-]+(?: [A-Z]\.?)?(?: [A-Z][\w'\u2019-]+)?)(?:, | \(| is | was )$"
)
_CUES = frozenset(
    """
    age aged is was s now currently already almost nearly just only about around approximately still recently today also
    turning turn turned turns be at of to until till when the old years yrs year f m male female sex gender reached spry
    sprightly frail healthy as recorded listed file death diagnosis onset admission visit alive living deceased died d lived
    dead expired he she who patient pt resident client veteran woman man lady gentleman person mother father mom mum dad
    grandmother grandfather grandma grandpa granny nana husband wife spouse partner aunt uncle brother sister sibling cousin
    caregiver neighbor neighbour friend roommate widow widower mgm mgf pgm pgf parent decedent inpatient outpatient are
    remains am you on m approx elderly advanced being going even though dec away presentation surgery fall injury event enrollment enrolment screening current value discharge baseline
    """.split()
)
_WORD = re.compile(r"([A-Za-z]+)[^A-Za-z0-9]{1,5}$")
_END = r"(?=[.,;:!?)\]|]|\s*$|\s*\n|\s(?:and|but|with|when|who|in|next|this|last|on|at the|years?|yrs?|y|now|or|from|w/|c/o|by|after|for)\b)"
_TAIL = re.compile(
    r"(?:"
    r"(?P<old>[ \u2013-]{0,3}(?:years?|yrs?|yr|y|Y)\.?[ \u2013/-]{0,2}(?:old\b|o\b|of[ -]age\b|young\b)|(?i:[ -]?y[.-]?/?o\.?[mfw]?(?![A-Za-z]))"
    r"|\sand a half years|\s?(?:years?|yrs?)\.?,? (?:and )?[0-9]{1,2} (?:months?|mos?)|\sa\u00f1os|\sans\b|\sJahre\b|-?j\u00e4hrige|\sanni\b|\sanos\b)|"
    r"(?P<sexed>(?:[ -]?(?i:years?|yrs?|yr|y)\.?)?(?:,\s|;\s|\s?/\s?|\s)?(?:(?:[WBAH][FM]|(?:[RL]H )?[MF])\b(?![\u00b0-])|(?i:(?:(?:white|black|caucasian|african|american|african-american|hispanic|latin[ao]|asian|native|"
    r"right-handed|left-handed|elderly|frail|married|widowed|divorced|single|retired|rh|lh|cf|bed-?bound|nursing home|obese|thin|pleasant)\s){0,3}(?:(?:fe)?male|man|woman|lady|gentleman|widow|widower))\b))|"
    r"(?P<birthday>(?:st|nd|rd|th)\s(?:birthday|year of (?:life|age)))|"
    r"(?P<years>(?:\s|-)?(?:years?|yrs?|yr|y|Y)\b\.?(?=[.,;)\]]|\s*$|\s*\n|\s?/))"
    r")"
)
_BIRTHDAY = re.compile(
    rf"(?<![0-9]){OLD}(?=(?:st|nd|rd|th) birthday)|(?i:(?<=in her )|(?<=in his ))" + OLD + r"(?=(?:st|nd|rd|th) year)"
)
_MEASURED = re.compile(
    r"\s?(?:%|\u00b0|[/x\u00d7]\s?[0-9]|/(?:min|hpf|L|d|h|k)|(?:mg|mcg|g|kg|ml|mL|dL|L|lbs?|pounds?|kilos?|cm|mm|mmHg|m|bpm|beats|percent|percentile|points?|"
    r"degrees?|deg|units?|IU|U|mEq|mmol|ng|pg|days?|weeks?|wks?|months?|mos?|hours?|hrs?|h|min|minutes?|seconds?|sec|ms|"
    r"dollars?|patients?|people|cases?|times|ft|feet|inches|in\.|miles|steps?|calories|kcal|mA|mV|Hz|watts?|MHz|"
    r"C|Fr|french|gauge|pack|cigarettes|on|over|RA|room|and [0-9])(?![A-Za-z]))"
)
_GROUPED = re.compile(
    r"(?i)(?<![a-z])(?:(?:mean|median|average|avg|minimum|maximum|min|max|oldest|youngest|bone|gestational|limit|cut-?off)\W{1,3}"
    r"(?:patient |the )?(?:aged?|ages)?\b[^0-9]{0,24}|(?:over|above|under|below|than|least|most|to|through|between|past|beyond|from)\s)$"
)
_OR_MORE = re.compile(
    r"\s?(?:\+|(?:years? |yrs? )?(?:of age )?(?:or|and|years and)\s+(?:older|over|above|more|up|greater|[0-9])|\s?[-\u2013]\s?[0-9]|\s?to\s[0-9])"
)
_WARM = re.compile(
    r"(?i)(?:\b(?:fever\w*|febrile|temp\w*|t-?max|above|below|over|under|than|to|and|or|section|of|at)\b\W{0,4}(?:(?:is|was|to|of|above|at|over) )?|[0-9]\s?F\b\D{0,12})$"
)
_OF_FILES = re.compile(
    r"(?i)(?<![a-z])(?:size|memory|mem|heap|disk|limit|quota|buffer|cache|upload|max|min|xmx|ram|swap)[\w.-]{0,12}[ :=]{1,3}$"
)
"""`size 100M`: megabytes."""
_NOT_PEOPLE = re.compile(
    r"(?i)(?<![a-z])(?:rate|pressure|hr|pulse|sat|sats|saturation|spo2|o2|bp|temp\w*|glucose|sugar|score|weigh\w*|weight|fev1|ef|"
    r"range|room|bed|level|dose|heart|oxygen|iq)\b[^.;\n]{0,24}$"
)


def _age(text: str, start: int, end: int) -> bool:
    if _OR_MORE.match(text, end) or _MEASURED.match(text, end) or topcoded(text, start, end):
        return False
    before = text[max(start - 64, 0) : start]
    tail = _TAIL.match(text, end)
    if tail and (tail["birthday"] or tail["old"]):
        return not _GROUPED.search(before[-30:])
    if tail and tail["sexed"]:
        letter = tail["sexed"].strip(" ,;/")
        if letter[-1:] in ("F", "M") and letter[0] in "FM":
            if _OF_FILES.search(before[-24:]):
                return False
            return _lettered(text, before, tail.end())
        return not _GROUPED.search(before[-24:])
    if _KEY.search(before[-40:] if "ge" in before[-40:].lower() else before[-6:]):
        return True
    if before[-2:] == "  " or before[-1:] == "\n":
        title = column(text, start, end)
        if title and _AGE.search(title):
            return True
    cue = _WORD.search(before[-24:])
    if cue is None:
        return before.strip() in ("", "At", "at") and bool(tail and tail["years"] and before)
    if cue[1].lower() not in _CUES:
        # Only a name is left: "Mrs. Lopez, 94".
        return before[-2:] in (", ", " (") and cue[1][0].isupper() and _named(text, before, end)
    head = _HEAD.search(before)
    if head is None:
        return _named(text, before, end)
    way = head.lastgroup
    rest = before[: head.start()]
    if way == "label":
        return not (_GROUPED.search(before) or re.search(r"[<>\u2264\u2265]", head[0]))
    if way == "is":
        return bool(_ENDS.match(text, end)) and not (head[0].lower().startswith("it") or _NOT_PEOPLE.search(rest))
    if way == "beside":
        return bool(_CLOSED.match(text, end) or (tail and tail["years"])) and not _NOT_PEOPLE.search(rest)
    if way == "asked":
        return True
    if way == "at":
        return bool(_SHE.match(text, end))
    if way == "turn":
        return bool(_ENDS.match(text, end))
    if way == "sex":
        return bool(_CLOSED.match(text, end) or (tail and tail["years"]) or _WITH.match(text, end))
    return bool(_ENDS.match(text, end)) or way == "life"


_KEY = re.compile(
    r"(?:[a-z_]Age|\bage|(?:Age|\bage)(?:In|At)[A-Z]\w{2,14})(?:InYears|_years)?[\"']{0,2}\s?[:=]\s?[\"']?$|Age[\"']?: ?\{ ?[\"']value[\"']: ?$|\^[Aa][Gg][Ee]\^LN\|\|$|(?i:\by/?o: )$"
)
_AGE = re.compile(r"(?i)(?<![a-z])age\b")
_ENDS = re.compile(_END)
_CLOSED = re.compile(r"[,.;:)\]]|\s*$|\s*\n")
_WITH = re.compile(r"\s(?:with|w/|who|c/o|presents|here|admitted|from|and)\b")
_SHE = re.compile(r"(?i),?\s(?:he|she|her|his|the patient|mrs?\.?|ms\.?|grand\w+|my)\b")


_MILLIONS = re.compile(
    r"(?<=M) (?:trainable )?(?:param(?:eter)?s?|tokens|rows|records|reads|cells|people|patients|notes|requests|events|bytes|dollars|weights)\b"
)


def _lettered(text: str, before: str, end: int) -> bool:
    """`94 F`, `94M`: a person where nothing warm, no list and no paragraph is near."""
    if _MILLIONS.match(text, end):
        return False
    if _WARM.search(before[-28:]) or re.match(r"\s?(?:and|to|or|-|\u2013)\s?[0-9]", text[end : end + 6]):
        return False
    return not _GROUPED.search(before[-20:])


def _named(text: str, before: str, end: int) -> bool:
    """`Mrs. Lopez, 94, was admitted`, `John Smith (97)`."""
    name = _NAMED.search(before)
    if name is None or not (
        _CLOSED.match(text, end) or (_TAIL.match(text, end) or name)[0].strip() in ("y", "yrs", "years")
    ):
        return False
    words = name[2].replace(".", "").split()
    if any(word in person.STOP for word in words):
        return False
    return bool(name[1]) or (len(words) > 1 and person.likely(words))


def _spans(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    for match in _NUMBER.finditer(text, low, high):
        if _age(text, match.start(), match.end()):
            yield match.span()
    for match in _BIRTHDAY.finditer(text, low, high):
        yield match.span()


RULES: tuple[Rule, ...] = (
    Rule(
        id="age.prose",
        kind="age",
        source="45 CFR 164.514(b)(2)(i)(C): all ages over 89, and all elements of dates indicative of such age",
        triggers=(
            rf"(?:^|[^0-9.,/%$#+<>=-]|[A-Za-z][/-]){OLD}(?:[^0-9%.]|\.[^0-9]|\.?$)",
            rf"0{OLD}Y",
            r"(?i)ninety(?:[^a-z]|$)",
            r"(?i)(?:one|a)[ -]hundred",
        ),
        spans=_spans,
        before=18,
        after=34,
        rank=1,
        positives=(
            "Age/Sex: «94»/F",
            "«92»/M with syncope",
            "Age at death: «91»",
            "the patient's age was recorded as «93»",
            "At «94», she still lives alone.",
            "She's «95» and lives alone.",
            "he was «92» when he fell",
            "Mrs. Lopez, «97», was admitted",
            "John Smith («103») was admitted",
            "a woman of «91»",
            "my grandma («97») fell",
            "will be «91» in May",
            "her «95»th birthday",
            "father d. «98»",
            "lived to be «101»",
            "MGM died «90»",
            "aged «ninety-one»",
            "she is «ninety-three»",
            "Female, «95»",
            "Age: «091»Y",
            "«90», female",
            "husband, «96», is the caregiver",
            "«102» WF with syncope",
            "«94»F with COPD",
            "«91» M admitted",
            "«92» female",
        ),
        negatives=(
            "mean age 91 (SD 3)",
            "median age of 92 years",
            "age >90",
            "when age > 89 then age = 90",
            "age 90 or older",
            "ages 65 to 95",
            "aged 92 months",
            "Mr. Smith's heart rate, 94, was regular.",
            "Her pulse was 94.",
            "he was 94% on room air",
            "she was 94 on room air",
            "he is 95 kg",
            "99 F and 101 F",
            "a model of: 110M parameters",
            "the table: 92M rows",
            "Section 90 F of the act",
            "temp 98 F",
            "fever above 101 F",
            "HR 92, RR 18",
            "At 92 degrees it melts",
            "at 95 bpm",
            "score of 92",
            "ninety minutes",
            "ninety percent of women",
            "one hundred patients",
            "M 94 cells per field",
            "F 90 mg weekly",
            "died within 90 days",
            "passed 92 of 100 tests",
            "route 101 and chapter 92",
            "Room 94, bed 2",
        ),
    ),
)
