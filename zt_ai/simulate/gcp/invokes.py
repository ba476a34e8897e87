"""The data functions of the ``gcp`` package that programs over zt-ai's resources use."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from zt_ai.simulate.cloud import Settings
from zt_ai.simulate.gcp.special_outputs import project_number
from zt_ai.simulate.problems import CloudError, did_you_mean
from zt_ai.simulate.world import World


def answer(world: World, settings: Settings, token: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The result of a data function. Raises :class:`CloudError` for one that is not simulated."""
    name = token.rsplit(":", 1)[-1]
    project = str(arguments.get("projectId") or arguments.get("project") or settings.account)
    number = project_number(world, project)
    if name == "getProject":
        return {
            "id": f"projects/{project}",
            "projectId": project,
            "name": project,
            "number": number,
            "autoCreateNetwork": False,
            "billingAccount": "",
            "deletionPolicy": "PREVENT",
            "effectiveLabels": {},
            "folderId": "",
            "labels": {},
            "orgId": "",
            "pulumiLabels": {},
            "tags": {},
        }
    if name == "getClientConfig":
        return {
            "accessToken": "simulated",
            "defaultLabels": dict(settings.default_tags),
            "id": f"projects/{project}/regions/{settings.region}/zones/",
            "project": project,
            "region": settings.region,
            "zone": "",
        }
    if name == "getZones":
        region = str(arguments.get("region") or settings.region)
        zones = [f"{region}-{letter}" for letter in "abc"]
        return {"id": f"projects/{project}/regions/{region}", "names": zones, "project": project, "region": region}
    if name == "getProjectServiceAccount":
        email = f"service-{number}@gs-project-accounts.iam.gserviceaccount.com"
        return {"emailAddress": email, "id": email, "member": f"serviceAccount:{email}", "project": project}
    raise CloudError("UNIMPLEMENTED", f"{token} is not simulated{did_you_mean(name, _KNOWN)}")


_KNOWN = ("getProject", "getClientConfig", "getZones", "getProjectServiceAccount")


def json_map(value: Any) -> dict[str, Any]:
    """A map of the provider configuration, which may come as JSON text."""
    value = json.loads(value) if isinstance(value, str) and value.startswith("{") else value
    return value if isinstance(value, dict) else {}
