"""An intent of any number of workloads, made the same way every time."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from zt_ai.intent.model import (
    EGRESS_PROXY,
    Access,
    AuditIntent,
    Clause,
    Intent,
    NetworkIntent,
    Party,
    Ports,
    ProviderIntent,
    ServiceIntent,
    WorkloadIntent,
    ZoneIntent,
)
from zt_ai.spec.types import HttpMethod, ProviderApi, ProviderKind, ServiceAccess, ServiceKind, ZoneKind

_ZONES = {
    "records": ZoneKind.DATA,
    "images": ZoneKind.DATA,
    "front": ZoneKind.ACCESS,
    "clinical": ZoneKind.PROCESSING,
    "agents": ZoneKind.PROCESSING,
    "research": ZoneKind.PROCESSING,
    "egress": ZoneKind.EGRESS,
}


def hospital(count: int, flows: int = 4) -> Intent:
    """An intent of `count` workloads in seven zones with `flows` flows each, made the same way every time."""
    homes = [zone for zone, kind in _ZONES.items() if kind is not ZoneKind.EGRESS]
    workloads: dict[str, WorkloadIntent] = {}
    for index in range(count):
        zone, port = homes[index % len(homes)], 8440 + index % 8
        workloads[f"w{index}"] = WorkloadIntent(
            f"w{index}", zone, f"spiffe://x/{zone}/w{index}", {"main": Ports("tcp", port, port)}, "phi", False, False
        )
    serves = {"connect": Ports("tcp", 3128, 3128), "gateway": Ports("tcp", 8443, 8443)}
    workloads[EGRESS_PROXY] = WorkloadIntent(
        EGRESS_PROXY, "egress", "spiffe://x/egress/proxy", serves, "phi", False, True
    )
    services = {
        "documents": ServiceIntent("documents", ServiceKind.OBJECT_STORAGE, ("hospital-documents",), False),
        "secrets": ServiceIntent("secrets", ServiceKind.SECRETS, ("hospital/secrets",), False),
        "egress-logs": ServiceIntent("egress-logs", ServiceKind.LOGS, ("/zt/egress",), True),
        "egress-images": ServiceIntent("egress-images", ServiceKind.CONTAINER_IMAGES, ("zt-ai/egress-proxy",), True),
    }
    accesses: list[Access] = []

    def access(
        clause: str,
        source: str,
        party: Party,
        destination: str,
        to: Party,
        ports: Iterable[Ports],
        use: ServiceAccess | None = None,
    ) -> None:
        accesses.append(
            Access(
                Clause(clause, "made for a benchmark"), source, party, destination, to, tuple(ports), "internal", use
            )
        )

    https = Ports("tcp", 443, 443)
    for index in range(count):
        name, data = f"w{index}", _ZONES[workloads[f"w{index}"].zone] is ZoneKind.DATA
        for turn in range(flows):
            clause = f"flow:f{index}-{turn}"
            if turn == flows - 1 and index % 4 == 0:
                service = "documents" if index % 8 else "secrets"
                access(clause, name, Party.WORKLOAD, service, Party.SERVICE, (https,), ServiceAccess.READ)
            elif turn == flows - 1 and index % 4 == 1 and not data:
                access(clause, name, Party.WORKLOAD, EGRESS_PROXY, Party.WORKLOAD, serves.values())
                access(clause, EGRESS_PROXY, Party.WORKLOAD, "model", Party.PROVIDER, (https,))
            else:
                other = f"w{(index + 1 + turn * turn * 7 + turn * 3) % count}"
                if other != name:
                    access(clause, name, Party.WORKLOAD, other, Party.WORKLOAD, workloads[other].serves.values())
    first = next(name for name, workload in workloads.items() if workload.zone == "front")
    access("flow:clinicians", "clinic", Party.NETWORK, first, Party.WORKLOAD, workloads[first].serves.values())
    for name, use in (("egress-logs", ServiceAccess.WRITE), ("egress-images", ServiceAccess.READ)):
        access(f"implied:{name}", EGRESS_PROXY, Party.WORKLOAD, name, Party.SERVICE, (https,), use)
    return Intent(
        name="hospital",
        classes=("public", "internal", "deidentified", "phi"),
        zones={n: ZoneIntent(n, k, "phi") for n, k in _ZONES.items()},
        workloads=workloads,
        services=services,
        networks={"clinic": NetworkIntent("clinic", ("10.128.0.0/14",))},
        providers={
            "model": ProviderIntent(
                "model",
                ProviderKind.EXTERNAL,
                ProviderApi.OPENAI,
                ("api.example.com",),
                None,
                ("m",),
                ("/v1",),
                (HttpMethod.POST,),
                (),
                (),
                None,
                None,
                None,
            )
        },
        accesses=tuple(accesses),
        model_calls=(),
        audit=AuditIntent(timedelta(days=2200)),
        trust_domain="hospital.internal",
    )
