"""Frames of `application/vnd.amazon.eventstream` [Amazon Transcribe developer guide, "Event stream encoding"].

A frame is: its length and that of its headers (big-endian, 4 bytes each), their CRC-32, the headers, the payload, and
the CRC-32 of everything before.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from zt_ai.egress.answers.rules import MalformedError

CONTENT_TYPE = "application/vnd.amazon.eventstream"
LARGEST_FRAME = 24 << 20
"""Bytes. A frame holds at most 16 MiB of payload before base64."""
_PRELUDE = struct.Struct(">III")
_CRC = struct.Struct(">I")
_AROUND = _PRELUDE.size + _CRC.size
# Sizes of header values by type: booleans, byte, short, integer, long, then two with a length, timestamp and UUID.
_SIZES = {0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16}
_WITH_LENGTH = (6, 7)
_STRING = 7


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame."""

    raw: bytes
    headers: bytes
    """As they came."""
    payload: bytes

    def with_payload(self, payload: bytes) -> bytes:
        """The frame with the same headers and another payload."""
        return encode(self.headers, payload)

    def names(self) -> dict[str, str]:
        """Its headers that are strings: `:event-type`, `:message-type`, `:content-type` …

        Raises:
            MalformedError: the headers are not what their length says.
        """
        return dict(_headers(self.headers))


def encode(headers: bytes, payload: bytes) -> bytes:
    """A frame on the wire."""
    size = _AROUND + len(headers) + len(payload)
    lengths = struct.pack(">II", size, len(headers))
    body = lengths + _CRC.pack(zlib.crc32(lengths)) + headers + payload
    return body + _CRC.pack(zlib.crc32(body))


def encode_headers(names: dict[str, str]) -> bytes:
    """Headers whose values are strings."""
    pieces = []
    for name, value in names.items():
        key, text = name.encode(), value.encode()
        pieces.append(bytes((len(key),)) + key + bytes((_STRING,)) + struct.pack(">H", len(text)) + text)
    return b"".join(pieces)


class FrameReader:
    """Splits a stream into frames."""

    def __init__(self) -> None:
        self._buffer = b""

    def push(self, data: bytes, *, end: bool = False) -> list[Frame]:
        """Take a piece and return the frames that it completes.

        Raises:
            MalformedError: a length or checksum is wrong, or the stream ends inside a frame.
        """
        self._buffer += data
        frames = []
        at = 0
        while len(self._buffer) - at >= _PRELUDE.size:
            size, head, check = _PRELUDE.unpack_from(self._buffer, at)
            if zlib.crc32(self._buffer[at : at + 8]) != check:
                raise MalformedError("a frame's beginning has a wrong checksum")
            if not _AROUND + head <= size <= LARGEST_FRAME:
                raise MalformedError("a frame has an impossible length")
            if len(self._buffer) - at < size:
                break
            raw = self._buffer[at : at + size]
            if zlib.crc32(raw[:-4]) != _CRC.unpack(raw[-4:])[0]:
                raise MalformedError("a frame has a wrong checksum")
            frames.append(Frame(raw, raw[12 : 12 + head], raw[12 + head : -4]))
            at += size
        self._buffer = self._buffer[at:]
        if end and self._buffer:
            raise MalformedError("the stream ends inside a frame")
        return frames

    def rest(self) -> bytes:
        """What was taken and not returned in a frame."""
        rest, self._buffer = self._buffer, b""
        return rest


def _headers(data: bytes) -> list[tuple[str, str]]:
    found = []
    at = 0
    try:
        while at < len(data):
            size = data[at]
            name = data[at + 1 : at + 1 + size].decode()
            at += 1 + size
            kind = data[at]
            at += 1
            if kind in _WITH_LENGTH:
                (length,) = struct.unpack_from(">H", data, at)
                at += 2
                if kind == _STRING:
                    found.append((name, data[at : at + length].decode()))
                at += length
            else:
                at += _SIZES[kind]
    except (IndexError, KeyError, struct.error, UnicodeDecodeError) as error:
        raise MalformedError("a frame's headers are broken") from error
    if at != len(data):
        raise MalformedError("a frame's headers are broken")
    return found
