"""Zone borders: what the network ACLs alone let through between zones.

Groups and ACLs are two layers, and each has to hold without the other. For every zone, its subnets' ACL may let out
and in: what the flows between the zones need, in the direction of the flow; and to and from ephemeral ports where a
flow runs the other way, for the answers. Toward endpoints, networks and the internet likewise. A zone's subnets for
its firewall, NAT gateway or transit gateway count as the zone. Inside a zone the ACLs are not asked: the groups decide
there.

An ACL cannot name the addresses of a service or provider, so a zone that uses a gateway endpoint or calls providers
may let their ports out to every address outside the VPC: routes, endpoint policies and the firewall narrow that, and
other claims judge them.
"""

from __future__ import annotations

from collections.abc import Iterator

from zt_ai.verify.aws.collect import Collector
from zt_ai.verify.aws.expect import Expected
from zt_ai.verify.aws.reach import Reach
from zt_ai.verify.aws.world import Subnet
from zt_ai.verify.space import atoms, join

_ENDPOINTS, _OUTSIDE, _NETWORK = "the endpoints' subnets", "outside the VPC", "network "


def _place(subnet: Subnet) -> str:
    """The zone of a subnet, the endpoints' subnets, or the subnet itself where it is neither."""
    return subnet.zone or (_ENDPOINTS if subnet.role == "endpoints" else f"subnet {subnet.name}")


def borders(reach: Reach, expected: Expected, found: Collector) -> int:
    """Judge the ACLs of every subnet of a zone and of the endpoints; returns how many directions of borders were
    looked at."""
    judge = _Borders(reach, expected, found)
    done: set[tuple[str, str, str, bool]] = set()
    for subnet in reach.world.subnets.values():
        place = _place(subnet)
        if place not in reach.intent.zones and place != _ENDPOINTS:
            continue
        for remote, addresses in judge.others(subnet, place):
            for egress in (True, False):
                key = (reach.world.nacl_of[subnet.key], place, remote, egress)
                if key not in done:
                    done.add(key)
                    judge.border(subnet, place, remote, addresses, egress)
    return len(done)


class _Borders:
    def __init__(self, reach: Reach, expected: Expected, found: Collector) -> None:
        self._reach, self._expected, self._found = reach, expected, found
        self._places: dict[str, int] = {}
        for subnet in reach.world.subnets.values():
            self._places[_place(subnet)] = self._places.get(_place(subnet), 0) | reach.spaces.hosts(subnet)
        zones = {name: workload.zone for name, workload in reach.intent.workloads.items()}
        kinds = {endpoint.service: endpoint.kind for endpoint in reach.world.endpoints.values()}
        self._near: set[str] = set()  # zones that use an interface endpoint
        self._far: set[str] = set()  # zones that use a gateway endpoint, whose addresses are public ones
        for workload, services in expected.used().items():
            for service in services:
                (self._far if kinds.get(service) == "Gateway" else self._near).add(zones[workload])
        self._providers = {zones[workload]: expected.provider_services(workload) for workload in expected.providers}

    def others(self, subnet: Subnet, place: str) -> Iterator[tuple[str, int]]:
        """Everything on the other side of the border: other places, networks, and the rest outside the VPC."""
        for name, addresses in self._places.items():
            if name != place:
                yield name, addresses
        if subnet.role in ("firewall", "nat", "transit"):
            return  # what passes through them comes from and goes to anywhere
        left = self._reach.spaces.outside(subnet.vpc)
        for name, bits in self._reach.spaces.networks.items():
            yield f"{_NETWORK}{name}", bits & left
            left &= ~bits
        yield _OUTSIDE, left

    def _flows(self, source: str, destination: str) -> int:
        """Services that may pass from one place to another to open a connection."""
        https = self._reach.spaces.tcp(443)
        if destination == _ENDPOINTS:
            return https if source in self._near else 0
        found = self._expected.zone_pairs.get((source, destination), 0)
        if destination == _OUTSIDE or destination.startswith(_NETWORK):
            found |= self._providers.get(source, 0) | (https if source in self._far else 0)
        return found

    def _closure(self, source: str, destination: str) -> int:
        """Flows, and the answers of flows that run the other way."""
        back = self._flows(destination, source)
        answers = (
            ports
            for protocol, ports in self._reach.spaces.ephemeral.items()
            if back & self._reach.spaces.transport[protocol]
        )
        return self._flows(source, destination) | join(answers)

    def border(self, subnet: Subnet, place: str, remote: str, addresses: int, egress: bool) -> None:
        """Judge one direction of one border."""
        reach, spaces = self._reach, self._reach.spaces
        nacl = reach.world.nacl_of[subnet.key]
        source, destination = (place, remote) if egress else (remote, place)
        extra = reach.acls.some(nacl, egress, addresses) & ~self._closure(source, destination)
        if not extra:
            return
        telling = spaces.telling(extra)
        service = telling & -telling
        by = next((atom for atom in atoms(addresses) if reach.acls.at(nacl, egress, atom) & service), addresses)
        hosts = spaces.hosts(subnet) or by
        packet = spaces.packet(hosts, by, service) if egress else spaces.packet(by, hosts, service)
        default = " (the VPC's default network ACL)" if reach.world.nacls[nacl].default else ""
        text = (
            f"the network ACL of {subnet.name}{default} lets {'out to' if egress else 'in from'} {remote} "
            f"{spaces.words(extra)}, "
            f"which no flow between {source} and {destination} needs"
        )
        through = reach.acls.deciding(nacl, egress, by, service)
        self._found.refute(3, text, source, destination, (*through, subnet.urn), packet=packet)
