"""Settings of Google Cloud."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from zt_ai.spec.base import Model
from zt_ai.spec.clouds.common import ProxySettings
from zt_ai.spec.types import Ipv4Cidr


class GcpAdopt(Model):
    """Resources that exist already and are used instead of new ones."""

    network: Annotated[str, StringConstraints(pattern=r"^projects/[^/]+/global/networks/[^/]+$")] | None = None
    access_policy: Annotated[str, StringConstraints(pattern=r"^\d+$")] | None = None


class Gcp(Model):
    """Build on Google Cloud."""

    region: Annotated[str, StringConstraints(pattern=r"^[a-z]+-[a-z]+\d+$")]
    organization: Annotated[str, StringConstraints(pattern=r"^\d{1,20}$")]
    project: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$")]
    project_number: Annotated[str, StringConstraints(pattern=r"^\d{6,20}$")]
    """VPC Service Controls perimeters name projects by number, not by id."""
    cidr: Ipv4Cidr
    proxy: ProxySettings = ProxySettings()
    """How the egress proxy runs."""
    adopt: GcpAdopt | None = None

    @property
    def place(self) -> tuple[str, str]:
        """Whose resources these are and where: project and region, under the same name for every cloud."""
        return self.project, self.region


class GcpPlacement(Model):
    """Where a zone lies on Google Cloud."""

    cidr: Ipv4Cidr | None = None
    project: Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]{4,28}[a-z0-9]$")] | None = None
    project_number: Annotated[str, StringConstraints(pattern=r"^\d{6,20}$")] | None = None
