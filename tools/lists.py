"""What the programs that write lists of names and places share: the lists, letters without accents, English words."""

from __future__ import annotations

import textwrap
import unicodedata
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

from english_words import get_english_words_set

LISTS = Path(__file__).parents[1] / "zt_ai" / "egress" / "detect" / "lists"

_LETTERS = str.maketrans({"ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "ı": "i", "đ": "d", "Đ": "D", "ß": "ss", "æ": "ae"})
_PEOPLE = ("surnames", "surnames_words", "surnames_world", "given", "given_words", "given_world")
_ENDINGS = (
    ("s", ""),
    ("es", ""),
    ("ies", "y"),
    ("ing", ""),
    ("ing", "e"),
    ("ed", ""),
    ("ed", "e"),
    ("er", ""),
    ("er", "e"),
)


def entries(name: str) -> frozenset[str]:
    """The entries of one of our lists."""
    lines = (LISTS / f"{name}.txt").read_text("utf-8").splitlines()
    body = " ".join(line for line in lines if not line.startswith("#"))
    return frozenset(entry for part in body.split(";") if (entry := part.strip()))


def folded(name: str) -> str:
    """A name without accents, as it is typed."""
    plain = unicodedata.normalize("NFKD", name.translate(_LETTERS))
    return "".join(char for char in plain if not unicodedata.combining(char))


class Words:
    """What a name may be beside a place."""

    def __init__(self) -> None:
        dictionary = files("spylls").joinpath("hunspell/data/en/en_US.dic").read_text("utf-8", "replace")
        hunspell = {entry for line in dictionary.splitlines() if (entry := line.split("/")[0].strip()).islower()}
        self._words = get_english_words_set(["gcide"], lower=True, alpha=True) | hunspell
        self.people = frozenset().union(*map(entries, _PEOPLE))

    def is_word(self, text: str) -> bool:
        """Whether a text is an English word, also bent."""
        bent = (
            text.removesuffix(end) + rest for end, rest in _ENDINGS if text.endswith(end) and len(text) > len(end) + 2
        )
        return text in self._words or any(word in self._words for word in bent)


def write(name: str, told: str, found: Iterable[str]) -> None:
    """Write a list, with what it holds above it."""
    head = textwrap.fill(told, 118, initial_indent="# ", subsequent_indent="# ")
    body = textwrap.fill("; ".join(sorted(found)), 120, break_long_words=False, break_on_hyphens=False)
    (LISTS / f"{name}.txt").write_text(f"{head}\n{body}\n", encoding="utf-8")
