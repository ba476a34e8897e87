"""The intent in the words of a comparison: who is expected to reach whom, on which services."""

from __future__ import annotations

from zt_ai.intent.model import EGRESS_PROXY, Access, Intent, Party
from zt_ai.verify.azure.spaces import Spaces


class Expected:
    """What the intent lets pass, by the names of workloads, networks and services."""

    def __init__(self, intent: Intent, spaces: Spaces) -> None:
        self.intent, self._spaces = intent, spaces
        self._ports: dict[tuple[str, str], int] = {}
        self._clauses: dict[tuple[str, str], list[tuple[str, int]]] = {}
        self.uses: dict[tuple[str, str], list[Access]] = {}  # workload, service -> accesses
        self.providers: list[Access] = []
        for access in intent.accesses:
            bits = 0
            for ports in access.ports:
                bits |= spaces.ports(ports)
            key = (access.source, access.destination)
            self._ports[key] = self._ports.get(key, 0) | bits
            self._clauses.setdefault(key, []).append((access.clause.id, bits))
            if access.destination_party is Party.SERVICE:
                self.uses.setdefault(key, []).append(access)
            elif access.destination_party is Party.PROVIDER:
                self.providers.append(access)

    def pairs(self, party: Party) -> dict[tuple[str, str], int]:
        """Every expected (source, destination) with its services, for destinations of one kind."""
        kinds = {(a.source, a.destination): a.destination_party for a in self.intent.accesses}
        return {pair: bits for pair, bits in self._ports.items() if kinds[pair] is party}

    def services(self, source: str, destination: str) -> int:
        """Services on which one party may reach another."""
        return self._ports.get((source, destination), 0)

    def clauses(self, source: str, destination: str, services: int = -1) -> tuple[str, ...]:
        """Clauses that ask for at least one of the services."""
        found = self._clauses.get((source, destination), ())
        return tuple(dict.fromkeys(clause for clause, bits in found if bits & services))

    def split(self, source: str, destination: str, services: int) -> list[tuple[str | None, int]]:
        """Services of a pair by the clause that asks for them."""
        found: dict[str | None, int] = {}
        for clause, bits in self._clauses.get((source, destination), ()):
            if bits & services:
                found[clause] = found.get(clause, 0) | (bits & services)
        return list(found.items())

    def towards(self, destination: str) -> tuple[str, ...]:
        """Clauses that let anybody reach a workload."""
        said = (clause for (_, to), found in self._clauses.items() if to == destination for clause, _ in found)
        return tuple(dict.fromkeys(said))

    def provider_services(self, workload: str | None) -> int:
        """Services on which a workload may reach providers on the internet."""
        bits = 0
        for access in self.providers:
            if access.source == workload:
                for ports in access.ports:
                    bits |= self._spaces.ports(ports)
        return bits

    def provider_names(self) -> dict[str, tuple[str, ...]]:
        """Names on the internet that the proxy may reach, with the clauses that ask for them."""
        found: dict[str, dict[str, None]] = {}
        for access in self.providers:
            if access.source == EGRESS_PROXY:
                for name in self.intent.providers[access.destination].domains:
                    found.setdefault(name.lower(), {})[access.clause.id] = None
        return {name: tuple(clauses) for name, clauses in found.items()}
