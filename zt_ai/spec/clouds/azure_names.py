"""Names that Azure does not take as they are written: translated the same way every time, and refused on a collision.

Where the specification's own form is accepted the name stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from zt_ai.spec.types import ServiceKind


def translated(kind: ServiceKind, resource: str) -> str:
    """Azure's name of a service's resource.

    Secrets and keys of a vault have letters, digits and hyphens [Azure documentation, "Naming rules and restrictions
    for Azure resources": Microsoft.KeyVault]: whatever else stands in a name becomes a hyphen, so `clinic/orchestrator`
    is `clinic-orchestrator`. A log is a table of a workspace; one that users make begins with a letter, has letters,
    digits and underscores, and ends in `_CL` [Azure Monitor documentation, "Add or delete tables and columns in Azure
    Monitor Logs"]: `/clinic/app` is `clinic_app_CL`. Everything else keeps its name.
    """
    if kind in (ServiceKind.SECRETS, ServiceKind.KEYS):
        return re.sub(r"[^0-9A-Za-z]+", "-", resource).strip("-")
    if kind is ServiceKind.LOGS:
        return re.sub(r"[^0-9A-Za-z]+", "_", resource).strip("_") + "_CL"
    return resource


def collisions(kind: ServiceKind, resources: Iterable[str]) -> dict[str, str]:
    """Resource -> an earlier resource of the same kind that has the same name on Azure."""
    first: dict[str, str] = {}
    found: dict[str, str] = {}
    for resource in resources:
        # Vaults and workspaces do not tell upper from lower case.
        rival = first.setdefault(translated(kind, resource).lower(), resource)
        if rival != resource:
            found[resource] = rival
    return found
