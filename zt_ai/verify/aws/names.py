"""Judging the names that a VPC's resolver answers for."""

from __future__ import annotations

from zt_ai.verify.aws.collect import Collector
from zt_ai.verify.aws.dns import NameFilter, name_filter
from zt_ai.verify.aws.expect import Expected, buckets_used, endpoint_names
from zt_ai.verify.aws.reach import Reach
from zt_ai.verify.model import Packet


def expected_names(reach: Reach, expected: Expected) -> frozenset[str]:
    """Every name that some workload needs: of the services that are used and of the providers."""
    settings, intent = reach.world.settings, expected.intent
    buckets = buckets_used(intent, settings)
    found = {name for service in expected.users for name in endpoint_names(service, settings, buckets)}
    return frozenset(found | set(intent.provider_domains()))


def extra_names(reach: Reach, expected: Expected, vpc: str, source: str, found: Collector) -> None:
    """Names that are answered and that nobody needs: each is a way out for whoever may ask."""
    answered = name_filter(reach.world, vpc)
    for reason in answered.reasons:
        found.doubt(reason)
    if answered.open_because is not None:
        text = f"{source} gets data out in DNS queries: {answered.open_because}"
        packet = Packet(source, "any-data.attacker.example", "udp", 53)
        found.refute(1, text, source, "internet", answered.urns, packet=packet)
        return
    wanted = expected_names(reach, expected)
    for rule in answered.allowed:
        for pattern in rule.patterns:
            name = pattern.lower().rstrip(".")
            if name in wanted or _private(answered, name):
                continue
            free = "a name with a free label carries data" if "*" in name else "nothing in the intent has this name"
            example = name.replace("*", "any-data") if name != "*" else "any-data.attacker.example"
            text = f"{source} may ask DNS for {pattern}: {free}"
            found.refute(1, text, source, example, rule.urns, packet=Packet(source, example, "udp", 53))


def _private(answered: NameFilter, pattern: str) -> bool:
    """Whether a pattern is at or below a private hosted zone of the VPC: those queries never leave it."""
    name = pattern.removeprefix("*.") if pattern.startswith("*.") else pattern
    return "*" not in name and any(name == zone or name.endswith(f".{zone}") for zone in answered.private)


def missing_names(reach: Reach, expected: Expected, found: Collector) -> None:
    """Names that somebody needs and that are not answered."""
    settings = reach.world.settings
    buckets = buckets_used(expected.intent, settings)
    zones = {name: workload.zone for name, workload in expected.intent.workloads.items()}
    filters: dict[str, NameFilter] = {}
    needed: dict[tuple[str, str, str], bool] = {}
    for service, users in expected.users.items():
        names = endpoint_names(service, settings, buckets)
        if service == "s3":
            names = frozenset(name for name in names if not name.startswith("s3."))
        for workload, accesses in users.items():
            needed.update({(name, workload, accesses[0].clause.id): False for name in names})
    for workload, accesses in expected.providers.items():
        for access in accesses:
            needed.update(
                {
                    (name, workload, access.clause.id): True
                    for name in expected.intent.providers[access.destination].domains
                }
            )
    told: set[str] = set()
    for (name, workload, clause), outside in needed.items():
        for vpc in dict.fromkeys(reach.world.subnets[s].vpc for s in reach.roll.zone_subnets.get(zones[workload], ())):
            answered = filters.setdefault(vpc, name_filter(reach.world, vpc))
            if answered.open_because is not None or name in told:
                continue
            rule = answered.answers(name)
            if rule is None:
                told.add(name)
                found.refute(
                    1,
                    f"{workload} cannot resolve {name}: the DNS firewall does not allow it",
                    workload,
                    name,
                    answered.urns,
                    clause,
                )
            elif outside and not rule.trusts_redirection:
                told.add(name)
                found.doubt(
                    f"{rule.urns[0]}: inspects every name that {name} is an alias for, and only its owner knows those; "
                    "set firewallDomainRedirectionAction to TRUST_REDIRECTION_DOMAIN"
                )
