"""Which events the trail records. Pure.

[CloudTrail API Reference, "AdvancedEventSelector" and "AdvancedFieldSelector"; CloudTrail User Guide, "Logging network
activity events"].
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from zt_ai.aws.audit import names
from zt_ai.aws.naming import Scope

# Services with network activity events since these left their preview; every source needs a selector of its own.
NETWORK_ACTIVITY_SOURCES = ("kms.amazonaws.com", "s3.amazonaws.com", "secretsmanager.amazonaws.com")


@dataclass(frozen=True, slots=True)
class Field:
    """A condition on one field of an event."""

    field: str
    operator: Literal["equals", "not_equals", "starts_withs"]
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Selector:
    """Events for which all conditions hold."""

    name: str
    fields: tuple[Field, ...]


def selectors(scope: Scope, data_buckets: tuple[str, ...] = ()) -> tuple[Selector, ...]:
    """All management events; reads and deletions of the records themselves; object access in `data_buckets`; refusals
    by endpoints.

    Uploads to the audit bucket are left out: each delivery of the trail would be an event of the trail.
    """
    audit = f"{names.bucket_arn(scope)}/"
    data = (Field("eventCategory", "equals", ("Data",)), Field("resources.type", "equals", ("AWS::S3::Object",)))
    result = [
        Selector("management", (Field("eventCategory", "equals", ("Management",)),)),
        Selector(
            "audit-records",
            (*data, Field("resources.ARN", "starts_withs", (audit,)), Field("eventName", "not_equals", ("PutObject",))),
        ),
    ]
    if data_buckets:
        arns = tuple(f"{scope.arn('s3', bucket, region=False, account=False)}/" for bucket in sorted(set(data_buckets)))
        result.append(Selector("objects", (*data, Field("resources.ARN", "starts_withs", arns))))
    result.extend(
        Selector(
            f"endpoint-refusals-{source.partition('.')[0]}",
            (
                Field("eventCategory", "equals", ("NetworkActivity",)),
                Field("eventSource", "equals", (source,)),
                Field("errorCode", "equals", ("VpceAccessDenied",)),
            ),
        )
        for source in NETWORK_ACTIVITY_SOURCES
    )
    return tuple(result)
