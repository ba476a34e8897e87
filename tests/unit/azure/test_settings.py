"""Settings of Azure, and what the specification's checks say about names and ranges there."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from tests.unit.azure.plans import HUB, ON, SUBSCRIPTION, Data, changed, clinic
from zt_ai.azure.naming import Scope, clause_marks, mark
from zt_ai.spec.checks import check
from zt_ai.spec.model import ZoneSpec

ACCOUNT = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/data/providers/Microsoft.Storage/storageAccounts/scans"


def said(data: Data) -> list[str]:
    return [str(problem) for problem in check(ZoneSpec.model_validate(data), ON)]


def test_the_clinic_has_no_mistakes() -> None:
    assert said(clinic()) == []


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"location": "usgovvirginia"}, "belongs to another cloud"),
        ({"subscription": "my-subscription"}, "subscription"),
        ({"cidr": "10.20.0.0/20"}, "prefix length from 16 to 18"),
        ({"zones": ["1", "1"]}, "listed twice"),
        ({"proxy": {"host_image": "flatcar:latest"}}, "host_image"),
        ({"proxy": {"private_link": {"subscriptions": ["*"]}}}, "subscriptions"),
        ({"hub": {"virtual_network": "hub", "cidrs": ["10.250.0.0/20"]}}, "virtual_network"),
        ({"audit_lock": "open"}, "audit_lock"),
    ],
)
def test_bad_settings_are_named(settings: Data, says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        ZoneSpec.model_validate(clinic(**settings))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (clinic(hub=None), "clouds.azure.hub: is needed by flow 'hospital-to-intake'"),
        (clinic(cidr="203.0.64.0/18"), "is not a private range"),
        (clinic(cidr="10.128.0.0/16"), "overlaps clouds.azure.cidr"),
        (clinic(hub={"virtual_network": HUB, "cidrs": ["10.20.0.0/24"]}), "networks that are peered"),
        (
            clinic(hub={"virtual_network": HUB, "cidrs": ["10.250.0.0/20"], "appliance": "10.9.0.4"}),
            "lies in none of the hub's ranges",
        ),
        (
            changed(clinic(), "zones", "egress", "placement", to={"azure": {"cidr": "10.20.184.0/25"}}),
            "is too small for a zone of kind egress",
        ),
        (
            changed(clinic(), "zones", "clinical", "placement", to={"azure": {"cidr": "10.99.0.0/22"}}),
            "lies outside 10.20.0.0/16",
        ),
        (
            changed(clinic(), "services", "documents", "resources", to=["clinic--scans"]),
            "Azure accepts no container called 'clinic--scans'",
        ),
        (
            changed(clinic(), "services", "app-secrets", "resources", to=["clinic/a", "clinic-a"]),
            "would both be called 'clinic-a'",
        ),
        (
            changed(clinic(), "services", "more", to={"kind": "logs", "resources": ["clinic/APP"]}),
            "would both be called 'clinic_APP_CL'",
        ),
        (clinic(location="westus"), "region westus has no availability zones"),
        (clinic(adopt={"services": {"nothing": ACCOUNT}}), "there is no service 'nothing'"),
        (clinic(adopt={"services": {"app-logs": ACCOUNT}}), "a service of kind logs adopts no account"),
    ],
)
def test_what_azure_would_refuse_is_said_before_anything_is_made(data: Data, says: str) -> None:
    assert [problem for problem in said(data) if says in problem], said(data)


def test_secrets_of_two_vaults_may_have_one_name_on_azure() -> None:
    data = changed(clinic(), "services", "more", to={"kind": "secrets", "resources": ["clinic-orchestrator"]})
    assert not [problem for problem in said(data) if "would both be called" in problem]


def test_an_adopted_network_may_have_a_gateway_of_its_own() -> None:
    adopt = {"virtual_network": HUB.replace("virtualNetworks/hub", "virtualNetworks/spoke")}
    assert said(clinic(hub=None, adopt=adopt)) == []


def test_ids_are_made_of_names() -> None:
    scope = Scope("lab", SUBSCRIPTION, "eastus2")
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/zt-ai-lab"
    assert scope.id("Microsoft.Network/virtualNetworks/subnets", "n", "s") == (
        f"{group}/providers/Microsoft.Network/virtualNetworks/n/subnets/s"
    )
    with pytest.raises(ValueError, match="shorter"):
        scope.id("Microsoft.Network/virtualNetworks/subnets", "n")


def test_long_names_keep_their_beginning_and_stay_different() -> None:
    scope = Scope("lab", SUBSCRIPTION, "eastus2")
    one, two = scope.name("a" * 90 + "1"), scope.name("a" * 90 + "2")
    assert (len(one), one[:20]) == (80, "lab-aaaaaaaaaaaaaaaa")
    assert one != two
    assert scope.worldwide("x--y") == scope.worldwide("x--y")
    assert "--" not in scope.worldwide("x--y")


def test_a_description_keeps_its_marks_and_loses_its_end() -> None:
    text = mark("a reason [with brackets] " * 20, clause="flow:a")
    assert len(text) <= 140
    assert text.endswith(" [zt-ai:clause=flow:a]")
    assert text.count("[") == 1
    with pytest.raises(ValueError, match="do not fit"):
        mark("r", clause="c" * 140)


def test_a_region_without_zones_is_built_in_without_them() -> None:
    assert said(clinic(location="westus", zones=[])) == []


def test_many_clauses_are_counted_where_they_do_not_fit() -> None:
    few, many = clause_marks(["flow:b", "flow:a"]), clause_marks(f"flow:{n:030}" for n in range(50))
    assert few == "[zt-ai:clause=flow:a] [zt-ai:clause=flow:b]"
    assert len(many) <= 1024
    assert many.endswith(f"and {50 - many.count('[')} more")
