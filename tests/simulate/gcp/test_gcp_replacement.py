"""What changes in place, what replaces, and what has to go before its successor comes."""

from __future__ import annotations

from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from tests.simulate.gcp.conftest import rule_inputs
from zt_ai.simulate.values import UNKNOWN

RULE = "compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule"
SUBNET = {"name": "s", "network": "projects/p/global/networks/n", "ipCidrRange": "10.0.0.0/24"}
RETENTION = {"retentionPeriod": "100", "isLocked": True}

KEY = {"kmsKeyName": "projects/p/locations/l/keyRings/r/cryptoKeys/k"}
REPLICATED = {"secretId": "s", "replication": {"auto": {"customerManagedEncryption": {"kmsKeyName": "other"}}}}

CASES = [
    # type, old inputs, what changes, what replaces, whether the old goes first
    ("compute/network:Network", {"name": "n"}, {"routingMode": "GLOBAL"}, [], False),
    ("compute/network:Network", {"name": "n"}, {"autoCreateSubnetworks": False}, ["autoCreateSubnetworks"], True),
    ("compute/network:Network", {"name": "n"}, {"name": "m"}, ["name"], False),
    ("compute/subnetwork:Subnetwork", SUBNET, {"privateIpGoogleAccess": True}, [], False),
    ("compute/subnetwork:Subnetwork", SUBNET, {"description": "x"}, ["description"], True),
    ("compute/subnetwork:Subnetwork", SUBNET, {"ipCidrRange": "10.0.0.0/23"}, [], False),
    ("compute/subnetwork:Subnetwork", SUBNET, {"ipCidrRange": "10.0.0.0/25"}, ["ipCidrRange"], True),
    ("compute/subnetwork:Subnetwork", SUBNET, {"ipCidrRange": "10.1.0.0/24"}, ["ipCidrRange"], True),
    (RULE, rule_inputs("p", 1), {"action": "deny"}, [], False),
    (RULE, rule_inputs("p", 1), {"description": "x", "enableLogging": True}, [], False),
    (RULE, rule_inputs("p", 1), {"priority": 2}, ["priority"], True),
    ("compute/networkFirewallPolicy:NetworkFirewallPolicy", {"name": "p"}, {"description": "x"}, [], False),
    ("compute/routerNat:RouterNat", {"name": "n", "router": "r"}, {"minPortsPerVm": 128}, [], False),
    ("compute/routerNat:RouterNat", {"name": "n", "router": "r"}, {"router": "s"}, ["router"], True),
    (
        "compute/instanceTemplate:InstanceTemplate",
        {"machineType": "e2-small"},
        {"labels": {"a": "b"}},
        ["labels"],
        False,
    ),
    ("compute/forwardingRule:ForwardingRule", {"name": "f"}, {"allowGlobalAccess": True}, [], False),
    ("compute/forwardingRule:ForwardingRule", {"name": "f"}, {"ports": ["1"]}, ["ports"], True),
    ("dns/managedZone:ManagedZone", {"name": "z", "dnsName": "a."}, {"labels": {"a": "b"}}, [], False),
    ("dns/managedZone:ManagedZone", {"name": "z", "dnsName": "a."}, {"dnsName": "b."}, ["dnsName"], True),
    ("dns/recordSet:RecordSet", {"name": "a.", "managedZone": "z", "type": "A"}, {"rrdatas": ["10.0.0.1"]}, [], False),
    ("dns/recordSet:RecordSet", {"name": "a.", "managedZone": "z", "type": "A"}, {"name": "b."}, ["name"], True),
    ("logging/projectSink:ProjectSink", {"name": "s"}, {"uniqueWriterIdentity": True}, [], False),
    ("serviceaccount/account:Account", {"accountId": "orchestrator"}, {"displayName": "x"}, [], False),
    ("serviceaccount/account:Account", {"accountId": "orchestrator"}, {"accountId": "gateway"}, ["accountId"], False),
    ("projects/iAMMember:IAMMember", {"member": "a", "role": "r"}, {"role": "s"}, ["role"], True),
    ("projects/iAMCustomRole:IAMCustomRole", {"roleId": "abc"}, {"permissions": ["a.b.c"]}, [], False),
    ("tags/tagKey:TagKey", {"parent": "projects/p", "shortName": "a"}, {"description": "x"}, [], False),
    ("tags/tagKey:TagKey", {"parent": "projects/p", "shortName": "a"}, {"purpose": "GCE_FIREWALL"}, ["purpose"], True),
    ("accesscontextmanager/servicePerimeter:ServicePerimeter", {"title": "a"}, {"title": "b"}, [], False),
    (
        "accesscontextmanager/servicePerimeter:ServicePerimeter",
        {"perimeterType": "PERIMETER_TYPE_REGULAR"},
        {"perimeterType": "PERIMETER_TYPE_BRIDGE"},
        ["perimeterType"],
        False,
    ),
    ("storage/bucket:Bucket", {"name": "b", "location": "US"}, {"storageClass": "NEARLINE"}, [], False),
    ("storage/bucket:Bucket", {"name": "b", "location": "US"}, {"location": "EU"}, ["location"], True),
    (
        "storage/bucket:Bucket",
        {"retentionPolicy": {**RETENTION}},
        {"retentionPolicy": {**RETENTION, "retentionPeriod": "200"}},
        [],
        False,
    ),
    (
        "storage/bucket:Bucket",
        {"retentionPolicy": {**RETENTION}},
        {"retentionPolicy": {**RETENTION, "retentionPeriod": "50"}},
        ["retentionPolicy"],
        False,
    ),
    ("kms/cryptoKey:CryptoKey", {"name": "k"}, {"rotationPeriod": "86400s"}, [], False),
    ("kms/cryptoKey:CryptoKey", {"name": "k"}, {"purpose": "MAC"}, ["purpose"], True),
    ("secretmanager/secret:Secret", {"secretId": "s"}, {"labels": {"a": "b"}}, [], False),
    ("secretmanager/secret:Secret", {"secretId": "s"}, {"replication": {"auto": {}}}, ["replication"], True),
    (
        "secretmanager/secret:Secret",
        REPLICATED,
        {"replication": {"auto": {"customerManagedEncryption": KEY}}},
        [],
        False,
    ),
    ("logging/projectBucketConfig:ProjectBucketConfig", {"bucketId": "b"}, {"retentionDays": 90}, [], False),
]


@pytest.mark.parametrize(("kind", "old", "change", "replaces", "first"), CASES)
def test_what_a_change_does(
    gcp: Any, kind: str, old: dict[str, Any], change: dict[str, Any], replaces: list[str], first: bool
) -> None:
    found = gcp.diff(kind, old, {**old, **change})
    assert found.changes == provider_pb2.DiffResponse.DIFF_SOME
    assert set(found.diffs) == set(change)
    assert list(found.replaces) == replaces
    assert found.deleteBeforeReplace is first


SAME = [
    (
        "compute/subnetwork:Subnetwork",
        SUBNET,
        {"network": "https://www.googleapis.com/compute/v1/projects/p/global/networks/n"},
    ),
    ("storage/bucket:Bucket", {"location": "europe-west3"}, {"location": "EUROPE-WEST3"}),
    ("compute/route:Route", {"priority": "100"}, {"priority": 100}),
    (
        "accesscontextmanager/servicePerimeter:ServicePerimeter",
        {"status": {"restrictedServices": ["a.googleapis.com", "b.googleapis.com"]}},
        {"status": {"restrictedServices": ["b.googleapis.com", "a.googleapis.com"]}},
    ),
    ("projects/iAMCustomRole:IAMCustomRole", {"permissions": ["a.b.c", "a.b.d"]}, {"permissions": ["a.b.d", "a.b.c"]}),
]


@pytest.mark.parametrize(("kind", "old", "change"), SAME)
def test_the_same_said_otherwise_is_no_change(gcp: Any, kind: str, old: dict[str, Any], change: dict[str, Any]) -> None:
    assert gcp.diff(kind, old, {**old, **change}).changes == provider_pb2.DiffResponse.DIFF_NONE


def test_the_order_of_a_list_that_is_no_set_counts(gcp: Any) -> None:
    old, new = (rule_inputs("p", 1, targetServiceAccounts=accounts) for accounts in (["a", "b"], ["b", "a"]))
    assert gcp.diff(RULE, old, new).changes == provider_pb2.DiffResponse.DIFF_SOME


def test_what_is_not_known_yet_counts_as_a_change(gcp: Any) -> None:
    old = {**SUBNET}
    found = gcp.diff("compute/subnetwork:Subnetwork", old, {**old, "ipCidrRange": UNKNOWN})
    assert list(found.replaces) == ["ipCidrRange"]
