"""JSON lines on stderr. Never payload: of an exception only its type and place, as its text could quote a request."""

from __future__ import annotations

import json
import logging
import sys
from datetime import UTC, datetime
from traceback import extract_tb
from typing import Any, Final

_STANDARD: Final = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime"}
_PLACES: Final = 5


def fault(log: logging.Logger, what: str, error: BaseException, **extra: Any) -> None:
    """Log an error by type and place."""
    log.error(what, extra={"error": type(error).__name__, "at": places(error), **extra})


def places(error: BaseException) -> list[str]:
    """The innermost lines of code that an exception came through."""
    frames = extract_tb(error.__traceback__)[-_PLACES:]
    return [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames]


class Lines(logging.Formatter):
    """A record as one JSON object in a line."""

    def __init__(self, worker: int) -> None:
        super().__init__()
        self._worker = worker

    def format(self, record: logging.LogRecord) -> str:
        """The line."""
        time = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line: dict[str, Any] = {
            "time": time.replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "worker": self._worker,
            "message": record.getMessage(),
        }
        line |= {key: value for key, value in vars(record).items() if key not in _STANDARD}
        if record.exc_info and record.exc_info[1] is not None:
            line |= {"error": type(record.exc_info[1]).__name__, "at": places(record.exc_info[1])}
        return json.dumps(line, default=str)


def to_stderr(worker: int) -> None:
    """Log everything from `info` on as JSON lines."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Lines(worker))
    logging.basicConfig(level=logging.INFO, handlers=[handler], force=True)
