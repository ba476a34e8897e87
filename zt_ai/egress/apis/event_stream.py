"""Frames of `application/vnd.amazon.eventstream`.

Source: AWS SDKs, "Amazon event stream specification" (smithy.io): a prelude of two lengths and their CRC-32, headers, a
payload, and a CRC-32 of everything before it; all numbers are big-endian. A string header is its name's length (1
byte), the name, type 7, the value's length (2 bytes) and the value.
"""

from __future__ import annotations

import struct
from binascii import crc32
from collections.abc import Mapping

_STRING = 7


def frame(headers: Mapping[str, str], payload: bytes) -> bytes:
    """One frame. Header names have at most 255 bytes, values at most 65,535."""
    head = b"".join(_header(name.encode(), value.encode()) for name, value in headers.items())
    prelude = struct.pack(">II", 16 + len(head) + len(payload), len(head))
    begun = prelude + struct.pack(">I", crc32(prelude)) + head + payload
    return begun + struct.pack(">I", crc32(begun))


def _header(name: bytes, value: bytes) -> bytes:
    return bytes((len(name),)) + name + struct.pack(">BH", _STRING, len(value)) + value
