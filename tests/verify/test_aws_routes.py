"""Routes: where a packet goes, and whether it leaves."""

from __future__ import annotations

from ipaddress import ip_address, ip_network

import pytest

from bench.synthetic import SETTINGS
from tests.verify.tiny import EVERYWHERE, Tiny, intent
from zt_ai.graph import Ref
from zt_ai.verify.aws.outside import leaving
from zt_ai.verify.aws.reach import Reach
from zt_ai.verify.aws.read import read_world
from zt_ai.verify.model import Verdict


def hops(plan: Tiny, subnet: str) -> set[str]:
    """Kinds of next hop of a subnet's table."""
    reach = Reach(read_world(plan.graph(), SETTINGS), intent())
    key = next(s.key for s in reach.world.subnets.values() if s.zone == subnet)
    return {leg.hop.kind for leg in reach.routes.legs(key)}


class TestLongestPrefix:
    """A route to the server's subnet that is more specific than the local one sends packets to a firewall first."""

    def test_what_surely_passes_shrinks_and_what_may_pass_does_not(self) -> None:
        plan = Tiny()
        plan.connect()
        table = plan.add("ec2/routeTable:RouteTable", "t", vpcId=plan.vpc)
        plan.add("ec2/routeTableAssociation:RouteTableAssociation", "t", subnetId=plan.left, routeTableId=table)
        box = plan.add("ec2/networkInterface:NetworkInterface", "box", subnetId=plan.left)
        plan.add(
            "ec2/route:Route", "r", routeTableId=table, destinationCidrBlock="10.20.1.0/24", networkInterfaceId=box
        )
        assert plan.between() == ("tcp/443", "nothing")

    def test_a_less_specific_route_does_not_take_packets_from_the_local_one(self) -> None:
        plan = Tiny()
        plan.connect()
        table = plan.add("ec2/routeTable:RouteTable", "t", vpcId=plan.vpc)
        plan.add("ec2/routeTableAssociation:RouteTableAssociation", "t", subnetId=plan.left, routeTableId=table)
        plan.add(
            "ec2/route:Route", "r", routeTableId=table, destinationCidrBlock="10.0.0.0/8", transitGatewayId="tgw-1"
        )
        assert plan.between() == ("tcp/443", "tcp/443")


def routed(plan: Tiny, subnet: Ref, **route: object) -> None:
    """Give a subnet a table with one route."""
    table = plan.add("ec2/routeTable:RouteTable", "t", vpcId=plan.vpc)
    plan.add("ec2/routeTableAssociation:RouteTableAssociation", "t", subnetId=subnet, routeTableId=table)
    plan.add("ec2/route:Route", "r", routeTableId=table, **route)


class TestTheWayBack:
    def test_an_answer_that_a_box_has_to_pass_on_is_not_sure(self) -> None:
        plan = Tiny()
        plan.connect()
        box = plan.add("ec2/networkInterface:NetworkInterface", "box", subnetId=plan.right)
        routed(plan, plan.right, destinationCidrBlock="10.20.0.0/24", networkInterfaceId=box)
        assert plan.between() == ("tcp/443", "nothing")
        assert plan.claims(("caller", "server"))["reachability"].verdict is Verdict.REFUTED

    def test_the_witness_is_a_client_whose_answers_are_lost(self) -> None:
        plan = Tiny()
        plan.connect()
        gateway = plan.add("ec2/internetGateway:InternetGateway", "igw", vpcId=plan.vpc)
        routed(plan, plan.right, destinationCidrBlock="10.20.0.128/25", gatewayId=gateway)
        (witness,) = (
            w
            for w in plan.claims(("caller", "server"))["reachability"].witnesses
            if w.explanation.startswith("caller does not reach server")
        )
        assert witness.packet is not None
        assert ip_address(witness.packet.source) in ip_network("10.20.0.128/25")


class TestInsideASubnet:
    @pytest.mark.parametrize("takes", ["10.20.0.0/16", "10.20.0.0/24"])
    def test_no_route_takes_packets_away(self, takes: str) -> None:
        """A prefix list may hold the VPC's own range."""
        plan = Tiny()
        plan.out(plan.caller, referencedSecurityGroupId=plan.caller)
        plan.into(plan.caller, referencedSecurityGroupId=plan.caller)
        ranges = plan.add("ec2/managedPrefixList:ManagedPrefixList", "list", maxEntries=2, entries=[{"cidr": takes}])
        gateway = plan.add("ec2/internetGateway:InternetGateway", "igw", vpcId=plan.vpc)
        routed(plan, plan.left, destinationPrefixListId=ranges, gatewayId=gateway)
        assert plan.between("caller", "caller") == ("tcp/443", "tcp/443")


class TestPrefixLists:
    """[VPC User Guide, "Route priority and prefix lists"]: of prefix lists that overlap AWS chooses one at random; at
    equal length a route to a range goes before one to a list."""

    @pytest.mark.parametrize(
        ("entries", "cidr", "out"),
        [
            ([EVERYWHERE], None, True),
            (["45.60.0.0/16"], None, True),
            ([], EVERYWHERE, False),
            ([EVERYWHERE], EVERYWHERE, False),
        ],
    )
    def test_a_list_may_take_the_packets_of_a_gateway_endpoint(
        self, entries: list[str], cidr: str | None, out: bool
    ) -> None:
        plan = Tiny()
        table = plan.add("ec2/routeTable:RouteTable", "t", vpcId=plan.vpc)
        plan.add("ec2/routeTableAssociation:RouteTableAssociation", "t", subnetId=plan.left, routeTableId=table)
        storage = plan.add(
            "ec2/vpcEndpoint:VpcEndpoint",
            "storage",
            vpcId=plan.vpc,
            serviceName="com.amazonaws.us-east-1.s3",
            vpcEndpointType="Gateway",
            routeTableIds=[table],
        )
        gateway = plan.add("ec2/internetGateway:InternetGateway", "igw", vpcId=plan.vpc)
        if entries:
            self.listed(plan, table, "l", *entries, gatewayId=gateway)
        if cidr:
            plan.add("ec2/route:Route", "r", routeTableId=table, destinationCidrBlock=cidr, gatewayId=gateway)
        plan.out(plan.caller, prefixListId=storage)
        reach = Reach(read_world(plan.graph(), SETTINGS), intent())
        caller = next(i for i, party in enumerate(reach.roll.parties) if party.name == "caller")
        assert bool(list(leaving(reach, caller))) is out

    @pytest.mark.parametrize("lists", [True, False])
    def test_what_two_lists_have_in_common_may_go_either_way(self, lists: bool) -> None:
        plan = Tiny()
        table = plan.add("ec2/routeTable:RouteTable", "t", vpcId=plan.vpc)
        plan.add("ec2/routeTableAssociation:RouteTableAssociation", "t", subnetId=plan.left, routeTableId=table)
        for name, cidr, target in (
            ("wide", "172.16.0.0/12", {"transitGatewayId": "tgw-1"}),
            ("narrow", "172.16.0.0/12" if lists else "172.16.5.0/24", {"vpcPeeringConnectionId": "pcx-1"}),
        ):
            if lists:
                self.listed(plan, table, name, cidr, **target)
            else:
                plan.add("ec2/route:Route", name, routeTableId=table, destinationCidrBlock=cidr, **target)
        reach = Reach(read_world(plan.graph(), SETTINGS), intent())
        subnet = next(s.key for s in reach.world.subnets.values() if s.zone == "left")
        one, other = (leg.addresses for leg in reach.routes.legs(subnet) if leg.hop.kind != "local")
        assert bool(one & other) is lists

    def listed(self, plan: Tiny, table: Ref, name: str, *cidrs: str, **target: object) -> None:
        """A route to a prefix list."""
        entries = [{"cidr": cidr} for cidr in cidrs]
        ranges = plan.add("ec2/managedPrefixList:ManagedPrefixList", name, maxEntries=2, entries=entries)
        plan.add("ec2/route:Route", name, routeTableId=table, destinationPrefixListId=ranges, **target)


class TestMainRouteTable:
    """A subnet without an association uses the main table, so a default route there is the subnet's."""

    def test_the_adopted_main_table_counts(self) -> None:
        plan = Tiny()
        gateway = plan.add("ec2/internetGateway:InternetGateway", "igw", vpcId=plan.vpc)
        routes = [{"cidrBlock": EVERYWHERE, "gatewayId": gateway}]
        plan.add("ec2/defaultRouteTable:DefaultRouteTable", "main", defaultRouteTableId=plan.vpc, routes=routes)
        assert hops(plan, "left") == {"local", "igw"}

    def test_an_association_replaces_it(self) -> None:
        plan = Tiny()
        gateway = plan.add("ec2/internetGateway:InternetGateway", "igw", vpcId=plan.vpc)
        routes = [{"cidrBlock": EVERYWHERE, "gatewayId": gateway}]
        plan.add("ec2/defaultRouteTable:DefaultRouteTable", "main", defaultRouteTableId=plan.vpc, routes=routes)
        own = plan.add("ec2/routeTable:RouteTable", "own", vpcId=plan.vpc)
        plan.add("ec2/routeTableAssociation:RouteTableAssociation", "own", subnetId=plan.left, routeTableId=own)
        assert hops(plan, "left") == {"local"}
        assert hops(plan, "right") == {"local", "igw"}

    def test_another_table_can_be_made_the_main_one(self) -> None:
        plan = Tiny()
        table = plan.add("ec2/routeTable:RouteTable", "t", vpcId=plan.vpc)
        plan.add("ec2/route:Route", "r", routeTableId=table, destinationCidrBlock=EVERYWHERE, transitGatewayId="tgw-1")
        plan.add("ec2/mainRouteTableAssociation:MainRouteTableAssociation", "m", vpcId=plan.vpc, routeTableId=table)
        assert hops(plan, "left") == {"local", "tgw"}


class TestRoutePropagation:
    """Destinations that a VPN gateway propagates are not in a plan: they may be any address outside the VPC."""

    def test_it_counts_as_a_way_out(self) -> None:
        plan = Tiny()
        table = plan.add("ec2/routeTable:RouteTable", "t", vpcId=plan.vpc, propagatingVgws=["vgw-1"])
        plan.add("ec2/routeTableAssociation:RouteTableAssociation", "t", subnetId=plan.left, routeTableId=table)
        plan.out(plan.caller, cidrIpv4="192.168.0.0/16")
        claim = plan.claims()["reachability"]
        assert any("VPN gateway" in witness.destination for witness in claim.witnesses)


class TestPublicSubnet:
    """A subnet with a route to the internet gateway: an interface that takes 443 is reachable there."""

    def plan(self, *, routed: bool) -> Tiny:
        plan = Tiny()
        gateway = plan.add("ec2/internetGateway:InternetGateway", "igw", vpcId=plan.vpc)
        table = plan.add("ec2/routeTable:RouteTable", "t", vpcId=plan.vpc)
        plan.add("ec2/routeTableAssociation:RouteTableAssociation", "t", subnetId=plan.right, routeTableId=table)
        if routed:
            plan.add("ec2/route:Route", "r", routeTableId=table, destinationCidrBlock=EVERYWHERE, gatewayId=gateway)
        plan.into(plan.server, cidrIpv4=EVERYWHERE)
        return plan

    def test_it_is_reached_from_the_internet(self) -> None:
        claim = self.plan(routed=True).claims()["internet-egress"]
        assert any(witness.source == "internet" and witness.destination == "server" for witness in claim.witnesses)

    def test_without_the_route_it_is_not(self) -> None:
        claim = self.plan(routed=False).claims()["internet-egress"]
        assert not any(witness.source == "internet" for witness in claim.witnesses)


class TestIpv6:
    """IPv6 is off; a range on the VPC or a route for it is refuted, because nothing in the plan filters it."""

    def test_a_range_is_refuted(self) -> None:
        plan = Tiny()
        plan.change(plan.vpc, assignGeneratedIpv6CidrBlock=True)
        assert plan.claims()["internet-egress"].verdict is Verdict.REFUTED

    def test_a_rule_is_refuted(self) -> None:
        plan = Tiny()
        plan.out(plan.caller, cidrIpv6="::/0")
        assert any(witness.destination == "::/0" for witness in plan.claims()["reachability"].witnesses)
