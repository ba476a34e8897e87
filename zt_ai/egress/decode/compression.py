"""Streams of gzip, zlib, deflate, brotli and zstd, whole and bounded.

`undo` is for a request's Content-Encoding and strict: a stream that is broken, cut short or followed by anything is
refused, since two readers could disagree about it. `inflate` is for what lies inside texts and takes what it can get.
Sources: RFC 9110 section 8.4.1 (codings, `x-gzip`), RFC 1950 to 1952, RFC 7932, RFC 8878.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import brotli  # type: ignore[import-untyped]
import zstandard

from zt_ai.egress.decode.budget import UnreadableError

_STEP = 1 << 16
_GZIP, _ZLIB, _RAW = 31, 15, -15


def codings(values: Sequence[str]) -> list[str]:
    """The content codings of a request, in the order in which they were applied; `identity` left out.

    Raises:
        UnreadableError: `encoding-unknown`.
    """
    names = [name.strip().lower() for value in values for name in value.split(",")]
    known: list[str] = []
    for name in names:
        if name == "identity":
            continue
        if name not in {"gzip", "x-gzip", "deflate", "br", "zstd"}:
            raise UnreadableError("encoding-unknown")
        known.append(name.removeprefix("x-"))
    if len(known) > 4:
        raise UnreadableError("budget-exhausted")
    return known


def undo(body: bytes, names: Sequence[str], limit: int) -> bytes:
    """A body without its codings, the last one that was applied undone first. No stage may exceed `limit` bytes.

    Raises:
        UnreadableError: `encoding-broken`, `budget-exhausted`.
    """
    for name in reversed(names):
        if name == "br":
            body = _brotli(body, limit)
        elif name == "zstd":
            body = _zstd(body, limit)
        elif name == "gzip":
            body = _zlib(body, _GZIP, limit)
        else:
            # "deflate" is the zlib format [RFC 9110 section 8.4.1.2]; some senders leave its two bytes out.
            body = _zlib(body, _ZLIB if _has_zlib_head(body) else _RAW, limit)
    return body


def _has_zlib_head(data: bytes) -> bool:
    return len(data) >= 2 and data[0] & 0x0F == 8 and data[0] >> 4 <= 7 and (data[0] << 8 | data[1]) % 31 == 0


def _zlib(data: bytes, wbits: int, limit: int) -> bytes:
    out = bytearray()
    while True:
        stream = zlib.decompressobj(wbits)
        rest = data
        try:
            while not stream.eof:
                part = stream.decompress(rest, _STEP)
                out += part
                if len(out) > limit:
                    raise UnreadableError("budget-exhausted")
                rest = stream.unconsumed_tail
                if not part and not rest and not stream.eof:
                    raise UnreadableError("encoding-broken")
        except zlib.error:
            raise UnreadableError("encoding-broken") from None
        data = stream.unused_data
        if not data:
            return bytes(out)
        # A gzip file may have several members [RFC 1952 section 2.2]; nothing else may follow a stream.
        if wbits != _GZIP or not data.startswith(b"\x1f\x8b"):
            raise UnreadableError("encoding-broken")


def _brotli(data: bytes, limit: int) -> bytes:
    out = bytearray()
    stream = brotli.Decompressor()
    rest = data
    try:
        # It holds back what exceeds a call's output and gives it out on the next; bytes after the end make it fail.
        while not stream.is_finished():
            part = stream.process(rest, output_buffer_limit=_STEP)
            out += part
            if len(out) > limit:
                raise UnreadableError("budget-exhausted")
            if not part and not rest and not stream.is_finished():
                raise UnreadableError("encoding-broken")
            rest = b""
    except brotli.error:
        raise UnreadableError("encoding-broken") from None
    return bytes(out)


def _zstd(data: bytes, limit: int) -> bytes:
    out = bytearray()
    while True:
        stream = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj(read_across_frames=False)
        try:
            # A call's output cannot be bounded, only its input: a block makes at most 128 KB out of at least four bytes
            # [RFC 8878 section 3.1.1.2.4], so 256 bytes make at most 8 MB.
            for start in range(0, len(data), 256):
                out += stream.decompress(data[start : start + 256])
                if len(out) > limit:
                    raise UnreadableError("budget-exhausted")
                if stream.eof:
                    data = stream.unused_data + data[start + 256 :]
                    break
            else:
                raise UnreadableError("encoding-broken")
        except zstandard.ZstdError:
            raise UnreadableError("encoding-broken") from None
        if not data:
            return bytes(out)


def inflate(data: bytes, limit: int, *, unmarked: bool = True) -> tuple[str, bytes] | None:
    """What a stream inside a text holds, with the format's name; also what comes before a break. None: not a stream.

    Formats with a magic number are told by it. Raw deflate and brotli have none: they count only if the whole of the
    data is one stream, which random bytes hardly ever are, and only the beginning of much that they make is kept. They
    are not tried where `unmarked` is false.

    Raises:
        UnreadableError: `budget-exhausted`.
    """
    for name, mark, loose in (("gzip", b"\x1f\x8b\x08", _loose_gzip), ("zstd", b"\x28\xb5\x2f\xfd", _loose_zstd)):
        at = data.find(mark)
        if at >= 0:
            return name, loose(data[at:], limit)
    # Two letters of the word before a run in hexadecimal may look like its first bytes.
    for at in range(3):
        if _has_zlib_head(data[at : at + 2]) and len(data) > 8:
            out = _loose(data[at:], _ZLIB, limit)
            if out:
                return "deflate", out
    if not unmarked or len(data) < 6:
        return None
    for name, decode in (("deflate", _unmarked_deflate), ("br", _unmarked_brotli)):
        out = decode(data, min(limit, 256 + 16 * len(data)))
        if len(out) >= 6:
            return name, out
    return None


def _unmarked_deflate(data: bytes, most: int) -> bytes:
    """What raw deflate makes of data if it is one whole stream; of one that makes more than `most`, the beginning."""
    stream = zlib.decompressobj(_RAW)
    try:
        out = stream.decompress(data, most)
    except zlib.error:
        return b""
    return out if len(out) == most or (stream.eof and not stream.unused_data) else b""


def _unmarked_brotli(data: bytes, most: int) -> bytes:
    """The same for brotli, in which a few random bytes may well stand for megabytes."""
    stream = brotli.Decompressor()
    out = b""
    rest = data
    try:
        while not stream.is_finished() and len(out) < most:
            part = stream.process(rest, output_buffer_limit=4096)
            out += part
            if not part and not rest and not stream.is_finished():
                return b""
            rest = b""
    except brotli.error:
        return b""
    return out


def _loose_gzip(data: bytes, limit: int) -> bytes:
    return _loose(data, _GZIP, limit)


def _loose(data: bytes, wbits: int, limit: int) -> bytes:
    out = bytearray()
    while data:
        stream = zlib.decompressobj(wbits)
        rest = data
        while not stream.eof:
            try:
                part = stream.decompress(rest, 4096)
            except zlib.error:
                return bytes(out)
            out += part
            if len(out) > limit:
                raise UnreadableError("budget-exhausted")
            rest = stream.unconsumed_tail
            if not part and not rest:
                return bytes(out)
        data = stream.unused_data if wbits == _GZIP else b""
    return bytes(out)


def _loose_zstd(data: bytes, limit: int) -> bytes:
    out = bytearray()
    stream = zstandard.ZstdDecompressor(max_window_size=1 << 27).decompressobj()
    for start in range(0, len(data), 64):
        try:
            out += stream.decompress(data[start : start + 64])
        except zstandard.ZstdError:
            break
        if len(out) > limit:
            raise UnreadableError("budget-exhausted")
        if stream.eof:
            break
    return bytes(out)
