"""Watching one engine operation: its events, the program's own exception, and a failure as one typed error."""

from __future__ import annotations

import logging
import re
import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING

import grpc
from pulumi.automation import CommandError

from zt_ai.engine import locks
from zt_ai.engine.errors import EngineFailureError, ProgramFailureError
from zt_ai.engine.events import Diagnostic, Event, OnEvent, Summary, plain, translate

if TYPE_CHECKING:
    from pulumi.automation.events import EngineEvent as RawEvent

_PROGRAM = "python inline source runtime error: "
"""How the Automation API reports an exception of the program, followed by its traceback (`automation/_server.py`)."""

_NEVER_RAN = "the engine ended without having run the program; what it did was for a program of no resources"
_UNAVAILABLE = grpc.StatusCode.UNAVAILABLE
_RESULT = re.compile(r"^ (?:stdout|stderr): ?", re.MULTILINE)


class _EngineGone(logging.Filter):
    """Drops what gRPC logs about a program that lost its engine: the engine's end is reported as our error."""

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if record.exc_info else None
        return not (isinstance(error, grpc.RpcError) and getattr(error, "code", lambda: None)() == _UNAVAILABLE)


def quiet() -> None:
    """Keep the trace of a killed engine's broken connection out of the log; idempotent."""
    logger = logging.getLogger("grpc._server")
    if not any(isinstance(item, _EngineGone) for item in logger.filters):
        logger.addFilter(_EngineGone())


class Collector:
    """Collects what one operation reports and hands each event on."""

    def __init__(self, operation: str, program: Callable[[], None], on_event: OnEvent | None) -> None:
        self._operation = operation
        self._program = program
        self._on_event = on_event
        self._diagnostics: list[Diagnostic] = []
        self._program_error: Exception | None = None
        self._callback_error: Exception | None = None
        self._ran = False
        self.summary = Summary()

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Warnings and errors so far, in the order they came."""
        return tuple(item for item in self._diagnostics if item.severity != "info")

    def program(self) -> None:
        """The program, with its exception remembered: the engine passes on the text of it only."""
        self._ran = True
        try:
            self._program()
        except Exception as error:
            self._program_error = error
            raise

    def on_raw(self, raw: RawEvent) -> None:
        """Take one engine event."""
        event = translate(raw)
        if event is None:
            return
        if isinstance(event, Diagnostic):
            event = _shortened(event)
            self._diagnostics.append(event)
        elif isinstance(event, Summary):
            self.summary = event
        self._hand_on(event)

    def _hand_on(self, event: Event) -> None:
        if self._on_event is None or self._callback_error is not None:
            return
        try:
            self._on_event(event)
        except Exception as error:  # noqa: BLE001 - whatever a caller's callback raises
            # The Automation API turns an exception in here into a warning; it is the caller's and goes back to them.
            self._callback_error = error

    @contextmanager
    def failures(self, *, runs_program: bool) -> Iterator[None]:
        """Turn a failed engine command into one of our errors; afterwards re-raise what a callback raised.

        An operation that `runs_program` and ended well without having run it has failed: its language host lost the
        engine before the program's first line, reported success (`automation/_server.py`), and a program of no
        resources reads as "delete everything".
        """
        with warnings.catch_warnings(), failures(self._operation, self._diagnostics, lambda: self._program_error):
            # An engine that is killed breaks its event stream, which the Automation API warns about; we raise.
            warnings.filterwarnings("ignore", "Error in event stream", UserWarning)
            yield
        if runs_program and not self._ran:
            raise EngineFailureError(self._operation, self._diagnostics, _NEVER_RAN)
        if self._callback_error is not None:
            raise self._callback_error


@contextmanager
def failures(
    operation: str, diagnostics: Sequence[Diagnostic], program_error: Callable[[], Exception | None] = lambda: None
) -> Iterator[None]:
    """A block in which the Automation API's CommandError becomes one of ours."""
    try:
        yield
    except CommandError as error:
        text = str(error)
        held = locks.holders(text)
        if held is not None:
            raise locks.LockedError(held) from None
        cause = program_error()
        if cause is not None:
            others = [item for item in diagnostics if str(cause) not in item.message]
            own = Diagnostic("error", f"the program raised {type(cause).__name__}: {cause}")
            raise ProgramFailureError(operation, [own, *others]) from cause
        raise EngineFailureError(operation, diagnostics, _detail(text)) from None


def _shortened(item: Diagnostic) -> Diagnostic:
    """A diagnostic without the traceback that the language host puts after a program's exception."""
    if _PROGRAM not in item.message:
        return item
    message = item.message.split(_PROGRAM, 1)[1].split("\nTraceback (most recent call last)", 1)[0]
    return Diagnostic(item.severity, message.strip(), item.urn)


def _detail(text: str) -> str:
    """What the CLI printed when it had no diagnostics: its `error:` lines, or else all of it."""
    lines = plain(_RESULT.sub("", text)).splitlines()
    errors = [line.removeprefix("error:").strip() for line in lines if line.startswith("error:")]
    return "\n".join(errors or [line for line in lines if line.strip()])
