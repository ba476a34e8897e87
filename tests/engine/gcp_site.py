"""Whole architectures on the real engine and a simulated Google Cloud, wired as `zt-ai up --simulate` wires them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from architectures import DAY, STACK, Change, Data, Steps, example

from zt_ai.cli import specs
from zt_ai.cli.simulated import Simulated, simulated
from zt_ai.engine import EngineBinary, Preview, Program, StackHandle, Update, Workspace
from zt_ai.graph import ResourceGraph, from_plan, from_state
from zt_ai.graph.mocks import from_program
from zt_ai.program import PROJECT, program
from zt_ai.simulate import World
from zt_ai.spec.clouds import Gcp
from zt_ai.verify.gcp.prove import prove
from zt_ai.verify.model import Proof


def on_gcp(name: str, *changes: Change) -> Data:
    """An example with Google Cloud as its one cloud, and with some changes made to it."""
    data = example(name)
    data["clouds"] = {"gcp": data["clouds"]["gcp"]}
    for change in changes:
        change(data)
    return data


@dataclass(frozen=True)
class Built:
    """A specification in a stack, ready to be previewed or brought up."""

    loaded: specs.Loaded
    handle: StackHandle
    site: GcpSite

    @property
    def settings(self) -> Gcp:
        assert self.loaded.spec.clouds.gcp is not None
        return self.loaded.spec.clouds.gcp

    def mocked(self) -> ResourceGraph:
        """The graph of the program, run in this process."""
        build = program("gcp", self.loaded.spec, self.loaded.intent_on("gcp"))
        place = {"account": self.settings.project, "region": self.settings.region}
        return from_program(build, project=PROJECT, stack=STACK, **place)

    def planned(self, preview: Preview) -> ResourceGraph:
        """The graph that a preview leads to."""
        return from_plan(preview.plan, preview.state)

    def deployed(self) -> ResourceGraph:
        """The graph of the stack's state."""
        return from_state(self.handle.export())

    def preview(self) -> tuple[Preview, Steps]:
        steps = Steps()
        return self.handle.preview(on_event=steps), steps

    def up(self, plan: Any = None) -> tuple[Update, Steps]:
        steps = Steps()
        return self.handle.up(plan=plan, on_event=steps, resolve_pending=self.site.cloud.resolve), steps

    def refresh(self) -> tuple[Update, Steps]:
        steps = Steps()
        return self.handle.refresh(on_event=steps, resolve_pending=self.site.cloud.resolve), steps

    def prove(self, graph: ResourceGraph | None = None) -> Proof:
        """The proof about a graph, about the state by default."""
        return prove(self.deployed() if graph is None else graph, self.loaded.intent_on("gcp"), self.settings)


@dataclass(frozen=True)
class GcpSite:
    """A folder with the state of one stack and the simulated Google Cloud behind it."""

    engine: EngineBinary
    folder: Path
    cloud: Simulated

    @classmethod
    @contextmanager
    def serving(cls, engine: EngineBinary, folder: Path, data: Data) -> Iterator[GcpSite]:
        """Serve the simulated Google Cloud of a specification: what it adopts or names exists from the start."""
        with simulated(_load(folder, data), "gcp", folder / "cloud") as cloud:
            yield cls(engine, folder, cloud)

    @property
    def world_dir(self) -> Path:
        """Where the simulated Google Cloud keeps what exists in it."""
        return self.folder / "cloud"

    def build(self, data: Data) -> Built:
        """The stack with a specification for its program."""
        loaded = _load(self.folder, data)
        return Built(loaded, self.run(program("gcp", loaded.spec, loaded.intent_on("gcp"))), self)

    def run(self, of: Program, stack: str = STACK) -> StackHandle:
        """A stack with any program."""
        workspace = Workspace(
            self.engine,
            PROJECT,
            state_dir=self.folder / "state",
            environment={"PULUMI_BACKEND_URL": ""},
            attach=self.cloud.attach,
        )
        return workspace.stack(stack, of)

    def world(self) -> World:
        return World(self.world_dir)


def _load(folder: Path, data: Data) -> specs.Loaded:
    """Write a specification and read it as a command would."""
    path = folder / "zones.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return specs.load(path, DAY)
