"""Claims 1 to 3 on whole architectures that were written without the builder, and on harmful changes to them."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from functools import cache

import pytest

from bench.synthetic import SETTINGS, Plan, architecture, hospital, urn
from zt_ai.graph import Ref
from zt_ai.intent.model import Intent
from zt_ai.verify.aws.prove import network_claims
from zt_ai.verify.aws.read import read_world
from zt_ai.verify.model import Claim, ProvedAccess, Verdict
from zt_ai.verify.selectors import Match, Selectors

INTENT = hospital(18)
SUBNET, ACL, ROUTE = "ec2/subnet:Subnet", "ec2/networkAcl:NetworkAcl", "ec2/route:Route"


def claims(plan: Plan, intent: Intent = INTENT, selectors: Selectors | None = None) -> dict[str, Claim]:
    made, _ = network_claims(read_world(plan.graph(), SETTINGS, selectors), intent)
    return {claim.id: claim for claim in made}


@cache
def accesses() -> tuple[ProvedAccess, ...]:
    return network_claims(read_world(architecture(INTENT).graph(), SETTINGS), INTENT)[1]


@pytest.mark.parametrize("count", [7, 18, 40])
def test_an_architecture_that_fulfils_its_intent_is_proved(count: int) -> None:
    intent = hospital(count)
    found = claims(architecture(intent), intent)
    assert {name: (claim.witnesses, claim.reasons) for name, claim in found.items()} == dict.fromkeys(
        ("reachability", "data-zone-egress", "internet-egress"), ((), ())
    )


def test_accesses_say_who_reaches_whom_and_by_which_clause() -> None:
    wanted = next(a for a in INTENT.accesses if a.destination.startswith("w") and a.source.startswith("w"))
    found = next(a for a in accesses() if (a.source, a.destination) == (wanted.source, wanted.destination))
    assert found.ports == tuple(str(port) for port in wanted.ports)
    assert wanted.clause.id in found.clauses
    assert all(access.clauses for access in accesses() if not access.source.startswith("front of"))


def ref(short: str, name: str) -> Ref:
    return Ref(urn(short, name))


def add_rule(plan: Plan, way: str, group: str, **peer: object) -> None:
    body = {
        "securityGroupId": ref("ec2/securityGroup:SecurityGroup", group),
        "ipProtocol": "tcp",
        "fromPort": 22,
        "toPort": 22,
    }
    plan.add(f"vpc/securityGroup{way}Rule:SecurityGroup{way}Rule", f"bad-{way}", **{**body, **peer})


def policy_open(plan: Plan) -> None:
    policy = json.dumps({"Statement": [{"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}]})
    plan.change(ref("ec2/vpcEndpoint:VpcEndpoint", "secretsmanager"), policy=policy)


def first(plan: Plan, short: str, part: str) -> Ref:
    return next(Ref(key) for key, r in plan.resources.items() if r.type == f"aws:{short}" and part in r.name)


def drop_acl(plan: Plan) -> None:
    plan.remove(first(plan, "ec2/networkAclAssociation:NetworkAclAssociation", "acl-records"))
    plan.change(ref("ec2/defaultNetworkAcl:DefaultNetworkAcl", "default"), ingress=[ANY], egress=[ANY])


ANY = {"ruleNo": 100, "action": "allow", "protocol": "-1", "cidrBlock": "0.0.0.0/0", "fromPort": 0, "toPort": 0}
GROUP = "ec2/securityGroup:SecurityGroup"
EIP_TYPE = "ec2/eip:Eip"
HARM: dict[str, tuple[str, Callable[[Plan], object]]] = {
    "one rule out is lost": (
        "reachability",
        lambda p: p.remove(first(p, "vpc/securityGroupEgressRule:SecurityGroupEgressRule", "w3-egress-w")),
    ),
    "one rule in is lost": (
        "reachability",
        lambda p: p.remove(first(p, "vpc/securityGroupIngressRule:SecurityGroupIngressRule", "w3-ingress-w")),
    ),
    "a rule in from anywhere": ("reachability", lambda p: add_rule(p, "Ingress", "w4", cidrIpv4="0.0.0.0/0")),
    "a rule in from an untagged group": (
        "reachability",
        lambda p: add_rule(
            p, "Ingress", "w4", referencedSecurityGroupId=p.add(GROUP, "loose", vpcId=ref("ec2/vpc:Vpc", "vpc"))
        ),
    ),
    "an acl is taken away": ("reachability", drop_acl),
    "an acl rule lets zones meet": (
        "reachability",
        lambda p: p.add(
            "ec2/networkAclRule:NetworkAclRule",
            "bad",
            networkAclId=ref(ACL, "acl-images"),
            ruleNumber=1,
            egress=False,
            protocol="-1",
            ruleAction="allow",
            cidrBlock="10.20.0.0/16",
            fromPort=0,
            toPort=0,
        ),
    ),
    "ephemeral answers are cut": (
        "reachability",
        lambda p: p.remove(first(p, "ec2/networkAclRule:NetworkAclRule", "acl-clinical-rule-0")),
    ),
    "an endpoint is lost": ("reachability", lambda p: p.remove(ref("ec2/vpcEndpoint:VpcEndpoint", "secretsmanager"))),
    "the front is open to another port": (
        "reachability",
        lambda p: add_rule(p, "Ingress", "front", cidrIpv4="10.20.0.0/16"),
    ),
    "a network is no longer routed": ("reachability", lambda p: p.remove(first(p, ROUTE, "10.128.0.0/14"))),
    "an endpoint policy is open": ("data-zone-egress", policy_open),
    "a data zone gives public addresses": (
        "data-zone-egress",
        lambda p: p.change(ref(SUBNET, "records-us-east-1a"), mapPublicIpOnLaunch=True),
    ),
    "a data zone is routed to the transit gateway": (
        "data-zone-egress",
        lambda p: p.add(
            ROUTE,
            "bad",
            routeTableId=ref("ec2/routeTable:RouteTable", "records-us-east-1a"),
            destinationCidrBlock="10.128.0.0/14",
            transitGatewayId="tgw-0123456789abcdef0",
        ),
    ),
    "a data workload may name the internet": (
        "data-zone-egress",
        lambda p: add_rule(p, "Egress", "w0", cidrIpv4="8.8.8.8/32"),
    ),
    "a private link to somebody else": (
        "data-zone-egress",
        lambda p: p.add(
            "ec2/vpcEndpoint:VpcEndpoint",
            "bad",
            vpcId=ref("ec2/vpc:Vpc", "vpc"),
            vpcEndpointType="Interface",
            serviceName="com.amazonaws.vpce.us-east-1.vpce-svc-0123456789abcdef0",
            subnetIds=[ref(SUBNET, "records-us-east-1a")],
        ),
    ),
    "DNS answers for anything": (
        "data-zone-egress",
        lambda p: p.remove(ref("route53/resolverFirewallRule:ResolverFirewallRule", "block")),
    ),
    "a free label in an allowed name": (
        "data-zone-egress",
        lambda p: p.change(
            ref("route53/resolverFirewallDomainList:ResolverFirewallDomainList", "allowed"), domains=["*.example.com"]
        ),
    ),
    "a route past the firewall": (
        "internet-egress",
        lambda p: p.change(
            ref(ROUTE, "default-egress-us-east-1a"),
            vpcEndpointId=None,
            natGatewayId=ref("ec2/natGateway:NatGateway", "nat-us-east-1a"),
        ),
    ),
    "an elastic address on an interface": (
        "internet-egress",
        lambda p: p.add(
            EIP_TYPE,
            "bad",
            networkInterface=p.add(
                "ec2/networkInterface:NetworkInterface",
                "eni",
                subnetId=ref(SUBNET, "egress-us-east-1a"),
                securityGroups=[ref(GROUP, "egress-proxy")],
            ),
        ),
    ),
    "the proxy on another port": (
        "internet-egress",
        lambda p: add_rule(p, "Egress", "egress-proxy", cidrIpv4="0.0.0.0/0"),
    ),
    "the service has a public address": (
        "internet-egress",
        lambda p: p.change(
            ref("ecs/service:Service", "proxy"),
            networkConfiguration={
                "subnets": [ref(SUBNET, "egress-us-east-1a")],
                "securityGroups": [ref(GROUP, "egress-proxy")],
                "assignPublicIp": True,
            },
        ),
    ),
    "the load balancer faces the internet": (
        "internet-egress",
        lambda p: p.change(ref("lb/loadBalancer:LoadBalancer", "proxy"), internal=False),
    ),
}


@pytest.mark.parametrize("harm", HARM)
def test_a_harmful_change_is_refuted_by_its_claim(harm: str) -> None:
    name, change = HARM[harm]
    plan = architecture(INTENT)
    change(plan)
    claim = claims(plan)[name]
    assert claim.verdict is Verdict.REFUTED, (claim.covered, claim.reasons)
    assert all(witness.explanation and witness.through for witness in claim.witnesses)
    assert len(claim.witnesses) <= 20


def test_a_foreign_program_is_proved_by_selectors_alone() -> None:
    plan = architecture(INTENT)
    for key, resource in plan.resources.items():
        plan.resources[key] = replace(
            resource, inputs={name: v for name, v in resource.inputs.items() if name != "tags"}
        )
    bare = claims(plan)["reachability"]
    assert bare.verdict is Verdict.REFUTED
    zones = {zone: (Match(name=f"{zone}-us-*"),) for zone in INTENT.zones}
    extra = {"firewall": "egress", "nat": "egress", "transit": "front"}
    roles = {role: (Match(name=f"{role}-us-*"),) for role in ("endpoints", *extra)}
    for role, zone in extra.items():
        zones[zone] = (*zones[zone], Match(name=f"{role}-us-*"))
    workloads = {
        name: (Match(urn=f"*securityGroup:SecurityGroup::{name}"), Match(urn=f"*iam/role:Role::{name}"))
        for name in INTENT.workloads
    }
    selectors = Selectors(zones, roles, workloads, {"egress-proxy": (Match(urn="*SecurityGroup::front"),)})
    endpoints = {
        key: r
        for key, r in plan.resources.items()
        if r.type.endswith(":SecurityGroup") and r.name.startswith("endpoint-")
    }
    for key, resource in endpoints.items():  # the group of an endpoint is known by the endpoint that has it
        plan.resources[key] = replace(resource, inputs={**resource.inputs, "tags": {"zt-ai:role": "endpoint"}})
    found = claims(plan, selectors=selectors)
    assert {name: (claim.verdict, claim.witnesses[:2]) for name, claim in found.items()} == dict.fromkeys(
        found, (Verdict.PROVED, ())
    )


def test_literal_ids_mean_the_same_as_references() -> None:
    plan = architecture(INTENT)
    ids = {key: f"{resource.name}-{index:x}" for index, (key, resource) in enumerate(plan.resources.items())}

    def literal(value: object) -> object:
        if isinstance(value, Ref):
            return ids[value.urn]
        if isinstance(value, tuple):
            return tuple(literal(item) for item in value)
        return {k: literal(v) for k, v in value.items()} if isinstance(value, dict) else value

    for key, resource in plan.resources.items():
        plan.resources[key] = replace(resource, id=ids[key], inputs=literal(resource.inputs))  # type: ignore[arg-type]
    assert {claim.verdict for claim in claims(plan).values()} == {Verdict.PROVED}
