"""Quotas and what Google Cloud cannot express: found before anything is registered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.unit.gcp.clinic import intent, spec
from tests.unit.gcp.graphs import graph, setting
from zt_ai.gcp.limits import problems
from zt_ai.gcp.plan import make_plan
from zt_ai.spec.problems import SpecError

Change = Callable[[dict[str, Any]], None]


def found(change: Change | None = None) -> list[str]:
    made = spec(change)
    return [str(problem) for problem in problems(make_plan(made, intent(made)), intent(made))]


def quotas(**values: int) -> Change:
    return setting(quotas=values)


def reads_a_log(document: dict[str, Any]) -> None:
    document["flows"]["intake-logs"]["access"] = "read"


def retention(value: str) -> Change:
    def change(document: dict[str, Any]) -> None:
        document["audit"]["retention"] = value

    return change


def called(name: str) -> Change:
    def change(document: dict[str, Any]) -> None:
        document["name"] = name

    return change


def many_domains(document: dict[str, Any]) -> None:
    document["providers"]["openai"]["domains"] = [f"api{i}.openai.com" for i in range(101)]


def test_the_clinic_fits() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (quotas(rule_attributes_per_firewall_policy=60), "the firewall policy has"),
        (quotas(subnets_per_project=5), "6 zones need a subnet each, and 5 are granted"),
        (quotas(static_routes_per_project=1), "2 routes are needed, and 1 are granted"),
        (quotas(service_accounts_per_project=11), "12 workloads need a service account each"),
        (quotas(custom_roles_per_project=3), "custom roles, and 3 are granted"),
        (quotas(response_policy_rules=4), "the response policy has"),
        (reads_a_log, "Google Cloud lets nobody read one log alone"),
        (retention("11y"), "are more than a log bucket keeps: 3650"),
        (called("googol"), "it contains Google's name"),
        (many_domains, "101 domains do not fit into one rule"),
        (setting(proxy={"maximum": 251}), "251 instances do not fit behind one load balancer"),
        (setting(region="europe-west10"), "region europe-west10 has no Vertex AI"),
    ],
)
def test_what_does_not_fit_is_named_and_nothing_is_registered(change: Change, says: str) -> None:
    assert any(says in problem for problem in found(change)), found(change)
    with pytest.raises(SpecError) as error:
        graph(change)
    assert says in str(error.value)


def test_a_perimeter_with_too_many_attributes_names_the_flows() -> None:
    def crossing(document: dict[str, Any]) -> None:
        document["zones"]["records"]["placement"] = {"gcp": {"project": "clinic-records"}}
        document["clouds"]["gcp"].update(
            projects={"clinic-records": "444455556666"},
            services={"record-keys": "records"},
            quotas={"perimeter_attributes": 5},
        )

    assert any("flows: fhir-keys, vector-keys" in problem for problem in found(crossing)), found(crossing)


def callers(count: int, name: str = "{}") -> Change:
    """So many flows more that lead to one provider, each of a workload of its own."""

    def change(document: dict[str, Any]) -> None:
        setting(quotas={"service_accounts_per_project": 1000, "rule_attributes_per_firewall_policy": 9000})(document)
        for index in range(count):
            document["workloads"][f"caller-{index:03}"] = {"zone": "clinical", "serves": {}}
            document["flows"][name.format(f"caller-{index:03}")] = {
                "from": f"caller-{index:03}", "to": "anthropic", "carries": "public", "reason": "Asks the provider",
            }  # fmt: skip

    return change


def test_a_hundred_flows_to_one_provider_fit_into_its_rule() -> None:
    assert found(callers(100)) == []
    (rule,) = [r for r in make_plan(spec(callers(100)), intent(spec(callers(100)))).rules if "anthropic" in r.name]
    marks = rule.description.partition("[zt-ai:clause=")[2].removesuffix("]").split()
    assert set(marks) == set(rule.clauses)
    assert {"flow:caller-000", "flow:caller-099"} <= set(marks)


def test_flows_that_a_rule_cannot_name_are_refused_before_anything_is_registered() -> None:
    change = callers(100, "{}-asks-for-an-answer")
    refused = [problem for problem in found(change) if "anthropic" in problem]
    (problem,) = refused
    assert problem.startswith("flows.caller-000-asks-for-an-answer: firewall rule 'egress-proxy.anthropic")
    assert "a description holds 2048 characters, and the marks in it take" in problem
    assert "let fewer flows share it, or give them shorter names; flows: caller-000-asks-for" in problem
    with pytest.raises(SpecError, match="shorter names"):
        graph(change)


def test_a_policy_just_over_its_quota_is_merged_instead() -> None:
    tight = quotas(rule_attributes_per_firewall_policy=190)
    assert found(tight) == []
    assert any(rule.name.startswith("merged.") for rule in make_plan(spec(tight), intent(spec(tight))).rules)


def test_an_error_leads_to_the_clause() -> None:
    (problem,) = [p for p in found(reads_a_log) if "log alone" in p]
    assert problem.startswith("flows.intake-logs.access")


def test_a_policy_that_no_instance_can_be_given_is_refused_before_anything_is_registered() -> None:
    def listed(document: dict[str, Any]) -> None:
        for provider in document["providers"].values():
            provider["models"] += [f"{'m' * 190}-{number}" for number in range(190)]

    (problem,) = found(listed)
    assert "bytes, and an instance takes" in problem
    assert "list fewer models" in problem
