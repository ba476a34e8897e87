"""Routes: one virtual host for each name, and none for any other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from zt_ai.egress.envoy.names import (
    INSPECT_CLUSTER,
    INTERNAL_HEADERS,
    REQUEST_ID_HEADER,
    local_cluster,
    provider_cluster,
)
from zt_ai.egress.envoy.rbac import authority
from zt_ai.egress.envoy.replies import REQUEST_ID
from zt_ai.egress.envoy.settings import LocalEntry, Settings, seconds
from zt_ai.egress.policy import Policy

# Who is behind the proxy is nobody's business outside. The request's id stays: it is random, and the answer needs it.
_NOT_FOR_PROVIDERS = (*INTERNAL_HEADERS, "x-forwarded-for", "x-forwarded-proto")


def provider_routes(policy: Policy, settings: Settings, hosts: Iterable[str]) -> dict[str, Any]:
    """To the providers' hosts, each by its own name."""
    return {"virtual_hosts": [_provider_host(policy, settings, host) for host in hosts]}


def tunnel_routes(policy: Policy, settings: Settings) -> dict[str, Any]:
    """CONNECT requests to the listener inside; no other method has a route here."""
    hosts = [host for provider in policy.providers.values() for host in provider.hosts]
    route = {
        "match": {"connect_matcher": {}},
        "route": {
            "cluster": INSPECT_CLUSTER,
            "timeout": "0s",
            "idle_timeout": seconds(settings.idle_timeout),
            "upgrade_configs": [{"upgrade_type": "CONNECT", "connect_config": {}}],
        },
    }
    return {"virtual_hosts": [{"name": "tunnels", "domains": [authority(host) for host in hosts], "routes": [route]}]}


def local_routes(entry: LocalEntry, settings: Settings) -> dict[str, Any]:
    """To the gateway as the caller whose token is the first segment of the path; the token is removed."""
    routes = [
        {
            "match": {"prefix": f"/{token}/"},
            "route": {
                "cluster": local_cluster(caller),
                "prefix_rewrite": "/",
                "timeout": "0s",
                "idle_timeout": seconds(settings.idle_timeout),
            },
        }
        for caller, token in entry.tokens.items()
    ]
    return {"virtual_hosts": [{"name": "callers", "domains": ["*"], "routes": routes}]}


def _provider_host(policy: Policy, settings: Settings, host: str) -> dict[str, Any]:
    return {
        "name": host,
        "domains": [host, authority(host)],
        "request_body_buffer_limit": policy.body_limit + settings.slack,
        "request_headers_to_remove": list(_NOT_FOR_PROVIDERS),
        "response_headers_to_add": [
            {
                "header": {"key": REQUEST_ID_HEADER, "value": REQUEST_ID},
                "append_action": "OVERWRITE_IF_EXISTS_OR_ADD",
            }
        ],
        "routes": [
            {
                "match": {"prefix": "/"},
                "route": {
                    "cluster": provider_cluster(host),
                    "host_rewrite_literal": host,
                    "timeout": "0s",
                    "idle_timeout": seconds(settings.idle_timeout),
                    # Only where the provider cannot have seen any of it: nothing is asked twice.
                    "retry_policy": {"retry_on": "connect-failure,reset-before-request", "num_retries": 1},
                },
            }
        ],
    }
