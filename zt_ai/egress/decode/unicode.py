"""Characters that look like ASCII ones, or like nothing: what a reader sees, in ASCII.

Sources: Unicode Standard Annex 15 (compatibility forms), Technical Standard 39 (look-alikes; the table here is our own
and only has letters that are hard to tell from ASCII ones in common typefaces), Standard Annex 9 (direction marks).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from zt_ai.egress.decode.sheet import END

_ALIKE = {
    # Cyrillic
    "А": "A", "В": "B", "Е": "E", "К": "K", "М": "M", "Н": "H", "О": "O", "Р": "P", "С": "C", "Т": "T", "У": "Y",
    "Х": "X", "а": "a", "е": "e", "о": "o", "р": "p", "с": "c", "у": "y", "х": "x", "Ѕ": "S", "ѕ": "s", "І": "I",
    "і": "i", "Ј": "J", "ј": "j", "һ": "h", "ԁ": "d", "ԛ": "q", "Ԛ": "Q", "ԝ": "w", "Ԝ": "W", "ӏ": "l", "Ӏ": "I",
    "г": "r", "к": "k", "м": "m", "н": "h", "т": "t", "в": "b", "п": "n", "З": "3", "з": "3", "б": "6", "Ғ": "F",
    "Ү": "Y", "ү": "y", "ѵ": "v", "Ѵ": "V", "Ԍ": "G", "ԍ": "g", "Ь": "b", "ь": "b",
    # Greek
    "Α": "A", "Β": "B", "Ε": "E", "Ζ": "Z", "Η": "H", "Ι": "I", "Κ": "K", "Μ": "M", "Ν": "N", "Ο": "O", "Ρ": "P",
    "Τ": "T", "Υ": "Y", "Χ": "X", "α": "a", "γ": "y", "ε": "e", "η": "n", "ι": "i", "κ": "k", "ν": "v", "ο": "o",
    "ρ": "p", "σ": "o", "τ": "t", "υ": "u", "χ": "x", "ω": "w", "ϲ": "c", "Ϲ": "C", "ϳ": "j",
    # Armenian, Cherokee, Lisu, Latin letters and small capitals
    "Տ": "S", "Լ": "L", "օ": "o", "ս": "u", "հ": "h", "ո": "n", "ց": "g", "զ": "q", "Օ": "O", "Ս": "U",
    "Ꭰ": "D", "Ꭱ": "R", "Ꭲ": "T", "Ꭺ": "A", "Ꭻ": "J", "Ꭼ": "E", "Ꮃ": "W", "Ꮇ": "M", "Ꮋ": "H", "Ꮐ": "G", "Ꮓ": "Z",
    "Ꮪ": "S", "Ꮩ": "V", "Ꮮ": "L", "Ꮯ": "C", "Ꮲ": "P", "Ꮶ": "K", "Ᏼ": "B", "Ꮿ": "6",
    "ꓐ": "B", "ꓑ": "P", "ꓓ": "D", "ꓔ": "T", "ꓖ": "G", "ꓗ": "K", "ꓙ": "J", "ꓚ": "C", "ꓜ": "Z", "ꓝ": "F", "ꓟ": "M",
    "ꓠ": "N", "ꓡ": "L", "ꓢ": "S", "ꓣ": "R", "ꓦ": "V", "ꓧ": "H", "ꓪ": "W", "ꓫ": "X", "ꓬ": "Y", "ꓮ": "A", "ꓰ": "E",
    "ꓲ": "I", "ꓳ": "O", "ꓴ": "U",
    "ɑ": "a", "ɡ": "g", "ı": "i", "ȷ": "j", "ɩ": "i", "ʟ": "L", "ɴ": "N", "ʀ": "R", "ʏ": "Y", "ɢ": "G", "ʜ": "H",
    "ɪ": "I", "ʙ": "B", "ᴀ": "A", "ᴄ": "C", "ᴅ": "D", "ᴇ": "E", "ᴊ": "J", "ᴋ": "K", "ᴍ": "M", "ᴏ": "O", "ᴘ": "P",
    "ᴛ": "T", "ᴜ": "U", "ᴠ": "V", "ᴡ": "W", "ᴢ": "Z", "ꜰ": "F", "ꜱ": "S", "ǃ": "!", "ø": "o", "Ø": "O", "đ": "d",
    "Đ": "D", "ł": "l", "Ł": "L", "ħ": "h", "ŧ": "t", "Ɩ": "l", "ƽ": "5", "Ƽ": "5", "Ʒ": "3", "ʒ": "3", "Ȝ": "3",
    # Signs
    "−": "-", "⁃": "-", "˗": "-", "➖": "-", "ー": "-", "一": "1", "―": "-", "─": "-", "━": "-", "ᅳ": "-", "ㅡ": "-",
    "․": ".", "。": ".", "·": ".", "•": ".", "‧": ".", "∙": ".", "⋅": ".", "・": ".", "｡": ".", "۔": ".", "܂": ".",
    "⁄": "/", "∕": "/", "⧸": "/", "╱": "/", "⟋": "/", "∶": ":", "꞉": ":", "ː": ":", "։": ":", "׃": ":", "：": ":",
    "⠀": " ", "〇": "0", "零": "0", "⓪": "0", "⓿": "0", "🅯": "c", "＿": "_", "ˍ": "_",
}  # fmt: skip
_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0\u180b\u180c\u180d\u180e\u180f\u2065")
_UNSEEN = frozenset({"Cf", "Mn", "Me", "Mc", "Cc", "Co", "Cn"})
Edit = tuple[int, int, str]
_ASCII = bytes(range(0x80))
_TYPESET = frozenset("\u2022\u2026\u200d\ufe0f\u2122\u2190\u2192\u2500\u2501")


@lru_cache(maxsize=1 << 14)
def seen(char: str) -> str | None:
    """What a reader sees in a character, in ASCII; empty if nothing, None if the character is itself."""
    if char in _ALIKE:
        return _ALIKE[char]
    code = ord(char)
    if code in {0xFFFC, 0xFFFD}:
        return None
    category = unicodedata.category(char)
    # Controls, private and unassigned code points have no glyph; a colour of skin changes the one before it.
    if category in _UNSEEN or char in _BLANK or 0x1F3FB <= code <= 0x1F3FF:
        return "" if code != 0x85 else "\n"
    if category == "Pd":
        return "-"
    if category in {"Zs", "Zl", "Zp"}:
        return " " if category == "Zs" else "\n"
    enclosed = _enclosed(code)
    if enclosed:
        return enclosed
    return _compatible(char, category)


def _enclosed(code: int) -> str | None:
    """Letters in white on black and flags, which have no compatibility form."""
    for start in (0x1F150, 0x1F170, 0x1F1E6):
        if start <= code < start + 26:
            return chr(ord("A") + code - start)
    return None


def _compatible(char: str, category: str) -> str | None:
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    if category == "Lo":
        # Numerals of Chinese and Japanese; other letters of these scripts are no numbers.
        value = unicodedata.numeric(char, None)
        return str(int(value)) if value is not None and 0 <= value <= 9 and value == int(value) else None
    plain = "".join(
        _ALIKE.get(part, part)
        for part in unicodedata.normalize("NFKD", char)
        if unicodedata.category(part) not in {"Mn", "Me", "Cf"}
    ).replace("\u2044", "/")
    return plain if plain != char and plain.isascii() else None


def _soft(char: str) -> bool:
    """Whether good typesetting and emoji use the character: it matters only beside something that may be a number."""
    if char == "\u00ad":
        return False
    return char <= "\u024f" or char in _TYPESET or unicodedata.category(char) in {"Pd", "Zs", "Zl", "Zp"}


def strange(text: str) -> frozenset[str]:
    """The characters of a text that are not ASCII."""
    if text.isascii():
        return frozenset()
    return frozenset(text.encode("utf-8", "replace").translate(None, _ASCII).decode("utf-8", "replace"))


def edits(text: str, chars: frozenset[str] | None = None) -> list[Edit]:
    """Replacements that make the text what a reader sees, in order; `chars` are its `strange` ones. Empty for ASCII."""
    if text.isascii():
        return []
    hard: list[str] = []
    soft: list[str] = []
    for char in strange(text) if chars is None else chars:
        if seen(char) is not None:
            (soft if _soft(char) else hard).append(char)
    # Joiner and colour selector are parts of emoji, but between letters they are there to part them.
    if not set(_JOINERS).isdisjoint(soft) and _JOINED.search(text):
        hard += [char for char in soft if char in _JOINERS]
        soft = [char for char in soft if char not in _JOINERS]
    found: list[Edit] = []
    if hard:
        found = [_edit(text, start, end) for start, end in _stretches(text, hard, 0)]
    base = 0
    for piece in text.split(END) if soft else ():
        if not piece.isascii() and any(char in piece for char in _NUMERIC):
            for start, end in _stretches(piece, soft, base):
                if _NUMBER.search(text, max(start - _NEAR, 0), end + _NEAR):
                    found.append(_edit(text, start, end))
        base += len(piece) + len(END)
    found.sort()
    return found


def _edit(text: str, start: int, end: int) -> Edit:
    return start, end, "".join([seen(char) or "" for char in text[start:end]])


_NUMBER = re.compile(r"[0-9@]")
_JOINERS = "\u200d\ufe0f"
_JOINED = re.compile(f"[A-Za-z0-9][{_JOINERS}]|[{_JOINERS}][A-Za-z0-9]")
_NUMERIC = "0123456789@"
_NEAR = 12


def _stretches(text: str, chars: list[str], base: int) -> list[tuple[int, int]]:
    """Where any of some characters stand; looking for a few one by one is much faster than for a class of them."""
    if len(chars) > 12:
        pattern = re.compile("[" + "".join(map(re.escape, chars)) + "]+")
        return [(base + match.start(), base + match.end()) for match in pattern.finditer(text)]
    found: list[tuple[int, int]] = []
    for char in chars:
        at = text.find(char)
        while at >= 0:
            found.append((base + at, base + at + 1))
            at = text.find(char, at + 1)
    return found


_TAG = re.compile("[\U000e0020-\U000e007e]+")
_TAGS = re.compile("[\U000e0020-\U000e007e]{4,}")


def has_tags(text: str) -> bool:
    """Whether any tag character occurs."""
    return b"\xf3\xa0" in text.encode("utf-8", "replace")


def untagged(text: str) -> list[Edit]:
    """Tag characters replaced by the ASCII ones that they stand for, where others may see nothing at all."""
    return [
        (match.start(), match.end(), "".join([chr(ord(char) - 0xE0000) for char in match[0]]))
        for match in _TAG.finditer(text)
    ]


def tagged(text: str) -> list[Edit]:
    """Runs of tag characters, which no screen shows: each with its span and the ASCII text it spells."""
    return [
        (match.start(), match.end(), "".join([chr(ord(char) - 0xE0000) for char in match[0]]))
        for match in _TAGS.finditer(text)
    ]
