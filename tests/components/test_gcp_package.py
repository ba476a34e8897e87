"""The component package for Google Cloud: its schema is the one checked in, and each component makes its resources."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pulumi
import pytest
from pulumi.provider.experimental.component import ComponentProvider

from tests.unit.gcp.clinic import data
from zt_ai import __version__
from zt_ai.graph.mocks import from_program
from zt_ai.graph.model import ResourceGraph

FOLDER = Path(__file__).parents[2] / "components" / "gcp"


def _module() -> ModuleType:
    """`hosted` of this package under a name of its own: the packages of other clouds have a module of that name too."""
    spec = importlib.util.spec_from_file_location("gcp_hosted", FOLDER / "hosted.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["gcp_hosted"] = module
    spec.loader.exec_module(module)
    return module


hosted = _module()
PLACE = {"prefix": "t", "project": "clinic-platform", "projectNumber": "111122223333", "region": "us-central1"}
PERIMETER = {
    **PLACE,
    "organization": "123456789012",
    "accessPolicy": "987654321098",
    "projects": ["111122223333"],
    "reachableServices": ["storage.googleapis.com"],
    "enforced": True,
}


def provider() -> ComponentProvider:
    return ComponentProvider(hosted.COMPONENTS, hosted.PACKAGE, None, __version__)


def constructed(component: str, inputs: dict[str, Any]) -> ResourceGraph:
    """The graph of a program in another language that makes one component, as the engine would ask the host for it."""

    def program() -> None:
        provider().construct("made", f"{hosted.PACKAGE}:index:{component}", inputs, pulumi.ResourceOptions())

    return from_program(program, project="p", stack="s")


def test_the_schema_checked_in_is_the_one_the_host_would_give() -> None:
    given = json.dumps(json.loads(provider().schema or ""), indent=2, sort_keys=True) + "\n"
    assert (FOLDER / "schema.json").read_text() == given, "run `make schema`"


def test_every_component_and_argument_is_described() -> None:
    resources = json.loads((FOLDER / "schema.json").read_text())["resources"]
    assert set(resources) == {f"zt-ai-gcp:index:{c.__name__}" for c in hosted.COMPONENTS}
    for resource in resources.values():
        assert resource["description"]
        assert all(p.get("description") for p in resource["inputProperties"].values()), resource


@pytest.mark.parametrize(
    ("component", "inputs", "makes"),
    [
        ("AuditStore", {**PLACE, "retentionDays": 2200}, "gcp:logging/projectBucketConfig:ProjectBucketConfig"),
        ("ServicePerimeter", PERIMETER, "gcp:accesscontextmanager/servicePerimeter:ServicePerimeter"),
        (
            "ClosedResolver",
            {**PLACE, "networkId": "projects/p/global/networks/n", "names": ["api.example.com."]},
            "gcp:dns/responsePolicyRule:ResponsePolicyRule",
        ),
        (
            "SegmentedArchitecture",
            {"specification": data()},
            "gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule",
        ),
    ],
)
def test_a_component_makes_its_resources_below_itself(component: str, inputs: dict[str, Any], makes: str) -> None:
    graph = constructed(component, inputs)
    assert makes in {resource.type for resource in graph}
    for resource in graph:
        above = resource
        while above.parent is not None and above.type != f"zt-ai-gcp:index:{component}":
            above = graph.resources[above.parent]
        assert above.type in {f"zt-ai-gcp:index:{component}", "pulumi:pulumi:Stack"}, resource.urn


@pytest.mark.parametrize("enforced", [True, False])
def test_a_perimeter_is_enforced_or_only_records(*, enforced: bool) -> None:
    graph = constructed("ServicePerimeter", {**PERIMETER, "enforced": enforced})
    (made,) = graph.of_type("gcp:accesscontextmanager/servicePerimeter:ServicePerimeter")
    assert ("status" in made.inputs, "spec" in made.inputs) == (enforced, not enforced)


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({}, "either `file` or `specification`"),
        ({"file": "nowhere.yaml"}, "cannot be read"),
        ({"specification": {"version": 1}}, "is required and missing"),
    ],
)
def test_bad_arguments_are_named(inputs: dict[str, Any], says: str) -> None:
    with pytest.raises(Exception, match=says):
        constructed("SegmentedArchitecture", inputs)
