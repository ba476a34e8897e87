"""Claim 7: every access is logged to a store that keeps it.

What is recorded: traffic of every VPC (flow logs), DNS queries, Network Firewall's flows and alerts, calls to AWS's
interfaces with the accesses to objects (CloudTrail), and what the egress proxy writes. What keeps: see
`zt_ai.verify.aws.stores`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from zt_ai.graph.model import Ref, Resource, ResourceGraph, Unknown, Value
from zt_ai.intent.model import EGRESS_PROXY, Intent
from zt_ai.spec.clouds import Aws
from zt_ai.spec.types import ServiceKind
from zt_ai.verify.aws.deliveries import Delivery, StoreKind, kept
from zt_ai.verify.aws.findings import Findings
from zt_ai.verify.aws.flows import FLOW_LOG, flow_records
from zt_ai.verify.aws.grants import Home
from zt_ai.verify.aws.places import FIREWALL, Places
from zt_ai.verify.aws.records import dns_records, firewall_records
from zt_ai.verify.aws.stores import Stores
from zt_ai.verify.aws.trail import TRAIL, trail_records
from zt_ai.verify.aws.values import tags
from zt_ai.verify.model import Claim, count
from zt_ai.verify.reading import plain

TASK_DEFINITION = "aws:ecs/taskDefinition:TaskDefinition"
_TAG_ZONE = "zt-ai:zone"
_TAG_WORKLOAD = "zt-ai:workload"
_LOG_DRIVER = "awslogs"
_LOG_GROUP = "awslogs-group"


def audit_claim(graph: ResourceGraph, intent: Intent, settings: Aws) -> Claim:
    """Prove claim 7 from planned resources. Raises nothing: what cannot be read is a reason."""
    stores = Stores(graph, Home(settings.account, settings.organization), intent.audit.retention_days)
    places = Places(graph)
    found = Findings()
    _zones_are_somewhere(places, intent, found)
    buckets = _data_buckets(intent)
    for findings in (
        flow_records(places, stores),
        dns_records(places, stores),
        firewall_records(places, stores),
        trail_records(graph, buckets, stores),
        _proxy_records(graph, stores),
    ):
        found.take(findings)
    subnets = sum(map(len, places.subnets.values()))
    return Claim(
        id="audit",
        number=7,
        title="Every access is logged to a store that keeps it",
        cloud="aws",
        covered=(
            f"{count(len(places.vpcs), 'VPC')} with {count(subnets, 'subnet')}, "
            f"{count(len(graph.of_type(FLOW_LOG)), 'flow log')}, {count(len(graph.of_type(FIREWALL)), 'firewall')}, "
            f"{count(len(graph.of_type(TRAIL)), 'trail')}, {count(len(buckets), 'data bucket')}, "
            f"{count(stores.judged, 'store')}, kept {stores.days} days"
        ),
        witnesses=found.witnesses,
        reasons=found.reasons,
    )


def _zones_are_somewhere(places: Places, intent: Intent, found: Findings) -> None:
    """A zone in a VPC that is not known could be in one that is not recorded."""
    for subnet in places.lost:
        found.doubt(f"{subnet.urn}: the VPC of the subnet is known only after the deployment")
    if not places.vpcs:
        found.doubt(f"no VPC and no subnet is in the plan, so it cannot be seen where {', '.join(intent.zones)} lie")


def _data_buckets(intent: Intent) -> tuple[str, ...]:
    stores = (one for one in intent.services.values() if one.kind is ServiceKind.OBJECT_STORAGE)
    return tuple(sorted({name for service in stores for name in service.resources}))


def _proxy_records(graph: ResourceGraph, stores: Stores) -> Findings:
    """What the egress proxy writes about each request is kept: its containers log to a log group that keeps it."""
    found = Findings()
    for task in graph.of_type(TASK_DEFINITION):
        if tags(task).get(_TAG_WORKLOAD) != EGRESS_PROXY:
            continue
        for container in _containers(task, found):
            name = f"container {container.get('name')} of {task.name}"
            logging = container.get("logConfiguration")
            logging = logging if isinstance(logging, Mapping) else {}
            options = logging.get("options")
            group = options.get(_LOG_GROUP) if isinstance(options, Mapping) else None
            if not logging:
                found.refute(
                    f"what {name} writes is not recorded",
                    source=EGRESS_PROXY,
                    destination="audit store",
                    through=(task.urn,),
                )
            elif logging.get("logDriver") != _LOG_DRIVER or group is None:
                found.doubt(
                    f"{name}: it logs by {logging.get('logDriver')}; what becomes of that cannot be seen ({task.urn})"
                )
            else:
                found.take(kept([Delivery(StoreKind.LOG_GROUP, group, f"what {name} writes", task.urn)], stores))
    return found


def _containers(task: Resource, found: Findings) -> Iterator[Mapping[str, Value]]:
    value = plain(task.inputs.get("containerDefinitions"))
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            value = Unknown()
    if isinstance(value, Ref | Unknown) or not isinstance(value, list | tuple):
        found.doubt(f"{task.urn}: what its containers log is known only after the deployment")
        return
    for container in value:
        if isinstance(container, Mapping):
            yield container
