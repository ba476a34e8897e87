"""Token counts as the provider reports them, and an estimate where it does not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zt_ai.egress.answers.words import CACHED_TOKENS, COUNTS, INPUT_TOKENS, OUTPUT_TOKENS, USAGE

CHARACTERS_PER_TOKEN = 4
"""Of English text, roughly [OpenAI, "What are tokens and how to count them?"]."""


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens of one request and its answer."""

    input_tokens: int
    output_tokens: int
    estimated: bool = False
    """The provider reported none of one kind; that one was reckoned from characters."""


class Meter:
    """Counts for one answer.

    Args:
        request_characters: length of the request's texts, for the estimate.
    """

    def __init__(self, request_characters: int = 0) -> None:
        self._request_characters = request_characters
        self._characters = 0
        self._counts: dict[str, int] = {}

    def read(self, characters: int) -> None:
        """Count characters that a model wrote."""
        self._characters += characters

    def note(self, name: str, value: object) -> None:
        """Note a count. Streams report running totals: the largest is the last."""
        if name in COUNTS and isinstance(value, int) and not isinstance(value, bool) and value >= 0:
            self._counts[name] = max(value, self._counts.get(name, 0))

    def look(self, node: Any, depth: int = 4) -> None:
        """Note the counts in an event, which stand at most a few levels down."""
        if not isinstance(node, Mapping):
            return
        for key, value in node.items():
            if isinstance(value, Mapping):
                if key in USAGE:
                    for name, count in value.items():
                        self.note(name, count)
                elif depth:
                    self.look(value, depth - 1)

    @property
    def usage(self) -> Usage:
        """The counts so far."""
        taken = given = -1
        cached = thought = 0
        for name, count in self._counts.items():
            if name in INPUT_TOKENS:
                taken = max(taken, count)
            elif name in OUTPUT_TOKENS:
                given = max(given, count)
            elif name in CACHED_TOKENS:
                cached += count
            else:
                thought += count
        return Usage(
            -(-self._request_characters // CHARACTERS_PER_TOKEN) if taken < 0 else taken + cached,
            -(-self._characters // CHARACTERS_PER_TOKEN) if given < 0 else given + thought,
            estimated=taken < 0 or given < 0,
        )
