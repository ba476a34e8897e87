"""Claim 2: data zones have no egress by any way, whatever identity an interface in them has.

Sources: VPC, "Routes", "VPC Network Peering", "Private Google Access", "Domain options"; Network Connectivity Center,
"VPC spokes overview" (a hub learns the ranges that are exported); Cloud NAT, "Overview"; and those of the modules that
this one asks about names, perimeters and rules.
"""

from __future__ import annotations

from zt_ai.verify.gcp.collect import Collector
from zt_ai.verify.gcp.dns import Names, within
from zt_ai.verify.gcp.google import hosts
from zt_ai.verify.gcp.parties import Party
from zt_ai.verify.gcp.perimeters import Perimeters
from zt_ai.verify.gcp.reach import Reach
from zt_ai.verify.gcp.reachability import beyond, network_urns
from zt_ai.verify.gcp.spaces import PRIVATE, RESTRICTED
from zt_ai.verify.gcp.world import Subnet
from zt_ai.verify.model import Claim, count

TITLE = "Data zones have no egress by any way"
# Answered by the metadata server itself, whatever zones there are [Compute Engine, "About VM metadata"].
_METADATA = frozenset({"metadata.google.internal", "metadata", "google.internal"})


def data_zone_claim(reach: Reach, reasons: tuple[str, ...]) -> Claim:
    """Prove claim 2 from planned resources."""
    found = Collector()
    for reason in reasons:
        found.doubt(reason)
    zones = set(reach.intent.data_zones())
    subnets = [subnet for subnet in reach.world.subnets.values() if subnet.zone in zones]
    for subnet in subnets:
        _ways(reach, subnet, found)
        for party in reach.roll.parties:
            if subnet.key in party.subnets:
                _sends(reach, subnet, party, found)
    networks = {subnet.network for subnet in subnets}
    for network in networks:
        _links(reach, network, subnets, found)
        _names(reach, network, reach.world.names[network], found)
    perimeters = Perimeters(reach.world, reach.intent, found)
    if zones:
        perimeters.judge()
    covered = (
        f"{count(len(zones), 'data zone')} in {count(len(subnets), 'subnet')}, "
        f"{count(len(reach.world.routes), 'route')}, "
        f"{count(len(reach.world.links), 'link')}, {count(len(perimeters.all), 'perimeter')}, "
        f"{count(sum(len(reach.world.names[n].rules) for n in networks), 'rule')} for names"
    )
    return found.claim("data-zone-egress", 2, TITLE, covered)


def _ways(reach: Reach, subnet: Subnet, found: Collector) -> None:
    """Ways out that no rule has to be asked about."""
    zone = str(subnet.zone)
    for nat in reach.routes.nats(subnet):
        text = f"Cloud NAT {nat.name} carries packets of {subnet.name} to the internet"
        found.refute(text, zone, "internet", through=(nat.urn, subnet.urn))
    network = reach.world.networks[subnet.network]
    if subnet.ipv6 or network.ipv6:
        found.refute(f"{subnet.name} has IPv6, for which no rule was asked", zone, "internet", through=(subnet.urn,))
    for machine in reach.world.machines:
        if subnet.key in machine.subnets and (machine.public or machine.forwards):
            what = "an external address" if machine.public else "the right to carry other people's packets"
            text = f"{machine.kind} {machine.name} in {subnet.name} has {what}"
            found.refute(text, zone, "internet", through=(machine.urn, subnet.urn))
        if subnet.key in machine.subnets and len(machine.subnets) > 1:
            text = f"{machine.kind} {machine.name} has interfaces in {subnet.name} and in other subnets"
            found.refute(text, zone, "other subnets", through=(machine.urn,))
    for route in reach.world.routes:
        if route.network != subnet.network or route.network_tags:
            continue  # tagged routes need NAT or an external address too, and those are looked at above
        inside = route.destination is not None and route.destination.subnet_of(RESTRICTED)
        if not (route.hop == "internet" and inside):
            where = route.destination or "IPv6"
            text = f"the route {route.what} leads packets of {subnet.name} for {where} out of the network"
            if route.destination is not None and PRIVATE.overlaps(route.destination):
                text += f" (private.googleapis.com, {PRIVATE}, is in it)"
            found.refute(text, zone, str(where), through=(route.urn,))


def _sends(reach: Reach, subnet: Subnet, party: Party, found: Collector) -> None:
    """What the rules let an interface in the subnet send to addresses that are no subnet's."""
    spaces = reach.spaces
    scope = spaces.judged & ~spaces.inside
    own = party.workload is not None and reach.intent.workloads[party.workload].zone == subnet.zone
    asked = [(spaces.restricted, spaces.https)] if own and party.workload in reach.expected.services else []
    for identity in party.identities:
        decision = reach.filters.egress(subnet.network, identity)
        for cell in decision.allowed:
            for addresses, services in beyond(cell, scope, asked):
                words = spaces.words(services)
                text = f"the rules of {party.name} in {subnet.name} let it send to addresses outside on {words}"
                if addresses & spaces.private:
                    text += "; private.googleapis.com, which reaches services outside any perimeter, is among them"
                if cell.rule is None:
                    text = f"no rule decides what {party.name} in {subnet.name} sends outside: the implied rule at "
                    text += "priority 65535 allows all egress"
                one = addresses & spaces.private or addresses & spaces.public or addresses
                packet = spaces.packet(spaces.hosts(subnet), one, services)
                through = (cell.rule.urn,) if cell.rule else network_urns(reach, party)
                found.refute(text, str(subnet.zone), "outside", through=through, packet=packet)
        for named in decision.names:
            text = f"the rules of {party.name} in {subnet.name} let it call {', '.join(named.rule.peers.names)}"
            found.refute(text, str(subnet.zone), "internet", through=(named.rule.urn,))


def _links(reach: Reach, network: str, subnets: list[Subnet], found: Collector) -> None:
    """Other networks that learn the zone's addresses."""
    for link in reach.world.links:
        if link.network not in (network, None):
            continue
        if link.kind != "hybrid":
            found.refute(
                f"{link.what} joins the data zones' network to another",
                "data zones",
                "another network",
                through=(link.urn,),
            )
            continue
        if not reach.intent.networks:
            found.refute(
                f"{link.what} joins the network to one outside; no flow needs it",
                "data zones",
                "outside",
                through=(link.urn,),
            )
        for subnet in subnets:
            told = link.announced is None or any(a.overlaps(r) for a in link.announced for r in subnet.ranges)
            if subnet.network == network and told:
                text = f"{link.what} announces the addresses of {subnet.name} outside"
                found.refute(text, str(subnet.zone), "outside", through=(link.urn, subnet.urn))


def _names(reach: Reach, network: str, names: Names, found: Collector) -> None:
    """DNS: every name that nobody asked for is answered here, and Google's names lead to the restricted addresses."""
    for urn in names.outbound:
        found.refute(
            "an outbound server policy sends every query to other name servers", "data zones", "DNS", through=(urn,)
        )
    if names.closed() is None:
        through = tuple(policy.urn for policy in names.policies) or (network,)
        text = "the resolver asks the public DNS for any name: no rule of a response policy answers `*.`"
        found.refute(text, "data zones", "DNS", through=through)
    allowed = frozenset(reach.intent.provider_domains()) | _METADATA
    for name, urn in names.open_names(allowed):
        found.refute(
            f"the resolver asks the public DNS for {name}, which no flow needs", "data zones", "DNS", through=(urn,)
        )
    for zone in names.zones:
        if zone.elsewhere:
            text = f"names below {zone.suffix} are asked of another server or network"
            found.refute(text, "data zones", "DNS", through=(zone.urn,))
    kinds = {
        reach.intent.services[a.destination].kind
        for a in reach.intent.accesses
        if a.destination in reach.intent.services
    }
    for host in sorted({host for kind in kinds for host in hosts(kind, reach.world.settings.region)}):
        answer = names.resolve(host)
        if answer.kind == "addresses" and within(answer.addresses, RESTRICTED):
            continue
        if answer.kind == "addresses" and any(within((one,), PRIVATE) for one in answer.addresses):
            text = f"{host} leads to private.googleapis.com ({', '.join(answer.addresses)}), which reaches services "
            text += "outside any perimeter"
        elif answer.kind == "addresses":
            text = f"{host} leads to {', '.join(answer.addresses)}, not to restricted.googleapis.com"
        elif answer.kind == "public":
            text = f"{host} leads to Google's public addresses: no private zone answers it"
        else:
            continue  # nobody gets anywhere by it; what is missing is claim 1's
        found.refute(text, "data zones", host, through=answer.through or (network,))
