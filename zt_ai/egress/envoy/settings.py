"""What the configuration needs to know besides the policy: where it runs, and for how long it waits."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from zt_ai.intent.model import PROXY_CONNECT_PORT, PROXY_GATEWAY_PORT

LOOPBACK = "127.0.0.1"
EVERYWHERE = "0.0.0.0"  # noqa: S104 - what a container listens on


@dataclass(frozen=True, slots=True)
class Endpoint:
    """An address and a port."""

    address: str
    port: int

    def __post_init__(self) -> None:
        ipaddress.ip_address(self.address)  # a name would be resolved by somebody else
        if not 1 <= self.port <= 65535:
            raise ValueError(f"{self.port} is not a port")


@dataclass(frozen=True, slots=True)
class LocalEntry:
    """A plain-HTTP entry on loopback for programs that cannot present a certificate, in development only.

    Whoever knows a caller's token acts as that caller.
    """

    port: int
    tokens: Mapping[str, str] = field(repr=False)
    """Caller → token, the first segment of the path."""
    gateway_name: str = "localhost"
    """DNS name in the proxy's own certificate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """One proxy on one machine. Durations are in seconds, sizes in bytes."""

    secrets: Path
    """Folder of the secret files that Envoy watches."""
    workers: tuple[Path, ...]
    """One unix socket for each inspector worker."""
    admin_socket: Path
    door_log: Path | None
    """Where requests are logged that were refused before the inspector could; None is standard output."""
    provider_ca: Path
    """Bundle of the authorities that providers' certificates are checked against."""
    listen: str = LOOPBACK
    connect_port: int = PROXY_CONNECT_PORT
    gateway_port: int = PROXY_GATEWAY_PORT
    local: LocalEntry | None = None
    resolve: Mapping[str, Endpoint] = field(default_factory=dict)
    """Host → where it is instead of where DNS says. For tests and staging."""
    message_timeout: float = 5.0
    """How long the inspector may take for one message."""
    idle_timeout: float = 600.0
    """How long a connection or an answer may be silent; a model may think for minutes before its first word."""
    headers_timeout: float = 10.0
    request_timeout: float = 120.0
    """From the first byte of a request to its last."""
    connect_timeout: float = 10.0
    slack: int = 1 << 20
    """Buffers are larger than the largest body by this much, for headers and for what redaction adds."""


def seconds(value: float) -> str:
    """As protobuf's JSON writes a duration."""
    return f"{value:.3f}s".replace(".000s", "s")
