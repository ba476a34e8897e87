"""gRPC over HTTP/2 (grpc/doc/PROTOCOL-HTTP2.md in the gRPC repository): messages, their prefix, statuses. No I/O."""

from __future__ import annotations

from enum import IntEnum
from struct import Struct
from typing import Final
from urllib.parse import quote

from zt_ai.egress.serve.headers import STATUS_200, literal

_PREFIX = Struct(">BI")
PREFIX_SIZE: Final = 5


class Status(IntEnum):
    """gRPC status codes that we send."""

    OK = 0
    INVALID_ARGUMENT = 3
    NOT_FOUND = 5
    RESOURCE_EXHAUSTED = 8
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14


class GrpcError(Exception):
    """A call broke the protocol: it ends with this status."""

    def __init__(self, status: Status, message: str) -> None:
        super().__init__(message)
        self.status = status


class Messages:
    """Puts the messages of one call together from the data that its DATA frames carry."""

    __slots__ = ("_limit", "_need", "_parts", "_size")

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0
        self._need = PREFIX_SIZE

    @property
    def partial(self) -> bool:
        """Whether a message has begun and not ended."""
        return self._size > 0

    def feed(self, data: bytes) -> list[memoryview]:
        """The messages that are complete after this data.

        Raises:
            GrpcError: a compressed message, or one larger than the limit.
        """
        if self._size:
            self._parts.append(data)
            self._size += len(data)
            if self._size < self._need:
                return []
            data = b"".join(self._parts)
            self._parts.clear()
            self._size = 0
        found: list[memoryview] = []
        view = memoryview(data)
        at = 0
        size = len(data)
        need = PREFIX_SIZE
        while size - at >= PREFIX_SIZE:
            compressed, length = _PREFIX.unpack_from(data, at)
            if compressed:
                raise GrpcError(Status.UNIMPLEMENTED, "compressed messages are not read")
            if length > self._limit:
                raise GrpcError(Status.RESOURCE_EXHAUSTED, f"message of {length} bytes, {self._limit} are allowed")
            end = at + PREFIX_SIZE + length
            if end > size:
                need = PREFIX_SIZE + length
                break
            found.append(view[at + PREFIX_SIZE : end])
            at = end
        if at < size:
            self._parts.append(data[at:] if at else data)
            self._size = size - at
            self._need = need
        return found


def message(data: bytes) -> bytes:
    """A message with its prefix."""
    return _PREFIX.pack(0, len(data)) + data


RESPONSE_HEADERS: Final = STATUS_200 + literal(b"content-type", b"application/grpc")


def trailers(status: Status, why: str = "") -> bytes:
    """Header block that ends a call; `why` is percent-encoded as the protocol asks."""
    block = literal(b"grpc-status", str(int(status)).encode())
    if why:
        block += literal(b"grpc-message", quote(why, safe=" !#$&'()*+,-./:;<=>?@[]^_`{|}~").encode())
    return block


OK_TRAILERS: Final = trailers(Status.OK)
