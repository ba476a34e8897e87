"""The folder that a running proxy keeps its things in."""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from zt_ai.audit import AuditError, load_keys
from zt_ai.egress.pki.store import private_folder, read_text


class StateError(RuntimeError):
    """The state folder cannot be used; the message says why."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Where everything is. All folders are private to their owner."""

    root: Path

    @property
    def policy(self) -> Path:
        """What workers enforce."""
        return self.root / "policy.json"

    @property
    def config(self) -> Path:
        """Envoy's configuration: the fixed part, listeners, clusters."""
        return self.root / "config"

    @property
    def bootstrap(self) -> Path:
        """The fixed part of Envoy's configuration."""
        return self.config / "bootstrap.json"

    @property
    def secrets(self) -> Path:
        """Secret files that Envoy watches."""
        return self.root / "secrets"

    @property
    def authority(self) -> Path:
        """Keys of the development authorities."""
        return self.root / "authority"

    @property
    def callers(self) -> Path:
        """Certificates and keys for callers, in development."""
        return self.root / "callers"

    @property
    def ca(self) -> Path:
        """What callers trust."""
        return self.root / "ca.pem"

    @property
    def audit(self) -> Path:
        """The audit journal's folder."""
        return self.root / "audit"

    @property
    def audit_key(self) -> Path:
        """Key of the audit chain."""
        return self.root / "audit.key"

    @property
    def metrics(self) -> Path:
        """Files in which workers count."""
        return self.root / "metrics"

    @property
    def door_log(self) -> Path:
        """What was refused before an inspector saw it."""
        return self.root / "door.jsonl"

    @property
    def logs(self) -> Path:
        """What the processes say."""
        return self.root / "logs"

    def make(self) -> None:
        """Make the folders, and the audit key if there is none. Raises StateError."""
        try:
            for folder in (
                self.root,
                self.config,
                self.secrets,
                self.authority,
                self.callers,
                self.audit,
                self.metrics,
                self.logs,
            ):
                private_folder(folder)
            load_keys(self.audit_key, create=True)
            self.door_log.touch(mode=0o600)  # Envoy would make it readable for everybody
        except OSError as error:
            raise StateError(f"{self.root} cannot be used: {error.strerror or error}") from None
        except AuditError as error:
            raise StateError(str(error)) from None

    def turn_door_log(self, most: int = 64 << 20) -> bool:
        """Put a full door log aside, in the place of the one before. Returns whether Envoy has to open it anew."""
        if not self.door_log.exists() or self.door_log.stat().st_size < most:
            return False
        self.door_log.replace(self.door_log.with_suffix(".1.jsonl"))
        self.door_log.touch(mode=0o600)
        return True

    def clear_metrics(self) -> None:
        """Forget the counts of an earlier run."""
        for file in self.metrics.glob("*.db"):
            file.unlink(missing_ok=True)

    def last_words(self) -> str:
        """The last lines of each process's log."""
        found = []
        for log in sorted(self.logs.glob("*.log")):
            lines = log.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-6:]
            found += [f"{log.name}: {line}" for line in lines]
        return "\n".join(found)

    def lock(self) -> int:
        """Take the folder for this process; the descriptor keeps it. Raises StateError when another process has it."""
        descriptor = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            holder = (read_text(self.root / "lock") or "").strip()
            raise StateError(
                f"another proxy runs in {self.root}" + (f" (process {holder})" if holder else "")
            ) from None
        os.ftruncate(descriptor, 0)
        os.write(descriptor, f"{os.getpid()}\n".encode())
        return descriptor


class Sockets:
    """Unix sockets in a folder of their own with a short name: their paths may have 107 bytes [unix(7)]."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="zt-ai-"))

    @property
    def admin(self) -> Path:
        """Envoy's administration interface."""
        return self.folder / "admin"

    @property
    def journal(self) -> Path:
        """The audit journal's process."""
        return self.folder / "journal"

    def worker(self, index: int) -> Path:
        """An inspector worker."""
        return self.folder / f"worker-{index}"

    def remove(self) -> None:
        """Remove the folder and what is in it."""
        shutil.rmtree(self.folder, ignore_errors=True)
