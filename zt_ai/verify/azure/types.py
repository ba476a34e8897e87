"""Which resource types the verifier understands, which cannot matter, and why.

A type of the Azure package that is in neither table is unmodelled: it turns the claims about reachability UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Mapping

from zt_ai.graph import ResourceGraph
from zt_ai.verify.azure.values import PACKAGE, short_type
from zt_ai.verify.model import Coverage

MODELLED = frozenset(
    {
        "network:VirtualNetwork",
        "network:Subnet",
        "network:VirtualNetworkPeering",
        "network:VirtualNetworkGateway",
        "network:NetworkSecurityGroup",
        "network:SecurityRule",
        "network:ApplicationSecurityGroup",
        "network:RouteTable",
        "network:Route",
        "network:NetworkInterface",
        "network:LoadBalancer",
        "network:PrivateEndpoint",
        "network:PrivateDnsZoneGroup",
        "network:PrivateLinkService",
        "network:NatGateway",
        "network:PublicIPAddress",
        "network:PublicIPPrefix",
        "network:AzureFirewall",
        "network:FirewallPolicy",
        "network:FirewallPolicyRuleCollectionGroup",
        "network:IpGroup",
        "privatedns:PrivateZone",
        "privatedns:VirtualNetworkLink",
        "privatedns:PrivateRecordSet",
        "dnsresolver:DnsResolverPolicy",
        "dnsresolver:DnsResolverPolicyVirtualNetworkLink",
        "dnsresolver:DnsResolverDomainList",
        "dnsresolver:DnsSecurityRule",
        "compute:VirtualMachine",
        "compute:VirtualMachineScaleSet",
        "containerinstance:ContainerGroup",
        "storage:StorageAccount",
        "keyvault:Vault",
        "containerregistry:Registry",
        "cognitiveservices:Account",
        "operationalinsights:Workspace",
        "monitor:PrivateLinkScope",
        "monitor:PrivateLinkScopedResource",
        "insights:PrivateLinkScope",
        "insights:PrivateLinkScopedResource",
        "authorization:RoleAssignment",
        "authorization:RoleDefinition",
        "managedidentity:UserAssignedIdentity",
    }
)

_STORE = "a part of a store whose network settings and private endpoints are read"
_WATCH = "records or reports; carries no traffic of a workload"
_KEYS = "keys and secrets in a vault whose network settings and private endpoints are read"
_MANAGE = "organises resources; opens no network path"

# Prefix of the type -> why it cannot open a network access. The longest prefix that fits counts.
PASSIVE: Mapping[str, str] = {
    "resources:ResourceGroup": _MANAGE,
    "authorization:ManagementLock": "only takes rights away",
    "authorization:PolicyAssignment": "Azure Policy denies or reports; it opens nothing here",
    "authorization:PolicyDefinition": "Azure Policy denies or reports; it opens nothing here",
    "managedidentity:FederatedIdentityCredential": "says who may use an identity; opens no network path",
    "storage:BlobContainer": _STORE,
    "storage:BlobServiceProperties": _STORE,
    "storage:ManagementPolicy": _STORE,
    "keyvault:Secret": _KEYS,
    "keyvault:Key": _KEYS,
    "operationalinsights:": _WATCH,
    "cognitiveservices:Deployment": "a model in an account whose network settings and private endpoint are read",
    "network:NetworkWatcher": _WATCH,
    "network:FlowLog": _WATCH,
    "monitor:": _WATCH,
    "insights:": _WATCH,
    "alertsmanagement:": _WATCH,
    "portal:": _WATCH,
    "maintenance:": "says when machines are updated, not where they are",
    "compute:DiskEncryptionSet": "encryption settings of disks",
    # Not passive though their neighbours are: these send data to a place of their own choosing.
    "insights:ActionGroup": "",
    "monitor:ActionGroup": "",
    "operationalinsights:DataExport": "",
    "insights:Webtest": "",
    "insights:WebTest": "",
    "monitor:DataCollectionRule": "",
    "insights:DataCollectionRule": "",
    "monitor:DiagnosticSetting": "",
    "insights:DiagnosticSetting": "",
}
# Types that send records somewhere, and are read by the claims named here.
READ_ELSEWHERE = frozenset(
    {
        "monitor:DiagnosticSetting",
        "insights:DiagnosticSetting",
        "monitor:ActionGroup",
        "insights:ActionGroup",
        "monitor:DataCollectionRule",
        "insights:DataCollectionRule",
    }
)

# Other packages that make resources of Azure, which are not read.
ALSO_AZURE = ("azure:", "azapi:", "azuread:")


def passive_reason(short: str) -> str | None:
    """Why a type of the Azure package cannot open a network access; None if it could."""
    fits = [prefix for prefix in PASSIVE if short.startswith(prefix)]
    return PASSIVE[max(fits, key=len)] or None if fits else None


def ledger(graph: ResourceGraph) -> Coverage:
    """Sort every resource of the graph into modelled, passive and unmodelled types."""
    modelled: dict[str, int] = {}
    passive: dict[str, int] = {}
    unmodelled: dict[str, list[str]] = {}
    for resource in graph:
        short, ours = short_type(resource), resource.type.startswith(PACKAGE)
        if resource.custom and ours and (short in MODELLED or short in READ_ELSEWHERE):
            modelled[resource.type] = modelled.get(resource.type, 0) + 1
        elif not resource.custom or (passive_reason(short) if ours else not resource.type.startswith(ALSO_AZURE)):
            passive[resource.type] = passive.get(resource.type, 0) + 1
        else:
            unmodelled.setdefault(resource.type, []).append(resource.urn)
    return Coverage(modelled, passive, {type_: tuple(urns) for type_, urns in unmodelled.items()})
