"""The component package for Azure: its schema is the one checked in, and each component makes its resources."""

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

from tests.unit.azure.plans import HUB, SUBSCRIPTION, clinic, lab
from zt_ai import __version__
from zt_ai.graph.mocks import from_program
from zt_ai.graph.model import ResourceGraph

FOLDER = Path(__file__).parents[2] / "components" / "azure"


def _module() -> ModuleType:
    """`hosted` of this package under a name of its own: the packages of other clouds have a module of that name too."""
    spec = importlib.util.spec_from_file_location("azure_hosted", FOLDER / "hosted.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["azure_hosted"] = module
    spec.loader.exec_module(module)
    return module


hosted = _module()
PLACE = {"prefix": "t", "subscription": SUBSCRIPTION, "location": "eastus2"}


def provider() -> ComponentProvider:
    return ComponentProvider(hosted.COMPONENTS, hosted.PACKAGE, None, __version__)


def constructed(component: str, inputs: dict[str, Any]) -> ResourceGraph:
    """The graph of a program in another language that makes one component, as the engine would ask the host for it."""

    def program() -> None:
        provider().construct("made", f"{hosted.PACKAGE}:index:{component}", inputs, pulumi.ResourceOptions())

    return from_program(program, project="p", stack="s", account=SUBSCRIPTION, region="eastus2")


def test_the_schema_checked_in_is_the_one_the_host_would_give() -> None:
    given = json.dumps(json.loads(provider().schema or ""), indent=2, sort_keys=True) + "\n"
    assert (FOLDER / "schema.json").read_text() == given, "run `make schema`"


def test_every_component_and_argument_is_described() -> None:
    resources = json.loads((FOLDER / "schema.json").read_text())["resources"]
    assert set(resources) == {f"zt-ai-azure:index:{c.__name__}" for c in hosted.COMPONENTS}
    for resource in resources.values():
        assert resource["description"]
        assert all(p.get("description") for p in resource["inputProperties"].values()), resource


@pytest.mark.parametrize(
    ("component", "inputs", "makes"),
    [
        ("AuditStore", {**PLACE, "retentionDays": 2200}, "azure-native:storage:StorageAccount"),
        (
            "DnsPolicy",
            {**PLACE, "networkId": HUB, "domains": ["api.example.com"]},
            "azure-native:dnsresolver:DnsSecurityRule",
        ),
        ("SegmentedArchitecture", {"specification": clinic()}, "azure-native:network:AzureFirewall"),
    ],
)
def test_a_component_makes_its_resources_below_itself(component: str, inputs: dict[str, Any], makes: str) -> None:
    graph = constructed(component, inputs)
    assert graph.of_type(makes)
    for resource in graph:
        above = resource
        while above.parent is not None and above.type != f"zt-ai-azure:index:{component}":
            above = graph.resources[above.parent]
        assert above.type == f"zt-ai-azure:index:{component}", resource.urn


def test_a_store_is_locked_unless_something_else_is_said() -> None:
    def state(**said: object) -> object:
        graph = constructed("AuditStore", {**PLACE, "retentionDays": 2200, **said})
        inputs: Any = graph.of_type("azure-native:storage:StorageAccount")[0].inputs
        return inputs["immutableStorageWithVersioning"]["immutabilityPolicy"]["state"]

    assert state() == state(locked=True) == "Locked"
    assert state(locked=False) == "Unlocked"


@pytest.mark.parametrize(
    ("inputs", "says"),
    [
        ({}, "either `file` or `specification`"),
        ({"file": "nowhere.yaml"}, "cannot be read"),
        ({"specification": {"version": 1}}, "is required and missing"),
        ({"specification": {**lab(), "clouds": {}}}, "clouds"),
    ],
)
def test_bad_arguments_are_named(inputs: dict[str, Any], says: str) -> None:
    with pytest.raises(Exception, match=says):
        constructed("SegmentedArchitecture", inputs)
