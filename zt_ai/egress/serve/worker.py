"""The inspector worker: one process, one event loop, one unix socket that Envoy calls."""

from __future__ import annotations

import asyncio
import ctypes
import faulthandler
import gc
import logging
import os
import signal
import stat
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Final

from zt_ai.egress.serve.inspector import Inspector, Settings
from zt_ai.egress.serve.limits import Limits
from zt_ai.egress.serve.log import fault
from zt_ai.egress.serve.metrics import Metrics
from zt_ai.egress.serve.ports import Journal, Judge
from zt_ai.egress.serve.service import Service
from zt_ai.egress.serve.tracing import Tracer
from zt_ai.spec.types import DetectorSet

_log = logging.getLogger(__name__)

_HEARTBEAT: Final = 1.0
_HANG: Final = 10.0
"""Seconds that the loop may stand still before the process ends itself: Envoy refuses what was on it."""
_LONGEST_PATH: Final = 107
"""Bytes of a unix socket's path (unix(7): `sun_path` has 108 with its zero)."""


@dataclass(frozen=True, slots=True)
class Options:
    """How one worker is started."""

    socket: Path
    policy: Path
    limits: Path
    index: int = 0
    linger: float = 1.0
    """Seconds between saying NOT_SERVING and taking no new calls, so that Envoy's health check can see it first."""
    drain: float = 8.0
    """Seconds that open calls are given to end."""
    settings: Settings = field(default_factory=Settings)


class Worker:
    """Runs until SIGTERM, or until its parent has died.

    Args:
        options: how it is started.
        load: makes a judge of a policy file; raises if the policy cannot be enforced.
        journal: where records go.
    """

    def __init__(self, options: Options, load: Callable[[Path], Judge], journal: Journal) -> None:
        self._options = options
        self._load = load
        self._journal = journal
        self._parent = os.getppid()
        self._stop = asyncio.Event()
        self._reload_wanted = asyncio.Event()
        self._beat = monotonic()

    async def run(self) -> None:
        """Load the policy, serve, drain.

        Raises:
            Exception: whatever `load` raises for the first policy; what stops the socket or the limits from opening.
        """
        loop = asyncio.get_running_loop()
        judge = self._load(self._options.policy)
        metrics = Metrics()
        limits = Limits(self._options.limits)
        tracer = Tracer.from_environment()
        inspector = Inspector(judge, self._journal, limits, metrics, self._options.settings, tracer)
        service = Service(inspector)
        loop.add_signal_handler(signal.SIGTERM, self._stop.set)
        loop.add_signal_handler(signal.SIGINT, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self._reload_wanted.set)
        _die_with_parent(self._parent)
        _settle_memory()
        server = await _listen(self._options.socket, service)
        reloading = loop.create_task(self._reloads(inspector))
        beating = loop.create_task(self._beats(inspector))
        _log.info("serving", extra={"policy": judge.policy.digest, "pid": os.getpid()})
        try:
            await self._stop.wait()
            _log.info("draining")
            service.stop_serving()
            if not service.idle:
                await asyncio.sleep(self._options.linger)
            server.close()
            service.drain()
            deadline = loop.time() + self._options.drain
            while not service.idle and loop.time() < deadline:
                await asyncio.sleep(0.02)
            service.abort()
            await inspector.drained()
            await self._journal.close()
        finally:
            reloading.cancel()
            beating.cancel()
            faulthandler.cancel_dump_traceback_later()
            metrics.flush()
            inspector.queue.close()
            limits.close()
            if tracer is not None:
                tracer.close()
            _unlink(self._options.socket)
        _log.info("stopped")

    async def _reloads(self, inspector: Inspector) -> None:
        """Read the policy anew when asked to; a bad one is refused and the old one stays."""
        loop = asyncio.get_running_loop()
        while True:
            await self._reload_wanted.wait()
            self._reload_wanted.clear()
            try:
                judge = await loop.run_in_executor(None, self._load, self._options.policy)
            except Exception as error:  # noqa: BLE001 - the old policy goes on
                fault(_log, "policy refused, the old one stays", error)
                inspector.metrics.reloaded(accepted=False)
                continue
            inspector.replace_judge(judge)
            inspector.metrics.reloaded(accepted=True)
            _settle_memory()
            _log.info("policy replaced", extra={"policy": judge.policy.digest})

    async def _beats(self, inspector: Inspector) -> None:
        """Show once a second that the loop turns; a process that hangs ends itself, and so does an orphan."""
        beats = 0
        while True:
            if inspector.queue.stuck(_HANG):
                _log.error("every judging thread hangs")
            else:
                # A C thread that needs no interpreter lock ends the process unless we come by again in time. What it
                # writes before are places in code, no values.
                faulthandler.dump_traceback_later(_HANG, exit=True, file=2)
            if os.getppid() != self._parent and not self._stop.is_set():
                _log.error("the parent has died")
                self._stop.set()
            inspector.metrics.flush()
            beats += 1
            if beats % 600 == 0:
                inspector.metrics.today()
            await asyncio.sleep(_HEARTBEAT)


async def _listen(path: Path, service: Service) -> asyncio.AbstractServer:
    if len(os.fsencode(path)) > _LONGEST_PATH:
        raise ValueError(f"the socket's path is longer than {_LONGEST_PATH} bytes; choose a shorter folder")
    _unlink(path)
    before = os.umask(0o177)  # nobody but Envoy, which runs as the same user
    try:
        return await asyncio.get_running_loop().create_unix_server(service.connection, str(path), backlog=1024)
    finally:
        os.umask(before)


def _unlink(path: Path) -> None:
    try:
        if stat.S_ISSOCK(path.lstat().st_mode):
            path.unlink()
    except FileNotFoundError:
        return


def _settle_memory() -> None:
    """Policy and patterns live as long as the process: keep the garbage collector from walking them again and again."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 50)


def _die_with_parent(parent: int) -> None:
    """Ask the kernel for SIGTERM when the parent dies (prctl(2), PR_SET_PDEATHSIG); elsewhere `_beats` notices."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(1, signal.SIGTERM)
    if os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)


def serve(options: Options, load: Callable[[Path], Judge], journal: Journal) -> None:
    """Run a worker on uvloop to its end."""
    import uvloop  # noqa: PLC0415 - part of the extra `proxy`

    # Judging threads give the loop its turn: by default only after 5 ms, each time that it has waited for something.
    sys.setswitchinterval(0.0001)

    async def main() -> None:
        await Worker(options, load, journal).run()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main())


def judge_loader(digest: Callable[[str], str]) -> Callable[[Path], Judge]:
    """Makes judges of policy files; `digest` is the journal's.

    Compiled detectors are kept: most changes of a policy leave its detectors alone, and to compile them takes seconds.
    """
    from zt_ai.egress.detect import Detectors  # noqa: PLC0415 - not for those who bring a judge of their own
    from zt_ai.egress.judge import Judge as TheJudge  # noqa: PLC0415
    from zt_ai.egress.policy import Policy  # noqa: PLC0415

    compiled: dict[frozenset[DetectorSet], Detectors] = {}

    def load(path: Path) -> Judge:
        policy = Policy.model_validate_json(path.read_bytes())
        sets = frozenset(policy.detectors)
        detectors = compiled.get(sets)
        if detectors is None:
            detectors = Detectors.of(policy.detectors)
            compiled.clear()
            compiled[sets] = detectors
        return TheJudge(policy, detectors, today=lambda: datetime.now(UTC).date(), digest=digest)

    return load
