"""What azure-native's own types, its enumerations and Azure's naming rules say of an input."""

from __future__ import annotations

from typing import Any

import pytest

from zt_ai.simulate.azure import checks
from zt_ai.simulate.azure.catalogue import entries, entry, token_of
from zt_ai.simulate.azure.names import RULES
from zt_ai.simulate.sdk import InputType, ListOf, MapOf, ObjectOf, OneOf, Sdk
from zt_ai.simulate.values import UNKNOWN

SDK = Sdk("azure-native", "pulumi_azure_native")
READER = "acdd72a7-3385-48ef-bd42-f606fba81ae7"
WRONG = [
    ("network:VirtualNetwork", {"adressSpace": {}}, "adressSpace", "did you mean 'addressSpace'"),
    ("network:VirtualNetwork", {"address_space": {}}, "address_space", "its wire name is 'addressSpace'"),
    ("network:VirtualNetwork", {"addressSpace": "10.0.0.0/16"}, "addressSpace", "an object"),
    ("network:Subnet", {"addressPrefix": "10.0.0.0/24"}, "virtualNetworkName", "missing required property"),
    (
        "network:Subnet",
        {"virtualNetworkName": "n", "defaultOutboundAccess": "maybe"},
        "defaultOutboundAccess",
        "a boolean",
    ),
    ("storage:StorageAccount", {"kind": "StorageV2"}, "sku", "missing required property"),
    ("storage:StorageAccount", {"kind": "StorageV2", "sku": {}}, "sku.name", "missing required property"),
    ("redis:Redis", {"sku": {"capacity": "one", "family": "C", "name": "Basic"}}, "sku.capacity", "a whole number"),
]
CHOICES = [
    ("network:SecurityRule", "protocol", "Tpc", "Tcp"),
    ("network:SecurityRule", "direction", "Inwards", "Inbound"),
    ("network:SecurityRule", "access", "Refuse", "Deny"),
    ("network:Route", "nextHopType", "Nowhere", "None"),
    ("network:Subnet", "privateEndpointNetworkPolicies", "On", "Enabled"),
    ("storage:StorageAccount", "kind", "StorageV3", "StorageV2"),
    ("monitor:ScheduledQueryRule", "kind", "LogAlarm", "LogAlert"),
]


@pytest.mark.parametrize(("kind", "inputs", "path", "said"), WRONG)
def test_what_the_sdk_does_not_declare_is_refused(azure: Any, kind: str, inputs: Any, path: str, said: str) -> None:
    problems = azure.problems(kind, inputs)
    assert said in problems[path]
    assert f"azure-native:{kind} 'it'" in problems[path]


def test_a_type_the_sdk_does_not_have_is_refused_with_the_nearest(azure: Any) -> None:
    assert "azure-native:network:Subnet" in azure.problems("network:Subnt", {})[""]


@pytest.mark.parametrize(("kind", "name", "wrong", "right"), CHOICES)
def test_a_value_that_is_none_of_an_enumeration(azure: Any, kind: str, name: str, wrong: str, right: str) -> None:
    assert "InvalidRequestFormat" in azure.problems(kind, {name: wrong})[name]
    assert right in azure.problems(kind, {name: wrong})[name], "the allowed values are told"
    assert name not in azure.problems(kind, {name: right})
    assert name not in azure.problems(kind, {name: right.upper()}), "Azure takes them in any case"


def test_values_deep_inside_are_checked_too(azure: Any) -> None:
    def rules(protocol: str) -> dict[str, Any]:
        rule = {
            "ruleType": "NetworkRule",
            "name": "r",
            "ipProtocols": [protocol],
            "sourceAddresses": ["10.0.0.0/24"],
            "destinationAddresses": ["192.0.2.1"],
            "destinationPorts": ["443"],
        }
        collection = {
            "ruleCollectionType": "FirewallPolicyFilterRuleCollection",
            "name": "c",
            "priority": 100,
            "action": {"type": "Allow"},
            "rules": [rule],
        }
        return {"firewallPolicyName": "p", "priority": 100, "ruleCollections": [collection]}

    kind = "network:FirewallPolicyRuleCollectionGroup"
    (path,) = azure.problems(kind, rules("SCTP"))
    assert path == "ruleCollections[0].rules[0].ipProtocols[0]"
    assert azure.problems(kind, rules("TCP")) == {}


def test_an_enumeration_that_the_sdk_has_wrong(azure: Any) -> None:
    """Its `ConditionOperator` is that of another service of the same name."""

    def problems(operator: str) -> Any:
        criteria = {"allOf": [{"query": "q", "operator": operator, "threshold": 1, "timeAggregation": "Count"}]}
        scope = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/w"
        return azure.problems("monitor:ScheduledQueryRule", {"scopes": [scope], "criteria": criteria})

    assert problems("GreaterThanOrEqual") == {}
    assert "criteria.allOf.operator" in problems("gte")


def test_properties_that_take_several_values_at_once(azure: Any) -> None:
    def problems(bypass: str) -> Any:
        inputs = {"accountName": "audit1", "kind": "StorageV2", "sku": {"name": "Standard_ZRS"}}
        return azure.problems(
            "storage:StorageAccount", {**inputs, "networkRuleSet": {"bypass": bypass, "defaultAction": "Deny"}}
        )

    assert problems("Logging, Metrics") == {}
    assert "networkRuleSet.bypass" in problems("Logging, Everything")


class TestNames:
    @pytest.mark.parametrize(
        ("rule", "right", "wrong"),
        [
            ("group", ("rg", "a(b)_c.d-e", "Köln", "x" * 90), ("", "ends.", "a b", "x" * 91)),
            ("network", ("ab", "a.b_c-d", "x" * 64), ("a", "ab-", "-ab", "x" * 65)),
            ("dotted", ("a", "a_", "x" * 80), ("a.", "_a", "a b", "x" * 81)),
            ("zone", ("privatelink.blob.core.windows.net", "a.b"), ("alone", "a..b", "a b.c")),
            ("record", ("@", "*", "www", "*.a", "a.b"), ("a b", ".a", "a..b")),
            ("storage", ("abc", "a1b2c3", "x" * 24), ("ab", "Abc", "a-b", "x" * 25)),
            ("container", ("abc", "a-b-c", "$logs"), ("ab", "a--b", "-ab", "ab-", "Abc")),
            ("vault", ("abc", "a-b", "A1b"), ("ab", "1ab", "a--b", "ab-", "a_b", "x" * 25)),
            ("secret", ("a", "A-1", "x" * 127), ("a/b", "a_b", "x" * 128)),
            ("registry", ("abcde", "Ab123"), ("abcd", "ab-cde")),
            ("workspace", ("abcd", "a-bc"), ("abc", "-abc", "abc-", "ab_c")),
            ("identity", ("abc", "a-_"), ("ab", "-ab", "a.b")),
            ("guid", ("00000000-0000-4000-8000-000000000000",), ("0", "0000000000004000800000000000000a")),
            ("machine", ("a", "proxy-1"), ("_a", "a.", "a-", "a b", "a/b")),
            ("containers", ("a", "a-b"), ("A", "a--b", "-a")),
        ],
    )
    def test_a_rule_takes_these_and_not_those(self, rule: str, right: tuple[str, ...], wrong: tuple[str, ...]) -> None:
        assert [name for name in right if RULES[rule].problem(name) is not None] == []
        assert [name for name in wrong if RULES[rule].problem(name) is None] == []

    def test_a_name_azure_would_refuse_is_a_problem_of_the_input_that_holds_it(self, azure: Any) -> None:
        account = {"kind": "StorageV2", "sku": {"name": "Standard_ZRS"}}
        problems = azure.problems("storage:StorageAccount", {**account, "accountName": "Clinic-Audit"})
        assert "AccountNameInvalid" in problems["accountName"]
        assert azure.problems("storage:StorageAccount", {**account, "accountName": "clinicaudit"}) == {}
        assert "24" in azure.problems("storage:StorageAccount", {**account, "accountName": "c" * 25})["accountName"]

    def test_a_role_assignment_is_called_by_a_guid(self, azure: Any) -> None:
        inputs = {
            "scope": "/subscriptions/11111111-2222-3333-4444-555555555555",
            "principalId": "00000000-0000-4000-8000-000000000000",
            "roleDefinitionId": f"/providers/Microsoft.Authorization/roleDefinitions/{READER}",
        }
        kind = "authorization:RoleAssignment"
        assert "a GUID" in azure.problems(kind, {**inputs, "roleAssignmentName": "reader"})["roleAssignmentName"]
        assert azure.problems(kind, {**inputs, "roleAssignmentName": "00000000-0000-4000-8000-00000000000a"}) == {}
        assert azure.problems(kind, inputs) == {}, "the provider makes one up"


class TestLocations:
    @pytest.mark.parametrize(
        ("location", "allowed"), [("eastus", True), ("East US 2", True), ("us-east-1", False), ("eastuss", False)]
    )
    def test_a_region_of_azure(self, azure: Any, location: str, allowed: bool) -> None:
        assert ("location" not in azure.problems("network:RouteTable", {"location": location})) == allowed

    def test_what_lies_in_no_region_is_global(self, azure: Any) -> None:
        zone = {"privateZoneName": "privatelink.vaultcore.azure.net"}
        assert "global" in azure.problems("privatedns:PrivateZone", {**zone, "location": "eastus"})["location"]
        assert azure.problems("privatedns:PrivateZone", {**zone, "location": "global"}) == {}
        # The provider fills in the resource group's location where the program gives none; Azure refuses that.
        assert "location" in azure.problems("privatedns:PrivateZone", zone)


def test_what_is_no_id_is_refused_before_anything_is_made(azure: Any) -> None:
    inputs = {"virtualNetworkName": "net", "subnetName": "app", "addressPrefix": "10.0.0.0/24"}
    problems = azure.problems("network:Subnet", {**inputs, "networkSecurityGroup": {"id": "nsg"}})
    assert "LinkedInvalidPropertyId" in problems["networkSecurityGroup.id"]
    assert azure.problems("network:Subnet", {**inputs, "networkSecurityGroup": {"id": UNKNOWN}}) == {}


def _unknown(declared: InputType, depth: int) -> Any:
    """A value of a type in which everything below some depth is unknown."""
    if depth == 0:
        return UNKNOWN
    if isinstance(declared, ObjectOf):
        return {name: _unknown(inner, depth - 1) for name, inner in declared.properties.items()}
    if isinstance(declared, ListOf):
        return [_unknown(declared.element, depth - 1)]
    if isinstance(declared, MapOf):
        return {"key": _unknown(declared.element, depth - 1)}
    return _unknown(declared.options[0], depth) if isinstance(declared, OneOf) else UNKNOWN


@pytest.mark.parametrize("token", sorted(entries()))
def test_what_is_not_known_yet_is_not_refused(token: str) -> None:
    """At any depth: a preview of a first deployment knows little."""
    resource = SDK.resource(token)
    for depth in range(7):
        assert checks.check(resource, _unknown(resource.inputs, depth + 1)) == ()
    for name in resource.inputs.properties:
        checks.check(resource, {**dict.fromkeys(resource.inputs.required, UNKNOWN), name: UNKNOWN})


@pytest.mark.parametrize("token", sorted(entries()))
def test_the_table_speaks_of_properties_that_exist(token: str) -> None:
    resource, line = SDK.resource(token), entry(token)
    names = {*line.fields, *line.references, *line.outputs, *line.replace, *line.fixed, *line.write_only}
    known = {*resource.inputs.properties, *resource.outputs}
    assert {name for name in names if name.split(".")[0] not in known} == set()
    assert line.here | line.blocks <= set(line.references)
    assert line.name is None or line.name in RULES
    assert token_of(line.arm_type.upper()) == token or line.arm_type.endswith("{recordType}")
    for wanted in line.references.values():
        assert [name for name in wanted if not name.startswith("@") and not SDK.has(name)] == []
