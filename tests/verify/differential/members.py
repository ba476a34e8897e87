"""The members of a random world: subnets, gateways, security groups and their rules in all three forms."""

from __future__ import annotations

from collections.abc import Sequence
from ipaddress import IPv4Network
from typing import Any

from hypothesis import strategies as st

from tests.verify.differential.asked import (
    CIDRS,
    CLINIC,
    SUBNETS,
    Service,
)
from tests.verify.handmade import REGION, Plan
from zt_ai.graph.model import Ref
from zt_ai.intent.model import (
    EGRESS_PROXY,
)


class Members:
    """Draws subnets, gateways, groups and their rules, one after another."""

    def __init__(self, draw: Any) -> None:
        self.draw = draw
        self.plan = Plan()
        self.count = 0
        self.vpc = self.plan.add("ec2/vpc:Vpc", "main", cidrBlock="10.0.0.0/16")

    def pick(self, options: Sequence[Any]) -> Any:
        return self.draw(st.sampled_from(options))

    def chance(self, percent: int) -> bool:
        # The likelier outcome of a spoiled plan is the smaller draw, so that worlds shrink to orderly ones.
        return bool(self.draw(st.integers(0, 99)) >= 100 - percent)

    def add(self, type_: str, /, **inputs: Any) -> Ref:
        self.count += 1
        return self.plan.add(type_, f"n{self.count}", **inputs)

    def _subnets(self) -> None:
        places = [("records", "zone"), ("work", "zone")]
        places += self.draw(
            st.lists(
                st.sampled_from(
                    [("egress", "zone"), (None, "nat"), ("records", "zone"), (None, "transit"), (None, None)]
                ),
                max_size=3,
            )
        )
        self.subnets: list[Ref] = []
        for index, (zone, role) in enumerate(places):
            tags = {name: text for name, text in (("zt-ai:zone", zone), ("zt-ai:role", role)) if text}
            self.subnets.append(
                self.plan.add(
                    "ec2/subnet:Subnet",
                    f"s{index}",
                    vpcId=self.vpc,
                    cidrBlock=SUBNETS[index],
                    tags=tags,
                    availabilityZone="us-east-1a",
                )
            )
        self.other: Ref | None = None
        if self.chance(20):
            self.other = self.plan.add("ec2/vpc:Vpc", "other", cidrBlock="10.9.0.0/16")
            self.far = self.plan.add("ec2/subnet:Subnet", "far", vpcId=self.other, cidrBlock="10.9.1.0/28")
            self.subnets.append(self.far)

    def _gateways(self, storage: bool) -> None:
        self.targets: list[dict[str, Any]] = []
        home = [s for s in self.subnets if self.other is None or s != self.far]
        if self.chance(45):
            self.targets.append(
                {"gatewayId": self.plan.add("ec2/internetGateway:InternetGateway", "igw", vpcId=self.vpc)}
            )
        self.nat_places: list[Ref] = []
        if self.chance(50):
            for name in ("nat", "next")[: 2 if self.chance(30) else 1]:
                place = self.pick(home[::-1])
                self.nat_places.append(place)
                # The plan may say which address it has, else AWS chooses one.
                own = str(IPv4Network(SUBNETS[self.subnets.index(place)])[self.pick((5, 9))])
                nat = self.plan.add(
                    "ec2/natGateway:NatGateway",
                    name,
                    subnetId=place,
                    connectivityType="private",
                    privateIp=own if self.chance(30) else None,
                )
                self.targets.append({"natGatewayId": nat})
        if self.chance(40):
            places = self.draw(st.lists(st.sampled_from(home), min_size=1, max_size=2, unique_by=lambda one: one.urn))
            self.plan.add(
                "ec2transitgateway/vpcAttachment:VpcAttachment",
                "tgw",
                vpcId=self.vpc,
                subnetIds=places,
                transitGatewayId="tgw-0123456789abcdef0",
            )
            self.targets.append({"transitGatewayId": "tgw-0123456789abcdef0"})
        if self.chance(35):
            peer: Any = self.other or "vpc-0fedcba9876543210"
            self.targets.append(
                {
                    "vpcPeeringConnectionId": self.plan.add(
                        "ec2/vpcPeeringConnection:VpcPeeringConnection", "peer", vpcId=self.vpc, peerVpcId=peer
                    )
                }
            )
        self.storage: Ref | None = None
        if storage:
            self.storage = self.plan.add(
                "ec2/vpcEndpoint:VpcEndpoint",
                "storage",
                vpcId=self.vpc,
                serviceName=f"com.amazonaws.{REGION}.s3",
                vpcEndpointType="Gateway",
            )
        self.listed: Ref | None = None
        if self.chance(25):
            entries = [{"cidr": self.pick(CIDRS)} for _ in range(self.draw(st.integers(1, 2)))]
            self.listed = self.plan.add(
                "ec2/managedPrefixList:ManagedPrefixList", "list", entries=entries, maxEntries=2, addressFamily="IPv4"
            )

    def _groups(self) -> None:
        self.groups: dict[str, Ref] = {}
        self.style: dict[str, str] = {}
        self.inline: dict[str, dict[str, list[dict[str, Any]]]] = {}

        def group(name: str, **tags: str) -> None:
            self.groups[name] = self.plan.add(
                "ec2/securityGroup:SecurityGroup", name, vpcId=self.vpc, tags={f"zt-ai:{k}": v for k, v in tags.items()}
            )

        for workload in ("store", "api", EGRESS_PROXY):
            group(workload, workload=workload, role="workload")
        if self.chance(25):
            group("api-2", workload="api", role="workload")
        if self.chance(25):
            group("front", workload="api", role="front")
        if self.chance(25):
            group("loose")
        if self.chance(25):
            group("secrets", service="secretsmanager", role="endpoint")
        # AWS's own default group is referred to by its VPC where the plan does not adopt it.
        self.default: Ref = self.vpc
        if self.chance(65):
            self.default = self.groups["default"] = self.plan.add(
                "ec2/defaultSecurityGroup:DefaultSecurityGroup", "default", vpcId=self.vpc
            )
        self.members = [*self.groups.values(), *((self.default,) if self.chance(20) else ())]
        for ref in self.members:
            self.style[ref.urn] = self.pick(("single", "single", "legacy", "inline")) if ref != self.vpc else "single"

    def _range(self) -> str:
        """A range that a rule names: where NAT gateways are, often theirs, under whose addresses others speak."""
        nats = [SUBNETS[self.subnets.index(place)] for place in self.nat_places]
        return str(self.pick(nats if nats and self.chance(65) else CIDRS))

    def _peer(self) -> tuple[str, Any]:
        kind = self.pick(("cidr", "cidr", "group", "group", "list"))
        if kind == "list":
            options = [one for one in (self.listed, self.storage) if one is not None]
            return ("list", self.pick(options)) if options else ("cidr", self._range())
        return (
            ("group", self.pick([*self.groups.values(), self.default])) if kind == "group" else ("cidr", self._range())
        )

    def _fulfil(self, source: str, destination: str, protocol: str, port: int) -> None:
        service: Service = (protocol, port, port)
        if source == "clinic":
            self._rule(self.groups[destination], False, service, ("cidr", CLINIC))
            return
        if self.chance(90):
            self._rule(
                self.groups[source],
                True,
                service,
                ("group", self.groups[destination]) if self.chance(70) else ("cidr", self.pick(CIDRS)),
            )
        if self.chance(90):
            self._rule(
                self.groups[destination],
                False,
                service,
                ("group", self.groups[source])
                if self.chance(70 - 30 * bool(self.nat_places))
                else ("cidr", self._range()),
            )

    def _rule(self, group: Ref, egress: bool, service: Service, peer: tuple[str, Any]) -> None:
        protocol, first, last = service
        kind, value = peer
        style = self.style.get(group.urn, "single")
        side = "Egress" if egress else "Ingress"
        if style == "single":
            name = {"cidr": "cidrIpv4", "group": "referencedSecurityGroupId", "list": "prefixListId"}[kind]
            self.add(
                f"vpc/securityGroup{side}Rule:SecurityGroup{side}Rule",
                securityGroupId=group,
                ipProtocol=protocol,
                fromPort=first,
                toPort=last,
                **{name: value},
            )
            return
        body: dict[str, Any] = {
            "protocol": protocol,
            "fromPort": first if first is not None else 0,
            "toPort": last if last is not None else 0,
        }
        if kind == "group" and value == group:
            body["self"] = True  # a reference to the group itself has a word of its own
        elif kind == "cidr":
            body["cidrBlocks"] = [value]
        elif kind == "list":
            body["prefixListIds"] = [value]
        else:
            body["sourceSecurityGroupId" if style == "legacy" else "securityGroups"] = (
                value if style == "legacy" else [value]
            )
        if style == "legacy":
            self.add("ec2/securityGroupRule:SecurityGroupRule", type=side.lower(), securityGroupId=group, **body)
            return
        rules = self.inline.setdefault(group.urn, {"ingress": [], "egress": []})
        rules[side.lower()].append(body)
        self.plan.change(group, **rules)
