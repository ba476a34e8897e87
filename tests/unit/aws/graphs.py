"""Running a component under mocks and looking at what it made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from zt_ai.graph.mocks import from_program
from zt_ai.graph.model import ResourceGraph

ACCOUNT = "123456789012"


def build(program: Callable[[], object]) -> ResourceGraph:
    """The graph of a program; what the program returns does not matter."""

    def run() -> None:
        program()

    return from_program(run, project="test", stack="unit", account=ACCOUNT)


def every(graph: ResourceGraph, *types: str) -> list[Any]:
    """Resources of some types, of which there must be at least one. Loosely typed: tests reach deep into inputs."""
    found = list(graph.of_type(*types))
    assert found, types
    return found


def only(graph: ResourceGraph, kind: str) -> Any:
    """The one resource of a type."""
    found = every(graph, kind)
    assert len(found) == 1, [r.name for r in found]
    return found[0]
