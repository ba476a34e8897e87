"""Names that a cloud would refuse, found before it does."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping

from zt_ai.spec.checks import names_aws, names_azure, names_gcp
from zt_ai.spec.checks.names_table import Names
from zt_ai.spec.clouds import Cloud
from zt_ai.spec.model import ZoneSpec
from zt_ai.spec.problems import Problem
from zt_ai.spec.types import ServiceKind

_NAMES: Mapping[Cloud, Names] = {"aws": names_aws.NAMES, "azure": names_azure.NAMES, "gcp": names_gcp.NAMES}
_TITLES: Mapping[Cloud, str] = {"aws": "AWS", "azure": "Azure", "gcp": "Google Cloud"}


def check_names(spec: ZoneSpec, cloud: Cloud) -> list[Problem]:
    """Resource names that a cloud would refuse, and resources named twice. `spec` is the specification on that cloud.

    Sources are beside each cloud's table.
    """
    problems: list[Problem] = []
    owner: dict[tuple[ServiceKind, str], str] = {}
    if cloud not in _NAMES:
        return []
    for name, service in spec.services.items():
        what, pattern, hint = _NAMES[cloud][service.kind]
        for index, resource in enumerate(service.resources):
            path = ("services", name, "resources", index)
            if not re.fullmatch(pattern, resource) or (
                service.kind is ServiceKind.OBJECT_STORAGE and _is_address(resource)
            ):
                message = f"{_TITLES[cloud]} accepts no {what} called '{resource}'"
                problems.append(Problem("cloud-name", path, message, hint))
            if (rival := owner.setdefault((service.kind, resource), name)) != name:
                message = f"'{resource}' already belongs to service '{rival}'"
                hint = "let one service own it and let flows say who may read or write"
                problems.append(Problem("duplicate", path, message, hint))
    if cloud == "azure":
        problems += names_azure.check_translated(spec)
    return problems


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
