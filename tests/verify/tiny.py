"""A VPC of two zones with one workload each, to which a scenario adds what it is about."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bench.synthetic import SETTINGS, Plan
from zt_ai.graph import Ref
from zt_ai.intent.model import Access, AuditIntent, Clause, Intent, Party, Ports, WorkloadIntent, ZoneIntent
from zt_ai.spec.types import ZoneKind
from zt_ai.verify.aws.prove import network_claims
from zt_ai.verify.aws.reach import Reach
from zt_ai.verify.aws.read import read_world
from zt_ai.verify.model import Claim

INGRESS = "vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "vpc/securityGroupEgressRule:SecurityGroupEgressRule"
HTTPS = Ports("tcp", 443, 443)


def intent(*flows: tuple[str, str]) -> Intent:
    """Zones `left` and `right` with workloads `caller` and `server`, and the flows that are wanted (tcp/443)."""
    zones = {name: ZoneIntent(name, ZoneKind.PROCESSING, "phi") for name in ("left", "right")}
    zones["egress"] = ZoneIntent("egress", ZoneKind.EGRESS, "phi")
    workloads = {
        name: WorkloadIntent(name, zone, f"spiffe://x/{name}", {"https": HTTPS}, "phi", False, False)
        for name, zone in (("caller", "left"), ("server", "right"))
    }
    accesses = tuple(
        Access(Clause(f"flow:{a}-{b}", "for a test"), a, Party.WORKLOAD, b, Party.WORKLOAD, (HTTPS,), "phi")
        for a, b in flows
    )
    return Intent(
        "tiny", ("public", "phi"), zones, workloads, {}, {}, {}, accesses, (), AuditIntent(timedelta(days=2200)), "x"
    )


class Tiny(Plan):
    """Two subnets, 10.20.0.0/24 of zone `left` and 10.20.1.0/24 of zone `right`, with a group in each."""

    def __init__(self) -> None:
        super().__init__()
        self.vpc = self.add("ec2/vpc:Vpc", "vpc", cidrBlock="10.20.0.0/16")
        self.default = self.add("ec2/defaultSecurityGroup:DefaultSecurityGroup", "default", vpcId=self.vpc)
        self.left, self.right = self.subnet("left", "10.20.0.0/24"), self.subnet("right", "10.20.1.0/24")
        self.caller, self.server = self.group("caller"), self.group("server")

    def subnet(self, zone: str, cidr: str, **inputs: Any) -> Ref:
        name = f"{zone}-{cidr}"
        return self.add("ec2/subnet:Subnet", name, vpcId=self.vpc, cidrBlock=cidr, tags={"zt-ai:zone": zone}, **inputs)

    def group(self, workload: str, **inputs: Any) -> Ref:
        tags = {"zt-ai:workload": workload, "zt-ai:role": "workload"}
        return self.add("ec2/securityGroup:SecurityGroup", workload, vpcId=self.vpc, tags=tags, **inputs)

    def out(self, group: Ref, name: str = "out", **rule: Any) -> Ref:
        return self.add(
            EGRESS, name, securityGroupId=group, **{"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, **rule}
        )

    def into(self, group: Ref, name: str = "in", **rule: Any) -> Ref:
        return self.add(
            INGRESS, name, securityGroupId=group, **{"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, **rule}
        )

    def connect(self) -> None:
        """The two rules that let the caller reach the server on tcp/443."""
        self.out(self.caller, referencedSecurityGroupId=self.server)
        self.into(self.server, referencedSecurityGroupId=self.caller)

    def acl(self, subnet: Ref, *entries: tuple[str, int, str, str, str, int, int]) -> Ref:
        """A network ACL of a subnet; entries are (direction, number, action, cidr, protocol, first, last)."""
        name = subnet.urn.rpartition("::")[2]
        made = self.add("ec2/networkAcl:NetworkAcl", name, vpcId=self.vpc, subnetIds=[subnet])
        for way, order, action, cidr, protocol, first, last in entries:
            self.add(
                "ec2/networkAclRule:NetworkAclRule",
                f"{name}-{way}-{order}",
                networkAclId=made,
                egress=way == "out",
                ruleNumber=order,
                ruleAction=action,
                cidrBlock=cidr,
                protocol=protocol,
                fromPort=first,
                toPort=last,
            )
        return made

    def between(self, source: str = "caller", destination: str = "server") -> tuple[str, str]:
        """What some, and what every placement permits from one party to another, in words."""
        reach = Reach(read_world(self.graph(), SETTINGS), intent())
        index = {party.name: number for number, party in enumerate(reach.roll.parties)}
        one, other = index[source], index[destination]
        return reach.spaces.words(reach.may(one, other)), reach.spaces.words(reach.must(one, other))

    def claims(self, *flows: tuple[str, str]) -> dict[str, Claim]:
        """The claims about the network, by id."""
        made, _ = network_claims(read_world(self.graph(), SETTINGS), intent(*flows))
        return {claim.id: claim for claim in made}


OPEN = ("-1", 0, 0)
EVERYWHERE = "0.0.0.0/0"
