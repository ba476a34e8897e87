"""Route tables, synthesised from the intent. Pure.

Every subnet has a table of its own that does not learn routes from gateways, and a default route: to nowhere, in the
egress zone to the firewall, in the firewall's own subnet to the internet. A default route of one's own wins over the
one that Azure adds for every subnet, which leads to the internet [Azure documentation, "Virtual network traffic
routing": "Default"].

A peering adds routes to the hub's ranges in every subnet, longer than any default route [same document, "Optional
default routes": virtual network peering]; in zones without business there the same ranges lead to nowhere, since among
equal prefixes a route of one's own wins [same document, "How Azure selects a route"].

Azure does not send what is bound for a private endpoint through a default route [Azure documentation, "Manage network
policies for private endpoints"], so the endpoints stay reachable.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from zt_ai.azure.plan.layout import Layout, Segment, SubnetRole
from zt_ai.intent.model import Intent, Party
from zt_ai.spec.clouds.azure import AzureHub

ANYWHERE = "0.0.0.0/0"


class Hop(StrEnum):
    """Where a route leads."""

    NOWHERE = "None"
    INTERNET = "Internet"
    FIREWALL = "firewall"  # the address of our own firewall, which only its deployment tells
    APPLIANCE = "VirtualAppliance"  # an address in the hub
    GATEWAY = "VirtualNetworkGateway"


@dataclass(frozen=True, slots=True)
class PlannedRoute:
    """One route. `address` is set where `hop` is an appliance."""

    name: str
    prefix: str
    hop: Hop
    address: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """The route table of one subnet."""

    learns: bool  # takes the routes that the hub's gateway announces
    routes: tuple[PlannedRoute, ...]


def route_tables(
    intent: Intent, layout: Layout, hub: AzureHub | None, *, own_gateway: bool = False
) -> dict[str, Table]:
    """The table of every subnet by its key. `own_gateway`: without a hub, outside networks arrive through a gateway of
    the adopted network itself.
    """
    arriving: dict[str, set[str]] = {}  # access zone -> ranges that call it
    for access in intent.accesses:
        if access.source_party is Party.NETWORK:
            zone = intent.workloads[access.destination].zone
            arriving.setdefault(zone, set()).update(intent.networks[access.source].cidrs)
    internet = layout.has(SubnetRole.FIREWALL)
    egress = intent.egress_zone if internet else None
    return {s.key: _table(s, arriving, hub, egress, own_gateway=own_gateway) for s in layout.segments}


def _table(
    segment: Segment, arriving: Mapping[str, set[str]], hub: AzureHub | None, egress: str | None, *, own_gateway: bool
) -> Table:
    if segment.role is SubnetRole.FIREWALL:
        # Azure Firewall refuses a subnet whose default route does not lead to the internet [Azure Firewall FAQ, "Can I
        # configure a default route"].
        return Table(False, (PlannedRoute("default", ANYWHERE, Hop.INTERNET), *_shut(hub)))
    zone = segment.zone if segment.role is SubnetRole.ZONE else None
    default = PlannedRoute("default", ANYWHERE, Hop.FIREWALL if zone is not None and zone == egress else Hop.NOWHERE)
    ranges = sorted(arriving.get(zone, ())) if zone is not None else []
    if not ranges or (hub is None and not own_gateway):
        return Table(False, (default, *_shut(hub)))
    if hub is None or hub.appliance is None:
        # The gateway announces the networks; the default route of our own still wins over one that it announces.
        return Table(True, (default,))
    through = (PlannedRoute(f"network-{_word(r)}", r, Hop.APPLIANCE, hub.appliance) for r in ranges)
    return Table(False, (default, *through))


def _shut(hub: AzureHub | None) -> tuple[PlannedRoute, ...]:
    return tuple(PlannedRoute(f"hub-{_word(cidr)}", cidr, Hop.NOWHERE) for cidr in sorted(hub.cidrs)) if hub else ()


def _word(cidr: str) -> str:
    return cidr.replace("/", "-")
