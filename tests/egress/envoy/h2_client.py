"""HTTP/2 for tests, frame by frame where it matters."""

from __future__ import annotations

import ssl
from collections.abc import Sequence
from dataclasses import dataclass, field

import h2.config
import h2.connection
import h2.events
import h2.settings

from tests.egress.envoy.client import Client

Headers = Sequence[tuple[str, str]]


@dataclass
class H2Answer:
    """What came back; `reset` when the stream was broken off."""

    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    reset: bool = False
    extended_connect: bool = False
    """Whether the server offers extended CONNECT [RFC 8441, section 3]."""


def exchange(client: Client, port: int, headers: Headers, body: bytes | None, trailers: Headers = ()) -> H2Answer:
    """One request on a connection of its own."""
    sock = _dial(client, port)
    config = h2.config.H2Configuration(validate_outbound_headers=False, normalize_outbound_headers=False)
    connection = h2.connection.H2Connection(config)
    connection.initiate_connection()
    connection.send_headers(1, list(headers), end_stream=body is None)
    sock.sendall(connection.data_to_send())
    answer, left, ended = H2Answer(), body or b"", body is None
    while True:
        while left and not answer.reset:
            size = min(len(left), connection.local_flow_control_window(1), connection.max_outbound_frame_size)
            if size <= 0:
                break
            connection.send_data(1, left[:size])
            left = left[size:]
        if not left and not ended:
            if trailers:
                connection.send_headers(1, list(trailers), end_stream=True)
            else:
                connection.end_stream(1)
            ended = True
        sock.sendall(connection.data_to_send())
        data = sock.recv(65536)
        if not data:
            answer.reset = True
            return answer
        for event in connection.receive_data(data):
            if isinstance(event, h2.events.RemoteSettingsChanged):
                setting = event.changed_settings.get(h2.settings.SettingCodes.ENABLE_CONNECT_PROTOCOL)
                answer.extended_connect = bool(setting and setting.new_value)
            elif isinstance(event, h2.events.ResponseReceived):
                pairs = {_text(k): _text(v) for k, v in event.headers}
                answer.status, answer.headers = int(pairs[":status"]), pairs
            elif isinstance(event, h2.events.DataReceived):
                answer.body += event.data
                connection.acknowledge_received_data(event.flow_controlled_length, 1)
            elif isinstance(event, h2.events.StreamReset | h2.events.ConnectionTerminated):
                answer.reset = True
                return answer
            elif isinstance(event, h2.events.StreamEnded):
                sock.close()
                return answer


def _dial(client: Client, port: int) -> ssl.SSLSocket:
    import socket

    context = client.context()
    context.set_alpn_protocols(["h2"])
    raw = socket.create_connection(("127.0.0.1", port), timeout=10)
    sock = context.wrap_socket(raw, server_hostname="localhost")
    assert sock.selected_alpn_protocol() == "h2"
    return sock


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
