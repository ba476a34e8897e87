"""Where callers come in."""

from __future__ import annotations

from typing import Any

from zt_ai.egress.envoy import filters, names, replies, routes
from zt_ai.egress.envoy.access_log import connection_log
from zt_ai.egress.envoy.manager import manager
from zt_ai.egress.envoy.replies import Templates
from zt_ai.egress.envoy.settings import LOOPBACK, LocalEntry, Settings
from zt_ai.egress.envoy.tls import server_tls
from zt_ai.egress.policy import Policy

Listener = dict[str, Any]


def listeners(policy: Policy, settings: Settings, templates: Templates) -> list[Listener]:
    """All of them; the local one in development only."""
    found = [_connect(policy, settings), _inspect(policy, settings, templates), _gateway(policy, settings, templates)]
    return [*found, _local(policy, settings, settings.local)] if settings.local else found


def _connect(policy: Policy, settings: Settings) -> Listener:
    http = manager(
        names.CONNECT_LISTENER,
        settings,
        policy,
        filters=filters.connect_filters(policy),
        routes=routes.tunnel_routes(policy, settings),
        replies=replies.plain_replies(),
        tunnels=True,
    )
    return _mutual(names.CONNECT_LISTENER, settings, policy, settings.connect_port, http)


def _gateway(policy: Policy, settings: Settings, templates: Templates) -> Listener:
    first = [provider.hosts[0] for provider in policy.providers.values()]
    apis = {name: provider.api for name, provider in policy.providers.items()}
    http = manager(
        names.GATEWAY_LISTENER,
        settings,
        policy,
        filters=filters.gateway_filters(policy, settings),
        routes=routes.provider_routes(policy, settings, first),
        replies=replies.gateway_replies(templates, apis, dict(zip(policy.providers, first, strict=True))),
    )
    return _mutual(names.GATEWAY_LISTENER, settings, policy, settings.gateway_port, http)


def _mutual(name: str, settings: Settings, policy: Policy, port: int, http: dict[str, Any]) -> Listener:
    """A listener on which both sides present certificates."""
    socket = server_tls(settings, names.PROXY_SECRET, names.TRUST_SECRET)
    return {
        "name": name,
        "address": {"socket_address": {"address": settings.listen, "port_value": port}},
        "filter_chains": [{"name": name, "filters": [http], "transport_socket": socket}],
        "per_connection_buffer_limit_bytes": policy.body_limit + settings.slack,
        "access_log": connection_log(settings, name),
        "tcp_keepalive": {"keepalive_probes": 3, "keepalive_time": 60, "keepalive_interval": 15},
    }


def _inspect(policy: Policy, settings: Settings, templates: Templates) -> Listener:
    """Inside of the tunnels: one filter chain for each name that may be asked for, and none for any other."""
    chains = [
        {
            "name": host,
            "filter_chain_match": {"server_names": [host], "transport_protocol": "tls"},
            "filters": [
                manager(
                    names.INSPECT_LISTENER,
                    settings,
                    policy,
                    filters=filters.inspect_filters(policy, settings, name, host),
                    routes=routes.provider_routes(policy, settings, [host]),
                    replies=replies.provider_replies(templates, provider.api),
                )
            ],
            "transport_socket": server_tls(settings, names.host_secret(host)),
        }
        for name, provider in policy.providers.items()
        for host in provider.hosts
    ]
    kind = "envoy.extensions.filters.listener.tls_inspector.v3.TlsInspector"
    return {
        "name": names.INSPECT_LISTENER,
        "internal_listener": {},
        "listener_filters": [{"name": "server-name", "typed_config": {"@type": names.TYPE + kind}}],
        "filter_chains": chains,
        "per_connection_buffer_limit_bytes": policy.body_limit + settings.slack,
        "access_log": connection_log(settings, names.INSPECT_LISTENER),
    }


def _local(policy: Policy, settings: Settings, entry: LocalEntry) -> Listener:
    http = manager(
        names.LOCAL_LISTENER,
        settings,
        policy,
        filters=[filters.router()],
        routes=routes.local_routes(entry, settings),
        replies=replies.plain_replies(),
        logged=False,  # its paths hold tokens
    )
    return {
        "name": names.LOCAL_LISTENER,
        "address": {"socket_address": {"address": LOOPBACK, "port_value": entry.port}},
        "filter_chains": [{"name": names.LOCAL_LISTENER, "filters": [http]}],
        "per_connection_buffer_limit_bytes": policy.body_limit + settings.slack,
    }
