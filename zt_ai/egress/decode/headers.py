"""A request's head: what may leave with it is scanned like its body.

Headers whose values are protocol, not content, are left out where they have exactly the form that their document gives;
any other value of theirs is scanned.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import blake2b
from secrets import token_bytes
from urllib.parse import unquote_plus

from zt_ai.egress.decode.sheet import Fixed, Sheet
from zt_ai.egress.model import Request

CREDENTIALS = frozenset(
    {
        "authorization",
        "proxy-authorization",
        "x-api-key",
        "api-key",
        "x-goog-api-key",
        "x-amz-security-token",
        "ocp-apim-subscription-key",
    }
)
"""Where the caller's own credential for the provider belongs: no secret there is a leak, but an identifier is."""

_DATE = r"\d{4}-\d{2}-\d{2}"
# Only what detectors of dates and numbers would stumble over; anything else is read, and remembered if it is nothing.
_PLAIN: Mapping[str, re.Pattern[str]] = {
    name: re.compile(form)
    for name, form in {
        "host": r"[A-Za-z0-9.-]+(?::\d{1,5})?",
        "content-length": r"\d{1,12}",
        "content-type": r"[a-z]+/[a-z.+-]+(?:;\s?charset=[A-Za-z0-9-]{3,12})?",
        "date": r"[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT",
        "x-amz-date": r"\d{8}T\d{6}Z",
        "x-amz-content-sha256": r"[0-9a-f]{64}|[A-Z-]{8,40}",
        "anthropic-version": _DATE,
        "anthropic-beta": rf"(?:[a-z][a-z0-9-]{{1,60}}-{_DATE}(?:,\s?|$)){{1,12}}",
        "x-request-id": r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
        "traceparent": r"00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}",
    }.items()
}
_API_VERSION = re.compile(rf"{_DATE}(?:-preview)?")
# Added by the proxy itself before it asks; they do not leave.
_OURS = ("x-zt-",)
_SIGNATURE = re.compile(
    r"AWS4-HMAC-SHA256 Credential=[A-Z0-9]{16,32}/\d{8}/[a-z0-9-]+/[a-z-]+/aws4_request, ?"
    r"SignedHeaders=[a-z0-9;-]+, ?Signature=[0-9a-f]{64}"
)
"""An Authorization header as AWS Signature Version 4 has it: nothing in it is the caller's to choose."""


class Heads:
    """Reads heads of requests, leaving out what was read before and held nothing.

    Clients send the same path, credential and user agent with every request. What is remembered is a keyed digest,
    never a value, for as long as the process lives.
    """

    def __init__(self, most: int = 4096) -> None:
        self._key = token_bytes(32)
        self._most = most
        self._clean: set[bytes] = set()

    def unknown(self, request: Request) -> tuple[Sheet, list[bytes]]:
        """The texts of a head that have to be read, none of which can be replaced, and marks for `clean`."""
        sheet = Sheet()
        marks: list[bytes] = []
        if not self._is_known(("", request.target), marks):
            _target(request.target, sheet)
        for name, value in request.headers:
            if not _is_plain(name, value) and not self._is_known((name, value), marks):
                _named(sheet, ("header", name), _text(value))
                number = _NUMBER.search(name)
                if number:
                    sheet.add(number[0], Fixed(("header", name)))
        return sheet, marks

    def clean(self, marks: list[bytes]) -> None:
        """Nothing was found in these."""
        if len(self._clean) >= self._most:
            self._clean.clear()
        self._clean.update(marks)

    def _is_known(self, item: tuple[str, str], marks: list[bytes]) -> bool:
        text = "\n".join(item).encode("utf-8", "surrogateescape")
        mark = blake2b(text, key=self._key, digest_size=16).digest()
        if mark in self._clean:
            return True
        marks.append(mark)
        return False


_NUMBER = re.compile(r"[0-9].*")
"""The rest of a header's name from its first digit: letters and hyphens stand before any number there."""


def _is_plain(name: str, value: str) -> bool:
    """Whether a header is protocol and nothing else."""
    form = _PLAIN.get(name)
    if form is not None:
        return form.fullmatch(value) is not None
    return name.startswith(_OURS) or (name == "authorization" and _SIGNATURE.fullmatch(value) is not None)


def _target(target: str, sheet: Sheet) -> None:
    path, _, query = target.partition("?")
    for index, segment in enumerate(path.split("/")):
        if segment:
            sheet.add(unquote_plus(segment), Fixed(("path", index), ("percent",) if "%" in segment else ()))
    for pair in query.split("&") if query else ():
        name, _, value = pair.partition("=")
        _named(sheet, ("query", unquote_plus(name)), unquote_plus(value))


def _named(sheet: Sheet, path: tuple[str, str], value: str) -> None:
    if path[0] == "query" and path[1] == "api-version" and _API_VERSION.fullmatch(value):
        return
    # In a sheet a name ends with a colon; one that carries an identifier is found in it like in any text.
    sheet.add(path[1], Fixed(path), ": ")
    sheet.add(value, Fixed(path))


def _text(value: str) -> str:
    """A header's value as text: UTF-8, or Latin-1 where it is not [RFC 9110 section 5.5]."""
    if value.isascii():
        return value
    data = value.encode("utf-8", "surrogateescape")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")
