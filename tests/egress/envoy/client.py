"""A caller for tests, on sockets of the standard library: what it sends is what the test says, byte for byte."""

from __future__ import annotations

import contextlib
import http.client
import io
import json
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body, parsed."""
        return json.loads(self.body)

    @property
    def rule(self) -> str | None:
        """The rule that refused."""
        return self.headers.get("x-zt-rule")


@dataclass(frozen=True)
class Client:
    """One caller; `identity` is a PEM file with certificate and key, None to present nothing."""

    ca: Path
    identity: tuple[Path, Path] | None

    def context(self) -> ssl.SSLContext:
        """TLS as this caller."""
        context = ssl.create_default_context(cafile=str(self.ca))
        if self.identity:
            context.load_cert_chain(*self.identity)
        return context

    def connect(self, port: int) -> ssl.SSLSocket:
        """A TLS connection to the proxy."""
        raw = socket.create_connection(("127.0.0.1", port), timeout=10)
        return self.context().wrap_socket(raw, server_hostname="localhost")

    def gateway(
        self, port: int, path: str, body: bytes | None = b"{}", *, method: str = "POST", headers: Any = ()
    ) -> Answer:
        """One request by base URL."""
        return request(self.connect(port), method, path, {"host": "localhost", **dict(headers)}, body)

    def tunnel(self, port: int, authority: str) -> ssl.SSLSocket:
        """A tunnel; raises Refused with the proxy's answer."""
        outer = self.connect(port)
        outer.sendall(f"CONNECT {authority} HTTP/1.1\r\nHost: {authority}\r\n\r\n".encode())
        response = http.client.HTTPResponse(outer, method="CONNECT")
        response.begin()
        if response.status != 200:
            length = response.getheader("content-length")
            body = outer_body(response, int(length or 0))
            raise Refused(Answer(response.status, _lower(response), body))
        return outer

    def through(
        self,
        port: int,
        host: str,
        path: str,
        body: bytes | None = b"{}",
        *,
        sni: str | None = None,
        authority: str | None = None,
        method: str = "POST",
        headers: Any = (),
    ) -> Answer:
        """One request through a tunnel to `authority`, in TLS with the name `sni`, with `host` in its Host header."""
        outer = self.tunnel(port, authority or f"{sni or host}:443")
        inner = TlsInTls(outer, ssl.create_default_context(cafile=str(self.ca)), sni or host)
        return request(inner, method, path, {"host": host, **dict(headers)}, body)


class Refused(Exception):  # noqa: N818 - it is what happened
    """The proxy refused a tunnel."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(f"{answer.status} {answer.rule}")
        self.answer = answer


def outer_body(response: http.client.HTTPResponse, length: int) -> bytes:
    """The body of an answer to CONNECT, which http.client itself would not read."""
    return response.fp.read(length)


class TlsInTls:
    """TLS inside of a TLS socket, as much of a socket as http.client needs."""

    def __init__(self, outer: ssl.SSLSocket, context: ssl.SSLContext, name: str) -> None:
        self._outer, self._in, self._out = outer, ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_hostname=name)
        self._do(self._tls.do_handshake)

    def _do(self, step: Any, *arguments: Any) -> Any:
        while True:
            try:
                result = step(*arguments)
            except ssl.SSLWantReadError:
                self._flush()
                data = self._outer.recv(65536)
                if data:
                    self._in.write(data)
                else:
                    self._in.write_eof()
                continue
            self._flush()
            return result

    def _flush(self) -> None:
        data = self._out.read()
        if data:
            self._outer.sendall(data)

    def sendall(self, data: bytes) -> None:
        for start in range(0, len(data), 16384):
            self._do(self._tls.write, data[start : start + 16384])

    def recv_into(self, buffer: Any) -> int:
        data = self._do(self._tls.read, len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def makefile(self, mode: str) -> Any:
        outer = self

        class Raw(io.RawIOBase):
            def readable(self) -> bool:
                return True

            def readinto(self, buffer: Any) -> int:
                try:
                    return outer.recv_into(buffer)
                except ssl.SSLZeroReturnError:
                    return 0

        return io.BufferedReader(Raw())

    def close(self) -> None:
        self._outer.close()


def request(sock: Any, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
    """Send one request on a connection and read its answer."""
    lines = [f"{method} {path} HTTP/1.1", *(f"{k}: {v}" for k, v in headers.items())]
    if body is not None and "transfer-encoding" not in headers and "content-length" not in headers:
        lines.append(f"content-length: {len(body)}")
    # Refused before the whole of it was sent, the answer is there all the same.
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        sock.sendall("\r\n".join([*lines, "", ""]).encode() + (body or b""))
    response = http.client.HTTPResponse(sock, method=method)
    response.begin()
    answer = Answer(response.status, _lower(response), response.read())
    sock.close()
    return answer


def _lower(response: http.client.HTTPResponse) -> dict[str, str]:
    return {k.lower(): v for k, v in response.getheaders()}
