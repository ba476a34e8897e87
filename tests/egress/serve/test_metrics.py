"""Metrics of several workers are merged, and their labels stay few."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

from zt_ai.egress.model import Action, Verdict
from zt_ai.egress.serve.inspector import Timing
from zt_ai.egress.serve.metrics import Metrics

from .fakes import policy
from .harness import HERE

WORKER = """
from zt_ai.egress.model import Action, Verdict
from zt_ai.egress.serve.inspector import Timing
from zt_ai.egress.serve.metrics import Metrics
import os
metrics = Metrics()
metrics.began()
metrics.settled("chart-agent", "openai", Verdict(Action.ALLOW, "allowed"), [{"type": "ssn", "count": 2}],
                Timing(1, 1.0, 1.1, 1.2, 1.2, 1.3, 1.4))
metrics.flush()
os._exit(0)
"""


def test_requests_of_two_workers_are_added_up(tmp_path: Path) -> None:
    for _ in range(2):
        environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": str(HERE.parents[2])}
        subprocess.run([sys.executable, "-c", WORKER], env=environment, check=True)
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(tmp_path))
    text = generate_latest(registry).decode()
    assert 'zt_requests_total{caller="chart-agent",decision="allow",provider="openai",rule="allowed"} 2.0' in text
    assert 'zt_findings_total{type="ssn"} 4.0' in text
    assert 'zt_seconds_count{step="judge"} 2.0' in text


def test_rules_beyond_a_bound_are_counted_together() -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    for number in range(300):
        metrics.settled("a", "b", Verdict(Action.REFUSE, f"rule-{number}"), (), Timing())
    metrics.flush()
    labels = {"caller": "a", "provider": "b", "decision": "refuse", "rule": "other"}
    assert registry.get_sample_value("zt_requests_total", labels) == 100


def test_a_provider_without_an_agreement_has_no_days_left_and_one_that_went_away_neither() -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    with_agreement = policy()
    provider = with_agreement.providers["openai"]
    metrics.policy(with_agreement)
    assert (registry.get_sample_value("zt_agreement_days_left", {"provider": "openai"}) or 0) > 20_000
    metrics.policy(
        with_agreement.model_copy(update={"providers": {"other": provider.model_copy(update={"agreement": None})}})
    )
    for name in ("openai", "other"):
        assert registry.get_sample_value("zt_agreement_days_left", {"provider": name}) == -1


def test_reloads_tokens_and_cuts_are_counted() -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    metrics.reloaded(accepted=True)
    metrics.reloaded(accepted=False)
    metrics.tokens("a", "b", 7, -1)
    metrics.cut("a", "b", "answer-holds-phi")
    metrics.error("audit")
    metrics.flush()
    sample = registry.get_sample_value
    assert sample("zt_policy_reloads_total", {"result": "refused"}) == 1
    assert sample("zt_tokens_total", {"caller": "a", "provider": "b", "direction": "input"}) == 7
    assert sample("zt_tokens_total", {"caller": "a", "provider": "b", "direction": "output"}) == 0
    assert sample("zt_answers_cut_total", {"caller": "a", "provider": "b", "rule": "answer-holds-phi"}) == 1
    assert sample("zt_errors_total", {"where": "audit"}) == 1


def test_what_every_request_counts_is_written_by_a_flush_and_once() -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    labels = {"caller": "a", "provider": "b", "decision": "allow", "rule": "allowed"}

    def written() -> tuple[float | None, ...]:
        sample = registry.get_sample_value
        return sample("zt_requests_total", labels), sample("zt_findings_total", {"type": "ssn"}), sample("zt_inflight")

    for _ in range(3):
        metrics.began()
        metrics.settled("a", "b", Verdict(Action.ALLOW, "allowed"), [{"type": "ssn", "count": 2}], Timing())
    metrics.ended()
    assert written() == (0, 0, 0)
    metrics.flush()
    metrics.flush()
    assert written() == (3, 6, 2)
    metrics.settled("a", "b", Verdict(Action.ALLOW, "allowed"), (), Timing())
    metrics.ended()
    metrics.ended()
    metrics.flush()
    assert written() == (4, 6, 0)


def test_what_is_rare_is_written_at_once() -> None:
    registry = CollectorRegistry()
    metrics = Metrics(registry)
    metrics.abandoned()
    metrics.error("audit")
    metrics.cut("a", "b", "phi-in-answer")
    sample = registry.get_sample_value
    assert sample("zt_requests_abandoned_total") == 1
    assert sample("zt_errors_total", {"where": "audit"}) == 1
    assert sample("zt_answers_cut_total", {"caller": "a", "provider": "b", "rule": "phi-in-answer"}) == 1
