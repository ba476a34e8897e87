"""Random small networks."""

from __future__ import annotations

import random
from typing import Any

from tests.verify.azure.handmade import WORKLOADS, Tiny
from zt_ai.graph.model import ResourceGraph

PREFIXES = (
    "10.1.0.0/28",
    "10.1.0.8/29",
    "10.1.0.20/32",
    "10.1.0.16/28",
    "10.1.0.0/16",
    "10.0.0.0/8",
    "0.0.0.0/0",
    "93.184.216.0/24",
)
TAGS = ("*", "VirtualNetwork", "Internet", "AzureLoadBalancer", "*")
PORTS = ("*", "443", "400-500", "8000-8010")
ROUTES = ("0.0.0.0/0", "10.1.0.0/16", "10.1.0.16/28", "10.1.0.0/24", "93.184.216.0/24", "10.0.0.0/8", "10.1.0.0/28")
HOPS = ("None", "Internet", "VnetLocal", "VirtualNetworkGateway", "VnetLocal")


def random_world(seed: int) -> ResourceGraph:
    """A network of three subnets with random rules, routes, a private endpoint and an interface."""
    choose = random.Random(seed)  # noqa: S311 - a test, not a secret
    tiny = Tiny()
    for (zone, way), closing in tiny.closings.items():
        if choose.random() < 0.4:
            tiny.remove(closing)
        for priority in choose.sample(range(100, 4000), choose.randint(0, 4)):
            tiny.rule(
                zone,
                way,
                priority,
                _end(choose),
                _end(choose),
                choose.choice(PORTS),
                access=choose.choice(("Allow", "Allow", "Deny")),
                protocol=choose.choice(("Tcp", "Udp", "*", "*", "Icmp")),
            )
    for zone, table in tiny.tables.items():
        tiny.change(table, disableBgpRoutePropagation=True)
        if choose.random() < 0.3:
            tiny.remove(tiny.defaults[zone])
        for prefix in choose.sample(ROUTES[1:], choose.choice((0, 0, 1, 2))):
            tiny.route(zone, prefix, choose.choice(HOPS))
        # What zone a subnet is says its security group, so only a subnet without workloads can go without.
        if zone == "exit" and choose.random() < 0.2:
            tiny.change(tiny.subnets[zone], networkSecurityGroup=None)
        if choose.random() < 0.3:
            tiny.change(tiny.subnets[zone], privateEndpointNetworkPolicies=choose.choice(_POLICIES))
    _endpoint(choose, tiny)
    _interface(choose, tiny)
    return tiny.graph()


_POLICIES = ("Disabled", "NetworkSecurityGroupEnabled", "RouteTableEnabled")


def _end(choose: random.Random) -> str:
    kind = choose.random()
    if kind < 0.45:
        return choose.choice(list(WORKLOADS))
    return choose.choice(PREFIXES if kind < 0.75 else TAGS)


def _endpoint(choose: random.Random, tiny: Tiny) -> None:
    group: list[Any] = [{"id": tiny.groups["other"]}] if choose.random() < 0.5 else []
    tiny.add(
        "network:PrivateEndpoint",
        "private",
        privateEndpointName="private",
        subnet={"id": tiny.subnets["right"]},
        applicationSecurityGroups=group or None,
        ipConfigurations=[{"privateIPAddress": "10.1.0.29"}],
        privateLinkServiceConnections=[{"privateLinkServiceId": "/subscriptions/x/y/z", "groupIds": ["blob"]}],
    )


def _interface(choose: random.Random, tiny: Tiny) -> None:
    """An interface with a security group of its own and groups of two workloads."""
    own = tiny.add("network:NetworkSecurityGroup", "own", networkSecurityGroupName="own")
    tiny.filters["own"] = own
    for way in ("Inbound", "Outbound"):
        access = choose.choice(("Allow", "Deny"))
        tiny.rule("own", way, 300, _end(choose), _end(choose), choose.choice(PORTS), access=access)
    groups = choose.sample(list(WORKLOADS), 2)
    tiny.add(
        "network:NetworkInterface",
        "card",
        networkSecurityGroup={"id": own},
        ipConfigurations=[
            {
                "subnet": {"id": tiny.subnets["exit"]},
                "privateIPAddress": "10.1.1.9",
                "applicationSecurityGroups": [{"id": tiny.groups[name]} for name in groups],
            }
        ],
    )
