"""The network components, each made alone under mocks.

Proved here: what is declared. That AWS takes it is proved against the simulated cloud and an API emulator, what it lets
through by `zt_ai.verify`.
"""

from __future__ import annotations

import pulumi
import pytest

from tests.unit.aws.plans import SCOPE, Ref, only, run, tags
from zt_ai.aws import (
    Alias,
    DnsFirewall,
    DnsFirewallArgs,
    EgressPath,
    FirewallRecords,
    PrivateEndpoints,
    PrivateEndpointsArgs,
    PrivateNames,
    PrivateNamesArgs,
    ProviderEgress,
    ProviderEgressArgs,
    SecurityGroupRules,
    SecurityGroupRulesArgs,
    SecurityGroups,
    SecurityGroupsArgs,
    SegmentedNetwork,
    SegmentedNetworkArgs,
    TransitAttachment,
    TransitAttachmentArgs,
    TransitRoutes,
    ZoneSubnets,
    ZoneSubnetsArgs,
)
from zt_ai.aws.plan.acl_rules import connection, numbered
from zt_ai.aws.plan.endpoint_policy import EndpointPlan
from zt_ai.aws.plan.group_rules import Group, GroupRole, GroupRule, PrefixList, Range
from zt_ai.aws.plan.layout import SubnetRole
from zt_ai.graph.model import ResourceGraph
from zt_ai.intent.model import Clause, Ports

PLACES = ("us-east-1a", "us-east-1b")
WORK, STORE = Group(GroupRole.WORKLOAD, "work"), Group(GroupRole.WORKLOAD, "store")
VPC = "vpc-0123456789abcdef0"


def ids(prefix: str) -> dict[str, str]:
    return {place: f"{prefix}-{place}" for place in PLACES}


class TestSegmentedNetwork:
    def test_all_that_a_new_vpc_allows_by_default_is_taken_away(self) -> None:
        graph = run(lambda: SegmentedNetwork("net", SegmentedNetworkArgs(scope=SCOPE, cidr="10.0.0.0/16")))
        vpc = only(graph, "aws:ec2/vpc:Vpc", assignGeneratedIpv6CidrBlock=False, enableDnsHostnames=True)
        for kind, key in (
            ("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "vpcId"),
            ("aws:ec2/defaultNetworkAcl:DefaultNetworkAcl", "defaultNetworkAclId"),
        ):
            found = only(graph, kind, ingress=(), egress=())
            assert found.inputs[key] == Ref(vpc.urn)
        only(graph, "aws:ec2/defaultRouteTable:DefaultRouteTable", routes=(), defaultRouteTableId=Ref(vpc.urn))
        assert not graph.of_type("aws:ec2/route:Route")

    def test_an_adopted_vpc_keeps_its_own_main_table_and_network_acl(self) -> None:
        args = SegmentedNetworkArgs(scope=SCOPE, cidr="10.0.0.0/16", vpc_id=VPC, internet_gateway_id="igw-1")
        graph = run(lambda: SegmentedNetwork("net", args))
        assert [r.type for r in graph if r.custom] == ["aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"]
        only(graph, "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", vpcId=VPC, ingress=(), egress=())

    def test_the_default_group_of_an_adopted_vpc_may_belong_to_another_stack(self) -> None:
        args = SegmentedNetworkArgs(
            scope=SCOPE, cidr="10.0.0.0/16", vpc_id=VPC, strip_default_group=False, internet=False
        )
        assert [r for r in run(lambda: SegmentedNetwork("net", args)) if r.custom] == []

    def test_without_internet_there_is_no_gateway(self) -> None:
        args = SegmentedNetworkArgs(scope=SCOPE, cidr="10.0.0.0/16", internet=False)
        assert not run(lambda: SegmentedNetwork("net", args)).of_type("aws:ec2/internetGateway:InternetGateway")


class TestZoneSubnets:
    @pytest.fixture
    def graph(self) -> ResourceGraph:
        rules = numbered(connection("work", "10.0.4.0/22", "tcp", 5432, 5432, outbound=False))
        subnets = {"us-east-1a": "10.0.0.0/24", "us-east-1b": "10.0.1.0/24"}
        args = ZoneSubnetsArgs(scope=SCOPE, vpc_id=VPC, subnets=subnets, rules=rules, zone="vault")
        return run(lambda: ZoneSubnets("vault", args))

    def test_subnets_are_private_and_know_their_zone(self, graph: ResourceGraph) -> None:
        subnets = graph.of_type("aws:ec2/subnet:Subnet")
        assert {s.inputs["availabilityZone"]: s.inputs["cidrBlock"] for s in subnets} == {
            "us-east-1a": "10.0.0.0/24",
            "us-east-1b": "10.0.1.0/24",
        }
        for subnet in subnets:
            assert subnet.inputs["mapPublicIpOnLaunch"] is False
            assert subnet.inputs["assignIpv6AddressOnCreation"] is False
            assert tags(subnet)["zt-ai:zone"] == "vault"
            assert tags(subnet)["zt-ai:role"] == "zone"

    def test_each_subnet_has_a_route_table_of_its_own_with_local_routes_only(self, graph: ResourceGraph) -> None:
        pairs = {
            (a.inputs["subnetId"], a.inputs["routeTableId"])
            for a in graph.of_type("aws:ec2/routeTableAssociation:RouteTableAssociation")
        }
        assert len({subnet for subnet, _ in pairs}) == len({table for _, table in pairs}) == 2
        assert not graph.of_type("aws:ec2/route:Route")

    def test_all_subnets_are_behind_the_network_acl_of_the_zone(self, graph: ResourceGraph) -> None:
        acl = only(graph, "aws:ec2/networkAcl:NetworkAcl", vpcId=VPC)
        assert tags(acl)["zt-ai:zone"] == "vault"
        covered = {
            a.inputs["subnetId"]
            for a in graph.of_type("aws:ec2/networkAclAssociation:NetworkAclAssociation")
            if a.inputs["networkAclId"] == Ref(acl.urn)
        }
        assert covered == {Ref(s.urn) for s in graph.of_type("aws:ec2/subnet:Subnet")}
        rules = graph.of_type("aws:ec2/networkAclRule:NetworkAclRule")
        said = {(r.inputs["egress"], r.inputs["fromPort"], r.inputs["toPort"], r.inputs["ruleAction"]) for r in rules}
        assert said == {(False, 5432, 5432, "allow"), (True, 1024, 65535, "allow")}

    def test_without_rules_nothing_passes(self) -> None:
        args = ZoneSubnetsArgs(scope=SCOPE, vpc_id=VPC, subnets={"us-east-1a": "10.0.0.0/24"}, role=SubnetRole.NAT)
        graph = run(lambda: ZoneSubnets("bare", args))
        assert not graph.of_type("aws:ec2/networkAclRule:NetworkAclRule")
        assert len(graph.of_type("aws:ec2/networkAclAssociation:NetworkAclAssociation")) == 1


class TestSecurityGroups:
    RULES = (
        GroupRule(WORK, True, STORE, Ports("tcp", 5432, 5432), (Clause("flow:read", "Charts are “read”, often"),)),
        GroupRule(STORE, False, WORK, Ports("tcp", 5432, 5432), (Clause("flow:read", "Charts are read"),)),
        GroupRule(STORE, False, Range("10.128.0.0/14"), Ports("udp", 1, 9), (Clause("flow:in", "From the campus"),)),
        GroupRule(WORK, True, PrefixList("s3"), Ports("tcp", 443, 443), (Clause("flow:files", "Files are kept"),)),
    )

    @pytest.fixture
    def graph(self) -> ResourceGraph:
        def program() -> None:
            groups = SecurityGroups(
                "groups", SecurityGroupsArgs(scope=SCOPE, vpc_id=VPC, groups={WORK: (1, 2), STORE: (1,)})
            )
            SecurityGroupRules(
                "rules",
                SecurityGroupRulesArgs(
                    scope=SCOPE,
                    rules=[(r.group, 2 if isinstance(r.peer, PrefixList) else 1, r) for r in self.RULES],
                    group_ids=groups.ids,
                    prefix_list_ids={"s3": "pl-63a5400a"},
                ),
            )

        return run(program)

    def test_groups_are_empty_and_hold_no_text_of_the_user(self, graph: ResourceGraph) -> None:
        groups = graph.of_type("aws:ec2/securityGroup:SecurityGroup")
        assert {g.inputs["name"] for g in groups} == {
            "zt-ai/lab/workload.work",
            "zt-ai/lab/workload.work.2",
            "zt-ai/lab/workload.store",
        }
        for group in groups:
            assert "ingress" not in group.inputs
            assert "egress" not in group.inputs
            assert group.inputs["description"] == "zt-ai workload"
            assert tags(group)["zt-ai:role"] == "workload"

    def test_a_rule_names_one_peer_and_its_clauses(self, graph: ResourceGraph) -> None:
        groups = {str(tags(g)["Name"]): Ref(g.urn) for g in graph.of_type("aws:ec2/securityGroup:SecurityGroup")}
        out = only(graph, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", fromPort=5432)
        assert out.inputs["securityGroupId"] == groups["lab-workload.work"]
        assert out.inputs["referencedSecurityGroupId"] == groups["lab-workload.store"]
        assert out.inputs["description"] == "flow:read: Charts are read , often"
        assert tags(out)["zt-ai:clause"] == "flow:read"
        assert not {"cidrIpv4", "cidrIpv6", "prefixListId"} & out.inputs.keys()

    def test_a_rule_of_a_later_shard_is_held_by_it(self, graph: ResourceGraph) -> None:
        second = only(graph, "aws:ec2/securityGroup:SecurityGroup", name="zt-ai/lab/workload.work.2")
        files = only(graph, "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", prefixListId="pl-63a5400a")
        assert files.inputs["securityGroupId"] == Ref(second.urn)

    def test_peers_name_the_first_shard(self, graph: ResourceGraph) -> None:
        first = only(graph, "aws:ec2/securityGroup:SecurityGroup", name="zt-ai/lab/workload.work")
        into = only(graph, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", fromPort=5432)
        assert into.inputs["referencedSecurityGroupId"] == Ref(first.urn)

    def test_a_network_is_a_range(self, graph: ResourceGraph) -> None:
        rule = only(graph, "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", cidrIpv4="10.128.0.0/14")
        assert (rule.inputs["ipProtocol"], rule.inputs["fromPort"], rule.inputs["toPort"]) == ("udp", 1, 9)


class TestPrivateEndpoints:
    @pytest.fixture
    def graph(self) -> ResourceGraph:
        plans = {s: EndpointPlan(s, f'{{"for":"{s}"}}', ("flow:a", "flow:b")) for s in ("s3", "secretsmanager")}
        args = PrivateEndpointsArgs(
            scope=SCOPE,
            vpc_id=VPC,
            endpoints=plans,
            subnet_ids=ids("subnet"),
            route_table_ids={"s3": ["rtb-1", "rtb-2"]},
        )
        return run(lambda: PrivateEndpoints("endpoints", args))

    def test_an_interface_endpoint_has_its_own_group_policy_and_names(self, graph: ResourceGraph) -> None:
        endpoint = only(graph, "aws:ec2/vpcEndpoint:VpcEndpoint", vpcEndpointType="Interface")
        group = only(graph, "aws:ec2/securityGroup:SecurityGroup", vpcId=VPC)
        assert endpoint.inputs["securityGroupIds"] == (Ref(group.urn),)
        assert endpoint.inputs["policy"] == '{"for":"secretsmanager"}'
        assert endpoint.inputs["privateDnsEnabled"] is True
        assert endpoint.inputs["serviceName"] == "com.amazonaws.us-east-1.secretsmanager"
        assert tags(group)["zt-ai:role"] == "endpoint"
        assert tags(group)["zt-ai:service"] == tags(endpoint)["zt-ai:service"] == "secretsmanager"
        assert tags(endpoint)["zt-ai:clause"] == "flow:a flow:b"

    def test_object_storage_has_a_gateway_endpoint_in_the_route_tables_of_its_callers(
        self, graph: ResourceGraph
    ) -> None:
        endpoint = only(graph, "aws:ec2/vpcEndpoint:VpcEndpoint", vpcEndpointType="Gateway")
        assert endpoint.inputs["routeTableIds"] == ("rtb-1", "rtb-2")
        assert endpoint.inputs["policy"] == '{"for":"s3"}'

    def test_nobody_reaches_an_endpoint_until_a_rule_is_added(self, graph: ResourceGraph) -> None:
        assert not graph.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")


class TestProviderEgress:
    def graph(self, *, protection: bool = False) -> ResourceGraph:
        def program() -> None:
            # Real subnets: the firewall tells the availability zone of an endpoint by its subnet.
            cidrs = {place: f"10.0.9.{n * 16}/28" for n, place in enumerate(PLACES)}
            subnets = ZoneSubnets("fw", ZoneSubnetsArgs(scope=SCOPE, vpc_id=VPC, subnets=cidrs))
            paths = {
                place: EgressPath(
                    proxy_cidr=f"10.0.{n}.0/25",
                    proxy_route_table_id=f"rtb-proxy-{place}",
                    firewall_subnet_id=subnets.subnet_ids[place],
                    firewall_route_table_id=f"rtb-fw-{place}",
                    nat_subnet_id=f"subnet-nat-{place}",
                    nat_route_table_id=f"rtb-nat-{place}",
                )
                for n, place in enumerate(PLACES)
            }
            args = ProviderEgressArgs(
                scope=SCOPE,
                vpc_id=VPC,
                internet_gateway_id="igw-1",
                domains=["api.example.com", "api.another.example"],
                paths=paths,
                records=FirewallRecords(bucket_name="records", alert_log_group="/lab/alerts"),
                deletion_protection=protection,
            )
            ProviderEgress("egress", args)

        return run(program)

    def test_each_availability_zone_has_a_path_of_its_own_there_and_back(self) -> None:
        graph = self.graph()
        firewall = only(graph, "aws:networkfirewall/firewall:Firewall")
        for n, place in enumerate(PLACES):
            nat = only(graph, "aws:ec2/natGateway:NatGateway", subnetId=f"subnet-nat-{place}")

            def route(table: str, to: str, graph: ResourceGraph = graph) -> object:
                return only(graph, "aws:ec2/route:Route", routeTableId=table, destinationCidrBlock=to).inputs

            assert route(f"rtb-proxy-{place}", "0.0.0.0/0")["vpcEndpointId"] == Ref(firewall.urn)  # type: ignore[index]
            assert route(f"rtb-fw-{place}", "0.0.0.0/0")["natGatewayId"] == Ref(nat.urn)  # type: ignore[index]
            assert route(f"rtb-nat-{place}", "0.0.0.0/0")["gatewayId"] == "igw-1"  # type: ignore[index]
            assert route(f"rtb-nat-{place}", f"10.0.{n}.0/25")["vpcEndpointId"] == Ref(firewall.urn)  # type: ignore[index]
        assert len(graph.of_type("aws:ec2/route:Route")) == 8

    def test_the_firewall_passes_the_listed_names_and_drops_the_rest(self) -> None:
        graph = self.graph()
        group = only(graph, "aws:networkfirewall/ruleGroup:RuleGroup", type="STATEFUL")
        assert group.inputs["ruleGroup"] == {
            "ruleVariables": {
                "ipSets": ({"key": "HOME_NET", "ipSet": {"definitions": ("10.0.0.0/25", "10.0.1.0/25")}},)
            },
            "rulesSource": {
                "rulesSourceList": {
                    "generatedRulesType": "ALLOWLIST",
                    "targetTypes": ("TLS_SNI",),
                    "targets": ("api.another.example", "api.example.com"),
                }
            },
            "statefulRuleOptions": {"ruleOrder": "STRICT_ORDER"},
        }
        policy = only(graph, "aws:networkfirewall/firewallPolicy:FirewallPolicy").inputs["firewallPolicy"]
        assert policy["statelessDefaultActions"] == ("aws:forward_to_sfe",)  # type: ignore[index,call-overload]
        assert policy["statelessFragmentDefaultActions"] == ("aws:forward_to_sfe",)  # type: ignore[index,call-overload]
        assert policy["statefulDefaultActions"] == ("aws:drop_established", "aws:alert_established")  # type: ignore[index,call-overload]
        references = policy["statefulRuleGroupReferences"]  # type: ignore[index,call-overload]
        assert references == ({"priority": 100, "resourceArn": Ref(group.urn)},)

    def test_connections_and_refusals_are_recorded(self) -> None:
        logging = only(self.graph(), "aws:networkfirewall/loggingConfiguration:LoggingConfiguration")
        kinds = {
            c["logType"]: c["logDestination"]  # type: ignore[index,call-overload]
            for c in logging.inputs["loggingConfiguration"]["logDestinationConfigs"]  # type: ignore[index,call-overload,union-attr]
        }
        assert kinds == {
            "FLOW": {"bucketName": "records", "prefix": "network-firewall"},
            "ALERT": {"logGroup": "/lab/alerts"},
        }

    @pytest.mark.parametrize("protection", [False, True])
    def test_aws_refuses_to_delete_the_firewall_when_asked_to(self, protection: bool) -> None:
        firewall = only(self.graph(protection=protection), "aws:networkfirewall/firewall:Firewall")
        assert firewall.inputs["deleteProtection"] is protection


class TestTransitAttachment:
    def test_only_the_zones_named_get_routes_and_only_to_the_ranges_named(self) -> None:
        args = TransitAttachmentArgs(
            scope=SCOPE,
            vpc_id=VPC,
            transit_gateway_id="tgw-1",
            subnet_ids=ids("subnet"),
            zones={"front": TransitRoutes(cidrs=["10.128.0.0/14"], route_table_ids=ids("rtb"))},
        )
        graph = run(lambda: TransitAttachment("transit", args))
        attachment = only(graph, "aws:ec2transitgateway/vpcAttachment:VpcAttachment", ipv6Support="disable")
        routes = graph.of_type("aws:ec2/route:Route")
        assert {(r.inputs["routeTableId"], r.inputs["destinationCidrBlock"]) for r in routes} == {
            ("rtb-us-east-1a", "10.128.0.0/14"),
            ("rtb-us-east-1b", "10.128.0.0/14"),
        }
        assert all(attachment.urn in r.dependencies for r in routes)


class TestDns:
    @pytest.mark.parametrize(("protection", "said"), [(False, "DISABLED"), (True, "ENABLED")])
    def test_listed_names_are_answered_all_others_blocked_and_a_failure_is_closed(
        self, protection: bool, said: str
    ) -> None:
        args = DnsFirewallArgs(
            scope=SCOPE, vpc_id=VPC, domains=["b.example", "a.example"], deletion_protection=protection
        )
        graph = run(lambda: DnsFirewall("dns", args))
        rule = "aws:route53/resolverFirewallRule:ResolverFirewallRule"
        allow, block = only(graph, rule, action="ALLOW"), only(graph, rule, action="BLOCK")
        domain_lists = graph.of_type("aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList")
        lists = {Ref(r.urn): r.inputs["domains"] for r in domain_lists}
        assert lists[allow.inputs["firewallDomainListId"]] == ("a.example", "b.example")  # type: ignore[index]
        assert lists[block.inputs["firewallDomainListId"]] == ("*",)  # type: ignore[index]
        assert allow.inputs["priority"] < block.inputs["priority"]  # type: ignore[operator]
        # Without it the names behind an allowed alias would be blocked by the next rule.
        assert allow.inputs["firewallDomainRedirectionAction"] == "TRUST_REDIRECTION_DOMAIN"
        config = "aws:route53/resolverFirewallConfig:ResolverFirewallConfig"
        only(graph, config, firewallFailOpen="DISABLED", resourceId=VPC)
        only(
            graph,
            "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation",
            vpcId=VPC,
            mutationProtection=said,
        )

    def test_private_names_belong_to_the_vpc(self) -> None:
        alias = Alias(dns_name="nlb.example", hosted_zone_id="Z1")
        args = PrivateNamesArgs(scope=SCOPE, vpc_id=VPC, domain="lab.internal", aliases={"egress-proxy": alias})
        graph = run(lambda: PrivateNames("names", args))
        zone = only(graph, "aws:route53/zone:Zone", vpcs=({"vpcId": VPC, "vpcRegion": "us-east-1"},))
        record = only(graph, "aws:route53/record:Record", name="egress-proxy.lab.internal", type="A")
        assert record.inputs["zoneId"] == Ref(zone.urn)
        assert record.inputs["aliases"] == ({"name": "nlb.example", "zoneId": "Z1", "evaluateTargetHealth": False},)


def test_resource_options_reach_the_children() -> None:
    def program() -> None:
        provider = pulumi.ProviderResource("aws", "chosen", {"region": "us-east-1"})
        SegmentedNetwork(
            "net",
            SegmentedNetworkArgs(scope=SCOPE, cidr="10.0.0.0/16", tags={"team": "platform", "zt-ai:spec": "forged"}),
            pulumi.ResourceOptions(providers=[provider]),
        )

    graph = run(program)
    own = [r for r in graph if r.type.startswith("aws:")]
    assert len(own) == 5
    for resource in own:
        assert resource.provider.endswith("aws::chosen")
        assert resource.parent is not None
        assert resource.parent.endswith("SegmentedNetwork::net")
        assert tags(resource)["team"] == "platform"
        assert tags(resource)["zt-ai:spec"] == "lab"  # ours win: the verifier reads them
