"""Which back end is used, what the engine's environment holds, and where the passphrase comes from."""

from __future__ import annotations

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from zt_ai.engine import PassphraseMissingError, backend
from zt_ai.engine.backend import BackEnd, choose, environment_for, passphrase_file


@pytest.fixture(autouse=True)
def own_cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))


@pytest.mark.parametrize(
    ("argument", "environment", "kind", "url"),
    [
        (None, {}, "local", None),
        (None, {"PULUMI_BACKEND_URL": "s3://bucket"}, "diy", "s3://bucket"),
        ("gs://other", {"PULUMI_BACKEND_URL": "s3://bucket"}, "diy", "gs://other"),
        (None, {"PULUMI_BACKEND_URL": "https://api.pulumi.com"}, "service", "https://api.pulumi.com"),
        (None, {"PULUMI_BACKEND_URL": ""}, "local", None),
    ],
)
def test_back_end_is_the_configured_one_or_local(
    tmp_path: Path, argument: str | None, environment: dict[str, str], kind: str, url: str | None
) -> None:
    found = choose(tmp_path, argument, environment)
    assert (found.kind, found.url) == (kind, url or tmp_path.as_uri() + "?metadata=skip")


def test_relative_file_back_end_is_relative_to_the_users_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    found = choose(tmp_path / "elsewhere", None, {"PULUMI_BACKEND_URL": "file://./shared"})
    assert found == BackEnd((tmp_path / "shared").as_uri(), "diy")


def test_local_back_end_makes_its_passphrase_once_for_its_owner_alone(tmp_path: Path) -> None:
    local = choose(tmp_path / "state", None, {})
    env = environment_for(local, tmp_path / "state", {}, None, {})
    file = Path(env["PULUMI_CONFIG_PASSPHRASE_FILE"])
    first = file.read_text(encoding="ascii")
    assert len(first) >= 43  # 256 bits in base 64
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert passphrase_file(tmp_path / "state").read_text(encoding="ascii") == first


@pytest.mark.parametrize("name", ["PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"])
def test_passphrase_of_the_user_is_used(tmp_path: Path, name: str) -> None:
    env = environment_for(choose(tmp_path, None, {}), tmp_path, {}, None, {name: "theirs"})
    assert "PULUMI_CONFIG_PASSPHRASE_FILE" not in env
    assert not (tmp_path / "passphrase").exists()


def test_shared_back_end_never_gets_a_passphrase_that_only_this_machine_has(tmp_path: Path) -> None:
    shared = BackEnd("s3://bucket", "diy")
    with pytest.raises(PassphraseMissingError, match="s3://bucket"):
        environment_for(shared, tmp_path, {}, None, {})
    assert "PULUMI_CONFIG_PASSPHRASE_FILE" not in environment_for(shared, tmp_path, {}, "awskms://key", {})


def test_home_is_ours_unless_the_user_chose_one_or_logged_in_to_a_service(tmp_path: Path) -> None:
    local = choose(tmp_path, None, {})
    assert environment_for(local, tmp_path, {}, None, {})["PULUMI_HOME"] == str(tmp_path / "cache" / "zt-ai" / "home")
    assert "PULUMI_HOME" not in environment_for(local, tmp_path, {}, None, {"PULUMI_HOME": "/theirs"})
    service = BackEnd("https://api.pulumi.com", "service")
    assert "PULUMI_HOME" not in environment_for(service, tmp_path, {}, None, {})


def test_attached_providers_switch_plugin_downloads_off(tmp_path: Path) -> None:
    local = choose(tmp_path, None, {})
    env = environment_for(local, tmp_path, {"gcp": 2, "aws": 1}, None, {})
    assert env["PULUMI_DEBUG_PROVIDERS"] == "aws:1,gcp:2"
    assert env["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] == "true"
    plain = environment_for(local, tmp_path, {}, None, {})
    assert not {"PULUMI_DEBUG_PROVIDERS", "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"} & set(plain)


def test_importing_the_package_does_not_import_the_automation_api() -> None:
    code = "import sys, zt_ai.engine; from zt_ai.engine import find_engine; sys.exit('pulumi' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_default_state_is_below_the_current_folder() -> None:
    assert not backend.DEFAULT_STATE.is_absolute()
