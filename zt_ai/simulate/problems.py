"""What a simulated cloud says when it refuses."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a resource's inputs. ``path`` is Pulumi's property path (``rules[0].port``)."""

    path: str
    reason: str


class CloudError(Exception):
    """A refusal by the simulated cloud, with the error code the real one uses.

    ``code`` is the provider's own code (``InvalidSubnet.Conflict``), so that a reader can look it up in the provider's
    documentation and a test can name it.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message


class SeedError(ValueError):
    """A description or id that cannot be seeded; the message says what is wrong with it."""


class DamagedWorldError(RuntimeError):
    """The file of a simulated cloud cannot be read; the message says which and what to do."""


def shown(value: Any, limit: int = 120) -> str:
    """A value as it stands in an error message, cut to ``limit`` characters."""
    text = repr(value)
    return text if len(text) <= limit else text[: limit - 1] + "…"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """``"; did you mean 'x'?"`` for the nearest known word, or nothing when none is near."""
    by_lower = {name.lower().replace("_", ""): name for name in known}
    match = difflib.get_close_matches(word.lower().replace("_", ""), by_lower, n=1, cutoff=0.7)
    return f"; did you mean {by_lower[match[0]]!r}?" if match else ""
