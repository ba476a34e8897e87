"""How a proxy is run, and the ports that it takes."""

from __future__ import annotations

import os
import secrets
import socket
import ssl
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from pathlib import Path

from zt_ai.egress.envoy import Endpoint, LocalEntry, Settings
from zt_ai.egress.envoy.settings import EVERYWHERE, LOOPBACK
from zt_ai.egress.pki import Lifetime
from zt_ai.egress.policy import Policy
from zt_ai.egress.run.certificates import Given
from zt_ai.egress.run.layout import Layout, Sockets
from zt_ai.intent.model import PROXY_CONNECT_PORT, PROXY_GATEWAY_PORT, PROXY_HEALTH_PORT


class OptionError(ValueError):
    """The proxy cannot be run like this; the message says what to do instead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What the command line or the environment says. Port 0 is any free one; durations are in seconds."""

    state: Path
    listen: str = LOOPBACK
    connect_port: int = PROXY_CONNECT_PORT
    gateway_port: int = PROXY_GATEWAY_PORT
    admin_listen: str = LOOPBACK
    admin_port: int = PROXY_HEALTH_PORT
    workers: int = field(default_factory=lambda: max(1, os.cpu_count() or 1))
    concurrency: int = 1
    """Threads of Envoy that carry traffic."""
    resolve: Mapping[str, Endpoint] = field(default_factory=dict)
    provider_ca: Path | None = None
    ready_file: Path | None = None
    local: bool = True
    """Whether callers get plain-HTTP entries on loopback."""
    names: tuple[str, ...] = ("localhost",)
    """DNS names under which callers reach the proxy: its own certificate is for them."""
    given: Given | None = None
    lifetime: Lifetime = field(default_factory=Lifetime)
    message_timeout: float = 5.0
    drain: float = 30.0
    """How long running requests may take to end when the proxy stops."""
    worker_grace: float = 60.0
    """How long a new worker may take before it must answer health checks: it loads its detectors first, and compiles
    them where they are not in the cache."""
    worker_hanging: float = 5.0
    """How long Envoy may find a worker sick before it is killed. Envoy itself waits for three failures in a row."""
    journal_hanging: float = 30.0
    """How long the journal's process may answer nobody before it is killed. A disk may take longer than a worker."""
    log_to_files: bool = True
    worker_command: tuple[str, ...] | None = None
    """Another program in the place of the inspector worker, for tests of this package."""


def system_authorities() -> Path:
    """The system's bundle of public certificate authorities. Raises OptionError."""
    known = ssl.get_default_verify_paths()
    usual = ("/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/cert.pem")
    # The variable, if set, is for this program's own connections; here it would silently trust a proxy in between.
    for candidate in (known.openssl_cafile, *usual):
        if Path(candidate).is_file():
            return Path(candidate)
    raise OptionError("the system has no bundle of certificate authorities; give one with --provider-ca")


def settings_for(options: Options, layout: Layout, sockets: Sockets, policy: Policy) -> Settings:
    """Settings for Envoy, with every port decided and proven free. Raises OptionError."""
    unknown = set(options.resolve) - {host for provider in policy.providers.values() for host in provider.hosts}
    if unknown:
        names = ", ".join(sorted(unknown))
        raise OptionError(f"--resolve names {names}, which no provider of the specification has")
    if options.provider_ca is not None and not options.provider_ca.is_file():
        raise OptionError(f"--provider-ca: there is no file {options.provider_ca}")
    connect, gateway, entry = take_ports(
        (options.listen, options.connect_port, "--connect-port"),
        (options.listen, options.gateway_port, "--gateway-port"),
        (LOOPBACK, 0, ""),
    )
    local = None
    if options.local and options.given is None:
        local = LocalEntry(entry, {name: secrets.token_hex(32) for name in policy.callers}, options.names[0])
    return Settings(
        secrets=layout.secrets,
        workers=tuple(sockets.worker(index) for index in range(options.workers)),
        admin_socket=sockets.admin,
        door_log=layout.door_log if options.log_to_files else None,
        provider_ca=(options.provider_ca or system_authorities()).resolve(),
        listen=options.listen,
        connect_port=connect,
        gateway_port=gateway,
        local=local,
        resolve=options.resolve,
        message_timeout=options.message_timeout,
    )


def with_tokens(settings: Settings, policy: Policy) -> Settings:
    """A token for each new caller's local entry; known callers keep theirs."""
    entry = settings.local
    if entry is None:
        return settings
    tokens = {name: entry.tokens.get(name) or secrets.token_hex(32) for name in policy.callers}
    return replace(settings, local=replace(entry, tokens=tokens))


def take_ports(*wanted: tuple[str, int, str]) -> list[int]:
    """Ports as asked for by address, number and option, or any free one for 0; no two free ones are the same.

    All are held until the last is found: the system may give a port again as soon as it is let go.

    Raises:
        OptionError: one is taken; nobody gets another than they asked for.
    """
    ports: list[int] = []
    with ExitStack() as held:
        for address, port, option in wanted:
            probe = held.enter_context(socket.socket())
            if port:  # one that was served a moment ago may be taken; a free one is to be nobody else's
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((address, port))
            except OSError as error:
                reason = error.strerror or str(error)
                raise OptionError(
                    f"{address}:{port}: {reason}; choose another with {option}, 0 takes any free one"
                ) from None
            ports.append(int(probe.getsockname()[1]))
    return ports


def addresses(options: Options) -> tuple[str, ...]:
    """Addresses that the proxy's own certificate is for."""
    return (LOOPBACK,) if options.listen == EVERYWHERE else tuple(dict.fromkeys((LOOPBACK, options.listen)))
