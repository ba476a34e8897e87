"""The HTTP connection manager: how strictly requests are read, and how long they may take."""

from __future__ import annotations

from typing import Any

from zt_ai.egress.envoy.access_log import request_log
from zt_ai.egress.envoy.names import TYPE
from zt_ai.egress.envoy.settings import Settings, seconds
from zt_ai.egress.policy import Policy

_CONCURRENT_STREAMS = 256


def manager(
    name: str,
    settings: Settings,
    policy: Policy,
    *,
    filters: list[dict[str, Any]],
    routes: dict[str, Any],
    replies: dict[str, Any],
    tunnels: bool = False,
    logged: bool = True,
) -> dict[str, Any]:
    """A network filter that speaks HTTP/1.1 and HTTP/2. `tunnels` admits CONNECT; no other upgrade is ever admitted."""
    window = policy.body_limit + settings.slack
    config: dict[str, Any] = {
        "@type": f"{TYPE}envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": name,
        "codec_type": "AUTO",
        "route_config": {"name": name, **routes},
        "http_filters": filters,
        "local_reply_config": replies,
        "common_http_protocol_options": {
            "idle_timeout": seconds(settings.idle_timeout),
            # Elsewhere an underscore and a hyphen may be the same name: a header could be read in two ways.
            "headers_with_underscores_action": "REJECT_REQUEST",
        },
        "http2_protocol_options": {
            "max_concurrent_streams": _CONCURRENT_STREAMS,
            "initial_stream_window_size": window,
            "initial_connection_window_size": 4 * window,
            **({"allow_connect": True} if tunnels else {}),
        },
        "stream_idle_timeout": seconds(settings.idle_timeout),
        "request_headers_timeout": seconds(settings.headers_timeout),
        # A tunnel is one request that lasts as long as its connection.
        **({} if tunnels else {"request_timeout": seconds(settings.request_timeout)}),
        # The peer is who the connection comes from, whatever headers say.
        "use_remote_address": True,
        "skip_xff_append": True,
        "generate_request_id": True,
        "preserve_external_request_id": False,
        "server_header_transformation": "PASS_THROUGH",
        # The path goes on as it came: the inspector refuses one that could be read in two ways.
        "normalize_path": False,
        "merge_slashes": False,
        "path_with_escaped_slashes_action": "REJECT_REQUEST",
        "access_log": request_log(settings, name) if logged else [],
        **({"upgrade_configs": [{"upgrade_type": "CONNECT"}]} if tunnels else {}),
    }
    return {"name": "http", "typed_config": config}
