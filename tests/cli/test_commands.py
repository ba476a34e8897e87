"""What holds for all commands: help, usage errors, speed of start, completion, and the schema."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import jsonschema
import pytest
import yaml

from tests.cli.conftest import CLINIC, DAY, MINIMAL, ROOT, Run, files_in
from zt_ai import __version__
from zt_ai.cli.main import COMMANDS, cli


def python(code: str) -> subprocess.CompletedProcess[str]:
    """Run Python in a process of its own, from the project's root."""
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, timeout=60, check=False
    )


@pytest.mark.parametrize("command", COMMANDS)
def test_the_help_of_every_command_has_an_example(run: Run, command: str) -> None:
    result = run(command, "--help")
    assert result.exit_code == 0
    assert "Example" in result.stdout
    assert f"zt-ai {command}" in result.stdout
    assert "Show this message" in result.stdout


def test_the_help_lists_the_commands_in_the_order_of_use_with_exit_codes(run: Run) -> None:
    for arguments in (("--help",), ()):
        text = run(*arguments).stdout
        listed = text.index("Commands:")
        places = [text.index(f"  {name} ", listed) for name in COMMANDS]
        assert places == sorted(places)
        assert "Exit codes" in text


def test_the_version(run: Run) -> None:
    assert run("--version").stdout == f"zt-ai {__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("chek",), "did you mean 'check'?"),
        (("plan",), "Missing argument 'SPEC'"),
        (("refresh", str(MINIMAL), "--cloud"), "Option '--cloud' requires an argument"),
        (("plan", str(MINIMAL), "--cloud", "ibm"), "'ibm' is not one of"),
        (("plan", str(MINIMAL), "--on", "tomorrow"), "write it like 2026-12-31"),
        (("plan", str(MINIMAL), "--accept-unknown", "audit"), "names no last day"),
        (("plan", str(MINIMAL), "--accept-unknown", "audit@soon"), "write it like audit@2026-12-31"),
        (("verify", str(MINIMAL)), "Missing option '--state'"),
        (("completion", "tcsh"), "'tcsh' is not one of"),
    ],
)
def test_usage_errors_are_bad_input(run: Run, arguments: tuple[str, ...], said: str) -> None:
    """click's own code for them is 2, which would read as UNKNOWN."""
    result = run(*arguments)
    assert result.exit_code == 3
    assert said in result.stderr


@pytest.mark.parametrize("arguments", [["--help"], ["check", str(CLINIC), "--on", DAY], ["up", "--help"], ["schema"]])
def test_no_cloud_sdk_is_imported_where_none_is_needed(arguments: list[str]) -> None:
    code = f"""
import sys
from zt_ai.cli.main import cli
try:
    cli({arguments!r}, prog_name="zt-ai")
except SystemExit as end:
    assert end.code == 0, end.code
heavy = {{"pulumi", "pulumi_aws", "grpc", "botocore", "cfnlint"}} & sys.modules.keys()
assert not heavy, heavy
"""
    result = python(code)
    assert result.returncode == 0, result.stderr


def test_help_does_not_even_load_the_specification() -> None:
    result = python(
        "import sys\nfrom zt_ai.cli.main import cli\n"
        "try: cli(['--help'])\nexcept SystemExit: pass\nassert not {'pydantic', 'yaml'} & sys.modules.keys()"
    )
    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(("shell", "mark"), [("bash", "complete -o"), ("zsh", "#compdef zt-ai"), ("fish", "complete ")])
def test_the_completion_script_of_each_shell(run: Run, shell: str, mark: str) -> None:
    result = run("completion", shell)
    assert result.exit_code == 0
    assert mark in result.stdout
    assert "_ZT_AI_COMPLETE" in result.stdout


def test_a_shell_completes_commands_and_options(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("_ZT_AI_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", "zt-ai pl")
    monkeypatch.setenv("COMP_CWORD", "1")
    with pytest.raises(SystemExit):
        cli([], prog_name="zt-ai")
    assert capsys.readouterr().out.strip() == "plain,plan"


def test_the_schema_accepts_the_examples_and_refuses_a_mistake(run: Run, folder: Path) -> None:
    assert run("schema", "--out", "deep/zones.schema.json").exit_code == 0
    assert files_in(folder) == {"deep/zones.schema.json"}
    schema = json.loads((folder / "deep" / "zones.schema.json").read_text())
    assert run("schema").stdout == (folder / "deep" / "zones.schema.json").read_text()
    for example in (CLINIC, MINIMAL):
        # An editor sees dates as text, so they are left as text here too.
        data = json.loads(json.dumps(yaml.safe_load(example.read_text()), default=str))
        jsonschema.validate(data, schema)
        data["zones"]["records"]["egress"] = []
        with pytest.raises(jsonschema.ValidationError, match="egress"):
            jsonschema.validate(data, schema)


def test_a_file_that_cannot_be_written_is_bad_input(run: Run, folder: Path) -> None:
    (folder / "file").write_text("")
    result = run("schema", "--out", "file/schema.json")
    assert result.exit_code == 3
    assert "cannot be written" in result.stderr


def test_check_says_what_the_specification_has(run: Run) -> None:
    result = run("check", CLINIC, "--on", DAY)
    assert result.exit_code == 0
    for part in (
        "3 clouds: aws, azure, gcp",
        "6 zones: records (data, phi)",
        "2 agents:",
        "25 flows",
        "openai (no BAA)",
        "anthropic (BAA until 2028-12-31)",
    ):
        assert part in result.stdout
    assert "1 provider: anthropic" in run("check", MINIMAL, "--on", DAY).stdout
    outcome = json.loads(run("check", CLINIC, "--on", DAY, "--json").stdout)
    assert (outcome["ok"], outcome["counts"]["flows"], outcome["judged_for"]) == (True, 25, DAY)


def test_the_day_decides_which_agreements_are_in_force(run: Run) -> None:
    assert run("check", CLINIC, "--on", "2028-12-31").exit_code == 0
    result = run("check", CLINIC, "--on", "2029-01-01")
    assert result.exit_code == 3
    assert "providers.anthropic.baa.expires" in result.stderr


def test_a_mistake_of_our_own_is_a_message_and_not_a_traceback(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object, **__: object) -> None:
        raise RuntimeError("the moon")

    monkeypatch.setattr("zt_ai.cli.specs.load", broken)
    result = run("check", CLINIC)
    assert result.exit_code == 70
    assert "a mistake in zt-ai itself: RuntimeError: the moon" in result.stderr


def test_every_quota_of_the_specification_reaches_the_simulated_cloud() -> None:
    from zt_ai.cli.simulated.aws import _QUOTAS
    from zt_ai.simulate.aws.act import QUOTAS
    from zt_ai.spec.clouds import AwsQuotas

    assert set(_QUOTAS) == set(AwsQuotas.model_fields)
    assert set(_QUOTAS.values()) <= set(QUOTAS)
