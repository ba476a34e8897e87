"""Selectors say what belongs to what, for programs that carry no marks of zt-ai."""

from __future__ import annotations

from tests.verify.gcp.differential.worlds import RANGES, WORKLOADS
from tests.verify.gcp.tiny import Tiny
from zt_ai.verify.model import Verdict
from zt_ai.verify.selectors import Match, Selectors

FLOW = ("left", "store", 8443)
SELECTORS = Selectors(
    zones={zone: (Match(urn=f"*Subnetwork::{zone}"),) for zone in RANGES},
    workloads={name: (Match(urn=f"*Account::{name}"), Match(name=f"tag-{name}")) for name in WORKLOADS},
)


def unmarked() -> Tiny:
    plan = Tiny(marked=False)
    plan.pair(*FLOW)
    return plan


def test_with_selectors_a_program_without_marks_is_proved() -> None:
    assert unmarked().reached(FLOW, selectors=SELECTORS) == {("left", "store", "tcp/8443")}
    assert unmarked().claims(FLOW, selectors=SELECTORS)[0].verdict is Verdict.PROVED


def test_without_them_nothing_belongs_to_anything() -> None:
    claim = unmarked().claims(FLOW)[0]
    assert claim.verdict is Verdict.REFUTED
    assert any("no service account" in w.explanation for w in claim.witnesses)
    assert any(w.source.startswith(("account ", "tag ")) for w in claim.witnesses)
