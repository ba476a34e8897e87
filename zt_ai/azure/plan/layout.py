"""Where every subnet lies: pure arithmetic on the blocks of the zones, keyed by names and never by order.

An Azure subnet spans all availability zones of its region, so a zone has one. In the egress zone the block is cut by
role, always in the same way: the lower half is the zone's own, the third quarter holds the firewall, the fourth the
addresses from which consumers of the Private Link service arrive. All of a zone of another kind is its own, and all of
the shared block belongs to the private endpoints.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from zt_ai.intent.addresses import allocate, shared_block
from zt_ai.spec.types import ZoneKind

# Azure takes no firewall without a subnet of this very name and of at least /26 [Azure Firewall documentation, "Azure
# Firewall FAQ": "Why does Azure Firewall need a /26 subnet size?"].
FIREWALL_SUBNET = "AzureFirewallSubnet"
FIREWALL_PREFIX = 26


class SubnetRole(StrEnum):
    """What a subnet is for; the value of the tag `zt-ai:role` on its network security group."""

    ZONE = "zone"  # workloads of the zone
    ENDPOINTS = "endpoints"  # private endpoints, of no zone
    FIREWALL = "firewall"  # Azure Firewall
    CONSUMERS = "consumers"  # addresses of those who come through the Private Link service


@dataclass(frozen=True, slots=True)
class Segment:
    """One subnet, with a route table of its own and, but for the firewall's, a network security group of its own."""

    role: SubnetRole
    zone: str | None  # None: endpoints, which belong to no zone
    cidr: str

    @property
    def key(self) -> str:
        """Unique in one network, and made of the zone's name alone: used in resource names."""
        return self.role.value if self.zone is None else f"{self.role.value}-{self.zone}"

    @property
    def subnet(self) -> str:
        """Azure's name of the subnet."""
        return FIREWALL_SUBNET if self.role is SubnetRole.FIREWALL else self.key

    def address(self, index: int) -> str:
        """The address number `index` of those that Azure gives out, from 0.

        Azure keeps the first four and the last of each subnet [Virtual Network FAQ, "Are there any restrictions on
        using IP addresses within these subnets?"].
        """
        return str(ipaddress.IPv4Network(self.cidr)[4 + index])


@dataclass(frozen=True, slots=True)
class Layout:
    """All address ranges of one virtual network."""

    cidr: str
    segments: tuple[Segment, ...]

    def segment(self, role: SubnetRole, zone: str | None = None) -> Segment:
        """The segment of a role and zone.

        Raises:
            KeyError: the layout has none, for example no firewall subnet where no external provider is used.
        """
        for segment in self.segments:
            if segment.role is role and segment.zone == zone:
                return segment
        raise KeyError(f"no {role.value} subnet" + (f" in zone '{zone}'" if zone else ""))

    def has(self, role: SubnetRole) -> bool:
        """Whether any subnet has this role."""
        return any(segment.role is role for segment in self.segments)


def layout(
    cidr: str,
    zones: Mapping[str, ZoneKind],
    *,
    pinned: Mapping[str, str] | None = None,
    internet: bool = True,
    consumers: bool = False,
    endpoints: bool = True,
) -> Layout:
    """Lay out the subnets of a virtual network.

    Args:
        cidr: range of the network, or the part of an adopted network that is ours.
        zones: kind of each zone.
        pinned: blocks that the specification fixes, by zone.
        internet: make the firewall's subnet in the egress zone.
        consumers: make the subnet of the Private Link service there.
        endpoints: make the subnet of the private endpoints.

    Raises:
        BlockConflictError: blocks overlap or do not fit.
    """
    blocks = allocate(cidr, zones, pinned or {})
    segments: list[Segment] = []
    for name, kind in zones.items():
        block = blocks[name]
        if kind is not ZoneKind.EGRESS:
            segments.append(Segment(SubnetRole.ZONE, name, str(block)))
            continue
        segments.append(Segment(SubnetRole.ZONE, name, _part(block, 1, 0)))
        if internet:
            segments.append(Segment(SubnetRole.FIREWALL, name, _part(block, 2, 2)))
        if consumers:
            segments.append(Segment(SubnetRole.CONSUMERS, name, _part(block, 2, 3)))
    if endpoints:
        segments.append(Segment(SubnetRole.ENDPOINTS, None, str(shared_block(cidr))))
    return Layout(cidr, tuple(segments))


def _part(network: ipaddress.IPv4Network, bits: int, index: int) -> str:
    """Part number `index` of the 2^bits equal parts of a network."""
    size = network.num_addresses >> bits
    return str(ipaddress.IPv4Network((int(network.network_address) + index * size, network.prefixlen + bits)))
