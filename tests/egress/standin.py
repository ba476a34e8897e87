"""A provider stand-in on loopback: real TLS, HTTP/1.1, and a record of every byte that reached it.

What counts in the tests of the egress path is not what a proxy says it did, but what arrived here.
"""

from __future__ import annotations

import json
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.egress.authority import Authority


@dataclass(frozen=True)
class Received:
    """One request as it arrived."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        return next((value for key, value in self.headers if key == name), None)

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What the stand-in answers: `chunks` are sent one by one, with a pause between them."""

    status: int = 200
    headers: tuple[tuple[str, str], ...] = (("content-type", "application/json"),)
    chunks: tuple[bytes, ...] = (b"{}",)
    pause: float = 0.0  # seconds
    reset: bool = False  # break the connection off after the last chunk, in the middle of the body


Respond = Callable[[Received], Answer]


@dataclass
class StandIn:
    """A provider on loopback. `respond` may be changed while it runs."""

    authority: Authority
    hosts: tuple[str, ...]
    respond: Respond = field(default_factory=lambda: answer_for)
    wire: bytearray = field(default_factory=bytearray)  # all plaintext bytes of all connections
    requests: list[Received] = field(default_factory=list)
    connections: int = 0

    def __post_init__(self) -> None:
        certificate, key = self.authority.leaf(*self.hosts)
        self._tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._tls.load_cert_chain(certificate, key)
        self._tls.set_alpn_protocols(["http/1.1"])
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._socket.getsockname()[1]
        self._lock = threading.Lock()
        self._closing = False
        threading.Thread(target=self._accept, daemon=True).start()

    def __enter__(self) -> StandIn:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def ca(self) -> Path:
        return self.authority.certificate

    def forget(self) -> None:
        """Forget all that was recorded."""
        with self._lock:
            self.wire.clear()
            self.requests.clear()

    def close(self) -> None:
        self._closing = True
        with suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()

    def _accept(self) -> None:
        while not self._closing:
            try:
                raw, _ = self._socket.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(raw,), daemon=True).start()

    def _serve(self, raw: socket.socket) -> None:
        with suppress(OSError, ssl.SSLError, ValueError), self._tls.wrap_socket(raw, server_side=True) as connection:
            self.connections += 1
            reader = _Reader(connection, self)
            while (request := reader.request()) is not None:
                with self._lock:
                    self.requests.append(request)
                if not _send(connection, self.respond(request)):
                    return

    def record(self, data: bytes) -> None:
        with self._lock:
            self.wire += data


class _Reader:
    """Requests out of a byte stream, each byte recorded as it arrives."""

    def __init__(self, connection: ssl.SSLSocket, owner: StandIn) -> None:
        self._connection, self._owner, self._buffer = connection, owner, b""

    def _more(self) -> None:
        data = self._connection.recv(65536)
        if not data:
            raise ValueError("the peer closed")
        self._owner.record(data)
        self._buffer += data

    def _until(self, mark: bytes) -> bytes:
        while mark not in self._buffer:
            self._more()
        taken, _, self._buffer = self._buffer.partition(mark)
        return taken

    def _exactly(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._more()
        taken, self._buffer = self._buffer[:size], self._buffer[size:]
        return taken

    def request(self) -> Received | None:
        first, *lines = self._until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        method, target, _ = first.split(" ", 2)
        headers = tuple((n.strip().lower(), v.strip()) for n, _, v in (line.partition(":") for line in lines))
        fields = dict(headers)
        if fields.get("transfer-encoding") == "chunked":
            body = b"".join(self._chunks())
        else:
            body = self._exactly(int(fields.get("content-length", "0")))
        return Received(method, target, headers, body)

    def _chunks(self) -> Iterator[bytes]:
        while size := int(self._until(b"\r\n").partition(b";")[0], 16):
            yield self._exactly(size)
            self._exactly(2)
        self._until(b"\r\n")


def _send(connection: ssl.SSLSocket, answer: Answer) -> bool:
    """Send an answer in chunked coding. Returns whether the connection goes on."""
    lines = [f"HTTP/1.1 {answer.status} OK", *(f"{n}: {v}" for n, v in answer.headers), "transfer-encoding: chunked"]
    connection.sendall(("\r\n".join(lines) + "\r\n\r\n").encode())
    for chunk in answer.chunks:
        if answer.pause:
            time.sleep(answer.pause)
        if chunk:
            connection.sendall(f"{len(chunk):x}\r\n".encode() + chunk + b"\r\n")
    if answer.reset:
        connection.close()
        return False
    connection.sendall(b"0\r\n\r\n")
    return True


def answer_for(request: Received) -> Answer:
    """A plausible answer of the provider whose path it is, streamed where the request asks for it."""
    body: Any = {}
    with suppress(ValueError):
        body = json.loads(request.body)
    stream = isinstance(body, dict) and body.get("stream") is True
    text = said(body) if isinstance(body, dict) and body.get("echo", True) else "All clear."
    path = request.target.partition("?")[0]
    if path.endswith("/messages"):
        return anthropic_stream(text) if stream else anthropic(text)
    if path.endswith("/chat/completions"):
        return chat_stream(text) if stream else chat(text)
    return Answer(chunks=(json.dumps({"object": "any", "text": text}).encode(),))


def said(body: dict[str, Any]) -> str:
    """The last text of a user in a chat request: what an echo says."""
    for message in reversed(body.get("messages") or []):
        content = message.get("content") if isinstance(message, dict) else None
        if isinstance(content, str):
            return content
        for part in content if isinstance(content, list) else ():
            if isinstance(part, dict) and isinstance(part.get("text"), str):
                return str(part["text"])
    return "All clear."


def chat(text: str) -> Answer:
    """A whole answer of OpenAI's chat completions."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    usage = {"prompt_tokens": 11, "completion_tokens": 7, "total_tokens": 18}
    whole = {"id": "chatcmpl-1", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice]}
    return Answer(chunks=(json.dumps({**whole, "usage": usage}).encode(),))


def chat_stream(text: str, size: int = 3) -> Answer:
    """The same as server-sent events of `size` characters each."""
    common = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "m"}
    pieces = [text[i : i + size] for i in range(0, len(text), size)]
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}, *({"content": piece} for piece in pieces)]
    events = [{**common, "choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    events.append({**common, "choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]})
    chunks = [f"data: {json.dumps(event)}\n\n".encode() for event in events]
    return Answer(headers=(("content-type", "text/event-stream"),), chunks=(*chunks, b"data: [DONE]\n\n"))


def anthropic(text: str) -> Answer:
    """A whole answer of Anthropic's messages."""
    whole = {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": "m",
        "content": [{"type": "text", "text": text}],
        "stop_reason": "end_turn",
        "stop_sequence": None,
        "usage": {"input_tokens": 11, "output_tokens": 7},
    }
    return Answer(chunks=(json.dumps(whole).encode(),))


def anthropic_stream(text: str, size: int = 3) -> Answer:
    """The same as server-sent events of `size` characters each."""
    start = json.loads(anthropic("").chunks[0]) | {"content": [], "stop_reason": None}
    events: list[dict[str, Any]] = [
        {"type": "message_start", "message": start},
        {"type": "content_block_start", "index": 0, "content_block": {"type": "text", "text": ""}},
        *(
            {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": text[i : i + size]}}
            for i in range(0, len(text), size)
        ),
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": "end_turn", "stop_sequence": None},
            "usage": {"output_tokens": 7},
        },
        {"type": "message_stop"},
    ]
    chunks = tuple(f"event: {event['type']}\ndata: {json.dumps(event)}\n\n".encode() for event in events)
    return Answer(headers=(("content-type", "text/event-stream"),), chunks=chunks)
