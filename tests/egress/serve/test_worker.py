"""The worker process: reload, drain, and its end when its parent dies."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grpc
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.multiprocess import MultiProcessCollector

from .fakes import PROVIDER, policy
from .harness import HERE, wait_for
from .test_grpc_client import NOT_SERVING, SERVING, process
from .test_session import answer_body, answer_head, body, headers

ROOT = str(HERE.parents[2])


class Running:
    """A worker process."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = folder / "worker.sock"
        self.policy = folder / "policy.json"
        self.policy.write_text(policy().model_dump_json())
        self.process = subprocess.Popen(
            [sys.executable, str(HERE / "fake_worker.py"), str(folder)],
            stderr=(folder / "log").open("wb"),
            env={**os.environ, "PYTHONPATH": ROOT},
        )
        wait_for(lambda: "serving" in self.log or self.process.poll() is not None, 20)
        self.channel = grpc.insecure_channel(f"unix:{self.socket}")

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def logged(self, message: str) -> None:
        wait_for(lambda: message in self.log, 10)

    def ask(self, data: bytes) -> list[str]:
        answers = process(self.channel)(iter([headers(), body(data)]), timeout=10)
        return [answer.WhichOneof("response") for answer in answers]

    def health(self) -> bytes:
        return bytes(self.channel.unary_unary("/grpc.health.v1.Health/Check")(b"", timeout=5))

    def counted(self) -> float:
        """Requests that were let through, as a scrape sees them."""
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=str(self.folder / "metrics"))
        labels = {"caller": "chart-agent", "provider": PROVIDER, "decision": "allow", "rule": "allowed"}
        return registry.get_sample_value("zt_requests_total", labels) or 0

    def close(self) -> None:
        self.channel.close()
        self.process.kill()
        self.process.wait()


@pytest.fixture
def worker(tmp_path: Path) -> Iterator[Running]:
    running = Running(tmp_path)
    yield running
    running.close()


def test_the_socket_is_the_user_s_alone_and_log_lines_are_json(worker: Running) -> None:
    assert worker.socket.stat().st_mode & 0o777 == 0o600
    assert worker.health() == SERVING
    assert worker.ask(b"judge-raises 123-45-6789") == ["request_headers", "immediate_response"]
    lines = [json.loads(line) for line in worker.log.splitlines()]
    assert {line["message"] for line in lines} >= {"serving", "exception failed"}
    assert "6789" not in worker.log


def test_hangup_reads_the_policy_anew(worker: Running) -> None:
    assert worker.ask(b"x")[-1] == "request_body"
    worker.policy.write_text(policy().model_copy(update={"calls": ()}).model_dump_json())
    worker.process.send_signal(signal.SIGHUP)
    worker.logged("policy replaced")
    answers = process(worker.channel)(iter([headers()]), timeout=5)
    assert [answer.WhichOneof("response") for answer in answers] == ["immediate_response"]


def test_a_bad_policy_is_refused_and_the_old_one_stays(worker: Running) -> None:
    worker.policy.write_text('{"version": 7}')
    worker.process.send_signal(signal.SIGHUP)
    worker.logged("policy refused, the old one stays")
    assert worker.ask(b"x")[-1] == "request_body"
    assert worker.process.poll() is None


def test_terminating_lets_open_requests_end(worker: Running) -> None:
    import threading

    go_on = threading.Event()

    def slowly() -> Iterator[object]:
        yield headers()
        yield body(b"look")
        go_on.wait(10)
        yield answer_head()
        yield answer_body(b"done", end=True)

    answers = process(worker.channel)(slowly(), timeout=20)
    assert [next(answers).WhichOneof("response") for _ in range(2)] == ["request_headers", "request_body"]
    worker.process.send_signal(signal.SIGTERM)
    worker.logged("draining")
    assert worker.health() == NOT_SERVING
    go_on.set()
    assert [answer.WhichOneof("response") for answer in answers] == ["response_headers", "response_body"]
    assert worker.process.wait(10) == 0
    assert not worker.socket.exists()


def test_requests_are_counted_once_a_second_and_at_the_end(worker: Running) -> None:
    worker.ask(b"x")
    wait_for(lambda: worker.counted() == 1, 5)
    worker.ask(b"x")
    worker.process.send_signal(signal.SIGTERM)
    assert worker.process.wait(10) == 0
    assert worker.counted() == 2


def test_a_worker_without_a_policy_does_not_begin(tmp_path: Path) -> None:
    (tmp_path / "policy.json").write_text("{}")
    (tmp_path / "key").write_text("00" * 32)
    (tmp_path / "key").chmod(0o600)
    command = [sys.executable, "-m", "zt_ai.egress.serve"]
    for name, value in (
        ("socket", "s.sock"),
        ("policy", "policy.json"),
        ("journal", "journal"),
        ("audit-key", "key"),
        ("metrics-dir", "metrics"),
    ):
        command += [f"--{name}", str(tmp_path / value)]
    ended = subprocess.run(
        command, env={**os.environ, "PYTHONPATH": ROOT}, capture_output=True, timeout=60, check=False
    )
    assert ended.returncode == 1
    assert json.loads(ended.stderr.splitlines()[-1])["message"] == "the worker ended"
    assert not (tmp_path / "s.sock").exists()


def test_a_worker_ends_when_its_parent_dies(tmp_path: Path) -> None:
    (tmp_path / "policy.json").write_text(policy().model_dump_json())
    script = (
        "import subprocess, sys, time\n"
        f"p = subprocess.Popen([sys.executable, {str(HERE / 'fake_worker.py')!r}, {str(tmp_path)!r}])\n"
        "print(p.pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", script],
        stdout=subprocess.PIPE,
        stderr=(tmp_path / "log").open("wb"),
        env={**os.environ, "PYTHONPATH": ROOT},
    )
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    wait_for(lambda: "serving" in (tmp_path / "log").read_text(), 20)
    parent.kill()
    parent.wait()
    parent.stdout.close()

    def gone() -> bool:
        try:
            state = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()[0]
        except FileNotFoundError:
            return True
        return state == "Z"

    wait_for(gone, 15)


def test_detectors_are_compiled_anew_only_when_the_policy_names_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from zt_ai.egress import detect
    from zt_ai.egress.serve.worker import judge_loader
    from zt_ai.spec.types import DetectorSet

    compiled: list[tuple[DetectorSet, ...]] = []

    class Detectors:
        @classmethod
        def of(cls, sets: tuple[DetectorSet, ...]) -> object:
            compiled.append(sets)
            return cls()

    monkeypatch.setattr(detect, "Detectors", Detectors)
    load = judge_loader(str)
    path = tmp_path / "policy.json"
    for sets in ((), (), (DetectorSet.SECRETS,)):
        path.write_text(policy().model_copy(update={"detectors": sets}).model_dump_json())
        assert load(path).policy.detectors == sets
    assert compiled == [(), (DetectorSet.SECRETS,)]
