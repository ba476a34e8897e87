"""Changes to the firewall, names, private endpoints and accounts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.verify.azure.mutation.borders import OTHER
from tests.verify.azure.mutation.editor import Editor
from zt_ai.graph.model import Ref, Unknown

GROUP = "network:FirewallPolicyRuleCollectionGroup"


def _collections(e: Editor, edit: Callable[[list[dict[str, Any]]], None]) -> None:
    e.change(e.one(GROUP), lambda inputs: edit(inputs["ruleCollections"]))


def _rule(**more: Any) -> dict[str, Any]:
    return {
        "ruleType": "NetworkRule",
        "name": "added",
        "sourceAddresses": ["10.0.0.0/8"],
        "destinationAddresses": ["*"],
        "destinationPorts": ["443"],
        "ipProtocols": ["TCP"],
        **more,
    }


def _collection(action: str, *rules: dict[str, Any]) -> dict[str, Any]:
    return {
        "ruleCollectionType": "FirewallPolicyFilterRuleCollection",
        "name": "added",
        "priority": 100,
        "action": {"type": action},
        "rules": list(rules),
    }


def network_rule_for_private_addresses_to_everywhere(e: Editor) -> None:
    _collections(e, lambda found: found.append(_collection("Allow", _rule())))


def network_rule_to_a_service_tag(e: Editor) -> None:
    _collections(e, lambda found: found.append(_collection("Allow", _rule(destinationAddresses=["AzureCloud"]))))


def network_rule_that_denies_before_the_names(e: Editor) -> None:
    _collections(e, lambda found: found.append(_collection("Deny", _rule(sourceAddresses=["*"]))))


def dnat_rule_from_the_internet(e: Editor) -> None:
    nat = _collection("DNAT", {**_rule(), "ruleType": "NatRule"})
    _collections(e, lambda found: found.append({**nat, "ruleCollectionType": "FirewallPolicyNatRuleCollection"}))


def _allowing(found: list[dict[str, Any]]) -> dict[str, Any]:
    return next(one for one in found if one["action"]["type"] == "Allow")


def wildcard_name_in_the_firewall(e: Editor) -> None:
    _collections(e, lambda found: _allowing(found)["rules"][0].update(targetFqdns=["*.anthropic.com"]))


def every_name_in_the_firewall(e: Editor) -> None:
    _collections(e, lambda found: _allowing(found)["rules"][0].update(targetFqdns=["*"]))


def empty_list_of_names(e: Editor) -> None:
    _collections(e, lambda found: _allowing(found)["rules"][0].update(targetFqdns=[]))


def one_more_name_in_the_firewall(e: Editor) -> None:
    _collections(e, lambda found: _allowing(found)["rules"][0]["targetFqdns"].append("files.example.com"))


def a_tag_of_names_in_the_firewall(e: Editor) -> None:
    _collections(e, lambda found: _allowing(found)["rules"][0].update(fqdnTags=["WindowsUpdate"]))


def another_port_in_the_firewall(e: Editor) -> None:
    def edit(found: list[dict[str, Any]]) -> None:
        _allowing(found)["rules"][0]["protocols"].append({"protocolType": "Http", "port": 80})

    _collections(e, edit)


def names_for_every_source(e: Editor) -> None:
    _collections(e, lambda found: _allowing(found)["rules"][0].update(sourceAddresses=["*"]))


def name_of_a_provider_removed(e: Editor) -> None:
    _collections(e, lambda found: _allowing(found)["rules"].pop(0))


def closing_rule_for_names_removed(e: Editor) -> None:
    _collections(e, lambda found: found.remove(next(one for one in found if one["action"]["type"] == "Deny")))


def closing_rule_before_the_names(e: Editor) -> None:
    def edit(found: list[dict[str, Any]]) -> None:
        next(one for one in found if one["action"]["type"] == "Deny")["priority"] = 100

    _collections(e, edit)


def rules_of_the_firewall_not_known(e: Editor) -> None:
    e.set(e.one(GROUP), ruleCollections=Unknown())


def parent_policy_not_in_the_plan(e: Editor) -> None:
    e.set(e.one("network:FirewallPolicy"), basePolicy={"id": f"{OTHER}/Microsoft.Network/firewallPolicies/theirs"})


def firewall_without_policy(e: Editor) -> None:
    e.set(e.one("network:AzureFirewall"), firewallPolicy=None)


def firewall_with_rules_of_its_own(e: Editor) -> None:
    e.set(e.one("network:AzureFirewall"), networkRuleCollections=[{"name": "all", "priority": 100}])


def proxy_out_on_every_port(e: Editor) -> None:
    group = e.filter(e.intent.egress_zone)
    e.allow(group, "Outbound", protocol="Tcp", destinationAddressPrefix="Internet")


def another_workload_out_to_the_internet(e: Editor) -> None:
    group = e.filter(e.zone_of(e.flow().source))
    e.allow(group, "Outbound", protocol="Tcp", destinationAddressPrefix="Internet", destinationPortRange="443")


def dns_policy_without_its_closing_rule(e: Editor) -> None:
    closing = e.one("dnsresolver:DnsSecurityRule", lambda r: dict(r.inputs["action"])["actionType"] == "Block")  # type: ignore[arg-type]
    e.remove(closing)


def dns_policy_with_its_closing_rule_disabled(e: Editor) -> None:
    closing = e.one("dnsresolver:DnsSecurityRule", lambda r: dict(r.inputs["action"])["actionType"] == "Block")  # type: ignore[arg-type]
    e.set(closing, dnsSecurityRuleState="Disabled")


def dns_policy_that_only_warns(e: Editor) -> None:
    closing = e.one("dnsresolver:DnsSecurityRule", lambda r: dict(r.inputs["action"])["actionType"] == "Block")  # type: ignore[arg-type]
    e.set(closing, action={"actionType": "Alert"})


def dns_policy_not_on_the_network(e: Editor) -> None:
    e.remove(e.one("dnsresolver:DnsResolverPolicyVirtualNetworkLink"))


def _allowed_names(e: Editor) -> Any:
    return e.one("dnsresolver:DnsResolverDomainList", lambda r: r.inputs["domains"] != (".",))


def one_more_name_in_the_dns_policy(e: Editor) -> None:
    e.change(_allowed_names(e), lambda inputs: inputs["domains"].append("example.com."))


def every_blob_name_in_the_dns_policy(e: Editor) -> None:
    e.change(_allowed_names(e), lambda inputs: inputs["domains"].append("blob.core.windows.net."))


def names_of_a_provider_not_answered(e: Editor) -> None:
    domain = e.intent.provider_domains()[0]
    e.change(_allowed_names(e), lambda inputs: inputs["domains"].remove(f"{domain}."))


def private_zone_falls_back_to_the_internet(e: Editor) -> None:
    e.set(e.one("privatedns:VirtualNetworkLink"), resolutionPolicy="NxDomainRedirect")


def private_zone_not_linked(e: Editor) -> None:
    e.remove(
        e.one(
            "privatedns:VirtualNetworkLink",
            lambda r: str(r.inputs["privateZoneName"]) == "privatelink.vaultcore.azure.net",
        )
    )


def private_zone_without_addresses(e: Editor) -> None:
    e.remove(e.one("network:PrivateDnsZoneGroup"))


def _vault(e: Editor) -> Any:
    """A private endpoint of a vault."""
    return e.one("network:PrivateEndpoint", lambda r: "vault" in str(r.inputs["privateLinkServiceConnections"]))


def endpoint_to_somebody_elses_vault(e: Editor) -> None:
    def edit(inputs: dict[str, Any]) -> None:
        connection = inputs["privateLinkServiceConnections"][0]
        connection["privateLinkServiceId"] = f"{OTHER}/Microsoft.KeyVault/vaults/theirs"

    e.change(_vault(e), edit)


def one_more_endpoint_to_somebody_else(e: Editor) -> None:
    e.add(
        "network:PrivateEndpoint",
        privateEndpointName="stray",
        subnet=_vault(e).inputs["subnet"],
        applicationSecurityGroups=_vault(e).inputs["applicationSecurityGroups"],
        manualPrivateLinkServiceConnections=[
            {"privateLinkServiceId": f"{OTHER}/Microsoft.Network/privateLinkServices/theirs"}
        ],
    )


def endpoint_to_another_part_of_the_account(e: Editor) -> None:
    def edit(inputs: dict[str, Any]) -> None:
        inputs["privateLinkServiceConnections"][0]["groupIds"] = ["managedhsm"]

    e.change(_vault(e), edit)


def endpoint_removed(e: Editor) -> None:
    e.remove(_vault(e))


def endpoint_without_its_group(e: Editor) -> None:
    e.set(_vault(e), applicationSecurityGroups=None)


def endpoint_in_a_zone(e: Editor) -> None:
    e.set(_vault(e), subnet={"id": e.subnet(e.data_zone).id})


def monitor_open_for_everybody(e: Editor) -> None:
    e.set(
        e.one("monitor:PrivateLinkScope"),
        accessModeSettings={"ingestionAccessMode": "Open", "queryAccessMode": "PrivateOnly"},
    )


def public_network_access_to_a_vault(e: Editor) -> None:
    e.change(e.one("keyvault:Vault"), lambda inputs: inputs["properties"].update(publicNetworkAccess="enabled"))


def public_network_access_to_a_registry(e: Editor) -> None:
    e.set(e.one("containerregistry:Registry"), publicNetworkAccess="Enabled")


def public_network_access_to_a_store(e: Editor) -> None:
    store = e.one("storage:StorageAccount")
    e.set(store, publicNetworkAccess="Enabled", networkRuleSet={"defaultAction": "Allow"})


def blobs_for_anybody(e: Editor) -> None:
    e.set(e.one("storage:StorageAccount"), allowBlobPublicAccess=True)


def keys_of_a_store(e: Editor) -> None:
    e.set(e.one("storage:StorageAccount"), allowSharedKeyAccess=True)


def a_private_link_service_for_everybody(e: Editor) -> None:
    e.add(
        "network:PrivateLinkService",
        serviceName="open",
        visibility={"subscriptions": ["*"]},
        ipConfigurations=[{"name": "x", "subnet": {"id": Ref(e.subnet(e.intent.egress_zone).urn)}}],
    )


def records_to_an_event_hub(e: Editor) -> None:
    e.set(e.one("monitor:DiagnosticSetting"), eventHubAuthorizationRuleId=f"{OTHER}/Microsoft.EventHub/x/y")


def records_to_somebody_elses_workspace(e: Editor) -> None:
    e.set(e.one("monitor:DiagnosticSetting"), workspaceId=f"{OTHER}/Microsoft.OperationalInsights/workspaces/theirs")


def alerts_to_any_address(e: Editor) -> None:
    e.set(e.one("monitor:ActionGroup"), webhookReceivers=[{"name": "x", "serviceUri": "https://x.example"}])


def name_servers_of_ones_own(e: Editor) -> None:
    e.set(e.network, dhcpOptions={"dnsServers": ["10.99.0.4"]})


def logs_to_somebody_elses_workspace(e: Editor) -> None:
    def edit(inputs: dict[str, Any]) -> None:
        target = inputs["destinations"]["logAnalytics"][0]
        target["workspaceResourceId"] = f"{OTHER}/Microsoft.OperationalInsights/workspaces/theirs"

    e.change(e.one("monitor:DataCollectionRule"), edit)


def endpoint_that_leads_nowhere(e: Editor) -> None:
    e.set(_vault(e), privateLinkServiceConnections=None)


def endpoint_of_which_the_target_is_not_known(e: Editor) -> None:
    e.set(_vault(e), privateLinkServiceConnections=Unknown())


def log_workspace_not_in_the_private_link_scope(e: Editor) -> None:
    e.remove(e.one("monitor:PrivateLinkScopedResource"))


def name_of_the_proxy_leads_elsewhere(e: Editor) -> None:
    e.set(e.one("privatedns:PrivateRecordSet"), aRecords=[{"ipv4Address": "10.9.9.9"}])


def destination_of_logs_not_known(e: Editor) -> None:
    e.set(e.one("monitor:DataCollectionRule"), destinations=Unknown())


def routes_of_the_hubs_gateway_in_the_data_zone(e: Editor) -> None:
    subnet = e.subnet(e.data_zone)
    name = subnet.inputs["virtualNetworkName"]
    remote = f"{OTHER}/Microsoft.Network/virtualNetworks/theirs"
    e.add(
        "network:VirtualNetworkPeering",
        virtualNetworkName=name,
        remoteVirtualNetwork={"id": remote},
        useRemoteGateways=True,
    )
    for shut in ("172.20.0.0/16", "0.0.0.0/1", "128.0.0.0/1"):
        e.add_route(subnet, shut, "None")


def sftp_of_a_store_not_known(e: Editor) -> None:
    e.set(e.one("storage:StorageAccount"), isSftpEnabled=Unknown())


MUTATIONS = {
    "internet-egress": (
        network_rule_for_private_addresses_to_everywhere,
        network_rule_to_a_service_tag,
        network_rule_that_denies_before_the_names,
        dnat_rule_from_the_internet,
        wildcard_name_in_the_firewall,
        every_name_in_the_firewall,
        empty_list_of_names,
        one_more_name_in_the_firewall,
        a_tag_of_names_in_the_firewall,
        another_port_in_the_firewall,
        names_for_every_source,
        name_of_a_provider_removed,
        closing_rule_for_names_removed,
        closing_rule_before_the_names,
        rules_of_the_firewall_not_known,
        parent_policy_not_in_the_plan,
        firewall_without_policy,
        firewall_with_rules_of_its_own,
        proxy_out_on_every_port,
        another_workload_out_to_the_internet,
        a_private_link_service_for_everybody,
        sftp_of_a_store_not_known,
        public_network_access_to_a_vault,
        public_network_access_to_a_registry,
        public_network_access_to_a_store,
        blobs_for_anybody,
    ),
    "data-zone-egress": (
        dns_policy_without_its_closing_rule,
        dns_policy_with_its_closing_rule_disabled,
        dns_policy_that_only_warns,
        dns_policy_not_on_the_network,
        one_more_name_in_the_dns_policy,
        every_blob_name_in_the_dns_policy,
        private_zone_falls_back_to_the_internet,
        endpoint_to_somebody_elses_vault,
        one_more_endpoint_to_somebody_else,
        endpoint_to_another_part_of_the_account,
        monitor_open_for_everybody,
        keys_of_a_store,
        records_to_an_event_hub,
        records_to_somebody_elses_workspace,
        alerts_to_any_address,
        name_servers_of_ones_own,
        logs_to_somebody_elses_workspace,
        destination_of_logs_not_known,
        routes_of_the_hubs_gateway_in_the_data_zone,
    ),
    "reachability": (
        names_of_a_provider_not_answered,
        private_zone_not_linked,
        private_zone_without_addresses,
        endpoint_removed,
        endpoint_that_leads_nowhere,
        endpoint_of_which_the_target_is_not_known,
        log_workspace_not_in_the_private_link_scope,
        name_of_the_proxy_leads_elsewhere,
        endpoint_without_its_group,
        endpoint_in_a_zone,
    ),
}
