"""Settings of Google Cloud."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, field_validator

from zt_ai.spec.base import Model
from zt_ai.spec.clouds.common import ProxySettings
from zt_ai.spec.types import Ipv4Cidr, Name

# Six to thirty characters, a letter first [Resource Manager documentation, "Creating and managing projects"]. Projects
# of a domain (`example.com:name`) have service accounts with other addresses and are not taken.
_PROJECT = r"[a-z][a-z0-9-]{4,28}[a-z0-9]"
GcpRegion = Annotated[str, StringConstraints(pattern=r"^[a-z]+-[a-z]+\d+$")]
GcpProject = Annotated[str, StringConstraints(pattern=rf"^{_PROJECT}$")]
GcpProjectNumber = Annotated[str, StringConstraints(pattern=r"^[1-9]\d{5,19}$")]
# A principal as IAM and Access Context Manager write it.
GcpIdentity = Annotated[str, StringConstraints(pattern=r"^(user|serviceAccount):[a-z0-9._+-]+@[a-z0-9.-]+$")]


class GcpQuotas(Model):
    """Quotas of the project and the organisation. The defaults are Google's own [Cloud NGFW, "Quotas"; IAM, "Quotas and
    limits"; VPC Service Controls, "Quotas and limits"; Cloud DNS, "Quotas and limits"]. Those of subnets and routes
    differ from project to project: the page names no number [VPC, "Quotas and limits", per project]."""

    rule_attributes_per_firewall_policy: Annotated[int, Field(ge=1)] = 2000
    """Ranges, tags, accounts, names, protocols and ports of all rules of one network firewall policy."""
    subnets_per_project: Annotated[int, Field(ge=1)] = 275
    static_routes_per_project: Annotated[int, Field(ge=1)] = 250
    service_accounts_per_project: Annotated[int, Field(ge=1)] = 100
    custom_roles_per_project: Annotated[int, Field(ge=1)] = 300
    perimeter_attributes: Annotated[int, Field(ge=1)] = 6000
    """Projects, access levels, methods and identities in the ingress and egress policies of one perimeter."""
    response_policy_rules: Annotated[int, Field(ge=1)] = 10000


class GcpAdopt(Model):
    """Resources that exist already and are used instead of new ones."""

    network: (
        Annotated[str, StringConstraints(pattern=rf"^projects/{_PROJECT}/global/networks/[a-z][a-z0-9-]{{0,62}}$")]
        | None
    ) = None
    """Path of the VPC network to build in; it belongs to `clouds.gcp.project`, has no default route and no firewall
    policy of its own. The zones' ranges must be free in it."""
    access_policy: Annotated[str, StringConstraints(pattern=r"^\d+$")] | None = None
    """Number of the organisation's access policy, where one exists: there can be only one. Without it one is made."""


class GcpProxy(ProxySettings):
    """How the egress proxy runs (a managed instance group on Container-Optimized OS)."""

    machine_type: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*-[a-z0-9-]+$")] = "n2-standard-2"
    """Compute Engine machine type of an instance."""
    host_image: Annotated[
        str,
        StringConstraints(pattern=rf"^projects/{_PROJECT}/global/images/(family/)?[a-z][a-z0-9-]{{0,62}}$"),
    ] = "projects/cos-cloud/global/images/family/cos-stable"
    """Image of the host. Only Container-Optimized OS reads the configuration that is given to it."""


class GcpAdministrators(Model):
    """Who may manage protected services from outside the perimeters: the pipeline that deploys, and operators. Of
    secrets and keys a perimeter cannot tell managing from using: give them no role that reads or decrypts."""

    identities: Annotated[tuple[GcpIdentity, ...], Field(min_length=1, max_length=100)]
    """`user:…` and `serviceAccount:…`; no groups, and never everybody."""
    ranges: Annotated[tuple[Ipv4Cidr, ...], Field(min_length=1, max_length=100)]
    """Public address ranges from which they call, none wider than /8."""

    @field_validator("ranges")
    @classmethod
    def _narrow(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if any(int(cidr.rpartition("/")[2]) < 8 for cidr in value):
            raise ValueError("a range wider than /8 says nothing about who calls; list the ranges that really call")
        return value


class Gcp(Model):
    """Build on Google Cloud."""

    region: GcpRegion
    """For example us-central1."""
    organization: Annotated[str, StringConstraints(pattern=r"^\d{1,20}$")]
    """Number of the organisation, quoted: VPC Service Controls belong to it."""
    project: GcpProject
    """Project of the network, of the workloads' service accounts and of what runs."""
    project_number: GcpProjectNumber
    """Its number, quoted: VPC Service Controls perimeters name projects by number, not by id."""
    cidr: Ipv4Cidr
    """Address range, /16 to /20, inside the private ranges. Each zone gets one block of it, found from its name."""
    perimeters: Literal["enforced", "dry-run"] = "enforced"
    """`dry-run` only records what the perimeters would refuse: use it before the first enforcement. Data zones are not
    proved closed then."""
    administrators: GcpAdministrators | None = None
    """Who may manage protected services from outside. Nobody without it: then deploy from inside the network."""
    projects: Mapping[GcpProject, GcpProjectNumber] = {}
    """Number of each project that a zone has of its own (`placement.gcp.project`), quoted."""
    services: Mapping[Name, Name] = {}
    """Service → the zone whose own project (`placement.gcp.project`) has its resources; others are in `project`."""
    hub: (
        Annotated[
            str, StringConstraints(pattern=rf"^projects/{_PROJECT}/locations/global/hubs/[a-z][a-z0-9-]{{0,62}}$")
        ]
        | None
    ) = None
    """Network Connectivity Center hub with the Interconnect attachments or VPN tunnels through which the `networks`
    arrive. Only the ranges of access zones are announced to it. In an adopted network they may arrive by its own."""
    enable_apis: bool = True
    """Switch on the APIs that are needed. Switch off where somebody else does that for the projects."""
    adopt: GcpAdopt | None = None
    """An existing network or access policy."""
    proxy: GcpProxy = GcpProxy()
    """How the egress proxy runs."""
    quotas: GcpQuotas = GcpQuotas()
    """What Google granted, where it is more than the default."""
    notification_channels: Annotated[
        tuple[Annotated[str, StringConstraints(pattern=rf"^projects/{_PROJECT}/notificationChannels/\d+$")], ...],
        Field(max_length=16),
    ] = ()
    """Existing Cloud Monitoring channels for alerts; without any a Pub/Sub topic is made."""

    @field_validator("cidr")
    @classmethod
    def _network_size(cls, value: str) -> str:
        prefix = int(value.rpartition("/")[2])
        if not 16 <= prefix <= 20:
            raise ValueError("the range is too small or too large for zones; use a prefix length from 16 to 20")
        return value

    @property
    def place(self) -> tuple[str, str]:
        """Whose resources these are and where: project and region, under the same name for every cloud."""
        return self.project, self.region

    @property
    def numbers(self) -> dict[str, str]:
        """Project id → number, for every project of the settings."""
        return {**self.projects, self.project: self.project_number}


class GcpPlacement(Model):
    """Where a zone lies on Google Cloud."""

    cidr: Ipv4Cidr | None = None
    """Block of the zone, inside `clouds.gcp.cidr`; without it the block is derived from the zone's name."""
    project: GcpProject | None = None
    """Project of the zone's own data (buckets, secrets, keys), protected by the perimeter of its zone class. What runs
    stays in `clouds.gcp.project`: a perimeter that holds a project of a Shared VPC must hold the network's too. The
    project's number stands in `clouds.gcp.projects`."""
