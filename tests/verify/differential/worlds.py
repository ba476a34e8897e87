"""Small random VPCs with a matching intent, for the comparison of the verifier with the naive evaluator.

A world is built like a real plan (the tags of the contract between builder and verifier, each kind of rule resource
that AWS has, references as `Ref`) and then spoiled: overlapping ranges, single addresses, rules of every protocol,
references to oneself, denies between allows, missing associations, routes to every kind of gateway, also more
specific than the local one. Everything is drawn with hypothesis, so a failing world shrinks.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.verify.differential.asked import (
    CIDRS,
    SERVICES,
    SUBNETS,
    WANTED,
    make_intent,
)
from tests.verify.differential.members import Members
from tests.verify.handmade import REGION
from zt_ai.graph.model import Ref, ResourceGraph
from zt_ai.intent.model import (
    EGRESS_PROXY,
    Intent,
)


@dataclass(frozen=True, slots=True)
class World:
    """A plan and what was asked for."""

    graph: ResourceGraph
    intent: Intent

    def __repr__(self) -> str:
        lines = [f"{r.type.rpartition(':')[2]} {r.name} {dict(r.inputs)}" for r in self.graph]
        asked = [f"{a.source}->{a.destination} {', '.join(map(str, a.ports))}" for a in self.intent.accesses]
        return "\n".join(("World", *lines, "intent: " + "; ".join(asked)))


class _Maker(Members):
    """Draws one world: members first, then what stands between them."""

    def make(self) -> World:
        wanted = self.draw(st.lists(st.sampled_from(WANTED), unique=True, max_size=4))
        provider, storage = self.chance(30), self.chance(30)
        self._subnets()
        self._gateways(storage)
        self._groups()
        for source, destination, protocol, port in wanted:
            self._fulfil(source, destination, protocol, port)
        if storage and self.storage is not None and self.chance(70):
            self._rule(self.groups["api"], True, ("tcp", 443, 443), ("list", self.storage))
        if provider and self.chance(80):
            self._rule(self.groups[EGRESS_PROXY], True, ("tcp", 443, 443), ("cidr", "0.0.0.0/0"))
        if self.chance(15):
            # The classic mistake: what should only ask the proxy may call anybody.
            self._rule(self.groups[self.pick(("api", "store"))], True, ("tcp", 443, 443), ("cidr", "0.0.0.0/0"))
        for _ in range(self.draw(st.integers(0, 5))):
            self._rule(self.pick(self.members), self.draw(st.booleans()), self.pick(SERVICES), self._peer())
        self._acls()
        self._tables()
        self._attached()
        return World(self.plan.graph(), make_intent(wanted, provider=provider, storage=storage))

    def _acls(self) -> None:
        taken: set[str] = set()
        for index in range(self.draw(st.integers(0, 2))):
            acl = self.plan.add("ec2/networkAcl:NetworkAcl", f"acl{index}", vpcId=self.vpc)
            self._entries(acl)
            for subnet in self.draw(
                st.lists(st.sampled_from(self.subnets), min_size=1, max_size=3, unique_by=lambda one: one.urn)
            ):
                if subnet.urn not in taken and not (self.other is not None and subnet == self.far):
                    taken.add(subnet.urn)
                    self.add("ec2/networkAclAssociation:NetworkAclAssociation", networkAclId=acl, subnetId=subnet)
        if self.chance(25):
            inline: dict[str, Any] = {
                side: [self._entry(number) for number in numbers]
                for side, numbers in (("ingress", (100, 110)), ("egress", (100,)))
            }
            self.plan.add(
                "ec2/defaultNetworkAcl:DefaultNetworkAcl", "default-acl", defaultNetworkAclId=self.vpc, **inline
            )

    def _entry(self, number: int) -> dict[str, Any]:
        protocol, first, last = self.pick(SERVICES)
        ports = (
            {"icmpType": first, "icmpCode": last}
            if protocol == "icmp"
            else {"fromPort": first or 0, "toPort": last or 0}
        )
        return {
            "ruleNo": number,
            "action": "deny" if self.chance(35) else "allow",
            "protocol": protocol,
            "cidrBlock": self.pick(CIDRS),
            **ports,
        }

    def _entries(self, acl: Ref) -> None:
        for egress in (False, True):
            if self.chance(15):
                # Openings for the flows alone, without the answers' ports: the mistake that stateless filters invite.
                for number, (_, _, protocol, port) in enumerate(WANTED, 300):
                    self.add(
                        "ec2/networkAclRule:NetworkAclRule",
                        networkAclId=acl,
                        egress=egress,
                        ruleNumber=number,
                        ruleAction="allow",
                        protocol=protocol,
                        cidrBlock="10.0.0.0/16",
                        fromPort=port,
                        toPort=port,
                    )
                continue
            for number in self.draw(st.lists(st.sampled_from((50, 100, 110, 120, 130, 200)), unique=True, max_size=3)):
                body = self._entry(number)
                self.add(
                    "ec2/networkAclRule:NetworkAclRule",
                    networkAclId=acl,
                    egress=egress,
                    ruleNumber=body.pop("ruleNo"),
                    ruleAction=body.pop("action"),
                    **body,
                )
            if not self.chance(30):
                self.add(
                    "ec2/networkAclRule:NetworkAclRule",
                    networkAclId=acl,
                    egress=egress,
                    ruleNumber=150,
                    ruleAction="allow",
                    protocol="-1",
                    cidrBlock="0.0.0.0/0",
                )

    def _route(self) -> dict[str, Any] | None:
        kind = self.pick(("default", "default", "clinic", "part", "far", "inside", "list"))
        outward = [t for t in self.targets if "natGatewayId" in t or kind != "inside"]
        if kind == "inside":
            # More specific than the local route: a whole subnet, by a NAT gateway or an interface.
            outward += [{"networkInterfaceId": "eni-0123456789abcdef0"}]
        if not outward or (kind == "list" and self.listed is None):
            return None
        where: dict[str, Any] = {
            "default": {"destinationCidrBlock": "0.0.0.0/0"},
            "clinic": {"destinationCidrBlock": "172.16.0.0/12"},
            "part": {"destinationCidrBlock": self.pick(("172.16.5.0/25", "172.16.4.0/22"))},
            "far": {"destinationCidrBlock": "10.9.0.0/16"},
            "inside": {"destinationCidrBlock": self.pick(SUBNETS[: len(self.subnets)])},
            "list": {"destinationPrefixListId": self.listed},
        }[kind]
        return {**where, **self.pick(outward)}

    def _nat(self) -> dict[str, Any]:
        return dict(self.pick([target for target in self.targets if "natGatewayId" in target]))

    def _tables(self) -> None:
        for index, subnet in enumerate(self.subnets):
            far = self.other is not None and subnet == self.far
            if self.chance(25):
                continue
            table = self.plan.add("ec2/routeTable:RouteTable", f"rt{index}", vpcId=self.other if far else self.vpc)
            self.add("ec2/routeTableAssociation:RouteTableAssociation", subnetId=subnet, routeTableId=table)
            if far:
                peers = [t for t in self.targets if "vpcPeeringConnectionId" in t]
                if peers:
                    self.add("ec2/route:Route", routeTableId=table, destinationCidrBlock="10.0.0.0/16", **peers[0])
                continue
            seen = set()
            onward = [t for t in self.targets if "natGatewayId" not in t]
            if subnet in self.nat_places and onward and self.chance(70):
                seen.add("0.0.0.0/0")
                self.add("ec2/route:Route", routeTableId=table, destinationCidrBlock="0.0.0.0/0", **self.pick(onward))
            elif self.nat_places and self.chance(50):
                seen.add("0.0.0.0/0")
                self.add(
                    "ec2/route:Route",
                    routeTableId=table,
                    destinationCidrBlock="0.0.0.0/0",
                    **self._nat(),
                )
            if self.nat_places and self.chance(65):
                # More specific than the local route: a whole subnet that is reached through a NAT gateway.
                cidr = self.pick(SUBNETS[: len(self.subnets)])
                seen.add(cidr)
                self.add("ec2/route:Route", routeTableId=table, destinationCidrBlock=cidr, **self._nat())
            for _ in range(self.draw(st.integers(0, 3))):
                route = self._route()
                if route is not None and str(route.get("destinationCidrBlock")) not in seen:
                    seen.add(str(route.get("destinationCidrBlock")))
                    self.add("ec2/route:Route", routeTableId=table, **route)
            relayed = bool(self.nat_places) and subnet not in self.nat_places
            if self.storage is not None and self.chance(40 if relayed else 70):
                self.add(
                    "ec2/vpcEndpointRouteTableAssociation:VpcEndpointRouteTableAssociation",
                    routeTableId=table,
                    vpcEndpointId=self.storage,
                )
        if self.chance(25) and self.targets:
            inline = [{"cidrBlock": "0.0.0.0/0", **self.pick(self.targets)}]
            self.plan.add(
                "ec2/defaultRouteTable:DefaultRouteTable", "main-table", defaultRouteTableId=self.vpc, routes=inline
            )

    def _attached(self) -> None:
        home = [s for s in self.subnets if self.other is None or s != self.far]
        if "secrets" in self.groups:
            groups = [self.groups["secrets"]] if self.chance(80) else None
            self.plan.add(
                "ec2/vpcEndpoint:VpcEndpoint",
                "secrets-endpoint",
                vpcId=self.vpc,
                serviceName=f"com.amazonaws.{REGION}.secretsmanager",
                vpcEndpointType="Interface",
                subnetIds=[self.pick(home)],
                securityGroupIds=groups,
                privateDnsEnabled=True,
            )
        if self.chance(20):
            groups = self.draw(
                st.lists(
                    st.sampled_from([*self.groups.values()]), min_size=1, max_size=2, unique_by=lambda one: one.urn
                )
            )
            self.plan.add(
                "ec2/networkInterface:NetworkInterface", "eni", subnetId=self.pick(home), securityGroups=groups
            )


@st.composite
def worlds(draw: st.DrawFn) -> World:
    """One random world."""
    return _Maker(draw).make()
