"""From a source of records to the stores that take them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from zt_ai.graph.model import Ref, Resource, Value
from zt_ai.verify.aws.arrival import Deliverer
from zt_ai.verify.aws.findings import Findings
from zt_ai.verify.aws.lookup import BUCKETS, LOG_GROUPS
from zt_ai.verify.aws.stores import Stores
from zt_ai.verify.reading import plain


class StoreKind(StrEnum):
    """Where records can go; the words are those of the flow log's `logDestinationType`."""

    BUCKET = "s3"
    LOG_GROUP = "cloud-watch-logs"
    OTHER = "other"  # a stream, or not known: what becomes of the records there cannot be seen


@dataclass(frozen=True, slots=True)
class Delivery:
    """Records of one kind go to one place. `what` names them; `urn` is the resource that sends them there, `by` the
    service.
    """

    kind: StoreKind
    destination: Value
    what: str
    urn: str
    by: Deliverer = Deliverer.LOGS


def kind_of(destination: Value, stores: Stores) -> StoreKind:
    """What kind of store an ARN or a reference means."""
    value = plain(destination)
    if isinstance(value, str):
        service = value.split(":", 3)[2] if value.startswith("arn:") and value.count(":") > 2 else ""
        return {"s3": StoreKind.BUCKET, "logs": StoreKind.LOG_GROUP}.get(service, StoreKind.OTHER)
    if isinstance(value, Ref):
        for kind, types in ((StoreKind.BUCKET, BUCKETS), (StoreKind.LOG_GROUP, LOG_GROUPS)):
            if isinstance(stores.lookup.find(value, types), Resource):
                return kind
    return StoreKind.OTHER


def kept(deliveries: Iterable[Delivery], stores: Stores) -> Findings:
    """Nothing if one of the stores keeps the records; a bucket that is wrong is a finding even beside a good store."""
    judged = [(one, _judge(one, stores)) for one in deliveries]
    result = Findings()
    safe = any(found.clean for _, found in judged)
    for one, found in judged:
        if not safe or (one.kind is StoreKind.BUCKET and found.witnesses):
            result.take(found)
    return result


def _judge(delivery: Delivery, stores: Stores) -> Findings:
    if delivery.kind is StoreKind.BUCKET:
        found = Findings()
        found.take(stores.bucket(delivery.destination, delivery.what))
        found.take(stores.arrival(delivery.destination, delivery.by))
        return found
    if delivery.kind is StoreKind.LOG_GROUP:
        return stores.log_group(delivery.destination, delivery.what)
    found = Findings()
    found.doubt(f"{delivery.what}: they go to something whose keeping cannot be seen ({delivery.urn})")
    return found
