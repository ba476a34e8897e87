"""Editing a planned resource graph: what a careless or hostile change to the program would have planned instead."""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from zt_ai.graph.model import Ref, Resource, ResourceGraph, Value
from zt_ai.intent.model import Access, Intent, Party

Test = Callable[[Resource], bool]


class Editor:
    """A graph under change. `graph()` gives the result; looking for something that is not there is an error."""

    def __init__(self, graph: ResourceGraph, intent: Intent) -> None:
        self.intent = intent
        self._resources = dict(graph.resources)
        self._source = graph.source
        self._added = 0

    def graph(self) -> ResourceGraph:
        """The changed graph."""
        return ResourceGraph(self._resources, self._source)

    def all(self, type_: str, test: Test = lambda _: True) -> list[Resource]:
        """Resources of a type (without the leading `aws:`) that pass a test."""
        return [r for r in self._resources.values() if r.type == f"aws:{type_}" and test(r)]

    def one(self, type_: str, test: Test = lambda _: True) -> Resource:
        """The first such resource."""
        found = self.all(type_, test)
        assert found, f"the plan has no {type_} that could be changed"
        return found[0]

    def set(self, resource: Resource, **inputs: Any) -> Resource:
        """Set inputs by their wire names; None removes one."""
        merged = {**self._resources[resource.urn].inputs, **inputs}
        changed = replace(self._resources[resource.urn], inputs={k: v for k, v in merged.items() if v is not None})
        assert changed.inputs != resource.inputs or not inputs, "the change changes nothing"
        self._resources[resource.urn] = changed
        return changed

    def remove(self, *resources: Resource) -> None:
        """Take resources out of the plan."""
        assert resources, "nothing to remove"
        for resource in resources:
            del self._resources[resource.urn]

    def add(self, type_: str, inputs: Mapping[str, Value]) -> Resource:
        """Plan another resource."""
        self._added += 1
        name = f"added-{self._added}"
        resource = Resource(
            f"urn:pulumi:s::p::aws:{type_}::{name}", f"aws:{type_}", name, None, custom=True, inputs=inputs
        )
        self._resources[resource.urn] = resource
        return resource

    # What the mutations have to find, by meaning.

    def tagged(self, type_: str, **tags: str) -> list[Resource]:
        """Resources of a type with these tags (`zone`, `workload`, `role`, `service`)."""

        def has(resource: Resource) -> bool:
            found = resource.inputs.get("tags") or {}
            return isinstance(found, Mapping) and all(found.get(f"zt-ai:{k}") == v for k, v in tags.items())

        return self.all(type_, has)

    @property
    def vpc(self) -> Resource:
        return self.one("ec2/vpc:Vpc")

    @property
    def data_zone(self) -> str:
        return self.intent.data_zones()[0]

    def subnets(self, zone: str, role: str = "zone") -> list[Resource]:
        found = self.tagged("ec2/subnet:Subnet", zone=zone, role=role)
        assert found, f"no {role} subnet in zone {zone}"
        return found

    def table_of(self, subnet: Resource) -> Resource:
        """Route table associated with a subnet."""
        link = self.one(
            "ec2/routeTableAssociation:RouteTableAssociation", lambda r: r.inputs.get("subnetId") == Ref(subnet.urn)
        )
        target = link.inputs["routeTableId"]
        assert isinstance(target, Ref)
        return self._resources[target.urn]

    def nacl_of(self, subnet: Resource) -> Resource:
        """Network ACL associated with a subnet, by its own list or by an association resource."""
        for nacl in self.all("ec2/networkAcl:NetworkAcl"):
            ids = nacl.inputs.get("subnetIds")
            if isinstance(ids, tuple) and Ref(subnet.urn) in ids:
                return nacl
        link = self.nacl_link(subnet)
        target = link.inputs["networkAclId"]
        assert isinstance(target, Ref)
        return self._resources[target.urn]

    def nacl_link(self, subnet: Resource) -> Resource:
        return self.one(
            "ec2/networkAclAssociation:NetworkAclAssociation", lambda r: r.inputs.get("subnetId") == Ref(subnet.urn)
        )

    def group(self, workload: str) -> Resource:
        """First security group of a workload."""
        return self.tagged("ec2/securityGroup:SecurityGroup", workload=workload, role="workload")[0]

    def flow(self) -> Access:
        """An access between two workloads of different zones, none of them the proxy."""
        zone = {name: w.zone for name, w in self.intent.workloads.items()}
        return next(
            a
            for a in self.intent.accesses
            if a.source_party is Party.WORKLOAD
            and a.destination_party is Party.WORKLOAD
            and zone[a.source] != zone[a.destination]
            and not self.intent.workloads[a.destination].implied
        )

    def ingress(self, workload: str) -> Resource:
        """An ingress rule of a workload's group."""
        group = Ref(self.group(workload).urn)
        return self.one(
            "vpc/securityGroupIngressRule:SecurityGroupIngressRule", lambda r: r.inputs["securityGroupId"] == group
        )

    def egress(self, workload: str) -> Resource:
        """An egress rule of a workload's group."""
        group = Ref(self.group(workload).urn)
        return self.one(
            "vpc/securityGroupEgressRule:SecurityGroupEgressRule", lambda r: r.inputs["securityGroupId"] == group
        )

    def ingress_of_flow(self) -> Resource:
        """The ingress rule that the chosen flow needs."""
        access = self.flow()
        source, target = Ref(self.group(access.source).urn), Ref(self.group(access.destination).urn)
        return self.one(
            "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            lambda r: r.inputs["securityGroupId"] == target and r.inputs.get("referencedSecurityGroupId") == source,
        )

    def egress_of_flow(self) -> Resource:
        """The egress rule that the chosen flow needs."""
        access = self.flow()
        source, target = Ref(self.group(access.source).urn), Ref(self.group(access.destination).urn)
        return self.one(
            "vpc/securityGroupEgressRule:SecurityGroupEgressRule",
            lambda r: r.inputs["securityGroupId"] == source and r.inputs.get("referencedSecurityGroupId") == target,
        )

    def open_both_ways(self, source: str, destination: str, protocol: str, first: int, last: int) -> None:
        """Rules on both sides for a connection."""
        ports: dict[str, Value] = (
            {"ipProtocol": protocol}
            if protocol == "-1"
            else {"ipProtocol": protocol, "fromPort": first, "toPort": last}
        )
        ours, theirs = Ref(self.group(source).urn), Ref(self.group(destination).urn)
        self.add(
            "vpc/securityGroupEgressRule:SecurityGroupEgressRule",
            {"securityGroupId": ours, "referencedSecurityGroupId": theirs, **ports},
        )
        self.add(
            "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
            {"securityGroupId": theirs, "referencedSecurityGroupId": ours, **ports},
        )

    def vpc_cidr(self) -> str:
        value = self.vpc.inputs["cidrBlock"]
        assert isinstance(value, str)
        return str(ipaddress.IPv4Network(value))

    def policy(self, resource: Resource, key: str, change: Callable[[dict[str, Any]], None]) -> None:
        """Edit every statement of a JSON policy that allows something."""
        text = resource.inputs[key]
        assert isinstance(text, str)
        document = json.loads(text)
        for statement in document["Statement"]:
            if statement["Effect"] == "Allow":
                change(statement)
        self.set(resource, **{key: json.dumps(document, sort_keys=True)})
