"""What is compared: each starts its processes on loopback, in front of the same provider, and says how to call it."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from bench import environment
from bench.child import ROOT
from bench.proxy import envoy_bare
from tests.egress.authority import Authority

HOST = "api.openai.com"
PEERS = Path(__file__).parent / "peers"
START = 180.0  # seconds; LiteLLM takes its time


@dataclass(frozen=True)
class Target:
    """How the load generator calls a contestant."""

    url: str
    ca: Path | None = None
    tls: tuple[Path, ...] = ()
    headers: tuple[str, ...] = ()
    processes: tuple[int, ...] = ()  # their trees are the contestant


@dataclass(frozen=True)
class Ground:
    """What all contestants share: a folder of their own, the provider and the authority of its certificate."""

    folder: Path
    upstream: str  # HOST:PORT
    authority: Authority


@dataclass(frozen=True)
class Contestant:
    """One of those compared."""

    name: str
    start: Callable[[Ground], Any]  # a context manager that gives a Target
    sustained: bool = True  # whether 400 requests a second are worth asking for
    note: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)


@contextmanager
def direct(ground: Ground) -> Iterator[Target]:
    """No proxy: what the two ends themselves cost."""
    yield Target(
        f"https://{HOST}:{ground.upstream.rpartition(':')[2]}/v1/chat/completions", ground.authority.certificate
    )


@contextmanager
def bare(ground: Ground) -> Iterator[Target]:
    """Envoy that terminates TLS, originates TLS and looks at nothing."""
    with _envoy(ground, None) as target:
        yield target


@contextmanager
def three_patterns(ground: Ground) -> Iterator[Target]:
    """Envoy with a plain `ext_proc` in Python that runs three patterns, one process for each core."""
    sockets = [ground.folder / f"ext-{number}.sock" for number in range(2)]
    with ExitStack() as stack:
        servers = [
            stack.enter_context(_process([sys.executable, str(PEERS / "three_patterns.py"), f"unix:{path}"], ground))
            for path in sockets
        ]
        _until(lambda: all(path.exists() for path in sockets), "three_patterns.py")
        target = stack.enter_context(_envoy(ground, sockets))
        yield Target(target.url, target.ca, processes=(*target.processes, *(one.pid for one in servers)))


@contextmanager
def zt_ai(ground: Ground, *, responses: bool = True) -> Iterator[Target]:
    """`zt-ai proxy run`: mTLS, the closed list, recursive decoding, all detectors, the audit journal synced to disk.

    With `responses` as by default, which inspects answers too; no peer here looks at answers.
    """
    folder, ready = ground.folder, ground.folder / "ready.json"
    zones = folder / "zones.yaml"
    written = Path(__file__).with_name("zones.yaml").read_text("utf-8")
    zones.write_text(f"{written}inspection: {{responses: {str(responses).lower()}}}\n", encoding="utf-8")
    command = [str(Path(sys.executable).with_name("zt-ai")), "proxy", "run", str(zones)]
    command += ["--state", str(folder / "state"), "--ready-file", str(ready), "--workers", "2"]
    command += ["--provider-ca", str(ground.authority.certificate), "--resolve", f"{HOST}={ground.upstream}"]
    command += ["--connect-port", "0", "--gateway-port", "0", "--admin-port", "0"]
    with _process(command, ground) as process:
        _until(ready.exists, "zt-ai proxy run")
        said = json.loads(ready.read_text("utf-8"))
        files = said["callers"]["researcher"]
        yield Target(
            said["gateways"]["openai"].removesuffix("/v1") + "/v1/chat/completions",
            Path(said["ca"]),
            (Path(files["cert"]), Path(files["key"])),
            processes=(process.pid,),
        )


@contextmanager
def mitmproxy(ground: Ground) -> Iterator[Target]:
    """mitmproxy as a reverse proxy with an addon that runs zt-ai's detectors; it has one process by design."""
    certificate, key = ground.authority.leaf("localhost")
    pem = ground.folder / "mitmproxy.pem"
    pem.write_bytes(key.read_bytes() + certificate.read_bytes())
    port = _free_port()
    command = [str(environment.python("mitmproxy").with_name("mitmdump")), "--quiet", "--listen-host", "127.0.0.1"]
    command += ["--listen-port", str(port), "--mode", f"reverse:https://{ground.upstream}", "--certs", f"*={pem}"]
    command += [
        "--set",
        f"ssl_verify_upstream_trusted_ca={ground.authority.certificate}",
        "--set",
        "keep_host_header=false",
    ]
    command += ["--set", "http2=false", "--set", "flow_detail=0", "--set", f"confdir={ground.folder / 'mitmproxy'}"]
    command += ["--set", "ssl_insecure=true"]  # the provider's name is not the address; the peer is spared the check
    command += ["-s", str(PEERS / "mitmproxy_addon.py")]
    with _process(command, ground, PYTHONPATH=str(ROOT)) as process:
        _until(lambda: _listens(port), "mitmproxy")
        yield Target(
            f"https://localhost:{port}/v1/chat/completions", ground.authority.certificate, processes=(process.pid,)
        )


@contextmanager
def litellm_filter(ground: Ground) -> Iterator[Target]:
    """LiteLLM with its built-in content filter: the patterns for SSN, e-mail and phone, two workers."""
    patterns = [
        {"pattern_type": "prebuilt", "pattern_name": n, "action": "BLOCK"} for n in ("us_ssn", "email", "us_phone")
    ]
    guardrail = {"guardrail": "litellm_content_filter", "mode": "pre_call", "default_on": True, "patterns": patterns}
    with _litellm(ground, guardrail) as target:
        yield target


@contextmanager
def litellm_presidio(ground: Ground) -> Iterator[Target]:
    """LiteLLM with Presidio's recognisers for the same three kinds, in a process of their own, without a model."""
    port = _free_port()
    command = [str(environment.python("presidio")), str(PEERS / "presidio_server.py"), str(port)]
    guardrail = {
        "guardrail": "presidio",
        "mode": "pre_call",
        "default_on": True,
        "presidio_analyzer_api_base": f"http://127.0.0.1:{port}",
        "presidio_anonymizer_api_base": f"http://127.0.0.1:{port}",
        "pii_entities_config": {"US_SSN": "BLOCK", "EMAIL_ADDRESS": "BLOCK", "PHONE_NUMBER": "BLOCK"},
    }
    with _process(command, ground) as presidio:
        _until(lambda: _listens(port), "presidio_server.py")
        with _litellm(ground, guardrail) as target:
            yield Target(target.url, target.ca, processes=(*target.processes, presidio.pid))


CONTESTANTS = (
    Contestant("Envoy alone", bare),
    Contestant("Envoy + ext_proc, 3 patterns", three_patterns),
    Contestant("zt-ai", zt_ai),
    Contestant("zt-ai, requests alone", partial(zt_ai, responses=False)),
    Contestant("mitmproxy, zt-ai's detectors", mitmproxy),
    Contestant("LiteLLM, content filter", litellm_filter, sustained=False),
    Contestant("LiteLLM, Presidio's patterns", litellm_presidio, sustained=False),
)


@contextmanager
def _litellm(ground: Ground, guardrail: Mapping[str, Any]) -> Iterator[Target]:
    port, config = _free_port(), ground.folder / "litellm.yaml"
    model = {"model": "openai/gpt-4.1-mini", "api_base": f"https://{ground.upstream}/v1", "api_key": "sk-bench"}
    document = {
        "model_list": [{"model_name": "gpt-4.1-mini", "litellm_params": model}],
        "guardrails": [{"guardrail_name": "bench", "litellm_params": dict(guardrail)}],
        "litellm_settings": {"telemetry": False, "ssl_verify": False, "num_retries": 0},
        "general_settings": {"disable_spend_logs": True},
    }
    config.write_text(json.dumps(document), encoding="utf-8")  # JSON is YAML
    command = [str(environment.python("litellm").with_name("litellm")), "--config", str(config), "--num_workers", "2"]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    quiet = {"LITELLM_LOCAL_MODEL_COST_MAP": "True", "LITELLM_LOG": "ERROR", "DISABLE_ADMIN_UI": "True"}
    quiet["LITELLM_DANGEROUSLY_PERMIT_WEAK_OR_UNSET_MASTER_KEY"] = "true"  # spares it the check of a key
    with _process(command, ground, **quiet) as process:
        _until(lambda: _listens(port), "LiteLLM")
        time.sleep(5)  # both workers
        yield Target(f"http://127.0.0.1:{port}/v1/chat/completions", processes=(process.pid,))


@contextmanager
def _envoy(ground: Ground, sockets: Sequence[Path] | None) -> Iterator[Target]:
    port = _free_port()
    certificate, key = ground.authority.leaf("localhost")
    config = ground.folder / "envoy.json"
    document = envoy_bare.bootstrap(
        port, ground.upstream, HOST, certificate, key, ground.authority.certificate, sockets
    )
    config.write_text(json.dumps(document), encoding="utf-8")
    command = [str(envoy_bare.binary()), "-c", str(config), "--concurrency", "2", "--log-level", "error"]
    command += ["--use-dynamic-base-id", "--disable-hot-restart"]
    with _process(command, ground) as process:
        _until(lambda: _listens(port), "Envoy")
        yield Target(
            f"https://localhost:{port}/v1/chat/completions", ground.authority.certificate, processes=(process.pid,)
        )


@contextmanager
def _process(command: Sequence[str], ground: Ground, **variables: str) -> Iterator[subprocess.Popen[bytes]]:
    kept = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    log = ground.folder / f"{Path(command[0]).name}.log"
    with log.open("ab") as output:
        process = subprocess.Popen(
            command, stdout=output, stderr=output, env={**kept, **variables}, start_new_session=True
        )
        try:
            yield process
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, 9)
                process.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        port: int = one.getsockname()[1]
        return port


def _listens(port: int) -> bool:
    with socket.socket() as one:
        one.settimeout(0.2)
        return one.connect_ex(("127.0.0.1", port)) == 0


def _until(true: Callable[[], bool], what: str) -> None:
    end = time.monotonic() + START
    while not true():
        if time.monotonic() > end:
            raise RuntimeError(f"{what} does not listen after {START:.0f} s")
        time.sleep(0.05)
