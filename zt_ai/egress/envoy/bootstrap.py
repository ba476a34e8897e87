"""The whole configuration: one document to read and check, or a fixed part and two files that follow the policy."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zt_ai.egress.envoy import names
from zt_ai.egress.envoy.clusters import changing_clusters, static_clusters
from zt_ai.egress.envoy.listeners import listeners
from zt_ai.egress.envoy.replies import Templates
from zt_ai.egress.envoy.settings import Settings
from zt_ai.egress.policy import Policy

_LISTENER = f"{names.TYPE}envoy.config.listener.v3.Listener"
_CLUSTER = f"{names.TYPE}envoy.config.cluster.v3.Cluster"
# Statistics cost memory and time for each name; these say what an operator asks. Envoy counts nothing else.
_STATS = (
    r"http\.(connect|inspect|gateway)\.(downstream_(rq_(total|active|time|\dxx|overload_close|timeout)|cx_(total|active))|"
    r"rbac\..*denied|ext_proc\.(streams_(started|failed)|message_timeouts|spurious_msgs_received|"
    r"rejected_header_mutations))",
    r"cluster\.(inspector|provider/.*)\.(upstream_(rq_(total|active|time|\dxx|timeout|rx_reset|retry)|"
    r"cx_(total|active|connect_fail))|membership_(healthy|total)|ssl\.fail_verify_.*)",
    r"listener\..*\.ssl\.(fail_verify_.*|connection_error)",
    r"(listener_manager\.lds|cluster_manager\.cds)\.(update_(success|rejected|failure)|version_text)",
    r"listener_manager\.total_listeners_warming",
    r"server\.(live|uptime|state|memory_allocated|days_until_first_cert_expiring)",
)


@dataclass(frozen=True, slots=True)
class Dynamic:
    """A configuration that can be changed while Envoy runs: move a new `listeners` or `clusters` into its place."""

    bootstrap: dict[str, Any]
    listeners: dict[str, Any]
    clusters: dict[str, Any]


def bootstrap(policy: Policy, settings: Settings, templates: Templates) -> dict[str, Any]:
    """The configuration as one document, as `envoy --mode validate` checks it. Pure.

    `templates` gives the error format of each API.
    """
    document = _fixed(settings)
    static = document["static_resources"]
    static["listeners"] = listeners(policy, settings, templates)
    static["clusters"] += changing_clusters(policy, settings)
    return document


def dynamic(policy: Policy, settings: Settings, templates: Templates, folder: Path) -> Dynamic:
    """The same in three parts, of which two are watched files in `folder`. Pure."""
    document = _fixed(settings)
    document["dynamic_resources"] = {
        "lds_config": _watched(listeners_file(folder)),
        "cds_config": _watched(clusters_file(folder)),
    }
    return Dynamic(
        document,
        _resources(_LISTENER, listeners(policy, settings, templates)),
        _resources(_CLUSTER, changing_clusters(policy, settings)),
    )


def both(before: dict[str, Any], after: dict[str, Any]) -> dict[str, Any]:
    """The resources of two documents of one type, in one: where both have a name, as it is `after`."""
    named = {one["name"]: one for document in (before, after) for one in document["resources"]}
    return _versioned(list(named.values()))


def _resources(kind: str, found: list[dict[str, Any]]) -> dict[str, Any]:
    return _versioned([{"@type": kind, **one} for one in found])


def _versioned(resources: list[dict[str, Any]]) -> dict[str, Any]:
    """A `DiscoveryResponse`. Envoy repeats the version of what it has taken over in its statistics."""
    version = hashlib.sha256(json.dumps(resources, sort_keys=True).encode()).hexdigest()[:16]
    return {"version_info": version, "resources": resources}


def listeners_file(folder: Path) -> Path:
    """Where Envoy looks for listeners."""
    return folder / "listeners.json"


def clusters_file(folder: Path) -> Path:
    """Where Envoy looks for clusters."""
    return folder / "clusters.json"


def _watched(path: Path) -> dict[str, Any]:
    source = {"path": str(path), "watched_directory": {"path": str(path.parent)}}
    return {"path_config_source": source, "resource_api_version": "V3"}


def _fixed(settings: Settings) -> dict[str, Any]:
    internal = f"{names.TYPE}envoy.extensions.bootstrap.internal_listener.v3.InternalListener"
    return {
        "node": {"id": "egress-proxy", "cluster": "zt-ai"},
        # Reachable by whoever owns the folder, from this machine only: it can switch the proxy off.
        "admin": {"address": {"pipe": {"path": str(settings.admin_socket), "mode": 0o600}}},
        "bootstrap_extensions": [{"name": "internal-listener", "typed_config": {"@type": internal}}],
        "stats_config": {
            "stats_matcher": {"inclusion_list": {"patterns": [{"safe_regex": {"regex": regex}} for regex in _STATS]}},
        },
        "static_resources": {"listeners": [], "clusters": static_clusters(settings)},
    }
