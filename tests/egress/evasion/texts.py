"""Ways of writing a text so that a scanner does not see it and a language model still reads it."""

from __future__ import annotations

import base64
import codecs
import gzip
import html
import json
import quopri
import urllib.parse
import zlib
from collections.abc import Callable

import brotli
import zstandard

Hide = Callable[[str], str]

_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_LOOK_ALIKE = str.maketrans("aceopxyABCEHKMOPTX", "асеорхуАВСЕНКМОРТХ")  # Latin → Cyrillic


_PILOTS = ("zero", "one", "two", "tree", "fower", "fife", "six", "seven", "eight", "niner")
_SPOKEN = "0123456789-"
_INVISIBLE = {"0": "\u2062", "1": "\u2064"}


def _morse(char: str) -> str:
    """A digit or hyphen in Morse code with the signs that word processors put for dots and dashes."""
    digit = int(char) if char != "-" else -1
    marks = "-....-" if digit < 0 else "".join("." if (at < digit) == (digit <= 5) else "-" for at in range(5))
    marks = marks if digit <= 5 else "".join("-" if at < digit - 5 else "." for at in range(5))
    return marks.replace(".", "\u00b7").replace("-", "\u2212")


def _each(function: Callable[[str], str]) -> Hide:
    return lambda text: "".join(map(function, text))


def _digits(zero: int) -> Hide:
    """Digits of another script, whose zero has this code point."""
    return _each(lambda c: chr(zero + int(c)) if c.isascii() and c.isdigit() else c)


def _between(mark: str) -> Hide:
    return mark.join


def _dashes(mark: str) -> Hide:
    return lambda text: text.replace("-", mark)


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _lines(text: str, width: int = 16) -> str:
    return "\n".join(text[i : i + width] for i in range(0, len(text), width))


HIDDEN: dict[str, Hide] = {
    "plain": lambda text: text,
    "base64": lambda text: _base64(text.encode()),
    "base64 in a sentence": lambda text: f"Decode this first: {_base64(f'value is {text} ok'.encode())} and go on.",
    "base64url without padding": lambda text: base64.urlsafe_b64encode(f"{text}??>>".encode()).decode().rstrip("="),
    "base64 over lines": lambda text: _lines(_base64(f"the value is {text}".encode())),
    "base64 twice": lambda text: _base64(_base64(text.encode()).encode()),
    "base64 three times": lambda text: _base64(_base64(_base64(text.encode()).encode()).encode()),
    "base64 of gzip": lambda text: _base64(gzip.compress(text.encode())),
    "base64 of zlib": lambda text: _base64(zlib.compress(text.encode())),
    "base64 of brotli": lambda text: _base64(brotli.compress(f"the value of this record is {text}".encode())),
    "base64 of zstandard": lambda text: _base64(zstandard.compress(text.encode())),
    "base64 of gzip twice": lambda text: _base64(gzip.compress(gzip.compress(text.encode()))),
    "base64 of UTF-16": lambda text: _base64(text.encode("utf-16-le")),
    "base64 of UTF-16 with a mark": lambda text: _base64(text.encode("utf-16")),
    "base64 of JSON": lambda text: _base64(json.dumps({"value": text}).encode()),
    "data URL": lambda text: f"data:text/plain;base64,{_base64(text.encode())}",
    "data URL with percent": lambda text: f"data:text/plain,{urllib.parse.quote(text)}",
    "MIME word": lambda text: f"=?utf-8?B?{_base64(text.encode())}?=",
    "base32": lambda text: base64.b32encode(f"value {text}".encode()).decode(),
    "ASCII85": lambda text: base64.a85encode(f"value {text}".encode(), adobe=True).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
    "hexadecimal with spaces": lambda text: text.encode().hex(" "),
    "hexadecimal with colons": lambda text: text.encode().hex(":"),
    "hexadecimal with 0x": lambda text: " ".join(f"0x{byte:02x}" for byte in text.encode()),
    "hexadecimal of gzip": lambda text: gzip.compress(text.encode()).hex(),
    "backslash x": lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()),
    "backslash u left in the text": _each(lambda c: f"\\u{ord(c):04x}"),
    "backslash u of the dashes": _dashes("\\u002d"),
    "backslash octal": lambda text: "".join(f"\\{byte:03o}" for byte in text.encode()),
    "percent": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "percent twice": lambda text: "".join(f"%25{byte:02X}" for byte in text.encode()),
    "percent of the dashes": _dashes("%2D"),
    "HTML entities": _each(lambda c: f"&#{ord(c)};"),
    "HTML entities in hexadecimal": _each(lambda c: f"&#x{ord(c):x};"),
    "HTML entities of entities": lambda text: html.escape("".join(f"&#{ord(c)};" for c in text)),
    "quoted-printable": lambda text: "".join(f"={byte:02X}" for byte in text.encode()),
    "quoted-printable of some": lambda text: quopri.encodestring(text.encode()).decode().replace("-", "=2D"),
    "JSON in the string": lambda text: json.dumps({"note": {"value": text}}),
    "JSON in JSON in the string": lambda text: json.dumps({"note": json.dumps({"value": text})}),
    "JSON with escapes in the string": lambda text: '{"v": "' + "".join(f"\\u{ord(c):04x}" for c in text) + '"}',
    "full-width characters": _each(lambda c: chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c),
    "Arabic-Indic digits": _digits(0x0660),
    "Devanagari digits": _digits(0x0966),
    "mathematical digits": _digits(0x1D7CE),
    "monospace digits": _digits(0x1D7F6),
    "subscript digits": _digits(0x2080),
    "keycap digits": _each(lambda c: f"{c}\ufe0f\u20e3" if c.isdigit() else c),
    "circled digits": _each(lambda c: (chr(0x245F + int(c)) if c != "0" else "\u24ea") if c.isdigit() else c),
    "Cyrillic look-alikes": lambda text: text.translate(_LOOK_ALIKE),
    "zero-width spaces": _between("\u200b"),
    "zero-width joiners": _between("\u200d"),
    "word joiners": _between("\u2060"),
    "soft hyphens": _between("\u00ad"),
    "byte order marks": _between("\ufeff"),
    "variation selectors": _between("\ufe0f"),
    "combining marks": _between("\u0336"),
    "direction marks": _between("\u200e"),
    "direction overrides": lambda text: f"\u202d{text}\u202c",
    "tag characters": _each(lambda c: chr(0xE0000 + ord(c))),
    "tag characters between": _between("\U000e0061"),
    "non-breaking hyphens": _dashes("\u2011"),
    "figure dashes": _dashes("\u2012"),
    "en dashes": _dashes("\u2013"),
    "minus signs": _dashes("\u2212"),
    "full-width hyphens": _dashes("\uff0d"),
    "no-break spaces for spaces": lambda text: text.replace(" ", "\u00a0"),
    "thin spaces between": _between("\u2009"),
    "bold marks between": lambda text: text.replace("-", "**-**"),
    "HTML tags between": lambda text: text.replace("-", "<b>-</b>"),
    "HTML comments between": lambda text: text.replace("-", "<!-- x -->-"),
    "spaces between all characters": _between(" "),
    "dots between all characters": _between("."),
    "number words": lambda text: " ".join(
        _WORDS[int(c)] if c.isascii() and c.isdigit() else "dash" if c == "-" else c for c in text
    ),
    "codes on lines": lambda text: "\n".join(str(byte) for byte in text.encode()),
    "codes as calls": lambda text: "+".join(f"chr({byte})" for byte in text.encode()),
    "code points": lambda text: " ".join(f"U+{byte:04X}" for byte in text.encode()),
    "octal codes": lambda text: ", ".join(f"0o{byte:o}" for byte in text.encode()),
    "escapes of CSS": lambda text: "".join(f"\\{byte:06x}" for byte in text.encode()),
    "control characters": _between("\x07"),
    "private characters": _between("\ue000"),
    "variation selectors as bytes": lambda text: "ok" + "".join(chr(0xE0100 + byte - 16) for byte in text.encode()),
    "invisible bits": lambda text: "ok" + "".join(_INVISIBLE[bit] for byte in text.encode() for bit in f"{byte:08b}"),
    "reversed under an override": lambda text: f"\u202e{text[::-1]}\u202c",
    "entities that the text declares": lambda text: f'<!ENTITY a "{text[:4]}"><!ENTITY b "{text[4:]}">]><r>&a;&b;</r>',
    "escapes of Markdown": lambda text: "".join(f"\\{c}" if c in "-.@_" else c for c in text),
    "brackets around each": _each(lambda c: f"[{c}]"),
    "one to a row of HTML": lambda text: "".join(f"<tr>\n <td>{c}</td></tr>\n" for c in text),
    "one to an item of a list": lambda text: "\n".join(f"{at}. {c}" for at, c in enumerate(text, 1)),
    "hyphens with blanks": _dashes(" - "),
    "hyphens of LaTeX": _dashes("--"),
    "words of pilots": lambda text: " ".join("dash" if c == "-" else _PILOTS[int(c)] for c in text if c in _SPOKEN),
    "Morse with typographic signs": lambda text: " ".join(_morse(c) for c in text if c in _SPOKEN),
    "UTF-7": lambda text: codecs.encode(text, "utf-7").decode().replace("-", "+AC0-"),
}
"""Name of the carrier → how it writes a text."""

# What only makes sense for identifiers that are told by their digits and dashes alone.
FOR_NUMBERS = frozenset(
    {
        "number words",
        "words of pilots",
        "Morse with typographic signs",
        "hyphens with blanks",
        "hyphens of LaTeX",
        "one to a row of HTML",
        "one to an item of a list",
        "entities that the text declares",
        "brackets around each",
        "spaces between all characters",
        "dots between all characters",
        "thin spaces between",
        "bold marks between",
        "HTML tags between",
        "HTML comments between",
        "UTF-7",
        "backslash u of the dashes",
        "percent of the dashes",
        "non-breaking hyphens",
        "figure dashes",
        "en dashes",
        "minus signs",
        "full-width hyphens",
        "quoted-printable of some",
    }
)
