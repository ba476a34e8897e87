"""Writers that are killed: what was acknowledged is there, the chain is whole, what was repaired is written down."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from tests.audit.journals import KEYS, SECRET, current, forged, lines, record, write
from zt_ai.audit import Kind, verify
from zt_ai.audit.canonical import encode_fields
from zt_ai.audit.layout import Limits, segment_path
from zt_ai.audit.store import Store

ROOT = Path(__file__).resolve().parents[2]

_WRITER = """
import asyncio, os, sys
from pathlib import Path
from tests.audit.journals import KEYS, record, served
from zt_ai.audit import Limits
from zt_ai.audit.journal import Journal

async def main(socket):
    journal = Journal(socket, KEYS)
    async def one(lane):
        for number in range(int(sys.argv[4])):
            name = f"{sys.argv[2]}-{lane}-{number}"
            await journal.append(record(number, request_id=name))
            os.write(1, name.encode() + b"\\n")
    await asyncio.gather(*(one(lane) for lane in range(8)))
    await journal.close()

with served(Path(sys.argv[1]), Limits(segment_bytes=int(sys.argv[3]))) as socket:
    asyncio.run(main(socket))
"""


def start(folder: Path, name: str, segment_bytes: int, count: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", _WRITER, str(folder), name, str(segment_bytes), str(count)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT)


def stored_ids(folder: Path) -> list[str]:
    found = (json.loads(line) for path in folder.glob("*.jsonl") for line in lines(path) if line.endswith(b"\n"))
    return [one["request_id"] for one in found if "request_id" in one]


def test_several_processes_write_one_chain_over_many_files(tmp_path: Path) -> None:
    children = [start(tmp_path, f"w{number}", 20_000, 100) for number in range(3)]
    acknowledged: list[str] = []
    for child in children:
        out, _ = child.communicate(timeout=60)
        assert child.returncode == 0
        acknowledged += out.decode().split()
    found = verify(tmp_path, SECRET)
    assert found.ok, found.problems[:3]
    assert len(acknowledged) == 2400
    assert sorted(stored_ids(tmp_path)) == sorted(acknowledged)
    assert len(list(tmp_path.glob("audit-*.jsonl"))) > 20


def test_a_journal_can_be_verified_while_it_is_written(tmp_path: Path) -> None:
    child = start(tmp_path, "w", 50_000, 1_000_000)
    try:
        assert child.stdout is not None
        child.stdout.readline()
        seen: list[int] = []
        # A disk that is busy with other tests may take longer for a record than we for fifteen looks.
        until = time.monotonic() + 30
        while len(seen) < 15 or (seen[0] == seen[-1] and time.monotonic() < until):
            found = verify(tmp_path, SECRET)
            assert found.ok, found.problems[:3]
            seen.append(found.records)
    finally:
        child.kill()
        child.communicate(timeout=30)
    assert seen == sorted(seen)
    assert seen[0] < seen[-1]


def test_writers_killed_at_random_lose_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    chance = random.Random(5)  # noqa: S311 - when to kill
    acknowledged: list[str] = []
    for turn in range(10):
        children = [start(tmp_path, f"{turn}-{number}", 30_000, 1_000_000) for number in range(2)]
        try:
            for child in children:
                assert child.stdout is not None
                acknowledged.append(child.stdout.readline().decode().strip())  # both write now
            time.sleep(chance.uniform(0, 0.05))
        finally:
            for child in children:
                child.send_signal(signal.SIGKILL)
        for child in children:
            out, _ = child.communicate(timeout=30)
            acknowledged += [line.decode() for line in out.splitlines(keepends=True) if line.endswith(b"\n")]
        found = verify(tmp_path, SECRET)
        assert found.ok, (turn, found.problems[:3])
    wanted = {name.strip() for name in acknowledged}
    assert len(wanted) > 100
    there = stored_ids(tmp_path)
    assert wanted <= set(there)
    assert len(there) == len(set(there))


# Where a writer dies: the name of what it was about to do, and how.
_DIES = """
import os, signal, sys
from pathlib import Path
from tests.audit.journals import KEYS, NOON, record
from zt_ai.audit import Limits, layout, store as module
from zt_ai.audit.canonical import encode_fields

def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)

def half(handle, data):
    os.pwrite(handle, data[: len(data) * 2 // 3], os.fstat(handle).st_size)
    die()

def after(function):
    return lambda *arguments: (function(*arguments), die())

folder, point, size = Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
opened = module.Store(folder, KEYS, Limits(segment_bytes=size), now=lambda: NOON)
if point == "half a batch written":
    module._write_all = half
elif point == "written, not synced":
    layout.sync_data = die
elif point == "synced, head not moved":
    module.write_head = die
elif point == "file renamed, head not moved":
    Path.rename = after(Path.rename)
elif point == "head moved to a file that is not there":
    module.write_head = after(module.write_head)
elif point == "new file made, nothing in it":
    module._write_all = die
opened.append([encode_fields(record(number)) for number in (10, 11, 12)])
"""

POINTS = {
    "half a batch written": (1 << 20, {"recovered"}),
    "written, not synced": (1 << 20, {"recovered"}),
    "synced, head not moved": (1 << 20, {"recovered"}),
    "file renamed, head not moved": (100, set()),
    "head moved to a file that is not there": (100, set()),
    "new file made, nothing in it": (100, set()),
}


@pytest.mark.parametrize("point", POINTS)
def test_a_writer_killed_at_any_step_leaves_a_journal_that_goes_on(tmp_path: Path, point: str) -> None:
    segment_bytes, noted = POINTS[point]
    write(tmp_path, [record(2)])
    done = subprocess.run(
        [sys.executable, "-c", _DIES, str(tmp_path), point, str(segment_bytes)],
        cwd=ROOT,
        capture_output=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == -signal.SIGKILL, done.stderr
    write(tmp_path, [record(20)])
    found = verify(tmp_path, SECRET)
    assert found.ok, found.problems
    stored = [json.loads(line) for path in sorted(tmp_path.glob("*.jsonl")) for line in lines(path)]
    assert {one["event"] for one in stored if "event" in one} - {"started", "continued"} == noted
    assert {"req-2", "req-20"} <= {one.get("request_id") for one in stored}
    for path in tmp_path.glob("audit*.jsonl"):  # every file says how it goes on from the one before
        assert json.loads(lines(path)[0])["event"] in {"started", "continued"}


@pytest.mark.parametrize("point", ["half a batch written", "written, not synced", "synced, head not moved"])
def test_it_verifies_before_anybody_has_recovered_it_too(tmp_path: Path, point: str) -> None:
    write(tmp_path, [record(2)])
    subprocess.run([sys.executable, "-c", _DIES, str(tmp_path), point, "100000"], cwd=ROOT, timeout=60, check=False)
    found = verify(tmp_path, SECRET)
    assert found.ok, found.problems
    assert any("was killed" in note for note in found.notes)


def _repair_note(folder: Path) -> dict[str, Any]:
    write(folder, [record(30)])
    notes = [json.loads(line) for line in lines(current(folder))]
    note: dict[str, Any] = next(one for one in notes if one.get("event") == "repaired")
    return note


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A journal of five records that nobody has open."""
    write(tmp_path / "audit", [record(number) for number in range(2, 6)])
    return tmp_path / "audit"


def test_an_end_that_was_cut_off_is_noted_and_its_numbers_are_not_used_again(folder: Path) -> None:
    kept = lines(current(folder))
    current(folder).write_bytes(b"".join(kept[:3]) + kept[3][:20])
    note = _repair_note(folder)
    assert (note["kind"], note["seq"]) == ("truncated", 6)
    found = verify(folder, SECRET)
    assert [(problem.kind, problem.first, problem.last) for problem in found.problems] == [
        (Kind.TRUNCATED, 6, 6),
        (Kind.REMOVED, 4, 5),
    ]


def test_a_journal_that_was_deleted_is_noted(folder: Path) -> None:
    current(folder).unlink()
    assert _repair_note(folder)["kind"] == "truncated"
    assert (Kind.REMOVED, 1, 5) in {(p.kind, p.first, p.last) for p in verify(folder, SECRET).problems}


@pytest.mark.parametrize("content", [None, b"", b"x" * 512])
def test_a_head_that_was_removed_or_damaged_is_noted(folder: Path, content: bytes | None) -> None:
    path = folder / "audit.head"
    if content is None:
        path.unlink()
    else:
        path.write_bytes(content)
    assert "the head" in _repair_note(folder)["problem"]
    found = verify(folder, SECRET)
    assert [problem.kind for problem in found.problems] == [Kind.TRUNCATED]


def test_lines_that_somebody_added_are_cut_off_and_noted(folder: Path) -> None:
    last = json.loads(lines(current(folder))[-1])
    with current(folder).open("ab") as file:
        file.write(forged(6, last["chain"], last["hash"], record(6)))
    note = _repair_note(folder)
    assert (note["kind"], note["lines"]) == ("foreign", 1)
    assert [problem.kind for problem in verify(folder, SECRET).problems] == [Kind.FOREIGN]


def test_a_last_record_that_was_replaced_is_noted_at_the_next_start(folder: Path) -> None:
    kept = lines(current(folder))
    current(folder).write_bytes(b"".join([*kept[:4], kept[4].replace(b"allow", b"block")]))
    assert _repair_note(folder)["kind"] == "changed"
    assert not verify(folder, SECRET).ok


def test_files_that_are_taken_away_under_an_open_journal_are_noticed(folder: Path) -> None:
    store = Store(folder, KEYS)
    current(folder).rename(folder / "stolen")
    store.append([encode_fields(record(6))])
    assert "repaired" in {json.loads(line).get("event") for line in lines(current(folder))}
    (folder / "audit.head").unlink()
    store.append([encode_fields(record(7))])
    store.close()
    assert (folder / "audit.head").exists()
    assert not verify(folder, SECRET).ok


def test_a_segment_name_that_is_taken_is_never_written_over(folder: Path) -> None:
    segment_path(folder, 1).write_text("precious")
    store = Store(folder, KEYS, Limits(segment_bytes=10))
    with pytest.raises(Exception, match="exists already"):
        store.append([encode_fields(record(6))])
    store.close()
    assert segment_path(folder, 1).read_text() == "precious"
