"""What happens to one packet: a slow, literal reading of Google's documentation, sharing no code with the verifier.

One concrete packet goes from one concrete interface, or from one address outside, to another. Every rule that could
matter is looked at in a plain loop; there are no sets of addresses or ports. The order is that of Cloud NGFW,
"Evaluation order for firewall policies and rules", "Firewall rule evaluation process":

1. hierarchical firewall policies, the lowest priority number first; the first rule that fits decides, `goto_next` goes
   on to the next step;
2. VPC firewall rules, then global, then regional network firewall policies (AFTER_CLASSIC_FIREWALL, the default), or
   global, regional, VPC firewall rules (BEFORE_CLASSIC_FIREWALL); of VPC rules of equal priority that fit, a deny wins;
3. the implied actions: egress is allowed, ingress is denied.

The sender's egress rules are asked first, then the receiver's ingress rules. Answers pass: the rules are stateful.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, ip_network
from typing import Any

from zt_ai.graph.model import Ref, ResourceGraph

PROTOCOLS = {"tcp": 6, "udp": 17, "icmp": 1, "esp": 50, "ah": 51, "sctp": 132, "ipip": 94}


@dataclass(frozen=True)
class End:
    """One end of a connection. Only an interface inside has an account and tags."""

    address: str
    inside: bool = False
    account: str | None = None
    tags: frozenset[str] = frozenset()
    network_tags: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Packet:
    """Protocol number and destination port; None where the protocol has none."""

    protocol: int
    port: int | None


class Firewall:
    """The rules of a plan with one network."""

    def __init__(self, graph: ResourceGraph) -> None:
        self.steps: dict[str, list[Mapping[str, Any]]] = {"org": [], "vpc": [], "global": [], "regional": []}
        associated = set()
        order = None
        for resource in graph:
            inputs: Any = resource.inputs
            if resource.type.endswith("FirewallPolicyAssociation"):
                associated.add(inputs["firewallPolicy"].urn)
            elif resource.type == "gcp:compute/network:Network":
                order = inputs.get("networkFirewallPolicyEnforcementOrder")
        for resource in graph:
            inputs = resource.inputs
            if inputs.get("disabled"):
                continue
            if resource.type == "gcp:compute/firewall:Firewall":
                self.steps["vpc"].append(inputs)
            elif resource.type.endswith("FirewallPolicyRule") and inputs["firewallPolicy"].urn in associated:
                step = "regional" if "egionNetwork" in resource.type else "global"
                self.steps["org" if resource.type.endswith(":FirewallPolicyRule") else step].append(inputs)
        self._kept: dict[object, bool] = {}
        self.order = ["org", "vpc", "global", "regional"]
        if order == "BEFORE_CLASSIC_FIREWALL":
            self.order = ["org", "global", "regional", "vpc"]

    def passes(self, source: End, destination: End, packet: Packet) -> bool:
        """Whether a packet leaves its sender, where that is inside, and is admitted by its receiver, where that is."""
        if source.inside and not self.decides("EGRESS", source, destination, packet):
            return False
        return not destination.inside or self.decides("INGRESS", destination, source, packet)

    def decides(self, direction: str, own: End, other: End, packet: Packet) -> bool:
        """What the rules in one direction decide about a packet of an interface.

        No rule looks at the interface's own address, and no egress rule at who is behind the destination's; answers are
        kept without them.
        """
        seen = other if direction == "INGRESS" else other.address
        key = (direction, own.account, own.tags, own.network_tags, seen, packet)
        if key not in self._kept:
            self._kept[key] = self._decide(direction, own, other, packet)
        return self._kept[key]

    def _decide(self, direction: str, own: End, other: End, packet: Packet) -> bool:
        for step in self.order:
            fits = []
            for rule in self.steps[step]:
                how = self._vpc(rule, direction, own, other, packet) if step == "vpc" else None
                if step != "vpc" and self._policy(rule, direction, own, other, packet):
                    how = rule["action"]
                if how is not None:
                    priority = rule.get("priority")
                    fits.append((1000 if priority is None else priority, how))
            if not fits:
                continue
            lowest = min(priority for priority, _ in fits)
            actions = {how for priority, how in fits if priority == lowest}
            if "deny" in actions:
                return False
            if "allow" in actions:
                return True
        return direction == "EGRESS"

    def _policy(self, rule: Mapping[str, Any], direction: str, own: End, other: End, packet: Packet) -> bool:
        if rule["direction"] != direction:
            return False
        accounts = rule.get("targetServiceAccounts") or ()
        tags = [one["name"] for one in rule.get("targetSecureTags") or ()]
        if (accounts or tags) and own.account not in accounts and not any(_key(tag) in own.tags for tag in tags):
            return False
        match = rule["match"]
        ranges = match.get("srcIpRanges" if direction == "INGRESS" else "destIpRanges") or ()
        sources = (match.get("srcSecureTags") or ()) if direction == "INGRESS" else ()
        if ranges or sources:
            near = any(_in(other.address, cidr) for cidr in ranges)
            known = any(_key(one["name"]) in other.tags for one in sources)
            if not near and not known:
                return False
        return any(_carries(one["ipProtocol"], one.get("ports"), packet) for one in match["layer4Configs"])

    def _vpc(self, rule: Mapping[str, Any], direction: str, own: End, other: End, packet: Packet) -> str | None:
        if (rule.get("direction") or "INGRESS") != direction:
            return None
        accounts, tags = rule.get("targetServiceAccounts") or (), rule.get("targetTags") or ()
        if accounts and own.account not in accounts:
            return None
        if tags and not set(tags) & own.network_tags:
            return None
        ranges = rule.get("sourceRanges" if direction == "INGRESS" else "destinationRanges") or ()
        if direction == "EGRESS":
            if ranges and not any(_in(other.address, cidr) for cidr in ranges):
                return None
        else:
            named, marked = rule.get("sourceServiceAccounts") or (), rule.get("sourceTags") or ()
            if ranges or named or marked:
                fits = any(_in(other.address, cidr) for cidr in ranges)
                fits = fits or other.account in named or bool(set(marked) & other.network_tags)
                if not fits:
                    return None
        for key, action in (("allows", "allow"), ("denies", "deny")):
            if any(_carries(one["protocol"], one.get("ports"), packet) for one in rule.get(key) or ()):
                return action
        return None


def _key(value: Any) -> str:
    return value.urn if isinstance(value, Ref) else str(value)


@cache
def _in(address: str, cidr: str) -> bool:
    return IPv4Address(address) in ip_network(cidr)


def _carries(protocol: str, ports: Any, packet: Packet) -> bool:
    if protocol == "all":
        return True
    number = int(protocol) if protocol.isdigit() else PROTOCOLS[protocol]
    if number != packet.protocol:
        return False
    if not ports or number not in (6, 17):
        return True
    for one in ports:
        first, _, last = one.partition("-")
        if packet.port is not None and int(first) <= packet.port <= int(last or first):
            return True
    return False
