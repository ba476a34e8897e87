"""Specifications and graphs for the tests of Azure."""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from zt_ai.azure.architecture import SegmentedArchitecture, SegmentedArchitectureArgs
from zt_ai.azure.naming import Scope
from zt_ai.graph.mocks import from_program
from zt_ai.graph.model import Resource, ResourceGraph, Value
from zt_ai.intent.derive import derive
from zt_ai.intent.model import Intent
from zt_ai.spec.model import ZoneSpec

EXAMPLES = Path(__file__).parents[3] / "examples"
ON = date(2026, 11, 23)
SUBSCRIPTION = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f0"
TENANT = "9d8c7b6a-5f4e-4d3c-8b2a-190817263544"
HUB = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub"
SETTINGS: Mapping[str, Any] = {
    "location": "eastus2",
    "subscription": SUBSCRIPTION,
    "tenant": TENANT,
    "cidr": "10.20.0.0/16",
    "hub": {"virtual_network": HUB, "cidrs": ["10.250.0.0/20"]},
}
MODELS = {"resources": ["clinic-openai"]}
OPENAI = {"api": "azure-openai", "models": ["text-embedding-3-large"], "paths": ["/openai/deployments/"]}

Data = dict[str, Any]


def clinic(**azure: object) -> Data:
    """The clinic's specification with Azure as its one cloud."""
    data: Data = yaml.safe_load((EXAMPLES / "clinic" / "zones.yaml").read_text(encoding="utf-8"))
    data["clouds"] = {"azure": {**SETTINGS, **azure}}
    data["services"]["cloud-models"]["clouds"] = {"azure": MODELS}
    managed = next(name for name, provider in data["providers"].items() if provider.get("kind") == "cloud-managed")
    agreement = {"reference": "MSFT-BAA", "effective": "2026-01-01", "expires": "2029-12-31"}
    data["providers"][managed]["clouds"] = {"azure": {**OPENAI, "baa": agreement}}
    return data


def changed(data: Data, *path: str, to: object) -> Data:
    """A copy in which one key is set."""
    result = copy.deepcopy(data)
    inner = result
    for key in path[:-1]:
        inner = inner.setdefault(key, {})
    inner[path[-1]] = to
    return result


def without(data: Data, *path: str) -> Data:
    """A copy in which one key is missing."""
    result = copy.deepcopy(data)
    inner = result
    for key in path[:-1]:
        inner = inner[key]
    del inner[path[-1]]
    return result


def understood(data: Data) -> tuple[ZoneSpec, Intent]:
    """Specification and intent; only the models check, so that tests can say what `check` would refuse."""
    spec = ZoneSpec.model_validate(data)
    return spec.on_cloud("azure"), derive(spec, on=ON, cloud="azure")


def lab(**azure: object) -> Data:
    """One caller of one store in a data zone, and nothing else."""
    return {
        "version": 1,
        "name": "lab",
        "clouds": {"azure": {**SETTINGS, "hub": None, **azure}},
        "zones": {
            "vault": {"kind": "data", "holds": "phi"},
            "work": {"kind": "processing", "holds": "phi"},
            "exit": {"kind": "egress", "holds": "phi"},
        },
        "workloads": {"store": {"zone": "vault", "serves": {"https": {"port": 8443}}}, "caller": {"zone": "work"}},
        "flows": {
            "call": {
                "from": "caller",
                "to": "store",
                "carries": "phi",
                "reason": "The test needs a caller of the store",
            }
        },
    }


def scope(data: Data) -> Scope:
    """The scope of a specification."""
    azure = data["clouds"]["azure"]
    return Scope(data["name"], azure["subscription"], azure["location"])


def run(program: Callable[[], object]) -> ResourceGraph:
    """The graph of a program; what the program returns does not matter."""

    def without_result() -> None:
        program()

    return from_program(without_result, project="lab", stack="test", account=SUBSCRIPTION, region=SETTINGS["location"])


def built(data: Data, **options: object) -> ResourceGraph:
    """The graph of the whole architecture of a specification."""
    spec, intent = understood(data)
    args = SegmentedArchitectureArgs(spec=spec, intent=intent, **options)  # type: ignore[arg-type]
    return run(lambda: SegmentedArchitecture(spec.name, args))


def every(graph: ResourceGraph, kind: str, **wanted: Value) -> list[Resource]:
    """The resources of a type (`network:Subnet`) with these inputs, of which there must be at least one."""
    found = [
        r
        for r in graph.of_type(f"azure-native:{kind}")
        if all(r.inputs.get(key) == value for key, value in wanted.items())
    ]
    assert found, (kind, wanted)
    return found


def only(graph: ResourceGraph, kind: str, **wanted: Value) -> Any:
    """The one resource of a type with these inputs. Loosely typed: tests reach deep into inputs."""
    found = every(graph, kind, **wanted)
    assert len(found) == 1, [r.name for r in found]
    return found[0]


def changes(before: ResourceGraph, after: ResourceGraph) -> tuple[set[str], set[str], dict[str, set[str]]]:
    """Names created, names deleted, and the changed inputs of resources in both. Components are left out."""
    one = {r.urn: r for r in before if r.custom}
    two = {r.urn: r for r in after if r.custom}
    differing = {
        urn: {k for k in {*one[urn].inputs, *two[urn].inputs} if one[urn].inputs.get(k) != two[urn].inputs.get(k)}
        for urn in one.keys() & two.keys()
    }
    return (
        {two[urn].name for urn in two.keys() - one.keys()},
        {one[urn].name for urn in one.keys() - two.keys()},
        {one[urn].name: keys for urn, keys in differing.items() if keys},
    )
