"""What the specification refuses for Google Cloud before anything is planned."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import ValidationError

from tests.unit.gcp.clinic import DAY, GCP, data
from tests.unit.gcp.graphs import own_project, setting
from zt_ai.spec.checks import check
from zt_ai.spec.model import ZoneSpec


def problems(change: Callable[[dict[str, Any]], None] | None = None) -> list[str]:
    return [str(problem) for problem in check(ZoneSpec.model_validate(data(change)), DAY)]


def test_the_clinic_has_no_problem_on_google_cloud() -> None:
    assert problems() == []
    assert problems(own_project) == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"project": "Clinic"}, "clouds.gcp.project"),
        ({"project": "example.com:clinic"}, "clouds.gcp.project"),
        ({"project_number": "clinic-platform"}, "clouds.gcp.project_number"),
        ({"organization": "clinic.example"}, "clouds.gcp.organization"),
        ({"region": "us-central"}, "clouds.gcp.region"),
        ({"cidr": "10.0.0.0/8"}, "prefix length from 16 to 20"),
        ({"perimeters": "off"}, "clouds.gcp.perimeters"),
        ({"hub": "hospitals"}, "clouds.gcp.hub"),
        ({"proxy": {"machine_type": "big"}}, "machine_type"),
        ({"administrators": {"identities": ["allUsers"], "ranges": ["203.0.113.0/24"]}}, "identities"),
        ({"administrators": {"identities": ["group:ops@clinic.example"], "ranges": ["203.0.113.0/24"]}}, "identities"),
        ({"administrators": {"identities": ["user:a@clinic.example"], "ranges": ["0.0.0.0/0"]}}, "wider than /8"),
        ({"administrators": {"identities": ["user:a@clinic.example"], "ranges": []}}, "ranges"),
        ({"access_policy": "1"}, "access_policy"),
    ],
)
def test_a_setting_that_cannot_be_right_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError) as error:
        ZoneSpec.model_validate(data(setting(**change)))
    text = "".join(f"{'.'.join(map(str, e['loc']))} {e['msg']}" for e in error.value.errors())
    assert says in text


def rename(service: str, *resources: str) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        document["services"][service]["resources"] = list(resources)

    return change


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (rename("documents", "clinic-google-forms"), "Google Cloud accepts no bucket"),
        (rename("documents", "Clinic"), "Google Cloud accepts no bucket"),
        (rename("app-secrets", "clinic--orchestrator"), "Google Cloud accepts no secret"),
        (rename("app-secrets", "clinic/-a"), "Google Cloud accepts no secret"),
        (rename("app-secrets", "clinic.orchestrator"), "Google Cloud accepts no secret"),
        (rename("record-keys", "records"), "write KEY-RING/KEY"),
        (rename("record-keys", "clinic/records/2026"), "write KEY-RING/KEY"),
        (rename("app-logs", "clinic:app"), "Google Cloud accepts no log"),
    ],
)
def test_a_name_that_google_refuses_is_refused_first(change: Callable[[dict[str, Any]], None], says: str) -> None:
    assert any(says in problem for problem in problems(change)), problems(change)


def two_kinds(document: dict[str, Any]) -> None:
    own_project(document)
    document["zones"]["clinical"]["placement"] = {"gcp": {"project": "clinic-records"}}


def unknown_number(document: dict[str, Any]) -> None:
    own_project(document)
    document["clouds"]["gcp"]["projects"] = {}


def same_number(document: dict[str, Any]) -> None:
    own_project(document)
    document["clouds"]["gcp"]["projects"] = {"clinic-records": GCP["project_number"]}


def without_hub(document: dict[str, Any]) -> None:
    del document["clouds"]["gcp"]["hub"]


def services(**values: str) -> Callable[[dict[str, Any]], None]:
    def change(document: dict[str, Any]) -> None:
        own_project(document)
        document["clouds"]["gcp"]["services"] = {key.replace("_", "-"): value for key, value in values.items()}

    return change


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (two_kinds, "also belongs to a zone of kind data"),
        (unknown_number, "the number of project 'clinic-records' is not known"),
        (same_number, "belongs to project 'clinic-platform'"),
        (setting(projects={"clinic-other": "444455556666"}), "belongs to no zone"),
        (setting(projects={"clinic-platform": "111122223333"}), "is the project of the network"),
        (services(nothing="records"), "there is no service 'nothing'"),
        (services(documents="nowhere"), "there is no zone 'nowhere'"),
        (services(documents="front"), "zone 'front' has no project of its own"),
        (services(app_logs="records"), "a service of kind logs has no project of its own"),
        (without_hub, "is needed by flow 'hospital-to-intake'"),
        (setting(cidr="8.8.0.0/16"), "is not a private range"),
        (setting(cidr="10.128.0.0/16"), "overlaps clouds.gcp.cidr"),
    ],
)
def test_settings_that_do_not_fit_together_are_named(change: Callable[[dict[str, Any]], None], says: str) -> None:
    assert any(says in problem for problem in problems(change)), problems(change)


def test_an_adopted_network_needs_no_hub() -> None:
    def adopted(document: dict[str, Any]) -> None:
        without_hub(document)
        document["clouds"]["gcp"]["adopt"] = {"network": "projects/clinic-platform/global/networks/shared"}

    assert problems(adopted) == []


def test_a_conflict_of_blocks_proposes_a_pin_for_this_cloud() -> None:
    def pinned(document: dict[str, Any]) -> None:
        for zone in ("records", "front"):
            document["zones"][zone]["placement"] = {"gcp": {"cidr": "10.40.0.0/22"}}

    assert any("placement: {gcp: {cidr:" in problem for problem in problems(pinned)), problems(pinned)
