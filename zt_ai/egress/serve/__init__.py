"""The inspector's worker process: Envoy's `ext_proc` calls in, verdicts out.

`python -m zt_ai.egress.serve` runs one. From the wire up: `frames`, `headers`, `connection` and `call` are the server
side of HTTP/2 and gRPC, `service` routes calls, `session` is one request, `answering` its answer, `queue` the order of
judging.
"""
