"""What goes over the journal's socket: garbage, too much, unread answers, and answers that do not fit."""

from __future__ import annotations

import asyncio
import json
import os
import select
import socket
import time
from pathlib import Path

import pytest

from tests.audit.clients import Load, closed, connected, line, read_lines, stored
from tests.audit.journals import KEYS, SECRET, current, lines, record, served
from zt_ai.audit import AuditError, Limits, protocol, verify, writer
from zt_ai.audit.journal import Journal, Receipt

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
