"""Errors of the engine layer. Each says what was tried and what the user can do; none carries an engine stack trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from zt_ai.engine.events import Diagnostic


class EngineError(Exception):
    """Base of all errors that `zt_ai.engine` raises on purpose."""


@dataclass(frozen=True, slots=True)
class Attempt:
    """One way of getting an engine that was tried and did not work."""

    way: str
    reason: str


class AttemptFailedError(EngineError):
    """One way of getting an engine does not work here; the caller goes on with the next one."""


class EngineUnavailableError(EngineError):
    """No way of getting a Pulumi engine worked; `attempts` lists every one of them with its reason, in order."""

    def __init__(self, attempts: Sequence[Attempt]) -> None:
        self.attempts = tuple(attempts)
        lines = "\n".join(f"  - {attempt.way}: {attempt.reason}" for attempt in self.attempts)
        super().__init__(
            f"no Pulumi engine is available. Tried:\n{lines}\n"
            "Install Pulumi (https://www.pulumi.com/docs/install/) so that `pulumi` is on PATH, "
            "or set ZT_AI_PULUMI to the path of a pulumi binary."
        )


class EngineFailureError(EngineError):
    """An engine operation failed. `diagnostics` are the engine's own, errors and warnings, in the order they came."""

    def __init__(self, operation: str, diagnostics: Sequence[Diagnostic], detail: str = "") -> None:
        self.operation = operation
        self.diagnostics = tuple(diagnostics)
        self.detail = detail
        errors = [_line(item) for item in self.diagnostics if item.severity == "error"]
        body = "\n".join(errors) or detail or "the engine gave no reason"
        super().__init__(f"{operation} failed:\n{body}")


class ProgramFailureError(EngineFailureError):
    """The Pulumi program itself raised; the exception is the `__cause__` and nothing was sent after it."""


class StackLockedError(EngineError):
    """Another update holds the stack's lock, or its holder cannot be checked from this machine. Nothing was changed."""

    def __init__(self, stack: str, holders: Sequence[str]) -> None:
        self.stack = stack
        self.holders = tuple(holders)
        who = "\n".join(f"  - {holder}" for holder in self.holders) or "  - (the back end does not say by whom)"
        super().__init__(
            f"stack {stack} is locked:\n{who}\n"
            "Wait for that update to end. If it is certainly dead, run `pulumi cancel` for the stack and start again."
        )


class CannotTellError(EngineError):
    """Raised by a `resolve_pending` callback that does not know whether a resource was created."""


class PendingCreatesError(EngineError):
    """Creations were interrupted and it is not known whether they happened; going on could create them twice."""

    def __init__(self, urns: Sequence[str], reason: str) -> None:
        self.urns = tuple(urns)
        names = "\n".join(f"  - {urn}" for urn in self.urns)
        super().__init__(
            f"an earlier update was interrupted while it created:\n{names}\n{reason}\n"
            "Look each one up at the cloud. Give its id to adopt it, or say that it does not exist to create it again."
        )


class StateChangedError(EngineError):
    """The stack's state changed while it was being repaired; nothing was written. Start again."""


class PassphraseMissingError(EngineError):
    """A shared back end needs a passphrase or a secrets provider that everybody who uses the stack has."""


def _line(item: Diagnostic) -> str:
    name = item.urn.rsplit("::", 1)[-1] if item.urn else ""
    return f"  {name}: {item.message}" if name else f"  {item.message}"
