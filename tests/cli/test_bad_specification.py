"""Bad specifications are refused with file, line, clause and a hint, with exit code 3, and leave nothing behind."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.conftest import CLINIC, DAY, Run, files_in

TEXT = CLINIC.read_text(encoding="utf-8")


@dataclass(frozen=True)
class Case:
    """A change to the clinic's specification and what must be said about it. `at` is a text on the line it is about."""

    name: str
    old: str
    new: str
    at: str
    clause: str
    rule: str
    hint: str


CASES = [
    Case(
        name="unknown key",
        old="    kind: data\n",
        new="    kind: data\n    egres: true\n",
        at="egres: true",
        clause="zones.records.egres",
        rule="unknown-key",
        hint="known keys here: description, holds, kind, placement",
    ),
    Case(
        name="wrong type",
        old="      https: {port: 8443}",
        new='      https: {port: "8443"}',
        at='port: "8443"',
        clause="workloads.intake.serves.https.port",
        rule="type",
        hint="must be a whole number, not text",
    ),
    Case(
        name="duplicate zone",
        old="  front:\n    kind: access",
        new="  records:\n    kind: access",
        at="  records:\n    kind: access",
        clause="zones.records",
        rule="duplicate",
        hint="remove one or rename it",
    ),
    Case(
        name="undefined reference",
        old="    from: intake\n    to: orchestrator",
        new="    from: intake\n    to: orchestratr",
        at="to: orchestratr",
        clause="flows.intake-to-orchestrator.to",
        rule="undefined",
        hint="did you mean 'orchestrator'?",
    ),
    Case(
        name="egress on a data zone",
        old="  model-gateway-to-anthropic:\n    from: model-gateway",
        new="  model-gateway-to-anthropic:\n    from: fhir-store",
        at="  model-gateway-to-anthropic:",
        clause="flows.model-gateway-to-anthropic",
        rule="data-zone-egress",
        hint="a data zone has no egress",
    ),
    Case(
        name="an egress key on a data zone",
        old="    kind: data\n",
        new="    kind: data\n    egress: [anthropic]\n",
        at="egress: [anthropic]",
        clause="zones.records.egress",
        rule="data-zone-egress",
        hint="reaches a provider by a flow, through the egress proxy",
    ),
    Case(
        name="wildcard tool",
        old="        find_slots:",
        new='        "*":',
        at='"*":',
        clause="agents.scheduling-agent.tools.ehr-tools.*",
        rule="wildcard-tool",
        hint="name each tool",
    ),
    Case(
        name="certificate over 90 days",
        old="  lifetime: 24h",
        new="  lifetime: 91d",
        at="lifetime: 91d",
        clause="certificates.lifetime",
        rule="certificate-lifetime",
        hint="90d",
    ),
    Case(
        name="expired BAA",
        old="effective: 2026-01-01, expires: 2028-12-31",
        new="effective: 2024-01-01, expires: 2026-11-22",
        at="BAA-2026-003",
        clause="providers.anthropic.baa.expires",
        rule="baa-expired",
        hint="enter the renewed agreement",
    ),
    Case(
        name="overlapping address range",
        old="cidrs: [10.128.0.0/14, 10.136.8.0/21]",
        new="cidrs: [10.128.0.0/14, 10.20.8.0/21]",
        at="10.20.8.0/21",
        clause="networks.hospital.cidrs.1",
        rule="overlap",
        hint="must differ",
    ),
    Case(
        name="too small address range",
        old="    cidr: 10.20.0.0/16",
        new="    cidr: 10.20.0.0/24",
        at="cidr: 10.20.0.0/24",
        clause="clouds.aws.cidr",
        rule="address-range",
        hint="from 16 to 20",
    ),
    Case(
        name="overlapping zones",
        old="    kind: data\n    holds: phi\n",
        new="    kind: data\n    holds: phi\n    placement: {aws: {cidr: 10.21.0.0/22}}\n",
        at="  records:\n    kind: data",
        clause="zones.records",
        rule="overlap",
        hint="10.20.0.0/16",
    ),
    Case(
        name="a list where a map belongs",
        old="services:\n",
        new="mesh:\n  - kind: istio\nservices:\n",
        at="mesh:\n  - kind",
        clause="mesh",
        rule="type",
        hint="must be a map, not a list",
    ),
    Case(
        name="unknown port",
        old="    carries: deidentified\n    reason: Free text is de-identified on request",
        new="    carries: deidentified\n    ports: [http]\n    reason: Free text is de-identified on request",
        at="ports: [http]",
        clause="flows.research-to-deidentifier.ports.0",
        rule="ports",
        hint="it serves: https",
    ),
]


@pytest.fixture
def specification(folder: Path) -> Path:
    """Where each case writes its specification."""
    return folder / "zones.yaml"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_mistake_is_shown_with_file_line_clause_and_hint(run: Run, specification: Path, case: Case) -> None:
    assert case.old in TEXT
    text = TEXT.replace(case.old, case.new, 1)
    specification.write_text(text, encoding="utf-8")
    line = text[: text.index(case.at)].count("\n") + 1

    result = run("check", "zones.yaml", "--on", DAY)

    assert result.exit_code == 3, result.output
    about = _lines_about(result.stderr, case.clause)
    assert about, f"nothing is said about {case.clause}:\n{result.stderr}"
    place, message, hint = about
    file, shown, column = place.split(":")
    assert (file, int(shown)) == ("zones.yaml", line), result.stderr
    assert int(column) >= 1
    assert f"[{case.rule}]" in message, result.stderr
    assert case.hint in message + hint, result.stderr
    assert files_in(specification.parent) == {"zones.yaml"}


def test_the_clinic_itself_has_none_of_these_mistakes(run: Run) -> None:
    """The negative twin of the table above: each message comes from its change alone."""
    result = run("check", CLINIC, "--on", DAY)
    assert result.exit_code == 0, result.output
    assert "no problem found" in result.stdout


@dataclass(frozen=True)
class File:
    """The bytes of a file that is no specification, and what must be said about it."""

    name: str
    content: bytes
    rule: str
    message: str
    hint: str
    line: int | None


BILLION_LAUGHS = b"a: &a [x, x, x, x, x, x, x, x, x]\n" + b"".join(
    b"%c: &%c [%s]\n" % (n, n, b", ".join([b"*%c" % (n - 1)] * 9)) for n in range(ord("b"), ord("k"))
)
FILES = [
    File("an empty file", b"", "yaml", "is empty", "start with", 1),
    File("only a comment", b"# nothing yet\n", "yaml", "is empty", "start with", 1),
    File("a list at the top", b"- version: 1\n", "type", "must be a map", "see examples/minimal", 1),
    File("10 MB", b"# padding padding padding\n" * 400_000, "file", "too large", "is this the right file?", None),
    File("aliases that explode", BILLION_LAUGHS, "yaml-aliases", "expands to more than", "without YAML aliases", 1),
    File("an alias of itself", b"a: &a [*a]\n", "yaml-aliases", "contains itself", "remove the alias", 1),
    File("not UTF-8", b"version: 1\nname: caf\xe9\n", "file", "is not UTF-8", "save it as UTF-8", 2),
    File("not YAML", b"version: 1\nname: [\n", "yaml", "is not valid YAML", "", 3),
    File("a tag that would run code", b"version: !!python/name:os.abort ''\n", "yaml", "tag", "remove the tag", 1),
]


@pytest.mark.parametrize("case", FILES, ids=lambda case: case.name)
def test_a_file_that_is_no_specification_is_refused(run: Run, specification: Path, case: File) -> None:
    specification.write_bytes(case.content)
    result = run("check", "zones.yaml")
    assert result.exit_code == 3
    first = result.stderr.splitlines()[0]
    assert first.startswith(f"zones.yaml:{case.line}:" if case.line else "zones.yaml: "), result.stderr
    assert case.message in first
    assert f"[{case.rule}]" in first
    assert case.hint in result.stderr
    assert files_in(specification.parent) == {"zones.yaml"}


@pytest.mark.parametrize("path", ["nowhere.yaml", "."])
@pytest.mark.parametrize(
    "command",
    [
        ("check",),
        ("plan",),
        ("up", "--cloud", "aws", "--simulate"),
        ("destroy", "--cloud", "aws", "--simulate", "--yes"),
    ],
)
def test_a_path_that_is_no_file_is_refused_by_every_command(
    run: Run, folder: Path, command: tuple[str, ...], path: str
) -> None:
    result = run(*command, path)
    assert result.exit_code == 3
    assert "cannot be read" in result.stderr
    assert "give the path of a zone specification" in result.stderr
    assert files_in(folder) == set()


@pytest.mark.parametrize(
    "command",
    [
        ("plan", "--report", "out", "--json", "plan.json"),
        ("preview", "--cloud", "aws", "--simulate"),
        ("up", "--cloud", "aws", "--simulate", "--yes"),
        ("refresh", "--cloud", "aws", "--simulate"),
        ("destroy", "--cloud", "aws", "--simulate", "--yes"),
        ("verify", "--state", "zones.yaml"),
    ],
    ids=lambda command: command[0],
)
def test_no_command_writes_anything_for_a_bad_specification(
    run: Run, specification: Path, command: tuple[str, ...]
) -> None:
    specification.write_text(TEXT.replace("    kind: data\n", "    kind: date\n", 1), encoding="utf-8")
    result = run(command[0], "zones.yaml", *command[1:])
    assert result.exit_code == 3, result.output
    assert "zones.records.kind" in result.stderr
    assert files_in(specification.parent) == {"zones.yaml"}


def test_every_mistake_is_shown_in_file_order(run: Run, specification: Path) -> None:
    text = TEXT.replace("kind: data\n", "kind: date\n", 1).replace("  lifetime: 24h", "  lifetime: 91d")
    specification.write_text(text, encoding="utf-8")
    result = run("check", "zones.yaml")
    places = [int(line.split(":")[1]) for line in result.stderr.splitlines() if line.startswith("zones.yaml:")]
    assert len(places) == 2
    assert places == sorted(places)
    assert "2 problems; nothing was changed" in result.stderr


def test_json_gives_the_same_mistakes_to_machines(run: Run, specification: Path) -> None:
    specification.write_text(TEXT.replace("kind: data\n", "kind: date\n", 1), encoding="utf-8")
    result = run("check", "zones.yaml", "--json")
    assert result.exit_code == 3
    outcome = json.loads(result.stdout)
    assert outcome["ok"] is False
    (problem,) = outcome["problems"]
    assert (problem["clause"], problem["file"]) == ("zones.records.kind", "zones.yaml")
    assert problem["line"] == TEXT[: TEXT.index("kind: data")].count("\n") + 1
    assert problem["hint"]


def test_a_hostile_name_cannot_act_on_the_terminal(run: Run, specification: Path) -> None:
    text = TEXT.replace("    kind: data\n", '    kind: "\\e[2J\\e]0;owned\\a\\u202Edata"\n', 1)
    specification.write_text(text, encoding="utf-8")
    result = run("check", "zones.yaml")
    assert result.exit_code == 3
    assert not {"\x1b", "\x07", "\u202e"} & set(result.output)
    assert "<U+001B>" in result.stderr


def _lines_about(text: str, clause: str) -> tuple[str, str, str] | None:
    """Place, message and hint of the problem with a clause."""
    lines = text.splitlines()
    for number, line in enumerate(lines):
        place, _, rest = line.partition(": ")
        if rest.startswith(f"{clause}: "):
            hint = lines[number + 1] if number + 1 < len(lines) and "hint:" in lines[number + 1] else ""
            return place, rest, hint
    return None
