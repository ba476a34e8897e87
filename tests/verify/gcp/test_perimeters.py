"""Zones with projects of their own: a perimeter for each, and rules at both borders for what crosses."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from tests.verify.gcp.mutation.editor import PERIMETER, Editor
from tests.verify.gcp.planned import document, plan
from zt_ai.graph.model import Resource, ResourceGraph
from zt_ai.intent.model import Intent
from zt_ai.spec.clouds import Gcp
from zt_ai.verify.gcp.prove import prove
from zt_ai.verify.model import Proof, Verdict


@cache
def apart() -> tuple[Gcp, Intent, ResourceGraph]:
    """The clinic with its records' buckets, secrets and keys in a project of their own."""
    data = document("clinic")
    data["zones"]["records"]["placement"] = {"gcp": {"project": "clinic-records"}}
    services = {"documents": "records", "record-keys": "records", "app-secrets": "records"}
    data["clouds"] = {"gcp": {**data["clouds"]["gcp"], "services": services}}
    data["clouds"]["gcp"]["projects"] = {"clinic-records": "222233334444"}
    return plan(data, "apart")


def after(change: Callable[[Editor], None] | None = None) -> Proof:
    settings, intent, graph = apart()
    editor = Editor(graph, intent, settings)
    if change is not None:
        change(editor)
    return prove(editor.graph(), intent, settings)


def test_two_perimeters_with_rules_at_both_borders_are_proved() -> None:
    assert {c.id: (c.verdict, c.witnesses, c.reasons) for c in after().claims} == {
        c.id: (Verdict.PROVED, (), ()) for c in after().claims
    }
    assert len(apart()[2].of_type(f"gcp:{PERIMETER}")) == 2


def test_the_other_perimeter_in_dry_run_is_named() -> None:
    def change(e: Editor) -> None:
        data = _data(e)
        e.set(data, spec=data.inputs["status"], status=None, useExplicitDryRunSpec=True)

    claim = next(c for c in after(change).claims if c.id == "data-zone-egress")
    assert any("dry-run" in w.explanation and "data" in w.through[0] for w in claim.witnesses)
    assert any("222233334444" in w.explanation for w in claim.witnesses)


def _data(e: Editor) -> Resource:
    """The perimeter around the records' own project."""

    def fits(resource: Resource) -> bool:
        status: Any = resource.inputs["status"]
        return bool(status["resources"] == ("projects/222233334444",))

    return e.one(PERIMETER, fits)


@pytest.mark.parametrize(("way", "own"), [("ingress", True), ("egress", False)])
def test_a_crossing_needs_a_rule_at_both_borders(way: str, own: bool) -> None:
    def change(e: Editor) -> None:
        data = _data(e)
        which = data if own else e.one(PERIMETER, lambda r: r.urn != data.urn)
        e.inside(which, "status", **{f"{way}Policies": ()})

    claim = after(change).claims[0]
    assert claim.verdict is Verdict.REFUTED
    assert "flow:intake-documents" in {w.clause for w in claim.witnesses}
    assert any("across their border" in w.explanation for w in claim.witnesses)


def test_a_project_in_two_perimeters_is_refused() -> None:
    def change(e: Editor) -> None:
        data = _data(e)
        e.inside(data, "status", resources=["projects/222233334444", f"projects/{e.settings.project_number}"])

    claim = next(c for c in after(change).claims if c.id == "data-zone-egress")
    assert any("one may" in w.explanation for w in claim.witnesses)
