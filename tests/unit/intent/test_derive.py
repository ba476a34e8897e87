"""The intent says exactly what the flows say, and what the egress proxy needs to run."""

from __future__ import annotations

from datetime import date

from tests.unit.spec.bad_input import CLINIC
from zt_ai.intent.derive import derive
from zt_ai.intent.model import EGRESS_PROXY, Party, Ports
from zt_ai.spec import load
from zt_ai.spec.types import Decision, ServiceAccess

TODAY = date(2026, 11, 23)
INTENT = derive(load(CLINIC, on=TODAY), on=TODAY)


def accesses(clause: str) -> list[tuple[str, str, tuple[str, ...]]]:
    return [(a.source, a.destination, tuple(map(str, a.ports))) for a in INTENT.accesses if a.clause.id == clause]


def test_a_flow_between_workloads_is_one_access_on_the_ports_served() -> None:
    assert accesses("flow:orchestrator-to-retrieval") == [("orchestrator", "retrieval", ("tcp/9444",))]


def test_a_model_call_goes_to_the_proxy_and_only_the_proxy_goes_on() -> None:
    assert accesses("flow:research-to-openai") == [
        ("research-agent", EGRESS_PROXY, ("tcp/3128", "tcp/8443")),
        (EGRESS_PROXY, "openai", ("tcp/443",)),
    ]
    assert {a.source for a in INTENT.accesses if a.destination_party is Party.PROVIDER} == {EGRESS_PROXY}


def test_a_managed_model_is_called_by_the_proxy_too() -> None:
    assert accesses("flow:retrieval-embeddings") == [
        ("retrieval", EGRESS_PROXY, ("tcp/3128", "tcp/8443")),
        (EGRESS_PROXY, "cloud-models", ("tcp/443",)),
    ]


def test_a_service_is_read_only_unless_the_flow_says_more() -> None:
    by_clause = {a.clause.id: a.access for a in INTENT.accesses if a.destination_party is Party.SERVICE}
    assert by_clause["flow:cohort-tools-data"] is ServiceAccess.READ
    assert by_clause["flow:deidentifier-cohorts"] is ServiceAccess.WRITE


def test_every_flow_has_an_access_and_everything_else_is_implied_for_the_proxy() -> None:
    spec = load(CLINIC, on=TODAY)
    clauses = {a.clause.id for a in INTENT.accesses}
    assert {f"flow:{name}" for name in spec.flows} == {c for c in clauses if c.startswith("flow:")}
    assert {(a.source, a.destination) for a in INTENT.accesses if a.clause.id.startswith("implied:")} == {
        (EGRESS_PROXY, name) for name in ("egress-images", "egress-logs", "egress-secrets")
    }


def test_identities_lie_below_the_trust_domain() -> None:
    assert INTENT.workloads["intake"].spiffe_id == "spiffe://clinic.internal/front/intake"
    assert INTENT.workloads[EGRESS_PROXY].spiffe_id == "spiffe://clinic.internal/egress/egress-proxy"


def test_phi_is_blocked_at_a_provider_without_a_baa_and_passes_at_one_with() -> None:
    decisions = {call.clause.name: call.decisions for call in INTENT.model_calls}
    assert decisions["research-to-openai"]["phi"] is Decision.BLOCK
    assert decisions["research-to-openai"]["deidentified"] is Decision.ALLOW
    assert decisions["model-gateway-to-anthropic"]["phi"] is Decision.ALLOW


def test_on_a_day_without_an_agreement_nothing_lets_phi_through() -> None:
    later = derive(load(CLINIC, on=TODAY), on=date(2040, 1, 1))
    assert not any(provider.baa_in_force for provider in later.providers.values())
    assert {call.decisions["phi"] for call in later.model_calls} == {Decision.BLOCK}


def test_retention_is_rounded_up_to_whole_days() -> None:
    assert INTENT.audit.retention_days == 2557  # seven years of 365.25 days are 2556.75


def test_port_ranges_print_as_engineers_write_them() -> None:
    assert [str(Ports("tcp", 443, 443)), str(Ports("udp", 5000, 5010))] == ["tcp/443", "udp/5000-5010"]


def test_deriving_twice_gives_the_same() -> None:
    assert derive(load(CLINIC, on=TODAY), on=TODAY) == INTENT
