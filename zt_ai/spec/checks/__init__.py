"""Checks that need several entities and no cloud. Each returns problems; none stops at the first."""

from __future__ import annotations

from datetime import date

from zt_ai.spec.checks.addresses import check_addresses
from zt_ai.spec.checks.agents import check_agents
from zt_ai.spec.checks.flows import check_flows
from zt_ai.spec.checks.information import check_information
from zt_ai.spec.checks.managed import check_managed
from zt_ai.spec.checks.names import check_names
from zt_ai.spec.checks.providers import check_providers
from zt_ai.spec.checks.references import check_references
from zt_ai.spec.checks.zones import check_zones
from zt_ai.spec.model import ZoneSpec
from zt_ai.spec.problems import Problem


def check(spec: ZoneSpec, on: date) -> list[Problem]:
    """Every cloud-free rule that the specification breaks on a day, empty if none.

    What differs between clouds is checked as it reads on each of them; a mistake that all share is told once.
    """
    problems = check_references(spec)
    if problems:  # what refers to nothing cannot be reasoned about further
        return problems
    problems = _check(spec, on)
    problems += check_addresses(spec)
    for cloud in spec.clouds.named():
        here = spec.on_cloud(cloud)
        problems += [*_check(here, on), *check_managed(spec, cloud), *check_names(here, cloud)]
    return list(dict.fromkeys(problems))


def _check(spec: ZoneSpec, on: date) -> list[Problem]:
    problems = check_zones(spec)
    problems += check_flows(spec, on)
    problems += check_providers(spec, on)
    problems += check_agents(spec)
    if not problems:  # information flow is only meaningful over flows that are themselves well formed
        problems += check_information(spec, on)
    return problems
