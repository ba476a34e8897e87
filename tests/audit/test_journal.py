"""`await journal.append(record)`: what it takes, what it promises, and that it does not promise too early."""

from __future__ import annotations

import asyncio
import json
import threading
import time
from enum import StrEnum
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.audit.journals import KEYS, SECRET, current, lines, record, served
from zt_ai.audit import AuditError, Limits, RecordError, layout, verify
from zt_ai.audit.canonical import MAX_LINE, MAX_RECORD
from zt_ai.audit.journal import Journal, Receipt
from zt_ai.audit.store import Store


async def append_all(journal: Journal, count: int) -> list[Receipt]:
    return await asyncio.gather(*(journal.append(record(number)) for number in range(count)))


def test_every_receipt_names_its_line(tmp_path: Path) -> None:
    """Also where several connections wait for the same commit."""

    async def main(socket: Path) -> list[list[Receipt]]:
        journals = [Journal(socket, KEYS) for _ in range(3)]
        receipts = await asyncio.gather(*(append_all(journal, 300) for journal in journals))
        for journal in journals:
            await journal.close()
        return receipts

    with served(tmp_path) as socket:
        received = asyncio.run(main(socket))
    stored = {line["seq"]: line for line in map(json.loads, lines(current(tmp_path)))}
    assert sorted(stored) == list(range(1, 902))
    assert len({receipt.seq for receipts in received for receipt in receipts}) == 900
    for receipts in received:
        assert receipts == sorted(receipts, key=lambda receipt: receipt.seq)
        for number, receipt in enumerate(receipts):
            assert stored[receipt.seq]["hash"] == receipt.hash
            assert stored[receipt.seq]["request_id"] == f"req-{number}"
    assert verify(tmp_path, SECRET).ok


def test_records_that_wait_are_synced_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    syncs: list[int] = []
    sync = layout.sync_data

    def slow(handle: int) -> None:
        syncs.append(handle)
        time.sleep(0.02)
        sync(handle)

    async def main(socket: Path) -> None:
        journals = [Journal(socket, KEYS) for _ in range(2)]
        await asyncio.gather(*(append_all(journal, 1) for journal in journals))
        monkeypatch.setattr(layout, "sync_data", slow)
        await asyncio.gather(*(append_all(journal, 100) for journal in journals))
        for journal in journals:
            await journal.close()

    with served(tmp_path) as socket:
        asyncio.run(main(socket))
    assert 1 <= len(syncs) <= 12


class Gate:
    """A disk whose sync takes until it is let go."""

    def __init__(self) -> None:
        self.reached, self.open = threading.Event(), threading.Event()

    def sync(self, handle: int) -> None:
        self.reached.set()
        assert self.open.wait(10)


async def _released_before_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, gate: Gate) -> bool:
    """Whether an append comes back although the sync of its record has not."""
    with served(tmp_path) as socket:
        journal = Journal(socket, KEYS)
        monkeypatch.setattr(layout, "sync_data", gate.sync)
        waiting = asyncio.ensure_future(journal.append(record(1)))
        assert await asyncio.to_thread(gate.reached.wait, 10)
        await asyncio.sleep(0.1)
        released = waiting.done()
        gate.open.set()
        await waiting
        await journal.close()
        return released


def test_an_append_comes_back_after_the_sync_and_not_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not asyncio.run(_released_before_sync(tmp_path, monkeypatch, Gate()))


def test_a_journal_that_syncs_after_it_answers_is_caught(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative twin: the same store with the sync moved to the background."""
    gate = Gate()

    def later(self: Store, *arguments: Any) -> Any:
        with monkeypatch.context() as patch:
            patch.setattr(layout, "sync_data", lambda handle: None)
            done = commit(self, *arguments)
        threading.Thread(target=gate.sync, args=(0,), daemon=True).start()
        return done

    commit = Store._commit
    monkeypatch.setattr(Store, "_commit", later)
    gate.reached.clear()
    assert asyncio.run(_released_before_sync(tmp_path, monkeypatch, gate))


def test_the_head_is_moved_after_the_sync(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A head that is ahead of the disk would make a power failure look like somebody who cut the end off."""
    seen: list[int] = []
    store = Store(tmp_path, KEYS)
    sync = layout.sync_data

    def watched(handle: int) -> None:
        seen.append(json.loads((tmp_path / "audit.head").read_text())["seq"])
        sync(handle)

    monkeypatch.setattr(layout, "sync_data", watched)
    store.append(['{"a":1}', '{"a":2}'])
    store.close()
    assert seen == [1]
    assert json.loads((tmp_path / "audit.head").read_text())["seq"] == 3


class Colour(StrEnum):
    RED = "red"


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"seq": 1}, "seq"),
        ({"event": "repaired"}, "event"),
        ({"entry": "0" * 64}, "entry"),
        ({"a": 1.5}, "float"),
        ({"a": float("nan")}, "float"),
        ({"a": b"bytes"}, "bytes"),
        ({"a": {1, 2}}, "set"),
        ({"a": {1: 2}}, "type int, not text"),
        ({"a": [object()]}, "object"),
        ({"a": 2**53}, "53 bits"),
        ({"a": [[[[[[[[1]]]]]]]]}, "nested"),
        ({"a": "x" * 16_000}, "too large"),
    ],
)
def test_what_is_no_plain_record_is_refused_and_nothing_is_written(
    tmp_path: Path, fields: dict[str, Any], said: str
) -> None:
    async def main(socket: Path) -> None:
        journal = Journal(socket, KEYS)
        with pytest.raises(RecordError, match=said):
            await journal.append(fields)
        assert (await journal.append(record(1))).seq == 2
        await journal.close()

    with served(tmp_path) as socket:
        asyncio.run(main(socket))
    assert verify(tmp_path, SECRET).records == 2


def test_text_is_written_so_that_it_can_do_nothing_to_a_terminal_or_a_log(tmp_path: Path) -> None:
    nasty = "a\n\x1b[2J\u2028\u202e\ud800é\x00"

    async def main(socket: Path) -> None:
        journal = Journal(socket, KEYS)
        await journal.append({"model": nasty, "kind": Colour.RED, "order": (1, True, None)})
        await journal.close()

    with served(tmp_path) as socket:
        asyncio.run(main(socket))
    line = lines(current(tmp_path))[1]
    assert line.isascii()
    assert line.strip().decode().isprintable()
    assert json.loads(line)["model"] == nasty
    assert json.loads(line)["kind"] == "red"
    assert verify(tmp_path, SECRET).ok


def test_the_largest_record_fits_into_a_line_and_one_more_byte_does_not(tmp_path: Path) -> None:
    async def main(socket: Path) -> None:
        journal = Journal(socket, KEYS)
        await journal.append({"a": "x" * (MAX_RECORD - 8)})
        with pytest.raises(RecordError, match="too large"):
            await journal.append({"a": "x" * (MAX_RECORD - 7)})
        await journal.close()

    with served(tmp_path) as socket:
        asyncio.run(main(socket))
    assert max(map(len, lines(current(tmp_path)))) <= MAX_LINE


def test_a_disk_that_hangs_gives_an_error_in_time_and_records_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gate = Gate()

    async def main(socket: Path) -> None:
        journal = Journal(socket, KEYS, Limits(patience=0.3, waiting=3))
        monkeypatch.setattr(layout, "sync_data", gate.sync)
        began = time.monotonic()
        first = asyncio.ensure_future(journal.append(record(1)))
        await asyncio.sleep(0.15)
        later = [asyncio.ensure_future(journal.append(record(number))) for number in (2, 3)]
        with pytest.raises(AuditError, match=r"not written within 0\.3 s"):
            await first
        assert 0.25 < time.monotonic() - began < 0.44
        assert not any(one.done() for one in later)  # each has its own time, with one timer for all
        with pytest.raises(AuditError, match="3 records wait"):
            await journal.append(record(4))
        for result in await asyncio.gather(*later, return_exceptions=True):
            assert isinstance(result, AuditError)
        assert time.monotonic() - began > 0.4
        gate.open.set()
        while connection_of(journal)._waiting:
            await asyncio.sleep(0.01)
        assert (await journal.append(record(5))).seq == 5
        await journal.close()

    with served(tmp_path) as socket:
        asyncio.run(main(socket))
    # What was given up may stand there: a record without a request, never a request without a record.
    written = [json.loads(line).get("request_id") for line in lines(current(tmp_path))]
    assert written == [None, "req-1", "req-2", "req-3", "req-5"]


def connection_of(journal: Journal) -> Any:
    assert journal._connection is not None
    return journal._connection


def test_one_timer_does_for_all_records(tmp_path: Path) -> None:
    async def main(socket: Path) -> None:
        journal = Journal(socket, KEYS)
        await journal.append(record(0))
        timer = connection_of(journal)._timer
        await append_all(journal, 50)
        assert connection_of(journal)._timer is timer
        await journal.close()

    with served(tmp_path) as socket:
        asyncio.run(main(socket))


def test_a_cancelled_append_disturbs_nobody(tmp_path: Path) -> None:
    async def main(socket: Path) -> None:
        journal = Journal(socket, KEYS)
        tasks = [asyncio.ensure_future(journal.append(record(number))) for number in range(50)]
        await asyncio.sleep(0)
        for task in tasks[::2]:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        assert all(isinstance(result, Receipt) for result in results[1::2])
        tasks = [asyncio.ensure_future(journal.append(record(number))) for number in range(50)]
        await asyncio.sleep(0)  # now they have been sent
        for task in tasks[::2]:
            task.cancel()
        results = await asyncio.gather(*tasks, return_exceptions=True)
        seqs = [result.seq for result in results[1::2] if isinstance(result, Receipt)]
        assert [later - earlier for earlier, later in pairwise(seqs)] == [2] * 24
        await journal.close()

    with served(tmp_path) as socket:
        asyncio.run(main(socket))
    assert verify(tmp_path, SECRET).ok


def test_a_closed_journal_takes_nothing_and_has_written_what_waited(tmp_path: Path) -> None:
    async def main(socket: Path) -> None:
        journal = Journal(socket, KEYS)
        await journal.append(record(1))
        task = asyncio.ensure_future(journal.append(record(2)))
        await asyncio.sleep(0)
        await journal.close()
        assert (await task).seq == 3
        with pytest.raises(AuditError, match="closed"):
            await journal.append(record(3))

    with served(tmp_path) as socket:
        asyncio.run(main(socket))
    assert verify(tmp_path, SECRET).records == 3


def test_one_that_was_never_used_closes_too(tmp_path: Path) -> None:
    async def main() -> None:
        journal = Journal(tmp_path / "nobody", KEYS)
        await journal.close()
        with pytest.raises(AuditError, match="closed"):
            await journal.append(record(1))

    asyncio.run(main())


def test_a_mistake_in_the_writer_is_an_error_for_everybody_who_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(self: Store, records: object) -> None:
        raise KeyError("no such thing\nat all é")

    async def main(socket: Path) -> None:
        journal = Journal(socket, KEYS)
        with monkeypatch.context() as patch:
            patch.setattr(Store, "append", broken)
            for result in await asyncio.gather(*(journal.append(record(n)) for n in range(3)), return_exceptions=True):
                assert isinstance(result, AuditError)
                assert "KeyError" in str(result)
        assert (await journal.append(record(3))).seq == 2
        await journal.close()

    with served(tmp_path) as socket:
        asyncio.run(main(socket))
