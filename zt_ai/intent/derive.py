"""From a checked specification to the intent. Pure: the same specification and day give the same intent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from zt_ai.intent.hosts import managed_hosts
from zt_ai.intent.model import (
    EGRESS_PROXY,
    PROXY_CONNECT_PORT,
    PROXY_GATEWAY_PORT,
    Access,
    Agreement,
    AuditIntent,
    Clause,
    InspectionIntent,
    Intent,
    ModelCall,
    NetworkIntent,
    Party,
    Ports,
    ProviderIntent,
    ServiceIntent,
    WorkloadIntent,
    ZoneIntent,
)
from zt_ai.spec.checks.information import effective_classes
from zt_ai.spec.checks.providers import baa_in_force
from zt_ai.spec.clouds import Cloud
from zt_ai.spec.model import Flow, Provider, ZoneSpec
from zt_ai.spec.types import Decision, ProviderKind, ServiceAccess, ServiceKind, ZoneKind

_HTTPS = (Ports("tcp", 443, 443),)
_PROXY_PORTS = (
    Ports("tcp", PROXY_CONNECT_PORT, PROXY_CONNECT_PORT),
    Ports("tcp", PROXY_GATEWAY_PORT, PROXY_GATEWAY_PORT),
)


def derive(spec: ZoneSpec, *, on: date | None = None, cloud: Cloud | None = None) -> Intent:
    """The intent of a specification on a day (today by default): agreements that are not in force then do not count.

    With a `cloud`, what the specification says for that cloud holds; without, what it says for all.
    """
    day = on or date.today()
    if cloud is not None:
        spec = spec.on_cloud(cloud)
    trust_domain = spec.certificates.trust_domain or f"{spec.name}.internal"
    accesses = [access for name, flow in spec.flows.items() for access in _accesses(spec, name, flow)]
    services = {name: ServiceIntent(name, s.kind, s.resources, implied=False) for name, s in spec.services.items()}
    hosts = managed_hosts(spec, cloud)
    proxied = any(flow.destination in spec.providers for flow in spec.flows.values())
    if proxied:
        for service in _proxy_services(spec, cloud or "aws"):
            services[service.name] = service
            accesses.append(_implied(service, spec.data_classes[0]))
    return Intent(
        name=spec.name,
        classes=spec.data_classes,
        zones={name: ZoneIntent(name, zone.kind, zone.holds) for name, zone in spec.zones.items()},
        workloads=_workloads(spec, trust_domain),
        services=services,
        networks={name: NetworkIntent(name, network.cidrs) for name, network in spec.networks.items()},
        providers={n: _provider(n, p, hosts.get(n, p.domains), day) for n, p in spec.providers.items()},
        accesses=tuple(accesses),
        model_calls=tuple(_model_calls(spec, day)),
        audit=AuditIntent(spec.audit.retention),
        trust_domain=trust_domain,
        inspection=InspectionIntent(
            spec.inspection.detectors, spec.inspection.secrets, spec.inspection.body_limit, spec.inspection.responses
        ),
    )


def _accesses(spec: ZoneSpec, name: str, flow: Flow) -> Iterator[Access]:
    clause = Clause(f"flow:{name}", flow.reason)
    party = Party.NETWORK if flow.source in spec.networks else Party.WORKLOAD
    if flow.destination in spec.runs:
        served = spec.runs[flow.destination].serves
        chosen = [served[port] for port in flow.ports or served]
        ports = {Ports(p.protocol.transport, p.port, p.end_port or p.port) for p in chosen}
        yield Access(clause, flow.source, party, flow.destination, Party.WORKLOAD, tuple(sorted(ports)), flow.carries)
    elif flow.destination in spec.services:
        access = flow.access or ServiceAccess.READ
        yield Access(clause, flow.source, party, flow.destination, Party.SERVICE, _HTTPS, flow.carries, access)
    else:
        provider = spec.providers[flow.destination]
        yield Access(clause, flow.source, party, EGRESS_PROXY, Party.WORKLOAD, _PROXY_PORTS, flow.carries)
        if provider.service is not None:
            yield Access(
                clause,
                EGRESS_PROXY,
                Party.WORKLOAD,
                provider.service,
                Party.SERVICE,
                _HTTPS,
                flow.carries,
                ServiceAccess.READ,
            )
        else:
            yield Access(clause, EGRESS_PROXY, Party.WORKLOAD, flow.destination, Party.PROVIDER, _HTTPS, flow.carries)


def _workloads(spec: ZoneSpec, trust_domain: str) -> dict[str, WorkloadIntent]:
    effective = effective_classes(spec)
    result: dict[str, WorkloadIntent] = {}
    for name, workload in spec.runs.items():
        serves = {
            port: Ports(s.protocol.transport, s.port, s.end_port or s.port) for port, s in workload.serves.items()
        }
        path = workload.identity.spiffe or f"/{workload.zone}/{name}"
        result[name] = WorkloadIntent(
            name,
            workload.zone,
            f"spiffe://{trust_domain}{path}",
            serves,
            effective[name],
            agent=name in spec.agents,
            implied=False,
            assumed_by=workload.identity.aws.assumed_by,
        )
    egress = next(name for name, zone in spec.zones.items() if zone.kind is ZoneKind.EGRESS)
    carried = [flow.carries for flow in spec.flows.values() if flow.destination in spec.providers]
    result[EGRESS_PROXY] = WorkloadIntent(
        EGRESS_PROXY,
        egress,
        f"spiffe://{trust_domain}/{egress}/{EGRESS_PROXY}",
        {"connect": _PROXY_PORTS[0], "gateway": _PROXY_PORTS[1]},
        max(carried, key=spec.rank, default=spec.data_classes[0]),
        agent=False,
        implied=True,
    )
    return result


def _provider(name: str, provider: Provider, hosts: tuple[str, ...], day: date) -> ProviderIntent:
    baa, in_force = provider.baa, baa_in_force(provider, day)
    return ProviderIntent(
        name,
        provider.kind,
        provider.api,
        provider.domains,
        provider.service if provider.kind is ProviderKind.CLOUD_MANAGED else None,
        provider.models,
        provider.paths,
        provider.methods,
        provider.hosted_tools,
        hosts,
        agreement=Agreement(baa.reference, baa.effective, baa.expires) if baa else None,
        baa_expires=baa.expires if baa and in_force else None,
        baa_reference=baa.reference if baa and in_force else None,
    )


def _proxy_services(spec: ZoneSpec, cloud: Cloud) -> tuple[ServiceIntent, ...]:
    """What the proxy itself needs to start: its image, its configuration and a place for its log."""
    settings = spec.clouds.of(cloud)
    image = (settings.proxy.image if settings else None) or "zt-ai/egress-proxy"
    return (
        ServiceIntent("egress-images", ServiceKind.CONTAINER_IMAGES, (image.partition(":")[0],), implied=True),
        ServiceIntent("egress-logs", ServiceKind.LOGS, (f"/zt-ai/{spec.name}/{EGRESS_PROXY}",), implied=True),
        ServiceIntent("egress-secrets", ServiceKind.SECRETS, (f"{spec.name}/{EGRESS_PROXY}",), implied=True),
    )


def _implied(service: ServiceIntent, lowest: str) -> Access:
    kind = service.name.partition("-")[2]
    clause = Clause(f"implied:{service.name}", f"the egress proxy needs its {kind} to run")
    access = ServiceAccess.WRITE if service.kind is ServiceKind.LOGS else ServiceAccess.READ
    return Access(clause, EGRESS_PROXY, Party.WORKLOAD, service.name, Party.SERVICE, _HTTPS, lowest, access)


def _model_calls(spec: ZoneSpec, day: date) -> Iterator[ModelCall]:
    for name, flow in spec.flows.items():
        provider = spec.providers.get(flow.destination)
        if provider is not None:
            said = {c: _said(spec, c, flow) for c in spec.data_classes}
            yield ModelCall(
                Clause(f"flow:{name}", flow.reason),
                flow.source,
                flow.destination,
                flow.models or provider.models,
                flow.paths or provider.paths,
                flow.carries,
                decisions={c: _barred(spec, c, decision, provider, day) for c, decision in said.items()},
                said=said,
                expires=flow.expires,
                restore=flow.restore,
                requests_per_minute=flow.limits.requests_per_minute if flow.limits else None,
                tokens_per_day=flow.limits.tokens_per_day if flow.limits else None,
            )


def _said(spec: ZoneSpec, data_class: str, flow: Flow) -> Decision:
    """What was said for this provider, else for all, else `allow`; what the flow does not carry is never allowed."""
    said = spec.inspection.decisions.get(data_class, {})
    decision = said.get(flow.destination, said.get("default", Decision.ALLOW))
    carried = spec.rank(data_class) <= spec.rank(flow.carries)
    return Decision.BLOCK if decision is Decision.ALLOW and not carried else decision


def _barred(spec: ZoneSpec, data_class: str, said: Decision, provider: Provider, day: date) -> Decision:
    """The highest class is never allowed at a provider without an agreement in force."""
    barred = data_class == spec.data_classes[-1] and not baa_in_force(provider, day)
    return Decision.BLOCK if barred and said is Decision.ALLOW else said
