"""Options that components hand to their children: what reaches the engine of a resource's former names."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pulumi
import pytest
from pulumi_azure_native import network

from zt_ai.builders import options
from zt_ai.graph import mocks

OLD = "azure-native:network/v20240501:VirtualNetwork"


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What is sent to the engine: former names, by the name of the resource."""
    found: dict[str, list[str]] = {}
    register: Callable[..., Any] = mocks._Monitor.RegisterResource

    def recording(self: Any, request: Any) -> Any:
        found[request.name] = [alias.urn or alias.spec.type or alias.spec.name for alias in request.aliases]
        return register(self, request)

    monkeypatch.setattr(mocks._Monitor, "RegisterResource", recording)
    return found


class Part(pulumi.ComponentResource):
    def __init__(self, name: str, more: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:test:Part", name, None, None)
        opts = options.child_options(self, None, more)
        network.VirtualNetwork(f"{name}-network", resource_group_name="group", opts=opts)


def plan(more: pulumi.ResourceOptions | None = None) -> None:
    def program() -> None:
        Part("net", more)

    mocks.from_program(program, project="p", stack="s")


def test_a_child_is_sent_without_versions_of_the_api(sent: dict[str, list[str]]) -> None:
    plan()
    assert sent["net-network"] == []


def test_without_the_transformation_there_are_dozens(
    sent: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(options, "without_versions", lambda _: None)
    plan()
    assert len(sent["net-network"]) > 30


@pytest.mark.parametrize(
    "alias",
    [
        pulumi.Alias(name="before"),
        pulumi.Alias(type_="azure-native:network:Network"),
        pulumi.Alias(type_=OLD, name="before"),
        f"urn:pulumi:s::p::{OLD}::before",
    ],
)
def test_other_former_names_stay(alias: pulumi.Alias | str, sent: dict[str, list[str]]) -> None:
    plan(pulumi.ResourceOptions(aliases=[alias]))
    assert len(sent["net-network"]) == 1


def test_everything_else_in_the_options_stays() -> None:
    given = pulumi.ResourceOptions(aliases=[pulumi.Alias(type_=OLD)], protect=True, ignore_changes=["tags"])
    args = pulumi.ResourceTransformationArgs(None, "t", "n", {"a": 1}, given)  # type: ignore[arg-type]
    result = options.without_versions(args)
    assert result is not None
    assert (result.props, result.opts.aliases) == ({"a": 1}, [])
    assert (result.opts.protect, result.opts.ignore_changes) == (True, ["tags"])
    assert given.aliases  # the caller's own are left alone
