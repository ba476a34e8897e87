"""Settings of Microsoft Azure."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints

from zt_ai.spec.base import Model
from zt_ai.spec.clouds.common import ProxySettings
from zt_ai.spec.types import Ipv4Cidr


class AzureAdopt(Model):
    """Resources that exist already and are used instead of new ones."""

    virtual_network: Annotated[
        str,
        StringConstraints(
            pattern=r"^/subscriptions/[^/]+/resourceGroups/[^/]+/providers/Microsoft\.Network/virtualNetworks/[^/]+$"
        ),
    ]


class Azure(Model):
    """Build on Microsoft Azure."""

    location: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{3,40}$")]
    subscription: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$")]
    cidr: Ipv4Cidr
    proxy: ProxySettings = ProxySettings()
    """How the egress proxy runs."""
    adopt: AzureAdopt | None = None

    @property
    def place(self) -> tuple[str, str]:
        """Whose resources these are and where: subscription and location, under the same name for every cloud."""
        return self.subscription, self.location


class AzurePlacement(Model):
    """Where a zone lies in the virtual network."""

    cidr: Ipv4Cidr
