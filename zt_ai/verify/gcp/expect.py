"""What the intent asks for, in the terms of the comparison."""

from __future__ import annotations

from functools import cached_property

from zt_ai.intent.model import EGRESS_PROXY, PROXY_HEALTH_PORT, Access, Intent, Party, Ports
from zt_ai.verify.gcp.parties import Roll
from zt_ai.verify.gcp.spaces import Spaces
from zt_ai.verify.space import join


class Expected:
    """What the intent lets pass, by the names of workloads, networks, services and providers."""

    def __init__(self, intent: Intent, spaces: Spaces, roll: Roll) -> None:
        self.intent, self._spaces, self._roll = intent, spaces, roll
        self.pairs: dict[tuple[str, str], int] = {}
        self._clauses: dict[tuple[str, str], list[tuple[str, int]]] = {}
        self.services: dict[str, list[Access]] = {}
        self.providers: dict[str, list[Access]] = {}
        for access in intent.accesses:
            bits = spaces.ports(access.ports)
            key = (access.source, access.destination)
            self._clauses.setdefault(key, []).append((access.clause.id, bits))
            if access.destination_party is Party.WORKLOAD:
                self.pairs[key] = self.pairs.get(key, 0) | bits
            elif access.destination_party is Party.PROVIDER:
                self.providers.setdefault(access.source, []).append(access)
            else:
                self.services.setdefault(access.source, []).append(access)

    def between(self, source: str | None, destination: str | None) -> int:
        """Services on which one workload or network may reach a workload."""
        return self.pairs.get((source or "", destination or ""), 0)

    def clauses(self, source: str, destination: str, services: int = -1) -> tuple[str, ...]:
        """Clauses that ask for at least one of the services."""
        found = self._clauses.get((source, destination), ())
        return tuple(dict.fromkeys(clause for clause, bits in found if bits & services))

    def split(self, source: str, destination: str, services: int) -> list[tuple[str | None, int]]:
        """Services of a pair by the clause that asks for them, each clause once."""
        found: dict[str | None, int] = {}
        for clause, bits in self._clauses.get((source, destination), ()):
            if bits & services:
                found[clause] = found.get(clause, 0) | (bits & services)
        return list(found.items())

    @cached_property
    def _egress(self) -> dict[str, dict[int, int]]:
        found: dict[str, dict[int, int]] = {}
        for (source, destination), bits in self.pairs.items():
            subnets = self._roll.workloads[destination].subnets
            hosts = join(self._spaces.union(self._roll.usable[key].ranges) for key in subnets)
            asked = found.setdefault(source, {})
            asked[hosts] = asked.get(hosts, 0) | bits
        for source in self.services:
            asked = found.setdefault(source, {})
            asked[self._spaces.restricted] = asked.get(self._spaces.restricted, 0) | self._spaces.https
        return found

    def leaving(self, workload: str | None) -> list[tuple[int, int]]:
        """Addresses × services that a workload's own rules may let out: the zones it has flows to, and Google's
        restricted interfaces where it uses a service. Whom it reaches there is for the other side's rules."""
        return list(self._egress.get(workload or "", {}).items())

    def probed(self, workload: str | None) -> int:
        """Services that health checks may ask: those of the egress proxy, which alone stands behind a balancer."""
        if workload != EGRESS_PROXY or EGRESS_PROXY not in self.intent.workloads:
            return 0
        return self._spaces.ports((Ports("tcp", PROXY_HEALTH_PORT, PROXY_HEALTH_PORT),))

    def provider_services(self, workload: str | None) -> int:
        """Services on which a workload may reach providers on the internet."""
        return join(self._spaces.ports(access.ports) for access in self.providers.get(workload or "", ()))
