"""Envoy's administration interface, over its unix socket."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

_PATIENCE = 5.0


class AdminError(RuntimeError):
    """Envoy did not answer, or answered with an error."""


Subscription = Literal["cluster_manager.cds", "listener_manager.lds"]
"""The statistics of one watched file [Envoy documentation, "xDS subscription statistics"]."""


@dataclass(frozen=True, slots=True)
class TakenOver:
    """How far a watched file has been followed."""

    version: str
    """`version_info` of what was last accepted."""
    rejected: int
    """How often a file was refused since Envoy began."""
    warming: int
    """Listeners that are not in their place yet."""


@dataclass(frozen=True, slots=True)
class EnvoyAdmin:
    """Asks a running Envoy [Envoy documentation, "Administration interface"]."""

    socket: Path

    async def live(self) -> bool:
        """Whether Envoy serves: initialised, and not draining."""
        try:
            return (await self._ask("GET", "/ready")).strip() == b"LIVE"
        except AdminError:
            return False

    async def healthy(self, cluster: str) -> dict[str, bool]:
        """Unix socket → whether the endpoint behind it answers health checks. Raises AdminError."""
        document = await self._json("/clusters?format=json")
        hosts = [host for one in document.get("cluster_statuses", ()) if one["name"] == cluster
                 for host in one.get("host_statuses", ())]  # fmt: skip
        return {
            host["address"]["pipe"]["path"]: not host.get("health_status", {}).get("failed_active_health_check", False)
            for host in hosts
        }

    async def listeners(self) -> dict[str, int]:
        """Name → port, of every listener that is bound to one. Raises AdminError."""
        document = await self._json("/listeners?format=json")
        return {
            one["name"]: one["local_address"]["socket_address"]["port_value"]
            for one in document.get("listener_statuses", ())
            if "socket_address" in one.get("local_address", {})
        }

    async def counters(self, pattern: str) -> dict[str, int]:
        """Counters and gauges whose names match a regular expression. Raises AdminError."""
        document = await self._json(f"/stats?format=json&filter={pattern}")
        return {one["name"]: int(one["value"]) for one in document.get("stats", ()) if "value" in one}

    async def taken_over(self, kind: Subscription) -> TakenOver:
        """What it made of the files of resources that it watches. Raises AdminError."""
        document = await self._json(rf"/stats?format=json&filter={re.escape(kind)}|total_listeners_warming")
        found = {one["name"]: one["value"] for one in document.get("stats", ()) if "value" in one}
        return TakenOver(
            version=str(found.get(f"{kind}.version_text", "")),
            rejected=int(found.get(f"{kind}.update_rejected", 0)),
            warming=int(found.get("listener_manager.total_listeners_warming", 0)),
        )

    async def prometheus(self) -> bytes:
        """All statistics in Prometheus' text format. Raises AdminError."""
        return await self._ask("GET", "/stats/prometheus")

    async def post(self, path: str) -> None:
        """Tell Envoy to do something. Raises AdminError."""
        await self._ask("POST", path)

    async def _json(self, path: str) -> Any:
        try:
            return json.loads(await self._ask("GET", path))
        except ValueError:
            raise AdminError(f"Envoy's answer to {path} is not JSON") from None

    async def _ask(self, method: str, path: str) -> bytes:
        try:
            return await asyncio.wait_for(self._exchange(method, path), _PATIENCE)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, ValueError) as error:
            raise AdminError(f"Envoy does not answer {path}: {type(error).__name__}") from None

    async def _exchange(self, method: str, path: str) -> bytes:
        reader, writer = await asyncio.open_unix_connection(str(self.socket), limit=1 << 24)
        try:
            head = f"{method} {path} HTTP/1.1\r\nhost: envoy\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"
            writer.write(head.encode())
            lines = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower().split("\r\n")
            body = await reader.read(-1)
        finally:
            writer.close()
        status = int(lines[0].split()[1])
        if status != 200 and path != "/ready":
            raise AdminError(f"Envoy answers {path} with {status}")
        return _unchunked(body) if "transfer-encoding: chunked" in lines else body


def _unchunked(data: bytes) -> bytes:
    """The content of a chunked body [RFC 9112, section 7.1]. Raises ValueError when it is cut off."""
    parts: list[bytes] = []
    at = 0
    while True:
        end = data.index(b"\r\n", at)
        size = int(data[at:end].split(b";")[0], 16)
        if size == 0:
            return b"".join(parts)
        at = end + 2
        if len(data) < at + size + 2:
            raise ValueError("a chunk is cut off")
        parts.append(data[at : at + size])
        at += size + 2
