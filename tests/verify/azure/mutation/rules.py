"""Changes to network security groups, their rules, and application security groups."""

from __future__ import annotations

from tests.verify.azure.mutation.editor import Editor
from zt_ai.graph.model import Ref, Unknown

EVERY = "network:ApplicationSecurityGroup"


def nsg_of_the_data_zone_without_its_closing_deny_outbound(e: Editor) -> None:
    e.remove(e.closing(e.filter(e.data_zone), "Outbound"))


def nsg_of_the_data_zone_without_its_closing_deny_inbound(e: Editor) -> None:
    e.remove(e.closing(e.filter(e.data_zone), "Inbound"))


def closing_deny_of_the_endpoints_subnet_removed(e: Editor) -> None:
    e.remove(e.closing(e.of_role("network:NetworkSecurityGroup", "endpoints"), "Inbound"))


def closing_deny_for_tcp_alone(e: Editor) -> None:
    e.set(e.closing(e.filter(e.data_zone), "Outbound"), protocol="Tcp")


def closing_deny_for_virtual_network_alone(e: Editor) -> None:
    e.set(e.closing(e.filter(e.data_zone), "Outbound"), destinationAddressPrefix="VirtualNetwork")


def closing_deny_turned_into_allow(e: Editor) -> None:
    e.set(e.closing(e.filter(e.flow().destination and e.zone_of(e.flow().destination)), "Inbound"), access="Allow")


def nsg_taken_off_a_subnet(e: Editor) -> None:
    e.set(e.subnet(e.data_zone), networkSecurityGroup=None)


def a_connection_nobody_asked_for(e: Editor) -> None:
    flow = e.flow()
    e.connect(flow.destination, flow.source, "Tcp", "8080")


def one_more_port_on_a_flow(e: Editor) -> None:
    flow = e.flow()
    e.connect(flow.source, flow.destination, "Tcp", "22")


def the_same_port_over_udp(e: Editor) -> None:
    flow = e.flow()
    e.connect(flow.source, flow.destination, "Udp", str(flow.ports[0].first))


def every_protocol_between_two_workloads(e: Editor) -> None:
    flow = e.flow()
    e.connect(flow.source, flow.destination, "*", "*")


def a_workload_may_reach_itself(e: Editor) -> None:
    workload = e.flow().destination
    e.connect(workload, workload, "Tcp", "9000")


def ports_of_the_inbound_rule_widened(e: Editor) -> None:
    e.set(e.rule_of_flow("Inbound"), destinationPortRange="*", destinationPortRanges=None)


def ports_of_the_outbound_rule_widened(e: Editor) -> None:
    e.set(e.rule_of_flow("Outbound"), destinationPortRange="0-65535", destinationPortRanges=None)


def inbound_from_every_address(e: Editor) -> None:
    e.set(e.rule_of_flow("Inbound"), sourceApplicationSecurityGroups=None, sourceAddressPrefix="*")


def inbound_from_the_virtual_network(e: Editor) -> None:
    e.set(e.rule_of_flow("Inbound"), sourceApplicationSecurityGroups=None, sourceAddressPrefix="VirtualNetwork")


def inbound_from_a_service_tag(e: Editor) -> None:
    e.set(e.rule_of_flow("Inbound"), sourceApplicationSecurityGroups=None, sourceAddressPrefix="AzureCloud.eastus2")


def outbound_to_a_service_tag(e: Editor) -> None:
    e.allow(e.filter(e.data_zone), "Outbound", destinationAddressPrefix="Storage", destinationPortRange="443")


def outbound_to_an_address_on_premises(e: Editor) -> None:
    e.allow(e.filter(e.data_zone), "Outbound", destinationAddressPrefix="10.128.0.0/14")


def inbound_over_ipv6(e: Editor) -> None:
    e.allow(e.filter(e.data_zone), "Inbound", sourceAddressPrefix="::/0")


def inbound_rule_of_a_flow_removed(e: Editor) -> None:
    e.remove(e.rule_of_flow("Inbound"))


def outbound_rule_of_a_flow_removed(e: Editor) -> None:
    e.remove(e.rule_of_flow("Outbound"))


def rule_of_a_flow_below_the_closing_deny(e: Editor) -> None:
    rule = e.rule_of_flow("Inbound")
    closing = e.closing(e.filter(e.zone_of(e.flow().destination)), "Inbound")
    priority = closing.inputs["priority"]
    e.set(closing, priority=100)
    e.set(rule, priority=priority)


def rule_of_a_flow_turned_into_deny(e: Editor) -> None:
    e.set(e.rule_of_flow("Outbound"), access="Deny")


def rule_of_a_flow_in_the_other_direction(e: Editor) -> None:
    e.set(e.rule_of_flow("Outbound"), direction="Inbound")


def rule_of_a_flow_for_one_source_port(e: Editor) -> None:
    e.set(e.rule_of_flow("Inbound"), sourcePortRange="50000")


def a_deny_above_a_flow(e: Editor) -> None:
    rule = e.allow(e.filter(e.zone_of(e.flow().destination)), "Inbound", priority=100)
    e.set(rule, access="Deny")


def group_of_a_rule_not_known(e: Editor) -> None:
    e.set(e.rule_of_flow("Inbound"), sourceApplicationSecurityGroups=[{"id": Unknown()}])


def protocol_of_a_rule_not_known(e: Editor) -> None:
    e.set(e.rule_of_flow("Inbound"), protocol=Unknown())


def two_rules_with_one_priority(e: Editor) -> None:
    rule = e.rule_of_flow("Inbound")
    added = e.allow(e.filter(e.zone_of(e.flow().destination)), "Inbound", priority=int(str(rule.inputs["priority"])))
    e.set(added, access="Deny")


def group_of_a_workload_removed(e: Editor) -> None:
    e.remove(e.group(e.flow().destination))


def group_tagged_as_another_workload(e: Editor) -> None:
    flow = e.flow()
    group = e.group(flow.source)
    tags = dict(group.inputs["tags"])  # type: ignore[arg-type]
    e.set(group, tags={**tags, "zt-ai:workload": flow.destination})


def a_group_of_no_workload_that_is_let_in(e: Editor) -> None:
    made = e.add(EVERY, applicationSecurityGroupName="stray")
    zone = e.zone_of(e.flow().destination)
    e.allow(e.filter(zone), "Inbound", sourceApplicationSecurityGroups=[{"id": Ref(made.urn)}])


def an_interface_with_groups_of_two_workloads(e: Editor) -> None:
    flow = e.flow()
    e.add(
        "network:NetworkInterface",
        ipConfigurations=[
            {
                "subnet": {"id": Ref(e.subnet(e.zone_of(flow.destination)).urn)},
                "applicationSecurityGroups": [
                    {"id": Ref(e.group(flow.source).urn)},
                    {"id": Ref(e.group(flow.destination).urn)},
                ],
            }
        ],
    )


def a_subnet_of_no_zone_without_filter(e: Editor) -> None:
    name = e.subnet(e.data_zone).inputs["virtualNetworkName"]
    e.add(
        "network:Subnet",
        virtualNetworkName=name,
        subnetName="stray",
        addressPrefix=e.free_range(),
        defaultOutboundAccess=False,
    )


MUTATIONS = {
    "reachability data-zone-egress": (
        nsg_of_the_data_zone_without_its_closing_deny_outbound,
        closing_deny_for_tcp_alone,
        closing_deny_for_virtual_network_alone,
        outbound_to_an_address_on_premises,
        nsg_taken_off_a_subnet,
    ),
    "data-zone-egress": (outbound_to_a_service_tag,),
    "reachability": (
        nsg_of_the_data_zone_without_its_closing_deny_inbound,
        closing_deny_of_the_endpoints_subnet_removed,
        closing_deny_turned_into_allow,
        a_connection_nobody_asked_for,
        one_more_port_on_a_flow,
        the_same_port_over_udp,
        every_protocol_between_two_workloads,
        a_workload_may_reach_itself,
        ports_of_the_inbound_rule_widened,
        ports_of_the_outbound_rule_widened,
        inbound_from_every_address,
        inbound_from_the_virtual_network,
        inbound_from_a_service_tag,
        inbound_over_ipv6,
        inbound_rule_of_a_flow_removed,
        outbound_rule_of_a_flow_removed,
        rule_of_a_flow_below_the_closing_deny,
        rule_of_a_flow_turned_into_deny,
        rule_of_a_flow_in_the_other_direction,
        rule_of_a_flow_for_one_source_port,
        a_deny_above_a_flow,
        group_of_a_rule_not_known,
        protocol_of_a_rule_not_known,
        two_rules_with_one_priority,
        group_of_a_workload_removed,
        group_tagged_as_another_workload,
        a_group_of_no_workload_that_is_let_in,
        an_interface_with_groups_of_two_workloads,
        a_subnet_of_no_zone_without_filter,
    ),
}
