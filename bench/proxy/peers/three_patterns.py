"""An `ext_proc` server as a tutorial would write it: grpcio on uvloop, one pass with three patterns, nothing else.

It is the floor under every inspector that is a Python process behind Envoy; it decodes nothing and records nothing.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from typing import Any

import grpc
import hyperscan
import uvloop
from envoy.service.ext_proc.v3 import external_processor_pb2 as pb
from envoy.service.ext_proc.v3 import external_processor_pb2_grpc as pb_grpc

_PATTERNS = (rb"\d{3}-\d{2}-\d{4}", rb"[a-z0-9._]+@[a-z0-9.]+\.[a-z]{2,}", rb"(?i)mrn[ :#]{1,3}\d{6}")


class _Processor(pb_grpc.ExternalProcessorServicer):
    def __init__(self) -> None:
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(expressions=list(_PATTERNS), ids=[0, 1, 2], elements=3, flags=[0, 0, 0])
        self._scratch = hyperscan.Scratch(self._database)

    async def Process(self, requests: AsyncIterator[Any], context: Any) -> AsyncIterator[Any]:  # noqa: N802
        async for request in requests:
            kind = request.WhichOneof("request")
            if kind == "request_body" and self._found(request.request_body.body):
                status = pb.ImmediateResponse(body=b'{"error": {"message": "refused"}}')
                status.status.code = 403
                yield pb.ProcessingResponse(immediate_response=status)
                return
            yield pb.ProcessingResponse(**{kind: _EMPTY[kind]})

    def _found(self, body: bytes) -> bool:
        hits: list[int] = []
        self._database.scan(body, match_event_handler=_note, context=hits, scratch=self._scratch)
        return bool(hits)


def _note(pattern: int, start: int, end: int, flags: int, hits: list[int]) -> None:
    hits.append(pattern)


_EMPTY = {"request_headers": pb.HeadersResponse(), "request_body": pb.BodyResponse()}


async def _serve(address: str) -> None:
    server = grpc.aio.server()
    pb_grpc.add_ExternalProcessorServicer_to_server(_Processor(), server)
    server.add_insecure_port(address)
    await server.start()
    await server.wait_for_termination()


if __name__ == "__main__":
    uvloop.run(_serve(sys.argv[1]))
