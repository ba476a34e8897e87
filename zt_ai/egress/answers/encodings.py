"""Undoing the content encoding of an answer, piece by piece.

The proxy asks for plain answers; a provider that compresses all the same is read anyway.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Protocol

import brotli  # type: ignore[import-untyped]
import zstandard

from zt_ai.egress.answers.rules import MalformedError

_PIECE = 1 << 16
"""Bytes that come out at once, however small what goes in is."""
_ZSTD_PIECE = 64
"""Bytes that go in at once: this library does not bound what comes out. A block is at most 128 KiB from 4 bytes."""
_ZSTD_WINDOW = 8 << 20
"""Bytes; RFC 9659 allows no larger window in a content encoding."""
_MOST_LAYERS = 3
_RATIO, _FREE = 20, 1 << 20
"""An answer may become that many times larger, and that many bytes more. What a model writes shrinks to a quarter."""


class _Decoder(Protocol):
    def push(self, data: bytes) -> Iterator[bytes]: ...

    @property
    def complete(self) -> bool: ...


class _Zlib:
    """gzip (one member after the other) and deflate (with or without its header)."""

    def __init__(self, *, gzip: bool) -> None:
        self._gzip = gzip
        self._stream = zlib.decompressobj(31 if gzip else 15)
        self._fresh = True

    def push(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._stream.eof:
                if not self._gzip:
                    raise MalformedError("bytes follow the compressed answer")
                self._stream = zlib.decompressobj(31)
            try:
                out = self._stream.decompress(data, _PIECE)
            except zlib.error as error:
                if self._gzip or not self._fresh:
                    raise MalformedError("the answer's compression is broken") from error
                self._stream, self._fresh = zlib.decompressobj(-15), False
                continue
            self._fresh = False
            if out:
                yield out
            data = self._stream.unused_data if self._stream.eof else self._stream.unconsumed_tail

    @property
    def complete(self) -> bool:
        return self._stream.eof


class _Brotli:
    def __init__(self) -> None:
        self._stream = brotli.Decompressor()

    def push(self, data: bytes) -> Iterator[bytes]:
        try:
            while True:
                out = self._stream.process(data, output_buffer_limit=_PIECE)
                data = b""
                if out:
                    yield out
                if self._stream.can_accept_more_data() or (not out and self._stream.is_finished()):
                    return
        except brotli.error as error:
            raise MalformedError("the answer's compression is broken") from error

    @property
    def complete(self) -> bool:
        return bool(self._stream.is_finished())


class _Zstd:
    def __init__(self) -> None:
        self._library = zstandard.ZstdDecompressor(max_window_size=_ZSTD_WINDOW)
        self._stream = self._library.decompressobj()
        self._fed = False

    def push(self, data: bytes) -> Iterator[bytes]:
        while data:
            if self._stream.eof:
                self._stream = self._library.decompressobj()
            piece, data = data[:_ZSTD_PIECE], data[_ZSTD_PIECE:]
            try:
                out = self._stream.decompress(piece)
            except zstandard.ZstdError as error:
                raise MalformedError("the answer's compression is broken") from error
            data = self._stream.unused_data + data if self._stream.eof else data
            if out:
                yield out

    @property
    def complete(self) -> bool:
        return bool(self._stream.eof)


class Decoding:
    """The layers of one answer's content encoding.

    Raises:
        MalformedError: an encoding is not known, or there are more than anybody stacks.
    """

    def __init__(self, header: str) -> None:
        names = [name.strip().lower() for name in header.split(",")] if header else []
        names = [name for name in names if name not in ("", "identity")]
        if len(names) > _MOST_LAYERS:
            raise MalformedError("the answer is compressed too often")
        self._layers = [_layer(name) for name in reversed(names)]
        self._taken = self._given = 0

    @property
    def plain(self) -> bool:
        """Whether there is nothing to undo."""
        return not self._layers

    def push(self, data: bytes, *, end: bool = False) -> Iterator[bytes]:
        """Take a piece and give what comes out of it.

        Raises:
            MalformedError: the compression is broken, out of proportion, or the stream ends inside it.
        """
        self._taken += len(data)
        for piece in self._through(data, self._layers):
            self._given += len(piece)
            if self._given > self._taken * _RATIO + _FREE and self._layers:
                raise MalformedError("the answer's compression is out of proportion")
            yield piece
        if end and self._taken and not all(layer.complete for layer in self._layers):
            raise MalformedError("the compressed answer ends too early")

    def _through(self, data: bytes, layers: list[_Decoder]) -> Iterator[bytes]:
        if not layers:
            if data:
                yield data
            return
        for piece in layers[0].push(data):
            yield from self._through(piece, layers[1:])


def _layer(name: str) -> _Decoder:
    match name:
        case "gzip" | "x-gzip":
            return _Zlib(gzip=True)
        case "deflate":
            return _Zlib(gzip=False)
        case "br":
            return _Brotli()
        case "zstd":
            return _Zstd()
    raise MalformedError("the answer has an unknown content encoding")
