"""A whole JSON answer that came at once: if nothing in it is to be found, its bytes pass as they are.

Most answers are small documents without identifiers. Reading them piece by piece, as `jsontext` does, costs many times
what one pass over all of their texts costs. This pass reads what `jsontext` reads, in the same order and with the same
context, and only ever says "harmless": whatever it finds, or does not understand, is left to `jsontext`.
"""

from __future__ import annotations

import json
import re
from itertools import accumulate
from typing import Any, NoReturn

from zt_ai.egress.answers import words
from zt_ai.egress.answers.channel import LONGEST_RUN
from zt_ai.egress.answers.rules import Rules
from zt_ai.egress.answers.usage import Meter

_DEEPEST = 40
_LONGEST_KEY = 4096
_LONG_NUMBER = 7
"""Digits from which a number may be an identifier, as in `jsontext`."""
_SURROGATE = re.compile("[\ud800-\udfff]")


class _NotPlainError(Exception):
    """Something that has to be read piece by piece."""


class _Real(str):
    """A number with a fraction or an exponent as it was written."""

    __slots__ = ()


def harmless(data: bytes, rules: Rules, meter: Meter) -> bool:
    """Whether an answer may go on as it is; then its tokens have been counted."""
    reader = _Reader()
    try:
        text = data.decode()
        if "\0" in text:
            return False
        reader.value(_DOCUMENT.decode(text), "", False, 0)
    except (_NotPlainError, ValueError, RecursionError):
        return False
    joined = "".join(reader.parts)
    if not joined.isascii():
        joined = _SURROGATE.sub("\ufffd", joined)
    findings = rules.identifiers(joined)
    if findings:
        opaque = reader.opaque_spans()
        if not all(any(low <= one.start and one.end <= high for low, high in opaque) for one in findings):
            return False
    meter.read(reader.characters)
    for name, count in reader.counts:
        meter.note(name, count)
    return True


def _constant(name: str) -> NoReturn:
    raise _NotPlainError(name)


_DOCUMENT = json.JSONDecoder(object_pairs_hook=tuple, parse_float=_Real, parse_constant=_constant)
"""Reads an object as a tuple of its members in their order, repeated names included; JSON makes no other tuples."""


class _Reader:
    """Collects the texts of a document as one."""

    __slots__ = ("characters", "counts", "opaque", "parts")

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.opaque: list[int] = []
        """Parts that the provider filled: they give meaning to what follows, and are none themselves."""
        self.counts: list[tuple[str, int]] = []
        self.characters = 0

    def opaque_spans(self) -> list[tuple[int, int]]:
        """Where in the joined text the opaque parts stand."""
        ends = list(accumulate(map(len, self.parts)))
        return [(ends[part] - len(self.parts[part]), ends[part]) for part in self.opaque]

    def value(self, node: Any, key: str, written: bool, depth: int) -> None:
        """Read a value that stands under a key; `written` by a model or a caller, or filled by the provider."""
        kind = node.__class__
        if kind is str:
            start = node.lstrip()[:1]
            # A document in a string, or a medium.
            if start == "{" or start == "[" or len(node) > LONGEST_RUN:  # noqa: PLR1714 - twice as fast
                raise _NotPlainError
            self.characters += len(node)
            if not written and key in words.OPAQUE and words.TOKEN.fullmatch(node):
                self.opaque.append(len(self.parts))
            self.parts += (node, "\n")
        elif kind is tuple or kind is list:
            if depth > _DEEPEST or key in words.LOGPROBS:
                raise _NotPlainError
            below = written or key in words.WRITTEN
            if kind is tuple:
                self._object(node, key, below, depth + 1)
            else:
                for item in node:
                    self.value(item, key, below, depth + 1)
        elif (kind is int or kind is _Real) and (
            written or (len(str(node)) >= _LONG_NUMBER and not words.TIMES.search(key))
        ):
            # Each is looked at alone there, with what stands before it.
            raise _NotPlainError

    def _object(self, node: tuple[tuple[str, Any], ...], key: str, written: bool, depth: int) -> None:
        plain = (words.WRITTEN_NAME if written else words.NAME).fullmatch
        counted = key in words.USAGE
        for name, child in node:
            if len(name) > _LONGEST_KEY or plain(name) is None:
                raise _NotPlainError
            if counted and child.__class__ is int:
                # Its name says how many tokens, which is no context for anything but a secret.
                self.counts.append((name, child))
            else:
                self.parts.append(f" {name}: ")
            self.value(child, name, written, depth)
