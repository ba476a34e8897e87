"""The egress path of a synthetic architecture."""

from __future__ import annotations

from typing import Protocol

from bench.synthetic_plan import Plan
from zt_ai.graph import Ref
from zt_ai.intent.model import (
    EGRESS_PROXY,
    Access,
    Intent,
)
from zt_ai.spec.clouds import Aws
from zt_ai.spec.types import ServiceKind

HEALTH = 8081


class Architect(Protocol):
    """What the egress path needs of the rest of an architecture."""

    intent: Intent
    settings: Aws
    plan: Plan
    vpc: Ref
    front: Ref
    subnets: dict[str, list[Ref]]
    tables: dict[str, list[Ref]]
    groups: dict[str, Ref]
    needs: dict[str, dict[str, list[Access]]]


def proxy(site: Architect) -> None:
    """The way to the internet: proxy, load balancer, firewall, NAT gateways, internet gateway."""
    add = site.plan.add
    gateway = add("ec2/internetGateway:InternetGateway", "internet", vpcId=site.vpc)
    rules = add(
        "networkfirewall/ruleGroup:RuleGroup",
        "providers",
        type="STATEFUL",
        capacity=100,
        ruleGroup={
            "rulesSource": {
                "rulesSourceList": {
                    "generatedRulesType": "ALLOWLIST",
                    "targetTypes": ["TLS_SNI"],
                    "targets": list(site.intent.provider_domains()),
                }
            },
            "statefulRuleOptions": {"ruleOrder": "STRICT_ORDER"},
        },
    )
    policy = add(
        "networkfirewall/firewallPolicy:FirewallPolicy",
        "egress",
        firewallPolicy={
            "statelessDefaultActions": ["aws:forward_to_sfe"],
            "statelessFragmentDefaultActions": ["aws:forward_to_sfe"],
            "statefulDefaultActions": ["aws:drop_established", "aws:alert_established"],
            "statefulEngineOptions": {"ruleOrder": "STRICT_ORDER"},
            "statefulRuleGroupReferences": [{"resourceArn": rules, "priority": 1}],
        },
    )
    firewall = add(
        "networkfirewall/firewall:Firewall",
        "egress",
        vpcId=site.vpc,
        firewallPolicyArn=policy,
        subnetMappings=[{"subnetId": subnet} for subnet in site.subnets["firewall"]],
    )
    zone = site.intent.egress_zone
    for index, az in enumerate(site.settings.availability_zones):
        nat = add(
            "ec2/natGateway:NatGateway",
            f"nat-{az}",
            subnetId=site.subnets["nat"][index],
            allocationId=add("ec2/eip:Eip", f"nat-{az}", domain="vpc"),
        )
        for name, table, target in (
            (f"{zone}-{az}", site.tables[zone][index], {"vpcEndpointId": firewall}),
            (f"firewall-{az}", site.tables["firewall"][index], {"natGatewayId": nat}),
            (f"nat-{az}", site.tables["nat"][index], {"gatewayId": gateway}),
        ):
            add("ec2/route:Route", f"default-{name}", routeTableId=table, destinationCidrBlock="0.0.0.0/0", **target)
        for other, subnet in zip(site.settings.availability_zones, site.subnets[zone], strict=True):
            cidr = site.plan.resources[subnet.urn].inputs["cidrBlock"]
            add(
                "ec2/route:Route",
                f"back-{az}-{other}",
                routeTableId=site.tables["nat"][index],
                destinationCidrBlock=cidr,
                vpcEndpointId=firewall,
            )
    balancer = add(
        "lb/loadBalancer:LoadBalancer",
        "proxy",
        internal=True,
        loadBalancerType="network",
        subnets=site.subnets[zone],
        securityGroups=[site.front],
    )
    for port in site.intent.workloads[EGRESS_PROXY].serves.values():
        members = add(
            "lb/targetGroup:TargetGroup",
            f"proxy-{port.first}",
            port=port.first,
            protocol="TCP",
            targetType="ip",
            vpcId=site.vpc,
            healthCheck={"port": str(HEALTH), "protocol": "HTTP"},
        )
        add(
            "lb/listener:Listener",
            f"proxy-{port.first}",
            loadBalancerArn=balancer,
            port=port.first,
            protocol="TCP",
            defaultActions=[{"type": "forward", "targetGroupArn": members}],
        )
    add(
        "ecs/service:Service",
        "proxy",
        networkConfiguration={
            "subnets": site.subnets[zone],
            "securityGroups": [site.groups[EGRESS_PROXY]],
            "assignPublicIp": False,
        },
    )


def dns(site: Architect) -> None:
    """The closed DNS Firewall."""
    add, region, domain = site.plan.add, f"{site.settings.region}.amazonaws.com", f"{site.intent.name}.internal"
    add("route53/zone:Zone", "internal", name=domain, vpcs=[{"vpcId": site.vpc}])
    special = {"ecr.api": f"api.ecr.{region}", "ecr.dkr": f"{site.settings.account}.dkr.ecr.{region}"}
    names = [special.get(service, f"{service}.{region}") for service in site.needs if service != "s3"]
    buckets = [n for s in site.intent.services.values() if s.kind is ServiceKind.OBJECT_STORAGE for n in s.resources]
    if "ecr.dkr" in site.needs:
        buckets.append(f"prod-{site.settings.region}-starport-layer-bucket")
    names += [f"{bucket}.s3.{region}" for bucket in buckets]
    names += [*site.intent.provider_domains(), f"*.{domain}"]
    kind = "route53/resolverFirewall"
    rules = add(f"{kind}RuleGroup:ResolverFirewallRuleGroup", "dns")
    allowed = add(f"{kind}DomainList:ResolverFirewallDomainList", "allowed", domains=names)
    every = add(f"{kind}DomainList:ResolverFirewallDomainList", "every", domains=["*"])
    add(
        f"{kind}Rule:ResolverFirewallRule",
        "allow",
        firewallRuleGroupId=rules,
        firewallDomainListId=allowed,
        action="ALLOW",
        priority=100,
        firewallDomainRedirectionAction="TRUST_REDIRECTION_DOMAIN",
    )
    add(
        f"{kind}Rule:ResolverFirewallRule",
        "block",
        firewallRuleGroupId=rules,
        firewallDomainListId=every,
        action="BLOCK",
        blockResponse="NODATA",
        priority=200,
    )
    add(
        f"{kind}RuleGroupAssociation:ResolverFirewallRuleGroupAssociation",
        "dns",
        firewallRuleGroupId=rules,
        vpcId=site.vpc,
        priority=101,
    )
    add(f"{kind}Config:ResolverFirewallConfig", "dns", resourceId=site.vpc, firewallFailOpen="DISABLED")
