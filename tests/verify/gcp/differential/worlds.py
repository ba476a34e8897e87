"""Random small plans on Google Cloud, each with an intent that it may or may not fit.

A world is made from a seed: one network, a subnet for each of three zones and sometimes one of no zone, four workloads
with service accounts and secure tags, one network outside, and firewall rules of every layer. Half of the worlds start
from the rules that their flows ask for and a closing denial, so that a single rule more decides; the other half is
thrown together.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from tests.verify.handmade import frozen
from zt_ai.graph.model import Ref, Resource, ResourceGraph
from zt_ai.intent.model import (
    Access,
    AuditIntent,
    Clause,
    Intent,
    NetworkIntent,
    Party,
    Ports,
    WorkloadIntent,
    ZoneIntent,
)
from zt_ai.spec.clouds import Gcp
from zt_ai.spec.types import ZoneKind

PROJECT = "small-world"
SETTINGS = Gcp(region="us-central1", organization="1", project=PROJECT, project_number="123456789", cidr="10.0.0.0/16")
ZONES = {"data": ZoneKind.DATA, "work": ZoneKind.PROCESSING, "exit": ZoneKind.EGRESS}
RANGES = {"data": "10.0.1.0/28", "work": "10.0.2.0/28", "exit": "10.0.3.0/29"}
LOOSE = "10.0.9.0/29"
WORKLOADS = {"store": "data", "left": "work", "right": "work", "door": "exit"}
HOSPITAL = "10.200.0.0/30"
PORTS = (80, 443, 8443)
NETWORK_TAGS = ("debug", "web")
# What rules may name beside whole subnets: parts of them, addresses outside, the two VIPs, everything.
PIECES = (
    "10.0.1.0/29", "10.0.1.8/29", "10.0.2.4/30", "10.0.3.2/31", "10.0.2.14/31", "10.0.1.0/31", "10.0.0.0/16",
    "10.200.0.0/31", "172.16.5.0/30", "203.0.114.0/30", "8.8.8.0/30", "199.36.153.4/30", "199.36.153.8/30", "0.0.0.0/0",
)  # fmt: skip


@dataclass
class World:
    """A plan and the intent it is compared with."""

    seed: int
    graph: ResourceGraph
    intent: Intent


@dataclass
class _Maker:
    random: Random
    resources: dict[str, Resource] = field(default_factory=dict)

    def add(self, type_: str, called: str, **inputs: Any) -> Ref:
        urn = f"urn:pulumi:s::p::gcp:{type_}::{called}"
        said = {key: frozen(value) for key, value in inputs.items() if value is not None}
        self.resources[urn] = Resource(urn, f"gcp:{type_}", called, None, custom=True, inputs=said)
        return Ref(urn)

    def some(self, options: tuple[Any, ...], most: int) -> list[Any]:
        return self.random.sample(options, self.random.randint(1, min(most, len(options))))


def world(seed: int) -> World:
    """The world of a seed."""
    random = Random(seed)  # noqa: S311 - worlds, not secrets
    make = _Maker(random)
    network = make.add(
        "compute/network:Network", "net", name="net", autoCreateSubnetworks=False, deleteDefaultRoutesOnCreate=True,
        networkFirewallPolicyEnforcementOrder=random.choice(
            [None, "BEFORE_CLASSIC_FIREWALL", "AFTER_CLASSIC_FIREWALL"]
        ),
    )  # fmt: skip
    ranges = dict(RANGES)
    if random.random() < 0.3:
        ranges["loose"] = LOOSE
    for zone, cidr in ranges.items():
        marks = f"[zt-ai:zone={zone}]" if zone in ZONES else "somebody's"
        make.add("compute/subnetwork:Subnetwork", zone, network=network, ipCidrRange=cidr, description=marks)
    tags = {}
    for name in (*WORKLOADS, "foreign"):
        mark = f"[zt-ai:workload={name}]" if name in WORKLOADS else ""
        if name in WORKLOADS:
            make.add("serviceaccount/account:Account", name, accountId=f"{name}-account", description=mark)
        tags[name] = make.add("tags/tagValue:TagValue", f"tag-{name}", shortName=name, description=mark)
    accesses = _flows(random)
    policy = make.add("compute/networkFirewallPolicy:NetworkFirewallPolicy", "policy", name="policy")
    if random.random() < 0.95:
        make.add(
            "compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation", "link",
            firewallPolicy=policy, attachmentTarget=network,
        )  # fmt: skip
    if random.random() < 0.6:
        _wanted(make, policy, tags, accesses)
    taken: set[int] = set()
    for number in range(random.randint(0, 3)):
        _policy_rule(make, "compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule", policy, tags, number, taken)
    if random.random() < 0.3:
        _regional(make, network, tags)
    if random.random() < 0.5:
        _hierarchy(make, tags)
    for number in range(random.choice([0, 0, 1, 3, 5])):
        _classic(make, network, number)
    return World(seed, ResourceGraph(make.resources, "mocks"), intent(accesses))


def email(name: str) -> str:
    """Address of a service account."""
    return f"{name}-account@{PROJECT}.iam.gserviceaccount.com"


def _flows(random: Random) -> list[Access]:
    found = []
    pairs = [(a, b) for a in (*WORKLOADS, "hospital") for b in WORKLOADS if a != b]
    for number, (source, destination) in enumerate(random.sample(pairs, random.randint(1, 3))):
        party = Party.NETWORK if source == "hospital" else Party.WORKLOAD
        first = random.choice(PORTS)
        ports = Ports("tcp", first, first)
        clause = Clause(f"flow:f{number}", "because")
        found.append(Access(clause, source, party, destination, Party.WORKLOAD, (ports,), "phi"))
    return found


def _wanted(make: _Maker, policy: Ref, tags: Mapping[str, Ref], accesses: list[Access]) -> None:
    """The rules that the flows ask for, one of which may be forgotten, and the closing denials."""
    rules = []
    for access in accesses:
        services = [{"ipProtocol": "tcp", "ports": [str(access.ports[0].first)]}]
        source: dict[str, Any] = {"srcIpRanges": [make.random.choice([HOSPITAL, HOSPITAL, "10.200.0.2/31"])]}
        if access.source != "hospital":
            source = {"srcSecureTags": [{"name": tags[access.source]}]}
            there = {"destIpRanges": [RANGES[WORKLOADS[access.destination]]]}
            rules.append(("EGRESS", email(access.source), {**there, "layer4Configs": services}))
        rules.append(("INGRESS", email(access.destination), {**source, "layer4Configs": services}))
    if make.random.random() < 0.3:
        rules.pop(make.random.randrange(len(rules)))
    for number, (direction, target, match) in enumerate(rules):
        make.add(
            "compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule", f"flow-{number}", firewallPolicy=policy,
            priority=1000 + number, direction=direction, action="allow", targetServiceAccounts=[target], match=match,
        )  # fmt: skip
    for number, (direction, key) in enumerate((("EGRESS", "destIpRanges"), ("INGRESS", "srcIpRanges"))):
        if make.random.random() < 0.9:
            make.add(
                "compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule", f"closed-{number}",
                firewallPolicy=policy, priority=9000 + number, direction=direction, action="deny",
                match={key: ["0.0.0.0/0"], "layer4Configs": [{"ipProtocol": "all"}]},
            )  # fmt: skip


def _services(make: _Maker) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for _ in range(make.random.randint(1, 2)):
        kind = make.random.choice(["tcp", "tcp", "tcp", "udp", "all", "icmp", "6"])
        if kind in ("tcp", "udp", "6") and make.random.random() < 0.8:
            ports = make.random.choice([["443"], ["80", "8443"], ["79-443"], ["8000-9000"], ["443-443"]])
            found.append({"ipProtocol": kind, "ports": ports})
        else:
            found.append({"ipProtocol": kind})
    return found


def _policy_rule(
    make: _Maker, type_: str, policy: Ref, tags: Mapping[str, Ref], number: int, taken: set[int], **more: Any
) -> None:
    random = make.random
    direction = random.choice(["INGRESS", "EGRESS"])
    match: dict[str, Any] = {"layer4Configs": _services(make)}
    ranges = (*RANGES.values(), *PIECES)
    if direction == "INGRESS" and random.random() < 0.5:
        match["srcSecureTags"] = [{"name": tags[name]} for name in make.some(tuple(tags), 2)]
        if random.random() < 0.3:
            match["srcIpRanges"] = make.some(ranges, 2)
    elif random.random() < 0.9:
        match["srcIpRanges" if direction == "INGRESS" else "destIpRanges"] = make.some(ranges, 2)
    target: dict[str, Any] = {}
    kind = random.random()
    if kind < 0.5:
        target = {"targetServiceAccounts": [email(name) for name in make.some((*WORKLOADS, "unknown"), 2)]}
    elif kind < 0.7 and "firewallPolicyRule" not in type_:
        target = {"targetSecureTags": [{"name": tags[name]} for name in make.some(tuple(tags), 2)]}
    priority = random.choice([p for p in (1, 500, 1001, 5000, 9500, 9600) if p not in taken])
    taken.add(priority)
    make.add(
        type_, f"{type_.rpartition(':')[2]}-{number}", firewallPolicy=policy, priority=priority, direction=direction,
        action=random.choice(["allow", "allow", "deny", "goto_next"]), match=match,
        disabled=random.random() < 0.15, **target, **more,
    )  # fmt: skip


def _regional(make: _Maker, network: Ref, tags: Mapping[str, Ref]) -> None:
    kind = "compute/regionNetworkFirewallPolicy"
    policy = make.add(f"{kind}:RegionNetworkFirewallPolicy", "regional", name="regional", region="us-central1")
    make.add(
        f"{kind}Association:RegionNetworkFirewallPolicyAssociation", "regional-link", firewallPolicy=policy,
        attachmentTarget=network, region="us-central1",
    )  # fmt: skip
    taken: set[int] = set()
    for number in range(make.random.randint(1, 2)):
        _policy_rule(make, f"{kind}Rule:RegionNetworkFirewallPolicyRule", policy, tags, number, taken)


def _hierarchy(make: _Maker, tags: Mapping[str, Ref]) -> None:
    policy = make.add("compute/firewallPolicy:FirewallPolicy", "org", parent="organizations/1", shortName="org")
    if make.random.random() < 0.8:
        make.add(
            "compute/firewallPolicyAssociation:FirewallPolicyAssociation", "org-link", firewallPolicy=policy,
            attachmentTarget=f"organizations/{SETTINGS.organization}",
        )  # fmt: skip
    taken: set[int] = set()
    for number in range(make.random.randint(1, 2)):
        _policy_rule(make, "compute/firewallPolicyRule:FirewallPolicyRule", policy, tags, number, taken)


def _classic(make: _Maker, network: Ref, number: int) -> None:
    """A rule of the network itself; priorities are few, so that an allow and a deny meet at one."""
    random = make.random
    egress = random.random() < 0.5
    said: dict[str, Any] = {}
    ranges = (*RANGES.values(), *PIECES)
    if egress:
        said["destinationRanges"] = make.some(ranges, 2)
    else:
        kind = random.random()
        if kind < 0.5:
            said["sourceRanges"] = make.some(ranges, 2)
        if 0.4 < kind < 0.6:
            said["sourceTags"] = make.some(NETWORK_TAGS, 1)
        elif kind > 0.6:
            said["sourceServiceAccounts"] = [email(name) for name in make.some(tuple(WORKLOADS), 2)]
    if random.random() < 0.3 and "sourceServiceAccounts" not in said:
        said["targetTags"] = make.some(NETWORK_TAGS, 1)
    elif random.random() < 0.5 and "sourceTags" not in said:
        said["targetServiceAccounts"] = [email(name) for name in make.some(tuple(WORKLOADS), 2)]
    services = [{"protocol": one["ipProtocol"], "ports": one.get("ports") or []} for one in _services(make)]
    make.add(
        "compute/firewall:Firewall", f"classic-{number}", network=network,
        direction="EGRESS" if egress else random.choice(["INGRESS", None]), disabled=random.random() < 0.1,
        priority=random.choice([100, 100, 100, None]), **{random.choice(["allows", "denies"]): services}, **said,
    )  # fmt: skip


def intent(accesses: list[Access]) -> Intent:
    """An intent with these flows between the four workloads."""
    workloads = {
        name: WorkloadIntent(name, zone, f"spiffe://s/{name}", {}, "phi", agent=False, implied=False)
        for name, zone in WORKLOADS.items()
    }
    return Intent(
        name="small",
        classes=("public", "phi"),
        zones={name: ZoneIntent(name, kind, "phi") for name, kind in ZONES.items()},
        workloads=workloads,
        services={},
        networks={"hospital": NetworkIntent("hospital", (HOSPITAL,))},
        providers={},
        accesses=tuple(accesses),
        model_calls=(),
        audit=AuditIntent(timedelta(days=2192)),
        trust_domain="s",
    )
