"""A simulated cloud served over gRPC on the loopback interface, in this process or in a child process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping
from concurrent import futures
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from zt_ai.simulate.cloud import Cloud
from zt_ai.simulate.servicer import SimulatedProvider

LOOPBACK = "127.0.0.1"
# The engine itself allows messages of this size (Pulumi, sdk/go/common/util/rpcutil).
_LARGEST_MESSAGE = 400 * 1024 * 1024
_START_SECONDS = 60.0
_STOP_SECONDS = 10.0


class ServingError(RuntimeError):
    """The child process did not come up; the message has its last words."""


def start_server(cloud: Cloud, port: int = 0) -> tuple[grpc.Server, int]:
    """Serve a cloud on a loopback port (0: any free one) and return the server and its port."""
    options = [
        ("grpc.max_receive_message_length", _LARGEST_MESSAGE),
        ("grpc.max_send_message_length", _LARGEST_MESSAGE),
        ("grpc.so_reuseport", 0),
    ]
    server = grpc.server(futures.ThreadPoolExecutor(max_workers=8), options=options)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(SimulatedProvider(cloud), server)
    bound = server.add_insecure_port(f"{LOOPBACK}:{port}")
    server.start()
    return server, bound


class SimulatedCloud:
    """A simulated cloud in a child process, for a ``with`` block.

    ``attach`` is what the engine needs: ``{"aws": port}``, for ``PULUMI_DEBUG_PROVIDERS=aws:port``
    (:meth:`environment`). ``assume_existing`` are ids the stack does not manage but may refer to; ``seeds`` are full
    descriptions (:mod:`zt_ai.simulate.aws.seed`); ``quotas`` are quotas AWS has raised. The world stays on disk after
    the block. Raises :class:`ServingError` when the child does not come up.
    """

    def __init__(
        self,
        world_dir: Path | str,
        cloud: str = "aws",
        *,
        account: str | None = None,
        region: str | None = None,
        assume_existing: Iterable[str] = (),
        seeds: Iterable[Mapping[str, Any]] = (),
        quotas: Mapping[str, int] | None = None,
        port: int = 0,
    ) -> None:
        self.world_dir = Path(world_dir)
        self.cloud = cloud
        self.attach: dict[str, int] = {}
        self._arguments = [cloud, "--port", str(port), "--world", str(self.world_dir)]
        for flag, value in (("--account", account), ("--region", region)):
            if value is not None:
                self._arguments += [flag, value]
        for thing_id in assume_existing:
            self._arguments += ["--assume-existing", thing_id]
        for name, number in (quotas or {}).items():
            self._arguments += ["--quota", f"{name}={number}"]
        self._seeds = list(seeds)
        self._child: subprocess.Popen[bytes] | None = None
        self._log: Path | None = None

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def log_file(self) -> Path:
        """Where the child writes what it refused, and its banner."""
        return self.world_dir / f"{self.cloud}.log"

    @property
    def pid(self) -> int | None:
        """The child's process id while it runs."""
        return self._child.pid if self._child else None

    def environment(self) -> dict[str, str]:
        """The environment variable that makes an engine attach to this cloud."""
        return {"PULUMI_DEBUG_PROVIDERS": ",".join(f"{name}:{port}" for name, port in self.attach.items())}

    def start(self) -> None:
        """Start the child and wait until it serves."""
        self.world_dir.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix="zt-ai-") as folder:
            ready, seeds = Path(folder) / "ready.json", Path(folder) / "seeds.json"
            command = [sys.executable, "-m", "zt_ai.simulate", *self._arguments, "--ready-file", str(ready)]
            if self._seeds:
                seeds.write_text(json.dumps(self._seeds), encoding="utf-8")
                command += ["--seed", str(seeds)]
            root = str(Path(__file__).resolve().parents[2])
            paths = os.pathsep.join(filter(None, [root, os.environ.get("PYTHONPATH")]))
            with self.log_file.open("ab") as log:
                self._child = subprocess.Popen(  # noqa: S603 - our own module in our own interpreter
                    [*command, "--parent", str(os.getpid())],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env={**os.environ, "PYTHONPATH": paths},
                    start_new_session=True,
                )
            self.attach = self._wait(ready)

    def stop(self) -> None:
        """Stop the child; what it did is on disk already."""
        child, self._child, self.attach = self._child, None, {}
        if child is None or child.poll() is not None:
            return
        child.send_signal(signal.SIGTERM)
        try:
            child.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait(_STOP_SECONDS)

    def _wait(self, ready: Path) -> dict[str, int]:
        """Pulumi package -> port, once the child says so. The package is not always called as the cloud is."""
        until = time.monotonic() + _START_SECONDS
        while time.monotonic() < until:
            if ready.exists():
                said = json.loads(ready.read_text(encoding="utf-8"))
                return {str(said["cloud"]): int(said["port"])}
            if self._child is None or self._child.poll() is not None:
                break
            time.sleep(0.02)
        last = self.log_file.read_text(encoding="utf-8", errors="replace").strip().splitlines()[-12:]
        self.stop()
        raise ServingError(f"the simulated {self.cloud} did not start: " + "\n".join(last))


def serve(world_dir: Path | str, cloud: str = "aws", **options: Any) -> SimulatedCloud:
    """A :class:`SimulatedCloud` for a ``with`` block; the options are those of its constructor."""
    return SimulatedCloud(world_dir, cloud, **options)
