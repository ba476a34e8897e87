"""Names: the private zone, query logs and the DNS firewall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from botocore.exceptions import ClientError

from tests.conformance.world import Cloud, Inputs, Kind, Made, Stored, View, lower, tag_list, tag_map, upper


def _zone(cloud: Cloud, inputs: Inputs) -> Made:
    first, *others = [{"VPCId": each["vpcId"], "VPCRegion": each["vpcRegion"]} for each in inputs["vpcs"]]
    made = cloud.call(
        "route53",
        "create_hosted_zone",
        Name=inputs["name"],
        VPC=first,
        CallerReference=inputs["name"],
        HostedZoneConfig={"Comment": inputs["comment"], "PrivateZone": True},
    )["HostedZone"]
    id_ = made["Id"].rpartition("/")[2]
    for vpc in others:
        cloud.call("route53", "associate_vpc_with_hosted_zone", HostedZoneId=id_, VPC=vpc)
    cloud.call(
        "route53", "change_tags_for_resource", ResourceType="hostedzone", ResourceId=id_, AddTags=tag_list(inputs)
    )
    return Made(id_, {"zoneId": id_})


def _read_zone(view: View, stored: Stored) -> Mapping[str, Any]:
    found = view.ask("route53", "get_hosted_zone", Id=stored.made.id)
    zone = found["HostedZone"]
    tags = view.ask("route53", "list_tags_for_resource", ResourceType="hostedzone", ResourceId=stored.made.id)
    return {
        "name": zone["Name"].removesuffix("."),
        "comment": zone["Config"].get("Comment"),
        "vpcs": [{"vpcId": each["VPCId"], "vpcRegion": each["VPCRegion"]} for each in found.get("VPCs", [])],
        "tags": tag_map(tags["ResourceTagSet"]["Tags"]),
    }


def _record(cloud: Cloud, inputs: Inputs) -> Made:
    aliases = [
        {
            "HostedZoneId": each["zoneId"],
            "DNSName": each["name"],
            "EvaluateTargetHealth": each["evaluateTargetHealth"],
        }
        for each in inputs["aliases"]
    ]
    record = {"Name": inputs["name"], "Type": inputs["type"], "AliasTarget": aliases[0]}
    changes = {"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    cloud.call("route53", "change_resource_record_sets", HostedZoneId=inputs["zoneId"], ChangeBatch=changes)
    return Made(f"{inputs['zoneId']}_{inputs['name']}_{inputs['type']}")


def _read_record(view: View, stored: Stored) -> Mapping[str, Any]:
    zone, name, kind = stored.made.id.split("_")
    for record in view.every("route53", "list_resource_record_sets", "ResourceRecordSets", HostedZoneId=zone):
        if (record["Name"].removesuffix("."), record["Type"]) == (name, kind):
            alias = record["AliasTarget"]
            return {
                "zoneId": zone,
                "name": name,
                "type": kind,
                "aliases": [
                    {
                        "zoneId": alias["HostedZoneId"],
                        "name": alias["DNSName"].removesuffix("."),
                        "evaluateTargetHealth": alias["EvaluateTargetHealth"],
                    }
                ],
            }
    raise LookupError(f"no record {stored.made.id}")


def _query_log(cloud: Cloud, inputs: Inputs) -> Made:
    made = cloud.call(
        "route53resolver",
        "create_resolver_query_log_config",
        Name=inputs["name"],
        DestinationArn=inputs["destinationArn"],
        CreatorRequestId=inputs["name"],
        Tags=tag_list(inputs),
    )["ResolverQueryLogConfig"]
    return Made(made["Id"], {"arn": made["Arn"]})


def _read_query_log(view: View, stored: Stored) -> Mapping[str, Any]:
    found = view.ask("route53resolver", "get_resolver_query_log_config", ResolverQueryLogConfigId=stored.made.id)
    config = found["ResolverQueryLogConfig"]
    try:
        tags = view.ask("route53resolver", "list_tags_for_resource", ResourceArn=config["Arn"])["Tags"]
    except ClientError:  # `gaps.NOT_STORED`
        tags = []
    return {**lower(config), "tags": tag_map(tags)}


def _query_log_link(cloud: Cloud, inputs: Inputs) -> Made:
    made = cloud.call(
        "route53resolver",
        "associate_resolver_query_log_config",
        ResolverQueryLogConfigId=inputs["resolverQueryLogConfigId"],
        ResourceId=inputs["resourceId"],
    )
    return Made(made["ResolverQueryLogConfigAssociation"]["Id"])


def _read_query_log_link(view: View, stored: Stored) -> Mapping[str, Any]:
    found = view.ask(
        "route53resolver",
        "get_resolver_query_log_config_association",
        ResolverQueryLogConfigAssociationId=stored.made.id,
    )
    return lower(found["ResolverQueryLogConfigAssociation"])  # type: ignore[no-any-return]


# The DNS firewall: moto has none of it. Each request is checked against the service's description all the same, and
# an id of the real form is made up, so that the requests that follow can be checked too.


def _made_up(cloud: Cloud, kind: str, prefix: str, inputs: Inputs) -> Made:
    id_ = f"{prefix}-{sum(inputs['name'].encode()):017x}"
    return Made(id_, {"arn": f"arn:aws:route53resolver:us-east-1:{cloud.account}:{kind}/{id_}"})


def _domain_list(cloud: Cloud, inputs: Inputs) -> Made:
    made = _made_up(cloud, "firewall-domain-list", "rslvr-fdl", inputs)
    name, tags = inputs["name"], tag_list(inputs)
    cloud.unstored("route53resolver", "create_firewall_domain_list", CreatorRequestId=name, Name=name, Tags=tags)
    cloud.unstored(
        "route53resolver",
        "update_firewall_domains",
        FirewallDomainListId=made.id,
        Operation="REPLACE",
        Domains=inputs["domains"],
    )
    return made


def _rule_group(cloud: Cloud, inputs: Inputs) -> Made:
    name, tags = inputs["name"], tag_list(inputs)
    cloud.unstored("route53resolver", "create_firewall_rule_group", CreatorRequestId=name, Name=name, Tags=tags)
    return _made_up(cloud, "firewall-rule-group", "rslvr-frg", inputs)


def _rule(cloud: Cloud, inputs: Inputs) -> Made:
    cloud.unstored(
        "route53resolver",
        "create_firewall_rule",
        CreatorRequestId=inputs["name"],
        **{key[:1].upper() + key[1:]: inputs[key] for key in inputs},
    )
    return Made(f"{inputs['firewallRuleGroupId']}:{inputs['firewallDomainListId']}")


def _rule_group_link(cloud: Cloud, inputs: Inputs) -> Made:
    plain = {key: inputs[key] for key in inputs if key != "tags"}
    cloud.unstored(
        "route53resolver",
        "associate_firewall_rule_group",
        CreatorRequestId=inputs["name"],
        Tags=tag_list(inputs),
        **upper(plain),
    )
    _ = inputs["tags"]
    return _made_up(cloud, "firewall-rule-group-association", "rslvr-frgassoc", inputs)


def _fail_closed(cloud: Cloud, inputs: Inputs) -> Made:
    cloud.unstored(
        "route53resolver",
        "update_firewall_config",
        ResourceId=inputs["resourceId"],
        FirewallFailOpen=inputs["firewallFailOpen"],
    )
    return Made(inputs["resourceId"])


KINDS = {
    "aws:route53/zone:Zone": Kind(_zone, _read_zone),
    "aws:route53/record:Record": Kind(_record, _read_record),
    "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": Kind(_query_log, _read_query_log),
    "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation": Kind(
        _query_log_link, _read_query_log_link
    ),
    "aws:route53/resolverFirewallDomainList:ResolverFirewallDomainList": Kind(_domain_list),
    "aws:route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup": Kind(_rule_group),
    "aws:route53/resolverFirewallRule:ResolverFirewallRule": Kind(_rule),
    "aws:route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation": Kind(_rule_group_link),
    "aws:route53/resolverFirewallConfig:ResolverFirewallConfig": Kind(_fail_closed),
}
