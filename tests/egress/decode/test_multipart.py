"""Multipart bodies: every part, name and header is read; what could be cut in two ways is refused."""

from __future__ import annotations

import base64
import gzip

import pytest

from tests.egress.decode.fakes import SSN, kinds, reading, request
from zt_ai.egress.decode import UnreadableError
from zt_ai.egress.decode.multipart import parameters
from zt_ai.egress.model import MediaKind, Reading

TYPE = "multipart/form-data; boundary=frontier"


def _part(content: bytes | str = "text", disposition: str = 'form-data; name="note"', *headers: str) -> bytes:
    data = content.encode() if isinstance(content, str) else content
    lines = "".join(f"{line}\r\n" for line in (f"Content-Disposition: {disposition}", *headers))
    return lines.encode() + b"\r\n" + data


def _body(*parts: bytes, mark: bytes = b"frontier") -> bytes:
    return b"".join(b"--" + mark + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + mark + b"--\r\n"


def _read(body: bytes, content_type: str = TYPE) -> Reading:
    return reading(request(body, [("content-type", content_type)]))


def _hidden(number: str) -> dict[str, bytes]:
    return {
        "a value": _part(number),
        "a name": _part("x", f'form-data; name="{number}"'),
        "a file name": _part("x", f'form-data; name="file"; filename="{number}.txt"'),
        "another parameter": _part("x", f'form-data; name="a"; note="{number}"'),
        "the name of a parameter": _part("x", f'form-data; name="a"; {number}="b"'),
        "an extended file name": _part("x", f"form-data; name=file; filename*=UTF-8''{number.replace('-', '%2D')}.txt"),
        "a header": _part("x", 'form-data; name="a"', f"X-Note: {number}"),
        "a text file": _part(number, 'form-data; name="file"; filename="a.txt"', "Content-Type: text/plain"),
        "a text file in UTF-16": _part(number.encode("utf-16"), 'form-data; name="file"', "Content-Type: text/plain"),
        "a JSON part": _part(
            '{"a": ["' + number[:6] + '", "' + number[6:] + '"]}',
            'form-data; name="a"',
            "Content-Type: application/json",
        ),
        "a file of JSON lines": _part(
            '{"a": 1}\n{"b": "' + number + '"}\n', 'form-data; name="file"', "Content-Type: application/jsonl"
        ),
        "a file of JSON lines without a type": _part('{"a": 1}\n{"b": "' + number.replace("-", "\\u002d") + '"}\n'),
        "base64 as transfer encoding": _part(
            base64.encodebytes(number.encode()), 'form-data; name="a"', "Content-Transfer-Encoding: base64"
        ),
        "quoted-printable as transfer encoding": _part(
            number.replace("-", "=2D"), 'form-data; name="a"', "Content-Transfer-Encoding: quoted-printable"
        ),
        "a compressed file": _part(
            gzip.compress(number.encode()), 'form-data; name="a"', "Content-Type: application/gzip"
        ),
        "a multipart inside": _part(
            _body(_part(number), mark=b"inner"), 'form-data; name="a"', "Content-Type: multipart/mixed; boundary=inner"
        ),
        "a form inside": _part(
            "a=" + number.replace("-", "%2D"), 'form-data; name="a"', "Content-Type: application/x-www-form-urlencoded"
        ),
    }


HIDDEN = _hidden(SSN)
HARMLESS = _hidden("421-7-88")


@pytest.mark.parametrize("name", HIDDEN)
def test_a_number_is_found_in(name: str) -> None:
    result = _read(_body(_part("first"), HIDDEN[name], _part("last")))
    assert result.problem is None
    assert "ssn" in kinds(result)
    assert all(found.path[:2] == ("part", 1) and not found.redactable for found in result.found)


@pytest.mark.parametrize("name", HIDDEN)
def test_something_harmless_passes_in(name: str) -> None:
    result = _read(_body(HARMLESS[name]))
    assert result.problem is None
    assert (result.found, result.media) == ((), ())


def test_a_picture_is_media() -> None:
    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
    for headers in ((), ("Content-Type: image/png",), ("Content-Type: application/octet-stream",)):
        result = _read(_body(_part(picture, 'form-data; name="image"', *headers)))
        assert [media.kind for media in result.media] == [MediaKind.IMAGE]


REFUSED = {
    "no boundary": ("multipart/form-data", _body(_part())),
    "the boundary given twice": (f"{TYPE}; boundary=other", _body(_part())),
    "the boundary given twice, in other case": (f"{TYPE}; Boundary=frontier", _body(_part())),
    "a boundary with a quotation mark": ('multipart/form-data; boundary="a\\"b"', _body(_part(), mark=b'a"b')),
    "a boundary with an open quotation mark": ('multipart/form-data; boundary="frontier', _body(_part())),
    "another boundary than announced": (TYPE, _body(_part(), mark=b"other")),
    "no end": (TYPE, _body(_part())[:-4]),
    "text before the first part": (TYPE, b"hello\r\n" + _body(_part())),
    "text behind the last part": (TYPE, _body(_part()) + b"hello"),
    "no part": (TYPE, b"--frontier--\r\n"),
    "bare line feeds": (TYPE, _body(_part()).replace(b"\r\n", b"\n")),
    "a bare line feed before a boundary": (TYPE, _body(_part("a\n--frontier\r\n\r\nb"))),
    "a boundary that begins with ours": (TYPE, _body(_part("a\r\n--frontiers\r\n\r\nb"))),
    "blanks behind a boundary": (TYPE, _body(_part()).replace(b"--frontier\r\n", b"--frontier \r\n", 1)),
    "a folded header": (TYPE, _body(_part("x", 'form-data;\r\n name="a"'))),
    "a header without a name": (TYPE, _body(_part("x", "form-data", ": x"))),
    "a blank before the colon": (TYPE, _body(_part("x", "form-data", "X-Note : x"))),
    "a header twice": (TYPE, _body(_part("x", "form-data; name=a", "content-disposition: form-data; name=b"))),
    "a name twice": (TYPE, _body(_part("x", 'form-data; name="a"; name="b"'))),
    "quotation marks in quotation marks": (TYPE, _body(_part("x", 'form-data; name="a"b"'))),
    "a part without the end of its headers": (TYPE, b"--frontier\r\nX: y\r\n--frontier--\r\n"),
    "nested too deep": (
        TYPE,
        _body(_part(_body(_part(_body(_part(_body(_part(_body(_part("x"), mark=b"e"), "form-data",
            "Content-Type: multipart/mixed; boundary=e"), mark=b"d"), "form-data",
            "Content-Type: multipart/mixed; boundary=d"), mark=b"c"), "form-data",
            "Content-Type: multipart/mixed; boundary=c"), mark=b"b"), "form-data",
            "Content-Type: multipart/mixed; boundary=b")),
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    content_type, body = REFUSED[name]
    assert _read(body, content_type).problem == "body-malformed"


def test_a_transfer_encoding_is_what_it_says_or_refused() -> None:
    broken = _part("not base64!", "form-data", "Content-Transfer-Encoding: base64")
    unknown = _part("x", "form-data", "Content-Transfer-Encoding: x-uuencode")
    assert _read(_body(broken)).problem == "encoding-broken"
    assert _read(_body(unknown)).problem == "encoding-unknown"


def test_too_many_parts_are_refused() -> None:
    assert _read(_body(*[_part("x")] * 1001)).problem == "budget-exhausted"


def test_parameters_are_read_as_the_grammar_has_them() -> None:
    assert parameters('text/plain; charset="utf-8"; x=a\t') == ("text/plain", {"charset": "utf-8", "x": "a"})
    assert parameters(r'form-data; name="a \"b\" \\"') == ("form-data", {"name": 'a "b" \\'})
    for wrong in ("; a=b", "a b", "text/plain; =b", "text/plain; a", 'x; a="b', "x; a=b c"):
        with pytest.raises(UnreadableError, match="body-malformed"):
            parameters(wrong)
