"""Outputs of AWS resources that a template cannot say, because they depend on other things."""

from __future__ import annotations

import ipaddress
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from zt_ai.simulate.aws.act import Act
from zt_ai.simulate.aws.naming import service_prefix_list
from zt_ai.simulate.values import values_at

Draw = Callable[[int, str], str]
Maker = Callable[[Act, str, Draw], dict[str, Any]]

ZONES = "abc"
"""The letters of the availability zones every region of the simulation has."""


def _subnet(act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    zone = act.inputs.get("availabilityZone")
    if not zone:
        zone = f"{act.settings.region}{ZONES[zlib.crc32(act.subject.urn.encode()) % len(ZONES)]}"
    return {
        "availabilityZone": zone,
        "availabilityZoneId": f"{_short(act.settings.region)}-az{_zone_number(str(zone))}",
    }


def _short(region: str) -> str:
    parts = region.split("-")
    return f"{parts[0]}{''.join(part[0] for part in parts[1:-1])}{parts[-1]}"


def _zone_number(zone: str) -> int:
    return ord(zone[-1]) - ord("a") + 1


def _address(act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    # 203.0.113.0/24 and 198.51.100.0/24 are documentation ranges (RFC 5737): no real address is ever simulated.
    number = zlib.crc32(thing_id.encode()) % 508
    base = "203.0.113." if number < 254 else "198.51.100."
    public = f"{base}{number % 254 + 1}"
    return {"publicIp": public, "publicDns": f"ec2-{public.replace('.', '-')}.compute-1.amazonaws.com"}


def _nat(act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    address = act.world.get("aws:ec2/eip:Eip", str(act.inputs.get("allocationId")))
    subnet = act.world.get("aws:ec2/subnet:Subnet", str(act.inputs.get("subnetId")))
    found: dict[str, Any] = {"publicIp": address.value("publicIp")} if address else {}
    if subnet is not None:
        found["privateIp"] = act.inputs.get("privateIp") or _host(subnet.value("cidrBlock"), thing_id)
        found["vpcId"] = subnet.value("vpcId")
    return found


def _host(block: Any, thing_id: str) -> str | None:
    try:
        network = ipaddress.IPv4Network(str(block))
    except ValueError:
        return None
    # The first four addresses and the last of a subnet are AWS's own (VPC User Guide, "Subnet sizing").
    return str(network[4 + zlib.crc32(thing_id.encode()) % (network.num_addresses - 5)])


def _endpoint(act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    service = str(act.inputs.get("serviceName", ""))
    if (act.inputs.get("vpcEndpointType") or "Gateway") != "Interface":
        return {"prefixListId": service_prefix_list(act.settings.region, service), "cidrBlocks": []}
    short, region = service.rsplit(".", 1)[-1], act.settings.region
    subnets = _given(act, "subnetIds")
    name = f"{thing_id}-{zlib.crc32(thing_id.encode()):08x}.{short}.{region}.vpce.amazonaws.com"
    entries = [{"dnsName": name, "hostedZoneId": "Z7HUB22UULQXV"}]
    if act.inputs.get("privateDnsEnabled"):
        entries.append({"dnsName": f"{short}.{region}.amazonaws.com", "hostedZoneId": _zone_id(f"{service}{thing_id}")})
    groups = _given(act, "securityGroupIds")
    if not groups:
        # An endpoint with no group of its own silently gets the VPC's default one (PrivateLink Guide).
        vpc = act.world.get("aws:ec2/vpc:Vpc", str(act.inputs.get("vpcId")))
        groups = (
            [vpc.value("defaultSecurityGroupId")] if vpc is not None and vpc.value("defaultSecurityGroupId") else []
        )
    return {
        "networkInterfaceIds": [f"eni-{draw(17, f'eni:{subnet}')}" for subnet in subnets],
        "dnsEntries": entries,
        "securityGroupIds": groups,
        "ipAddressType": act.inputs.get("ipAddressType") or "ipv4",
    }


def _given(act: Act, name: str) -> list[Any]:
    return list(act.inputs.get(name) or [])


def _zone_id(text: str) -> str:
    return f"Z{zlib.crc32(text.encode()):08X}{zlib.adler32(text.encode()):08X}"


def _firewall(act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    # An endpoint stays for as long as the firewall is in its subnet.
    before = values_at(act.thing.outputs, "firewallStatuses.syncStates.attachments") if act.thing else []
    kept = {attachment["subnetId"]: attachment for attachment in before if isinstance(attachment, dict)}
    states = []
    for subnet_id in values_at(act.inputs, "subnetMappings.subnetId"):
        subnet = act.world.get("aws:ec2/subnet:Subnet", str(subnet_id))
        made = kept.get(subnet_id) or {"endpointId": f"vpce-{draw(17, f'endpoint:{subnet_id}')}", "subnetId": subnet_id}
        zone = subnet.value("availabilityZone") if subnet else None
        states.append({"availabilityZone": zone, "attachments": [made]})
    status = {"syncStates": states, "capacityUsageSummaries": [], "transitGatewayAttachmentSyncStates": []}
    return {"firewallStatuses": [status]}


def _balancer(act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    subnets = [act.world.get("aws:ec2/subnet:Subnet", str(subnet)) for subnet in _given(act, "subnets")]
    name = str(act.inputs.get("name"))
    scheme = "internal-" if act.inputs.get("internal") else ""
    found: dict[str, Any] = {
        "arnSuffix": thing_id.split(":loadbalancer/", 1)[-1],
        "dnsName": f"{scheme}{name}-{zlib.crc32(thing_id.encode())}.{act.settings.region}.elb.amazonaws.com",
        "zoneId": "Z35SXDOTRQ7X7K",
    }
    if subnets and subnets[0] is not None:
        found["vpcId"] = subnets[0].value("vpcId")
    return found


def _target_group(act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    return {"arnSuffix": thing_id.rsplit(":", 1)[-1]}


def _task_definition(act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    # ECS counts the revisions of a family, also over deletions (ECS Developer Guide, "Task definition states"). Two of
    # one family exist side by side while one replaces the other, so they have ids of their own here; the provider
    # gives both the family's name and deletes by ARN.
    family = thing_id.partition("/")[0]
    facts = act.world.fact("revisions", {})
    key = f"{act.settings.region}/{family}"
    revision = int(facts.get(key, 0)) + 1
    act.world.set_fact("revisions", {**facts, key: revision})
    arn = f"arn:aws:ecs:{act.settings.region}:{act.settings.account}:task-definition/{family}"
    return {"arn": f"{arn}:{revision}", "arnWithoutRevision": arn, "revision": revision}


def _zone(act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    servers = [f"ns-{zlib.crc32(f'{thing_id}{n}'.encode()) % 2048}.awsdns-{n:02d}.{top}" for n, top in enumerate(_TOPS)]
    private = bool(act.inputs.get("vpcs"))
    return {"nameServers": servers, "primaryNameServer": act.inputs.get("name") if private else servers[0]}


_TOPS = ("com", "net", "org", "co.uk")


def _record(act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    zone = act.world.get("aws:route53/zone:Zone", str(act.inputs.get("zoneId")))
    name, domain = str(act.inputs.get("name")).rstrip("."), str(zone.value("name") if zone else "").rstrip(".")
    return {"fqdn": name if not domain or name.endswith(domain) else f"{name}.{domain}"}


def _alias(act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    target = str(act.inputs.get("targetKeyId"))
    key = act.world.get("aws:kms/key:Key", target.rsplit("/", 1)[-1])
    return {"targetKeyArn": key.value("arn") if key else target}


def _trail(act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    topic = act.inputs.get("snsTopicName")
    arn = f"arn:aws:sns:{act.settings.region}:{act.settings.account}:{topic}"
    return {"snsTopicArn": arn if topic else ""}


def _adopted(act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    for thing in act.world.with_id(thing_id):
        vpc_id = thing.value("vpcId")
        if vpc_id:
            return {"vpcId": vpc_id}
    return {}


MAKERS: Mapping[str, tuple[Maker, tuple[str, ...]]] = {
    # The maker and the names it makes: a preview shows those as unknown.
    "aws:ec2/subnet:Subnet": (_subnet, ("availabilityZone", "availabilityZoneId")),
    "aws:ec2/eip:Eip": (_address, ("publicIp", "publicDns")),
    "aws:ec2/natGateway:NatGateway": (_nat, ("publicIp", "privateIp", "vpcId")),
    "aws:ec2/vpcEndpoint:VpcEndpoint": (
        _endpoint,
        ("networkInterfaceIds", "dnsEntries", "securityGroupIds", "prefixListId", "cidrBlocks", "ipAddressType"),
    ),
    "aws:networkfirewall/firewall:Firewall": (_firewall, ("firewallStatuses",)),
    "aws:lb/loadBalancer:LoadBalancer": (_balancer, ("arnSuffix", "dnsName", "zoneId", "vpcId")),
    "aws:lb/targetGroup:TargetGroup": (_target_group, ("arnSuffix",)),
    "aws:ecs/taskDefinition:TaskDefinition": (_task_definition, ("arn", "arnWithoutRevision", "revision")),
    "aws:route53/zone:Zone": (_zone, ("nameServers", "primaryNameServer")),
    "aws:route53/record:Record": (_record, ("fqdn",)),
    "aws:kms/alias:Alias": (_alias, ("targetKeyArn",)),
    "aws:cloudtrail/trail:Trail": (_trail, ("snsTopicArn",)),
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": (_adopted, ("vpcId",)),
    "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl": (_adopted, ("vpcId",)),
    "aws:ec2/defaultRouteTable:DefaultRouteTable": (_adopted, ("vpcId",)),
}

MADE_AGAIN: Mapping[str, Mapping[str, str]] = {
    # Outputs that an update makes again when an input changes, so that its preview does not know them
    # [terraform-provider-aws, `internal/service/networkfirewall/firewall.go`: `ComputedIf`].
    "aws:networkfirewall/firewall:Firewall": {"firewallStatuses": "subnetMappings.subnetId"},
}
"""Path of the input by output, by type."""
