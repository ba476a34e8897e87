"""A provider that misbehaves: it answers any bytes, breaks off, says nothing, or is somebody else."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.egress.standin import Answer, Received, StandIn, _Reader, _send


@dataclass(frozen=True)
class Raw:
    """An answer byte for byte, then the end of the connection."""

    data: bytes = b""
    reset: bool = False
    """End with a TCP reset instead of a close."""
    hold: threading.Event | None = None
    """Say no more, but keep the connection until this is set."""
    then: bytes = b""
    """What follows after that."""


Respond = Callable[[Received], "Answer | Raw"]


class Wayward(StandIn):
    """A stand-in whose `respond` may also give a `Raw` answer, and whose certificate can be changed."""

    def _serve(self, raw: socket.socket) -> None:
        with suppress(OSError, ssl.SSLError, ValueError), self._tls.wrap_socket(raw, server_side=True) as connection:
            self.connections += 1
            reader = _Reader(connection, self)
            while (request := reader.request()) is not None:
                with self._lock:
                    self.requests.append(request)
                answer: Answer | Raw = self.respond(request)
                if isinstance(answer, Raw):
                    _play(connection, answer)
                    return
                if not _send(connection, answer):
                    return

    @contextmanager
    def answering(self, respond: Respond) -> Iterator[None]:
        """Answer otherwise for a while."""
        before, self.respond = self.respond, respond  # type: ignore[assignment]
        try:
            yield
        finally:
            self.respond = before

    @contextmanager
    def presenting(self, certificate: Path, key: Path) -> Iterator[None]:
        """Present another certificate on new connections for a while."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        before, self._tls = self._tls, context
        try:
            yield
        finally:
            self._tls = before


def _play(connection: ssl.SSLSocket, answer: Raw) -> None:
    connection.sendall(answer.data)
    if answer.hold is not None:
        answer.hold.wait(30)
        connection.sendall(answer.then)
    if answer.reset:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
