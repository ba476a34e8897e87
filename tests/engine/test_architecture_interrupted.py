"""`zt-ai up` killed in the middle, twice, and then brought to its end: nothing is made twice and nothing is lost.

The engine is frozen while something is being made, and killed a moment later. What the cloud was asked for until then
it still makes, so there are resources of which nobody was told: the case that a later `up` of the engine alone gets
wrong.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from architectures import EXAMPLES, STACK, Built, Site, alive, assert_one_of_each, assert_proved, example, load, mocked
from pulumi.automation import CommandError
from tiny_programs import engine_pid

from zt_ai.engine import EngineBinary, PendingCreatesError, PendingOperation
from zt_ai.engine.recovery import pending_operations
from zt_ai.graph import equal, from_state
from zt_ai.simulate import World
from zt_ai.verify.aws.prove import prove

ROOT = EXAMPLES.parent
MINIMAL = EXAMPLES / "minimal" / "zones.yaml"
FIRST, SECOND = 50, 110
"""How many resources exist when the whole run is killed, and when the engine alone is."""


@dataclass
class Run:
    """`zt-ai up` of the minimal example in a folder of its own, as a process."""

    folder: Path
    started: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def state(self) -> Path:
        return self.folder / ".zt-ai" / "simulated"

    @property
    def world(self) -> Path:
        return self.state / "cloud" / STACK

    def command(self) -> list[str]:
        code = "from zt_ai.cli.main import main; main()"
        options = ["--cloud", "aws", "--simulate", "--stack", STACK, "--yes", "--json", "up.json"]
        return [sys.executable, "-c", code, "up", str(MINIMAL), *options]

    def start(self) -> subprocess.Popen[str]:
        with (self.folder / "out.txt").open("w", encoding="utf-8") as out:
            process = subprocess.Popen(
                self.command(),
                cwd=self.folder,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                start_new_session=True,  # a process group of its own, as a shell gives to what it starts
                text=True,
            )
        self.started.append(process)
        return process

    def said(self) -> str:
        return (self.folder / "out.txt").read_text(encoding="utf-8")

    def wait_for(self, count: int, process: subprocess.Popen[str], seconds: float = 300) -> None:
        """Wait until a stack has made this many resources."""
        until = time.monotonic() + seconds
        while len(made(self.world)) < count:
            assert process.poll() is None, self.said()
            assert time.monotonic() < until, self.said()
            time.sleep(0.05)

    def freeze_engine(self, process: subprocess.Popen[str], seconds: float = 60) -> int:
        """Stop the engine where it waits for something to be made, and let the cloud end what it was asked for.

        Between two waves nothing is being made, and an engine killed there has lost nothing: it goes on then and is
        stopped a moment later.
        """
        pid, until = engine_pid(self.state), time.monotonic() + seconds
        while True:
            os.kill(pid, signal.SIGSTOP)
            answered = time.monotonic() + 1
            while time.monotonic() < answered:
                time.sleep(0.2)
                if self.untold():
                    time.sleep(1)  # whatever else the cloud was asked for
                    return pid
            assert time.monotonic() < until, "the engine was never seen while something was being made"
            os.kill(pid, signal.SIGCONT)
            time.sleep(0.05)
            assert process.poll() is None, self.said()

    def untold(self) -> set[str]:
        """The URNs of what exists in the cloud although the state on disk knows only that it was begun."""
        try:
            pending = pending_operations(self.checkpoint())
        except ValueError:  # the engine was stopped while it wrote the state, or has written none
            return set()
        return {item.urn for item in pending if item.must_be_asked} & set(made(self.world))

    def cloud_pid(self, process: subprocess.Popen[str]) -> int:
        """The process that serves this run's simulated cloud."""
        listed = subprocess.run(["ps", "-Awwo", "pid=,args="], capture_output=True, text=True, check=True).stdout
        (line,) = [line for line in listed.splitlines() if f" --parent {process.pid} " in f"{line} "]
        return int(line.split()[0])

    def checkpoint(self) -> Mapping[str, Any]:
        """The stack's state, in the form of an export."""
        (file,) = (self.state / ".pulumi" / "stacks").rglob(f"{STACK}.json")
        return {"version": 3, "deployment": json.loads(file.read_text(encoding="utf-8"))["checkpoint"]["latest"]}


def made(world: Path) -> list[str]:
    """The URN of each thing that a stack has made, one as often as it was made.

    Not read-only: after a kill, half a change may have to be taken back first.
    """
    file = world / "world.sqlite"
    if not file.exists():
        return []
    try:
        with closing(sqlite3.connect(file, timeout=30)) as database:
            return [urn for (urn,) in database.execute("SELECT urn FROM things WHERE urn IS NOT NULL ORDER BY urn")]
    except sqlite3.OperationalError:  # its tables are being made
        return []


@pytest.fixture(scope="module")
def run(engine: EngineBinary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Run]:
    assert engine.path
    made = Run(tmp_path_factory.mktemp("interrupted"))
    yield made
    for process in made.started:
        if process.poll() is None:  # a test that failed half way must not leave a frozen engine behind
            os.killpg(process.pid, signal.SIGKILL)
            process.wait(30)


@pytest.fixture
def beside(engine: EngineBinary, run: Run, tmp_path: Path) -> Iterator[Built]:
    """A copy of the interrupted stack and of its cloud, to try on it what must not be done."""
    shutil.copytree(run.state, tmp_path / "state")
    shutil.copytree(run.world, tmp_path / "cloud")
    with Site.serving(engine, tmp_path, example("minimal")) as site:
        yield site.build(example("minimal"))


def lost(built: Built) -> list[PendingOperation]:
    """Resources that exist although the state knows only that they were begun."""
    with built.site.world() as world:
        return [item for item in built.handle.pending() if item.must_be_asked and world.find_by_urn(item.urn)]


def test_a_run_that_is_killed_with_its_engine_and_its_cloud(run: Run) -> None:
    process = run.start()
    run.wait_for(FIRST, process)
    engine, cloud = run.freeze_engine(process), run.cloud_pid(process)
    os.kill(cloud, signal.SIGKILL)
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait(30) == -signal.SIGKILL
    assert "Traceback" not in run.said()
    until = time.monotonic() + 10
    while alive(engine) and time.monotonic() < until:
        time.sleep(0.1)
    assert not alive(engine), "the engine is in the group of the command"
    assert len(made(run.world)) >= FIRST


def test_nobody_to_ask_stops_before_anything_is_made(beside: Built) -> None:
    assert lost(beside), "the engine was not killed while something was being made"
    before = made(beside.site.world_dir)
    with pytest.raises(PendingCreatesError) as caught:
        beside.handle.up()
    assert {item.urn for item in lost(beside)} <= set(caught.value.urns)
    assert made(beside.site.world_dir) == before


def test_the_engine_alone_would_make_it_twice_or_be_refused(beside: Built) -> None:
    """The negative twin: what `pulumi cancel` and `pulumi up` do with the resources that nobody was told of."""
    gone = [item.urn for item in lost(beside)]
    beside.site.workspace().run("cancel", "--yes", "--stack", STACK)
    try:
        beside.handle._stack.up(program=beside.handle._program, target=gone, color="never")
    except CommandError as error:
        refused = str(error)
    else:
        refused = ""
    with beside.site.world() as world:
        twice = [urn for urn in gone if len(world.find_by_urn(urn)) > 1]
    taken = "already exists" in refused.lower() or "conflict" in refused.lower()
    assert twice or taken, refused


def test_the_next_run_goes_on_and_loses_its_engine(run: Run) -> None:
    process = run.start()
    run.wait_for(SECOND, process)
    os.kill(run.freeze_engine(process), signal.SIGKILL)
    code = process.wait(120)
    said = run.said()
    assert code not in (0, 1, 2), said
    assert "an earlier update was interrupted" in said
    assert "Traceback" not in said
    assert len(made(run.world)) >= SECOND


def test_the_run_after_that_comes_to_the_end(run: Run) -> None:
    process = run.start()
    assert process.wait(400) == 0, run.said()
    report = json.loads((run.folder / "up.json").read_text(encoding="utf-8"))
    assert report["verdict"] == "PROVED"
    assert report["clouds"]["aws"]["read_from"] == "state"


def test_every_planned_resource_exists_once(run: Run) -> None:
    state = run.checkpoint()
    assert not state["deployment"].get("pending_operations")
    assert "initErrors" not in json.dumps(state), "everything that was adopted has been read"
    loaded = load(run.folder, example("minimal"))
    wanted = mocked(loaded)
    planned = {r.urn for r in wanted if r.custom and not r.type.startswith("pulumi:")}
    assert assert_one_of_each(state, run.world) == len(planned)
    with World(run.world) as world:
        assert {thing.urn for thing in world.all() if thing.urn} == planned
    deployed = from_state(state)
    assert equal(wanted, deployed) == []
    assert loaded.spec.clouds.aws is not None
    assert_proved(prove(deployed, loaded.intent, loaded.spec.clouds.aws))
