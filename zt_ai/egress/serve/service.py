"""The gRPC services of a worker: `ext_proc` and health (grpc/doc/health-checking.md in the gRPC repository)."""

from __future__ import annotations

import logging
from typing import Final

from zt_ai.egress.serve.call import Call, Handler
from zt_ai.egress.serve.connection import Connection
from zt_ai.egress.serve.frames import Code, Http2Error
from zt_ai.egress.serve.grpc import Status
from zt_ai.egress.serve.inspector import Inspector
from zt_ai.egress.serve.session import Session

PROCESS: Final = b"/envoy.service.ext_proc.v3.ExternalProcessor/Process"
CHECK: Final = b"/grpc.health.v1.Health/Check"
WATCH: Final = b"/grpc.health.v1.Health/Watch"

# HealthCheckResponse { ServingStatus status = 1 }, written out: SERVING is 1, NOT_SERVING 2.
_SERVING: Final = b"\x08\x01"
_NOT_SERVING: Final = b"\x08\x02"

MESSAGE_LIMIT: Final = 160 << 20
"""Bytes of one message: more than twice the largest body that a specification can allow (64 MiB), and its head."""

_log = logging.getLogger(__name__)


class Service:
    """Routes the calls of all connections of one worker."""

    def __init__(self, inspector: Inspector) -> None:
        self._inspector = inspector
        self._connections: set[Connection] = set()
        self._watchers: set[_Watch] = set()
        self.serving = True

    def connection(self) -> Connection:
        """The protocol of a new connection."""
        connection = Connection(self._open, MESSAGE_LIMIT, self._connections.discard)
        self._connections.add(connection)
        return connection

    def stop_serving(self) -> None:
        """Say NOT_SERVING from now on; calls are still answered."""
        if self.serving:
            self.serving = False
            for watcher in self._watchers:
                watcher.tell(_NOT_SERVING)

    def drain(self) -> None:
        """Take no new calls, and let the open ones end."""
        self.stop_serving()
        for watcher in list(self._watchers):
            watcher.end()
        for connection in list(self._connections):
            connection.drain()

    @property
    def idle(self) -> bool:
        """Whether no connection is left."""
        return not self._connections

    def abort(self) -> None:
        """Close what is left; Envoy refuses the requests on it."""
        for connection in list(self._connections):
            connection.abort()

    def _open(self, call: Call, headers: dict[bytes, bytes]) -> Handler | None:
        if headers.get(b":method") != b"POST" or not headers.get(b"content-type", b"").startswith(b"application/grpc"):
            raise Http2Error(Code.PROTOCOL_ERROR, "not a gRPC call")
        path = headers.get(b":path")
        if path == PROCESS:
            return Session(call, self._inspector)
        if path == CHECK:
            return _Check(call, self)
        if path == WATCH:
            watch = _Watch(call, self._watchers)
            watch.tell(_SERVING if self.serving else _NOT_SERVING)
            return watch
        _log.warning("unknown method called")
        call.finish(Status.UNIMPLEMENTED, "no such method")
        return None


class _Check:
    """Answers `Health/Check`, whatever service it names: they are all one."""

    def __init__(self, call: Call, service: Service) -> None:
        self._call, self._service = call, service

    def on_message(self, data: memoryview) -> None:
        del data
        self._call.send(_SERVING if self._service.serving else _NOT_SERVING)
        self._call.finish(Status.OK)

    def on_half_close(self) -> None:
        self._call.finish(Status.INVALID_ARGUMENT, "no message")

    def on_lost(self) -> None: ...


class _Watch:
    """Answers `Health/Watch`: the state now, and every change until one side ends the call."""

    def __init__(self, call: Call, watchers: set[_Watch]) -> None:
        self._call, self._watchers = call, watchers
        watchers.add(self)

    def tell(self, state: bytes) -> None:
        self._call.send(state)

    def end(self) -> None:
        self._call.finish(Status.OK)
        self._watchers.discard(self)

    def on_message(self, data: memoryview) -> None:
        """The service's name, which does not matter."""

    def on_half_close(self) -> None:
        """A client that has asked once waits for the answers."""

    def on_lost(self) -> None:
        self._watchers.discard(self)
