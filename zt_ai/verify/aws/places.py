"""The places whose traffic is recorded: VPCs and their subnets, made by the plan or adopted."""

from __future__ import annotations

from dataclasses import dataclass, field

from zt_ai.graph.model import Ref, Resource, ResourceGraph, Value
from zt_ai.verify.reading import plain

VPCS = ("aws:ec2/vpc:Vpc", "aws:ec2/defaultVpc:DefaultVpc")
SUBNETS = ("aws:ec2/subnet:Subnet", "aws:ec2/defaultSubnet:DefaultSubnet")
FIREWALL = "aws:networkfirewall/firewall:Firewall"
_QUERY_CONFIG = "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig"


@dataclass(slots=True)
class Places:
    """The VPCs and subnets of a graph, by a key that a reference and an id share."""

    graph: ResourceGraph
    vpcs: dict[str, str] = field(init=False, default_factory=dict)  # key -> name for people
    subnets: dict[str, list[Resource]] = field(init=False, default_factory=dict)  # VPC's key -> its subnets
    lost: list[Resource] = field(init=False, default_factory=list)  # subnets of which the VPC is not known
    _urns: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for resource in self.graph.of_type(*VPCS, *SUBNETS, FIREWALL, _QUERY_CONFIG):
            for name in (resource.id, resource.outputs.get("arn")):
                if isinstance(name, str) and name:
                    self._urns[name] = resource.urn
        self.vpcs = {vpc.urn: f"vpc {vpc.name}" for vpc in self.graph.of_type(*VPCS)}
        for subnet in self.graph.of_type(*SUBNETS):
            key = self.key(subnet.inputs.get("vpcId"))
            if key is None:
                self.lost.append(subnet)
                continue
            self.vpcs.setdefault(key, f"vpc {key}")
            self.subnets.setdefault(key, []).append(subnet)

    def key(self, value: Value) -> str | None:
        """The URN or, where the resource is not in the graph, the id that a value means; None if that is not known."""
        value = plain(value)
        if isinstance(value, Ref):
            return value.urn
        return self._urns.get(value, value) if isinstance(value, str) else None
