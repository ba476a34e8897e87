"""What happens to requests when the inspector fails, with real Envoy: none of them leaves without a verdict."""

from __future__ import annotations

import signal
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from .harness import Proxy, Response, wait_for

LARGE = b"a" * (1 << 17)


@pytest.fixture
def proxy(tmp_path: Path) -> Iterator[Proxy]:
    """With a short deadline, and a short patience of Envoy."""
    with Proxy(tmp_path, deadline=0.6, message_timeout="1.5s") as running:
        yield running


def rule(response: Response) -> str | None:
    return response.headers.get("x-zt-rule")


def test_a_worker_killed_while_it_judges(proxy: Proxy) -> None:
    assert proxy.ask(b"kill-me").status >= 500
    assert proxy.ask(b"hello").status >= 500  # nobody is there
    assert proxy.upstream.received == b""
    proxy.start_worker()
    wait_for(lambda: proxy.ask(b"hello").status == 200, 10)


def test_a_worker_killed_while_the_body_is_on_its_way(proxy: Proxy) -> None:
    import socket

    from .fakes import CALLER

    assert proxy.worker is not None
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=10) as client:
        client.sendall(
            b"POST /v1/chat HTTP/1.1\r\nhost: a\r\nx-test-caller: %b\r\ncontent-length: 10\r\n\r\nhello"
            % CALLER.encode()
        )
        time.sleep(0.2)
        proxy.worker.kill()
        proxy.worker.wait()
        client.sendall(b"hello")
        assert client.recv(65536).startswith(b"HTTP/1.1 5")
    assert proxy.upstream.received == b""


def test_a_judge_that_raises(proxy: Proxy) -> None:
    response = proxy.ask(b"judge-raises")
    assert (response.status, rule(response)) == (503, "inspector-error")
    assert proxy.upstream.received == b""
    assert proxy.ask(b"hello").status == 200


def test_a_judge_that_hangs_on_a_large_body_and_everybody_else_goes_on(proxy: Proxy) -> None:
    hanging: list[Response] = []
    thread = threading.Thread(target=lambda: hanging.append(proxy.ask(b"judge-hangs" + LARGE)))
    thread.start()
    time.sleep(0.1)
    assert proxy.ask(b"hello").status == 200
    proxy.upstream.received.clear()
    thread.join(10)
    assert (hanging[0].status, rule(hanging[0])) == (503, "too-slow")
    assert proxy.upstream.received == b""


def test_a_judge_that_hangs_on_the_loop_is_given_up_by_envoy(proxy: Proxy) -> None:
    assert proxy.ask(b"judge-hangs").status == 504
    assert proxy.upstream.received == b""


def test_a_loop_that_stands_still_ends_its_process(proxy: Proxy) -> None:
    assert proxy.worker is not None
    proxy.ask(b"judge-hangs")
    assert proxy.worker.wait(20) != 0
    assert "judge" in proxy.log()  # where it hung, as places in code


def test_a_worker_that_is_stopped_and_goes_on_too_late(proxy: Proxy) -> None:
    assert proxy.worker is not None
    proxy.worker.send_signal(signal.SIGSTOP)
    assert proxy.ask(b"hello").status == 504
    proxy.worker.send_signal(signal.SIGCONT)
    time.sleep(0.3)
    assert proxy.upstream.received == b""


def test_a_record_that_cannot_be_written(proxy: Proxy) -> None:
    (proxy.folder / "broken").touch()
    response = proxy.ask(b"hello")
    assert (response.status, rule(response)) == (503, "audit-unavailable")
    assert proxy.upstream.received == b""
    (proxy.folder / "broken").unlink()
    assert proxy.ask(b"hello").status == 200


def test_a_record_that_is_not_written_in_time(proxy: Proxy) -> None:
    (proxy.folder / "hangs").touch()
    response = proxy.ask(b"hello")
    assert (response.status, rule(response)) == (503, "too-slow")
    (proxy.folder / "hangs").unlink()
    time.sleep(0.2)
    assert proxy.upstream.received == b""


STRANGE = """
import asyncio, sys
from zt_ai.egress.serve import messages
from zt_ai.egress.serve.connection import Connection
from zt_ai.egress.serve.frames import Code
from zt_ai.egress.serve.grpc import Status

class Strange:
    def __init__(self, call):
        self.call = call
    def on_message(self, data):
        {what}
    def on_half_close(self): pass
    def on_lost(self): pass

async def main():
    loop = asyncio.get_running_loop()
    opener = lambda call, headers: Strange(call)
    await loop.create_unix_server(lambda: Connection(opener, 1 << 20, lambda c: None), sys.argv[1])
    await asyncio.Event().wait()

asyncio.run(main())
"""


def strange(folder: Path, what: str, *, verdict_required: bool = False) -> Proxy:
    script = folder / "strange.py"
    script.write_text(textwrap.dedent(STRANGE).replace("{what}", what))
    command = [sys.executable, str(script), str(folder / "worker.sock")]
    return Proxy(folder, worker_command=command, message_timeout="1s", verdict_required=verdict_required)


@pytest.mark.parametrize(
    "what",
    [
        "raise RuntimeError",
        "self.call.reset(Code.CANCEL)",
        "self.call.finish(Status.INTERNAL)",
        "pass",
        "self.call.send(b'garbage')",
    ],
)
def test_no_way_of_ending_a_stream_that_our_server_has_releases_a_request(tmp_path: Path, what: str) -> None:
    with strange(tmp_path, what) as proxy:
        assert proxy.ask(b"hello").status >= 500
        assert proxy.upstream.received == b""


@pytest.mark.parametrize("verdict_required", [True, False])
def test_only_a_stream_that_ends_with_ok_would_release_it(tmp_path: Path, verdict_required: bool) -> None:
    """The trap that all of this is about, and so why a session ends with OK only after a verdict, and why Envoy sends
    nothing on without the mark of one."""
    with strange(tmp_path, "self.call.finish(Status.OK)", verdict_required=verdict_required) as proxy:
        assert proxy.ask(b"hello").status == (403 if verdict_required else 200)
        assert (b"hello" in proxy.upstream.received) is not verdict_required


RELEASES_AND_ENDS_LATER = """
        self.seen = getattr(self, "seen", 0) + 1
        if self.seen == 1:
            self.call.send(messages.continue_headers((), False))
        if self.seen == 2:
            self.call.send(messages.release_body(None, {}))
            asyncio.get_running_loop().call_later(0.3, self.call.finish, Status.OK)
"""


def test_an_answer_that_was_shown_is_lost_when_the_stream_ends(tmp_path: Path) -> None:
    """Why a session passes on what nobody looks at (`answering.Unseen`): the negative twin of
    `test_envoy.test_an_answer_that_nobody_looks_at_arrives_whole`."""
    with strange(tmp_path, RELEASES_AND_ENDS_LATER.strip()) as proxy:
        response = proxy.ask(b"hello")
        assert (response.status, response.body) == (200, b"")
