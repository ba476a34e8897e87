"""Architectures made directly as resources, without any builder: for the verifier's own tests and benchmarks.

`architecture(intent, settings)` writes down, as plainly as it can, resources that fulfil an intent on AWS;
`hospital(n)` makes an intent of n workloads with four flows each. Nothing here is shared with the builder or with the
verifier.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from ipaddress import IPv4Network
from typing import Any

from bench.synthetic_egress import HEALTH, dns, proxy
from bench.synthetic_grants import ACTIONS, arns
from bench.synthetic_intent import hospital
from bench.synthetic_plan import Plan, freeze, spans, urn
from zt_ai.graph import Ref
from zt_ai.intent.addresses import allocate, shared_block
from zt_ai.intent.model import (
    EGRESS_PROXY,
    Access,
    Intent,
    Party,
    Ports,
)
from zt_ai.spec.clouds import Aws
from zt_ai.spec.types import ServiceKind, ZoneKind

SETTINGS = Aws(
    region="us-east-1",
    account="111122223333",
    availability_zones=("us-east-1a", "us-east-1b"),
    cidr="10.20.0.0/16",
    transit_gateway="tgw-0123456789abcdef0",
)
_KINDS = {
    ServiceKind.OBJECT_STORAGE: ("s3",),
    ServiceKind.SECRETS: ("secretsmanager",),
    ServiceKind.KEYS: ("kms",),
    ServiceKind.LOGS: ("logs",),
    ServiceKind.CONTAINER_IMAGES: ("ecr.api", "ecr.dkr", "s3"),
    ServiceKind.MANAGED_LLM: ("bedrock-runtime",),
}


class _Architect:
    def __init__(self, intent: Intent, settings: Aws) -> None:
        self.intent, self.settings, self.plan = intent, settings, Plan()
        self.blocks = allocate(settings.cidr, intent.zones, {})
        self.zones = {name: workload.zone for name, workload in intent.workloads.items()}
        self.subnets: dict[str, list[Ref]] = {}
        self.tables: dict[str, list[Ref]] = {}
        self.needs: dict[str, dict[str, list[Access]]] = {}
        for access in intent.accesses:
            if access.destination_party is Party.SERVICE:
                for service in _KINDS[intent.services[access.destination].kind]:
                    self.needs.setdefault(service, {}).setdefault(access.source, []).append(access)

    def build(self) -> Plan:
        add, settings = self.plan.add, self.settings
        self.vpc = add("ec2/vpc:Vpc", "vpc", cidrBlock=settings.cidr, enableDnsSupport=True, enableDnsHostnames=True)
        add("ec2/defaultSecurityGroup:DefaultSecurityGroup", "default", vpcId=self.vpc)
        add("ec2/defaultNetworkAcl:DefaultNetworkAcl", "default", defaultNetworkAclId=self.vpc)
        add("ec2/defaultRouteTable:DefaultRouteTable", "default", defaultRouteTableId=self.vpc, routes=[])
        self._networks()
        self._endpoints()
        self._acls()
        self._groups()
        proxy(self)
        dns(self)
        for name in self.intent.workloads:
            add("iam/role:Role", name, name=f"synthetic-{name}", tags={"zt-ai:workload": name}, assumeRolePolicy="{}")
        return self.plan

    def _subnet(self, name: str, zone: str | None, role: str, cidr: IPv4Network, az: str) -> None:
        tags = {"zt-ai:role": role, **({"zt-ai:zone": zone} if zone else {})}
        subnet = self.plan.add(
            "ec2/subnet:Subnet",
            name,
            vpcId=self.vpc,
            cidrBlock=str(cidr),
            availabilityZone=az,
            mapPublicIpOnLaunch=False,
            tags=tags,
        )
        table = self.plan.add("ec2/routeTable:RouteTable", name, vpcId=self.vpc, tags=tags)
        self.plan.add("ec2/routeTableAssociation:RouteTableAssociation", name, subnetId=subnet, routeTableId=table)
        place = zone if zone and role == "zone" else role
        self.subnets.setdefault(place, []).append(subnet)
        self.tables.setdefault(place, []).append(table)

    def _networks(self) -> None:
        add, intent = self.plan.add, self.intent
        for az in self.settings.availability_zones:
            quarter = (ord(az[-1]) - ord("a")) % 4
            for zone in intent.zones.values():
                whole = list(self.blocks[zone.name].subnets(prefixlen_diff=2))[quarter]
                if zone.kind in (ZoneKind.ACCESS, ZoneKind.EGRESS):
                    first, second = whole.subnets()
                    third, fourth = second.subnets()
                    self._subnet(f"{zone.name}-{az}", zone.name, "zone", first, az)
                    self._subnet(
                        f"{'transit' if zone.kind is ZoneKind.ACCESS else 'firewall'}-{az}",
                        zone.name,
                        "transit" if zone.kind is ZoneKind.ACCESS else "firewall",
                        third,
                        az,
                    )
                    if zone.kind is ZoneKind.EGRESS:
                        self._subnet(f"nat-{az}", zone.name, "nat", fourth, az)
                else:
                    self._subnet(f"{zone.name}-{az}", zone.name, "zone", whole, az)
            self._subnet(
                f"endpoints-{az}",
                None,
                "endpoints",
                list(shared_block(self.settings.cidr).subnets(prefixlen_diff=2))[quarter],
                az,
            )
        if self.settings.transit_gateway and "transit" in self.subnets:
            add(
                "ec2transitgateway/vpcAttachment:VpcAttachment",
                "transit",
                vpcId=self.vpc,
                transitGatewayId=self.settings.transit_gateway,
                subnetIds=self.subnets["transit"],
            )
            for front in (z.name for z in intent.zones.values() if z.kind is ZoneKind.ACCESS):
                for table in self.tables[front]:
                    for network in intent.networks.values():
                        for cidr in network.cidrs:
                            add(
                                "ec2/route:Route",
                                f"{table.urn.rpartition('::')[2]}-{cidr}",
                                routeTableId=table,
                                destinationCidrBlock=cidr,
                                transitGatewayId=self.settings.transit_gateway,
                            )

    def _acl(self, place: str, subnets: list[Ref], entries: list[tuple[bool, int, str, Ports | None, bool]]) -> None:
        add = self.plan.add
        acl = add("ec2/networkAcl:NetworkAcl", f"acl-{place}", vpcId=self.vpc)
        for index, subnet in enumerate(subnets):
            add(
                "ec2/networkAclAssociation:NetworkAclAssociation",
                f"acl-{place}-{index}",
                networkAclId=acl,
                subnetId=subnet,
            )
        for position, (egress, order, cidr, ports, allow) in enumerate(entries):
            add(
                "ec2/networkAclRule:NetworkAclRule",
                f"acl-{place}-rule-{position}",
                networkAclId=acl,
                ruleNumber=order + position,
                egress=egress,
                protocol=ports.protocol if ports else "-1",
                ruleAction="allow" if allow else "deny",
                cidrBlock=cidr,
                fromPort=ports.first if ports else 0,
                toPort=ports.last if ports else 0,
            )

    def _acls(self) -> None:
        intent, https = self.intent, Ports("tcp", 443, 443)
        ends: dict[str, list[str]] = {zone: [str(block)] for zone, block in self.blocks.items()}
        ends |= {f"network {n.name}": list(n.cidrs) for n in intent.networks.values()} | {
            "endpoints": [str(shared_block(self.settings.cidr))]
        }
        flows: dict[tuple[str, str], list[Ports]] = {}
        for access in intent.accesses:
            if access.destination_party is Party.WORKLOAD:
                source = self.zones.get(access.source, f"network {access.source}")
                flows.setdefault((source, self.zones[access.destination]), []).extend(access.ports)
            elif (
                access.destination_party is Party.SERVICE
                and intent.services[access.destination].kind is not ServiceKind.OBJECT_STORAGE
            ):
                flows.setdefault((self.zones[access.source], "endpoints"), []).append(https)
        far = {self.zones[w] for w in self.needs.get("s3", {})}
        back = {"tcp": Ports("tcp", 1024, 65535), "udp": Ports("udp", 1024, 65535)}
        for place in (*intent.zones, "endpoints"):
            entries: list[tuple[bool, int, str, Ports | None, bool]] = []
            for other, cidrs in ends.items():
                if other == place:
                    entries += (
                        [(egress, 100, cidr, None, True) for cidr in cidrs for egress in (True, False)]
                        if place in intent.zones
                        else []
                    )
                    continue
                out, into = flows.get((place, other), []), flows.get((other, place), [])
                for egress, one, reverse in ((True, out, into), (False, into, out)):
                    ports = spans([*one, *(back[p] for p in sorted({r.protocol for r in reverse}))])
                    entries += [(egress, 100, cidr, port, True) for cidr in cidrs for port in ports]
            entries += [(egress, 100, self.settings.cidr, None, False) for egress in (True, False)]
            if place in far or place == intent.egress_zone:
                entries += [(True, 200, "0.0.0.0/0", https, True), (False, 200, "0.0.0.0/0", back["tcp"], True)]
            self._acl(place, self.subnets[place], entries)
        if "transit" in self.subnets:
            zones = [str(self.blocks[z.name]) for z in intent.zones.values() if z.kind is ZoneKind.ACCESS]
            calls = [p for (s, _), ports in flows.items() if s.startswith("network ") for p in ports]
            self._acl(
                "transit",
                self.subnets["transit"],
                [
                    *((True, 100, zone, port, True) for zone in zones for port in spans(calls)),
                    *((False, 100, zone, back["tcp"], True) for zone in zones),
                ],
            )
        own = str(self.blocks[intent.egress_zone])
        for role in ("firewall", "nat"):
            self._acl(
                role,
                self.subnets[role],
                [
                    (True, 100, own, None, True),
                    (False, 100, own, None, True),
                    (True, 100, self.settings.cidr, None, False),
                    (False, 100, self.settings.cidr, None, False),
                    (True, 200, "0.0.0.0/0", https, True),
                    (False, 200, "0.0.0.0/0", back["tcp"], True),
                ],
            )

    def _endpoints(self) -> None:
        self.endpoints: dict[str, Ref] = {}
        self.endpoint_groups: dict[str, Ref] = {}
        for service, users in self.needs.items():
            statements = [
                {
                    "Sid": f"S{index}",
                    "Effect": "Allow",
                    "Principal": "*",
                    "Action": ACTIONS[self.intent.services[a.destination].kind],
                    "Resource": arns(self.intent.services[a.destination], self.settings),
                    "Condition": {
                        "StringEquals": {
                            "aws:PrincipalArn": f"arn:aws:iam::{self.settings.account}:role/synthetic-{workload}",
                            **({"aws:ResourceAccount": self.settings.account} if service != "bedrock-runtime" else {}),
                        },
                        **(
                            {
                                "ForAnyValue:StringEquals": {
                                    "kms:ResourceAliases": [
                                        f"alias/{n}" for n in self.intent.services[a.destination].resources
                                    ]
                                }
                            }
                            if service == "kms"
                            else {}
                        ),
                    },
                }
                for index, (workload, a) in enumerate((w, a) for w, accesses in users.items() for a in accesses)
                if not (service == "s3" and self.intent.services[a.destination].kind is ServiceKind.CONTAINER_IMAGES)
            ]
            if service == "s3":
                statements.append(
                    {
                        "Effect": "Allow",
                        "Principal": "*",
                        "Action": "s3:GetObject",
                        "Resource": f"arn:aws:s3:::prod-{self.settings.region}-starport-layer-bucket/*",
                    }
                )
            policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
            name = f"com.amazonaws.{self.settings.region}.{service}"
            if service == "s3":
                tables = [table for zone in dict.fromkeys(self.zones[w] for w in users) for table in self.tables[zone]]
                self.endpoints[service] = self.plan.add(
                    "ec2/vpcEndpoint:VpcEndpoint",
                    service,
                    vpcId=self.vpc,
                    serviceName=name,
                    vpcEndpointType="Gateway",
                    routeTableIds=tables,
                    policy=policy,
                )
                continue
            group = self._group(f"endpoint-{service}", {"zt-ai:service": service, "zt-ai:role": "endpoint"})
            self.endpoint_groups[service] = group
            self.endpoints[service] = self.plan.add(
                "ec2/vpcEndpoint:VpcEndpoint",
                service,
                vpcId=self.vpc,
                serviceName=name,
                vpcEndpointType="Interface",
                privateDnsEnabled=True,
                subnetIds=self.subnets["endpoints"],
                securityGroupIds=[group],
                policy=policy,
            )

    def _group(self, name: str, tags: Mapping[str, str]) -> Ref:
        return self.plan.add("ec2/securityGroup:SecurityGroup", name, vpcId=self.vpc, tags=dict(tags))

    def _rule(self, group: Ref, egress: bool, ports: Ports, clause: str, **peer: Any) -> None:
        word = "Egress" if egress else "Ingress"
        other = next(iter(peer.values()))
        label = other.urn.rpartition("::")[2] if isinstance(other, Ref) else str(other)
        name = f"{group.urn.rpartition('::')[2]}-{word.lower()}-{label}-{ports}"
        if urn(f"vpc/securityGroup{word}Rule:SecurityGroup{word}Rule", name) in self.plan.resources:
            return
        self.plan.add(
            f"vpc/securityGroup{word}Rule:SecurityGroup{word}Rule",
            name,
            securityGroupId=group,
            ipProtocol=ports.protocol,
            fromPort=ports.first,
            toPort=ports.last,
            tags={"zt-ai:clause": clause},
            **peer,
        )

    def _groups(self) -> None:
        intent, https = self.intent, Ports("tcp", 443, 443)
        groups = {
            name: self._group(name, {"zt-ai:workload": name, "zt-ai:role": "workload"}) for name in intent.workloads
        }
        self.groups = groups
        self.front = self._group("front", {"zt-ai:workload": EGRESS_PROXY, "zt-ai:role": "front"})
        serves = tuple(intent.workloads[EGRESS_PROXY].serves.values())
        for port in (*serves, Ports("tcp", HEALTH, HEALTH)):
            self._rule(self.front, True, port, "implied:front", referencedSecurityGroupId=groups[EGRESS_PROXY])
            self._rule(groups[EGRESS_PROXY], False, port, "implied:front", referencedSecurityGroupId=self.front)
        for access in intent.accesses:
            source, clause = groups.get(access.source), access.clause.id
            if access.destination_party is Party.WORKLOAD:
                target = self.front if access.destination == EGRESS_PROXY else groups[access.destination]
                for port in access.ports:
                    if source is None:
                        for cidr in intent.networks[access.source].cidrs:
                            self._rule(target, False, port, clause, cidrIpv4=cidr)
                        continue
                    self._rule(source, True, port, clause, referencedSecurityGroupId=target)
                    self._rule(target, False, port, clause, referencedSecurityGroupId=source)
            elif access.destination_party is Party.PROVIDER and source is not None:
                self._rule(source, True, https, clause, cidrIpv4="0.0.0.0/0")
            elif source is not None:
                for service in _KINDS[intent.services[access.destination].kind]:
                    if service == "s3":
                        self._rule(source, True, https, clause, prefixListId=self.endpoints["s3"])
                    else:
                        self._rule(source, True, https, clause, referencedSecurityGroupId=self.endpoint_groups[service])
                        self._rule(
                            self.endpoint_groups[service], False, https, clause, referencedSecurityGroupId=source
                        )


def architecture(intent: Intent, settings: Aws = SETTINGS) -> Plan:
    """Resources that fulfil an intent: networks, filters, endpoints, the egress path and DNS. No audit store, no
    alarms."""
    return _Architect(intent, settings).build()


__all__ = ["SETTINGS", "Plan", "architecture", "freeze", "hospital", "urn"]
