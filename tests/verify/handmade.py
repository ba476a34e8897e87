"""Graphs written by hand for the claims about audit and quotas, without any builder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from zt_ai.graph.model import Ref, Resource, ResourceGraph, Value
from zt_ai.intent.model import AuditIntent, Intent, ServiceIntent, WorkloadIntent, ZoneIntent
from zt_ai.spec.clouds import Aws
from zt_ai.spec.types import ServiceKind, ZoneKind

ACCOUNT = "111122223333"
OTHER = "999988887777"
ORGANIZATION = "o-exampleorgid"
REGION = "us-east-1"
SIX_YEARS = 2192  # 6 × 365.25, rounded up
SETTINGS = Aws(region=REGION, account=ACCOUNT, availability_zones=("us-east-1a",), cidr="10.0.0.0/16")


def urn(type_: str, name: str) -> str:
    """URN of a resource as `add` makes it."""
    return f"urn:pulumi:test::zt::{type_}::{name}"


def frozen(value: Any) -> Value:
    """A Python value as a graph holds it."""
    if isinstance(value, list | tuple):
        return tuple(frozen(one) for one in value)
    if isinstance(value, Mapping):
        return {key: frozen(one) for key, one in value.items()}
    return value


class Plan:
    """A graph that grows and shrinks; `graph()` freezes it."""

    def __init__(self) -> None:
        self._resources: dict[str, Resource] = {}

    def add(self, type_: str, name: str, /, *, id: str | None = None, **inputs: Any) -> Ref:  # noqa: A002
        """Add a resource; inputs carry wire names."""
        token = type_ if type_.startswith("aws:") else f"aws:{type_}"
        made = Resource(
            urn=urn(token, name), type=token, name=name, parent=None, custom=True, id=id,
            inputs={key: frozen(value) for key, value in inputs.items() if value is not None},
        )  # fmt: skip
        assert made.urn not in self._resources
        self._resources[made.urn] = made
        return Ref(made.urn)

    def change(self, ref: Ref, **inputs: Any) -> None:
        """Set inputs; None takes one away."""
        old = self._resources[ref.urn]
        merged = {**old.inputs, **{key: frozen(value) for key, value in inputs.items()}}
        self._resources[ref.urn] = replace(old, inputs={key: one for key, one in merged.items() if one is not None})

    def remove(self, ref: Ref) -> None:
        """Take a resource out."""
        del self._resources[ref.urn]

    def graph(self) -> ResourceGraph:
        """The graph as it is now."""
        return ResourceGraph(dict(self._resources), "mocks")


def document(*statements: Mapping[str, Any]) -> str:
    """A policy document as text."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


def allow(principal: Any, action: Any = "s3:GetObject", resource: Any = "*", **condition: Any) -> dict[str, Any]:
    """An Allow statement."""
    made = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": resource}
    return {**made, "Condition": condition} if condition else made


def deny(principal: Any, action: Any = "*", resource: Any = "*", **condition: Any) -> dict[str, Any]:
    """A Deny statement."""
    return {**allow(principal, action, resource, **condition), "Effect": "Deny"}


def make_intent(*, days: int = SIX_YEARS, buckets: tuple[str, ...] = ("records",)) -> Intent:
    """An intent with one data zone and one bucket service."""
    return Intent(
        name="clinic",
        classes=("public", "phi"),
        zones={
            "data": ZoneIntent("data", ZoneKind.DATA, "phi"),
            "egress": ZoneIntent("egress", ZoneKind.EGRESS, "phi"),
        },
        workloads={
            "store": WorkloadIntent("store", "data", "spiffe://clinic.internal/data/store", {}, "phi", False, False),
        },
        services={"documents": ServiceIntent("documents", ServiceKind.OBJECT_STORAGE, buckets, False)},
        networks={},
        providers={},
        accesses=(),
        model_calls=(),
        audit=AuditIntent(timedelta(days=days)),
        trust_domain="clinic.internal",
    )
