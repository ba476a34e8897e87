"""A network of one zone pair, written by hand, for scenarios of the semantics."""

from __future__ import annotations

from typing import Any

from tests.verify.gcp.differential.worlds import RANGES, SETTINGS, WORKLOADS, email, intent
from tests.verify.handmade import frozen
from zt_ai.graph.model import Ref, Resource, ResourceGraph
from zt_ai.intent.model import Access, Clause, Party, Ports
from zt_ai.verify.gcp.prove import network_claims
from zt_ai.verify.gcp.read import read_world
from zt_ai.verify.model import Claim
from zt_ai.verify.selectors import Selectors

RULE = "compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule"
ALL = [{"ipProtocol": "all"}]
ANYWHERE = ["0.0.0.0/0"]


class Tiny:
    """Four workloads in three zones, a policy that denies everything both ways, and nothing else."""

    def __init__(self, *, closed: bool = True, marked: bool = True, **network: Any) -> None:
        self._resources: dict[str, Resource] = {}
        said = {"name": "net", "deleteDefaultRoutesOnCreate": True, "autoCreateSubnetworks": False, **network}
        self.network = self.add("compute/network:Network", "net", **said)
        for zone, cidr in RANGES.items():
            mark = f"[zt-ai:zone={zone}]" if marked else ""
            self.add("compute/subnetwork:Subnetwork", zone, network=self.network, ipCidrRange=cidr, description=mark)
        self.tags = {}
        for name in WORKLOADS:
            mark = f"[zt-ai:workload={name}]" if marked else ""
            self.add("serviceaccount/account:Account", name, accountId=f"{name}-account", description=mark)
            self.tags[name] = self.add("tags/tagValue:TagValue", f"tag-{name}", shortName=name, description=mark)
        self.policy = self.add("compute/networkFirewallPolicy:NetworkFirewallPolicy", "policy", name="policy")
        self.add(
            "compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation", "link",
            firewallPolicy=self.policy, attachmentTarget=self.network,
        )  # fmt: skip
        if closed:
            self.rule("closed-out", 9000, "EGRESS", action="deny", destIpRanges=ANYWHERE)
            self.rule("closed-in", 9001, "INGRESS", action="deny", srcIpRanges=ANYWHERE)

    def add(self, type_: str, called: str, **inputs: Any) -> Ref:
        """Add a resource; inputs carry wire names, None is left out."""
        urn = f"urn:pulumi:s::p::gcp:{type_}::{called}"
        said = {key: frozen(value) for key, value in inputs.items() if value is not None}
        self._resources[urn] = Resource(urn, f"gcp:{type_}", called, None, custom=True, inputs=said)
        return Ref(urn)

    def remove(self, type_: str, called: str) -> None:
        """Take a resource out."""
        del self._resources[f"urn:pulumi:s::p::gcp:{type_}::{called}"]

    def rule(self, called: str, priority: int, direction: str, *, action: str = "allow", **match: Any) -> None:
        """Add a rule of the policy; what is no part of a rule is its match."""
        rest = {
            key: match.pop(key) for key in ("targetServiceAccounts", "targetSecureTags", "disabled") if key in match
        }
        body = {"layer4Configs": ALL, **match}
        self.add(RULE, called, firewallPolicy=self.policy, priority=priority, direction=direction, action=action,
                 match=body, **rest)  # fmt: skip

    def classic(self, called: str, *, allow: bool, **inputs: Any) -> None:
        """Add a rule of the network itself, for every protocol."""
        key = "allows" if allow else "denies"
        self.add("compute/firewall:Firewall", called, network=self.network, **{key: [{"protocol": "all"}]}, **inputs)

    def pair(self, source: str, destination: str, port: int) -> None:
        """The two rules of a flow."""
        services = [{"ipProtocol": "tcp", "ports": [str(port)]}]
        there = [RANGES[WORKLOADS[destination]]]
        self.rule(f"{source}-{destination}-out", 1000, "EGRESS", destIpRanges=there, layer4Configs=services,
                  targetServiceAccounts=[email(source)])  # fmt: skip
        self.rule(f"{source}-{destination}-in", 1001, "INGRESS", srcSecureTags=[{"name": self.tags[source]}],
                  layer4Configs=services, targetServiceAccounts=[email(destination)])  # fmt: skip

    def claims(self, *flows: tuple[str, str, int], selectors: Selectors | None = None) -> tuple[Claim, ...]:
        """Claims 1, 2 and 3 about the network."""
        return network_claims(self.read(selectors), intent(asked(*flows)))[0]

    def reached(self, *flows: tuple[str, str, int], selectors: Selectors | None = None) -> set[tuple[str, str, str]]:
        """Who reaches whom on what, between workloads."""
        found = network_claims(self.read(selectors), intent(asked(*flows)))[1]
        return {
            (a.source, a.destination, port)
            for a in found
            for port in a.ports
            if a.source in WORKLOADS and a.destination in WORKLOADS
        }

    def read(self, selectors: Selectors | None = None) -> Any:
        """The typed view of the plan."""
        return read_world(ResourceGraph(self._resources, "mocks"), SETTINGS, selectors)


def asked(*flows: tuple[str, str, int]) -> list[Access]:
    """Flows between workloads, as the intent has them."""
    return [
        Access(
            Clause(f"flow:{source}-{destination}", "because"),
            source, Party.WORKLOAD, destination, Party.WORKLOAD, (Ports("tcp", port, port),), "phi",
        )
        for source, destination, port in flows
    ]  # fmt: skip
