"""The clinic on Google Cloud through its life: up, up again, a flow added and taken away, other words, drift, destroy.

One stack for all tests, in the order of this file: each goes on from where the one before it left the stack.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from architectures import Data, all_things, assert_one_of_each, assert_proved
from gcp_site import GcpSite, on_gcp

from zt_ai.engine import EngineBinary
from zt_ai.graph import equal
from zt_ai.simulate.gcp import uncovered_types
from zt_ai.verify.model import Verdict

SETTINGS = on_gcp("clinic")["clouds"]["gcp"]
PLACE = f"projects/{SETTINGS['project']}/locations/{SETTINGS['region']}"
SECRETS = f"projects/{SETTINGS['project']}/secrets"
PREMISES = sorted(
    [
        ("gcp:organizations/project:Project", f"projects/{SETTINGS['project']}"),
        ("gcp:accesscontextmanager/accessPolicy:AccessPolicy", SETTINGS["adopt"]["access_policy"]),
        ("gcp:networkconnectivity/hub:Hub", SETTINGS["hub"]),
        ("gcp:storage/bucket:Bucket", "clinic-intake-documents"),
        ("gcp:storage/bucket:Bucket", "clinic-deidentified-cohorts"),
        ("gcp:secretmanager/secret:Secret", f"{SECRETS}/clinic--orchestrator"),
        ("gcp:secretmanager/secret:Secret", f"{SECRETS}/clinic--ehr-tools"),
        ("gcp:secretmanager/secret:Secret", f"{SECRETS}/clinic--egress-proxy"),
        ("gcp:kms/cryptoKey:CryptoKey", f"{PLACE}/keyRings/clinic/cryptoKeys/records"),
        ("gcp:artifactregistry/repository:Repository", f"{PLACE}/repositories/zt-ai"),
    ]
)
"""What the specification refers to, adopts or names; it exists before the stack and after it."""
OUTLIVING = [
    ("gcp:kms/keyRing:KeyRing", f"{PLACE}/keyRings/clinic-audit"),
    ("gcp:kms/cryptoKey:CryptoKey", f"{PLACE}/keyRings/clinic-audit/cryptoKeys/records"),
]
"""What Google Cloud never deletes, besides the APIs that were switched on."""
_RING = re.compile(r"(keyRings/clinic-audit)-keys-[0-9a-f]{7}")
SERVICE = "gcp:projects/service:Service"


@pytest.fixture(scope="module")
def site(engine: EngineBinary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GcpSite]:
    with GcpSite.serving(engine, tmp_path_factory.mktemp("gcp"), on_gcp("clinic")) as serving:
        yield serving


def test_the_program_the_plan_and_the_state_are_one_and_each_is_proved(site: GcpSite) -> None:
    clinic = site.build(on_gcp("clinic"))
    mocked = clinic.mocked()
    assert uncovered_types(tuple({found.type for found in mocked if found.type.startswith("gcp:")})) == ()
    assert_proved(clinic.prove(mocked))

    preview, _ = clinic.preview()
    planned = clinic.planned(preview)
    assert equal(mocked, planned) == []
    assert_proved(clinic.prove(planned))
    assert all_things(site.world_dir) == PREMISES

    done, _ = clinic.up(preview.plan)
    assert done.summary.changed == done.summary.created == preview.summary.created
    deployed = clinic.deployed()
    assert equal(mocked, deployed) == []
    assert equal(planned, deployed) == []
    assert_proved(clinic.prove(deployed))
    assert [resource.urn for resource in deployed if resource.custom and not resource.id] == []
    assert assert_one_of_each(clinic.handle.export(), site.world_dir) > 140


def test_a_second_up_changes_nothing_and_there_is_no_drift(site: GcpSite) -> None:
    clinic = site.build(on_gcp("clinic"))
    before = all_things(site.world_dir)
    done, steps = clinic.up()
    assert (done.summary.changed, steps.ops) == (0, {})
    seen, steps = clinic.refresh()
    assert (seen.summary.changed, steps.ops) == (0, {})
    assert all_things(site.world_dir) == before


# One rule of the firewall policy for each end: what goes out is let out, and what comes in is let in.
ADDED = {"clinic-firewall-orchestrator.ehr-tools.out", "clinic-firewall-orchestrator.ehr-tools.in"}
CLAUSE = "flow:orchestrator-to-ehr-tools"


def one_more_flow(data: Data) -> None:
    data["flows"]["orchestrator-to-ehr-tools"] = {
        "from": "orchestrator",
        "to": "ehr-tools",
        "carries": "phi",
        "reason": "Appointments are looked up before they are delegated",
    }


def test_one_more_flow_is_its_own_rules_and_nothing_else(site: GcpSite) -> None:
    clinic = site.build(on_gcp("clinic", one_more_flow))
    preview, steps = clinic.preview()
    assert steps.names == dict.fromkeys(ADDED, "create")
    assert clinic.prove().claims[0].verdict is Verdict.REFUTED, "the flow is not there yet"
    done, steps = clinic.up(preview.plan)
    assert steps.names == dict.fromkeys(ADDED, "create")
    assert done.summary.changed == len(ADDED)
    proof = clinic.prove()
    assert_proved(proof)
    assert [(a.source, a.destination, a.ports) for a in proof.accesses if CLAUSE in a.clauses] == [
        ("orchestrator", "ehr-tools", ("tcp/8450",))
    ]


def test_the_flow_goes_with_its_rules_and_nothing_else(site: GcpSite) -> None:
    clinic = site.build(on_gcp("clinic"))
    assert clinic.prove().claims[0].verdict is Verdict.REFUTED, "nobody asks for the flow any more"
    done, steps = clinic.up()
    assert steps.names == dict.fromkeys(ADDED, "delete")
    assert done.summary.changed == len(ADDED)
    assert_proved(clinic.prove())


def said_in_other_words(data: Data) -> None:
    data["description"] = "Described anew"
    for section in ("zones", "networks", "workloads", "agents", "services", "providers"):
        for entity in data[section].values():
            entity["description"] = "Described anew"
    for flow in data["flows"].values():
        flow["reason"] = "Said in other words"


def test_other_words_for_everything_change_descriptions_in_place(site: GcpSite) -> None:
    clinic = site.build(on_gcp("clinic", said_in_other_words))
    before = all_things(site.world_dir)
    done, steps = clinic.up()
    assert set(steps.ops.values()) <= {"update"}
    assert done.summary.updated == done.summary.changed == len(steps.ops)
    assert all_things(site.world_dir) == before
    assert_proved(clinic.prove())
    site.build(on_gcp("clinic")).up()


def in_dry_run(data: Data) -> None:
    data["clouds"]["gcp"]["perimeters"] = "dry-run"


def test_perimeters_go_into_dry_run_and_back_by_one_word(site: GcpSite) -> None:
    clinic = site.build(on_gcp("clinic", in_dry_run))
    before = all_things(site.world_dir)
    _, steps = clinic.up()
    kinds = {urn.split("::")[2].rpartition("$")[2] for urn in steps.ops}
    assert kinds == {"gcp:accesscontextmanager/servicePerimeter:ServicePerimeter"}
    assert set(steps.ops.values()) == {"update"}
    verdicts = {claim.id: claim.verdict for claim in clinic.prove().claims}
    assert verdicts["data-zone-egress"] is not Verdict.PROVED, "a dry run closes nothing"
    again = site.build(on_gcp("clinic"))
    again.up()
    assert_proved(again.prove())
    assert all_things(site.world_dir) == before


def test_a_rule_deleted_behind_the_engine_is_drift_and_comes_back(site: GcpSite) -> None:
    clinic = site.build(on_gcp("clinic"))
    with site.world() as world:
        rules = world.of_type("gcp:compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule")
        gone = next(rule for rule in rules if rule.inputs["action"] == "allow")
        world.remove(gone)
    seen, _ = clinic.refresh()
    assert seen.summary.deleted == 1
    assert clinic.prove().claims[0].verdict is Verdict.REFUTED
    done, steps = clinic.up()
    assert steps.ops == {gone.urn: "create"}
    assert done.summary.changed == 1
    assert_proved(clinic.prove())


def test_destroy_leaves_only_what_google_cloud_never_deletes(site: GcpSite) -> None:
    clinic = site.build(on_gcp("clinic"))
    clinic.handle.destroy()
    left = [(kind, _RING.sub(r"\1", name)) for kind, name in all_things(site.world_dir) if kind != SERVICE]
    assert sorted(left) == sorted([*PREMISES, *OUTLIVING])
    with site.world() as world:
        assert [thing.id for thing in world.all() if thing.urn is not None] == []
    state = clinic.handle.export()
    assert not state["deployment"].get("resources")
    assert not state["deployment"].get("pending_operations")


def test_what_was_destroyed_can_be_built_again(site: GcpSite) -> None:
    """The key ring that outlived it does not stand in the way."""
    clinic = site.build(on_gcp("clinic"))
    assert any(kind == "gcp:kms/keyRing:KeyRing" for kind, _ in all_things(site.world_dir))
    clinic.up()
    assert_proved(clinic.prove())
