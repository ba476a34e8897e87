"""What a command shows while the engine works: one line for each resource, and a moving last line in a terminal."""

# ruff: noqa: PLC0415 - imported where they are needed: `--help` and `check` stay fast
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from rich.console import Console
from rich.status import Status
from rich.text import Text

from zt_ai.report.text import count, visible

if TYPE_CHECKING:
    from zt_ai.engine.events import Event, ResourceEvent, Summary

_MARKS = {
    "create": ("+", "created", "green"),
    "update": ("~", "updated", "yellow"),
    "replace": ("±", "replaced", "yellow"),
    "create-replacement": ("±", "replacement created", "yellow"),
    "delete-replaced": ("-", "replaced one deleted", "yellow"),
    "delete": ("-", "deleted", "red"),
    "read": (">", "read", "cyan"),
    "import": ("=", "adopted", "cyan"),
    "refresh": (" ", "read", "dim"),
}


class Progress:
    """Prints events of one operation after the other on standard error."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self._status: Status | None = None
        self._stage = ""
        self._total = 0
        self._done = 0

    @contextmanager
    def step(self, title: str, total: int = 0) -> Iterator[None]:
        """A named part of the work; `total` is how many resources it will change, 0 when that is not known."""
        self._total, self._done = total, 0
        self.say(title)
        if not self.console.is_terminal:
            yield
            return
        with self.console.status(Text(title)) as status:
            self._status = status
            try:
                yield
            finally:
                self._status = None

    def say(self, line: str, style: str = "bold") -> None:
        """Print one line of our own."""
        self.console.print(Text(line, style=style), soft_wrap=True)

    def engine(self, stage: str, seconds: float) -> None:
        """A stage of getting the engine (`zt_ai.engine.Progress`)."""
        if self._status is not None:
            self._status.update(Text(f"engine: {stage} ({seconds:.0f} s)"))
        if stage != self._stage:
            self._stage = stage
            self.console.print(Text(f"  {visible(stage)} ({seconds:.0f} s)", style="dim"), soft_wrap=True)

    def event(self, event: Event) -> None:
        """An event of the engine."""
        from zt_ai.engine.events import Diagnostic, Note, ResourceEvent

        if isinstance(event, ResourceEvent):
            self._resource(event)
        elif isinstance(event, Note):
            self.say(f"  {visible(event.message)}", "cyan")
        elif isinstance(event, Diagnostic) and event.severity == "warning":
            # Errors are shown once, when the operation has ended.
            self.say(f"  warning: {visible(event.message)}", "yellow")

    def quiet(self, event: Event) -> None:
        """As `event`, without a line for each resource: for a preview, which only counts."""
        from zt_ai.engine.events import ResourceEvent

        if not isinstance(event, ResourceEvent):
            self.event(event)

    def drift(self, event: Event) -> None:
        """As `event`, with a line only for resources that are not as they were deployed."""
        from zt_ai.engine.events import ResourceEvent

        if not isinstance(event, ResourceEvent) or event.op not in {"refresh", "same"} or event.status == "failed":
            self.event(event)

    def _resource(self, event: ResourceEvent) -> None:
        if event.status == "failed":
            self.console.print(Text(f"  ! {_label(event)} failed", style="bold red"), soft_wrap=True)
            return
        if event.status != "done" or event.op == "same" or event.type == "pulumi:pulumi:Stack":
            return
        mark, word, style = _MARKS.get(event.op, ("·", event.op, "dim"))
        self._done += 1
        if self._status is not None and self._total:
            self._status.update(Text(f"{self._done} of {self._total}"))
        text = Text.assemble((f"  {mark} ", style), _label(event), (f" {word}", style))
        if event.changed:
            text.append(f" ({', '.join(event.changed[:6])})", style="dim")
        self.console.print(text, soft_wrap=True)


def changes(summary: Summary) -> str:
    """The counts of a summary in words, `create 12, delete 1`; `change nothing` when there are none."""
    words = ("create", "update", "replace", "delete")
    numbers = (summary.created, summary.updated, summary.replaced, summary.deleted)
    said = [f"{word} {number:,}" for number, word in zip(numbers, words, strict=True) if number]
    return ", ".join(said) or f"change nothing ({count(summary.same, 'resource')} stay as they are)"


def changed(summary: Summary) -> str:
    """The same for what has been done, `12 created, 1 deleted`."""
    words = ("created", "updated", "replaced", "deleted")
    numbers = (summary.created, summary.updated, summary.replaced, summary.deleted)
    said = [f"{number:,} {word}" for number, word in zip(numbers, words, strict=True) if number]
    return ", ".join(said) or f"nothing changed ({count(summary.same, 'resource')})"


def _label(event: ResourceEvent) -> str:
    return f"{visible(event.type)} {visible(event.name)}"
