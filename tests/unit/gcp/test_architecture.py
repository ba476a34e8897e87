"""The whole architecture of the clinic, as its graph shows it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

import pytest

from tests.unit.gcp.graphs import clinic, graph, named, own_project, setting, target
from zt_ai.graph.model import Unknown

RULE = "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule"


def unknowns(value: object) -> Iterator[Unknown]:
    if isinstance(value, Unknown):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from unknowns(item)
    elif isinstance(value, tuple):
        for item in value:
            yield from unknowns(item)


def test_every_value_is_known_or_one_reference() -> None:
    assert [(r.name, u) for r in clinic() for u in unknowns(r.inputs)] == []


def test_the_network_starts_closed() -> None:
    network = named(clinic(), "clinic-network").inputs
    assert network["deleteDefaultRoutesOnCreate"] is True
    assert network["autoCreateSubnetworks"] is False
    assert network["networkFirewallPolicyEnforcementOrder"] == "BEFORE_CLASSIC_FIREWALL"


def test_each_zone_is_one_subnet_with_every_flow_recorded() -> None:
    subnets = clinic().of_type("gcp:compute/subnetwork:Subnetwork")
    assert len(subnets) == 6
    for subnet in subnets:
        log = subnet.inputs["logConfig"]
        assert isinstance(log, Mapping)
        assert log["flowSampling"] == 1
        assert subnet.inputs["stackType"] == "IPV4_ONLY"
        assert "[zt-ai:zone=" in str(subnet.inputs["description"])


def test_the_way_out_is_for_the_egress_zone_and_the_proxys_tag() -> None:
    nat = named(clinic(), "clinic-egress-nat").inputs
    (served,) = nat["subnetworks"]  # type: ignore[misc]
    assert isinstance(served, Mapping)
    assert target(served["name"]) == "clinic-network-egress"
    routes = {r.inputs["destRange"]: r.inputs.get("tags") for r in clinic().of_type("gcp:compute/route:Route")}
    assert routes == {"199.36.153.4/30": None, "0.0.0.0/0": ("clinic-egress-proxy",)}


def test_no_resource_uses_the_private_addresses_outside_the_perimeters() -> None:
    assert not [r.name for r in clinic() if "199.36.153.8" in str(r.inputs)]


def test_the_resolver_answers_no_name_but_the_allowed() -> None:
    rules = {
        str(r.inputs["dnsName"]): r.inputs for r in clinic().of_type("gcp:dns/responsePolicyRule:ResponsePolicyRule")
    }
    closed = rules.pop("*.")
    assert "localData" in closed
    assert "behavior" not in closed
    assert all(r["behavior"] == "bypassResponsePolicy" for r in rules.values())
    wild = {name for name in rules if "*" in name}
    zones = {str(z.inputs["dnsName"]) for z in clinic().of_type("gcp:dns/managedZone:ManagedZone")}
    # A free label may only stand where a private zone of the network gives the answer.
    assert {name.removeprefix("*.") for name in wild} == zones
    assert {"api.anthropic.com.", "api.openai.com."} <= set(rules)


def test_the_hub_learns_the_ranges_of_access_zones_alone() -> None:
    spoke = named(clinic(), "clinic-hub").inputs["linkedVpcNetwork"]
    assert isinstance(spoke, Mapping)
    front = named(clinic(), "clinic-network-front").inputs["ipCidrRange"]
    assert spoke["includeExportRanges"] == (front,)


def test_the_policy_takes_effect_once_all_its_rules_are_there() -> None:
    association = named(clinic(), "clinic-firewall-association")
    rules = {rule.urn for rule in clinic().of_type(RULE)}
    assert rules <= association.dependencies


def test_records_are_locked_for_as_long_as_the_specification_says() -> None:
    bucket = named(clinic(), "clinic-audit-archive").inputs
    logs = named(clinic(), "clinic-audit-logs").inputs
    assert bucket["retentionPolicy"] == {"isLocked": True, "retentionPeriod": str(2557 * 86_400)}
    assert (logs["locked"], logs["retentionDays"]) == (True, 2557)
    access = named(clinic(), "clinic-audit-access").inputs
    assert access["service"] == "allServices"
    kinds = access["auditLogConfigs"]
    assert isinstance(kinds, tuple)
    assert {kind["logType"] for kind in kinds if isinstance(kind, Mapping)} == {"ADMIN_READ", "DATA_READ", "DATA_WRITE"}
    assert not [kind for kind in kinds if isinstance(kind, Mapping) and "exemptedMembers" in kind]


def test_each_project_keeps_its_own_records() -> None:
    made = graph(own_project)
    projects = Counter(s.inputs["project"] for s in made.of_type("gcp:logging/projectSink:ProjectSink"))
    assert projects == {"clinic-platform": 2, "clinic-records": 2}
    for sink in made.of_type("gcp:logging/projectSink:ProjectSink"):
        number = {"clinic-platform": "111122223333", "clinic-records": "444455556666"}[str(sink.inputs["project"])]
        assert str(sink.inputs["project"]) in str(sink.inputs["destination"]) or number in str(
            sink.inputs["destination"]
        )


def test_an_adopted_network_is_used_and_not_made() -> None:
    path = "projects/clinic-platform/global/networks/shared"
    made = graph(setting(adopt={"network": path, "access_policy": "987654321098"}))
    assert not made.of_type("gcp:compute/network:Network")
    assert {s.inputs["network"] for s in made.of_type("gcp:compute/subnetwork:Subnetwork")} == {path}
    assert named(made, "clinic-firewall-association").inputs["attachmentTarget"] == path
    assert named(made, "clinic-tags").inputs["purposeData"] == {"network": "clinic-platform/shared"}


def test_without_a_provider_there_is_no_proxy_and_no_way_out() -> None:
    def closed(document: dict) -> None:  # type: ignore[type-arg]
        document["flows"] = {n: f for n, f in document["flows"].items() if f["to"] not in document["providers"]}

    made = graph(closed)
    for type_ in (
        "compute/routerNat:RouterNat",
        "compute/instanceTemplate:InstanceTemplate",
        "compute/address:Address",
    ):
        assert not made.of_type(f"gcp:{type_}"), type_
    assert {r.inputs["destRange"] for r in made.of_type("gcp:compute/route:Route")} == {"199.36.153.4/30"}


def test_what_is_watched_goes_to_one_channel() -> None:
    alerts = clinic().of_type("gcp:monitoring/alertPolicy:AlertPolicy")
    keys = {alert.name.removeprefix("clinic-watch-") for alert in alerts}
    assert {
        "denied-egress", "denied-ingress", "blocked-names", "perimeter-violations", "refused-requests", "refused-tools",
        "record-tampering", "silent-flow-logs", "silent-proxy", "agreement-anthropic", "proxy-down",
    } <= keys  # fmt: skip
    for alert in alerts:
        (channel,) = alert.inputs["notificationChannels"]  # type: ignore[misc]
        assert target(channel) == "clinic-watch-channel"
    metrics = {str(m.inputs["name"]) for m in clinic().of_type("gcp:logging/metric:Metric")}
    for alert in alerts:
        filters = str(alert.inputs["conditions"])
        if "logging.googleapis.com/user/" in filters:
            assert filters.split("logging.googleapis.com/user/")[1].split('"', maxsplit=1)[0] in metrics


def test_channels_that_exist_are_used() -> None:
    channel = "projects/clinic-platform/notificationChannels/42"
    made = graph(setting(notification_channels=[channel]))
    assert not made.of_type("gcp:pubsub/topic:Topic")
    used = {a.inputs["notificationChannels"] for a in made.of_type("gcp:monitoring/alertPolicy:AlertPolicy")}
    assert used == {(channel,)}


@pytest.mark.parametrize("key", ["zt-ai-spec"])
def test_what_takes_labels_says_whose_it_is(key: str) -> None:
    labelled = [r for r in clinic() if "labels" in r.inputs and "notificationChannel" not in r.type]
    assert len(labelled) > 5
    assert all(isinstance(r.inputs["labels"], Mapping) and r.inputs["labels"][key] == "clinic" for r in labelled)


def test_every_description_fits_its_resource() -> None:
    for resource in clinic():
        text = resource.inputs.get("description")
        if isinstance(text, str) and ("tags/" in resource.type or "serviceaccount/" in resource.type):
            assert len(text) <= 256, resource.name


def test_nothing_is_made_before_its_api_is_on() -> None:
    apis = {r.urn for r in clinic().of_type("gcp:projects/service:Service")}
    assert {r.inputs["service"] for r in clinic() if r.urn in apis} >= {"compute.googleapis.com", "dns.googleapis.com"}
    for resource in clinic():
        if resource.custom and resource.urn not in apis and resource.type.startswith("gcp:"):
            assert apis <= resource.dependencies, resource.name


def test_apis_are_never_switched_off_and_can_be_left_to_others() -> None:
    assert {r.inputs["disableOnDestroy"] for r in clinic().of_type("gcp:projects/service:Service")} == {False}
    assert not graph(setting(enable_apis=False)).of_type("gcp:projects/service:Service")


def test_a_project_gets_the_apis_of_what_lies_in_it() -> None:
    made = graph(own_project).of_type("gcp:projects/service:Service")
    theirs = {r.inputs["service"] for r in made if r.inputs["project"] == "clinic-records"}
    assert {"cloudkms.googleapis.com", "storage.googleapis.com"} <= theirs
    assert "compute.googleapis.com" not in theirs


def test_a_rule_waits_for_the_accounts_that_it_names_and_for_no_other() -> None:
    accounts = {r.urn: f"{r.inputs['accountId']}@" for r in clinic().of_type("gcp:serviceaccount/account:Account")}
    targeted = 0
    for rule in clinic().of_type(RULE):
        named_ = rule.inputs.get("targetServiceAccounts") or ()
        assert isinstance(named_, tuple)
        waited = {accounts[urn] for urn in rule.dependencies if urn in accounts}
        assert {f"{str(email).partition('@')[0]}@" for email in named_} == waited, rule.name
        targeted += len(waited)
    assert targeted
