"""The graph of a deployed stack, from `pulumi stack export` or from the checkpoint file of a local back end.

Format: `DeploymentV3` and `CheckpointV3` in github.com/pulumi/pulumi, `sdk/go/common/apitype/core.go` (v3.259.0).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from zt_ai.graph.model import GraphError, ResourceGraph
from zt_ai.graph.normalise import normalise
from zt_ai.graph.record import items, mapping, resource

_OLDEST: Final = 1
_NEWEST: Final = 4
# Resources that an interrupted operation may have made; the engine cannot say whether they are there.
_MAKES: Final = frozenset({"creating", "importing", "reading"})


def from_state(deployment: Mapping[str, Any]) -> ResourceGraph:
    """The resources of a deployment; those kept only to be deleted or made again are left out.

    A resource marked `delete` has a successor with the same URN; one marked `pendingReplacement` is already gone.
    External resources (read, not managed) stay. A resource whose creation was interrupted is part of the graph too: it
    may be there, and leaving it out could prove something wrong. `GraphError` for anything that is no deployment.
    """
    content = deployment_of(deployment)
    found = {}
    for given in items(content.get("resources"), "`resources`"):
        record = mapping(given, "a resource")
        if record.get("delete") is True or record.get("pendingReplacement") is True:
            continue
        raw = resource(record)
        found[raw.urn] = raw
    for operation in items(content.get("pendingOperations") or content.get("pending_operations"), "pending operations"):
        pending = mapping(operation, "a pending operation")
        if pending.get("type") in _MAKES:
            raw = resource(mapping(pending.get("resource"), "the resource of a pending operation"))
            found.setdefault(raw.urn, raw)
    return normalise(found.values(), "state")


def deployment_of(given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The deployment inside an export (`deployment`), a checkpoint (`checkpoint.latest`) or bare."""
    version = given.get("version", _OLDEST)
    if isinstance(version, bool) or not isinstance(version, int) or not _OLDEST <= version <= _NEWEST:
        raise GraphError(f"a state of version {version!r}: versions {_OLDEST} to {_NEWEST} can be read")
    if "checkpoint" in given:
        checkpoint = mapping(given["checkpoint"], "`checkpoint`")
        return mapping(checkpoint.get("latest"), "`checkpoint.latest`")
    if "deployment" in given:
        return mapping(given["deployment"], "`deployment`")
    if "resources" in given or "manifest" in given:
        return given
    raise GraphError("neither `deployment` nor `checkpoint` nor `resources` is there: this is no state of a stack")
