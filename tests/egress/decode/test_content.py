"""A body by its content type, and media in it."""

from __future__ import annotations

import base64
import hashlib
import json
import random
import uuid
import zipfile
from io import BytesIO

import pytest

from tests.egress.decode.encoders import b64
from tests.egress.decode.fakes import SSN, chat, kinds, reading, request
from zt_ai.egress.model import MediaKind, Reading

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
NOISE = random.Random(3).randbytes(3000)  # noqa: S311 - the same each time


def _read(body: bytes, content_type: str | None) -> Reading:
    return reading(request(body, [] if content_type is None else [("content-type", content_type)]))


TEXTS = {
    "JSON": (json.dumps({"a": SSN}).encode(), "application/json"),
    "JSON with a charset": (json.dumps({"a": SSN}).encode(), 'application/json; charset="UTF-8"'),
    "JSON of some kind": (json.dumps({"a": SSN}).encode(), "application/vnd.amazon.eventstream+json"),
    "JSON lines": (b'{"a": 1}\n\n{"b": "' + SSN.encode() + b'"}', "application/x-ndjson"),
    "a form": (b"a=1&b=123%2D45%2D6789", "application/x-www-form-urlencoded"),
    "a name in a form": (b"123-45-6789=1", "application/x-www-form-urlencoded"),
    "text": (SSN.encode(), "text/plain"),
    "text in Latin-1": (f"é {SSN}".encode("latin-1"), "text/plain; charset=ISO-8859-1"),
    "text in UTF-16 by its charset": (SSN.encode("utf-16-le"), "text/plain; charset=utf-16le"),
    "text in UTF-16 by its mark": (SSN.encode("utf-16"), "text/plain"),
    "text in UTF-32 by its mark": (SSN.encode("utf-32"), "text/plain"),
    "text in UTF-16 without a mark": (f"it is {SSN}".encode("utf-16-be"), "text/plain"),
    "text with a mark of UTF-8": (b"\xef\xbb\xbf" + SSN.encode(), "text/plain"),
    "HTML": (b"<p>123&#45;45&#x2d;6789</p>", "text/html"),
    "JSON without a type": (json.dumps({"a": "123\u201045\u20106789"}).encode(), None),
    "JSON with another type": (rb'{"a": "123\u002d45-6789"}', "text/plain"),
    "text without a type": (SSN.encode(), None),
    "an unknown type": (SSN.encode(), "application/x-nobody-knows"),
    "text in a binary file": (NOISE + b"\0" + SSN.encode() + b"\0" + NOISE, "application/octet-stream"),
    "a picture that is text": (f"<svg><text>{SSN}</text></svg>".encode(), "image/svg+xml"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_number_is_found_in(name: str) -> None:
    result = _read(*TEXTS[name])
    assert result.problem is None
    assert "ssn" in kinds(result)


def test_json_gives_its_tree_whatever_the_type_says() -> None:
    for content_type in ("application/json", "text/plain", None):
        assert _read(b'{"a": [1]}', content_type).tree == {"a": [1]}
    assert _read(b'{"a": 1}\n{"a": 2}', "application/x-ndjson").tree is None


REFUSED = {
    "UTF-7": (b"hello", "text/plain; charset=utf-7", "encoding-unknown"),
    "an unknown charset": (b"hello", "text/plain; charset=x-mac", "encoding-unknown"),
    "bytes that the charset does not have": (b"\xff\xfe\xff", "text/plain; charset=utf-8", "body-malformed"),
    "a mark that is not the charset's": ("x".encode("utf-16"), "text/plain; charset=latin-1", "body-malformed"),
    "JSON in another charset": ('{"a":1}'.encode("utf-16"), "application/json; charset=utf-16", "body-malformed"),
    "a line that is not JSON": (b'{"a": 1}\nhello', "application/x-ndjson", "body-malformed"),
    "a line with a name twice": (b'{"a": 1, "a": 2}\n', "application/x-ndjson", "duplicate-key"),
    "the charset twice": (b"x", "text/plain; charset=utf-8; charset=latin-1", "body-malformed"),
    "something that is no type": (b"x", "a b c", "body-malformed"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    body, content_type, rule = REFUSED[name]
    assert _read(body, content_type).problem == rule


def test_two_content_types_are_refused() -> None:
    both = request(b"{}", [("content-type", "application/json"), ("content-type", "text/plain")])
    assert reading(both).problem == "body-malformed"


def _zip() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w:t>hello</w:t>")
    return out.getvalue()


MEDIA = {
    "a picture": (PNG, MediaKind.IMAGE),
    "a JPEG": (b"\xff\xd8\xff\xe0\x00\x10JFIF" + NOISE, MediaKind.IMAGE),
    "a WebP": (b"RIFF\x00\x00\x00\x00WEBPVP8 " + NOISE, MediaKind.IMAGE),
    "a PDF": (b"%PDF-1.7\n" + NOISE, MediaKind.DOCUMENT),
    "a document of an office suite": (_zip(), MediaKind.DOCUMENT),
    "a sound": (b"RIFF\x00\x00\x00\x00WAVEfmt " + NOISE, MediaKind.AUDIO),
    "a film": (b"\x00\x00\x00\x18ftypisom" + NOISE, MediaKind.VIDEO),
    "noise": (NOISE, MediaKind.BINARY),
}


@pytest.mark.parametrize("name", MEDIA)
def test_media_are_told_wherever_they_are(name: str) -> None:
    data, kind = MEDIA[name]
    bodies = {
        "the body": _read(data, "application/octet-stream"),
        "base64": reading(request(chat(b64(data)))),
        "a data URL": reading(request(chat([{"type": "x", "x": {"url": "data:;base64," + b64(data)}}]))),
        "base64url in lines": reading(request(chat("\n".join(_lines(base64.urlsafe_b64encode(data).decode()))))),
        "hex": reading(request(chat(data.hex()))),
    }
    for place, result in bodies.items():
        assert result.problem is None, place
        assert {media.kind for media in result.media} == {kind}, place


def _lines(text: str) -> list[str]:
    return [text[at : at + 76] for at in range(0, len(text), 76)]


def test_media_say_where_they_are() -> None:
    (media,) = reading(request(chat([{"type": "image", "data": b64(PNG)}]))).media
    assert media.path == ("body", "messages", 0, "content", 0, "data")


@pytest.mark.parametrize("kind", ["image/png", "audio/mpeg", "video/mp4", "application/pdf"])
def test_a_type_of_media_is_believed(kind: str) -> None:
    assert len(_read(b"whatever it is", kind).media) == 1


SHORT = {
    "ids": [str(uuid.UUID(int=random.Random(n).getrandbits(128))) for n in range(200)],  # noqa: S311
    "ids without hyphens": [uuid.UUID(int=random.Random(n).getrandbits(128)).hex for n in range(200)],  # noqa: S311
    "digests": [hashlib.sha256(bytes([n])).hexdigest() for n in range(200)],
    "longer digests": [hashlib.sha512(bytes([n])).hexdigest() for n in range(50)],
    "digests in base64": [b64(hashlib.sha512(bytes([n])).digest()) for n in range(200)],
    "ids of calls": [f"toolu_01{b64(random.Random(n).randbytes(15))}" for n in range(200)],  # noqa: S311
    "a signature of RSA": b64(random.Random(1).randbytes(512)),  # noqa: S311
    "a protein": "".join(random.Random(2).choices("ACDEFGHIKLMNPQRSTVWY", k=2000)),  # noqa: S311
    "a gene": "".join(random.Random(2).choices("ACGT", k=4000)),  # noqa: S311
    "digits of pi": "".join(random.Random(2).choices("0123456789", k=3000)),  # noqa: S311
    "the same letter": "A" * 5000,
    "a path": "/usr/lib/python3/dist-packages/SomePackage/AnotherModule/VeryLongNameIndeed.py",
}


@pytest.mark.parametrize("name", SHORT)
def test_ids_digests_and_sequences_are_no_media(name: str) -> None:
    result = reading(request(chat(SHORT[name])))
    assert (result.problem, result.media, result.found) == (None, (), ())


BY_DESIGN = {
    "a signature of thinking": {"type": "thinking", "thinking": "Hm.", "signature": b64(NOISE)},
    "redacted thinking": {"type": "redacted_thinking", "data": b64(NOISE)},
    "encrypted reasoning": {"type": "reasoning", "encrypted_content": b64(NOISE)},
    "a signature of a thought": {"functionCall": {"name": "f"}, "thoughtSignature": b64(NOISE)},
}


@pytest.mark.parametrize("name", BY_DESIGN)
def test_what_the_provider_encrypted_for_itself_is_no_media(name: str) -> None:
    assert reading(request(chat([BY_DESIGN[name]]))).media == ()


def test_but_what_can_be_read_there_is_read() -> None:
    for field in ("signature", "encrypted_content"):
        assert kinds(reading(request(chat([{"type": "thinking", field: b64(f"it is {SSN}".encode())}])))) == ["ssn"]
    assert [one.kind for one in reading(request(chat([{"type": "image", "data": b64(NOISE)}]))).media] == ["binary"]
