"""Quotas, computed from the intent before anything is sent. Pure.

A security group that goes over its quota while rules are added can be left empty, and an endpoint over its quota fails
in the middle of a deployment; so every quota is checked first, and each error names the flows to change. What can be
split or merged without a change of meaning (`zt_ai.aws.plan.shards`, `zt_ai.aws.acl_rules.fit`) is not an error.

Numbers: VPC User Guide, "Amazon VPC quotas"; AWS PrivateLink Guide, "Quotas"; IAM User Guide, "IAM and AWS STS quotas";
Network Firewall Developer Guide, "AWS Network Firewall quotas".
"""

from __future__ import annotations

import ipaddress
from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from zt_ai.aws.egress.proxy_task import TaskSizeError, check_fleet, check_size
from zt_ai.aws.naming import partition
from zt_ai.aws.plan.acl_rules import fit
from zt_ai.aws.plan.draft import Draft, draft
from zt_ai.aws.plan.endpoint_policy import MAX_CHARACTERS
from zt_ai.aws.plan.group_rules import GroupRole
from zt_ai.aws.plan.identity_policy import PolicySizeError, identities
from zt_ai.aws.plan.layout import SubnetRole
from zt_ai.aws.plan.zone_acls import GATEWAY_ENDPOINTS
from zt_ai.intent.model import Intent, Party
from zt_ai.spec.model import ZoneSpec
from zt_ai.spec.problems import Problem

RULES_TIMES_GROUPS = 1000
"""Groups on an interface times rules in a group must not exceed this."""
RESERVED_ADDRESSES = 5
"""Addresses that AWS keeps in every subnet [VPC User Guide, "Subnet sizing"]."""
PROVIDER_CAPACITY = 1000
"""Capacity of the firewall's list of provider names: the same for all, because it cannot be changed later."""
AWS_OWN_DENY = 1
"""The closing deny of a network ACL counts towards its quota [VPC User Guide, "Amazon VPC quotas": Network ACLs]."""
_NAMED = 8  # flows that an error lists before it counts the rest


def problems(spec: ZoneSpec, intent: Intent) -> tuple[Problem, ...]:
    """Every quota that the specification's network would break on AWS; empty when it fits."""
    return found_in(draft(spec, intent), intent)


def found_in(needs: Draft, intent: Intent) -> tuple[Problem, ...]:
    """`problems` of a draft that exists already."""
    checks: tuple[Callable[[Draft, Intent], Iterable[Problem]], ...] = (
        _region,
        _network_acls,
        _security_groups,
        _subnets,
        _routes,
        _endpoints,
        _providers,
        _roles,
        _policies,
        _proxy,
    )
    return tuple(problem for check in checks for problem in check(needs, intent))


def _problem(quota: str, message: str, hint: str) -> Problem:
    return Problem("quota", ("clouds", "aws", "quotas", quota), message, hint)


def _flows(clauses: Iterable[str]) -> str:
    """The flows to change: those named most often come first, what zt-ai itself adds is left out."""
    counted = Counter(clause for clause in clauses if clause.startswith("flow:"))
    names = [clause.partition(":")[2] for clause, _ in sorted(counted.items(), key=lambda item: (-item[1], item[0]))]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more if names else "none (it is what zt-ai itself needs)"


def _region(needs: Draft, _intent: Intent) -> Iterator[Problem]:
    region = needs.scope.region
    if partition(region) == "aws-cn":
        message = f"region {region} is not supported: endpoint and host names differ in the China partition"
        yield Problem("region", ("clouds", "aws", "region"), message, "choose a region of another partition")


def _network_acls(needs: Draft, _intent: Intent) -> Iterator[Problem]:
    quota = needs.settings.quotas.rules_per_network_acl - AWS_OWN_DENY
    for key, wanted in needs.passages.items():
        rules = fit(wanted, quota)
        for egress in (False, True):
            count = sum(1 for rule in rules if rule.egress is egress)
            if count <= quota:
                continue
            clauses = (clause for rule, said in wanted.items() if rule.egress is egress for clause in said)
            way = "outbound" if egress else "inbound"
            yield _problem(
                "rules_per_network_acl",
                f"the network ACL of {key} needs {count} {way} rules and holds {quota}; "
                f"they come from flows {_flows(clauses)}",
                "use fewer zones or ports, give networks fewer ranges, or have the quota raised (40 at most)",
            )


def _security_groups(needs: Draft, _intent: Intent) -> Iterator[Problem]:
    quotas = needs.settings.quotas
    per_group, groups = quotas.rules_per_security_group, quotas.security_groups_per_interface
    if per_group * groups > RULES_TIMES_GROUPS:
        message = (
            f"{groups} groups of {per_group} rules are more than the {RULES_TIMES_GROUPS} that AWS allows an interface"
        )
        yield _problem("rules_per_security_group", message, "lower one of the two to what AWS granted")
    total = 0
    for group, rules in needs.rules.items():
        most = 1 if group.role is GroupRole.FRONT else groups
        outbound = sum(rule.egress for rule in rules)
        total += max(1, -(-max(outbound, len(rules) - outbound) // per_group))
        for egress in (False, True):
            side = [rule for rule in rules if rule.egress is egress]
            if len(side) > per_group * most:
                clauses = (clause.id for rule in side for clause in rule.clauses)
                yield _problem(
                    "rules_per_security_group",
                    f"the {group.role.value} group of '{group.name}' needs {len(side)} "
                    f"{'outbound' if egress else 'inbound'} rules and {most} group(s) hold {per_group * most}; "
                    f"they come from flows {_flows(clauses)}",
                    "remove flows or ports, or have the quota raised",
                )
    if total > quotas.security_groups_per_region:
        message = f"{total} security groups are needed and the region holds {quotas.security_groups_per_region}"
        yield _problem("security_groups_per_region", message, "use fewer workloads, or have the quota raised")


def _subnets(needs: Draft, _intent: Intent) -> Iterator[Problem]:
    quotas = needs.settings.quotas
    count = sum(len(segment.subnets) for segment in needs.layout.segments)
    for quota, holds, what in (
        ("subnets_per_vpc", quotas.subnets_per_vpc, "subnets"),
        ("route_tables_per_vpc", quotas.route_tables_per_vpc - 1, "route tables besides the main one"),
    ):
        if count > holds:
            message = f"{count} {what} are needed and the VPC holds {holds}"
            yield _problem(quota, message, "use fewer zones or availability zones, or have the quota raised")


def _routes(needs: Draft, intent: Intent) -> Iterator[Problem]:
    quota = needs.settings.quotas.routes_per_route_table
    for zone, ranges in needs.transit_routes.items():
        gateways = sum(1 for zones in needs.gateway_zones.values() if zone in zones)
        count = 1 + len(ranges) + gateways  # the local route counts too
        if count > quota:
            flows = _flows(
                a.clause.id
                for a in intent.accesses
                if a.source_party is Party.NETWORK and intent.workloads[a.destination].zone == zone
            )
            need = f"a route table of zone '{zone}' needs {count} routes and holds {quota}"
            message = f"{need}; they come from flows {flows}"
            yield _problem(
                "routes_per_route_table", message, "give the networks fewer ranges, or have the quota raised"
            )


def _endpoints(needs: Draft, _intent: Intent) -> Iterator[Problem]:
    quotas = needs.settings.quotas
    gateways = [plan for plan in needs.endpoints.values() if plan.service in GATEWAY_ENDPOINTS]
    interfaces = [plan for plan in needs.endpoints.values() if plan.service not in GATEWAY_ENDPOINTS]
    for quota, holds, plans, what in (
        ("interface_endpoints_per_vpc", quotas.interface_endpoints_per_vpc, interfaces, "interface endpoints"),
        ("gateway_endpoints_per_region", quotas.gateway_endpoints_per_region, gateways, "gateway endpoints"),
    ):
        if len(plans) > holds:
            flows = _flows(clause for plan in plans for clause in plan.clauses)
            message = f"{len(plans)} {what} are needed and {holds} allowed; they come from flows {flows}"
            yield _problem(quota, message, "use fewer kinds of service, or have the quota raised")
    for segment in needs.layout.segments:
        if segment.role is not SubnetRole.ENDPOINTS:
            continue
        for cidr in segment.subnets.values():
            room = ipaddress.IPv4Network(cidr).num_addresses - RESERVED_ADDRESSES
            if len(interfaces) > room:
                message = f"{len(interfaces)} interface endpoints do not fit into {cidr}, which has {room} addresses"
                yield Problem("address-range", ("clouds", "aws", "cidr"), message, "enlarge clouds.aws.cidr")
    for plan in needs.endpoints.values():
        if len(plan.policy) > MAX_CHARACTERS:
            yield Problem(
                "quota",
                ("services",),
                f"the policy of the {plan.service} endpoint has {len(plan.policy)} characters "
                f"and AWS takes {MAX_CHARACTERS}; it comes from flows {_flows(plan.clauses)}",
                "name fewer resources, or let fewer workloads call the service",
            )


def _providers(_needs: Draft, intent: Intent) -> Iterator[Problem]:
    domains = intent.provider_domains()
    if len(domains) >= PROVIDER_CAPACITY:  # one more is counted for the protocol
        message = f"{len(domains)} provider domains do not fit into the firewall's list of {PROVIDER_CAPACITY - 1}"
        yield Problem("quota", ("providers",), message, "remove providers that no flow needs")


def _roles(needs: Draft, intent: Intent) -> Iterator[Problem]:
    quota = needs.settings.quotas.roles_per_account
    count = len(intent.workloads) + 1  # the proxy has a second one
    if count > quota:
        message = f"{count} roles are needed and the account holds {quota}"
        yield _problem("roles_per_account", message, "use fewer workloads, or have the quota raised")


def _policies(needs: Draft, intent: Intent) -> Iterator[Problem]:
    try:
        identities(needs.scope, intent)
    except PolicySizeError as error:
        yield Problem("quota", ("services",), str(error), "name fewer resources, or split the workload")


def _proxy(needs: Draft, _intent: Intent) -> Iterator[Problem]:
    proxy, path = needs.settings.proxy, ("clouds", "aws", "proxy")
    try:
        check_size(proxy.cpu, proxy.memory)
    except TaskSizeError as error:
        yield Problem("proxy-size", (*path, "memory"), str(error), "")
    try:
        check_fleet(proxy.maximum)
    except TaskSizeError as error:
        yield Problem("proxy-size", (*path, "maximum"), str(error), "")
