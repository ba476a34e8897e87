"""Routes, NAT, public addresses, links to other networks and names, changed."""

from __future__ import annotations

from tests.verify.gcp.mutation.editor import TEMPLATE, Editor
from zt_ai.graph.model import Ref
from zt_ai.intent.model import EGRESS_PROXY

VIP = ["199.36.153.8", "199.36.153.9", "199.36.153.10", "199.36.153.11"]


def the_network_keeps_its_default_route(e: Editor) -> None:
    e.set(e.network, deleteDefaultRoutesOnCreate=False)


def everybody_has_a_route_to_the_internet(e: Editor) -> None:
    route = e.one("compute/route:Route", lambda r: r.inputs["destRange"] == "0.0.0.0/0")
    e.set(route, tags=None)


def a_route_to_the_private_vip(e: Editor) -> None:
    e.add("compute/route:Route", network=Ref(e.network.urn), destRange="199.36.153.8/30",
          nextHopGateway="default-internet-gateway")  # fmt: skip


def a_route_through_an_appliance(e: Editor) -> None:
    e.add("compute/route:Route", network=Ref(e.network.urn), destRange="172.16.0.0/12", nextHopIp="10.40.0.5")


def the_route_of_googles_interfaces_is_missing(e: Editor) -> None:
    e.remove(e.one("compute/route:Route", lambda r: r.inputs["destRange"] == "199.36.153.4/30"))


def the_proxy_has_no_route_out(e: Editor) -> None:
    e.remove(e.one("compute/route:Route", lambda r: r.inputs["destRange"] == "0.0.0.0/0"))


def the_proxy_has_lost_its_network_tag(e: Editor) -> None:
    e.set(e.template, tags=None)


def nat_serves_every_subnet(e: Editor) -> None:
    nat = e.one("compute/routerNat:RouterNat")
    e.set(nat, sourceSubnetworkIpRangesToNat="ALL_SUBNETWORKS_ALL_IP_RANGES", subnetworks=None)


def nat_serves_the_data_zone(e: Editor) -> None:
    nat = e.one("compute/routerNat:RouterNat")
    listed = {"name": Ref(e.subnet(e.data_zone).urn), "sourceIpRangesToNats": ["ALL_IP_RANGES"]}
    e.set(nat, subnetworks=[*nat.inputs["subnetworks"], listed])  # type: ignore[misc]


def nat_does_not_serve_the_proxy(e: Editor) -> None:
    e.remove(e.one("compute/routerNat:RouterNat"))


def the_proxy_has_an_external_address(e: Editor) -> None:
    interfaces = e.template.inputs["networkInterfaces"]
    e.set(e.template, networkInterfaces=[{**interfaces[0], "accessConfigs": [{}]}])  # type: ignore[index, dict-item]


def an_instance_in_the_data_zone_has_an_external_address(e: Editor) -> None:
    interface = {"subnetwork": Ref(e.subnet(e.data_zone).urn), "accessConfigs": [{"natIp": "1.2.3.4"}]}
    e.add("compute/instance:Instance", networkInterfaces=[interface])


def an_instance_lies_in_two_zones(e: Editor) -> None:
    zones = (e.data_zone, e.intent.egress_zone)
    e.add("compute/instance:Instance", networkInterfaces=[{"subnetwork": Ref(e.subnet(zone).urn)} for zone in zones])


def an_instance_carries_the_tag_of_the_way_out(e: Editor) -> None:
    e.add("compute/instance:Instance", networkInterfaces=[{"subnetwork": Ref(e.subnet(e.data_zone).urn)}],
          tags=e.template.inputs["tags"])  # fmt: skip


def the_balancer_is_reached_from_the_internet(e: Editor) -> None:
    e.set(e.one("compute/forwardingRule:ForwardingRule"), loadBalancingScheme="EXTERNAL")


def a_subnet_has_ipv6(e: Editor) -> None:
    e.set(e.subnet(e.data_zone), stackType="IPV4_IPV6", ipv6AccessType="EXTERNAL")


def the_network_is_peered(e: Editor) -> None:
    e.add(
        "compute/networkPeering:NetworkPeering", network=Ref(e.network.urn), peerNetwork="projects/x/global/networks/y"
    )


def the_data_zone_is_announced_to_a_hub(e: Editor) -> None:
    e.add("networkconnectivity/spoke:Spoke", hub="projects/p/locations/global/hubs/h",
          linkedVpcNetwork={"uri": Ref(e.network.urn), "includeExportRanges": [e.settings.cidr]})  # fmt: skip


def a_rule_lets_the_data_zone_out(e: Editor) -> None:
    e.add_rule("EGRESS", targetServiceAccounts=[e.email(e.store)], match={"destIpRanges": ["8.8.8.0/24"]})


def a_rule_lets_the_data_zone_call_a_name(e: Editor) -> None:
    e.add_rule("EGRESS", targetServiceAccounts=[e.email(e.store)], match={"destFqdns": ["example.org"]})


def a_rule_lets_the_data_zone_reach_the_private_vip(e: Editor) -> None:
    e.add_rule("EGRESS", targetServiceAccounts=[e.email(e.store)], match={"destIpRanges": ["199.36.153.8/30"]})


def private_googleapis_com_instead_of_the_restricted_vip(e: Editor) -> None:
    record = e.one(
        "dns/recordSet:RecordSet", lambda r: r.inputs["type"] == "A" and "googleapis" in str(r.inputs["name"])
    )
    e.set(record, rrdatas=VIP)


def names_of_google_are_answered_by_the_public_dns(e: Editor) -> None:
    e.remove(e.one("dns/managedZone:ManagedZone", lambda r: r.inputs["dnsName"] == "googleapis.com."))


def names_of_google_lead_elsewhere(e: Editor) -> None:
    record = e.one("dns/recordSet:RecordSet", lambda r: r.inputs["name"] == "*.googleapis.com.")
    e.set(record, rrdatas=["collector.example.org."])


def the_resolver_answers_every_name(e: Editor) -> None:
    e.remove(e.one("dns/responsePolicyRule:ResponsePolicyRule", lambda r: r.inputs["dnsName"] == "*."))


def the_resolver_is_bound_to_no_network(e: Editor) -> None:
    e.set(e.one("dns/responsePolicy:ResponsePolicy"), networks=None)


def the_resolver_asks_for_a_whole_domain(e: Editor) -> None:
    rule = e.one("dns/responsePolicyRule:ResponsePolicyRule")
    e.add("dns/responsePolicyRule:ResponsePolicyRule", responsePolicy=rule.inputs["responsePolicy"],
          dnsName="*.example.org.", behavior="bypassResponsePolicy", ruleName="more")  # fmt: skip


def queries_go_to_another_server(e: Editor) -> None:
    e.set(e.one("dns/policy:Policy"), alternativeNameServerConfig={"targetNameServers": [{"ipv4Address": "8.8.8.8"}]})


def a_zone_is_forwarded(e: Editor) -> None:
    e.add("dns/managedZone:ManagedZone", dnsName="corp.example.", visibility="private",
          privateVisibilityConfig={"networks": [{"networkUrl": Ref(e.network.urn)}]},
          forwardingConfig={"targetNameServers": [{"ipv4Address": "8.8.8.8"}]})  # fmt: skip


def the_name_of_a_provider_is_not_resolved(e: Editor) -> None:
    e.remove(e.one("dns/responsePolicyRule:ResponsePolicyRule", lambda r: r.inputs["dnsName"] == "api.anthropic.com."))


def the_proxy_may_call_any_address(e: Editor) -> None:
    e.add_rule("EGRESS", targetServiceAccounts=[e.email(EGRESS_PROXY)], match={"destIpRanges": ["0.0.0.0/0"]})


def the_proxy_may_call_another_name(e: Editor) -> None:
    rule = e.rule("EGRESS", EGRESS_PROXY, "api.anthropic.com")
    e.inside(rule, "match", destFqdns=["api.anthropic.com", "pastebin.com"])


def the_proxy_may_call_providers_on_every_port(e: Editor) -> None:
    e.inside(e.rule("EGRESS", EGRESS_PROXY, "api.anthropic.com"), "match", layer4Configs=[{"ipProtocol": "tcp"}])


def a_provider_is_forgotten(e: Editor) -> None:
    e.remove(e.rule("EGRESS", EGRESS_PROXY, "api.anthropic.com"))


def another_workload_may_call_a_provider(e: Editor) -> None:
    e.set(e.rule("EGRESS", EGRESS_PROXY, "api.anthropic.com"), targetServiceAccounts=None)


def a_subnet_has_no_private_google_access(e: Editor) -> None:
    e.set(e.subnet(e.intent.egress_zone), privateIpGoogleAccess=False)


def a_function_is_added(e: Editor) -> None:
    e.add("cloudfunctionsv2/function:Function", location=e.settings.region, name="helper")


def another_template_forwards_packets(e: Editor) -> None:
    e.add(TEMPLATE, networkInterfaces=[{"subnetwork": Ref(e.subnet(e.data_zone).urn)}], canIpForward=True)


MUTATIONS = {
    "data-zone-egress": (
        the_network_keeps_its_default_route,
        everybody_has_a_route_to_the_internet,
        a_route_to_the_private_vip,
        a_route_through_an_appliance,
        nat_serves_every_subnet,
        nat_serves_the_data_zone,
        an_instance_in_the_data_zone_has_an_external_address,
        an_instance_lies_in_two_zones,
        a_subnet_has_ipv6,
        the_network_is_peered,
        the_data_zone_is_announced_to_a_hub,
        a_rule_lets_the_data_zone_out,
        a_rule_lets_the_data_zone_call_a_name,
        a_rule_lets_the_data_zone_reach_the_private_vip,
        private_googleapis_com_instead_of_the_restricted_vip,
        names_of_google_are_answered_by_the_public_dns,
        names_of_google_lead_elsewhere,
        the_resolver_answers_every_name,
        the_resolver_is_bound_to_no_network,
        the_resolver_asks_for_a_whole_domain,
        queries_go_to_another_server,
        a_zone_is_forwarded,
        a_function_is_added,
        another_template_forwards_packets,
    ),
    "internet-egress": (
        the_proxy_has_an_external_address,
        an_instance_carries_the_tag_of_the_way_out,
        the_balancer_is_reached_from_the_internet,
        the_proxy_may_call_any_address,
        the_proxy_may_call_another_name,
        the_proxy_may_call_providers_on_every_port,
        another_workload_may_call_a_provider,
    ),
    "reachability": (
        the_route_of_googles_interfaces_is_missing,
        a_subnet_has_no_private_google_access,
        the_proxy_has_no_route_out,
        the_proxy_has_lost_its_network_tag,
        nat_does_not_serve_the_proxy,
        the_name_of_a_provider_is_not_resolved,
        a_provider_is_forgotten,
    ),
}
