"""From a resource graph to the typed view of it."""

from __future__ import annotations

from itertools import chain

from zt_ai.graph import ResourceGraph
from zt_ai.spec.clouds import Aws
from zt_ai.verify.aws.context import TAG_WORKLOAD, Context, identities
from zt_ai.verify.aws.read_attachments import read_endpoints, read_interfaces
from zt_ai.verify.aws.read_filters import read_groups, read_nacls, unseen_group
from zt_ai.verify.aws.read_gateways import read_gateways, read_prefix_lists
from zt_ai.verify.aws.read_network import read_route_tables, read_subnets, read_vpcs
from zt_ai.verify.aws.types import ledger
from zt_ai.verify.aws.values import tags
from zt_ai.verify.aws.world import Gap, Vpc, World
from zt_ai.verify.selectors import Selectors, selected


def read_world(graph: ResourceGraph, settings: Aws, selectors: Selectors | None = None) -> World:
    """Read everything that the claims need. What cannot be read becomes a gap, never an error."""
    context = Context(graph, selectors or Selectors(), identities(graph))
    vpcs = read_vpcs(context)
    subnets = read_subnets(context)
    for subnet in subnets.values():
        vpcs.setdefault(subnet.vpc, Vpc(subnet.vpc, subnet.vpc, (), False, True, None))
    tables, table_of = read_route_tables(context, vpcs)
    groups = read_groups(context, vpcs)
    nacls, nacl_of = read_nacls(context, vpcs)
    endpoints, service_lists = read_endpoints(context)
    interfaces = read_interfaces(context, subnets)
    carried = (*(endpoint.groups for endpoint in endpoints.values()), *(one.groups for one in interfaces.values()))
    for key in chain.from_iterable(carried):
        groups.setdefault(key, unseen_group(key))
    lists = {**read_prefix_lists(context), **service_lists}
    for rule in (rule for group in groups.values() for rule in group.rules if rule.peer.kind == "prefix-list"):
        if rule.peer.key not in lists:
            context.gaps.append(Gap(rule.urn, f"what the prefix list {rule.peer.key} holds is not in the plan"))
    for route in (route for table in tables.values() for route in table.routes if route.prefix_list is not None):
        if route.prefix_list not in lists:
            context.gaps.append(Gap(route.urn, f"what the prefix list {route.prefix_list} holds is not in the plan"))
    for subnet in subnets.values():
        if not tables[table_of[subnet.key]].known:
            context.gaps.append(Gap(subnet.urn, "its route table is not in the plan"))
        if not nacls[nacl_of[subnet.key]].known:
            context.gaps.append(Gap(subnet.urn, "its network ACL is not in the plan"))
    roles: dict[str, list[str]] = {}
    for resource in context.of("iam/role:Role"):
        marks = tags(resource)
        owner = selected(context.selectors.workloads, resource, marks) or marks.get(TAG_WORKLOAD)
        if owner is not None:
            roles.setdefault(owner, []).append(resource.urn)
    return World(
        graph=graph,
        settings=settings,
        selectors=context.selectors,
        vpcs=vpcs,
        subnets=subnets,
        groups=groups,
        nacls=nacls,
        route_tables=tables,
        endpoints=endpoints,
        interfaces=interfaces,
        prefix_lists=lists,
        gateways=read_gateways(context),
        nacl_of=nacl_of,
        table_of=table_of,
        roles={name: tuple(urns) for name, urns in roles.items()},
        gaps=tuple(dict.fromkeys(context.gaps)),
        coverage=ledger(graph),
        ids=context.ids,
    )
