"""`multipart/form-data` and other multiparts, strictly [RFC 7578, RFC 2046 section 5.1].

Readers of multipart disagree about a great many things: repeated parameters, quotes inside quotes, bare line feeds,
text before the first boundary, boundaries inside boundaries. Whatever could be read in two ways is refused.
"""

from __future__ import annotations

import base64
import binascii
import quopri
import re
from dataclasses import dataclass

from zt_ai.egress.decode.budget import UnreadableError

_TOKEN = r"[!#$%&'*+.^_`|~0-9A-Za-z-]+"  # noqa: S105 - RFC 9110's word for a name
_PARAMETER = re.compile(rf';[ \t]*({_TOKEN})=(?:({_TOKEN}(?:[/:?=]{_TOKEN})*)|"((?:[^"\\\r\n]|\\["\\])*)")[ \t]*')
_VALUE = re.compile(rf"[ \t]*({_TOKEN}(?:/{_TOKEN})?)[ \t]*")
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]{0,69}[0-9A-Za-z'()+_,./:=?-]")
MAX_PARTS = 1000


@dataclass(frozen=True, slots=True)
class Part:
    """One part: its headers as they stand, and its content with the transfer encoding undone."""

    headers: tuple[tuple[str, str], ...]
    content_type: str | None
    content: bytes


def parameters(value: str) -> tuple[str, dict[str, str]]:
    """A header's value and its parameters, the names in lower case.

    Raises:
        UnreadableError: `body-malformed`, for anything but the grammar, or a parameter given twice.
    """
    match = _VALUE.match(value)
    if match is None:
        raise UnreadableError("body-malformed")
    found: dict[str, str] = {}
    at = match.end()
    while at < len(value):
        if value[at:].strip(" \t;") == "":
            break
        parameter = _PARAMETER.match(value, at)
        if parameter is None:
            raise UnreadableError("body-malformed")
        name, plain, quoted = parameter.groups()
        name = name.lower()
        if name in found:
            raise UnreadableError("body-malformed")
        found[name] = plain if plain is not None else re.sub(r"\\(.)", r"\1", quoted)
        at = parameter.end()
    return match[1].lower(), found


def parts(body: bytes, boundary: str) -> list[Part]:
    """The parts of a multipart body.

    Raises:
        UnreadableError: `body-malformed`, `encoding-unknown`, `encoding-broken`, `budget-exhausted`.
    """
    if not _BOUNDARY.fullmatch(boundary):
        raise UnreadableError("body-malformed")
    mark = b"--" + boundary.encode("ascii")
    if not body.startswith(mark + b"\r\n"):
        raise UnreadableError("body-malformed")
    pieces = (b"\r\n" + body).split(b"\r\n" + mark)
    if len(pieces) > MAX_PARTS:
        raise UnreadableError("budget-exhausted")
    last = pieces[-1]
    if len(pieces) < 3 or last not in {b"--", b"--\r\n"}:
        raise UnreadableError("body-malformed")
    made: list[Part] = []
    for piece in pieces[1:-1]:
        # Another boundary that begins with ours, or a bare line feed before ours: two readers would cut differently.
        if not piece.startswith(b"\r\n") or b"\n" + mark in piece:
            raise UnreadableError("body-malformed")
        made.append(_part(piece[2:]))
    return made


def _part(data: bytes) -> Part:
    raw, blank, content = (b"\r\n" + data).partition(b"\r\n\r\n")
    if not blank:
        raise UnreadableError("body-malformed")
    headers = _headers(raw[2:])
    names = [name for name, _ in headers]
    if len(set(names)) != len(names):
        raise UnreadableError("body-malformed")
    known = dict(headers)
    if "content-disposition" in known:
        parameters(known["content-disposition"])
    encoding = known.get("content-transfer-encoding", "binary").strip().lower()
    return Part(headers, known.get("content-type"), _transferred(content, encoding))


def _headers(raw: bytes) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for line in raw.split(b"\r\n") if raw else ():
        name, colon, value = line.partition(b":")
        # A folded line, or one without a name, is read in as many ways as there are readers.
        if not colon or not re.fullmatch(_TOKEN.encode(), name) or b"\n" in value or b"\r" in value:
            raise UnreadableError("body-malformed")
        try:
            found.append((name.decode("ascii").lower(), value.decode("utf-8").strip(" \t")))
        except UnicodeDecodeError:
            raise UnreadableError("body-malformed") from None
    return tuple(found)


def _transferred(content: bytes, encoding: str) -> bytes:
    if encoding in {"binary", "8bit", "7bit"}:
        return content
    if encoding == "base64":
        try:
            return base64.b64decode(re.sub(rb"[\r\n \t]", b"", content), validate=True)
        except binascii.Error:
            raise UnreadableError("encoding-broken") from None
    if encoding == "quoted-printable":
        return quopri.decodestring(content)
    raise UnreadableError("encoding-unknown")
