"""Claim 1, the part about providers: who reaches which, by rule, route and NAT.

Sources: Cloud NGFW, "FQDN objects"; VPC, "Routes", "Internet access requirements"; Cloud NAT, "Overview".
"""

from __future__ import annotations

from zt_ai.verify.gcp.collect import Collector
from zt_ai.verify.gcp.parties import Party
from zt_ai.verify.gcp.reach import Reach
from zt_ai.verify.model import ProvedAccess
from zt_ai.verify.space import format_services


def providers(reach: Reach, found: Collector) -> list[ProvedAccess]:
    """Every provider that is really reached; a flow that does not get there is refuted."""
    return [access for party in reach.roll.parties for access in _reached(reach, party, found)]


def _reached(reach: Reach, party: Party, found: Collector) -> list[ProvedAccess]:
    """Providers that the proxy is meant to reach: rule by name, route, NAT. What is missing is refuted."""
    asked = reach.expected.providers.get(party.workload or "", ())
    spaces = reach.spaces
    accesses: dict[str, ProvedAccess] = {}
    machines = [m for m in reach.world.machines if reach.world.accounts.get(m.account or "") == party.workload]
    tags = frozenset.intersection(*(m.network_tags for m in machines)) if machines else frozenset[str]()
    for access in asked:
        wanted = spaces.ports(access.ports)
        domains = reach.intent.providers[access.destination].domains
        why: list[tuple[str, tuple[str, ...]]] = []
        for network in reach.roll.networks(party):
            for identity in party.identities:
                decision = reach.filters.egress(network, identity, may=False)
                for domain in domains:
                    passes = 0
                    for named in decision.names:
                        passes |= named.every if domain in named.rule.peers.names else 0
                    if wanted & ~passes:
                        why.append((f"no rule lets it call {domain}", party.urns))
            for domain in domains:
                answer = reach.world.names[network].resolve(domain)
                if answer.kind != "public":
                    why.append((f"the resolver does not ask for {domain}", answer.through or (network,)))
            if not reach.routes.surely_to_internet_gateway(network, spaces.public, tags):
                why.append(("no route leads it to the internet", (network,)))
        why += [
            (f"no Cloud NAT serves {reach.world.subnets[key].name}", (key,))
            for key in party.subnets
            if not reach.routes.nats(reach.world.subnets[key])
        ]
        for reason, urns in dict.fromkeys(why):
            text = f"{party.name} does not reach {access.destination}: {reason}"
            found.refute(text, party.name, access.destination, through=urns, clause=access.clause.id)
        if not why and party.subnets:
            clauses = reach.expected.clauses(party.name, access.destination)
            ports = format_services(spaces.services, wanted)
            accesses[access.destination] = ProvedAccess(party.name, access.destination, ports, clauses)
    return list(accesses.values())
