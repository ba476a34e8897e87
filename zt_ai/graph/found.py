"""What a refresh found beside the resources of the stack: rules and routes that somebody else added.

AWS here, Azure in `zt_ai.graph.found_azure`.

A group's rules, an ACL's entries and a table's routes are resources of their own in most programs. The provider repeats
all of them in the outputs of the group, ACL or table each time it reads that, whoever made them [pulumi-aws,
`aws.ec2.SecurityGroup`, `aws.ec2.NetworkAcl`, `aws.ec2.RouteTable`: computed `ingress`, `egress`, `routes`]. The
engine does not report one that was added by hand, because no input of the program differs (`RefreshStep.ResultOp` in
its `pkg/resource/deploy/step.go`), so it is looked for here.

Only right after a refresh: outputs are as old as the last reading, and may show a rule that the stack has deleted
since.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Final

from zt_ai.graph import found_azure
from zt_ai.graph.model import Ref, Resource, ResourceGraph, Value
from zt_ai.graph.walk import replace_strings, strings

_GROUP: Final = "aws:ec2/securityGroup:SecurityGroup"
_ACL: Final = "aws:ec2/networkAcl:NetworkAcl"
_TABLE: Final = "aws:ec2/routeTable:RouteTable"
_RULES: Final = {
    "ingress": "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    "egress": "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
}
# Where a peer stands in a rule: in the list that a group shows, and in the rule's own resource (two kinds of it).
_PEERS: Final = {
    "cidrBlocks": ("cidrIpv4", "cidrBlocks"),
    "ipv6CidrBlocks": ("cidrIpv6", "ipv6CidrBlocks"),
    "prefixListIds": ("prefixListId", "prefixListIds"),
    "securityGroups": ("referencedSecurityGroupId", "sourceSecurityGroupId"),
}
_DESTINATIONS: Final = {
    "cidrBlock": "destinationCidrBlock",
    "ipv6CidrBlock": "destinationIpv6CidrBlock",
    "destinationPrefixListId": "destinationPrefixListId",
}
# Numbers of the protocols that rules may name [IANA, "Protocol Numbers"].
_PROTOCOLS: Final = {"6": "tcp", "17": "udp", "1": "icmp", "58": "icmpv6"}
Service = tuple[str, int, int]


def with_found(graph: ResourceGraph) -> ResourceGraph:
    """The graph of a state that has just been refreshed, with what its resources hold beside those of the stack.

    A rule, entry or route that no resource of the graph stands for is added to the inputs of the group, ACL or table
    that has it, as if it had been written inline. The same graph comes back where there is none.
    """
    ids = _ids(graph)

    def known(value: Value) -> Value:
        return replace_strings(value, lambda text: Ref(ids[text]) if text in ids else text)

    added: dict[str, Resource] = {}
    for resource, name, entries in (*_beside(graph), *found_azure.beside(graph)):
        now = added.get(resource.urn, resource)
        added[resource.urn] = replace(now, inputs={**now.inputs, name: tuple(known(entry) for entry in entries)})
    if not added:
        return graph
    return ResourceGraph({urn: added.get(urn, resource) for urn, resource in graph.resources.items()}, graph.source)


def _beside(graph: ResourceGraph) -> Iterator[tuple[Resource, str, list[Value]]]:
    """Resources, the property that shows their entries, and the entries that are nobody's."""
    for group in graph.of_type(_GROUP):
        for name, type_ in _RULES.items():
            if name not in group.inputs and (shown := _shown(group, name)):
                managed = set(_managed(graph, group, name, type_))
                left = [part for rule in shown for part in _parts(rule) if not managed & _meanings(part, group)]
                if left:
                    yield group, name, list(left)
    for acl in graph.of_type(_ACL):
        numbers = {
            (bool(rule.inputs.get("egress")), rule.inputs.get("ruleNumber"))
            for rule in graph.referrers(acl.urn)
            if rule.type == "aws:ec2/networkAclRule:NetworkAclRule"
        }
        for name in ("ingress", "egress"):
            entries: list[Value] = [e for e in _shown(acl, name) if (name == "egress", e.get("ruleNo")) not in numbers]
            if name not in acl.inputs and entries:
                yield acl, name, entries
    for table in graph.of_type(_TABLE):
        taken = {
            text
            for route in graph.referrers(table.urn)
            if route.type == "aws:ec2/route:Route"
            for name in _DESTINATIONS.values()
            for text in _names(graph, route.inputs.get(name))
        }
        routes: list[Value] = [
            {name: value for name, value in route.items() if value not in (None, "")}
            for route in _shown(table, "routes")
            if not any(route.get(name) in taken for name in _DESTINATIONS)
        ]
        if "routes" not in table.inputs and routes:
            yield table, "routes", routes


def _shown(resource: Resource, name: str) -> list[Mapping[str, Value]]:
    value = resource.outputs.get(name)
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, tuple) else []


def _parts(rule: Mapping[str, Value]) -> Iterator[Mapping[str, Value]]:
    """A shown rule, which may name many peers, as one rule for each."""
    said = {name: rule.get(name) for name in ("protocol", "fromPort", "toPort", "description")}
    for name in _PEERS:
        for peer in _items(rule.get(name)):
            yield {**said, name: (peer,)}
    if rule.get("self") is True:
        yield {**said, "self": True}


def _meanings(part: Mapping[str, Value], group: Resource) -> set[tuple[Service, str]]:
    service = _service(part.get("protocol"), part)
    if part.get("self") is True:
        return {(service, group.id or group.urn)}
    return {(service, text) for name in _PEERS for text in strings(part.get(name))}


def _managed(graph: ResourceGraph, group: Resource, name: str, type_: str) -> Iterator[tuple[Service, str]]:
    """Protocol, ports and peer of every rule resource of a group, a peer under each of its names."""
    for rule in graph.referrers(group.urn):
        given = rule.inputs
        mine = rule.type in (type_, "aws:ec2/securityGroupRule:SecurityGroupRule")
        if not mine or given.get("securityGroupId") != Ref(group.urn) or given.get("type", name) != name:
            continue
        service = _service(given.get("ipProtocol", given.get("protocol")), given)
        for properties in _PEERS.values():
            for peer in properties:
                for text in _names(graph, given.get(peer)):
                    yield service, text
        if given.get("self") is True:
            yield service, group.id or group.urn


def _service(protocol: Value, ports: Mapping[str, Value]) -> Service:
    name = _PROTOCOLS.get(str(protocol), str(protocol).lower())
    if name in ("-1", "all"):
        return ("-1", 0, 0)  # ports mean nothing then, and sources write them differently
    first, last = (value if isinstance(value, int) else 0 for value in (ports.get("fromPort"), ports.get("toPort")))
    return (name, first, last)


def _names(graph: ResourceGraph, value: Value) -> Iterator[str]:
    """The texts a peer or destination may be shown as: its own, or everything that a resource referred to is called."""
    for item in _items(value):
        if isinstance(item, str):
            yield item
        elif isinstance(item, Ref) and (target := graph.get(item.urn)) is not None:
            yield from (target.id or "", *strings(tuple(target.outputs.values())))


def _items(value: Value) -> Iterable[Value]:
    return value if isinstance(value, tuple) else (() if value is None else (value,))


def _ids(graph: ResourceGraph) -> Mapping[str, str]:
    """Resources by an id that is theirs alone and not one of their own settings, such as a bucket's name."""
    owners: dict[str, set[str]] = {}
    for resource in graph:
        if resource.custom and resource.id and "-" in resource.id:
            owners.setdefault(resource.id, set()).add(resource.urn)
    return {text: next(iter(urns)) for text, urns in owners.items() if len(urns) == 1}
