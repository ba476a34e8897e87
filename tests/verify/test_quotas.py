"""Claim 8: counts from the planned resources, each once at its quota and once over it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import pytest

from tests.verify.handmade import SETTINGS, Plan, make_intent
from zt_ai.graph.model import Ref, Unknown
from zt_ai.spec.clouds import Aws, AwsQuotas
from zt_ai.verify.aws.quotas import quota_claim
from zt_ai.verify.model import Claim, Verdict

INGRESS = "vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "vpc/securityGroupEgressRule:SecurityGroupEgressRule"
GROUP = "ec2/securityGroup:SecurityGroup"
ENDPOINT = "ec2/vpcEndpoint:VpcEndpoint"
Fill = Callable[[Plan, int], None]
SURICATA = """# two rules, one of them on two lines
pass tls any any -> any any (sid:1;)

drop ip any any -> any any \\
  (sid:2;)
"""


def claim_of(plan: Plan, settings: Aws = SETTINGS) -> Claim:
    return quota_claim(plan.graph(), make_intent(), settings)


def with_quotas(**raised: int) -> Aws:
    return SETTINGS.model_copy(update={"quotas": AwsQuotas(**raised)})


def only(claim: Claim) -> str:
    (witness,) = claim.witnesses
    assert not claim.reasons
    return witness.explanation


def rules(plan: Plan, count: int, type_: str = INGRESS, **peer: Any) -> Ref:
    group = plan.add(GROUP, "store")
    for index in range(count):
        given = peer or {"cidrIpv4": f"10.0.{index}.0/24"}
        plan.add(type_, f"rule-{index}", securityGroupId=group, ipProtocol="tcp", fromPort=443, toPort=443, **given)
    return group


class TestSecurityGroupRules:
    """A group over its quota is left empty when it is applied, so it is counted before."""

    @pytest.mark.parametrize("type_", [INGRESS, EGRESS])
    def test_sixty_rules_are_fine_and_sixty_one_are_not(self, type_: str) -> None:
        plan = Plan()
        group = rules(plan, 60, type_)
        assert claim_of(plan).verdict is Verdict.PROVED
        plan.add(type_, "one-more", securityGroupId=group, cidrIpv4="10.9.0.0/24")
        claim = claim_of(plan)
        assert claim.verdict is Verdict.REFUTED
        assert only(claim).startswith(f"store ({'inbound' if type_ == INGRESS else 'outbound'}, IPv4): 61 rules")
        one_more = f"urn:pulumi:test::zt::aws:{type_}::one-more"
        assert claim.witnesses[0].through == (group.urn, one_more)
        assert "VPC User Guide" in only(claim)

    def test_directions_and_families_are_counted_apart(self) -> None:
        plan = Plan()
        group = rules(plan, 60)
        for index in range(60):
            plan.add(EGRESS, f"out-{index}", securityGroupId=group, cidrIpv4="10.0.0.0/24")
            plan.add(INGRESS, f"six-{index}", securityGroupId=group, cidrIpv6="fd00::/8")
        assert claim_of(plan).verdict is Verdict.PROVED

    def test_a_rule_that_names_a_group_counts_in_both_families(self) -> None:
        plan = Plan()
        group = rules(plan, 60, cidrIpv6="fd00::/8")
        plan.add(INGRESS, "named", securityGroupId=group, referencedSecurityGroupId="sg-1a2b3c4d")
        assert "IPv6): 61 rules" in only(claim_of(plan))

    def test_a_prefix_list_counts_at_its_maximum(self) -> None:
        plan = Plan()
        listed = plan.add(
            "ec2/managedPrefixList:ManagedPrefixList", "hospital", maxEntries=50, entries=[{"cidr": "10.1.0.0/16"}]
        )
        group = rules(plan, 10)
        rule = plan.add(INGRESS, "listed", securityGroupId=group, prefixListId=listed)
        assert claim_of(plan).verdict is Verdict.PROVED
        plan.change(listed, maxEntries=51)
        assert "IPv4): 61 rules" in only(claim_of(plan))
        plan.change(rule, prefixListId="pl-1a2b3c4d")
        assert claim_of(plan).verdict is Verdict.UNKNOWN

    def test_the_list_of_a_gateway_endpoint_counts_as_one(self) -> None:
        plan = Plan()
        endpoint = plan.add(ENDPOINT, "s3", serviceName="com.amazonaws.us-east-1.s3", vpcEndpointType="Gateway")
        group = rules(plan, 59, EGRESS)
        plan.add(EGRESS, "s3", securityGroupId=group, prefixListId=endpoint)
        assert claim_of(plan).verdict is Verdict.PROVED

    def test_inline_rules_are_as_many_as_their_peers(self) -> None:
        plan = Plan()
        peers = [f"10.0.{index}.0/24" for index in range(58)]
        rule = {"protocol": "tcp", "cidrBlocks": peers, "securityGroups": ["sg-1"], "self": True}
        group = plan.add(GROUP, "store", ingress=[rule])
        assert claim_of(plan).verdict is Verdict.PROVED
        plan.change(group, ingress=[{**rule, "cidrBlocks": [*peers, "10.1.0.0/24"]}])
        assert "61 rules" in only(claim_of(plan))

    def test_the_old_rule_resource_counts_too(self) -> None:
        plan = Plan()
        group = rules(plan, 59, EGRESS)
        plan.add(
            "ec2/securityGroupRule:SecurityGroupRule",
            "old",
            securityGroupId=group,
            type="egress",
            cidrBlocks=["10.1.0.0/24", "10.2.0.0/24"],
        )
        assert "outbound, IPv4): 61" in only(claim_of(plan))

    def test_a_group_by_id_is_counted_with_the_resource_of_that_id(self) -> None:
        plan = Plan()
        plan.add(GROUP, "store", id="sg-1a2b3c4d", ingress=[{"cidrBlocks": [f"10.0.{n}.0/24" for n in range(60)]}])
        plan.add(INGRESS, "x", securityGroupId="sg-1a2b3c4d", cidrIpv4="10.9.0.0/24")
        assert "61 rules" in only(claim_of(plan))

    def test_a_rule_of_nobody_knows_which_group_is_undecided(self) -> None:
        plan = Plan()
        plan.add(INGRESS, "lost", securityGroupId=Unknown(), cidrIpv4="10.9.0.0/24")
        assert claim_of(plan).verdict is Verdict.UNKNOWN

    def test_a_raised_quota_is_the_account_s(self) -> None:
        plan = Plan()
        rules(plan, 100)
        assert claim_of(plan, with_quotas(rules_per_security_group=100)).verdict is Verdict.PROVED
        assert claim_of(plan).verdict is Verdict.REFUTED

    def test_groups_times_rules(self) -> None:
        assert claim_of(Plan(), with_quotas(rules_per_security_group=200)).verdict is Verdict.PROVED
        claim = claim_of(Plan(), with_quotas(rules_per_security_group=201))
        assert "1005 rules for each interface" in only(claim)
        assert claim_of(Plan(), with_quotas(rules_per_security_group=100, security_groups_per_interface=11)).witnesses


class TestGroupsOnAnInterface:
    """An interface takes five groups, and a workload's groups all go on one."""

    @pytest.mark.parametrize(
        ("type_", "inputs"),
        [
            (ENDPOINT, lambda groups: {"vpcEndpointType": "Interface", "vpcId": "vpc-1", "securityGroupIds": groups}),
            ("lb/loadBalancer:LoadBalancer", lambda groups: {"securityGroups": groups}),
            ("ecs/service:Service", lambda groups: {"networkConfiguration": {"securityGroups": groups}}),
            ("ec2/instance:Instance", lambda groups: {"vpcSecurityGroupIds": groups}),
            ("ec2/networkInterface:NetworkInterface", lambda groups: {"securityGroups": groups}),
            ("lambda/function:Function", lambda groups: {"vpcConfig": {"securityGroupIds": groups}}),
        ],
    )
    def test_five_are_fine_and_six_are_not(self, type_: str, inputs: Callable[[list[Ref]], dict[str, Any]]) -> None:
        for count, verdict in ((5, Verdict.PROVED), (6, Verdict.REFUTED)):
            plan = Plan()
            groups = [plan.add(GROUP, f"g{index}") for index in range(count)]
            plan.add(type_, "x", **inputs(groups))
            assert claim_of(plan).verdict is verdict

    def test_a_workload_s_shards(self) -> None:
        plan = Plan()
        for index in range(5):
            plan.add(GROUP, f"store-{index}", tags={"zt-ai:workload": "store", "zt-ai:role": "workload"})
        plan.add(GROUP, "front", tags={"zt-ai:workload": "store", "zt-ai:role": "front"})
        assert claim_of(plan).verdict is Verdict.PROVED
        plan.add(GROUP, "store-5", tags={"zt-ai:workload": "store", "zt-ai:role": "workload"})
        assert "workload store: 6 security groups on one interface" in only(claim_of(plan))

    def test_an_attachment_is_one_more(self) -> None:
        plan = Plan()
        eni = plan.add("ec2/networkInterface:NetworkInterface", "eni", securityGroups=[f"sg-{n}" for n in range(5)])
        plan.add(
            "ec2/networkInterfaceSecurityGroupAttachment:NetworkInterfaceSecurityGroupAttachment",
            "x",
            networkInterfaceId=eni,
            securityGroupId="sg-6",
        )
        assert "6 security groups" in only(claim_of(plan))


def acl(plan: Plan, count: int) -> None:
    made = plan.add("ec2/networkAcl:NetworkAcl", "zone", vpcId="vpc-1")
    for index in range(count):
        for egress in (True, False):
            plan.add(
                "ec2/networkAclRule:NetworkAclRule",
                f"r{index}{egress}",
                networkAclId=made,
                egress=egress,
                cidrBlock="10.0.0.0/16",
            )


def inline_acl(plan: Plan, count: int) -> None:
    plan.add(
        "ec2/networkAcl:NetworkAcl",
        "zone",
        vpcId="vpc-1",
        egress=[{"ruleNo": n, "cidrBlock": "10.0.0.0/16"} for n in range(count)],
    )


def routes(plan: Plan, count: int) -> None:
    table = plan.add("ec2/routeTable:RouteTable", "zone", vpcId="vpc-1")
    for index in range(count):
        cidr = f"10.{index // 256}.{index % 256}.0/24"
        plan.add("ec2/route:Route", f"r{index}", routeTableId=table, destinationCidrBlock=cidr)


def gateway_routes(plan: Plan, count: int) -> None:
    """One less written by hand, and one that a gateway endpoint adds."""
    routes(plan, count - 1)
    plan.add(
        ENDPOINT,
        "s3",
        serviceName="com.amazonaws.us-east-1.s3",
        routeTableIds=[Ref("urn:pulumi:test::zt::aws:ec2/routeTable:RouteTable::zone")],
    )


def listed_routes(plan: Plan, count: int) -> None:
    listed = plan.add("ec2/managedPrefixList:ManagedPrefixList", "hospital", maxEntries=count)
    plan.add("ec2/routeTable:RouteTable", "zone", vpcId="vpc-1", routes=[{"destinationPrefixListId": listed}])


def nats(plan: Plan, count: int) -> None:
    subnet = plan.add("ec2/subnet:Subnet", "nat", vpcId="vpc-1", availabilityZone="us-east-1a")
    for index in range(count):
        plan.add("ec2/natGateway:NatGateway", f"n{index}", subnetId=subnet)


def many(type_: str, **inputs: Any) -> Fill:
    def fill(plan: Plan, count: int) -> None:
        for index in range(count):
            plan.add(type_, f"x{index}", **inputs)

    return fill


def beside_vpc(type_: str) -> Fill:
    def fill(plan: Plan, count: int) -> None:
        vpc = plan.add("ec2/vpc:Vpc", "main")
        for index in range(count):
            plan.add(type_, f"x{index}", vpcId=vpc)

    return fill


def dns_rules(plan: Plan, count: int) -> None:
    many("route53/resolverFirewallRule:ResolverFirewallRule", firewallRuleGroupId="rslvr-frg-1")(plan, count)


def domains(plan: Plan, count: int) -> None:
    plan.add(
        "route53/resolverFirewallDomainList:ResolverFirewallDomainList",
        "x",
        domains=[f"a{n}.example" for n in range(count)],
    )


def listeners(plan: Plan, count: int) -> None:
    balancer = plan.add("lb/loadBalancer:LoadBalancer", "front", loadBalancerType="network")
    many("lb/listener:Listener", loadBalancerArn=balancer)(plan, count)


def trust(plan: Plan, count: int) -> None:
    plan.add("iam/role:Role", "store", assumeRolePolicy="x" * count)


def inline_policies(plan: Plan, count: int) -> None:
    role = plan.add("iam/role:Role", "store", name="clinic-store")
    plan.add("iam/rolePolicy:RolePolicy", "a", role=role, policy="x " * 5000)
    plan.add("iam/rolePolicy:RolePolicy", "b", role="clinic-store", policy="y" * (count - 5000))


def document_of(type_: str) -> Fill:
    return lambda plan, count: (
        plan.add(type_, "x", policy="x" * count, vpcEndpointType="Interface", vpcId="vpc-1") and None
    )


def data_resources(plan: Plan, count: int) -> None:
    values = [f"arn:aws:s3:::b{n}/" for n in range(count)]
    plan.add(
        "cloudtrail/trail:Trail",
        "x",
        eventSelectors=[{"dataResources": [{"type": "AWS::S3::Object", "values": values}]}],
    )


@pytest.mark.parametrize(
    ("fill", "most", "what"),
    [
        (acl, 19, "rules in one direction of one network ACL"),  # the default deny is the twentieth
        (inline_acl, 19, "rules in one direction of one network ACL"),
        (routes, 500, "static routes"),
        (gateway_routes, 500, "static routes"),
        (listed_routes, 500, "static routes"),
        (nats, 5, "NAT gateways"),
        (many("ec2/eip:Eip"), 5, "Elastic IP addresses"),
        (beside_vpc("ec2/subnet:Subnet"), 200, "subnets"),
        (beside_vpc("ec2/routeTable:RouteTable"), 199, "route tables"),  # and the main one
        (beside_vpc("ec2/networkAcl:NetworkAcl"), 199, "network ACLs"),  # and the default one
        (beside_vpc(GROUP), 2499, "security groups in one region"),  # and the default one
        (many(ENDPOINT, vpcEndpointType="Interface", vpcId="vpc-1"), 50, "interface endpoints"),
        (many(ENDPOINT, serviceName="s3"), 20, "gateway endpoints"),
        (many("networkfirewall/firewall:Firewall"), 5, "firewalls"),
        (
            many("route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation", vpcId="vpc-1"),
            5,
            "DNS firewall rule groups",
        ),
        (dns_rules, 100, "rules in one DNS firewall rule group"),
        (domains, 100_000, "domains in all"),
        (listeners, 50, "listeners"),
        (many("iam/role:Role"), 1000, "roles"),
        (trust, 2048, "trust policy"),
        (inline_policies, 10_240, "inline policies"),
        (document_of(ENDPOINT), 20_480, "endpoint policy"),
        (document_of("s3/bucketPolicy:BucketPolicy"), 20_480, "bucket policy"),
        (document_of("kms/key:Key"), 32_768, "key policy"),
        (data_resources, 250, "data resources"),
        (many("cloudtrail/trail:Trail"), 5, "trails"),
    ],
)
def test_at_its_quota_and_one_over(fill: Fill, most: int, what: str) -> None:
    plan = Plan()
    fill(plan, most)
    at = claim_of(plan)
    assert (at.verdict, at.witnesses) == (Verdict.PROVED, ())
    plan = Plan()
    fill(plan, most + 1)
    over = claim_of(plan)
    assert over.verdict is Verdict.REFUTED
    assert all(what in witness.explanation and witness.through for witness in over.witnesses)


class TestFirewallCapacity:
    """A rule group's capacity is fixed when it is made."""

    def group(self, plan: Plan, capacity: int, source: dict[str, Any], kind: str = "STATEFUL") -> Ref:
        return plan.add(
            "networkfirewall/ruleGroup:RuleGroup", "g", type=kind, capacity=capacity, ruleGroup={"rulesSource": source}
        )

    @pytest.mark.parametrize(
        ("source", "needed"),
        [
            ({"rulesSourceList": {"targets": ["a.example", "b.example"], "targetTypes": ["TLS_SNI"]}}, 3),
            ({"rulesSourceList": {"targets": ["a.example", "b.example"], "targetTypes": ["TLS_SNI", "HTTP_HOST"]}}, 6),
            ({"statefulRules": [{"action": "PASS"}] * 4}, 4),
            ({"rulesString": SURICATA}, 2),
        ],
    )
    def test_stateful(self, source: dict[str, Any], needed: int) -> None:
        for capacity, verdict in ((needed, Verdict.PROVED), (needed - 1, Verdict.REFUTED)):
            plan = Plan()
            self.group(plan, capacity, source)
            assert claim_of(plan).verdict is verdict

    def test_stateless_is_a_product(self) -> None:
        attributes = {"protocols": [6, 17], "sources": [{"addressDefinition": f"10.0.{n}.0/24"} for n in range(3)]}
        source = {
            "statelessRulesAndCustomActions": {
                "statelessRules": [{"ruleDefinition": {"matchAttributes": attributes}}, {"priority": 2}]
            }
        }
        for capacity, verdict in ((7, Verdict.PROVED), (6, Verdict.REFUTED)):
            plan = Plan()
            self.group(plan, capacity, source, "STATELESS")
            assert claim_of(plan).verdict is verdict

    def test_a_policy_reserves_the_capacity_of_its_groups(self) -> None:
        plan = Plan()
        big = self.group(plan, 30_000, {"statefulRules": []})
        references = [{"resourceArn": big, "priority": 1}]
        policy = plan.add(
            "networkfirewall/firewallPolicy:FirewallPolicy",
            "p",
            firewallPolicy={"statefulRuleGroupReferences": references},
        )
        assert claim_of(plan).verdict is Verdict.PROVED
        plan.change(policy, firewallPolicy={"statefulRuleGroupReferences": references * 2})
        assert "units of stateful capacity" in only(claim_of(plan))

    def test_domains_known_only_later_are_undecided(self) -> None:
        plan = Plan()
        self.group(plan, 100, {"rulesSourceList": {"targets": Unknown(), "targetTypes": ["TLS_SNI"]}})
        assert claim_of(plan).verdict is Verdict.UNKNOWN


class TestTargets:
    """Targets are counted when everything runs at its most and is being replaced."""

    def plan(self, most: int, *, crossing: bool, percent: int | None = None) -> Plan:
        plan = Plan()
        balancer = plan.add(
            "lb/loadBalancer:LoadBalancer", "front", loadBalancerType="network", enableCrossZoneLoadBalancing=crossing
        )
        groups = [plan.add("lb/targetGroup:TargetGroup", name) for name in ("connect", "gateway")]
        for group in groups:
            actions = [{"type": "forward", "targetGroupArn": group}]
            plan.add("lb/listener:Listener", group.urn[-7:], loadBalancerArn=balancer, defaultActions=actions)
        plan.add(
            "ecs/service:Service",
            "proxy",
            name="clinic-proxy",
            desiredCount=2,
            deploymentMaximumPercent=percent,
            loadBalancers=[{"targetGroupArn": group} for group in groups],
        )
        plan.add(
            "appautoscaling/target:Target",
            "proxy",
            serviceNamespace="ecs",
            resourceId="service/clinic/clinic-proxy",
            maxCapacity=most,
        )
        return plan

    def test_two_groups_and_a_replacement_are_four_targets_a_task(self) -> None:
        assert claim_of(self.plan(125, crossing=True)).verdict is Verdict.PROVED
        assert "504 targets of one network load balancer that balances across zones" in only(
            claim_of(self.plan(126, crossing=True))
        )

    def test_a_deployment_in_place_halves_them(self) -> None:
        assert claim_of(self.plan(250, crossing=True, percent=100)).verdict is Verdict.PROVED
        assert claim_of(self.plan(251, crossing=True, percent=100)).verdict is Verdict.REFUTED

    def test_without_crossing_zones_there_is_room_for_more(self) -> None:
        assert claim_of(self.plan(500, crossing=False)).verdict is Verdict.PROVED
        over = claim_of(self.plan(751, crossing=False)).witnesses
        assert {witness.source for witness in over} == {"front", "connect", "gateway"}

    def test_scaling_of_nobody_knows_what_is_undecided(self) -> None:
        plan = self.plan(2, crossing=True)
        plan.add("appautoscaling/target:Target", "lost", serviceNamespace="ecs", resourceId=Unknown(), maxCapacity=900)
        assert claim_of(plan).verdict is Verdict.UNKNOWN


def test_a_policy_known_only_later_has_no_size() -> None:
    plan = Plan()
    plan.add("s3/bucketPolicy:BucketPolicy", "x", policy=Unknown())
    assert claim_of(plan).verdict is Verdict.UNKNOWN


def test_a_parsed_policy_is_measured_as_its_shortest_text() -> None:
    plan = Plan()
    statement = {"Effect": "Allow", "Action": "*", "Sid": ""}
    shortest = len(json.dumps({"Statement": [statement]}, separators=(",", ":")))
    role = plan.add(
        "iam/role:Role", "x", assumeRolePolicy={"Statement": [{**statement, "Sid": "a" * (2048 - shortest)}]}
    )
    assert claim_of(plan).verdict is Verdict.PROVED
    plan.change(role, assumeRolePolicy={"Statement": [{**statement, "Sid": "a" * (2049 - shortest)}]})
    assert claim_of(plan).verdict is Verdict.REFUTED


def test_the_claim_says_what_it_is() -> None:
    claim = claim_of(Plan())
    assert (claim.id, claim.number, claim.cloud, claim.verdict) == ("quotas", 8, "aws", Verdict.PROVED)


def test_twenty_thousand_rules_take_little_more_than_ten_times_two_thousand() -> None:
    def seconds(count: int) -> float:
        plan = Plan()
        for index in range(count // 50):
            group = plan.add(GROUP, f"g{index}", tags={"zt-ai:workload": f"w{index}"})
            for rule in range(50):
                plan.add(INGRESS, f"r{index}-{rule}", securityGroupId=group, cidrIpv4="10.0.0.0/24")
        graph = plan.graph()
        best = float("inf")
        for _ in range(3):
            start = time.process_time()
            claim = quota_claim(graph, make_intent(), SETTINGS)
            best = min(best, time.process_time() - start)
        assert claim.verdict is Verdict.PROVED
        return best

    small, large = seconds(2_000), seconds(20_000)
    assert large < 25 * small  # linear would be 10; quadratic would be 100
    assert large < 5
