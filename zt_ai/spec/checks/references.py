"""Every name that is used is defined, once."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

from zt_ai.spec.model import ZoneSpec
from zt_ai.spec.problems import Path, Problem

# Names that zt-ai itself uses beside the ones of the specification.
RESERVED = ("egress-proxy", "egress-proxy-execution", "egress-images", "egress-logs", "egress-secrets", "default")


def check_references(spec: ZoneSpec) -> list[Problem]:
    """Undefined and doubly defined names."""
    problems = list(_unique(spec))
    zones = list(spec.zones)
    for section, runs in (("workloads", spec.workloads), ("agents", spec.agents)):
        for name, workload in runs.items():
            problems += _known((section, name, "zone"), workload.zone, zones, "zone")
            if workload.handles:
                problems += _known((section, name, "handles"), workload.handles, spec.data_classes, "data class")
            if workload.declassifies:
                problems += _known(
                    (section, name, "declassifies", "to"), workload.declassifies.to, spec.data_classes, "data class"
                )
    for name, zone in spec.zones.items():
        problems += _known(("zones", name, "holds"), zone.holds, spec.data_classes, "data class")
    for name, agent in spec.agents.items():
        for server in agent.tools:
            problems += _known(("agents", name, "tools", server), server, list(spec.workloads), "workload")
    for name, provider in spec.providers.items():
        if provider.service:
            problems += _known(("providers", name, "service"), provider.service, list(spec.services), "service")
    callers = [*spec.runs, *spec.networks]
    called = [*spec.runs, *spec.services, *spec.providers]
    for name, flow in spec.flows.items():
        problems += _known(("flows", name, "from"), flow.source, callers, "workload, agent or network")
        problems += _known(("flows", name, "to"), flow.destination, called, "workload, agent, service or provider")
        problems += _known(("flows", name, "carries"), flow.carries, spec.data_classes, "data class")
    for data_class, decisions in spec.inspection.decisions.items():
        problems += _known(("inspection", "decisions", data_class), data_class, spec.data_classes, "data class")
        for provider_name in decisions:
            problems += _known(
                ("inspection", "decisions", data_class, provider_name),
                provider_name,
                [*spec.providers, "default"],
                "provider",
            )
    return problems


def _known(path: Path, name: str, known: Iterable[str], what: str) -> list[Problem]:
    names = list(known)
    if name in names:
        return []
    close = difflib.get_close_matches(name, names, 1, 0.6)
    hint = f"did you mean '{close[0]}'?" if close else f"defined: {', '.join(names) or 'none'}"
    return [Problem("undefined", path, f"no {what} is called '{name}'", hint)]


def _unique(spec: ZoneSpec) -> Iterable[Problem]:
    """Flows name their ends without saying what they are, so one name may mean one thing only."""
    owner: dict[str, str] = {}
    for section in ("workloads", "agents", "services", "providers", "networks"):
        for name in getattr(spec, section):
            if name in RESERVED:
                yield Problem("reserved", (section, name), "is a name that zt-ai uses itself", "choose another name")
            elif name in owner:
                yield Problem(
                    "duplicate", (section, name), f"is also the name of one of the {owner[name]}", "rename one of them"
                )
            owner.setdefault(name, section)
