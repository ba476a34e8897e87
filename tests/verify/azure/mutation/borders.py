"""Changes to routes, subnets, peerings and what has a public address."""

from __future__ import annotations

from typing import Any

from tests.verify.azure.mutation.editor import Editor
from zt_ai.graph.model import Ref, Unknown
from zt_ai.intent.model import EGRESS_PROXY

OTHER = "/subscriptions/99999999-8888-7777-6666-555555555555/resourceGroups/x/providers"


def default_outbound_access_left_on(e: Editor) -> None:
    e.set(e.subnet(e.data_zone), defaultOutboundAccess=None)


def default_outbound_access_left_on_in_another_zone(e: Editor) -> None:
    e.set(e.subnet(e.zone_of(e.flow().source)), defaultOutboundAccess=True)


def default_outbound_access_not_known(e: Editor) -> None:
    e.set(e.subnet(e.data_zone), defaultOutboundAccess=Unknown())


def nat_gateway_on_a_data_subnet(e: Editor) -> None:
    nat = e.add("network:NatGateway", natGatewayName="nat")
    e.set(e.subnet(e.data_zone), natGateway={"id": Ref(nat.urn)})


def default_route_of_the_data_zone_removed(e: Editor) -> None:
    e.remove(e.default_route(e.subnet(e.data_zone)))


def default_route_of_the_data_zone_to_the_internet(e: Editor) -> None:
    e.set(e.default_route(e.subnet(e.data_zone)), nextHopType="Internet")


def route_table_taken_off_a_data_subnet(e: Editor) -> None:
    e.set(e.subnet(e.data_zone), routeTable=None)


def a_narrower_route_to_the_internet(e: Editor) -> None:
    e.add_route(e.subnet(e.data_zone), "93.184.216.0/24", "Internet")


def a_route_to_a_service_tag(e: Editor) -> None:
    e.add_route(e.subnet(e.data_zone), "Storage", "Internet")


def a_route_to_the_gateway(e: Editor) -> None:
    e.add_route(e.subnet(e.data_zone), "10.128.0.0/14", "VirtualNetworkGateway")


def a_route_to_an_appliance(e: Editor) -> None:
    e.add_route(e.subnet(e.data_zone), "192.0.0.0/4", "VirtualAppliance", "10.1.2.3")


def traffic_inside_the_network_through_an_appliance(e: Editor) -> None:
    prefix = e.subnet(e.data_zone).inputs["addressPrefix"]
    e.add_route(e.subnet(e.zone_of(e.flow().source)), str(prefix), "VirtualAppliance", "10.1.2.3")


def traffic_between_two_zones_dropped(e: Editor) -> None:
    flow = e.flow()
    prefix = e.subnet(e.zone_of(flow.destination)).inputs["addressPrefix"]
    e.add_route(e.subnet(e.zone_of(flow.source)), str(prefix), "None")


def service_endpoint_on_a_data_subnet(e: Editor) -> None:
    e.set(e.subnet(e.data_zone), serviceEndpoints=[{"service": "Microsoft.Storage"}])


def egress_zone_straight_to_the_internet(e: Editor) -> None:
    subnet = e.subnet(e.intent.egress_zone)
    e.remove(e.default_route(subnet))
    e.add_route(subnet, "0.0.0.0/0", "Internet")


def peering_with_somebody_else(e: Editor) -> None:
    name = e.subnet(e.data_zone).inputs["virtualNetworkName"]
    e.add(
        "network:VirtualNetworkPeering",
        virtualNetworkName=name,
        remoteVirtualNetwork={"id": f"{OTHER}/Microsoft.Network/virtualNetworks/theirs"},
        remoteAddressSpace={"addressPrefixes": ["172.20.0.0/16"]},
        allowVirtualNetworkAccess=True,
    )


def ipv6_in_the_network(e: Editor) -> None:
    space: Any = e.network.inputs["addressSpace"]
    e.set(e.network, addressSpace={"addressPrefixes": [*space["addressPrefixes"], "fd00:1234::/48"]})


def an_interface_with_a_public_address(e: Editor) -> None:
    e.add(
        "network:NetworkInterface",
        ipConfigurations=[
            {
                "subnet": {"id": Ref(e.subnet(e.data_zone).urn)},
                "applicationSecurityGroups": [{"id": Ref(e.group(e.flow().destination).urn)}],
                "publicIPAddress": {"id": Unknown()},
            }
        ],
    )


def a_public_load_balancer(e: Editor) -> None:
    e.add(
        "network:LoadBalancer",
        frontendIPConfigurations=[{"name": "f", "publicIPAddress": {"id": Unknown()}}],
        loadBalancingRules=[{"protocol": "Tcp", "frontendPort": 443, "backendPort": 443}],
    )


def a_container_outside_of_every_network(e: Editor) -> None:
    e.add("containerinstance:ContainerGroup", ipAddress={"type": "Public"}, containers=[])


def network_policies_of_the_endpoints_disabled(e: Editor) -> None:
    e.set(e.endpoints, privateEndpointNetworkPolicies="Disabled")


def network_policies_of_the_endpoints_left_out(e: Editor) -> None:
    e.set(e.endpoints, privateEndpointNetworkPolicies=None)


def a_subnet_given_to_a_service(e: Editor) -> None:
    e.set(e.subnet(e.data_zone), delegations=[{"serviceName": "Microsoft.Web/serverFarms"}])


def a_type_that_is_not_modelled(e: Editor) -> None:
    e.add("network:ApplicationGateway", applicationGatewayName="gateway")


def a_bastion(e: Editor) -> None:
    e.add("network:BastionHost", bastionHostName="bastion")


def load_balancer_sends_to_another_port(e: Editor) -> None:
    def edit(inputs: dict[str, Any]) -> None:
        for rule in inputs["loadBalancingRules"]:
            rule["backendPort"] = 9999

    e.change(e.tagged("network:LoadBalancer", workload=EGRESS_PROXY)[0], edit)


def load_balancer_without_its_probe(e: Editor) -> None:
    def edit(inputs: dict[str, Any]) -> None:
        for rule in inputs["loadBalancingRules"]:
            del rule["probe"]

    e.change(e.tagged("network:LoadBalancer", workload=EGRESS_PROXY)[0], edit)


def health_probes_not_let_in(e: Editor) -> None:
    group = e.filter(e.intent.egress_zone)
    e.remove(next(r for r in e.rules(group, "Inbound") if r.inputs.get("sourceAddressPrefix") == "AzureLoadBalancer"))


def load_balancer_at_another_address(e: Editor) -> None:
    def edit(inputs: dict[str, Any]) -> None:
        one = inputs["frontendIPConfigurations"][0]
        parts = one["privateIPAddress"].split(".")
        one["privateIPAddress"] = ".".join((*parts[:3], str(int(parts[3]) + 20)))

    e.change(e.tagged("network:LoadBalancer", workload=EGRESS_PROXY)[0], edit)


MUTATIONS = {
    "data-zone-egress": (
        default_outbound_access_left_on,
        default_outbound_access_not_known,
        nat_gateway_on_a_data_subnet,
        default_route_of_the_data_zone_removed,
        default_route_of_the_data_zone_to_the_internet,
        route_table_taken_off_a_data_subnet,
        a_narrower_route_to_the_internet,
        a_route_to_a_service_tag,
        a_route_to_the_gateway,
        a_route_to_an_appliance,
        service_endpoint_on_a_data_subnet,
        peering_with_somebody_else,
        ipv6_in_the_network,
        an_interface_with_a_public_address,
        a_subnet_given_to_a_service,
    ),
    "internet-egress": (
        default_outbound_access_left_on_in_another_zone,
        egress_zone_straight_to_the_internet,
        a_public_load_balancer,
        a_container_outside_of_every_network,
        a_bastion,
    ),
    "reachability": (
        traffic_inside_the_network_through_an_appliance,
        traffic_between_two_zones_dropped,
        network_policies_of_the_endpoints_disabled,
        network_policies_of_the_endpoints_left_out,
        a_type_that_is_not_modelled,
        load_balancer_sends_to_another_port,
        load_balancer_without_its_probe,
        health_probes_not_let_in,
        load_balancer_at_another_address,
    ),
}
