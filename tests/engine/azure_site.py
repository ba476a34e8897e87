"""Whole architectures on the real engine and a simulated Azure, wired as `zt-ai up --simulate` wires them."""

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
from zt_ai.graph import ResourceGraph, from_state
from zt_ai.graph.mocks import from_program
from zt_ai.intent.derive import derive
from zt_ai.intent.model import Intent
from zt_ai.program import PROJECT, program
from zt_ai.simulate import World


def on_azure(name: str, *changes: Change) -> Data:
    """An example with Azure as its one cloud, its audit store not locked yet, and with some changes made to it."""
    data = example(name)
    data["clouds"] = {"azure": {**data["clouds"]["azure"], "audit_lock": "unlocked"}}
    for change in changes:
        change(data)
    return data


def locked(data: Data) -> None:
    """The audit store's policy is locked, which Azure allows of one that exists."""
    data["clouds"]["azure"]["audit_lock"] = "locked"


@dataclass(frozen=True)
class Built:
    """A specification in a stack, ready to be previewed or brought up."""

    loaded: specs.Loaded
    intent: Intent
    handle: StackHandle
    site: AzureSite

    def mocked(self) -> ResourceGraph:
        """The graph of the program, run in this process."""
        settings = self.loaded.spec.clouds.azure
        assert settings is not None
        build = program("azure", self.loaded.spec, self.intent)
        account, region = settings.place
        return from_program(build, project=PROJECT, stack=STACK, account=account, region=region)

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


@dataclass(frozen=True)
class AzureSite:
    """A folder with the state of one stack and the simulated Azure behind it."""

    engine: EngineBinary
    folder: Path
    cloud: Simulated

    @classmethod
    @contextmanager
    def serving(cls, engine: EngineBinary, folder: Path, data: Data) -> Iterator[AzureSite]:
        """Serve the simulated Azure of a specification: what it adopts or refers to exists from the start."""
        with simulated(_load(folder, data), "azure", folder / "cloud") as cloud:
            yield cls(engine, folder, cloud)

    @property
    def world_dir(self) -> Path:
        """Where the simulated Azure keeps what exists in it."""
        return self.folder / "cloud"

    def build(self, data: Data) -> Built:
        """The stack with a specification for its program."""
        loaded = _load(self.folder, data)
        intent = derive(loaded.spec, on=DAY, cloud="azure")
        return Built(loaded, intent, self.run(program("azure", loaded.spec, intent)), self)

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
