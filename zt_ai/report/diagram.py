"""What the zone diagram shows: bands from the outside (top) to the data (bottom), boxes and arrows. No geometry.

The outside comes first: networks and model providers. Then the border zones (access and egress), processing zones, data
zones, and managed services. A large specification is drawn by zone, one box each, because nobody can read 2,000 boxes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from zt_ai.intent.model import Access, Intent, Party
from zt_ai.report.model import Report
from zt_ai.report.text import count
from zt_ai.spec.types import ProviderKind, ZoneKind
from zt_ai.verify.model import Witness

MOST_BOXES = 60
"""Workloads above which the diagram is drawn by zone."""

_BAND = {ZoneKind.ACCESS: 1, ZoneKind.EGRESS: 1, ZoneKind.PROCESSING: 2, ZoneKind.DATA: 3}
_OUTSIDE, _SERVICES = 0, 4


@dataclass(frozen=True, slots=True)
class Lane:
    """A zone, or another group of boxes. `band` counts from the top."""

    name: str
    title: str
    note: str
    kind: str  # a zone kind, "outside" or "services"
    band: int


@dataclass(frozen=True, slots=True)
class Box:
    """A workload, network, provider or service."""

    name: str
    lane: str
    title: str
    note: str
    kind: str  # "workload", "agent", "proxy", "network", "provider", "provider-without-baa", "service", "zone"
    hint: str = ""  # a sentence shown when the pointer rests on it


@dataclass(frozen=True, slots=True)
class Arrow:
    """Everything that may be opened from one box to another."""

    source: str
    destination: str
    rank: int  # of the highest data class carried
    labels: tuple[str, ...]  # a line for each clause
    refuted: bool = False


@dataclass(frozen=True, slots=True)
class Diagram:
    """Lanes, boxes and arrows, each in the order of the specification."""

    lanes: tuple[Lane, ...]
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    by_zone: bool


def diagram(report: Report) -> Diagram:
    """The diagram of a report: what the specification permits, and in red what the proof refutes."""
    intent = report.intent
    by_zone = len(intent.workloads) > MOST_BOXES
    boxes = tuple(_zone_boxes(intent) if by_zone else _boxes(report))
    known = {box.name for box in boxes}
    wanted = _arrows(intent, by_zone, known)
    return Diagram(tuple(_lanes(intent, {b.lane for b in boxes})), boxes, (*wanted, *_refuted(report, known)), by_zone)


def _lanes(intent: Intent, used: set[str]) -> Iterator[Lane]:
    found = [Lane("networks", "Networks outside", "", "outside", _OUTSIDE)]
    found.append(Lane("providers", "Model providers", "only through the egress proxy", "outside", _OUTSIDE))
    for zone in intent.zones.values():
        found.append(
            Lane(f"zone:{zone.name}", zone.name, f"{zone.kind.value} · {zone.holds}", zone.kind.value, _BAND[zone.kind])
        )
    found.append(Lane("services", "Managed services", "private endpoints only", "services", _SERVICES))
    # A border zone where callers come in stands at the left, the egress zone at the right.
    found.sort(key=lambda lane: (lane.band, lane.kind == ZoneKind.EGRESS))
    return (lane for lane in found if lane.name in used)


def _boxes(report: Report) -> Iterator[Box]:
    intent = report.intent
    described = report.descriptions
    for network in intent.networks.values():
        hint = _hint(described.get(f"networks.{network.name}"), ", ".join(network.cidrs))
        yield Box(f"network:{network.name}", "networks", network.name, _some(network.cidrs), "network", hint)
    yield from _provider_boxes(report)
    for workload in intent.workloads.values():
        ports = " ".join(str(port) for port in workload.serves.values())
        kind = "proxy" if workload.implied else "agent" if workload.agent else "workload"
        section = "agents" if workload.agent else "workloads"
        hint = _hint(described.get(f"{section}.{workload.name}"), workload.spiffe_id, f"handles {workload.data_class}")
        yield Box(workload.name, f"zone:{workload.zone}", workload.name, ports or "serves no port", kind, hint)
    behind = {provider.service for provider in intent.providers.values()}
    for service in intent.services.values():
        if not service.implied and service.name not in behind:
            hint = _hint(described.get(f"services.{service.name}"), ", ".join(service.resources))
            yield Box(f"service:{service.name}", "services", service.name, service.kind.value, "service", hint)


def _provider_boxes(report: Report) -> Iterator[Box]:
    for provider in report.intent.providers.values():
        until = f"BAA until {provider.baa_expires}" if provider.baa_in_force else "no BAA"
        kind = "provider" if provider.baa_in_force else "provider-without-baa"
        where = "managed service" if provider.kind is ProviderKind.CLOUD_MANAGED else ", ".join(provider.domains)
        hint = _hint(
            report.descriptions.get(f"providers.{provider.name}"), where, f"models: {', '.join(provider.models)}"
        )
        yield Box(f"provider:{provider.name}", "providers", provider.name, until, kind, hint)


def _zone_boxes(intent: Intent) -> Iterator[Box]:
    if intent.networks:
        yield Box("networks", "networks", count(len(intent.networks), "network"), "", "network")
    for baa in (True, False):
        found = [p for p in intent.providers.values() if p.baa_in_force is baa]
        if found:
            title = count(len(found), "provider")
            kind = "provider" if baa else "provider-without-baa"
            yield Box(kind, "providers", title, "BAA in force" if baa else "no BAA", kind)
    for zone in intent.zones.values():
        members = len(intent.members(zone.name))
        yield Box(f"in:{zone.name}", f"zone:{zone.name}", count(members, "workload"), "", "zone")
    services = [s for s in intent.services.values() if not s.implied]
    if services:
        yield Box("services", "services", count(len(services), "service"), "", "service")


def _arrows(intent: Intent, by_zone: bool, known: set[str]) -> Iterator[Arrow]:
    """One arrow for each pair. What the proxy needs for itself (image, log, settings) is in the table of accesses."""
    gathered: dict[tuple[str, str], list[Access]] = {}
    for access in intent.accesses:
        if not access.clause.id.startswith("implied:"):
            source, destination = _ends(intent, access)
            pair = (_box_of(intent, source, by_zone), _box_of(intent, destination, by_zone))
            if pair[0] != pair[1] and known.issuperset(pair):
                gathered.setdefault(pair, []).append(access)
    for (source, destination), accesses in gathered.items():
        rank = max(intent.classes.index(access.carries) for access in accesses)
        yield Arrow(source, destination, rank, tuple(_label(access) for access in accesses))


def _ends(intent: Intent, access: Access) -> tuple[str, str]:
    """Names of both ends as boxes are named. A managed model is drawn as the provider it belongs to."""
    source = f"network:{access.source}" if access.source_party is Party.NETWORK else access.source
    if access.destination_party is Party.PROVIDER:
        return source, f"provider:{access.destination}"
    if access.destination_party is Party.SERVICE:
        for provider in intent.providers.values():
            if provider.service == access.destination:
                return source, f"provider:{provider.name}"
        return source, f"service:{access.destination}"
    return source, access.destination


def _box_of(intent: Intent, name: str, by_zone: bool) -> str:
    if not by_zone:
        return name
    kind, _, rest = name.partition(":")
    if kind == "provider":
        return "provider" if intent.providers[rest].baa_in_force else "provider-without-baa"
    if rest:
        return f"{kind}s"
    return f"in:{intent.workloads[name].zone}"


def _label(access: Access) -> str:
    ports = ", ".join(str(port) for port in access.ports)
    how = f" {access.access.value}" if access.access else ""
    return f"{access.clause.name}: {ports}{how}, carries {access.carries} — {access.clause.reason}"


def _refuted(report: Report, known: set[str]) -> Iterator[Arrow]:
    """Arrows of witnesses whose two ends are boxes; the others are told in words."""
    seen: set[tuple[str, str]] = set()
    for witness in (w for claim in report.claims for w in claim.witnesses):
        pair = (_party(witness.source, known), _party(witness.destination, known))
        if pair[0] and pair[1] and pair[0] != pair[1] and pair not in seen:
            seen.add(pair)
            yield Arrow(pair[0], pair[1], 0, _refutation(witness), refuted=True)


def _refutation(witness: Witness) -> tuple[str, ...]:
    return (f"REFUTED: {witness.explanation}",)


def _party(name: str, known: set[str]) -> str:
    name = name.removeprefix("front of ").removeprefix("network ")
    candidates = (name, f"network:{name}", f"provider:{name}", f"service:{name}", f"in:{name}")
    return next((candidate for candidate in candidates if candidate in known), "")


def _some(values: Iterable[str], most: int = 2) -> str:
    listed = list(values)
    more = f" +{len(listed) - most}" if len(listed) > most else ""
    return ", ".join(listed[:most]) + more


def _hint(*sentences: str | None) -> str:
    return " · ".join(sentence for sentence in sentences if sentence)
