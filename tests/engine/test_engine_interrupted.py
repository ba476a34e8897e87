"""An engine that is killed in the middle of `up`: the next `up` ends the work, makes nothing twice, loses nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tiny_cloud import Moment, World
from tiny_programs import chain, kill_when_stopped

from zt_ai.engine import (
    CannotTellError,
    EngineFailureError,
    Event,
    Note,
    PendingCreatesError,
    StackHandle,
    Workspace,
)

OpenStack = Callable[[Callable[[], None]], StackHandle]
NAMES = [f"thing-{number}" for number in range(5)]


def interrupt(open_stack: OpenStack, workspace: Workspace, world: World, moment: Moment, name: str = "thing-2") -> None:
    """Kill the engine while the cloud is making thing-2: before it exists, or when it does and nobody was told."""
    world.stop_at = (name, moment)
    killer = kill_when_stopped(world, workspace.state_dir)
    with pytest.raises(EngineFailureError):
        open_stack(chain(5)).up()
    killer.join()
    world.stop_at = None


def resolver(world: World) -> Callable[[str, str, Any], str | None]:
    return lambda urn, _type, _inputs: world.find(urn)


@pytest.mark.parametrize(("moment", "made"), [("after", 3), ("before", 2)])
def test_next_up_makes_everything_exactly_once(
    open_stack: OpenStack, workspace: Workspace, world: World, moment: Moment, made: int
) -> None:
    interrupt(open_stack, workspace, world, moment)
    assert len(world.things) == made, "the engine was not killed where the test wants it"
    stack = open_stack(chain(5))
    assert [item.urn.rsplit("::", 1)[-1] for item in stack.pending() if item.must_be_asked] == ["thing-2"]

    events: list[Event] = []
    resumed = stack.up(resolve_pending=resolver(world), on_event=events.append)

    assert world.names() == NAMES
    assert world.calls["create"] == 5
    urns = {
        urn.rsplit("::", 1)[-1] for urn in (resumed.settled.adopted if moment == "after" else resumed.settled.dropped)
    }
    assert "thing-2" in urns
    assert any("taking over the lock" in event.message for event in events if isinstance(event, Note))
    assert not stack.pending()
    # What was adopted has its outputs: the next thing got the address of thing-2, not an empty one.
    assert world.things[world.find_name("thing-3")]["before"] == f"demo://{world.find_name('thing-2')}"
    assert stack.up().summary.changed == 0
    stack.destroy()
    assert not world.things


def test_without_settling_it_would_be_made_twice(open_stack: OpenStack, workspace: Workspace, world: World) -> None:
    """The negative twin: the engine alone, after `pulumi cancel`, creates thing-2 again and leaks the first one."""
    interrupt(open_stack, workspace, world, "after")
    stack = open_stack(chain(5))
    workspace.run("cancel", "--yes", "--stack", "dev")
    stack._stack.up(program=chain(5), color="never")
    assert world.names().count("thing-2") == 2


def test_nobody_to_ask_stops_before_anything_is_made(open_stack: OpenStack, workspace: Workspace, world: World) -> None:
    interrupt(open_stack, workspace, world, "after")
    before = dict(world.things)
    for operation in (open_stack(chain(5)).up, open_stack(chain(5)).destroy):
        with pytest.raises(PendingCreatesError) as caught:
            operation()
        assert [urn.rsplit("::", 1)[-1] for urn in caught.value.urns] == ["thing-2"]
    assert world.things == before


def test_who_cannot_tell_stops_it_too(open_stack: OpenStack, workspace: Workspace, world: World) -> None:
    interrupt(open_stack, workspace, world, "after")

    def unsure(_urn: str, _type: str, _inputs: Any) -> str | None:
        raise CannotTellError("the cloud does not answer")

    with pytest.raises(PendingCreatesError, match="the cloud does not answer"):
        open_stack(chain(5)).up(resolve_pending=unsure)
    assert world.calls["create"] == 3


def test_destroy_after_a_kill_leaves_nothing(open_stack: OpenStack, workspace: Workspace, world: World) -> None:
    interrupt(open_stack, workspace, world, "after")
    open_stack(chain(5)).destroy(resolve_pending=resolver(world))
    assert not world.things


@pytest.mark.parametrize("moment", ["before", "after"])
def test_update_that_was_killed_is_done_in_the_end(
    open_stack: OpenStack, workspace: Workspace, world: World, moment: Moment
) -> None:
    open_stack(chain(2)).up()
    world.stop_at = ("thing-0", moment)
    killer = kill_when_stopped(world, workspace.state_dir)
    with pytest.raises(EngineFailureError):
        open_stack(chain(2, label="two")).up()
    killer.join()
    world.stop_at = None

    stack = open_stack(chain(2, label="two"))
    settled = stack.up().settled

    assert [urn.rsplit("::", 1)[-1] for urn in settled.refreshed] == ["thing-0"]
    assert {thing["label"] for thing in world.things.values()} == {"two"}
    assert stack.up().summary.changed == 0


def test_settling_before_the_preview_makes_a_plan_that_up_can_follow(
    open_stack: OpenStack, workspace: Workspace, world: World
) -> None:
    interrupt(open_stack, workspace, world, "after")
    stack = open_stack(chain(5))
    assert stack.preview().interrupted
    assert stack.settle(resolve_pending=resolver(world)).adopted
    preview = stack.preview()
    assert not preview.interrupted
    assert preview.summary.created == 2
    stack.up(plan=preview.plan)
    assert world.names() == NAMES


def test_refresh_that_fails_while_settling_is_done_again(
    open_stack: OpenStack, workspace: Workspace, world: World
) -> None:
    interrupt(open_stack, workspace, world, "after")
    world.unreadable = True
    with pytest.raises(EngineFailureError, match="cannot be read now"):
        open_stack(chain(5)).up(resolve_pending=resolver(world))
    world.unreadable = False
    open_stack(chain(5)).up()
    assert world.names() == NAMES
    assert world.things[world.find_name("thing-3")]["before"] == f"demo://{world.find_name('thing-2')}"


CHILD = """
import pathlib, sys
from zt_ai.engine import Workspace, find_engine
from tiny_programs import chain
state, port = pathlib.Path(sys.argv[1]), int(sys.argv[2])
Workspace(find_engine(), "demo-project", state_dir=state, attach={"demo": port}).stack("dev", chain(5)).up()
"""


@pytest.mark.parametrize(
    ("how", "left"), [(signal.SIGINT, []), (signal.SIGKILL, ["thing-2"])], ids=["Ctrl-C", "kill -9 of everything"]
)
def test_whole_run_that_is_interrupted_can_be_resumed(
    open_stack: OpenStack, workspace: Workspace, world: World, how: signal.Signals, left: list[str]
) -> None:
    """Ctrl-C lets the engine end its step and unlock, so nothing has to be settled; a kill does not."""
    world.stop_at = ("thing-2", "after")
    port = workspace.environment["PULUMI_DEBUG_PROVIDERS"].removeprefix("demo:")
    path = os.pathsep.join([str(Path(__file__).parent), *sys.path])
    run = subprocess.Popen(
        [sys.executable, "-c", CHILD, str(workspace.state_dir), port],
        env={**os.environ, "PYTHONPATH": path},
        start_new_session=True,  # a process group of its own, as a shell gives to what it starts
        stderr=subprocess.DEVNULL,
    )
    assert world.stopped.wait(60)
    os.killpg(run.pid, how)
    time.sleep(1)
    world.stop_at = None
    world.go_on.set()
    assert run.wait(60) != 0

    stack = open_stack(chain(5))
    assert [operation.urn.rsplit("::", 1)[-1] for operation in stack.pending()] == left
    stack.up(resolve_pending=resolver(world) if left else None)
    assert world.names() == NAMES


def test_replacement_that_was_killed_ends_with_one_of_each(
    open_stack: OpenStack, workspace: Workspace, world: World
) -> None:
    open_stack(chain(5)).up()
    world.stop_at = ("thing-1", "after")
    killer = kill_when_stopped(world, workspace.state_dir)
    with pytest.raises(EngineFailureError):
        open_stack(chain(5, place="there")).up()
    killer.join()
    world.stop_at = None
    assert world.names().count("thing-1") == 2, "the engine was not killed inside the replacement"

    stack = open_stack(chain(5, place="there"))
    stack.up(resolve_pending=resolver(world))

    assert world.names() == NAMES
    assert {thing["place"] for thing in world.things.values()} == {"there"}
    assert stack.up().summary.changed == 0
