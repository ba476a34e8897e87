"""Service accounts, grants, roles, audit settings, secure tags: each refusal beside what Google Cloud takes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulate.gcp.conftest import PROJECT

GRANT, ROLE = "projects/iAMMember:IAMMember", "projects/iAMCustomRole:IAMCustomRole"
AUDIT, KEY, VALUE = "projects/iAMAuditConfig:IAMAuditConfig", "tags/tagKey:TagKey", "tags/tagValue:TagValue"
WRITER = {"project": PROJECT, "role": "roles/logging.logWriter"}


class TestGrants:
    @pytest.mark.parametrize(
        "member", ["orchestrator@clinic-prod.iam.gserviceaccount.com", "serviceAccount:", "everybody"]
    )
    def test_a_member_is_a_principal(self, gcp: Any, member: str) -> None:
        assert "is not a principal" in gcp.problems(GRANT, {**WRITER, "member": member})["member"]

    @pytest.mark.parametrize("role", ["storage.objectViewer", "roles/", "projects/p/roles/a-b"])
    def test_a_role_is_named_whole(self, gcp: Any, role: str) -> None:
        assert (
            "not the name of a role"
            in gcp.problems(GRANT, {**WRITER, "role": role, "member": "user:a@b.example"})["role"]
        )

    @pytest.mark.parametrize("member", ["user:a@b.example", "allUsers", "principalSet://goog/public:all"])
    def test_principals_of_every_kind(self, gcp: Any, member: str) -> None:
        assert gcp.problems(GRANT, {**WRITER, "member": member}) == {}

    def test_a_service_account_of_the_project_exists_and_others_are_believed(self, gcp: Any) -> None:
        account = gcp.account()
        gcp.make(GRANT, {**WRITER, "member": account.outputs["member"]})
        nobody = f"serviceAccount:nobody@{PROJECT}.iam.gserviceaccount.com"
        with pytest.raises(AssertionError, match=r"Service account nobody@.* does not exist"):
            gcp.make(GRANT, {**WRITER, "member": nobody}, "second")
        agent = "serviceAccount:service-123456789012@gcp-sa-logging.iam.gserviceaccount.com"
        gcp.make(GRANT, {**WRITER, "member": agent}, "third")

    def test_a_custom_role_exists(self, gcp: Any) -> None:
        inputs = {"roleId": "zt_reader", "title": "Reader", "permissions": ["storage.objects.get"]}
        grant = {"project": PROJECT, "role": f"projects/{PROJECT}/roles/zt_reader", "member": "user:a@b.example"}
        with pytest.raises(AssertionError, match="does not exist in the resource's hierarchy"):
            gcp.make(GRANT, grant)
        assert gcp.make(ROLE, inputs).outputs["name"] == grant["role"]
        gcp.make(GRANT, grant)

    def test_the_same_grant_twice_is_one_and_a_condition_makes_another(self, gcp: Any) -> None:
        """A policy is a set: the provider adds what is in it already without a word, and one deletion takes it away."""
        grant = {**WRITER, "member": "user:a@b.example"}
        first, second = gcp.make(GRANT, grant), gcp.make(GRANT, grant, "again")
        assert first.id == second.id
        gcp.delete(second)
        assert gcp.read(GRANT, first.id).id == ""
        condition = {"title": "until-2030", "expression": 'request.time < timestamp("2030-01-01T00:00:00Z")'}
        made = gcp.make(GRANT, {**grant, "condition": condition}, "again")
        assert made.id.endswith("/until-2030")

    def test_a_condition_goes_with_no_basic_role(self, gcp: Any) -> None:
        condition = {"title": "t", "expression": "true"}
        grant = {"project": PROJECT, "member": "user:a@b.example", "condition": condition}
        assert "condition" in gcp.problems(GRANT, {**grant, "role": "roles/editor"})
        assert gcp.problems(GRANT, {**grant, "role": "roles/storage.objectViewer"}) == {}

    @pytest.mark.parametrize(
        ("kind", "inputs"),
        [
            ("storage/bucketIAMMember:BucketIAMMember", {"bucket": "none"}),
            ("secretmanager/secretIamMember:SecretIamMember", {"secretId": "none"}),
            (
                "kms/cryptoKeyIAMMember:CryptoKeyIAMMember",
                {"cryptoKeyId": "projects/p/locations/l/keyRings/r/cryptoKeys/k"},
            ),
            ("artifactregistry/repositoryIamMember:RepositoryIamMember", {"repository": "none"}),
            ("tags/tagValueIamMember:TagValueIamMember", {"tagValue": "tagValues/1"}),
        ],
    )
    def test_what_is_granted_exists(self, gcp: Any, kind: str, inputs: dict[str, Any]) -> None:
        with pytest.raises(AssertionError, match="NOT_FOUND"):
            gcp.make(kind, {**inputs, "role": "roles/viewer", "member": "user:a@b.example"})


class TestAudit:
    def test_each_kind_of_access_once(self, gcp: Any) -> None:
        inputs = {"project": PROJECT, "service": "allServices", "auditLogConfigs": [{"logType": "DATA_READ"}]}
        both = {**inputs, "auditLogConfigs": [{"logType": "DATA_READ"}, {"logType": "DATA_WRITE"}]}
        assert gcp.problems(AUDIT, both) == {}
        twice = {**inputs, "auditLogConfigs": [{"logType": "DATA_READ"}, {"logType": "DATA_READ"}]}
        assert "DATA_READ is given twice" in gcp.problems(AUDIT, twice)["auditLogConfigs"]


class TestSecureTags:
    def test_a_firewall_tag_says_its_network_and_the_network_exists(self, gcp: Any) -> None:
        inputs = {"parent": f"projects/{PROJECT}", "shortName": "workload", "purpose": "GCE_FIREWALL"}
        assert "needs purposeData" in gcp.problems(KEY, inputs)["purposeData"]
        inputs["purposeData"] = {"network": f"{PROJECT}/net"}
        with pytest.raises(AssertionError, match="there is no network"):
            gcp.make(KEY, inputs)
        gcp.network()
        gcp.make(KEY, inputs)

    def test_a_short_name_is_used_once_and_a_key_stays_while_it_has_values(self, gcp: Any) -> None:
        key = gcp.make(KEY, {"parent": f"projects/{PROJECT}", "shortName": "workload"})
        with pytest.raises(AssertionError, match="ALREADY_EXISTS"):
            gcp.make(KEY, {"parent": f"projects/{PROJECT}", "shortName": "workload"}, "again")
        gcp.make(KEY, {"parent": "organizations/1", "shortName": "workload"}, "again")
        value = gcp.make(VALUE, {"parent": key.id, "shortName": "intake"})
        with pytest.raises(AssertionError, match="ALREADY_EXISTS"):
            gcp.make(VALUE, {"parent": key.id, "shortName": "intake"}, "second")
        with pytest.raises(AssertionError, match="FAILED_PRECONDITION"):
            gcp.delete(key)
        gcp.delete(value)
        gcp.delete(key)

    def test_a_value_has_a_key(self, gcp: Any) -> None:
        with pytest.raises(AssertionError, match="NOT_FOUND"):
            gcp.make(VALUE, {"parent": "tagKeys/1", "shortName": "intake"})
