"""Reading what has an address in a subnet: interfaces of machines, scale sets, containers, load balancers, private
endpoints, Private Link services."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from ipaddress import IPv4Network
from typing import Literal

from zt_ai.graph import Resource, Value
from zt_ai.verify.azure.context import Context, range_of
from zt_ai.verify.azure.values import at, flag, items, maps, number, plain, reference, tags, text, texts, unknown_in
from zt_ai.verify.azure.world import Balancer, Endpoint, Forwarding, Interface, World
from zt_ai.verify.selectors import selected
from zt_ai.verify.space import service_spans

Kind = Literal["nic", "scale-set", "container", "front", "endpoint", "link", "firewall", "other"]
TAG_WORKLOAD, TAG_SERVICE = "zt-ai:workload", "zt-ai:service"


def read_attached(context: Context, world: World) -> None:
    """Everything of the plan that has an address in a subnet."""
    for resource in context.of("network:NetworkInterface"):
        _machine(context, world, resource, resource.inputs, "nic", "")
    for resource in context.of("compute:VirtualMachineScaleSet"):
        network = at(resource.inputs, "virtualMachineProfile", "networkProfile", "networkInterfaceConfigurations")
        if network is None or unknown_in(network):
            context.gap(resource, "its network interfaces are not known before the deployment")
        for index, one in enumerate(maps(network)):
            _machine(context, world, resource, one, "scale-set", f"#{index}")
    for resource in context.of("compute:VirtualMachine"):
        if maps(at(resource.inputs, "networkProfile", "networkInterfaceConfigurations")):
            context.gap(resource, "interfaces that a machine makes for itself are not modelled; declare them")
    for resource in context.of("containerinstance:ContainerGroup"):
        _container(context, world, resource)
    for resource in context.of("network:LoadBalancer"):
        _balancer(context, world, resource)
    for resource in context.of("network:PrivateEndpoint"):
        _endpoint(context, world, resource)
    for resource in context.of("network:PrivateLinkService"):
        for index, one in enumerate(maps(context.value(resource, "ipConfigurations"))):
            _place(context, world, resource, "link", f"#{index}", one)


def _place(
    context: Context,
    world: World,
    resource: Resource,
    kind: Kind,
    part: str,
    one: Mapping[str, Value],
    addresses: tuple[str, ...] = (),
    groups: frozenset[str] = frozenset(),
    bound: str | None = None,
    public: bool = False,
    pools: frozenset[str] = frozenset(),
    workload: str | None = None,
    services: tuple[str, ...] = (),
) -> Interface | None:
    subnet = context.needed(resource, one.get("subnet"), "subnet")
    if subnet is None:
        return None
    if subnet not in world.subnets:
        context.gap(resource, f"its subnet {subnet} is not in the plan")
        return None
    own = text(one.get("privateIPAddress"))
    given = addresses or ((own,) if own else ())
    known = tuple(address for address in given if isinstance(range_of(address), IPv4Network) and "/" not in address)
    if known != given:
        context.gap(resource, "one of its addresses is not an IPv4 address")
    made = Interface(
        resource.urn + part,
        resource.urn,
        resource.name,
        kind,
        subnet,
        groups,
        known,
        bound,
        public,
        pools,
        workload,
        services,
    )
    world.interfaces[made.key] = made
    return made


def _groups(context: Context, resource: Resource, value: Value) -> frozenset[str]:
    found = set()
    for one in items(value):
        key = context.needed(resource, one, "application security group")
        if key is not None:
            found.add(key)
    return frozenset(found)


def _machine(
    context: Context, world: World, resource: Resource, inputs: Mapping[str, Value], kind: Kind, part: str
) -> None:
    bound = context.needed(resource, inputs.get("networkSecurityGroup"), "network security group")
    if bound is not None and bound not in world.filters:
        context.gap(resource, f"its network security group {bound} is not in the plan")
    if flag(inputs.get("enableIPForwarding")) is True:
        context.gap(resource, "an interface that forwards packets of others is not modelled")
    for index, one in enumerate(maps(inputs.get("ipConfigurations"))):
        public = any(plain(one.get(name)) is not None for name in ("publicIPAddress", "publicIPAddressConfiguration"))
        pools = frozenset(
            owner
            for pool in items(one.get("loadBalancerBackendAddressPools"))
            if (owner := context.ids.owner(pool)) is not None
        )
        if maps(one.get("applicationGatewayBackendAddressPools")):
            context.gap(resource, "application gateways are not modelled")
        groups = _groups(context, resource, one.get("applicationSecurityGroups"))
        workload = tags(resource).get(TAG_WORKLOAD)
        _place(context, world, resource, kind, f"{part}#{index}", one, (), groups, bound, public, pools, workload)


def _container(context: Context, world: World, resource: Resource) -> None:
    subnets = items(context.value(resource, "subnetIds"))
    if not subnets:
        kind = text(at(resource.inputs, "ipAddress", "type"))
        context.wrong(resource, f"{resource.name} runs outside of every network ({kind or 'no'} address)")
    for index, one in enumerate(subnets):
        # Container groups take no application security groups: rules see them by their address alone.
        _place(context, world, resource, "container", f"#{index}", {"subnet": reference_of(one)})


def reference_of(value: Value) -> Value:
    """`{id: …}` around a reference that may carry it already."""
    return value if isinstance(plain(value), Mapping) else {"id": value}


def _balancer(context: Context, world: World, resource: Resource) -> None:
    found = tags(resource)
    workload = selected(context.selectors.fronts, resource, found) or found.get(TAG_WORKLOAD)
    public = False
    for index, one in enumerate(maps(context.value(resource, "frontendIPConfigurations"))):
        if plain(one.get("publicIPAddress")) is not None or plain(one.get("publicIPPrefix")) is not None:
            public = True
        elif plain(one.get("subnet")) is not None:
            _place(context, world, resource, "front", f"#{index}", one, workload=workload)
    probes = {text(one.get("name")): number(one.get("port")) for one in maps(context.value(resource, "probes"))}
    rules = [_forwarding(context, resource, one, probes) for one in maps(context.value(resource, "loadBalancingRules"))]
    nat = (*maps(context.value(resource, "inboundNatRules")), *maps(context.value(resource, "inboundNatPools")))
    if nat and not public:
        context.gap(resource, "inbound NAT rules of a load balancer are not modelled")
    snat = any(
        flag(one.get("disableOutboundSnat")) is not True for one in maps(context.value(resource, "loadBalancingRules"))
    )
    world.balancers[resource.urn] = Balancer(
        resource.urn,
        resource.name,
        workload,
        tuple(one for one in rules if one is not None),
        public,
        public and bool(rules or nat),
        public and (bool(maps(context.value(resource, "outboundRules"))) or (bool(rules) and snat)),
    )


def _forwarding(
    context: Context, resource: Resource, one: Mapping[str, Value], probes: Mapping[str | None, int | None]
) -> Forwarding | None:
    protocol = (text(one.get("protocol")) or "").lower()
    front, back = number(one.get("frontendPort")), number(one.get("backendPort"))
    probe = probes.get((text(reference(one.get("probe"))) or "").rpartition("/")[2])
    if probe is None and len(probes) == 1 and plain(one.get("probe")) is not None:
        probe = next(iter(probes.values()))
    checked = service_spans("tcp", probe, probe) if probe is not None else ()
    if protocol == "all" and front in (0, None) and back in (0, None):
        spans = (*service_spans("tcp", None, None), *service_spans("udp", None, None))
        return Forwarding(spans, spans, checked, 0)
    if protocol not in ("tcp", "udp") or front is None:
        context.gap(resource, "a rule's protocol or port is not known before the deployment")
        return None
    back = front if back is None else back
    return Forwarding(service_spans(protocol, front, front), service_spans(protocol, back, back), checked, back - front)


def _endpoint(context: Context, world: World, resource: Resource) -> None:
    found = tags(resource)
    services = services_of(found)
    addresses = tuple(
        address
        for one in maps(context.value(resource, "ipConfigurations"))
        if (address := text(one.get("privateIPAddress"))) is not None
    )
    groups = _groups(context, resource, context.value(resource, "applicationSecurityGroups"))
    place = {"subnet": context.value(resource, "subnet")}
    made = _place(context, world, resource, "endpoint", "", place, addresses, groups, services=services)
    if made is None:
        return
    connections = [context.value(resource, f"{name}rivateLinkServiceConnections") for name in ("p", "manualP")]
    targets, known = [], not any(map(unknown_in, connections))
    manual = maps(connections[1])
    for one in (*maps(connections[0]), *manual):
        key = context.ids.key(one.get("privateLinkServiceId"))
        known = known and key is not None
        targets.append((key or "unknown", texts(one.get("groupIds"))))
    if not known:
        context.gap(resource, "what it leads to is not known before the deployment")
    world.endpoints[resource.urn] = Endpoint(
        resource.urn, resource.name, made, tuple(targets), bool(manual), known, found
    )


def services_of(found: Mapping[str, str]) -> tuple[str, ...]:
    """Services that tags name: several stand in one tag, parted by spaces."""
    return tuple(dict.fromkeys(found.get(TAG_SERVICE, "").split()))


def every_interface(world: World, subnet: str) -> Iterator[Interface]:
    """What the plan puts into a subnet."""
    return (one for one in world.interfaces.values() if one.subnet == subnet)
