"""The journal's process: killed, stopped, hung, and asked by clients that do what they should not."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import select
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.audit.journals import (
    KEYS,
    OTHER_SECRET,
    ROOT,
    SECRET,
    Process,
    current,
    lines,
    process,
    record,
    served,
    socket_folder,
    write,
)
from zt_ai.audit import AuditError, Limits, protocol, verify, writer
from zt_ai.audit.canonical import encode_fields
from zt_ai.audit.journal import Journal, Receipt, answers


def stored(folder: Path) -> list[str]:
    """Requests of which there are records."""
    found = (json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in lines(path))
    return [one["request_id"] for one in found if "request_id" in one]


def line(number: int) -> bytes:
    """A record as it is sent."""
    return encode_fields(record(number)).encode() + b"\n"


@contextmanager
def connected(path: Path) -> Iterator[socket.socket]:
    """A client that need not behave."""
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(10)
        client.connect(str(path))
        yield client


def read_lines(client: socket.socket, count: int) -> list[bytes]:
    """So many answers."""
    data = b""
    while data.count(b"\n") < count:
        received = client.recv(1 << 16)
        assert received, "the connection was closed"
        data += received
    return data.splitlines()


def closed(client: socket.socket) -> bool:
    """Whether the other side closes the connection, and answers nothing before."""
    try:
        return client.recv(1) == b""
    except ConnectionResetError:
        return True


class Load:
    """Clients that append until they are told to stop, and keep what was acknowledged."""

    def __init__(self, path: Path, clients: int = 3, lanes: int = 8) -> None:
        self.acknowledged: list[str] = []
        self.refused = 0
        self._path, self._clients, self._lanes = path, clients, lanes
        self._stop = threading.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()))

    def __enter__(self) -> Load:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(20)
        assert not self._thread.is_alive()

    def goes_on(self) -> None:
        """Wait until something more was acknowledged."""
        before, end = len(self.acknowledged), time.monotonic() + 20
        while len(self.acknowledged) < before + 50:
            assert time.monotonic() < end, "nothing is acknowledged"
            time.sleep(0.01)

    async def _run(self) -> None:
        journals = [Journal(self._path, KEYS) for _ in range(self._clients)]
        lanes = (
            self._lane(journal, f"{n}-{lane}") for n, journal in enumerate(journals) for lane in range(self._lanes)
        )
        await asyncio.gather(*lanes)
        for journal in journals:
            await journal.close()

    async def _lane(self, journal: Journal, name: str) -> None:
        number = 0
        while not self._stop.is_set():
            request_id = f"{name}-{number}"
            try:
                await journal.append(record(number, request_id=request_id))
                self.acknowledged.append(request_id)
            except AuditError:
                self.refused += 1
                await asyncio.sleep(0.01)
            number += 1


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


GARBAGE = {
    "bytes": os.urandom(300) + b"\n",
    "another protocol": b"GET / HTTP/1.1\r\nhost: a\r\n\r\n",
    "no object": b"[1]\n",
    "half an object": b'{"a":1\n',
    "a line end of another kind in it": b'{"a":1}\r{"a":2}\n',
    "letters outside ASCII": '{"a":"é"}\n'.encode(),
    "a line that is too long": b'{"a":"' + b"x" * protocol.LONGEST_RECORD + b'"}\n',
    "a line without an end": b"{" * (protocol.LONGEST_RECORD + 1),
}


class TestClients:
    @pytest.mark.parametrize("what", GARBAGE)
    def test_garbage_ends_its_own_connection_and_hurts_nobody(self, tmp_path: Path, what: str) -> None:
        with served(tmp_path) as path:
            with Load(path) as load:
                load.goes_on()
                with connected(path) as client:
                    client.sendall(GARBAGE[what])
                    assert closed(client)
                load.goes_on()
            assert load.refused == 0
        assert verify(tmp_path, SECRET).ok
        assert sorted(stored(tmp_path)) == sorted(load.acknowledged)

    def test_a_record_is_taken_however_it_is_cut(self, tmp_path: Path) -> None:
        """The twin of what is refused above."""
        with served(tmp_path) as path, connected(path) as client:
            data = line(1) + b"\n" + line(2)
            for at in range(0, len(data), 7):
                client.sendall(data[at : at + 7])
                time.sleep(0.001)
            found = read_lines(client, 3)
        assert sorted(map(len, found))[0] == 0  # the answer to the empty line
        assert [protocol.read_answer(one) for one in found if one] == [
            Receipt(2, json.loads(lines(current(tmp_path))[1])["hash"]),
            Receipt(3, json.loads(lines(current(tmp_path))[2])["hash"]),
        ]

    def test_one_that_leaves_in_the_middle_of_a_record_leaves_nothing(self, tmp_path: Path) -> None:
        with served(tmp_path) as path:
            with connected(path) as client:
                client.sendall(line(1)[:50])
            with connected(path) as client:
                client.sendall(line(2))
                read_lines(client, 1)
        assert stored(tmp_path) == ["req-2"]

    def test_one_that_reads_no_answers_stops_nobody_and_is_read_no_more(self, tmp_path: Path) -> None:
        with served(tmp_path) as path, connected(path) as deaf:
            assert _taken_of(deaf, most=8 << 20) < 8 << 20
            with Load(path) as load:
                load.goes_on()
            assert load.refused == 0

    def test_without_the_bound_it_would_be_read_for_ever(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The negative twin."""
        monkeypatch.setattr(writer, "_UNREAD", 1 << 40)
        with served(tmp_path) as path, connected(path) as deaf:
            assert _taken_of(deaf, most=8 << 20) >= 8 << 20

    def test_one_that_sends_much_leaves_room_in_each_batch(self, tmp_path: Path) -> None:
        with served(tmp_path, Limits(batch=8)) as path, connected(path) as greedy, connected(path) as modest:
            greedy.sendall(b"".join(map(line, range(300))))
            modest.sendall(line(1000))
            read_lines(modest, 1)
            greedy.setblocking(False)
            assert len(greedy.recv(1 << 20).splitlines()) < 250
            greedy.setblocking(True)
            greedy.settimeout(10)
        assert verify(tmp_path, SECRET).ok

    def test_more_than_there_is_room_for_are_turned_away(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(writer, "_CLIENTS", 2)
        with served(tmp_path) as path, connected(path) as first, connected(path) as second:
            for client in (first, second):
                client.sendall(line(1))
                read_lines(client, 1)
            with connected(path) as third:
                assert closed(third)
            first.close()
            time.sleep(0.1)
            with connected(path) as third:
                third.sendall(line(2))
                read_lines(third, 1)


def _taken_of(client: socket.socket, most: int) -> int:
    """Bytes that are taken of a client that reads nothing, until no more are for half a second."""
    client.setblocking(False)
    small = line(1)
    piece = small * 500
    taken = 0
    while taken < most and select.select([], [client], [], 0.7)[1]:
        taken += client.send(piece[taken % len(small) :])
    return taken


WRONG = {
    "more answers than were asked for": b"2 " + b"0" * 64 + b"\n" + b"3 " + b"0" * 64 + b"\n",
    "a hash that is too short": b"2 " + b"0" * 63 + b"\n",
    "no number": b"x " + b"0" * 64 + b"\n",
    "nothing": b"\n",
    "an answer without an end": b"!" * 600,
}


class TestAnswers:
    @pytest.mark.parametrize("what", WRONG)
    def test_an_answer_that_does_not_fit_closes_the_connection(self, tmp_path: Path, what: str) -> None:
        asyncio.run(self._ask(tmp_path, WRONG[what], good=False))

    def test_one_that_fits_does_not(self, tmp_path: Path) -> None:
        asyncio.run(self._ask(tmp_path, b"2 " + b"0" * 64 + b"\n", good=True))

    async def _ask(self, tmp_path: Path, answer: bytes, *, good: bool) -> None:
        connections = []

        async def handle(reader: asyncio.StreamReader, out: asyncio.StreamWriter) -> None:
            connections.append(out)
            while await reader.readline():
                out.write(answer)
            out.close()

        server = await asyncio.start_unix_server(handle, tmp_path / "s")
        journal = Journal(tmp_path / "s", KEYS)
        for _ in range(2):
            if good:
                assert await journal.append(record(1)) == Receipt(2, "0" * 64)
            else:
                with pytest.raises(AuditError, match="audit journal's process says"):
                    await asyncio.wait_for(journal.append(record(1)), 2)
        assert len(connections) == (1 if good else 2)  # a new one each time
        await journal.close()
        server.close()

    def test_what_the_process_says_is_the_reason(self) -> None:
        assert protocol.read_answer(protocol.failed("no\nspace é")[:-1]) == "no space \\xe9"
        assert len(protocol.failed("x" * 10_000)) == protocol.LONGEST_ANSWER


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
