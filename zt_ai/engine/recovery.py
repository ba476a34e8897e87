"""What an interrupted update leaves in the state, and how it is settled. Pure functions on exported deployments.

The engine writes a pending operation into the checkpoint before each call to a provider and takes it out with the
answer, so after a crash the list names every resource whose fate is unknown. A later `pulumi up` only warns about
them (Pulumi documentation, "Interrupted updates"): it carries pending creations along for ever and creates the
resource a second time (`pkg/backend/snapshot.go`, `Snap`; `pkg/resource/deploy/deployment_executor.go`). So they are
settled before the next operation:

- *creating*: the cloud is asked by a callback. What exists is put into the state with its id and then refreshed, which
  fills its outputs; what does not exist is dropped and the next `up` creates it. When the creation was the first half
  of a replacement, the old resource is kept and marked for deletion, as the engine would have done.
- *updating*, *deleting*: the resource is still in the state; a refresh of it reads what really happened.
- *reading*, *importing*: nothing was changed in the cloud; dropped.

`pulumi refresh --import-pending-creates` is not used: in 3.259.0 it renames the operation to *importing*, which the
refresh then drops, so the resource is in the cloud and not in the state (tried). `pulumi stack import` drops pending
operations too, so what still has to be refreshed is marked in the resource itself, as an initialisation error: the
engine keeps those until the resource has been read or updated, and a crash in between loses nothing.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from zt_ai.engine.errors import CannotTellError, PendingCreatesError

Deployment = Mapping[str, Any]
"""The JSON object that `pulumi stack export` prints: `version` and `deployment`."""

UNREAD = "zt-ai: not read since an interrupted update"
"""The initialisation error of a resource that was adopted or was being changed and has not been refreshed yet."""

ResolvePending = Callable[[str, str, Mapping[str, Any]], str | None]
"""`resolve(urn, type, inputs)` → the physical id of the resource that was made for this URN, or None when none was.

It must answer only when no creation for this URN is still running in the cloud or provider. It may raise
CannotTellError. Inputs are as in the state: camelCase, secrets encrypted.
"""


@dataclass(frozen=True, slots=True)
class PendingOperation:
    """An operation whose end the engine did not see; `operation`: creating, updating, deleting, reading, importing,
    or *unread* for a resource that was being settled when that was interrupted too.
    """

    urn: str
    type: str
    operation: str
    custom: bool
    inputs: Mapping[str, Any]

    @property
    def must_be_asked(self) -> bool:
        """Whether only the cloud knows what happened. Components and providers exist in the state alone."""
        return self.operation == "creating" and self.custom and not self.type.startswith("pulumi:")


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of the operations of an interrupted update, by URN. `refreshed` includes `adopted`."""

    adopted: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    refreshed: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.adopted or self.dropped or self.refreshed)


def pending_operations(state: Deployment) -> tuple[PendingOperation, ...]:
    """What is pending in an exported state, newest first as the engine lists it, one for each URN and kind."""
    inner = _inner(state)
    pending = [(item["type"], item["resource"]) for item in inner.get("pending_operations") or ()]
    pending += [("unread", resource) for resource in inner.get("resources") or () if _unread(resource)]
    found: dict[tuple[str, str], PendingOperation] = {}
    for kind, resource in pending:
        operation = PendingOperation(
            resource["urn"], resource["type"], kind, bool(resource.get("custom")), resource.get("inputs") or {}
        )
        found.setdefault((operation.urn, operation.operation), operation)
    return tuple(found.values())


def ask(operations: Sequence[PendingOperation], resolve: ResolvePending | None) -> dict[str, str | None]:
    """What the cloud says about each interrupted creation, by URN. Raises PendingCreatesError when nobody knows."""
    asked = [operation for operation in operations if operation.must_be_asked]
    answers: dict[str, str | None] = {}
    for operation in asked:
        if resolve is None:
            raise PendingCreatesError([item.urn for item in asked], "Nobody here can ask the cloud whether they exist.")
        try:
            answers[operation.urn] = resolve(operation.urn, operation.type, operation.inputs)
        except CannotTellError as error:
            raise PendingCreatesError([operation.urn], str(error)) from error
    return answers


def settle(state: Deployment, answers: Mapping[str, str | None]) -> tuple[Deployment, Settled]:
    """The state with what exists adopted and what does not dropped.

    What is in `refreshed` is marked as unread and must be refreshed after the import of the new state.
    """
    repaired = copy.deepcopy(dict(state))
    inner = repaired["deployment"]
    resources: list[dict[str, Any]] = list(inner.get("resources") or ())
    refresh: list[str] = [known["urn"] for known in resources if _unread(known)]
    adopted: list[str] = []
    dropped: list[str] = []
    settled: set[str] = set()
    for item in inner.get("pending_operations") or ():
        resource, operation = item["resource"], item["type"]
        urn = resource["urn"]
        if operation == "creating":
            if urn in settled:
                continue
            settled.add(urn)
            made = answers.get(urn)
            if made is None or any(known["urn"] == urn and known.get("id") == made for known in resources):
                dropped.append(urn)
                continue
            resources = _adopt(resources, {**resource, "id": made})
            adopted.append(urn)
            refresh.append(urn)
        elif operation in ("updating", "deleting") and any(_live(known, urn) for known in resources):
            refresh.append(urn)
    inner["resources"] = resources
    inner.pop("pending_operations", None)
    for known in resources:
        if known["urn"] in refresh and not _dying(known) and not _unread(known):
            known["initErrors"] = [*(known.get("initErrors") or ()), UNREAD]
    return repaired, Settled(tuple(adopted), tuple(dropped), tuple(dict.fromkeys(refresh)))


def _adopt(resources: Sequence[dict[str, Any]], made: dict[str, Any]) -> list[dict[str, Any]]:
    """Put a created resource into the list, which is ordered by dependency, in the place of what it replaces."""
    made.setdefault("outputs", {})
    result: list[dict[str, Any]] = []
    placed = False
    for known in resources:
        if not _live(known, made["urn"]):
            result.append(known)
            continue
        if not placed:
            result.append(made)
            placed = True
        # "pendingReplacement": deleted in the cloud already, kept in the state only until its successor is there.
        if not known.get("pendingReplacement"):
            result.append({**known, "delete": True})
    return result if placed else [*result, made]


def _live(resource: Mapping[str, Any], urn: str) -> bool:
    return bool(resource["urn"] == urn and not _dying(resource))


def _unread(resource: Mapping[str, Any]) -> bool:
    return not _dying(resource) and UNREAD in (resource.get("initErrors") or ())


def _dying(resource: Mapping[str, Any]) -> bool:
    """Whether the resource was replaced and only waits for its deletion."""
    return bool(resource.get("delete"))


def _inner(state: Deployment) -> Mapping[str, Any]:
    inner = state.get("deployment")
    return inner if isinstance(inner, Mapping) else {}
