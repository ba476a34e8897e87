"""`zt-ai audit`: exit codes, what is printed, and what is written."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.audit.journals import current, lines, record, write
from zt_ai.audit import load_keys
from zt_ai.cli.main import cli

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Run `zt-ai audit` beside a journal `audit` with the key file `audit.key`."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    keys = load_keys(tmp_path / "audit.key", create=True)
    write(
        tmp_path / "audit",
        [record(n, decision=("allow", "redact", "block")[n % 3], caller=("intake", "triage")[n % 2]) for n in range(9)],
        keys=keys,
    )

    def call(*arguments: object) -> Result:
        result = CliRunner().invoke(cli, ["audit", *map(str, arguments)], prog_name="zt-ai")
        assert "Traceback" not in result.output
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return call


def test_an_intact_journal_ends_with_0_and_says_its_head(run: Run) -> None:
    result = run("verify", "audit", "--key", "audit.key")
    assert result.exit_code == 0
    assert "audit: intact" in result.stdout
    assert "10 records 1 to 10" in result.stdout
    head = json.loads(lines(Path("audit/audit.jsonl"))[-1])["hash"]
    assert f"last hash {head}" in result.stdout
    assert run("verify", "audit", "--head", head.upper(), "--at-least", 10).exit_code == 0


def test_a_tampered_one_ends_with_1_and_names_the_record(run: Run) -> None:
    path = Path("audit/audit.jsonl")
    path.write_bytes(path.read_bytes().replace(b'"req-3"', b'"req-4"'))
    result = run("verify", "audit", "--key", "audit.key")
    assert result.exit_code == 1
    assert "changed: record 5 was changed" in result.stdout
    assert "(audit.jsonl:5)" in result.stdout
    outcome = json.loads(run("verify", "audit", "--key", "audit.key", "--json").stdout)
    assert (outcome["ok"], outcome["problems"][0]["kind"], outcome["problems"][0]["first"]) == (False, "changed", 5)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("verify", "nowhere"), "nowhere cannot be read"),
        (("verify", "audit", "--key", "nowhere"), "audit key nowhere cannot be read"),
        (("verify", "audit", "--head", "12"), "64 hexadecimal digits"),
        (("verify", "audit.key", "--log"), "no audit record"),
        (("verify", "."), "holds no audit journal"),
        (("export", "audit", "--from", "yesterday", "--out", "x"), "write it like 2026-12-31"),
        (("export", "audit", "--from", "2026-11-25T10:00:00", "--out", "x"), "write it like 2026-12-31"),
        (("export", "audit"), "Missing option '--out'"),
        (("export", "audit", "--out", "no/such/folder/x"), "cannot be written"),
        (("show", "nowhere"), "cannot be read"),
        (("show", "audit", "--last", "0"), "not in the range"),
    ],
)
def test_bad_input_ends_with_3_and_says_what_to_write(run: Run, arguments: tuple[str, ...], said: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 3, result.output
    assert said in result.stderr.replace("\n", " ")


def test_an_anchor_that_is_not_met_ends_with_1(run: Run) -> None:
    assert run("verify", "audit", "--head", "ab" * 32).exit_code == 1
    assert run("verify", "audit", "--at-least", 11).exit_code == 1


def test_an_export_verifies_by_itself_and_is_for_its_owners_eyes(run: Run) -> None:
    result = run("export", "audit", "--key", "audit.key", "--caller", "triage", "--out", "part.jsonl")
    assert result.exit_code == 0
    assert "by digest alone" in result.stdout
    assert stat.S_IMODE(Path("part.jsonl").stat().st_mode) == 0o600
    assert "intake" not in Path("part.jsonl").read_text()
    assert run("verify", "part.jsonl", "--key", "audit.key").exit_code == 0
    assert (
        run("export", "audit", "--key", "audit.key", "--caller", "triage", "--out", "-").stdout
        == Path("part.jsonl").read_text()
    )


def test_times_are_days_or_moments_in_any_zone(run: Run) -> None:
    for since, until, ids in (
        ("2026-11-25", "2026-11-25", 9),
        ("2026-11-25T13:00:02+01:00", "2026-11-25T12:00:04Z", 3),
        ("2026-11-26", "2026-11-27", 0),
    ):
        shown = run("show", "audit", "--from", since, "--to", until, "--caller", "intake", "--json").stdout
        other = run("show", "audit", "--from", since, "--to", until, "--caller", "triage", "--json").stdout
        assert len((shown + other).splitlines()) == ids


def test_the_last_records_are_shown_with_what_they_decided(run: Run) -> None:
    result = run("show", "audit", "--decision", "block", "--last", 2)
    assert result.exit_code == 0
    assert [line.split()[0] for line in result.stdout.splitlines()[1:]] == ["7", "10"]
    assert "block" in result.stdout
    assert "ssn×1" in result.stdout


def test_text_of_a_record_does_nothing_to_the_terminal(run: Run, tmp_path: Path) -> None:
    write(tmp_path / "audit", [record(9, model="\x1b[2Jgpt\u202e")], keys=load_keys(tmp_path / "audit.key"))
    shown = run("show", "audit", "--last", 1).stdout
    assert "\x1b" not in shown
    assert "\u202e" not in shown
    assert current(tmp_path / "audit").exists()


@pytest.mark.parametrize("command", ["verify", "export", "show"])
def test_every_command_has_an_example(run: Run, command: str) -> None:
    text = run(command, "--help").stdout
    assert "Example" in text
    assert f"zt-ai audit {command}" in text
