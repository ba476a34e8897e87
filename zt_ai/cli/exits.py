"""Exit codes, and the errors that a command ends with on purpose."""

from __future__ import annotations

from enum import IntEnum

from zt_ai.verify.model import Verdict


class Exit(IntEnum):
    """What a shell or a pipeline sees."""

    PROVED = 0
    REFUTED = 1
    UNKNOWN = 2
    BAD_INPUT = 3
    ENGINE = 4
    """The engine or the cloud failed; what was done until then is in the state."""
    INTERNAL = 70
    """A mistake in zt-ai itself (EX_SOFTWARE of sysexits.h)."""
    INTERRUPTED = 130
    """Ctrl-C (128 + SIGINT, as shells count)."""


OF_VERDICT = {Verdict.PROVED: Exit.PROVED, Verdict.REFUTED: Exit.REFUTED, Verdict.UNKNOWN: Exit.UNKNOWN}


class CommandError(Exception):
    """Ends a command with a message and a code. `hint` says what to do instead."""

    code = Exit.ENGINE

    def __init__(self, message: str, hint: str = "") -> None:
        self.hint = hint
        super().__init__(message)


class BadInputError(CommandError):
    """What was asked for cannot be; nothing was changed."""

    code = Exit.BAD_INPUT


class EngineProblemError(CommandError):
    """The engine or the cloud refused or failed."""
