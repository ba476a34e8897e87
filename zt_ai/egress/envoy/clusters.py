"""Where requests go on to: providers, the inspector, the listener inside of a tunnel."""

from __future__ import annotations

from typing import Any

from zt_ai.egress.envoy.names import (
    GATEWAY_TRUST_SECRET,
    HTTPS,
    INSPECT_CLUSTER,
    INSPECT_LISTENER,
    INSPECTOR_CLUSTER,
    TYPE,
    caller_secret,
    local_cluster,
    provider_cluster,
)
from zt_ai.egress.envoy.settings import EVERYWHERE, LOOPBACK, Settings, seconds
from zt_ai.egress.envoy.tls import caller_tls, provider_tls
from zt_ai.egress.policy import Policy

Cluster = dict[str, Any]
_RESOLVED = {
    "name": "envoy.clusters.dns",
    "typed_config": {
        "@type": f"{TYPE}envoy.extensions.clusters.dns.v3.DnsCluster",
        "dns_lookup_family": "V4_PREFERRED",
        "respect_dns_ttl": True,
        # Large services answer with some of their many addresses: a connection to one that is no longer named goes on.
        "all_addresses_in_single_endpoint": True,
    },
}

_PROVIDER_REQUESTS = 8192
# A stream to the inspector lives as long as the answer it watches, so this limits all answers that are under way.
_INSPECTOR_REQUESTS = 100_000
_HEALTH_SECONDS = 2.0
# Room for the largest body that a specification can allow (64 MiB) and what redaction adds. Not the policy's own limit:
# this cluster must be the same for every policy, or a reload would need a restart.
_INSPECTOR_WINDOW = 96 << 20


def static_clusters(settings: Settings) -> list[Cluster]:
    """Clusters that live as long as the process: the inspector and the way into the tunnel."""
    return [_inspector(settings), _inside()]


def changing_clusters(policy: Policy, settings: Settings) -> list[Cluster]:
    """Clusters that follow the policy."""
    hosts = [host for provider in policy.providers.values() for host in provider.hosts]
    return [*(_provider(settings, host) for host in hosts), *_local(settings)]


def _provider(settings: Settings, host: str) -> Cluster:
    override = settings.resolve.get(host)
    place = {"address": override.address, "port_value": override.port} if override else _named(host)
    return {
        "name": provider_cluster(host),
        # The address is asked for here and nowhere else; callers have no resolver that knows the outside.
        **({"type": "STATIC"} if override else {"cluster_type": _RESOLVED}),
        "connect_timeout": seconds(settings.connect_timeout),
        "load_assignment": _assignment(provider_cluster(host), {"socket_address": place}),
        "transport_socket": provider_tls(settings, host),
        "typed_extension_protocol_options": _protocols(
            {"auto_config": {"http_protocol_options": {}, "http2_protocol_options": {}}},
            idle=settings.idle_timeout,
        ),
        "upstream_connection_options": {
            "tcp_keepalive": {"keepalive_probes": 3, "keepalive_time": 60, "keepalive_interval": 15}
        },
        "circuit_breakers": _breakers(_PROVIDER_REQUESTS),
    }


def _named(host: str) -> dict[str, Any]:
    return {"address": host, "port_value": HTTPS}


def _inspector(settings: Settings) -> Cluster:
    wait = seconds(_HEALTH_SECONDS)
    return {
        "name": INSPECTOR_CLUSTER,
        "type": "STATIC",
        "connect_timeout": "1s",
        "lb_policy": "LEAST_REQUEST",
        "load_assignment": _assignment(INSPECTOR_CLUSTER, *({"pipe": {"path": str(p)}} for p in settings.workers)),
        "typed_extension_protocol_options": _protocols(
            {
                "explicit_http_config": {
                    "http2_protocol_options": {
                        "initial_stream_window_size": _INSPECTOR_WINDOW,
                        "initial_connection_window_size": 4 * _INSPECTOR_WINDOW,
                    }
                }
            }
        ),
        "per_connection_buffer_limit_bytes": _INSPECTOR_WINDOW,
        # When too few workers are well, the sick ones are not asked: better an answer at once than none.
        "common_lb_config": {"healthy_panic_threshold": {"value": 0}},
        "health_checks": [
            {
                "timeout": wait,
                "interval": wait,
                "no_traffic_interval": wait,
                "unhealthy_interval": "0.5s",
                "unhealthy_edge_interval": "0.5s",
                "unhealthy_threshold": 3,
                "healthy_threshold": 1,
                "grpc_health_check": {},
            }
        ],
        "circuit_breakers": _breakers(_INSPECTOR_REQUESTS),
    }


def _inside() -> Cluster:
    place = {"envoy_internal_address": {"server_listener_name": INSPECT_LISTENER}}
    socket = {
        "@type": f"{TYPE}envoy.extensions.transport_sockets.internal_upstream.v3.InternalUpstreamTransport",
        "transport_socket": {
            "name": "envoy.transport_sockets.raw_buffer",
            "typed_config": {"@type": f"{TYPE}envoy.extensions.transport_sockets.raw_buffer.v3.RawBuffer"},
        },
    }
    return {
        "name": INSPECT_CLUSTER,
        "type": "STATIC",
        "connect_timeout": "1s",
        # A tunnel is never given a connection that was opened for another client.
        "connection_pool_per_downstream_connection": True,
        "load_assignment": _assignment(INSPECT_CLUSTER, place),
        "transport_socket": {"name": "envoy.transport_sockets.internal_upstream", "typed_config": socket},
        "circuit_breakers": _breakers(_PROVIDER_REQUESTS),
    }


def _local(settings: Settings) -> list[Cluster]:
    if settings.local is None:
        return []
    entry = settings.local
    here = LOOPBACK if settings.listen == EVERYWHERE else settings.listen
    place = {"socket_address": {"address": here, "port_value": settings.gateway_port}}
    return [
        {
            "name": local_cluster(caller),
            "type": "STATIC",
            "connect_timeout": "1s",
            "load_assignment": _assignment(local_cluster(caller), place),
            "transport_socket": caller_tls(settings, caller_secret(caller), GATEWAY_TRUST_SECRET, entry.gateway_name),
            "circuit_breakers": _breakers(_PROVIDER_REQUESTS),
        }
        for caller in entry.tokens
    ]


def _assignment(name: str, *addresses: dict[str, Any]) -> dict[str, Any]:
    endpoints = [{"endpoint": {"address": address}} for address in addresses]
    return {"cluster_name": name, "endpoints": [{"lb_endpoints": endpoints}]}


def _protocols(options: dict[str, Any], idle: float | None = None) -> dict[str, Any]:
    kind = "envoy.extensions.upstreams.http.v3.HttpProtocolOptions"
    common = {"common_http_protocol_options": {"idle_timeout": seconds(idle)}} if idle else {}
    return {kind: {"@type": TYPE + kind, **common, **options}}


def _breakers(requests: int) -> dict[str, Any]:
    limits = {
        "max_connections": requests,
        "max_pending_requests": requests,
        "max_requests": requests,
        "max_retries": requests,
    }
    return {"thresholds": [{"priority": "DEFAULT", **limits}]}
