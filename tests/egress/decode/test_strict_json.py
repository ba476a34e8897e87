"""A document that two parsers could read differently is refused; every other one passes."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.egress.decode.fakes import Fake, reading, request
from zt_ai.egress.decode import UnreadableError, strict_json

REFUSED = {
    "a name given twice": (b'{"a": 1, "a": 2}', "duplicate-key"),
    "a name given twice, once as an escape": (rb'{"a": 1, "\u0061": 2}', "duplicate-key"),
    "a name given twice deep down": (b'{"x": [{"y": {"a": 1, "a": 2}}]}', "duplicate-key"),
    "a name in another case": (b'{"messages": 1, "Messages": 2}', "duplicate-key"),
    "a name in full width": ('{"model": 1, "ｍodel": 2}'.encode(), "duplicate-key"),
    "a name with a sharp s": ('{"straße": 1, "STRASSE": 2}'.encode(), "duplicate-key"),
    "NaN": (b'{"a": NaN}', "body-malformed"),
    "infinity": (b'{"a": -Infinity}', "body-malformed"),
    "a number beyond all floats": (b'{"a": 1e999}', "body-malformed"),
    "a byte order mark": (b"\xef\xbb\xbf{}", "body-malformed"),
    "bytes that are not UTF-8": (b'{"a": "\xff"}', "body-malformed"),
    "an encoded surrogate": (b'{"a": "\xed\xa0\x80"}', "body-malformed"),
    "half a surrogate pair": (rb'{"a": "\ud83d"}', "body-malformed"),
    "half a surrogate pair in a name": (rb'{"\uDe00": 1}', "body-malformed"),
    "UTF-16": ('{"a": 1}'.encode("utf-16"), "body-malformed"),
    "something behind the end": (b"{} x", "body-malformed"),
    "two documents": (b"{}{}", "body-malformed"),
    "a comment": (b'{"a": 1 /* no */}', "body-malformed"),
    "a comma too many": (b'{"a": [1, 2,]}', "body-malformed"),
    "single quotes": (b"{'a': 1}", "body-malformed"),
    "a line feed in a string": (b'{"a": "x\ny"}', "body-malformed"),
    "a zero in front": (b'{"a": 0123}', "body-malformed"),
    "nothing but blanks": (b"  ", "body-malformed"),
    "lists in lists without end": (b"[" * 100_000, "budget-exhausted"),
    "objects in objects without end": (b'{"a":' * 100_000, "budget-exhausted"),
}
FINE = {
    "the same name in two objects": b'[{"a": 1}, {"a": 2}]',
    "names that differ in case, in two objects": b'[{"a": 1}, {"A": 2}]',
    "a whole surrogate pair": rb'{"a": "\ud83d\ude00"}',
    "an escaped backslash before a u": rb'{"a": "\\ud83d"}',
    "a great number": b'{"a": 123456789012345678901234567890}',
    "a number with many digits": b'{"a": 3.14159265358979323846264338327950288}',
    "a bare string": b'"text"',
    "null": b"null",
    "blanks around": b" \r\n\t{} ",
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    body, rule = REFUSED[name]
    assert reading(request(body)).problem == rule


@pytest.mark.parametrize("name", FINE)
def test_passes(name: str) -> None:
    result = reading(request(FINE[name]))
    assert result.problem is None
    assert result.tree == json.loads(FINE[name])


def test_nesting_that_is_merely_deep_is_read() -> None:
    assert reading(request(b"[" * 100 + b"1" + b"]" * 100)).problem is None


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(st.characters(exclude_categories=["Cs"])),
        lambda inner: st.lists(inner) | st.dictionaries(st.from_regex(r"[a-z_]{1,9}", fullmatch=True), inner),
    )
)
def test_every_ordinary_document_is_read_as_the_standard_library_reads_it(tree: object) -> None:
    assert strict_json.parse(json.dumps(tree)).tree == tree
    assert strict_json.parse(json.dumps(tree, ensure_ascii=False).encode()).tree == tree


@given(st.binary())
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    rule = None
    try:
        strict_json.parse(data)
    except UnreadableError as error:
        rule = error.rule
    assert rule in {None, "body-malformed", "duplicate-key", "budget-exhausted"}


def test_digits_that_a_float_would_drop_are_scanned() -> None:
    result = reading(request(b'{"ssn": 0.5, "x": 1.25000000000000000000000000123456789, "note": "jane@example.org"}'))
    assert [found.path for found in result.found] == [("body", "note")]
    hidden = b'{"email": "", "at": [0.123456789012345678901234567890, 1.5]}'
    fake = Fake()
    reading(request(hidden), fake)
    assert "0.123456789012345678901234567890" in fake.texts[0]
