"""A real Envoy with a generated configuration, an inspector of the test's own, and a provider on loopback."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.egress.envoy.client import Client
from tests.egress.envoy.inspector import Inspector
from tests.egress.envoy.upstream import Upstream
from zt_ai.egress.envoy import Endpoint, LocalEntry, Settings, binary, bootstrap
from zt_ai.egress.pki import Authority
from zt_ai.egress.policy import Policy
from zt_ai.egress.run.certificates import Certificates
from zt_ai.egress.run.layout import Layout
from zt_ai.spec.types import ProviderApi

TOKEN = "t" * 64
Change = Callable[[dict[str, Any]], None]


def template(api: ProviderApi, status: int) -> dict[str, Any]:
    """An error format that says which API it is of."""
    return {"api": api.value, "status": status, "message": "{message}", "rule": "{rule}", "id": "{request_id}"}


def free_port() -> int:
    """A port that was free just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def layout_at(root: Path) -> Layout:
    """A state folder, made."""
    layout = Layout(root)
    layout.make()
    return layout


def settings_for(layout: Layout, sockets: Path, **changes: Any) -> Settings:
    """Settings with ports of their own."""
    settings = Settings(
        secrets=layout.secrets,
        workers=(sockets / "w0",),
        admin_socket=sockets / "admin",
        door_log=layout.door_log,
        provider_ca=layout.root / "provider-ca.pem",
        connect_port=free_port(),
        gateway_port=free_port(),
    )
    return replace(settings, **changes)


@dataclass
class Proxy:
    """One running proxy with all that is around it."""

    policy: Policy
    layout: Layout
    settings: Settings
    inspector: Inspector
    upstream: Upstream
    certificates: Certificates
    process: subprocess.Popen[bytes]
    folder: Path

    def client(self, name: str | None) -> Client:
        """A caller by name; None has no certificate."""
        files = self.certificates.caller_files(self.policy)
        return Client(self.layout.ca, files[name] if name else None)

    def stranger(self, spiffe_id: str, *more: str) -> Client:
        """Somebody with a good certificate of our own authority, for a name (or several) that no flow has."""
        identity = Authority.load(
            (self.layout.authority / "identity.pem").read_text(), (self.layout.authority / "identity.key").read_text()
        )
        return Client(self.layout.ca, write_identity(self.folder, identity, spiffe_id, *more))

    def door(self) -> list[dict[str, Any]]:
        """The log of the door, once what was just refused is in it."""
        time.sleep(0.3)
        text = self.layout.door_log.read_text() if self.layout.door_log.exists() else ""
        return [json.loads(line) for line in text.splitlines()]

    def stop(self) -> None:
        """Stop everything."""
        self.process.terminate()
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.inspector.stop()
        self.upstream.stop()
        shutil.rmtree(self.folder)


def write_identity(folder: Path, identity: Authority, spiffe_id: str, *more: str) -> tuple[Path, Path]:
    """Files of a client certificate, which may have more names than it should."""
    from datetime import timedelta

    from zt_ai.egress.pki.leaf import CLIENT, Names

    leaf = identity._leaf("test", Names(uris=(spiffe_id, *more)), CLIENT, timedelta(hours=1), None)
    certificate, key = folder / "stranger.pem", folder / "stranger.key"
    certificate.write_text(leaf.chain)
    key.write_text(leaf.key)
    return certificate, key


def start(
    policy: Policy,
    root: Path,
    *,
    change: Change | None = None,
    provider_names: tuple[str, ...] | None = None,
    local: bool = False,
    resolve: bool = True,
    **options: Any,
) -> Proxy:
    """Start it all; `change` edits the configuration before Envoy reads it, to show what a protection is for."""
    from datetime import timedelta

    folder = Path(tempfile.mkdtemp(prefix="zt-"))
    layout = layout_at(root)
    certificates = Certificates(layout, ("127.0.0.1",))
    certificates.ensure(policy)
    hosts = [host for provider in policy.providers.values() for host in provider.hosts]
    outside = Authority.create("outside", dns=[*hosts, "anthropic.com", "example.org"])
    leaf = outside.server(provider_names or hosts, valid=timedelta(hours=1))
    (folder / "provider.pem").write_text(leaf.chain + leaf.key)
    (root / "provider-ca.pem").write_text(outside.pem)
    upstream = Upstream(folder / "provider.pem")
    settings = settings_for(layout, folder, **options)
    settings = replace(settings, resolve={h: Endpoint("127.0.0.1", upstream.port) for h in hosts} if resolve else {})
    if local:
        settings = replace(settings, local=LocalEntry(free_port(), {"doctor": TOKEN}))
    inspector = Inspector(settings.workers[0])
    inspector.start()
    document = bootstrap(policy, settings, template)
    if change:
        change(document)
    (folder / "envoy.json").write_text(json.dumps(document))
    process = subprocess.Popen(
        [str(binary()), "-c", str(folder / "envoy.json"), "-l", "error", "--use-dynamic-base-id", "--concurrency", "1",
         "--file-flush-interval-msec", "100"],
        stderr=(folder / "envoy.log").open("wb"),
    )  # fmt: skip
    proxy = Proxy(policy, layout, settings, inspector, upstream, certificates, process, folder)
    until = time.monotonic() + 15
    while time.monotonic() < until and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", settings.gateway_port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return proxy
    log = (folder / "envoy.log").read_text()
    proxy.stop()
    raise AssertionError(f"Envoy did not start: {log}")
