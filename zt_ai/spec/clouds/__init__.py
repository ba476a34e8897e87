"""Settings per cloud: where to build, what exists already, which quotas were raised. One module for each cloud."""

from __future__ import annotations

from zt_ai.spec.base import Model
from zt_ai.spec.clouds.aws import Aws, AwsAdopt, AwsPlacement, AwsProxy, AwsQuotas
from zt_ai.spec.clouds.azure import Azure, AzurePlacement
from zt_ai.spec.clouds.common import Cloud, ProxySettings
from zt_ai.spec.clouds.gcp import Gcp, GcpAdministrators, GcpAdopt, GcpPlacement, GcpProxy, GcpQuotas

__all__ = [
    "Aws",
    "AwsAdopt",
    "AwsPlacement",
    "AwsProxy",
    "AwsQuotas",
    "Azure",
    "AzurePlacement",
    "Cloud",
    "Clouds",
    "Gcp",
    "GcpAdministrators",
    "GcpAdopt",
    "GcpPlacement",
    "GcpProxy",
    "GcpQuotas",
    "Placement",
    "ProxySettings",
]


class Clouds(Model):
    """Which clouds to build."""

    aws: Aws | None = None
    azure: Azure | None = None
    gcp: Gcp | None = None

    def of(self, cloud: Cloud) -> Aws | Azure | Gcp | None:
        """The settings of one cloud, None where the specification does not name it."""
        return {"aws": self.aws, "azure": self.azure, "gcp": self.gcp}[cloud]

    def named(self) -> tuple[Cloud, ...]:
        """The clouds that the specification names, in their fixed order."""
        clouds: tuple[Cloud, ...] = ("aws", "azure", "gcp")
        return tuple(cloud for cloud in clouds if self.of(cloud) is not None)


class Placement(Model):
    """Where a zone lies on each cloud. Everything has a default."""

    aws: AwsPlacement | None = None
    azure: AzurePlacement | None = None
    gcp: GcpPlacement | None = None
