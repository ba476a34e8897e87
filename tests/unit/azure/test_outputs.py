"""Made-up ids of Azure: they have Azure's form, and name what the inputs name."""

from __future__ import annotations

import importlib
import re

import pytest

from tests.unit.azure.plans import SUBSCRIPTION, built, clinic
from zt_ai.graph.answers import Place, Request
from zt_ai.graph.outputs_azure import AZURE

PLACE = Place(SUBSCRIPTION, "eastus2")


def made(type_: str, name: str = "r", **inputs: object) -> str:
    request = Request(f"urn:{name}", f"azure-native:{type_}", name, inputs, PLACE, lambda _: None)
    return AZURE.make(request).id


@pytest.mark.parametrize("token", sorted(AZURE.resources))
def test_every_type_is_one_of_the_sdk_and_is_named_by_properties_that_it_has(token: str) -> None:
    _, module, kind = token.split(":")
    cls = getattr(importlib.import_module(f"pulumi_azure_native.{module}"), kind)
    known = set(re.findall(r"^ {12}__props__\.__dict__\[\"(\w+)\"\]", _source(cls), re.MULTILINE))
    words = {re.sub(r"_", "", name).lower() for name in known}
    form = AZURE.make(Request("urn", token, "r", _Echo(), PLACE, lambda _: None)).id
    asked = {word.lower() for word in re.findall(r"<(\w+)>", form)} - {"subscription"}
    assert asked
    assert asked <= words, asked - words


def _source(cls: type) -> str:
    import inspect

    return inspect.getsource(cls)


class _Echo(dict[str, str]):
    """Inputs that answer with their own name."""

    def get(self, key: str, default: object = None) -> object:  # type: ignore[override]
        return f"<{key}>" if key != "identity" else default


def test_ids_follow_from_the_inputs() -> None:
    rule = made("network:SecurityRule", resourceGroupName="g", networkSecurityGroupName="n", securityRuleName="allow")
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/g"
    assert rule == f"{group}/providers/Microsoft.Network/networkSecurityGroups/n/securityRules/allow"
    assert made("resources:ResourceGroup", resourceGroupName="g") == group
    scope = f"{group}/providers/Microsoft.Storage/storageAccounts/s"
    assert made("authorization:RoleAssignment", scope=scope, roleAssignmentName="x") == (
        f"{scope}/providers/Microsoft.Authorization/roleAssignments/x"
    )


def test_a_name_that_is_left_to_pulumi_is_the_same_in_every_run_and_differs_between_resources() -> None:
    one, again = (made("network:RouteTable", "a", resourceGroupName="g") for _ in range(2))
    assert one == again != made("network:RouteTable", "b", resourceGroupName="g")


def test_no_two_resources_of_the_clinic_have_one_id_and_all_types_are_answered() -> None:
    graph = built(clinic())
    custom = [r for r in graph if r.custom]
    assert len({r.id for r in custom}) == len(custom)
    assert {r.type for r in custom} <= set(AZURE.resources)
    assert all((r.id or "").startswith("/subscriptions/") for r in custom)
