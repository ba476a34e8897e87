"""Management locks [Microsoft Learn, "Lock your Azure resources to protect your infrastructure"]."""

from __future__ import annotations

from zt_ai.simulate.azure import ids
from zt_ai.simulate.azure.catalogue import full
from zt_ai.simulate.problems import CloudError
from zt_ai.simulate.world import World

_LOCK = full("authorization:ManagementLockByScope")


def check_locks(world: World, thing_id: str, weakest: str, doing: str) -> None:
    """Refuse what a lock on the resource, on what lies in it or on what it lies in forbids. Raises CloudError.

    A lock of level ``CanNotDelete`` forbids deleting, ``ReadOnly`` also writing. A lock may itself be deleted.
    """
    if "/providers/microsoft.authorization/locks/" in thing_id.lower():
        return
    for lock in world.of_type(_LOCK):
        scope = lock.id.lower().split("/providers/microsoft.authorization/locks/")[0]
        level = str(lock.inputs.get("level"))
        inside = ids.below(thing_id, scope) or (doing == "delete" and ids.below(scope, thing_id))
        if inside and level in (weakest, "ReadOnly"):
            raise CloudError(
                "ScopeLocked",
                f"The scope '{thing_id}' cannot perform {doing} operation because following scope(s) are locked: "
                f"'{scope}'. Please remove the lock and try again.",
            )
