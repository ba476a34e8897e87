"""The whole egress path for tests: `zt-ai proxy run` as a user starts it, a stand-in behind every provider's name."""

from __future__ import annotations

import http.client
import json
import os
import signal
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from tests.egress.authority import Authority
from tests.egress.standin import Respond, StandIn

SPEC = Path(__file__).with_name("zones.yaml")
HOSTS = ("api.anthropic.com", "api.openai.com", "api.drafts.example", "api.letters.example")
START = 180.0  # seconds until the proxy must serve: two workers compile their detectors, beside other tests


@dataclass(frozen=True)
class Reply:
    """What a caller got back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Proxy:
    """A running proxy and the stand-in behind it."""

    ready: dict[str, Any]
    standin: StandIn
    process: subprocess.Popen[bytes]
    log: Path

    def tls(self, caller: str | None) -> ssl.SSLContext:
        """TLS as a caller has it; None has no certificate."""
        context = ssl.create_default_context(cafile=self.ready["ca"])
        if caller is not None:
            files = self.ready["callers"][caller]
            context.load_cert_chain(files["cert"], files["key"])
        return context

    def gateway(self, provider: str) -> str:
        """Base URL of a provider without the version that SDKs of OpenAI want in it."""
        return str(self.ready["gateways"][provider]).removesuffix("/v1")

    def connection(self, caller: str | None, provider: str) -> http.client.HTTPSConnection:
        parts = urlsplit(self.gateway(provider))
        return http.client.HTTPSConnection(parts.hostname or "", parts.port, context=self.tls(caller), timeout=30)

    def send(
        self,
        caller: str | None,
        provider: str,
        body: bytes,
        headers: Sequence[tuple[str, str]] = (("content-type", "application/json"),),
        target: str = "/v1/chat/completions",
        method: str = "POST",
    ) -> Reply:
        """Send one request through the gateway, its bytes as they are given, and read the whole answer."""
        connection = self.connection(caller, provider)
        try:
            connection.putrequest(method, urlsplit(self.gateway(provider)).path + target, skip_accept_encoding=True)
            for name, value in headers:
                connection.putheader(name, value.encode("utf-8"))
            connection.putheader("content-length", str(len(body)))
            connection.endheaders(body)
            answer = connection.getresponse()
            return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def records(self) -> list[dict[str, Any]]:
        """The audit journal as it stands."""
        return [json.loads(line) for line in Path(self.ready["audit"]).read_text("utf-8").splitlines()]


@contextmanager
def running(
    folder: Path, spec: Path = SPEC, *more: str, respond: Respond | None = None, workers: int = 1
) -> Iterator[Proxy]:
    """Start the proxy on ephemeral ports, and stop it and all that it started."""
    standin = StandIn(Authority(folder / "public"), HOSTS, **({"respond": respond} if respond else {}))
    ready, log = folder / "ready.json", folder / "proxy.log"
    command = [
        str(Path(sys.executable).with_name("zt-ai")),
        "proxy",
        "run",
        str(spec),
        "--state",
        str(folder / "state"),
    ]
    command += ["--ready-file", str(ready), "--provider-ca", str(standin.ca), "--workers", str(workers)]
    command += ["--connect-port", "0", "--gateway-port", "0", "--admin-port", "0"]
    for host in HOSTS:
        command += ["--resolve", f"{host}={standin.address}"]
    with standin, log.open("wb") as output:
        process = subprocess.Popen([*command, *more], stdout=output, stderr=output, start_new_session=True)
        try:
            yield Proxy(_ready(ready, process, log), standin, process, log)
        finally:
            _stop(process)


def _ready(file: Path, process: subprocess.Popen[bytes], log: Path) -> dict[str, Any]:
    until = time.monotonic() + START
    while not file.exists():
        if process.poll() is not None or time.monotonic() > until:
            raise AssertionError(f"the proxy does not serve:\n{log.read_text('utf-8', 'replace')[-4000:]}")
        time.sleep(0.05)
    ready: dict[str, Any] = json.loads(file.read_text("utf-8"))
    return ready


def _stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
