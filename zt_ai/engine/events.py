"""What the engine reports while it works, as small typed values, and the counts at the end.

The engine's own events are described in `sdk/go/common/apitype/events.go`; the Automation API hands them over in
`pulumi.automation.events`. Only what a reader of a deployment needs is kept.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pulumi.automation.events import EngineEvent as RawEvent
    from pulumi.automation.events import StepEventMetadata

Severity = Literal["info", "warning", "error"]
Status = Literal["planned", "running", "done", "failed"]

_COLOUR = re.compile(r"<\{%[^%]*%\}>")
"""Colour marks in engine messages (`sdk/go/common/diag/colors`), which `--color never` does not take out of events."""

_SEVERITY: Mapping[str, Severity] = {"info": "info", "info#err": "info", "warning": "warning", "error": "error"}


@dataclass(frozen=True, slots=True)
class ResourceEvent:
    """One step of one resource. `op` is the engine's word: create, update, replace, delete, same, read, refresh …

    `changed` are the property paths that differ and `replacing` those that force a replacement.
    """

    urn: str
    type: str
    op: str
    status: Status
    changed: tuple[str, ...] = ()
    replacing: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """The logical name, the last part of the URN."""
        return self.urn.rsplit("::", 1)[-1]


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """A message of the engine, of a provider or of the program; `urn` is empty when it concerns no one resource."""

    severity: Severity
    message: str
    urn: str = ""


@dataclass(frozen=True, slots=True)
class Note:
    """What zt-ai itself does around the engine's work: a lock taken over, a pending creation settled."""

    message: str


@dataclass(frozen=True, slots=True)
class Summary:
    """How many resources got which operation, the stack and components included, default
    providers not. `seconds` is engine time in whole seconds."""

    created: int = 0
    updated: int = 0
    replaced: int = 0
    deleted: int = 0
    same: int = 0
    other: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def changed(self) -> int:
        """Resources that were, or in a preview would be, created, updated, replaced or deleted."""
        return self.created + self.updated + self.replaced + self.deleted


Event = ResourceEvent | Diagnostic | Note | Summary
OnEvent = Callable[[Event], None]


def plain(message: str) -> str:
    """An engine message without colour marks and surrounding blank lines."""
    return _COLOUR.sub("", message).strip()


def summary(changes: Mapping[str, int], seconds: float) -> Summary:
    """The counts of an engine summary event; the keys are the step names of `pkg/resource/deploy/step.go`."""
    known = {"create": "created", "update": "updated", "replace": "replaced", "delete": "deleted", "same": "same"}
    counts = {known[op]: count for op, count in changes.items() if op in known}
    other = {str(op): count for op, count in changes.items() if op not in known}
    return Summary(**counts, other=other, seconds=seconds)


def translate(raw: RawEvent) -> Event | None:
    """One engine event as ours, or None for those that say nothing to a reader."""
    if raw.diagnostic_event is not None or raw.policy_event is not None:
        return _diagnostic(raw)
    if raw.summary_event is not None:
        changes = {getattr(op, "value", str(op)): count for op, count in raw.summary_event.resource_changes.items()}
        return summary(changes, float(raw.summary_event.duration_seconds))
    if raw.resource_pre_event is not None:
        status: Status = "planned" if raw.resource_pre_event.planning else "running"
        return _resource(raw.resource_pre_event.metadata, status)
    if raw.res_op_failed_event is not None:
        return _resource(raw.res_op_failed_event.metadata, "failed")
    if raw.res_outputs_event is not None and not raw.res_outputs_event.planning:
        return _resource(raw.res_outputs_event.metadata, "done")
    return None


def _diagnostic(raw: RawEvent) -> Diagnostic | None:
    if raw.policy_event is not None:
        policy = raw.policy_event
        blocking: Severity = "error" if policy.enforcement_level == "mandatory" else "warning"
        message = f"{policy.policy_pack_name}/{policy.policy_name}: {plain(policy.message)}"
        return Diagnostic(blocking, message, policy.resource_urn or "")
    found = raw.diagnostic_event
    if found is None or found.ephemeral:
        return None
    severity, message = _SEVERITY.get(found.severity), plain(found.message)
    return Diagnostic(severity, message, found.urn or "") if severity and message else None


def _resource(step: StepEventMetadata, status: Status) -> ResourceEvent:
    diff = step.detailed_diff or {}
    changed = tuple(sorted(diff)) or tuple(sorted(step.diffs or ()))
    op = getattr(step.op, "value", str(step.op))
    return ResourceEvent(step.urn, step.type, op, status, changed, tuple(sorted(step.keys or ())))
