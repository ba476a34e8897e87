"""Answers that come compressed all the same, and those that are meant to fill the memory."""

from __future__ import annotations

import gzip
import json
import tracemalloc
import zlib
from collections.abc import Callable

import brotli
import pytest
import zstandard

from tests.egress.answers.said import (
    BLOCK,
    JSON,
    REDACT,
    SSN,
    coming,
    cut,
    through,
)
from tests.egress.answers.test_whole import chat, whole

PACKED: dict[str, Callable[[bytes], bytes]] = {
    "gzip": gzip.compress,
    "deflate": zlib.compress,
    "br": brotli.compress,
    "zstd": zstandard.compress,
    "gzip, br": lambda data: brotli.compress(gzip.compress(data)),
    "identity": lambda data: data,
}


@pytest.mark.parametrize("encoding", PACKED)
@pytest.mark.parametrize("size", [1, 9, 10**6])
def test_a_provider_that_compresses_all_the_same_is_read(encoding: str, size: int):
    packed = PACKED[encoding](whole(chat(f"it is {SSN}")))
    out = through(coming(REDACT), cut(packed, [size]), JSON, ("content-encoding", encoding))
    assert json.loads(out) == chat("it is [SSN]")


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd"])
@pytest.mark.parametrize(
    "damage", [lambda p: p[:-4], lambda p: p[:8] + b"\0\xff\0\xff" + p[12:], lambda p: b"\xff" + p]
)
def test_broken_compression_ends_the_answer(encoding: str, damage: Callable[[bytes], bytes]):
    inspected = coming(BLOCK)
    packed = damage(PACKED[encoding](whole(chat("all is well " * 50))))
    through(inspected, cut(packed, [9]), JSON, ("content-encoding", encoding))
    assert inspected is not None
    assert inspected.cut is not None


@pytest.mark.parametrize("encoding", ["compress", "aes128gcm", "gzip, gzip, gzip, gzip"])
def test_an_unknown_encoding_is_refused_at_the_head(encoding: str):
    inspected = coming(BLOCK)
    assert inspected is not None
    inspected.head(200, [("content-type", JSON), ("content-encoding", encoding)])
    assert inspected.cut is not None


@pytest.mark.parametrize("encoding", ["gzip", "br", "zstd"])
def test_a_small_answer_that_becomes_huge_is_cut_before_it_fills_the_memory(encoding: str):
    packed = PACKED[encoding](b'{"t": "' + b"fine " * 6_000_000 + b'"}')
    inspected = coming(BLOCK)
    assert inspected is not None
    inspected.head(200, [("content-type", JSON), ("content-encoding", encoding)])
    tracemalloc.start()
    for piece in cut(packed, [256]):
        inspected.feed(piece, end=False)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert inspected.cut is not None
    assert peak < 16_000_000
