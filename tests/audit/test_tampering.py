"""Whatever is done to a journal by somebody without the key is found, and named by number."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.audit.journals import KEYS, OTHER_SECRET, SECRET, current, forged, lines, record, write
from zt_ai.audit import Anchors, Keys, Kind, Verification, sources, verify
from zt_ai.audit.export import Filter, export
from zt_ai.audit.link import Link, link_of
from zt_ai.audit.walk import Walk

SEVERAL = settings(max_examples=60)

plain = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)
texts = st.text(st.characters(codec=None), max_size=6)  # lone surrogates too: headers and JSON can hold them
journals = st.lists(st.fixed_dictionaries({"request_id": texts, "payload": plain}), min_size=1, max_size=7)


def kinds(found: Verification) -> set[Kind]:
    return {problem.kind for problem in found.problems}


def numbers(found: Verification, kind: Kind) -> set[tuple[int | None, int | None]]:
    return {(problem.first, problem.last) for problem in found.problems if problem.kind is kind}


@SEVERAL
@given(journals, st.sampled_from([1, 500, 1 << 20]))
def test_what_was_written_verifies_whatever_it_is(records: list[dict[str, Any]], segment_bytes: int) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "audit"
        write(folder, records, segment_bytes=segment_bytes)
        found = verify(folder, SECRET)
        assert found.problems == []
        assert found.first == 1
        assert found.last is not None
        assert found.records == found.last >= len(records) + 1
        assert verify(folder).ok
        stored = [json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in lines(path)]
        assert [
            {key: one[key] for key in ("request_id", "payload")}
            for one in sorted(stored, key=lambda one: int(one["seq"]))
            if "event" not in one
        ] == records


@SEVERAL
@given(journals, st.data())
def test_any_changed_byte_in_any_file_is_found(records: list[dict[str, Any]], data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "audit"
        write(folder, records, segment_bytes=data.draw(st.sampled_from([500, 1 << 20])))
        path = data.draw(st.sampled_from(sorted(folder.iterdir())))
        path.chmod(0o600)
        content = bytearray(path.read_bytes())
        place = data.draw(st.integers(0, len(content) - 1))
        content[place] ^= data.draw(st.integers(1, 255))
        path.write_bytes(content)
        assert not verify(folder, SECRET).ok


def _delete(all_lines: list[bytes], draw: Callable[..., Any]) -> list[bytes]:
    place = draw(st.integers(0, len(all_lines) - 1))
    return all_lines[:place] + all_lines[place + 1 :]


def _swap(all_lines: list[bytes], draw: Callable[..., Any]) -> list[bytes]:
    one, two = draw(st.lists(st.integers(0, len(all_lines) - 1), min_size=2, max_size=2, unique=True))
    changed = list(all_lines)
    changed[one], changed[two] = changed[two], changed[one]
    return changed


def _duplicate(all_lines: list[bytes], draw: Callable[..., Any]) -> list[bytes]:
    what, where = draw(st.integers(0, len(all_lines) - 1)), draw(st.integers(0, len(all_lines)))
    return [*all_lines[:where], all_lines[what], *all_lines[where:]]


def _insert(all_lines: list[bytes], draw: Callable[..., Any]) -> list[bytes]:
    where = draw(st.integers(0, len(all_lines)))
    before = json.loads(all_lines[where - 1]) if where else {"seq": 0, "chain": "0" * 16, "hash": "0" * 64}
    new = forged(before["seq"] + 1, before["chain"], before["hash"], record(0))
    return [*all_lines[:where], new, *all_lines[where:]]


def _truncate(all_lines: list[bytes], draw: Callable[..., Any]) -> list[bytes]:
    return all_lines[: draw(st.integers(0, len(all_lines) - 1))]


def _cut_bytes(all_lines: list[bytes], draw: Callable[..., Any]) -> list[bytes]:
    whole = b"".join(all_lines)
    return [whole[: draw(st.integers(0, len(whole) - 1))]]


def _garbage(all_lines: list[bytes], draw: Callable[..., Any]) -> list[bytes]:
    where = draw(st.integers(0, len(all_lines)))
    return [*all_lines[:where], draw(st.binary(max_size=20)) + b"\n", *all_lines[where:]]


MUTATIONS = {f.__name__[1:]: f for f in (_delete, _swap, _duplicate, _insert, _truncate, _cut_bytes, _garbage)}


@pytest.mark.parametrize("mutation", MUTATIONS)
@settings(max_examples=40)
@given(records=journals, data=st.data())
def test_any_single_mutation_of_a_file_is_found(
    mutation: str, records: list[dict[str, Any]], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "audit"
        write(folder, records, segment_bytes=data.draw(st.sampled_from([700, 1 << 20])))
        path = data.draw(st.sampled_from([p for p in sorted(folder.glob("*.jsonl")) if len(lines(p)) > 1]))
        path.chmod(0o600)
        path.write_bytes(b"".join(MUTATIONS[mutation](lines(path), data.draw)))
        assert not verify(folder, SECRET).ok


@pytest.mark.parametrize("mutation", [*MUTATIONS, "byte"])
@settings(max_examples=40)
@given(records=journals, data=st.data())
def test_any_single_mutation_of_an_export_is_found(
    mutation: str, records: list[dict[str, Any]], data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name) / "audit", StringIO()
        write(folder, records)
        chosen = Filter(equal={"request_id": records[0]["request_id"]})
        export(folder, out.write, chosen, KEYS)
        path = Path(name) / "export.jsonl"
        path.write_text(out.getvalue())
        assert verify(path, SECRET).ok
        if mutation == "byte":
            content = bytearray(path.read_bytes())
            content[data.draw(st.integers(0, len(content) - 1))] ^= data.draw(st.integers(1, 255))
            path.write_bytes(content)
        else:
            first, *rest = lines(path)
            path.write_bytes(first + b"".join(MUTATIONS[mutation](rest, data.draw)))
        assert not verify(path, SECRET).ok


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A journal with a first record of its own and nine of a caller: numbers 1 to 10."""
    write(tmp_path / "audit", [record(number) for number in range(2, 11)])
    return tmp_path / "audit"


def edit(folder: Path, change: Callable[[list[bytes]], list[bytes]]) -> Verification:
    path = current(folder)
    path.write_bytes(b"".join(change(lines(path))))
    return verify(folder, SECRET)


CASES: dict[str, tuple[Callable[[list[bytes]], list[bytes]], Kind, tuple[int, int]]] = {
    "a decision is edited": (
        lambda all_: [*all_[:4], all_[4].replace(b'"allow"', b'"refuse"'), *all_[5:]],
        Kind.CHANGED,
        (5, 5),
    ),
    "one is removed": (lambda all_: all_[:4] + all_[5:], Kind.REMOVED, (5, 5)),
    "several are removed": (lambda all_: all_[:4] + all_[7:], Kind.REMOVED, (5, 7)),
    "the first is removed": (lambda all_: all_[1:], Kind.REMOVED, (1, 1)),
    "neighbours change places": (lambda all_: [*all_[:4], all_[5], all_[4], *all_[6:]], Kind.REORDERED, (6, 6)),
    "one is moved back": (lambda all_: [*all_[:2], *all_[3:8], all_[2], *all_[8:]], Kind.REORDERED, (3, 3)),
    "one stands twice": (lambda all_: [*all_[:6], all_[4], *all_[6:]], Kind.DUPLICATED, (5, 5)),
    "the last is cut off": (lambda all_: all_[:-1], Kind.TRUNCATED, (10, 10)),
    "everything is cut off": (lambda _: [], Kind.TRUNCATED, (1, 10)),
    "the last loses its line end": (lambda all_: [*all_[:-1], all_[-1][:-1]], Kind.UNREADABLE, (0, 0)),
    "a line becomes noise": (lambda all_: [*all_[:4], b"\xff\x00\n", *all_[5:]], Kind.UNREADABLE, (0, 0)),
    "the same in other words": (
        lambda all_: [*all_[:4], json.dumps(json.loads(all_[4])).encode() + b"\n", *all_[5:]],
        Kind.CHANGED,
        (5, 5),
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_was_done_is_named_with_its_number_and_nothing_else(folder: Path, case: str) -> None:
    change, kind, span = CASES[case]
    found = edit(folder, change)
    assert kinds(found) == {kind}, found.problems
    assert len(found.problems) == 1
    if span != (0, 0):
        assert numbers(found, kind) == {span}


def test_records_that_change_places_over_a_distance_are_both_named(folder: Path) -> None:
    found = edit(folder, lambda all_: [*all_[:2], all_[7], *all_[3:7], all_[2], *all_[8:]])
    assert numbers(found, Kind.REORDERED) == {(3, 3), (8, 8)}
    assert kinds(found) == {Kind.REORDERED}


def rewrite_without_key(all_lines: list[bytes]) -> list[bytes]:
    """Change record 5 and make every link behind it anew, as well as one can without the key."""
    made, values = all_lines[:4], [json.loads(line) for line in all_lines]
    previous = values[3]["hash"]
    for value in values[4:]:
        fields = {name: item for name, item in value.items() if name not in {*Link.__slots__}}
        line = forged(value["seq"], value["chain"], previous, fields | {"decision": "refuse"})
        previous = json.loads(line)["hash"]
        made.append(line)
    return made


def test_a_chain_that_was_made_anew_without_the_key_is_foreign_from_where_it_was_changed(folder: Path) -> None:
    found = edit(folder, rewrite_without_key)
    assert numbers(found, Kind.FOREIGN) == {(number, number) for number in range(5, 11)}


def test_without_macs_it_would_pass_but_for_the_head(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Link, "authentic", lambda self, key: True)
    found = edit(folder, rewrite_without_key)
    assert [problem.message for problem in found.problems] == ["record 10 is not the one that the sealed head names"]


def test_without_the_key_a_head_that_was_kept_elsewhere_shows_it(folder: Path) -> None:
    kept = verify(folder).head
    assert kept is not None
    (folder / "audit.head").unlink()
    edit(folder, rewrite_without_key)
    assert Kind.FOREIGN not in kinds(verify(folder))
    assert f"no record has the hash {kept}" in verify(folder, anchors=Anchors(head=kept)).problems[-1].message


def test_an_old_copy_of_file_and_head_is_right_in_itself_and_found_by_what_is_known_elsewhere(folder: Path) -> None:
    old = {path: path.read_bytes() for path in folder.iterdir()}
    write(folder, [record(11)])
    kept = verify(folder, SECRET).head
    assert kept is not None
    for path, content in old.items():
        path.write_bytes(content)
    assert verify(folder, SECRET).ok
    assert kinds(verify(folder, SECRET, anchors=Anchors(head=kept))) == {Kind.TRUNCATED}
    found = verify(folder, SECRET, anchors=Anchors(at_least=11))
    assert numbers(found, Kind.TRUNCATED) == {(11, 11)}


def test_a_head_that_is_gone_or_was_made_up_proves_no_end(folder: Path) -> None:
    path = folder / "audit.head"
    true = path.read_bytes()
    path.write_bytes(true.replace(b'"seq":10', b'"seq":9 '))
    assert kinds(verify(folder, SECRET)) == {Kind.TRUNCATED}
    path.unlink()
    assert kinds(verify(folder, SECRET)) == {Kind.TRUNCATED}


def test_without_the_head_nobody_sees_that_the_end_is_gone(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The negative twin of what the sealed head is for."""
    current(folder).write_bytes(b"".join(lines(current(folder))[:7]))
    assert kinds(verify(folder, SECRET)) == {Kind.TRUNCATED}
    finish = Walk.finish
    monkeypatch.setattr(Walk, "finish", lambda self, *_: finish(self))
    assert verify(folder, SECRET).ok


def test_without_comparing_bytes_the_same_in_other_words_would_pass(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The negative twin: white space changes no hash, and hides a message from whoever compares files."""
    all_ = lines(current(folder))
    all_[4] = json.dumps(json.loads(all_[4])).encode() + b"\n"
    current(folder).write_bytes(b"".join(all_))
    assert kinds(verify(folder, SECRET)) == {Kind.CHANGED}
    monkeypatch.setattr(sources, "parse_line", lambda data, place: sources.Line(place, link_of(json.loads(data))))
    assert verify(folder, SECRET).ok


def test_a_record_of_another_journal_with_the_same_key_is_foreign(folder: Path, tmp_path: Path) -> None:
    write(tmp_path / "other", [record(number) for number in range(2, 11)])
    strange = lines(current(tmp_path / "other"))[5]
    found = edit(folder, lambda all_: [*all_[:5], strange, *all_[6:]])
    assert numbers(found, Kind.FOREIGN) == {(6, 6)}


def test_the_whole_file_of_another_journal_is_foreign(folder: Path, tmp_path: Path) -> None:
    write(tmp_path / "other", [record(number) for number in range(2, 11)])
    current(folder).write_bytes(current(tmp_path / "other").read_bytes())
    assert Kind.FOREIGN in kinds(verify(folder, SECRET))


def test_the_wrong_key_is_said_once_and_not_for_every_record(folder: Path) -> None:
    found = verify(folder, Keys([OTHER_SECRET]))
    assert [problem.kind for problem in found.problems] == [Kind.TRUNCATED, Kind.FOREIGN]
    assert KEYS.current.id in found.problems[1].message


def test_a_file_by_itself_must_begin_where_files_begin(folder: Path, tmp_path: Path) -> None:
    alone = tmp_path / "copy.jsonl"
    alone.write_bytes(current(folder).read_bytes())
    assert verify(alone, SECRET).ok
    assert any("not sealed" in note for note in verify(alone, SECRET).notes)
    alone.write_bytes(b"".join(lines(current(folder))[1:]))
    assert kinds(verify(alone, SECRET)) == {Kind.REMOVED}
