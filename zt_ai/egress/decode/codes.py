"""Texts as lists of character codes: in decimal, hexadecimal, octal or binary, with the same thing between each two.

Whatever is between them: blanks, commas, new lines, `chr(53)+chr(51)`, `\\char53`, `U+0035`, `_x0035_`, `0b110101`, as
program text, documents and dumps have them. Sources: the language references of Python (`chr`), JavaScript
(`String.fromCharCode`), CSS Syntax Level 3 section 4.3.7, RTF 1.9.1 (`\\'hh`, `\\uN`), ECMA-376 part 1 section
22.9.2.19 (`_xHHHH_`), and the outputs of `hexdump -C`, `xxd` and `od` [POSIX.1-2024, od].
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterable

_DECIMAL = re.compile(
    r"(?<![0-9])([0-9]{2,3})((?!\.[0-9]{2}\.)[^0-9\x01]{1,14}(?:0o?)?)(?:[0-9]{2,3}\2){4,}[0-9]{2,3}(?![0-9])"
)
_NUMBERS = re.compile(r"[0-9]{2,3}")
_PADDED = re.compile(r"(?<![0-9])(?:0[0-9]{2}|1[0-9]{2}|2[0-5][0-9]){7,}(?![0-9])")
_GLUE = r"((?:[^0-9A-Za-z\x01]|0?[xX]|[uUhH]){1,6}?(?:00){0,2})"
_HEX = re.compile(rf"([0-9A-Fa-f]{{2}}){_GLUE}(?:[0-9A-Fa-f]{{2}}\2){{5,}}[0-9A-Fa-f]{{2}}(?![0-9A-Fa-f])")
_BITS = re.compile(r"(?<![01])[01]{6,8}([^0-9A-Za-z\x01]{1,4}(?:0b)?)(?:[01]{6,8}\1){4,}[01]{6,8}(?![01])")
_SHOWN = bytes([9, 10, 13, *range(0x20, 0x7F)])
_CONTROLS = bytes([*range(9), 11, 12, *range(14, 0x20), 0x7F])
_OCTAL = frozenset("01234567")
_REST = re.compile(r"[_;>)'?]{1,2}")
_OFFSET = r"(?:0x)?[0-9A-Fa-f]{6,8}:?[ \t]+"
_DUMP = re.compile(
    rf"(?m)(?:(?<![0-9A-Za-z]){_OFFSET}(?:[0-9A-Fa-f]{{2,4}}[ \t]{{1,3}}){{1,17}}"
    r"[^\n\x01]{0,40}(?:\n[ \t]*|$|(?=\x01)))+"
)
_ROW = re.compile(rf"(?m)^[ \t]*{_OFFSET}((?:[0-9A-Fa-f]{{2,4}}(?:[ \t]{{1,2}}|$|(?=[\n\x01]))){{1,17}})")


def code_runs(text: str) -> Iterable[tuple[int, int, str, bytes]]:
    """Each run with its span, the name of the layer and the bytes; some are read in two ways."""
    for match in _DECIMAL.finditer(text):
        digits = [match[1], *_NUMBERS.findall(match[0], len(match[1]) + len(match[2]))]
        yield from _read(match, "decimal", digits, 10)
        yield from _read(match, "octal", digits, 8)
    for match in _PADDED.finditer(text):
        yield from _read(match, "decimal", [match[0][at : at + 3] for at in range(0, len(match[0]), 3)], 10)
    for match in _HEX.finditer(text):
        size = 2 + len(match[2])
        yield from _read(match, "hex-codes", [match[0][at : at + 2] for at in range(0, len(match[0]), size)], 16)
    for match in _BITS.finditer(text):
        yield from _read(match, "binary", match[0].split(match[1]), 2)
    for match in _DUMP.finditer(text):
        rows = _ROW.findall(match[0])
        tokens = [token for row in rows for token in row.split()]
        if len({len(token) for token in tokens}) == 1 and len(tokens[0]) == 3:
            yield from _read(match, "octal", tokens, 8)
        yield (
            match.start(),
            match.end(),
            "hex-codes",
            binascii.unhexlify("".join(token for token in tokens if len(token) % 2 == 0)),
        )


def _read(match: re.Match[str], layer: str, codes: list[str], base: int) -> Iterable[tuple[int, int, str, bytes]]:
    """The codes as bytes, if they are codes of this base and nearly all of them of characters that are seen."""
    if base == 8 and not _OCTAL.issuperset("".join(codes)):
        return
    octets = bytes([value if value < 256 else 0 for value in (int(code, base) for code in codes)])
    unseen = len(octets.translate(None, _SHOWN))
    if 10 * unseen <= len(octets) or _is_utf8(octets):
        # What closes the last one belongs to it, and is no part of a word with what was decoded.
        rest = _REST.match(match.string, match.end())
        yield match.start(), rest.end() if rest else match.end(), layer, octets


def _is_utf8(octets: bytes) -> bool:
    if len(octets.translate(None, _CONTROLS)) < len(octets):
        return False
    try:
        octets.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
