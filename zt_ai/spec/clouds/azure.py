"""Settings of Microsoft Azure."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, StringConstraints, field_validator

from zt_ai.spec.base import Model
from zt_ai.spec.clouds.common import ProxySettings
from zt_ai.spec.types import Ipv4Cidr, Name

_GUID = r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
AzureGuid = Annotated[str, StringConstraints(pattern=rf"^{_GUID}$")]
AzureResourceId = Annotated[
    str, StringConstraints(pattern=rf"^/subscriptions/{_GUID}/resourceGroups/[^/]+/providers/[^/]+(/[^/]+/[^/]+)+$")
]
AzureVirtualNetworkId = Annotated[
    str,
    StringConstraints(
        pattern=rf"^/subscriptions/{_GUID}/resourceGroups/[^/]+/providers/Microsoft\.Network/virtualNetworks/[^/]+$"
    ),
]

# Azure's other clouds call every endpoint by other names (`usgovcloudapi.net`, `chinacloudapi.cn`): a private DNS zone
# of the public cloud would answer nobody there [Azure documentation, "Azure private endpoint private DNS zone values"].
_SOVEREIGN = ("usgov", "usdod", "ussec", "usnat", "china")


def _public_cloud(value: str) -> str:
    if value.startswith(_SOVEREIGN):
        raise ValueError("belongs to another cloud of Microsoft's; use a region of the public cloud such as eastus2")
    return value


AzureLocation = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]{3,40}$"), AfterValidator(_public_cloud)]


class AzureQuotas(Model):
    """Quotas of the subscription. The defaults are Azure's own [Azure documentation, "Azure subscription and service
    limits, quotas, and constraints": Azure Resource Manager networking limits, Private Link limits, Azure RBAC limits,
    virtual machine scale sets]."""

    rules_per_network_security_group: Annotated[int, Field(ge=1, le=1000)] = 1000
    """Rules of both directions together."""
    network_security_groups: Annotated[int, Field(ge=1)] = 5000
    """In one region of the subscription."""
    application_security_groups: Annotated[int, Field(ge=1)] = 3000
    """In one region of the subscription."""
    application_security_groups_per_network_security_group: Annotated[int, Field(ge=1)] = 100
    """Different groups that all rules of one network security group may name."""
    subnets_per_virtual_network: Annotated[int, Field(ge=1)] = 3000
    route_tables: Annotated[int, Field(ge=1)] = 200
    """In one region of the subscription."""
    routes_per_route_table: Annotated[int, Field(ge=1)] = 400
    private_endpoints_per_virtual_network: Annotated[int, Field(ge=1)] = 1000
    public_ip_addresses: Annotated[int, Field(ge=1)] = 10
    """Standard public addresses in one region of the subscription; 1,000 under an Enterprise Agreement."""
    role_assignments: Annotated[int, Field(ge=1)] = 4000
    """In the subscription."""
    custom_roles: Annotated[int, Field(ge=1)] = 5000
    """In the Microsoft Entra tenant."""
    instances_per_scale_set: Annotated[int, Field(ge=1)] = 1000


class AzureAdopt(Model):
    """Resources that exist already and are used instead of new ones."""

    virtual_network: AzureVirtualNetworkId | None = None
    """Id of the virtual network to build in. `clouds.azure.cidr` must lie inside its address space and be free."""
    services: Mapping[Name, AzureResourceId] = {}
    """Service → id of the storage account, key vault, registry or Azure OpenAI account that is used for it. Its network
    access is then its owner's."""


class AzureHub(Model):
    """The virtual network of the organisation through which the `networks` are reached. Its owner makes the peering in
    the other direction."""

    virtual_network: AzureVirtualNetworkId
    """Id of the hub. Only access zones have routes through it."""
    cidrs: Annotated[tuple[Ipv4Cidr, ...], Field(min_length=1, max_length=20)]
    """The hub's own address ranges. A peering makes them reachable from every subnet; zones that have no business there
    get a route to nowhere for each."""
    appliance: Annotated[str, AfterValidator(lambda value: str(ipaddress.IPv4Address(value)))] | None = None
    """Address of the firewall in the hub that forwards to the networks; without it, the hub's gateway does."""


class AzurePrivateLink(Model):
    """Other networks that consume the egress proxy through a Private Link service."""

    subscriptions: Annotated[tuple[AzureGuid, ...], Field(min_length=1, max_length=100)]
    """Subscriptions that see the service and whose connections are approved at once. No wildcard."""


class AzureProxy(ProxySettings):
    """How the egress proxy runs (a virtual machine scale set of container hosts)."""

    size: Annotated[str, StringConstraints(pattern=r"^Standard_[A-Za-z0-9_]{2,40}$")] = "Standard_D2as_v5"
    """Size of the virtual machines."""
    # The offer `corevm` takes no plan and no accepted terms, and `-gen2` is for machines of generation 2 [Flatcar,
    # "Running Flatcar Container Linux on Microsoft Azure"].
    host_image: Annotated[str, StringConstraints(pattern=r"^[^:/]+:[^:/]+:[^:/]+:\d+(\.\d+)+$|^/subscriptions/.+$")] = (
        "kinvolk:flatcar-container-linux-corevm-amd64:stable-gen2:4593.2.1"
    )
    """Image of the container host, pinned: PUBLISHER:OFFER:SKU:VERSION, or the id of a gallery image version. It must
    read Ignition from its custom data and bring docker, curl and jq."""
    ssh_public_key: Annotated[str, StringConstraints(pattern=r"^(ssh-rsa|ssh-ed25519) [A-Za-z0-9+/=]+( .*)?$")] = (
        # Azure makes no Linux machine without a key or a password. Nobody has the private half of this one: its point
        # is 32 bytes of SHA-256("zt-ai: no machine of ours is logged in to"), found without a secret.
        "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAILgK1uSgn5zykolNOlqclo3wgjtZBQi48Hu+9RZxaJx1"
    )
    """Key that Azure demands of a Linux machine. No rule lets anybody connect to port 22."""
    private_link: AzurePrivateLink | None = None
    """Put a Private Link service in front of the proxy."""


class Azure(Model):
    """Build on Microsoft Azure."""

    location: AzureLocation
    """For example eastus2."""
    subscription: AzureGuid
    """Known ahead so that every id and every scope can be read, and proved, before anything is deployed."""
    tenant: AzureGuid
    """Microsoft Entra tenant; key vaults name it."""
    cidr: Ipv4Cidr
    """Address range of the virtual network, /16 to /18. Each zone gets one block of it, found from the zone's name."""
    zones: Annotated[tuple[Literal["1", "2", "3"], ...], Field(max_length=3)] = ("1", "2", "3")
    """Availability zones of the firewall and the proxy; empty in a region that has none."""
    hub: AzureHub | None = None
    """The existing hub through which the `networks` arrive."""
    private_dns: Literal["own", "policy"] = "own"
    """`own`: private DNS zones, links and zone groups are made here. `policy`: the organisation's Azure Policy makes
    the zone groups, and nothing of the kind is made."""
    audit_lock: Literal["locked", "unlocked"] = "locked"
    """State of the audit store's immutability policy. Azure makes a policy unlocked and lets only an unlocked one be
    locked: a new store is deployed once with `unlocked`. Until it is locked, claim 7 does not hold."""
    network_watcher: AzureResourceId | None = None
    """Id of the region's Network Watcher, which writes the flow log; Azure's own `NetworkWatcher_LOCATION` in resource
    group `NetworkWatcherRG` when left out."""
    alert_group: AzureResourceId | None = None
    """Id of an existing action group for alerts; without it one without receivers is made."""
    proxy: AzureProxy = AzureProxy()
    """How the egress proxy runs."""
    quotas: AzureQuotas = AzureQuotas()
    """What Azure granted, where it is more than the default."""
    adopt: AzureAdopt | None = None
    """Resources that exist already."""

    @field_validator("cidr")
    @classmethod
    def _network_size(cls, value: str) -> str:
        if not 16 <= int(value.rpartition("/")[2]) <= 18:
            raise ValueError(
                "a 64th of the range must hold a firewall subnet of /26 and more; use a prefix length from 16 to 18"
            )
        return value

    @field_validator("zones")
    @classmethod
    def _distinct(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        if len(set(value)) != len(value):
            raise ValueError("an availability zone is listed twice")
        return value

    @property
    def watcher(self) -> str:
        """Id of the Network Watcher. Azure makes one in each region in which a network is made [Azure Network Watcher
        documentation, "Enable or disable Azure Network Watcher"]."""
        made = f"NetworkWatcherRG/providers/Microsoft.Network/networkWatchers/NetworkWatcher_{self.location}"
        return self.network_watcher or f"/subscriptions/{self.subscription}/resourceGroups/{made}"

    @property
    def place(self) -> tuple[str, str]:
        """Whose resources these are and where: subscription and location, under the same name for every cloud."""
        return self.subscription, self.location


class AzurePlacement(Model):
    """Where a zone lies in the virtual network."""

    cidr: Ipv4Cidr
    """Block of the zone, inside `clouds.azure.cidr`; without it the block is derived from the zone's name."""
