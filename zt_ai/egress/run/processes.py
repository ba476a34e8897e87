"""The programs that make up a proxy: Envoy, the inspector workers and the audit journal."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import time
from pathlib import Path

from zt_ai.audit.journal import answers
from zt_ai.egress.envoy import Settings, binary
from zt_ai.egress.envoy.names import INSPECTOR_CLUSTER
from zt_ai.egress.run.envoy_admin import AdminError, EnvoyAdmin
from zt_ai.egress.run.layout import Layout
from zt_ai.egress.run.metrics import forget_worker
from zt_ai.egress.run.options import Options
from zt_ai.egress.run.process import Child
from zt_ai.egress.run.service import Service

_LOG = logging.getLogger(__name__)
# After a change of listeners, connections of the old ones may go on for this long: the longest silence of an answer.
_DRAIN_SECONDS = 600
_STOP_PATIENCE = 10.0
_PING_PATIENCE = 1.0


def journal_service(socket: Path, options: Options, layout: Layout) -> Service:
    """The process that writes the audit journal for all workers."""
    command = [sys.executable, "-m", "zt_ai.audit", "--socket", str(socket)]
    log = layout.logs / "journal.log" if options.log_to_files else None
    if log is None:
        # In a container the journal's own disk ends with the task: the log store that keeps our output keeps it.
        command.append("--mirror")
    command += ["--audit", str(layout.audit), "--audit-key", str(layout.audit_key)]

    async def start() -> Child:
        socket.unlink(missing_ok=True)  # of one that was killed
        return await Child.start("journal", command, log=log, stdout=1)

    return Service("journal", start)


def worker_service(index: int, journal: Path, options: Options, layout: Layout, settings: Settings) -> Service:
    """An inspector worker; `journal` is the socket of the journal's process."""
    socket = settings.workers[index]
    command = [
        *(options.worker_command or (sys.executable, "-m", "zt_ai.egress.serve")),
        "--socket", str(socket),
        "--policy", str(layout.policy),
        "--journal", str(journal),
        "--audit-key", str(layout.audit_key),
        "--metrics-dir", str(layout.metrics),
        "--index", str(index),
    ]  # fmt: skip
    log = layout.logs / f"worker-{index}.log" if options.log_to_files else None

    async def start() -> Child:
        socket.unlink(missing_ok=True)  # of one that was killed
        return await Child.start(f"worker {index}", command, log=log)

    return Service(f"worker {index}", start, ended=lambda pid: forget_worker(layout.metrics, pid))


def envoy_service(options: Options, layout: Layout) -> Service:
    """Envoy."""
    command = [
        str(binary()), "-c", str(layout.bootstrap), "--disable-hot-restart",
        "--concurrency", str(options.concurrency),
        "--drain-time-s", str(_DRAIN_SECONDS), "--drain-strategy", "immediate",
        "--file-flush-interval-msec", "1000", "--log-level", "warning",
    ]  # fmt: skip
    log = layout.logs / "envoy.log" if options.log_to_files else None
    return Service("envoy", lambda: Child.start("envoy", command, log=log))


class Watchdog:
    """Kills workers that run and do not answer: Envoy's own health checks say which."""

    def __init__(self, admin: EnvoyAdmin, workers: dict[Path, Service], options: Options) -> None:
        self._admin, self._workers, self._options = admin, workers, options
        self._sick: dict[Path, float] = {}
        self.healthy = 0
        self.killed = 0

    async def look(self) -> None:
        """Ask Envoy once."""
        try:
            health = await self._admin.healthy(INSPECTOR_CLUSTER)
        except AdminError:
            self.healthy = 0
            return
        now = time.monotonic()
        self.healthy = 0
        for socket, service in self._workers.items():
            if health.get(str(socket), False) and service.pid is not None:
                self.healthy += 1
                self._sick.pop(socket, None)
            elif service.age > self._options.worker_grace:
                since = self._sick.setdefault(socket, now)
                if now - since > self._options.worker_hanging:
                    _LOG.warning("%s does not answer its health checks; it is killed", service.name)
                    service.signal(signal.SIGKILL)
                    self._sick.pop(socket, None)
                    self.killed += 1


class JournalWatch:
    """Asks the journal's process whether it is there, and kills it when it runs and has not answered for long."""

    def __init__(self, socket: Path, journal: Service, options: Options) -> None:
        self._socket, self._journal, self._options = socket, journal, options
        self._silent: float | None = None
        self.answering = False
        self.killed = 0

    async def look(self) -> None:
        """Ask it once."""
        self.answering = self._journal.pid is not None and await answers(self._socket, _PING_PATIENCE)
        now = time.monotonic()
        if self.answering or self._journal.pid is None:
            self._silent = None
        elif self._silent is None:
            self._silent = now
        elif min(now - self._silent, self._journal.age) > self._options.journal_hanging:
            _LOG.warning("the journal's process does not answer; it is killed")
            self._journal.signal(signal.SIGKILL)
            self._silent = None
            self.killed += 1


async def drain(admin: EnvoyAdmin, patience: float) -> None:
    """Let Envoy finish what it has begun, for at most `patience` seconds.

    Clients are told to come back on another connection, then no new connection is taken, then running requests end.
    Tunnels are not waited for: they stand open without a request in them.
    """
    until = time.monotonic() + patience
    try:
        await admin.post("/healthcheck/fail")
        await admin.post("/drain_listeners?graceful&skip_exit")
        await asyncio.sleep(min(0.5, patience))
        await admin.post("/drain_listeners?skip_exit")
        while time.monotonic() < until:
            active = await admin.counters(r"^http\.(inspect|gateway)\.downstream_rq_active$")
            if not any(active.values()):
                return
            await asyncio.sleep(0.1)
    except AdminError as error:
        _LOG.warning("requests may have been cut off: %s", error)
        return
    _LOG.warning("requests were cut off that were still running after %.0f s", patience)


async def stop_all(envoy: Service | None, workers: list[Service], journal: Service) -> None:
    """Stop Envoy, then the workers that it needed, then the journal that they needed."""
    if envoy is not None:
        await envoy.stop(_STOP_PATIENCE)
    await asyncio.gather(*(worker.stop(_STOP_PATIENCE) for worker in workers))
    await journal.stop(_STOP_PATIENCE)
