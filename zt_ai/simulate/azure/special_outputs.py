"""Outputs of Azure resources that a template cannot say, because they depend on other things."""

from __future__ import annotations

import uuid
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from zt_ai.simulate.azure import addresses, ids
from zt_ai.simulate.azure.act import Act
from zt_ai.simulate.azure.catalogue import full


@dataclass(frozen=True, slots=True)
class Making:
    """A resource whose outputs are being made; ``old`` are those it had before an update."""

    act: Act
    seed: str
    old: Mapping[str, Any]

    @property
    def name(self) -> str:
        return ids.leaf(self.act.id)

    def digits(self, purpose: str) -> str:
        return uuid.uuid5(uuid.NAMESPACE_OID, f"{self.seed}|{purpose}").hex

    def objects(self, key: str) -> list[dict[str, Any]]:
        return [dict(item) for item in self.act.inputs.get(key) or () if isinstance(item, Mapping)]


Maker = Callable[[Making], dict[str, Any]]


def _parts(making: Making, *keys: str) -> dict[str, Any]:
    """Objects inside a resource with the ids they get."""
    return {
        key: [{"id": f"{making.act.id}/{key}/{item.get('name')}", **item} for item in making.objects(key)]
        for key in keys
        if making.act.inputs.get(key)
    }


# Network Security Group documentation, "Default security rules".
_DEFAULTS = (
    ("AllowVnetInBound", 65000, "Inbound", "Allow", "VirtualNetwork", "VirtualNetwork"),
    ("AllowAzureLoadBalancerInBound", 65001, "Inbound", "Allow", "AzureLoadBalancer", "*"),
    ("DenyAllInBound", 65500, "Inbound", "Deny", "*", "*"),
    ("AllowVnetOutBound", 65000, "Outbound", "Allow", "VirtualNetwork", "VirtualNetwork"),
    ("AllowInternetOutBound", 65001, "Outbound", "Allow", "*", "Internet"),
    ("DenyAllOutBound", 65500, "Outbound", "Deny", "*", "*"),
)


def _security_group(making: Making) -> dict[str, Any]:
    rules = [
        {
            "id": f"{making.act.id}/defaultSecurityRules/{name}",
            "name": name,
            "priority": priority,
            "direction": direction,
            "access": access,
            "protocol": "*",
            "sourcePortRange": "*",
            "destinationPortRange": "*",
            "sourceAddressPrefix": source,
            "destinationAddressPrefix": destination,
        }
        for name, priority, direction, access, source, destination in _DEFAULTS
    ]
    return {"defaultSecurityRules": rules, **_parts(making, "securityRules")}


def _network(making: Making) -> dict[str, Any]:
    return _parts(making, "subnets", "virtualNetworkPeerings")


def _public_address(making: Making) -> dict[str, Any]:
    # 203.0.113.0/24 and 198.51.100.0/24 are documentation ranges (RFC 5737): no real address is ever simulated.
    number = zlib.crc32(making.act.id.lower().encode()) % 508
    base = "203.0.113." if number < 254 else "198.51.100."
    made: dict[str, Any] = {"ipAddress": making.act.inputs.get("ipAddress") or f"{base}{number % 254 + 1}"}
    dns = making.act.inputs.get("dnsSettings")
    if isinstance(dns, Mapping) and dns.get("domainNameLabel"):
        fqdn = f"{dns['domainNameLabel']}.{making.act.region}.cloudapp.azure.com"
        made["dnsSettings"] = {**dns, "fqdn": fqdn}
    return made


def _placed(making: Making, key: str) -> dict[str, Any]:
    """IP configurations with the private addresses they get in their subnets."""
    if not making.act.inputs.get(key):
        return {}
    items = _parts(making, key)[key]
    taken = addresses.of_thing(making.old)
    for item in items:
        subnet = item.get("subnet")
        if isinstance(subnet, Mapping) and not item.get("privateIPAddress"):
            kept = taken.get(str(item.get("name")))
            item["privateIPAddress"] = kept or addresses.next_free(making.act, str(subnet.get("id")), items)
        if "subnet" in item:
            item.setdefault("privateIPAllocationMethod", "Dynamic")
    return {key: items}


def _load_balancer(making: Making) -> dict[str, Any]:
    return {
        **_parts(making, "backendAddressPools", "probes", "loadBalancingRules", "outboundRules", "inboundNatRules"),
        **_placed(making, "frontendIPConfigurations"),
    }


def _interface(making: Making) -> dict[str, Any]:
    digits = making.digits("mac")
    mac = "-".join(["00", "0D", "3A", *(digits[n : n + 2].upper() for n in (0, 2, 4))])
    return {"macAddress": mac, **_placed(making, "ipConfigurations")}


def _link_service(making: Making) -> dict[str, Any]:
    alias = f"{making.name}.{uuid.UUID(making.digits('alias'))}.{making.act.region}.azure.privatelinkservice"
    return {"alias": alias, **_parts(making, "ipConfigurations")}


def _endpoint(making: Making) -> dict[str, Any]:
    interface = making.act.inputs.get("customNetworkInterfaceName") or f"{making.name}.nic.{making.digits('nic')[:8]}"
    group = ids.group_of(making.act.id)
    made: dict[str, Any] = {
        "networkInterfaces": [{"id": f"{group}/providers/Microsoft.Network/networkInterfaces/{interface}"}]
    }
    approved = {"status": "Approved", "description": "Auto-Approved", "actionsRequired": "None"}
    pending = {"status": "Pending", "actionsRequired": "None"}
    for key, state in (
        ("privateLinkServiceConnections", approved),
        ("manualPrivateLinkServiceConnections", pending),
    ):
        if making.act.inputs.get(key):
            made[key] = [{**item, "privateLinkServiceConnectionState": state} for item in _parts(making, key)[key]]
    subnet = making.act.inputs.get("subnet")
    if isinstance(subnet, Mapping):
        given = [item.get("privateIPAddress") for item in making.objects("ipConfigurations")]
        kept = list(addresses.of_thing(making.old).values())
        address = next((a for a in [*given, *kept] if a), None) or addresses.next_free(
            making.act, str(subnet.get("id")), []
        )
        made[addresses.KEPT] = {str(subnet.get("id")).lower(): [address]}
        made["customDnsConfigs"] = making.act.inputs.get("customDnsConfigs") or []
    return made


_STORAGE_SERVICES = {"blob": "blob", "file": "file", "queue": "queue", "table": "table", "web": "z13.web", "dfs": "dfs"}


def _storage(making: Making) -> dict[str, Any]:
    endpoints = {key: f"https://{making.name}.{host}.core.windows.net/" for key, host in _STORAGE_SERVICES.items()}
    return {"primaryEndpoints": endpoints, **_identity(making)}


def _identity(making: Making) -> dict[str, Any]:
    given = making.act.inputs.get("identity")
    if not isinstance(given, Mapping):
        return {}
    identity = dict(given)
    if "SystemAssigned" in str(given.get("type")):
        identity |= {
            "principalId": str(uuid.UUID(making.digits("principal"))),
            "tenantId": str(uuid.UUID(making.digits("tenant"))),
        }
    users = given.get("userAssignedIdentities")
    if isinstance(users, list):
        identity["userAssignedIdentities"] = {str(user): _user(making.act, str(user)) for user in users}
    return {"identity": identity}


def _user(act: Act, thing_id: str) -> dict[str, Any]:
    found = act.find(thing_id, "managedidentity:UserAssignedIdentity")
    return {} if found is None else {key: found.value(key) for key in ("principalId", "clientId") if found.value(key)}


def _within(making: Making, **more: Any) -> dict[str, Any]:
    given = making.act.inputs.get("properties")
    return {"properties": {**(given if isinstance(given, Mapping) else {}), **more}}


def _vault(making: Making) -> dict[str, Any]:
    given = making.act.inputs.get("properties")
    defaults = {"enableSoftDelete": True, "softDeleteRetentionInDays": 90, "publicNetworkAccess": "Enabled"}
    asked = given if isinstance(given, Mapping) else {}
    missing = {key: value for key, value in defaults.items() if asked.get(key) is None}
    uri = f"https://{making.name.lower()}.vault.azure.net/"
    return _within(making, **missing, vaultUri=uri, provisioningState="Succeeded")


def _vault_uri(making: Making, kind: str) -> str:
    vault = making.act.id.split("/")[-3].lower()
    return f"https://{vault}.vault.azure.net/{kind}/{making.name}"


def _key(making: Making) -> dict[str, Any]:
    uri = _vault_uri(making, "keys")
    given = making.act.inputs.get("properties")
    asked = given if isinstance(given, Mapping) else {}
    facts = {key: asked[key] for key in ("kty", "keySize", "curveName", "keyOps", "rotationPolicy") if asked.get(key)}
    return {
        "keyUri": uri,
        "keyUriWithVersion": f"{uri}/{making.digits('version')}",
        "attributes": {"enabled": True},
        **facts,
    }


def _secret(making: Making) -> dict[str, Any]:
    uri = _vault_uri(making, "secrets")
    return _within(making, secretUri=uri, secretUriWithVersion=f"{uri}/{making.digits('version')}")


def _registry(making: Making) -> dict[str, Any]:
    return {"loginServer": f"{making.name.lower()}.azurecr.io", **_identity(making)}


def _cognitive(making: Making) -> dict[str, Any]:
    given = making.act.inputs.get("properties")
    domain = given.get("customSubDomainName") if isinstance(given, Mapping) else None
    host = f"{domain}.openai.azure.com" if domain else f"{making.act.region}.api.cognitive.microsoft.com"
    return {**_within(making, endpoint=f"https://{host}/", provisioningState="Succeeded"), **_identity(making)}


def _collection_endpoint(making: Making) -> dict[str, Any]:
    # Azure Monitor documentation, "Data collection endpoints": NAME-ID.REGION-N.ingest.monitor.azure.com.
    host = f"{making.name.lower()}-{making.digits('host')[:4]}.{making.act.region}-1"
    return {
        "immutableId": f"dce-{making.digits('immutable')}",
        "logsIngestion": {"endpoint": f"https://{host}.ingest.monitor.azure.com"},
        "configurationAccess": {"endpoint": f"https://{host}.handler.control.monitor.azure.com"},
        "metricsIngestion": {"endpoint": f"https://{host}.metrics.ingest.monitor.azure.com"},
    }


def _collection_rule(making: Making) -> dict[str, Any]:
    return {"immutableId": f"dcr-{making.digits('immutable')}"}


def _role_assignment(making: Making) -> dict[str, Any]:
    return {"principalType": making.act.inputs.get("principalType") or "User", "name": making.name}


def _group(making: Making) -> dict[str, Any]:
    return {"properties": {"provisioningState": "Succeeded"}}


def _scale_set(making: Making) -> dict[str, Any]:
    return _identity(making)


MAKERS: Mapping[str, Maker] = {
    full(name): maker
    for name, maker in {
        "resources:ResourceGroup": _group,
        "network:VirtualNetwork": _network,
        "network:NetworkSecurityGroup": _security_group,
        "network:RouteTable": lambda making: _parts(making, "routes"),
        "network:PublicIPAddress": _public_address,
        "network:LoadBalancer": _load_balancer,
        "network:NetworkInterface": _interface,
        "network:AzureFirewall": lambda making: _placed(making, "ipConfigurations"),
        "network:FirewallPolicy": _identity,
        "network:PrivateEndpoint": _endpoint,
        "network:PrivateLinkService": _link_service,
        "storage:StorageAccount": _storage,
        "keyvault:Vault": _vault,
        "keyvault:Key": _key,
        "keyvault:Secret": _secret,
        "containerregistry:Registry": _registry,
        "cognitiveservices:Account": _cognitive,
        "monitor:DataCollectionEndpoint": _collection_endpoint,
        "monitor:DataCollectionRule": _collection_rule,
        "authorization:RoleAssignment": _role_assignment,
        "compute:VirtualMachineScaleSet": _scale_set,
    }.items()
}
IN_PREVIEW: Mapping[str, Mapping[str, str]] = {
    full(name): parts
    for name, parts in {
        "network:LoadBalancer": dict.fromkeys(
            ("frontendIPConfigurations", "backendAddressPools", "probes", "loadBalancingRules"), "id"
        ),
        "network:AzureFirewall": {"ipConfigurations": "privateIPAddress"},
        "keyvault:Vault": {"properties": "vaultUri"},
        "keyvault:Secret": {"properties": "secretUri"},
        "cognitiveservices:Account": {"properties": "endpoint"},
        "storage:StorageAccount": {"identity": "principalId"},
    }.items()
}
"""Properties that were given and in which Azure fills something in: what of them a preview cannot know."""
