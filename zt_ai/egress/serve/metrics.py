"""Prometheus metrics of a worker, merged over all workers of a proxy by `prometheus_client`'s multiprocess mode.

`PROMETHEUS_MULTIPROC_DIR` has to be set before this module is imported (prometheus_client documentation, "Multiprocess
Mode (E.g. Gunicorn)"). Label values come from the policy and from our own rule ids, so their number is bounded.

Each count in that mode is a write to a shared file. What every request counts is therefore added up here and written
once a second, and when the worker ends (`flush`): of a worker that is killed the last second may be missing. What is
rare (errors, cut answers, policies, clients that left) is written at once, and so are the histograms, whose
observations have no cheaper form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from zt_ai.egress.model import Verdict
from zt_ai.egress.policy import Policy

if TYPE_CHECKING:
    from zt_ai.egress.serve.inspector import Timing

_BUCKETS: Final = (0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.125, 0.25, 0.5, 1.0, 2.0, 4.0)
_MOST_RULES: Final = 200
"""Rules are ids in our code; should one ever carry more than that, it is counted as `other`."""


class Metrics:
    """The metrics of one worker."""

    def __init__(self, registry: CollectorRegistry | None = None) -> None:
        registry = registry or CollectorRegistry()
        flow = ["caller", "provider"]
        self._requests = Counter(
            "zt_requests", "Requests by what was decided", [*flow, "decision", "rule"], registry=registry
        )
        self._findings = Counter("zt_findings", "Identifiers found in requests", ["type"], registry=registry)
        self._tokens = Counter("zt_tokens", "Tokens, as providers count them", [*flow, "direction"], registry=registry)
        self._cuts = Counter("zt_answers_cut", "Answers that were cut off", [*flow, "rule"], registry=registry)
        self._errors = Counter("zt_errors", "What went wrong in the inspector", ["where"], registry=registry)
        self._reloads = Counter("zt_policy_reloads", "Policy documents read", ["result"], registry=registry)
        self._abandoned = Counter("zt_requests_abandoned", "Requests whose client left early", registry=registry)
        self._seconds = Histogram(
            "zt_seconds", "Seconds that a request spent in a step", ["step"], buckets=_BUCKETS, registry=registry
        )
        self._inflight = Gauge(
            "zt_inflight", "Requests in the inspector", registry=registry, multiprocess_mode="livesum"
        )
        self._days = Gauge(
            "zt_agreement_days_left",
            "Days until a provider's business associate agreement ends, -1 without one in force",
            ["provider"],
            registry=registry,
            multiprocess_mode="livemin",
        )
        self._rules: set[str] = set()
        # Finding a labelled child costs more than counting: keep them. Caches of bound methods live as long as we do.
        self._request = cache(self._requests.labels)
        self._finding = cache(self._findings.labels)
        self._token = cache(self._tokens.labels)
        self._judge = self._seconds.labels("judge")
        self._audit = self._seconds.labels("audit")
        self._whole = self._seconds.labels("whole")
        self._agreements: dict[str, date | None] = {}
        self._open = 0
        self._unwritten: dict[Counter, int] = {}
        """What was counted since `flush`, by labelled child."""

    def flush(self) -> None:
        """Write what was counted since the last time."""
        self._inflight.set(self._open)
        unwritten, self._unwritten = self._unwritten, {}
        for child, amount in unwritten.items():
            child.inc(amount)

    def began(self) -> None:
        """A request came in."""
        self._open += 1

    def ended(self) -> None:
        """A request is over, its answer included."""
        self._open -= 1

    def abandoned(self) -> None:
        """A request was lost before its verdict."""
        self._abandoned.inc()

    def error(self, where: str) -> None:
        """Something went wrong; `where` is one of our own words."""
        self._errors.labels(where).inc()

    def reloaded(self, accepted: bool) -> None:
        """A policy document was read anew."""
        self._reloads.labels("accepted" if accepted else "refused").inc()

    def cut(self, caller: str, provider: str, rule: str) -> None:
        """An answer was cut."""
        self._cuts.labels(caller, provider, self._known(rule)).inc()

    def tokens(self, caller: str, provider: str, came_in: int, went_out: int) -> None:
        """Tokens of one request."""
        self._count(self._token(caller, provider, "input"), max(0, came_in))
        self._count(self._token(caller, provider, "output"), max(0, went_out))

    def settled(
        self,
        caller: str,
        provider: str,
        verdict: Verdict,
        findings: Sequence[Mapping[str, Any]],
        timing: Timing,
    ) -> None:
        """A request has its verdict."""
        self._count(self._request(caller, provider, verdict.action.value, self._known(verdict.rule)), 1)
        for finding in findings:
            self._count(self._finding(finding["type"]), finding["count"])
        if timing.judged:
            self._judge.observe(timing.judged - timing.judging)
        if timing.recorded:
            self._audit.observe(timing.recorded - timing.recording)
        if timing.started:
            self._whole.observe(timing.settled - timing.started)

    def policy(self, policy: Policy) -> None:
        """Which agreements there are; their days are counted by `today`."""
        for gone in self._agreements.keys() - policy.providers.keys():
            self._days.labels(gone).set(-1)
        self._agreements = {
            name: provider.agreement.expires if provider.agreement else None
            for name, provider in policy.providers.items()
        }
        self.today()

    def today(self) -> None:
        """Set the days that are left; call it now and then."""
        on = datetime.now(UTC).date()
        for name, expires in self._agreements.items():
            self._days.labels(name).set(max(-1, (expires - on).days) if expires else -1)

    def _count(self, child: Counter, amount: int) -> None:
        self._unwritten[child] = self._unwritten.get(child, 0) + amount

    def _known(self, rule: str) -> str:
        if rule not in self._rules:
            if len(self._rules) >= _MOST_RULES:
                return "other"
            self._rules.add(rule)
        return rule
