"""Whole architectures on the real engine and a simulated AWS, wired as `zt-ai up --simulate` wires them."""

from __future__ import annotations

import copy
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from zt_ai.cli import specs
from zt_ai.cli.simulated import Simulated, simulated
from zt_ai.engine import EngineBinary, Event, Preview, Program, ResourceEvent, StackHandle, Update, Workspace
from zt_ai.graph import ResourceGraph, from_plan, from_state
from zt_ai.graph.mocks import from_program
from zt_ai.program import PROJECT, program
from zt_ai.simulate import World
from zt_ai.spec.clouds import Aws
from zt_ai.spec.source import read
from zt_ai.verify.aws.prove import prove
from zt_ai.verify.model import Claim, Proof, Verdict

DAY = date(2026, 11, 23)
"""A day on which every agreement of the examples is in force."""

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
CLAIMS = ["reachability", "data-zone-egress", "internet-egress", "inspection", "audit", "quotas"]
STACK = "dev"
Data = dict[str, Any]
Change = Callable[[Data], None]

_UNCHANGED = frozenset({"same", "read", "refresh"})


def example(name: str, *changes: Change) -> Data:
    """An example's specification as plain data, with some changes made to it."""
    data = copy.deepcopy(read(EXAMPLES / name / "zones.yaml").data)
    assert isinstance(data, dict)
    for change in changes:
        change(data)
    return data


class Steps:
    """Collects what an operation does: the engine's word for each resource that does not stay as it is."""

    def __init__(self) -> None:
        self.ops: dict[str, str] = {}

    def __call__(self, event: Event) -> None:
        if isinstance(event, ResourceEvent) and event.op not in _UNCHANGED:
            # The first word for a replacement is the one that says so; its halves follow.
            self.ops.setdefault(event.urn, event.op)

    @property
    def names(self) -> dict[str, str]:
        """Operation by the resource's own name."""
        return {urn.rsplit("::", 1)[-1]: op for urn, op in self.ops.items()}


@dataclass(frozen=True)
class Built:
    """A specification in a stack, ready to be previewed or brought up."""

    loaded: specs.Loaded
    handle: StackHandle
    site: Site

    @property
    def settings(self) -> Aws:
        assert self.loaded.spec.clouds.aws is not None
        return self.loaded.spec.clouds.aws

    def mocked(self) -> ResourceGraph:
        """The graph of the program, run in this process."""
        return mocked(self.loaded)

    def planned(self, preview: Preview) -> ResourceGraph:
        """The graph that a preview leads to."""
        return from_plan(preview.plan, preview.state)

    def deployed(self) -> ResourceGraph:
        """The graph of the stack's state."""
        return from_state(self.handle.export())

    def preview(self) -> tuple[Preview, Steps]:
        steps = Steps()
        return self.handle.preview(on_event=steps), steps

    def up(self, plan: Mapping[str, Any] | None = None) -> tuple[Update, Steps]:
        steps = Steps()
        return self.handle.up(plan=plan, on_event=steps, resolve_pending=self.site.cloud.resolve), steps

    def refresh(self) -> tuple[Update, Steps]:
        steps = Steps()
        return self.handle.refresh(on_event=steps, resolve_pending=self.site.cloud.resolve), steps

    def prove(self, graph: ResourceGraph | None = None) -> Proof:
        """The proof about a graph, about the state by default (`with_found` of it is what `zt-ai refresh` proves)."""
        return prove(self.deployed() if graph is None else graph, self.loaded.intent, self.settings)


@dataclass(frozen=True)
class Site:
    """A folder with the state of one stack and the simulated AWS behind it."""

    engine: EngineBinary
    folder: Path
    cloud: Simulated

    @classmethod
    @contextmanager
    def serving(cls, engine: EngineBinary, folder: Path, data: Data) -> Iterator[Site]:
        """Serve the simulated AWS of a specification: what it adopts or refers to exists from the start."""
        with simulated(load(folder, data), "aws", folder / "cloud") as cloud:
            yield cls(engine, folder, cloud)

    @property
    def world_dir(self) -> Path:
        """Where the simulated AWS keeps what exists in it."""
        return self.folder / "cloud"

    def workspace(self) -> Workspace:
        return Workspace(
            self.engine,
            PROJECT,
            state_dir=self.folder / "state",
            environment={"PULUMI_BACKEND_URL": ""},
            attach=self.cloud.attach,
        )

    def build(self, data: Data) -> Built:
        """The stack with a specification for its program."""
        loaded = load(self.folder, data)
        return Built(loaded, self.run(program("aws", loaded.spec, loaded.intent)), self)

    def run(self, of: Program, stack: str = STACK) -> StackHandle:
        """A stack with any program."""
        return self.workspace().stack(stack, of)

    def world(self) -> World:
        return World(self.world_dir)


def load(folder: Path, data: Data) -> specs.Loaded:
    """Write a specification and read it as a command would."""
    path = folder / "zones.yaml"
    path.write_text(yaml.safe_dump(data, sort_keys=False), encoding="utf-8")
    return specs.load(path, DAY)


def mocked(loaded: specs.Loaded) -> ResourceGraph:
    """The graph of a specification's program, run in this process."""
    settings = loaded.spec.clouds.aws
    assert settings is not None
    build = program("aws", loaded.spec, loaded.intent)
    return from_program(build, project=PROJECT, stack=STACK, account=settings.account, region=settings.region)


def verdicts(claims: Iterable[Claim]) -> dict[str, Verdict]:
    return {claim.id: claim.verdict for claim in claims}


def assert_proved(proof: Proof) -> None:
    """All five claims are there and each is PROVED."""
    assert verdicts(proof.claims) == dict.fromkeys(CLAIMS, Verdict.PROVED), [
        (claim.id, claim.reasons, [witness.explanation for witness in claim.witnesses])
        for claim in proof.claims
        if claim.verdict is not Verdict.PROVED
    ]


def assert_one_of_each(state: Mapping[str, Any], world: Path) -> int:
    """Every resource of the state exists in the world under its URN and id, once, and nothing else was made there.

    Returns how many there are.
    """
    recorded = sorted(
        (resource["urn"], resource["id"])
        for resource in state["deployment"].get("resources") or ()
        if resource.get("custom") and not resource["type"].startswith("pulumi:")
    )
    with World(world) as opened:
        there = sorted((thing.urn, thing.id) for thing in opened.all() if thing.urn is not None)
    assert there == recorded
    assert len({urn for urn, _ in there}) == len(there)
    return len(there)


def all_things(world: Path) -> list[tuple[str, str]]:
    """Type and id of everything in the world."""
    with World(world) as opened:
        return sorted((thing.type, thing.id) for thing in opened.all())


def alive(pid: int) -> bool:
    """Whether a process of this number runs."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
