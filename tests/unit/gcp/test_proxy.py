"""The egress proxy: what an instance runs, and what stands in front of it."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.unit.gcp.clinic import intent, spec
from tests.unit.gcp.graphs import clinic, graph, named, setting, target
from zt_ai.egress.policy import derive_policy
from zt_ai.gcp.naming import Scope
from zt_ai.gcp.proxy.host import HEADER, MAX_POLICY, PolicySizeError, command, host

SCOPE = Scope("clinic", "clinic-platform", "111122223333", "us-central1")
POLICY = derive_policy(intent(spec())).model_dump_json()
HOST = host(
    SCOPE, image=None, policy=POLICY, authority_secret="clinic/egress-proxy", name="egress-proxy.clinic.internal"
)


def document() -> dict[str, Any]:
    assert HOST.user_data.startswith(HEADER)
    read: dict[str, Any] = json.loads(HOST.user_data.removeprefix(HEADER))
    return read


def file(name: str) -> str:
    (found,) = [str(f["content"]) for f in document()["write_files"] if str(f["path"]).endswith(name)]
    return found


def test_the_policy_on_the_instance_is_the_specifications() -> None:
    environment = dict(line.split("=", 1) for line in file("proxy.env").splitlines())
    assert environment["ZT_AI_PROXY_POLICY"] == POLICY
    assert environment["ZT_AI_PROXY_NAMES"] == "egress-proxy.clinic.internal"


def test_the_container_has_no_rights_and_is_the_only_one() -> None:
    words = command(HOST.image)
    assert {"--read-only", "--cap-drop=ALL", "--security-opt=no-new-privileges", "--user=65532:65532"} <= set(words)
    assert not [w for w in words if "privileged" in w and "no-new" not in w]
    assert HOST.image == "us-central1-docker.pkg.dev/clinic-platform/zt-ai/egress-proxy:0.1.0"
    assert file("start.sh").count("docker run") == 1
    assert shlex.split(file("start.sh").splitlines()[-1])[1:] == words


def test_the_secret_is_read_and_never_written_down(tmp_path: Path) -> None:
    """The script runs in a real shell against stand-ins for curl and docker."""
    answers = tmp_path / "curl"
    answers.write_text(
        "#!/bin/sh\n"
        'for word in "$@"; do case "$word" in\n'
        '*computeMetadata*) printf \'{"access_token":"ya29.token","expires_in":3599,"token_type":"Bearer"}\';;\n'
        '*secretmanager*) printf \'{\\n  "name": "x",\\n  "payload": {\\n    "data": "eyJrZXkiOiAiYVxuYiJ9",\\n'
        '    "dataCrc32c": "1"\\n  }\\n}\';;\n'
        "esac; done\n"
        f'echo "$@" >> {tmp_path}/asked\n'
    )
    docker = tmp_path / "docker"
    docker.write_text(f'#!/bin/sh\nprintf "%s" "$ZT_AI_PROXY_AUTHORITY" > {tmp_path}/authority\n')
    for tool in (answers, docker):
        tool.chmod(0o755)
    script = tmp_path / "start.sh"
    script.write_text(file("start.sh"))
    subprocess.run(["/bin/sh", str(script)], check=True, env={"PATH": f"{tmp_path}:{os.environ['PATH']}"})
    assert json.loads((tmp_path / "authority").read_text()) == {"key": "a\nb"}
    asked = (tmp_path / "asked").read_text()
    assert "Bearer ya29.token" in asked
    assert "projects/clinic-platform/secrets/clinic--egress-proxy/versions/latest:access" in asked
    assert "eyJrZXki" not in HOST.user_data


def test_a_start_without_the_secret_is_refused_by_the_proxy(tmp_path: Path) -> None:
    """A pipe hides that curl failed: what arrives is an empty authority, and with that the proxy does not start."""
    (tmp_path / "curl").write_text("#!/bin/sh\nexit 22\n")
    proxy = "import os; from zt_ai.egress.run.__main__ import _given; _given(os.environ)"
    (tmp_path / "docker").write_text(f'#!/bin/sh\nexec {sys.executable} -c "{proxy}"\n')
    for name in ("curl", "docker"):
        (tmp_path / name).chmod(0o755)
    script = tmp_path / "start.sh"
    script.write_text(file("start.sh"))
    environment = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(Path(__file__).parents[3])}
    ended = subprocess.run(["/bin/sh", str(script)], check=False, env=environment, capture_output=True, text=True)
    assert ended.returncode != 0
    assert "ZT_AI_PROXY_AUTHORITY must be a JSON object" in ended.stderr


def test_a_policy_that_docker_could_not_read_is_refused() -> None:
    with pytest.raises(PolicySizeError, match="let fewer workloads"):
        host(SCOPE, image=None, policy="x" * (MAX_POLICY + 1), authority_secret="s", name="n")


def test_instances_have_no_public_address_and_one_identity() -> None:
    template = named(clinic(), "clinic-proxy-template").inputs
    (interface,) = template["networkInterfaces"]  # type: ignore[misc]
    assert isinstance(interface, Mapping)
    assert "accessConfigs" not in interface
    assert target(interface["subnetwork"]) == "clinic-network-egress"
    account = template["serviceAccount"]
    assert isinstance(account, Mapping)
    assert account["email"] == SCOPE.account("egress-proxy")
    assert template["canIpForward"] is False


def test_a_template_has_a_new_name_when_it_says_something_else() -> None:
    before = named(clinic(), "clinic-proxy-template").inputs["name"]
    assert named(graph(), "clinic-proxy-template").inputs["name"] == before
    other = graph(setting(proxy={"image": "zt-ai/egress-proxy:0.2.0"}))
    assert named(other, "clinic-proxy-template").inputs["name"] != before


def test_callers_find_the_proxy_by_its_name() -> None:
    front = named(clinic(), "clinic-proxy-front").inputs
    record = named(clinic(), "clinic-names-egress-proxy-clinic-internal-a").inputs
    assert record["rrdatas"] == (front["ipAddress"],)
    assert front["loadBalancingScheme"] == "INTERNAL"
    assert front["ports"] == ("3128", "8443")


def test_the_group_scales_within_the_settings() -> None:
    made = graph(setting(proxy={"minimum": 3, "maximum": 9}))
    policy = named(made, "clinic-proxy-scaling").inputs["autoscalingPolicy"]
    assert isinstance(policy, Mapping)
    assert (policy["minReplicas"], policy["maxReplicas"]) == (3, 9)
    assert target(named(made, "clinic-proxy-scaling").inputs["target"]) == "clinic-proxy-group"
