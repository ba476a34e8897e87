"""Where state lives: the back end, its secrets, and the environment the engine runs in.

By default a local file back end below the state folder, with a passphrase of its own beside it; any Pulumi back end
(`file://`, `s3://`, `azblob://`, `gs://`, `postgres://`, `https://`) when one is configured by argument or by
`PULUMI_BACKEND_URL` (Pulumi documentation, "Managing state & backend options").
"""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from zt_ai.cache import cache_root
from zt_ai.engine.errors import PassphraseMissingError

DEFAULT_STATE = Path(".zt-ai") / "state"
# The file back end writes a `.attrs` file beside each state file, in place and not by renaming: an engine killed in
# between leaves it empty, and the state then fails to load with "EOF" [gocloud.dev, blob/fileblob: setAttrs; URL
# parameter `metadata`]. Pulumi passes the parameter on and needs nothing of what the file holds.
_WITHOUT_ATTRIBUTES = "?metadata=skip"
_PASSPHRASES = ("PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE")


@dataclass(frozen=True, slots=True)
class BackEnd:
    """A Pulumi back end. `local` is the one zt-ai makes below the state folder, `service` Pulumi Cloud or alike."""

    url: str
    kind: Literal["local", "diy", "service"]


def choose(state_dir: Path, url: str | None, environment: Mapping[str, str]) -> BackEnd:
    """The back end by argument, else by `PULUMI_BACKEND_URL`, else a local one in `state_dir`."""
    configured = url or environment.get("PULUMI_BACKEND_URL")
    if not configured:
        return BackEnd(state_dir.absolute().as_uri() + _WITHOUT_ATTRIBUTES, "local")
    if configured.startswith(("file://./", "file://../")):
        # Relative to the user's folder, not to the one the engine runs in.
        configured = Path(configured.removeprefix("file://")).resolve().as_uri()
    return BackEnd(configured, "service" if configured.startswith(("https://", "http://")) else "diy")


def environment_for(
    backend: BackEnd,
    state_dir: Path,
    attach: Mapping[str, int],
    secrets_provider: str | None,
    environment: Mapping[str, str],
) -> dict[str, str]:
    """The variables the engine gets on top of the caller's own. Makes the passphrase file of a local back end.

    Raises PassphraseMissingError when a shared back end would get a passphrase that only this machine has.
    """
    env = {
        "PULUMI_BACKEND_URL": backend.url,
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_SKIP_CHECKPOINTS": "false",  # without them a killed engine forgets what it did
        "PULUMI_AUTOMATION_API_SKIP_VERSION_CHECK": "true",  # find_engine has checked it
    }
    if "PULUMI_HOME" not in environment and backend.kind != "service":
        # Not the user's ~/.pulumi: logging in to a file back end there would change what their next `pulumi` uses. A
        # service back end is one they logged in to, so its credentials are read from where they are.
        home = cache_root() / "home"
        home.mkdir(parents=True, exist_ok=True)
        env["PULUMI_HOME"] = str(home)
    if backend.kind != "service" and secrets_provider is None and not any(name in environment for name in _PASSPHRASES):
        if backend.kind != "local":
            raise PassphraseMissingError(
                f"the back end {backend.url} is shared, so its secrets need PULUMI_CONFIG_PASSPHRASE, "
                "PULUMI_CONFIG_PASSPHRASE_FILE or a secrets provider (awskms://…) that everybody who uses it has"
            )
        env["PULUMI_CONFIG_PASSPHRASE_FILE"] = str(passphrase_file(state_dir).absolute())
    if attach:
        env["PULUMI_DEBUG_PROVIDERS"] = ",".join(f"{name}:{port}" for name, port in sorted(attach.items()))
        # The provider is here already: the engine must not go and fetch the real one.
        env["PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION"] = "true"
        # A plugin on PATH is somebody's; only a caller who means one says so.
        env["PULUMI_IGNORE_AMBIENT_PLUGINS"] = environment.get("PULUMI_IGNORE_AMBIENT_PLUGINS", "true")
    return env


def passphrase_file(state_dir: Path) -> Path:
    """The file with the random passphrase of a local back end (256 bits, mode 0600); made when it is not there."""
    path = state_dir / "passphrase"
    state_dir.mkdir(parents=True, exist_ok=True)
    try:
        # O_EXCL and the mode at creation: never readable by others, and two processes never write two passphrases.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return path
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(32))
    return path
