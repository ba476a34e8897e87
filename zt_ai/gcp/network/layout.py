"""Subnets of a specification and the addresses in them. Pure.

A subnet on Google Cloud spans a whole region, so a zone has one subnet, which takes the zone's block.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass

from zt_ai.gcp.naming import Scope
from zt_ai.intent.model import Intent
from zt_ai.spec.addresses import allocate
from zt_ai.spec.clouds import Gcp
from zt_ai.spec.model import ZoneSpec
from zt_ai.spec.types import ZoneKind

# The first two and last two addresses of a subnet are Google's [VPC, "Subnets": unusable addresses]. The load balancer
# in front of the proxy has a fixed address, so that its name is known before the deployment.
PROXY_OFFSET = 4


@dataclass(frozen=True, slots=True)
class Subnet:
    """The subnet of a zone."""

    zone: str
    kind: ZoneKind
    name: str
    cidr: str


@dataclass(frozen=True, slots=True)
class Layout:
    """All subnets by zone, in the order of the specification."""

    cidr: str
    subnets: Mapping[str, Subnet]
    proxy_address: str

    def ranges(self, kind: ZoneKind) -> tuple[str, ...]:
        """Ranges of the zones of a kind."""
        return tuple(subnet.cidr for subnet in self.subnets.values() if subnet.kind is kind)


def layout(spec: ZoneSpec, intent: Intent, gcp: Gcp, scope: Scope) -> Layout:
    """The subnets of a specification.

    Raises:
        BlockConflictError: two blocks overlap; `zt_ai.spec.load` finds this first.
    """
    pinned = {
        name: zone.placement.gcp.cidr
        for name, zone in spec.zones.items()
        if zone.placement.gcp and zone.placement.gcp.cidr
    }
    blocks = allocate(gcp.cidr, intent.zones, pinned, cloud="gcp")
    subnets = {
        name: Subnet(name, zone.kind, scope.name(name), str(blocks[name])) for name, zone in intent.zones.items()
    }
    egress = ipaddress.IPv4Network(subnets[intent.egress_zone].cidr)
    return Layout(gcp.cidr, subnets, str(egress[PROXY_OFFSET]))
