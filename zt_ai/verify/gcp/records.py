"""Which records a plan writes: traffic, names, calls to Google's interfaces, and what the egress proxy writes.

Sources: VPC, "VPC Flow Logs" (sampling 1.0 keeps every sampled record; a filter leaves records out; metadata may be
left out) and "Firewall Rules Logging" (each rule says so itself); Cloud DNS, "Logging" (a server policy switches it on
for its networks); Cloud NAT, "Logging"; Cloud Logging, "Configure Data Access audit logs" (off by default but for
BigQuery; exempted members are not recorded).
"""

from __future__ import annotations

from collections.abc import Mapping

from zt_ai.verify.gcp.collect import Collector
from zt_ai.verify.gcp.context import NETWORK, word
from zt_ai.verify.gcp.world import World
from zt_ai.verify.reading import flag, items, maps, member, plain, texts

FLOWS = "compute.googleapis.com/vpc_flows"
FIREWALL = "compute.googleapis.com/firewall"
QUERIES = "dns.googleapis.com/dns_queries"
NAT = "compute.googleapis.com/nat_flows"
CALLS = (
    "cloudaudit.googleapis.com/activity",
    "cloudaudit.googleapis.com/data_access",
    "cloudaudit.googleapis.com/policy",
    "cloudaudit.googleapis.com/system_event",
)
DOCKER = "gcplogs-docker-driver"
_TYPES = frozenset({"ADMIN_READ", "DATA_READ", "DATA_WRITE"})


def traffic(world: World, found: Collector) -> set[str]:
    """Judge what is recorded of traffic; the logs that have to be kept."""
    _flows(world, found)
    _rules(world, found)
    _queries(world, found)
    wanted = {FLOWS, FIREWALL, QUERIES}
    for resource in world.context.of("compute/routerNat:RouterNat"):
        wanted.add(NAT)
        config = member(resource.inputs, "logConfig")
        on = isinstance(config, Mapping) and plain(config.get("enable")) is True
        if not on or not isinstance(config, Mapping) or word(config.get("filter")) not in ("ALL", None):
            _wrong(found, resource.urn, f"Cloud NAT {resource.name} does not record every connection")
    return wanted


def _flows(world: World, found: Collector) -> None:
    for subnet in world.subnets.values():
        resource = world.graph.get(subnet.urn)
        if resource is None or subnet.purpose not in ("PRIVATE", "PRIVATE_RFC_1918"):
            continue
        config = member(resource.inputs, "logConfig")
        if config is None:
            _wrong(found, subnet.urn, f"traffic of {subnet.name} is not recorded: it has no flow logs")
            continue
        if not isinstance(config, Mapping):
            found.doubt(f"{subnet.urn}: what its flow logs hold is known only after the deployment")
            continue
        sampling = plain(config.get("flowSampling"))
        if not isinstance(sampling, int | float) or sampling < 1:
            _wrong(
                found, subnet.urn, f"flow logs of {subnet.name} keep a sample of {sampling or 0.5}, not every record"
            )
        if word(config.get("metadata")) not in (None, "INCLUDE_ALL_METADATA"):
            _wrong(found, subnet.urn, f"flow logs of {subnet.name} leave out who it was (metadata)")
        if word(config.get("filterExpr")) not in (None, "true"):
            _wrong(found, subnet.urn, f"flow logs of {subnet.name} leave out what a filter says")


def _rules(world: World, found: Collector) -> None:
    for rule in world.rules:
        if not rule.logged and rule.action != "next":
            _wrong(found, rule.urn, f"what the firewall rule {rule.name} decides is not recorded")


def _queries(world: World, found: Collector) -> None:
    recorded: set[str] = set()
    for policy in world.context.of("dns/policy:Policy"):
        if flag(policy.inputs, "enableLogging", default=False) is True:
            for one in maps(policy.inputs.get("networks")):
                recorded.add(world.context.key(one.get("networkUrl"), NETWORK) or "")
    for network in world.networks.values():
        if network.key not in recorded:
            text = f"DNS queries of {network.name} are not recorded: no server policy of it writes a log"
            _wrong(found, network.urn or next(iter(world.subnets), network.key), text)


def calls(world: World, projects: set[str], found: Collector) -> set[str]:
    """Judge what is recorded of calls to Google's interfaces; the logs that have to be kept."""
    configured: dict[str, set[str]] = {}
    for config in world.context.of("projects/iAMAuditConfig:IAMAuditConfig"):
        project = world.context.project(config)
        service = word(config.inputs.get("service"))
        for one in maps(config.inputs.get("auditLogConfigs")):
            exempted = items(one.get("exemptedMembers"))
            if exempted:
                names = ", ".join(texts(exempted)) or "somebody"
                _wrong(found, config.urn, f"accesses of {names} are not recorded: {config.name} exempts them")
            if service == "allServices":
                configured.setdefault(project, set()).add(word(one.get("logType")) or "?")
    for project in sorted(projects):
        missing = _TYPES - configured.get(project, set())
        if missing:
            urns = [c.urn for c in world.context.of("projects/iAMAuditConfig:IAMAuditConfig")]
            text = f"accesses to services of project {project} are not recorded: {', '.join(sorted(missing))} is off"
            _wrong(found, next(iter(urns), next(iter(world.networks), project)), text)
    return set(CALLS)


def _wrong(found: Collector, urn: str, text: str) -> None:
    found.refute(text, "records", "audit store", through=(urn,))
