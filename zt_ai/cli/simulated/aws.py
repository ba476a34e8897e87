"""What a specification says exists already on AWS, for the simulated cloud."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zt_ai.cli.simulated.model import Premises
from zt_ai.spec.clouds import Aws

# Quotas of the specification by the simulation's names for them.
_QUOTAS = {
    "rules_per_security_group": "rules-per-security-group",
    "security_groups_per_interface": "security-groups-per-interface",
    "security_groups_per_region": "security-groups-per-region",
    "rules_per_network_acl": "rules-per-network-acl",
    "subnets_per_vpc": "subnets-per-vpc",
    "route_tables_per_vpc": "route-tables-per-vpc",
    "routes_per_route_table": "routes-per-route-table",
    "interface_endpoints_per_vpc": "interface-endpoints-per-vpc",
    "gateway_endpoints_per_region": "gateway-endpoints-per-region",
    "nat_gateways_per_availability_zone": "nat-gateways-per-zone",
    "elastic_ips_per_region": "elastic-ips-per-region",
    "roles_per_account": "roles-per-account",
}


def premises(settings: Aws) -> Premises:
    """Ids that the specification only refers to, the VPC that it adopts, and the quotas that were raised."""
    quotas = {name: getattr(settings.quotas, field) for field, name in _QUOTAS.items()}
    return Premises(_referred(settings), _adopted(settings), quotas)


def _referred(settings: Aws) -> tuple[str, ...]:
    """Ids of what the specification only refers to."""
    return tuple(found for found in (settings.transit_gateway, settings.alarm_topic) if found)


def _adopted(settings: Aws) -> tuple[Mapping[str, Any], ...]:
    """The VPC that the specification adopts, with its gateway: of the VPC just the range is known that zones lie in."""
    adopt = settings.adopt
    if adopt is None:
        return ()
    vpc = {
        "type": "aws:ec2/vpc:Vpc",
        "id": adopt.vpc,
        "region": settings.region,
        "inputs": {"cidrBlock": settings.cidr, "enableDnsSupport": True, "enableDnsHostnames": True},
    }
    if adopt.internet_gateway is None:
        return (vpc,)
    gateway = {
        "type": "aws:ec2/internetGateway:InternetGateway",
        "id": adopt.internet_gateway,
        "region": settings.region,
        "inputs": {"vpcId": adopt.vpc},
    }
    return (vpc, gateway)
