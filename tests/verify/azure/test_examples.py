"""What the examples permit on Azure is what they permit on AWS, and they hold in every form that Azure's settings give
them."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.verify.azure.mutation.editor import Editor
from tests.verify.azure.planned import EXAMPLES, HUB, SUBSCRIPTION, TODAY, build, planned, proof_of, specified
from zt_ai.graph.mocks import from_program
from zt_ai.graph.model import ResourceGraph
from zt_ai.intent.derive import derive
from zt_ai.intent.model import EGRESS_PROXY, Intent, Party
from zt_ai.program import program
from zt_ai.spec import load
from zt_ai.spec.clouds import Azure
from zt_ai.verify.aws.prove import prove as prove_on_aws
from zt_ai.verify.azure.prove import prove
from zt_ai.verify.model import ProvedAccess, Verdict

Row = tuple[str, str, tuple[str, ...], frozenset[str]]


def in_words_of_the_specification(accesses: tuple[ProvedAccess, ...], intent: Intent) -> set[Row]:
    """Accesses with the names that the specification has for both ends: endpoints by the services that the clauses
    name, the internet by the providers, the front of a workload by the workload."""
    said: dict[tuple[str, str], dict[str, set[str]]] = {}
    for access in intent.accesses:
        said.setdefault((access.source, access.clause.id), {}).setdefault(access.destination_party.value, set()).add(
            access.destination
        )
    rows: dict[tuple[str, str], tuple[set[str], set[str]]] = {}
    for one in accesses:
        source = one.source.removeprefix("front of ")
        for clause in one.clauses:
            for name in _names(one.destination, said.get((source, clause), {})):
                if name == source:
                    continue  # what a front passes on to its own workload
                ports, clauses = rows.setdefault((source, name), (set(), set()))
                ports.update(one.ports)
                clauses.add(clause)
    return {(*pair, tuple(sorted(ports)), frozenset(clauses)) for pair, (ports, clauses) in rows.items()}


def _names(destination: str, said: dict[str, set[str]]) -> set[str]:
    if destination.startswith("endpoint "):
        return said.get(Party.SERVICE.value, set())
    if destination.startswith("internet"):
        return said.get(Party.PROVIDER.value, set())
    return {destination.removeprefix("front of ")}


@pytest.mark.parametrize("example", ["minimal", "clinic"])
def test_who_reaches_whom_on_what_is_the_same_as_on_aws(example: str) -> None:
    _, intent, graph = planned(example)
    on_azure = proof_of(example, graph).accesses
    spec = load(Path(EXAMPLES) / example / "zones.yaml", on=TODAY)
    aws_intent = derive(spec, on=TODAY, cloud="aws")
    assert spec.clouds.aws is not None
    aws_graph = from_program(program("aws", spec, aws_intent), project="zt-ai", stack=example)
    on_aws = prove_on_aws(aws_graph, aws_intent, spec.clouds.aws).accesses

    table = in_words_of_the_specification(on_azure, intent)
    assert table == in_words_of_the_specification(on_aws, aws_intent)
    assert len(table) == len(on_azure)


@pytest.mark.parametrize("example", ["minimal", "clinic"])
def test_the_accesses_are_those_of_the_intent(example: str) -> None:
    _, intent, graph = planned(example)
    wanted = {(access.source, access.destination) for access in intent.accesses}
    assert {(one.source, one.destination) for one in proof_of(example, graph).accesses} == wanted


def test_one_more_flow_opens_one_access() -> None:
    before = specified("clinic")
    data = specified("clinic")
    data["flows"]["intake-to-retrieval"] = {
        "from": "intake",
        "to": "retrieval",
        "carries": "phi",
        "reason": "The front end asks for passages by itself",
    }
    settings, old, graph = build(before)
    one = {(a.source, a.destination, a.ports) for a in prove(graph, old, settings).accesses}
    _, new, changed = build(data)
    proof = prove(changed, new, settings)
    assert proof.verdict is Verdict.PROVED
    other = {(a.source, a.destination, a.ports) for a in proof.accesses}
    assert other - one == {("intake", "retrieval", ("tcp/9444",))}
    assert not one - other


VNET = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/Nets/providers/Microsoft.Network/virtualNetworks/Spoke"
STORE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/Data/providers/Microsoft.Storage/storageAccounts/theirdocs"
FORMS: dict[str, dict[str, Any]] = {
    "networks through an appliance of the hub": {
        "hub": {"virtual_network": HUB, "cidrs": ["10.250.0.0/20"], "appliance": "10.250.0.4"}
    },
    "a Private Link service in front of the proxy": {
        "proxy": {"private_link": {"subscriptions": ["0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f1"]}}
    },
    "zone groups by policy": {"private_dns": "policy"},
    "an adopted network": {"adopt": {"virtual_network": VNET}},
    "an adopted store": {"adopt": {"services": {"documents": STORE}}},
}


@cache
def formed(form: str) -> tuple[Azure, Intent, ResourceGraph]:
    """The clinic in one of these forms."""
    return build(specified("clinic", **FORMS[form]))


@pytest.mark.parametrize("form", FORMS)
def test_the_clinic_holds_in_every_form(form: str) -> None:
    settings, intent, graph = formed(form)
    proof = prove(graph, intent, settings)
    assert {c.id: (c.witnesses, c.reasons) for c in proof.claims} == {c.id: ((), ()) for c in proof.claims}


@pytest.mark.parametrize("form", FORMS)
def test_in_every_form_a_data_zone_without_its_closing_deny_is_refuted(form: str) -> None:
    settings, intent, graph = formed(form)
    editor = Editor(graph, intent)
    editor.remove(editor.closing(editor.filter(editor.data_zone), "Outbound"))
    verdicts = {claim.id: claim.verdict for claim in prove(editor.graph(), intent, settings).claims}
    assert verdicts["reachability"] is verdicts["data-zone-egress"] is verdicts["internet-egress"] is Verdict.REFUTED


def test_a_store_that_is_not_locked_yet_is_refuted() -> None:
    settings, intent, graph = build(specified("clinic", audit_lock="unlocked"))
    claims = {claim.id: claim for claim in prove(graph, intent, settings).claims}
    assert claims["audit"].verdict is Verdict.REFUTED
    assert {c.verdict for id_, c in claims.items() if id_ != "audit"} == {Verdict.PROVED}


def test_nobody_comes_from_networks_without_a_peering() -> None:
    _, intent, graph = planned("clinic")
    editor = Editor(graph, intent)
    editor.remove(editor.one("network:VirtualNetworkPeering"))
    claim = proof_of("clinic", editor.graph()).claims[0]
    assert claim.verdict is Verdict.REFUTED
    assert {(w.source, w.destination, w.clause) for w in claim.witnesses} == {
        ("hospital", "intake", "flow:hospital-to-intake")
    }


def test_the_front_of_the_proxy_is_not_a_party_of_the_table() -> None:
    _, _, graph = planned("clinic")
    names = {end for one in proof_of("clinic", graph).accesses for end in (one.source, one.destination)}
    assert EGRESS_PROXY in names
    assert not any(" " in name for name in names)
