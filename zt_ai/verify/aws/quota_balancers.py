"""Counts of network load balancers: listeners, and targets when everything behind them runs at its most.

Source: Elastic Load Balancing, "Quotas for your Network Load Balancers": a target in several target groups counts once
for each. While ECS replaces tasks, old and new run side by side, up to `deploymentMaximumPercent` of the wanted number,
200 by default [ECS API Reference, "DeploymentConfiguration"].
"""

from __future__ import annotations

from collections.abc import Iterator

from zt_ai.graph.model import Resource, ResourceGraph, Value
from zt_ai.verify.aws.tally import Tally
from zt_ai.verify.reading import flag, maps, number, plain, text

_BALANCERS = ("aws:lb/loadBalancer:LoadBalancer", "aws:alb/loadBalancer:LoadBalancer")
_LISTENERS = ("aws:lb/listener:Listener", "aws:alb/listener:Listener")
_GROUPS = ("aws:lb/targetGroup:TargetGroup", "aws:alb/targetGroup:TargetGroup")
_ATTACHMENTS = ("aws:lb/targetGroupAttachment:TargetGroupAttachment",)
_SERVICE = "aws:ecs/service:Service"
_SCALING = "aws:appautoscaling/target:Target"
_MAXIMUM_PERCENT = 200


def count_balancers(tally: Tally) -> None:
    """Count listeners and targets of network load balancers, and targets of every target group."""
    quotas = tally.quotas
    balancers = {
        one.urn: one
        for one in tally.graph.of_type(*_BALANCERS)
        if text(one.inputs.get("loadBalancerType")) == "network"
    }
    targets = _targets(tally)
    for group, count in targets.items():
        tally.add(quotas.targets_of_group, group, count)
    behind: dict[str, dict[str, None]] = {}
    for listener in tally.graph.of_type(*_LISTENERS):
        tally.counted += 1
        balancer = tally.holder(listener, "loadBalancerArn")
        if balancer not in balancers:
            continue
        tally.add(quotas.listeners, balancer)
        for forwarded in _forwarded(listener):
            key = tally.key(forwarded)
            if key is None:
                tally.unknown(listener, "the target group it forwards to is known only after the deployment")
            else:
                behind.setdefault(balancer, {})[key] = None
    for urn, members in behind.items():
        crossing = flag(balancers[urn].inputs, "enableCrossZoneLoadBalancing", default=False)
        # Where it is not known, the smaller quota is the safe one.
        quota = quotas.targets if crossing is False else quotas.targets_cross_zone
        tally.add(quota, urn, sum(targets.get(group, 0) for group in members))


def _forwarded(listener: Resource) -> Iterator[Value]:
    for action in maps(listener.inputs.get("defaultActions")):
        if action.get("targetGroupArn") is not None:
            yield action["targetGroupArn"]
        for forward in maps(action.get("forward")):
            for group in maps(forward.get("targetGroups")):
                yield group.get("arn")


def _targets(tally: Tally) -> dict[str, int]:
    """Targets of each target group at the most."""
    found: dict[str, int] = {}
    most = _scaled(tally.graph, tally)
    for service in tally.graph.of_type(_SERVICE):
        tally.counted += 1
        wanted = number(service.inputs.get("desiredCount"))
        percent = number(service.inputs.get("deploymentMaximumPercent"))
        tasks = max(wanted if isinstance(wanted, int) else 1, most.get(service.urn, 0))
        tasks = tasks * (percent if isinstance(percent, int) else _MAXIMUM_PERCENT) // 100
        for balancer in maps(service.inputs.get("loadBalancers")):
            group = tally.key(balancer.get("targetGroupArn"))
            if group is not None:
                found[group] = found.get(group, 0) + tasks
    for attachment in tally.graph.of_type(*_ATTACHMENTS):
        tally.counted += 1
        holder = tally.holder(attachment, "targetGroupArn")
        if holder is not None:
            found[holder] = found.get(holder, 0) + 1
    return found


def _scaled(graph: ResourceGraph, tally: Tally) -> dict[str, int]:
    """The most tasks that autoscaling gives a service, by the service's URN."""
    services = {
        name: one.urn for one in graph.of_type(_SERVICE) if isinstance(name := plain(one.inputs.get("name")), str)
    }
    urns = {one.urn for one in graph.of_type(_SERVICE)}
    found: dict[str, int] = {}
    for target in graph.of_type(_SCALING):
        tally.counted += 1
        if text(target.inputs.get("serviceNamespace")) not in (None, "ecs"):
            continue
        # `service/CLUSTER/SERVICE` [Application Auto Scaling API Reference, "RegisterScalableTarget"]. In a state this
        # is also the id of the target itself, so a text is read as it stands and only a reference is looked up.
        written = plain(target.inputs.get("resourceId"))
        key = written if isinstance(written, str) else tally.key(written)
        service = key if key in urns else services.get((key or "").rpartition("/")[2])
        most = number(target.inputs.get("maxCapacity"))
        if service is None or not isinstance(most, int):
            tally.unknown(target, "which service it scales, or how far, is not in the plan")
        else:
            found[service] = max(most, found.get(service, 0))
    return found
