"""Address ranges: they fit, they do not overlap, and each zone's block follows from its name."""

from __future__ import annotations

import ipaddress
from itertools import combinations

from zt_ai.spec.addresses import BlockConflictError, allocate, quarter_index
from zt_ai.spec.checks.addresses_azure import check_azure_addresses
from zt_ai.spec.checks.addresses_gcp import check_gcp_addresses
from zt_ai.spec.checks.projects_gcp import check_gcp_projects
from zt_ai.spec.checks.regions_azure import check_azure_region
from zt_ai.spec.clouds import Aws
from zt_ai.spec.model import ZoneSpec
from zt_ai.spec.problems import Problem
from zt_ai.spec.types import ZoneKind


def check_addresses(spec: ZoneSpec) -> list[Problem]:
    """Problems of the ranges of networks, of the VPC and of the zones in it."""
    problems: list[Problem] = []
    ranges = [(name, i, ipaddress.IPv4Network(c)) for name, n in spec.networks.items() for i, c in enumerate(n.cidrs)]
    for (name, _, a), (other, j, b) in combinations(ranges, 2):
        if a.overlaps(b):
            message = f"{b} overlaps {a} of network '{name}'"
            problems.append(
                Problem("overlap", ("networks", other, "cidrs", j), message, "let each address belong to one network")
            )
    if spec.clouds.aws is not None:
        problems += _aws(spec, spec.clouds.aws, ranges)
    if spec.clouds.azure is not None:
        problems += check_azure_addresses(spec, spec.clouds.azure, ranges)
        problems += check_azure_region(spec.clouds.azure)
    if spec.clouds.gcp is not None:
        problems += check_gcp_addresses(spec, spec.clouds.gcp, ranges)
        problems += check_gcp_projects(spec, spec.clouds.gcp)
    return problems


def _aws(spec: ZoneSpec, aws: Aws, ranges: list[tuple[str, int, ipaddress.IPv4Network]]) -> list[Problem]:
    problems: list[Problem] = []
    whole = ipaddress.IPv4Network(aws.cidr)
    if not whole.is_private or whole.is_link_local or whole.is_loopback:
        message = f"{whole} is not a private range"
        hint = "use a part of 10.0.0.0/8, 172.16.0.0/12 or 192.168.0.0/16"
        problems.append(Problem("address-range", ("clouds", "aws", "cidr"), message, hint))
    for name, index, network in ranges:
        if network.overlaps(whole):
            message = f"{network} overlaps clouds.aws.cidr {whole}"
            hint = "a range outside and one inside must differ"
            problems.append(Problem("overlap", ("networks", name, "cidrs", index), message, hint))
    quarters: dict[int, str] = {}
    for index, place in enumerate(aws.availability_zones):
        path = ("clouds", "aws", "availability_zones", index)
        if not place.startswith(aws.region) or len(place) != len(aws.region) + 1:
            hint = f"write {aws.region} and a letter"
            problems.append(Problem("region", path, f"'{place}' is not in region {aws.region}", hint))
        elif (rival := quarters.setdefault(quarter_index(place), place)) != place:
            message = f"'{place}' would share addresses with '{rival}'"
            problems.append(Problem("address-range", path, message, "choose zones whose letters are not four apart"))
    pinned = {name: zone.placement.aws.cidr for name, zone in spec.zones.items() if zone.placement.aws}
    try:
        blocks = allocate(aws.cidr, spec.zones, pinned)
    except BlockConflictError as conflict:
        return [*problems, Problem("overlap", ("zones", conflict.zone), conflict.message, conflict.hint)]
    for name, zone in spec.zones.items():
        # Egress and access zones hold three kinds of subnet for each availability zone; AWS's smallest subnet is a /28.
        smallest = 24 if zone.kind in (ZoneKind.EGRESS, ZoneKind.ACCESS) else 26
        if blocks[name].prefixlen > smallest:
            message = f"block {blocks[name]} is too small for a zone of kind {zone.kind.value}"
            hint = f"give it a /{smallest} or larger (`placement: {{aws: {{cidr: …}}}}`), or enlarge clouds.aws.cidr"
            problems.append(Problem("address-range", ("zones", name), message, hint))
    return problems
