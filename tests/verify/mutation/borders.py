"""Changes to subnets, routes and network ACLs inside the VPC."""

from __future__ import annotations

from tests.verify.mutation.editor import Editor
from zt_ai.graph.model import Ref, Resource

ENTRY = "ec2/networkAclRule:NetworkAclRule"
ROUTE = "ec2/route:Route"


def _data_subnet(e: Editor) -> Resource:
    return e.subnets(e.data_zone)[0]


def _allow_all(e: Editor, nacl: Resource, number: int) -> None:
    for outward in (False, True):
        e.add(
            ENTRY,
            {
                "networkAclId": Ref(nacl.urn),
                "egress": outward,
                "ruleNumber": number,
                "protocol": "-1",
                "ruleAction": "allow",
                "cidrBlock": "0.0.0.0/0",
                "fromPort": 0,
                "toPort": 0,
            },
        )


def acl_of_the_data_zone_lets_everything_through(e: Editor) -> None:
    _allow_all(e, e.nacl_of(_data_subnet(e)), 1)


def acl_of_the_data_zone_dropped(e: Editor) -> None:
    for subnet in e.subnets(e.data_zone):
        nacl = e.nacl_of(subnet)
        ids = nacl.inputs.get("subnetIds")
        if isinstance(ids, tuple) and ids:
            e.set(nacl, subnetIds=tuple(i for i in ids if i != Ref(subnet.urn)))
        else:
            e.remove(e.nacl_link(subnet))
    for default in e.all("ec2/defaultNetworkAcl:DefaultNetworkAcl"):
        e.remove(default)


def acl_of_a_processing_zone_lets_the_whole_vpc_in(e: Editor) -> None:
    zone = e.intent.workloads[e.flow().source].zone
    nacl = e.nacl_of(e.subnets(zone)[0])
    e.add(
        ENTRY,
        {
            "networkAclId": Ref(nacl.urn),
            "egress": False,
            "ruleNumber": 2,
            "protocol": "6",
            "ruleAction": "allow",
            "cidrBlock": e.vpc_cidr(),
            "fromPort": 0,
            "toPort": 65535,
        },
    )


def acl_rule_of_a_flow_widened_to_the_vpc(e: Editor) -> None:
    nacl = Ref(e.nacl_of(_data_subnet(e)).urn)
    rule = e.one(
        ENTRY,
        lambda r: (
            r.inputs["networkAclId"] == nacl and r.inputs.get("ruleAction") == "allow" and not r.inputs.get("egress")
        ),
    )
    e.set(rule, cidrBlock=e.vpc_cidr(), protocol="-1", fromPort=0, toPort=0)


def acl_denies_a_flow(e: Editor) -> None:
    nacl = e.nacl_of(_data_subnet(e))
    e.add(
        ENTRY,
        {
            "networkAclId": Ref(nacl.urn),
            "egress": False,
            "ruleNumber": 1,
            "protocol": "-1",
            "ruleAction": "deny",
            "cidrBlock": "0.0.0.0/0",
            "fromPort": 0,
            "toPort": 0,
        },
    )


def acl_lost_its_return_ports(e: Editor) -> None:
    nacl = Ref(e.nacl_of(_data_subnet(e)).urn)
    found = e.all(
        ENTRY,
        lambda r: (
            r.inputs["networkAclId"] == nacl and bool(r.inputs.get("egress")) and r.inputs.get("fromPort") == 1024
        ),
    )
    e.remove(*found)


def a_data_subnet_given_to_another_zone(e: Editor) -> None:
    subnet = _data_subnet(e)
    tags = dict(subnet.inputs["tags"])  # type: ignore[arg-type]
    e.set(subnet, tags={**tags, "zt-ai:zone": e.intent.workloads[e.flow().source].zone})


def an_interface_of_another_zone_in_the_data_zone(e: Editor) -> None:
    e.add(
        "ec2/networkInterface:NetworkInterface",
        {"subnetId": Ref(_data_subnet(e).urn), "securityGroups": (Ref(e.group(e.flow().source).urn),)},
    )


def an_interface_with_the_groups_of_two_workloads(e: Editor) -> None:
    access = e.flow()
    zone = e.intent.workloads[access.source].zone
    groups = tuple(Ref(e.group(w).urn) for w in (access.source, access.destination))
    e.add("ec2/networkInterface:NetworkInterface", {"subnetId": Ref(e.subnets(zone)[0].urn), "securityGroups": groups})


def a_subnet_that_belongs_to_nobody_with_an_open_group(e: Editor) -> None:
    subnet = e.add(
        "ec2/subnet:Subnet",
        {
            "vpcId": Ref(e.vpc.urn),
            "cidrBlock": e.vpc_cidr().rsplit(".", 2)[0] + ".0.0/24",
            "availabilityZone": "us-east-1a",
        },
    )
    group = e.add(
        "ec2/securityGroup:SecurityGroup",
        {
            "vpcId": Ref(e.vpc.urn),
            "egress": ({"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ("0.0.0.0/0",)},),
        },
    )
    e.add(
        "ec2/instance:Instance",
        {
            "subnetId": Ref(subnet.urn),
            "vpcSecurityGroupIds": (Ref(group.urn),),
            "ami": "ami-0123456789abcdef0",
            "instanceType": "t3.micro",
        },
    )
    for nacl in e.all("ec2/networkAcl:NetworkAcl"):
        _allow_all(e, nacl, 1)
    target = Ref(e.group(e.flow().destination).urn)
    e.add(
        "vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        {"securityGroupId": target, "referencedSecurityGroupId": Ref(group.urn), "ipProtocol": "-1"},
    )


def more_acl_rules_than_the_quota(e: Editor) -> None:
    nacl = e.nacl_of(_data_subnet(e))
    for number in range(21):
        e.add(
            ENTRY,
            {
                "networkAclId": Ref(nacl.urn),
                "egress": False,
                "ruleNumber": 20000 + number,
                "protocol": "6",
                "ruleAction": "deny",
                "cidrBlock": "192.0.2.0/24",
                "fromPort": number,
                "toPort": number,
            },
        )


def a_service_mesh_past_the_network(e: Editor) -> None:
    e.add(
        "vpclattice/serviceNetworkVpcAssociation:ServiceNetworkVpcAssociation",
        {"vpcIdentifier": Ref(e.vpc.urn), "serviceNetworkIdentifier": "sn-0123456789abcdef0"},
    )


MUTATIONS = {
    "reachability": [
        acl_of_the_data_zone_lets_everything_through,
        acl_of_the_data_zone_dropped,
        acl_of_a_processing_zone_lets_the_whole_vpc_in,
        acl_rule_of_a_flow_widened_to_the_vpc,
        acl_denies_a_flow,
        acl_lost_its_return_ports,
        a_data_subnet_given_to_another_zone,
        an_interface_of_another_zone_in_the_data_zone,
        an_interface_with_the_groups_of_two_workloads,
        a_subnet_that_belongs_to_nobody_with_an_open_group,
        a_service_mesh_past_the_network,
    ],
    "quotas": [more_acl_rules_than_the_quota],
}
