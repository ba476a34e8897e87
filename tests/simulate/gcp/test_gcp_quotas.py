"""Quotas: the last thing that fits, the first that does not, and a quota that was raised."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.simulate.gcp.conftest import PROJECT
from zt_ai.simulate.gcp import raise_quotas
from zt_ai.simulate.gcp.act import QUOTAS
from zt_ai.simulate.gcp.refusals.firewalls import attributes

Make = Callable[[Any, int], Any]


def custom_role(gcp: Any, number: int) -> Any:
    inputs = {"roleId": f"role_{number}", "title": "x", "permissions": ["a.b.c"]}
    return gcp.make("projects/iAMCustomRole:IAMCustomRole", inputs, str(number))


def tag_value(gcp: Any, number: int) -> Any:
    parent = f"projects/{PROJECT}"
    known = gcp.world.of_type("gcp:tags/tagKey:TagKey")
    key = known[0].id if known else gcp.make("tags/tagKey:TagKey", {"parent": parent, "shortName": "k"}).id
    return gcp.make("tags/tagValue:TagValue", {"parent": key, "shortName": f"v{number}"}, str(number))


def with_network(make: Callable[[Any, Any, int], Any]) -> Make:
    def made(gcp: Any, number: int) -> Any:
        known = gcp.world.of_type("gcp:compute/network:Network")
        network = known[0].id if known else gcp.network().id
        return make(gcp, network, number)

    return made


def subnet(gcp: Any, network: str, number: int) -> Any:
    inputs = {"name": f"s{number}", "network": network, "ipCidrRange": f"10.0.{number}.0/24"}
    return gcp.make("compute/subnetwork:Subnetwork", inputs, str(number))


def route(gcp: Any, network: str, number: int) -> Any:
    hop = {"nextHopGateway": "default-internet-gateway", "destRange": f"192.0.{number}.0/24"}
    return gcp.make("compute/route:Route", {"name": f"r{number}", "network": network, **hop}, str(number))


def router(gcp: Any, network: str, number: int) -> Any:
    return gcp.make("compute/router:Router", {"name": f"r{number}", "network": network}, str(number))


def managed_zone(gcp: Any, number: int) -> Any:
    return gcp.make(
        "dns/managedZone:ManagedZone", {"name": f"z{number}", "dnsName": f"z{number}.example."}, str(number)
    )


def sink(gcp: Any, number: int) -> Any:
    inputs = {"name": f"s{number}", "destination": "storage.googleapis.com/audit"}
    return gcp.make("logging/projectSink:ProjectSink", inputs, str(number))


def log_bucket(gcp: Any, number: int) -> Any:
    inputs = {"project": PROJECT, "location": "global", "bucketId": f"b{number}"}
    return gcp.make("logging/projectBucketConfig:ProjectBucketConfig", inputs, str(number))


def response_rule(gcp: Any, number: int) -> Any:
    if not gcp.world.of_type("gcp:dns/responsePolicy:ResponsePolicy"):
        gcp.make("dns/responsePolicy:ResponsePolicy", {"responsePolicyName": "p"})
    inputs = {"responsePolicy": "p", "ruleName": f"r{number}", "dnsName": f"r{number}.example."}
    return gcp.make(
        "dns/responsePolicyRule:ResponsePolicyRule", {**inputs, "behavior": "bypassResponsePolicy"}, str(number)
    )


MAKERS: dict[str, Make] = {
    "networks-per-project": lambda gcp, number: gcp.network(f"n{number}"),
    "subnetworks-per-project": with_network(subnet),
    "static-routes-per-project": with_network(route),
    "routers-per-network-and-region": with_network(router),
    "network-firewall-policies-per-project": lambda gcp, number: gcp.policy(f"p{number}"),
    "service-accounts-per-project": lambda gcp, number: gcp.account(f"account-{number}"),
    "custom-roles-per-project": custom_role,
    "tag-values-per-key": tag_value,
    "managed-zones-per-project": managed_zone,
    "log-sinks-per-project": sink,
    "log-buckets-per-project": log_bucket,
    "rules-per-response-policy": response_rule,
}


@pytest.mark.parametrize("name", sorted(MAKERS))
def test_one_more_than_the_quota_is_refused_and_a_raised_quota_takes_it(gcp: Any, name: str) -> None:
    raise_quotas(gcp.world, {name: 2})
    MAKERS[name](gcp, 1)
    MAKERS[name](gcp, 2)
    with pytest.raises(AssertionError, match=rf"QUOTA_EXCEEDED: Quota '{name}' exceeded\. Limit: 2"):
        MAKERS[name](gcp, 3)
    raise_quotas(gcp.world, {name: 3})
    MAKERS[name](gcp, 3)


def test_the_default_is_google_s(gcp: Any) -> None:
    for number in range(QUOTAS["networks-per-project"]):
        gcp.network(f"n{number}")
    with pytest.raises(AssertionError, match="Limit: 5 networks"):
        gcp.network("one-more")


def test_a_policy_counts_what_its_rules_say_and_not_how_many_they_are(gcp: Any) -> None:
    policy = gcp.policy()
    raise_quotas(gcp.world, {"rule-attributes-per-policy": 9})
    first = gcp.rule(policy, 1)
    assert attributes(first.inputs) == 3, "a range, a protocol, a port"
    wide = {
        "match": {"destIpRanges": ["10.0.0.0/8"], "layer4Configs": [{"ipProtocol": "tcp", "ports": ["1", "2", "3"]}]}
    }
    second = gcp.rule(policy, 2, **wide)
    with pytest.raises(AssertionError, match="would have 11 rule attributes; the maximum is 9"):
        gcp.rule(policy, 3)
    gcp.update(second, {**second.inputs, "match": first.inputs["match"]})
    gcp.rule(policy, 3)
    gcp.rule(gcp.policy("other"), 1)


def test_a_perimeter_counts_what_its_rules_name_in_each_configuration_apart(gcp: Any) -> None:
    policy = gcp.make("accesscontextmanager/accessPolicy:AccessPolicy", {"parent": "organizations/1", "title": "t"})
    parent = f"accessPolicies/{policy.id}"
    raise_quotas(gcp.world, {"attributes-per-perimeter": 2})

    def perimeter(identities: int) -> dict[str, Any]:
        named = [f"serviceAccount:a{number}@p.iam.gserviceaccount.com" for number in range(identities)]
        config = {"ingressPolicies": [{"ingressFrom": {"identities": named}, "ingressTo": {"resources": ["*"]}}]}
        both = {"status": config, "spec": config, "useExplicitDryRunSpec": True}
        return {"parent": parent, "name": f"{parent}/servicePerimeters/data", "title": "data", **both}

    kind = "accesscontextmanager/servicePerimeter:ServicePerimeter"
    with pytest.raises(AssertionError, match="status has 3 ingress and egress attributes, at most 2"):
        gcp.make(kind, perimeter(2))
    gcp.make(kind, perimeter(1))


def test_every_quota_of_the_specification_is_told_to_the_simulation() -> None:
    from zt_ai.cli.simulated.gcp import premises
    from zt_ai.spec.clouds import Gcp
    from zt_ai.spec.clouds.gcp import GcpQuotas

    quotas = dict.fromkeys(GcpQuotas.model_fields, 7)
    place = {"region": "us-central1", "organization": "1", "project": PROJECT, "project_number": "123456789012"}
    settings = Gcp.model_validate({**place, "cidr": "10.0.0.0/16", "quotas": quotas})
    told = premises(settings).quotas
    assert len(told) == len(quotas)
    assert set(told) <= set(QUOTAS)
    assert set(told.values()) == {7}
