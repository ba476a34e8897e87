"""Runs one proxy: starts what it is made of, keeps it alive, follows the specification, and stops it in order."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from zt_ai.audit import AuditError
from zt_ai.egress.envoy import EnvoyMissingError, Settings
from zt_ai.egress.envoy.names import CONNECT_LISTENER, GATEWAY_LISTENER
from zt_ai.egress.pki import AuthorityError
from zt_ai.egress.policy import Policy
from zt_ai.egress.run import configuration
from zt_ai.egress.run.certificates import Certificates
from zt_ai.egress.run.configuration import ConfigurationError
from zt_ai.egress.run.envoy_admin import AdminError, EnvoyAdmin
from zt_ai.egress.run.handover import Handover
from zt_ai.egress.run.http_admin import METRICS, HttpAdmin, Page
from zt_ai.egress.run.layout import Layout, Sockets, StateError
from zt_ai.egress.run.metrics import one_page, own_metrics, workers_metrics
from zt_ai.egress.run.options import OptionError, Options, addresses, settings_for, with_tokens
from zt_ai.egress.run.processes import (
    JournalWatch,
    Watchdog,
    drain,
    envoy_service,
    journal_service,
    stop_all,
    worker_service,
)
from zt_ai.egress.run.ready import ready_document, write_ready
from zt_ai.egress.run.service import Service
from zt_ai.egress.run.source import PolicyError, PolicySource, check_detectors
from zt_ai.spec.problems import SpecError

_LOG = logging.getLogger(__name__)
_START_SECONDS = 90.0
_POLL = 1.0
_CERTIFICATES = 60.0

Report = Callable[[str], None]
ReportProblem = Callable[[Exception], None]


class StartError(RuntimeError):
    """The proxy did not come up; the message has the last words of what failed."""


FAILURES = (AuthorityError, ConfigurationError, EnvoyMissingError, OptionError, StartError, StateError, OSError)
"""What `Supervisor.run` raises when the machine or its configuration is in the way, each with a message for people."""


class Supervisor:
    """One proxy. `run` returns when it was told to stop and everything has ended."""

    def __init__(
        self,
        source: PolicySource,
        options: Options,
        *,
        ready: Callable[[dict[str, Any]], None],
        report: Report,
        problem: ReportProblem,
    ) -> None:
        self._source, self._options = source, options
        self._ready, self._report, self._problem = ready, report, problem
        self._layout = Layout(options.state.resolve())
        self._stop = asyncio.Event()
        self._serving = False
        self._reloads, self._failed_reloads = 0, 0

    def stop(self) -> None:
        """Begin to stop; what runs may end."""
        self._stop.set()

    async def run(self) -> None:
        """Start, serve, stop.

        Raises PolicyError or SpecError for a policy that cannot be enforced, one of FAILURES when the proxy cannot be
        started.
        """
        self._fingerprint = self._source.fingerprint()
        policy = self._source.load()
        if self._options.worker_command is None:
            await check_detectors(policy, self._source.name)
        self._layout.make()
        lock = self._layout.lock()
        sockets = Sockets()
        try:
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, self.stop)
            await self._run(policy, settings_for(self._options, self._layout, sockets, policy), sockets.journal)
        finally:
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().remove_signal_handler(number)
            sockets.remove()
            os.close(lock)

    async def _run(self, policy: Policy, settings: Settings, journal: Path) -> None:
        layout, options = self._layout, self._options
        layout.clear_metrics()
        self._certificates = Certificates(layout, addresses(options), options.names, options.lifetime, options.given)
        self._certificates.ensure(policy)
        configuration.write_policy(policy, layout)
        await configuration.check(policy, settings, layout)
        self._policy, self._settings = policy, settings
        self._envoy_admin = EnvoyAdmin(settings.admin_socket)
        written = configuration.write_envoy(policy, settings, layout)
        self._handover = Handover(self._envoy_admin, layout.config, written)
        self._journal = journal_service(journal, options, layout)
        self._journal_watch = JournalWatch(journal, self._journal, options)
        self._workers = [worker_service(i, journal, options, layout, settings) for i in range(options.workers)]
        self._envoy: Service | None = None
        self._watchdog = Watchdog(self._envoy_admin, dict(zip(settings.workers, self._workers, strict=True)), options)
        http = HttpAdmin({"/live": self._live_page, "/ready": self._ready_page, "/metrics": self._metrics_page})
        try:
            self._admin_port = await http.start(options.admin_listen, options.admin_port)
        except OSError as error:
            raise StartError(
                f"{options.admin_listen}:{options.admin_port}: {error.strerror or error}; choose another with "
                "--admin-port, 0 takes any free one"
            ) from None
        try:
            await self._start()
            await self._serve()
        finally:
            if self._serving and options.drain:
                self._serving = False
                self._report("stopping: requests that are under way may end")
                await drain(self._envoy_admin, options.drain)
            self._serving = False
            await stop_all(self._envoy, self._workers, self._journal)
            await http.stop()
            if options.ready_file:
                options.ready_file.unlink(missing_ok=True)

    async def _start(self) -> None:
        until = asyncio.get_running_loop().time() + _START_SECONDS
        await self._journal.begin()
        if not await self._comes(self._journal_answers, until, self._journal):
            return
        for worker in self._workers:
            await worker.begin()
        envoy = envoy_service(self._options, self._layout)
        await envoy.begin()
        self._envoy = envoy
        if await self._comes(self._up, until, envoy, self._workers[0]):
            self._serving = True
            self._announce()

    async def _comes(self, condition: Callable[[], Awaitable[bool]], until: float, *needed: Service) -> bool:
        """Wait for something; False when we were told to stop. Raises StartError when what it needs keeps ending."""
        while not await condition():
            if self._stop.is_set():
                return False
            if asyncio.get_running_loop().time() > until or any(service.restarts > 2 for service in needed):
                words = self._layout.last_words()
                raise StartError(f"the proxy did not start within {_START_SECONDS:.0f} s\n{words}")
            await asyncio.sleep(0.05)
        return True

    async def _journal_answers(self) -> bool:
        await self._journal_watch.look()
        return self._journal_watch.answering

    async def _up(self) -> bool:
        """Whether Envoy listens, and every worker answers."""
        if not await self._envoy_admin.live():
            return False
        await self._watchdog.look()
        try:
            listeners = await self._envoy_admin.listeners()
        except AdminError:
            return False
        return self._watchdog.healthy == len(self._workers) and {CONNECT_LISTENER, GATEWAY_LISTENER} <= set(listeners)

    def _announce(self) -> None:
        callers = self._certificates.caller_files(self._policy)
        document = ready_document(
            self._policy, self._settings, self._layout, callers, self._admin_port, self._options.provider_ca is not None
        )
        if self._options.ready_file:
            write_ready(self._options.ready_file, document)
        self._ready(document)

    async def _serve(self) -> None:
        loop = asyncio.get_running_loop()
        interval = min(_CERTIFICATES, max(_POLL, self._options.lifetime.renew_before.total_seconds() / 8))
        certificates = loop.time() + interval
        while not self._stop.is_set():
            await self._watchdog.look()
            await self._journal_watch.look()
            await self._follow()
            if loop.time() >= certificates:
                certificates = loop.time() + interval
                await self._renew()
            try:
                await asyncio.wait_for(self._stop.wait(), _POLL)
            except TimeoutError:
                continue

    async def _renew(self) -> None:
        """Replace what ends soon. Envoy and callers see the new files."""
        try:
            await asyncio.to_thread(self._certificates.ensure, self._policy)
            if self._layout.turn_door_log():
                await self._envoy_admin.post("/reopen_logs")
        except (OSError, AuthorityError, AdminError) as error:
            self._problem(error)  # there are hours left, and it is tried again in a minute

    async def _follow(self) -> None:
        """Take over a changed specification, or keep the old policy and say why."""
        fingerprint = self._source.fingerprint()
        if fingerprint == self._fingerprint:
            return
        self._fingerprint = fingerprint
        try:
            policy = await asyncio.to_thread(self._source.load)
            changed = policy != self._policy
            if changed:
                if policy.detectors != self._policy.detectors:
                    await check_detectors(policy, self._source.name)
                await self._apply(policy)
        except (SpecError, PolicyError, ConfigurationError, AuthorityError, AuditError, AdminError, OSError) as error:
            self._failed_reloads += 1
            self._problem(error)
            self._report("the specification that was in force before stays in force")
            return
        if changed:
            self._reloads += 1
            self._report(f"the changed specification is in force (policy {policy.digest[:12]})")

    async def _apply(self, policy: Policy) -> None:
        settings = with_tokens(self._settings, policy)
        await asyncio.to_thread(self._certificates.ensure, policy)  # listeners name their files
        await configuration.check(policy, settings, self._layout)
        self._tell_workers(policy)
        try:
            await self._handover.follow(configuration.parts(policy, settings, self._layout))
        except BaseException:
            self._tell_workers(self._policy)
            raise
        self._policy, self._settings = policy, settings
        self._announce()

    def _tell_workers(self, policy: Policy) -> None:
        configuration.write_policy(policy, self._layout)
        for worker in self._workers:
            worker.signal(signal.SIGHUP)

    async def _live_page(self) -> Page:
        return Page(200, b"live\n")

    async def _ready_page(self) -> Page:
        """Whether a request would be decided now: Envoy serves, a worker and the journal answer, nobody is stopping."""
        if not self._serving:
            return Page(503, b"not serving\n")
        if not await self._envoy_admin.live():
            return Page(503, b"envoy does not serve\n")
        if not self._watchdog.healthy:
            return Page(503, b"no inspector answers\n")
        if not await self._journal_answers():
            return Page(503, b"the audit journal does not answer\n")
        return Page(200, b"ready\n")

    async def _metrics_page(self) -> Page:
        parts: list[bytes] = [self._own_metrics()]
        try:
            parts.append(await self._envoy_admin.prometheus())
        except AdminError as error:
            _LOG.warning("%s", error)
        parts.append(await asyncio.to_thread(workers_metrics, self._layout.metrics))
        return Page(200, one_page(parts), METRICS)

    def _own_metrics(self) -> bytes:
        restarts = sum(worker.restarts for worker in self._workers)
        return own_metrics(
            {
                "zt_workers": ("gauge", "Inspector workers that should run", len(self._workers)),
                "zt_workers_healthy": ("gauge", "Inspector workers that answer", self._watchdog.healthy),
                "zt_worker_restarts_total": ("counter", "Inspector workers started again", restarts),
                "zt_workers_killed_total": ("counter", "Inspector workers that hung", self._watchdog.killed),
                "zt_journal_up": ("gauge", "Whether the audit journal answers", self._journal_watch.answering),
                "zt_journal_restarts_total": ("counter", "Audit journal started again", self._journal.restarts),
                "zt_envoy_restarts_total": (
                    "counter",
                    "Envoy started again",
                    self._envoy.restarts if self._envoy else 0,
                ),
                "zt_reloads_total": ("counter", "Changed specifications taken over", self._reloads),
                "zt_reloads_refused_total": ("counter", "Changed specifications refused", self._failed_reloads),
            }
        )
