"""One stack: preview, up, refresh, destroy and export, with what an interrupted update left behind settled first."""

from __future__ import annotations

import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pulumi.automation import Stack

from zt_ai.cache import exclusive
from zt_ai.engine import locks, recovery
from zt_ai.engine.collect import Collector, failures
from zt_ai.engine.errors import StackLockedError, StateChangedError
from zt_ai.engine.events import Diagnostic, Note, OnEvent, Summary

if TYPE_CHECKING:
    from zt_ai.engine.workspace import Workspace

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Preview:
    """What an update would do. `plan` is the engine's update plan and `state` the exported current state, as JSON."""

    summary: Summary
    plan: Mapping[str, Any]
    state: recovery.Deployment
    diagnostics: tuple[Diagnostic, ...]
    seconds: float

    @property
    def interrupted(self) -> tuple[recovery.PendingOperation, ...]:
        """What an interrupted update left behind, so that the preview may show it as missing though it exists."""
        return recovery.pending_operations(self.state)


@dataclass(frozen=True, slots=True)
class Update:
    """What an operation did. `outputs` are the stack's outputs, secrets as None; `settled` is what was repaired first.

    `seconds` is wall time, all engine starts included.
    """

    summary: Summary
    outputs: Mapping[str, Any]
    diagnostics: tuple[Diagnostic, ...]
    settled: recovery.Settled
    seconds: float


class StackHandle:
    """A stack of a workspace. Operations raise EngineFailureError with the engine's messages, or StackLockedError."""

    def __init__(self, workspace: Workspace, stack: Stack, program: Callable[[], None]) -> None:
        self._workspace = workspace
        self._stack = stack
        self._program = program
        self.name = stack.name

    def preview(self, *, on_event: OnEvent | None = None, refresh: bool = False) -> Preview:
        """What `up` would do now. Changes nothing, settles nothing and takes no lock."""
        start = time.monotonic()
        collect = Collector("preview", self._program, on_event)
        with tempfile.TemporaryDirectory(prefix="zt-ai-") as folder:
            path = Path(folder) / "plan.json"
            with collect.failures(runs_program=True):
                self._stack.preview(
                    program=collect.program, on_event=collect.on_raw, plan=str(path), refresh=refresh, color="never"
                )
            plan = json.loads(path.read_text(encoding="utf-8"))
        return Preview(collect.summary, plan, self.export(), collect.diagnostics, time.monotonic() - start)

    def up(
        self,
        *,
        plan: Mapping[str, Any] | None = None,
        on_event: OnEvent | None = None,
        resolve_pending: recovery.ResolvePending | None = None,
        refresh: bool = False,
    ) -> Update:
        """Bring the cloud to what the program says. With `plan`, do nothing that the plan does not contain.

        An earlier update that was killed is settled first: its lock is taken over, and `resolve_pending` is asked about
        creations it did not see the end of. Raises PendingCreatesError when that cannot be known.
        """

        def run(collect: Collector) -> Mapping[str, Any]:
            with _written(plan) as path:
                done = self._stack.up(
                    program=collect.program, on_event=collect.on_raw, plan=path, refresh=refresh, color="never"
                )
            return {name: None if output.secret else output.value for name, output in done.outputs.items()}

        return self._operate("up", run, on_event, resolve_pending)

    def refresh(
        self, *, on_event: OnEvent | None = None, resolve_pending: recovery.ResolvePending | None = None
    ) -> Update:
        """Read every resource from the cloud into the state; the program does not run."""

        def run(collect: Collector) -> Mapping[str, Any]:
            self._stack.refresh(program=collect.program, on_event=collect.on_raw, run_program=False, color="never")
            return self.outputs()

        return self._operate("refresh", run, on_event, resolve_pending)

    def destroy(
        self,
        *,
        remove: bool = False,
        on_event: OnEvent | None = None,
        resolve_pending: recovery.ResolvePending | None = None,
    ) -> Update:
        """Delete every resource; with `remove` the stack and its history too. The program does not run."""

        def run(collect: Collector) -> Mapping[str, Any]:
            self._stack.destroy(program=collect.program, on_event=collect.on_raw, run_program=False, color="never")
            return {}

        result = self._operate("destroy", run, on_event, resolve_pending)
        if remove:
            self._command("stack", "rm", "--yes")
        return result

    def export(self) -> recovery.Deployment:
        """The stack's state as `pulumi stack export` gives it, secrets encrypted."""
        state: recovery.Deployment = json.loads(self._command("stack", "export"))
        return state

    def outputs(self) -> Mapping[str, Any]:
        """The stack's outputs; secret ones are None."""
        shown: dict[str, Any] = json.loads(self._command("stack", "output", "--json") or "{}")
        return {name: None if value == "[secret]" else value for name, value in shown.items()}

    def settle(
        self, *, on_event: OnEvent | None = None, resolve_pending: recovery.ResolvePending | None = None
    ) -> recovery.Settled:
        """Settle an interrupted update now. `up`, `refresh` and `destroy` do it by themselves; call it before a preview
        whose plan is to constrain `up`, because settling after the preview would change what the plan was made from.
        """
        with self._alone():
            return self._settle(on_event, resolve_pending)

    def pending(self) -> tuple[recovery.PendingOperation, ...]:
        """Operations of an interrupted update that have not been settled yet."""
        return recovery.pending_operations(self.export())

    # -- below: locks and repair ------------------------------------------------------------------------------------

    def _operate(
        self,
        operation: str,
        run: Callable[[Collector], Mapping[str, Any]],
        on_event: OnEvent | None,
        resolve: recovery.ResolvePending | None,
    ) -> Update:
        start = time.monotonic()
        with self._alone():
            settled = self._settle(on_event, resolve)

            def attempt() -> Update:
                collect = Collector(operation, self._program, on_event)
                with collect.failures(runs_program=operation == "up"):
                    outputs = run(collect)
                return Update(collect.summary, outputs, collect.diagnostics, settled, time.monotonic() - start)

            return self._unlocked(attempt, on_event)

    def _alone(self) -> AbstractContextManager[None]:
        """Keep other zt-ai processes of this machine off the stack from the repair to the end of the operation."""

        def refuse() -> None:
            raise StackLockedError(self.name, ["another zt-ai on this machine"])

        path = self._workspace.state_dir / "locks" / f"{self._workspace.project}.{self.name.replace('/', '.')}"
        return exclusive(path, refuse)

    def _settle(self, on_event: OnEvent | None, resolve: recovery.ResolvePending | None) -> recovery.Settled:
        """Settle what an interrupted update left behind. Does nothing, in one engine start, when there is nothing."""
        state = self.export()
        operations = recovery.pending_operations(state)
        if not operations:
            return recovery.Settled()
        _note(on_event, f"settling {len(operations)} operations of an interrupted update")
        repaired, settled = recovery.settle(state, recovery.ask(operations, resolve))

        def store() -> None:
            # An engine that still runs holds the lock, so the import is refused; one that ended since has changed this.
            if self.export() != state:
                raise StateChangedError(f"the state of stack {self.name} changed during its repair; start again")
            with _written(repaired) as path:
                self._command("stack", "import", "--file", str(path))

        self._unlocked(store, on_event)
        if settled.refreshed:
            collect = Collector("refresh", self._program, on_event)
            with collect.failures(runs_program=False):
                self._stack.refresh(
                    program=collect.program,
                    on_event=collect.on_raw,
                    target=list(settled.refreshed),
                    run_program=False,
                    color="never",
                )
        return settled

    def _unlocked(self, attempt: Callable[[], T], on_event: OnEvent | None) -> T:
        """Run `attempt`; when a killed engine left its lock, remove the lock and run it once more.

        Only where the back end is files on this machine: elsewhere equal host names do not mean one host.
        """
        try:
            return attempt()
        except locks.LockedError as error:
            files = self._workspace.backend.url.startswith("file:")
            if not (files and error.held and all(holder.dead() for holder in error.held)):
                raise StackLockedError(self.name, [str(holder) for holder in error.held]) from None
            dead = error.held[0]
        _note(on_event, f"taking over the lock of an engine that is dead ({dead})")
        self._command("cancel", "--yes")
        try:
            return attempt()
        except locks.LockedError as error:
            raise StackLockedError(self.name, [str(holder) for holder in error.held]) from None

    def _command(self, *arguments: str) -> str:
        with failures(" ".join(arguments[:2]), ()):
            return self._workspace.run(*arguments, "--stack", self.name).stdout


@contextmanager
def _written(document: Mapping[str, Any] | None) -> Iterator[str | None]:
    """The path of a private temporary file with the document in it, or None for None."""
    if document is None:
        yield None
        return
    handle, path = tempfile.mkstemp(prefix="zt-ai-", suffix=".json")  # mode 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(document, file)
        yield path
    finally:
        os.unlink(path)


def _note(on_event: OnEvent | None, message: str) -> None:
    if on_event is not None:
        on_event(Note(message))
