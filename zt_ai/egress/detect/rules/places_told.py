"""(B) Places that no list knows, where the words around them say that they are places: `the mayor of Opocnice`, `a flight to
Zgornji Leskovec`, `the weather in Ain Soltane`, `Red Deer bridge`.

The words stand in small letters, as in sentences: in headings every word has a capital. What charts name with a capital
behind the same words, such as departments, products and languages, is no place (`may_be_place`).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect.context import each
from zt_ai.egress.detect.geography import PLACE
from zt_ai.egress.detect.place import may_be_place
from zt_ai.egress.detect.rule import Rule, Spans, matching, value
from zt_ai.egress.detect.rules.known_cities import MEDICAL

_NAME = rf"(?P<v>{PLACE})"
_LIST = rf"(?P<list>{PLACE}(?:(?:, (?:and |or )?| and | or | & ){PLACE}){{0,4}})"
_ITEM = re.compile(_NAME)
_CAPITAL = r"(?:(?-i:[A-Z])[a-z'\xc3-\xc5]|(?-i:[A-Z]{4})|[\xc3-\xd1])"
_END = (
    r"(?=[,.;:?!)\"\u201d\n]|$|['\u2019]s\b| (?:[a-z]{1,4}|which|where|while|after|before|until|because|since|again|during|yesterday|"
    r"today|tomorrow|tonight|every|right|there|here|their|could|would|should|about|[a-z]{2,12}(?:ed|ing|ly)|please|twice|several|(?:19|20)[0-9]{2})\b)"
)
"""Behind a place the sentence goes on or ends; what else has a name comes in front of a noun: `in Epic inbox`."""

_KINDS = (
    "town|village|hamlet|suburbs?|outskirts|municipality|mayor|streets|citizens?|inhabitants|port|city|province|residents|commune|coast|"
    "island|hometown|birthplace|people|locals|governor|bishop|battle|economy|map|(?:zip|postal|area) codes?"
)
"""Of what only a place has or is."""
_WAYS = (
    "flights?|trains?|bus|buses|ferry|roads?|highway|tickets?|journey|trips?|flew|fly|flying|flies|drive|drove|driving|travels?|"
    "travell?ed|travell?ing|commutes?|commuted|commuting|en route|on the way|hitchhiked|sailed|vacation|greetings|postcard|miles|"
    "kilomet(?:er|re)s|km|north|south|east|west|deployed|evacuated|been|ship it|to move|works? out|guys?|folks|refugees?|"
    "immigrants?|tourists?|visitors?|i'?m|we're|they're|are you|i am|how do (?:i|we) get|best way|directions|moves|moving|nearest|closest|"
    "emigrated|immigrated|escaped|retired|hours?|hrs?|minutes|mins?|pt|patient|breaking news|regards|hello|people|orig\\.?|originally|walked|cruise|catchment"
)
"""What goes to a place or comes from one, who does, and how far it is."""
_THINGS = (
    "weather|raining|rains?|snow|snowing|restaurants?|airport|airbnb|hostel|embassy|consulate|university|factory|warehouse|"
    "headquartered|headquarters|stranded|married|buried|landed|died|festival|wildfires?|earthquake|flooding|brewery|"
    "vineyard|cathedral|stadium|museum|orphanage|refugee camp|time is it|holiday|weekend|honeymoon|layover|situated|apartments?|"
    "hospital|clinic|pharmacy|pharmacies|college|church|bank|library|doctors?|dentists?|therapists?|stuck|stop|stopped|fought|"
    "conference|fair|market|crashed|accident|studied|grew up|police|atm|branches|takes place|concert|tour|tonight|houses|rent|"
    "real estate|traffic|parking|crime|murder|protests|elections|government|temperature|arrested|founded|cost of living|incarcerated|served|vacationed|pcp|had her baby|had the baby|mvc|mva|"
    "subsidiary|last seen|jail|prison|wedding|funeral|customers|a shop|town|village|someone|somebody"
)
"""What is somewhere, and what happens there."""
_AROUND = (
    "downtown|in central|in greater|all over|throughout|passing through|anywhere in|somewhere in|based out of|visited|visiting|"
    "[Jj]ust back from|got back from|flew back from|to visit|off the coast of|hometown|hometown is|forecast for|codes? for|get off at|change trains at|stops at|city called|town called|"
    "place called|village called|village,|hometown,|home town,|home village,|resides|city named|town named|village named|city is"
)
_FEATURES = (
    "bridge|Bridge|airport|Airport|marathon|Marathon|province|river|harbou?r|valley|residents|city council|city hall|suburbs?|outskirts|"
    "metro area|railway station|train station|bus station|nursing station|health post|city cent(?:er|re)|town hall|weather|police|HQ|headquarters"
)
"""What bears the name of the place where it is."""
_IS = r"(?:is|was) (?:a|an|the|our|my) (?:[a-z]{2,12} ){0,2}(?:city|town|village|suburb|seaside resort|capital)"
_SIDE = "(?:(?:central|downtown|greater|northern|southern|eastern|western|north|south|east|west) )?"


def is_place(match: re.Match[str], *, certain: bool = False) -> bool:
    """Whether what a match holds may be a place, and no study or test is named for it."""
    end = match.end("w" if match.groupdict().get("w") else "v")
    return may_be_place(value(match), certain=certain) and not MEDICAL.match(match.string, end)


def _each_of(pattern: str) -> Spans:
    """Each place of a list behind words that say that it holds places: `tickets to Opocnice, Hrušov and Ain Soltane`."""
    compiled = re.compile(pattern)

    def spans(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
        for found in compiled.finditer(text, low, high):
            for match in _ITEM.finditer(text[: found.end("list")], found.start("list")):
                if is_place(match):
                    yield match.span("v")

    return spans


RULES: tuple[Rule, ...] = (
    Rule(
        id="location.of-kind",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B): words for kinds of places, and for what only places have",
        triggers=each(_KINDS, "", rf" of (?:the )?{_CAPITAL}"),
        spans=_each_of(rf"(?<![\w-])(?:{_KINDS}) of {_LIST}(?![\w/@-])"),
        before=40,
        after=70,
        positives=(
            "a letter by the mayor of «Opocnice» to",
            "the village of «Zgornji Leskovec».",
        ),
        negatives=(
            "the city of Ohio",
            "the port of Entry",
        ),
    ),
    Rule(
        id="location.way",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B): words for ways to a place and from one",
        triggers=each(
            _WAYS, "(?i)", rf"(?: [a-z]{{1,9}}){{0,2}} (?:to|from|fr\.?|of|outside|near|via|through) {_CAPITAL}"
        ),
        spans=_each_of(
            rf"(?<![\w-])(?i:{_WAYS})(?: [a-z]{{1,9}}){{0,2}} (?:to|from|fr\.?|of|outside|near|via|through) {_LIST}{_END}",
        ),
        before=60,
        after=70,
        positives=(
            "Two tickets to «Opocnice» and «Ain Soltane» please",
            "pt orig. fr. «Phnum Penh Thmei», came",
        ),
        negatives=("on the way to Radiology", "en route to Cath Lab", "driving to Ohio"),
    ),
    Rule(
        id="location.there",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B): words for what is somewhere",
        triggers=(
            *each(_THINGS, "(?i)", rf"(?: [a-z]{{1,9}})? (?:in|near|outside|around) {_SIDE}{_CAPITAL}"),
            *each(_AROUND, "", f" {_CAPITAL}"),
            rf" the {_CAPITAL}[^\n.]{{1,30}} (?:area|district|neighbou?rhood|quarter|peninsula)(?:[^a-z]|$)",
            r"[0-9] (?:mi|miles|km) (?:due )?[NSEW]{1,2} of [A-Z]",
        ),
        spans=matching(
            rf"(?<![\w-])(?:(?i:{_THINGS})(?: [a-z]{{1,9}})? (?:in|near|outside|around) {_SIDE}|"
            rf"(?:{_AROUND}) |[0-9] (?:mi|miles|km) (?:due )?[NSEW]{{1,2}} of ){_NAME}{_END}"
            rf"|\b(?:in|from|around|near|to|throughout) the (?P<w>{PLACE})(?= (?:area|district|neighbou?rhood|quarter|peninsula)\b)",
            is_place,
        ),
        before=60,
        after=70,
        positives=(
            "What time is it in «Ain Soltane»?",
            "lives in the «Kreis» area with",
            "3 mi N of «Ovandro».",
            "his village, «Tatevo», is cut off",
        ),
        negatives=(
            "weather in March",
            "died in Hospice.",
            "waits in the Triage area",
            "in the Broca area",
            "came back from Clearinghouse with",
        ),
    ),
    Rule(
        id="location.bears-name",
        kind="location",
        source="45 CFR 164.514(b)(2)(i)(B): words for what bears the name of its place",
        triggers=(*each(_FEATURES, "[A-Za-z] ", "(?:[^a-z]|$)", edge=False), rf"[A-Za-z] {_IS}"),
        spans=matching(
            rf"(?<![\w.'\u2019@/-]){_NAME}(?: (?:{_FEATURES}|{_IS})\b|, (?:the|a) (?:[a-z]{{2,12}} )?(?:capital|city|town|village) (?:of|in)\b)",
            is_place,
        ),
        before=80,
        after=2,
        positives=("«Red Deer» bridge is closed",),
        negatives=("Myocardial bridge",),
    ),
)
