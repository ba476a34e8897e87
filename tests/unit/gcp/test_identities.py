"""Service accounts, custom roles and grants: nothing beyond the clauses."""

from __future__ import annotations

import pytest

from tests.unit.gcp.clinic import intent, spec
from tests.unit.gcp.graphs import clinic, graph, named, own_project, target
from zt_ai.gcp.naming import Scope
from zt_ai.gcp.plan import make_plan
from zt_ai.gcp.services import permissions, secret_id
from zt_ai.spec.types import ServiceAccess, ServiceKind

SCOPE = Scope("clinic", "clinic-platform", "111122223333", "us-central1")
GRANTS = {g.name: g for g in make_plan(spec(), intent(spec())).grants}
MEMBERS = (
    "gcp:storage/bucketIAMMember:BucketIAMMember",
    "gcp:secretmanager/secretIamMember:SecretIamMember",
    "gcp:kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
    "gcp:artifactregistry/repositoryIamMember:RepositoryIamMember",
    "gcp:projects/iAMMember:IAMMember",
)


def test_each_workload_has_an_account_of_its_own() -> None:
    accounts = clinic().of_type("gcp:serviceaccount/account:Account")
    ids = [account.inputs["accountId"] for account in accounts]
    assert len(set(ids)) == len(ids) == len(intent(spec()).workloads)
    assert "clinic-research-agent" in ids


@pytest.mark.parametrize("workload", ["a", "a-workload-with-the-longest-name", "x" * 32])
@pytest.mark.parametrize("name", ["c", "a-very-long-clinic-x"])
def test_account_ids_have_six_to_thirty_characters(name: str, workload: str) -> None:
    made = Scope(name, "clinic-platform", "1", "us-central1").account_id(workload)
    assert 6 <= len(made) <= 30
    assert made[-1].isalnum()


def test_two_long_names_never_become_one_account() -> None:
    scope = Scope("a-very-long-clinic-x", "p", "1", "r")
    assert scope.account_id("the-same-beginning-a") != scope.account_id("the-same-beginning-b")


def test_every_grant_is_on_the_resource_but_for_logs_and_models() -> None:
    on_project = {(g.workload, g.kind) for g in GRANTS.values() if g.resource is None}
    assert {kind for _, kind in on_project} == {ServiceKind.LOGS, ServiceKind.MANAGED_LLM}
    assert {w for w, kind in on_project if kind is ServiceKind.MANAGED_LLM} == {"egress-proxy"}


def test_reading_gives_no_writing() -> None:
    for kind in ServiceKind:
        read, both = set(permissions(kind, None)), set(permissions(kind, ServiceAccess.READ_WRITE))
        assert read <= both
        assert not {p for p in read if p.rpartition(".")[2] in {"create", "delete", "add", "uploadArtifacts"}}
    assert "storage.objects.get" not in permissions(ServiceKind.OBJECT_STORAGE, ServiceAccess.WRITE)


def test_no_role_is_basic_and_none_manages() -> None:
    for role in clinic().of_type("gcp:projects/iAMCustomRole:IAMCustomRole"):
        permitted = role.inputs["permissions"]
        assert isinstance(permitted, tuple)
        assert not {p for p in permitted if isinstance(p, str) and ("setIamPolicy" in p or p.endswith(".update"))}
    for resource in clinic().of_type(*MEMBERS):
        role = resource.inputs["role"]
        assert role not in {"roles/owner", "roles/editor", "roles/viewer"}


def test_a_secret_is_granted_to_those_who_read_it_and_no_others() -> None:
    found = {
        (resource.inputs["secretId"], resource.inputs["member"])
        for resource in clinic().of_type("gcp:secretmanager/secretIamMember:SecretIamMember")
    }
    assert ("clinic--orchestrator", f"serviceAccount:{SCOPE.account('orchestrator')}") in found
    assert {m for _, m in found} == {SCOPE.member(w) for w in ("orchestrator", "ehr-tools", "egress-proxy")}
    assert {s for s, m in found if m == SCOPE.member("egress-proxy")} == {"clinic--egress-proxy"}


@pytest.mark.parametrize(("a", "b"), [("a/b", "a-b"), ("a/b/c", "a/b-c"), ("a", "b")])
def test_translated_secrets_stay_apart(a: str, b: str) -> None:
    assert secret_id(a) != secret_id(b)


def test_a_role_belongs_to_the_project_of_the_resource() -> None:
    made = graph(own_project)
    grant = named(made, "clinic-identities-fhir-store.record-keys.clinic-records")
    assert grant.inputs["cryptoKeyId"] == (
        "projects/clinic-records/locations/us-central1/keyRings/clinic/cryptoKeys/records"
    )
    role = named(made, target(grant.inputs["role"]))
    assert role.inputs["project"] == "clinic-records"
    assert grant.inputs["member"] == SCOPE.member("fhir-store")
