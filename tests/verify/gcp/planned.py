"""The examples' specifications on Google Cloud alone, and the resources that the program plans for them."""

from __future__ import annotations

from collections.abc import Callable
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
from zt_ai.spec.clouds import Gcp
from zt_ai.spec.model import ZoneSpec
from zt_ai.verify.gcp.prove import prove
from zt_ai.verify.model import Proof

EXAMPLES = Path(__file__).parents[3] / "examples"
DAY = date(2026, 11, 23)
SETTINGS: dict[str, dict[str, Any]] = {
    "clinic": {
        "region": "us-central1",
        "organization": "123456789012",
        "project": "clinic-platform",
        "project_number": "111122223333",
        "cidr": "10.40.0.0/16",
        "hub": "projects/clinic-transit/locations/global/hubs/hospitals",
        "adopt": {"access_policy": "987654321098"},
        "administrators": {
            "identities": ["serviceAccount:deploy@clinic-pipeline.iam.gserviceaccount.com"],
            "ranges": ["198.18.7.0/24"],
        },
    },
    "minimal": {
        "region": "europe-west3",
        "organization": "123456789012",
        "project": "minimal-platform",
        "project_number": "444455556666",
        "cidr": "10.60.0.0/16",
        "adopt": {"access_policy": "987654321098"},
    },
}
MANAGED = {
    "api": "vertex-ai",
    "models": ["text-embedding-005"],
    "paths": ["/v1/projects/clinic-platform/locations/us-central1/publishers/google/models/"],
    "baa": {"reference": "GCP-BAA-2026", "effective": "2026-01-01", "expires": "2029-12-31"},
}


def document(example: str) -> dict[str, Any]:
    """An example's specification for Google Cloud, as plain data."""
    data: dict[str, Any] = yaml.safe_load((EXAMPLES / example / "zones.yaml").read_text())
    data["clouds"] = {"gcp": SETTINGS[example]}
    if example == "clinic":
        data["services"]["cloud-models"]["clouds"] = {"gcp": {"resources": MANAGED["models"]}}
        data["providers"]["embeddings"]["clouds"] = {"gcp": MANAGED}
    return data


def plan(data: dict[str, Any], stack: str) -> tuple[Gcp, Intent, ResourceGraph]:
    """Settings, intent and planned resources of a specification."""
    spec = ZoneSpec.model_validate(data).on_cloud("gcp")
    settings = spec.clouds.gcp
    assert settings is not None
    intent = derive(spec, on=DAY, cloud="gcp")
    account, region = settings.place
    built = program("gcp", spec, intent)
    graph = from_program(built, project="zt-ai", stack=stack, account=account, region=region)
    return settings, intent, graph


@cache
def planned(example: str) -> tuple[Gcp, Intent, ResourceGraph]:
    """Settings, intent and planned resources of an example."""
    return plan(document(example), example)


def changed(example: str, change: Callable[[dict[str, Any]], None]) -> Proof:
    """The proof of an example whose specification is changed first."""
    data = document(example)
    change(data)
    settings, intent, graph = plan(data, example)
    return prove(graph, intent, settings)


def proof_of(example: str, graph: ResourceGraph | None = None) -> Proof:
    """The proof of an example's resources, or of others against its intent."""
    settings, intent, own = planned(example)
    return prove(own if graph is None else graph, intent, settings)
