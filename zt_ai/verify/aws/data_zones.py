"""Claim 2: data zones have no way out, whatever groups an interface has."""

from __future__ import annotations

from ipaddress import IPv4Network

from zt_ai.verify.aws.collect import Collector
from zt_ai.verify.aws.expect import Expected
from zt_ai.verify.aws.explain import way_name
from zt_ai.verify.aws.names import extra_names
from zt_ai.verify.aws.reach import Reach
from zt_ai.verify.aws.services import Policies, foreign
from zt_ai.verify.aws.values import items
from zt_ai.verify.aws.world import Subnet
from zt_ai.verify.model import Claim, Packet, count

TITLE = "Data zones have no egress by any way"


def data_zone_claim(reach: Reach, expected: Expected, policies: Policies, reasons: tuple[str, ...]) -> Claim:
    """Judge routes, gateways, addresses, DNS, endpoints and group rules of every data zone."""
    found = Collector()
    for reason in reasons:
        found.doubt(reason)
    zones = expected.intent.data_zones()
    places = [subnet for subnet in reach.world.subnets.values() if subnet.zone in zones]
    for zone in zones:
        if not any(subnet.zone == zone for subnet in places):
            found.doubt(f"no subnet belongs to the data zone {zone}, so it is not known where its workloads will run")
    for subnet in places:
        _routes(reach, subnet, found)
        _addresses(reach, subnet, found)
    for vpc in dict.fromkeys(subnet.vpc for subnet in places):
        where = f"data zone {next(s.zone for s in places if s.vpc == vpc)}"
        extra_names(reach, expected, vpc, where, found)
        _endpoints(reach, policies, vpc, where, found)
    rules = _rules(reach, expected, zones, found)
    covered = (
        f"{count(len(zones), 'data zone')}, {count(len(places), 'subnet')}, "
        f"{count(len(reach.world.endpoints), 'endpoint')}, {count(rules, 'group rule')}"
    )
    return found.claim("data-zone-egress", 2, TITLE, covered)


def _routes(reach: Reach, subnet: Subnet, found: Collector) -> None:
    world = reach.world
    table = world.route_tables.get(reach.routes.table(subnet.key))
    for leg in reach.routes.legs(subnet.key):
        if leg.hop.kind in ("local", "blackhole"):
            continue
        target = way_name(leg.hop.kind, leg.hop.key, world.name(leg.hop.key))
        text_ = (
            f"an interface in {subnet.name} with any security group gets out through {target}: its route table says so"
        )
        source = reach.spaces.hosts(subnet) or leg.addresses
        packet = reach.spaces.packet(
            source, leg.addresses & reach.spaces.public or leg.addresses, reach.spaces.tcp(443)
        )
        through = (*leg.routes, subnet.urn)
        found.refute(0, text_, subnet.name, target, through, packet=packet)
    for route in table.routes if table else ():
        if route.ipv6:
            found.refute(
                0,
                f"{subnet.name} has an IPv6 route (to {route.hop.kind} {world.name(route.hop.key)})",
                subnet.name,
                "internet",
                (route.urn, subnet.urn),
            )


def _addresses(reach: Reach, subnet: Subnet, found: Collector) -> None:
    world = reach.world
    if subnet.public_ip:
        found.refute(
            1, f"{subnet.name} gives interfaces public addresses at launch", subnet.name, "internet", (subnet.urn,)
        )
    if subnet.ipv6 or world.vpcs[subnet.vpc].ipv6:
        found.refute(
            1,
            f"{subnet.name} has, or may be given, IPv6 addresses",
            subnet.name,
            "internet",
            (subnet.urn, world.vpcs[subnet.vpc].urn),
        )
    for interface in world.interfaces.values():
        if subnet.key in interface.subnets and interface.public:
            found.refute(
                1,
                f"{interface.kind} {interface.name} in {subnet.name} has a public address",
                interface.name,
                "internet",
                (interface.urn,),
            )
    for name, key, urn in public_addresses(reach):
        owner = world.interfaces.get(key or "")
        if owner is None or subnet.key in owner.subnets:
            found.refute(
                1,
                f"{name} has an elastic (public) address"
                + (f" in {subnet.name}" if owner else ", and its subnet is not known"),
                name,
                "internet",
                (urn, subnet.urn),
            )
    for gateway in world.gateways.values():
        if subnet.key in gateway.subnets:
            way = way_name(gateway.kind, gateway.key, world.name(gateway.key))
            found.refute(
                1, f"{way} is in {subnet.name}, a subnet of a data zone", subnet.name, way, (gateway.urn, subnet.urn)
            )


def _endpoints(reach: Reach, policies: Policies, vpc: str, where: str, found: Collector) -> None:
    """Endpoints are shared by the VPC's zones, so each may be a way out of a data zone."""
    world = reach.world
    for endpoint in world.endpoints.values():
        if endpoint.vpc != vpc:
            continue
        if (
            endpoint.service.startswith("com.amazonaws.vpce.")
            or endpoint.service.startswith("vpce.")
            or endpoint.kind not in ("Interface", "Gateway")
        ):
            found.refute(
                0, f"{endpoint.name} leads to a service of somebody else", where, endpoint.service, (endpoint.urn,)
            )
            continue
        judged = policies.beyond(endpoint)
        for reason in judged.reasons:
            found.doubt(f"{endpoint.urn}: {reason}")
        for one in filter(foreign, judged.findings):
            found.refute(
                2,
                f"data leaves {where} through {endpoint.name}: {one.explanation} ({one.statement} of its policy)",
                where,
                f"{endpoint.service} {one.resource}",
                (endpoint.urn,),
            )


def _rules(reach: Reach, expected: Expected, zones: tuple[str, ...], found: Collector) -> int:
    """Group rules of data-zone workloads that name addresses outside the VPC: held back by routes today, a way out
    tomorrow."""
    count = 0
    for party in reach.roll.parties:
        owner = expected.intent.workloads.get(party.workload or "")
        if owner is None or owner.zone not in zones:
            continue
        inside = 0
        for subnet in party.subnets:
            inside |= reach.spaces.inside.get(reach.world.subnets[subnet].vpc, 0)
        for rule in (rule for key in party.groups for rule in reach.world.groups[key].rules if rule.egress):
            count += 1
            outside, remote = "", 0
            if rule.peer.kind == "ipv6":
                outside = rule.peer.key
            elif rule.peer.kind == "ipv4":
                remote = reach.spaces.network(IPv4Network(rule.peer.key)) & ~inside
                outside = rule.peer.key if remote else ""
            elif rule.peer.kind == "prefix-list":
                listed = reach.world.prefix_lists.get(rule.peer.key)
                if listed is None or not listed.aws_managed:
                    remote = (
                        reach.spaces.union(listed.cidrs or ()) & ~inside if listed and listed.cidrs is not None else 0
                    )
                    outside = rule.peer.key if listed is None or listed.cidrs is None or remote else ""
            if outside:
                services = reach.spaces.of(rule.services)
                hosts = reach.spaces.hosts(reach.world.subnets[party.subnets[0]]) if party.subnets else 0
                packet = (
                    reach.spaces.packet(hosts, remote, services)
                    if hosts and remote
                    else Packet(party.name, outside, "tcp", 443)
                )
                text_ = f"a rule of {party.name} in a data zone lets it out to {outside}, which is outside the VPC"
                found.refute(1, text_, party.name, outside, (rule.urn,), packet=packet)
    return count


def public_addresses(reach: Reach) -> list[tuple[str, str | None, str]]:
    """Elastic addresses that something other than a NAT gateway has: its name, its key, and the URN of what gives the
    address."""
    found: list[tuple[str, str | None, str]] = []
    world = reach.world
    for resource in world.graph.of_type("aws:ec2/eip:Eip", "aws:ec2/eipAssociation:EipAssociation"):
        for name in ("instance", "instanceId", "networkInterface", "networkInterfaceId"):
            for value in items(resource.inputs.get(name)):
                key = world.key(value)
                found.append((world.name(key) if key else "an interface", key, resource.urn))
    return found
