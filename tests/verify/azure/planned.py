"""The examples as planned on Azure, each once."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from zt_ai.graph.mocks import from_program
from zt_ai.graph.model import ResourceGraph
from zt_ai.intent.derive import derive
from zt_ai.intent.model import Intent
from zt_ai.program import program
from zt_ai.spec.clouds import Azure
from zt_ai.spec.load import from_data
from zt_ai.verify.azure.prove import prove
from zt_ai.verify.model import Proof

EXAMPLES = Path(__file__).parents[3] / "examples"
TODAY = date(2026, 11, 23)
SUBSCRIPTION = "0f1e2d3c-4b5a-4978-8695-a4b3c2d1e0f0"
HUB = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/hub/providers/Microsoft.Network/virtualNetworks/hub"


def specified(example: str, **azure: Any) -> dict[str, Any]:
    """An example with Azure among its clouds, whatever the example itself says about it."""
    data: dict[str, Any] = yaml.safe_load((EXAMPLES / example / "zones.yaml").read_text(encoding="utf-8"))
    settings = {
        "location": "eastus2",
        "subscription": SUBSCRIPTION,
        "tenant": "9d8c7b6a-5f4e-4d3c-8b2a-190817263544",
        "cidr": data["clouds"]["aws"]["cidr"],
    }
    if data.get("networks"):
        settings["hub"] = {"virtual_network": HUB, "cidrs": ["10.250.0.0/20"]}
    given = data["clouds"].get("azure") or settings
    data["clouds"] = {"azure": {**given, **azure}}
    for service in data.get("services", {}).values():
        if service["kind"] == "managed-llm":
            service.setdefault("clouds", {}).setdefault("azure", {"resources": ["clinic-openai"]})
            service["clouds"] = {"azure": service["clouds"]["azure"]}
    for provider in data.get("providers", {}).values():
        if provider.get("kind") == "cloud-managed":
            here = {
                "api": "azure-openai",
                "models": ["text-embedding-3-large"],
                "paths": ["/openai/deployments/"],
                "baa": {"reference": "MSFT-BAA", "effective": "2026-01-01", "expires": "2029-12-31"},
            }
            provider["clouds"] = {"azure": provider.get("clouds", {}).get("azure", here)}
    return data


def build(data: dict[str, Any], name: str = "test") -> tuple[Azure, Intent, ResourceGraph]:
    """Settings, intent and planned resources of a specification."""
    spec = from_data(data, on=TODAY)
    settings = spec.clouds.azure
    assert settings is not None
    intent = derive(spec, on=TODAY, cloud="azure")
    graph = from_program(
        program("azure", spec, intent),
        project="zt-ai",
        stack=name,
        account=settings.subscription,
        region=settings.location,
    )
    return settings, intent, graph


@cache
def planned(example: str) -> tuple[Azure, Intent, ResourceGraph]:
    """Settings, intent and planned resources of an example."""
    return build(specified(example), example)


def proof_of(example: str, graph: ResourceGraph) -> Proof:
    """The proof of a graph as a plan of an example."""
    settings, intent, _ = planned(example)
    return prove(graph, intent, settings)
