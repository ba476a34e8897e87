"""What happens to one packet: a slow, literal reading of Azure's documentation, sharing no code with the verifier.

One concrete packet goes from one concrete address to another. Every rule is looked at in a plain loop; there are no
sets. The order follows the packet [Azure Virtual Network, "Network security groups", "How network security groups
filter network traffic"; "Virtual network traffic routing"]:

1. outbound: the group of the interface, then that of its subnet; in each the rule with the lowest number that fits
   decides; without a group everything passes;
2. the longest prefix among the subnet's own routes and the system's, its own first where two are equal;
3. inbound at the other end: the group of the subnet, then that of the interface; a private endpoint asks the subnet's
   group only where the subnet's policies say so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network
from typing import Any

from zt_ai.graph.model import Ref, Resource, ResourceGraph

DEFAULTS: tuple[tuple[int, str, str, str, str], ...] = (
    (65000, "Inbound", "Allow", "VirtualNetwork", "VirtualNetwork"),
    (65001, "Inbound", "Allow", "AzureLoadBalancer", "*"),
    (65500, "Inbound", "Deny", "*", "*"),
    (65000, "Outbound", "Allow", "VirtualNetwork", "VirtualNetwork"),
    (65001, "Outbound", "Allow", "*", "Internet"),
    (65500, "Outbound", "Deny", "*", "*"),
)
NOT_INTERNET = tuple(
    map(IPv4Network, ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"))
)
HOST = IPv4Address("168.63.129.16")
SYSTEM = (("10.0.0.0/8", "None"), ("172.16.0.0/12", "None"), ("192.168.0.0/16", "None"), ("100.64.0.0/10", "None"))


@dataclass(frozen=True, slots=True)
class End:
    """An address with what stands around it."""

    address: IPv4Address
    groups: frozenset[str] = frozenset()
    subnet: str | None = None  # name; None: outside
    own: str | None = None  # name of the interface's own security group
    endpoint: bool = False


@dataclass(frozen=True, slots=True)
class Packet:
    """Protocol (`Tcp`, `Udp`, `Icmp`) and destination port."""

    protocol: str
    port: int


class Naive:
    """One graph, read again from its raw inputs."""

    def __init__(self, graph: ResourceGraph) -> None:
        self._all = list(graph)
        self.space = IPv4Network("10.1.0.0/16")
        self._rules: dict[tuple[str, str], list[tuple[int, Mapping[str, Any]]]] = {}
        self._hops: dict[tuple[str, IPv4Address], str] = {}
        self._subnets = {one.name: one.inputs for one in self.of("Subnet")}

    def of(self, kind: str) -> Iterator[Resource]:
        """Resources of a kind."""
        return (one for one in self._all if one.type == f"azure-native:network:{kind}")

    def subnet(self, name: str) -> Mapping[str, Any]:
        """Inputs of a subnet."""
        return self._subnets[name]

    def passes(self, source: End, destination: End, packet: Packet) -> bool:
        """Whether a packet arrives."""
        return (
            self.leaves(source, destination, packet)
            and self.routed(source, destination)
            and self.enters(source, destination, packet)
        )

    def leaves(self, source: End, destination: End, packet: Packet) -> bool:
        """Whether the sender's groups let it out."""
        assert source.subnet is not None
        bound = _name(self.subnet(source.subnet).get("networkSecurityGroup"))
        return all(self._asks(group, "Outbound", source, destination, packet) for group in (source.own, bound))

    def enters(self, source: End, destination: End, packet: Packet) -> bool:
        """Whether the receiver's groups let it in."""
        assert destination.subnet is not None
        subnet = self.subnet(destination.subnet)
        policies = subnet.get("privateEndpointNetworkPolicies")
        if destination.endpoint and policies not in ("Enabled", "NetworkSecurityGroupEnabled"):
            return True
        bound = _name(subnet.get("networkSecurityGroup"))
        return all(self._asks(group, "Inbound", source, destination, packet) for group in (bound, destination.own))

    def routed(self, source: End, destination: End) -> bool:
        """Whether it is sent to the other end inside the network."""
        assert source.subnet is not None
        assert destination.subnet is not None
        policies = self.subnet(destination.subnet).get("privateEndpointNetworkPolicies")
        if destination.endpoint and policies not in ("Enabled", "RouteTableEnabled"):
            return True
        return self.hop(source.subnet, destination.address) == "VnetLocal"

    def hop(self, subnet: str, address: IPv4Address) -> str:
        """Type of the next hop for an address."""
        key = (subnet, address)
        if key not in self._hops:
            self._hops[key] = self._hop(subnet, address)
        return self._hops[key]

    def _hop(self, subnet: str, address: IPv4Address) -> str:
        routes = [(IPv4Network(prefix), 1, hop) for prefix, hop in SYSTEM]
        routes += [(self.space, 1, "VnetLocal"), (IPv4Network("0.0.0.0/0"), 1, "Internet")]
        table = _name(self.subnet(subnet).get("routeTable"))
        for one in self.of("Route"):
            if one.inputs["routeTableName"] == table:
                routes.append((IPv4Network(str(one.inputs["addressPrefix"])), 0, str(one.inputs["nextHopType"])))
        fits = [route for route in routes if address in route[0]]
        return min(fits, key=lambda route: (-route[0].prefixlen, route[1]))[2]

    def _asks(self, group: str | None, way: str, source: End, destination: End, packet: Packet) -> bool:
        if group is None:
            return True
        for _, rule in self._ordered(group, way):
            if (
                rule["protocol"] in ("*", packet.protocol)
                and _has_port(str(rule["destinationPortRange"]), packet, rule)
                and self._fits(rule, "source", source)
                and self._fits(rule, "destination", destination)
            ):
                return rule["access"] == "Allow"
        raise AssertionError("the last default rule fits everything")

    def _ordered(self, group: str, way: str) -> list[tuple[int, Mapping[str, Any]]]:
        """Rules of a group in one direction, the lowest number first."""
        if (group, way) not in self._rules:
            rules = [
                (int(str(one.inputs["priority"])), one.inputs)
                for one in self.of("SecurityRule")
                if one.inputs["networkSecurityGroupName"] == group and one.inputs["direction"] == way
            ]
            rules += [
                (
                    priority,
                    {
                        "access": access,
                        "protocol": "*",
                        "destinationPortRange": "*",
                        "sourceAddressPrefix": one,
                        "destinationAddressPrefix": other,
                    },
                )
                for priority, direction, access, one, other in DEFAULTS
                if direction == way
            ]
            self._rules[group, way] = sorted(rules, key=lambda one: one[0])
        return self._rules[group, way]

    def _fits(self, rule: Mapping[str, Any], side: str, end: End) -> bool:
        groups = rule.get(f"{side}ApplicationSecurityGroups")
        if groups:
            return any(_name(one) in end.groups for one in groups)
        word = str(rule[f"{side}AddressPrefix"])
        if word == "*":
            return True
        if word == "VirtualNetwork":
            return end.address in self.space
        if word == "Internet":
            return not any(end.address in one for one in NOT_INTERNET) and end.address != HOST
        if word == "AzureLoadBalancer":
            return end.address == HOST
        return end.address in IPv4Network(word)


def _name(value: Any) -> str | None:
    """Name of what a sub-resource refers to."""
    if value is None:
        return None
    target = value["id"]
    assert isinstance(target, Ref)
    return target.urn.rpartition("::")[2]


def _has_port(word: str, packet: Packet, rule: Mapping[str, Any]) -> bool:
    """Azure does not say what a range of ports means to a packet without ports where a rule is for every protocol: the
    worst that it can mean is that it lets the packet pass and does not deny it."""
    if word == "*":
        return True
    if packet.protocol == "Icmp":
        return rule["protocol"] == "Icmp" or rule["access"] == "Allow"
    first, _, last = word.partition("-")
    return int(first) <= packet.port <= int(last or first)
