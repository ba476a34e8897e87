"""The planned resources of an example, with each reference naming the output of the other resource that it reads.

The graph alone says which resource a value refers to, not which of its outputs: an ARN where an id belongs would look
right. So the values that the program really passed are recorded beside it and matched with what was made up for each
resource.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from zt_ai.graph.answers import Answers, Made, Request
from zt_ai.graph.mocks import from_program
from zt_ai.graph.model import Ref, Resource
from zt_ai.graph.outputs_aws import AWS
from zt_ai.intent.derive import derive
from zt_ai.program import program
from zt_ai.spec.load import load

EXAMPLES = Path(__file__).parents[2] / "examples"
ON = date(2026, 11, 23)
"""The day on which agreements are judged: fixed, so that the plan does not age."""


@dataclass(frozen=True, slots=True)
class At:
    """One output of a planned resource: `id`, or a path of wire names and list positions such as `arn`."""

    urn: str
    output: str


@dataclass(frozen=True, slots=True)
class Planned:
    """A planned resource. `inputs` has wire names; a reference is an `At`, anything else is plain data.

    `after` holds what the engine waits for before it makes this one; all else may be made before, beside or after it.
    """

    urn: str
    type: str
    name: str
    inputs: Mapping[str, Any]
    after: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything AWS would be asked for, in an order in which it can be made, and what exists beforehand."""

    account: str
    region: str
    resources: tuple[Planned, ...]
    transit_gateway: str | None


@cache
def plan(example: str) -> Plan:
    """The plan of `examples/<example>/zones.yaml`. Raises ValueError for a value that cannot be followed."""
    spec = load(EXAMPLES / example / "zones.yaml")
    settings = spec.clouds.aws
    assert settings is not None
    asked: dict[str, tuple[Request, Made]] = {}

    def make(request: Request) -> Made:
        made = AWS.make(request)
        asked[request.urn] = (request, made)
        return made

    graph = from_program(
        program("aws", spec, derive(spec, on=ON)),
        project="zt-ai",
        stack=example,
        account=settings.account,
        region=settings.region,
        answers=Answers(functions=AWS.functions, packages={"aws": make}),
    )
    custom = {r.urn: r for r in graph if r.custom and not r.type.startswith("pulumi:")}
    assert custom.keys() == asked.keys(), "the program registered resources that the graph does not show"
    # Registration is in dependency order: a resource is registered when everything it reads has been answered.
    resources = tuple(_planned(resource, asked) for resource in custom.values())
    return Plan(settings.account, settings.region, resources, settings.transit_gateway)


def part(whole: Plan, wanted: Callable[[Planned], bool]) -> Plan:
    """The wanted resources and everything that they refer to, directly or not."""
    urns = {resource.urn for resource in whole.resources if wanted(resource)}
    for resource in reversed(whole.resources):
        if resource.urn in urns:
            urns |= {at.urn for at in _references(resource.inputs)}
    return replace(whole, resources=tuple(resource for resource in whole.resources if resource.urn in urns))


def latest_first(whole: Plan) -> Plan:
    """The same plan in the most unfriendly order that the engine may choose: what was declared last as early as may be.

    The engine makes in parallel whatever does not depend on another; an order that is only declared is no order.
    """
    known = {resource.urn: resource for resource in whole.resources}
    ordered: dict[str, Planned] = {}

    def add(resource: Planned) -> None:
        if resource.urn not in ordered:
            for urn in sorted(resource.after):
                if urn in known:
                    add(known[urn])
            ordered[resource.urn] = resource

    for resource in reversed(whole.resources):
        add(resource)
    return replace(whole, resources=tuple(ordered.values()))


def awaited(whole: Plan, resource: Planned) -> frozenset[str]:
    """Everything that the engine has made before it makes this resource, by URN."""
    known = {each.urn: each for each in whole.resources}
    found: set[str] = set()
    waiting = [resource.urn]
    while waiting:
        for urn in known[waiting.pop()].after:
            if urn in known and urn not in found:
                found.add(urn)
                waiting.append(urn)
    return frozenset(found)


def _references(value: Any) -> Iterator[At]:
    if isinstance(value, At):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _references(item)
    elif isinstance(value, list):
        for item in value:
            yield from _references(item)


def _planned(resource: Resource, asked: Mapping[str, tuple[Request, Made]]) -> Planned:
    raw = asked[resource.urn][0].inputs
    made = {urn: answer for urn, (_, answer) in asked.items()}
    inputs = {key: _follow(value, raw.get(key), made) for key, value in resource.inputs.items()}
    after = {at.urn for at in _references(inputs)} | resource.dependencies
    return Planned(resource.urn, resource.type, resource.name, inputs, frozenset(after))


def _follow(value: Any, raw: Any, made: Mapping[str, Made]) -> Any:
    """A value of the graph with `At` for `Ref`, by comparing with the value that the program passed."""
    if isinstance(value, Ref):
        return _at(raw, [value.urn], made)
    if isinstance(value, Mapping):
        return {key: _follow(item, raw[key], made) for key, item in value.items()}
    if isinstance(value, tuple):
        if value and all(isinstance(item, Ref) for item in value):
            # The graph sorts such lists, the program's order is another.
            return [_at(item, [ref.urn for ref in value], made) for item in raw]
        return [_follow(item, raw[index], made) for index, item in enumerate(value)]
    return value


def _at(raw: Any, urns: list[str], made: Mapping[str, Made]) -> At:
    for urn in urns:
        for output, text in (("id", made[urn].id), *_leaves(made[urn].outputs)):
            if text == raw:
                return At(urn, output)
    raise ValueError(f"'{raw}' is none of the outputs made up for {urns}")


def _leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Every leaf of nested outputs with its path: `firewallStatuses.0.syncStates.1.attachments.0.endpointId`."""
    if isinstance(value, Mapping):
        for key, item in value.items():
            yield from _leaves(item, f"{path}.{key}" if path else key)
    elif isinstance(value, list | tuple):
        for index, item in enumerate(value):
            yield from _leaves(item, f"{path}.{index}")
    else:
        yield path, value
