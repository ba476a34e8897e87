"""Specifications and graphs for the tests of the AWS network."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from zt_ai.aws.architecture import SegmentedArchitecture, SegmentedArchitectureArgs
from zt_ai.aws.naming import Scope
from zt_ai.graph.mocks import from_program
from zt_ai.graph.model import Ref, Resource, ResourceGraph, Value
from zt_ai.intent.derive import derive
from zt_ai.intent.model import Intent
from zt_ai.spec.model import ZoneSpec

EXAMPLES = Path(__file__).parents[3] / "examples"
ON = date(2026, 11, 23)
SCOPE = Scope("lab", "111122223333", "us-east-1")

Data = dict[str, Any]


def example(name: str) -> Data:
    """An example's specification as plain data."""
    data: Data = yaml.safe_load((EXAMPLES / name / "zones.yaml").read_text(encoding="utf-8"))
    return data


def changed(data: Data, *path: str, to: object) -> Data:
    """A copy in which one key is set."""
    result = copy.deepcopy(data)
    inner = result
    for key in path[:-1]:
        inner = inner.setdefault(key, {})
    inner[path[-1]] = to
    return result


def understood(data: Data) -> tuple[ZoneSpec, Intent]:
    """Specification and intent; only the models check, so that tests can say what `check` would refuse."""
    spec = ZoneSpec.model_validate(data)
    return spec, derive(spec, on=ON)


def lab(workloads: int = 1, ports: int = 1, **aws: object) -> Data:
    """`workloads` callers that each reach `ports` ports of one store in a data zone, and nothing else."""
    served = {f"p{n}": {"port": 10_000 + 2 * n} for n in range(ports)}
    return {
        "version": 1,
        "name": "lab",
        "clouds": {
            "aws": {
                "region": "us-east-1",
                "account": "111122223333",
                "availability_zones": ["us-east-1a", "us-east-1b"],
                "cidr": "10.30.0.0/16",
                **aws,
            }
        },
        "zones": {
            "vault": {"kind": "data", "holds": "phi"},
            "work": {"kind": "processing", "holds": "phi"},
            "exit": {"kind": "egress", "holds": "phi"},
        },
        "workloads": {
            "store": {"zone": "vault", "serves": served},
            **{f"caller-{n}": {"zone": "work"} for n in range(workloads)},
        },
        "flows": {
            f"call-{n}": {
                "from": f"caller-{n}",
                "to": "store",
                "carries": "phi",
                "reason": "The test needs a caller of the store",
            }
            for n in range(workloads)
        },
    }


def run(program: Callable[[], object]) -> ResourceGraph:
    """The graph of a program."""
    return from_program(lambda: program() and None, project="lab", stack="test", account=SCOPE.account)


def built(data: Data, **options: object) -> ResourceGraph:
    """The graph of the whole architecture of a specification."""
    spec, intent = understood(data)
    args = SegmentedArchitectureArgs(spec=spec, intent=intent, **options)  # type: ignore[arg-type]
    return run(lambda: SegmentedArchitecture(spec.name, args))


def tags(resource: Resource) -> Mapping[str, Value]:
    """Tags of a resource; every taggable resource of ours has some."""
    found = resource.inputs["tags"]
    assert isinstance(found, Mapping)
    return found


def only(graph: ResourceGraph, kind: str, **wanted: Value) -> Resource:
    """The one resource of a type with these inputs."""
    found = [r for r in graph.of_type(kind) if all(r.inputs.get(key) == value for key, value in wanted.items())]
    assert len(found) == 1, [r.name for r in found]
    return found[0]


def changes(before: ResourceGraph, after: ResourceGraph) -> tuple[set[str], set[str], dict[str, set[str]]]:
    """URNs created, URNs deleted, and the changed inputs of resources in both. Components are left out."""
    one = {r.urn: r for r in before if r.custom}
    two = {r.urn: r for r in after if r.custom}
    differing = {
        urn: {k for k in {*one[urn].inputs, *two[urn].inputs} if one[urn].inputs.get(k) != two[urn].inputs.get(k)}
        for urn in one.keys() & two.keys()
    }
    return two.keys() - one.keys(), one.keys() - two.keys(), {urn: keys for urn, keys in differing.items() if keys}


__all__ = ["SCOPE", "Data", "Ref", "built", "changed", "changes", "example", "lab", "only", "run", "tags", "understood"]
