"""What must hold after every fault, whatever it was."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.egress.faults.wire import Answer, Way, post
from tests.egress.running import Proxy

SSN = "536-22-8714"
# As it stands in a text, without its separators, and in parts; random ids have shorter runs of digits by chance.
PLANTED = (b"536-22-8714", b"536228714", b"536-22", b"22-8714")


def until(condition: Callable[[], object], what: str, seconds: float = 20) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.02)


@contextmanager
def nothing_leaves(proxy: Proxy) -> Iterator[None]:
    """Not one byte reaches the provider meanwhile."""
    proxy.standin.forget()
    yield
    assert bytes(proxy.standin.wire) == b"", "something reached the provider"


def in_own_format(answer: Answer, way: Way, status: int, rule: str) -> str:
    """The answer is an error as the provider's API has them, with rule and request id. Gives the id."""
    assert (answer.status, answer.rule) == (status, rule), answer
    assert answer.headers["content-type"] == "application/json"
    ids = {answer.headers["x-request-id"], answer.headers["x-zt-request-id"]}
    assert len(ids) == 1
    (request_id,) = ids
    body = answer.json
    if way.path == "/v1/messages":
        assert body["type"] == "error"
        assert body["request_id"] == request_id
    else:
        assert body["error"]["code"] == rule
    assert isinstance(body["error"]["type"], str)
    assert rule in body["error"]["message"]
    assert request_id in body["error"]["message"]
    assert not holds_planted(answer.body + repr(answer.headers).encode())
    return request_id


def record_of(proxy: Proxy, request_id: str) -> dict[str, Any]:
    """The one audit record of a request. A refusal that the judge did not give need not wait for its record."""

    def found() -> list[dict[str, Any]]:
        return [record for record in proxy.records() if record.get("request_id") == request_id]

    until(found, f"the record of {request_id}", 5)
    (record,) = found()
    return record


def requests_of(proxy: Proxy) -> list[dict[str, Any]]:
    """All records that are of requests; the others are the journal's own notes."""
    return [record for record in proxy.records() if "request_id" in record]


def door_of(proxy: Proxy, request_id: str) -> dict[str, Any]:
    """The line in the log of the door, which Envoy writes within a second."""
    lines: list[dict[str, Any]] = []

    def there() -> bool:
        text = Path(proxy.ready["door"]).read_text("utf-8")
        lines[:] = [one for one in map(json.loads, text.splitlines()) if one["request_id"] == request_id]
        return bool(lines)

    until(there, f"{request_id} in the log of the door", 5)
    return lines[0]


def serves(proxy: Proxy, *ways: Way) -> None:
    """The next requests pass, byte for byte."""
    for way in ways:
        proxy.standin.forget()
        body = way.chat("Which queue is next?")
        answer = post(proxy, way, body)
        assert answer.status == 200, answer
        assert [request.body for request in proxy.standin.requests] == [body]


def state(proxy: Proxy) -> Path:
    """The folder that the proxy keeps its things in."""
    return Path(proxy.ready["audit"]).parents[1]


def holds_planted(data: bytes) -> bool:
    """Whether an identifier of these tests, or a part of one, is in there."""
    return any(part in data for part in PLANTED)


def files_with_identifiers(proxy: Proxy) -> list[str]:
    """Files of the proxy in which an identifier of these tests stands: logs, journal, metrics, all of them."""
    files = [proxy.log, *(path for path in state(proxy).rglob("*") if path.is_file())]
    return sorted(str(path) for path in files if holds_planted(_text_of(path)))


def _text_of(path: Path) -> bytes:
    """What the proxy wrote about requests; digests and ids are random and may look like anything."""
    data = path.read_bytes()
    if path.suffix not in (".jsonl", ".log"):
        return data if path.suffix == ".db" else b""
    kept = (line for line in data.splitlines())
    return b"\n".join(_without_ids(line) for line in kept)


_RANDOM = ("hash", "prev", "mac", "chain", "key", "request_id", "policy", "time", "seq", "pid")


def _without_ids(line: bytes) -> bytes:
    try:
        record = json.loads(line)
    except ValueError:
        return line
    if not isinstance(record, dict):
        return line
    for finding in record.get("findings", ()):
        finding.pop("digests", None)
    return json.dumps({key: value for key, value in record.items() if key not in _RANDOM}).encode()
