"""The clinic on Google Cloud with the records' data in a project of its own, behind a perimeter of its own.

One stack for all tests, in the order of this file: each goes on from where the one before it left the stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

import pytest
from architectures import Data, all_things, assert_one_of_each, assert_proved
from gcp_site import GcpSite, on_gcp

from zt_ai.engine import EngineBinary
from zt_ai.graph import equal
from zt_ai.simulate import Thing
from zt_ai.verify.model import Verdict

OWN, NUMBER = "clinic-records", "444455556666"
"""Project of the records, and its number."""
SETTINGS = on_gcp("clinic")["clouds"]["gcp"]
PERIMETER = "gcp:accesscontextmanager/servicePerimeter:ServicePerimeter"
PROJECT = "gcp:organizations/project:Project"
SERVICE = "gcp:projects/service:Service"


def records_apart(data: Data) -> None:
    """The data of zone `records` lies in a project of its own."""
    data["zones"]["records"]["placement"] = {"gcp": {"project": OWN}}
    services = {"record-keys": "records", "documents": "records"}
    data["clouds"]["gcp"] |= {"projects": {OWN: NUMBER}, "services": services}


@pytest.fixture(scope="module")
def site(engine: EngineBinary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GcpSite]:
    with GcpSite.serving(engine, tmp_path_factory.mktemp("gcp-own"), on_gcp("clinic", records_apart)) as serving:
        yield serving


@pytest.fixture(scope="module")
def before(site: GcpSite) -> list[tuple[str, str]]:
    """What is in the world before the first `up`."""
    return all_things(site.world_dir)


def test_what_the_zone_has_of_its_own_is_there_from_the_start(before: list[tuple[str, str]]) -> None:
    key = f"projects/{OWN}/locations/{SETTINGS['region']}/keyRings/clinic/cryptoKeys/records"
    assert {project for kind, project in before if kind == PROJECT} == {
        f"projects/{OWN}",
        f"projects/{SETTINGS['project']}",
    }
    assert [name for kind, name in before if kind == "gcp:kms/cryptoKey:CryptoKey"] == [key]


def test_the_program_the_plan_and_the_state_are_one_and_each_is_proved(
    site: GcpSite, before: list[tuple[str, str]]
) -> None:
    clinic = site.build(on_gcp("clinic", records_apart))
    mocked = clinic.mocked()
    assert_proved(clinic.prove(mocked))

    preview, _ = clinic.preview()
    planned = clinic.planned(preview)
    assert equal(mocked, planned) == []
    assert_proved(clinic.prove(planned))
    assert all_things(site.world_dir) == before

    done, _ = clinic.up(preview.plan)
    assert done.summary.changed == done.summary.created == preview.summary.created
    deployed = clinic.deployed()
    assert equal(mocked, deployed) == []
    assert_proved(clinic.prove(deployed))
    assert_one_of_each(clinic.handle.export(), site.world_dir)


def perimeters(site: GcpSite) -> dict[str, Thing]:
    """The perimeters by the last part of their names."""
    with site.world() as world:
        return {thing.id.rsplit("/", 1)[-1]: thing for thing in world.of_type(PERIMETER)}


def test_each_project_lies_in_its_perimeter_and_keeps_its_own_records(site: GcpSite) -> None:
    inside = {name: thing.inputs["status"]["resources"] for name, thing in perimeters(site).items()}
    assert inside == {
        "clinic_network": [f"projects/{SETTINGS['project_number']}"],
        "clinic_data": [f"projects/{NUMBER}"],
    }
    with site.world() as world:
        sinks = world.of_type("gcp:logging/projectSink:ProjectSink")
        stores = {(sink.inputs["project"], sink.inputs["destination"]) for sink in sinks}
    place = f"locations/{SETTINGS['region']}/buckets/clinic-audit"
    assert stores == {
        (project, destination)
        for project, number in ((OWN, NUMBER), (SETTINGS["project"], SETTINGS["project_number"]))
        for destination in (
            f"storage.googleapis.com/clinic-audit-{number}",
            f"logging.googleapis.com/projects/{project}/{place}",
        )
    }


def test_a_second_up_changes_nothing_and_there_is_no_drift(site: GcpSite) -> None:
    clinic = site.build(on_gcp("clinic", records_apart))
    there = all_things(site.world_dir)
    done, steps = clinic.up()
    assert (done.summary.changed, steps.ops) == (0, {})
    seen, steps = clinic.refresh()
    assert (seen.summary.changed, steps.ops) == (0, {})
    assert all_things(site.world_dir) == there


CLAUSE = "flow:ehr-tools-keys"
GRANT = "clinic-identities-ehr-tools.record-keys.clinic-records"
CROSSED = {
    # Its ports are open already for other services; it says which flows asked for it.
    "clinic-firewall-ehr-tools.google-apis.out": "update",
    "clinic-perimeters-data": "update",
    "clinic-perimeters-network": "update",
}


def across_the_border(data: Data) -> None:
    """What runs beside the network uses a key in the records' project."""
    data["flows"]["ehr-tools-keys"] = {
        "from": "ehr-tools",
        "to": "record-keys",
        "access": "read-write",
        "carries": "internal",
        "reason": "Notes of visits are sealed with the clinic's own key",
    }


def test_one_more_flow_across_the_border_opens_both_perimeters_for_it_and_nothing_else(site: GcpSite) -> None:
    clinic = site.build(on_gcp("clinic", records_apart, across_the_border))
    preview, _ = clinic.preview()
    assert clinic.prove().claims[0].verdict is Verdict.REFUTED, "the flow is not there yet"
    _, steps = clinic.up(preview.plan)
    assert steps.names == {**CROSSED, GRANT: "create"}
    proof = clinic.prove()
    assert_proved(proof)
    assert [(a.source, a.destination) for a in proof.accesses if CLAUSE in a.clauses] == [("ehr-tools", "record-keys")]


def test_the_flow_goes_from_both_perimeters(site: GcpSite) -> None:
    clinic = site.build(on_gcp("clinic", records_apart))
    assert clinic.prove().claims[0].verdict is Verdict.REFUTED, "nobody asks for the flow any more"
    _, steps = clinic.up()
    assert steps.names == {**CROSSED, GRANT: "delete"}
    assert_proved(clinic.prove())


def test_a_project_taken_out_of_its_perimeter_is_refuted_and_comes_back(site: GcpSite) -> None:
    clinic = site.build(on_gcp("clinic", records_apart))
    around = perimeters(site)["clinic_data"]
    opened = {"status": {**around.inputs["status"], "resources": []}}
    with site.world() as world:
        world.put(replace(around, inputs={**around.inputs, **opened}, outputs={**around.outputs, **opened}))
    seen, _ = clinic.refresh()
    assert seen.summary.updated == 1
    verdicts = {claim.id: claim.verdict for claim in clinic.prove().claims}
    assert verdicts["data-zone-egress"] is Verdict.REFUTED
    done, steps = clinic.up()
    assert steps.names == {"clinic-perimeters-data": "update"}
    assert done.summary.changed == 1
    assert_proved(clinic.prove())


_RING = re.compile(r"keyRings/(clinic-audit|clinic-audit-clinic-records)-keys-[0-9a-f]{7}")


def test_destroy_leaves_what_was_there_and_what_google_cloud_never_deletes(
    site: GcpSite, before: list[tuple[str, str]]
) -> None:
    clinic = site.build(on_gcp("clinic", records_apart))
    clinic.handle.destroy()
    left = {thing for thing in all_things(site.world_dir) if thing[0] != SERVICE} - set(before)
    assert {(kind, _RING.sub(r"keyRings/\1", name)) for kind, name in left} == {
        (kind, f"projects/{project}/locations/{SETTINGS['region']}/keyRings/{ring}{rest}")
        for project, ring in ((SETTINGS["project"], "clinic-audit"), (OWN, "clinic-audit-clinic-records"))
        for kind, rest in (("gcp:kms/keyRing:KeyRing", ""), ("gcp:kms/cryptoKey:CryptoKey", "/cryptoKeys/records"))
    }
    assert set(before) <= set(all_things(site.world_dir))
    with site.world() as world:
        assert [thing.id for thing in world.all() if thing.urn is not None] == []
    state = clinic.handle.export()
    assert not state["deployment"].get("resources")
    assert not state["deployment"].get("pending_operations")
