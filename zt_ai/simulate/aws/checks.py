"""Everything that can be said of a resource's inputs before anything else is looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zt_ai.simulate.aws.catalogue import entry
from zt_ai.simulate.aws.described_values import check_described
from zt_ai.simulate.aws.policy import check_policy
from zt_ai.simulate.aws.refusals import acls, firewalls, groups, loads, networks, routes, storage
from zt_ai.simulate.inputs import check_inputs
from zt_ai.simulate.problems import Problem
from zt_ai.simulate.sdk import ResourceType
from zt_ai.simulate.values import values_at

_STATIC = tuple(module.check_static for module in (networks, groups, acls, routes, firewalls, loads, storage))


def check(resource: ResourceType, inputs: Mapping[str, Any]) -> tuple[Problem, ...]:
    """Types first; values, policies and combinations only of the properties whose types are right."""
    problems = list(check_inputs(inputs, resource.inputs))
    wrong = {problem.path.split(".")[0].split("[")[0] for problem in problems}
    sound = {name: value for name, value in inputs.items() if name not in wrong}
    line = entry(resource.token)
    missing = any(name not in inputs for name in resource.inputs.required)
    later = [] if missing else list(check_described(sound, line))
    for path, kind in line.policy.items():
        for document in values_at(sound, path):
            if isinstance(document, str) and document:
                later += [Problem(path, reason) for reason in check_policy(document, kind)]
    for static in _STATIC:
        later += static(resource.token, sound)
    seen = {problem.path for problem in problems}
    return (*problems, *(problem for problem in later if problem.path not in seen))
