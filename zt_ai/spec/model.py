"""The zone specification: every entity, as typed and frozen models.

Names are keys of maps, never positions in lists, so that inserting something renames nothing. What one model can check
alone is checked here; what needs several is in `zt_ai.spec.checks`.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator, model_validator

from zt_ai.spec.base import Model
from zt_ai.spec.clouds import Cloud, Clouds, Placement
from zt_ai.spec.clouds.resolve import on_cloud
from zt_ai.spec.types import (
    ByteSize,
    CertificateAuthority,
    DataClass,
    Decision,
    DetectorSet,
    Domain,
    Duration,
    HttpMethod,
    Ipv4Cidr,
    MeshKind,
    Name,
    Port,
    PortProtocol,
    ProviderApi,
    ProviderKind,
    Reason,
    RequestPath,
    ResourceName,
    ServiceAccess,
    ServiceKind,
    SpiffePath,
    Text,
    ToolName,
    TrustDomain,
    ZoneKind,
)

MAX_CERTIFICATE_LIFETIME = timedelta(days=90)
# 45 CFR 164.316(b)(2)(i): keep documentation six years from its creation.
MIN_AUDIT_RETENTION = timedelta(seconds=6 * 31_557_600)


class Zone(Model):
    """A part of the network with one purpose."""

    kind: ZoneKind
    """`data` keeps data, without egress; `processing` works on it; `access` lets callers in; `egress` has the proxy."""
    holds: DataClass
    """The highest data class that may be in this zone."""
    description: Text | None = None
    """For people; it appears in reports and never in the name of a resource."""
    placement: Placement = Placement()
    """Where it lies on each cloud; derived when left out."""


class Network(Model):
    """An address range outside the clouds, such as a hospital's own network, from which access zones are reached."""

    cidrs: Annotated[tuple[Ipv4Cidr, ...], Field(min_length=1, max_length=50)]
    """IPv4 ranges, none wider than /8."""
    description: Text | None = None
    """For people; it appears in reports and never in the name of a resource."""

    @field_validator("cidrs")
    @classmethod
    def _no_default_route(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(int(cidr.rpartition("/")[2]) < 8 for cidr in value):
            raise ValueError(
                "a network wider than /8 is a location nobody can vouch for; list the ranges that really call"
            )
        return value


class ServedPort(Model):
    """A port (or range) on which a workload accepts connections."""

    port: Port
    """1 to 65535."""
    end_port: Port | None = None
    """Last port of a range, included."""
    protocol: PortProtocol = PortProtocol.HTTPS
    """What is spoken there; everything but `udp` runs over TCP."""

    @model_validator(mode="after")
    def _ordered(self) -> ServedPort:
        if self.end_port is not None and self.end_port < self.port:
            raise ValueError("end_port is below port")
        return self


class AwsIdentity(Model):
    """The cloud service account of a workload on AWS: an IAM role of its own."""

    assumed_by: Annotated[str, StringConstraints(pattern=r"^[a-z0-9.-]+\.amazonaws\.com$")] = "ecs-tasks.amazonaws.com"
    """Service principal of whatever runs the workload (ecs-tasks, pods.eks, ec2, lambda)."""


class Identity(Model):
    """Who a workload is. Nothing is trusted for where it is."""

    spiffe: SpiffePath | None = None
    """Path below the trust domain; `/ZONE/WORKLOAD` by default."""
    aws: AwsIdentity = AwsIdentity()
    """The role it gets on AWS."""


class Declassification(Model):
    """A workload whose job is to lower the class of data (de-identification)."""

    to: DataClass
    """Highest class that leaves it."""
    reason: Reason
    """The method, as an auditor would ask for it (Safe Harbor, expert determination)."""


class Workload(Model):
    """Something that runs in a zone."""

    zone: Name
    """The zone it runs in."""
    description: Text | None = None
    """For people; it appears in reports and never in the name of a resource."""
    serves: Mapping[Name, ServedPort] = {}
    """Ports by name; flows refer to the names."""
    identity: Identity = Identity()
    """Who it is, to the mesh and to the cloud."""
    handles: DataClass | None = None
    """Highest class that arises in the workload itself, apart from what flows bring."""
    declassifies: Declassification | None = None
    """Its job is to lower the class of data."""


class ArgumentConstraint(Model):
    """What one argument of a tool may be. An argument that is not listed may not be given."""

    values: Annotated[tuple[str | int | float | bool, ...], Field(min_length=1, max_length=1000)] | None = None
    """The values it may have."""
    pattern: Annotated[str, StringConstraints(min_length=1, max_length=500)] | None = None
    """RE2 pattern that must match the whole value."""
    maximum: float | None = None
    """Largest number."""
    minimum: float | None = None
    """Smallest number."""
    max_length: Annotated[int, Field(ge=0, le=1_000_000)] | None = None
    """Longest text, in characters."""

    @model_validator(mode="after")
    def _constrains(self) -> ArgumentConstraint:
        if all(getattr(self, field) is None for field in type(self).model_fields):
            raise ValueError("says nothing about the argument; give values, pattern, minimum, maximum or max_length")
        if self.pattern in {".*", ".+", "^.*$", "^.+$"}:
            raise ValueError("this pattern matches everything; say what the argument may be")
        return self


class Tool(Model):
    """One tool that an agent may call."""

    arguments: Mapping[Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_.-]{1,128}$")], ArgumentConstraint] = {}
    calls_per_hour: Annotated[int, Field(ge=1)] | None = None
    """Calls of this tool in an hour; the agent's budget when left out."""


class CallBudget(Model):
    """How much an agent may do before a person looks."""

    calls_per_hour: Annotated[int, Field(ge=1, le=1_000_000)]
    """Calls of all tools in an hour."""
    calls_per_task: Annotated[int, Field(ge=1, le=100_000)]
    """Calls of all tools for one task."""


class Agent(Workload):
    """A workload that calls tools. Nothing is allowed that is not listed."""

    tools: Annotated[Mapping[Name, Mapping[ToolName, Tool]], Field(min_length=1)]
    """Tool server (a workload) → tool → constraints."""
    budget: CallBudget
    """How much it may do before a person looks."""


class ServiceOnCloud(Model):
    """What a service's resources are called on one cloud, where the names for all do not fit."""

    resources: Annotated[tuple[ResourceName, ...], Field(min_length=1, max_length=100)]
    """Names on this cloud, in the place of those for all."""


class Service(Model):
    """A cloud-managed service, reached privately, with the named resources that may be touched."""

    kind: ServiceKind
    """What it is on every cloud."""
    resources: Annotated[tuple[ResourceName, ...], Field(min_length=1, max_length=100)]
    """Names of buckets, secrets, key aliases, log groups, image repositories or models. No wildcards."""
    clouds: Mapping[Cloud, ServiceOnCloud] = {}
    """Cloud → what differs there."""
    description: Text | None = None
    """For people; it appears in reports and never in the name of a resource."""


class BusinessAssociateAgreement(Model):
    """A BAA [45 CFR 164.504(e)] with a provider."""

    reference: Text
    """Number or name of the agreement."""
    effective: date
    """First day."""
    expires: date
    """Last day."""

    @model_validator(mode="after")
    def _ordered(self) -> BusinessAssociateAgreement:
        if self.expires <= self.effective:
            raise ValueError("the agreement expires before it takes effect")
        return self


class ProviderOnCloud(Model):
    """What differs on one cloud at a provider that the cloud manages: each has its own format, models and agreement."""

    api: ProviderApi | None = None
    """The request format there."""
    baa: BusinessAssociateAgreement | None = None
    """The agreement with that cloud's operator; without one here there is none, whatever stands above."""
    models: Annotated[tuple[ResourceName, ...], Field(min_length=1, max_length=200)] | None = None
    """Models that may be used there."""
    paths: Annotated[tuple[RequestPath, ...], Field(min_length=1)] | None = None
    """Request paths that may be used there, each a literal prefix."""

    @model_validator(mode="after")
    def _says(self) -> ProviderOnCloud:
        if any(getattr(self, field) is None for field in self.model_fields_set - {"baa"}):
            raise ValueError("leave out what does not differ instead of writing null")
        return self


class Provider(Model):
    """A provider of language models."""

    kind: ProviderKind = ProviderKind.EXTERNAL
    """On the internet, or a managed service of the cloud."""
    api: ProviderApi
    """The request format the inspector has to understand."""
    domains: tuple[Domain, ...] = ()
    """Host names of an external provider."""
    service: Name | None = None
    """The managed service (kind `managed-llm`) behind a cloud-managed provider."""
    baa: BusinessAssociateAgreement | None = None
    """Without one in force the highest data class may not reach the provider."""
    models: Annotated[tuple[ResourceName, ...], Field(min_length=1, max_length=200)]
    """Models that may be used at all."""
    paths: Annotated[tuple[RequestPath, ...], Field(min_length=1)]
    """Request paths that may be used, each a literal prefix."""
    methods: Annotated[tuple[HttpMethod, ...], Field(min_length=1)] = (HttpMethod.POST,)
    """HTTP methods that may be used."""
    hosted_tools: tuple[ToolName, ...] = ()
    """Tools that the provider itself runs for a request (web search, remote MCP servers): each takes data of the prompt
    to somebody else, so none is allowed that is not listed, by the type that the provider's API gives it."""
    clouds: Mapping[Cloud, ProviderOnCloud] = {}
    """Cloud → what differs there, for a provider that each cloud manages itself."""
    description: Text | None = None
    """For people; it appears in reports and never in the name of a resource."""

    @model_validator(mode="after")
    def _reachable(self) -> Provider:
        if self.kind is ProviderKind.EXTERNAL and (not self.domains or self.service is not None):
            raise ValueError("an external provider has domains and no service")
        if self.kind is ProviderKind.CLOUD_MANAGED and (self.domains or self.service is None):
            raise ValueError("a cloud-managed provider names the service it is reached through, and no domains")
        if self.kind is ProviderKind.EXTERNAL and self.clouds:
            raise ValueError("an external provider is the same on every cloud; remove `clouds`")
        return self


class CallLimits(Model):
    """How much one caller may ask of one provider. Counted by each proxy task on its own."""

    requests_per_minute: Annotated[int, Field(ge=1, le=1_000_000)] | None = None
    """Requests in any minute."""
    tokens_per_day: Annotated[int, Field(ge=1)] | None = None
    """Tokens of prompts and answers in a day (UTC), as the provider counts them in its answers."""

    @model_validator(mode="after")
    def _limits(self) -> CallLimits:
        if self.requests_per_minute is None and self.tokens_per_day is None:
            raise ValueError("limits nothing; give requests_per_minute or tokens_per_day")
        return self


class Flow(Model):
    """Permission for one party to open connections to another. The only source of reachability."""

    source: Annotated[Name, Field(alias="from")]
    """A workload, an agent or a network."""
    destination: Annotated[Name, Field(alias="to")]
    """A workload, an agent, a service or a provider."""
    ports: tuple[Name, ...] = ()
    """Names of ports the destination workload serves; all of them when left out. Services and providers take none."""
    carries: DataClass
    """The highest data class in either direction."""
    reason: Reason
    """Why the access is needed, as an auditor would ask."""
    access: ServiceAccess | None = None
    """For services: `read`, `write` or `read-write`; `read` when left out."""
    models: tuple[ResourceName, ...] = ()
    """For providers: the models this caller may use; all of the provider's when left out."""
    paths: tuple[RequestPath, ...] = ()
    """For providers: the request paths this caller may use, each a literal prefix; all the provider's when left out."""
    limits: CallLimits | None = None
    """For providers: how much the caller may ask."""
    restore: bool = False
    """For providers: where a request was redacted, put the originals back into the answer for the caller."""
    expires: date | None = None
    """Last day on which the flow is allowed."""


class Inspection(Model):
    """What the egress proxy does with the data it finds in model calls. It always fails closed."""

    decisions: Mapping[DataClass, Mapping[Name, Decision]] = {}
    """Data class → provider (or `default`) → decision, `allow` where nothing is said. Whatever is said, a class above
    the one that the flow carries is not allowed, and the highest class never without a BAA in force: both are blocked.
    """
    detectors: Annotated[tuple[DetectorSet, ...], Field(min_length=1)] = (
        DetectorSet.SAFE_HARBOR,
        DetectorSet.HEALTHCARE_IDS,
        DetectorSet.SECRETS,
    )
    """Sets of detectors: `safe-harbor`, `healthcare-ids`, `secrets`, and `names` (a small language model that finds
    names and places which no pattern can; slower)."""
    secrets: Literal[Decision.REDACT, Decision.BLOCK] = Decision.BLOCK
    """What happens to passwords, keys and tokens found in a request, at every provider: `redact` or `block`."""
    body_limit: Annotated[ByteSize, Field(ge=1024, le=64 << 20, json_schema_extra={"default": "4MiB"})] = 4 << 20
    """Largest request that is inspected, in bytes; larger ones are refused."""
    responses: bool = True
    """Inspect answers too."""
    on_failure: Literal["refuse"] = "refuse"
    """There is no other value: an inspector that cannot decide refuses."""


class Certificates(Model):
    """Certificates for mTLS between workloads. They renew without a person, or the specification is refused."""

    authority: CertificateAuthority = CertificateAuthority.CERT_MANAGER
    """Who issues them."""
    trust_domain: TrustDomain | None = None
    """SPIFFE trust domain; `NAME.internal` by default."""
    lifetime: Duration = timedelta(hours=24)
    """At most 90d."""
    renew_before: Duration = timedelta(hours=8)
    """How long before its end a certificate is renewed."""
    automated: Literal[True] = True
    """Certificates renewed by hand are refused."""

    @field_validator("lifetime")
    @classmethod
    def _ninety_days(cls, value: timedelta) -> timedelta:
        if value > MAX_CERTIFICATE_LIFETIME:
            raise ValueError("certificates live at most 90 days; write `90d` or less")
        return value

    @model_validator(mode="after")
    def _renews_in_time(self) -> Certificates:
        if not timedelta(0) < self.renew_before < self.lifetime:
            raise ValueError("renew_before must lie between zero and the lifetime")
        return self


class Mesh(Model):
    """The service mesh on Kubernetes."""

    kind: MeshKind = MeshKind.ISTIO
    """Which mesh."""
    mtls: Literal["strict"] = "strict"
    """There is no other value."""


class Audit(Model):
    """Where every access is recorded, and for how long."""

    retention: Duration = MIN_AUDIT_RETENTION
    """At least 6y."""
    write_once: Literal[True] = True
    """There is no other value."""

    @field_validator("retention")
    @classmethod
    def _six_years(cls, value: timedelta) -> timedelta:
        if value < MIN_AUDIT_RETENTION:
            raise ValueError("records are kept at least six years [45 CFR 164.316(b)(2)(i)]; write `6y` or more")
        return value


class ZoneSpec(Model):
    """A whole specification."""

    version: Literal[1]
    """Version of the specification's format."""
    name: Annotated[Name, StringConstraints(max_length=20)]
    """Prefix of every resource's name."""
    description: Text | None = None
    """For people; it appears in reports and never in the name of a resource."""
    data_classes: Annotated[tuple[DataClass, ...], Field(min_length=2, max_length=16)] = (
        "public",
        "internal",
        "deidentified",
        "phi",
    )
    """The lattice, lowest first. The last one is what may only reach a provider with a BAA in force."""
    clouds: Clouds
    """Which clouds to build, and their settings."""
    zones: Annotated[Mapping[Name, Zone], Field(min_length=1)]
    """Parts of the network, each with one purpose."""
    networks: Mapping[Name, Network] = {}
    """Ranges outside the clouds from which access zones are reached."""
    workloads: Annotated[Mapping[Name, Workload], Field(min_length=1)]
    """What runs in the zones."""
    agents: Mapping[Name, Agent] = {}
    """Workloads that call tools."""
    services: Mapping[Name, Service] = {}
    """Cloud-managed services, reached privately."""
    providers: Mapping[Name, Provider] = {}
    """Providers of language models, reached through the egress proxy."""
    flows: Mapping[Name, Flow] = {}
    """Who may reach what: the only source of reachability."""
    inspection: Inspection = Inspection()
    """What the proxy does with the data it finds."""
    certificates: Certificates = Certificates()
    """mTLS between workloads."""
    mesh: Mesh | None = None
    """Service mesh on Kubernetes."""
    audit: Audit = Audit()
    """How long records are kept."""

    @field_validator("data_classes")
    @classmethod
    def _lattice(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) != len(value):
            raise ValueError("a data class is listed twice")
        return value

    def rank(self, data_class: str) -> int:
        """Position of a class in the lattice, 0 the lowest."""
        return self.data_classes.index(data_class)

    def on_cloud(self, cloud: Cloud) -> ZoneSpec:
        """The specification as it reads on one cloud (`clouds` of services and providers)."""
        return on_cloud(self, cloud)

    @property
    def runs(self) -> dict[str, Workload]:
        """Workloads and agents together: agents are workloads that call tools."""
        return {**self.workloads, **self.agents}
