"""What a machine of the egress proxy is told: all of it, and nothing that lets anybody in."""

from __future__ import annotations

import base64
import json
import shutil
import subprocess
from typing import Any

import pytest

from zt_ai.azure.egress.host import (
    FETCH,
    MASKED,
    MAX_POLICY,
    PROXY_ENVIRONMENT,
    SHIP,
    Host,
    PolicySizeError,
    custom_data,
    ignition,
)

POLICY = json.dumps({"version": 1, "text": 'quotes " and $dollars'})
HOST = Host(
    registry="clinicimages.azurecr.io",
    image="zt-ai/egress-proxy:0.1.0",
    vault="clinic-egress",
    secret="clinic-egress-proxy",
    table="zt_ai_clinic_egress_proxy_CL",
    names="egress-proxy.clinic.zt-ai.internal",
    policy=POLICY,
)


def config() -> dict[str, Any]:
    decoded: dict[str, Any] = json.loads(base64.b64decode(custom_data(HOST)))
    return decoded


def file(path: str) -> str:
    (found,) = [f for f in config()["storage"]["files"] if f["path"] == path]
    return base64.b64decode(found["contents"]["source"].partition("base64,")[2]).decode()


def unit(name: str) -> dict[str, Any]:
    (found,) = [u for u in config()["systemd"]["units"] if u["name"] == name]
    return dict(found)


def test_the_policy_reaches_the_proxy_as_it_is() -> None:
    lines = dict(line.split("=", 1) for line in file(PROXY_ENVIRONMENT).splitlines())
    assert lines["ZT_AI_PROXY_POLICY"] == POLICY
    assert lines["ZT_AI_PROXY_NAMES"] == HOST.names


def test_the_container_has_no_right_that_it_does_not_need() -> None:
    said = unit("egress-proxy.service")["contents"]
    for wanted in ("--read-only", "--cap-drop ALL", "--user 65532:65532", "no-new-privileges", "--pull never"):
        assert wanted in said
    assert "--privileged" not in said
    assert f"{HOST.registry}/{HOST.image}" in said


def test_nobody_logs_in_and_nothing_updates_itself() -> None:
    assert {u["name"] for u in config()["systemd"]["units"] if u.get("mask")} == set(MASKED)
    assert {"sshd.service", "sshd.socket", "update-engine.service"} <= set(MASKED)


def test_nothing_else_runs() -> None:
    running = {u["name"] for u in config()["systemd"]["units"] if not u.get("mask")}
    assert running == {"egress-proxy.service", "egress-log.service", "egress-log.timer"}


def test_no_file_can_be_read_by_others() -> None:
    assert {f["mode"] for f in config()["storage"]["files"]} == {0o600, 0o700}


def test_secrets_are_not_in_it() -> None:
    assert "PRIVATE KEY" not in ignition(HOST)
    assert "password" not in file(PROXY_ENVIRONMENT).lower()


@pytest.mark.parametrize("path", [FETCH, SHIP])
def test_scripts_are_scripts(path: str) -> None:
    bash = shutil.which("bash")
    assert bash is not None
    done = subprocess.run([bash, "-n"], input=file(path), text=True, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    broken = subprocess.run([bash, "-n"], input=file(path) + "\nif", text=True, capture_output=True, check=False)
    assert broken.returncode != 0


def test_a_policy_that_no_machine_can_be_started_with_is_refused() -> None:
    fits = Host(**{**_fields(), "policy": "x" * MAX_POLICY})
    assert len(base64.b64decode(custom_data(fits))) <= 65535
    with pytest.raises(PolicySizeError, match=f"{MAX_POLICY + 1} bytes"):
        ignition(Host(**{**_fields(), "policy": "x" * (MAX_POLICY + 1)}))


def _fields() -> dict[str, str]:
    return {name: getattr(HOST, name) for name in HOST.__dataclass_fields__}
