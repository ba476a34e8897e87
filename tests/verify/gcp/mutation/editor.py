"""Editing a planned graph of Google Cloud: what a careless or hostile change would have planned instead."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from tests.verify.handmade import frozen
from zt_ai.graph.model import Ref, Resource, ResourceGraph
from zt_ai.intent.model import Access, Intent, Party
from zt_ai.spec.clouds import Gcp

Test = Callable[[Resource], bool]
RULE = "compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule"
SUBNET = "compute/subnetwork:Subnetwork"
TEMPLATE = "compute/instanceTemplate:InstanceTemplate"
PERIMETER = "accesscontextmanager/servicePerimeter:ServicePerimeter"


class Editor:
    """A graph under change. `graph()` gives the result; looking for something that is not there is an error."""

    def __init__(self, graph: ResourceGraph, intent: Intent, settings: Gcp) -> None:
        self.intent, self.settings = intent, settings
        self._resources = dict(graph.resources)
        self._source = graph.source
        self._added = 0

    def graph(self) -> ResourceGraph:
        """The changed graph."""
        return ResourceGraph(self._resources, self._source)

    def all(self, type_: str, test: Test = lambda _: True) -> list[Resource]:
        """Resources of a type (without the leading `gcp:`) that pass a test."""
        return [r for r in self._resources.values() if r.type == f"gcp:{type_}" and test(r)]

    def one(self, type_: str, test: Test = lambda _: True) -> Resource:
        """The first such resource."""
        found = self.all(type_, test)
        assert found, f"the plan has no {type_} that could be changed"
        return found[0]

    def set(self, resource: Resource, **inputs: Any) -> Resource:
        """Set inputs by their wire names; None removes one."""
        merged = {**self._resources[resource.urn].inputs, **{key: frozen(value) for key, value in inputs.items()}}
        changed = replace(self._resources[resource.urn], inputs={k: v for k, v in merged.items() if v is not None})
        assert changed.inputs != resource.inputs, "the change changes nothing"
        self._resources[resource.urn] = changed
        return changed

    def inside(self, resource: Resource, key: str, **values: Any) -> Resource:
        """Set members of an input that is an object; None removes one."""
        body = self._resources[resource.urn].inputs[key]
        assert isinstance(body, Mapping)
        return self.set(resource, **{key: {k: v for k, v in {**body, **values}.items() if v is not None}})

    def remove(self, *resources: Resource) -> None:
        """Take resources out of the plan."""
        assert resources, "nothing to remove"
        for resource in resources:
            del self._resources[resource.urn]

    def add(self, type_: str, **inputs: Any) -> Resource:
        """Plan another resource."""
        self._added += 1
        name = f"added-{self._added}"
        made = Resource(
            f"urn:pulumi:s::p::gcp:{type_}::{name}", f"gcp:{type_}", name, None, custom=True,
            inputs={key: frozen(value) for key, value in inputs.items()},
        )  # fmt: skip
        self._resources[made.urn] = made
        return made

    # What the mutations have to find, by meaning.

    @property
    def network(self) -> Resource:
        return self.one("compute/network:Network")

    @property
    def policy(self) -> Resource:
        return self.one("compute/networkFirewallPolicy:NetworkFirewallPolicy")

    @property
    def perimeter(self) -> Resource:
        return self.one(PERIMETER)

    @property
    def template(self) -> Resource:
        return self.one(TEMPLATE)

    @property
    def data_zone(self) -> str:
        return self.intent.data_zones()[0]

    @property
    def store(self) -> str:
        """A workload of the data zone."""
        return self.intent.members(self.data_zone)[0].name

    def marked(self, type_: str, key: str, value: str) -> Resource:
        """A resource with a mark in its description."""
        return self.one(type_, lambda r: f"[zt-ai:{key}={value}]" in str(r.inputs.get("description")))

    def subnet(self, zone: str) -> Resource:
        return self.marked(SUBNET, "zone", zone)

    def range_of(self, zone: str) -> str:
        return str(self.subnet(zone).inputs["ipCidrRange"])

    def tag(self, workload: str) -> Resource:
        return self.marked("tags/tagValue:TagValue", "workload", workload)

    def email(self, workload: str) -> str:
        account = self.marked("serviceaccount/account:Account", "workload", workload)
        return f"{account.inputs['accountId']}@{self.settings.project}.iam.gserviceaccount.com"

    def flow(self) -> Access:
        """An access between two workloads of different zones, none of them the proxy."""
        zone = {name: w.zone for name, w in self.intent.workloads.items()}
        return next(
            a
            for a in self.intent.accesses
            if a.source_party is Party.WORKLOAD
            and a.destination_party is Party.WORKLOAD
            and zone[a.source] != zone[a.destination]
            and not self.intent.workloads[a.destination].implied
        )

    def rule(self, direction: str, target: str, *words: str) -> Resource:
        """An allow rule for a workload whose match holds all the words."""

        def fits(rule: Resource) -> bool:
            accounts = rule.inputs.get("targetServiceAccounts")
            return (
                rule.inputs["direction"] == direction
                and rule.inputs["action"] == "allow"
                and isinstance(accounts, tuple)
                and self.email(target) in accounts
                and all(word in str(rule.inputs["match"]) for word in words)
            )

        return self.one(RULE, fits)

    def outgoing(self) -> Resource:
        """The egress rule that the chosen flow needs."""
        access = self.flow()
        zone = self.intent.workloads[access.destination].zone
        return self.rule("EGRESS", access.source, self.range_of(zone), str(access.ports[0].first))

    def incoming(self) -> Resource:
        """The ingress rule that the chosen flow needs."""
        access = self.flow()
        return self.rule("INGRESS", access.destination, self.tag(access.source).urn)

    def closing(self, direction: str, everything: str = "0.0.0.0/0") -> Resource:
        """The deny rule at the end."""
        return self.one(
            RULE,
            lambda r: (
                r.inputs["action"] == "deny"
                and r.inputs["direction"] == direction
                and everything in str(r.inputs["match"])
            ),
        )

    def add_rule(self, direction: str, priority: int = 500, **inputs: Any) -> Resource:
        """Another rule of the policy that allows everything, but for what is given."""
        match = {"layer4Configs": [{"ipProtocol": "all"}], **inputs.pop("match", {})}
        said = {"action": "allow", "direction": direction, "priority": priority, "enableLogging": True, **inputs}
        return self.add(RULE, firewallPolicy=Ref(self.policy.urn), match=match, **said)

    def status(self, **values: Any) -> None:
        """Change what the perimeter enforces."""
        self.inside(self.perimeter, "status", **values)

    def crossing(self, way: str, source: Mapping[str, Any], target: Mapping[str, Any]) -> None:
        """Another ingress or egress policy of the perimeter."""
        status = self.perimeter.inputs["status"]
        assert isinstance(status, Mapping)
        before = status.get(f"{way}Policies") or ()
        assert isinstance(before, tuple)
        added = {"title": "added", f"{way}From": frozen(source), f"{way}To": frozen(target)}
        self.status(**{f"{way}Policies": (*before, added)})
