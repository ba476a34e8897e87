"""Text in characters that no screen shows, spelled out by their numbers: hidden from people, not from models.

Known ways: variation selectors as bytes, which any character may carry [Paul Butler, "Smuggling arbitrary data through
an emoji", 2025], and two invisible characters as the bits of bytes ("sneaky bits"). Tag characters are in `unicode`.
"""

from __future__ import annotations

import re

_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]{5,}")
_UNSEEN = "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
_BITS = re.compile(f"[{_UNSEEN}]{{35,}}")


_ANY = re.compile(f"[{_UNSEEN}\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def hidden(text: str, chars: frozenset[str]) -> list[tuple[int, int, bytes]]:
    """What runs of invisible characters spell, each by every way of reading it that gives plain text.

    `chars` are the text's characters that are not ASCII.
    """
    if not any(map(_ANY.match, chars)):
        return []
    found: list[tuple[int, int, bytes]] = []
    for match in _SELECTORS.finditer(text):
        codes = [ord(char) for char in match[0]]
        octets = bytes([code - 0xFE00 if code < 0xFE10 else code - 0xE0100 + 16 for code in codes])
        found.append((match.start(), match.end(), octets))
    for match in _BITS.finditer(text):
        signs = sorted(set(match[0]), key=match[0].count, reverse=True)[:2]
        run = "".join([char for char in match[0] if char in signs])
        for one, other in (signs, signs[::-1]) if len(signs) == 2 else ():
            bits = run.replace(one, "0").replace(other, "1")
            for width in (8, 7, 16):
                spelled = _octets(bits, width)
                if spelled is not None:
                    found.append((match.start(), match.end(), spelled))
    return found


def _octets(bits: str, width: int) -> bytes | None:
    """Bits in groups of a width as bytes; None if they are no plain text."""
    codes = [int(bits[at : at + width], 2) for at in range(0, len(bits) - width + 1, width)]
    if len(codes) < 5 or any(code > 0xFF or (code < 0x20 and code not in (9, 10, 13)) for code in codes):
        return None
    octets = bytes(codes)
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError:
        return None
    return octets
