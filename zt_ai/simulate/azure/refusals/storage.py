"""Storage accounts, containers and their immutability.

[Microsoft Learn, "Storage account overview", "Immutable storage for blobs"; the SDK's notes of ``ImmutabilityPolicy``;
REST API references of Storage Accounts, Blob Containers and Immutability Policies.]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zt_ai.simulate.azure import ids
from zt_ai.simulate.azure.act import Act, refuses, refuses_delete, values_at
from zt_ai.simulate.problems import CloudError, Problem

SHORTEST_DAYS, LONGEST_DAYS = 1, 146000
"""Days of an immutability period ("Time-based retention policies for immutable blob data")."""
_DAYS = "immutabilityPeriodSinceCreationInDays"
_ACCOUNT_POLICY = "immutableStorageWithVersioning.immutabilityPolicy"


def check_static(token: str, inputs: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with an account or a policy whatever else exists."""
    kind = token.removeprefix("azure-native:")
    if kind == "storage:BlobContainerImmutabilityPolicy":
        return list(_policy(inputs, ""))
    if kind != "storage:StorageAccount":
        return []
    inner = [
        p
        for item in values_at(inputs, _ACCOUNT_POLICY)
        if isinstance(item, Mapping)
        for p in _policy(item, f"{_ACCOUNT_POLICY}.")
    ]
    tiered = inputs.get("kind") in ("Storage", "FileStorage", "BlockBlobStorage")
    if tiered and inputs.get("accessTier") in ("Hot", "Cool", "Cold"):
        inner.append(Problem("accessTier", f"BadRequest: an account of kind {inputs['kind']} has no access tier"))
    if inputs.get("isHnsEnabled") is True and values_at(inputs, "immutableStorageWithVersioning.enabled") == [True]:
        inner.append(
            Problem("immutableStorageWithVersioning", "FeatureNotSupported: not with a hierarchical namespace")
        )
    return inner


def _policy(item: Mapping[str, Any], path: str) -> Iterator[Problem]:
    days = item.get(_DAYS)
    if isinstance(days, int) and not SHORTEST_DAYS <= days <= LONGEST_DAYS:
        yield Problem(
            f"{path}{_DAYS}", f"InvalidRequestContent: {days} days; {SHORTEST_DAYS} to {LONGEST_DAYS} are allowed"
        )
    if item.get("allowProtectedAppendWrites") is True and item.get("allowProtectedAppendWritesAll") is True:
        yield Problem(
            f"{path}allowProtectedAppendWritesAll", "BadRequest: allowProtectedAppendWrites and …All exclude each other"
        )


@refuses("storage:StorageAccount")
def account(act: Act) -> None:
    """Accounts per subscription and region; a policy is locked after it was made, and stays locked."""
    if act.thing is None:
        act.limit(
            "storage-accounts",
            len(list(act.nearby("storage:StorageAccount"))),
            "MaxStorageAccountsCountPerSubscriptionExceeded",
            "storage accounts",
        )
    _locked(act, values_at(act.was_all(), _ACCOUNT_POLICY), values_at(act.inputs, _ACCOUNT_POLICY))
    enabled = values_at(act.inputs, "immutableStorageWithVersioning.enabled") == [True]
    was = values_at(act.was_all(), "immutableStorageWithVersioning.enabled") == [True]
    if act.thing is not None and enabled != was:
        raise CloudError(
            "InvalidRequestPropertyValue", "immutableStorageWithVersioning can only be set at the account's creation"
        )
    if act.thing is not None and act.was("dnsEndpointType") != act.inputs.get("dnsEndpointType"):
        raise CloudError("PropertyChangeNotAllowed", "Changing property 'dnsEndpointType' is not allowed")


def _locked(act: Act, before: list[Any], after: list[Any]) -> None:
    old = before[0] if before and isinstance(before[0], Mapping) else {}
    new = after[0] if after and isinstance(after[0], Mapping) else {}
    state = str(new.get("state") or "")
    if state == "Locked" and old.get("state") not in ("Locked", "Unlocked"):
        raise CloudError(
            "InvalidRequestPropertyValue",
            "a policy can only be created in a Disabled or Unlocked state; only an Unlocked policy can "
            "transition to Locked",
        )
    if old.get("state") != "Locked":
        return
    if state != "Locked":
        raise CloudError("Conflict", f"the immutability policy of {act.id} is locked, which cannot be reverted")
    if int(new.get(_DAYS) or 0) < int(old.get(_DAYS) or 0):
        raise CloudError(
            "Conflict", f"the period of a locked immutability policy can only grow: {old.get(_DAYS)} days now"
        )


@refuses("storage:BlobContainerImmutabilityPolicy")
def container_policy(act: Act) -> None:
    """A locked policy can only grow."""
    if act.thing is None or act.thing.outputs.get("state") != "Locked":
        return
    if int(act.inputs.get(_DAYS) or 0) < int(act.was(_DAYS) or 0):
        raise CloudError(
            "Conflict", f"the period of a locked immutability policy can only grow: {act.was(_DAYS)} days now"
        )


@refuses_delete("storage:BlobContainerImmutabilityPolicy")
def locked_policy(act: Act) -> None:
    """A locked policy stays as long as its container."""
    if act.thing is not None and act.thing.outputs.get("state") == "Locked" and not act.cascade:
        raise CloudError("Conflict", f"the immutability policy {ids.parent(act.id)} is locked and cannot be deleted")


@refuses("storage:BlobContainer")
def container(act: Act) -> None:
    """Public access only where the account allows it."""
    above = act.find(act.id.split("/blobServices/")[0], "storage:StorageAccount")
    public = act.inputs.get("publicAccess") not in (None, "None")
    if (
        public
        and above is not None
        and above.inputs.get("allowBlobPublicAccess") is not True
        and above.origin != "assumed"
    ):
        raise CloudError("PublicAccessNotPermitted", "Public access is not permitted on this storage account.")
