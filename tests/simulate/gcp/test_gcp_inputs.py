"""The SDK's own types decide what an input may be, and the table says where Google describes each type."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from zt_ai.simulate.gcp import uncovered_types
from zt_ai.simulate.gcp.catalogue import Entry, entries, entry
from zt_ai.simulate.gcp.described import Node, method, schema
from zt_ai.simulate.gcp.described_values import unmatched_properties
from zt_ai.simulate.sdk import ObjectOf, Sdk
from zt_ai.simulate.values import UNKNOWN

SDK = Sdk("gcp", "pulumi_gcp")
NETWORK, RULE = "compute/network:Network", "compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule"
PERIMETER = {"parent": "accessPolicies/1", "name": "accessPolicies/1/servicePerimeters/data", "title": "data"}

WRONG = [
    (NETWORK, {"autoCreateSubnetwork": False}, "autoCreateSubnetwork", "did you mean 'autoCreateSubnetworks'"),
    (
        NETWORK,
        {"auto_create_subnetworks": False},
        "auto_create_subnetworks",
        "its wire name is 'autoCreateSubnetworks'",
    ),
    (NETWORK, {"mtu": "large"}, "mtu", "a whole number"),
    (NETWORK, {"autoCreateSubnetworks": "maybe"}, "autoCreateSubnetworks", "a boolean"),
    ("compute/subnetwork:Subnetwork", {"ipCidrRange": "10.0.0.0/24"}, "network", "missing required property"),
    (
        RULE,
        {"firewallPolicy": "p", "priority": 1, "direction": "EGRESS", "action": "deny"},
        "match",
        "missing required",
    ),
    (
        "accesscontextmanager/servicePerimeter:ServicePerimeter",
        {**PERIMETER, "status": {"restrictedService": ["storage.googleapis.com"]}},
        "status.restrictedService",
        "did you mean 'restrictedServices'",
    ),
    ("pubsub/subscription:Subscription", {"topic": "t", "ackDeadlineSeconds": "soon"}, "ackDeadlineSeconds", "whole"),
]


@pytest.mark.parametrize(("kind", "inputs", "path", "said"), WRONG)
def test_what_the_sdk_does_not_declare_is_refused(gcp: Any, kind: str, inputs: Any, path: str, said: str) -> None:
    problems = gcp.problems(kind, inputs)
    assert said in problems[path]
    assert f"gcp:{kind} 'it'" in problems[path]


def test_right_inputs_pass_and_unknown_values_fit_every_type(gcp: Any) -> None:
    assert gcp.problems(NETWORK, {"name": "net", "autoCreateSubnetworks": False}) == {}
    assert gcp.problems("compute/subnetwork:Subnetwork", {"network": UNKNOWN, "ipCidrRange": UNKNOWN}) == {}
    assert (
        gcp.problems("accesscontextmanager/servicePerimeter:ServicePerimeter", {**PERIMETER, "status": UNKNOWN}) == {}
    )


def test_a_type_the_sdk_does_not_have_is_refused_with_the_nearest(gcp: Any) -> None:
    assert "gcp:compute/subnetwork:Subnetwork" in gcp.problems("compute/subnetwrk:Subnetwork", {})[""]


def test_a_generated_name_is_kept_over_the_life_of_a_resource(gcp: Any) -> None:
    made = gcp.make(NETWORK, {}, "clinic")
    assert made.inputs["name"].startswith("clinic-")
    assert made.inputs["__defaults"] == ["name"]
    assert gcp.account().inputs == {"accountId": "orchestrator"}


def test_a_type_outside_the_table_is_simulated_by_the_sdk_alone(gcp: Any) -> None:
    assert uncovered_types(("gcp:pubsub/subscription:Subscription",)) == ("gcp:pubsub/subscription:Subscription",)
    made = gcp.make("pubsub/subscription:Subscription", {"topic": "t", "name": "s"})
    assert made.id.startswith("projects/clinic-prod/")


@pytest.mark.parametrize("token", sorted(entries()))
class TestTable:
    def test_it_speaks_of_types_and_properties_that_exist(self, token: str) -> None:
        assert SDK.has(token)
        resource, line = SDK.resource(token), entry(token)
        names = {*line.rename, *line.references, *line.outputs, *line.patterns, *line.choices, *line.dated}
        names |= line.replace | line.in_place | line.sets | line.blocks | line.client_side
        names |= {name for group in (*line.one_of, *line.at_most_one) for name in group}
        known = {*resource.inputs.properties, *resource.outputs}
        assert {name for name in names if name.split(".")[0] not in known} == set()
        assert line.blocks <= set(line.references)
        assert line.id, "without it there is no realistic id"

    def test_what_replaces_has_a_source(self, token: str) -> None:
        line = entry(token)
        assert line.source or not (line.replace or line.in_place or line.immutable)
        for path in line.in_place - {"name"}:
            assert line.immutable or path.split(".")[0] in line.replace, "nothing that it would be an exception to"
        assert not (line.immutable and line.replace)

    def test_every_property_is_described_by_google_or_said_to_be_the_provider_s_own(self, token: str) -> None:
        assert unmatched_properties(entry(token), tuple(SDK.resource(token).inputs.properties)) == ()

    def test_renamed_properties_are_there_under_their_other_name(self, token: str) -> None:
        line = entry(token)
        for rule, target in line.rename.items():
            node = schema(line.schema or "")
            *above, _ = rule.split(".")
            for depth in range(len(above)):
                path = ".".join(above[: depth + 1])
                inner = node.at(line.rename[path]) if path in line.rename else node.at(above[depth])
                assert inner is not None, (rule, path)
                node = inner
            assert node.at(target) is not None, (rule, target)

    def test_nested_properties_that_google_does_not_describe_are_few(self, token: str) -> None:
        resource, line = SDK.resource(token), entry(token)
        missing = [
            path
            for name, declared in resource.inputs.properties.items()
            if name not in line.client_side
            for path in undescribed(declared, schema(line.schema or "").at(line.rename.get(name, name)), name, line)
        ]
        assert missing == NOT_DESCRIBED.get(token, [])

    def test_no_name_is_renamed_to_itself_or_is_no_property(self, token: str) -> None:
        line = entry(token)
        for rule, target in line.rename.items():
            declared: Any = SDK.resource(token).inputs
            for part in rule.split("."):
                declared = getattr(declared, "element", declared).properties[part]
            assert rule.rsplit(".", 1)[-1] != target


def undescribed(declared: Any, node: Node | None, path: str, line: Entry) -> Iterator[str]:
    """The nested properties of an input that have no counterpart in Google's description."""
    inner = getattr(declared, "element", declared)
    if node is None or not isinstance(inner, ObjectOf) or node.entered().kind != "object":
        return
    for key, value in inner.properties.items():
        deeper = f"{path}.{key}"
        found = node.at(line.rename[deeper]) if deeper in line.rename else node.entered().member(key)
        if found is None:
            yield deeper
        else:
            yield from undescribed(value, found, deeper, line)


_TEMPLATE = [
    *(f"disks.{name}" for name in ("diskEncryptionKey.kmsKeySelfLink", "diskName", "labels", "provisionedIops")),
    *(f"disks.{name}" for name in ("provisionedThroughput", "resourceManagerTags", "resourcePolicies")),
    *(f"disks.{name}" for name in ("sourceImageEncryptionKey", "sourceSnapshot", "sourceSnapshotEncryptionKey")),
    *("disks.storagePool", "guestAccelerators.count", "guestAccelerators.type", "networkInterfaces.subnetworkProject"),
    *("reservationAffinity.specificReservation", "reservationAffinity.type", "scheduling.maintenanceInterval"),
]
_IF_ZERO = ("Age", "DaysSinceCustomTime", "DaysSinceNoncurrentTime", "NumNewerVersions")
NOT_DESCRIBED: dict[str, list[str]] = {
    "gcp:storage/bucket:Bucket": [
        *(f"lifecycleRules.condition.send{name}IfZero" for name in _IF_ZERO),
        "lifecycleRules.condition.withState",
    ],
    "gcp:dns/recordSet:RecordSet": [
        f"routingPolicy.primaryBackup.{name}"
        for name in ("backupGeos", "enableGeoFencingForBackups", "primary", "trickleRatio")
    ],
    "gcp:compute/instanceTemplate:InstanceTemplate": _TEMPLATE,
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate": _TEMPLATE,
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": [
        "allInstancesConfig.labels",
        "allInstancesConfig.metadata",
        "updatePolicy.minReadySec",
    ],
    "gcp:compute/regionAutoscaler:RegionAutoscaler": [
        "autoscalingPolicy.scaleDownControl",
        "autoscalingPolicy.stabilizationPeriod",
    ],
    "gcp:compute/regionBackendService:RegionBackendService": ["logConfig.requestHeaders", "logConfig.responseHeaders"],
    "gcp:networkconnectivity/spoke:Spoke": ["gateway.routers"],
}
"""Nested properties that the provider has in another form than the API: the SDK's type alone checks them."""


WORDS = [
    # What the table has as a pattern stands in the discovery documents in words.
    (
        "kms/keyRing:KeyRing",
        "name",
        "cloudkms.v1:projects.locations.keyRings.create",
        "keyRingId",
        "[a-zA-Z0-9_-]{1,63}",
    ),
    (
        "kms/cryptoKey:CryptoKey",
        "name",
        "cloudkms.v1:projects.locations.keyRings.cryptoKeys.create",
        "cryptoKeyId",
        "[a-zA-Z0-9_-]{1,63}",
    ),
    (
        "secretmanager/secret:Secret",
        "secretId",
        "secretmanager.v1:projects.secrets.create",
        "secretId",
        "255 characters",
    ),
    (
        "logging/projectBucketConfig:ProjectBucketConfig",
        "bucketId",
        "logging.v2:projects.locations.buckets.create",
        "bucketId",
        "limited to 100 characters",
    ),
]


@pytest.mark.parametrize(("kind", "name", "call", "parameter", "words"), WORDS)
def test_patterns_of_names_are_google_s_own(kind: str, name: str, call: str, parameter: str, words: str) -> None:
    assert entry(f"gcp:{kind}").patterns[name]
    assert words in method(call)["parameters"][parameter]["description"]


def test_the_pattern_of_a_service_account_is_google_s_own() -> None:
    said = schema("iam.v1:CreateServiceAccountRequest").raw["properties"]["accountId"]["description"]
    assert "6-30 characters long" in said
    assert "[a-z]([-a-z0-9]*[a-z0-9])" in said
