"""Numbers in signs that are no digits, and text in the order in which a screen shows it.

Sources: Unicode Character Database (`Numeric_Value`, names of characters), Standard Annex 9 (overrides), and the Rules
of Unified English Braille, sections 2 and 6.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from zt_ai.egress.decode.unicode import Edit, seen

_FACES = re.compile(
    r"(?:DIE FACE-|CLOCK FACE |MAHJONG TILE |PLAYING CARD |DOMINO TILE HORIZONTAL-00-0|(?:IDEOGRAPHIC )?TALLY MARK )"
    r"([1-9]\b|ONE\b|TWO\b|THREE\b|FOUR\b|FIVE\b|SIX\b|SEVEN\b|EIGHT\b|NINE\b)(?!-THIRTY)"
)
_COUNTED = ("ONE", "TWO", "THREE", "FOUR", "FIVE", "SIX", "SEVEN", "EIGHT", "NINE")
_TURNED_OVER = {"\u0196": "1", "\u1105": "2", "\u0190": "3", "\u3123": "4", "\u03db": "5", "\u3125": "7"}
_KOREAN = dict(zip("\uc601\uc77c\uc774\uc0bc\uc0ac\uc624\uc721\uce60\ud314\uad6c", "0123456789", strict=True))


@lru_cache(maxsize=1 << 14)
def numeral(char: str) -> str | None:
    """The digit that a character stands for as a number, a die or a card, where `seen` takes it for something else."""
    known = _TURNED_OVER.get(char) or _KOREAN.get(char)
    if known is not None:
        return known
    value = unicodedata.numeric(char, None)
    if value is not None and value in range(1, 10):
        return str(int(value))
    match = _FACES.match(unicodedata.name(char, "")) if unicodedata.category(char) == "So" else None
    if match is None:
        return None
    return match[1] if match[1].isdigit() else str(_COUNTED.index(match[1]) + 1)


def numerals(text: str, chars: frozenset[str]) -> list[Edit]:
    """Numbers of other writing systems and pictures of numbers, if there are four at least: one alone is a word, a
    picture or the mark of a list. `chars` are the text's characters that are not ASCII."""
    signs = {char: digit for char in chars if (digit := numeral(char)) is not None}
    # `seen` already takes plain digits for what they are.
    if all(seen(char) == digit for char, digit in signs.items()):
        return []
    places = [match.start() for match in re.finditer("[" + "".join(signs) + "]", text)]
    return [(at, at + 1, signs[text[at]]) for at in places] if len(places) >= 4 else []


_OVERRIDE = re.compile("\u202e([^\u202c\u202e\u2066-\u2069\n\x01]{2,400})[\u202c\u2069]?")


def overridden(text: str, chars: frozenset[str]) -> list[Edit]:
    """What stands under a right-to-left override, in the order in which it is shown [Standard Annex 9, section 2.2]."""
    if "\u202e" not in chars:
        return []
    return [(match.start(), match.end(), match[1][::-1]) for match in _OVERRIDE.finditer(text)]


_CELLS = re.compile("[\u2800-\u283f][\u2800-\u283f ]{4,}")
_LETTERS = dict(
    zip(
        (1, 3, 9, 25, 17, 11, 27, 19, 10, 26, 5, 7, 13, 29, 21, 15, 31, 23, 14, 30, 37, 39, 58, 45, 61, 53),
        "abcdefghijklmnopqrstuvwxyz",
        strict=True,
    )
)
_MARKS = {0: " ", 36: "-", 50: ".", 18: ":", 12: "/", 2: ",", 54: ""}
_NUMBER, _AT = 60, "\u2808\u2801"
_NUMBERED = dict(zip("abcdefghij", "1234567890", strict=True))


def braille(text: str, chars: frozenset[str]) -> list[Edit]:
    """Braille cells as letters, and as digits behind the number sign, or everywhere where no other letter occurs."""
    found: list[Edit] = []
    for match in _CELLS.finditer(text) if any("\u2800" < char < "\u2840" for char in chars) else ():
        made: list[str] = []
        number = False
        for cell in match[0].replace(_AT, "@"):
            sign = 0 if cell == " " else ord(cell) - 0x2800
            letter = _LETTERS.get(sign)
            if sign == _NUMBER:
                number = True
            elif letter is not None:
                made.append(_NUMBERED.get(letter, letter) if number else letter)
                number = number and letter in _NUMBERED
            else:
                number = False
                made.append("@" if cell == "@" else _MARKS.get(sign, ""))
        plain = "".join(made)
        if chr(0x2800 + _NUMBER) not in match[0] and not _OTHER.search(plain):
            plain = "".join(_NUMBERED.get(letter, letter) for letter in plain)
        found.append((match.start(), match.end(), plain))
    return found


_OTHER = re.compile("[k-z]")
