"""What an interrupted update leaves in the state and how it is settled, without an engine."""

from __future__ import annotations

import datetime
import os
import socket
import subprocess
import sys
from typing import Any

import pytest

from zt_ai.engine import CannotTellError, PendingCreatesError, locks, recovery

STACK = "urn:pulumi:dev::p::"


def resource(name: str, identity: str | None = "id-1", **more: Any) -> dict[str, Any]:
    known = {"urn": f"{STACK}aws:ec2/vpc:Vpc::{name}", "type": "aws:ec2/vpc:Vpc", "custom": True, "inputs": {"n": name}}
    return {**known, **({"id": identity} if identity else {}), **more}


def state(resources: list[dict[str, Any]], *pending: tuple[str, dict[str, Any]]) -> dict[str, Any]:
    operations = [{"type": kind, "resource": item} for kind, item in pending]
    return {"version": 3, "deployment": {"resources": resources, "pending_operations": operations}}


def urn(name: str) -> str:
    return str(resource(name)["urn"])


def shown(deployment: recovery.Deployment) -> list[tuple[str, str | None, bool]]:
    """Name, id and "marked for deletion" of each resource, in order."""
    return [
        (item["urn"].rsplit("::", 1)[-1], item.get("id"), bool(item.get("delete")))
        for item in deployment["deployment"]["resources"]
    ]


def waiting(deployment: recovery.Deployment) -> list[tuple[str, str]]:
    """Name and kind of each operation that is still pending."""
    operations = recovery.pending_operations(deployment)
    return [(operation.urn.rsplit("::", 1)[-1], operation.operation) for operation in operations]


def test_state_without_pending_operations_has_none() -> None:
    assert recovery.pending_operations({"version": 3, "deployment": {}}) == ()
    assert recovery.pending_operations({"version": 3, "deployment": {"pending_operations": None}}) == ()


def test_created_resource_is_adopted_and_refreshed() -> None:
    before = state([resource("a")], ("creating", resource("b", None)))
    repaired, settled = recovery.settle(before, {urn("b"): "vpc-7"})
    assert shown(repaired) == [("a", "id-1", False), ("b", "vpc-7", False)]
    assert settled == recovery.Settled((urn("b"),), (), (urn("b"),))
    assert waiting(repaired) == [("b", "unread")], "until it is refreshed its outputs are not known"
    assert len(before["deployment"]["pending_operations"]) == 1, "the argument must not change"


def test_resource_that_was_not_created_is_dropped() -> None:
    repaired, settled = recovery.settle(state([], ("creating", resource("b", None))), {urn("b"): None})
    assert shown(repaired) == []
    assert waiting(repaired) == []
    assert settled == recovery.Settled((), (urn("b"),), ())


def test_id_that_the_state_knows_already_is_nothing_new() -> None:
    before = state([resource("a", "old")], ("creating", resource("a", None)))
    repaired, settled = recovery.settle(before, {urn("a"): "old"})
    assert shown(repaired) == [("a", "old", False)]
    assert settled.dropped == (urn("a"),)


def test_replacement_takes_the_place_and_the_old_one_is_deleted_later() -> None:
    before = state([resource("a", "old"), resource("user")], ("creating", resource("a", None)))
    repaired, _ = recovery.settle(before, {urn("a"): "new"})
    assert shown(repaired) == [("a", "new", False), ("a", "old", True), ("user", "id-1", False)]


def test_replacement_after_deletion_leaves_only_the_new_one() -> None:
    before = state([resource("a", "gone", pendingReplacement=True)], ("creating", resource("a", None)))
    repaired, _ = recovery.settle(before, {urn("a"): "new"})
    assert shown(repaired) == [("a", "new", False)]


def test_settling_again_after_a_crash_refreshes_again() -> None:
    once, first = recovery.settle(state([], ("creating", resource("b", None))), {urn("b"): "vpc-7"})
    again, second = recovery.settle(once, {})
    assert shown(again) == shown(once) == [("b", "vpc-7", False)]
    assert (second.adopted, second.refreshed) == ((), first.refreshed)


@pytest.mark.parametrize("kind", ["updating", "deleting"])
def test_interrupted_change_is_refreshed(kind: str) -> None:
    repaired, settled = recovery.settle(state([resource("a")], (kind, resource("a"))), {})
    assert shown(repaired) == [("a", "id-1", False)]
    assert settled.refreshed == (urn("a"),)


def test_deletion_of_a_replaced_resource_is_left_to_the_next_update() -> None:
    old = resource("a", delete=True)
    repaired, settled = recovery.settle(state([old], ("deleting", old)), {})
    assert shown(repaired) == [("a", "id-1", True)]
    assert not settled.refreshed


@pytest.mark.parametrize("kind", ["reading", "importing"])
def test_interrupted_reading_changed_nothing(kind: str) -> None:
    _, settled = recovery.settle(state([], (kind, resource("a"))), {})
    assert not settled


def test_creation_carried_over_several_updates_is_asked_once() -> None:
    twice = state([], ("creating", resource("a", None)), ("creating", resource("a", None)))
    asked: list[str] = []

    def resolve(which: str, _type: str, _inputs: Any) -> str | None:
        asked.append(which)
        return "vpc-1"

    answers = recovery.ask(recovery.pending_operations(twice), resolve)
    repaired, _ = recovery.settle(twice, answers)
    assert asked == [urn("a")]
    assert shown(repaired) == [("a", "vpc-1", False)]


def test_components_and_providers_are_not_asked_about() -> None:
    component = {"urn": f"{STACK}x:y:Z::c", "type": "x:y:Z", "custom": False}
    provider = {"urn": f"{STACK}pulumi:providers:aws::p", "type": "pulumi:providers:aws", "custom": True}
    found = state([], ("creating", component), ("creating", provider))
    assert recovery.ask(recovery.pending_operations(found), None) == {}
    repaired, settled = recovery.settle(found, {})
    assert shown(repaired) == []
    assert len(settled.dropped) == 2


def test_nobody_to_ask_names_every_resource() -> None:
    found = state([], ("creating", resource("a", None)), ("creating", resource("b", None)))
    with pytest.raises(PendingCreatesError) as caught:
        recovery.ask(recovery.pending_operations(found), None)
    assert caught.value.urns == (urn("a"), urn("b"))


def test_who_cannot_tell_gives_the_reason() -> None:
    def resolve(_urn: str, _type: str, _inputs: Any) -> str | None:
        raise CannotTellError("access denied")

    with pytest.raises(PendingCreatesError, match="access denied"):
        recovery.ask(recovery.pending_operations(state([], ("creating", resource("a", None)))), resolve)


class TestLockHolders:
    """Who holds a lock, from the engine's message, and when a holder counts as dead."""

    MESSAGE = (
        "error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete "
        "the lock file with `pulumi cancel`.\n  file:///s/.pulumi/locks/organization/p/dev/1.json: "
        "created by ana@build-7 (pid 4711) at 2026-11-23T06:01:24Z"
    )

    @staticmethod
    def holder(pid: int, host: str | None = None, *, age: float = 0.0) -> locks.Holder:
        since = datetime.datetime.now(datetime.UTC) - datetime.timedelta(seconds=age)
        return locks.Holder("ana", host or socket.gethostname(), pid, since)

    def test_message_names_the_holder(self) -> None:
        (holder,) = locks.holders(self.MESSAGE) or ()
        assert (holder.user, holder.host, holder.pid) == ("ana", "build-7", 4711)
        assert holder.since == datetime.datetime(2026, 11, 23, 6, 1, 24, tzinfo=datetime.UTC)

    def test_other_message_is_not_about_a_lock(self) -> None:
        assert locks.holders("error: no stack selected") is None

    def test_process_that_is_gone_is_dead(self) -> None:
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        assert self.holder(gone.pid).dead()

    def test_process_that_lives_is_not_dead(self) -> None:
        assert not self.holder(os.getpid()).dead()

    @pytest.mark.skipif(sys.platform != "linux", reason="start times are read from proc(5)")
    def test_process_number_that_was_given_out_again_is_dead(self) -> None:
        assert self.holder(os.getpid(), age=10 * 86400 * 365).dead()

    @pytest.mark.skipif(sys.platform != "linux", reason="process states are read from proc(5)")
    def test_killed_process_that_nobody_waited_for_is_dead(self) -> None:
        zombie = subprocess.Popen([sys.executable, "-c", ""], stdout=subprocess.PIPE)
        assert zombie.stdout is not None
        zombie.stdout.read()  # it has ended
        os.waitid(os.P_PID, zombie.pid, os.WEXITED | os.WNOWAIT)
        assert self.holder(zombie.pid).dead()
        zombie.wait()

    def test_process_on_another_host_may_be_alive(self) -> None:
        assert not self.holder(2**22 - 1, "another-host").dead()
