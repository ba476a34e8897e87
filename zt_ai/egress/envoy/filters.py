"""The HTTP filters that a request passes, in their order."""

from __future__ import annotations

from typing import Any

from zt_ai.egress.envoy import rbac
from zt_ai.egress.envoy.gateway import rewrite_filter
from zt_ai.egress.envoy.names import (
    AUTHORITY_STATE,
    CALLER_HEADER,
    CALLER_STATE,
    INSPECTOR_CLUSTER,
    INTERNAL_PREFIX,
    PROVIDER_HEADER,
    TYPE,
)
from zt_ai.egress.envoy.settings import Settings, seconds
from zt_ai.egress.policy import Policy

Filter = dict[str, Any]

PEER = "%DOWNSTREAM_PEER_URI_SAN%"
"""URI names of the client's certificate. Several are joined by commas, which no SPIFFE ID of ours has, so a comparison
with one ID holds only for a certificate with exactly that one name."""


def connect_filters(policy: Policy) -> list[Filter]:
    """Of the CONNECT listener: remember who calls and for which name, then look both up in the closed list."""
    state = {
        "name": "identity",
        "typed_config": {
            "@type": f"{TYPE}envoy.extensions.filters.http.set_filter_state.v3.Config",
            "on_request_headers": [_shared(CALLER_STATE, PEER), _shared(AUTHORITY_STATE, "%REQ(:AUTHORITY)%")],
        },
    }
    return [state, rbac.connect_rbac(policy), router()]


def inspect_filters(policy: Policy, settings: Settings, provider: str, host: str) -> list[Filter]:
    """Inside of a tunnel to one host of a provider."""
    caller = f"%FILTER_STATE({CALLER_STATE}:PLAIN)%"
    return [
        _headers(_set(CALLER_HEADER, caller), _set(PROVIDER_HEADER, provider)),
        rbac.upgrade_rbac(),
        rbac.authority_rbac(host),
        rbac.inspect_rbac(policy, provider),
        *_inspection(policy, settings),
    ]


def gateway_filters(policy: Policy, settings: Settings) -> list[Filter]:
    """Of the gateway listener: the provider is the first segment of the path."""
    return [
        _headers(_set(CALLER_HEADER, PEER)),
        rbac.upgrade_rbac(),
        rewrite_filter(policy),
        rbac.provider_rbac(),
        rbac.gateway_rbac(policy),
        *_inspection(policy, settings),
    ]


def router() -> Filter:
    """The last one."""
    # Headers by which a client could steer retries and timeouts are removed before, and none are sent to providers.
    config = {"@type": f"{TYPE}envoy.extensions.filters.http.router.v3.Router", "suppress_envoy_headers": True}
    return {"name": "router", "typed_config": config}


def _inspection(policy: Policy, settings: Settings) -> list[Filter]:
    return [
        _whole_body(policy.body_limit + settings.slack),
        rbac.body_rbac(policy.body_limit),
        _inspector(settings),
        rbac.verdict_rbac(),
        _drop_trailers(),
        router(),
    ]


def _headers(*sets: dict[str, Any]) -> Filter:
    """Removes what a client may not say, then says it."""
    removed = [{"remove_on_match": {"key_matcher": {"prefix": prefix}}} for prefix in (INTERNAL_PREFIX, "x-envoy-")]
    mutations = {"request_mutations": [*removed, *sets]}
    return _mutation("internal-headers", mutations)


def _drop_trailers() -> Filter:
    """Trailers of a request carry nothing that a model API reads, and could carry everything else."""
    every = {"remove_on_match": {"key_matcher": {"safe_regex": {"regex": ".*"}}}}
    return _mutation("no-trailers", {"request_trailers_mutations": [every]})


def _mutation(name: str, mutations: dict[str, Any]) -> Filter:
    config = {
        "@type": f"{TYPE}envoy.extensions.filters.http.header_mutation.v3.HeaderMutation",
        "mutations": mutations,
    }
    return {"name": name, "typed_config": config}


def _set(name: str, value: str) -> dict[str, Any]:
    return {"append": {"header": {"key": name, "value": value}, "append_action": "OVERWRITE_IF_EXISTS_OR_ADD"}}


def _shared(key: str, value: str) -> dict[str, Any]:
    return {
        "object_key": key,
        # The hashable kind: connections to the inner listener are pooled by it. With the plain one, the connection that
        # was opened for one caller could be given to another whose request was waiting longer.
        "factory_key": "envoy.hashable_string",
        "format_string": {"text_format_source": {"inline_string": value}},
        "shared_with_upstream": "ONCE",
    }


def _whole_body(limit: int) -> Filter:
    """Waits for the whole body, so that a slow client holds up no inspector.

    It also sets how large the body may become later, so it leaves room for what redaction adds."""
    config = {"@type": f"{TYPE}envoy.extensions.filters.http.buffer.v3.Buffer", "max_request_bytes": limit}
    return {"name": "whole-body", "typed_config": config}


def _inspector(settings: Settings) -> Filter:
    asked = {"request_body_mode": "BUFFERED", "request_trailer_mode": "SEND"}
    unseen = {"response_header_mode": "SKIP", "response_body_mode": "NONE", "response_trailer_mode": "SKIP"}
    seen = {
        "response_header_mode": "SEND",
        "response_body_mode": "FULL_DUPLEX_STREAMED",
        "response_trailer_mode": "SEND",
    }
    config = {
        "@type": f"{TYPE}envoy.extensions.filters.http.ext_proc.v3.ExternalProcessor",
        "grpc_service": {
            "envoy_grpc": {
                "cluster_name": INSPECTOR_CLUSTER,
                "authority": INSPECTOR_CLUSTER,
                "skip_envoy_headers": True,
            },
            # A worker that has just died has read nothing yet: the next one may be asked.
            "retry_policy": {"retry_on": "connect-failure,refused-stream,reset-before-request", "num_retries": 2},
        },
        "failure_mode_allow": False,
        # Answers are looked at when the inspector says so in its first answer, and no longer than it says. If they were
        # always, our own refusals would go through an inspector that has not seen their requests, and be lost when it
        # is not there.
        "processing_mode": {**asked, "request_header_mode": "SEND", **unseen},
        "allow_mode_override": True,
        "allowed_override_modes": [
            {**asked, **seen},
            {**asked, **unseen},
            {**asked, **unseen, "response_header_mode": "SEND"},
        ],
        "message_timeout": seconds(settings.message_timeout),
        "mutation_rules": {
            # Where a request goes was decided before the inspector saw it.
            "disallow_expression": {"regex": ":(path|method|scheme|authority)|host"},
            "disallow_is_error": True,
        },
        "route_cache_action": "RETAIN",
        "status_on_error": {"code": 503},
    }
    return {"name": "inspector", "typed_config": config}
