"""A running Envoy follows another configuration, and the order in which it is given matters."""

from __future__ import annotations

import asyncio
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.egress.run.running import until
from zt_ai.egress.envoy import Dynamic, binary, clusters_file, listeners_file
from zt_ai.egress.pki import write_private
from zt_ai.egress.run.configuration import ConfigurationError
from zt_ai.egress.run.envoy_admin import EnvoyAdmin
from zt_ai.egress.run.handover import Handover

_TYPE = "type.googleapis.com/envoy."
_MANAGER = f"{_TYPE}extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"


def parts(*names: str, routes: tuple[str, ...] | None = None) -> Dynamic:
    """One cluster for each name, and a listener with a route to each of `routes`, by default the same."""
    clusters = [{"@type": f"{_TYPE}config.cluster.v3.Cluster", "name": name, "type": "STATIC"} for name in names]
    hosts = [
        {"name": name, "domains": [name], "routes": [{"match": {"prefix": "/"}, "route": {"cluster": name}}]}
        for name in (names if routes is None else routes)
    ]
    manager = {
        "@type": _MANAGER,
        "stat_prefix": "it",
        "route_config": {"name": "it", "virtual_hosts": hosts, "validate_clusters": True},
        "http_filters": [
            {"name": "router", "typed_config": {"@type": f"{_TYPE}extensions.filters.http.router.v3.Router"}}
        ],
    }
    listener = {
        "@type": f"{_TYPE}config.listener.v3.Listener",
        "name": "it",
        "address": {"socket_address": {"address": "127.0.0.1", "port_value": 0}},
        "filter_chains": [{"filters": [{"name": "manager", "typed_config": manager}]}],
    }
    return Dynamic({}, _document([listener]), _document(clusters))


def _document(resources: list[dict[str, Any]]) -> dict[str, Any]:
    return {"version_info": str(hash(json.dumps(resources))), "resources": resources}


class Envoy:
    """An Envoy that follows two files of one folder, as the proxy's does."""

    def __init__(self, folder: Path, begin: Dynamic) -> None:
        self.folder = folder
        self.admin = EnvoyAdmin(folder / "admin.sock")
        self.give(begin)
        watched = [
            {
                "resource_api_version": "V3",
                "path_config_source": {"path": str(path), "watched_directory": {"path": str(folder)}},
            }
            for path in (clusters_file(folder), listeners_file(folder))
        ]
        document = {
            "node": {"id": "it", "cluster": "it"},
            "admin": {"address": {"pipe": {"path": str(self.admin.socket)}}},
            "dynamic_resources": {"cds_config": watched[0], "lds_config": watched[1]},
        }
        (folder / "bootstrap.json").write_text(json.dumps(document))
        command = [str(binary()), "-c", str(folder / "bootstrap.json"), "-l", "off", "--concurrency", "1"]
        self.process = subprocess.Popen([*command, "--use-dynamic-base-id"])
        until(lambda: asyncio.run(self.admin.live()), "Envoy")

    def give(self, wanted: Dynamic) -> None:
        """Both files."""
        write_private(clusters_file(self.folder), json.dumps(wanted.clusters))
        self.give_listeners(wanted)

    def give_listeners(self, wanted: Dynamic) -> None:
        """Listeners alone, whose clusters Envoy may not know."""
        write_private(listeners_file(self.folder), json.dumps(wanted.listeners))

    def versions(self) -> tuple[str, str]:
        """Of clusters and listeners."""

        async def ask() -> tuple[str, str]:
            clusters = await self.admin.taken_over("cluster_manager.cds")
            return clusters.version, (await self.admin.taken_over("listener_manager.lds")).version

        return asyncio.run(ask())

    def rejected(self) -> int:
        """How often listeners were refused."""
        return asyncio.run(self.admin.taken_over("listener_manager.lds")).rejected

    def clusters(self) -> set[str]:
        """Their names, as Envoy has them."""
        document = json.loads(asyncio.run(self.admin._ask("GET", "/clusters?format=json")))
        return {one["name"] for one in document.get("cluster_statuses", ())}


@pytest.fixture
def envoy(tmp_path: Path) -> Iterator[Envoy]:
    """With one cluster, `a`."""
    running = Envoy(tmp_path, parts("a"))
    yield running
    running.process.kill()
    running.process.wait()


def versions(wanted: Dynamic) -> tuple[str, str]:
    """Of clusters and listeners."""
    return wanted.clusters["version_info"], wanted.listeners["version_info"]


def test_what_is_added_and_what_is_taken_away_is_followed_without_a_rejection(envoy: Envoy) -> None:
    handover, rounds = Handover(envoy.admin, envoy.folder, parts("a")), [("a", "b"), ("b",), ("c", "d"), ("a",)]
    for names in rounds * 5:
        asyncio.run(handover.follow(parts(*names)))
        assert envoy.versions() == versions(parts(*names))
        assert envoy.clusters() == set(names)
    assert envoy.rejected() == 0


def test_without_the_order_envoy_rejects_the_listeners(envoy: Envoy) -> None:
    envoy.give_listeners(parts("b"))
    until(lambda: envoy.rejected() > 0, "the rejection")
    assert envoy.versions() == versions(parts("a"))


def test_what_envoy_rejects_leaves_the_old_configuration_in_force(envoy: Envoy) -> None:
    handover = Handover(envoy.admin, envoy.folder, parts("a"))
    with pytest.raises(ConfigurationError, match="rejected"):
        asyncio.run(handover.follow(parts("a", "b", routes=("a", "nowhere"))))
    until(lambda: envoy.versions() == versions(parts("a")), "the old configuration")
    asyncio.run(handover.follow(parts("a", "b")))
    assert envoy.versions() == versions(parts("a", "b"))
