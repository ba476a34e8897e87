"""The life of a stack through the real engine: preview, up, change, refresh, destroy; plans, failures and state."""

from __future__ import annotations

import json
import os
import socket
import stat
import time
from collections.abc import Callable
from pathlib import Path

import grpc
import pulumi
import pytest
from tiny_cloud import World, serving
from tiny_programs import Thing, chain

from zt_ai.cache import exclusive
from zt_ai.engine import (
    EngineBinary,
    EngineFailureError,
    Event,
    ProgramFailureError,
    ResourceEvent,
    StackHandle,
    StackLockedError,
    Summary,
    Workspace,
)

OpenStack = Callable[[Callable[[], None]], StackHandle]


def test_second_up_changes_nothing_and_destroy_leaves_nothing(open_stack: OpenStack, world: World) -> None:
    stack = open_stack(chain(4))
    first = stack.up()
    # Four things, their component and the stack; the engine does not count its default providers.
    assert (first.summary.created, first.summary.changed) == (6, 6)
    assert first.outputs == {"last": f"demo://{world.find_name('thing-3')}"}
    second = stack.up()
    assert (second.summary.changed, second.summary.same) == (0, 6)
    assert stack.destroy(remove=True).summary.deleted == 6
    assert not world.things


def test_change_updates_in_place_or_replaces_as_the_provider_says(open_stack: OpenStack, world: World) -> None:
    open_stack(chain(1)).up()
    made = world.find_name("thing-0")
    assert open_stack(chain(1, label="two")).up().summary.updated == 1
    assert world.things[made]["label"] == "two"

    events: list[Event] = []
    replaced = open_stack(chain(1, label="two", place="there")).up(on_event=events.append)
    assert replaced.summary.replaced == 1
    assert made not in world.things
    replacing = [event.replacing for event in events if isinstance(event, ResourceEvent) and event.replacing]
    assert ("place",) in replacing


def test_refresh_sees_what_went_away_and_up_makes_it_again(open_stack: OpenStack, world: World) -> None:
    stack = open_stack(chain(2))
    stack.up()
    del world.things[world.find_name("thing-1")]
    assert stack.up().summary.changed == 0, "without a refresh nobody can know"
    assert stack.refresh().summary.deleted == 1
    assert stack.up().summary.created == 1
    assert world.names() == ["thing-0", "thing-1"]


def test_preview_changes_nothing_and_its_plan_can_be_read(open_stack: OpenStack, world: World) -> None:
    preview = open_stack(chain(2)).preview()
    assert not world.things
    assert preview.summary.created == 4
    steps = {urn.rsplit("::", 1)[-1]: plan for urn, plan in preview.plan["resourcePlans"].items()}
    assert steps["thing-1"]["steps"] == ["create"]
    assert steps["thing-1"]["goal"]["inputDiff"]["adds"]["label"] == "one"
    assert not preview.state["deployment"].get("resources")


def test_up_does_only_what_the_plan_contains(open_stack: OpenStack, world: World) -> None:
    planned = open_stack(chain(2)).preview().plan
    with pytest.raises(EngineFailureError, match="violates plan"):
        open_stack(chain(2, label="other")).up(plan=planned)
    assert "other" not in {thing["label"] for thing in world.things.values()}
    open_stack(chain(2)).up(plan=planned)
    assert world.names() == ["thing-0", "thing-1"]


def test_events_tell_each_resource_once_when_done(open_stack: OpenStack) -> None:
    events: list[Event] = []
    open_stack(chain(2)).up(on_event=events.append)
    done = [event.name for event in events if isinstance(event, ResourceEvent) and event.status == "done"]
    assert done.count("thing-0") == done.count("thing-1") == 1
    assert done.index("thing-0") < done.index("thing-1")
    assert isinstance(events[-1], Summary)


def test_error_in_a_callback_reaches_its_owner(open_stack: OpenStack) -> None:
    def broken(_event: Event) -> None:
        raise LookupError("my own bug")

    with pytest.raises(LookupError, match="my own bug"):
        open_stack(chain(1)).preview(on_event=broken)


def test_refused_resource_names_it_and_shows_no_trace(open_stack: OpenStack, world: World) -> None:
    def program() -> None:
        Thing("good", label="x")
        Thing("bad", broken=True)

    with pytest.raises(EngineFailureError) as caught:
        open_stack(program).up()
    assert "bad: " in str(caught.value)
    assert "a thing cannot be broken" in str(caught.value)
    assert "Traceback" not in str(caught.value)
    assert "bad" not in world.names()


def test_error_of_the_program_is_the_cause(open_stack: OpenStack, world: World) -> None:
    def program() -> None:
        raise ValueError("zone `clinic` has no address range")

    with pytest.raises(ProgramFailureError, match="zone `clinic` has no address range") as caught:
        open_stack(program).up()
    assert isinstance(caught.value.__cause__, ValueError)
    assert "Traceback" not in str(caught.value)
    assert not world.things


def test_error_in_an_output_of_the_program_shows_no_trace(open_stack: OpenStack) -> None:
    def fail(_value: str) -> str:
        raise ValueError("no such address")

    def program() -> None:
        pulumi.export("broken", Thing("good", label="x").address.apply(fail))

    with pytest.raises(EngineFailureError, match="no such address") as caught:
        open_stack(program).up()
    assert "Traceback" not in str(caught.value)


class _LostEngineError(grpc.RpcError):
    """What the SDK raises when the engine cannot be reached."""

    def code(self) -> grpc.StatusCode:
        return grpc.StatusCode.UNAVAILABLE


def test_a_program_that_never_ran_is_a_failure_and_not_an_empty_program(
    open_stack: OpenStack, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost() -> None:
        raise _LostEngineError

    stack = open_stack(chain(2))
    planned = stack.preview().plan
    stack.up()
    # The SDK's language host takes a lost engine, before the program's first line, for a shutdown: it reports success.
    monkeypatch.setattr("pulumi.runtime.stack._load_monitor_feature_support", lost)
    events: list[Event] = []
    with pytest.raises(EngineFailureError, match="without having run the program"):
        stack.preview(on_event=events.append)
    (summary,) = [event for event in events if isinstance(event, Summary)]
    assert summary.deleted == 4, "without the check everything would be deleted"
    with pytest.raises(EngineFailureError, match="delete is not allowed by the plan"):
        stack.up(plan=planned)
    assert world.names() == ["thing-0", "thing-1"]
    monkeypatch.undo()
    assert stack.up().summary.changed == 0


def test_an_update_whose_program_never_ran_is_a_failure_too(
    open_stack: OpenStack, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def lost() -> None:
        raise _LostEngineError

    monkeypatch.setattr("pulumi.runtime.stack._load_monitor_feature_support", lost)
    with pytest.raises(EngineFailureError, match="without having run the program"):
        open_stack(chain(1)).up()
    assert not world.things


def test_state_stays_in_its_folder_and_secrets_stay_secret(
    open_stack: OpenStack, workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))

    def program() -> None:
        pulumi.export("hidden", pulumi.Output.secret("the-secret-word"))

    stack = open_stack(program)
    assert stack.up().outputs == {"hidden": None}
    assert stack.outputs() == {"hidden": None}
    assert "the-secret-word" not in json.dumps(stack.export())
    assert not list(home.iterdir()), "nothing may be written to ~/.pulumi"
    passphrase = workspace.state_dir / "passphrase"
    assert stat.S_IMODE(passphrase.stat().st_mode) == 0o600
    for file in workspace.state_dir.rglob("*"):
        assert not file.is_file() or "the-secret-word" not in file.read_text(encoding="utf-8")
    # The state can be opened again from a new process with nothing but its folder.
    assert open_stack(program).up().summary.changed == 0


def test_missing_plugin_is_never_downloaded_when_a_provider_is_attached(open_stack: OpenStack) -> None:
    def program() -> None:
        pulumi.CustomResource("random:index/randomId:RandomId", "id", {"byteLength": 4})

    start = time.monotonic()
    with pytest.raises(EngineFailureError, match="random"):
        open_stack(program).up()
    assert time.monotonic() - start < 20


class TestLocks:
    """A lock of a living engine is respected, one of a dead engine on this host taken over."""

    @staticmethod
    def leave_lock(workspace: Workspace, pid: int, host: str) -> Path:
        path = workspace.state_dir / ".pulumi/locks/organization/demo-project/dev/11111111.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = {
            "pid": pid,
            "username": "somebody",
            "hostname": host,
            "timestamp": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        }
        path.write_text(json.dumps(lock), encoding="utf-8")
        return path

    @pytest.mark.parametrize(
        ("pid", "host"),
        [(os.getpid(), socket.gethostname()), (2**22 - 1, "another-host")],
        ids=["alive here", "another host"],
    )
    def test_lock_that_may_be_alive_is_respected(
        self, open_stack: OpenStack, workspace: Workspace, world: World, pid: int, host: str
    ) -> None:
        stack = open_stack(chain(1))
        lock = self.leave_lock(workspace, pid, host)
        with pytest.raises(StackLockedError, match=f"somebody@{host}, process {pid}"):
            stack.up()
        assert lock.exists()
        assert not world.things

    def test_two_runs_on_one_machine_do_not_meet(
        self, open_stack: OpenStack, workspace: Workspace, world: World
    ) -> None:
        stack = open_stack(chain(1))
        with (
            exclusive(workspace.state_dir / "locks" / "demo-project.dev", lambda: None),
            pytest.raises(StackLockedError, match="another zt-ai"),
        ):
            stack.up()
        assert not world.things

    def test_lock_of_a_dead_engine_is_taken_over(
        self, open_stack: OpenStack, workspace: Workspace, world: World
    ) -> None:
        stack = open_stack(chain(1))
        lock = self.leave_lock(workspace, 2**22 - 1, socket.gethostname())
        stack.up()
        assert not lock.exists()
        assert world.names() == ["thing-0"]


def test_folder_with_blanks_and_accents_holds_the_state(engine: EngineBinary, world: World, tmp_path: Path) -> None:
    folder = tmp_path / "mon état 100%"
    with serving(world) as port:
        workspace = Workspace(engine, "demo-project", state_dir=folder, attach={"demo": port})
        workspace.stack("dev", chain(1)).up()
    assert (folder / ".pulumi" / "stacks" / "demo-project" / "dev.json").is_file()


def test_the_state_has_no_side_files_that_a_kill_could_leave_empty(open_stack: OpenStack, tmp_path: Path) -> None:
    open_stack(chain(1)).up()
    stored = [path.name for path in (tmp_path / "state").rglob("*.json*")]
    assert "dev.json" in stored
    assert not [name for name in stored if name.endswith(".attrs")]
