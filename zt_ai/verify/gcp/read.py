"""From a resource graph to the typed view of it."""

from __future__ import annotations

from zt_ai.graph import ResourceGraph
from zt_ai.spec.clouds import Gcp
from zt_ai.verify.gcp.context import Context
from zt_ai.verify.gcp.dns import Names
from zt_ai.verify.gcp.read_attachments import read_accounts, read_balancers, read_machines, read_tags
from zt_ai.verify.gcp.read_network import adopted, read_links, read_nats, read_networks, read_routes, read_subnets
from zt_ai.verify.gcp.read_rules import read_rules
from zt_ai.verify.gcp.types import ledger
from zt_ai.verify.gcp.world import World
from zt_ai.verify.selectors import Selectors


def read_world(graph: ResourceGraph, settings: Gcp, selectors: Selectors | None = None) -> World:
    """Read everything that the claims about the network need. What cannot be read becomes a gap, never an error."""
    context = Context(graph, settings, selectors or Selectors())
    networks = read_networks(context)
    subnets = read_subnets(context)
    for subnet in subnets.values():
        networks.setdefault(subnet.network, adopted(subnet.network))
    accounts, account_resources = read_accounts(context)
    tags, tag_resources = read_tags(context)
    rules, routes, nats = read_rules(context, tuple(networks)), read_routes(context, networks), read_nats(context)
    machines, balancers, links = read_machines(context, subnets), read_balancers(context), read_links(context)
    names = {key: Names(context, key) for key in networks}
    return World(
        graph=graph,
        settings=settings,
        networks=networks,
        subnets=subnets,
        rules=rules,
        routes=routes,
        nats=nats,
        machines=machines,
        balancers=balancers,
        links=links,
        accounts=accounts,
        tags=tags,
        gaps=tuple(dict.fromkeys(context.gaps)),
        coverage=ledger(graph),
        names=names,
        context=context,
        resources={**account_resources, **tag_resources},
    )
