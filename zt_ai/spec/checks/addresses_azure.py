"""Address ranges on Azure, and how networks outside arrive there."""

from __future__ import annotations

import ipaddress

from zt_ai.spec.addresses import BlockConflictError, allocate
from zt_ai.spec.clouds import Azure
from zt_ai.spec.model import ZoneSpec
from zt_ai.spec.problems import Problem
from zt_ai.spec.types import ZoneKind

# A quarter of the egress zone's block holds the firewall, which takes /26 [Azure Firewall FAQ].
EGRESS_PREFIX = 24


def check_azure_addresses(
    spec: ZoneSpec, azure: Azure, ranges: list[tuple[str, int, ipaddress.IPv4Network]]
) -> list[Problem]:
    """Problems of the range of the network, of the zones in it, of the hub and of the networks outside (`ranges`)."""
    problems: list[Problem] = []
    whole = ipaddress.IPv4Network(azure.cidr)
    if not whole.is_private or whole.is_link_local or whole.is_loopback:
        message = f"{whole} is not a private range"
        hint = "use a part of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16"
        problems.append(Problem("address-range", ("clouds", "azure", "cidr"), message, hint))
    for name, index, network in ranges:
        if network.overlaps(whole):
            message = f"{network} overlaps clouds.azure.cidr {whole}"
            hint = "a range outside and one inside must differ"
            problems.append(Problem("overlap", ("networks", name, "cidrs", index), message, hint))
    problems += _hub(spec, azure, whole)
    pinned = {name: zone.placement.azure.cidr for name, zone in spec.zones.items() if zone.placement.azure}
    try:
        blocks = allocate(azure.cidr, spec.zones, pinned, cloud="azure")
    except BlockConflictError as conflict:
        return [*problems, Problem("overlap", ("zones", conflict.zone), conflict.message, conflict.hint)]
    for name, zone in spec.zones.items():
        if zone.kind is ZoneKind.EGRESS and blocks[name].prefixlen > EGRESS_PREFIX:
            message = f"block {blocks[name]} is too small for a zone of kind egress, which holds the firewall"
            hint = f"give it a /{EGRESS_PREFIX} or larger (`placement: {{azure: {{cidr: …}}}}`)"
            problems.append(Problem("address-range", ("zones", name), message, hint))
    return problems


def _hub(spec: ZoneSpec, azure: Azure, whole: ipaddress.IPv4Network) -> list[Problem]:
    problems: list[Problem] = []
    path = ("clouds", "azure", "hub")
    if azure.hub is None:
        flow = next((name for name, flow in spec.flows.items() if flow.source in spec.networks), None)
        if flow is not None and not (azure.adopt is not None and azure.adopt.virtual_network is not None):
            hint = "name the hub through which the network arrives, or remove the flow"
            problems.append(Problem("network-access", path, f"is needed by flow '{flow}'", hint))
        return problems
    for index, cidr in enumerate(azure.hub.cidrs):
        if ipaddress.IPv4Network(cidr).overlaps(whole):
            message = f"{cidr} overlaps clouds.azure.cidr {whole}"
            hint = "networks that are peered have different ranges"
            problems.append(Problem("overlap", (*path, "cidrs", index), message, hint))
    appliance = azure.hub.appliance
    inside = (ipaddress.IPv4Network(cidr) for cidr in azure.hub.cidrs)
    if appliance is not None and not any(ipaddress.IPv4Address(appliance) in cidr for cidr in inside):
        message = f"{appliance} lies in none of the hub's ranges"
        hint = "give the address of the firewall in the hub, and all of the hub's ranges"
        problems.append(Problem("address-range", (*path, "appliance"), message, hint))
    return problems
