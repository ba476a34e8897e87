"""Accesses in the words of the specification, which are the same on every cloud.

AWS has an endpoint for each of its services and not for each named resource, one way to the internet for all providers,
and a load balancer with groups of its own in front of a workload. What an access through one of them is used for, the
clauses say that allow it; one that no clause allows keeps the name of what it goes through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from zt_ai.intent.model import Intent, Party
from zt_ai.verify.aws.expect import ENDPOINTS
from zt_ai.verify.model import ProvedAccess

_FRONT, _ENDPOINT, _INTERNET = "front of ", "endpoint ", "internet"


def named(accesses: Iterable[ProvedAccess], intent: Intent) -> tuple[ProvedAccess, ...]:
    """The accesses by workloads, networks, services and providers, each pair once."""
    found: dict[tuple[str, str], tuple[dict[str, None], dict[str, None]]] = {}
    for access in accesses:
        for source, destination, clauses in _ends(access, intent):
            ports, said = found.setdefault((source, destination), ({}, {}))
            ports.update(dict.fromkeys(access.ports))
            said.update(dict.fromkeys(clauses))
    return tuple(ProvedAccess(*pair, tuple(ports), tuple(said)) for pair, (ports, said) in found.items())


def _ends(access: ProvedAccess, intent: Intent) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    source, destination = access.source, access.destination
    if not access.clauses:
        yield source, destination, ()
    elif destination.startswith((_ENDPOINT, _INTERNET)):
        yield from _used_for(access, intent)
    elif source != _FRONT + destination:  # what a front passes on to its own workload is no access of anybody's
        yield source, destination.removeprefix(_FRONT), access.clauses


def _used_for(access: ProvedAccess, intent: Intent) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """The services or providers that the clauses of an access name."""
    service = access.destination.removeprefix(_ENDPOINT)
    party = Party.SERVICE if access.destination.startswith(_ENDPOINT) else Party.PROVIDER
    names: dict[str, list[str]] = {}
    for asked in intent.accesses:
        if (
            asked.source != access.source
            or asked.destination_party is not party
            or asked.clause.id not in access.clauses
        ):
            continue
        if party is Party.PROVIDER or service in ENDPOINTS[intent.services[asked.destination].kind]:
            names.setdefault(asked.destination, []).append(asked.clause.id)
    for name, clauses in names.items():
        yield access.source, name, tuple(clauses)
    if not names:
        yield access.source, access.destination, access.clauses
