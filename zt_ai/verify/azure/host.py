"""What a container host of the egress proxy is told to run, as Ignition describes it.

Ignition writes files and enables systemd units once, when the machine starts for the first time [Ignition configuration
specification v3.3.0]. The programs of the host itself (they fetch the image and the authority, and send the log) are
known by their digest: nobody can tell from a shell script what it does, so one that is not known is an extra program.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_to_bytes

PROXY_UNIT = "egress-proxy.service"
PROXY_ENVIRONMENT, HOST_ENVIRONMENT = "/etc/zt-ai/proxy.env", "/etc/zt-ai/host.env"
# SHA-256 of the host's own programs and of the units that run them.
PROGRAMS: Mapping[str, str] = {
    "/opt/zt-ai/fetch": "6bfc8d8ab9bc8c562d6c10ea7522bf5343146bcd324c174c9f924e02f22e523a",
    "/opt/zt-ai/ship": "9c631be713bb5ed0aca3c8be6d7c1829faf0118c6f58607f464ab90ec90e2599",
    "egress-log.service": "651d320a0188d8a0a42365c23f45076ba957fdb2c9eed1646200ecc0cbb87bd4",
    "egress-log.timer": "2b922b60d28751e88f10c933a5008ebe7a016f344d05e8b00701037dd2afabf1",
}
# Directives of the proxy's unit with what they may say; None: any value.
_UNIT: Mapping[str, str | None] = {
    "Description": None,
    "Requires": "docker.service",
    "After": "docker.service network-online.target",
    "Wants": "network-online.target",
    "EnvironmentFile": HOST_ENVIRONMENT,
    "ExecStartPre": "/opt/zt-ai/fetch",
    "ExecStart": None,
    "ExecStop": None,
    "Restart": None,
    "RestartSec": None,
    "TimeoutStartSec": None,
    "TimeoutStopSec": None,
    "WantedBy": "multi-user.target",
}
# Options of `docker run` that change nothing about what is inspected, each with the number of words after it.
_OPTIONS: Mapping[str, int] = {
    "--rm": 0,
    "--init": 0,
    "--read-only": 0,
    "--name": 1,
    "--pull": 1,
    "--network": 1,
    "--user": 1,
    "--cap-drop": 1,
    "--security-opt": 1,
    "--mount": 1,
    "--env-file": 1,
    "--log-driver": 1,
    "--log-opt": 1,
    "--stop-timeout": 1,
}
_ENV_FILES = (PROXY_ENVIRONMENT, "/run/zt-ai/authority.env")


class UnreadableHostError(Exception):
    """The host's configuration is not one that this module understands."""


@dataclass(frozen=True, slots=True)
class HostConfiguration:
    """What a host runs: the proxy's image and environment, and everything else that it runs or that is odd."""

    image: str | None
    environment: Mapping[str, str]
    host: Mapping[str, str]
    wrong: tuple[str, ...]


def read_host(custom_data: str) -> HostConfiguration:
    """The configuration in a machine's custom data (base64 of Ignition's JSON). Raises UnreadableHostError."""
    try:
        config = json.loads(base64.b64decode(custom_data, validate=True))
    except (ValueError, binascii.Error):
        raise UnreadableHostError("custom data are not the JSON of an Ignition configuration") from None
    if not isinstance(config, dict):
        raise UnreadableHostError("custom data are not an Ignition configuration")
    wrong = [f"the host's configuration has {key}" for key in sorted({*config} - {"ignition", "storage", "systemd"})]
    said = config.get("ignition")
    if not isinstance(said, dict) or set(said) - {"version"}:
        wrong.append("the host takes configuration from elsewhere")
    files = {str(one.get("path")): _contents(one) for one in _list(config, "storage", "files")}
    wrong += [f"the host's storage has {key}" for key in _keys(config, "storage") if key != "files"]
    wrong += [f"the host's units have {key}" for key in _keys(config, "systemd") if key != "units"]
    for path, contents in files.items():
        if path not in (PROXY_ENVIRONMENT, HOST_ENVIRONMENT) and not _known(path, contents):
            wrong.append(f"the host has the file {path}, which is not known")
    image = None
    for unit in _list(config, "systemd", "units"):
        name = str(unit.get("name"))
        contents = str(unit.get("contents") or "")
        if unit.get("mask") is True:
            continue
        if unit.get("dropins"):
            wrong.append(f"the host changes unit {name}")
        if name == PROXY_UNIT:
            if unit.get("enabled") is not True:
                wrong.append("the host does not start the egress proxy")
            found = list(_proxy(contents))
            image = next((word for kind, word in found if kind == "image"), None)
            wrong += [word for kind, word in found if kind == "wrong"]
        elif not _known(name, contents):
            wrong.append(f"the host runs the unit {name} beside the egress proxy")
    return HostConfiguration(
        image, _environment(files.get(PROXY_ENVIRONMENT)), _environment(files.get(HOST_ENVIRONMENT)), tuple(wrong)
    )


def _keys(config: Mapping[str, Any], section: str) -> Iterator[str]:
    found = config.get(section)
    yield from sorted(found) if isinstance(found, dict) else ()


def _list(config: Mapping[str, Any], section: str, key: str) -> list[dict[str, Any]]:
    inner = config.get(section)
    found = inner.get(key) if isinstance(inner, dict) else None
    return [one for one in found or () if isinstance(one, dict)]


def _contents(file: Mapping[str, Any]) -> str | None:
    inner = file.get("contents")
    source = inner.get("source") if isinstance(inner, dict) else None
    if not isinstance(source, str) or not source.startswith("data:"):
        return None
    head, _, data = source.removeprefix("data:").partition(",")
    try:
        raw = base64.b64decode(data) if head.endswith(";base64") else unquote_to_bytes(data)
        return raw.decode()
    except ValueError:
        return None


def digest(contents: str) -> str:
    """SHA-256 of a program, in hex."""
    return hashlib.sha256(contents.encode()).hexdigest()


def _known(name: str, contents: str | None) -> bool:
    return contents is not None and PROGRAMS.get(name) == digest(contents)


def _environment(contents: str | None) -> dict[str, str]:
    return dict(line.split("=", 1) for line in (contents or "").splitlines() if "=" in line)


def _proxy(contents: str) -> Iterator[tuple[str, str]]:
    """The image that the proxy's unit runs, and what in the unit is not understood."""
    runs = 0
    for line in contents.splitlines():
        key, equals, value = line.strip().partition("=")
        if not equals:
            continue
        wanted = _UNIT.get(key, "")
        if key not in _UNIT or (wanted is not None and value != wanted):
            yield "wrong", f"the egress proxy's unit says {key}={value}"
        if key == "ExecStart":
            runs += 1
            yield from _run(value)
        if key == "ExecStop" and not value.startswith("/usr/bin/docker stop "):
            yield "wrong", f"the egress proxy's unit runs {value} when it stops"
    if runs != 1:
        yield "wrong", "the egress proxy's unit does not start one program"


def _run(command: str) -> Iterator[tuple[str, str]]:
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if words[:2] != ["/usr/bin/docker", "run"]:
        yield "wrong", f"the egress proxy's unit runs {' '.join(words[:2])}"
        return
    at = 2
    while at < len(words) and words[at].startswith("-"):
        option = words[at]
        if option not in _OPTIONS:
            yield "wrong", f"the egress proxy is started with {option}"
            at += 1
            continue
        if option == "--env-file" and not set(words[at + 1 : at + 2]) <= set(_ENV_FILES):
            yield "wrong", f"the egress proxy takes its environment from {' '.join(words[at + 1 : at + 2])}"
        at += 1 + _OPTIONS[option]
    if at >= len(words):
        yield "wrong", "the egress proxy's unit names no image"
        return
    yield "image", words[at]
    if words[at + 1 :]:
        yield "wrong", f"the egress proxy's image runs another command: {' '.join(words[at + 1 :])}"
