"""Quotas found before anything is sent. Proved here: which quota, and that the error names the flows."""

from __future__ import annotations

from collections import Counter

import pytest

from tests.unit.aws.plans import Data, built, changed, example, lab, understood
from zt_ai.aws.plan.limits import problems
from zt_ai.spec.problems import Problem, SpecError


def found(data: Data) -> list[Problem]:
    return list(problems(*understood(data)))


@pytest.mark.parametrize("name", ["minimal", "clinic"])
def test_the_examples_fit(name: str) -> None:
    assert found(example(name)) == []


def lab_with_networks(ranges: int) -> Data:
    data = lab(transit_gateway="tgw-0123456789abcdef0")
    data = changed(data, "zones", "door", to={"kind": "access", "holds": "phi"})
    data = changed(data, "workloads", "desk", to={"zone": "door", "serves": {"https": {"port": 443}}})
    cidrs = [f"172.16.{2 * n}.0/24" for n in range(ranges)]
    data = changed(data, "networks", "campus", to={"cidrs": cidrs})
    flow = {"from": "campus", "to": "desk", "carries": "phi", "reason": "The campus uses the desk"}
    return changed(data, "flows", "campus-in", to=flow)


# What is over, the quota that says so, and a flow that the error must name.
OVER: dict[str, tuple[Data, str, str]] = {
    "rules of a group and of all its shards": (lab(301), "rules_per_security_group", "call-0"),
    "network ACL rules": (lab(1, ports=30), "rules_per_network_acl", "call-0"),
    "network ranges": (lab_with_networks(20), "rules_per_network_acl", "campus-in"),
    "routes": (
        changed(lab_with_networks(50), "clouds", "aws", "quotas", to={"routes_per_route_table": 50}),
        "routes_per_route_table",
        "campus-in",
    ),
    "groups of the region": (lab(3, quotas={"security_groups_per_region": 4}), "security_groups_per_region", ""),
    "subnets": (lab(quotas={"subnets_per_vpc": 5}), "subnets_per_vpc", ""),
    "route tables": (lab(quotas={"route_tables_per_vpc": 6}), "route_tables_per_vpc", ""),
    "roles": (lab(3, quotas={"roles_per_account": 5}), "roles_per_account", ""),
    "interface endpoints": (
        changed(example("clinic"), "clouds", "aws", "quotas", to={"interface_endpoints_per_vpc": 5}),
        "interface_endpoints_per_vpc",
        "intake-logs",
    ),
    "gateway and group product": (
        lab(quotas={"rules_per_security_group": 300, "security_groups_per_interface": 5}),
        "rules_per_security_group",
        "",
    ),
}


@pytest.mark.parametrize("case", OVER)
def test_a_quota_that_would_break_is_named_with_the_flows_to_change(case: str) -> None:
    data, quota, flow = OVER[case]
    over = [p for p in found(data) if p.path[-1] == quota]
    assert over, [str(p) for p in found(data)]
    assert any(flow in p.message for p in over)
    assert all(p.hint for p in over)


@pytest.mark.parametrize("callers", [60, 61, 300])
def test_a_group_that_can_be_split_is_no_error(callers: int) -> None:
    assert not [p for p in found(lab(callers)) if p.path[-1] == "rules_per_security_group"]


def test_ports_that_touch_are_merged_instead_of_refused() -> None:
    data = lab(1, ports=30)
    data["workloads"]["store"]["serves"] = {f"p{n}": {"port": 9000 + n} for n in range(30)}
    assert found(data) == []


def test_a_specification_that_does_not_fit_registers_nothing() -> None:
    with pytest.raises(SpecError, match="inbound rules and 5 group") as refused:
        built(lab(301))
    assert refused.value.problems


def test_china_is_refused_with_a_reason() -> None:
    data = lab(region="cn-north-1", availability_zones=["cn-north-1a"])
    assert [p.rule for p in found(data)] == ["region"]


@pytest.mark.parametrize(
    ("proxy", "field"),
    [({"cpu": 1000}, "memory"), ({"cpu": 256, "memory": 16384}, "memory"), ({"maximum": 126}, "maximum")],
)
def test_a_proxy_that_fargate_or_the_load_balancer_cannot_hold_is_refused(proxy: dict[str, int], field: str) -> None:
    assert [p.clause for p in found(lab(proxy=proxy))] == [f"clouds.aws.proxy.{field}"]


def most_acl_rules(data: Data) -> int:
    """Rules of the fullest direction of the fullest network ACL."""
    rules = built(data).of_type("aws:ec2/networkAclRule:NetworkAclRule")
    return max(Counter((rule.inputs["networkAclId"], rule.inputs["egress"]) for rule in rules).values())


def test_the_closing_deny_of_aws_takes_one_network_acl_rule_of_the_quota() -> None:
    def with_quota(number: int) -> Data:
        return changed(example("clinic"), "clouds", "aws", "quotas", to={"rules_per_network_acl": number})

    most = most_acl_rules(example("clinic"))
    assert not found(with_quota(most + 1))
    # With a quota of `most` there is room for one less: either rules are merged or the specification is refused.
    refused = [p.path[-1] for p in found(with_quota(most))]
    assert refused == ["rules_per_network_acl"] * len(refused)
    assert refused or most_acl_rules(with_quota(most)) < most


def test_a_role_policy_that_aws_would_not_take_is_refused_beforehand() -> None:
    names = [f"clinic/{number:03}/{'x' * 180}" for number in range(100)]
    data = changed(example("clinic"), "services", "app-secrets", "resources", to=names)
    over = [
        p
        for p in found(data)
        if "orchestrator" in p.message and p.hint == "name fewer resources, or split the workload"
    ]
    assert over, [str(p) for p in found(data)]
    assert not [p for p in found(example("clinic")) if p.hint == "name fewer resources, or split the workload"]
