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


PIPELINE = "serviceAccount:deploy@clinic-pipeline.iam.gserviceaccount.com"


def _policies(e: Editor, way: str, who: str, operations: list[dict[str, Any]]) -> None:
    """Say something else in the policies that admit somebody, at whichever border."""
    hits = 0
    for perimeter in e.all(PERIMETER):
        status: Any = perimeter.inputs["status"]
        policies = [dict(policy) for policy in status[f"{way}Policies"]]
        for policy in policies:
            if who in policy[f"{way}From"]["identities"]:
                policy[f"{way}To"] = {**policy[f"{way}To"], "operations": operations}
                hits += 1
        e.inside(perimeter, "status", **{f"{way}Policies": policies}) if hits else None
        if hits:
            return
    raise AssertionError(f"no {way} policy admits {who}")


def _operations(e: Editor, who: str) -> dict[str, set[str]]:
    """Service and methods of every policy that admits somebody."""
    found: dict[str, set[str]] = {}
    for perimeter in e.all(PERIMETER):
        status: Any = perimeter.inputs["status"]
        for way in ("ingress", "egress"):
            for policy in status[f"{way}Policies"]:
                if who in policy[f"{way}From"]["identities"]:
                    for operation in policy[f"{way}To"]["operations"]:
                        methods = {selector["method"] for selector in operation["methodSelectors"]}
                        found.setdefault(operation["serviceName"], set()).update(methods)
    return found


def test_secrets_and_keys_cross_by_every_method_and_nothing_else_does() -> None:
    """PROVED above: of these two a rule can say no less, and grants say which method."""
    settings, intent, graph = apart()
    e = Editor(graph, intent, settings)
    for name in ("fhir-store", "intake", "orchestrator"):
        for service, methods in _operations(e, f"serviceAccount:{e.email(name)}").items():
            assert ("*" in methods) is (service in ("cloudkms.googleapis.com", "secretmanager.googleapis.com"))


@pytest.mark.parametrize("way", ["ingress", "egress"])
def test_a_workload_with_every_method_of_a_service_that_has_methods_is_refuted(way: str) -> None:
    def change(e: Editor) -> None:
        who = f"serviceAccount:{e.email('intake')}"
        _policies(e, way, who, [{"serviceName": "storage.googleapis.com", "methodSelectors": [{"method": "*"}]}])

    claim = next(c for c in after(change).claims if c.id == "data-zone-egress")
    assert claim.verdict is Verdict.REFUTED
    assert {"covers every method of storage.googleapis.com" in w.explanation for w in claim.witnesses} == {True}


@pytest.mark.parametrize("api", ["storage.googleapis.com", "logging.googleapis.com", "aiplatform.googleapis.com"])
def test_administrators_with_every_method_of_another_store_are_refuted(api: str) -> None:
    def change(e: Editor) -> None:
        _policies(e, "ingress", PIPELINE, [{"serviceName": api, "methodSelectors": [{"method": "*"}]}])

    claim = next(c for c in after(change).claims if c.id == "data-zone-egress")
    assert claim.verdict is Verdict.REFUTED
    assert any(f"covers every method of {api}" in w.explanation for w in claim.witnesses)


@pytest.mark.parametrize("api", ["cloudkms.googleapis.com", "secretmanager.googleapis.com"])
def test_administrators_have_every_method_where_a_rule_can_say_no_less(api: str) -> None:
    def change(e: Editor) -> None:
        _policies(e, "ingress", PIPELINE, [{"serviceName": api, "methodSelectors": [{"method": "*"}]}])

    assert after(change).verdict is Verdict.PROVED


GRANTS = {
    "a secret": ("secretmanager/secretIamMember:SecretIamMember", "roles/secretmanager.secretAccessor"),
    "a key": ("kms/cryptoKeyIAMMember:CryptoKeyIAMMember", "roles/cloudkms.cryptoKeyDecrypter"),
}


@pytest.mark.parametrize("what", GRANTS)
def test_roles_narrow_what_the_border_does_not(what: str) -> None:
    """An administrator whom a role lets read a secret or decrypt with a key comes through the border with it."""
    type_, role = GRANTS[what]

    def change(e: Editor) -> None:
        granted = e.one(type_, lambda r: "audit" not in r.name)
        e.add(type_, **{**granted.inputs, "role": role, "member": PIPELINE})

    claim = after(change).claims[0]
    assert claim.verdict is Verdict.REFUTED
    assert any(PIPELINE in w.explanation and role in w.explanation for w in claim.witnesses)


@pytest.mark.parametrize("what", GRANTS)
def test_roles_narrow_what_a_workload_does_behind_the_border(what: str) -> None:
    """A reader that may also write, by a role alone: the rules of the border are as they were."""
    type_, _ = GRANTS[what]
    more = {"a secret": "roles/secretmanager.secretVersionAdder", "a key": "roles/cloudkms.admin"}[what]

    def change(e: Editor) -> None:
        granted = e.one(type_, lambda r: "audit" not in r.name)
        e.add(type_, **{**granted.inputs, "role": more})

    claim = after(change).claims[0]
    assert claim.verdict is Verdict.REFUTED
    assert any(more in w.explanation for w in claim.witnesses)
