"""Graphs of the program for Google Cloud, run in this process."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

from tests.unit.gcp.clinic import intent, spec
from zt_ai.gcp.program import build
from zt_ai.graph.mocks import from_program
from zt_ai.graph.model import Ref, Resource, ResourceGraph


def graph(change: Callable[[dict[str, Any]], None] | None = None) -> ResourceGraph:
    """The graph of the clinic, changed."""
    made = spec(change)
    return from_program(lambda: build(made, intent(made)), project="zt-ai", stack="gcp")


@cache
def clinic() -> ResourceGraph:
    """The graph of the clinic as it is."""
    return graph()


def named(of: ResourceGraph, name: str) -> Resource:
    """The one custom resource with a logical name."""
    (found,) = [resource for resource in of if resource.custom and resource.name == name]
    return found


def target(value: object) -> str:
    """Logical name of the resource that a reference leads to."""
    assert isinstance(value, Ref), value
    return value.urn.split("::", 3)[-1]


def setting(**values: Any) -> Callable[[dict[str, Any]], None]:
    """A change of `clouds.gcp`."""

    def change(document: dict[str, Any]) -> None:
        document["clouds"]["gcp"].update(values)

    return change


def own_project(document: dict[str, Any]) -> None:
    """The records' data lies in a project of its own."""
    document["zones"]["records"]["placement"] = {"gcp": {"project": "clinic-records"}}
    document["clouds"]["gcp"].update(
        projects={"clinic-records": "444455556666"}, services={"record-keys": "records", "documents": "records"}
    )
