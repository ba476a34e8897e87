"""The clinic's specification on Google Cloud alone, and variations of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import yaml

from tests.unit.spec.bad_input import CLINIC
from zt_ai.intent.derive import derive
from zt_ai.intent.model import Intent
from zt_ai.spec.model import ZoneSpec

DAY = date(2026, 11, 1)
GCP: dict[str, Any] = {
    "region": "us-central1",
    "organization": "123456789012",
    "project": "clinic-platform",
    "project_number": "111122223333",
    "cidr": "10.40.0.0/16",
    "hub": "projects/clinic-transit/locations/global/hubs/hospitals",
    "adopt": {"access_policy": "987654321098"},
}
MANAGED: dict[str, Any] = {
    "api": "vertex-ai",
    "models": ["text-embedding-005"],
    "paths": ["/v1/projects/clinic-platform/locations/us-central1/publishers/google/models/"],
    "baa": {"reference": "GCP-BAA-2026", "effective": "2026-01-01", "expires": "2029-12-31"},
}


def data(change: Callable[[dict[str, Any]], None] | None = None) -> dict[str, Any]:
    """The document, changed in place by `change`."""
    document: dict[str, Any] = yaml.safe_load(CLINIC.read_text())
    document["clouds"] = {"gcp": {**GCP}}
    document["services"]["cloud-models"]["clouds"] = {"gcp": {"resources": MANAGED["models"]}}
    document["providers"]["embeddings"]["clouds"] = {"gcp": MANAGED}
    if change:
        change(document)
    return document


def spec(change: Callable[[dict[str, Any]], None] | None = None) -> ZoneSpec:
    """The specification as it reads on Google Cloud."""
    return ZoneSpec.model_validate(data(change)).on_cloud("gcp")


def intent(of: ZoneSpec) -> Intent:
    """Its intent on a day on which all agreements are in force."""
    return derive(of, on=DAY, cloud="gcp")
