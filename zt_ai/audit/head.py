"""The head: how far the chain goes, in one small sealed file beside it, and the lock of all writers.

It is written in place after each synced batch and is not synced itself: after a power failure it may be old, then the
next writer follows the records it does not know yet. It is never ahead of what is on disk. 512 bytes, the unit that
disks write whole.
"""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass

from zt_ai.audit.errors import AuditError
from zt_ai.audit.keys import Key, Keys

HEAD_NAME = "audit.head"
HEAD_BYTES = 512
_FORM = re.compile(rb'(\{"chain":"[0-9a-f]{16}",[^{}]*),"mac":"([0-9a-f]{32})"\} *\n')


@dataclass(frozen=True, slots=True)
class Head:
    """The end of the chain as of the last synced batch."""

    chain: str
    """Name of the chain: 16 random hexadecimal digits."""
    seq: int
    """Number of the last record; 0 before the first."""
    hash: str
    """Its hash."""
    segment: int
    """Number that the current file gets when it is full, from 1."""
    first: int
    """Number of the first record in the current file."""
    size: int
    """Bytes in the current file."""
    day: str
    """Day (UTC, ISO 8601) on which the current file was begun."""

    def render(self, key: Key) -> bytes:
        """The file's content: JSON with a seal, filled up with blanks."""
        body = (
            f'{{"chain":"{self.chain}","seq":{self.seq},"hash":"{self.hash}","segment":{self.segment},'
            f'"first":{self.first},"size":{self.size},"day":"{self.day}","key":"{key.id}"'
        )
        text = f'{body},"mac":"{key.seal(body.encode())}"}}'
        return text.encode().ljust(HEAD_BYTES - 1) + b"\n"


class HeadError(AuditError):
    """The head is missing, damaged, or sealed with a key that is not at hand."""


def parse_head(data: bytes, keys: Keys | None) -> Head:
    """The head in a file's content; without keys the seal is not looked at.

    Raises HeadError when it is not whole or the seal is wrong.
    """
    match = _FORM.fullmatch(data)
    if not match or len(data) != HEAD_BYTES:
        raise HeadError("is not a head" if data else "is empty")
    try:
        value = json.loads(match[1] + b"}")
        head = Head(**{name: value[name] for name in Head.__slots__})
        key_id = value["key"]
    except (ValueError, KeyError):
        raise HeadError("is not a head") from None
    if keys is not None:
        key = keys.get(key_id)
        if key is None:
            raise HeadError("is sealed with another key")
        if key.seal(match[1]) != match[2].decode():
            raise HeadError("has a wrong seal")
    return head


def read_head(handle: int) -> bytes:
    """What stands in the head's file."""
    return os.pread(handle, HEAD_BYTES + 1, 0)


def write_head(handle: int, data: bytes) -> None:
    """Write the head in place. Raises OSError, also when not all of it could be written."""
    written = os.pwrite(handle, data, 0)
    if written != len(data):
        raise OSError(f"only {written} bytes of the head were written")
