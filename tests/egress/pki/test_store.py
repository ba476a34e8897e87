"""Files with keys in them."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from zt_ai.egress.pki.store import private_folder, read_text, write_private


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_key_file_and_its_folder_are_their_owners_alone(tmp_path: Path) -> None:
    folder = private_folder(tmp_path / "state" / "keys")
    write_private(folder / "key", "secret")
    assert (mode(folder), mode(folder / "key")) == (0o700, 0o600)


def test_a_file_that_was_open_to_others_is_closed_when_it_is_written(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("old")
    (tmp_path / "key").chmod(0o644)
    write_private(tmp_path / "key", "new")
    assert mode(tmp_path / "key") == 0o600


def test_a_reader_of_the_old_file_keeps_the_old_text(tmp_path: Path) -> None:
    """The new text is moved into its place, never written over the old one."""
    write_private(tmp_path / "key", "old")
    with (tmp_path / "key").open() as reader:
        write_private(tmp_path / "key", "new")
        assert reader.read() == "old"
    assert read_text(tmp_path / "key") == "new"


def test_nothing_is_left_behind_when_a_file_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "key").mkdir()
    with pytest.raises(OSError, match="directory"):
        write_private(tmp_path / "key", "text")
    assert [path.name for path in tmp_path.iterdir()] == ["key"]


def test_a_file_that_is_not_there_has_no_text(tmp_path: Path) -> None:
    assert read_text(tmp_path / "none") is None
