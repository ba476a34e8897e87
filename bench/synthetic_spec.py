"""A specification of any number of workloads, made the same way every time, for clouds whose builders are measured."""

from __future__ import annotations

from typing import Any

from zt_ai.spec.model import ZoneSpec

_SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
_MANY = 1_000_000
_CLOUDS: dict[str, Any] = {
    "azure": {
        "location": "eastus2",
        "subscription": _SUBSCRIPTION,
        "tenant": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
        "cidr": "10.32.0.0/16",
        "quotas": {
            "network_security_groups": _MANY,
            "application_security_groups": _MANY,
            "application_security_groups_per_network_security_group": _MANY,
            "role_assignments": _MANY,
            "custom_roles": _MANY,
        },
    },
    "gcp": {
        "region": "us-central1",
        "organization": "123456789012",
        "project": "hospital-platform",
        "project_number": "111122223333",
        "cidr": "10.40.0.0/16",
        "adopt": {"access_policy": "987654321098"},
        "quotas": {
            "rule_attributes_per_firewall_policy": _MANY,
            "service_accounts_per_project": _MANY,
            "custom_roles_per_project": _MANY,
            "perimeter_attributes": _MANY,
        },
    },
}
_ZONES = {
    "records": "data",
    "images": "data",
    "front": "access",
    "clinical": "processing",
    "agents": "processing",
    "research": "processing",
    "egress": "egress",
}


def hospital(cloud: str, count: int, flows: int = 4) -> ZoneSpec:
    """`count` workloads in seven zones with `flows` flows each."""
    homes = [zone for zone, kind in _ZONES.items() if kind != "egress"]
    workloads = {
        f"w{index}": {"zone": homes[index % len(homes)], "serves": {"main": {"port": 8440 + index % 8}}}
        for index in range(count)
    }
    made: dict[str, Any] = {}
    for index in range(count):
        for turn in range(flows):
            target = f"w{(index * 7 + turn * 11 + 1) % count}"
            if turn == flows - 1 and index % 4 == 0:
                target = "documents" if index % 8 else "secrets"
            elif turn == flows - 1 and index % 4 == 1 and _ZONES[homes[index % len(homes)]] != "data":
                target = "anthropic"
            if target != f"w{index}":
                flow = {"from": f"w{index}", "to": target, "carries": "internal", "reason": "made for a benchmark"}
                made[f"f{index}-{turn}"] = flow
    return ZoneSpec.model_validate(
        {
            "version": 1,
            "name": "hospital",
            "clouds": {cloud: _CLOUDS[cloud]},
            "zones": {zone: {"kind": kind, "holds": "internal"} for zone, kind in _ZONES.items()},
            "workloads": workloads,
            "services": {
                "documents": {"kind": "object-storage", "resources": ["hospital-documents"]},
                "secrets": {"kind": "secrets", "resources": ["hospital-secrets"]},
            },
            "providers": {
                "anthropic": {
                    "api": "anthropic",
                    "domains": ["api.anthropic.com"],
                    "models": ["claude-sonnet-4-5"],
                    "paths": ["/v1/messages"],
                }
            },
            "flows": made,
        }
    )
