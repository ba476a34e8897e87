"""Codings of a body: undone if they are exactly what they say, refused otherwise."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable, Sequence

import brotli
import pytest
import zstandard

from tests.egress.decode.fakes import LIMIT, SSN, chat, kinds, reading, request
from zt_ai.egress.model import Reading, Request

BODY = json.dumps(chat(f"It is {SSN}.")).encode()
Code = Callable[[bytes], bytes]


def _raw(data: bytes) -> bytes:
    return zlib.compress(data, wbits=-15)


CODINGS: dict[str, Code] = {
    "gzip": gzip.compress,
    "x-gzip": gzip.compress,
    "GZip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
    "identity": bytes,
}


def _coded(name: str | Sequence[str], body: bytes) -> Request:
    names = [name] if isinstance(name, str) else name
    return request(body, [("content-type", "application/json"), *(("content-encoding", one) for one in names)])


def _read(name: str | Sequence[str], body: bytes) -> Reading:
    return reading(_coded(name, body))


@pytest.mark.parametrize("name", CODINGS)
def test_a_coding_is_undone(name: str) -> None:
    result = _read(name, CODINGS[name](BODY))
    assert result.problem is None
    assert kinds(result) == ["ssn"]


def test_deflate_without_its_head_is_undone() -> None:
    assert kinds(_read("deflate", _raw(BODY))) == ["ssn"]


def test_codings_over_each_other_are_undone_from_the_last() -> None:
    assert kinds(_read("gzip, br", brotli.compress(gzip.compress(BODY)))) == ["ssn"]
    assert kinds(_read(["gzip", "zstd, identity"], zstandard.compress(gzip.compress(BODY)))) == ["ssn"]
    assert _read("br, gzip", brotli.compress(gzip.compress(BODY))).problem == "encoding-broken"


def test_gzip_of_several_members_is_read_to_its_end() -> None:
    assert kinds(_read("gzip", gzip.compress(BODY[:30]) + gzip.compress(BODY[30:]))) == ["ssn"]


def test_zstd_of_several_frames_is_read_to_its_end() -> None:
    assert kinds(_read("zstd", zstandard.compress(BODY[:30]) + zstandard.compress(BODY[30:]))) == ["ssn"]


@pytest.mark.parametrize("name", ["aes", "compress", "gzip, snappy", "", "gzip;q=1"])
def test_another_coding_is_refused(name: str) -> None:
    assert _read(name, BODY).problem == "encoding-unknown"


@pytest.mark.parametrize("name", [name for name in CODINGS if name != "identity"])
def test_a_stream_cut_short_is_refused(name: str) -> None:
    whole = CODINGS[name](BODY * 20)
    for keep in (1, len(whole) // 2, len(whole) - 1):
        assert _read(name, whole[:keep]).problem == "encoding-broken"


@pytest.mark.parametrize("name", [name for name in CODINGS if name != "identity"])
@pytest.mark.parametrize("size", [1, 20])
def test_anything_behind_a_stream_is_refused(name: str, size: int) -> None:
    for body in (BODY, BODY + b" " * 300_000):
        assert _read(name, CODINGS[name](body) + b"x" * size).problem == "encoding-broken"


@pytest.mark.parametrize("name", [name for name in CODINGS if name != "identity"])
def test_what_is_no_such_stream_is_refused(name: str) -> None:
    assert _read(name, BODY).problem == "encoding-broken"


@pytest.mark.parametrize("name", [name for name in CODINGS if name != "identity"])
def test_a_bomb_is_refused_before_it_has_gone_off(name: str) -> None:
    assert _read(name, CODINGS[name](b" " * (64 * LIMIT))).problem == "budget-exhausted"


@pytest.mark.parametrize("name", [name for name in CODINGS if name != "identity"])
def test_a_body_of_exactly_the_limit_is_read(name: str) -> None:
    assert _read(name, CODINGS[name](BODY + b" " * (LIMIT - len(BODY)))).problem is None


def test_more_codings_than_anybody_needs_are_refused() -> None:
    assert _read("gzip, gzip, gzip, gzip, gzip", BODY).problem == "budget-exhausted"


def test_a_request_without_a_body_has_nothing_to_undo() -> None:
    assert _read("gzip", b"").problem is None
