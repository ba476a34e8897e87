"""Whether CloudTrail records every call to AWS's interfaces, and every access to the objects of the buckets that are
used.

Sources: AWS CloudTrail User Guide, "Logging management events", "Logging data events", "Validating CloudTrail log
file integrity"; CloudTrail API Reference, "EventSelector", "DataResource" and "AdvancedEventSelector" (defaults:
management events, read and write; no data events).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from zt_ai.graph.model import Resource, ResourceGraph, Unknown, Value
from zt_ai.verify.aws.arrival import Deliverer
from zt_ai.verify.aws.deliveries import Delivery, StoreKind, kept
from zt_ai.verify.aws.findings import Findings
from zt_ai.verify.aws.places import SUBNETS, VPCS
from zt_ai.verify.aws.stores import Stores
from zt_ai.verify.reading import flag, items, maps, plain, text, texts, unknown_in

TRAIL = "aws:cloudtrail/trail:Trail"
_READ, _WRITE = "ReadOnly", "WriteOnly"
_BOTH = frozenset({_READ, _WRITE})
_ALL_BUCKETS = (
    "arn:aws:s3",
    "arn:aws:s3:::",
    "arn:aws-us-gov:s3",
    "arn:aws-us-gov:s3:::",
    "arn:aws-cn:s3",
    "arn:aws-cn:s3:::",
)
_SWITCHES = (
    ("enableLogging", True, "is switched off"),
    ("isMultiRegionTrail", False, "records one region only"),
    ("enableLogFileValidation", False, "signs no digest of its files, so a changed record would not be noticed"),
    ("includeGlobalServiceEvents", True, "leaves out global services such as IAM"),
)
_FILTERS = frozenset({"eventCategory", "resources.type", "resources.ARN", "readOnly"})


@dataclass(slots=True)
class Recorded:
    """What one trail records: read and write calls of management, and by the beginning of object ARNs."""

    management: frozenset[str] = frozenset()
    objects: dict[str, frozenset[str]] = field(default_factory=dict)
    unknown: bool = False

    def of_bucket(self, bucket: str) -> frozenset[str]:
        """Which calls to all objects of a bucket are recorded."""
        recorded: frozenset[str] = frozenset()
        for beginning, calls in self.objects.items():
            if beginning in _ALL_BUCKETS or any(
                beginning == f"arn:{part}:s3:::{bucket}/" for part in ("aws", "aws-us-gov", "aws-cn")
            ):
                recorded |= calls
        return recorded

    def add(self, beginning: str, calls: frozenset[str]) -> None:
        """Record calls to objects whose ARN begins so."""
        self.objects[beginning] = self.objects.get(beginning, frozenset()) | calls


def trail_records(graph: ResourceGraph, buckets: tuple[str, ...], stores: Stores) -> Findings:
    """One trail records management everywhere, and the trails together every access to objects of the named buckets."""
    trails = graph.of_type(TRAIL)
    judged = [(trail, _faults(trail, stores), _recorded(trail)) for trail in trails]
    found = Findings()
    if not trails:
        found.refute(
            "calls to AWS's interfaces are not recorded: there is no CloudTrail trail",
            source="account",
            destination="audit store",
            # What would be the account's is missing; the networks show whose calls go unrecorded.
            through=tuple(vpc.urn for vpc in graph.of_type(*VPCS, *SUBNETS))[:1],
        )
        return found
    sound = [one for one in judged if one[1].clean]
    if not sound:
        # The trail that comes nearest tells most about what to repair.
        found.take(min((faults for _, faults, _ in judged), key=lambda one: len(one.witnesses)))
    _data_events(sound or judged, buckets, found)
    return found


def _data_events(judged: list[tuple[Resource, Findings, Recorded]], buckets: tuple[str, ...], found: Findings) -> None:
    urns = tuple(trail.urn for trail, _, _ in judged)
    for bucket in buckets:
        recorded: frozenset[str] = frozenset().union(*(one.of_bucket(bucket) for _, _, one in judged))
        missing = _words(_BOTH - recorded)
        if not missing:
            continue
        if any(one.unknown for _, _, one in judged):
            found.doubt(f"bucket {bucket}: which data events are recorded is known only after the deployment")
            continue
        found.refute(
            f"{missing} objects of bucket {bucket} is not recorded: no trail has its data events",
            source="account", destination=f"bucket {bucket}", through=urns,
        )  # fmt: skip


def _faults(trail: Resource, stores: Stores) -> Findings:
    """What is wrong with one trail, apart from data events."""
    name = f"trail {trail.name}"
    found = Findings()
    for key, default, fault in _SWITCHES:
        state = flag(trail.inputs, key, default=default)
        if isinstance(state, Unknown):
            found.doubt(f"{name}: {key} is known only after the deployment")
        elif not state:
            found.refute(f"{name} {fault}", source="account", destination=name, through=(trail.urn,))
    recorded = _recorded(trail)
    missing = _words(_BOTH - recorded.management, management=True)
    if missing and recorded.unknown:
        found.doubt(f"{name}: which events it records is known only after the deployment")
    elif missing:
        found.refute(
            f"{name} does not record {missing} (management events)",
            source="account",
            destination=name,
            through=(trail.urn,),
        )
    found.take(
        kept(
            [
                Delivery(
                    StoreKind.BUCKET, trail.inputs.get("s3BucketName"), f"events of {name}", trail.urn, Deliverer.TRAIL
                )
            ],
            stores,
        )
    )
    key_id = trail.inputs.get("kmsKeyId")
    if key_id is not None:
        found.take(stores.key(key_id, name, Deliverer.TRAIL))
    return found


def _words(missing: frozenset[str], *, management: bool = False) -> str:
    reading, writing = ("reading calls", "writing calls") if management else ("reading", "writing")
    return " and ".join(word for kind, word in ((_READ, reading), (_WRITE, writing)) if kind in missing)


def _recorded(trail: Resource) -> Recorded:
    recorded = Recorded()
    simple, advanced = plain(trail.inputs.get("eventSelectors")), plain(trail.inputs.get("advancedEventSelectors"))
    recorded.unknown = unknown_in(simple) or unknown_in(advanced)
    if not items(simple) and not items(advanced):
        recorded.management = _BOTH
    for selector in maps(simple):
        _simple(selector, recorded)
    for selector in maps(advanced):
        _advanced(selector, recorded)
    return recorded


def _simple(selector: Mapping[str, Value], recorded: Recorded) -> None:
    kind = text(selector.get("readWriteType"))
    calls = _BOTH if kind in (None, "All") else _BOTH & {kind} if isinstance(kind, str) else frozenset()
    if flag(selector, "includeManagementEvents", default=True) is True and not items(
        selector.get("excludeManagementEventSources")
    ):
        recorded.management |= calls
    for resource in maps(selector.get("dataResources")):
        if text(resource.get("type")) == "AWS::S3::Object":
            _values(resource.get("values"), calls, recorded)


def _advanced(selector: Mapping[str, Value], recorded: Recorded) -> None:
    """A selector with a filter that is not understood may leave events out, so it counts for nothing."""
    fields = {text(one.get("field")): one for one in maps(selector.get("fieldSelectors"))}
    if not fields.keys() <= _FILTERS:
        return
    calls = frozenset(_calls(fields.get("readOnly")))
    category = _only(fields.get("eventCategory"), "equals")
    if category == ("Management",) and fields.keys() <= {"eventCategory", "readOnly"}:
        recorded.management |= calls
    elif category == ("Data",) and _only(fields.get("resources.type"), "equals") == ("AWS::S3::Object",):
        which = fields.get("resources.ARN")
        if which is None:
            recorded.add(_ALL_BUCKETS[0], calls)
        elif _only(which, "startsWiths"):
            _values(which.get("startsWiths"), calls, recorded)


def _calls(read_only: Mapping[str, Value] | None) -> Iterator[str]:
    said = ("true", "false") if read_only is None else _only(read_only, "equals")
    if "true" in said:
        yield _READ
    if "false" in said:
        yield _WRITE


def _only(selector: Mapping[str, Value] | None, operator: str) -> tuple[str, ...]:
    """The values of the one operator, nothing where the selector has another."""
    used = [key for key, value in (selector or {}).items() if key != "field" and items(value)]
    return texts(selector.get(operator)) if selector is not None and used == [operator] else ()


def _values(value: Value, calls: frozenset[str], recorded: Recorded) -> None:
    for beginning in texts(value):
        recorded.add(beginning, calls)
    # An ARN that is a reference may be followed by a folder: what it covers is not known.
    recorded.unknown |= len(texts(value)) != len(items(value))
