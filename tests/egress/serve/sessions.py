"""One session of the inspector without a connection: the messages that Envoy sends, and what is sent back."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from envoy.service.ext_proc.v3 import external_processor_pb2 as pb
from prometheus_client import CollectorRegistry

from zt_ai.egress.serve.grpc import Status
from zt_ai.egress.serve.inspector import Inspector, Settings
from zt_ai.egress.serve.limits import Limits
from zt_ai.egress.serve.metrics import Metrics
from zt_ai.egress.serve.session import Session

from .fakes import CALLER, PROVIDER, FakeJournal, FakeJudge


class FakeCall:
    """Keeps what is sent."""

    def __init__(self) -> None:
        self.sent: list[Any] = []
        self.ended: Status | None = None
        self.half_closed = False

    def send(self, data: bytes) -> None:
        assert self.ended is None
        self.sent.append(pb.ProcessingResponse.FromString(data))

    def finish(self, status: Status, why: str = "") -> None:
        del why
        if self.ended is None:
            self.ended = status

    @property
    def kinds(self) -> list[str]:
        """What was sent, by kind."""
        return [sent.WhichOneof("response") for sent in self.sent]

    @property
    def refusal(self) -> tuple[int, str]:
        """Status and rule of the refusal that was sent last."""
        immediate = self.sent[-1].immediate_response
        headers = {h.header.key: h.header.raw_value.decode() for h in immediate.headers.set_headers}
        assert json.loads(immediate.body)["error"]["code"] == headers["x-zt-rule"]
        assert headers["x-request-id"]
        return immediate.status.code, headers["x-zt-rule"]


def headers(
    target: str = "/v1/chat",
    *,
    caller: str = CALLER,
    end: bool = False,
    request_mode: int = 2,
    shown: bool = True,
    extra: Any = (),
) -> pb.ProcessingRequest:
    """The head of a request. `shown`: Envoy shows every answer, whether it is asked to or not."""
    message = pb.ProcessingRequest()
    message.protocol_config.request_body_mode = request_mode
    message.protocol_config.response_body_mode = 4 if shown else 0
    message.request_headers.end_of_stream = end
    pairs = [
        (":method", "POST"),
        (":path", target),
        ("x-request-id", "0af76519-16cd-43dd-8448-eb211c80319c"),
        ("x-zt-caller", caller),
        ("x-zt-provider", PROVIDER),
        ("x-zt-other", "made up"),
        *extra,
    ]
    for name, value in pairs:
        header = message.request_headers.headers.headers.add()
        header.key, header.raw_value = name, value.encode()
    return message


def body(data: bytes, end: bool = True) -> pb.ProcessingRequest:
    """The buffered body."""
    message = pb.ProcessingRequest()
    message.request_body.body, message.request_body.end_of_stream = data, end
    return message


def trailers() -> pb.ProcessingRequest:
    """Trailers of a request."""
    message = pb.ProcessingRequest()
    message.request_trailers.SetInParent()
    return message


def answer_head(end: bool = False, status: str = "200") -> pb.ProcessingRequest:
    """The head of an answer."""
    message = pb.ProcessingRequest()
    message.response_headers.end_of_stream = end
    header = message.response_headers.headers.headers.add()
    header.key, header.raw_value = ":status", status.encode()
    return message


def answer_body(data: bytes, end: bool = False) -> pb.ProcessingRequest:
    """A piece of an answer."""
    message = pb.ProcessingRequest()
    message.response_body.body, message.response_body.end_of_stream = data, end
    return message


def answer_trailers() -> pb.ProcessingRequest:
    """Trailers of an answer."""
    message = pb.ProcessingRequest()
    message.response_trailers.SetInParent()
    return message


class Bench:
    """An inspector and one session on it."""

    def __init__(self, folder: Path, judge: FakeJudge | None = None, settings: Settings | None = None) -> None:
        self.folder = folder
        self.journal = FakeJournal(folder)
        self.judge = judge or FakeJudge()
        self.registry = CollectorRegistry()
        self.inspector = Inspector(
            self.judge, self.journal, Limits(folder / "limits.bin"), Metrics(self.registry), settings
        )
        self.call = FakeCall()
        self.session = Session(self.call, self.inspector)  # type: ignore[arg-type]

    async def give(self, *messages: pb.ProcessingRequest) -> FakeCall:
        """Hand messages over, each after the one before has been dealt with."""
        for message in messages:
            self.session.on_message(memoryview(message.SerializeToString()))
            await self.settle()
        return self.call

    async def settle(self) -> None:
        """Wait for the judge and the journal."""
        for _ in range(5):
            await asyncio.sleep(0)
            await self.inspector.drained()

    @property
    def rules(self) -> list[str]:
        """Of the records that were written."""
        return [record["rule"] for record in self.journal.records]


def run(test: Callable[[], Any]) -> Any:
    """Run a test on a loop of its own."""
    return asyncio.run(test())
