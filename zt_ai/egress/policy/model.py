"""The policy document: typed and frozen, written as JSON into the proxy's configuration, read by inspector and Envoy.

It holds dates, not verdicts about dates: whether an agreement or a flow is in force is judged for each request on its
own day, so a proxy that runs past midnight needs no new document.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from functools import cached_property
from typing import Literal

from zt_ai.spec.base import Model
from zt_ai.spec.types import Decision, DetectorSet, HttpMethod, ProviderApi, ProviderKind


class AgreementPolicy(Model):
    """A business associate agreement with a provider; both days are included."""

    reference: str
    effective: date
    expires: date

    def in_force(self, on: date) -> bool:
        """Whether the agreement covers a day."""
        return self.effective <= on <= self.expires


class ProviderPolicy(Model):
    """A provider, and everything that may be asked of it by anybody."""

    api: ProviderApi
    kind: ProviderKind
    hosts: tuple[str, ...]
    """Host names, lower case, without port; port 443. Each host belongs to one provider."""
    methods: tuple[HttpMethod, ...]
    hosted_tools: tuple[str, ...] = ()
    """Tools run by the provider that may appear in requests, by the type its API gives them."""
    agreement: AgreementPolicy | None = None

    def agreement_in_force(self, on: date) -> bool:
        """Whether the highest data class may reach the provider at all on a day."""
        return self.agreement is not None and self.agreement.in_force(on)


class CallerPolicy(Model):
    """A workload or agent that calls models."""

    spiffe_id: str
    zone: str
    holds: str
    """Highest data class that its zone holds."""


class LimitsPolicy(Model):
    """How much one caller may ask of one provider; None is no limit."""

    requests_per_minute: int | None = None
    tokens_per_day: int | None = None


class CallPolicy(Model):
    """One flow to a provider: who may ask what of whom."""

    clause: str
    """`flow:NAME`."""
    caller: str
    provider: str
    models: tuple[str, ...]
    paths: tuple[str, ...]
    """Literal prefixes of the request path."""
    carries: str
    decisions: Mapping[str, Decision]
    """By data class, for every class of the lattice, before the agreement's dates are looked at."""
    expires: date | None = None
    """Last day of the flow."""
    restore: bool = False
    limits: LimitsPolicy = LimitsPolicy()


class Policy(Model):
    """Everything the proxy enforces. What is not listed is refused."""

    version: Literal[1] = 1
    name: str
    """Name of the specification."""
    trust_domain: str
    classes: tuple[str, ...]
    """The lattice, lowest first; whatever a detector finds belongs to the last one."""
    providers: Mapping[str, ProviderPolicy]
    callers: Mapping[str, CallerPolicy]
    calls: tuple[CallPolicy, ...]
    """At most one for each caller and provider."""
    detectors: tuple[DetectorSet, ...]
    secrets: Decision
    """What happens to secrets at every provider: `redact` or `block`."""
    body_limit: int
    """Largest request body, in bytes, as it is on the wire and as it is after decompression."""
    responses: bool
    """Whether answers are inspected."""
    audit_days: int
    """How long records are kept, in days."""

    @property
    def highest(self) -> str:
        """The class that only a provider with an agreement in force may see."""
        return self.classes[-1]

    @cached_property
    def _calls(self) -> dict[tuple[str, str], CallPolicy]:
        return {(call.caller, call.provider): call for call in self.calls}

    @cached_property
    def _callers(self) -> dict[str, str]:
        return {caller.spiffe_id: name for name, caller in self.callers.items()}

    @cached_property
    def _providers(self) -> dict[str, str]:
        return {host: name for name, provider in self.providers.items() for host in provider.hosts}

    def call(self, caller: str, provider: str) -> CallPolicy | None:
        """The flow from a caller to a provider, None if there is none."""
        return self._calls.get((caller, provider))

    def caller_of(self, spiffe_id: str) -> str | None:
        """Name of the workload with this identity."""
        return self._callers.get(spiffe_id)

    def provider_of(self, host: str) -> str | None:
        """Name of the provider behind a host name in lower case."""
        return self._providers.get(host)

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the document, as 64 hexadecimal digits: says in each audit record what was enforced."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()
