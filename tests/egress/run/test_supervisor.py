"""The supervisor over its whole life: it serves, heals, follows the specification, and leaves nothing behind."""

from __future__ import annotations

import asyncio
import os
import signal
import stat
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.egress.run.running import SPEC, Running, alive, until, with_second_provider
from zt_ai.egress.run.processes import stop_all
from zt_ai.egress.run.service import Service

Start = Callable[..., Running]


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """One that serves."""
    proxy = Running(tmp_path_factory.mktemp("run"))
    try:
        yield proxy.wait_ready()
    finally:
        proxy.stop()


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """One of its own."""
    started: list[Running] = []

    def call(**options: float) -> Running:
        started.append(Running(tmp_path, **options))
        return started[-1].wait_ready()

    yield call
    for proxy in started:
        if proxy.process.poll() is None:
            proxy.stop()


class TestServing:
    def test_the_ready_file_has_all_that_a_caller_needs(self, running: Running) -> None:
        document = running.document
        assert set(document) >= {"connect", "gateways", "ca", "callers", "audit", "admin", "local"}
        assert document["connect"].startswith("https://127.0.0.1:")
        assert document["gateways"]["anthropic"].endswith("/anthropic")
        assert Path(document["callers"]["doctor"]["key"]).is_file()
        assert document["local"]["doctor"]["ANTHROPIC_BASE_URL"].startswith("http://127.0.0.1:")

    def test_it_is_marked_when_a_stand_in_plays_the_provider(self, running: Running) -> None:
        assert running.document["staging"] is True
        assert list(running.document["resolve"]) == ["api.anthropic.com"]

    def test_tokens_and_keys_are_their_owners_alone(self, running: Running) -> None:
        paths = [running.ready, *(running.folder / "state").rglob("*")]
        open_to_others = [p for p in paths if p.is_file() and stat.S_IMODE(p.stat().st_mode) & 0o077]
        assert open_to_others == []

    def test_a_request_reaches_the_provider(self, running: Running) -> None:
        assert running.ask().status == 200
        assert running.upstream.received[-1]["path"] == "/v1/messages"

    @pytest.mark.parametrize(
        ("path", "status", "text"), [("/live", 200, "live"), ("/ready", 200, "ready"), ("/", 404, "")]
    )
    def test_health(self, running: Running, path: str, status: int, text: str) -> None:
        assert running.page(path)[0] == status
        assert text in running.page(path)[1]

    def test_metrics_of_envoy_and_of_the_supervisor_are_one_page(self, running: Running) -> None:
        status, text = running.page("/metrics")
        assert status == 200
        assert "zt_workers_healthy 2" in text
        assert "envoy_cluster_upstream_rq_total" in text

    def test_a_second_one_does_not_start_on_the_same_state(self, running: Running) -> None:
        second = running.again()
        assert second.wait(30) == 4
        assert "another proxy runs" in running.said()
        assert running.ask().status == 200


class TestHealing:
    def test_a_worker_that_is_killed_is_replaced(self, start: Start) -> None:
        proxy = start()
        before = proxy.children()
        os.kill(before["worker-0"], signal.SIGKILL)
        until(lambda: proxy.children().get("worker-0", before["worker-0"]) != before["worker-0"], "a new worker")
        assert [proxy.ask().status for _ in range(4)] == [200] * 4
        assert proxy.children()["envoy"] == before["envoy"]

    def test_a_worker_that_hangs_is_replaced(self, start: Start) -> None:
        proxy = start()
        before = proxy.children()
        os.kill(before["worker-1"], signal.SIGSTOP)
        until(lambda: proxy.children().get("worker-1", before["worker-1"]) != before["worker-1"], "a new worker", 40)
        until(lambda: "zt_workers_healthy 2" in proxy.page("/metrics")[1], "both workers healthy")
        assert "zt_workers_killed_total 1" in proxy.page("/metrics")[1]

    def test_a_journal_that_is_killed_is_replaced_and_workers_stay(self, start: Start) -> None:
        proxy = start()
        before = proxy.children()
        assert "zt_journal_up 1" in proxy.page("/metrics")[1]
        os.kill(before["journal"], signal.SIGKILL)
        until(lambda: proxy.page("/ready") == (503, "the audit journal does not answer\n"), "that it is told", 5)
        until(lambda: proxy.page("/ready")[0] == 200, "a new journal")
        after = proxy.children()
        assert after.pop("journal") != before.pop("journal")
        assert after == before
        assert "zt_journal_restarts_total 1" in proxy.page("/metrics")[1]

    def test_a_journal_that_hangs_is_replaced(self, start: Start) -> None:
        proxy = start()
        before = proxy.children()
        os.kill(before["journal"], signal.SIGSTOP)
        until(lambda: proxy.page("/ready")[0] == 503, "that it is told")
        until(lambda: proxy.children().get("journal", before["journal"]) != before["journal"], "a new journal", 40)
        until(lambda: proxy.page("/ready")[0] == 200, "ready")

    def test_envoy_is_started_again(self, start: Start) -> None:
        proxy = start()
        before = proxy.children()
        os.kill(before["envoy"], signal.SIGKILL)
        until(lambda: proxy.children().get("envoy", before["envoy"]) != before["envoy"], "a new Envoy")
        until(lambda: proxy.page("/ready")[0] == 200, "ready")
        assert proxy.ask().status == 200


class TestAChangedSpecification:
    def test_is_followed_without_a_restart_and_without_dropping_a_request(self, start: Start) -> None:
        proxy = start()
        before, outcome = proxy.children(), list[int]()
        slow = threading.Thread(target=lambda: outcome.append(proxy.ask("/v1/messages/slow").status))
        slow.start()
        until(lambda: bool(proxy.upstream.received), "the slow request is under way")
        proxy.spec.write_text(with_second_provider())
        until(lambda: "openai" in proxy.document["gateways"], "the second provider")
        slow.join()
        assert outcome == [200]
        assert proxy.children() == before
        assert proxy.ask().status == 200
        # The name has no stand-in, so it is not reached; but it is known, and no longer refused at the door.
        assert proxy.ask("/v1/chat/completions", provider="openai").rule != "unlisted-provider"

    def test_that_is_wrong_is_reported_and_changes_nothing(self, start: Start) -> None:
        proxy = start()
        document = proxy.document
        proxy.spec.write_text(SPEC.replace("kind: egress", "kind: nothing"))
        until(lambda: "stays in force" in proxy.said(), "the report")
        assert "problem:" in proxy.said()
        assert proxy.document == document
        assert proxy.ask().status == 200

    def test_tells_every_worker(self, start: Start) -> None:
        proxy = start()
        proxy.spec.write_text(with_second_provider())
        told = [proxy.folder / "state" / "metrics" / f"reloads-{index}" for index in (0, 1)]
        until(lambda: all(file.exists() for file in told), "both workers")
        assert {file.read_text().strip() for file in told} == {"anthropic,openai"}

    def test_that_takes_a_flow_away_closes_it(self, start: Start) -> None:
        proxy = start()
        proxy.spec.write_text(with_second_provider())
        until(lambda: "openai" in proxy.document["gateways"], "the second provider")
        proxy.spec.write_text(SPEC)
        until(lambda: "openai" not in proxy.document["gateways"], "one provider again")
        until(lambda: proxy.ask("/v1/x", provider="openai").rule == "unlisted-provider", "the way is closed")


def test_certificates_are_renewed_while_it_runs(start: Start) -> None:
    """Every connection after the renewal sees the new certificate; nothing is restarted."""
    import ssl

    proxy = start(lifetime=9.0)
    before = proxy.children()
    port = int(proxy.document["connect"].rsplit(":", 1)[1])

    def presented() -> str:
        return ssl.get_server_certificate(("127.0.0.1", port))

    first = presented()
    until(lambda: presented() != first, "another certificate", 30)
    time.sleep(9)  # the first has ended by now
    assert proxy.ask().status == 200
    assert proxy.children() == before


class TestStarting:
    def test_without_a_journal_that_can_be_written_it_does_not_start(self, tmp_path: Path) -> None:
        (tmp_path / "state").mkdir(mode=0o700)
        (tmp_path / "state" / "audit").mkdir(mode=0o700)
        (tmp_path / "state" / "audit" / "audit.head").write_text("x" * 512)
        (tmp_path / "state" / "audit" / "audit.jsonl").mkdir()
        proxy = Running(tmp_path)
        assert proxy.process.wait(60) == 4
        assert "the journal cannot be opened" in proxy.said()
        proxy.upstream.stop()


class TestStopping:
    def test_the_journal_ends_after_those_who_need_it(self) -> None:
        ended: list[str] = []

        class One(Service):
            def __init__(self, name: str, takes: float) -> None:
                self.name, self._takes = name, takes

            async def stop(self, patience: float) -> None:
                await asyncio.sleep(self._takes)
                ended.append(self.name)

        asyncio.run(stop_all(One("envoy", 0.02), [One("worker", 0.05), One("worker", 0.02)], One("journal", 0)))
        assert ended == ["envoy", "worker", "worker", "journal"]

    def test_a_request_that_is_under_way_is_answered(self, start: Start) -> None:
        proxy = start()
        outcome: list[int] = []
        slow = threading.Thread(target=lambda: outcome.append(proxy.ask("/v1/messages/slow").status))
        slow.start()
        until(lambda: bool(proxy.upstream.received), "the slow request is under way")
        proxy.stop()
        slow.join()
        assert outcome == [200]
        assert proxy.process.returncode == 0
        assert not proxy.ready.exists()

    def test_nothing_is_left_behind(self, start: Start) -> None:
        proxy = start()
        children = proxy.children()
        assert set(children) == {"envoy", "worker-0", "worker-1", "journal"}
        proxy.stop()
        assert not [name for name, pid in children.items() if alive(pid)]

    def test_nothing_is_left_behind_even_when_the_supervisor_is_killed(self, start: Start) -> None:
        proxy = start()
        children = proxy.children()
        proxy.process.kill()
        proxy.process.wait()
        until(lambda: not any(alive(pid) for pid in children.values()), "no orphans", 10)
        proxy.upstream.stop()
