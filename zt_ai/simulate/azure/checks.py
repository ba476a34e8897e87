"""Everything that can be said of a resource's inputs before anything else is looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zt_ai.simulate.azure import ids, locations
from zt_ai.simulate.azure.act import values_at
from zt_ai.simulate.azure.catalogue import Entry, entry
from zt_ai.simulate.azure.choices import check_choices
from zt_ai.simulate.azure.names import RULES
from zt_ai.simulate.azure.refusals import STATIC
from zt_ai.simulate.inputs import check_inputs
from zt_ai.simulate.problems import Problem, did_you_mean
from zt_ai.simulate.sdk import ResourceType
from zt_ai.simulate.values import has_unknown

PROVIDED = frozenset({"azureApiVersion"})
"""Inputs the provider adds, which the SDK does not declare."""


def check(resource: ResourceType, inputs: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Types first; names, enumerations, locations and combinations only of the properties whose types are right."""
    given = {name: value for name, value in inputs.items() if name not in PROVIDED}
    problems = list(check_inputs(given, resource.inputs))
    wrong = {_top(problem) for problem in problems}
    sound = {name: value for name, value in given.items() if name not in wrong}
    line = entry(resource.token, resource.inputs.properties)
    later = [*_names(line, sound), *check_choices(resource.token, sound, resource.inputs), *_location(line, sound)]
    later += _references(line, sound)
    for static in STATIC:
        # What is not known yet is checked when it is: the engine checks again before it creates.
        later += (p for p in static(resource.token, sound) if not has_unknown(sound.get(_top(p))))
    seen = {problem.path for problem in problems}
    return (*problems, *(problem for problem in later if problem.path not in seen))


def _top(problem: Problem) -> str:
    return problem.path.split(".")[0].split("[")[0]


def _names(line: Entry, inputs: Mapping[str, Any]) -> Iterator[Problem]:
    name = inputs.get(line.name_field)
    if line.name is None or not isinstance(name, str):
        return
    if line.name == "guid":
        name = ids.leaf(name)
    reason = RULES[line.name].problem(name)
    if reason is not None:
        code = {"storage": "AccountNameInvalid", "guid": "InvalidRequestContent"}.get(line.name, "InvalidResourceName")
        yield Problem(line.name_field, f"{code}: {name!r} is no name for {line.arm_type}: {reason}")


def _location(line: Entry, inputs: Mapping[str, Any]) -> Iterator[Problem]:
    location = inputs.get("location")
    if line.location == "none" or not isinstance(location, str):
        return
    code, here = "LocationNotAvailableForResourceType", locations.normal(location)
    if line.location == "global":
        if here != "global":
            yield Problem("location", f"{code}: {line.arm_type} lies in no region; its location is 'global'")
    elif here not in locations.REGIONS and here != "global":
        hint = did_you_mean(here, locations.REGIONS)
        yield Problem("location", f"{code}: {location!r} is no region of Azure{hint}")


def _references(line: Entry, inputs: Mapping[str, Any]) -> Iterator[Problem]:
    for path in line.references:
        for value in values_at(inputs, path):
            if isinstance(value, str) and not ids.is_id(_whole(value)) and not value.startswith("/providers/"):
                yield Problem(
                    path,
                    f"LinkedInvalidPropertyId: {value!r} is no id of a resource: it has to start with "
                    "'/subscriptions/{subscriptionId}' or '/providers/{namespace}/'",
                )


def _whole(text: str) -> str:
    # `scope` is given with and without the slash in front.
    return text if text.startswith("/") else f"/{text}"
