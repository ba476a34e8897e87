"""Encodings that look like any word, tried where a text says that it has one: base85, base58, base62 and others.

A model that is told the name can undo them; without the name they are ids to it, and to us.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import re
from collections.abc import Callable, Iterable, Iterator

from zt_ai.egress.decode.runs import Candidate

_WORD = re.compile(r"[!-~]{8,600}")
_QUOTED = re.compile(r"[\"'`]([^\"'`\s\x00-\x1f\x7f-\U0010ffff]{8,600})[\"'`]")
_BITCOIN = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"  # IETF draft-msporny-base58-03, section 2
_DIGITS, _CAPITALS = "0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_BASE45 = _DIGITS + _CAPITALS + " $%*+-./:"  # RFC 9285 section 4.2
_BASE32 = _CAPITALS + "234567"  # RFC 4648 section 6
_CROCKFORD = str.maketrans("0123456789ABCDEFGHJKMNPQRSTVWXYZ", _BASE32)
_ZOOKO = str.maketrans("ybndrfg8ejkmcpqxot1uwisza345h769", _BASE32)


def _number(alphabet: str) -> Callable[[str], bytes]:
    """Decoder of a text that is one number in the base of an alphabet."""

    def decode(word: str) -> bytes:
        value = 0
        for char in word:
            value = value * len(alphabet) + alphabet.index(char)
        return value.to_bytes((value.bit_length() + 7) // 8, "big")

    return decode


def _base45(word: str) -> bytes:
    made = bytearray()
    for at in range(0, len(word), 3):
        group = [_BASE45.index(char) for char in word[at : at + 3]]
        value = sum(digit * 45**place for place, digit in enumerate(group))
        made += value.to_bytes(2 if len(group) == 3 else 1, "big")
    return bytes(made)


def _base32(word: str) -> bytes:
    return base64.b32decode(word + "=" * (-len(word) % 8))


_DECODERS: tuple[tuple[re.Pattern[str], str, tuple[Callable[[str], bytes], ...]], ...] = (
    (re.compile(r"(?i)(?:base|ascii|\b[abz])[ _-]?85"), "base85", (base64.b85decode, base64.a85decode)),
    (re.compile(r"(?i)base[ _-]?58|\bb58"), "base58", (_number(_BITCOIN),)),
    (
        re.compile(r"(?i)base[ _-]?62|\bb62"),
        "base62",
        (_number(_DIGITS + _CAPITALS + _CAPITALS.lower()), _number(_DIGITS + _CAPITALS.lower() + _CAPITALS)),
    ),
    (re.compile(r"(?i)base[ _-]?36|\bb36"), "base36", (lambda word: _number(_DIGITS + _CAPITALS)(word.upper()),)),
    (re.compile(r"(?i)base[ _-]?45|\bb45"), "base45", (_base45,)),
    (
        re.compile(r"(?i)base[ _-]?32|\bb32|crockford"),
        "base32",
        (
            lambda word: base64.b32hexdecode(word.rstrip("=") + "=" * (-len(word.rstrip("=")) % 8), casefold=True),
            lambda word: _base32(word.upper().translate(_CROCKFORD)),
            lambda word: _base32(word.translate(_ZOOKO)),
            lambda word: _base32(word.upper().translate({45: "", 61: ""})),
        ),
    ),
    (re.compile(r"(?i)\buu[ -]?(?:en|de)?cod"), "uuencode", (binascii.a2b_uu,)),
)


def named_runs(text: str) -> Iterator[Candidate]:
    """Words that could be in an encoding whose name the text has."""
    for name, layer, decoders in _DECODERS:
        if name.search(text):
            spans = [match.span() for match in _WORD.finditer(text)]
            spans += [match.span(1) for match in _QUOTED.finditer(text)]
            for start, end in spans:
                yield Candidate(start, end, layer, text[start:end].encode("ascii"), _reader(decoders))


def _reader(decoders: Iterable[Callable[[str], bytes]]) -> Callable[[bytes], Iterable[bytes]]:
    def read(run: bytes) -> Iterable[bytes]:
        for decode in decoders:
            with contextlib.suppress(ValueError, OverflowError):
                made = decode(run.decode("ascii"))
                # Any word makes some bytes; those that are no text say nothing.
                if made and (8 * len(made.translate(None, _SHOWN)) <= len(made) or made.startswith(_STREAMS)):
                    yield made

    return read


_STREAMS = (b"\x1f\x8b", b"\x78", b"\x28\xb5\x2f\xfd")
_SHOWN = bytes([9, 10, 13, *range(0x20, 0x7F)])
