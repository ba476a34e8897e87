"""Editing a planned resource graph: what a careless or hostile change to the program would have planned instead."""

from __future__ import annotations

import base64
import ipaddress
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from zt_ai.graph.model import Ref, Resource, ResourceGraph, Value
from zt_ai.intent.model import EGRESS_PROXY, Access, Intent, Party

Test = Callable[[Resource], bool]
RULE = "network:SecurityRule"


def frozen(value: Any) -> Value:
    """A Python value as a graph holds it."""
    if isinstance(value, list | tuple):
        return tuple(frozen(one) for one in value)
    if isinstance(value, Mapping):
        return {key: frozen(one) for key, one in value.items()}
    return value  # type: ignore[no-any-return]


def loose(value: Value) -> Any:
    """A value of a graph as Python lists and dicts that can be changed."""
    if isinstance(value, tuple):
        return [loose(one) for one in value]
    if isinstance(value, Mapping):
        return {key: loose(one) for key, one in value.items()}
    return value


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
        """Resources of a type (without the package) that pass a test."""
        return [r for r in self._resources.values() if r.type == f"azure-native:{type_}" and test(r)]

    def one(self, type_: str, test: Test = lambda _: True) -> Resource:
        """The first such resource."""
        found = self.all(type_, test)
        assert found, f"the plan has no {type_} that could be changed"
        return found[0]

    def set(self, resource: Resource, **inputs: Any) -> Resource:
        """Set inputs by their wire names; None removes one."""
        given = {key: frozen(value) for key, value in inputs.items()}
        merged = {**self._resources[resource.urn].inputs, **given}
        changed = replace(self._resources[resource.urn], inputs={k: v for k, v in merged.items() if v is not None})
        assert changed.inputs != resource.inputs, "the change changes nothing"
        self._resources[resource.urn] = changed
        return changed

    def change(self, resource: Resource, edit: Callable[[dict[str, Any]], None]) -> None:
        """Edit the inputs in place."""
        inputs = loose(resource.inputs)
        edit(inputs)
        changed = replace(resource, inputs={k: frozen(v) for k, v in inputs.items()})
        assert changed.inputs != resource.inputs, "the change changes nothing"
        self._resources[resource.urn] = changed

    def remove(self, *resources: Resource) -> None:
        """Take resources out of the plan."""
        assert resources, "nothing to remove"
        for resource in resources:
            del self._resources[resource.urn]

    def add(self, type_: str, **inputs: Any) -> Resource:
        """Plan another resource."""
        self._added += 1
        name = f"added-{self._added}"
        token = f"azure-native:{type_}"
        made = Resource(
            f"urn:pulumi:s::p::{token}::{name}",
            token,
            name,
            None,
            custom=True,
            inputs=dict(frozen(inputs)),  # type: ignore[arg-type]
        )
        self._resources[made.urn] = made
        return made

    # What the mutations have to find, by meaning.

    def tagged(self, type_: str, **tags: str) -> list[Resource]:
        """Resources of a type with these tags (`zone`, `workload`, `role`, `service`)."""

        def has(resource: Resource) -> bool:
            found = resource.inputs.get("tags") or {}
            return isinstance(found, Mapping) and all(found.get(f"zt-ai:{k}") == v for k, v in tags.items())

        return self.all(type_, has)

    @property
    def data_zone(self) -> str:
        return self.intent.data_zones()[0]

    @property
    def network(self) -> Resource:
        return self.one("network:VirtualNetwork")

    def filter(self, zone: str) -> Resource:
        """Network security group of a zone's subnet."""
        return self.tagged("network:NetworkSecurityGroup", zone=zone, role="zone")[0]

    def of_role(self, type_: str, role: str) -> Resource:
        """The resource of a type with a role."""
        return self.tagged(type_, role=role)[0]

    def subnet(self, zone: str) -> Resource:
        """Subnet of a zone."""
        return self.bound(self.filter(zone))

    def bound(self, group: Resource) -> Resource:
        """The subnet that a network security group is bound to."""
        return self.one("network:Subnet", lambda r: r.inputs.get("networkSecurityGroup") == {"id": Ref(group.urn)})

    @property
    def endpoints(self) -> Resource:
        """Subnet of the private endpoints."""
        return self.bound(self.of_role("network:NetworkSecurityGroup", "endpoints"))

    def free_range(self) -> str:
        """A /28 of the network that no subnet has."""
        space: Any = self.network.inputs["addressSpace"]
        taken = [ipaddress.IPv4Network(str(s.inputs["addressPrefix"])) for s in self.all("network:Subnet")]
        blocks = ipaddress.IPv4Network(space["addressPrefixes"][0]).subnets(new_prefix=28)
        return str(next(block for block in blocks if not any(block.overlaps(other) for other in taken)))

    def zone_of(self, workload: str) -> str:
        return self.intent.workloads[workload].zone

    def group(self, workload: str) -> Resource:
        """Application security group of a workload."""
        return self.tagged("network:ApplicationSecurityGroup", workload=workload)[0]

    def rules(self, group: Resource, direction: str) -> list[Resource]:
        """Rules of a network security group in one direction."""
        name = group.inputs["networkSecurityGroupName"]
        return self.all(
            RULE,
            lambda r: (
                r.inputs["networkSecurityGroupName"] in (name, Ref(group.urn)) and r.inputs["direction"] == direction
            ),
        )

    def closing(self, group: Resource, direction: str) -> Resource:
        """The denial of everything at the end of a direction."""
        return next(r for r in self.rules(group, direction) if r.inputs["access"] == "Deny")

    def flow(self) -> Access:
        """An access between two workloads of different zones, none of them the proxy."""
        return next(
            a
            for a in self.intent.accesses
            if a.source_party is Party.WORKLOAD
            and a.destination_party is Party.WORKLOAD
            and self.zone_of(a.source) != self.zone_of(a.destination)
            and a.destination != EGRESS_PROXY
        )

    def rule_of_flow(self, direction: str) -> Resource:
        """The rule of one side that the chosen flow needs."""
        flow = self.flow()
        zone = self.zone_of(flow.destination if direction == "Inbound" else flow.source)
        return next(
            r
            for r in self.rules(self.filter(zone), direction)
            if f"[zt-ai:clause={flow.clause.id}]" in str(r.inputs.get("description"))
        )

    def right_on(self, type_: str, workload: str | None = None) -> Resource:
        """A role assignment on a resource of a type; that of a workload, if one is named."""
        scopes = {one.urn for one in self.all(type_)}
        tags = {"workload": workload} if workload else {}
        owners = {one.urn for one in self.tagged("managedidentity:UserAssignedIdentity", **tags)}

        def fits(resource: Resource) -> bool:
            scope, who = resource.inputs["scope"], resource.inputs["principalId"]
            return isinstance(scope, Ref) and scope.urn in scopes and isinstance(who, Ref) and who.urn in owners

        return self.one("authorization:RoleAssignment", fits)

    def allow(self, group: Resource, direction: str, *, priority: int = 101, **rule: Any) -> Resource:
        """Another rule that allows: everything, unless it says otherwise."""
        given: dict[str, Any] = {
            "protocol": "*",
            "sourcePortRange": "*",
            "destinationPortRange": "*",
            "sourceAddressPrefix": "*",
            "destinationAddressPrefix": "*",
            **rule,
        }
        if "sourceApplicationSecurityGroups" in rule:
            del given["sourceAddressPrefix"]
        if "destinationApplicationSecurityGroups" in rule:
            del given["destinationAddressPrefix"]
        return self.add(
            RULE,
            networkSecurityGroupName=group.inputs["networkSecurityGroupName"],
            direction=direction,
            access="Allow",
            priority=priority,
            securityRuleName="added",
            **given,
        )

    def connect(self, source: str, destination: str, protocol: str, ports: str) -> None:
        """Rules on both sides for a connection between two workloads."""
        ends = {
            "sourceApplicationSecurityGroups": [{"id": Ref(self.group(source).urn)}],
            "destinationApplicationSecurityGroups": [{"id": Ref(self.group(destination).urn)}],
            "protocol": protocol,
            "destinationPortRange": ports,
        }
        self.allow(self.filter(self.zone_of(source)), "Outbound", **ends)
        self.allow(self.filter(self.zone_of(destination)), "Inbound", **ends)

    def table(self, subnet: Resource) -> Resource:
        """Route table of a subnet."""
        link = subnet.inputs["routeTable"]
        assert isinstance(link, Mapping)
        target = link["id"]
        assert isinstance(target, Ref)
        return self._resources[target.urn]

    def routes(self, subnet: Resource) -> list[Resource]:
        """Routes of a subnet."""
        name = self.table(subnet).inputs["routeTableName"]
        return self.all("network:Route", lambda r: r.inputs["routeTableName"] == name)

    def default_route(self, subnet: Resource) -> Resource:
        return next(r for r in self.routes(subnet) if r.inputs["addressPrefix"] == "0.0.0.0/0")

    def add_route(self, subnet: Resource, prefix: str, hop: str, address: str | None = None) -> None:
        name = self.table(subnet).inputs["routeTableName"]
        given = {"nextHopIpAddress": address} if address else {}
        self.add("network:Route", routeTableName=name, addressPrefix=prefix, nextHopType=hop, **given)

    def host(self, edit: Callable[[dict[str, Any]], None]) -> None:
        """Edit the Ignition configuration of the proxy's machines."""

        def change(inputs: dict[str, Any]) -> None:
            system = inputs["virtualMachineProfile"]["osProfile"]
            config = json.loads(base64.b64decode(system["customData"]))
            edit(config)
            system["customData"] = base64.b64encode(json.dumps(config).encode()).decode()

        self.change(self.one("compute:VirtualMachineScaleSet"), change)

    def policy(self, edit: Callable[[dict[str, Any]], None]) -> None:
        """Edit the policy document that the proxy is given."""

        def change(config: dict[str, Any]) -> None:
            file = next(f for f in config["storage"]["files"] if f["path"].endswith("proxy.env"))
            raw = base64.b64decode(file["contents"]["source"].partition(",")[2]).decode()
            lines = []
            for line in raw.splitlines():
                if line.startswith("ZT_AI_PROXY_POLICY="):
                    document = json.loads(line.partition("=")[2])
                    edit(document)
                    line = f"ZT_AI_PROXY_POLICY={json.dumps(document)}"  # noqa: PLW2901
                lines.append(line)
            encoded = base64.b64encode("\n".join(lines).encode()).decode()
            file["contents"]["source"] = f"data:;base64,{encoded}"

        self.host(change)
