"""(A) Names that are written with letters English does not have, in English text: `Horvatinčić`. Places: `foreign_places`.

A capitalised word with such a letter is a person, a place, a firm, an author's disease or a dish. The last three are few
enough for a list, and in a text of another language any word may have such letters: there the rules say nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.egress.detect import person
from zt_ai.egress.detect.lists.clinical import AFTER_EPONYM
from zt_ai.egress.detect.lists.foreign import LOANS, OTHERS
from zt_ai.egress.detect.person import NO_SURNAME, UPPER, WORD
from zt_ai.egress.detect.rule import Rule
from zt_ai.egress.detect.rules.rosters import no_word

_FOREIGN = r"\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u024f\u0386-\u03ff\u0400-\u04ff\u1e00-\u1eff"
_WORD = re.compile(rf"(?<![\w'\u2019@/.-])(?=[^\W\d_]*[{_FOREIGN}])(?P<v>{WORD})(?![\w@/])")
_SMALL = re.compile(rf"(?<![\w'\u2019-])[^\W\d_{UPPER}][^\W\d_]*")
_AROUND = 120
"""Characters on each side in which the language is looked for; no more, since windows reach no further."""
_LEAST = 3
_ENGLISH = frozenset(
    """
    the of and for with to is are by from had her his she they who my your new patient called reports seen visit pain
    daily report summary note name year years old this that not will can could please about after before when which
    there have been were our their has it follow-up left right
    """.split()
)
_OTHER_LANGUAGES = frozenset(
    """
    der das und ist mit nicht ein eine einer dem den des zur zum im bei auf auch wird wurde sich nach oder wir ich sie
    les une est aux dans pour avec qui que vous nous je du
    el los las una por con para se su sus como pero esta este muy al del il di che sono gli della
    os um uma com ao na nos seu sua het een niet voor och att som det ett inte jag jest nie na za je
    """.split()
)
_PLACED = re.compile(r"(?:^|[^A-Za-z])(?:[Ii]n|[Ff]rom|[Nn]ear|[Aa]round|[Oo]utside|[Mm]oved to|[Vv]isiting) $")
_PARTICLES = r"(?:(?:van|von|de|der|den|del|di|da|dos|du|la|le|bin|al|af|y) ){0,2}"
_AHEAD = re.compile(rf"(?<![\w'\u2019@/.-])(?P<v>{WORD}\.?) {_PARTICLES}$")
_OPENS = re.compile(r"(?:^|[.:!?\n])\s*$")
_BEHIND = re.compile(rf" {_PARTICLES}(?P<v>{WORD})(?![\w@/])")


def _is_english(text: str, start: int, end: int) -> bool:
    """Whether the words around are English: some are, and none has foreign letters or belongs to another language."""
    words = _SMALL.findall(text, max(start - _AROUND, 0), min(end + _AROUND, len(text)))
    return any(word in _ENGLISH for word in words) and not any(
        word in _OTHER_LANGUAGES or (not word.isascii() and word not in LOANS) for word in words
    )


def _named(word: str) -> bool:
    small = word.lower().removesuffix("'s").removesuffix("\u2019s")
    return len(word) >= _LEAST and small not in OTHERS and not all(part in OTHERS for part in small.split("-"))


def _belongs(word: str, *, certain: bool) -> bool:
    """Whether the word beside one with foreign letters is a part of the same name; the first of a line may be none."""
    plain = word.rstrip(".")
    if len(plain) == 1:
        return True
    return no_word(plain) and (certain or person.case(plain) in person.ANY_NAME) and not NO_SURNAME.fullmatch(plain)


def _people(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
    reached = low
    for match in _WORD.finditer(text, low, high):
        start, end = match.span("v")
        if start < reached or not _named(match["v"]) or AFTER_EPONYM.match(text, end):
            continue
        if not _is_english(text, start, end):
            continue
        while ahead := _AHEAD.search(text, max(start - 40, 0), start):
            # The first word of a sentence begins with a capital whatever it is.
            first = ahead.start("v")
            if not _belongs(ahead["v"], certain=not _OPENS.search(text, max(first - 4, 0), first)):
                break
            start = first
        while (behind := _BEHIND.match(text, end)) and _belongs(behind["v"], certain=True):
            end = behind.end("v")
        reached = end
        if not _PLACED.search(text, max(start - 12, 0), start):
            yield start, end - 2 if text[end - 2 : end] in ("'s", "\u2019s") else end


_BYTES = r"[\xc3-\xca\xce-\xd3\xe1][\x80-\xbf]"
_TRIGGER = (rf"(?:^|[^A-Za-z\x80-\xff]|\xe2\x80[\x80-\xbf])(?:[A-Z]['A-Za-z-]{{0,20}})?{_BYTES}",)
"""Where a word begins: a text in another script would have a match for each letter."""

RULES: tuple[Rule, ...] = (
    Rule(
        id="name.foreign-letters",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): letters that English words do not have",
        triggers=_TRIGGER,
        spans=_people,
        before=_AROUND,
        after=_AROUND,
        positives=(
            "Please call «Tomo Stojanović» about the report",
            "viewed the chart of «Ezinet Đurić».",
            "«Vilhjálmur» reports left knee pain",
            "Note for «RACŁAW PIOTROWSKI», account number",
            "Message left by «Margrét» for the nurse",
            "The report is by «J. Gärtner»",
        ),
        negatives=(
            "The patient has Sjögren syndrome and Ménière's disease",
            "She had a Café Latte and a Nestlé bar with her lunch",
            "Language assistance is free: Español, Français, Tiếng Việt, Русский",
            "Die Patientin wurde im Krankenhaus in München von Dr. aufgenommen: Größe und Gewicht",
            "Le patient est né à Orléans et vous êtes Énorme",
            "She is from Curaçao, her husband is from México",
            "a cheese from Gruyère with wine",
            "the ratio Δ is small, Σ is for the sum",
        ),
    ),
)
