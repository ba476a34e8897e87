"""Closed lists: who may go where. What is not listed is refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from zt_ai.egress.envoy.names import (
    AUTHORITY_STATE,
    CALLER_HEADER,
    CALLER_STATE,
    HTTPS,
    PROVIDER_HEADER,
    TYPE,
    VERDICT_HEADER,
    VERDICT_RELEASED,
)
from zt_ai.egress.policy import Policy

# Names of the policies that deny. Envoy writes them into the details of its answer, from which `replies` knows them.
AUTHORITY_MISMATCH = "authority-mismatch"
UNLISTED_PROVIDER = "unlisted-provider"
VERDICT_MISSING = "verdict-missing"
UPGRADE_REFUSED = "upgrade-refused"
BODY_TOO_LARGE = "body-too-large"

Principal = dict[str, Any]


def connect_rbac(policy: Policy) -> dict[str, Any]:
    """Which caller may open a tunnel to which authority. The caller is in filter state already."""
    policies = {
        name: {
            "permissions": [_header_permission(":authority", authority(host)) for host in hosts],
            "principals": [_state(CALLER_STATE, policy.callers[name].spiffe_id)],
        }
        for name in policy.callers
        if (hosts := [h for call in policy.calls if call.caller == name for h in policy.providers[call.provider].hosts])
    }
    return _rbac("callers", "ALLOW", policies)


def inspect_rbac(policy: Policy, provider: str) -> dict[str, Any]:
    """Which callers may send a request to a provider. Caller and provider are in headers that Envoy wrote."""
    return _rbac("callers", "ALLOW", {provider: _callers_of(policy, provider)})


def gateway_rbac(policy: Policy) -> dict[str, Any]:
    """The same for a listener that serves every provider."""
    return _rbac("callers", "ALLOW", {name: _callers_of(policy, name) for name in policy.providers})


def authority_rbac(host: str) -> dict[str, Any]:
    """Refuses what comes through a tunnel that was opened for another name, or asks for another name inside of it.

    The name of the TLS handshake chose this filter chain, so with both checks CONNECT authority, SNI and Host agree.
    """
    wrong = [
        {"not_id": _state(AUTHORITY_STATE, authority(host))},
        {"not_id": {"or_ids": {"ids": [_header(":authority", host), _header(":authority", authority(host))]}}},
    ]
    return _deny(AUTHORITY_MISMATCH, wrong)


def provider_rbac() -> dict[str, Any]:
    """Refuses a gateway request whose path named no provider."""
    missing = {"header": {"name": PROVIDER_HEADER, "present_match": True, "invert_match": True}}
    return _deny(UNLISTED_PROVIDER, [missing])


def upgrade_rbac() -> dict[str, Any]:
    """Refuses every upgrade, also by extended CONNECT, which Envoy turns into this header [RFC 8441, section 4].

    Without an upgrade configured Envoy does not answer such a request at all: its body never ends.
    """
    upgrades = [{"header": {"name": "upgrade", "present_match": True}}, _header(":method", "CONNECT")]
    return _deny(UPGRADE_REFUSED, upgrades)


def body_rbac(limit: int) -> dict[str, Any]:
    """Refuses a body of more than `limit` bytes, by the length that Envoy wrote once it had the whole of it."""
    larger = {"header": {"name": "content-length", "range_match": {"start": limit + 1, "end": 1 << 62}}}
    return _deny(BODY_TOO_LARGE, [larger])


def verdict_rbac() -> dict[str, Any]:
    """Refuses what the inspector did not expressly release, whatever Envoy made of its silence."""
    return _deny(VERDICT_MISSING, [{"not_id": _header(VERDICT_HEADER, VERDICT_RELEASED)}])


def authority(host: str) -> str:
    """The authority of a CONNECT request for a host."""
    return f"{host}:{HTTPS}"


def _callers_of(policy: Policy, provider: str) -> dict[str, Any]:
    callers = [policy.callers[call.caller].spiffe_id for call in policy.calls if call.provider == provider]
    return {
        "permissions": [_header_permission(PROVIDER_HEADER, provider)],
        "principals": [_header(CALLER_HEADER, spiffe_id) for spiffe_id in callers],
    }


def _state(key: str, value: str) -> Principal:
    return {"filter_state": {"key": key, "string_match": {"exact": value}}}


def _header(name: str, value: str) -> Principal:
    return {"header": {"name": name, "string_match": {"exact": value}}}


def _header_permission(name: str, value: str) -> dict[str, Any]:
    return {"header": {"name": name, "string_match": {"exact": value}}}


def _deny(name: str, principals: Sequence[Principal]) -> dict[str, Any]:
    return _rbac(name, "DENY", {name: {"permissions": [{"any": True}], "principals": list(principals)}})


def _rbac(name: str, action: str, policies: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "name": f"rbac.{name}",
        "typed_config": {
            "@type": f"{TYPE}envoy.extensions.filters.http.rbac.v3.RBAC",
            "rules": {"action": action, "policies": dict(policies)},
        },
    }
