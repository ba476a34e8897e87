"""Claim 8: quotas hold. Counted from the planned resources alone, whatever the builder computed beforehand.

A plan over a quota fails half way. What exists already in the project is not in a plan and is not counted;
`clouds.gcp.quotas` says what is free.

Sources: Cloud NGFW, "Quotas and limits" (rule attributes of a policy) and compute API, `networkFirewallPolicies`
(ranges, names and tags of one rule); VPC, "Quotas and limits"; IAM, "Quotas and limits"; VPC Service Controls, "Quotas
and limits"; Cloud DNS, "Quotas and limits"; Resource Manager, "Tags limits"; Compute Engine, "About VM metadata"; Cloud
Load Balancing, "Forwarding rules overview".
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from zt_ai.graph import Resource
from zt_ai.graph.model import Value
from zt_ai.verify.gcp.collect import Collector
from zt_ai.verify.gcp.context import whole, word
from zt_ai.verify.gcp.world import World
from zt_ai.verify.model import Claim
from zt_ai.verify.reading import items, maps, member, plain, unknown_in

_RULES = (
    "compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule",
    "compute/regionNetworkFirewallPolicyRule:RegionNetworkFirewallPolicyRule",
)
_PERIMETER = "accesscontextmanager/servicePerimeter:ServicePerimeter"


@dataclass(slots=True)
class Tally:
    """How much of each quota each holder uses, compared as it grows."""

    found: Collector
    counts: dict[tuple[str, str], tuple[int, int, list[str]]] = field(default_factory=dict)
    counted: int = 0

    def add(self, what: str, limit: int, holder: str, amount: int, urn: str) -> None:
        """Use up some of a quota of a holder, by a resource."""
        self.counted += 1
        before, _, urns = self.counts.get((what, holder), (0, limit, []))
        if before <= limit < before + amount:
            urns = [urn]
        self.counts[what, holder] = (before + amount, limit, urns)

    def judge(self) -> None:
        """A witness for each quota that is exceeded."""
        for (what, holder), (total, limit, urns) in self.counts.items():
            if total > limit:
                text = f"{holder}: {total} {what}, the quota is {limit}"
                self.found.refute(text, holder, "quota", through=tuple(urns))


def quota_claim(world: World) -> Claim:
    """Prove claim 8 from planned resources. Raises nothing; takes time in proportion to the number of resources."""
    found = Collector()
    tally = Tally(found)
    _rules(world, tally)
    _numbers(world, tally)
    _perimeters(world, tally)
    _machines(world, tally)
    tally.judge()
    covered = f"{tally.counted} resources, {len(tally.counts)} counts compared with their quotas"
    return found.claim("quotas", 8, "Quotas hold", covered)


def _rules(world: World, tally: Tally) -> None:
    """Attributes of policies and of single rules; priorities are unique in a policy, or the second rule is refused."""
    limit = world.settings.quotas.rule_attributes_per_firewall_policy
    taken: dict[tuple[str, int], Resource] = {}
    for rule in world.context.of(*_RULES):
        policy = world.context.key(rule.inputs.get("firewallPolicy")) or rule.urn
        name = world.name(policy)
        match = member(rule.inputs, "match")
        if not isinstance(match, Mapping) or unknown_in((match.get("srcIpRanges"), match.get("destIpRanges"))):
            tally.found.doubt(f"{rule.urn}: what it counts for is known only after the deployment")
            continue
        tally.add("rule attributes", limit, name, _attributes(rule, match), rule.urn)
        for key, what, most in (
            ("srcIpRanges", "source ranges of one rule", 5000),
            ("destIpRanges", "destination ranges of one rule", 5000),
            ("destFqdns", "names of one rule", 100),
            ("srcSecureTags", "source tags of one rule", 256),
        ):
            tally.add(what, most, rule.name, len(items(match.get(key))), rule.urn)
        tally.add("target tags of one rule", 256, rule.name, len(items(rule.inputs.get("targetSecureTags"))), rule.urn)
        accounts = len(items(rule.inputs.get("targetServiceAccounts")))
        tally.add("target service accounts of one rule", 10, rule.name, accounts, rule.urn)
        priority = whole(rule.inputs.get("priority"))
        if priority is not None:
            before = taken.setdefault((policy, priority), rule)
            if before is not rule:
                text = f"{rule.name} and {before.name} have the priority {priority} in one policy, which takes it once"
                tally.found.refute(text, name, "quota", through=(rule.urn, before.urn))


def _attributes(rule: Resource, match: Mapping[str, Value]) -> int:
    listed = ("srcIpRanges", "destIpRanges", "srcFqdns", "destFqdns", "srcSecureTags", "srcAddressGroups")
    more = (
        "destAddressGroups",
        "srcRegionCodes",
        "destRegionCodes",
        "srcThreatIntelligences",
        "destThreatIntelligences",
    )
    total = sum(len(items(match.get(key))) for key in (*listed, *more))
    total += len(items(rule.inputs.get("targetServiceAccounts"))) + len(items(rule.inputs.get("targetSecureTags")))
    return total + sum(1 + len(items(one.get("ports"))) for one in maps(match.get("layer4Configs")))


def _numbers(world: World, tally: Tally) -> None:
    """Resources of one kind in one project, or below one parent."""
    quotas = world.settings.quotas
    for type_, what, limit in (
        ("compute/subnetwork:Subnetwork", "subnets", quotas.subnets_per_project),
        ("compute/route:Route", "static routes", quotas.static_routes_per_project),
        ("serviceaccount/account:Account", "service accounts", quotas.service_accounts_per_project),
        ("projects/iAMCustomRole:IAMCustomRole", "custom roles", quotas.custom_roles_per_project),
    ):
        for resource in world.context.of(type_):
            tally.add(what, limit, f"project {world.context.project(resource)}", 1, resource.urn)
    for rule in world.context.of("dns/responsePolicyRule:ResponsePolicyRule"):
        policy = world.name(world.context.key(rule.inputs.get("responsePolicy")) or "response policy")
        tally.add("response policy rules", quotas.response_policy_rules, policy, 1, rule.urn)
    for value in world.context.of("tags/tagValue:TagValue"):
        parent = world.name(world.context.key(value.inputs.get("parent")) or "tag key")
        tally.add("values of one tag key", 1000, parent, 1, value.urn)
    for bound in world.context.of("dns/responsePolicy:ResponsePolicy"):
        for one in maps(bound.inputs.get("networks")):
            network = world.name(world.context.key(one.get("networkUrl"), "gcp:compute/network:Network") or "network")
            tally.add("response policies of one network", 1, network, 1, bound.urn)


def _perimeters(world: World, tally: Tally) -> None:
    """Attributes of the rules of each perimeter, enforced and dry-run apart [VPC Service Controls, "Quotas"]."""
    limit = world.settings.quotas.perimeter_attributes
    for resource in world.context.of(_PERIMETER):
        for part in ("status", "spec"):
            body = member(resource.inputs, part)
            if isinstance(body, Mapping):
                amount = sum(map(_leaves, (body.get("ingressPolicies"), body.get("egressPolicies"))))
                tally.add(f"attributes of rules ({part})", limit, resource.name, amount, resource.urn)


def _leaves(value: Value) -> int:
    """Values of a policy: projects, access levels, identities, services and methods alike."""
    return sum(1 for _ in _values(value))


def _values(value: Value) -> Iterator[Value]:
    value = plain(value)
    if isinstance(value, Mapping):
        for key, one in value.items():
            if key != "title":
                yield from _values(one)
    elif isinstance(value, tuple):
        for one in value:
            yield from _values(one)
    elif value is not None:
        yield value


def _machines(world: World, tally: Tally) -> None:
    """Metadata of one machine, its secure tags, and ports of internal balancers."""
    for machine in world.machines:
        resource = world.graph.get(machine.urn)
        metadata = member(resource.inputs, "metadata") if resource is not None else None
        for key, value in metadata.items() if isinstance(metadata, Mapping) else ():
            size = len((word(value) or "").encode())
            tally.add("bytes of one metadata value", 256 * 1024, f"{machine.name} {key}", size, machine.urn)
            tally.add("bytes of all metadata", 512 * 1024, machine.name, size, machine.urn)
        tally.add("secure tags of one interface", 10, machine.name, len(machine.tags), machine.urn)
    for rule in world.context.of("compute/forwardingRule:ForwardingRule"):
        if word(rule.inputs.get("loadBalancingScheme")) == "INTERNAL":
            amount = len(items(rule.inputs.get("ports")))
            tally.add("ports of one internal forwarding rule", 5, rule.name, amount, rule.urn)
