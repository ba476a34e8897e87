"""Files that follow each other, parts that are given to somebody else, and lines that a log store kept."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Callable
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest

from tests.audit.journals import KEYS, NOON, SECRET, current, lines, record, write
from zt_ai.audit import Anchors, AuditError, Kind, Limits, verify
from zt_ai.audit.canonical import encode_fields
from zt_ai.audit.export import Filter, export
from zt_ai.audit.mirror import Mirror
from zt_ai.audit.recent import recent
from zt_ai.audit.store import Store


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve requests of two callers in several files."""
    records = [record(number, caller="triage" if number % 3 else "intake") for number in range(12)]
    write(tmp_path / "audit", records, segment_bytes=1500)
    return tmp_path / "audit"


def numbered(folder: Path) -> list[Path]:
    return sorted(folder.glob("audit-*.jsonl"))


def test_a_full_file_gets_a_number_and_the_next_one_says_what_came_before(folder: Path) -> None:
    files = [*numbered(folder), current(folder)]
    assert [path.name for path in files[:3]] == [f"audit-{number:06d}.jsonl" for number in (1, 2, 3)]
    before = json.loads(lines(files[0])[-1])
    begins = json.loads(lines(files[1])[0])
    assert (begins["event"], begins["before"], begins["prev"]) == ("continued", before["seq"], before["hash"])
    assert verify(folder, SECRET).ok
    assert all(verify(path, SECRET).ok for path in files)


def test_a_new_day_begins_a_new_file_unless_nobody_asked(tmp_path: Path) -> None:
    write(tmp_path, [record(1)])
    write(tmp_path, [record(2)], now=lambda: NOON + timedelta(hours=11))
    assert numbered(tmp_path) == []
    write(tmp_path, [record(3)], now=lambda: NOON + timedelta(hours=13))
    assert len(numbered(tmp_path)) == 1
    assert len(lines(current(tmp_path))) == 2
    assert verify(tmp_path, SECRET).ok


def test_a_file_in_the_middle_that_is_gone_is_missed(folder: Path) -> None:
    gone = [json.loads(line)["seq"] for line in lines(numbered(folder)[1])]
    numbered(folder)[1].unlink()
    (problem,) = verify(folder, SECRET).problems
    assert (problem.kind, problem.first, problem.last) == (Kind.REMOVED, gone[0], gone[-1])


def test_first_files_may_be_archived_when_that_is_said(folder: Path) -> None:
    first = json.loads(lines(numbered(folder)[1])[0])["seq"]
    numbered(folder)[0].unlink()
    assert not verify(folder, SECRET).ok
    assert verify(folder, SECRET, anchors=Anchors(first=first)).ok
    assert not verify(folder, SECRET, anchors=Anchors(first=first - 1)).ok


def exported(folder: Path, chosen: Filter, *, sealed: bool = True) -> Path:
    out = StringIO()
    export(folder, out.write, chosen, KEYS if sealed else None)
    path = folder.parent / "export.jsonl"
    path.write_text(out.getvalue())
    return path


def test_an_export_holds_what_was_asked_for_and_digests_of_what_lies_between(folder: Path) -> None:
    path = exported(folder, Filter(equal={"caller": "triage"}))
    _, *rest = [json.loads(line) for line in lines(path)]
    assert {one["caller"] for one in rest if "caller" in one} == {"triage"}
    assert "intake" not in path.read_text()
    assert sum("entry" in one for one in rest) == 4
    found = verify(path, SECRET)
    assert found.ok
    assert found.chains[0].omitted == 4
    assert found.first == 1
    assert verify(path).ok


def test_an_export_of_a_time_begins_and_ends_there(folder: Path) -> None:
    path = exported(folder, Filter(since="2026-11-25T12:00:03", until="2026-11-25T12:00:07"))
    header, *rest = [json.loads(line) for line in lines(path)]
    requests = [one["request_id"] for one in rest if "request_id" in one]
    assert requests == [f"req-{number}" for number in range(3, 8)]
    assert header["records"] == len(rest)
    assert verify(path, SECRET).ok
    path.write_bytes(b"".join(lines(path)[:-1]))
    assert {problem.kind for problem in verify(path, SECRET).problems} == {Kind.TRUNCATED}
    path.write_bytes(b"".join([lines(path)[0], *lines(path)[2:]]))
    assert Kind.REMOVED in {problem.kind for problem in verify(path, SECRET).problems}


def test_an_export_of_nothing_says_so(folder: Path) -> None:
    path = exported(folder, Filter(since="2027-01-01"))
    assert len(lines(path)) == 1
    assert verify(path, SECRET).ok
    path.write_bytes(lines(path)[0] + lines(current(folder))[0])
    assert not verify(path, SECRET).ok


def test_an_export_without_key_is_followed_but_not_proved(folder: Path) -> None:
    path = exported(folder, Filter(), sealed=False)
    assert verify(path).ok
    assert {problem.kind for problem in verify(path, SECRET).problems} == {Kind.FOREIGN}


def test_a_damaged_journal_is_not_exported(folder: Path) -> None:
    current(folder).write_bytes(b"noise\n" + current(folder).read_bytes())
    with pytest.raises(AuditError, match="zt-ai audit verify"):
        export(folder, StringIO().write, Filter(), KEYS)


def test_the_last_records_are_found_from_the_end_over_files(folder: Path) -> None:
    wanted = recent(folder, Filter(equal={"caller": "intake"}), 3)
    assert [link.fields["request_id"] for link in wanted if link.fields] == ["req-9", "req-6", "req-3"]
    everything = recent(folder, Filter(), 1000)
    assert [link.seq for link in everything] == list(range(verify(folder).last or 0, 0, -1))


def _all_lines(folder: Path) -> list[str]:
    return [line.decode().strip() for path in [*numbered(folder), current(folder)] for line in lines(path)]


def _plain(all_: list[str]) -> str:
    return "started\n" + "\n".join(f"2026-11-25T12:00:00Z proxy/1 {line}" for line in all_) + "\n[warn] {not json\n"


def _messages(all_: list[str]) -> str:
    return "\n".join(json.dumps({"timestamp": 1, "message": line}) for line in ["hello", *all_])


def _events(all_: list[str]) -> str:
    return json.dumps({"events": [{"message": line, "eventId": "1"} for line in all_]}, indent=2)


def _payloads(all_: list[str]) -> str:
    """Cloud Logging takes JSON lines apart: names come back in any order."""
    return json.dumps([{"jsonPayload": dict(reversed(json.loads(line).items()))} for line in all_])


WRAPPED: dict[str, Callable[[list[str]], str]] = {
    "lines": _plain,
    "messages": _messages,
    "events": _events,
    "payloads": _payloads,
}


@pytest.mark.parametrize("how", WRAPPED)
def test_what_a_log_store_kept_verifies_in_any_wrapping_in_any_order(folder: Path, tmp_path: Path, how: str) -> None:
    path, all_ = tmp_path / "log", _all_lines(folder)
    path.write_text(WRAPPED[how](all_[5:] + all_[:7]))
    found = verify(path, SECRET, log=True)
    assert found.ok, found.problems
    assert found.records == len(all_)
    path.write_text(WRAPPED[how](all_[:5] + all_[6:]))
    assert [(p.kind, p.first) for p in verify(path, SECRET, log=True).problems] == [(Kind.REMOVED, 6)]
    path.write_text(WRAPPED[how]([*all_[:5], all_[5].replace("allow", "block"), *all_[6:]]))
    assert [(p.kind, p.first) for p in verify(path, SECRET, log=True).problems] == [(Kind.CHANGED, 6)]


def test_a_log_holds_the_journals_of_several_proxies(folder: Path, tmp_path: Path) -> None:
    write(tmp_path / "other", [record(1)])
    path = tmp_path / "log"
    path.write_text("\n".join([*_all_lines(folder), *_all_lines(tmp_path / "other")]))
    found = verify(path, SECRET, log=True)
    assert found.ok
    assert len(found.chains) == 2


def test_a_log_shows_what_was_rewritten_on_the_proxy(folder: Path, tmp_path: Path) -> None:
    """Somebody with the key makes a new journal; the log still has the head of the true one."""
    path = tmp_path / "log"
    path.write_text("\n".join(_all_lines(folder)))
    kept = verify(path, SECRET, log=True)
    write(tmp_path / "new", [record(number, decision="redact") for number in range(20)])
    assert verify(tmp_path / "new", SECRET).ok
    assert not verify(tmp_path / "new", SECRET, anchors=Anchors(head=kept.head)).ok


def test_no_record_in_a_log_is_an_error_and_not_fine(tmp_path: Path) -> None:
    (tmp_path / "log").write_text("nothing here\n{}\n")
    with pytest.raises(AuditError, match="no audit record"):
        verify(tmp_path / "log", SECRET, log=True)


def test_the_mirror_has_every_line_before_the_record_counts(tmp_path: Path) -> None:
    read, handle = os.pipe()
    store = Store(tmp_path, KEYS, mirror=Mirror(handle))
    store.append([encode_fields(record(1)), encode_fields(record(2, path="x" * 9000))][:1])
    assert os.read(read, 1 << 16) == current(tmp_path).read_bytes()
    store.close()
    os.close(read)
    os.close(handle)


def test_long_lines_go_through_a_pipe_whole(tmp_path: Path) -> None:
    read, handle = os.pipe()
    got = bytearray()

    def drain() -> None:
        while data := os.read(read, 1000):
            got.extend(data)

    reader = threading.Thread(target=drain)
    reader.start()
    store = Store(tmp_path, KEYS, mirror=Mirror(handle))
    store.append([encode_fields(record(number, path="x" * (number * 2000))) for number in range(8)] * 3)
    store.close()
    os.close(handle)
    reader.join(10)
    os.close(read)
    assert bytes(got) == current(tmp_path).read_bytes()


@pytest.mark.parametrize("end", ["closed", "full"])
def test_a_log_that_takes_nothing_lets_no_record_count_and_misses_none_later(tmp_path: Path, end: str) -> None:
    read, handle = os.pipe()
    out = os.memfd_create("log")
    store = Store(tmp_path, KEYS, mirror=Mirror(out))
    store.append([encode_fields(record(1))])
    store._mirror = Mirror(handle, 0.05)
    if end == "closed":
        os.close(read)
    else:
        os.set_blocking(handle, False)
        os.write(handle, bytes(1 << 20))
    with pytest.raises(AuditError, match="log"):
        store.append([encode_fields(record(2))])
    with pytest.raises(AuditError, match="log"):
        store.append([encode_fields(record(3))])
    store._mirror = Mirror(out)
    store.append([encode_fields(record(4))])
    store.close()
    os.lseek(out, 0, os.SEEK_SET)
    log = tmp_path / "log.txt"
    log.write_bytes(os.read(out, 1 << 20))
    os.close(out)
    os.close(handle)
    assert log.read_bytes() == current(tmp_path).read_bytes()
    assert verify(tmp_path, SECRET).ok
    assert verify(log, SECRET, log=True).ok


def test_limits_have_sensible_values() -> None:
    assert Limits().segment_bytes >= 1 << 20
    assert Limits().patience < 10
