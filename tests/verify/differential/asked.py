"""What random worlds are made of, and what is asked for in them: the constants and the intent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from tests.verify.handmade import ACCOUNT, REGION
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
from zt_ai.spec.clouds import Aws
from zt_ai.spec.types import HttpMethod, ProviderApi, ProviderKind, ServiceAccess, ServiceKind, ZoneKind

SETTINGS = Aws(region=REGION, account=ACCOUNT, availability_zones=("us-east-1a",), cidr="10.0.0.0/16")
CLINIC = "172.16.5.0/24"
INTERNET_RANGE = "45.60.0.0/16"

Service = tuple[str, int | None, int | None]
SERVICES: tuple[Service, ...] = (
    ("tcp", 443, 443),
    ("tcp", 5432, 5432),
    ("tcp", 3128, 3128),
    ("tcp", 5000, 6000),
    ("tcp", 0, 65535),
    ("tcp", 1024, 65535),
    ("udp", 53, 53),
    ("udp", 1024, 65535),
    ("icmp", 8, 0),
    ("icmp", 3, -1),
    ("icmp", -1, -1),
    ("-1", None, None),
    ("50", None, None),
    ("6", 444, 5432),
    ("17", 0, 0),
)
SUBNETS = ("10.0.0.0/28", "10.0.0.16/28", "10.0.1.0/24", "10.0.2.0/26", "10.0.3.0/25")
CIDRS = (
    "0.0.0.0/0",
    "10.0.0.0/16",
    "10.0.0.0/27",
    "10.0.0.0/28",
    "10.0.0.16/28",
    "10.0.0.24/29",
    "10.0.1.0/24",
    "10.0.1.0/25",
    "10.0.1.9/32",
    "10.0.0.5/32",
    "10.0.0.3/32",
    "10.0.2.0/23",
    "10.0.2.62/32",
    "10.0.3.0/26",
    "10.9.0.0/16",
    CLINIC,
    "172.16.0.0/12",
    "172.16.5.77/32",
    INTERNET_RANGE,
    "10.0.0.0/9",
    "128.0.0.0/1",
)

WANTED: tuple[tuple[str, str, str, int], ...] = (
    ("api", "store", "tcp", 5432),
    ("api", "store", "udp", 53),
    ("store", "api", "tcp", 443),
    ("api", EGRESS_PROXY, "tcp", 3128),
    ("clinic", "api", "tcp", 443),
)


def make_intent(wanted: Sequence[tuple[str, str, str, int]], *, provider: bool, storage: bool) -> Intent:
    """An intent with a data, a processing and an egress zone and one access for each wanted tuple."""
    accesses = [
        Access(
            Clause(f"flow:{source}-{destination}-{protocol}-{port}", "needed"),
            source,
            Party.NETWORK if source == "clinic" else Party.WORKLOAD,
            destination,
            Party.WORKLOAD,
            (Ports(protocol, port, port),),
            "phi",
        )
        for source, destination, protocol, port in wanted
    ]
    if provider:
        accesses.append(
            Access(
                Clause("flow:ask", "needed"),
                EGRESS_PROXY,
                Party.WORKLOAD,
                "model",
                Party.PROVIDER,
                (Ports("tcp", 443, 443),),
                "phi",
            )
        )
    if storage:
        read = ServiceAccess.READ
        accesses.append(
            Access(
                Clause("flow:read", "needed"),
                "api",
                Party.WORKLOAD,
                "documents",
                Party.SERVICE,
                (Ports("tcp", 443, 443),),
                "phi",
                read,
            )
        )

    def workload(name: str, zone: str, serves: dict[str, Ports], implied: bool = False) -> WorkloadIntent:
        return WorkloadIntent(name, zone, f"spiffe://clinic.internal/{zone}/{name}", serves, "phi", False, implied)

    return Intent(
        name="clinic",
        classes=("public", "phi"),
        zones={
            "records": ZoneIntent("records", ZoneKind.DATA, "phi"),
            "work": ZoneIntent("work", ZoneKind.PROCESSING, "phi"),
            "egress": ZoneIntent("egress", ZoneKind.EGRESS, "phi"),
        },
        workloads={
            "store": workload("store", "records", {"sql": Ports("tcp", 5432, 5432), "dns": Ports("udp", 53, 53)}),
            "api": workload("api", "work", {"https": Ports("tcp", 443, 443)}),
            EGRESS_PROXY: workload(EGRESS_PROXY, "egress", {"connect": Ports("tcp", 3128, 3128)}, True),
        },
        services={"documents": ServiceIntent("documents", ServiceKind.OBJECT_STORAGE, ("papers",), False)},
        networks={"clinic": NetworkIntent("clinic", (CLINIC,))},
        providers={
            "model": ProviderIntent(
                "model",
                ProviderKind.EXTERNAL,
                ProviderApi.OPENAI,
                ("api.model.example",),
                None,
                ("m",),
                ("/",),
                (HttpMethod.POST,),
                (),
                (),
                None,
                date(2030, 1, 1),
                "BAA-1",
            )
        },
        accesses=tuple(accesses),
        model_calls=(),
        audit=AuditIntent(timedelta(days=2192)),
        trust_domain="clinic.internal",
    )
