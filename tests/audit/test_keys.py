"""Key files, their rotation, and digests by which an identifier is recognised."""

from __future__ import annotations

import re
import stat
import threading
from pathlib import Path

import pytest

from tests.audit.journals import KEYS, OTHER_SECRET, SECRET, record, write
from zt_ai.audit import AuditError, Key, KeyFileError, Keys, Kind, load_keys, rotate_key, verify


def test_a_missing_key_file_is_made_once_and_for_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "keys" / "audit.key"
    with pytest.raises(KeyFileError, match="cannot be read"):
        load_keys(path)
    first = load_keys(path, create=True)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert re.fullmatch(r"[0-9a-f]{64}\n", path.read_text())
    assert load_keys(path, create=True).current.id == first.current.id
    assert [entry.name for entry in path.parent.iterdir()] == ["audit.key"]


def test_processes_that_make_it_at_the_same_time_use_the_same_key(tmp_path: Path) -> None:
    path = tmp_path / "audit.key"
    ids: set[str] = set()
    threads = [threading.Thread(target=lambda: ids.add(load_keys(path, create=True).current.id)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ids) == 1


@pytest.mark.parametrize("mode", [0o604, 0o602, 0o620, 0o644])
def test_a_key_that_others_may_read_or_write_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "audit.key"
    load_keys(path, create=True)
    path.chmod(mode)
    with pytest.raises(KeyFileError, match="chmod 600"):
        load_keys(path)


@pytest.mark.parametrize("content", ["", "zz" * 32, "ab" * 16, "ab" * 32 + "\nshort"])
def test_what_is_no_key_is_refused_without_showing_it(tmp_path: Path, content: str) -> None:
    path = tmp_path / "audit.key"
    path.write_text(content)
    path.chmod(0o600)
    with pytest.raises(KeyFileError) as error:
        load_keys(path)
    assert "abab" not in str(error.value)


def test_a_key_shows_its_id_and_nothing_else() -> None:
    assert SECRET.hex() not in repr(KEYS) + repr(KEYS.current) + KEYS.current.id
    assert re.fullmatch("[0-9a-f]{8}", KEYS.current.id)


def test_a_new_key_goes_on_with_the_chain_and_the_old_one_verifies_what_it_made(tmp_path: Path) -> None:
    path, folder = tmp_path / "audit.key", tmp_path / "audit"
    old = load_keys(path, create=True)
    write(folder, [record(1), record(2)], keys=old)
    new = rotate_key(path)
    assert new.current.id != old.current.id
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    write(folder, [record(3)], keys=new)
    assert verify(folder, load_keys(path)).ok
    alone = Keys([bytes.fromhex(path.read_text().split()[-1])])
    problems = verify(folder, alone).problems
    assert [(problem.kind, problem.first) for problem in problems] == [(Kind.FOREIGN, 1)]


def test_a_journal_is_not_gone_on_with_under_a_key_that_does_not_know_it(tmp_path: Path) -> None:
    write(tmp_path, [record(1)])
    with pytest.raises(AuditError, match="keep old keys"):
        write(tmp_path, [record(2)], keys=Keys([OTHER_SECRET]))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("123-45-6789", "123 45 6789"),
        ("123-45-6789", "１２３４５６７８９"),
        ("1EG4-TE5-MK73", "1eg4te5mk73"),
        ("O'Brien, Mary", "o brien mary"),
        ("A.Person@Clinic.example", "a.person@clinic.example"),
    ],
)
def test_the_same_identifier_in_another_form_has_the_same_digest(one: str, two: str) -> None:
    assert KEYS.current.digest(one) == KEYS.current.digest(two)
    assert re.fullmatch("[0-9a-f]{16}", KEYS.current.digest(one))


def test_others_differ_and_so_does_another_key() -> None:
    texts = ["123-45-6789", "123-45-6780", "+++", "---", "", "\ud800", "Ada", "Adam"]
    assert len({KEYS.current.digest(text) for text in texts}) == len(texts)
    assert KEYS.current.digest("Ada") != Key(OTHER_SECRET).digest("Ada")
