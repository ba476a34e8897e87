"""Programs over the tiny cloud, and the kill of an engine in the middle of its work."""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pulumi
from tiny_cloud import World


class Thing(pulumi.CustomResource):
    """The only resource of the package `demo`."""

    address: pulumi.Output[str]

    def __init__(self, name: str, opts: pulumi.ResourceOptions | None = None, **inputs: Any) -> None:
        super().__init__("demo:index:Thing", name, {**inputs, "address": None}, opts)


def chain(count: int, *, label: str = "one", place: str = "here") -> Callable[[], None]:
    """A program of `count` things in which each needs the address of the one before it, inside a component."""

    def program() -> None:
        group = pulumi.ComponentResource("demo:index:Group", "group")
        before: Any = "none"
        for number in range(count):
            opts = pulumi.ResourceOptions(parent=group)
            before = Thing(f"thing-{number}", opts, label=label, place=place, before=before).address
        pulumi.export("last", before)

    return program


def engine_pid(state_dir: Path) -> int:
    """The process of the engine that holds the lock of the only stack below this state folder."""
    (lock,) = (state_dir / ".pulumi" / "locks").rglob("*.json")
    pid = json.loads(lock.read_text(encoding="utf-8"))["pid"]
    assert isinstance(pid, int)
    return pid


def kill_when_stopped(world: World, state_dir: Path) -> threading.Thread:
    """Kill the engine (SIGKILL) as soon as the world has stopped inside a creation, then let the world go on."""

    def kill() -> None:
        assert world.stopped.wait(60), "the engine never came to the creation at which it was to be killed"
        os.kill(engine_pid(state_dir), signal.SIGKILL)
        world.go_on.set()

    thread = threading.Thread(target=kill)
    thread.start()
    return thread
