"""A caller who does not keep to the rules: what it sends is what the test says, byte for byte."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import socket
import ssl
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from h2.config import H2Configuration
from h2.connection import H2Connection
from h2.events import DataReceived, PingAckReceived, ResponseReceived, StreamEnded, StreamReset
from h2.exceptions import ProtocolError

from tests.egress.envoy.client import Client, TlsInTls
from tests.egress.running import Proxy

PATIENCE = 20.0  # seconds that an answer may take


@dataclass(frozen=True)
class Answer:
    """What came back. Status 0: nothing did."""

    status: int
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    whole: bool = True
    """False for an answer that was broken off."""

    @property
    def rule(self) -> str | None:
        """The rule that refused."""
        return self.headers.get("x-zt-rule")

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Way:
    """How a caller reaches a provider, and a plain chat for its API."""

    caller: str
    provider: str
    path: str
    model: str
    host: str | None = None
    """Name of the provider in a tunnel; None: by base URL."""

    def chat(self, text: str = "Name three queues.", **more: Any) -> bytes:
        """A request body that says `text`."""
        body = {"model": self.model, "max_tokens": 50, "messages": [{"role": "user", "content": text}], **more}
        return json.dumps(body).encode()


# One API by base URL and one through a tunnel: each fault meets both ways in.
OPENAI = Way("researcher", "openai", "/v1/chat/completions", "gpt-4.1-mini")
ANTHROPIC = Way("drafter", "letters", "/v1/messages", "claude-haiku-4-5", host="api.letters.example")
WAYS = {"openai": OPENAI, "anthropic": ANTHROPIC}
EVERY_WAY = {
    "openai by base URL": OPENAI,
    "openai by tunnel": replace(OPENAI, host="api.openai.com"),
    "anthropic by base URL": replace(ANTHROPIC, host=None),
    "anthropic by tunnel": ANTHROPIC,
}


def head(proxy: Proxy, way: Way, *lines: str, method: str = "POST", version: str = "1.1") -> bytes:
    """Head of a request with these header lines and no others but Host and Content-Type."""
    first = f"{method} {target(proxy, way)} HTTP/{version}"
    common = [f"host: {way.host or 'localhost'}", "content-type: application/json"]
    return "\r\n".join([first, *common, *lines, "", ""]).encode("latin-1")


def target(proxy: Proxy, way: Way) -> str:
    """Path of the operation, below the provider's base URL unless in a tunnel."""
    return way.path if way.host else urlsplit(proxy.gateway(way.provider)).path + way.path


def gateway(proxy: Proxy, tls: ssl.SSLContext, alpn: str = "http/1.1") -> ssl.SSLSocket:
    """A TLS connection to the base URLs."""
    tls.set_alpn_protocols([alpn])
    raw = socket.create_connection(("127.0.0.1", urlsplit(proxy.gateway("openai")).port or 0), timeout=PATIENCE)
    raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    try:
        return tls.wrap_socket(raw, server_hostname="localhost")
    except BaseException:
        raw.close()
        raise


def client(proxy: Proxy, caller: str) -> Client:
    """A caller of the tests of Envoy's configuration, at this proxy."""
    files = proxy.ready["callers"][caller]
    return Client(Path(proxy.ready["ca"]), (Path(files["cert"]), Path(files["key"])))


def tunnel(proxy: Proxy, caller: Client, host: str) -> tuple[ssl.SSLSocket, TlsInTls]:
    """A tunnel to a provider's name, and the TLS connection inside of it."""
    outer = caller.tunnel(urlsplit(proxy.ready["connect"]).port or 0, f"{host}:443")
    outer.settimeout(PATIENCE)
    outer.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return outer, TlsInTls(outer, ssl.create_default_context(cafile=proxy.ready["ca"]), host)


@contextlib.contextmanager
def opened(proxy: Proxy, way: Way) -> Iterator[tuple[Any, ssl.SSLSocket]]:
    """A connection on which this way's requests go, and the TLS connection that carries it."""
    if way.host:
        outer, inner = tunnel(proxy, client(proxy, way.caller), way.host)
    else:
        outer = inner = gateway(proxy, proxy.tls(way.caller))
    with outer:
        yield inner, outer


def send(proxy: Proxy, way: Way, *parts: bytes, leave: bool = False) -> Answer:
    """Send bytes, each part by itself, on a connection of their own. `leave` closes our half after them."""
    with opened(proxy, way) as (connection, outer):
        # Refused before all was sent, the answer is there all the same.
        with contextlib.suppress(BrokenPipeError, ConnectionResetError, ssl.SSLEOFError):
            for part in parts:
                connection.sendall(part)
        if leave:
            with socket.socket(fileno=os.dup(outer.fileno())) as same:
                same.shutdown(socket.SHUT_WR)
        return received(connection)


def received(connection: Any, method: str = "POST", begun: Callable[[], None] = lambda: None) -> Answer:
    """The next answer on a connection; `begun` is called once the first piece of its body is there."""
    response = http.client.HTTPResponse(connection, method=method)
    try:
        response.begin()
    except (http.client.HTTPException, OSError):
        return Answer(0, whole=False)
    headers = {name.lower(): value for name, value in response.getheaders()}
    body = b""
    try:
        while piece := response.read1(65536):
            body += piece
            begun()
    except (http.client.HTTPException, OSError):
        return Answer(response.status, headers, body, whole=False)
    return Answer(response.status, headers, body)


def post(proxy: Proxy, way: Way, body: bytes, *lines: str) -> Answer:
    """A well-formed request with this body."""
    return send(proxy, way, head(proxy, way, f"content-length: {len(body)}", *lines) + body)


class Http2:
    """One request over HTTP/2, frame by frame, by a client that checks nothing of what it sends."""

    def __init__(self, proxy: Proxy, way: Way) -> None:
        self.socket = gateway(proxy, proxy.tls(way.caller), alpn="h2")
        self.wire = H2Connection(H2Configuration(validate_outbound_headers=False, normalize_outbound_headers=False))
        self.wire.initiate_connection()
        self.head = [
            (":method", "POST"),
            (":path", urlsplit(proxy.gateway(way.provider)).path + way.path),
            (":scheme", "https"),
            (":authority", "localhost"),
            ("content-type", "application/json"),
        ]

    def __enter__(self) -> Http2:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def headers(self, *more: tuple[str, str], end: bool = False) -> None:
        """The request's head."""
        self.wire.send_headers(1, [*self.head, *more], end_stream=end)

    def data(self, body: bytes, *, end: bool = False) -> None:
        """A piece of its body, as one frame."""
        self.wire.send_data(1, body, end_stream=end)

    def trailers(self, *pairs: tuple[str, str]) -> None:
        """Headers after the body, which end the request."""
        self.wire.send_headers(1, list(pairs), end_stream=True)

    def answer(self) -> Answer:
        """What comes back; status 0 for a stream that is reset, or a connection that is closed.

        Who asked with a ping waits for no longer than its answer.
        """
        status, headers, body = 0, dict[str, str](), b""
        with contextlib.suppress(OSError, ProtocolError):
            self.socket.sendall(self.wire.data_to_send())
            while data := self.socket.recv(65536):
                for event in self._events(data):
                    if isinstance(event, ResponseReceived):
                        headers = {bytes(k).decode(): bytes(v).decode() for k, v in event.headers}
                        status = int(headers.pop(":status"))
                    elif isinstance(event, DataReceived):
                        body += event.data
                    elif isinstance(event, StreamEnded | StreamReset | PingAckReceived):
                        return Answer(status, headers, body, whole=isinstance(event, StreamEnded))
                self.socket.sendall(self.wire.data_to_send())
        return Answer(status, headers, body, whole=False)

    def _events(self, data: bytes) -> Iterable[Any]:
        return self.wire.receive_data(data)
