"""Buckets, keys, secrets, images and log buckets (documentation of Cloud Storage, KMS, Secret Manager, Logging)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from zt_ai.simulate.gcp.act import Act, refuses, refuses_delete
from zt_ai.simulate.gcp.naming import leaf, part_after
from zt_ai.simulate.gcp.references import find_reference
from zt_ai.simulate.gcp.special_outputs import project_number
from zt_ai.simulate.problems import CloudError, Problem
from zt_ai.simulate.values import values_at

BUCKET, KEY, LOGS, SINK, SECRET, IMAGES = (
    "storage/bucket:Bucket",
    "kms/cryptoKey:CryptoKey",
    "logging/projectBucketConfig:ProjectBucketConfig",
    "logging/projectSink:ProjectSink",
    "secretmanager/secret:Secret",
    "artifactregistry/repository:Repository",
)
DAY = 86400
LONGEST = 3155760000
"""Seconds of the longest retention of a bucket: 100 years (Cloud Storage, "Bucket Lock")."""
_DURATION = re.compile(r"(\d+)(?:\.\d+)?s")


def check_static(token: str, inputs: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with names, retentions and rotations whatever else exists."""
    short = token.removeprefix("gcp:")
    if short == BUCKET:
        return list(_check_bucket(inputs))
    if short == KEY:
        return list(_check_key(inputs))
    days = inputs.get("retentionDays")
    if short == LOGS and isinstance(days, int) and not 1 <= days <= 3650:
        # Cloud Logging, "Configure log buckets", "Custom retention".
        return [Problem("retentionDays", f"INVALID_ARGUMENT: {days} is not between 1 and 3650 days")]
    return []


def _check_bucket(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    name = inputs.get("name")
    if isinstance(name, str) and (name.startswith("goog") or "google" in name or "g00gle" in name):
        yield Problem("name", f"invalid: {name!r}: bucket names neither begin with goog nor contain google")
    policy = inputs.get("retentionPolicy")
    period = policy.get("retentionPeriod") if isinstance(policy, Mapping) else None
    number = int(period) if isinstance(period, int) or (isinstance(period, str) and period.isdigit()) else None
    if number is not None and not 1 <= number <= LONGEST:
        yield Problem("retentionPolicy.retentionPeriod", f"invalid: {number} s is not between 1 s and 100 years")


def _check_key(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    for name, lowest, highest in (("rotationPeriod", 1, 36500), ("destroyScheduledDuration", 1, 120)):
        text = inputs.get(name)
        found = _DURATION.fullmatch(text) if isinstance(text, str) else None
        if found is not None and not lowest * DAY <= int(found[1]) <= highest * DAY:
            # Cloud KMS, "Key rotation" and "Destroy and restore key versions".
            yield Problem(name, f"INVALID_ARGUMENT: {text} is not between {lowest} and {highest} days")
    purpose = inputs.get("purpose", "ENCRYPT_DECRYPT")
    if inputs.get("rotationPeriod") and isinstance(purpose, str) and purpose != "ENCRYPT_DECRYPT":
        yield Problem("rotationPeriod", "INVALID_ARGUMENT: only ENCRYPT_DECRYPT keys rotate by themselves")


_AGENTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    # Whose service agent must be able to use the key: the documentation of each product, "Customer-managed encryption
    # keys".
    BUCKET: ("gs-project-accounts", ("encryption.defaultKmsKeyName",)),
    IMAGES: ("gcp-sa-artifactregistry", ("kmsKeyName",)),
    SECRET: (
        "gcp-sa-secretmanager",
        (
            "replication.auto.customerManagedEncryption.kmsKeyName",
            "replication.userManaged.replicas.customerManagedEncryption.kmsKeyName",
        ),
    ),
    "secretmanager/regionalSecret:RegionalSecret": (
        "gcp-sa-secretmanager",
        ("customerManagedEncryption.kmsKeyName",),
    ),
    LOGS: ("gcp-sa-logging", ("cmekSettings.kmsKeyName",)),
}
_MAY_USE = ("roles/cloudkms.cryptoKeyEncrypterDecrypter", "roles/cloudkms.admin", "roles/owner")


@refuses(*_AGENTS)
def key_may_be_used(act: Act) -> None:
    """The product's service agent was given the key before, and the key lies where the thing lies."""
    agent, paths = _AGENTS[act.subject.type.removeprefix("gcp:")]
    number = project_number(act.world, leaf(act.project))
    email = f"service-{number}@{agent}.iam.gserviceaccount.com"
    for name in [name for path in paths for name in values_at(act.inputs, path)]:
        key = find_reference(act.world, (f"gcp:{KEY}",), str(name), act.settings)
        if key is None or key.origin == "assumed":
            continue
        ring = key.id.rsplit("/cryptoKeys/", 1)[0]
        held = [
            grant
            for grant in act.others(
                "kms/cryptoKeyIAMMember:CryptoKeyIAMMember", "kms/keyRingIAMMember:KeyRingIAMMember"
            )
            if grant.inputs.get("member") == f"serviceAccount:{email}" and grant.inputs.get("role") in _MAY_USE
        ]
        places = {grant.inputs.get("cryptoKeyId") or grant.inputs.get("keyRingId") for grant in held}
        if not places & {key.id, ring}:
            said = f"{email} has not been authorized to use it (roles/cloudkms.cryptoKeyEncrypterDecrypter)"
            raise CloudError("PERMISSION_DENIED", f"Permission denied on Cloud KMS key '{key.id}': {said}")
        place, location = part_after(key.id, "locations"), act.inputs.get("location")
        if isinstance(location, str) and location.lower() != place:
            raise CloudError("INVALID_ARGUMENT", f"key '{key.id}' is not in {location.lower()}, where the resource is")


@refuses(LOGS)
def locked_logs(act: Act) -> None:
    """A locked log bucket stays locked and keeps its retention (Cloud Logging, "Lock a log bucket"); and the quota."""
    if act.thing is None:
        act.limit("log-buckets-per-project", len(list(act.siblings(LOGS))), "log buckets")
        return
    for name, what in (("enableAnalytics", "Log Analytics"), ("cmekSettings", "a customer-managed key")):
        if act.thing.value(name) and not act.inputs.get(name):
            # Discovery document, LogBucket.analyticsEnabled and LogBucket.cmekSettings.
            raise CloudError("FAILED_PRECONDITION", f"log bucket '{act.thing.id}' cannot give up {what}")
    if act.thing.value("locked") is True:
        same = act.thing.value("retentionDays") == (act.inputs.get("retentionDays") or 30)
        if act.inputs.get("locked") is not True or not same:
            raise CloudError(
                "FAILED_PRECONDITION", f"log bucket '{act.thing.id}' is locked: its retention cannot change"
            )


@refuses_delete(LOGS)
def born_logs_stay(act: Act) -> None:
    """The two buckets that every project has cannot be deleted: the provider leaves them."""
    if act.thing is not None and leaf(act.thing.id) in ("_Required",):
        raise CloudError("INVALID_ARGUMENT", f"'{act.thing.id}' cannot be deleted")


@refuses(SINK)
def sink_quota(act: Act) -> None:
    """Sinks per project."""
    if act.thing is None:
        act.limit("log-sinks-per-project", len(list(act.siblings(SINK))), "sinks")


@refuses_delete(SECRET, "secretmanager/regionalSecret:RegionalSecret")
def protected_secret(act: Act) -> None:
    """A secret with deletion protection stays."""
    if act.thing is not None and act.thing.value("deletionProtection") is True:
        raise CloudError("FAILED_PRECONDITION", f"'{act.thing.id}' has deletion protection")
