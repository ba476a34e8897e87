"""Stack locks of self-managed back ends: who holds one, and whether that process is dead.

An engine that is killed leaves its lock file (`.pulumi/locks/<stack>/<id>.json`), and every later update is refused
with a message that names user, host, process and time of each holder (`pkg/backend/diy/lock.go`, `checkForLock`).
The message is read rather than the file because it is the same for every self-managed back end.
"""

from __future__ import annotations

import datetime
import os
import re
import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from zt_ai.engine.errors import EngineError

LOCKED = "the stack is currently locked by"
_HOLDER = re.compile(r"created by (?P<user>.*)@(?P<host>[^@]*) \(pid (?P<pid>\d+)\) at (?P<time>\S+)")


@dataclass(frozen=True, slots=True)
class Holder:
    """The process that took a lock: `since` is the time it did, with a precision of one second."""

    user: str
    host: str
    pid: int
    since: datetime.datetime

    def __str__(self) -> str:
        return f"{self.user}@{self.host}, process {self.pid}, since {self.since.isoformat()}"

    def dead(self) -> bool:
        """Whether the process is certainly gone: it ran on this host and no such process, or a younger one, is here."""
        if self.host != socket.gethostname() or os.name == "nt":
            return False
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            pass  # it lives and belongs to somebody else
        state, started = _process(self.pid)
        if state == "Z":
            return True  # killed, and its parent has not asked for the exit code yet
        # The number was given out again when the process that has it now began after the lock was taken.
        return started is not None and started > self.since + datetime.timedelta(seconds=2)


class LockedError(EngineError):
    """The engine refused because the stack is locked; for use inside `zt_ai.engine`."""

    def __init__(self, held: tuple[Holder, ...]) -> None:
        self.held = held
        super().__init__("the stack is locked")


def holders(message: str) -> tuple[Holder, ...] | None:
    """Who holds the lock according to an engine message, or None when the message is not about a lock."""
    if LOCKED not in message:
        return None
    return tuple(
        Holder(
            match["user"],
            match["host"],
            int(match["pid"]),
            datetime.datetime.fromisoformat(match["time"].replace("Z", "+00:00")),
        )
        for match in _HOLDER.finditer(message)
    )


def _process(pid: int) -> tuple[str, datetime.datetime | None]:
    """State letter and start time of a process, from proc(5) on Linux; ("", None) where that cannot be known."""
    if sys.platform != "linux":
        return "", None
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
        boot = next(line for line in Path("/proc/stat").read_text(encoding="utf-8").splitlines() if "btime" in line)
    except (OSError, StopIteration):
        return "", None
    # The name in parentheses (field 2) may hold blanks; after it come the state (field 3) and the start (field 22).
    fields = stat.rsplit(")", 1)[1].split()
    seconds = int(boot.split()[1]) + int(fields[19]) / os.sysconf("SC_CLK_TCK")
    return fields[0], datetime.datetime.fromtimestamp(seconds, datetime.UTC)
