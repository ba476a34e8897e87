"""Encoded runs inside a text: base64, base32, hex, ASCII85, uuencode, character codes. Each as bytes, with its span."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import re2  # type: ignore[import-untyped]

from zt_ai.egress.decode.carriers import Carrier
from zt_ai.egress.decode.codes import code_runs


@dataclass(frozen=True, slots=True)
class Candidate:
    """A run that may be encoded."""

    start: int
    end: int
    layer: str
    run: bytes
    """Its letters, without what separates them."""
    readings: Callable[[bytes], Iterable[bytes]]
    """Ways to read the letters, the likeliest first."""

    @property
    def opaque(self) -> bool:
        """Whether a long run that cannot be read is certainly an encoded one, rather than a sequence of something."""
        sample = self.run[:2048]
        if self.layer == "hex":
            return not sample.isdigit() and len(set(sample.lower())) >= 14
        if self.layer == "base64":
            return all(pattern.search(sample) for pattern in _MIXED)
        return self.layer in {"ascii85", "uuencode"}


_B = "[A-Za-z0-9+/_-]"
# A run with enough capitals to be one (see the carrier's pattern); words and names in small letters are passed over.
_DENSE = (
    f"(?:[A-Z]{_B}{{3}}[A-Z]{_B}{{3}}[A-Z]{_B}|[A-Z]{_B}{{1,6}}[A-Z]{_B}{{1,6}}[A-Z]{_B}{{3}}"
    f"|[0-9][A-Za-z+/]{{1,4}}[0-9][A-Za-z+/]{{1,4}}[0-9]{_B}{{5}})"
)
_B64_RUN = re2.compile(
    rf"{_B}*{_DENSE}{_B}*(?:[ \t]*\r?\n[ \t]*{_B}{{2,}})*={{0,2}}"
    rf"|{_B}{{8,}}===+"
    rf"|{_B}{{4}}[ \t\r\n][A-Z]{_B}{{3}}[ \t\r\n](?:{_B}{{4}}[ \t\r\n])*{_B}{{2,4}}={{0,2}}"
)
_STANDARD = bytes.maketrans(b"-_", b"+/")
_B32 = re.compile(rb"[A-Z2-7]{15,}|[a-z2-7]{15,}")
_MIXED = (re.compile(rb"[A-Z]"), re.compile(rb"[a-z]"), re.compile(rb"[0-9]"))


def base64_runs(text: str) -> Iterable[Candidate]:
    """Runs of base64 and base64url, padded or not, broken into lines or groups, with something glued in front."""
    for match in _B64_RUN.finditer(text):
        start, end = match.span()
        run = match.group().encode("ascii").translate(_STANDARD, b" \t\r\n=")
        # A number in hexadecimal, such as most ids: read as such elsewhere.
        if not run.translate(None, b"0123456789abcdef+"):
            continue
        yield Candidate(start, end, "base64", run, _read64)
        for part in _B32.findall(run):
            yield Candidate(start, end, "base32", part, _read32)


_GROUPED = re.compile(
    r"(?<![A-Za-z0-9+/])[A-Za-z0-9+/]{4}([^A-Za-z0-9+/=\x01]{1,4})(?:[A-Za-z0-9+/]{4}\1){2,}[A-Za-z0-9+/]{2,4}(?![A-Za-z0-9+/])"
)


def grouped_runs(text: str) -> Iterable[Candidate]:
    """Base64 in groups of four with the same mark between each two: dots, commas, bullets of a list."""
    for match in _GROUPED.finditer(text):
        run = match[0].replace(match[1], "").encode("ascii")
        yield Candidate(*match.span(), "base64", run, _read64)


def _base64(text: str) -> Iterable[Candidate]:
    yield from base64_runs(text)
    yield from grouped_runs(text)


def _read64(run: bytes) -> Iterable[bytes]:
    for shift in range(4):
        yield _decode(run[shift:])


def _read32(run: bytes) -> Iterable[bytes]:
    for shift in range(8):
        yield _decode32(run[shift:])


def _same(run: bytes) -> Iterable[bytes]:
    yield run


def _decode(run: bytes) -> bytes:
    run = run[: len(run) - (len(run) % 4 == 1)]
    return binascii.a2b_base64(run + b"=" * (-len(run) % 4))


def _decode32(run: bytes) -> bytes:
    run = run[: len(run) // 8 * 8 + {0: 0, 1: 0, 2: 2, 3: 2, 4: 4, 5: 5, 6: 5, 7: 7}[len(run) % 8]]
    try:
        return base64.b32decode(run + b"=" * (-len(run) % 8), casefold=True)
    except binascii.Error:
        return b""


_HEX_RUN = re2.compile(
    r"(?:0[xX]|\\x|#)?[0-9A-Fa-f]{2}(?:(?:, ?|\r?\n|[ :;_-])?(?:0[xX]|\\x)?[0-9A-Fa-f]{2}){6,}[0-9A-Fa-f]?"
)
_HEX_NOISE = re.compile(r"0[xX]|\\x|[^0-9A-Fa-f]")


def hex_runs(text: str) -> Iterable[Candidate]:
    """Runs of bytes in hexadecimal, also separated by blanks, colons, commas, `0x` or `\\x`."""
    for match in _HEX_RUN.finditer(text):
        start, end = match.span()
        digits = _HEX_NOISE.sub("", match.group()).encode("ascii")
        yield Candidate(start, end, "hex", digits, _read16)


def _read16(run: bytes) -> Iterable[bytes]:
    for shift in range(2):
        yield binascii.unhexlify(run[shift : len(run) - (len(run) - shift) % 2])


_A85 = re.compile(r"<~([!-uz \t\r\n]{8,}?)~>")
_UU = re.compile(r"begin [0-7]{3} [^\n\x01]{0,200}\n")
_BINARY = re.compile(r"[01]{8}(?:[ ,]{0,2}[01]{8}){3,}")


def other_runs(text: str) -> Iterable[Candidate]:
    """ASCII85 in its brackets, uuencoded files, bits."""
    for match in _A85.finditer(text):
        for made in _tried(base64.a85decode, match[1].encode("ascii")):
            yield Candidate(*match.span(), "ascii85", made, _same)
    yield from _uuencoded(text)
    for match in _BINARY.finditer(text):
        bits = re.sub(r"[ ,]", "", match[0])
        yield Candidate(*match.span(), "binary", int(bits, 2).to_bytes(len(bits) // 8, "big"), _same)


def _uuencoded(text: str) -> Iterable[Candidate]:
    """Uuencoded files, as far as their lines are [POSIX.1-2024, uuencode]. No line is looked at twice."""
    at = 0
    while match := _UU.search(text, at):
        at = match.end()
        made = bytearray()
        while line := _LINE.match(text, at):
            row = _tried(binascii.a2b_uu, line[0].rstrip().encode("ascii", "replace"))
            if not row or not row[0]:
                break
            made += row[0]
            at = line.end()
        if made:
            yield Candidate(match.start(), at, "uuencode", bytes(made), _same)


_LINE = re.compile(r"[ -`]{2,90}\r?(?:\n|(?=\x01)|$)")


def _tried(decode: Callable[[bytes], bytes], data: bytes) -> tuple[bytes, ...]:
    try:
        return (decode(data),)
    except (ValueError, binascii.Error):
        return ()


def _listed(text: str) -> Iterable[Candidate]:
    for start, end, layer, octets in code_runs(text):
        yield Candidate(start, end, layer, octets, _same)


RUNS: Mapping[Carrier, Callable[[str], Iterable[Candidate]]] = {
    Carrier.BASE64: _base64,
    Carrier.HEX: hex_runs,
    Carrier.OTHER: other_runs,
    Carrier.CODES: _listed,
}
