"""The journal's process: how it starts and ends, killed, stopped and hung."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.audit.clients import Load, closed, connected, line, read_lines, stored
from tests.audit.journals import (
    KEYS,
    OTHER_SECRET,
    ROOT,
    SECRET,
    Process,
    current,
    process,
    record,
    served,
    socket_folder,
    write,
)
from zt_ai.audit import AuditError, Limits, protocol, verify, writer
from zt_ai.audit.journal import Journal, Receipt, answers
from zt_ai.audit.store import Store


class TestItsRests:
    def test_it_rests_between_commits_under_load_alone(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """By a clock of the test's own, so that no other load on the machine counts."""
        now, rests = [0.0], list[float]()
        monkeypatch.setattr(writer, "time", SimpleNamespace(monotonic=lambda: now[0], sleep=rests.append))

        def rested(rate: float) -> int:
            before = len(rests)
            for number in range(400):
                now[0] += 1 / rate
                client.sendall(line(number))
                read_lines(client, 1)
            return len(rests) - before

        with served(tmp_path) as path, connected(path) as client:
            assert rested(400) == 0  # a rest would make the next record late, and gather nothing
            assert rested(3000) > 200
            assert rested(100) < 20  # and ends with the load


class TestItsEnd:
    def test_killed_under_load_it_loses_nothing_that_was_acknowledged_and_comes_back(self) -> None:
        with process() as journal:
            with Load(journal.socket) as load:
                for _ in range(5):
                    load.goes_on()
                    refused = load.refused
                    journal.kill()
                    time.sleep(0.05)
                    assert load.refused > refused  # at once, not after some patience
                    journal.start()
                load.goes_on()
            found = verify(journal.folder, SECRET)
            assert found.ok, found.problems
            there = stored(journal.folder)
            assert set(load.acknowledged) <= set(there)
            assert len(there) == len(set(there))

    def test_one_that_answers_before_it_writes_would_be_caught(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """The negative twin: what it forgets at its end was acknowledged."""
        monkeypatch.setattr(
            writer.Writer, "_append", lambda self, batch: [protocol.done(n, "0" * 64) for n in range(len(batch))]
        )
        with socket_folder() as folder:
            with served(folder / "audit") as path, Load(path) as load:
                load.goes_on()
            assert not set(load.acknowledged) <= set(stored(folder / "audit"))

    def test_killed_while_records_wait_they_fail_at_once(self) -> None:
        async def main(journal: Process) -> None:
            ours = Journal(journal.socket, KEYS)
            await ours.append(record(1))
            journal.process.send_signal(signal.SIGSTOP)
            waiting = [asyncio.ensure_future(ours.append(record(number))) for number in range(20)]
            await asyncio.sleep(0.1)
            assert not any(one.done() for one in waiting)
            began = time.monotonic()
            journal.kill()
            results = await asyncio.gather(*waiting, return_exceptions=True)
            with pytest.raises(AuditError, match="is not there"):
                await ours.append(record(21))
            assert time.monotonic() - began < 1
            assert all(isinstance(one, AuditError) and "lost" in str(one) for one in results)
            await asyncio.to_thread(journal.start)
            assert isinstance(await ours.append(record(22)), Receipt)
            await ours.close()

        with process() as journal:
            asyncio.run(main(journal))

    def test_told_to_stop_it_writes_and_answers_what_has_arrived(self) -> None:
        with process() as journal:
            journal.process.send_signal(signal.SIGSTOP)
            with connected(journal.socket) as first, connected(journal.socket) as second:
                first.sendall(b"".join(map(line, range(40))))
                second.sendall(line(40))
                journal.process.send_signal(signal.SIGTERM)
                journal.process.send_signal(signal.SIGCONT)
                assert len(read_lines(first, 40)) == 40
                assert len(read_lines(second, 1)) == 1
                assert closed(first)
            assert journal.process.wait(10) == 0
            assert not journal.socket.exists()
            assert len(stored(journal.folder)) == 41
            assert verify(journal.folder, SECRET).ok

    def test_told_to_stop_when_it_has_ended_it_does_nothing(self, tmp_path: Path) -> None:
        """A second SIGTERM must neither raise nor write a byte into the file that has got the number since."""
        before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
        store = Store(tmp_path / "audit", KEYS, Limits())
        reader, taken = os.pipe()
        os.set_blocking(reader, False)
        with socket_folder() as folder:
            ours = writer.Writer(store, folder / "s")
            try:
                ours.stop_at(*before)
                number = ours._waker.fileno()
                ours.stop()
                ours.run()
                os.dup2(taken, number)
                signal.raise_signal(signal.SIGTERM)
                with pytest.raises(BlockingIOError):
                    os.read(reader, 1)
                for one in (reader, taken, number):
                    os.close(one)
            finally:
                for what, handler in before.items():
                    signal.signal(what, handler)
                store.close()

    def test_one_that_hangs_is_given_up_and_its_records_come_late(self) -> None:
        async def main(journal: Process) -> None:
            ours = Journal(journal.socket, KEYS, Limits(patience=0.2))
            await ours.append(record(1))
            journal.process.send_signal(signal.SIGSTOP)
            assert not await answers(journal.socket, 0.2)
            with pytest.raises(AuditError, match="not written within"):
                await ours.append(record(2))
            journal.process.send_signal(signal.SIGCONT)
            assert await answers(journal.socket, 5)
            assert (await ours.append(record(3))).seq == 4
            await ours.close()

        with process() as journal:
            asyncio.run(main(journal))
            assert stored(journal.folder) == ["req-1", "req-2", "req-3"]

    def test_nobody_answers_where_nobody_is(self, tmp_path: Path) -> None:
        assert not asyncio.run(answers(tmp_path / "s", 1))


class TestItsStart:
    @pytest.mark.parametrize(
        ("key", "why"),
        [("not a key\n", "hexadecimal"), (OTHER_SECRET.hex() + "\n", "another key"), ("00\n", "32 bytes")],
    )
    def test_without_the_right_key_it_does_not_begin(self, tmp_path: Path, key: str, why: str) -> None:
        write(tmp_path / "audit", [record(1)])
        (tmp_path / "key").write_text(key)
        (tmp_path / "key").chmod(0o600)
        command = [sys.executable, "-m", "zt_ai.audit", "--socket", "s", "--audit", "audit", "--audit-key", "key"]
        ended = subprocess.run(
            command,
            cwd=tmp_path,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            capture_output=True,
            timeout=30,
            check=False,
        )
        assert ended.returncode == 1
        assert why in json.loads(ended.stderr)["reason"]
        assert not (tmp_path / "s").exists()

    def test_the_socket_is_its_owners_alone(self) -> None:
        with process() as journal:
            assert journal.socket.stat().st_mode & 0o777 == 0o600

    def test_it_loads_nothing_that_is_large(self) -> None:
        program = "import sys, zt_ai.audit.__main__; print(*sys.modules)"
        modules = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=True)
        loaded = {name.partition(".")[0] for name in modules.stdout.split()}
        assert not loaded & {
            "asyncio",
            "uvloop",
            "pydantic",
            "google",
            "hyperscan",
            "prometheus_client",
            "cryptography",
        }

    def test_a_copy_of_each_record_is_on_its_output_before_it_counts(self) -> None:
        async def main(journal: Process) -> None:
            ours = Journal(journal.socket, KEYS)
            assert journal.process.stdout is not None
            for number in range(3):
                await ours.append(record(number))
                os.set_blocking(journal.process.stdout.fileno(), False)
                assert f"req-{number}" in (journal.process.stdout.read() or b"").decode()
            await ours.close()

        with process("--mirror", stdout=subprocess.PIPE) as journal:
            asyncio.run(main(journal))


def test_a_disk_that_is_full_is_told_once_and_so_is_that_it_is_over() -> None:
    async def main(journal: Process) -> None:
        ours = Journal(journal.socket, KEYS)
        size = current(journal.folder).stat().st_size
        limits = resource.prlimit(journal.process.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
        for number in range(3):
            with pytest.raises(AuditError, match="File too large"):
                await ours.append(record(number))
        resource.prlimit(journal.process.pid, resource.RLIMIT_FSIZE, limits)
        for number in range(3, 6):
            await ours.append(record(number))
        await ours.close()

    with process() as journal:
        asyncio.run(main(journal))
        said = [json.loads(one)["message"] for one in journal.log.read_text().splitlines()]
        assert said == ["records cannot be written", "records are written again"]
        assert stored(journal.folder) == ["req-3", "req-4", "req-5"]
        assert verify(journal.folder, SECRET).ok
