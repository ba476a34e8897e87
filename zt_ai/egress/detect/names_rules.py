"""Which of the model's proposals are names and places, and how far they reach."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from zt_ai.egress.detect.names_lists import (
    EPONYMS,
    LARGE_PLACES,
    MEDICAL_HEADS,
    NOT_NAMES,
    PARTICLES,
    SUFFIXES,
    WEAK_NAMES,
)
from zt_ai.egress.detect.names_words import NAME, PLACE, Word

CAPITAL = 0.20
"""How sure the model must be of a word that begins with a capital."""
LOWER = 0.90
"""… of a word in lower case in a line that has capitals."""
PLAIN = 0.55
"""… of a word in a line without any capital: people write to chat models like that."""
ACRONYM = 0.85
"""… of a word in capitals between words that are not."""
INITIAL = 0.08
"""… of a capitalised word after an initial, as in "J. Erskine"."""
BESIDE = 0.06
"""… of a capitalised word right beside one that is a name."""
UNSURE = 0.60
"""Below this a listed eponym is one even without a noun beside it."""
SURE = 0.95
"""From here on a name that is no listed eponym stays one before a noun of medicine."""
LONE = 0.35
"""… of a word that stands alone: most names are two words, most mistakes are one."""
AGAIN = 0.70
"""From here on every other place where the same word stands with a capital is a name too."""

_ROMAN = re.compile(r"[IVX]+[a-c]?")
_SCORE = re.compile(r" (?:score )?\d{1,2}(?:\.\d)?(?![\d/:-])")
_OF = re.compile(r"(\w+) of \Z")
_JOINT = re.compile(r"(?:[ \t]{1,3}|[ \t]?[-'’.,^][ \t]?|\.[ \t]|,[ \t]?\n?)\Z")

Proposal = tuple[str, int, int]


def judge(text: str, words: Sequence[Word]) -> list[Proposal]:
    """Kind, start and end of each name and place, in order and without overlaps."""
    taken = _taken(text, words)
    _grow(text, words, taken)
    for index in [index for index in taken if _alone(words, index, taken)]:
        del taken[index]
    _repeat(text, words, taken)
    return list(_spans(text, words, taken))


def _taken(text: str, words: Sequence[Word]) -> dict[int, str]:
    taken: dict[int, str] = {}
    cased = _Cased(text)
    for index, word in enumerate(words):
        sure = word.name + word.place
        if sure < INITIAL or len(word.text) < 2 or any(char.isdigit() for char in word.text):
            continue
        kind = NAME if word.name >= word.place else PLACE
        needed = INITIAL if _after_initial(text, words, index) else _needed(cased, word)
        if sure >= needed and not _dismissed(text, words, index, kind) and not _is_species(text, words, index):
            taken[index] = kind
    return taken


def _needed(cased: _Cased, word: Word) -> float:
    first = word.text[0]
    if not first.isupper():
        # Scripts without case (`first.lower() == first.upper()`) are judged like capitals.
        if first.lower() == first.upper():
            return CAPITAL
        return LOWER if cased.has_capitals(word.start) else PLAIN
    if len(word.text) > 1 and word.text.isupper() and cased.has_lower(word.start):
        return ACRONYM
    return CAPITAL


def _is_species(text: str, words: Sequence[Word], index: int) -> bool:
    """A small word after one that is no name: "Candida albicans"."""
    word, before = words[index], words[index - 1] if index else None
    return (
        before is not None
        and word.text.islower()
        and before.text[0].isupper()
        and before.text.casefold() in NOT_NAMES
        and text[before.end : word.start] == " "
    )


def _after_initial(text: str, words: Sequence[Word], index: int) -> bool:
    if not index or not words[index].text.istitle():
        return False
    before = words[index - 1]
    return len(before.text) == 1 and before.text.isupper() and text[before.end : words[index].start] in (". ", ".")


class _Cased:
    """Whether the line around a place has capitals, and small letters outside of them; asked for words in order."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._end = -1
        self._capitals = self._lower = False

    def _look(self, at: int) -> None:
        if at < self._end:
            return
        start = self._text.rfind("\n", 0, at) + 1
        stop = self._text.find("\n", at)
        self._end = len(self._text) if stop < 0 else stop
        line = self._text[start : self._end]
        self._capitals = any(char.isupper() for char in line)
        self._lower = sum(char.islower() for char in line) * 3 > sum(char.isupper() for char in line)

    def has_capitals(self, at: int) -> bool:
        self._look(at)
        return self._capitals

    def has_lower(self, at: int) -> bool:
        self._look(at)
        return self._lower


def _dismissed(text: str, words: Sequence[Word], index: int, kind: str) -> bool:
    word = words[index]
    low = word.text.casefold().replace("’", "'").removesuffix("'s")
    if low in NOT_NAMES or low.endswith(SUFFIXES) or _ROMAN.fullmatch(word.text):
        return True
    if word.text.islower() and low.removesuffix("s") in MEDICAL_HEADS:
        return True
    if low in LARGE_PLACES and (kind == PLACE or word.name < AGAIN):
        return True
    if low in WEAK_NAMES and word.name + word.place < AGAIN:
        return True
    return _is_eponym(text, words, index, kind)


def _hyphened(text: str, words: Sequence[Word], index: int) -> set[str]:
    """The words that hyphens join to a word."""
    found = set()
    for one, two, other in ((index - 1, index, index - 1), (index, index + 1, index + 1)):
        if 0 <= other < len(words) and text[words[one].end : words[two].start] in ("-", "–"):
            found.add(words[other].text.casefold())
    return found


def _is_eponym(text: str, words: Sequence[Word], index: int, kind: str) -> bool:
    """A name that medicine uses as a word, which the noun after it says: "Heberden node", "Ehlers-Danlos syndrome".

    A given name before it makes it a person. A listed name needs no noun where the model is not sure of it either.
    """
    word = words[index]
    listed = word.text.casefold().removesuffix("'s") in EPONYMS
    sure = word.name + word.place
    named = index and words[index - 1].name > 0.5 and text[words[index - 1].end : word.start] == " "
    if named and words[index - 1].text.casefold() not in EPONYMS:
        return False
    if listed and sure < UNSURE:
        return True
    after = [one.text.casefold().removesuffix("s") for one in words[index + 1 : index + 4]]
    if _hyphened(text, words, index) & EPONYMS:
        return True
    if listed:
        before = [one.text.casefold().removesuffix("s") for one in words[max(index - 3, 0) : index]]
        return not MEDICAL_HEADS.isdisjoint([*before, *after]) or not EPONYMS.isdisjoint([*before, *after])
    if kind == NAME and sure < SURE and _SCORE.match(text, word.end):
        # "Rockall 6": what is named after somebody and counted.
        return True
    structure = _OF.search(text, max(word.start - 24, 0), word.start)
    if structure and structure[1].casefold().removesuffix("s") in MEDICAL_HEADS:
        return True
    # Joined to other names by hyphens, "and" or a possessive, the noun comes that much later.
    joined = text[word.end : word.end + 1] in "-–"
    return sure < SURE and not MEDICAL_HEADS.isdisjoint(after[: 3 if joined else 1])


def _alone(words: Sequence[Word], index: int, taken: dict[int, str]) -> bool:
    """Whether a word stands without another of its kind beside it, and the model is not sure enough for that."""
    word = words[index]
    return (
        word.name + word.place < LONE and taken.get(index - 1) != taken[index] and taken.get(index + 1) != taken[index]
    )


def _grow(text: str, words: Sequence[Word], taken: dict[int, str]) -> None:
    """Capitalised neighbours of a name belong to it, and so do particles and initials between its parts."""
    for order, step in ((range(len(words)), 1), (range(len(words) - 1, -1, -1), -1)):
        for index in order:
            other = index + step
            if index not in taken or other in taken or not 0 <= other < len(words):
                continue
            one, two = (words[index], words[other]) if step > 0 else (words[other], words[index])
            between = text[one.end : two.start]
            word = words[other]
            low = word.text.casefold()
            beyond = other + step
            if not _JOINT.fullmatch(between):
                continue
            inside = low in PARTICLES or (len(word.text) == 1 and word.text.isupper())
            if inside:
                if 0 <= beyond < len(words) and beyond in taken and taken[beyond] == taken[index] == NAME:
                    taken[other] = taken[index]
            elif (
                between in (" ", "-")
                and len(word.text) > 1
                and word.text[0].isupper()
                and word.name + word.place >= BESIDE
                and not _dismissed(text, words, other, taken[index])
            ):
                taken[other] = taken[index]


def _repeat(text: str, words: Sequence[Word], taken: dict[int, str]) -> None:
    """What is surely a name in one place is one wherever it is written the same."""
    known = {
        words[index].text: kind
        for index, kind in taken.items()
        if len(words[index].text) > 2 and words[index].text[0].isupper() and words[index].name >= AGAIN
    }
    for index, word in enumerate(words):
        if index not in taken and word.text in known and not _dismissed(text, words, index, NAME):
            taken[index] = known[word.text]


def _spans(text: str, words: Sequence[Word], taken: dict[int, str]) -> Iterator[Proposal]:
    """Neighbouring words of one kind as one span; a building number before a street belongs to its address."""
    run: list[int] = []
    for index in [*sorted(taken), len(words) + 1]:
        if run and (
            index != run[-1] + 1
            or taken[index] != taken[run[-1]]
            or not _JOINT.fullmatch(text[words[run[-1]].end : words[index].start])
        ):
            first, last = words[run[0]], words[run[-1]]
            kind, start = taken[run[0]], first.start
            before = words[run[0] - 1] if run[0] else None
            if kind == PLACE and before and before.number >= 0.5 and text[before.end : first.start] == " ":
                start = before.start
            yield kind, start, last.end
            run = []
        run.append(index)
