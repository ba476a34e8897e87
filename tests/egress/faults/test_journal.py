"""A journal that cannot be written, or whose process is killed or hangs: `zt-ai proxy run` with two workers.

Whatever happens to it, what reaches the provider has a record.
"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.egress.faults import checks
from tests.egress.faults.checks import SSN, in_own_format, nothing_leaves, record_of, requests_of, serves, until
from tests.egress.faults.processes import READY, journal, kill, whole_again, workers
from tests.egress.faults.wire import OPENAI, WAYS, Answer, post
from tests.egress.running import Proxy, running
from zt_ai.audit import load_keys, verify


@pytest.fixture(scope="module")
def proxy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxy]:
    with running(tmp_path_factory.mktemp("journal"), workers=2) as running_proxy:
        yield running_proxy


def audit(proxy: Proxy) -> Path:
    """The journal's folder."""
    return Path(proxy.ready["audit"]).parent


@contextmanager
def file_size_limit(proxy: Proxy) -> Iterator[None]:
    """The journal's process may make no file longer than the journal is now."""
    size, pid = Path(proxy.ready["audit"]).stat().st_size, journal(proxy)
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def mounted(folder: Path, *options: str) -> Iterator[None]:
    """Another file system in the place of a folder."""
    mount = ["mount", "-t", "tmpfs", "-o", ",".join(options), "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        pytest.skip("only root can mount")
    try:
        yield
    finally:
        # Lazily: the journal holds files in it that it lets go of with the next record.
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

    @pytest.mark.parametrize(("key", "why"), [("not a key\n", "hexadecimal"), ("00\n", "32 bytes")])
    def test_with_what_is_no_key_a_worker_does_not_begin(
        self, proxy: Proxy, key: str, why: str, tmp_path: Path
    ) -> None:
        (tmp_path / "key").write_text(key)
        (tmp_path / "key").chmod(0o600)
        command = [sys.executable, "-m", "zt_ai.egress.serve", "--socket", "s", "--metrics-dir", str(tmp_path / "m")]
        command += ["--policy", str(checks.state(proxy) / "policy.json"), "--journal", "j"]
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


class TestItsProcess:
    def test_killed_while_requests_run_each_is_refused_or_recorded(self, proxy: Proxy) -> None:
        proxy.standin.forget()
        over = threading.Event()
        answers: list[Answer] = []

        def ask() -> None:
            while not over.is_set():
                answers.append(post(proxy, OPENAI, OPENAI.chat()))

        with ThreadPoolExecutor(6) as pool:
            asking = [pool.submit(ask) for _ in range(6)]
            try:
                for _ in range(3):
                    passed = count(answers, 200)
                    until(lambda passed=passed: count(answers, 200) > passed + 20, "requests that pass")  # type: ignore[misc]
                    refused = count(answers, 503)
                    kill([journal(proxy)])
                    until(lambda refused=refused: count(answers, 503) > refused, "requests that are refused")  # type: ignore[misc]
            finally:
                over.set()
            for one in asking:
                one.result()
        assert {answer.status for answer in answers} == {200, 503}
        assert {answer.rule for answer in answers if answer.status == 503} == {"audit-unavailable"}
        recorded = {record["request_id"] for record in requests_of(proxy) if record["decision"] == "allow"}
        passed_on = [answer.headers["x-zt-request-id"] for answer in answers if answer.status == 200]
        assert set(passed_on) <= recorded
        assert len(proxy.standin.requests) == len(passed_on)
        until(lambda: answers_ready(proxy) == 200, "the journal", READY)
        serves(proxy, *WAYS.values())
        assert verifies(proxy)

    def test_while_it_is_away_nothing_leaves_and_then_it_comes_back(self, proxy: Proxy) -> None:
        key = Path(proxy.ready["audit_key"])
        away = key.with_name("audit.key.away")
        until(lambda: answers_ready(proxy) == 200, "the journal", READY)
        before = workers(proxy)
        key.rename(away)
        try:
            with nothing_leaves(proxy):
                kill([journal(proxy)])
                until(lambda: answers_ready(proxy) == 503, "that it is away", 5)
                for way in WAYS.values():
                    in_own_format(post(proxy, way, way.chat()), way, 503, "audit-unavailable")
                in_own_format(post(proxy, OPENAI, OPENAI.chat(f"Who has {SSN}?")), OPENAI, 403, "phi-not-carried")
        finally:
            away.rename(key)
        until(lambda: answers_ready(proxy) == 200, "the journal", READY)
        serves(proxy, *WAYS.values())
        assert workers(proxy) == before  # they found it again by themselves
        assert verifies(proxy)

    def test_one_that_stands_still_lets_nothing_out_also_when_it_goes_on_too_late(self, proxy: Proxy) -> None:
        with nothing_leaves(proxy):
            os.kill(journal(proxy), signal.SIGSTOP)
            try:
                answer = post(proxy, OPENAI, OPENAI.chat())
            finally:
                os.kill(journal(proxy), signal.SIGCONT)
            request_id = in_own_format(answer, OPENAI, 503, "too-slow")
            until(lambda: any(one["request_id"] == request_id for one in requests_of(proxy)), "its record", 5)
        serves(proxy, *WAYS.values())


def count(answers: list[Answer], status: int) -> int:
    """How many have this status."""
    return sum(answer.status == status for answer in answers)


def answers_ready(proxy: Proxy) -> int:
    """Status of the page that says whether the proxy serves."""
    try:
        with urllib.request.urlopen(proxy.ready["admin"] + "/ready", timeout=10) as page:  # noqa: S310 - loopback
            return int(page.status)
    except urllib.error.HTTPError as error:
        return error.code


def verifies(proxy: Proxy) -> bool:
    """Whether the chain is whole."""
    return verify(audit(proxy), load_keys(Path(proxy.ready["audit_key"]))).ok


def test_no_file_of_the_proxy_holds_an_identifier(proxy: Proxy) -> None:
    assert checks.files_with_identifiers(proxy) == []
