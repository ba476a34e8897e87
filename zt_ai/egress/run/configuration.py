"""Writing what Envoy and the workers read, and having Envoy check it first."""

from __future__ import annotations

import asyncio
import json
import subprocess
from pathlib import Path

from zt_ai.egress.apis import adapter
from zt_ai.egress.envoy import Dynamic, Settings, binary, bootstrap, clusters_file, dynamic, listeners_file
from zt_ai.egress.envoy.replies import Template
from zt_ai.egress.pki import read_text, write_private
from zt_ai.egress.policy import Policy
from zt_ai.egress.run.layout import Layout
from zt_ai.spec.types import ProviderApi

_PATIENCE = 60.0


class ConfigurationError(RuntimeError):
    """Envoy does not accept the configuration; the message has Envoy's words."""


def template(api: ProviderApi, status: int) -> Template:
    """The error format of an API."""
    return adapter(api).refusal_template(status)


def whole(policy: Policy, settings: Settings) -> str:
    """The configuration as one JSON document, for people and for `envoy --mode validate`."""
    return json.dumps(bootstrap(policy, settings, template), indent=1) + "\n"


async def check(policy: Policy, settings: Settings, layout: Layout) -> None:
    """Have Envoy read the configuration without running it. Raises ConfigurationError, OSError."""
    candidate = layout.config / "candidate.json"
    write_private(candidate, whole(policy, settings))
    try:
        process = await asyncio.create_subprocess_exec(
            str(binary()), "--mode", "validate", "-c", str(candidate), "-l", "error",
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )  # fmt: skip
        output, _ = await asyncio.wait_for(process.communicate(), _PATIENCE)
    finally:
        candidate.unlink(missing_ok=True)
    if process.returncode != 0:
        last = output.decode("utf-8", "replace").strip().splitlines()[-5:]
        raise ConfigurationError("Envoy does not accept the configuration: " + "\n".join(last))


def write_policy(policy: Policy, layout: Layout) -> bool:
    """Write what workers enforce. Returns whether it changed."""
    return write(layout.policy, policy.model_dump_json(indent=1) + "\n")


def write_envoy(policy: Policy, settings: Settings, layout: Layout) -> Dynamic:
    """Write the configuration with which Envoy starts, and return it."""
    found = parts(policy, settings, layout)
    write(layout.bootstrap, json.dumps(found.bootstrap))
    write(clusters_file(layout.config), json.dumps(found.clusters))
    write(listeners_file(layout.config), json.dumps(found.listeners))
    return found


def parts(policy: Policy, settings: Settings, layout: Layout) -> Dynamic:
    """The configuration in what stays and what a running Envoy follows."""
    return dynamic(policy, settings, template, layout.config)


def write(path: Path, text: str) -> bool:
    """Move a text into its place. Returns whether it is another one."""
    if read_text(path) == text:
        return False
    write_private(path, text)
    return True
