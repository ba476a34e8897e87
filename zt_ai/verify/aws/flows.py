"""Whether the traffic of every VPC is recorded by flow logs, whole and in one place.

Source: Amazon VPC User Guide, "Logging IP traffic using VPC Flow Logs" (traffic types, record fields).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from zt_ai.graph.model import Resource, Unknown
from zt_ai.verify.aws.deliveries import Delivery, StoreKind, kept, kind_of
from zt_ai.verify.aws.findings import Findings
from zt_ai.verify.aws.lookup import BUCKETS, LOG_GROUPS
from zt_ai.verify.aws.places import Places
from zt_ai.verify.aws.stores import Stores
from zt_ai.verify.reading import text

FLOW_LOG = "aws:ec2/flowLog:FlowLog"
_BOTH = frozenset({"ACCEPT", "REJECT"})
_WORDS = {"ACCEPT": "accepted", "REJECT": "rejected"}
_FIELD = re.compile(r"\$\{([a-z0-9-]+)\}")
# Without these a record does not say who spoke to whom, when, and whether it was let through. The default format has
# them all.
_FIELDS = frozenset({"srcaddr", "dstaddr", "dstport", "protocol", "start", "action"})
_SAME = {"pkt-srcaddr": "srcaddr", "pkt-dstaddr": "dstaddr"}


def flow_records(places: Places, stores: Stores) -> Findings:
    """Every packet that a VPC's interfaces take or refuse is recorded, by flow logs on the VPC or on all its subnets.

    A flow log on one interface counts for nothing here: the proof covers interfaces that are attached later.
    """
    found = Findings()
    by_place: dict[str, list[Resource]] = {}
    sure = True  # what is missing is a witness only where no flow log could be the missing one
    for log in places.graph.of_type(FLOW_LOG):
        for name in ("vpcId", "subnetId"):
            if log.inputs.get(name) is not None:
                key = places.key(log.inputs[name])
                if key is None:
                    sure = False
                    found.doubt(f"{log.urn}: it is not known what the flow log is about")
                else:
                    by_place.setdefault(key, []).append(log)
    for vpc, name in places.vpcs.items():
        logs = by_place.get(vpc, [])
        whole = _Record(name, vpc, logs, stores)
        subnets = places.subnets.get(vpc, [])
        if whole.complete or not any(by_place.get(subnet.urn) for subnet in subnets):
            whole.report(found, sure=sure)
            continue
        for subnet in subnets:
            own = by_place.get(subnet.urn, [])
            _Record(f"subnet {subnet.name}", subnet.urn, logs + own, stores).report(found, sure=sure)
    return found


@dataclass(slots=True)
class _Record:
    """What the flow logs of one place record together.

    Only a store that takes accepted and rejected traffic has the whole record: a log of what was let through, without
    what was tried, shows no attack, and two halves in two stores with two lives are no record of a connection.
    """

    name: str
    key: str
    logs: list[Resource]
    stores: Stores
    _kinds: dict[str, set[str]] = field(init=False, default_factory=dict)  # by store
    _deliveries: dict[str, list[Delivery]] = field(init=False, default_factory=dict)
    _unknown: list[str] = field(init=False, default_factory=list)

    def __post_init__(self) -> None:
        for log in self.logs:
            traffic = text(log.inputs.get("trafficType"))
            if isinstance(traffic, Unknown) or isinstance(text(log.inputs.get("logFormat")), Unknown):
                self._unknown.append(log.urn)
            elif not lacking(log):
                delivery = self._delivery(log)
                store = self._store(delivery)
                self._kinds.setdefault(store, set()).update(_BOTH if traffic == "ALL" else _BOTH & {traffic})
                self._deliveries.setdefault(store, []).append(delivery)

    @property
    def complete(self) -> bool:
        """Whether some store takes all traffic."""
        return any(kinds == _BOTH for kinds in self._kinds.values())

    def report(self, found: Findings, *, sure: bool) -> None:
        """Add what is wrong: with the stores, or with what is recorded."""
        found.take(kept([one for store in self._whole() for one in self._deliveries[store]], self.stores))
        for store in self._deliveries.keys() - set(self._whole()):
            for delivery in self._deliveries[store]:
                if delivery.kind is StoreKind.BUCKET:
                    found.take(self._broken(delivery))
        if self.complete:
            return
        for urn in self._unknown:
            found.doubt(f"{urn}: what the flow log records is known only after the deployment")
        if sure and not self._unknown:
            found.refute(
                self._sentence(),
                source=self.name,
                destination="audit store",
                through=(self.key, *(log.urn for log in self.logs)),
            )

    def _whole(self) -> list[str]:
        return [store for store, kinds in self._kinds.items() if kinds == _BOTH]

    def _broken(self, delivery: Delivery) -> Findings:
        judged = self.stores.bucket(delivery.destination, delivery.what)
        return judged if judged.witnesses else Findings()

    def _sentence(self) -> str:
        recorded: set[str] = set().union(*self._kinds.values())
        missing = " and ".join(_WORDS[kind] for kind in sorted(_BOTH - recorded))
        if not missing:
            return f"accepted and rejected traffic of {self.name} go to different stores, so none has the whole record"
        absent = sorted(frozenset[str]().union(*map(lacking, self.logs)))
        why = f"the log format leaves out {', '.join(absent)}" if absent else "no flow log records it"
        return f"{missing} traffic of {self.name} is not recorded: {why}"

    def _store(self, delivery: Delivery) -> str:
        types = BUCKETS if delivery.kind is StoreKind.BUCKET else LOG_GROUPS
        resource = self.stores.lookup.find(delivery.destination, types)
        return resource.urn if isinstance(resource, Resource) else repr(delivery.destination)

    def _delivery(self, log: Resource) -> Delivery:
        destination = log.inputs.get("logDestination")
        said = text(log.inputs.get("logDestinationType"))
        # The API's default is CloudWatch Logs [EC2 API Reference, "CreateFlowLogs"].
        kind = StoreKind.LOG_GROUP if said is None else StoreKind.OTHER
        if isinstance(said, Unknown):
            kind = kind_of(destination, self.stores)
        elif said in (StoreKind.BUCKET, StoreKind.LOG_GROUP):
            kind = StoreKind(said)
        return Delivery(kind, destination, f"flow records of {self.name}", log.urn)


def lacking(log: Resource) -> frozenset[str]:
    """Fields that a custom format leaves out."""
    written = text(log.inputs.get("logFormat"))
    if written is None:
        return frozenset()
    fields = _FIELD.findall(written) if isinstance(written, str) else []
    return _FIELDS - {_SAME.get(one, one) for one in fields}
