"""VPC endpoints, flow logs, the transit gateway's attachment and Network Firewall."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.conformance.apply_vpc import tagged
from tests.conformance.world import Cloud, Inputs, Kind, Made, Stored, View, lower, tag_list, tag_map, upper

_ENDPOINT = {
    "vpcId": "VpcId",
    "serviceName": "ServiceName",
    "vpcEndpointType": "VpcEndpointType",
    "policy": "PolicyDocument",
    "routeTableIds": "RouteTableIds",
    "subnetIds": "SubnetIds",
    "securityGroupIds": "SecurityGroupIds",
    "privateDnsEnabled": "PrivateDnsEnabled",
    "ipAddressType": "IpAddressType",
}


def _endpoint(cloud: Cloud, inputs: Inputs) -> Made:
    params = {member: inputs[key] for key, member in _ENDPOINT.items() if key in inputs}
    made = cloud.call("ec2", "create_vpc_endpoint", TagSpecifications=tagged("vpc-endpoint", inputs), **params)
    lists = cloud.call("ec2", "describe_prefix_lists")["PrefixLists"]
    prefix = next((each["PrefixListId"] for each in lists if each["PrefixListName"] == inputs["serviceName"]), None)
    if inputs["vpcEndpointType"] == "Gateway" and prefix is None:
        raise LookupError(f"{inputs['serviceName']} has no prefix list, so no gateway endpoint")
    return Made(made["VpcEndpoint"]["VpcEndpointId"], {"prefixListId": prefix} if prefix else {})


def _read_endpoint(view: View, stored: Stored) -> Mapping[str, Any]:
    found = view.one("ec2", "describe_vpc_endpoints", "VpcEndpoints", "VpcEndpointId", stored.made.id)
    return {
        **{key: found.get(member) for key, member in _ENDPOINT.items()},
        "securityGroupIds": [group["GroupId"] for group in found.get("Groups", [])],
        "tags": tag_map(found["Tags"]),
    }


_FLOW_LOG = {
    "trafficType": "TrafficType",
    "logDestinationType": "LogDestinationType",
    "logDestination": "LogDestination",
    "logFormat": "LogFormat",
    "maxAggregationInterval": "MaxAggregationInterval",
    "iamRoleArn": "DeliverLogsPermissionArn",
}


def _flow_log(cloud: Cloud, inputs: Inputs) -> Made:
    params = {member: inputs[key] for key, member in _FLOW_LOG.items() if key in inputs}

    def create() -> Any:
        return cloud.call(
            "ec2",
            "create_flow_logs",
            ResourceIds=[inputs["vpcId"]],
            ResourceType="VPC",
            DestinationOptions=upper(inputs["destinationOptions"]) if "destinationOptions" in inputs else None,
            TagSpecifications=tagged("vpc-flow-log", inputs),
            **params,
        )

    made = create()
    if made["Unsuccessful"] and params["LogDestinationType"] == "s3":
        # moto takes `bucket/folder/` for the bucket's name (`gaps.NOT_STORED`): without the folder it finds it.
        params["LogDestination"] = params["LogDestination"].partition("/")[0]
        made = create()
    if made["Unsuccessful"]:
        raise LookupError(made["Unsuccessful"])
    return Made(made["FlowLogIds"][0])


def _read_flow_log(view: View, stored: Stored) -> Mapping[str, Any]:
    found = view.one("ec2", "describe_flow_logs", "FlowLogs", "FlowLogId", stored.made.id)
    return {
        **{key: found.get(member) for key, member in _FLOW_LOG.items()},
        "vpcId": found["ResourceId"],
        "destinationOptions": lower(found.get("DestinationOptions")),
        "tags": tag_map(found["Tags"]),
    }


_ATTACHMENT_OPTIONS = {
    "dnsSupport": "DnsSupport",
    "ipv6Support": "Ipv6Support",
    "applianceModeSupport": "ApplianceModeSupport",
    "securityGroupReferencingSupport": "SecurityGroupReferencingSupport",
}


def _attachment(cloud: Cloud, inputs: Inputs) -> Made:
    made = cloud.call(
        "ec2",
        "create_transit_gateway_vpc_attachment",
        TransitGatewayId=inputs["transitGatewayId"],
        VpcId=inputs["vpcId"],
        SubnetIds=inputs["subnetIds"],
        Options={member: inputs[key] for key, member in _ATTACHMENT_OPTIONS.items()},
        TagSpecifications=tagged("transit-gateway-attachment", inputs),
    )
    return Made(made["TransitGatewayVpcAttachment"]["TransitGatewayAttachmentId"])


def _read_attachment(view: View, stored: Stored) -> Mapping[str, Any]:
    found = view.one(
        "ec2",
        "describe_transit_gateway_vpc_attachments",
        "TransitGatewayVpcAttachments",
        "TransitGatewayAttachmentId",
        stored.made.id,
    )
    return {
        "transitGatewayId": found["TransitGatewayId"],
        "vpcId": found["VpcId"],
        "subnetIds": found["SubnetIds"],
        "tags": tag_map(found.get("Tags")),
        **{key: found["Options"].get(member) for key, member in _ATTACHMENT_OPTIONS.items()},
    }


def _arn(cloud: Cloud, kind: str, name: str) -> str:
    return f"arn:aws:network-firewall:us-east-1:{cloud.account}:{kind}/{name}"


def _rule_group(cloud: Cloud, inputs: Inputs) -> Made:
    group = inputs["ruleGroup"]
    variables = group.get("ruleVariables", {})
    # The provider has a list of keyed blocks where the API has a map, and a plural where the API has none.
    sets = {each["key"]: {"Definition": each["ipSet"]["definitions"]} for each in variables.get("ipSets", [])}
    members = {
        "RulesSource": {"RulesSourceList": upper(group["rulesSource"]["rulesSourceList"])},
        "StatefulRuleOptions": upper(group["statefulRuleOptions"]),
        "RuleVariables": {"IPSets": sets},
    }
    covered = {"rulesSource", "statefulRuleOptions", "ruleVariables"}
    if set(group) - covered or set(group["rulesSource"]) != {"rulesSourceList"} or set(variables) - {"ipSets"}:
        raise LookupError(f"a rule group with {sorted(group)}: no translation")
    cloud.unstored(
        "network-firewall",
        "create_rule_group",
        RuleGroupName=inputs["name"],
        Type=inputs["type"],
        Capacity=inputs["capacity"],
        RuleGroup=members,
        Tags=tag_list(inputs),
    )
    arn = _arn(cloud, f"{inputs['type'].lower()}-rulegroup", inputs["name"])
    return Made(arn, {"arn": arn})


def _firewall_policy(cloud: Cloud, inputs: Inputs) -> Made:
    cloud.unstored(
        "network-firewall",
        "create_firewall_policy",
        FirewallPolicyName=inputs["name"],
        FirewallPolicy=upper(inputs["firewallPolicy"]),
        Tags=tag_list(inputs),
    )
    arn = _arn(cloud, "firewall-policy", inputs["name"])
    return Made(arn, {"arn": arn})


_FIREWALL = {
    "name": "FirewallName",
    "vpcId": "VpcId",
    "firewallPolicyArn": "FirewallPolicyArn",
    "deleteProtection": "DeleteProtection",
    "firewallPolicyChangeProtection": "FirewallPolicyChangeProtection",
    "subnetChangeProtection": "SubnetChangeProtection",
}


def _firewall(cloud: Cloud, inputs: Inputs) -> Made:
    mappings = [
        {"SubnetId": each["subnetId"], "IPAddressType": each["ipAddressType"]} for each in inputs["subnetMappings"]
    ]
    params = {member: inputs[key] for key, member in _FIREWALL.items() if key in inputs}
    made = cloud.call("network-firewall", "create_firewall", SubnetMappings=mappings, Tags=tag_list(inputs), **params)
    arn = made["Firewall"]["FirewallArn"]
    states = [_state(cloud, inputs["vpcId"], each["SubnetId"]) for each in mappings]
    return Made(arn, {"arn": arn, "firewallStatuses": [{"syncStates": states}]})


def _state(cloud: Cloud, vpc: str, subnet: str) -> dict[str, Any]:
    """The endpoint that AWS makes in each subnet of a firewall and moto does not: seeded as what EC2 shows it to be.

    Network Firewall Developer Guide, "How Network Firewall works": an endpoint of type Gateway Load Balancer.
    """
    made = cloud.call(
        "ec2",
        "create_vpc_endpoint",
        VpcId=vpc,
        VpcEndpointType="GatewayLoadBalancer",
        ServiceName="com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0",
        SubnetIds=[subnet],
    )["VpcEndpoint"]
    place = cloud.call("ec2", "describe_subnets", SubnetIds=[subnet])["Subnets"][0]["AvailabilityZone"]
    attachment = {"endpointId": made["VpcEndpointId"], "subnetId": subnet}
    return {"availabilityZone": place, "attachments": [attachment]}


def _read_firewall(view: View, stored: Stored) -> Mapping[str, Any]:
    found = view.ask("network-firewall", "describe_firewall", FirewallArn=stored.made.id)["Firewall"]
    return {
        **{key: found.get(member) for key, member in _FIREWALL.items()},
        "subnetMappings": [
            {"subnetId": each["SubnetId"], "ipAddressType": each.get("IPAddressType")}
            for each in found["SubnetMappings"]
        ],
        "tags": tag_map(found["Tags"]),
    }


def _logging(cloud: Cloud, inputs: Inputs) -> Made:
    """One destination a request: Network Firewall API Reference, UpdateLoggingConfiguration."""
    arn, sent = inputs["firewallArn"], []
    for each in inputs["loggingConfiguration"]["logDestinationConfigs"]:
        destination = {**upper(each), "LogDestination": each["logDestination"]}
        sent.append(destination)
        cloud.call(
            "network-firewall",
            "update_logging_configuration",
            FirewallArn=arn,
            LoggingConfiguration={"LogDestinationConfigs": list(sent)},
        )
    return Made(arn)


def _read_logging(view: View, stored: Stored) -> Mapping[str, Any]:
    found = view.ask("network-firewall", "describe_logging_configuration", FirewallArn=stored.made.id)
    configs = found["LoggingConfiguration"]["LogDestinationConfigs"]
    return {
        "firewallArn": found["FirewallArn"],
        "loggingConfiguration": {"logDestinationConfigs": [lower(each) for each in configs]},
    }


KINDS = {
    "aws:ec2/vpcEndpoint:VpcEndpoint": Kind(_endpoint, _read_endpoint),
    "aws:ec2/flowLog:FlowLog": Kind(_flow_log, _read_flow_log),
    "aws:ec2transitgateway/vpcAttachment:VpcAttachment": Kind(_attachment, _read_attachment),
    "aws:networkfirewall/ruleGroup:RuleGroup": Kind(_rule_group),
    "aws:networkfirewall/firewallPolicy:FirewallPolicy": Kind(_firewall_policy),
    "aws:networkfirewall/firewall:Firewall": Kind(_firewall, _read_firewall),
    "aws:networkfirewall/loggingConfiguration:LoggingConfiguration": Kind(_logging, _read_logging),
}
