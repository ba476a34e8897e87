"""Inspector workers that are killed, stand still or come back: `zt-ai proxy run` with two workers."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.egress.faults import checks
from tests.egress.faults.checks import SSN, door_of, in_own_format, nothing_leaves, until
from tests.egress.faults.processes import healthy, kept_down, kill, whole_again, workers
from tests.egress.faults.wayward import Raw, Wayward
from tests.egress.faults.wire import ANTHROPIC, OPENAI, WAYS, Answer, Way, head, opened, post, received
from tests.egress.running import Proxy, running


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.egress.running.StandIn", Wayward)
        with running(tmp_path_factory.mktemp("workers"), workers=2) as running_proxy:
            yield running_proxy


@contextmanager
def stopped(proxy: Proxy) -> Iterator[list[int]]:
    """No worker reads what it is sent."""
    pids = list(workers(proxy).values())
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    try:
        yield pids
    finally:
        for pid in pids:
            with _gone_is_well():
                os.kill(pid, signal.SIGCONT)


@contextmanager
def _gone_is_well() -> Iterator[None]:
    try:
        yield
    except ProcessLookupError:
        return


def asked_meanwhile(proxy: Proxy, way: Way, meanwhile: Callable[[], None]) -> Answer:
    """Ask with an identifier; `meanwhile` happens once the whole request was sent."""
    body = way.chat(f"Who has {SSN}?")
    with opened(proxy, way) as (connection, _):
        connection.sendall(head(proxy, way, f"content-length: {len(body)}") + body)
        # Envoy has the request once it has answered the next one, which no worker needs to see.
        assert post(proxy, OPENAI, b"", "transfer-encoding: chunked").status == 400
        meanwhile()
        return received(connection)


class TestWorkers:
    def test_all_killed_while_requests_wait_for_their_verdict(self, proxy: Proxy) -> None:
        with whole_again(proxy), nothing_leaves(proxy), stopped(proxy) as pids:
            answer = asked_meanwhile(proxy, ANTHROPIC, lambda: kill(pids))
            request_id = in_own_format(answer, ANTHROPIC, 503, "inspector-unavailable")
            with kept_down(proxy):
                for way in WAYS.values():
                    while_down = post(proxy, way, way.chat(f"Who has {SSN}?"))
                    in_own_format(while_down, way, 503, "inspector-unavailable")
        assert door_of(proxy, request_id)["status"] == 503

    def test_one_killed_and_nobody_notices(self, proxy: Proxy) -> None:
        with whole_again(proxy):
            os.kill(workers(proxy)["worker-1"], signal.SIGKILL)
            statuses = [post(proxy, OPENAI, OPENAI.chat()).status for _ in range(20)]
            assert set(statuses) <= {200, 503}
            assert statuses[-10:] == [200] * 10

    def test_that_stand_still_are_given_up_and_late_verdicts_count_for_nothing(self, proxy: Proxy) -> None:
        with whole_again(proxy), nothing_leaves(proxy):
            with stopped(proxy):
                answer = post(proxy, ANTHROPIC, ANTHROPIC.chat(f"Who has {SSN}?"))
            in_own_format(answer, ANTHROPIC, 503, "inspector-timeout")

    def test_killed_in_the_middle_of_an_answer_break_it_off(self, proxy: Proxy) -> None:
        from tests.egress.faults.test_provider import events, streamed

        go_on = threading.Event()
        begun = streamed(events(ANTHROPIC, "All is clear, " * 20))
        body = ANTHROPIC.chat(stream=True)

        def kill_once() -> None:
            if not go_on.is_set():
                kill(workers(proxy).values())
                with kept_down(proxy):
                    until(lambda: healthy(proxy) < 2, "the workers' end")
                go_on.set()

        # What would follow is an identifier that nobody is left to see.
        unseen = events(ANTHROPIC, f"It is {SSN}.")
        assert isinstance(proxy.standin, Wayward)
        with whole_again(proxy):
            broken_off = proxy.standin.answering(lambda request: Raw(begun, hold=go_on, then=unseen))
            with broken_off, opened(proxy, ANTHROPIC) as (connection, _):
                connection.sendall(head(proxy, ANTHROPIC, f"content-length: {len(body)}") + body)
                answer = received(connection, begun=kill_once)
            assert answer.status == 200
            assert b"All" in answer.body
            assert not answer.whole
            assert SSN.encode() not in answer.body


def test_no_file_of_the_proxy_holds_an_identifier(proxy: Proxy) -> None:
    assert checks.files_with_identifiers(proxy) == []
