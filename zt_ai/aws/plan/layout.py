"""Where every subnet lies: pure arithmetic on the blocks of the zones, keyed by names and never by order.

In zones of kind egress and access the block is cut by role first, always in the same way: the lower half is the zone's
own, the third quarter holds the firewall endpoints (egress) or the transit gateway attachment (access), the fourth the
NAT gateways (egress). All of a zone of another kind is its own, and all of the shared block belongs to the interface
endpoints. Each of these ranges is then cut into four, and every availability zone has the quarter of its letter. So one
range names all subnets of a role and nothing else, which network ACLs rely on, and neither a new zone nor a new
availability zone moves a subnet that exists.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from zt_ai.intent.addresses import allocate, quarter_index, shared_block
from zt_ai.intent.model import Access, Intent, Party
from zt_ai.spec.types import ZoneKind


class SubnetRole(StrEnum):
    """What a subnet is for; the value of its tag `zt-ai:role`."""

    ZONE = "zone"  # workloads of the zone
    ENDPOINTS = "endpoints"  # interface endpoints, of no zone
    FIREWALL = "firewall"  # endpoints of Network Firewall
    NAT = "nat"  # NAT gateways, the only subnets with a route to the internet gateway
    TRANSIT = "transit"  # network interfaces of the transit gateway attachment


@dataclass(frozen=True, slots=True)
class Segment:
    """The subnets of one role and zone: they share a network ACL, and each has a route table of its own."""

    role: SubnetRole
    zone: str | None  # None: endpoints, which belong to no zone
    cidr: str  # range that holds its subnets and no others
    subnets: Mapping[str, str]  # availability zone → CIDR

    @property
    def key(self) -> str:
        """Unique among the segments of one VPC, and made of the zone's name alone: used in resource names."""
        return self.role.value if self.zone is None else f"{self.role.value}-{self.zone}"


@dataclass(frozen=True, slots=True)
class Layout:
    """All address ranges of one VPC."""

    cidr: str
    segments: tuple[Segment, ...]

    def segment(self, role: SubnetRole, zone: str | None = None) -> Segment:
        """The segment of a role and zone.

        Raises:
            KeyError: the layout has none, for example no firewall subnets where no external provider is used.
        """
        for segment in self.segments:
            if segment.role is role and segment.zone == zone:
                return segment
        raise KeyError(f"no {role.value} subnets" + (f" in zone '{zone}'" if zone else ""))

    def has(self, role: SubnetRole) -> bool:
        """Whether any subnet has this role."""
        return any(segment.role is role for segment in self.segments)


def layout(
    cidr: str,
    availability_zones: Iterable[str],
    zones: Mapping[str, ZoneKind],
    *,
    pinned: Mapping[str, str] | None = None,
    internet: bool = True,
    transit_zone: str | None = None,
    endpoints: bool = True,
) -> Layout:
    """Lay out the subnets of a VPC.

    Args:
        cidr: range of the VPC, or the part of an adopted VPC that is ours.
        availability_zones: names such as `us-east-1a`.
        zones: kind of each zone.
        pinned: blocks that the specification fixes, by zone.
        internet: make the firewall and NAT subnets of the egress zone.
        transit_zone: the access zone whose transit subnets are made.
        endpoints: make the subnets of the interface endpoints.

    Raises:
        BlockConflictError: blocks overlap or do not fit.
        ValueError: two availability zones would take the same quarter.
    """
    places = sorted(availability_zones)
    if len({quarter_index(place) for place in places}) < len(places):
        raise ValueError(
            f"two of {', '.join(places)} would share addresses; choose zones whose letters are not four apart"
        )
    blocks = allocate(cidr, zones, pinned or {})
    segments: list[Segment] = []
    for name, kind in zones.items():
        block = blocks[name]
        if kind not in (ZoneKind.EGRESS, ZoneKind.ACCESS):
            segments.append(_segment(SubnetRole.ZONE, name, block, places))
            continue
        segments.append(_segment(SubnetRole.ZONE, name, _part(block, 1, 0), places))
        if kind is ZoneKind.EGRESS and internet:
            segments.append(_segment(SubnetRole.FIREWALL, name, _part(block, 2, 2), places))
            segments.append(_segment(SubnetRole.NAT, name, _part(block, 2, 3), places))
        if name == transit_zone:
            segments.append(_segment(SubnetRole.TRANSIT, name, _part(block, 2, 2), places))
    if endpoints:
        segments.append(_segment(SubnetRole.ENDPOINTS, None, shared_block(cidr), places))
    return Layout(cidr, tuple(segments))


def transit_zone(intent: Intent) -> str | None:
    """The access zone that holds the transit gateway attachment, None where no network reaches anything.

    A VPC has one attachment to a transit gateway with one subnet for each availability zone [VPC Transit Gateways,
    "Transit gateway VPC attachments"], so one zone is chosen: the first by name, which does not depend on the order of
    the file.
    """
    return min((intent.workloads[a.destination].zone for a in network_accesses(intent)), default=None)


def network_accesses(intent: Intent) -> tuple[Access, ...]:
    """Accesses that come from outside the cloud."""
    return tuple(a for a in intent.accesses if a.source_party is Party.NETWORK)


def _part(network: ipaddress.IPv4Network, bits: int, index: int) -> ipaddress.IPv4Network:
    """Part number `index` of the 2^bits equal parts of a network."""
    size = network.num_addresses >> bits
    return ipaddress.IPv4Network((int(network.network_address) + index * size, network.prefixlen + bits))


def _segment(role: SubnetRole, zone: str | None, whole: ipaddress.IPv4Network, places: Iterable[str]) -> Segment:
    return Segment(role, zone, str(whole), {place: str(_part(whole, 2, quarter_index(place))) for place in places})
