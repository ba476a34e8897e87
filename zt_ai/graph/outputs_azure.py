"""What Azure would answer: ids, and the computed outputs that programs read to build on.

An id is made of subscription, resource group, the resource's type and its name [Azure Resource Manager, "Resource ID"],
so it follows from the inputs. Outputs that a preview does not know and nobody needs to build on (a firewall's address,
the principal of an identity) are left out on purpose: they stay unknown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from zt_ai.graph.answers import Answers, Made, Maker, Request
from zt_ai.graph.wire import UNKNOWN_STRING

_GROUP: Final = "/subscriptions/{subscription}/resourceGroups/{resourceGroupName}"

# Type -> id below its resource group, with the inputs that name it and its parents.
_IN_GROUP: Final[Mapping[str, str]] = {
    "network:VirtualNetwork": "Microsoft.Network/virtualNetworks/{virtualNetworkName}",
    "network:Subnet": "Microsoft.Network/virtualNetworks/{virtualNetworkName}/subnets/{subnetName}",
    "network:VirtualNetworkPeering": "Microsoft.Network/virtualNetworks/{virtualNetworkName}/virtualNetworkPeerings/"
    "{virtualNetworkPeeringName}",
    "network:NetworkSecurityGroup": "Microsoft.Network/networkSecurityGroups/{networkSecurityGroupName}",
    "network:SecurityRule": "Microsoft.Network/networkSecurityGroups/{networkSecurityGroupName}/securityRules/"
    "{securityRuleName}",
    "network:ApplicationSecurityGroup": "Microsoft.Network/applicationSecurityGroups/{applicationSecurityGroupName}",
    "network:RouteTable": "Microsoft.Network/routeTables/{routeTableName}",
    "network:Route": "Microsoft.Network/routeTables/{routeTableName}/routes/{routeName}",
    "network:PrivateEndpoint": "Microsoft.Network/privateEndpoints/{privateEndpointName}",
    "network:PrivateDnsZoneGroup": "Microsoft.Network/privateEndpoints/{privateEndpointName}/privateDnsZoneGroups/"
    "{privateDnsZoneGroupName}",
    "network:PrivateLinkService": "Microsoft.Network/privateLinkServices/{serviceName}",
    "network:AzureFirewall": "Microsoft.Network/azureFirewalls/{azureFirewallName}",
    "network:FirewallPolicy": "Microsoft.Network/firewallPolicies/{firewallPolicyName}",
    "network:FirewallPolicyRuleCollectionGroup": "Microsoft.Network/firewallPolicies/{firewallPolicyName}/"
    "ruleCollectionGroups/{ruleCollectionGroupName}",
    "network:PublicIPAddress": "Microsoft.Network/publicIPAddresses/{publicIpAddressName}",
    "network:LoadBalancer": "Microsoft.Network/loadBalancers/{loadBalancerName}",
    "network:NetworkInterface": "Microsoft.Network/networkInterfaces/{networkInterfaceName}",
    "network:NatGateway": "Microsoft.Network/natGateways/{natGatewayName}",
    "network:FlowLog": "Microsoft.Network/networkWatchers/{networkWatcherName}/flowLogs/{flowLogName}",
    "privatedns:PrivateZone": "Microsoft.Network/privateDnsZones/{privateZoneName}",
    "privatedns:VirtualNetworkLink": "Microsoft.Network/privateDnsZones/{privateZoneName}/virtualNetworkLinks/"
    "{virtualNetworkLinkName}",
    "privatedns:PrivateRecordSet": "Microsoft.Network/privateDnsZones/{privateZoneName}/{recordType}/"
    "{relativeRecordSetName}",
    "dnsresolver:DnsResolverPolicy": "Microsoft.Network/dnsResolverPolicies/{dnsResolverPolicyName}",
    "dnsresolver:DnsResolverDomainList": "Microsoft.Network/dnsResolverDomainLists/{dnsResolverDomainListName}",
    "dnsresolver:DnsSecurityRule": "Microsoft.Network/dnsResolverPolicies/{dnsResolverPolicyName}/dnsSecurityRules/"
    "{dnsSecurityRuleName}",
    "dnsresolver:DnsResolverPolicyVirtualNetworkLink": "Microsoft.Network/dnsResolverPolicies/{dnsResolverPolicyName}/"
    "virtualNetworkLinks/{dnsResolverPolicyVirtualNetworkLinkName}",
    "storage:StorageAccount": "Microsoft.Storage/storageAccounts/{accountName}",
    "storage:BlobServiceProperties": "Microsoft.Storage/storageAccounts/{accountName}/blobServices/{blobServicesName}",
    "storage:BlobContainer": "Microsoft.Storage/storageAccounts/{accountName}/blobServices/default/containers/"
    "{containerName}",
    "keyvault:Vault": "Microsoft.KeyVault/vaults/{vaultName}",
    "keyvault:Key": "Microsoft.KeyVault/vaults/{vaultName}/keys/{keyName}",
    "containerregistry:Registry": "Microsoft.ContainerRegistry/registries/{registryName}",
    "cognitiveservices:Account": "Microsoft.CognitiveServices/accounts/{accountName}",
    "operationalinsights:Workspace": "Microsoft.OperationalInsights/workspaces/{workspaceName}",
    "operationalinsights:Table": "Microsoft.OperationalInsights/workspaces/{workspaceName}/tables/{tableName}",
    "monitor:PrivateLinkScope": "microsoft.insights/privateLinkScopes/{scopeName}",
    "monitor:PrivateLinkScopedResource": "microsoft.insights/privateLinkScopes/{scopeName}/scopedResources/{name}",
    "monitor:DataCollectionEndpoint": "Microsoft.Insights/dataCollectionEndpoints/{dataCollectionEndpointName}",
    "monitor:DataCollectionRule": "Microsoft.Insights/dataCollectionRules/{dataCollectionRuleName}",
    "monitor:ActionGroup": "Microsoft.Insights/actionGroups/{actionGroupName}",
    "monitor:MetricAlert": "Microsoft.Insights/metricAlerts/{ruleName}",
    "monitor:ScheduledQueryRule": "Microsoft.Insights/scheduledQueryRules/{ruleName}",
    "monitor:AutoscaleSetting": "Microsoft.Insights/autoscaleSettings/{autoscaleSettingName}",
    "portal:Dashboard": "Microsoft.Portal/dashboards/{dashboardName}",
    "managedidentity:UserAssignedIdentity": "Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}",
    "compute:VirtualMachineScaleSet": "Microsoft.Compute/virtualMachineScaleSets/{vmScaleSetName}",
}
# Type -> id of a resource that belongs to a scope and not to a resource group.
_AT_SCOPE: Final[Mapping[str, str]] = {
    "authorization:RoleAssignment": "/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
    "authorization:RoleDefinition": "/{scope}/providers/Microsoft.Authorization/roleDefinitions/{roleDefinitionId}",
    "monitor:DiagnosticSetting": "/{resourceUri}/providers/Microsoft.Insights/diagnosticSettings/{name}",
    "resources:ResourceGroup": _GROUP,
}


def _formed(form: str) -> Maker:
    def make(request: Request) -> Made:
        id_ = "/" + form.format_map(_Fields(request)).lstrip("/")
        return Made(id_, {"name": id_.rpartition("/")[2]})

    return make


def _without(form: str, *unknown: str) -> Maker:
    """Outputs that repeat an input with parts that only the deployment tells: unknown as a whole, as in a preview."""

    def make(request: Request) -> Made:
        made = _formed(form)(request)
        return Made(made.id, {**made.outputs, **dict.fromkeys(unknown, UNKNOWN_STRING)})

    return make


def _identified(form: str) -> Maker:
    """Identities are given as a list of ids and come back as a map by id."""

    def make(request: Request) -> Made:
        made = _formed(form)(request)
        given = request.inputs.get("identity")
        if not isinstance(given, Mapping) or not isinstance(given.get("userAssignedIdentities"), list):
            return made
        known: dict[str, Any] = {id_: {} for id_ in given["userAssignedIdentities"] if isinstance(id_, str)}
        return Made(made.id, {**made.outputs, "identity": {**given, "userAssignedIdentities": known}})

    return make


class _Fields(dict[str, str]):
    """Inputs of a request as text; a name that the program leaves to Pulumi is the logical name with a suffix."""

    def __init__(self, request: Request) -> None:
        super().__init__(subscription=request.place.account)
        self._request = request

    def __missing__(self, key: str) -> str:
        given: Any = self._request.inputs.get(key)
        if isinstance(given, str):
            return given.strip("/")
        return f"{self._request.name}-{self._request.token(key, 8)}"


def _other(request: Request) -> Made:
    """Any other Azure resource: an id of the usual form, with the type's own words."""
    module, _, kind = request.type.partition(":")[2].partition(":")
    word = f"{kind[:1].lower()}{kind[1:]}"
    return _formed(f"{_GROUP}/providers/Microsoft.{module.capitalize()}/{word}s/{{{word}Name}}")(request)


AZURE: Final = Answers(
    resources={
        **{f"azure-native:{t}": _identified(f"{_GROUP}/providers/{form}") for t, form in _IN_GROUP.items()},
        **{f"azure-native:{t}": _formed(form) for t, form in _AT_SCOPE.items()},
        # The address that routes lead to is in there.
        "azure-native:network:AzureFirewall": _without(
            f"{_GROUP}/providers/{_IN_GROUP['network:AzureFirewall']}", "ipConfigurations"
        ),
    },
    packages={"azure-native": _other},
)
"""The answers of Azure, for `zt_ai.graph.mocks.from_program`."""
