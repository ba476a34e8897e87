"""Claim 7: every access is logged to a store that keeps it.

What is recorded: see `zt_ai.verify.gcp.records`. What keeps: a log bucket that is locked, or a storage bucket whose
retention policy is, for as long as the specification says.

Sources: Cloud Logging, "Route logs" (a sink takes what its filter fits and no exclusion drops; a sink to Cloud Storage
needs a grant for its writer identity, one to a log bucket of its own project needs none), "Configure log buckets" (the
retention of a locked bucket cannot be shortened and the bucket not deleted while it holds records), "Logging query
language" (`log_id`); Cloud Storage, "Bucket Lock" (a policy that is not locked can be removed).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from zt_ai.graph import Resource
from zt_ai.graph.model import Ref
from zt_ai.intent.model import EGRESS_PROXY, Intent
from zt_ai.verify.gcp.collect import Collector
from zt_ai.verify.gcp.context import word
from zt_ai.verify.gcp.grants import Grants
from zt_ai.verify.gcp.proxy_host import UnreadableError, read_host
from zt_ai.verify.gcp.records import DOCKER, calls, traffic
from zt_ai.verify.gcp.world import World
from zt_ai.verify.model import Claim, count
from zt_ai.verify.reading import flag, items, member, number, plain

TITLE = "Every access is logged to a store that keeps it"
SINK = "logging/projectSink:ProjectSink"
LOG_BUCKET = "logging/projectBucketConfig:ProjectBucketConfig"
BUCKET = "storage/bucket:Bucket"
DAY = 86_400
_LOG = re.compile(r'log_id\("([^"]+)"\)')
_CREATOR = "roles/storage.objectCreator"
# Resources whose project holds data of the specification or what runs.
_PLACED = ("gcp:compute/", "gcp:storage/bucket:", "gcp:secretmanager/secret", "gcp:kms/", "gcp:serviceaccount/")


def audit_claim(world: World, intent: Intent) -> Claim:
    """Prove claim 7 from planned resources. Raises nothing: what cannot be read is a reason."""
    found = Collector()
    days = intent.audit.retention_days
    projects = {world.context.project(r) for r in world.graph if r.type.startswith(_PLACED)} | {world.settings.project}
    wanted = traffic(world, found) | calls(world, projects, found) | _proxy(world, found)
    store = _Stores(world, Grants(world, intent, Collector()), days, found)
    taken: dict[str, set[str] | None] = {}
    for sink in world.context.of(SINK):
        project = world.context.project(sink)
        logs = _logs(sink, found)
        if store.keeps(sink) and logs is not None:
            before = taken.get(project, set())
            taken[project] = None if before is None or "*" in logs else before | logs
    for resource in world.context.of("logging/projectExclusion:ProjectExclusion"):
        found.doubt(f"{resource.urn}: what it leaves out of the records is not modelled")
    for project in sorted(projects):
        held = taken.get(project, set())
        needed = wanted if project == world.settings.project else {log for log in wanted if "cloudaudit" in log}
        lost = needed - held if held is not None else set()
        if lost:
            through = tuple(sink.urn for sink in world.context.of(SINK)) or tuple(world.networks)
            text = f"no sink of project {project} takes {', '.join(sorted(lost))} to a store that keeps it"
            found.refute(text, "records", "audit store", through=through)
    covered = (
        f"{count(len(world.subnets), 'subnet')}, {count(len(world.rules), 'firewall rule')}, "
        f"{count(len(projects), 'project')}, {count(len(tuple(world.context.of(SINK))), 'sink')}, "
        f"{count(store.judged, 'store')}, kept {days} days"
    )
    return found.claim("audit", 7, TITLE, covered)


def _logs(sink: Resource, found: Collector) -> set[str] | None:
    """Ids of the logs that a sink takes, `*` for all; None where nothing can be said."""
    if flag(sink.inputs, "disabled", default=False) is not False:
        _wrong(found, sink.urn, f"sink {sink.name} is switched off")
        return None
    if items(sink.inputs.get("exclusions")):
        _wrong(found, sink.urn, f"sink {sink.name} leaves out what its exclusions say")
        return None
    written = plain(sink.inputs.get("filter"))
    if written is None or written == "":
        return {"*"}
    if not isinstance(written, str):
        found.doubt(f"{sink.urn}: its filter is known only after the deployment")
        return None
    terms = [term.strip() for term in written.split(" OR ")]
    named = [_LOG.fullmatch(term) for term in terms]
    if not all(named):
        found.doubt(f"{sink.urn}: its filter is not understood ({written[:80]})")
        return None
    return {one[1] for one in named if one is not None}


def _proxy(world: World, found: Collector) -> set[str]:
    """What the egress proxy writes about each request goes to a log."""
    wanted = set()
    for machine in world.machines:
        resource = world.graph.get(machine.urn)
        if resource is None or world.accounts.get(machine.account or "") != EGRESS_PROXY:
            continue
        try:
            container = read_host(word(member(resource.inputs, "metadata", "user-data")) or "")
        except UnreadableError as error:
            found.doubt(f"{machine.urn}: {error}, so it cannot be seen what becomes of its records")
            continue
        if container.option("log-driver") != "gcplogs":
            _wrong(found, machine.urn, f"what the container of {machine.name} writes does not reach Cloud Logging")
        elif any(f.startswith("--log-opt=mode=") and f != "--log-opt=mode=blocking" for f in container.flags):
            _wrong(found, machine.urn, f"records of {machine.name} are dropped where they cannot be written")
        wanted.add(DOCKER)
    return wanted


class _Stores:
    """Where sinks write to, each judged once."""

    def __init__(self, world: World, grants: Grants, days: int, found: Collector) -> None:
        self._world, self._grants, self._days, self._found = world, grants, days, found
        self._judged: dict[str, bool] = {}

    @property
    def judged(self) -> int:
        """How many stores were looked at."""
        return len(self._judged)

    def keeps(self, sink: Resource) -> bool:
        """Whether what a sink takes arrives in a store that keeps it."""
        store = self._find(sink)
        if store is None:
            return False
        if store.urn not in self._judged:
            wrong = [*(self._log_bucket(store) if LOG_BUCKET in store.type else self._bucket(store))]
            for text in wrong:
                _wrong(self._found, store.urn, text)
            self._judged[store.urn] = not wrong
        arrives = LOG_BUCKET in store.type or self._may_write(sink, store)
        return self._judged[store.urn] and arrives

    def _find(self, sink: Resource) -> Resource | None:
        value = plain(sink.inputs.get("destination"))
        if isinstance(value, Ref):
            target = self._world.graph.get(value.urn)
            if target is not None and target.type.removeprefix("gcp:") in (BUCKET, LOG_BUCKET):
                return target
        if not isinstance(value, str):
            self._found.doubt(f"{sink.urn}: where it writes to is known only after the deployment")
            return None
        service, _, path = value.partition("/")
        for bucket in self._world.context.of(BUCKET if service == "storage.googleapis.com" else LOG_BUCKET):
            if path in (word(bucket.inputs.get("name")), self._log_path(bucket)):
                return bucket
        _wrong(self._found, sink.urn, f"sink {sink.name} carries records to {value}, which is no store of this plan")
        return None

    def _log_path(self, bucket: Resource) -> str:
        owner = self._world.context.project(bucket).removeprefix("projects/")
        place = f"locations/{word(bucket.inputs.get('location'))}/buckets/{word(bucket.inputs.get('bucketId'))}"
        return f"projects/{owner}/{place}"

    def _log_bucket(self, bucket: Resource) -> Iterator[str]:
        if flag(bucket.inputs, "locked", default=False) is not True:
            yield f"log bucket {bucket.name} is not locked: whoever manages it shortens what it keeps"
        days = number(bucket.inputs.get("retentionDays"))
        if not isinstance(days, int) or days < self._days:
            yield f"log bucket {bucket.name} keeps {days if isinstance(days, int) else 30} days, not {self._days}"

    def _bucket(self, bucket: Resource) -> Iterator[str]:
        policy = member(bucket.inputs, "retentionPolicy")
        period = number(member(bucket.inputs, "retentionPolicy", "retentionPeriod"))
        if policy is None:
            yield f"bucket {bucket.name} has no retention policy: records in it can be deleted"
        elif plain(member(bucket.inputs, "retentionPolicy", "isLocked")) is not True:
            yield f"the retention policy of bucket {bucket.name} is not locked: it can be removed"
        if policy is not None and (not isinstance(period, int) or period < self._days * DAY):
            kept = period // DAY if isinstance(period, int) else "an unknown number of"
            yield f"bucket {bucket.name} keeps {kept} days, not {self._days}"
        if word(bucket.inputs.get("publicAccessPrevention")) != "enforced":
            yield f"bucket {bucket.name} may be made public"
        if flag(bucket.inputs, "uniformBucketLevelAccess", default=False) is not True:
            yield f"bucket {bucket.name} takes access lists of single objects, which no grant shows"
        name = f"bucket {word(bucket.inputs.get('name'))}"
        for grant in self._grants.all:
            writer = grant.principal.startswith("sink ") and grant.role == _CREATOR
            if grant.on == name and not writer and grant.role != "roles/storage.objectViewer":
                yield f"{grant.principal} has {grant.role} on bucket {bucket.name}, where only sinks write"

    def _may_write(self, sink: Resource, bucket: Resource) -> bool:
        name = f"bucket {word(bucket.inputs.get('name'))}"
        held = any(g.on == name and g.role == _CREATOR and g.principal == f"sink {sink.name}" for g in self._grants.all)
        if not held:
            _wrong(self._found, sink.urn, f"sink {sink.name} may not write to {bucket.name}: no grant lets it")
        return held


def _wrong(found: Collector, urn: str, text: str) -> None:
    found.refute(text, "records", "audit store", through=(urn,))
