"""Quotas are computed before anything is sent, and what is denied or about to fail raises an alert."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from tests.unit.azure.plans import Data, built, changed, clinic, every, lab, only, understood
from zt_ai.azure.plan.limits import found_in
from zt_ai.azure.plan.plan import draft
from zt_ai.azure.services.monitor import total_days
from zt_ai.azure.watch.alerts import agreement_alerts, event_alerts


def broken(data: Data) -> list[str]:
    spec, intent = understood(data)
    return [str(problem) for problem in found_in(draft(spec, intent), intent)]


def test_the_clinic_fits_into_azures_own_quotas() -> None:
    assert broken(clinic()) == []


@pytest.mark.parametrize(
    ("quota", "value", "fits"),
    [
        ("rules_per_network_security_group", 5, 40),
        ("application_security_groups", 5, 40),
        ("application_security_groups_per_network_security_group", 3, 40),
        ("network_security_groups", 2, 10),
        ("subnets_per_virtual_network", 3, 10),
        ("route_tables", 3, 10),
        ("routes_per_route_table", 1, 10),
        ("private_endpoints_per_virtual_network", 2, 10),
        ("role_assignments", 5, 40),
        ("instances_per_scale_set", 3, 10),
    ],
)
def test_a_quota_that_is_too_small_is_named(quota: str, value: int, fits: int) -> None:
    assert any(f"clouds.azure.quotas.{quota}" in problem for problem in broken(clinic(quotas={quota: value})))
    assert broken(clinic(quotas={quota: fits})) == []


def test_the_flows_to_change_are_named() -> None:
    (problem, *_) = broken(clinic(quotas={"rules_per_network_security_group": 5}))
    assert "they come from flows " in problem
    assert "none (it is" not in problem


def test_machines_that_do_not_fit_into_the_egress_zone_are_refused() -> None:
    small = changed(
        clinic(proxy={"maximum": 100}), "zones", "egress", "placement", to={"azure": {"cidr": "10.20.184.0/24"}}
    )
    assert any("zone-egress needs 201 addresses" in problem for problem in broken(small))


def test_a_policy_that_no_machine_can_be_started_with_is_refused_before_anything_is_registered() -> None:
    data = clinic()
    for name, provider in clinic()["providers"].items():
        models = [*provider["models"], *(f"{'m' * 190}-{number}" for number in range(190))]
        data = changed(data, "providers", name, "models", to=models)
    (problem,) = broken(data)
    assert "bytes, and a machine is started with" in problem
    assert "list fewer models" in problem


def test_records_are_kept_at_least_as_long_as_asked() -> None:
    assert [total_days(days) for days in (30, 2192, 2556, 2557, 4383)] == [730, 2556, 2556, 2922, 4383]
    with pytest.raises(ValueError, match="4383 days at most"):
        total_days(4384)


def test_an_agreement_near_its_end_raises_an_alert_two_months_before() -> None:
    (alert,) = agreement_alerts({"anthropic": date(2028, 12, 31)})
    assert "datetime(2028-11-01)" in alert.query
    assert "2028-12-31" in alert.description


def test_parts_that_are_not_there_are_not_watched() -> None:
    keys = {query.key for query in event_alerts(firewall=False, proxy_table=None)}
    assert "blocked-egress" not in keys
    assert "refused-requests" not in keys
    assert "blocked-names" in keys
    alone = built(lab())
    assert not alone.of_type("azure-native:monitor:MetricAlert")
    assert {r.name for r in every(alone, "monitor:ScheduledQueryRule")} >= {"lab-watch-silent-names"}


def test_every_alert_tells_the_group_and_reads_the_workspace() -> None:
    graph = built(clinic())
    workspace = every(graph, "operationalinsights:Workspace")[0].urn
    group = every(graph, "monitor:ActionGroup")[0].urn
    for rule in every(graph, "monitor:ScheduledQueryRule"):
        said: Any = rule.inputs
        assert [scope.urn for scope in said["scopes"]] == [workspace]
        assert [told.urn for told in said["actions"]["actionGroups"]] == [group]
        assert said["enabled"] is True


def test_an_existing_group_is_told_instead_of_a_new_one() -> None:
    group = clinic()["clouds"]["azure"]["hub"]["virtual_network"].replace(
        "Microsoft.Network/virtualNetworks/hub", "Microsoft.Insights/actionGroups/on-call"
    )
    graph = built(clinic(alert_group=group))
    assert not graph.of_type("azure-native:monitor:ActionGroup")
    told: Any = every(graph, "monitor:MetricAlert")[0].inputs["actions"]
    assert told == ({"actionGroupId": group},)


def test_the_dashboard_shows_the_zones_and_what_was_refused() -> None:
    (lens,) = only(built(clinic()), "portal:Dashboard").inputs["properties"]["lenses"]
    first, *queries = (part["metadata"] for part in lens["parts"])
    assert "**records** (data)" in first["settings"]["content"]["settings"]["content"]
    shown = {said["value"] for tile in queries for said in tile["inputs"] if said["name"] == "PartTitle"}
    assert shown == {q.key for q in event_alerts(firewall=True, proxy_table="t")}
    places = {(part["position"]["x"], part["position"]["y"]) for part in lens["parts"]}
    assert len(places) == len(lens["parts"])
