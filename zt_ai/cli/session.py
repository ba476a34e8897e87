"""One open stack: the engine, the cloud behind it (real or simulated) and where everything of it is kept."""

# ruff: noqa: PLC0415 - imported where they are needed: `--help` and `check` stay fast
from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import click

from zt_ai.cli import credentials, errors, interrupts, proving
from zt_ai.cli.exits import BadInputError
from zt_ai.cli.progress import Progress
from zt_ai.cli.specs import Loaded
from zt_ai.program import PROJECT, program

if TYPE_CHECKING:
    from zt_ai.cli.simulated import Simulated
    from zt_ai.engine import EngineBinary, StackHandle
    from zt_ai.engine.recovery import ResolvePending
    from zt_ai.spec.clouds import Cloud


@dataclass(frozen=True, slots=True)
class Target:
    """What a command works on. A simulated stack and a real one of the same name never share state."""

    cloud: Cloud
    stack: str
    simulate: bool
    folder: Path

    @property
    def state(self) -> Path:
        """Folder of the engine's state."""
        return self.folder / ("simulated" if self.simulate else "state")


@dataclass(frozen=True, slots=True)
class Session:
    """An open stack."""

    target: Target
    stack: StackHandle
    resolve: ResolvePending | None
    backend: str


def reports(folder: Path, stack: str) -> Path:
    """Folder of the reports about a stack, or about those of several clouds together."""
    return folder / "reports" / stack.replace("/", ".")


def target(loaded: Loaded, cloud: Cloud, stack: str | None, simulate: bool, folder: Path) -> Target:
    """The target of a command's options. Raises BadInputError for a stack name that no back end takes."""
    name = proving.stack_name(loaded, cloud, stack)
    if not all(part and part.replace("-", "").replace("_", "").replace(".", "").isalnum() for part in name.split("/")):
        raise BadInputError(f"--stack: '{name}' is not a name", "use letters, digits, '-', '_' and '.'")
    return Target(cloud, name, simulate, folder)


def targets(
    loaded: Loaded, clouds: Sequence[Cloud], stack: str | None, simulate: bool, folder: Path
) -> tuple[Target, ...]:
    """The target on each of several clouds; a stack name that was given gets the cloud's name where there are several.

    Raises BadInputError for a stack name that no back end takes.
    """
    names = [f"{stack}-{cloud}" if stack and len(clouds) > 1 else stack for cloud in clouds]
    return tuple(target(loaded, cloud, name, simulate, folder) for cloud, name in zip(clouds, names, strict=True))


def together(loaded: Loaded, chosen: Sequence[Target], stack: str | None) -> str:
    """What the stacks of a command are called together: one by its own name, several by what they have in common."""
    return stack or loaded.spec.name if len(chosen) > 1 else chosen[0].stack


def require_credentials(loaded: Loaded, chosen: Target, command: str) -> None:
    """Raise BadInputError when the command would need credentials and there are none."""
    if not chosen.simulate:
        credentials.require(chosen.cloud, f"zt-ai {command} {loaded.file} --cloud {chosen.cloud}")


@contextmanager
def open_stack(loaded: Loaded, chosen: Target, progress: Progress) -> Iterator[Session]:
    """Find the engine, start the simulated cloud if asked for, open the stack; all errors become the command's own.

    The stack must be of this specification: with another one's name it would be torn down to make room.
    """
    with (
        interrupts.passed_on(lambda line: progress.say(line, "yellow")) as came,
        _stopped(came, progress),
        errors.engine(loaded),
    ):
        from zt_ai.engine import Workspace

        engine = _engine(progress)
        with _cloud(loaded, chosen, progress) as simulated:
            workspace = Workspace(
                engine,
                PROJECT,
                state_dir=chosen.state,
                # A simulated stack is never written to a back end that others share: the variable counts as not set.
                environment={"PULUMI_BACKEND_URL": ""} if chosen.simulate else None,
                attach=simulated.attach if simulated else None,
            )
            stack = workspace.stack(chosen.stack, program(chosen.cloud, loaded.spec, loaded.intent_on(chosen.cloud)))
            holds = stack.outputs().get("specification")
            if holds not in (None, loaded.spec.name):
                hint = "choose another --stack, or destroy that one with its own specification first"
                raise BadInputError(
                    f"stack {chosen.stack} holds specification '{holds}', not '{loaded.spec.name}'", hint
                )
            yield Session(chosen, stack, simulated.resolve if simulated else None, workspace.backend.url)


@cache
def _engine(progress: Progress) -> EngineBinary:
    """The engine; looked for and announced once in a command, however many stacks it opens."""
    from zt_ai.engine import find_engine

    with progress.step("engine: looking for Pulumi"):
        engine = find_engine(progress.engine)
    progress.say(f"  Pulumi {engine.version} ({engine.path})", "dim")
    return engine


@contextmanager
def _stopped(came: Callable[[], bool], progress: Progress) -> Iterator[None]:
    """After a signal, whatever ended the block counts as stopped."""
    try:
        yield
    except Exception:
        if not came():
            raise
    if came():
        progress.say("what was done is in the state; the same command goes on from there", "yellow")
        raise click.Abort


@contextmanager
def _cloud(loaded: Loaded, chosen: Target, progress: Progress) -> Iterator[Simulated | None]:
    if not chosen.simulate:
        yield None
        return
    from zt_ai.cli.simulated import simulated

    progress.say(
        f"SIMULATED {chosen.cloud.upper()}: nothing real is created, changed or deleted", "bold black on yellow"
    )
    with simulated(loaded, chosen.cloud, chosen.state / "cloud" / chosen.stack.replace("/", ".")) as cloud:
        yield cloud
