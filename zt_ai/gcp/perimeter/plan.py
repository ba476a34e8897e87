"""Which perimeters a specification needs, and what may cross them. Pure.

A perimeter keeps the managed services of its projects to themselves: whoever has credentials, inside or outside, gets
nothing across the border that no policy names [VPC Service Controls, "Overview"]. There is one for each zone class that
has projects of its own, and one for the project of the network, which holds all others. Where the network's project is
the only one, there is one perimeter.

A request is judged by the project of the network it comes from, whatever project its service account belongs to. So a
workload that uses a bucket of a data zone's project crosses two borders: out of the network's perimeter (an egress
policy there) and into the data zones' (an ingress policy there) [VPC Service Controls, "Ingress and egress rules"].
Both name the identity, the service and the methods, as far as the service has methods that a rule can name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zt_ai.gcp.naming import CLAUSE, ROLE, ZONE, Scope, described
from zt_ai.gcp.services import EVERY_METHOD, RESTRICTED, api, joined, methods
from zt_ai.intent.model import Access, Intent, Party
from zt_ai.spec.clouds import Gcp
from zt_ai.spec.model import ZoneSpec

DESCRIPTION_LIMIT = 4096  # characters of a perimeter's description
NETWORK = "network"
"""Key of the perimeter around the network's project."""

# What administrators may do from outside: manage, and never read or write data through the border. Only services whose
# methods the perimeters know one by one are narrowed. Of the others, Secret Manager and Cloud KMS alone hold what is
# secret: there the border cannot tell managing from using, and the roles of administrators decide.
_MANAGE: Mapping[str, tuple[str, ...]] = {
    "artifactregistry.googleapis.com": EVERY_METHOD,
    "cloudkms.googleapis.com": EVERY_METHOD,
    "compute.googleapis.com": EVERY_METHOD,
    "logging.googleapis.com": (
        "ConfigServiceV2.CreateBucket",
        "ConfigServiceV2.CreateSink",
        "ConfigServiceV2.GetBucket",
        "ConfigServiceV2.GetSink",
        "ConfigServiceV2.UpdateBucket",
        "ConfigServiceV2.UpdateSink",
        "MetricsServiceV2.CreateLogMetric",
        "MetricsServiceV2.DeleteLogMetric",
        "MetricsServiceV2.GetLogMetric",
        "MetricsServiceV2.UpdateLogMetric",
    ),
    "monitoring.googleapis.com": EVERY_METHOD,
    "pubsub.googleapis.com": (
        "Publisher.CreateTopic",
        "Publisher.DeleteTopic",
        "Publisher.GetTopic",
        "Publisher.UpdateTopic",
    ),
    "secretmanager.googleapis.com": EVERY_METHOD,
    "storage.googleapis.com": (
        "google.storage.buckets.create",
        "google.storage.buckets.get",
        "google.storage.buckets.getIamPolicy",
        "google.storage.buckets.setIamPolicy",
        "google.storage.buckets.update",
    ),
}


@dataclass(frozen=True, slots=True)
class Crossing:
    """An ingress or egress policy: who, from where, to which projects, by which methods of which services.

    `sources` are numbers of projects; empty for an egress policy, and for an ingress policy that asks for the access
    level of administrators instead. An egress policy is not narrowed by its source: the identity is. `title` is unique
    in its perimeter and has at most 100 characters [Access Context Manager API, IngressPolicy.title].
    """

    title: str
    identities: tuple[str, ...]
    sources: tuple[str, ...]
    projects: tuple[str, ...]
    operations: Mapping[str, tuple[str, ...]]  # service -> methods
    clauses: tuple[str, ...] = ()
    administrators: bool = False

    @property
    def attributes(self) -> int:
        """What it counts against the perimeter's quota [VPC Service Controls, "Quotas and limits": attributes]."""
        level = 1 if self.administrators else 0
        found = sum(map(len, self.operations.values()))
        return len(self.identities) + len(self.sources) + len(self.projects) + found + level


@dataclass(frozen=True, slots=True)
class Perimeter:
    """One perimeter. `projects` are numbers; `reachable` are the services that its networks may call at all."""

    key: str
    name: str
    zones: tuple[str, ...]
    projects: tuple[str, ...]
    restricted: tuple[str, ...]
    reachable: tuple[str, ...]
    ingress: tuple[Crossing, ...]
    egress: tuple[Crossing, ...]

    @property
    def clauses(self) -> tuple[str, ...]:
        """Clauses that ask for a crossing of its border."""
        crossings = (*self.ingress, *self.egress)
        return tuple(dict.fromkeys(clause for crossing in crossings for clause in crossing.clauses))

    @property
    def description(self) -> str:
        """The zones inside, and the clauses that ask for a crossing.

        Raises:
            MarksTooLongError: the clauses do not fit.
        """
        zones = "Zones " + ", ".join(self.zones) if self.zones else "The network"
        return described(zones, {ROLE: self.key, ZONE: self.zones, CLAUSE: self.clauses}, DESCRIPTION_LIMIT)

    @property
    def attributes(self) -> int:
        """Attributes of all its policies."""
        return sum(crossing.attributes for crossing in (*self.ingress, *self.egress))


@dataclass(frozen=True, slots=True)
class Project:
    """A project with its number."""

    id: str
    number: str


def projects(spec: ZoneSpec, gcp: Gcp) -> dict[str, Project]:
    """Project of each zone's own data."""
    ids = {
        name: (zone.placement.gcp and zone.placement.gcp.project) or gcp.project for name, zone in spec.zones.items()
    }
    return {name: Project(project, gcp.numbers[project]) for name, project in ids.items()}


def service_projects(spec: ZoneSpec, intent: Intent, gcp: Gcp) -> dict[str, Project]:
    """Project that holds the resources of each service."""
    zones = projects(spec, gcp)
    own = Project(gcp.project, gcp.project_number)
    return {name: zones[gcp.services[name]] if name in gcp.services else own for name in intent.services}


def perimeters(spec: ZoneSpec, intent: Intent, gcp: Gcp, scope: Scope) -> tuple[Perimeter, ...]:
    """Every perimeter of a specification, that of the network first."""
    homes = projects(spec, gcp)
    keys = {
        name: NETWORK if homes[name].number == gcp.project_number else zone.kind.value
        for name, zone in intent.zones.items()
    }
    held = service_projects(spec, intent, gcp)
    pairs: dict[tuple[str, str], list[Access]] = {}
    for access in intent.accesses:
        if access.destination_party is Party.SERVICE:
            pairs.setdefault((access.source, access.destination), []).append(access)
    out: list[Crossing] = []
    into: dict[str, list[Crossing]] = {}
    for (source, service), accesses in pairs.items():
        target = held[service]
        if target.number == gcp.project_number:
            continue
        key = keys[gcp.services[service]]
        crossing = _crossing(intent, scope, source, service, accesses, target, sources=())
        out.append(crossing)
        into.setdefault(key, []).append(
            _crossing(intent, scope, source, service, accesses, target, sources=(gcp.project_number,))
        )
    used = sorted({api(intent.services[service].kind) for _, service in pairs})
    result = []
    for key in dict.fromkeys((NETWORK, *keys.values())):
        zones = tuple(name for name, of in keys.items() if of == key)
        numbers = {homes[name].number for name in zones} | ({gcp.project_number} if key == NETWORK else set())
        inside = tuple(sorted(numbers))
        managed = (_management(gcp, inside),) if gcp.administrators else ()
        result.append(
            Perimeter(
                key=key,
                name=scope.identifier(key),
                zones=zones,
                projects=inside,
                restricted=RESTRICTED,
                reachable=tuple(used) if key == NETWORK else (),
                ingress=(*into.get(key, ()), *managed),
                egress=tuple(out) if key == NETWORK else (),
            )
        )
    return tuple(result)


def _crossing(
    intent: Intent,
    scope: Scope,
    source: str,
    service: str,
    accesses: list[Access],
    target: Project,
    *,
    sources: tuple[str, ...],
) -> Crossing:
    kind = intent.services[service].kind
    return Crossing(
        title=f"{source} uses {service}",
        identities=(scope.member(source),),
        sources=sources,
        projects=(target.number,),
        operations={api(kind): methods(kind, joined(a.access for a in accesses))},
        clauses=tuple(dict.fromkeys(a.clause.id for a in accesses)),
    )


def _management(gcp: Gcp, inside: tuple[str, ...]) -> Crossing:
    assert gcp.administrators is not None  # noqa: S101 - asked by the caller
    return Crossing(
        title="Administrators manage what is inside",
        identities=tuple(sorted(gcp.administrators.identities)),
        sources=(),
        projects=inside,
        operations=_MANAGE,
        administrators=True,
    )
