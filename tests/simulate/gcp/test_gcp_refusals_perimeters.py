"""VPC Service Controls: each refusal beside what Google Cloud takes."""

from __future__ import annotations

from typing import Any

import pytest

PERIMETER, LEVEL = (
    "accesscontextmanager/servicePerimeter:ServicePerimeter",
    "accesscontextmanager/accessLevel:AccessLevel",
)
POLICY, MEMBER = (
    "accesscontextmanager/accessPolicy:AccessPolicy",
    "accesscontextmanager/servicePerimeterResource:ServicePerimeterResource",
)
ONE, TWO = "projects/111111111111", "projects/222222222222"
NETWORK = "//compute.googleapis.com/projects/clinic-prod/global/networks/net"
ACCOUNT = "serviceAccount:orchestrator@clinic-prod.iam.gserviceaccount.com"


@pytest.fixture
def policy(gcp: Any) -> Any:
    return gcp.make(POLICY, {"parent": "organizations/123456789012", "title": "clinic"}, "policy")


def perimeter(policy: str = "1", name: str = "data", *projects: str, **more: Any) -> dict[str, Any]:
    return {
        "parent": f"accessPolicies/{policy}",
        "name": f"accessPolicies/{policy}/servicePerimeters/{name}",
        "title": name,
        "status": {"resources": list(projects), "restrictedServices": ["storage.googleapis.com"]},
        **more,
    }


def level(policy: str = "1", name: str = "corp") -> dict[str, Any]:
    return {
        "parent": f"accessPolicies/{policy}",
        "name": f"accessPolicies/{policy}/accessLevels/{name}",
        "title": name,
        "basic": {"conditions": [{"ipSubnetworks": ["192.0.2.0/24"]}]},
    }


class TestResources:
    def test_a_project_goes_in_by_number(self, gcp: Any) -> None:
        problems = gcp.problems(PERIMETER, perimeter("1", "data", ONE, "projects/clinic-prod"))
        assert list(problems) == ["status.resources[1]"]
        assert "projects go in by number, not by id" in problems["status.resources[1]"]
        assert gcp.problems(PERIMETER, perimeter("1", "data", ONE, NETWORK, "folders/333333333333")) == {}

    def test_a_project_is_in_one_regular_perimeter(self, gcp: Any, policy: Any) -> None:
        gcp.make(PERIMETER, perimeter(policy.id, "data", ONE), "data")
        with pytest.raises(AssertionError, match=rf"'{ONE}' is already in the regular perimeter 'data'"):
            gcp.make(PERIMETER, perimeter(policy.id, "other", TWO, ONE), "other")
        gcp.make(PERIMETER, perimeter(policy.id, "other", TWO), "other")

    def test_a_bridge_joins_projects_of_other_perimeters_and_has_nothing_else(self, gcp: Any, policy: Any) -> None:
        gcp.make(PERIMETER, perimeter(policy.id, "data", ONE), "data")
        bridge = perimeter(policy.id, "bridge", ONE, TWO, perimeterType="PERIMETER_TYPE_BRIDGE")
        assert list(gcp.problems(PERIMETER, bridge)) == ["status.restrictedServices"]
        bridge["status"] = {"resources": [ONE, TWO]}
        gcp.make(PERIMETER, bridge, "bridge")

    def test_a_resource_of_its_own_joins_once(self, gcp: Any, policy: Any) -> None:
        made = gcp.make(PERIMETER, perimeter(policy.id, "data", ONE), "data")
        with pytest.raises(AssertionError, match="is already in 'data'"):
            gcp.make(MEMBER, {"perimeterName": made.id, "resource": ONE})
        gcp.make(MEMBER, {"perimeterName": made.id, "resource": TWO})
        assert "resource" in gcp.problems(MEMBER, {"perimeterName": made.id, "resource": "projects/clinic-prod"})


class TestConfiguration:
    def test_a_dry_run_needs_its_switch(self, gcp: Any) -> None:
        dry = perimeter("1", "data", ONE, spec={"resources": [ONE], "restrictedServices": ["storage.googleapis.com"]})
        assert "useExplicitDryRunSpec = true" in gcp.problems(PERIMETER, dry)["spec"]
        assert gcp.problems(PERIMETER, {**dry, "useExplicitDryRunSpec": True}) == {}

    @pytest.mark.parametrize("name", ["datastore.googleapis.com", "firestorekeyvisualizer.googleapis.com"])
    def test_datastore_is_restricted_as_firestore(self, gcp: Any, name: str) -> None:
        status = {"resources": [ONE], "restrictedServices": ["storage.googleapis.com", name]}
        problems = gcp.problems(PERIMETER, perimeter(status=status))
        assert "'firestore.googleapis.com' restricts it too" in problems["status.restrictedServices[1]"]
        status["restrictedServices"] = ["storage.googleapis.com", "firestore.googleapis.com"]
        assert gcp.problems(PERIMETER, perimeter(status=status)) == {}

    def test_titles_of_rules_are_short_and_unique_in_the_perimeter(self, gcp: Any) -> None:
        rules = {
            "ingressPolicies": [{"title": "intake"}, {"title": "t" * 101}],
            "egressPolicies": [{"title": "intake"}, {"title": "t" * 100}, {}, {}],
        }
        problems = gcp.problems(PERIMETER, perimeter(status={"resources": [ONE], **rules}))
        assert list(problems) == ["status.ingressPolicies[1].title", "status.egressPolicies[0].title"]

    def test_accessible_services_need_their_restriction(self, gcp: Any) -> None:
        services = {"allowedServices": ["RESTRICTED-SERVICES"], "enableRestriction": False}
        status = {"resources": [ONE], "vpcAccessibleServices": services}
        problems = gcp.problems(PERIMETER, perimeter(status=status))
        assert "enableRestriction = true" in problems["status.vpcAccessibleServices"]
        services["enableRestriction"] = True
        assert gcp.problems(PERIMETER, perimeter(status=status)) == {}

    @pytest.mark.parametrize(
        ("rule", "path"),
        [
            ({"identities": ["orchestrator@clinic-prod.iam.gserviceaccount.com"]}, "identities[0]"),
            ({"identities": [ACCOUNT], "identityType": "ANY_IDENTITY"}, "identityType"),
            ({"identities": [ACCOUNT], "sources": [{"resource": "projects/clinic-prod"}]}, "sources[0].resource"),
            ({"identities": [ACCOUNT], "sources": [{"resource": "*"}]}, "sources[0].resource"),
            ({"identities": [ACCOUNT], "sources": [{"resource": ONE, "accessLevel": "*"}]}, "sources[0]"),
        ],
    )
    def test_who_comes_in(self, gcp: Any, rule: dict[str, Any], path: str) -> None:
        where = "status.ingressPolicies[0].ingressFrom"
        status = {"resources": [ONE], "ingressPolicies": [{"ingressFrom": rule}]}
        assert list(gcp.problems(PERIMETER, perimeter(status=status))) == [f"{where}.{path}"]
        status["ingressPolicies"] = [{"ingressFrom": {"identities": [ACCOUNT], "sources": [{"resource": ONE}]}}]
        assert gcp.problems(PERIMETER, perimeter(status=status)) == {}

    @pytest.mark.parametrize(
        ("rule", "path"),
        [
            ({"resources": ["projects/other-project"]}, "resources[0]"),
            (
                {"operations": [{"serviceName": "*", "methodSelectors": [{"method": "*"}]}]},
                "operations[0].methodSelectors",
            ),
            (
                {"operations": [{"serviceName": "storage.googleapis.com", "methodSelectors": [{}]}]},
                "operations[0].methodSelectors[0]",
            ),
        ],
    )
    def test_what_goes_out(self, gcp: Any, rule: dict[str, Any], path: str) -> None:
        where = "status.egressPolicies[0].egressTo"
        status = {"resources": [ONE], "egressPolicies": [{"egressTo": rule}]}
        assert list(gcp.problems(PERIMETER, perimeter(status=status))) == [f"{where}.{path}"]
        operation = {
            "serviceName": "storage.googleapis.com",
            "methodSelectors": [{"method": "google.storage.objects.get"}],
        }
        status["egressPolicies"] = [{"egressTo": {"resources": ["*"], "operations": [operation]}}]
        assert gcp.problems(PERIMETER, perimeter(status=status)) == {}

    @pytest.mark.parametrize(
        ("service", "method"),
        [
            ("secretmanager", "SecretManagerService.AccessSecretVersion"),
            ("cloudkms", "KeyManagementService.Decrypt"),
            ("aiplatform", "PredictionService.Predict"),
            ("storage", "storage.objects.get"),
            ("storage", "StorageService.GetObject"),
            ("logging", "google.logging.v2.LoggingServiceV2.WriteLogEntries"),
            ("bigquery", "google.cloud.bigquery.v2.JobService.InsertJob"),
        ],
    )
    @pytest.mark.parametrize("config", ["status", "spec"])
    def test_methods_that_a_service_does_not_have(self, gcp: Any, service: str, method: str, config: str) -> None:
        def problems(said: str) -> dict[str, str]:
            operation = {"serviceName": f"{service}.googleapis.com", "methodSelectors": [{"method": said}]}
            policy = {"egressTo": {"resources": [ONE], "operations": [operation]}}
            body = {config: {"resources": [ONE], "egressPolicies": [policy]}}
            found: dict[str, str] = gcp.problems(PERIMETER, perimeter(**body, useExplicitDryRunSpec=config == "spec"))
            return found

        (found,) = problems(method).items()
        assert found[0] == f"{config}.egressPolicies[0].egressTo.operations[0].methodSelectors[0]"
        assert f"METHOD '{method}'" in found[1]
        assert "is not supported" in found[1]
        assert problems("*") == {}

    @pytest.mark.parametrize(
        ("service", "method"),
        [
            ("storage", "google.storage.buckets.getIamPolicy"),
            ("logging", "ConfigServiceV2.UpdateSink"),
            ("pubsub", "Publisher.GetTopic"),
            ("compute", "InstancesService.BulkInsert"),
            ("artifactregistry", "artifactregistry.googleapis.com/DockerRead"),
        ],
    )
    def test_methods_that_a_service_has(self, gcp: Any, service: str, method: str) -> None:
        operation = {"serviceName": f"{service}.googleapis.com", "methodSelectors": [{"method": method}]}
        policy = {"ingressTo": {"resources": [ONE], "operations": [operation]}}
        assert gcp.problems(PERIMETER, perimeter(status={"resources": [ONE], "ingressPolicies": [policy]})) == {}

    def test_permissions_are_no_way_around_it(self, gcp: Any) -> None:
        selector = {"permission": "secretmanager.versions.access"}
        operation = {"serviceName": "secretmanager.googleapis.com", "methodSelectors": [selector]}
        policy = {"egressTo": {"resources": [ONE], "operations": [operation]}}
        problems = gcp.problems(PERIMETER, perimeter(status={"resources": [ONE], "egressPolicies": [policy]}))
        assert "PERMISSION 'secretmanager.versions.access'" in "".join(problems.values())


class TestPolicy:
    def test_an_organisation_has_one_and_scoped_ones_beside_it(self, gcp: Any, policy: Any) -> None:
        inputs = {"parent": "organizations/123456789012", "title": "second"}
        with pytest.raises(AssertionError, match=f"already has the access policy {policy.id}"):
            gcp.make(POLICY, inputs)
        gcp.make(POLICY, {**inputs, "scopes": ONE})
        gcp.make(POLICY, {**inputs, "parent": "organizations/2"}, "elsewhere")

    def test_a_policy_that_does_not_exist(self, gcp: Any, policy: Any) -> None:
        with pytest.raises(AssertionError, match="access policy 'accessPolicies/1' given as parent does not exist"):
            gcp.make(PERIMETER, perimeter("1", "data", ONE))
        gcp.make(PERIMETER, perimeter(policy.id, "data", ONE))

    def test_a_name_belongs_to_its_parent(self, gcp: Any) -> None:
        problems = gcp.problems(PERIMETER, {**perimeter("1"), "parent": "accessPolicies/2"})
        assert "not in the policy" in problems["name"]

    def test_a_title_is_used_once(self, gcp: Any, policy: Any) -> None:
        gcp.make(PERIMETER, perimeter(policy.id, "data", ONE), "data")
        with pytest.raises(AssertionError, match="the title 'data' is taken"):
            gcp.make(PERIMETER, {**perimeter(policy.id, "other", TWO), "title": "data"}, "other")

    def test_levels_exist_and_stay_while_they_are_used(self, gcp: Any, policy: Any) -> None:
        name = f"accessPolicies/{policy.id}/accessLevels/corp"
        status = {"resources": [ONE], "accessLevels": [name]}
        with pytest.raises(AssertionError, match="access level"):
            gcp.make(PERIMETER, perimeter(policy.id, status=status))
        rule = {"ingressFrom": {"identities": [ACCOUNT], "sources": [{"accessLevel": name}]}}
        with pytest.raises(AssertionError, match=r"named in status\.ingressPolicies"):
            gcp.make(PERIMETER, perimeter(policy.id, status={"resources": [ONE], "ingressPolicies": [rule]}))
        made = gcp.make(LEVEL, level(policy.id))
        kept = gcp.make(PERIMETER, perimeter(policy.id, status={**status, "ingressPolicies": [rule]}))
        for thing in (made, policy):
            with pytest.raises(AssertionError, match="FAILED_PRECONDITION"):
                gcp.delete(thing)
        gcp.delete(kept)
        gcp.delete(made)
        gcp.delete(policy)
        assert gcp.world.all() == ()
