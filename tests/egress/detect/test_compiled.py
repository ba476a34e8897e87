"""Databases in the cache: what is believed, what is made anew, and who makes it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import hyperscan
import pytest

from zt_ai.cache import cache_root, exclusive
from zt_ai.egress.detect import compiled
from zt_ai.egress.detect.compiled import Pattern, databases

WORDS = [Pattern(number, b"word%d!" % number, "literals") for number in range(4)]
FORMS = [Pattern(number, b"[a-z]%d[0-9]{2}!" % number, "forms") for number in range(3)]


class Compiler:
    """Counts what hyperscan compiles."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.calls = 0
        self._compile = compiled._compile
        monkeypatch.setattr(compiled, "_compile", self)

    def __call__(self, patterns: list[Pattern]) -> hyperscan.Database:
        self.calls += 1
        return self._compile(patterns)


@pytest.fixture
def compiler(monkeypatch: pytest.MonkeyPatch) -> Compiler:
    """Everything from three patterns on is kept."""
    monkeypatch.setattr(compiled, "_WORTH", 3)
    compiled._hyperscan()  # once in a process
    return Compiler(monkeypatch)


def hits(database: hyperscan.Database, text: bytes) -> list[int]:
    found: list[int] = []
    scratch = hyperscan.Scratch(database)
    database.scan(text, match_event_handler=lambda id_, *_: found.append(id_), scratch=scratch)
    return found


def there(folder: Path) -> list[Path]:
    return sorted(path for path in folder.iterdir() if path.name != ".lock")


class TestWhatIsKept:
    def test_is_not_compiled_again_and_finds_the_same(self, tmp_path: Path, compiler: Compiler) -> None:
        text = b"word3! a word1! x255! word9!"
        made = databases([WORDS, FORMS], tmp_path / "kept")
        assert compiler.calls == 2
        again = databases([WORDS, FORMS], tmp_path / "kept")
        assert compiler.calls == 2
        assert [hits(one, text) for one in again] == [hits(one, text) for one in made] == [[3, 1], [2]]

    def test_few_patterns_are_not_kept(self, tmp_path: Path, compiler: Compiler) -> None:
        for _ in range(2):
            databases([WORDS[:2]], tmp_path / "kept")
        assert compiler.calls == 2
        assert not (tmp_path / "kept").exists()

    @pytest.mark.parametrize(
        "other",
        [
            [*WORDS[:3], Pattern(3, b"word4!", "literals")],
            [*WORDS[:3], Pattern(4, b"word3!", "literals")],
            [*WORDS[:3], Pattern(3, b"word3!", "literals", once=True)],
            WORDS[:3],
            list(reversed(WORDS)),
        ],
        ids=["expression", "id", "once", "fewer", "order"],
    )
    def test_serves_these_patterns_alone(self, tmp_path: Path, compiler: Compiler, other: list[Pattern]) -> None:
        databases([WORDS], tmp_path)
        databases([other], tmp_path)
        assert compiler.calls == 2
        assert len(there(tmp_path)) == 2

    def test_serves_this_hyperscan_alone(
        self, tmp_path: Path, compiler: Compiler, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        databases([WORDS], tmp_path)
        monkeypatch.setattr(compiled, "_hyperscan", lambda: b"Version: 5.4.12 Features: AVX512 Mode: BLOCK")
        databases([WORDS], tmp_path)
        assert compiler.calls == 2

    def test_is_for_its_owner_alone_to_read_and_write(self, tmp_path: Path, compiler: Compiler) -> None:
        databases([WORDS], tmp_path / "kept")
        assert (tmp_path / "kept").stat().st_mode & 0o777 == 0o700
        assert [path.stat().st_mode & 0o777 for path in there(tmp_path / "kept")] == [0o600]

    def test_what_is_used_is_kept_longest(
        self, tmp_path: Path, compiler: Compiler, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(compiled, "_KEPT", 2)
        others = [[Pattern(number, b"%d-%d" % (n, number), "forms") for number in range(3)] for n in range(2)]
        databases([WORDS], tmp_path)
        (first,) = there(tmp_path)
        os.utime(first, (1, 1))
        databases([others[0]], tmp_path)
        second = next(path for path in there(tmp_path) if path != first)
        os.utime(second, (2, 2))
        databases([WORDS], tmp_path)  # used again, so it is the other one that goes
        databases([others[1]], tmp_path)
        assert first in there(tmp_path)
        assert second not in there(tmp_path)
        assert len(there(tmp_path)) == 2


def writable_by_the_group(folder: Path, kept: Path, _: pytest.MonkeyPatch) -> None:
    kept.chmod(0o620)


def writable_by_all(folder: Path, kept: Path, _: pytest.MonkeyPatch) -> None:
    kept.chmod(0o602)


def in_a_folder_of_all(folder: Path, kept: Path, _: pytest.MonkeyPatch) -> None:
    folder.chmod(0o703)


def of_another_user(folder: Path, kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: kept.stat().st_uid + 1)


def a_link(folder: Path, kept: Path, _: pytest.MonkeyPatch) -> None:
    kept.rename(folder.parent / "elsewhere")
    kept.symlink_to(folder.parent / "elsewhere")


def empty(folder: Path, kept: Path, _: pytest.MonkeyPatch) -> None:
    kept.write_bytes(b"")


def torn(folder: Path, kept: Path, _: pytest.MonkeyPatch) -> None:
    kept.write_bytes(kept.read_bytes()[:-1])


def changed_at_its_end(folder: Path, kept: Path, _: pytest.MonkeyPatch) -> None:
    """Hyperscan's own checksum lets this pass."""
    data = kept.read_bytes()
    kept.write_bytes(data[:-1] + bytes([data[-1] ^ 1]))


def of_another_format(folder: Path, kept: Path, _: pytest.MonkeyPatch) -> None:
    kept.write_bytes(hashlib.sha256(b"no database").digest() + b"no database")


Harm = Callable[[Path, Path, pytest.MonkeyPatch], None]


class TestWhatIsNotBelieved:
    @pytest.mark.parametrize(
        "harm",
        [
            writable_by_the_group,
            writable_by_all,
            in_a_folder_of_all,
            of_another_user,
            a_link,
            empty,
            torn,
            changed_at_its_end,
            of_another_format,
        ],
    )
    def test_is_compiled_anew(
        self, tmp_path: Path, compiler: Compiler, monkeypatch: pytest.MonkeyPatch, harm: Harm
    ) -> None:
        folder = tmp_path / "kept"
        databases([WORDS], folder)
        (kept,) = there(folder)
        harm(folder, kept, monkeypatch)
        assert hits(databases([WORDS], folder)[0], b"word2!") == [2]
        assert compiler.calls == 2

    @pytest.mark.parametrize("harm", [writable_by_all, a_link, torn, of_another_format])
    def test_is_replaced(self, tmp_path: Path, compiler: Compiler, monkeypatch: pytest.MonkeyPatch, harm: Harm) -> None:
        folder = tmp_path / "kept"
        databases([WORDS], folder)
        (kept,) = there(folder)
        harm(folder, kept, monkeypatch)
        for _ in range(2):
            databases([WORDS], folder)
        assert compiler.calls == 2

    def test_a_database_that_finds_nothing_would_be_believed_otherwise(
        self, tmp_path: Path, compiler: Compiler, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """The negative twin: without the question whose it is, somebody else's blind database is run."""
        databases([WORDS, FORMS], tmp_path)
        words, blind = (tmp_path / compiled._key(group) for group in (WORDS, FORMS))
        words.write_bytes(blind.read_bytes())
        words.chmod(0o622)
        assert hits(databases([WORDS], tmp_path)[0], b"word2!") == [2]
        words.write_bytes(blind.read_bytes())
        words.chmod(0o622)
        monkeypatch.setattr(compiled, "_ours", lambda status: True)
        assert hits(databases([WORDS], tmp_path)[0], b"word2!") == []

    def test_where_nothing_can_be_kept_everything_works(self, tmp_path: Path, compiler: Compiler) -> None:
        (tmp_path / "file").write_text("no folder")
        for _ in range(2):
            assert hits(databases([WORDS], tmp_path / "file" / "kept")[0], b"word2!") == [2]
        assert compiler.calls == 2

    def test_a_pattern_that_cannot_be_run_is_an_error_and_leaves_nothing(
        self, tmp_path: Path, compiler: Compiler
    ) -> None:
        with pytest.raises(hyperscan.HyperscanError):
            databases([[*WORDS, Pattern(9, b"(?<=a)b", "forms")]], tmp_path)
        assert there(tmp_path) == []
        databases([WORDS], tmp_path)  # and the lock is free


class TestSeveralAtOnce:
    def test_one_compiles_and_the_others_wait(self, tmp_path: Path, compiler: Compiler) -> None:
        compile_now = compiler._compile

        def slowly(patterns: list[Pattern]) -> hyperscan.Database:
            time.sleep(0.2)
            return compile_now(patterns)

        compiler._compile = slowly  # type: ignore[method-assign]
        threads = [threading.Thread(target=databases, args=([WORDS, FORMS], tmp_path)) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert compiler.calls == 2

    def test_nobody_waits_for_ever(self, tmp_path: Path, compiler: Compiler, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(compiled, "_PATIENCE", 0.1)
        with exclusive(tmp_path / ".lock", lambda: None):
            assert hits(databases([WORDS], tmp_path)[0], b"word2!") == [2]
        assert compiler.calls == 1


class TestTheCommand:
    def test_leaves_the_detectors_in_the_cache(self) -> None:
        subprocess.run([sys.executable, "-m", "zt_ai.egress.detect", "safe-harbor"], check=True)
        assert there(cache_root() / "detectors")

    def test_says_what_it_does_not_know(self) -> None:
        command = [sys.executable, "-m", "zt_ai.egress.detect", "everything"]
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        assert result.returncode == 2
        assert "everything" in result.stderr
