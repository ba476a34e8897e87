"""A specification as it reads on each cloud."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
import yaml

from tests.unit.spec.bad_input import CLINIC
from zt_ai.intent.derive import derive
from zt_ai.spec.checks import check
from zt_ai.spec.model import ZoneSpec

DAY = date(2026, 11, 1)
AZURE = {
    "location": "eastus2",
    "subscription": "11111111-2222-3333-4444-555555555555",
    "tenant": "aaaaaaaa-bbbb-cccc-dddd-eeeeeeeeeeee",
    "cidr": "10.32.0.0/16",
    "hub": {
        "virtual_network": "/subscriptions/11111111-2222-3333-4444-555555555555/resourceGroups/hub/providers/"
        "Microsoft.Network/virtualNetworks/hub",
        "cidrs": ["10.255.0.0/24"],
    },
}
THERE: dict[str, Any] = {
    "api": "azure-openai",
    "models": ["text-embedding-3-large"],
    "paths": ["/openai/deployments/text-embedding-3-large/"],
    "baa": {"reference": "MS-BAA", "effective": "2026-01-01", "expires": "2029-12-31"},
}


def document(**there: Any) -> dict[str, Any]:
    data: dict[str, Any] = yaml.safe_load(CLINIC.read_text(encoding="utf-8"))
    data["clouds"] = {"aws": data["clouds"]["aws"], "azure": AZURE}
    managed = next(p for p in data["providers"].values() if p.get("kind") == "cloud-managed")
    data["services"]["cloud-models"]["clouds"] = {"azure": {"resources": ["clinic-openai"]}}
    managed["clouds"] = {"azure": {k: v for k, v in {**THERE, **there}.items() if v is not None}}
    return data


def managed(spec: ZoneSpec) -> str:
    return next(name for name, provider in spec.providers.items() if provider.service)


def test_what_on_says_holds_there_and_nowhere_else() -> None:
    spec = ZoneSpec.model_validate(document())
    name = managed(spec)
    here, there = spec.on_cloud("aws"), spec.on_cloud("azure")
    assert here.providers[name].api == "bedrock"
    assert (there.providers[name].api, there.providers[name].models) == ("azure-openai", ("text-embedding-3-large",))
    assert there.services["cloud-models"].resources == ("clinic-openai",)
    assert there.services["documents"] == here.services["documents"]
    assert not [p for p in check(spec, DAY) if p.rule != "cloud-name"]


def test_hosts_and_calls_are_those_of_the_cloud() -> None:
    spec = ZoneSpec.model_validate(document())
    intent = derive(spec, on=DAY, cloud="azure")
    name = managed(spec)
    assert intent.providers[name].hosts == ("clinic-openai.openai.azure.com",)
    assert {c.models for c in intent.model_calls if c.provider == name} == {("text-embedding-3-large",)}
    assert derive(spec, on=DAY, cloud="aws").providers[name].hosts == ("bedrock-runtime.us-east-1.amazonaws.com",)


def test_the_agreement_with_one_operator_does_not_cover_another() -> None:
    spec = ZoneSpec.model_validate(document(baa=None))
    name = managed(spec)
    assert spec.providers[name].baa is not None
    assert spec.on_cloud("azure").providers[name].baa is None
    found = [p for p in check(spec, DAY) if p.rule == "phi-without-baa"]
    assert found
    assert not [p for p in check(ZoneSpec.model_validate(document()), DAY) if p.rule == "phi-without-baa"]


def test_a_cloud_without_the_model_is_told_what_to_write() -> None:
    data = document()
    next(p for p in data["providers"].values() if p.get("clouds"))["clouds"] = {}
    found = [p for p in check(ZoneSpec.model_validate(data), DAY) if p.rule == "cloud-provider"]
    assert len(found) == 1
    assert "azure manages no models that speak bedrock" in found[0].message
    assert "clouds: {azure: {api: azure-openai" in found[0].hint


def test_a_wrong_format_is_told_where_it_stands() -> None:
    spec = ZoneSpec.model_validate(document(api="openai"))
    found = [p.clause for p in check(spec, DAY) if p.rule == "cloud-provider"]
    assert found == [f"providers.{managed(spec)}.clouds.azure.api"]


def test_a_flow_may_list_models_of_several_clouds() -> None:
    data = document()
    flow = next(f for f in data["flows"].values() if data["providers"].get(f["to"], {}).get("service"))
    flow["models"] = ["amazon.titan-embed-text-v2:0", "text-embedding-3-large"]
    spec = ZoneSpec.model_validate(data)
    name = next(n for n, f in spec.flows.items() if f.models and f.destination == managed(spec))
    assert spec.on_cloud("aws").flows[name].models == ("amazon.titan-embed-text-v2:0",)
    assert spec.on_cloud("azure").flows[name].models == ("text-embedding-3-large",)
    flow["models"] = ["amazon.titan-embed-text-v2:0"]
    assert [p.rule for p in check(ZoneSpec.model_validate(data), DAY) if p.rule == "models"] == ["models"]


def test_an_external_provider_is_the_same_everywhere() -> None:
    data = document()
    external = next(p for p in data["providers"].values() if p.get("domains"))
    external["clouds"] = {"azure": {"models": ["other"]}}
    with pytest.raises(ValueError, match="the same on every cloud"):
        ZoneSpec.model_validate(data)
