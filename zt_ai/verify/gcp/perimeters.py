"""Whether VPC Service Controls close the projects of the zones, and what may cross.

Sources: VPC Service Controls, "Service perimeter details and configuration" (a project is in one regular perimeter;
`spec` beside `useExplicitDryRunSpec` is a dry run, only `status` is enforced), "VPC accessible services" (without the
restriction every service can be called from a network inside; `RESTRICTED-SERVICES` stands for the protected ones),
"Ingress and egress rules" (a rule admits every identity where its type is ANY_IDENTITY, ANY_USER_ACCOUNT or
ANY_SERVICE_ACCOUNT; `*` is every source, project, service or method; a rule without source has none; not all services
support rules by method), "Access levels" (`accessLevels` of a perimeter open it to whoever meets them); Access Context
Manager API, `accessLevels`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from ipaddress import ip_network

from zt_ai.graph import Resource
from zt_ai.graph.model import Value
from zt_ai.intent.model import Intent
from zt_ai.verify.gcp.collect import Collector
from zt_ai.verify.gcp.context import word
from zt_ai.verify.gcp.google import APIS
from zt_ai.verify.gcp.world import World
from zt_ai.verify.reading import items, maps, member, plain, text, texts, unknown_in

PERIMETER = "accesscontextmanager/servicePerimeter:ServicePerimeter"
LEVEL = "accesscontextmanager/accessLevel:AccessLevel"
_BESIDE = (
    "accesscontextmanager/servicePerimeters:ServicePerimeters",
    "accesscontextmanager/servicePerimeterResource:ServicePerimeterResource",
    "accesscontextmanager/servicePerimeterIngressPolicy:ServicePerimeterIngressPolicy",
    "accesscontextmanager/servicePerimeterEgressPolicy:ServicePerimeterEgressPolicy",
)
_ANYBODY = ("ANY_IDENTITY", "ANY_USER_ACCOUNT", "ANY_SERVICE_ACCOUNT")
# Methods by which data, secrets and keys themselves are read or written; managing a resource is none of them.
_DATA = (
    "google.storage.objects.",
    "SecretManagerService.AccessSecretVersion",
    "SecretManagerService.AddSecretVersion",
    "KeyManagementService.Decrypt",
    "KeyManagementService.Encrypt",
    "KeyManagementService.AsymmetricDecrypt",
    "LoggingServiceV2.",
    "PredictionService.",
    "Publisher.Publish",
    "Subscriber.",
)
# Stores of which a rule can say nothing finer than `*`: no method of theirs is known to be taken [a copy of "Supported
# service method restrictions" lists none, secondary source]. A rule for one names it, and grants are judged by
# permission (`zt_ai.verify.gcp.grants`): those narrow it.
_WHOLE = frozenset({"cloudkms.googleapis.com", "secretmanager.googleapis.com"})
# Services in which everything that a `*` covers includes reading or writing data.
_STORES = frozenset(
    {
        *APIS.values(),
        "bigquery.googleapis.com",
        "pubsub.googleapis.com",
        "healthcare.googleapis.com",
        "firestore.googleapis.com",
        "spanner.googleapis.com",
        "bigtable.googleapis.com",
        "storagetransfer.googleapis.com",
    }
) - {"artifactregistry.googleapis.com"}


@dataclass(frozen=True, slots=True)
class Enforced:
    """A regular perimeter as it is enforced."""

    resource: Resource
    projects: frozenset[str]
    body: Mapping[str, Value]


class Perimeters:
    """The perimeters of a plan, judged against an intent."""

    def __init__(self, world: World, intent: Intent, found: Collector) -> None:
        self._world, self._intent, self._found = world, intent, found
        self.all = tuple(world.context.of(PERIMETER))
        self.enforced = tuple(self._enforced())

    def _enforced(self) -> Iterator[Enforced]:
        for resource in self.all:
            status = member(resource.inputs, "status")
            unread = status if not isinstance(status, Mapping) else (*status.values(),)
            if unknown_in(unread):
                self._found.doubt(f"{resource.urn}: some of what it enforces is known only after the deployment")
            if not isinstance(status, Mapping):
                if isinstance(member(resource.inputs, "spec"), Mapping):
                    self._refute(resource, "is in dry-run only: what crosses it is recorded and not refused")
                continue
            projects = frozenset(one for one in texts(status.get("resources")))
            kind = word(resource.inputs.get("perimeterType")) or "PERIMETER_TYPE_REGULAR"
            if kind != "PERIMETER_TYPE_REGULAR":
                self._refute(resource, "is a bridge: whatever its projects share crosses without any rule")
                continue
            yield Enforced(resource, projects, status)

    def _refute(self, resource: Resource, what: str, *, zone: str = "data zones", destination: str = "") -> None:
        text = f"perimeter {resource.name} {what}"
        self._found.refute(text, zone, destination or "projects outside", through=(resource.urn,))

    def judge(self) -> None:
        """Judge all of them: each project of the settings in one that is enforced, and what crosses."""
        for type_ in _BESIDE:
            for resource in self._world.context.of(type_):
                self._found.doubt(f"{resource.urn}: parts of perimeters in resources of their own are not modelled")
        settings = self._world.settings
        for number in {settings.project_number, *settings.projects.values()}:
            holding = [one for one in self.enforced if f"projects/{number}" in one.projects]
            if not holding:
                self._open(number)
            elif len(holding) > 1:
                self._refute(holding[1].resource, f"holds project {number} as {holding[0].resource.name} does; one may")
        for one in self.enforced:
            self._services(one, around=f"projects/{settings.project_number}" in one.projects)
            self._rules(one)
        self._elsewhere()

    def crosses(self, workload: str, api: str) -> bool:
        """Whether a workload gets out of the perimeter around the network and into another one: crossing two borders
        takes an egress rule of the one and an ingress rule of the other ["Ingress and egress rules"]."""
        around = f"projects/{self._world.settings.project_number}"
        out = any(self._names(one, "egress", workload, api) for one in self.enforced if around in one.projects)
        into = any(self._names(one, "ingress", workload, api) for one in self.enforced if around not in one.projects)
        return out and into

    def _names(self, one: Enforced, way: str, workload: str, api: str) -> bool:
        for policy in maps(one.body.get(f"{way}Policies")):
            who = texts(member(policy, f"{way}From", "identities"))
            owners = {self._world.accounts.get(w.removeprefix("serviceAccount:").lower()) for w in who}
            covered = {
                word(operation.get("serviceName")) for operation in maps(member(policy, f"{way}To", "operations"))
            }
            if workload in owners and api in covered:
                return True
        return False

    def _open(self, number: str) -> None:
        """Nothing enforced holds the project."""
        through = tuple(one.urn for one in self.all) or tuple(self._world.networks)
        text = f"no enforced perimeter holds project {number}: whoever has credentials carries data to any project"
        self._found.refute(text, "data zones", "projects outside", through=through)

    def _services(self, one: Enforced, *, around: bool) -> None:
        """Protected and reachable services of a perimeter; that `around` the network lets flows use theirs."""
        restricted = set(texts(one.body.get("restrictedServices")))
        used = {
            APIS[self._intent.services[a.destination].kind]
            for a in self._intent.accesses
            if a.destination in self._intent.services
        }
        missing = used - restricted
        if missing:
            self._refute(one.resource, f"does not protect {', '.join(sorted(missing))}, which the zones use")
        for api in ("storage.googleapis.com", "bigquery.googleapis.com"):
            if api not in restricted and api not in missing:
                self._refute(one.resource, f"does not protect {api}, through which data is copied to any project")
        reach = plain(one.body.get("vpcAccessibleServices"))
        if isinstance(reach, tuple) and len(reach) == 1:
            reach = plain(reach[0])
        if not isinstance(reach, Mapping) or plain(reach.get("enableRestriction")) is not True:
            self._refute(one.resource, "lets its networks call every service of Google, protected or not")
            return
        allowed = set(texts(reach.get("allowedServices")))
        for api in sorted(allowed - restricted - {"RESTRICTED-SERVICES"}):
            self._refute(one.resource, f"lets its networks call {api}, which no perimeter protects")
        closed = used - allowed
        if around and closed and "RESTRICTED-SERVICES" not in allowed:
            for api in sorted(closed):
                text = f"perimeter {one.resource.name} does not let its networks call {api}, which flows use"
                self._found.refute(text, "zones", api, through=(one.resource.urn,))

    def _rules(self, one: Enforced) -> None:
        if items(one.body.get("accessLevels")):
            self._refute(one.resource, "is open to whoever meets its access levels, for every service and method")
        for policy in maps(one.body.get("egressPolicies")):
            self._crossing(one, policy, "egress")
        for policy in maps(one.body.get("ingressPolicies")):
            self._crossing(one, policy, "ingress")

    def _crossing(self, one: Enforced, policy: Mapping[str, Value], way: str) -> None:
        title = word(policy.get("title")) or "without a title"
        said = f"has an {way} policy ({title}) that"
        source, target = member(policy, f"{way}From"), member(policy, f"{way}To")
        if not isinstance(source, Mapping) or not isinstance(target, Mapping):
            self._found.doubt(f"{one.resource.urn}: the {way} policy {title!r} is not understood")
            return
        if text(source.get("identityType")) in _ANYBODY:
            self._refute(one.resource, f"{said} admits {text(source.get('identityType'))}")
        if items(target.get("externalResources")):
            self._refute(one.resource, f"{said} reaches resources of another cloud")
        if items(target.get("roles")):
            self._found.doubt(f"{one.resource.urn}: roles in the {way} policy {title!r} are not modelled")
        identities = self._identities(one, source, said)
        known = {project for other in self.enforced for project in other.projects}
        for project in texts(target.get("resources")):
            if project == "*" and way == "egress":
                self._refute(one.resource, f"{said} reaches every project of anybody")
            elif project not in known and project != "*":
                self._refute(one.resource, f"{said} reaches {project}, which no perimeter of this plan holds")
        administrators = bool(identities) and not any(owner for owner in identities.values())
        if way == "ingress":
            self._sources(one, source, said, known)
        self._operations(one, target, said, identities, administrators=administrators)

    def _identities(self, one: Enforced, source: Mapping[str, Value], said: str) -> dict[str, str]:
        """Identities of a rule with the workload they are, empty for administrators."""
        settings = self._world.settings
        admins = set(settings.administrators.identities) if settings.administrators else set()
        found: dict[str, str] = {}
        for identity in texts(source.get("identities")):
            owner = self._world.accounts.get(identity.removeprefix("serviceAccount:").lower())
            if owner is None and identity not in admins:
                self._refute(one.resource, f"{said} admits {identity}, which is nobody of the specification")
            found[identity] = owner or ""
        if unknown_in(source.get("identities")):
            self._found.doubt(f"{one.resource.urn}: identities of a rule are known only after the deployment")
        return found

    def _sources(self, one: Enforced, source: Mapping[str, Value], said: str, known: set[str]) -> None:
        for entry in maps(source.get("sources")):
            level, project = plain(entry.get("accessLevel")), word(entry.get("resource"))
            if level is not None:
                if level == "*":
                    self._refute(one.resource, f"{said} admits calls from everywhere")
                else:
                    self._level(one, level, said)
            elif project is not None and project not in known:
                self._refute(one.resource, f"{said} admits calls from {project}, which is nobody of this plan")

    def _level(self, one: Enforced, level: Value, said: str) -> None:
        """An access level has to name ranges, none beyond those of the administrators."""
        resource = self._world.context.resource(level)
        if resource is None or resource.type != f"gcp:{LEVEL}":
            wanted = word(level)
            named = [r for r in self._world.context.of(LEVEL) if wanted and word(r.inputs.get("name")) == wanted]
            if not named:
                self._found.doubt(f"{one.resource.urn}: an access level that it names is not in the plan")
                return
            resource = named[0]
        settings = self._world.settings.administrators
        admitted = [ip_network(cidr) for cidr in settings.ranges] if settings else []
        conditions = maps(member(resource.inputs, "basic", "conditions"))
        if not conditions or member(resource.inputs, "custom") is not None:
            self._found.doubt(f"{resource.urn}: the access level is not understood")
        either = word(member(resource.inputs, "basic", "combiningFunction")) == "OR"
        for condition in conditions:
            ranges = [ip_network(cidr) for cidr in texts(condition.get("ipSubnetworks"))]
            foreign = [r for r in ranges if not any(r.version == a.version and r.subnet_of(a) for a in admitted)]  # type: ignore[arg-type]
            if plain(condition.get("negate")) is True or not ranges or foreign or (either and len(conditions) > 1):
                what = f"{said} admits whoever meets {resource.name}, which is wider than the administrators' ranges"
                text = f"perimeter {one.resource.name} {what}"
                self._found.refute(text, "outside", "data zones", through=(one.resource.urn, resource.urn))

    def _operations(
        self,
        one: Enforced,
        target: Mapping[str, Value],
        said: str,
        identities: Mapping[str, str],
        *,
        administrators: bool,
    ) -> None:
        for operation in maps(target.get("operations")):
            api = word(operation.get("serviceName"))
            methods = [
                word(entry.get("method")) or word(entry.get("permission")) or "?"
                for entry in maps(operation.get("methodSelectors"))
            ] or ["*"]
            if api is None or api == "*":
                self._refute(one.resource, f"{said} covers every service")
                continue
            if "*" in methods and api not in _WHOLE and (api in _STORES or not administrators):
                self._refute(one.resource, f"{said} covers every method of {api}")
            for method in methods:
                if administrators and method.startswith(_DATA):
                    self._refute(one.resource, f"{said} lets administrators use {method} from outside")
            for identity, owner in identities.items():
                if owner and api not in self._apis(owner):
                    self._refute(one.resource, f"{said} lets {identity} use {api}, which no flow of {owner} asks for")

    def _apis(self, workload: str) -> set[str]:
        services = self._intent.services
        used = [a.destination for a in self._intent.accesses if a.source == workload and a.destination in services]
        return {APIS[services[name].kind] for name in used}

    def _elsewhere(self) -> None:
        """Resources in projects whose number is not in the settings: nobody can tell which perimeter holds them."""
        others = sorted(
            {
                project
                for resource in self._world.graph
                if resource.type.startswith(("gcp:storage/bucket:", "gcp:secretmanager/", "gcp:kms/"))
                and (project := word(resource.inputs.get("project"))) is not None
                and project not in {self._world.settings.project, *self._world.settings.projects}
            }
        )
        for project in others:
            self._found.doubt(f"project {project}: its number is not known, so no perimeter can be told to hold it")
