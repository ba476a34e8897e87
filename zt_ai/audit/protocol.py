"""What a worker and the journal's process say to each other on their unix socket: lines, and for each a line back.

A record is a line in canonical form, which has no line end in it, so that both sides split what they read in one call.
The answer is `NUMBER HASH`, or `! ` and the reason why the record does not count. Answers come in the order of the
records. An empty line asks whether anybody is there; it is answered by another, and not in turn. Whoever reads anything
else, or a line that is longer than it can be, closes the connection.
"""

from __future__ import annotations

from dataclasses import dataclass

from zt_ai.audit.canonical import MAX_RECORD

LONGEST_RECORD = MAX_RECORD + 1
"""Bytes of a record's line with its end."""
LONGEST_ANSWER = 512
"""Bytes of an answer's line with its end."""
HERE = b"\n"
"""The answer to an empty line."""

_FAILED = b"!"
_HASH_DIGITS = 64
_SEQ_DIGITS = 19


@dataclass(frozen=True, slots=True)
class Receipt:
    """Proof that a record is on the disk."""

    seq: int
    hash: str


class AnswerError(ValueError):
    """A line that is no answer."""


def done(seq: int, hash_: str) -> bytes:
    """The answer for a record that is on the disk."""
    return f"{seq} {hash_}\n".encode("ascii")


def failed(reason: str) -> bytes:
    """The answer for a record that does not count."""
    text = reason.encode("ascii", "backslashreplace").replace(b"\n", b" ")
    return b"%b %b\n" % (_FAILED, text[: LONGEST_ANSWER - 3])


def read_answer(line: bytes) -> Receipt | str:
    """The receipt that an answer without its end holds, or the reason why there is none. Raises AnswerError."""
    first, _, second = line.partition(b" ")
    if first == _FAILED:
        return second.decode("ascii", "replace")
    if len(second) != _HASH_DIGITS or not first.isdigit() or len(first) > _SEQ_DIGITS:
        raise AnswerError("neither a receipt nor a reason")
    return Receipt(int(first), second.decode("ascii", "replace"))
