"""Flows: each is possible, in force, and said once."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from zt_ai.spec.model import Flow, ZoneSpec
from zt_ai.spec.problems import Path, Problem
from zt_ai.spec.types import ServiceKind, ZoneKind


def check_flows(spec: ZoneSpec, on: date) -> list[Problem]:
    """Problems of single flows and of pairs that say the same."""
    problems: list[Problem] = []
    said: dict[tuple[str, str, str], str] = {}
    for name, flow in spec.flows.items():
        path: Path = ("flows", name)
        if flow.expires and flow.expires < on:
            hint = "remove the flow, or give it a later date with a reason"
            problems.append(Problem("flow-expired", (*path, "expires"), f"ended on {flow.expires}", hint))
        problems += _ends(spec, flow, path)
        problems += _details(spec, flow, path)
        for port in flow.ports or ("*",):
            key = (flow.source, flow.destination, port)
            if key in said:
                problems.append(Problem("duplicate", path, f"says the same as flow '{said[key]}'", "keep one of them"))
            said.setdefault(key, name)
    return problems


def _ends(spec: ZoneSpec, flow: Flow, path: Path) -> Iterator[Problem]:
    source, destination = spec.runs.get(flow.source), spec.runs.get(flow.destination)
    if flow.source in spec.networks:
        if destination is None or spec.zones[destination.zone].kind is not ZoneKind.ACCESS:
            hint = "let it call a workload in a zone of kind access, which calls on"
            yield Problem("network-access", (*path, "to"), "a network outside reaches access zones only", hint)
        elif spec.clouds.aws and spec.clouds.aws.transit_gateway is None:
            hint = "name the transit gateway through which the network arrives, or remove the flow"
            yield Problem(
                "network-access", ("clouds", "aws", "transit_gateway"), f"is needed by flow '{path[1]}'", hint
            )
    if source is not None and spec.zones[source.zone].kind is ZoneKind.DATA and flow.destination in spec.providers:
        hint = "a data zone has no egress; let a workload of a processing zone read the data and make the call"
        yield Problem(
            "data-zone-egress", path, f"leads out of data zone '{source.zone}' to provider '{flow.destination}'", hint
        )
    for end, workload_name, workload in (("from", flow.source, source), ("to", flow.destination, destination)):
        if workload is not None and spec.rank(flow.carries) > spec.rank(spec.zones[workload.zone].holds):
            message = (
                f"carries {flow.carries}, but zone '{workload.zone}' holds {spec.zones[workload.zone].holds} at most"
            )
            hint = f"de-identify before '{workload_name}', or move it to a zone that may hold it"
            yield Problem("zone-class", (*path, end), message, hint)


def _details(spec: ZoneSpec, flow: Flow, path: Path) -> Iterator[Problem]:
    destination = spec.runs.get(flow.destination)
    if destination is None and flow.ports:
        yield Problem(
            "ports", (*path, "ports"), "services and providers are reached on their own port", "leave `ports` out"
        )
    if destination is not None:
        if not destination.serves:
            hint = "add the port under its `serves`"
            yield Problem("ports", (*path, "to"), f"workload '{flow.destination}' serves no port", hint)
        for index, port in enumerate(flow.ports):
            if port not in destination.serves:
                hint = f"it serves: {', '.join(destination.serves) or 'nothing'}"
                yield Problem(
                    "ports", (*path, "ports", index), f"workload '{flow.destination}' serves no port '{port}'", hint
                )
    if flow.access is not None and flow.destination not in spec.services:
        yield Problem("flow-access", (*path, "access"), "only flows to services have an access", "leave it out")
    service = spec.services.get(flow.destination)
    if service is not None and service.kind is ServiceKind.MANAGED_LLM:
        hint = "declare a provider of kind cloud-managed with this service, and let the flow go to the provider"
        yield Problem(
            "uninspected-model", (*path, "to"), "a managed model is called through the egress proxy only", hint
        )
    yield from _provider_details(spec, flow, path)


def _provider_details(spec: ZoneSpec, flow: Flow, path: Path) -> Iterator[Problem]:
    provider = spec.providers.get(flow.destination)
    if provider is None:
        for key in ("models", "paths", "limits", "restore"):
            if getattr(flow, key):
                yield Problem("models", (*path, key), f"only flows to providers have {key}", "leave it out")
    for index, model in enumerate(flow.models):
        if provider is not None and model not in provider.models:
            hint = f"the provider's models: {', '.join(provider.models)}"
            yield Problem(
                "models", (*path, "models", index), f"provider '{flow.destination}' has no model '{model}'", hint
            )
    for index, prefix in enumerate(flow.paths):
        if provider is not None and not any(prefix.startswith(whole) for whole in provider.paths):
            hint = f"the provider's paths: {', '.join(provider.paths)}"
            yield Problem(
                "models", (*path, "paths", index), f"provider '{flow.destination}' has no path '{prefix}'", hint
            )
