"""The real engine (found or built once, then from the user's cache) and a stack on the cloud of `tiny_cloud.py`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tiny_cloud import World, serving

from zt_ai.engine import EngineBinary, StackHandle, Workspace, find_engine

Program = Callable[[], None]


@pytest.fixture(scope="session")
def engine() -> EngineBinary:
    """The engine that `zt-ai` would use on this machine; the first run of a user may build it, which takes minutes."""

    def show(stage: str, seconds: float) -> None:
        print(f"{seconds:6.0f} s  {stage}", file=sys.stderr, flush=True)

    return find_engine(show)


@pytest.fixture
def world() -> World:
    """A cloud with nothing in it."""
    return World()


@pytest.fixture
def workspace(engine: EngineBinary, world: World, tmp_path: Path) -> Iterator[Workspace]:
    """A project with its own local back end, attached to the cloud."""
    with serving(world) as port:
        yield Workspace(engine, "demo-project", state_dir=tmp_path / "state", attach={"demo": port})


@pytest.fixture
def open_stack(workspace: Workspace) -> Callable[[Program], StackHandle]:
    """Opens the stack `dev` with a program; again with another program as a user would after editing it."""
    return lambda program: workspace.stack("dev", program)
