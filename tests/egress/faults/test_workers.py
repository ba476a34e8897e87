"""Inspector workers that are killed, stand still or come back, and a journal that cannot be written: `zt-ai proxy run`
with two workers."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.egress.faults import checks
from tests.egress.faults.checks import (
    SSN,
    door_of,
    in_own_format,
    nothing_leaves,
    record_of,
    requests_of,
    serves,
    until,
)
from tests.egress.faults.wayward import Raw, Wayward
from tests.egress.faults.wire import ANTHROPIC, OPENAI, WAYS, Answer, Way, head, opened, post, received
from tests.egress.run.running import _children
from tests.egress.running import Proxy, running
from zt_ai.audit import load_keys, verify

READY = 60.0  # seconds for a worker to come back: it compiles its detectors first


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.egress.running.StandIn", Wayward)
        with running(tmp_path_factory.mktemp("workers"), workers=2) as running_proxy:
            yield running_proxy


def workers(proxy: Proxy) -> dict[str, int]:
    """Name and process id of the workers."""
    return {name: pid for name, pid in _children(proxy.process.pid) if name.startswith("worker")}


def healthy(proxy: Proxy) -> int:
    """How many workers answer, as the proxy itself tells."""
    import urllib.request

    with urllib.request.urlopen(proxy.ready["admin"] + "/metrics", timeout=10) as page:  # noqa: S310 - loopback
        lines = page.read().decode().splitlines()
    return int(float(next(line for line in lines if line.startswith("zt_workers_healthy ")).split()[1]))


def kill(pids: Iterable[int]) -> None:
    """End processes at once."""
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


@contextmanager
def whole_again(proxy: Proxy) -> Iterator[None]:
    """Wait until both workers answer; the next requests pass."""
    yield
    until(lambda: healthy(proxy) == 2 and _passes(proxy), "both workers", READY)
    serves(proxy, *WAYS.values())


def _passes(proxy: Proxy) -> bool:
    """Whether requests pass, whichever worker gets them."""
    return all(post(proxy, OPENAI, OPENAI.chat()).status == 200 for _ in range(4))


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


def audit(proxy: Proxy) -> Path:
    """The journal's folder."""
    return Path(proxy.ready["audit"]).parent


@contextmanager
def file_size_limit(proxy: Proxy) -> Iterator[None]:
    """No worker may make a file longer than the journal is now."""
    size = Path(proxy.ready["audit"]).stat().st_size
    pids = list(workers(proxy).values())
    before = {pid: resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY)) for pid in pids}
    try:
        yield
    finally:
        for pid, limits in before.items():
            resource.prlimit(pid, resource.RLIMIT_FSIZE, limits)


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    """Another file system in the place of a folder."""
    mount = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("only root can mount")
    try:
        yield
    finally:
        # Lazily: workers hold files in it that they let go of with the next record.
        subprocess.run(["umount", "-l", str(folder)], check=True)


@contextmanager
def full_disk(proxy: Proxy) -> Iterator[None]:
    """The journal on a file system of its own, of which every block is taken."""
    with mounted(audit(proxy), "size=64k", "mode=700"):
        filler = audit(proxy) / "filler"
        with filler.open("wb", buffering=0) as file:
            try:
                while True:
                    file.write(b"x" * 4096)
            except OSError:
                pass
        yield


@contextmanager
def read_only_disk(proxy: Proxy) -> Iterator[None]:
    """The journal's folder on a file system that takes no writes."""
    with mounted(audit(proxy), "ro"):
        yield


@contextmanager
def no_folder(proxy: Proxy) -> Iterator[None]:
    """The journal's folder is not there."""
    away = audit(proxy).with_name("audit.away")
    audit(proxy).rename(away)
    try:
        yield
    finally:
        shutil.rmtree(audit(proxy), ignore_errors=True)
        away.rename(audit(proxy))


UNWRITABLE = {
    "a full quota": file_size_limit,
    "a full disk": full_disk,
    "a read-only disk": read_only_disk,
    "no folder": no_folder,
}


class TestTheJournal:
    @pytest.mark.parametrize("what", UNWRITABLE)
    def test_when_it_cannot_be_written_no_request_leaves(self, proxy: Proxy, what: str) -> None:
        with nothing_leaves(proxy), UNWRITABLE[what](proxy):
            for way in WAYS.values():
                for _ in range(3):
                    in_own_format(post(proxy, way, way.chat()), way, 503, "audit-unavailable")
        serves(proxy, *WAYS.values())

    @pytest.mark.parametrize("what", UNWRITABLE)
    def test_a_refusal_is_given_all_the_same(self, proxy: Proxy, what: str) -> None:
        with nothing_leaves(proxy), UNWRITABLE[what](proxy):
            in_own_format(post(proxy, OPENAI, OPENAI.chat(f"Who has {SSN}?")), OPENAI, 403, "phi-not-carried")

    def test_without_its_key_no_worker_comes_up(self, proxy: Proxy) -> None:
        key = Path(proxy.ready["audit_key"])
        away = key.with_name("audit.key.away")
        logs = [checks.state(proxy) / "logs" / f"worker-{index}.log" for index in (0, 1)]
        with whole_again(proxy), nothing_leaves(proxy):
            key.rename(away)
            try:
                kill(workers(proxy).values())
                until(lambda: all("audit key" in log.read_text() for log in logs), "both workers' last words", READY)
                for way in WAYS.values():
                    in_own_format(post(proxy, way, way.chat()), way, 503, "inspector-unavailable")
            finally:
                away.rename(key)

    @pytest.mark.parametrize(
        ("key", "why"), [("not a key\n", "hexadecimal"), ("00" * 32 + "\n", "another key"), ("00\n", "32 bytes")]
    )
    def test_with_another_key_a_worker_does_not_begin(self, proxy: Proxy, key: str, why: str, tmp_path: Path) -> None:
        (tmp_path / "key").write_text(key)
        (tmp_path / "key").chmod(0o600)
        command = [sys.executable, "-m", "zt_ai.egress.serve", "--socket", "s", "--metrics-dir", str(tmp_path / "m")]
        command += ["--policy", str(checks.state(proxy) / "policy.json"), "--audit", str(audit(proxy))]
        worker = subprocess.run(
            [*command, "--audit-key", str(tmp_path / "key")], check=False, capture_output=True, text=True, cwd=tmp_path
        )
        assert worker.returncode == 1
        assert why in worker.stderr
        assert not (tmp_path / "s").exists()

    def test_it_holds_every_request_once_and_verifies(self, proxy: Proxy) -> None:
        answers = [post(proxy, way, way.chat()) for way in WAYS.values() for _ in range(5)]
        for answer in answers:
            assert record_of(proxy, answer.headers["x-zt-request-id"])["decision"] == "allow"
        ids = [record["request_id"] for record in requests_of(proxy)]
        assert len(ids) == len(set(ids))
        outcome = verify(audit(proxy), load_keys(Path(proxy.ready["audit_key"])))
        assert outcome.ok, outcome.problems


def test_no_file_of_the_proxy_holds_an_identifier(proxy: Proxy) -> None:
    assert checks.files_with_identifiers(proxy) == []
