"""Claim 3: only the egress proxy reaches the internet, only at the providers' names and ports; nothing is reachable
from the internet.

Sources: Cloud NGFW, "FQDN objects" (a rule by name fits the addresses that Cloud DNS gives for the name; no wildcards);
VPC, "Routes", "Internet access requirements"; Cloud NAT, "Overview"; VPC, "VPC firewall rules", "Implied rules".
"""

from __future__ import annotations

from zt_ai.intent.model import EGRESS_PROXY
from zt_ai.verify.gcp.collect import Collector
from zt_ai.verify.gcp.filters import NOBODY
from zt_ai.verify.gcp.parties import Party
from zt_ai.verify.gcp.reach import Reach
from zt_ai.verify.gcp.reachability import network_urns
from zt_ai.verify.gcp.spaces import RESTRICTED
from zt_ai.verify.model import Claim, count

TITLE = "Only the egress proxy reaches the internet, only at the providers' names and ports"
INTERNET = "internet"


def internet_claim(reach: Reach, reasons: tuple[str, ...]) -> Claim:
    """Prove claim 3 from planned resources."""
    found = Collector()
    for reason in reasons:
        found.doubt(reason)
    for party in reach.roll.parties:
        _leaves(reach, party, found)
        _entered(reach, party, found)
    _ways(reach, found)
    covered = (
        f"{count(len(reach.roll.parties), 'party').replace('partys', 'parties')}, "
        f"{count(len(reach.world.routes), 'route')}, {count(len(reach.world.nats), 'NAT gateway')}, "
        f"{count(len(reach.world.balancers), 'forwarding rule')}, {count(len(reach.world.machines), 'machine')}"
    )
    return found.claim("internet-egress", 3, TITLE, covered)


def _leaves(reach: Reach, party: Party, found: Collector) -> None:
    """Rules that let a party send to addresses of the internet, whoever has them, or to names that nobody asked for."""
    spaces = reach.spaces
    asked = _asked(reach, party)
    scope = spaces.public | spaces.private
    for network in reach.roll.networks(party):
        for decision in reach.sends(party, network):
            for cell in decision.allowed:
                addresses = cell.addresses & scope
                if addresses:
                    words = spaces.words(cell.services)
                    text = f"the rules of {party.name} let it send to any of these addresses on {words}"
                    if cell.rule is None:
                        text = (
                            f"no rule decides what {party.name} sends to the internet on {words}: the implied rule at "
                        )
                        text += "priority 65535 allows all egress"
                    packet = spaces.packet(reach.roll.hosts(party), addresses, cell.services)
                    through = (cell.rule.urn,) if cell.rule else network_urns(reach, party)
                    found.refute(text, party.name, INTERNET, through=through, packet=packet)
            for named in decision.names:
                for name in named.rule.peers.names:
                    extra = named.some & ~asked.get(name, 0)
                    if extra:
                        text = f"{party.name} may call {name} on {spaces.words(extra)}; no flow allows it"
                        found.refute(text, party.name, name, through=(named.rule.urn,))


def _asked(reach: Reach, party: Party) -> dict[str, int]:
    """Names that a party may call, with the services."""
    found: dict[str, int] = {}
    for access in reach.expected.providers.get(party.workload or "", ()):
        for name in reach.intent.providers[access.destination].domains:
            found[name] = found.get(name, 0) | reach.spaces.ports(access.ports)
    return found


def _entered(reach: Reach, party: Party, found: Collector) -> None:
    """Rules that admit addresses of the internet. Those of health checks may ask what stands behind a balancer."""
    spaces = reach.spaces
    for scope, allowed in (
        (spaces.public & ~spaces.probes, 0),
        (spaces.public & spaces.probes, reach.expected.probed(party.workload)),
    ):
        for network in reach.roll.networks(party):
            for decision in reach.admits(party, network, NOBODY):
                for cell in decision.allowed:
                    extra = cell.services & ~allowed
                    if cell.addresses & scope and extra:
                        text = f"{party.name} admits addresses of the internet on {spaces.words(extra)}"
                        packet = spaces.packet(cell.addresses & scope, reach.roll.hosts(party), extra)
                        through = (cell.rule.urn,) if cell.rule else ()
                        found.refute(text, INTERNET, party.name, through=through, packet=packet)


def _ways(reach: Reach, found: Collector) -> None:
    """Ways to and from the internet that are not the proxy's."""
    world, egress = reach.world, reach.intent.egress_zone
    needed = any(reach.expected.providers.values())
    for subnet in world.subnets.values():
        for nat in reach.routes.nats(subnet):
            if subnet.zone != egress or not needed:
                text = f"Cloud NAT {nat.name} serves {subnet.name}, which is not the egress zone's"
                found.refute(text, subnet.name, INTERNET, through=(nat.urn, subnet.urn))
    for route in world.routes:
        if route.hop != "internet" or (route.destination is not None and route.destination.subnet_of(RESTRICTED)):
            continue
        if not route.network_tags:
            text = (
                f"the route {route.what} ({route.destination or 'IPv6'}) leads every instance to the internet gateway"
            )
            found.refute(text, "every zone", INTERNET, through=(route.urn,))
    _machines(reach, found)
    for balancer in world.balancers:
        if balancer.external:
            text = f"the forwarding rule {balancer.name} is reached from the internet"
            found.refute(text, INTERNET, balancer.name, through=(balancer.urn,))


def _machines(reach: Reach, found: Collector) -> None:
    """Machines with a way of their own."""
    world = reach.world
    for machine in world.machines:
        owner = world.accounts.get(machine.account or "")
        for route in world.routes:
            if route.hop == "internet" and route.network_tags & machine.network_tags and owner != EGRESS_PROXY:
                text = (
                    f"{machine.kind} {machine.name} carries the network tag of the route {route.what} to the internet"
                )
                found.refute(text, machine.name, INTERNET, through=(machine.urn, route.urn))
        if machine.public:
            text = f"{machine.kind} {machine.name} has an external address"
            found.refute(text, machine.name, INTERNET, through=(machine.urn,))
        if machine.forwards:
            text = f"{machine.kind} {machine.name} may carry other people's packets (canIpForward)"
            found.refute(text, machine.name, INTERNET, through=(machine.urn,))
