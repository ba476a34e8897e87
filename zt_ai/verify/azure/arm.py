"""Resource ids of Azure: which resource of the graph a reference, an id or a name means.

Child resources name their parents (`virtualNetworkName`), others carry ids as text, which the builder writes before
the deployment. An id has the form `/subscriptions/S/resourceGroups/G/providers/NAMESPACE/TYPE/NAME[/TYPE/NAME]`
[Azure Resource Manager, "Resource ID"]. Names and types do not tell upper from lower case.
"""

from __future__ import annotations

from zt_ai.graph import Ref, Resource, ResourceGraph, Value
from zt_ai.verify.azure.values import plain, reference, short_type, text

# Short type -> input with the resource's own name, type word in an id, input with the parent's name.
_NAMED: dict[str, tuple[str, str, str | None]] = {
    "resources:ResourceGroup": ("resourceGroupName", "resourcegroups", None),
    "network:VirtualNetwork": ("virtualNetworkName", "virtualnetworks", None),
    "network:Subnet": ("subnetName", "subnets", "virtualNetworkName"),
    "network:VirtualNetworkPeering": ("virtualNetworkPeeringName", "virtualnetworkpeerings", "virtualNetworkName"),
    "network:NetworkSecurityGroup": ("networkSecurityGroupName", "networksecuritygroups", None),
    "network:ApplicationSecurityGroup": ("applicationSecurityGroupName", "applicationsecuritygroups", None),
    "network:RouteTable": ("routeTableName", "routetables", None),
    "network:PrivateEndpoint": ("privateEndpointName", "privateendpoints", None),
    "network:PrivateLinkService": ("serviceName", "privatelinkservices", None),
    "network:LoadBalancer": ("loadBalancerName", "loadbalancers", None),
    "network:NetworkInterface": ("networkInterfaceName", "networkinterfaces", None),
    "network:NatGateway": ("natGatewayName", "natgateways", None),
    "network:PublicIPAddress": ("publicIpAddressName", "publicipaddresses", None),
    "network:PublicIPPrefix": ("publicIpPrefixName", "publicipprefixes", None),
    "network:AzureFirewall": ("azureFirewallName", "azurefirewalls", None),
    "network:FirewallPolicy": ("firewallPolicyName", "firewallpolicies", None),
    "network:IpGroup": ("ipGroupsName", "ipgroups", None),
    "network:VirtualNetworkGateway": ("virtualNetworkGatewayName", "virtualnetworkgateways", None),
    "privatedns:PrivateZone": ("privateZoneName", "privatednszones", None),
    "dnsresolver:DnsResolverPolicy": ("dnsResolverPolicyName", "dnsresolverpolicies", None),
    "dnsresolver:DnsResolverDomainList": ("dnsResolverDomainListName", "dnsresolverdomainlists", None),
    "storage:StorageAccount": ("accountName", "storageaccounts", None),
    "storage:BlobContainer": ("containerName", "containers", "accountName"),
    "keyvault:Vault": ("vaultName", "vaults", None),
    "keyvault:Secret": ("secretName", "secrets", "vaultName"),
    "keyvault:Key": ("keyName", "keys", "vaultName"),
    "containerregistry:Registry": ("registryName", "registries", None),
    "cognitiveservices:Account": ("accountName", "accounts", None),
    "cognitiveservices:Deployment": ("deploymentName", "deployments", "accountName"),
    "operationalinsights:Workspace": ("workspaceName", "workspaces", None),
    "operationalinsights:Table": ("tableName", "tables", "workspaceName"),
    "monitor:PrivateLinkScope": ("scopeName", "privatelinkscopes", None),
    "insights:PrivateLinkScope": ("scopeName", "privatelinkscopes", None),
    "monitor:DataCollectionEndpoint": ("dataCollectionEndpointName", "datacollectionendpoints", None),
    "monitor:DataCollectionRule": ("dataCollectionRuleName", "datacollectionrules", None),
    "insights:DataCollectionEndpoint": ("dataCollectionEndpointName", "datacollectionendpoints", None),
    "insights:DataCollectionRule": ("dataCollectionRuleName", "datacollectionrules", None),
    "managedidentity:UserAssignedIdentity": ("resourceName", "userassignedidentities", None),
    "compute:VirtualMachineScaleSet": ("vmScaleSetName", "virtualmachinescalesets", None),
    "authorization:RoleDefinition": ("roleDefinitionId", "roledefinitions", None),
}


def own_name(resource: Resource) -> str:
    """Azure's name of a resource: the input that sets it, else its output, else Pulumi's."""
    found = _NAMED.get(short_type(resource))
    said = text(resource.inputs.get(found[0])) if found else None
    return said or text(resource.outputs.get("name")) or resource.name


class Ids:
    """Keys by reference, id and name."""

    def __init__(self, graph: ResourceGraph) -> None:
        self._graph = graph
        self._by_id: dict[str, str] = {}
        self._by_name: dict[tuple[str, str], list[Resource]] = {}
        for resource in graph:
            if not resource.custom:
                continue
            for name in (resource.id, text(resource.outputs.get("id"))):
                if name and name.startswith("/"):
                    self._by_id[_folded(name)] = resource.urn
            found = _NAMED.get(short_type(resource))
            if found is not None:
                self._by_name.setdefault((found[1], own_name(resource).lower()), []).append(resource)

    def key(self, value: Value) -> str | None:
        """URN of what a value refers to; its id where it is not in the graph; None when absent or unknown."""
        value = reference(value)
        if isinstance(value, Ref):
            return value.urn
        if not isinstance(value, str) or not value:
            return None
        folded = _folded(value)
        exact = self._by_id.get(folded)
        return exact or self._parsed(folded) or folded

    def named(self, word: str, value: Value) -> str | None:
        """URN of the resource of a type word (`virtualnetworks`) that a name or reference means, else the name."""
        value = plain(value)
        if isinstance(value, Ref):
            return value.urn
        if not isinstance(value, str) or not value:
            return None
        if value.startswith("/"):
            return self.key(value)
        found = self._by_name.get((word, value.lower()), [])
        return found[0].urn if len(found) == 1 else f"{word}/{value.lower()}"

    def owner(self, value: Value) -> str | None:
        """Key of the resource of which a value names a part, for example the balancer of a backend pool."""
        value = reference(value)
        if isinstance(value, Ref):
            return value.urn
        if not isinstance(value, str) or not value.startswith("/"):
            return None
        parts = _folded(value).split("/")
        while len(parts) > 8:
            key = self.key("/".join(parts))
            if key is not None and key.startswith("urn:"):
                return key
            parts = parts[:-2]
        return self.key("/".join(parts))

    def _parsed(self, folded: str) -> str | None:
        parts = folded.split("/")
        if len(parts) < 5:
            return None
        word, name = parts[-2], parts[-1]
        fits = [one for one in self._by_name.get((word, name), ()) if self._belongs(one, parts)]
        return fits[0].urn if len(fits) == 1 else None

    def _belongs(self, resource: Resource, parts: list[str]) -> bool:
        """Whether resource group and parent of an id are those of the resource, as far as they are known."""
        own = _NAMED[short_type(resource)]
        if len(parts) > 4 and parts[3] == "resourcegroups" and own[1] != "resourcegroups":
            group = self.group(resource)
            if group is not None and group != parts[4]:
                return False
        if own[2] is not None and len(parts) >= 4:
            parent = plain(resource.inputs.get(own[2]))
            owner = self._graph.get(parent.urn) if isinstance(parent, Ref) else None
            name = own_name(owner) if owner is not None else text(parent)
            at = len(parts) - 3
            # A storage container's id has `blobServices/default` between it and its account.
            ours = parts[at] if parts[at] != "default" else parts[at - 2]
            return name is None or name.lower() == ours
        return True

    def group(self, resource: Resource) -> str | None:
        """Name of a resource's resource group in lower case, None where it is not known."""
        value = plain(resource.inputs.get("resourceGroupName"))
        if isinstance(value, Ref):
            owner = self._graph.get(value.urn)
            return own_name(owner).lower() if owner is not None else None
        said = text(value)
        return said.lower() if said else None


def _folded(name: str) -> str:
    return name.rstrip("/").lower()
