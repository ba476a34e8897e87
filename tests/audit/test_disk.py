"""A disk that is full, refuses, fails, or takes half: no record counts, nothing stays behind, and later it goes on."""

from __future__ import annotations

import errno
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.audit.journals import KEYS, SECRET, current, lines, record, write
from zt_ai.audit import AuditError, layout, verify
from zt_ai.audit import head as head_module
from zt_ai.audit import store as store_module
from zt_ai.audit.canonical import encode_fields
from zt_ai.audit.store import Store

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An open journal with two records."""
    opened = Store(tmp_path / "audit", KEYS)
    opened.append([encode_fields(record(2))])
    yield opened
    opened.close()


def fails(code: int) -> Callable[..., Any]:
    def call(*_: object) -> Any:
        raise OSError(code, os.strerror(code))

    return call


def half_then_full(write: Callable[[int, memoryview], int]) -> Callable[[int, memoryview], int]:
    def call(handle: int, data: memoryview) -> int:
        if len(data) < 100:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return write(handle, data[: len(data) // 2])

    return call


FAULTS: dict[str, tuple[object, str, Callable[[], Any]]] = {
    "no space": (store_module.os, "write", lambda: fails(errno.ENOSPC)),
    "half a record, then no space": (store_module.os, "write", lambda: half_then_full(os.write)),
    "an error on writing": (store_module.os, "write", lambda: fails(errno.EIO)),
    "an error on syncing": (layout, "sync_data", lambda: fails(errno.EIO)),
    "no space on syncing": (layout, "sync_data", lambda: fails(errno.ENOSPC)),
    "no lock": (store_module.fcntl, "flock", lambda: fails(errno.ENOLCK)),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_failed_write_is_an_error_leaves_nothing_and_the_next_one_works(
    store: Store, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = current(store.folder).read_bytes()
    module, name, make = FAULTS[fault]
    with monkeypatch.context() as patch:
        patch.setattr(module, name, make())
        for _ in range(2):
            with pytest.raises(AuditError):
                store.append([encode_fields(record(3)), encode_fields(record(4))])
    assert current(store.folder).read_bytes() == before
    assert [seq for seq, _ in store.append([encode_fields(record(5))])] == [3]
    found = verify(store.folder, SECRET)
    assert found.ok
    assert found.records == 3


def test_short_writes_are_completed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.write
    monkeypatch.setattr(store_module.os, "write", lambda handle, data: real(handle, data[:7]))
    store.append([encode_fields(record(number)) for number in range(3, 6)])
    monkeypatch.undo()
    assert verify(store.folder, SECRET).records == 5


def test_what_could_not_be_cut_back_is_taken_in_by_the_next_writer_and_noted(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(layout, "sync_data", fails(errno.EIO))
        patch.setattr(store_module.os, "ftruncate", fails(errno.EIO))
        with pytest.raises(AuditError):
            store.append([encode_fields(record(3))])
    store.append([encode_fields(record(4))])
    stored = [json.loads(line) for line in lines(current(store.folder))]
    assert [one.get("event", one.get("request_id")) for one in stored] == [
        "started",
        "req-2",
        "req-3",
        "recovered",
        "req-4",
    ]
    assert (stored[3]["records"], stored[3]["cut_bytes"]) == (1, 0)
    assert verify(store.folder, SECRET).ok


def test_a_head_that_cannot_be_moved_lets_nothing_out(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(head_module.os, "pwrite", fails(errno.ENOSPC))
        with pytest.raises(AuditError):
            store.append([encode_fields(record(3))])
    store.append([encode_fields(record(4))])
    assert verify(store.folder, SECRET).ok


# Run in a process of its own, because a limit on file sizes cannot be raised again by everybody.
_LIMITED = """
import asyncio, resource, sys
from pathlib import Path
from tests.audit.journals import KEYS, record, served
from zt_ai.audit import AuditError
from zt_ai.audit.journal import Journal

async def main(socket):
    journal = Journal(socket, KEYS)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (6000, hard))
    good = bad = 0
    for number in range(50):
        try:
            await journal.append(record(number)); good += 1
        except AuditError:
            bad += 1
    assert good and bad, (good, bad)
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    await journal.append(record(50))
    await journal.close()
    print(good + 2)

with served(Path(sys.argv[1])) as socket:
    asyncio.run(main(socket))
"""


def run(program: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_a_file_that_may_not_grow_refuses_records_until_it_may(tmp_path: Path) -> None:
    written = run(_LIMITED, str(tmp_path / "audit"))
    found = verify(tmp_path / "audit", SECRET)
    assert found.ok
    assert found.records == int(written)


_FULL = """
import asyncio, sys
from pathlib import Path
from tests.audit.journals import KEYS, SECRET, record, served
from zt_ai.audit import AuditError, verify
from zt_ai.audit.journal import Journal

async def main(disk, socket):
    journal = Journal(socket, KEYS)
    (disk / "ballast").write_bytes(bytes(16384))
    good, refused = 0, 0
    while refused < 3:
        results = await asyncio.gather(*(journal.append(record(n)) for n in range(5)), return_exceptions=True)
        good += sum(not isinstance(result, Exception) for result in results)
        refused += any(isinstance(result, AuditError) for result in results)
        assert good < 1000
    (disk / "ballast").unlink()
    await journal.append(record(1))
    await journal.close()
    found = verify(disk / "audit", SECRET)
    assert found.ok and found.records == good + 2, (found, good)

disk = Path(sys.argv[1])
with served(disk / "audit") as socket:
    asyncio.run(main(disk, socket))
"""


def test_a_full_disk_refuses_records_until_there_is_space(tmp_path: Path) -> None:
    """On a file system of 64 KiB, made in a mount name space of its own where that is allowed."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = f'mount -t tmpfs -o size=64k tmpfs "{disk}" && exec "$0" "$@"'
    unshare = ["unshare", "--mount", "--map-root-user", "sh", "-c", mount]
    try:
        able = subprocess.run([*unshare, "true"], capture_output=True, timeout=30, check=False).returncode == 0
    except FileNotFoundError:
        able = False
    if not able:
        pytest.skip("no mount name space for this user; a limit on file sizes is tested above")
    done = subprocess.run(
        [*unshare[:-1], mount, sys.executable, "-c", _FULL, str(disk)],
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_a_folder_that_cannot_be_written_is_an_error_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(AuditError, match="cannot be opened"):
        Store(tmp_path / "file" / "audit", KEYS)


def test_a_link_in_the_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    folder, elsewhere = tmp_path / "audit", tmp_path / "elsewhere"
    folder.mkdir()
    elsewhere.write_bytes(b"")
    (folder / "audit.head").symlink_to(elsewhere)
    with pytest.raises(AuditError):
        Store(folder, KEYS)
    assert elsewhere.read_bytes() == b""


def test_nobody_else_may_read_it(tmp_path: Path) -> None:
    write(tmp_path / "audit", [record(2), record(3)], segment_bytes=10)
    assert (tmp_path / "audit").stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o077 for path in (tmp_path / "audit").iterdir()} == {0}
