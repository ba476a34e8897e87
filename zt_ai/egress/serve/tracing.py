"""OpenTelemetry spans of the inspector, made after the fact from the times of a request. Never any payload.

Only when `OTEL_EXPORTER_OTLP_ENDPOINT` is set (OpenTelemetry specification, "Environment Variables") is anything of
OpenTelemetry imported.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from zt_ai.egress.model import Action, Verdict

if TYPE_CHECKING:
    from opentelemetry.sdk.trace.export import SpanExporter

    from zt_ai.egress.serve.inspector import Timing

# What a record says that may be told to a tracing backend: names from the policy and counts.
_ATTRIBUTES = ("clause", "operation", "bytes", "policy")


class Tracer:
    """Exports one span for each request, with a child for each step."""

    def __init__(self, exporter: SpanExporter | None = None) -> None:
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
        from opentelemetry.sdk.trace.export import BatchSpanProcessor, SimpleSpanProcessor  # noqa: PLC0415
        from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415

        if exporter is None:
            from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415

            processor: Any = BatchSpanProcessor(OTLPSpanExporter())
        else:
            processor = SimpleSpanProcessor(exporter)
        self._provider = TracerProvider(resource=Resource.create({"service.name": "zt-ai-inspector"}))
        self._provider.add_span_processor(processor)
        self._tracer = self._provider.get_tracer("zt_ai.egress.serve")
        self._propagator = TraceContextTextMapPropagator()

    @classmethod
    def from_environment(cls) -> Tracer | None:
        """A tracer if an endpoint is configured, else None."""
        configured = any(
            os.environ.get(name) for name in ("OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")
        )
        return cls() if configured else None

    def settled(
        self,
        caller: str,
        provider: str,
        verdict: Verdict,
        record: Mapping[str, Any],
        request_id: str,
        timing: Timing,
        traceparent: str | None,
    ) -> None:
        """A request has its verdict. The caller's `traceparent` is the parent, if it is well-formed."""
        from opentelemetry.trace import SpanKind, Status, StatusCode, set_span_in_context  # noqa: PLC0415

        def at(seconds: float) -> int:
            return timing.started_ns + int((seconds - timing.started) * 1e9)

        parent = self._propagator.extract({"traceparent": traceparent} if traceparent else {})
        attributes: dict[str, Any] = {
            "zt.request_id": request_id,
            "zt.caller": caller,
            "zt.provider": provider,
            "zt.decision": verdict.action.value,
            "zt.rule": verdict.rule,
            "zt.findings": sum(finding["count"] for finding in record.get("findings", ())),
        }
        attributes |= {f"zt.{name}": record[name] for name in _ATTRIBUTES if record.get(name) is not None}
        span = self._tracer.start_span(
            "inspect", context=parent, kind=SpanKind.SERVER, attributes=attributes, start_time=timing.started_ns
        )
        if verdict.action is Action.REFUSE and verdict.status >= 500:
            span.set_status(Status(StatusCode.ERROR, verdict.rule))
        inside = set_span_in_context(span)
        for name, start, end in (
            ("judge", timing.judging, timing.judged),
            ("audit", timing.recording, timing.recorded),
        ):
            if start and end:
                self._tracer.start_span(name, context=inside, start_time=at(start)).end(end_time=at(end))
        span.end(end_time=at(timing.settled))

    def close(self) -> None:
        """Export what is left."""
        self._provider.shutdown()
