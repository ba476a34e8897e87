"""Address ranges on Google Cloud, and how networks outside arrive there."""

from __future__ import annotations

import ipaddress

from zt_ai.spec.addresses import BlockConflictError, allocate
from zt_ai.spec.clouds import Gcp
from zt_ai.spec.model import ZoneSpec
from zt_ai.spec.problems import Problem


def check_gcp_addresses(
    spec: ZoneSpec, gcp: Gcp, ranges: list[tuple[str, int, ipaddress.IPv4Network]]
) -> list[Problem]:
    """Problems of the range of the network, of the zones in it and of the networks outside (`ranges`)."""
    problems: list[Problem] = []
    whole = ipaddress.IPv4Network(gcp.cidr)
    if not whole.is_private or whole.is_link_local or whole.is_loopback:
        message = f"{whole} is not a private range"
        hint = "use a part of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16"
        problems.append(Problem("address-range", ("clouds", "gcp", "cidr"), message, hint))
    for name, index, network in ranges:
        if network.overlaps(whole):
            message = f"{network} overlaps clouds.gcp.cidr {whole}"
            hint = "a range outside and one inside must differ"
            problems.append(Problem("overlap", ("networks", name, "cidrs", index), message, hint))
    pinned = {
        name: zone.placement.gcp.cidr
        for name, zone in spec.zones.items()
        if zone.placement.gcp and zone.placement.gcp.cidr
    }
    try:
        allocate(gcp.cidr, spec.zones, pinned, cloud="gcp")
    except BlockConflictError as conflict:
        problems.append(Problem("overlap", ("zones", conflict.zone), conflict.message, conflict.hint))
    adopted = gcp.adopt is not None and gcp.adopt.network is not None
    if gcp.hub is None and not adopted:
        for name, flow in spec.flows.items():
            if flow.source in spec.networks:
                hint = "name the Network Connectivity Center hub through which the network arrives, or remove the flow"
                problems.append(
                    Problem("network-access", ("clouds", "gcp", "hub"), f"is needed by flow '{name}'", hint)
                )
                break
    return problems
