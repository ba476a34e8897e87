"""Ways of writing a text, each with the text a reader still sees. The table of carriers is made of them."""

from __future__ import annotations

import base64
import codecs
import gzip
import json
import quopri
import re
import urllib.parse
import zlib
from collections.abc import Callable
from typing import Any

import brotli
import zstandard

Write = Callable[[str], Any]


def b64(data: bytes) -> str:
    return base64.b64encode(data).decode()


def _raw(data: bytes) -> bytes:
    stream = zlib.compressobj(wbits=-15)
    return stream.compress(data) + stream.flush()


def _tag(char: str) -> str:
    return chr(0xE0000 + ord(char)) if " " <= char <= "~" else char


def _each(change: Callable[[str], str]) -> Callable[[str], str]:
    return lambda text: "".join(map(change, text))


def _digits(zero: int) -> Callable[[str], str]:
    return _each(lambda char: chr(zero + int(char)) if char in "0123456789" else char)


_WORDS = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_MORSE = ("-----", ".----", "..---", "...--", "....-", ".....", "-....", "--...", "---..", "----.")

_PILOTS = ("zero", "one", "two", "tree", "fower", "fife", "six", "seven", "eight", "niner")
_SPANISH = ("cero", "uno", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve")
_INVISIBLE = str.maketrans("01", "\u200b\u2064")
_DOTS = (1, 3, 9, 25, 17, 11, 27, 19, 10, 26, 5, 7, 13, 29, 21, 15, 31, 23, 14, 30, 37, 39, 58, 45, 61, 53, 0, 36, 50)
_CELLS = dict(zip("abcdefghijklmnopqrstuvwxyz -.", _DOTS, strict=True))


_BITCOIN = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_SIXTY_TWO = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def _in_base(text: str, alphabet: str) -> str:
    value, made = int.from_bytes(text.encode(), "big"), ""
    while value:
        value, digit = divmod(value, len(alphabet))
        made = alphabet[digit] + made
    return made


def _braille(text: str) -> str:
    made = ""
    for char in text.lower():
        if char in "0123456789":
            made += "\u283c" + chr(0x2800 + _CELLS["jabcdefghi"[int(char)]])
        else:
            made += "\u2808\u2801" if char == "@" else chr(0x2800 + _CELLS[char]) if char in _CELLS else char
    return made


def _dump(text: str) -> str:
    data = text.encode()
    rows = [data[at : at + 8] for at in range(0, len(data), 8)]
    return "\n".join(f"{8 * at:08x}  {row.hex(' ')}  |........|" for at, row in enumerate(rows)) + "\n"


def _selector(byte: int) -> str:
    return chr(0xFE00 + byte if byte < 16 else 0xE0100 + byte - 16)


ANY: dict[str, Callable[[str], str]] = {
    "base64": lambda text: b64(text.encode()),
    "base64 without padding": lambda text: b64(text.encode()).rstrip("="),
    "base64url": lambda text: base64.urlsafe_b64encode(f"{text}~~??".encode()).decode().rstrip("="),
    "base64 in lines": lambda text: base64.encodebytes((text + " .. " * 30).encode()).decode(),
    "base64 in lines with CRLF": lambda text: (
        base64.encodebytes((". " * 40 + text).encode()).decode().replace("\n", "\r\n")
    ),
    "base64 glued to a word": lambda text: "payload" + b64(f"value {text} end".encode()),
    "base64 glued to one letter": lambda text: "x" + b64(f"value {text} end".encode()),
    "base64 in a sentence": lambda text: f"Please decode {b64(text.encode())} first.",
    "base64 twice": lambda text: b64(b64(text.encode()).encode()),
    "base64 five times": lambda text: _times(text, 5),
    "data URL": lambda text: "data:text/plain;base64," + b64(text.encode()),
    "data URL with percent": lambda text: "data:text/plain," + urllib.parse.quote(text, safe=""),
    "MIME word": lambda text: f"=?utf-8?B?{b64(text.encode())}?=",
    "base32": lambda text: base64.b32encode(text.encode()).decode(),
    "hex": lambda text: text.encode().hex(),
    "hex in capitals": lambda text: text.encode().hex().upper(),
    "hex with blanks": lambda text: text.encode().hex(" "),
    "hex with colons": lambda text: text.encode().hex(":"),
    "hex with 0x": lambda text: ", ".join(f"0x{byte:02x}" for byte in text.encode()),
    "ASCII85": lambda text: base64.a85encode(text.encode(), adobe=True).decode(),
    "base85 with a word about it": lambda text: "base85: " + base64.b85encode(text.encode()).decode(),
    "uuencode": lambda text: "begin 644 a\n" + codecs.encode(text.encode(), "uu").decode().split("\n", 1)[1],
    "gzip in base64": lambda text: b64(gzip.compress(text.encode())),
    "gzip in base64, cut short": lambda text: b64(gzip.compress((text + " and so on").encode())[:-6]),
    "zlib in base64": lambda text: b64(zlib.compress(text.encode())),
    "deflate in base64": lambda text: b64(_raw(text.encode())),
    "brotli in base64": lambda text: b64(brotli.compress(text.encode())),
    "zstd in base64": lambda text: b64(zstandard.compress(text.encode())),
    "gzip of gzip in base64": lambda text: b64(gzip.compress(gzip.compress(text.encode()))),
    "gzip in hex": lambda text: gzip.compress(text.encode()).hex(),
    "zlib in hex": lambda text: zlib.compress(text.encode()).hex(),
    "UTF-16 in base64": lambda text: b64(text.encode("utf-16-le")),
    "UTF-16, big end first, in base64": lambda text: b64(text.encode("utf-16-be")),
    "UTF-32 in base64": lambda text: b64(text.encode("utf-32")),
    "UTF-16 in hex": lambda text: text.encode("utf-16-le").hex(),
    "text inside binary in base64": lambda text: b64(bytes(range(128, 200)) + text.encode() + bytes(range(128, 200))),
    "\\u escapes": _each(lambda char: json.dumps(char)[1:-1] if char > "\x7f" else f"\\u{ord(char):04x}"),
    "\\u{} escapes": _each(lambda char: f"\\u{{{ord(char):x}}}"),
    "\\U escapes": _each(lambda char: f"\\U{ord(char):08x}"),
    "\\x escapes": lambda text: "".join(f"\\x{byte:02x}" for byte in text.encode()),
    "octal escapes": lambda text: "".join(f"\\{byte:03o}" for byte in text.encode()),
    "doubled \\u escapes": lambda text: ANY["\\u escapes"](text).replace("\\", "\\\\"),
    "JSON": lambda text: json.dumps({"note": text}),
    "JSON in JSON": lambda text: json.dumps({"note": json.dumps({"note": [text]})}),
    "JSON in JSON in JSON": lambda text: json.dumps([json.dumps([json.dumps([text])])]),
    "decimal entities": _each(lambda char: f"&#{ord(char)};"),
    "decimal entities without semicolons": lambda text: "&#" + "&#".join(str(ord(char)) for char in text) + ";",
    "hexadecimal entities": _each(lambda char: f"&#x{ord(char):X};"),
    "entities of entities": lambda text: "".join(f"&amp;#{ord(char)};" for char in text),
    "percent": lambda text: "".join(f"%{byte:02X}" for byte in text.encode()),
    "percent twice": lambda text: "".join(f"%25{byte:02x}" for byte in text.encode()),
    "%u": lambda text: ANY["\\u escapes"](text).replace("\\", "%"),
    "quoted-printable": lambda text: "".join(f"={byte:02X}" for byte in text.encode()),
    "full width": _each(lambda char: chr(ord(char) + 0xFEE0) if "!" <= char <= "~" else char),
    "mathematical digits": _digits(0x1D7CE),
    "Arabic digits": _digits(0x0660),
    "Persian digits": _digits(0x06F0),
    "Devanagari digits": _digits(0x0966),
    "Thai digits": _digits(0x0E50),
    "subscript digits": _digits(0x2080),
    "circled digits": _each(lambda char: "⓪①②③④⑤⑥⑦⑧⑨"[int(char)] if char in "0123456789" else char),
    "keycaps": _each(lambda char: f"{char}\ufe0f\u20e3" if char in "0123456789" else char),
    "zero-width spaces": "\u200b".join,
    "zero-width joiners": "\u200d".join,
    "soft hyphens": "\u00ad".join,
    "word joiners": "\u2060".join,
    "byte order marks": "\ufeff".join,
    "variation selectors": "\ufe0f".join,
    "combining strokes": "\u0336".join,
    "direction marks": "\u200f".join,
    "direction override": lambda text: f"\u202e{text}\u202c",
    "tags": _each(_tag),
    "tags behind a word": lambda text: "hello" + "".join(map(_tag, text)),
    "binary": lambda text: " ".join(f"{byte:08b}" for byte in text.encode()),
    "decimal codes": lambda text: " ".join(str(byte) for byte in text.encode()),
    "decimal codes on lines": lambda text: "\n".join(str(byte) for byte in text.encode()),
    "decimal codes as calls": lambda text: "+".join(f"chr({byte})" for byte in text.encode()),
    "decimal codes, three digits each": lambda text: "".join(f"{byte:03}" for byte in text.encode()),
    "decimal codes of LaTeX": lambda text: " ".join(f"\\char{byte}" for byte in text.encode()),
    "codes of RTF": lambda text: "".join(f"\\'{byte:02x}" for byte in text.encode()),
    "octal codes": lambda text: ", ".join(f"0o{byte:o}" for byte in text.encode()),
    "code points": lambda text: " ".join(f"U+{byte:04X}" for byte in text.encode()),
    "escapes of CSS": lambda text: "".join(f"\\{byte:06x}" for byte in text.encode()),
    "escapes of Office": lambda text: "".join(f"_x{byte:04X}_" for byte in text.encode()),
    "hex on lines": lambda text: "\n".join(f"0x{byte:02x}" for byte in text.encode()),
    "hex with bars": lambda text: "|".join(f"{byte:02x}" for byte in text.encode()),
    "hex dump": _dump,
    "octal dump": lambda text: "\n".join(
        f"{at:07o} " + " ".join(f"{byte:03o}" for byte in text.encode()[at : at + 16]) for at in range(0, len(text), 16)
    ),
    "binary of seven": lambda text: " ".join(f"{byte:07b}" for byte in text.encode()),
    "binary with 0b": lambda text: ", ".join(f"{byte:#b}" for byte in text.encode()),
    "escaped as in Markdown": lambda text: re.sub(r"([-.@_])", r"\\\1", text),
    "quoted-printable in small letters": lambda text: "".join(f"={byte:02x}" for byte in text.encode()),
    "entities declared": lambda text: f'<!ENTITY a "{text[:4]}"><!ENTITY b "{text[4:]}">]><r>Is it: &a;&b; then</r>',
    "controls": "\x07".join,
    "zeros between": "\x00".join,
    "colours of a terminal": lambda text: f"{text[:4]}\x1b[1;31m{text[4:7]}\x1b[0m{text[7:]}",
    "private characters": "\ue000".join,
    "unassigned characters": "\u0378".join,
    "second half of Latin-1's controls": "\x9d".join,
    "variation selectors as bytes": lambda text: "\u2600" + "".join(map(_selector, text.encode())),
    "invisible bits": lambda text: "ok" + "".join(f"{byte:08b}" for byte in text.encode()).translate(_INVISIBLE),
    "order turned by an override": lambda text: f"\u202e{text[::-1]}\u202c",
    "Braille": _braille,
    "base58 with a word about it": lambda text: f"base58: {_in_base(text, _BITCOIN)}",
    "base62 with a word about it": lambda text: f"in base 62: {_in_base(text, _SIXTY_TWO)}",
    "base32 of others, and saying so": lambda text: f"base32hex is {base64.b32hexencode(text.encode()).decode()}",
    "base85 in program text": lambda text: f'b85decode("{base64.b85encode(text.encode()).decode()}")',
    "turned around in program text": lambda text: f'print("{text[::-1]}"[::-1])',
    "reversed, and saying so": lambda text: f"This is written backwards: {text[::-1]}",
    "ROT47, and saying so": lambda text: (
        "ROT47: " + "".join(chr(33 + (ord(char) - 33 + 47) % 94) if "!" <= char <= "~" else char for char in text)
    ),
}
"""Carriers for any ASCII text."""

ALONE = frozenset(
    {
        # One that says in words what it did needs its words to be read; inside another, they are.
        *("base58 with a word about it", "base62 with a word about it", "base32 of others, and saying so"),
        *("base85 in program text", "turned around in program text"),
        *("base85 with a word about it", "reversed, and saying so", "ROT47, and saying so"),
        # What others make of a text loses its letters' case, its lines or its control characters in these.
        *("Braille", "order turned by an override", "entities declared", "octal dump", "hex dump"),
        *("zeros between", "controls", "second half of Latin-1's controls", "colours of a terminal"),
        *("invisible bits", "variation selectors as bytes", "binary with 0b", "escaped as in Markdown"),
        *("private characters", "unassigned characters", "decimal codes, three digits each"),
    }
)
"""Carriers that are not put around or inside others."""

NUMBERS: dict[str, Write] = {
    "in plain sight": str,
    "a hyphen as \\u002d": lambda text: text.replace("-", "\\u002d"),
    "a hyphen as octal": lambda text: text.replace("-", "\\055"),
    "a hyphen by its name": lambda text: text.replace("-", "\\N{HYPHEN-MINUS}"),
    "a hyphen as a named entity": lambda text: text.replace("-", "&hyphen;"),
    "a hyphen as percent": lambda text: text.replace("-", "%2d"),
    "a hyphen in quoted-printable": lambda text: quopri.encodestring(text.encode()).decode().replace("-", "=2D"),
    "a soft line break": lambda text: f"{text[:5]}=\n{text[5:]}",
    "en dashes": lambda text: text.replace("-", "\u2013"),
    "non-breaking hyphens": lambda text: text.replace("-", "\u2011"),
    "minus signs": lambda text: text.replace("-", "\u2212"),
    "entities and percent": lambda text: text.replace("-", "&#45;", 1).replace("-", "%2D", 1),
    "full width and escapes": lambda text: text.replace("-", "\\uff0d", 1).replace("6", "６"),
    "blanks between": " ".join,
    "dots between": ".".join,
    "groups with blanks": lambda text: " - ".join(" ".join(group) for group in text.split("-")),
    "in words": lambda text: "ssn " + " ".join("dash" if char == "-" else _WORDS[int(char)] for char in text),
    "Morse": lambda text: " ".join("-....-" if char == "-" else _MORSE[int(char)] for char in text),
    "bold inside": lambda text: f"**{text[:3]}**{text[3:]}",
    "tags of HTML inside": lambda text: f"<b>{text[:3]}</b>{text[3:]}",
    "a comment inside": lambda text: f"{text[:4]}<!-- x -->{text[4:]}",
    "CDATA inside": lambda text: f"{text[:3]}<![CDATA[{text[3:7]}]]>{text[7:]}",
    "cells of a table": lambda text: f"<td>{text[:4]}</td><td>{text[4:]}</td>",
    "concatenated literals": lambda text: f'id = "{text[:6]}" + "{text[6:]}"',
    "a list in JSON in a string": lambda text: json.dumps([text[:6], text[6:]]),
    "a list of objects in JSON in a string": lambda text: json.dumps([{"t": text[:6]}, {"t": text[6:]}]),
    "a list in Python in a string": lambda text: repr([text[:6], text[6:]]),
    "a list of two strings": lambda text: [text[:6], text[6:]],
    "a list of characters": list,
    "a list of groups": lambda text: text.split("-"),
    "a list of byte values": lambda text: list(text.encode()),
    "a list of objects": lambda text: [{"type": "text", "text": text[:6]}, {"type": "text", "text": text[6:]}],
    "two fields": lambda text: {"ssn part 1": text[:6], "part 2": text[6:]},
    "a name in an object": lambda text: {text: "yes"},
    "two names in an object": lambda text: {text[:6]: 1, text[6:]: 2},
    "a number": lambda text: {"ssn": int(text.replace("-", ""))},
    "a real number": lambda text: {"note": float(f"0.{text[:3]}"), "ssn": int(text.replace("-", ""))},
    "brackets around": lambda text: "".join(f"[{char}]" for char in text),
    "bullets between": " \u2022 ".join,
    "plus signs between": " + ".join,
    "pictures between": "\U0001f600".join,
    "blank lines between": "\r\n\r\n".join,
    "cells in rows of HTML": lambda text: "".join(f"<tr>\n <td>{char}</td></tr>\n" for char in text),
    "one to an item of a list": lambda text: "\n".join(f"{at}. {char}" for at, char in enumerate(text, 1)) + "\n",
    "one to a line with a name": lambda text: "\n".join(f"Sign {at}: {char}" for at, char in enumerate(text)) + "\n",
    "a letter for a digit": lambda text: text.replace("1", "l"),
    "hyphens with blanks": lambda text: text.replace("-", " - "),
    "hyphens of LaTeX": lambda text: text.replace("-", "{-}"),
    "two hyphens": lambda text: text.replace("-", "--"),
    "hyphens in words": lambda text: text.replace("-", " dash "),
    "hyphens in capitals": lambda text: text.replace("-", " DASH "),
    "a line broken behind a hyphen": lambda text: f"{text[:7]}\r\n    {text[7:]}",
    "underscores": lambda text: text.replace("-", "_"),
    "emphasis of LaTeX": lambda text: f"\\textbf{{{text[:4]}}}{text[4:]}",
    "tags of BBCode inside": lambda text: f"{text[:4]}[b]{text[4:]}",
    "a label and a value of HTML": lambda text: f"<td>SSN</td>\n<td>{text.replace('-', '')}</td>",
    "a bold label of HTML": lambda text: f"<b>SSN:</b> <i>{text.replace('-', '')}</i>",
    "a field of a form": lambda text: f'<label>SSN</label><input class="a" value="{text.replace("-", "")}">',
    "a question and its answer": lambda text: f"User: may I have your SSN?\nA: {text.replace('-', '')}",
    "words without blanks": lambda text: "".join("dash" if char == "-" else _WORDS[int(char)] for char in text),
    "words of pilots": lambda text: " ".join("dash" if char == "-" else _PILOTS[int(char)] for char in text),
    "words in Spanish": lambda text: " ".join("guion" if char == "-" else _SPANISH[int(char)] for char in text),
    "words and digits": lambda text: " ".join(
        "dash" if char == "-" else char if at % 2 else _WORDS[int(char)] for at, char in enumerate(text)
    ),
    "Morse with other dots": lambda text: (
        " ".join("-....-" if char == "-" else _MORSE[int(char)] for char in text)
        .replace(".", "\u00b7")
        .replace("-", "\u2212")
    ),
    "Roman numerals in one character": _each(lambda char: char if char in "0-" else chr(0x215F + int(char))),
    "circled ideographs": _each(lambda char: char if char in "0-" else chr(0x327F + int(char))),
    "dice": _each(lambda char: chr(0x267F + int(char)) if char in "123456" else char),
    "JSON cut short": lambda text: json.dumps({"a": text[:5], "b": text[5:]})[:-2],
    "literals of SQL": lambda text: f"'{text[:5]}' || '{text[5:]}'",
    "literals on two lines": lambda text: f'"{text[:5]}"\n    "{text[5:]}"',
    "base64 in groups with dots": lambda text: ".".join(_fours(b64(text.encode()))),
    "base64 in a list of groups": lambda text: "\n".join(f"- {four}" for four in _fours(b64(text.encode()))),
    "base64 in two strings": lambda text: _halves(b64(f"the value is {text}".encode())),
    "base64 in a list of short strings": lambda text: _fours(b64(f"the value is {text}".encode())),
}
"""Carriers for a number with hyphens; also such as are no string."""


def _times(text: str, times: int) -> str:
    for _ in range(times):
        text = b64(text.encode())
    return text


def _halves(text: str) -> list[str]:
    return [text[: len(text) // 2], text[len(text) // 2 :]]


def _fours(text: str) -> list[str]:
    return [text[at : at + 4] for at in range(0, len(text), 4)]
