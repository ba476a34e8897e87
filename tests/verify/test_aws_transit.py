"""Transit gateways: by which subnets packets from outside come, and which answers find their way back."""

from __future__ import annotations

from ipaddress import IPv4Network
from typing import Any

import pytest

from bench.synthetic import SETTINGS
from tests.verify.tiny import EVERYWHERE, OPEN, Tiny, intent
from zt_ai.graph import Ref
from zt_ai.verify.aws.outside import arriving, network_served
from zt_ai.verify.aws.reach import Reach
from zt_ai.verify.aws.read import read_world

LEFT, RIGHT, GATE = "10.20.0.0/24", "10.20.1.0/24", "10.20.2.0/24"
CLINIC = "172.16.0.0/12"
TRANSIT = "tgw-0123456789abcdef0"


class Joined(Tiny):
    """A transit gateway attached in a subnet of its own, and the way back to the clinic through it from `right`."""

    def __init__(self, *, also: bool = False) -> None:
        super().__init__()
        self.gate = self.add("ec2/subnet:Subnet", "gate", vpcId=self.vpc, cidrBlock=GATE)
        self.attachment = self.add(
            "ec2transitgateway/vpcAttachment:VpcAttachment",
            "clinic",
            vpcId=self.vpc,
            subnetIds=[self.right, self.gate] if also else [self.gate],
            transitGatewayId=TRANSIT,
        )
        self.table("right", self.right, CLINIC, transitGatewayId=TRANSIT)

    def table(self, name: str, subnet: Ref, cidr: str, **target: Any) -> None:
        """A route table of a subnet with one route."""
        made = self.add("ec2/routeTable:RouteTable", name, vpcId=self.vpc)
        self.add("ec2/routeTableAssociation:RouteTableAssociation", name, subnetId=subnet, routeTableId=made)
        self.add("ec2/route:Route", name, routeTableId=made, destinationCidrBlock=cidr, **target)

    def translated(self) -> None:
        """The attachment's subnet sends what is for `right` to a NAT gateway in `left`."""
        nat = self.add("ec2/natGateway:NatGateway", "nat", subnetId=self.left, connectivityType="private")
        self.table("gate", self.gate, RIGHT, natGatewayId=nat)

    def reach(self) -> tuple[Reach, int]:
        """The reachability of the plan and the server's place in it."""
        reach = Reach(read_world(self.graph(), SETTINGS), intent())
        return reach, next(i for i, party in enumerate(reach.roll.parties) if party.name == "server")

    def taken(self) -> str:
        """What the server gets from outside."""
        reach, server = self.reach()
        found = 0
        for arrived in arriving(reach, server):
            found |= arrived.services
        return reach.spaces.words(found)

    def served(self) -> str:
        """What the whole clinic surely gets from the server, answers included."""
        reach, server = self.reach()
        return reach.spaces.words(network_served(reach, server, reach.spaces.network(IPv4Network(CLINIC))))


class TestTheTableOfTheAttachment:
    """What comes out of the gateway follows the route table of the attachment's subnet."""

    @pytest.mark.parametrize(("into", "taken"), [(LEFT, "tcp/443"), (CLINIC, "nothing")])
    def test_a_nat_gateway_behind_it_speaks_for_the_outside(self, into: str, taken: str) -> None:
        plan = Joined()
        plan.translated()
        plan.into(plan.server, cidrIpv4=into)
        assert plan.taken() == taken

    @pytest.mark.parametrize(("into", "taken"), [(LEFT, "nothing"), (CLINIC, "tcp/443")])
    def test_without_it_the_outside_speaks_for_itself(self, into: str, taken: str) -> None:
        plan = Joined()
        plan.into(plan.server, cidrIpv4=into)
        assert plan.taken() == taken

    def test_the_witness_is_a_packet_from_outside(self) -> None:
        plan = Joined()
        plan.translated()
        plan.into(plan.server, cidrIpv4=LEFT)
        (witness,) = (w for w in plan.claims()["reachability"].witnesses if "reaches server in" in w.explanation)
        assert "NAT gateway nat" in witness.explanation
        assert witness.packet is not None
        assert not witness.packet.source.startswith("10.20.")

    @pytest.mark.parametrize(("range_", "taken"), [(CLINIC, "tcp/443"), (GATE, "nothing")])
    def test_the_acl_of_the_nat_gateway_sees_the_outside(self, range_: str, taken: str) -> None:
        plan = Joined()
        plan.translated()
        plan.into(plan.server, cidrIpv4=LEFT)
        plan.acl(plan.left, ("in", 1, "allow", range_, *OPEN), ("out", 1, "allow", EVERYWHERE, *OPEN))
        assert plan.taken() == taken

    def test_it_is_not_sure_to_arrive(self) -> None:
        for translated, served in ((True, "nothing"), (False, "tcp/443")):
            plan = Joined()
            if translated:
                plan.translated()
            plan.into(plan.server, cidrIpv4=CLINIC)
            assert plan.served() == served

    def test_attached_in_the_servers_subnet_too_it_may_come_by_the_other(self) -> None:
        """A zone's packets stay in it until they arrive [Transit Gateways Guide, "Appliance mode"]."""
        plan = Joined(also=True)
        plan.translated()
        plan.into(plan.server, cidrIpv4=LEFT)
        assert plan.taken() == "tcp/443"


class TestTheWayBack:
    """It is sure where the answers go back by the gateway that the packets come by; others do not matter."""

    def shut(self, plan: Joined) -> None:
        plan.into(plan.server, cidrIpv4=CLINIC)
        plan.acl(plan.gate, ("in", 1, "allow", EVERYWHERE, *OPEN))

    def test_another_gateway_may_be_shut(self) -> None:
        plan = Joined()
        peer = plan.add(
            "ec2/vpcPeeringConnection:VpcPeeringConnection", "peer", vpcId=plan.vpc, peerVpcId="vpc-0fedcba9876543210"
        )
        back = Ref(next(r.urn for r in plan.graph() if r.type.endswith(":Route")))
        plan.change(back, transitGatewayId=None, vpcPeeringConnectionId=peer)
        self.shut(plan)
        assert plan.served() == "tcp/443"

    def test_the_one_that_answers_use_may_not(self) -> None:
        plan = Joined()
        self.shut(plan)
        assert plan.served() == "nothing"
