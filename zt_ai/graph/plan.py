"""The graph that an update would lead to, from a plan or a preview of the real engine.

Formats: `DeploymentPlanV1` in github.com/pulumi/pulumi, `sdk/go/common/apitype/plan.go` (`pulumi preview --save-plan`)
and `PreviewDigest` in `pkg/display/json.go` (`pulumi preview --json`), both v3.259.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from zt_ai.graph.model import GraphError, ResourceGraph
from zt_ai.graph.normalise import Raw, normalise, urn_name
from zt_ai.graph.record import dependencies, in_order, items, mapping, resource, text, urn
from zt_ai.graph.state import deployment_of

# Steps after which the resource is still the one that the state knows.
_KEEPS: Final = frozenset({"same", "update", "refresh", "read", "import"})
_IMPORTS: Final = frozenset({"import", "import-replacement"})
_REMOVES: Final = frozenset(
    {"delete", "delete-replaced", "discard", "discard-replaced", "read-discard", "remove-pending-replace"}
)


def from_plan(plan: Mapping[str, Any], state: Mapping[str, Any] | None = None) -> ResourceGraph:
    """The resources that a saved update plan leads to.

    A plan holds only what changes in the inputs, so the state that it was made from is needed for every resource that
    was there before (`from_state` says which forms); without one, a plan that changes an existing resource is a
    `GraphError`. Resources that the plan deletes are left out.

    The engine plans nothing for a resource that the program only reads (`Vpc.get(...)`). Such a resource is taken from
    the state; before the first deployment there is only its URN, and it enters the graph, without properties, if
    another resource depends on it.
    """
    content = mapping(plan.get("plan"), "`plan`") if "plan" in plan else plan
    if "resourcePlans" not in content and "manifest" not in content:
        raise GraphError("there are no `resourcePlans`: this is no saved update plan")
    known, read = _records(state)
    plans = mapping(content.get("resourcePlans"), "`resourcePlans`")
    found = {name: raw for name, raw in known.items() if name in read and name not in plans}
    for name, given in plans.items():
        planned = mapping(given, f"the plan of {name}")
        if (goal := planned.get("goal")) is not None:
            found[urn(name)] = _planned(name, planned, mapping(goal, f"the goal of {name}"), known.get(name))
    for raw in list(found.values()):
        for needed in (*raw.dependencies, *raw.property_dependencies.values()):
            for name in (needed,) if isinstance(needed, str) else needed:
                if name not in plans and name not in found:
                    found[name] = _unseen(name)
    return normalise(in_order(found), "plan")


def _unseen(name: str) -> Raw:
    type_ = urn(name).split("::")[2].rpartition("$")[2]
    return Raw(urn=name, type=type_, name=urn_name(name), parent="", custom=True, id="", inputs={})


def _records(state: Mapping[str, Any] | None) -> tuple[Mapping[str, Raw], frozenset[str]]:
    """The resources of a state by URN, and which of them are only read."""
    if state is None:
        return {}, frozenset()
    records = {}
    read = set()
    for given in items(deployment_of(state).get("resources"), "`resources`"):
        record = mapping(given, "a resource")
        if record.get("delete") is not True:
            raw = resource(record)
            records[raw.urn] = raw
            if record.get("external") is True:
                read.add(raw.urn)
    return records, frozenset(read)


def _planned(name: str, planned: Mapping[str, Any], goal: Mapping[str, Any], before: Raw | None) -> Raw:
    steps = [text(step, f"a step of {name}") for step in items(planned.get("steps"), f"the steps of {name}")]
    depends = dependencies(goal.get("propertyDependencies"), f"the dependencies of {name}")
    outputs = mapping(planned.get("state"), f"the outputs of {name}")
    kept = bool(steps) and all(step in _KEEPS for step in steps)
    base = before.inputs if before is not None and not _recreated(steps) else {}
    if before is None and _IMPORTS.intersection(steps):
        # The difference is taken to what the provider read; of that, a plan shows the outputs.
        base = {key: outputs[key] for key in depends if key in outputs}
    elif before is None and kept and "read" not in steps:
        raise GraphError(f"the plan changes {name}, which exists already: give the state that the plan was made from")
    return Raw(
        urn=name,
        type=text(goal.get("type"), f"the type of {name}"),
        name=text(goal.get("name"), f"the name of {name}") or urn_name(name),
        parent=text(goal.get("parent"), f"the parent of {name}"),
        custom=goal.get("custom") is True,
        id=before.id if before is not None and kept else text(goal.get("id"), f"the id of {name}"),
        inputs=_apply(base, mapping(goal.get("inputDiff"), f"the inputs of {name}"), name),
        outputs={**before.outputs, **outputs} if before is not None and kept else outputs,
        property_dependencies=depends,
        dependencies=tuple(items(goal.get("dependencies"), f"the dependencies of {name}")),
        provider=text(goal.get("provider"), f"the provider of {name}"),
    )


def _recreated(steps: list[str]) -> bool:
    """Deleted first and made anew: the engine then takes the difference to nothing (`step_generator.go`)."""
    return bool(steps) and steps[0] in _REMOVES and "replace" in steps


def _apply(base: Mapping[str, Any], difference: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    deleted = {text(key, f"a deleted input of {name}") for key in items(difference.get("deletes"), f"inputs of {name}")}
    return {
        **{key: value for key, value in base.items() if key not in deleted},
        **mapping(difference.get("adds"), f"the added inputs of {name}"),
        **mapping(difference.get("updates"), f"the updated inputs of {name}"),
    }


def from_preview(preview: Mapping[str, Any]) -> ResourceGraph:
    """The resources that `pulumi preview --json` announces; those it would delete are left out.

    A preview masks secrets, so a secret is a `Secret` without value, and it shows unknown values without their place
    in the program. `GraphError` for anything that is no preview.
    """
    if "steps" not in preview and "changeSummary" not in preview:
        raise GraphError("there are no `steps`: this is no output of `pulumi preview --json`")
    found: dict[str, Raw] = {}
    for given in items(preview.get("steps"), "`steps`"):
        step = mapping(given, "a step")
        after = step.get("newState")
        if after is None or step.get("op") in _REMOVES:
            continue
        raw = resource(mapping(after, "a new state"))
        found[raw.urn] = raw
    return normalise(in_order(found), "preview")
