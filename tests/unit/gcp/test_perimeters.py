"""VPC Service Controls: which perimeters there are, and what may cross them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.unit.gcp.clinic import intent, spec
from tests.unit.gcp.graphs import clinic, graph, named, own_project, setting, target
from zt_ai.gcp.perimeter.plan import Perimeter, perimeters
from zt_ai.gcp.plan import gcp_settings, make_plan
from zt_ai.gcp.services import RESTRICTED, methods, permissions
from zt_ai.graph.model import Ref, Resource
from zt_ai.spec.types import ServiceAccess, ServiceKind

PERIMETER = "gcp:accesscontextmanager/servicePerimeter:ServicePerimeter"


def planned(change: Callable[[dict[str, Any]], None] | None = None) -> dict[str, Perimeter]:
    made = spec(change)
    plan = make_plan(made, intent(made))
    return {p.key: p for p in perimeters(made, intent(made), gcp_settings(made), plan.scope)}


def test_one_project_is_one_perimeter_without_a_way_through() -> None:
    (only,) = planned().values()
    assert only.projects == ("111122223333",)
    assert set(only.zones) == {"records", "front", "clinical", "agents", "research", "egress"}
    assert only.ingress == only.egress == ()


def test_networks_inside_reach_the_services_in_use_and_no_others() -> None:
    (only,) = planned().values()
    assert only.reachable == (
        "aiplatform.googleapis.com",
        "artifactregistry.googleapis.com",
        "cloudkms.googleapis.com",
        "logging.googleapis.com",
        "secretmanager.googleapis.com",
        "storage.googleapis.com",
    )
    assert set(only.reachable) < set(only.restricted) == set(RESTRICTED)


def test_a_zone_with_a_project_has_the_perimeter_of_its_class() -> None:
    made = planned(own_project)
    assert set(made) == {"network", "data"}
    assert made["data"].projects == ("444455556666",)
    assert made["data"].zones == ("records",)
    assert made["data"].reachable == ()
    assert "records" not in made["network"].zones


def test_a_crossing_has_egress_on_one_side_and_ingress_on_the_other() -> None:
    made = planned(own_project)
    out = {c.title: c for c in made["network"].egress}
    into = {c.title: c for c in made["data"].ingress}
    assert (
        set(out)
        == set(into)
        == {"fhir-store uses record-keys", "vector-store uses record-keys", "intake uses documents"}
    )
    for title, crossing in out.items():
        assert len(crossing.identities) == 1
        assert crossing.projects == into[title].projects == ("444455556666",)
        assert crossing.operations == into[title].operations
        assert into[title].sources == ("111122223333",)
    assert out["intake uses documents"].operations == {
        "storage.googleapis.com": (
            "google.storage.objects.create",
            "google.storage.objects.delete",
            "google.storage.objects.get",
            "google.storage.objects.list",
        )
    }
    # Cloud KMS has no methods that a rule could name.
    assert out["fhir-store uses record-keys"].operations == {"cloudkms.googleapis.com": ("*",)}


def test_administrators_manage_and_never_read_data_where_a_rule_can_tell() -> None:
    (only,) = planned(
        setting(administrators={"identities": ["user:a@clinic.example"], "ranges": ["203.0.113.0/24"]})
    ).values()
    (crossing,) = only.ingress
    allowed = {m for methods in crossing.operations.values() for m in methods}
    assert not {m for m in allowed if "objects" in m or "Publish" in m.partition(".")[2] or "LogEntries" in m}
    assert {service for service, methods in crossing.operations.items() if "*" in methods} == {
        "artifactregistry.googleapis.com",
        "cloudkms.googleapis.com",
        "compute.googleapis.com",
        "monitoring.googleapis.com",
        "secretmanager.googleapis.com",
    }
    assert only.egress == ()


@pytest.mark.parametrize("kind", [ServiceKind.SECRETS, ServiceKind.KEYS])
@pytest.mark.parametrize("access", list(ServiceAccess))
def test_where_a_rule_says_every_method_the_role_says_which(kind: ServiceKind, access: ServiceAccess) -> None:
    assert methods(kind, access) == ("*",)
    assert set(permissions(kind, access)) <= {
        "secretmanager.versions.access",
        "secretmanager.versions.add",
        "cloudkms.cryptoKeyVersions.useToDecrypt",
        "cloudkms.cryptoKeyVersions.useToEncrypt",
    }
    assert len(permissions(kind, access)) == (2 if access is ServiceAccess.READ_WRITE else 1)


def configuration(resource: Resource, mode: str) -> Mapping[str, Any]:
    found = resource.inputs[mode]
    assert isinstance(found, Mapping)
    return found


def test_one_word_moves_a_perimeter_from_dry_run_to_enforced() -> None:
    enforced = clinic().of_type(PERIMETER)[0]
    recorded = graph(setting(perimeters="dry-run")).of_type(PERIMETER)[0]
    assert enforced.inputs["useExplicitDryRunSpec"] is False
    assert recorded.inputs["useExplicitDryRunSpec"] is True
    assert configuration(enforced, "status") == configuration(recorded, "spec")
    assert "spec" not in enforced.inputs
    assert "status" not in recorded.inputs
    same = enforced.inputs.keys() & recorded.inputs.keys() - {"useExplicitDryRunSpec"}
    assert {k: enforced.inputs[k] for k in same} == {k: recorded.inputs[k] for k in same}


def test_the_access_level_wants_the_identity_and_the_range() -> None:
    made = graph(setting(administrators={"identities": ["user:a@clinic.example"], "ranges": ["203.0.113.0/24"]}))
    level = named(made, "clinic-perimeters-administrators")
    assert level.inputs["basic"] == {
        "combiningFunction": "AND",
        "conditions": ({"ipSubnetworks": ("203.0.113.0/24",), "members": ("user:a@clinic.example",)},),
    }
    (perimeter,) = made.of_type(PERIMETER)
    (policy,) = configuration(perimeter, "status")["ingressPolicies"]
    assert policy["ingressFrom"]["identities"] == ("user:a@clinic.example",)
    assert target(policy["ingressFrom"]["sources"][0]["accessLevel"]) == "clinic-perimeters-administrators"


def test_names_are_known_where_the_access_policy_is() -> None:
    (perimeter,) = clinic().of_type(PERIMETER)
    assert perimeter.inputs["name"] == "accessPolicies/987654321098/servicePerimeters/clinic_network"
    assert not clinic().of_type("gcp:accesscontextmanager/accessPolicy:AccessPolicy")


def test_without_an_access_policy_one_is_made_for_the_organisation() -> None:
    def none(document: dict[str, Any]) -> None:
        del document["clouds"]["gcp"]["adopt"]

    made = graph(none)
    (policy,) = made.of_type("gcp:accesscontextmanager/accessPolicy:AccessPolicy")
    assert policy.inputs["parent"] == "organizations/123456789012"
    assert "scopes" not in policy.inputs
    (perimeter,) = made.of_type(PERIMETER)
    assert isinstance(perimeter.inputs["parent"], Ref)


@pytest.mark.parametrize("name", ["clinic", "a-very-long-clinic-x"])
def test_names_of_perimeters_are_identifiers(name: str) -> None:
    def called(document: dict[str, Any]) -> None:
        own_project(document)
        document["name"] = name

    for perimeter in planned(called).values():
        assert perimeter.name[0].isalpha()
        assert perimeter.name.replace("_", "").isalnum()
        assert len(perimeter.name) <= 50
