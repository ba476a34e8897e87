"""Grants and roles, changed."""

from __future__ import annotations

from tests.verify.gcp.mutation.editor import Editor
from zt_ai.intent.model import EGRESS_PROXY

MEMBER = "projects/iAMMember:IAMMember"
ROLE = "projects/iAMCustomRole:IAMCustomRole"
SECRET = "secretmanager/secretIamMember:SecretIamMember"


def a_workload_gets_a_basic_role(e: Editor) -> None:
    e.add(MEMBER, project=e.settings.project, role="roles/editor", member=f"serviceAccount:{e.email(e.store)}")


def a_workload_administers_storage(e: Editor) -> None:
    e.add(MEMBER, project=e.settings.project, role="roles/storage.admin", member=f"serviceAccount:{e.email(e.store)}")


def a_workload_reads_a_secret_of_another(e: Editor) -> None:
    e.set(e.one(SECRET), member=f"serviceAccount:{e.email(e.store)}")


def everybody_reads_a_secret(e: Editor) -> None:
    e.set(e.one(SECRET), member="allAuthenticatedUsers")


def a_stranger_reads_a_secret(e: Editor) -> None:
    first = e.one(SECRET)
    e.add(SECRET, secretId=first.inputs["secretId"], role=first.inputs["role"], member="user:somebody@example.org")


def a_workload_may_take_another_identity(e: Editor) -> None:
    e.add("serviceaccount/iAMMember:IAMMember", serviceAccountId=f"projects/-/serviceAccounts/{e.email(EGRESS_PROXY)}",
          role="roles/iam.serviceAccountTokenCreator", member=f"serviceAccount:{e.email(e.store)}")  # fmt: skip


def a_workload_may_give_itself_a_tag(e: Editor) -> None:
    e.add("tags/tagValueIamMember:TagValueIamMember", tagValue="tagValues/1", role="roles/resourcemanager.tagUser",
          member=f"serviceAccount:{e.email(e.store)}")  # fmt: skip


def a_role_has_a_permission_more(e: Editor) -> None:
    role = e.one(ROLE, lambda r: "secretmanager.versions.access" in str(r.inputs["permissions"]))
    e.set(role, permissions=["secretmanager.versions.access", "secretmanager.secrets.delete"])


def a_role_has_a_permission_less(e: Editor) -> None:
    role = e.one(ROLE, lambda r: "secretmanager.versions.access" in str(r.inputs["permissions"]))
    e.set(role, permissions=["secretmanager.versions.get"])


def a_grant_is_missing(e: Editor) -> None:
    e.remove(e.one(SECRET))


def a_grant_holds_sometimes(e: Editor) -> None:
    e.set(e.one(SECRET), condition={"title": "until", "expression": "request.time < timestamp('2020-01-01T00:00:00Z')"})


def a_policy_replaces_all_grants(e: Editor) -> None:
    e.add("storage/bucketIAMPolicy:BucketIAMPolicy", bucket="b", policyData="{}")


def an_account_has_a_key(e: Editor) -> None:
    e.add("serviceaccount/key:Key", serviceAccountId=e.email(e.store))


MUTATIONS = {
    "reachability": (
        a_workload_gets_a_basic_role,
        a_workload_administers_storage,
        a_workload_reads_a_secret_of_another,
        everybody_reads_a_secret,
        a_stranger_reads_a_secret,
        a_workload_may_take_another_identity,
        a_workload_may_give_itself_a_tag,
        a_role_has_a_permission_more,
        a_role_has_a_permission_less,
        a_grant_is_missing,
        a_grant_holds_sometimes,
        a_policy_replaces_all_grants,
        an_account_has_a_key,
    ),
}
