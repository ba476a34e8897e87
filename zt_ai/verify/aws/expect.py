"""The intent in the words of AWS: who is expected to reach whom, by which endpoint, with which names.

Which endpoint serves which kind of service: AWS PrivateLink Guide, "AWS services that integrate with AWS PrivateLink";
Amazon ECR needs its two interface endpoints and the S3 gateway endpoint, where layers are kept [Amazon ECR User Guide,
"Amazon ECR interface VPC endpoints"]. Names: AWS General Reference, "Service endpoints and quotas"; S3 names are
virtual-hosted [Amazon S3 User Guide].
"""

from __future__ import annotations

from functools import cached_property

from zt_ai.intent.model import Access, Intent, Party, ServiceIntent
from zt_ai.spec.clouds import Aws
from zt_ai.spec.types import ServiceKind
from zt_ai.verify.aws.spaces import Spaces

ENDPOINTS: dict[ServiceKind, tuple[str, ...]] = {
    ServiceKind.OBJECT_STORAGE: ("s3",),
    ServiceKind.SECRETS: ("secretsmanager",),
    ServiceKind.KEYS: ("kms",),
    ServiceKind.LOGS: ("logs",),
    ServiceKind.CONTAINER_IMAGES: ("ecr.api", "ecr.dkr", "s3"),
    ServiceKind.MANAGED_LLM: ("bedrock-runtime",),
}


class Expected:
    """What the intent lets pass, by the names of workloads, networks and AWS services."""

    def __init__(self, intent: Intent, spaces: Spaces) -> None:
        self.intent, self._spaces = intent, spaces
        self._ports: dict[tuple[str, str], int] = {}
        self._clauses: dict[tuple[str, str], list[tuple[str, int]]] = {}
        self._services: dict[str, dict[str, list[Access]]] = {}
        self.providers: dict[str, list[Access]] = {}
        for access in intent.accesses:
            bits = 0
            for ports in access.ports:
                bits |= spaces.ports(ports)
            if access.destination_party is Party.WORKLOAD:
                key = (access.source, access.destination)
                self._ports[key] = self._ports.get(key, 0) | bits
                self._clauses.setdefault(key, []).append((access.clause.id, bits))
            elif access.destination_party is Party.PROVIDER:
                self.providers.setdefault(access.source, []).append(access)
            else:
                for service in ENDPOINTS[intent.services[access.destination].kind]:
                    self._services.setdefault(access.source, {}).setdefault(service, []).append(access)

    def pairs(self) -> dict[tuple[str, str], int]:
        """Every expected (source, destination workload) with its services."""
        return self._ports

    def services(self, source: str | None, destination: str | None) -> int:
        """Services on which one workload or network may reach a workload."""
        return self._ports.get((source or "", destination or ""), 0)

    def clauses(self, source: str | None, destination: str | None, services: int) -> tuple[str, ...]:
        """Clauses that ask for at least one of the services."""
        found = self._clauses.get((source or "", destination or ""), ())
        return tuple(dict.fromkeys(clause for clause, bits in found if bits & services))

    def split(self, source: str, destination: str, services: int) -> list[tuple[str | None, int]]:
        """Services of a pair by the clause that asks for them, each clause once."""
        found: dict[str | None, int] = {}
        for clause, bits in self._clauses.get((source, destination), ()):
            if bits & services:
                found[clause] = found.get(clause, 0) | (bits & services)
        return list(found.items())

    def towards(self, destination: str) -> tuple[str, ...]:
        """Clauses that let anybody reach a workload: they are why its front passes connections on."""
        said = (clause for (_, to), found in self._clauses.items() if to == destination for clause, _ in found)
        return tuple(dict.fromkeys(said))

    def served(self, workload: str) -> int:
        """All that a workload serves."""
        bits = 0
        for ports in self.intent.workloads[workload].serves.values():
            bits |= self._spaces.ports(ports)
        return bits

    def uses(self, workload: str | None, service: str) -> tuple[Access, ...]:
        """Accesses for which a workload needs an AWS service."""
        return tuple(self._services.get(workload or "", {}).get(service, ()))

    def used(self) -> dict[str, dict[str, list[Access]]]:
        """Workload -> AWS service -> accesses."""
        return self._services

    @cached_property
    def users(self) -> dict[str, dict[str, list[Access]]]:
        """AWS service -> workload -> accesses."""
        found: dict[str, dict[str, list[Access]]] = {}
        for workload, services in self._services.items():
            for service, accesses in services.items():
                found.setdefault(service, {})[workload] = accesses
        return found

    @cached_property
    def zone_pairs(self) -> dict[tuple[str, str], int]:
        """Expected services between zones, the two ends taken together."""
        zones = {name: workload.zone for name, workload in self.intent.workloads.items()}
        found: dict[tuple[str, str], int] = {}
        for (source, destination), bits in self._ports.items():
            key = (zones.get(source, f"network {source}"), zones[destination])
            found[key] = found.get(key, 0) | bits
        return found

    def provider_services(self, workload: str | None) -> int:
        """Services on which a workload may reach providers on the internet."""
        bits = 0
        for access in self.providers.get(workload or "", ()):
            for ports in access.ports:
                bits |= self._spaces.ports(ports)
        return bits


def endpoint_names(service: str, settings: Aws, buckets: tuple[str, ...] = ()) -> frozenset[str]:
    """DNS names by which an AWS service is called in the region; for S3 those of the buckets that are used."""
    region = settings.region
    suffix = f"{region}.amazonaws.com" + (".cn" if region.startswith("cn-") else "")
    if service == "ecr.api":
        return frozenset({f"api.ecr.{suffix}"})
    if service == "ecr.dkr":
        return frozenset({f"{settings.account}.dkr.ecr.{suffix}"})
    if service == "s3":
        return frozenset({f"s3.{suffix}", *(f"{bucket}.s3.{suffix}" for bucket in buckets)})
    return frozenset({f"{service}.{suffix}"})


def buckets_used(intent: Intent, settings: Aws) -> tuple[str, ...]:
    """Buckets that are called by name: those of object storage, and ECR's own for image layers where images are
    pulled."""
    used = {access.destination for access in intent.accesses if access.destination_party is Party.SERVICE}
    found: dict[str, None] = {}
    for name in sorted(used):
        service: ServiceIntent = intent.services[name]
        if service.kind is ServiceKind.OBJECT_STORAGE:
            found.update(dict.fromkeys(resource.partition("/")[0] for resource in service.resources))
        elif service.kind is ServiceKind.CONTAINER_IMAGES:
            found[f"prod-{settings.region}-starport-layer-bucket"] = None
    return tuple(found)
