"""Claim 4: every model call passes the inspector, and the inspector enforces what the specification says.

Claims 1 and 3 say who can reach a provider or a model's endpoint at all: what carries the egress proxy's security
groups in the egress zone. This claim says that nothing else carries them, and that what does is the proxy with its
policy.

Sources: Amazon ECS API Reference, "ContainerDefinition" (`command` and `entryPoint` override the image's own;
`environmentFiles` and `secrets` set variables as `environment` does), "Service" (`enableExecuteCommand` opens a shell
in a running container); Amazon ECR User Guide, "Amazon ECR private registries" (the registry's address).
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from zt_ai.graph.model import Ref, Resource, ResourceGraph
from zt_ai.intent.model import EGRESS_PROXY, Intent
from zt_ai.spec.clouds import Aws
from zt_ai.verify.aws.findings import Findings
from zt_ai.verify.aws.world import Interface, World
from zt_ai.verify.inspection import UnreadableError, differences
from zt_ai.verify.model import Claim, Witness, count
from zt_ai.verify.reading import flag, plain

TITLE = "Every model call passes the inspector, which enforces what the specification says"
SERVICE = "aws:ecs/service:Service"
TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
_POLICY = "ZT_AI_PROXY_POLICY"
_AUTHORITY = "ZT_AI_PROXY_AUTHORITY"
# Variables that change nothing about what is inspected. Others could (a preloaded library, another interpreter path).
_HARMLESS = frozenset({"TMPDIR", "OTEL_EXPORTER_OTLP_ENDPOINT", "ZT_AI_PROXY_NAMES", "ZT_AI_PROXY_WORKERS"})
_OVERRIDES = ("command", "entryPoint", "environmentFiles", "dockerSecurityOptions")


def inspection_claim(graph: ResourceGraph, world: World, intent: Intent, settings: Aws) -> Claim:
    """Prove claim 4 from planned resources. Raises nothing: what cannot be read is a reason."""
    found = Findings()
    tasks: dict[str, Resource] = {}
    services = 0
    for interface in _with_groups_of_the_proxy(world):
        resource = graph.get(interface.urn)
        if resource is None or resource.type != SERVICE:
            if "load balancer" in interface.kind:
                continue
            found.refute(
                f"{interface.kind} {interface.name} has the egress proxy's security groups and is not the egress proxy",
                source=interface.name,
                destination="providers",
                through=(interface.urn,),
            )
            continue
        services += 1
        _service(resource, graph, tasks, found)
    if intent.model_calls and not services and not found.reasons:
        found.refute(
            "no service runs the egress proxy: model calls have no way that is inspected",
            source=EGRESS_PROXY,
            destination="providers",
            through=tuple(sorted(g.urn for g in world.groups.values() if g.workload == EGRESS_PROXY and g.urn))[:1],
        )
    wrong: list[Witness] = []
    for task in tasks.values():
        wrong += _task(task, intent, settings, found)
    return Claim(
        id="inspection",
        number=4,
        title=TITLE,
        cloud="aws",
        covered=(
            f"{count(len(intent.model_calls), 'flow')} to providers, "
            f"{count(services, 'service')} with the proxy's groups, {count(len(tasks), 'task definition')}"
        ),
        witnesses=(*found.witnesses, *wrong),
        reasons=found.reasons,
    )


def _with_groups_of_the_proxy(world: World) -> Iterator[Interface]:
    own = {key for key, group in world.groups.items() if group.workload == EGRESS_PROXY and group.role != "front"}
    for interface in world.interfaces.values():
        if own & set(interface.groups):
            yield interface


def _service(service: Resource, graph: ResourceGraph, tasks: dict[str, Resource], found: Findings) -> None:
    if flag(service.inputs, "enableExecuteCommand", default=False) is not False:
        found.refute(
            f"service {service.name} lets a shell be opened in the egress proxy, past the inspector",
            source=service.name,
            destination="providers",
            through=(service.urn,),
        )
    named = plain(service.inputs.get("taskDefinition"))
    task = graph.get(named.urn) if isinstance(named, Ref) else None
    if task is None or task.type != TASK_DEFINITION:
        found.doubt(f"{service.urn}: what it runs is not in the plan, so nobody sees whether that inspects")
        return
    tasks[task.urn] = task


def _task(task: Resource, intent: Intent, settings: Aws, found: Findings) -> Iterator[Witness]:
    """What is wrong with what a service with the proxy's groups runs."""
    text = plain(task.inputs.get("containerDefinitions"))
    try:
        containers = json.loads(text) if isinstance(text, str) else None
    except ValueError:
        containers = None
    if not isinstance(containers, list) or not all(isinstance(one, dict) for one in containers):
        found.doubt(f"{task.urn}: what its containers are is known only after the deployment")
        return
    if len(containers) != 1:
        names = ", ".join(str(one.get("name")) for one in containers) or "none"
        yield _wrong(f"{task.name} runs {len(containers)} containers ({names}); the egress proxy runs alone", task)
    for container in containers:
        yield from _container(container, task, intent, settings, found)


def _container(
    container: Mapping[str, Any], task: Resource, intent: Intent, settings: Aws, found: Findings
) -> Iterator[Witness]:
    image, expected = str(container.get("image")), _repository(intent, settings)
    if expected is not None and image.partition("@")[0].rpartition(":")[0] != expected:
        yield _wrong(f"{task.name} runs the image {image}, which is not the egress proxy's ({expected})", task)
    for key in _OVERRIDES:
        if container.get(key):
            yield _wrong(f"{task.name} starts the egress proxy's image with its own `{key}`", task)
    policies = [one.get("value") for one in _named(container.get("environment")) if one.get("name") == _POLICY]
    names = {one.get("name") for key in ("environment", "secrets") for one in _named(container.get(key))}
    for name in sorted(str(name) for name in names - _HARMLESS - {_POLICY, _AUTHORITY}):
        found.doubt(f"{task.urn}: the variable {name} of the egress proxy is not understood")
    if len(policies) != 1 or not isinstance(policies[0], str):
        yield _wrong(f"{task.name} gives the egress proxy no policy that can be read before it runs", task)
        return
    try:
        for one in differences(policies[0], intent):
            yield Witness(one.text, one.source, one.destination, None, (task.urn,), one.clause)
    except UnreadableError as error:
        found.doubt(f"{task.urn}: {error}")


def _repository(intent: Intent, settings: Aws) -> str | None:
    """Address of the proxy's image without its tag, None where the intent names no image."""
    images = intent.services.get("egress-images")
    if images is None:
        return None
    suffix = "amazonaws.com.cn" if settings.region.startswith("cn-") else "amazonaws.com"
    return f"{settings.account}.dkr.ecr.{settings.region}.{suffix}/{images.resources[0]}"


def _named(value: Any) -> Iterator[Mapping[str, Any]]:
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            yield one


def _wrong(text: str, task: Resource) -> Witness:
    return Witness(text, EGRESS_PROXY, "providers", None, (task.urn,))
