"""The intent: a closed world of who may reach what, carrying which data, and why.

It is derived from the specification (`zt_ai.intent.derive`), knows no cloud, and is read by the builders (what to
make) and by the verifier (what to expect). What is not listed here is denied.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from zt_ai.intent.ports import PROXY_CONNECT_PORT, PROXY_GATEWAY_PORT, PROXY_HEALTH_PORT
from zt_ai.spec.types import (
    Decision,
    DetectorSet,
    HttpMethod,
    ProviderApi,
    ProviderKind,
    ServiceAccess,
    ServiceKind,
    ZoneKind,
)

# The one workload that zt-ai adds: it lives in the egress zone and is the only one that reaches a provider.
EGRESS_PROXY = "egress-proxy"


__all__ = [
    "EGRESS_PROXY",
    "PROXY_CONNECT_PORT",
    "PROXY_GATEWAY_PORT",
    "PROXY_HEALTH_PORT",
    "Access",
    "Agreement",
    "AuditIntent",
    "Clause",
    "InspectionIntent",
    "Intent",
    "ModelCall",
    "NetworkIntent",
    "Party",
    "Ports",
    "ProviderIntent",
    "ServiceIntent",
    "WorkloadIntent",
    "ZoneIntent",
]


class Party(StrEnum):
    """What kind of thing the end of an access is."""

    WORKLOAD = "workload"
    SERVICE = "service"
    PROVIDER = "provider"
    NETWORK = "network"


@dataclass(frozen=True, slots=True, order=True)
class Ports:
    """A range of ports of one transport protocol, both ends included."""

    protocol: str  # "tcp" or "udp"
    first: int
    last: int

    def __str__(self) -> str:
        span = str(self.first) if self.first == self.last else f"{self.first}-{self.last}"
        return f"{self.protocol}/{span}"


@dataclass(frozen=True, slots=True, order=True)
class Clause:
    """The sentence of the specification that asks for something.

    `id` names it for good: `flow:NAME` for a flow, `implied:NAME` for what zt-ai itself adds so that the egress proxy
    works.
    """

    id: str
    reason: str
    line: int | None = None

    @property
    def name(self) -> str:
        """The part after the colon, usable in resource names."""
        return self.id.partition(":")[2]


@dataclass(frozen=True, slots=True)
class Access:
    """One permitted access: source may open connections to destination on these ports."""

    clause: Clause
    source: str
    source_party: Party  # WORKLOAD or NETWORK
    destination: str
    destination_party: Party  # WORKLOAD, SERVICE or PROVIDER
    ports: tuple[Ports, ...]
    carries: str  # data class; of an implied access the lowest of the lattice
    access: ServiceAccess | None = None  # destination is a service


@dataclass(frozen=True, slots=True)
class ZoneIntent:
    """A zone and the highest data class it holds."""

    name: str
    kind: ZoneKind
    holds: str


@dataclass(frozen=True, slots=True)
class WorkloadIntent:
    """A workload or agent, its identity and what it serves."""

    name: str
    zone: str
    spiffe_id: str  # spiffe://TRUST-DOMAIN/PATH
    serves: Mapping[str, Ports]
    data_class: str  # effective: the highest class that can reach it
    agent: bool
    implied: bool  # added by zt-ai, not written in the specification
    assumed_by: str | None = None  # AWS service principal that runs it, None for the builder's default


@dataclass(frozen=True, slots=True)
class ServiceIntent:
    """A cloud-managed service and the named resources in it that may be touched."""

    name: str
    kind: ServiceKind
    resources: tuple[str, ...]
    implied: bool


@dataclass(frozen=True, slots=True)
class NetworkIntent:
    """An address range outside the cloud from which access zones are reached."""

    name: str
    cidrs: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Agreement:
    """A business associate agreement, both days included."""

    reference: str
    effective: date
    expires: date


@dataclass(frozen=True, slots=True)
class ProviderIntent:
    """A model provider. `baa_expires` is None without an agreement in force on the day of the derivation."""

    name: str
    kind: ProviderKind
    api: ProviderApi
    domains: tuple[str, ...]
    service: str | None  # cloud-managed: the service through which it is reached
    models: tuple[str, ...]
    paths: tuple[str, ...]
    methods: tuple[HttpMethod, ...]
    hosted_tools: tuple[str, ...]  # by the type the provider's API gives them
    hosts: tuple[str, ...]  # where the proxy calls it: its domains, or the names that a cloud gives its managed models
    agreement: Agreement | None  # whatever day it is
    baa_expires: date | None
    baa_reference: str | None

    @property
    def baa_in_force(self) -> bool:
        """Whether PHI may reach this provider at all."""
        return self.baa_expires is not None


@dataclass(frozen=True, slots=True)
class ModelCall:
    """Who may call which models at which provider, and what the inspector does per data class found in a request.

    `decisions` holds on the day of the derivation; `said` is what the specification says before the agreement's dates
    are looked at, for whoever judges each request on its own day.
    """

    clause: Clause
    caller: str
    provider: str
    models: tuple[str, ...]
    paths: tuple[str, ...]
    carries: str
    decisions: Mapping[str, Decision]  # by data class, for every class of the lattice
    said: Mapping[str, Decision]
    expires: date | None  # last day of the flow
    restore: bool  # originals of a redacted request are put back into the answer
    requests_per_minute: int | None
    tokens_per_day: int | None


@dataclass(frozen=True, slots=True)
class InspectionIntent:
    """What the inspector looks for, and in what. It always fails closed."""

    detectors: tuple[DetectorSet, ...] = (DetectorSet.SAFE_HARBOR, DetectorSet.HEALTHCARE_IDS, DetectorSet.SECRETS)
    secrets: Decision = Decision.BLOCK
    body_limit: int = 4 << 20  # bytes
    responses: bool = True


@dataclass(frozen=True, slots=True)
class AuditIntent:
    """How long records are kept, write-once."""

    retention: timedelta

    @property
    def retention_days(self) -> int:
        """Whole days, rounded up: a cloud's retention is given in days."""
        return -(-self.retention // timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Intent:
    """Everything that may happen. Maps are keyed by the names of the specification, in its order."""

    name: str
    classes: tuple[str, ...]  # the lattice, lowest first
    zones: Mapping[str, ZoneIntent]
    workloads: Mapping[str, WorkloadIntent]  # agents and the egress proxy included
    services: Mapping[str, ServiceIntent]
    networks: Mapping[str, NetworkIntent]
    providers: Mapping[str, ProviderIntent]
    accesses: tuple[Access, ...]
    model_calls: tuple[ModelCall, ...]
    audit: AuditIntent
    trust_domain: str
    inspection: InspectionIntent = InspectionIntent()

    @property
    def egress_zone(self) -> str:
        """Name of the one zone from which providers are reached."""
        return next(zone.name for zone in self.zones.values() if zone.kind is ZoneKind.EGRESS)

    def data_zones(self) -> tuple[str, ...]:
        """Names of the zones that must have no way out."""
        return tuple(zone.name for zone in self.zones.values() if zone.kind is ZoneKind.DATA)

    def members(self, zone: str) -> tuple[WorkloadIntent, ...]:
        """Workloads of a zone."""
        return tuple(w for w in self.workloads.values() if w.zone == zone)

    def provider_domains(self) -> tuple[str, ...]:
        """Every host name that the egress proxy may reach on the internet, sorted."""
        called = {a.destination for a in self.accesses if a.destination_party is Party.PROVIDER}
        return tuple(sorted({d for p in called for d in self.providers[p].domains}))
