"""(A) Names that no list knows, by what stands behind them: an age, a birth date, a number and a sex, what is signed."""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect import person
from zt_ai.egress.detect.lists.clinical import EPONYMS
from zt_ai.egress.detect.person import NO_SURNAME, WORD
from zt_ai.egress.detect.rule import Rule
from zt_ai.egress.detect.rules.rosters import no_word

_YEARS = r"(?:y\.?/?o\.?(?![a-z])|yrs?\b|years?[ -]old|[MF](?![A-Za-z0-9]))"
_DAY = r"(?:0?[1-9]|1[0-2])[/-](?:0?[1-9]|[12][0-9]|3[01])[/-](?:19|20)?[0-9]{2}"
_FACT = (
    rf"(?:,? {{1,3}}\(?[1-9][0-9]{{0,2}} ?-?{_YEARS}|,? is an? [1-9][0-9]{{0,2}}[ -](?:year|yr|y/?o|month|week)|"
    rf",? {{1,10}}\(?(?i:d\.?o\.?b\b|born\b)| {{1,6}}\({_DAY}\)|(?P<who>,? who(?:se)?\b))"
)
_NICK = r"(?: [\"\u201c(][^\W\d_][\w'\u2019]{1,15}[\"\u201d)])?"
_FULL = re.compile(
    rf"(?<![\w'\u2019@/.-])(?P<v>(?P<first>{WORD}){_NICK}(?: [A-Z]\.?)?(?: (?:de|del|de la|da|dos|van|von|al|bin))?"
    rf" (?P<last>{WORD})(?: (?P<more>{WORD}))?),?{_FACT}"
)
_LISTED = re.compile(
    rf"(?:^|(?<=[\n|\t])|(?<=[-*\u2022>] )|(?<=[:;] ))(?P<v>(?P<last>{WORD})(?:,? ?(?P<first>{WORD}))?)"
    r"(?: {1,3}\(#?[0-9]{5,10}\),? {1,3}|(?P<bare>,? {1,2}))[1-9][0-9]{0,2} ?(?:y/?o )?[MF](?![A-Za-z0-9])"
)
_SIGNED = re.compile(
    rf"(?<![A-Za-z])I, (?P<v>{WORD}(?: [A-Z]\.?)? {WORD}(?: {WORD})?), (?:the undersigned|hereby|agree|authorize|consent|"
    r"give|understand|acknowledge|certify|request|being|do|am|have|declare|swear|attest)\b"
    rf"|/s/ (?P<w>(?:[A-Z]\. ?)?{WORD}(?: {WORD})?)(?=\s{{2,}}|[,;\n]|$)"
)
_SAID_OF = re.compile(r"\b(?:for|with|about|of) $")
_JOINED = re.compile(rf"{WORD}-[{person.UPPER}]\w+|[A-Z]['\u2019][{person.UPPER}]\w+")
_CERTAIN = re.compile(r"(?i).{1,12}(?:d\.?o\.?b|born)")


def _can_be(*words: str | None, certain: bool = False) -> bool:
    """Whether words may be a name: none begins a sentence of a chart, and they are not what was found or done, or a
    disease's author alone.

    `certain`: what stands beside them leaves no doubt that they are one, if none of them says otherwise.
    """
    told = [word for word in words if word]
    return not all(word in EPONYMS for word in told) and all(
        no_word(word) and (certain or person.case(word) in person.ANY_NAME or not NO_SURNAME.fullmatch(word))
        for word in told
    )


def _by_fact(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    for match in _FULL.finditer(text, low, high):
        first, last, more = match.group("first", "last", "more")
        names = [word for word in (first, last, more) if word]
        told = any(person.case(word) in person.ANY_NAME for word in names)
        shouted = any(word.isupper() and len(word) > 1 for word in names)
        certain = _CERTAIN.match(text, match.end("v")) is not None
        known = person.case(first) in person.ANY_GIVEN or person.case(more or last) in person.ANY_SURNAME
        if match["who"] and not known and not _SAID_OF.search(text, max(match.start() - 7, 0), match.start()):
            continue  # "Fox News, who reported"
        if min(map(len, names)) > 1 and _can_be(*names, certain=certain) and (told or not shouted):
            yield match.span("v")


def _on_list(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    for match in _LISTED.finditer(text, low, high):
        last, first = match.group("last", "first")
        # Without a number any word that begins a line may stand there: "Pleasant 57F".
        bare = match["bare"] and not (last in person.SURNAMES or _JOINED.fullmatch(last))
        if len(last) > 1 and not bare and not (last.isupper() and len(last) < 4) and _can_be(last, first):
            yield match.span("v")


def _signed(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    for match in _SIGNED.finditer(text, low, high):
        group = "v" if match["v"] else "w"
        if _can_be(*(word for word in match[group].split() if len(word.rstrip(".")) > 1), certain=True):
            yield match.span(group)


RULES: tuple[Rule, ...] = (
    Rule(
        id="name.by-fact",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): what only a person has: an age, a birth date",
        triggers=(
            r"[a-z\x80-\xbf],? {1,3}\(?[1-9][0-9]{0,2} ?-?(?:y\.?/?o|yr|year|[MF][^A-Za-z0-9])",
            r"[a-z\x80-\xbf],? is an? [1-9][0-9]{0,2}[ -](?:year|yr|y/?o|month|week)",
            r"(?i)[a-z\x80-\xbf],? {1,10}\(?(?:d\.?o\.?b|born)[^a-z]",
            r"[a-z\x80-\xbf] {1,6}\([0-9]{1,2}[/-][0-9]{1,2}[/-][0-9]{2,4}\)",
            r"[A-Z][a-z\x80-\xbf-]{1,20},? who(?:se)?[^a-z]",
        ),
        spans=_by_fact,
        before=80,
        after=12,
        positives=(
            "PT EVAL\n«Archibald Finch», 92 y.o. M s/p R THA",
            "zolpidem 5 mg for «Corbin Hale» (8/30/75).",
            "«Ottoline Fairbanks»     DOB 05/27/52",
            "Re: «Sebastián Urrutia»   (10/01/2014)",
            'Identifying data: «Leopold "Leo" Castellane» is a 29-year-old',
            "this visit for «Thandiwe Mokoena», who flew in",
        ),
        negatives=(
            "Pleasant Elderly Gentleman, 92 y.o. with falls",
            "Chronic Kidney Disease, 64 yo male",
            "Type Two Diabetes is a 20-year problem",
            "Blood Culture (10/01/2014)",
            "Annual Wellness Visit (10/01/2014)",
            "World Health Organization, who published",
            "Emergency Contacts, who can be called",
            "Fox News, who reported it first",
        ),
    ),
    Rule(
        id="name.on-sign-out",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): the place of a name on a list of patients",
        triggers=(
            r"[A-Za-z\x80-\xbf] {1,3}\(#?[0-9]{5,10}\),? {1,3}[1-9][0-9]{0,2} ?(?:y/?o )?[MF]",
            r"[A-Za-z\x80-\xbf],? {1,2}[1-9][0-9]{0,2} ?(?:y/?o )?[MF][^A-Za-z0-9]",
        ),
        spans=_on_list,
        before=60,
        after=4,
        positives=(
            "CROSS-COVER\n«Beaulieu» (6617720) 68F GIB, H/H q6\n«Castaneda-Wu» (6617834) 55M DKA",
            "- «Ng, Deborah» (4410093), 68 F",
            "SIGN-OUT 4W\n«Nakamura» 81M CHF\n«O'Dell» 54F DKA, gap closed",
            "Transfer accepted: «Mbeki-Strand», 49F, from",
        ),
        negatives=(
            "Results (6617720) 68F",
            "Female (6617720) 68F",
            "Pleasant 57F with chest pain",
            "Follow-up 57F, well-appearing",
            "CKD 57F",
        ),
    ),
    Rule(
        id="name.who-signs",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): a form names who signs it",
        triggers=(
            r"(?:^|[^A-Za-z])I, [A-Z\xc3-\xc5][^\n]{3,50}, (?:the undersigned|hereby|agree|authorize|consent|give|understand|"
            r"acknowledge|certify|request|being|do|am|have|declare|swear|attest)",
            r"/s/ [A-Z\xc3-\xc5]",
        ),
        spans=_signed,
        before=80,
        after=40,
        positives=("I, «Beatrix Lowenthal», agree to $85/mo", "Signature: /s/ «W. Achebe»    Date: 1/22/2024"),
        negatives=("I, The Patient, agree", "Part I, Section Two, do not write", "/s/ Signature Page"),
    ),
)
