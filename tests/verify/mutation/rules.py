"""Changes to security groups and their rules."""

from __future__ import annotations

from tests.verify.mutation.editor import Editor
from zt_ai.graph.model import Ref

INGRESS = "vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "vpc/securityGroupEgressRule:SecurityGroupEgressRule"
GROUP = "ec2/securityGroup:SecurityGroup"
DEFAULT = "ec2/defaultSecurityGroup:DefaultSecurityGroup"


def a_connection_nobody_asked_for(e: Editor) -> None:
    access = e.flow()
    e.open_both_ways(access.destination, access.source, "tcp", 8080, 8080)


def one_more_port_on_a_flow(e: Editor) -> None:
    access = e.flow()
    e.open_both_ways(access.source, access.destination, "tcp", 22, 22)


def the_same_port_over_udp(e: Editor) -> None:
    access = e.flow()
    e.open_both_ways(access.source, access.destination, "udp", access.ports[0].first, access.ports[0].first)


def every_protocol_between_two_workloads(e: Editor) -> None:
    access = e.flow()
    e.open_both_ways(access.source, access.destination, "-1", 0, 0)


def a_workload_may_reach_itself(e: Editor) -> None:
    workload = e.flow().destination
    e.open_both_ways(workload, workload, "tcp", 9000, 9000)


def ports_of_both_rules_widened(e: Editor) -> None:
    for rule in (e.ingress_of_flow(), e.egress_of_flow()):
        e.set(rule, fromPort=0, toPort=65535)


def ports_of_the_ingress_rule_widened(e: Editor) -> None:
    e.set(e.ingress_of_flow(), fromPort=0, toPort=65535)


def ports_of_the_egress_rule_widened(e: Editor) -> None:
    e.set(e.egress_of_flow(), fromPort=1, toPort=65535)


def protocol_of_both_rules_widened(e: Editor) -> None:
    for rule in (e.ingress_of_flow(), e.egress_of_flow()):
        e.set(rule, ipProtocol="-1", fromPort=None, toPort=None)


def ingress_from_everywhere(e: Editor) -> None:
    e.set(e.ingress_of_flow(), referencedSecurityGroupId=None, cidrIpv4="0.0.0.0/0")


def ingress_from_the_whole_vpc(e: Editor) -> None:
    e.set(e.ingress_of_flow(), referencedSecurityGroupId=None, cidrIpv4=e.vpc_cidr())


def ingress_from_every_ipv6_address(e: Editor) -> None:
    group = Ref(e.group(e.flow().destination).urn)
    e.add(INGRESS, {"securityGroupId": group, "cidrIpv6": "::/0", "ipProtocol": "-1"})


def ingress_rule_of_a_flow_removed(e: Editor) -> None:
    e.remove(e.ingress_of_flow())


def egress_rule_of_a_flow_removed(e: Editor) -> None:
    e.remove(e.egress_of_flow())


def ingress_rule_on_the_wrong_group(e: Editor) -> None:
    e.set(e.ingress_of_flow(), securityGroupId=Ref(e.group("egress-proxy").urn))


def port_of_a_flow_changed(e: Editor) -> None:
    for rule in (e.ingress_of_flow(), e.egress_of_flow()):
        e.set(rule, fromPort=1521, toPort=1521)


def inline_rule_on_a_group(e: Editor) -> None:
    access = e.flow()
    peer = Ref(e.group(access.source).urn)
    open_rule = {"protocol": "tcp", "fromPort": 22, "toPort": 22, "securityGroups": (peer,)}
    e.set(e.group(access.destination), ingress=(open_rule,))
    e.add(
        EGRESS,
        {
            "securityGroupId": peer,
            "referencedSecurityGroupId": Ref(e.group(access.destination).urn),
            "ipProtocol": "tcp",
            "fromPort": 22,
            "toPort": 22,
        },
    )


def default_group_not_stripped(e: Editor) -> None:
    e.remove(e.one(DEFAULT))


def default_group_open_to_itself(e: Editor) -> None:
    e.set(
        e.one(DEFAULT),
        ingress=({"protocol": "-1", "fromPort": 0, "toPort": 0, "self": True},),
        egress=({"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ("0.0.0.0/0",)},),
    )


def a_group_that_belongs_to_nobody(e: Editor) -> None:
    group = e.add(GROUP, {"vpcId": Ref(e.vpc.urn), "name": "temporary"})
    target = Ref(e.group(e.flow().destination).urn)
    e.add(EGRESS, {"securityGroupId": Ref(group.urn), "referencedSecurityGroupId": target, "ipProtocol": "-1"})
    e.add(INGRESS, {"securityGroupId": target, "referencedSecurityGroupId": Ref(group.urn), "ipProtocol": "-1"})


def front_of_the_proxy_open_to_the_vpc(e: Editor) -> None:
    front = Ref(e.tagged(GROUP, role="front")[0].urn)
    e.add(
        INGRESS,
        {"securityGroupId": front, "cidrIpv4": e.vpc_cidr(), "ipProtocol": "tcp", "fromPort": 3128, "toPort": 3128},
    )
    e.add(
        EGRESS,
        {
            "securityGroupId": Ref(e.group(e.flow().destination).urn),
            "referencedSecurityGroupId": front,
            "ipProtocol": "tcp",
            "fromPort": 3128,
            "toPort": 3128,
        },
    )


def a_workload_past_the_front_of_the_proxy(e: Editor) -> None:
    e.open_both_ways(e.flow().source, "egress-proxy", "tcp", 8081, 8081)


def a_group_of_another_workload_as_its_own(e: Editor) -> None:
    access = e.flow()
    group = e.group(access.source)
    tags = dict(group.inputs["tags"])  # type: ignore[arg-type]
    e.set(group, tags={**tags, "zt-ai:workload": access.destination})


def a_group_with_sixty_one_rules(e: Editor) -> None:
    access = e.flow()
    group = Ref(e.group(access.destination).urn)
    for port in range(61):
        e.add(
            INGRESS,
            {
                "securityGroupId": group,
                "cidrIpv4": "192.0.2.1/32",
                "ipProtocol": "tcp",
                "fromPort": 30000 + port,
                "toPort": 30000 + port,
            },
        )


def a_prefix_list_with_the_internet_in_it(e: Editor) -> None:
    everything = e.add(
        "ec2/managedPrefixList:ManagedPrefixList",
        {"name": "all", "addressFamily": "IPv4", "maxEntries": 1, "entries": ({"cidr": "0.0.0.0/0"},)},
    )
    e.add(
        EGRESS,
        {
            "securityGroupId": Ref(e.group(e.intent.members(e.data_zone)[0].name).urn),
            "prefixListId": Ref(everything.urn),
            "ipProtocol": "-1",
        },
    )


MUTATIONS = {
    "reachability": [
        a_connection_nobody_asked_for,
        one_more_port_on_a_flow,
        the_same_port_over_udp,
        every_protocol_between_two_workloads,
        a_workload_may_reach_itself,
        ports_of_both_rules_widened,
        ports_of_the_ingress_rule_widened,
        ports_of_the_egress_rule_widened,
        protocol_of_both_rules_widened,
        ingress_from_everywhere,
        ingress_from_the_whole_vpc,
        ingress_from_every_ipv6_address,
        ingress_rule_of_a_flow_removed,
        egress_rule_of_a_flow_removed,
        ingress_rule_on_the_wrong_group,
        port_of_a_flow_changed,
        inline_rule_on_a_group,
        default_group_not_stripped,
        default_group_open_to_itself,
        a_group_that_belongs_to_nobody,
        front_of_the_proxy_open_to_the_vpc,
        a_workload_past_the_front_of_the_proxy,
        a_group_of_another_workload_as_its_own,
    ],
    "data-zone-egress": [a_prefix_list_with_the_internet_in_it],
    "quotas": [a_group_with_sixty_one_rules],
}
