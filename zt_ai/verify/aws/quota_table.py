"""Quotas of AWS that a plan can run into, each with the document that states it.

Those that an account can have raised, and that a specification can therefore state, come from `clouds.aws.quotas`; the
others are fixed, or so far away that raising them is not worth an option.
"""

from __future__ import annotations

from dataclasses import dataclass

from zt_ai.spec.clouds import AwsQuotas

_VPC = 'VPC User Guide, "Amazon VPC quotas"'
_PRIVATE_LINK = 'AWS PrivateLink Guide, "AWS PrivateLink quotas"'
_IAM = 'IAM User Guide, "IAM and AWS STS quotas"'
_FIREWALL = 'AWS Network Firewall Developer Guide, "AWS Network Firewall quotas"'
_DNS = 'Route 53 Developer Guide, "Quotas", Resolver DNS Firewall'
_NLB = 'Elastic Load Balancing, "Quotas for your Network Load Balancers"'
_TRAIL = 'CloudTrail API Reference, "PutEventSelectors" and "DataResource"'


@dataclass(frozen=True, slots=True)
class Quota:
    """The most of something that AWS takes; `what` reads after a number, as in "61 rules, the quota is 60"."""

    what: str
    limit: int
    source: str


@dataclass(frozen=True, slots=True)
class Quotas:
    """All quotas that are counted."""

    rules: Quota
    groups_of_interface: Quota
    groups: Quota
    acl_rules: Quota
    subnets: Quota
    route_tables: Quota
    routes: Quota
    interface_endpoints: Quota
    gateway_endpoints: Quota
    nat_gateways: Quota
    addresses: Quota
    roles: Quota
    # Groups times rules: raising one quota lowers the other.
    rules_of_interface: Quota = Quota("rules for each interface (quota of rules times quota of groups)", 1000, _VPC)
    acls: Quota = Quota("network ACLs in one VPC, the default one included", 200, _VPC)
    cidr_blocks: Quota = Quota("IPv4 CIDR blocks of one VPC", 5, _VPC)
    endpoint_policy: Quota = Quota("characters of an endpoint policy, white space included", 20_480, _PRIVATE_LINK)
    trust_policy: Quota = Quota("characters of a role's trust policy", 2_048, _IAM)
    inline_policies: Quota = Quota("characters of a role's inline policies together, without white space", 10_240, _IAM)
    managed_policies: Quota = Quota("managed policies attached to one role", 10, _IAM)
    bucket_policy: Quota = Quota(
        "bytes of a bucket policy", 20 * 1024, 'Amazon S3 User Guide, "Policies and permissions in Amazon S3"'
    )
    key_policy: Quota = Quota("bytes of a key policy", 32_768, 'KMS Developer Guide, "Resource quotas"')
    firewalls: Quota = Quota("firewalls in one region", 5, _FIREWALL)
    firewall_policies: Quota = Quota("firewall policies in one region", 20, _FIREWALL)
    stateful_groups: Quota = Quota("stateful rule groups in one region", 50, _FIREWALL)
    stateless_groups: Quota = Quota("stateless rule groups in one region", 50, _FIREWALL)
    groups_of_policy: Quota = Quota("stateful rule groups of one firewall policy", 20, _FIREWALL)
    capacity_of_policy: Quota = Quota("units of stateful capacity in one firewall policy", 30_000, _FIREWALL)
    suricata: Quota = Quota("bytes of Suricata rules in one rule group", 2_000_000, _FIREWALL)
    dns_groups: Quota = Quota("DNS firewall rule groups associated with one VPC", 5, _DNS)
    dns_rules: Quota = Quota("rules in one DNS firewall rule group", 100, _DNS)
    dns_lists: Quota = Quota("DNS firewall domain lists in one region", 1_000, _DNS)
    dns_domains: Quota = Quota("domains in all DNS firewall domain lists of one region", 100_000, _DNS)
    listeners: Quota = Quota("listeners of one network load balancer", 50, _NLB)
    targets_of_group: Quota = Quota("targets of one target group", 1_000, _NLB)
    targets: Quota = Quota("targets of one network load balancer", 3_000, _NLB)
    # With cross-zone load balancing the number of zones no longer matters.
    targets_cross_zone: Quota = Quota("targets of one network load balancer that balances across zones", 500, _NLB)
    event_selectors: Quota = Quota("event selectors of one trail", 5, _TRAIL)
    data_resources: Quota = Quota("data resources in the event selectors of one trail", 250, _TRAIL)
    trails: Quota = Quota("trails in one region", 5, 'CloudTrail User Guide, "Quotas in AWS CloudTrail"')


def quotas(settings: AwsQuotas) -> Quotas:
    """The quotas of an account."""
    return Quotas(
        rules=Quota("rules in one direction of one security group", settings.rules_per_security_group, _VPC),
        groups_of_interface=Quota("security groups on one interface", settings.security_groups_per_interface, _VPC),
        groups=Quota("security groups in one region, defaults included", settings.security_groups_per_region, _VPC),
        # "This quota includes the default deny rules".
        acl_rules=Quota(
            "rules in one direction of one network ACL, its default deny included", settings.rules_per_network_acl, _VPC
        ),
        subnets=Quota("subnets in one VPC", settings.subnets_per_vpc, _VPC),
        # "The main route table counts toward this quota."
        route_tables=Quota("route tables in one VPC, the main one included", settings.route_tables_per_vpc, _VPC),
        routes=Quota("static routes in one route table", settings.routes_per_route_table, _VPC),
        interface_endpoints=Quota(
            "interface endpoints in one VPC", settings.interface_endpoints_per_vpc, _PRIVATE_LINK
        ),
        gateway_endpoints=Quota(
            "gateway endpoints in one region", settings.gateway_endpoints_per_region, _PRIVATE_LINK
        ),
        nat_gateways=Quota("NAT gateways in one availability zone", settings.nat_gateways_per_availability_zone, _VPC),
        addresses=Quota("Elastic IP addresses in one region", settings.elastic_ips_per_region, _VPC),
        roles=Quota("roles in one account", settings.roles_per_account, _IAM),
    )


# Entries that an AWS-managed prefix list counts for in a security group or route table [VPC User Guide, "AWS-managed
# prefix lists", "AWS-managed prefix list weight"]. Gateway endpoints exist for the first two.
MANAGED_PREFIX_LIST_WEIGHTS = {"s3": 1, "dynamodb": 1}
