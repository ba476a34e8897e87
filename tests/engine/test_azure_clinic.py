"""The clinic on Azure through its life: up, up again, a flow added and taken away, a refresh, drift, a lock, destroy.

One stack for all tests, in the order of this file: each goes on from where the one before it left the stack.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from architectures import Data, Steps, all_things, assert_one_of_each
from azure_site import AzureSite, locked, on_azure

from zt_ai.engine import EngineBinary, EngineFailureError

HUB = on_azure("clinic")["clouds"]["azure"]["hub"]["virtual_network"]
BEFORE = [
    ("azure-native:network:VirtualNetwork", HUB),
    ("azure-native:resources:ResourceGroup", HUB.split("/providers/")[0]),
]
"""What the specification refers to; it exists before the stack and after it."""
RULE = "azure-native:network:SecurityRule"


@pytest.fixture(scope="module")
def site(engine: EngineBinary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AzureSite]:
    with AzureSite.serving(engine, tmp_path_factory.mktemp("azure"), on_azure("clinic")) as serving:
        yield serving


def kinds(steps: Steps) -> set[str]:
    return {urn.split("::")[2].rpartition("$")[2] for urn in steps.ops}


def test_the_plan_is_what_is_made(site: AzureSite) -> None:
    clinic = site.build(on_azure("clinic"))
    preview, _ = clinic.preview()
    assert all_things(site.world_dir) == BEFORE
    done, _ = clinic.up(preview.plan)
    assert done.summary.changed == done.summary.created == preview.summary.created
    deployed = clinic.deployed()
    assert [resource.urn for resource in deployed if resource.custom and not resource.id] == []
    assert assert_one_of_each(clinic.handle.export(), site.world_dir) > 200


def test_a_second_up_changes_nothing(site: AzureSite) -> None:
    clinic = site.build(on_azure("clinic"))
    before = all_things(site.world_dir)
    done, steps = clinic.up()
    assert (done.summary.changed, steps.ops) == (0, {})
    assert all_things(site.world_dir) == before


def one_more_flow(data: Data) -> None:
    data["flows"]["orchestrator-to-ehr-tools"] = {
        "from": "orchestrator",
        "to": "ehr-tools",
        "carries": "phi",
        "reason": "Appointments are looked up before they are delegated",
    }


def test_one_more_flow_is_its_own_rules_and_nothing_else(site: AzureSite) -> None:
    """One rule that lets it out at the one end and one that lets it in at the other."""
    clinic = site.build(on_azure("clinic", one_more_flow))
    preview, steps = clinic.preview()
    assert {name: op for name, op in steps.names.items() if op != "create"} == {}
    assert kinds(steps) == {RULE}
    assert len(steps.ops) == 2
    before = set(all_things(site.world_dir))
    done, made = clinic.up(preview.plan)
    assert made.ops == steps.ops
    assert done.summary.changed == 2
    with site.world() as world:
        rules = [thing for thing in world.of_type(RULE) if (thing.type, thing.id) not in before]
    assert {rule.inputs["direction"] for rule in rules} == {"Inbound", "Outbound"}
    assert all("flow:orchestrator-to-ehr-tools" in rule.inputs["description"] for rule in rules)


def test_the_flow_goes_with_its_rules_and_nothing_else(site: AzureSite) -> None:
    done, steps = site.build(on_azure("clinic")).up()
    assert set(steps.ops.values()) == {"delete"}
    assert kinds(steps) == {RULE}
    assert done.summary.deleted == done.summary.changed == 2


def test_a_refresh_finds_what_was_made_and_the_next_up_changes_nothing(site: AzureSite) -> None:
    clinic = site.build(on_azure("clinic"))
    done, steps = clinic.refresh()
    assert (done.summary.changed, steps.ops) == (0, {})
    done, steps = clinic.up()
    assert (done.summary.changed, steps.ops) == (0, {})


def test_a_rule_that_somebody_took_away_comes_back(site: AzureSite) -> None:
    clinic = site.build(on_azure("clinic"))
    with site.world() as world:
        lost = world.of_type(RULE)[0]
        world.remove(lost)
    done, _ = clinic.refresh()
    assert done.summary.deleted == 1
    done, steps = clinic.up()
    assert (done.summary.created, set(steps.ops)) == (1, {lost.urn})
    with site.world() as world:
        assert world.get(RULE, lost.id) is not None


def test_the_store_is_locked_and_stays_so(site: AzureSite) -> None:
    done, steps = site.build(on_azure("clinic", locked)).up()
    assert set(steps.ops.values()) == {"update"}
    assert done.summary.changed == 1
    with pytest.raises(EngineFailureError, match="cannot be reverted"):
        site.build(on_azure("clinic")).up()


def test_destroy_leaves_nothing(site: AzureSite) -> None:
    clinic = site.build(on_azure("clinic", locked))
    clinic.handle.destroy()
    assert all_things(site.world_dir) == BEFORE
    state = clinic.handle.export()
    assert not state["deployment"].get("resources")
    assert not state["deployment"].get("pending_operations")
