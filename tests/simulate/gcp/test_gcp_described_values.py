"""Values against Google's own descriptions: the discovery documents, and what is said in words only."""

from __future__ import annotations

import copy
from typing import Any

import pytest

from tests.simulate.gcp.conftest import rule_inputs
from zt_ai.simulate.values import UNKNOWN

RULE = "compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule"
POLICY, LEVEL = "accessPolicies/123", "accessPolicies/123/accessLevels/corp"
NET = "projects/clinic-prod/global/networks/net"

GOOD: dict[str, dict[str, Any]] = {
    "compute/network:Network": {"name": "net", "autoCreateSubnetworks": False, "routingMode": "REGIONAL"},
    "compute/subnetwork:Subnetwork": {
        "name": "records",
        "network": NET,
        "ipCidrRange": "10.0.0.0/24",
        "logConfig": {"aggregationInterval": "INTERVAL_5_SEC", "metadata": "INCLUDE_ALL_METADATA"},
    },
    "compute/route:Route": {
        "name": "r",
        "network": NET,
        "destRange": "199.36.153.4/30",
        "nextHopGateway": "default-internet-gateway",
    },
    RULE: rule_inputs("clinic", 1000),
    "compute/router:Router": {"name": "r", "network": NET},
    "compute/routerNat:RouterNat": {
        "name": "nat",
        "router": "r",
        "natIpAllocateOption": "AUTO_ONLY",
        "sourceSubnetworkIpRangesToNat": "LIST_OF_SUBNETWORKS",
        "subnetworks": [{"name": "records", "sourceIpRangesToNats": ["ALL_IP_RANGES"]}],
        "logConfig": {"enable": True, "filter": "ALL"},
    },
    "compute/regionHealthCheck:RegionHealthCheck": {"name": "h", "httpHealthCheck": {"port": 8081}},
    "compute/forwardingRule:ForwardingRule": {
        "name": "f",
        "loadBalancingScheme": "INTERNAL",
        "backendService": "b",
        "network": NET,
        "subnetwork": "records",
        "ports": ["8443"],
    },
    "compute/regionAutoscaler:RegionAutoscaler": {
        "name": "a",
        "target": "g",
        "autoscalingPolicy": {"minReplicas": 2, "maxReplicas": 4, "mode": "ON"},
    },
    "compute/regionInstanceGroupManager:RegionInstanceGroupManager": {
        "name": "g",
        "baseInstanceName": "g",
        "versions": [{"instanceTemplate": "t"}],
        "updatePolicy": {"type": "PROACTIVE", "minimalAction": "REPLACE", "maxSurgeFixed": 3},
    },
    "dns/managedZone:ManagedZone": {"name": "z", "dnsName": "googleapis.com.", "visibility": "public"},
    "dns/recordSet:RecordSet": {"name": "a.b.", "managedZone": "z", "type": "A", "ttl": 300, "rrdatas": ["10.0.0.1"]},
    "dns/responsePolicyRule:ResponsePolicyRule": {
        "ruleName": "closed",
        "responsePolicy": "p",
        "dnsName": "*.",
        "localData": {"localDatas": [{"name": "*.", "type": "A", "ttl": 300, "rrdatas": ["192.0.2.1"]}]},
    },
    "accesscontextmanager/accessLevel:AccessLevel": {
        "parent": POLICY,
        "name": LEVEL,
        "title": "corp",
        "basic": {"combiningFunction": "AND", "conditions": [{"ipSubnetworks": ["192.0.2.0/24"]}]},
    },
    "accesscontextmanager/servicePerimeter:ServicePerimeter": {
        "parent": POLICY,
        "name": f"{POLICY}/servicePerimeters/data_zones",
        "title": "data zones",
        "perimeterType": "PERIMETER_TYPE_REGULAR",
        "status": {
            "resources": ["projects/123456789012"],
            "restrictedServices": ["storage.googleapis.com"],
            "vpcAccessibleServices": {"enableRestriction": True, "allowedServices": ["RESTRICTED-SERVICES"]},
        },
    },
    "serviceaccount/account:Account": {"accountId": "orchestrator", "displayName": "Orchestrator"},
    "projects/iAMCustomRole:IAMCustomRole": {
        "roleId": "zt_reader",
        "title": "Reader",
        "permissions": ["storage.objects.get"],
        "stage": "GA",
    },
    "projects/iAMAuditConfig:IAMAuditConfig": {
        "project": "clinic-prod",
        "service": "allServices",
        "auditLogConfigs": [{"logType": "DATA_READ"}, {"logType": "DATA_WRITE"}],
    },
    "tags/tagKey:TagKey": {
        "parent": "projects/clinic-prod",
        "shortName": "workload",
        "purpose": "GCE_FIREWALL",
        "purposeData": {"network": "clinic-prod/net"},
    },
    "storage/bucket:Bucket": {
        "name": "clinic-audit",
        "location": "EUROPE-WEST3",
        "publicAccessPrevention": "enforced",
        "retentionPolicy": {"retentionPeriod": "189216000", "isLocked": True},
    },
    "kms/keyRing:KeyRing": {"name": "audit", "location": "europe-west3"},
    "kms/cryptoKey:CryptoKey": {"name": "records", "keyRing": "k", "rotationPeriod": "7776000s"},
    "secretmanager/secret:Secret": {"secretId": "clinic--orchestrator", "replication": {"auto": {}}},
    "artifactregistry/repository:Repository": {
        "repositoryId": "images",
        "format": "DOCKER",
        "location": "europe-west3",
    },
    "logging/projectBucketConfig:ProjectBucketConfig": {
        "project": "clinic-prod",
        "location": "europe-west3",
        "bucketId": "audit",
        "retentionDays": 2190,
        "locked": True,
    },
    "logging/projectSink:ProjectSink": {"name": "audit", "destination": "storage.googleapis.com/clinic-audit"},
    "monitoring/alertPolicy:AlertPolicy": {
        "displayName": "Denied egress",
        "combiner": "OR",
        "conditions": [
            {
                "displayName": "denied",
                "conditionThreshold": {
                    "filter": 'metric.type="x"',
                    "comparison": "COMPARISON_GT",
                    "duration": "60s",
                    "aggregations": [{"alignmentPeriod": "60s", "perSeriesAligner": "ALIGN_SUM"}],
                },
            }
        ],
    },
}

BAD = [
    ("compute/network:Network", "name", "Net"),
    ("compute/network:Network", "name", "n" * 64),
    ("compute/network:Network", "name", "net-"),
    ("compute/network:Network", "routingMode", "regional"),
    ("compute/network:Network", "networkFirewallPolicyEnforcementOrder", "BEFORE"),
    ("compute/subnetwork:Subnetwork", "logConfig.aggregationInterval", "INTERVAL_1_SEC"),
    ("compute/subnetwork:Subnetwork", "logConfig.metadata", "ALL"),
    ("compute/subnetwork:Subnetwork", "stackType", "IPV4"),
    ("compute/subnetwork:Subnetwork", "purpose", "PUBLIC"),
    (RULE, "direction", "OUT"),
    (RULE, "action", "drop"),
    (RULE, "match.destNetworkContext", "OUTSIDE"),
    ("compute/routerNat:RouterNat", "natIpAllocateOption", "AUTO"),
    ("compute/routerNat:RouterNat", "sourceSubnetworkIpRangesToNat", "ALL"),
    ("compute/routerNat:RouterNat", "subnetworks[0].sourceIpRangesToNats[0]", "PRIMARY"),
    ("compute/routerNat:RouterNat", "logConfig.filter", "DENIED"),
    ("compute/forwardingRule:ForwardingRule", "loadBalancingScheme", "PRIVATE"),
    ("compute/forwardingRule:ForwardingRule", "networkTier", "BASIC"),
    ("compute/regionAutoscaler:RegionAutoscaler", "autoscalingPolicy.mode", "AUTO"),
    ("compute/regionInstanceGroupManager:RegionInstanceGroupManager", "updatePolicy.minimalAction", "REBOOT"),
    ("dns/managedZone:ManagedZone", "dnsName", "googleapis.com"),
    ("dns/managedZone:ManagedZone", "visibility", "internal"),
    ("dns/recordSet:RecordSet", "name", "a.b"),
    ("dns/responsePolicyRule:ResponsePolicyRule", "dnsName", "*.*."),
    ("accesscontextmanager/accessLevel:AccessLevel", "basic.combiningFunction", "XOR"),
    ("accesscontextmanager/accessLevel:AccessLevel", "name", f"{POLICY}/accessLevels/from-corp"),
    ("accesscontextmanager/servicePerimeter:ServicePerimeter", "name", f"{POLICY}/servicePerimeters/data-zones"),
    ("accesscontextmanager/servicePerimeter:ServicePerimeter", "name", f"{POLICY}/servicePerimeters/1st"),
    ("accesscontextmanager/servicePerimeter:ServicePerimeter", "perimeterType", "REGULAR"),
    ("accesscontextmanager/servicePerimeter:ServicePerimeter", "status.restrictedServices[0]", "storage"),
    ("accesscontextmanager/servicePerimeter:ServicePerimeter", "parent", "organizations/1"),
    ("serviceaccount/account:Account", "accountId", "short"),
    ("serviceaccount/account:Account", "accountId", "a" * 31),
    ("serviceaccount/account:Account", "accountId", "Orchestrator"),
    ("serviceaccount/account:Account", "displayName", "x" * 101),
    ("projects/iAMCustomRole:IAMCustomRole", "roleId", "zt-reader"),
    ("projects/iAMCustomRole:IAMCustomRole", "stage", "STABLE"),
    ("projects/iAMCustomRole:IAMCustomRole", "permissions[0]", "storage.*"),
    ("projects/iAMAuditConfig:IAMAuditConfig", "auditLogConfigs[0].logType", "READ"),
    ("projects/iAMAuditConfig:IAMAuditConfig", "service", "storage"),
    ("tags/tagKey:TagKey", "purpose", "FIREWALL"),
    ("tags/tagKey:TagKey", "shortName", "work load"),
    ("storage/bucket:Bucket", "name", "Clinic"),
    ("storage/bucket:Bucket", "name", "ab"),
    ("storage/bucket:Bucket", "publicAccessPrevention", "on"),
    ("kms/keyRing:KeyRing", "name", "audit ring"),
    ("kms/cryptoKey:CryptoKey", "rotationPeriod", "90 days"),
    ("kms/cryptoKey:CryptoKey", "purpose", "ENCRYPT"),
    ("secretmanager/secret:Secret", "secretId", "clinic/orchestrator"),
    ("artifactregistry/repository:Repository", "format", "docker"),
    ("artifactregistry/repository:Repository", "repositoryId", "zt_ai"),
    ("logging/projectBucketConfig:ProjectBucketConfig", "bucketId", "-audit"),
    ("logging/projectSink:ProjectSink", "destination", "gs://clinic-audit"),
    ("logging/projectSink:ProjectSink", "name", "audit sink"),
    ("monitoring/alertPolicy:AlertPolicy", "combiner", "ANY"),
    ("monitoring/alertPolicy:AlertPolicy", "conditions[0].conditionThreshold.comparison", "GT"),
    ("monitoring/alertPolicy:AlertPolicy", "conditions[0].conditionThreshold.duration", "1m"),
    ("monitoring/alertPolicy:AlertPolicy", "conditions[0].conditionThreshold.aggregations[0].perSeriesAligner", "SUM"),
]


def changed(kind: str, path: str, value: Any) -> dict[str, Any]:
    """The right inputs of a type with one value put in the place of another."""
    inputs = copy.deepcopy(GOOD[kind])
    inner: Any = inputs
    *above, last = path.replace("[", ".[").split(".")
    for part in above:
        inner = inner[int(part[1:-1])] if part.startswith("[") else inner.setdefault(part, {})
    inner[int(last[1:-1]) if last.startswith("[") else last] = value
    return inputs


@pytest.mark.parametrize("kind", sorted(GOOD))
def test_right_values_pass(gcp: Any, kind: str) -> None:
    assert gcp.problems(kind, GOOD[kind]) == {}


@pytest.mark.parametrize(("kind", "path", "value"), BAD)
def test_a_value_outside_google_s_description_is_refused_where_it_stands(
    gcp: Any, kind: str, path: str, value: Any
) -> None:
    problems = gcp.problems(kind, changed(kind, path, value))
    assert path in problems
    assert repr(value)[:60] in problems[path]


@pytest.mark.parametrize(("kind", "path", "value"), BAD)
def test_what_is_not_known_yet_is_not_refused(gcp: Any, kind: str, path: str, value: Any) -> None:
    assert gcp.problems(kind, changed(kind, path, UNKNOWN)) == {}


class TestCombinations:
    ROUTE = "compute/route:Route"

    def test_a_route_has_exactly_one_next_hop(self, gcp: Any) -> None:
        hop = {key: value for key, value in GOOD[self.ROUTE].items() if key != "nextHopGateway"}
        assert "none is given" in gcp.problems(self.ROUTE, hop)["nextHopGateway"]
        both = {**GOOD[self.ROUTE], "nextHopIp": "10.0.0.2"}
        assert "nextHopGateway and nextHopIp are given" in gcp.problems(self.ROUTE, both)["nextHopGateway"]

    def test_a_rule_targets_accounts_or_secure_tags(self, gcp: Any) -> None:
        accounts, tags = {"targetServiceAccounts": ["a@b"]}, {"targetSecureTags": [{"name": "tagValues/1"}]}
        assert gcp.problems(RULE, {**GOOD[RULE], **accounts}) == {}
        assert gcp.problems(RULE, {**GOOD[RULE], **tags}) == {}
        assert "at most one" in gcp.problems(RULE, {**GOOD[RULE], **accounts, **tags})["targetServiceAccounts"]

    def test_what_the_call_needs_is_needed_though_the_sdk_lets_it_out(self, gcp: Any) -> None:
        problems = gcp.problems("compute/router:Router", {"name": "r"})
        assert problems["network"].endswith("missing required property 'network' (Compute Engine API Router)")


class TestLabels:
    SECRET = "secretmanager/secret:Secret"

    @pytest.mark.parametrize("labels", [{"zt-ai:zone": "a"}, {"Zone": "a"}, {"zone": "Records"}, {"k" * 64: "a"}])
    def test_labels_are_lowercase_and_have_no_colon(self, gcp: Any, labels: dict[str, str]) -> None:
        assert list(gcp.problems(self.SECRET, {**GOOD[self.SECRET], "labels": labels})) == [
            f'labels["{next(iter(labels))}"]'
        ]
        good = {"zt-ai-zone": "records"}
        assert gcp.problems(self.SECRET, {**GOOD[self.SECRET], "labels": good}) == {}

    def test_no_more_than_64(self, gcp: Any) -> None:
        most = {f"k{number}": "v" for number in range(64)}
        assert gcp.problems(self.SECRET, {**GOOD[self.SECRET], "labels": most}) == {}
        assert (
            "65 labels" in gcp.problems(self.SECRET, {**GOOD[self.SECRET], "labels": {**most, "one": "more"}})["labels"]
        )
