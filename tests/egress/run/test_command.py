"""`zt-ai proxy`: what it writes, and what it refuses before anything is started."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from tests.egress.run.running import SPEC
from zt_ai.cli.main import cli
from zt_ai.egress.policy import Policy

DAY = "2026-11-23"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(cli, [str(a) for a in arguments], prog_name="zt-ai")


@pytest.fixture
def spec(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zones.yaml").write_text(SPEC)
    return tmp_path / "zones.yaml"


class TestConfig:
    def test_writes_both_documents(self, spec: Path, tmp_path: Path) -> None:
        assert run("proxy", "config", spec, "--out", "out", "--on", DAY).exit_code == 0
        assert json.loads((tmp_path / "out" / "envoy.json").read_text())["static_resources"]["listeners"]
        assert Policy.model_validate_json((tmp_path / "out" / "policy.json").read_text()).name == "small"

    def test_prints_them_and_makes_nothing(self, spec: Path, tmp_path: Path) -> None:
        result = run("proxy", "config", spec, "--on", DAY)
        assert set(json.loads(result.stdout)) == {"envoy", "policy"}
        assert [path.name for path in tmp_path.iterdir()] == ["zones.yaml"]


REFUSED = {
    "no flow to a provider": (SPEC.split("flows:")[0] + "flows: {}\n", (), "no flow leads to a provider"),
    "a mistake in the specification": (SPEC.replace("kind: egress", "kind: nothing"), (), "zones.egress"),
    "an unknown stand-in": (SPEC, ("--resolve", "api.other.com=127.0.0.1:1"), "api.other.com"),
    "a stand-in by name": (SPEC, ("--resolve", "api.anthropic.com=localhost:1"), "api.openai.com=127.0.0.1:9443"),
    "an authority that is not there": (SPEC, ("--provider-ca", "none.pem"), "none.pem"),
    "an address that is a name": (SPEC, ("--listen", "localhost"), "localhost"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_run_refuses_at_once(spec: Path, what: str) -> None:
    text, arguments, says = REFUSED[what]
    spec.write_text(text)
    result = run("proxy", "run", spec, "--on", DAY, "--connect-port", 0, "--gateway-port", 0, *arguments)
    assert result.exit_code == 3
    assert says in result.output


def test_run_does_not_take_another_port_than_the_one_it_was_given(spec: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = run("proxy", "run", spec, "--on", DAY, "--connect-port", port, "--gateway-port", 0)
    assert result.exit_code == 3
    assert "--connect-port" in result.output


def test_run_warns_loudly_of_stand_ins(spec: Path) -> None:
    result = run("proxy", "run", spec, "--on", DAY, "--resolve", "api.other.com=127.0.0.1:1")
    assert "tests and staging only" in result.stderr
