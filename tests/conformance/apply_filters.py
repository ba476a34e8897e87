"""What lets packets through: security groups and network ACLs, one rule a resource."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.conformance.apply_vpc import tagged
from tests.conformance.world import Cloud, Inputs, Kind, Made, Stored, View, tag_list, tag_map

# IANA protocol numbers: network ACLs know protocols by number alone.
_NUMBERS = {"tcp": "6", "udp": "17", "icmp": "1"}


def _group(cloud: Cloud, inputs: Inputs) -> Made:
    made = cloud.call(
        "ec2",
        "create_security_group",
        GroupName=inputs["name"],
        Description=inputs["description"],
        VpcId=inputs["vpcId"],
        TagSpecifications=tagged("security-group", inputs),
    )
    # A new group allows all egress. The provider takes that rule away; so does this.
    _strip(cloud, made["GroupId"])
    return Made(made["GroupId"])


def _strip(cloud: Cloud, group: str) -> None:
    found = cloud.call("ec2", "describe_security_groups", GroupIds=[group])["SecurityGroups"][0]
    if found["IpPermissions"]:
        cloud.call("ec2", "revoke_security_group_ingress", GroupId=group, IpPermissions=_plain(found["IpPermissions"]))
    if found["IpPermissionsEgress"]:
        cloud.call(
            "ec2", "revoke_security_group_egress", GroupId=group, IpPermissions=_plain(found["IpPermissionsEgress"])
        )


def _plain(permissions: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{key: value for key, value in permission.items() if value != []} for permission in permissions]


def _read_group(view: View, stored: Stored) -> Mapping[str, Any]:
    found = view.one("ec2", "describe_security_groups", "SecurityGroups", "GroupId", stored.made.id)
    return {
        "name": found["GroupName"],
        "description": found["Description"],
        "vpcId": found["VpcId"],
        "tags": tag_map(found["Tags"]),
    }


def _default_group(cloud: Cloud, inputs: Inputs) -> Made:
    if inputs["ingress"] or inputs["egress"]:
        raise LookupError("rules in the default security group: no translation")
    filters = {"vpc-id": inputs["vpcId"], "group-name": "default"}
    found = cloud.call(
        "ec2", "describe_security_groups", Filters=[{"Name": k, "Values": [v]} for k, v in filters.items()]
    )
    group = found["SecurityGroups"][0]["GroupId"]
    _strip(cloud, group)
    cloud.call("ec2", "create_tags", Resources=[group], Tags=tag_list(inputs))
    return Made(group)


def _read_default_group(view: View, stored: Stored) -> Mapping[str, Any]:
    found = view.one("ec2", "describe_security_groups", "SecurityGroups", "GroupId", stored.made.id)
    return {
        "vpcId": found["VpcId"],
        "ingress": found["IpPermissions"],
        "egress": found["IpPermissionsEgress"],
        "tags": tag_map(found["Tags"]),
    }


_PEERS = {
    # planned property: (list of the permission, member of its items, member of the stored rule)
    "cidrIpv4": ("IpRanges", "CidrIp", "CidrIpv4"),
    "referencedSecurityGroupId": ("UserIdGroupPairs", "GroupId", "ReferencedGroupInfo"),
    "prefixListId": ("PrefixListIds", "PrefixListId", "PrefixListId"),
}


def _rule(direction: str) -> Any:
    def create(cloud: Cloud, inputs: Inputs) -> Made:
        permission: dict[str, Any] = {"IpProtocol": inputs["ipProtocol"]}
        permission |= {member: inputs[key] for key, member in _PORTS.items() if key in inputs}
        for key, (group, member, _) in _PEERS.items():
            if key in inputs:
                permission[group] = [{member: inputs[key], "Description": inputs["description"]}]
        made = cloud.call(
            "ec2",
            f"authorize_security_group_{direction}",
            GroupId=inputs["securityGroupId"],
            IpPermissions=[permission],
            TagSpecifications=tagged("security-group-rule", inputs),
        )
        id_ = made["SecurityGroupRules"][0]["SecurityGroupRuleId"]
        return Made(id_, {"securityGroupRuleId": id_})

    return create


_PORTS = {"fromPort": "FromPort", "toPort": "ToPort"}


def _read_rule(egress: bool) -> Any:
    def read(view: View, stored: Stored) -> Mapping[str, Any]:
        id_ = stored.made.id
        rule = view.one("ec2", "describe_security_group_rules", "SecurityGroupRules", "SecurityGroupRuleId", id_)
        if rule["IsEgress"] is not egress:
            raise LookupError(f"{id_} has the other direction")
        peers = {key: rule[member] for key, (_, _, member) in _PEERS.items() if member in rule}
        if isinstance(group := peers.get("referencedSecurityGroupId"), dict):
            peers["referencedSecurityGroupId"] = group["GroupId"]
        return {
            "securityGroupId": rule["GroupId"],
            "ipProtocol": rule["IpProtocol"],
            "description": rule.get("Description") or _description(view, rule, egress),
            "tags": tag_map(rule["Tags"]),
            **{key: rule[member] for key, member in _PORTS.items() if member in rule},
            **peers,
        }

    return read


def _description(view: View, rule: Mapping[str, Any], egress: bool) -> str | None:
    """moto shows the description of a rule for a group only in the listing of the group's permissions."""
    group = view.one("ec2", "describe_security_groups", "SecurityGroups", "GroupId", rule["GroupId"])
    peer = rule.get("ReferencedGroupInfo", {}).get("GroupId")
    for permission in group["IpPermissionsEgress" if egress else "IpPermissions"]:
        if all(permission.get(key) == rule.get(key) for key in ("IpProtocol", "FromPort", "ToPort")):
            for pair in permission["UserIdGroupPairs"]:
                if pair["GroupId"] == peer:
                    return str(pair.get("Description"))
    return None


def _acl(cloud: Cloud, inputs: Inputs) -> Made:
    made = cloud.call(
        "ec2", "create_network_acl", VpcId=inputs["vpcId"], TagSpecifications=tagged("network-acl", inputs)
    )
    return Made(made["NetworkAcl"]["NetworkAclId"])


def acl(view: View, id_: str) -> Any:
    """A network ACL as it is now."""
    return view.one("ec2", "describe_network_acls", "NetworkAcls", "NetworkAclId", id_)


def _read_acl(view: View, stored: Stored) -> Mapping[str, Any]:
    found = acl(view, stored.made.id)
    return {"vpcId": found["VpcId"], "tags": tag_map(found["Tags"])}


LAST_RULE = 32767
"""The number of the entry that refuses everything; AWS makes it and nobody can take it away."""


def _default_acl(cloud: Cloud, inputs: Inputs) -> Made:
    if inputs["ingress"] or inputs["egress"]:
        raise LookupError("entries in the default network ACL: no translation")
    id_ = inputs["defaultNetworkAclId"]
    for entry in cloud.call("ec2", "describe_network_acls", NetworkAclIds=[id_])["NetworkAcls"][0]["Entries"]:
        number, egress = entry["RuleNumber"], entry["Egress"]
        if number != LAST_RULE:
            cloud.call("ec2", "delete_network_acl_entry", NetworkAclId=id_, RuleNumber=number, Egress=egress)
    cloud.call("ec2", "create_tags", Resources=[id_], Tags=tag_list(inputs))
    return Made(id_)


def _read_default_acl(view: View, stored: Stored) -> Mapping[str, Any]:
    found = acl(view, stored.made.id)
    entries = [entry for entry in found["Entries"] if entry["RuleNumber"] != LAST_RULE]
    return {
        "defaultNetworkAclId": found["NetworkAclId"],
        "ingress": [entry for entry in entries if not entry["Egress"]],
        "egress": [entry for entry in entries if entry["Egress"]],
        "tags": tag_map(found["Tags"]),
    }


def _entry(cloud: Cloud, inputs: Inputs) -> Made:
    ports = {"From": inputs["fromPort"], "To": inputs["toPort"]} if "fromPort" in inputs else None
    number, egress = inputs["ruleNumber"], inputs["egress"]
    cloud.call(
        "ec2",
        "create_network_acl_entry",
        NetworkAclId=inputs["networkAclId"],
        RuleNumber=number,
        Egress=egress,
        Protocol=_NUMBERS.get(inputs["protocol"], inputs["protocol"]),
        RuleAction=inputs["ruleAction"],
        CidrBlock=inputs["cidrBlock"],
        PortRange=ports,
    )
    return Made(f"{inputs['networkAclId']}_{number}_{egress}")


def _read_entry(view: View, stored: Stored) -> Mapping[str, Any]:
    id_, number, egress = stored.made.id.split("_")
    for entry in acl(view, id_)["Entries"]:
        if (str(entry["RuleNumber"]), str(entry["Egress"])) == (number, egress):
            names = {text: name for name, text in _NUMBERS.items()}
            ports = entry.get("PortRange")
            return {
                "networkAclId": id_,
                "ruleNumber": entry["RuleNumber"],
                "egress": entry["Egress"],
                "protocol": names.get(entry["Protocol"], entry["Protocol"]),
                "ruleAction": entry["RuleAction"],
                "cidrBlock": entry["CidrBlock"],
                **({"fromPort": ports["From"], "toPort": ports["To"]} if ports else {}),
            }
    raise LookupError(f"no entry {stored.made.id}")


def _acl_association(cloud: Cloud, inputs: Inputs) -> Made:
    """A subnet always has an ACL, the default one at first: an association replaces the one that is there."""
    subnet = inputs["subnetId"]
    found = cloud.call("ec2", "describe_network_acls", Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])
    links = [link for acl in found["NetworkAcls"] for link in acl["Associations"] if link["SubnetId"] == subnet]
    made = cloud.call(
        "ec2",
        "replace_network_acl_association",
        AssociationId=links[0]["NetworkAclAssociationId"],
        NetworkAclId=inputs["networkAclId"],
    )
    return Made(made["NewAssociationId"])


def _read_acl_association(view: View, stored: Stored) -> Mapping[str, Any]:
    for found in view.every("ec2", "describe_network_acls", "NetworkAcls"):
        for link in found["Associations"]:
            if link["NetworkAclAssociationId"] == stored.made.id:
                return {"networkAclId": found["NetworkAclId"], "subnetId": link["SubnetId"]}
    raise LookupError(f"no association {stored.made.id}")


KINDS = {
    "aws:ec2/securityGroup:SecurityGroup": Kind(_group, _read_group),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": Kind(_default_group, _read_default_group),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": Kind(_rule("ingress"), _read_rule(egress=False)),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": Kind(_rule("egress"), _read_rule(egress=True)),
    "aws:ec2/networkAcl:NetworkAcl": Kind(_acl, _read_acl),
    "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": Kind(_default_acl, _read_default_acl),
    "aws:ec2/networkAclRule:NetworkAclRule": Kind(_entry, _read_entry),
    "aws:ec2/networkAclAssociation:NetworkAclAssociation": Kind(_acl_association, _read_acl_association),
}
