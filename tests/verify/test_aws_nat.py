"""NAT gateways inside the VPC: what they pass on, under which address, and to whom."""

from __future__ import annotations

from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from bench.synthetic import SETTINGS
from tests.verify.tiny import EVERYWHERE, OPEN, Tiny, intent
from zt_ai.graph import Ref
from zt_ai.verify.aws.outside import leaving
from zt_ai.verify.aws.prove import network_claims
from zt_ai.verify.aws.reach import Reach
from zt_ai.verify.aws.read import read_world
from zt_ai.verify.model import Verdict

LEFT, RIGHT, MIDDLE = "10.20.0.0/24", "10.20.1.0/24", "10.20.2.0/24"


class Relayed(Tiny):
    """Between `left` and `right` a third subnet with a private NAT gateway, to which `left` sends what is for
    `right`."""

    def __init__(self, **gateway: Any) -> None:
        super().__init__()
        self.middle = self.part("middle", MIDDLE)
        self.gate = self.nat("gate", self.middle, **gateway)
        self.table("left", self.left, (RIGHT, {"natGatewayId": self.gate}))

    def part(self, name: str, cidr: str) -> Ref:
        """A subnet that belongs to no zone."""
        return self.add("ec2/subnet:Subnet", name, vpcId=self.vpc, cidrBlock=cidr)

    def nat(self, name: str, subnet: Ref, **inputs: Any) -> Ref:
        """A private NAT gateway."""
        return self.add("ec2/natGateway:NatGateway", name, subnetId=subnet, connectivityType="private", **inputs)

    def table(self, name: str, subnet: Ref, *routes: tuple[str, dict[str, Any]]) -> Ref:
        """A route table of a subnet."""
        made = self.add("ec2/routeTable:RouteTable", name, vpcId=self.vpc)
        self.add("ec2/routeTableAssociation:RouteTableAssociation", name, subnetId=subnet, routeTableId=made)
        for number, (cidr, target) in enumerate(routes):
            self.add("ec2/route:Route", f"{name}-{number}", routeTableId=made, destinationCidrBlock=cidr, **target)
        return made

    def admit(self, into: str = MIDDLE, **rule: Any) -> None:
        """The caller's rule names the server's group, the server's rule an address range."""
        self.out(self.caller, referencedSecurityGroupId=self.server, **rule)
        self.into(self.server, cidrIpv4=into, **rule)

    def reached(self) -> str:
        """What some placement of the caller sends to some placement of the server. None is ever sure of an answer."""
        may, must = self.between()
        assert must == "nothing"
        return may


class TestTheSender:
    """[VPC User Guide, "NAT gateways"]: the gateway replaces the sender's address with its own private one."""

    def test_the_receiver_sees_the_gateway(self) -> None:
        plan = Relayed()
        plan.admit(into=MIDDLE)
        assert plan.reached() == "tcp/443"

    @pytest.mark.parametrize("rule", [{"cidrIpv4": LEFT}, {"group": True}])
    def test_a_rule_for_the_sender_itself_admits_nothing(self, rule: dict[str, Any]) -> None:
        plan = Relayed()
        plan.out(plan.caller, referencedSecurityGroupId=plan.server)
        plan.into(plan.server, **({"referencedSecurityGroupId": plan.caller} if "group" in rule else rule))
        assert plan.reached() == "nothing"

    def test_any_address_of_the_subnet_where_aws_chooses_it(self) -> None:
        plan = Relayed()
        plan.admit(into="10.20.2.77/32")
        assert plan.reached() == "tcp/443"

    @pytest.mark.parametrize(("into", "reached"), [("10.20.2.9/32", "tcp/443"), ("10.20.2.77/32", "nothing")])
    def test_the_address_that_the_plan_says(self, into: str, reached: str) -> None:
        plan = Relayed(privateIp="10.20.2.9")
        plan.admit(into=into)
        assert plan.reached() == reached

    def test_a_second_address_that_the_plan_says(self) -> None:
        plan = Relayed(privateIp="10.20.2.9", secondaryPrivateIpAddresses=["10.20.2.10"])
        plan.admit(into="10.20.2.10/32")
        assert plan.reached() == "tcp/443"

    def test_a_second_address_that_aws_chooses(self) -> None:
        plan = Relayed(privateIp="10.20.2.9", secondaryPrivateIpAddressCount=1)
        plan.admit(into="10.20.2.77/32")
        assert plan.reached() == "tcp/443"

    def test_behind_two_gateways_the_last_one_is_seen(self) -> None:
        for into, reached in (("10.20.3.0/24", "tcp/443"), (MIDDLE, "nothing")):
            plan = Relayed()
            last = plan.part("last", "10.20.3.0/24")
            plan.table("middle", plan.middle, (RIGHT, {"natGatewayId": plan.nat("next", last)}))
            plan.admit(into=into)
            assert plan.reached() == reached, into

    def test_gateways_that_send_to_each_other_deliver_nothing(self) -> None:
        plan = Relayed()
        last = plan.part("last", "10.20.3.0/24")
        plan.table("middle", plan.middle, (RIGHT, {"natGatewayId": plan.nat("next", last)}))
        plan.table("last", last, (RIGHT, {"natGatewayId": plan.gate}))
        plan.admit(into="10.20.0.0/16")
        assert plan.reached() == "nothing"


class TestWhatPasses:
    def test_tcp_udp_and_icmp_and_nothing_else(self) -> None:
        """[VPC User Guide, "NAT gateway basics"]: the protocols that a NAT gateway supports."""
        plan = Relayed()
        plan.admit(ipProtocol="-1", fromPort=None, toPort=None)
        assert plan.reached() == "tcp, udp, icmp"

    def test_without_the_gateway_every_protocol(self) -> None:
        plan = Tiny()
        plan.out(plan.caller, referencedSecurityGroupId=plan.server, ipProtocol="-1", fromPort=None, toPort=None)
        plan.into(plan.server, referencedSecurityGroupId=plan.caller, ipProtocol="-1", fromPort=None, toPort=None)
        assert plan.between()[0] == "all"


class TestInsideItsOwnSubnet:
    """Between a NAT gateway and an interface of its subnet no table is asked, whatever a prefix list in it holds."""

    def test_a_route_there_does_not_take_the_packets_away(self) -> None:
        plan = Tiny()
        gate = plan.add("ec2/natGateway:NatGateway", "gate", subnetId=plan.right, connectivityType="private")
        gateway = plan.add("ec2/internetGateway:InternetGateway", "igw", vpcId=plan.vpc)
        ranges = plan.add("ec2/managedPrefixList:ManagedPrefixList", "l", maxEntries=2, entries=[{"cidr": RIGHT}])
        for name, subnet, route in (
            ("left", plan.left, {"destinationCidrBlock": RIGHT, "natGatewayId": gate}),
            ("right", plan.right, {"destinationPrefixListId": ranges, "gatewayId": gateway}),
        ):
            table = plan.add("ec2/routeTable:RouteTable", name, vpcId=plan.vpc)
            plan.add("ec2/routeTableAssociation:RouteTableAssociation", name, subnetId=subnet, routeTableId=table)
            plan.add("ec2/route:Route", name, routeTableId=table, **route)
        plan.out(plan.caller, referencedSecurityGroupId=plan.server)
        plan.into(plan.server, cidrIpv4=RIGHT)
        assert plan.between()[0] == "tcp/443"

    def test_but_one_in_another_subnet_asks_its_table(self) -> None:
        plan = Relayed()
        gateway = plan.add("ec2/internetGateway:InternetGateway", "igw", vpcId=plan.vpc)
        plan.table("middle", plan.middle, (RIGHT, {"gatewayId": gateway}))
        plan.admit()
        assert plan.reached() == "nothing"


class TestNetworkAcls:
    """The ACL of the gateway's subnet sees the sender come and the packet go; the receiver's sees the gateway."""

    @pytest.mark.parametrize(
        ("place", "way", "range_", "reached"),
        [
            ("middle", "in", LEFT, "tcp/443"),
            ("middle", "in", MIDDLE, "nothing"),
            ("middle", "out", RIGHT, "tcp/443"),
            ("middle", "out", LEFT, "nothing"),
            ("right", "in", MIDDLE, "tcp/443"),
            ("right", "in", LEFT, "nothing"),
            ("left", "out", RIGHT, "tcp/443"),
            ("left", "out", MIDDLE, "nothing"),
        ],
    )
    def test_who_is_seen_where(self, place: str, way: str, range_: str, reached: str) -> None:
        plan = Relayed()
        plan.admit()
        other = "out" if way == "in" else "in"
        plan.acl(getattr(plan, place), (way, 1, "allow", range_, *OPEN), (other, 1, "allow", EVERYWHERE, *OPEN))
        assert plan.reached() == reached

    def test_none_between_the_gateway_and_its_own_subnet(self) -> None:
        for entry, reached in ((LEFT, "tcp/443"), (RIGHT, "nothing")):
            plan = Tiny()
            gate = plan.add("ec2/natGateway:NatGateway", "gate", subnetId=plan.right, connectivityType="private")
            table = plan.add("ec2/routeTable:RouteTable", "t", vpcId=plan.vpc)
            plan.add("ec2/routeTableAssociation:RouteTableAssociation", "t", subnetId=plan.left, routeTableId=table)
            plan.add("ec2/route:Route", "r", routeTableId=table, destinationCidrBlock=RIGHT, natGatewayId=gate)
            plan.out(plan.caller, referencedSecurityGroupId=plan.server)
            plan.into(plan.server, cidrIpv4=RIGHT)
            plan.acl(plan.right, ("in", 1, "allow", entry, *OPEN))
            assert plan.between()[0] == reached, entry


class TestTheFinding:
    def test_it_is_refuted_with_a_packet_and_the_gateway(self) -> None:
        plan = Relayed()
        plan.admit()
        claim = plan.claims()["reachability"]
        (witness,) = (w for w in claim.witnesses if w.explanation.startswith("caller in "))
        assert "through NAT gateway gate" in witness.explanation
        assert witness.packet is not None
        assert ip_address(witness.packet.source) in ip_network(LEFT)
        assert ip_address(witness.packet.destination) in ip_network(RIGHT)
        assert any(urn.endswith("left-0") for urn in witness.through)
        assert not claim.reasons

    def test_a_rule_for_the_sender_is_found_by_itself_alone(self) -> None:
        plan = Relayed()
        plan.admit(into=LEFT)
        claim = plan.claims()["reachability"]
        assert not any(w.explanation.startswith("caller in ") for w in claim.witnesses)

    def test_by_address_rules_alone(self) -> None:
        for into, found in ((MIDDLE, True), (LEFT, False)):
            plan = Relayed()
            plan.out(plan.caller, cidrIpv4=RIGHT)
            plan.into(plan.server, cidrIpv4=into)
            witnesses = plan.claims()["reachability"].witnesses
            assert any(w.explanation.startswith("caller in ") for w in witnesses) is found


class TestNotInThePlan:
    """A NAT gateway of which only the id is known: nobody here knows where it sends, nor as whom."""

    def test_it_may_deliver_under_any_address_and_nothing_is_proved(self) -> None:
        plan = Relayed()
        table = plan.table("other", plan.right)
        plan.add(
            "ec2/route:Route",
            "lost",
            routeTableId=table,
            destinationCidrBlock=LEFT,
            natGatewayId="nat-0123456789abcdef0",
        )
        plan.out(plan.server, referencedSecurityGroupId=plan.caller)
        plan.into(plan.caller, cidrIpv4="10.20.99.0/24")
        assert plan.between("server", "caller") == ("tcp/443", "nothing")
        for claim in plan.claims().values():
            assert claim.verdict is not Verdict.PROVED
            assert any("nat-0123456789abcdef0" in reason for reason in claim.reasons), claim.id

    def test_one_that_is_in_the_plan_speaks_for_its_own_subnet_alone(self) -> None:
        plan = Relayed()
        plan.table("other", plan.right, (LEFT, {"natGatewayId": plan.gate}))
        plan.out(plan.server, referencedSecurityGroupId=plan.caller)
        plan.into(plan.caller, cidrIpv4="10.20.99.0/24")
        assert plan.between("server", "caller") == ("nothing", "nothing")
        assert not any(claim.reasons for claim in plan.claims().values())

    def test_what_leaves_through_it_is_found(self) -> None:
        plan = Tiny()
        table = plan.add("ec2/routeTable:RouteTable", "t", vpcId=plan.vpc)
        plan.add("ec2/routeTableAssociation:RouteTableAssociation", "t", subnetId=plan.left, routeTableId=table)
        plan.add("ec2/route:Route", "r", routeTableId=table, destinationCidrBlock=EVERYWHERE, natGatewayId="nat-1")
        plan.out(plan.caller, cidrIpv4=EVERYWHERE)
        _, accesses = network_claims(read_world(plan.graph(), SETTINGS), intent())
        assert ("caller", "outside through nat") in {(one.source, one.destination) for one in accesses}


class Storing(Tiny):
    """A gateway endpoint for S3, to which the table of the subnet `middle` leads; `left` sends everything there."""

    def __init__(self, through: str = "nat") -> None:
        super().__init__()
        self.middle = self.add("ec2/subnet:Subnet", "middle", vpcId=self.vpc, cidrBlock=MIDDLE)
        target: dict[str, Ref] = {}
        if through == "nat":
            target["natGatewayId"] = self.add("ec2/natGateway:NatGateway", "gate", subnetId=self.middle)
        else:
            target["vpcEndpointId"] = self.add(
                "networkfirewall/firewall:Firewall", "gate", vpcId=self.vpc, subnetMappings=[{"subnetId": self.middle}]
            )
        self.tables: dict[str, Ref] = {}
        for name, subnet in (("left", self.left), ("middle", self.middle)):
            self.tables[name] = self.add("ec2/routeTable:RouteTable", name, vpcId=self.vpc)
            self.add(
                "ec2/routeTableAssociation:RouteTableAssociation",
                name,
                subnetId=subnet,
                routeTableId=self.tables[name],
            )
        self.add("ec2/route:Route", "on", routeTableId=self.tables["left"], destinationCidrBlock=EVERYWHERE, **target)
        self.storage = self.add(
            "ec2/vpcEndpoint:VpcEndpoint",
            "storage",
            vpcId=self.vpc,
            serviceName="com.amazonaws.us-east-1.s3",
            vpcEndpointType="Gateway",
        )

    def lead(self, name: str) -> None:
        """Let a subnet's table lead to the endpoint."""
        self.add(
            "ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
            name,
            routeTableId=self.tables[name],
            vpcEndpointId=self.storage,
        )

    def used(self) -> set[tuple[str, tuple[str, ...]]]:
        """Who gets to the endpoint, and on what."""
        _, accesses = network_claims(read_world(self.graph(), SETTINGS), intent())
        return {(one.source, one.ports) for one in accesses if one.destination == "endpoint s3"}

    def exits(self) -> int:
        """How many ways out of the VPC the caller has."""
        reach = Reach(read_world(self.graph(), SETTINGS), intent())
        caller = next(i for i, party in enumerate(reach.roll.parties) if party.name == "caller")
        return len(list(leaving(reach, caller)))


class TestGatewayEndpoints:
    """Packets to the service follow the table of the subnet from which the NAT gateway or firewall sends them."""

    @pytest.mark.parametrize("through", ["nat", "firewall"])
    @pytest.mark.parametrize("named", [True, False])
    def test_the_endpoint_behind_it_is_reached(self, through: str, named: bool) -> None:
        plan = Storing(through)
        plan.lead("middle")
        plan.out(plan.caller, **({"prefixListId": plan.storage} if named else {"cidrIpv4": EVERYWHERE}))
        assert ("caller", ("tcp/443",)) in plan.used()

    @pytest.mark.parametrize("through", ["nat", "firewall"])
    def test_not_where_no_table_on_the_way_leads_there(self, through: str) -> None:
        plan = Storing(through)
        plan.out(plan.caller, cidrIpv4=EVERYWHERE)
        assert not any(source == "caller" for source, _ in plan.used())

    def test_not_what_the_acl_of_its_subnet_stops(self) -> None:
        for range_, reached in ((LEFT, True), (RIGHT, False)):
            plan = Storing()
            plan.lead("middle")
            plan.out(plan.caller, prefixListId=plan.storage)
            plan.acl(plan.middle, ("in", 1, "allow", range_, *OPEN), ("out", 1, "allow", EVERYWHERE, *OPEN))
            assert bool(plan.used()) is reached

    def test_a_list_of_the_service_does_not_leave_the_vpc_where_a_table_on_the_way_leads_to_it(self) -> None:
        for leads, ways in ((True, 0), (False, 1)):
            plan = Storing()
            gateway = plan.add("ec2/internetGateway:InternetGateway", "igw", vpcId=plan.vpc)
            plan.add(
                "ec2/route:Route",
                "out-there",
                routeTableId=plan.tables["middle"],
                destinationCidrBlock=EVERYWHERE,
                gatewayId=gateway,
            )
            if leads:
                plan.lead("middle")
            plan.out(plan.caller, prefixListId=plan.storage)
            assert plan.exits() == ways


class TestTheWayOut:
    """NAT gateway first, firewall behind it: the ACL of the firewall's subnet sees the NAT gateway come."""

    @pytest.mark.parametrize(("range_", "ways"), [(MIDDLE, 1), (LEFT, 0)])
    def test_the_next_subnet_sees_the_gateway(self, range_: str, ways: int) -> None:
        plan = Storing()
        last = plan.add("ec2/subnet:Subnet", "last", vpcId=plan.vpc, cidrBlock="10.20.3.0/24")
        wall = plan.add(
            "networkfirewall/firewall:Firewall", "wall", vpcId=plan.vpc, subnetMappings=[{"subnetId": last}]
        )
        gateway = plan.add("ec2/internetGateway:InternetGateway", "igw", vpcId=plan.vpc)
        table = plan.add("ec2/routeTable:RouteTable", "last", vpcId=plan.vpc)
        plan.add("ec2/routeTableAssociation:RouteTableAssociation", "last", subnetId=last, routeTableId=table)
        plan.add("ec2/route:Route", "a", routeTableId=table, destinationCidrBlock=EVERYWHERE, gatewayId=gateway)
        plan.add(
            "ec2/route:Route",
            "b",
            routeTableId=plan.tables["middle"],
            destinationCidrBlock=EVERYWHERE,
            vpcEndpointId=wall,
        )
        plan.acl(last, ("in", 1, "allow", range_, *OPEN), ("out", 1, "allow", EVERYWHERE, *OPEN))
        plan.out(plan.caller, cidrIpv4=EVERYWHERE)
        assert plan.exits() == ways
