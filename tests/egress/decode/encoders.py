"""Ways of writing a text, each with the text a reader still sees. The table of carriers is made of them."""

from __future__ import annotations

import base64
import codecs
import gzip
import json
import quopri
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
    "reversed, and saying so": lambda text: f"This is written backwards: {text[::-1]}",
    "ROT47, and saying so": lambda text: (
        "ROT47: " + "".join(chr(33 + (ord(char) - 33 + 47) % 94) if "!" <= char <= "~" else char for char in text)
    ),
}
"""Carriers for any ASCII text."""

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
