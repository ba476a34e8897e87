"""A supervised proxy in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.egress.envoy.client import Answer, Client
from tests.egress.envoy.upstream import Upstream
from zt_ai.egress.pki import Authority

ROOT = Path(__file__).resolve().parents[3]
HOSTS = ("api.anthropic.com", "api.openai.com")

SPEC = """\
version: 1
name: small
clouds:
  aws:
    region: us-east-1
    account: "111122223333"
    availability_zones: [us-east-1a, us-east-1b]
    cidr: 10.40.0.0/16
zones:
  app: {kind: processing, holds: phi}
  egress: {kind: egress, holds: phi}
workloads:
  doctor: {zone: app}
providers:
  anthropic:
    api: anthropic
    domains: [api.anthropic.com]
    models: [claude-sonnet-4-5]
    paths: [/v1/messages]
    baa: {reference: BAA-2026-003, effective: 2026-01-01, expires: 2028-12-31}
flows:
  ask-model:
    from: doctor
    to: anthropic
    carries: phi
    reason: The model writes the draft summary
"""
SECOND_PROVIDER = """\
  openai:
    api: openai
    domains: [api.openai.com]
    models: [gpt-4.1-mini]
    paths: [/v1/chat/completions]
    baa: {reference: BAA-2026-004, effective: 2026-01-01, expires: 2028-12-31}
flows:
  ask-other:
    from: doctor
    to: openai
    carries: phi
    reason: A second opinion is asked of another model
"""


def with_second_provider() -> str:
    """The specification with one more provider and a flow to it."""
    return SPEC.replace("flows:\n", SECOND_PROVIDER, 1)


class Running:
    """The supervisor's process and what is around it."""

    def __init__(self, folder: Path, **options: float) -> None:
        self.folder, self.spec, self.ready = folder, folder / "zones.yaml", folder / "ready.json"
        self.spec.write_text(SPEC)
        outside = Authority.create("outside", dns=HOSTS)
        leaf = outside.server(HOSTS, valid=timedelta(hours=1))
        (folder / "provider.pem").write_text(leaf.chain + leaf.key)
        (folder / "provider-ca.pem").write_text(outside.pem)
        self.upstream = Upstream(folder / "provider.pem")
        self.output = folder / "output"
        extra = [part for name, value in options.items() for part in (f"--{name}", str(value))]
        self.process = self._spawn(folder / "state", extra)

    def _spawn(self, state: Path, extra: list[str]) -> subprocess.Popen[bytes]:
        command = [
            sys.executable, "-m", "tests.egress.run", self.spec, state, self.ready, self.folder / "provider-ca.pem",
            str(self.upstream.port), *extra,
        ]  # fmt: skip
        return subprocess.Popen(
            [str(part) for part in command],
            stdout=self.output.open("ab"),
            stderr=subprocess.STDOUT,
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )

    def again(self) -> subprocess.Popen[bytes]:
        """A second supervisor on the same state."""
        return self._spawn(self.folder / "state", [])

    @property
    def document(self) -> dict[str, Any]:
        """The ready file."""
        parsed: dict[str, Any] = json.loads(self.ready.read_text())
        return parsed

    def said(self) -> str:
        """What it wrote."""
        return self.output.read_text()

    def wait_ready(self) -> Running:
        """Until it serves."""
        until(lambda: self.ready.exists() or self.process.poll() is not None, "ready", 60)
        assert self.process.poll() is None, self.said()
        return self

    def ask(self, path: str = "/v1/messages", caller: str = "doctor", provider: str = "anthropic") -> Answer:
        """One request by base URL."""
        document = self.document
        files = document["callers"][caller]
        client = Client(Path(document["ca"]), (Path(files["cert"]), Path(files["key"])))
        port = int(document["gateways"]["anthropic"].split(":")[2].split("/")[0])
        return client.gateway(port, f"/{provider}{path}", b"{}")

    def page(self, path: str) -> tuple[int, str]:
        """A page of the administration interface."""
        try:
            with urllib.request.urlopen(self.document["admin"] + path, timeout=10) as answer:  # noqa: S310
                return answer.status, answer.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()

    def children(self) -> dict[str, int]:
        """Name → process id of Envoy, the workers and the journal."""
        return dict(_children(self.process.pid))

    def stop(self) -> None:
        """End it, and what the test left."""
        pids = list(self.children().values())
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(30)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.upstream.stop()
        until(lambda: not any(alive(pid) for pid in pids), "no orphans", 10)


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and was not waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def _children(pid: int) -> list[tuple[str, int]]:
    found = []
    for listing in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in listing.read_text().split():
            try:
                command = Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")
            except (FileNotFoundError, ProcessLookupError):
                continue
            if b"--index" in command:
                found.append((f"worker-{command[command.index(b'--index') + 1].decode()}", int(child)))
            elif b"zt_ai.audit" in command:
                found.append(("journal", int(child)))
            elif command[0].endswith(b"/envoy") and b"validate" not in command:
                found.append(("envoy", int(child)))
    return found


def until(condition: Callable[[], bool], what: str, seconds: float = 20) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError(f"not within {seconds} s: {what}")
