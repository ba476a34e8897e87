"""Instances behind an internal passthrough load balancer (Compute Engine and Cloud Load Balancing documentation)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zt_ai.simulate.gcp.act import Act, refuses, same_thing
from zt_ai.simulate.gcp.naming import leaf, part_after
from zt_ai.simulate.gcp.references import find_reference
from zt_ai.simulate.problems import CloudError, Problem
from zt_ai.simulate.values import values_at
from zt_ai.simulate.world import Thing

RULE, BACKEND, GROUP, SCALER = (
    "compute/forwardingRule:ForwardingRule",
    "compute/regionBackendService:RegionBackendService",
    "compute/regionInstanceGroupManager:RegionInstanceGroupManager",
    "compute/regionAutoscaler:RegionAutoscaler",
)
_CHECKS = ("compute/healthCheck:HealthCheck", "compute/regionHealthCheck:RegionHealthCheck")
_ZONES = 3
"""Zones over which a regional group spreads by default (Compute Engine, "About regional MIGs")."""


def check_static(token: str, inputs: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with a load balancer's parts whatever else exists."""
    short = token.removeprefix("gcp:")
    if short in _CHECKS:
        return list(_check_health(inputs))
    if short == RULE:
        return list(_check_rule(inputs))
    if short == SCALER:
        policy = inputs.get("autoscalingPolicy")
        least, most = (
            (policy.get(key) for key in ("minReplicas", "maxReplicas")) if isinstance(policy, Mapping) else (0, 0)
        )
        if isinstance(least, int) and isinstance(most, int) and least > most:
            said = f"minReplicas {least} is above maxReplicas {most}"
            return [Problem("autoscalingPolicy.minReplicas", f"invalid: {said}")]
    if short == GROUP:
        return list(_check_surge(inputs))
    return []


def _check_health(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    wait, every = inputs.get("timeoutSec", 5), inputs.get("checkIntervalSec", 5)
    if isinstance(wait, int) and isinstance(every, int) and wait > every:
        yield Problem("timeoutSec", f"invalid: timeoutSec {wait} is above checkIntervalSec {every}")
    for name, check in inputs.items():
        port = check.get("port") if name.endswith("HealthCheck") and isinstance(check, Mapping) else None
        if isinstance(port, int) and not 1 <= port <= 65535:
            yield Problem(f"{name}.port", f"invalid: port {port} is not between 1 and 65535")


def _check_rule(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    ports = inputs.get("ports")
    if isinstance(ports, list) and len(ports) > 5:
        yield Problem("ports", f"invalid: {len(ports)} ports, at most 5; allPorts passes every port")
    for index, port in enumerate(ports if isinstance(ports, list) else []):
        if isinstance(port, (str, int)) and not (str(port).isdigit() and 1 <= int(port) <= 65535):
            yield Problem(f"ports[{index}]", f"invalid: {port!r} is not a port")
    if inputs.get("loadBalancingScheme") == "INTERNAL" and not (inputs.get("backendService") or inputs.get("target")):
        yield Problem("backendService", "invalid: an INTERNAL forwarding rule needs a backendService")


def _check_surge(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    policy, zones = inputs.get("updatePolicy"), inputs.get("distributionPolicyZones")
    count = len(zones) if isinstance(zones, list) and zones else _ZONES
    if not isinstance(policy, Mapping):
        return
    for key in ("maxSurgeFixed", "maxUnavailableFixed"):
        value = policy.get(key)
        if isinstance(value, int) and 0 < value < count:
            # Compute Engine, "Apply VM updates selectively or automatically": a regional group is updated zone by zone.
            yield Problem(
                f"updatePolicy.{key}", f"invalid: {value}; a group over {count} zones takes 0 or at least {count}"
            )
    if policy.get("maxSurgeFixed") == 0 and policy.get("maxUnavailableFixed") == 0:
        yield Problem("updatePolicy", "invalid: maxSurge and maxUnavailable cannot both be 0")


def _named(act: Act, kind: str, text: Any) -> Thing | None:
    return find_reference(act.world, (f"gcp:{kind}",), str(text), act.settings) if text else None


@refuses(RULE)
def forwarding_rule(act: Act) -> None:
    """The backend is of the same scheme and region, the subnet of the same network, address and port are free."""
    backend, scheme = _named(act, BACKEND, act.inputs.get("backendService")), act.inputs.get("loadBalancingScheme")
    if backend is not None and scheme and backend.value("loadBalancingScheme") != scheme:
        said = f"'{backend.id}' is of the scheme {backend.value('loadBalancingScheme')}, the rule of {scheme}"
        raise CloudError("invalid", said)
    if backend is not None and part_after(backend.id, "regions") != act.region:
        raise CloudError("invalid", f"'{backend.id}' is not in {act.region}, the region of the forwarding rule")
    subnet = _named(act, "compute/subnetwork:Subnetwork", act.inputs.get("subnetwork"))
    network = _named(act, "compute/network:Network", act.inputs.get("network"))
    if subnet is not None and network is not None and not same_thing(subnet.value("network"), network.id):
        raise CloudError("invalid", f"'{subnet.id}' is not in the network '{network.id}'")
    if (
        network is not None
        and subnet is None
        and scheme == "INTERNAL"
        and network.value("autoCreateSubnetworks") is False
    ):
        raise CloudError("invalid", f"'{network.id}' is in custom subnet mode: a subnetwork must be given")
    address, ports = act.inputs.get("ipAddress"), set(map(str, act.inputs.get("ports") or ()))
    rules = list(act.siblings(RULE))
    for other in rules:
        theirs = set(map(str, other.inputs.get("ports") or ()))
        everything = act.inputs.get("allPorts") or other.inputs.get("allPorts")
        if address and same_thing(address, other.inputs.get("ipAddress")) and (everything or ports & theirs):
            raise CloudError(
                "invalid", f"'{other.id}' already takes {address} on {sorted(ports & theirs) or 'all ports'}"
            )
    if act.thing is None and str(scheme).startswith("INTERNAL"):
        act.limit("internal-forwarding-rules-per-network", len(rules), "internal forwarding rules")


@refuses(BACKEND)
def one_check(act: Act) -> None:
    """A health check in another region watches nobody here."""
    for name in values_at(act.inputs, "healthChecks"):
        region = part_after(str(name), "regions")
        if region not in (None, act.region):
            raise CloudError(
                "invalid", f"health check '{name}' is not in {act.region}, the region of the backend service"
            )


@refuses(SCALER)
def one_scaler(act: Act) -> None:
    """A group has one autoscaler."""
    for other in act.siblings(SCALER):
        if same_thing(other.inputs.get("target"), act.inputs.get("target")):
            said = f"'{leaf(str(act.inputs.get('target')))}' is already scaled by '{other.id}'"
            raise CloudError("invalid", said)


@refuses("compute/address:Address")
def address(act: Act) -> None:
    """An address inside its subnet, not taken, and within the quota."""
    if act.thing is not None or act.inputs.get("addressType") != "INTERNAL":
        return
    mine = [o for o in act.siblings("compute/address:Address") if o.inputs.get("addressType") == "INTERNAL"]
    act.limit("internal-addresses-per-region", len(mine), f"internal addresses in {act.region}")
    wanted = act.inputs.get("address")
    if wanted and any(other.value("address") == wanted for other in mine):
        raise CloudError("invalid", f"the address {wanted} is already in use")
