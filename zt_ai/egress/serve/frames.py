"""HTTP/2 frames (RFC 9113, sections 4 and 6): cutting a byte stream into them, checking and making them. No I/O."""

from __future__ import annotations

from enum import IntEnum
from struct import Struct
from typing import Final

PREFACE: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
"""What a client sends first (RFC 9113, section 3.4)."""

HEADER_SIZE: Final = 9
SMALLEST_MAX_FRAME: Final = 16_384
"""Size that every peer must take, and the one in force until a SETTINGS frame says otherwise (section 4.2)."""
LARGEST_MAX_FRAME: Final = 16_777_215
DEFAULT_WINDOW: Final = 65_535
LARGEST_WINDOW: Final = 2_147_483_647
_STREAM_BITS: Final = 0x7FFF_FFFF

_HEAD = Struct(">HBBBI")
_SETTING = Struct(">HI")
_NUMBER = Struct(">I")


class Type:
    """Frame types; a type that is not listed is ignored (RFC 9113, section 4.1). Plain numbers: looked at for every
    frame, and an enumeration costs more than everything else there."""

    DATA: Final = 0
    HEADERS: Final = 1
    PRIORITY: Final = 2
    RST_STREAM: Final = 3
    SETTINGS: Final = 4
    PUSH_PROMISE: Final = 5
    PING: Final = 6
    GOAWAY: Final = 7
    WINDOW_UPDATE: Final = 8
    CONTINUATION: Final = 9


class Flag:
    """Frame flags; the same bit means END_STREAM and ACK, by type."""

    END_STREAM: Final = 0x1
    ACK: Final = 0x1
    END_HEADERS: Final = 0x4
    PADDED: Final = 0x8
    PRIORITY: Final = 0x20


class Code(IntEnum):
    """Error codes (RFC 9113, section 7) that we send or look at."""

    NO_ERROR = 0
    PROTOCOL_ERROR = 1
    INTERNAL_ERROR = 2
    FLOW_CONTROL_ERROR = 3
    STREAM_CLOSED = 5
    FRAME_SIZE_ERROR = 6
    REFUSED_STREAM = 7
    CANCEL = 8
    COMPRESSION_ERROR = 9
    ENHANCE_YOUR_CALM = 11


class Setting(IntEnum):
    """Settings (RFC 9113, section 6.5.2)."""

    HEADER_TABLE_SIZE = 1
    ENABLE_PUSH = 2
    MAX_CONCURRENT_STREAMS = 3
    INITIAL_WINDOW_SIZE = 4
    MAX_FRAME_SIZE = 5
    MAX_HEADER_LIST_SIZE = 6


class Http2Error(Exception):
    """The peer broke the protocol: its connection is closed with this code."""

    def __init__(self, code: Code, message: str) -> None:
        super().__init__(message)
        self.code = code


Frame = tuple[int, int, int, bytes]
"""Type, flags, stream number, payload."""


class Cutter:
    """Cuts the bytes of one client into frames, however they are chunked; begins with the preface."""

    __slots__ = ("_limit", "_preface", "_rest")

    def __init__(self, largest_frame: int) -> None:
        self._limit = largest_frame
        self._rest = bytearray()
        self._preface = True

    def feed(self, data: bytes) -> list[Frame]:
        """The frames that are complete after these bytes.

        Raises:
            Http2Error: no preface, or a frame larger than we allow.
        """
        rest = self._rest
        at = 0
        if self._preface:
            rest += data
            if not PREFACE.startswith(rest[: len(PREFACE)]):
                raise Http2Error(Code.PROTOCOL_ERROR, "the connection does not begin with the HTTP/2 preface")
            if len(rest) < len(PREFACE):
                return []
            self._preface = False
            data = bytes(rest[len(PREFACE) :])
            rest.clear()
        frames: list[Frame] = []
        if rest:  # complete the frame that was cut off, and copy no more than that
            at = self._complete(data)
            if at < 0:
                return []
            high, low, kind, flags, stream = _HEAD.unpack_from(rest)
            frames.append((kind, flags, stream & _STREAM_BITS, bytes(rest[HEADER_SIZE:])))
            rest.clear()
        size = len(data)
        while size - at >= HEADER_SIZE:
            high, low, kind, flags, stream = _HEAD.unpack_from(data, at)
            length = high << 8 | low
            if length > self._limit:
                raise Http2Error(Code.FRAME_SIZE_ERROR, f"frame of {length} bytes, {self._limit} are allowed")
            end = at + HEADER_SIZE + length
            if end > size:
                break
            frames.append((kind, flags, stream & _STREAM_BITS, data[at + HEADER_SIZE : end]))
            at = end
        if at < size:
            rest += data[at:]
        return frames

    def _complete(self, data: bytes) -> int:
        """Fill up the frame that was cut off; where the next one begins, -1 when this one is still not whole."""
        rest = self._rest
        at = max(0, HEADER_SIZE - len(rest))
        rest += data[:at]
        if len(rest) < HEADER_SIZE:
            return -1
        high, low, *_ = _HEAD.unpack_from(rest)
        length = high << 8 | low
        if length > self._limit:
            raise Http2Error(Code.FRAME_SIZE_ERROR, f"frame of {length} bytes, {self._limit} are allowed")
        end = at + HEADER_SIZE + length - len(rest)
        rest += data[at:end]
        return end if end <= len(data) else -1


def frame(kind: int, flags: int, stream: int, payload: bytes = b"") -> bytes:
    """A frame on the wire."""
    length = len(payload)
    return _HEAD.pack(length >> 8, length & 0xFF, kind, flags, stream) + payload


def head(kind: int, flags: int, stream: int, length: int) -> bytes:
    """The nine bytes before a payload of `length` bytes."""
    return _HEAD.pack(length >> 8, length & 0xFF, kind, flags, stream)


def settings(values: dict[Setting, int]) -> bytes:
    """A SETTINGS frame."""
    return frame(Type.SETTINGS, 0, 0, b"".join(_SETTING.pack(key, value) for key, value in values.items()))


def window_update(stream: int, increment: int) -> bytes:
    """A WINDOW_UPDATE frame; stream 0 is the connection."""
    return frame(Type.WINDOW_UPDATE, 0, stream, _NUMBER.pack(increment))


def rst_stream(stream: int, code: Code) -> bytes:
    """A RST_STREAM frame."""
    return frame(Type.RST_STREAM, 0, stream, _NUMBER.pack(code))


def goaway(last_stream: int, code: Code, why: str = "") -> bytes:
    """A GOAWAY frame; `why` is for whoever debugs the peer."""
    return frame(Type.GOAWAY, 0, 0, _NUMBER.pack(last_stream) + _NUMBER.pack(code) + why.encode()[:200])


def number(payload: bytes) -> int:
    """The one number of a RST_STREAM or WINDOW_UPDATE payload; the reserved bit is left out.

    Raises:
        Http2Error: not four bytes.
    """
    if len(payload) != 4:
        raise Http2Error(Code.FRAME_SIZE_ERROR, f"{len(payload)} bytes where a number of 4 belongs")
    value: int = _NUMBER.unpack(payload)[0]
    return value & _STREAM_BITS


def without_padding(flags: int, payload: bytes) -> bytes:
    """What a DATA or HEADERS frame carries (RFC 9113, section 6.1).

    Raises:
        Http2Error: more padding than payload.
    """
    if not flags & Flag.PADDED:
        return payload
    if not payload or payload[0] >= len(payload):
        raise Http2Error(Code.PROTOCOL_ERROR, "more padding than payload")
    return payload[1 : len(payload) - payload[0]]


def read_settings(payload: bytes) -> list[tuple[int, int]]:
    """Settings in their order.

    Raises:
        Http2Error: a length or value that RFC 9113, section 6.5 forbids.
    """
    if len(payload) % _SETTING.size:
        raise Http2Error(Code.FRAME_SIZE_ERROR, f"SETTINGS of {len(payload)} bytes")
    found: list[tuple[int, int]] = []
    for key, value in _SETTING.iter_unpack(payload):
        if key == Setting.ENABLE_PUSH and value > 1:
            raise Http2Error(Code.PROTOCOL_ERROR, f"ENABLE_PUSH {value}")
        if key == Setting.INITIAL_WINDOW_SIZE and value > LARGEST_WINDOW:
            raise Http2Error(Code.FLOW_CONTROL_ERROR, f"INITIAL_WINDOW_SIZE {value}")
        if key == Setting.MAX_FRAME_SIZE and not SMALLEST_MAX_FRAME <= value <= LARGEST_MAX_FRAME:
            raise Http2Error(Code.PROTOCOL_ERROR, f"MAX_FRAME_SIZE {value}")
        found.append((key, value))
    return found
