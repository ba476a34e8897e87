"""What is born with a VPC, and the resources that adopt it.

A VPC comes with a default security group (everything from itself in, everything out), a default network ACL that
allows everything and a main route table (VPC User Guide, "Default security groups", "Default network ACL", "Main route
table"). ``DefaultSecurityGroup``, ``DefaultNetworkAcl`` and ``DefaultRouteTable`` take these over, replace their rules
at once, and leave them behind when they are deleted (pulumi-aws, notes of the three resources).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from zt_ai.simulate.aws.act import Act
from zt_ai.simulate.aws.catalogue import entry
from zt_ai.simulate.problems import CloudError
from zt_ai.simulate.world import Thing, World

GROUP, ACL, TABLE = (
    "aws:ec2/securityGroup:SecurityGroup",
    "aws:ec2/networkAcl:NetworkAcl",
    "aws:ec2/routeTable:RouteTable",
)
_ANY_RULE = {"protocol": "-1", "fromPort": 0, "toPort": 0}
_ANYONE = {"cidrBlocks": ["0.0.0.0/0"]}
_ALLOW_ALL = {"ruleNo": 100, "action": "allow", "protocol": "-1", "cidrBlock": "0.0.0.0/0", "fromPort": 0, "toPort": 0}


def bear_vpc_defaults(world: World, vpc: Thing, account: str, draw: Callable[[int, str], str]) -> Thing:
    """Make the default objects of a VPC and write their ids into its outputs."""
    group, acl, table = f"sg-{draw(17, 'group')}", f"acl-{draw(17, 'acl')}", f"rtb-{draw(17, 'table')}"
    born: dict[str, tuple[str, dict[str, Any]]] = {
        GROUP: (
            group,
            {
                "name": "default",
                "description": "default VPC security group",
                "vpcId": vpc.id,
                "ingress": [{**_ANY_RULE, "self": True}],
                "egress": [{**_ANY_RULE, **_ANYONE}],
            },
        ),
        ACL: (acl, {"vpcId": vpc.id, "ingress": [_ALLOW_ALL], "egress": [_ALLOW_ALL]}),
        TABLE: (table, {"vpcId": vpc.id, "routes": []}),
    }
    for type_, (thing_id, inputs) in born.items():
        kind = {GROUP: "security-group", ACL: "network-acl", TABLE: "route-table"}[type_]
        arn = f"arn:aws:ec2:{vpc.region}:{account}:{kind}/{thing_id}"
        outputs = {**inputs, "arn": arn, "ownerId": account}
        world.put(Thing(type_, thing_id, vpc.region, None, "born", vpc.id, inputs, outputs))
    outputs = {
        **vpc.outputs,
        "defaultSecurityGroupId": group,
        "defaultNetworkAclId": acl,
        "defaultRouteTableId": table,
        "mainRouteTableId": table,
    }
    whole = replace(vpc, outputs=outputs)
    world.put(whole)
    return whole


def find_adopted(world: World, token: str, inputs: Mapping[str, Any], region: str) -> Thing:
    """The thing that a ``Default…`` resource with these inputs takes over. Raises :class:`CloudError`."""
    target = entry(token).adopts or ""
    if target == GROUP:
        vpc_id = str(inputs.get("vpcId"))
        found = next((t for t in world.of_type(GROUP) if t.parent == vpc_id and t.origin == "born"), None)
        missing = CloudError("InvalidGroup.NotFound", f"the VPC '{vpc_id}' has no default security group")
    else:
        key = "defaultNetworkAclId" if target == ACL else "defaultRouteTableId"
        thing_id = str(inputs.get(key))
        found = world.get(target, thing_id, region)
        found = found if found is not None and found.origin == "born" else None
        code = "InvalidNetworkAclID.NotFound" if target == ACL else "InvalidRouteTableID.NotFound"
        missing = CloudError(code, f"{key} '{thing_id}' is not the default object of a VPC")
    if found is None:
        raise missing
    return found


def write_through(act: Act, adopted: Thing) -> None:
    """Give the adopted object the rules of the resource that adopts it: those given, and no others."""
    names = {"routes"} if adopted.type == TABLE else {"ingress", "egress"}
    rules = {name: list(act.inputs.get(name) or []) for name in names}
    tags = {"tags": act.inputs["tags"]} if act.inputs.get("tags") else {}
    changed = replace(adopted, inputs={**adopted.inputs, **rules, **tags}, outputs={**adopted.outputs, **rules, **tags})
    act.world.put(changed)
