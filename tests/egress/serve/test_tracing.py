"""Spans say how long a request took and what was decided, and nothing that stood in it."""

from __future__ import annotations

import subprocess
import sys

import pytest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from zt_ai.egress.model import Action, Verdict
from zt_ai.egress.serve.inspector import Timing
from zt_ai.egress.serve.tracing import Tracer

PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
TIMING = Timing(10**18, 5.0, 5.001, 5.004, 5.004, 5.006, 5.007)
RECORD = {
    "clause": "flow:charts",
    "operation": "chat",
    "model": "a model that a caller named",
    "path": "/v1/chat",
    "findings": [{"type": "ssn", "count": 2, "digests": ["d1"]}],
}


def spans(traceparent: str | None, verdict: Verdict) -> dict[str, object]:
    exporter = InMemorySpanExporter()
    Tracer(exporter).settled("chart-agent", "openai", verdict, RECORD, "id", TIMING, traceparent)
    return {span.name: span for span in exporter.get_finished_spans()}


def test_a_request_s_span_continues_the_caller_s_trace_and_has_a_child_for_each_step() -> None:
    made = spans(PARENT, Verdict(Action.ALLOW, "allowed"))
    assert set(made) == {"inspect", "judge", "audit"}
    whole, judge = made["inspect"], made["judge"]
    assert format(whole.context.trace_id, "032x") == PARENT.split("-")[1]  # type: ignore[attr-defined]
    assert format(whole.parent.span_id, "016x") == PARENT.split("-")[2]  # type: ignore[attr-defined]
    assert judge.parent.span_id == whole.context.span_id  # type: ignore[attr-defined]
    assert round((whole.end_time - whole.start_time) / 1e6) == 7  # type: ignore[attr-defined]
    assert round((judge.end_time - judge.start_time) / 1e6) == 3  # type: ignore[attr-defined]


@pytest.mark.parametrize("traceparent", [None, "", "nonsense", "00-0-0-01"])
def test_without_a_well_formed_parent_a_trace_begins_here(traceparent: str | None) -> None:
    assert spans(traceparent, Verdict(Action.ALLOW, "allowed"))["inspect"].parent is None  # type: ignore[attr-defined]


def test_attributes_are_names_of_the_policy_and_counts() -> None:
    attributes = dict(spans(None, Verdict(Action.REFUSE, "no", 503))["inspect"].attributes)  # type: ignore[attr-defined]
    assert attributes == {
        "zt.request_id": "id",
        "zt.caller": "chart-agent",
        "zt.provider": "openai",
        "zt.decision": "refuse",
        "zt.rule": "no",
        "zt.findings": 2,
        "zt.clause": "flow:charts",
        "zt.operation": "chat",
    }


def test_nothing_of_opentelemetry_is_imported_unless_an_endpoint_is_set() -> None:
    script = (
        "import sys; from zt_ai.egress.serve.tracing import Tracer; import zt_ai.egress.serve.service;"
        "assert Tracer.from_environment() is None;"
        "print([m for m in sys.modules if m.startswith('opentelemetry')])"
    )
    ran = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, env={})
    assert ran.stdout.strip() == "[]"
