"""Settings of Amazon Web Services."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints, field_validator

from zt_ai.spec.base import Model
from zt_ai.spec.clouds.common import ProxySettings
from zt_ai.spec.types import Ipv4Cidr

AwsRegion = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-\d$")]
AvailabilityZone = Annotated[str, StringConstraints(pattern=r"^[a-z]{2}(-[a-z]+)+-\d[a-z]$")]
AwsAccount = Annotated[str, StringConstraints(pattern=r"^\d{12}$")]
AwsOrganization = Annotated[str, StringConstraints(pattern=r"^o-[a-z0-9]{10,32}$")]


def _aws_id(prefix: str) -> StringConstraints:
    return StringConstraints(pattern=rf"^{prefix}-[0-9a-f]{{8,17}}$")


class AwsQuotas(Model):
    """Quotas of the account. The defaults are AWS's own [VPC User Guide, "Amazon VPC quotas"; AWS PrivateLink Guide,
    "AWS PrivateLink quotas"; IAM User Guide, "IAM and AWS STS quotas"]."""

    rules_per_security_group: Annotated[int, Field(ge=1, le=1000)] = 60
    """Rules for each direction, IPv4 and IPv6 counted apart."""
    security_groups_per_interface: Annotated[int, Field(ge=1, le=16)] = 5
    """Security groups on one network interface; this times the rules per group must not exceed 1,000."""
    security_groups_per_region: Annotated[int, Field(ge=1)] = 2500
    rules_per_network_acl: Annotated[int, Field(ge=1, le=40)] = 20
    """Rules for each direction, AWS's own closing deny included: 20 leave 19 to write."""
    subnets_per_vpc: Annotated[int, Field(ge=1)] = 200
    route_tables_per_vpc: Annotated[int, Field(ge=1)] = 200
    routes_per_route_table: Annotated[int, Field(ge=1, le=1000)] = 500
    """Static routes of one table, IPv4 and IPv6 counted apart. AWS's default was 50 until June 2025."""
    interface_endpoints_per_vpc: Annotated[int, Field(ge=1)] = 50
    gateway_endpoints_per_region: Annotated[int, Field(ge=1)] = 20
    nat_gateways_per_availability_zone: Annotated[int, Field(ge=1)] = 5
    elastic_ips_per_region: Annotated[int, Field(ge=1)] = 5
    """Elastic IP addresses; each public NAT gateway takes one."""
    roles_per_account: Annotated[int, Field(ge=1)] = 1000


class AwsAdopt(Model):
    """Resources that exist already and are used instead of new ones."""

    vpc: Annotated[str, _aws_id("vpc")]
    """Id of the VPC to build in. `clouds.aws.cidr` must lie inside its address range and be free."""
    internet_gateway: Annotated[str, _aws_id("igw")] | None = None
    """Id of the internet gateway attached to that VPC; without it a new one is attached."""
    default_security_group: bool = True
    """Adopt the VPC's default security group and strip it. Switch off only where another stack already owns it."""


class AwsProxy(ProxySettings):
    """How the egress proxy runs (Amazon ECS on AWS Fargate)."""

    cpu: Annotated[int, Field(ge=256, le=16384)] = 1024
    """CPU units; 1024 is one vCPU."""
    memory: Annotated[int, Field(ge=512, le=122880)] = 2048
    """MiB."""


class Aws(Model):
    """Build on Amazon Web Services."""

    region: AwsRegion
    """For example us-east-1."""
    account: AwsAccount
    """Twelve digits, quoted. Known ahead so that every policy can be read, and proved, before anything is deployed."""
    availability_zones: Annotated[tuple[AvailabilityZone, ...], Field(min_length=1, max_length=4)]
    """One to four; every zone has a subnet in each."""
    cidr: Ipv4Cidr
    """Address range of the VPC, /16 to /20. Each zone gets one block of it, found from the zone's name alone."""
    organization: AwsOrganization | None = None
    """AWS Organizations id. With it, endpoint policies also require callers and resources of this organisation."""
    adopt: AwsAdopt | None = None
    """An existing VPC to build in."""
    transit_gateway: Annotated[str, _aws_id("tgw")] | None = None
    """Transit gateway through which the `networks` are reached. Only access zones are attached to it."""
    proxy: AwsProxy = AwsProxy()
    """How the egress proxy runs."""
    quotas: AwsQuotas = AwsQuotas()
    """What AWS granted, where it is more than the default."""
    alarm_topic: (
        Annotated[str, StringConstraints(pattern=r"^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+$")] | None
    ) = None
    """ARN of an existing SNS topic for alarms; without it a topic is made."""

    @field_validator("cidr")
    @classmethod
    def _vpc_size(cls, value: str) -> str:
        prefix = int(value.rpartition("/")[2])
        if not 16 <= prefix <= 20:
            raise ValueError(
                "the range is too small or too large for zones of four subnets; use a prefix length from 16 to 20"
            )
        return value

    @field_validator("availability_zones")
    @classmethod
    def _distinct(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) != len(value):
            raise ValueError("an availability zone is listed twice")
        return value

    @property
    def place(self) -> tuple[str, str]:
        """Whose resources these are and where: account and region, under the same name for every cloud."""
        return self.account, self.region


class AwsPlacement(Model):
    """Where a zone lies in the VPC."""

    cidr: Ipv4Cidr
    """Block of the zone, inside `clouds.aws.cidr`; without it the block is derived from the zone's name."""
