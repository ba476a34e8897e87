"""What an instance of the egress proxy is told at its first start, read back line by line.

Container-Optimized OS runs the cloud-config in the metadata key `user-data` [Container-Optimized OS, "Creating and
configuring instances", "Using cloud-init"]. What is read here is: which files it writes, what it starts, which one
container that is, from which image and with which environment. A line that is not understood is a reason, because it
could start something else.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

_HEADER = "#cloud-config\n"
_SYSTEMCTL = re.compile(r"systemctl (daemon-reload|(start|enable) [a-z0-9.-]+)")
# Lines of a start script that fetch a secret with the instance's own identity and hand it on.
_SCRIPT = (
    re.compile(r"#!/bin/sh"),
    re.compile(r"set -[eux]+"),
    re.compile(r"export [A-Z_]+"),
    re.compile(
        r"[A-Za-z_]+=\$\(curl [^;&`$]*(http://169\.254\.169\.254/computeMetadata/v1/[a-z/-]+"
        r"|\"Authorization: Bearer \$token\" https://secretmanager\.googleapis\.com/v1/"
        r"(?P<secret>projects/[a-z0-9-]+/secrets/[A-Za-z0-9_-]+)/versions/[a-z0-9]+:access)"
        r"( \| (tr -d '\\n'|sed -n '[^']*'|base64 -d))*\)"
    ),
)
_UNIT = re.compile(
    r"\[(Unit|Service|Install)\]|(Description|Wants|After|Requires|Restart|RestartSec|TimeoutStopSec|WantedBy"
    r"|TimeoutStartSec|Type)=.*|Environment=HOME=\S+|ExecStartPre=/usr/bin/docker-credential-gcr configure-docker \S+"
    r"|ExecStop=/usr/bin/docker stop \S+"
)
# Flags that take rights away or name things. Others could give the container more, or put something in its way.
_FLAGS = re.compile(
    r"--rm|--pull=always|--name=\S+|--read-only|--init|--user=\d+:\d+|--cap-drop=(ALL|all)"
    r"|--security-opt=no-new-privileges(:true|=true)?|--volume=scratch:/scratch|--tmpfs=\S+|--log-driver=\S+"
    r"|--log-opt=\S+|--env-file=\S+|--env=[A-Z_]+(=.*)?|--publish=\d+:\d+|--stop-timeout=\d+|--memory=\S+"
    r"|--pids-limit=\d+|--network=host|--restart=\S+"
)


class UnreadableError(Exception):
    """The configuration is not one that this module understands; the message says what."""


@dataclass(slots=True)
class Container:
    """The one container of an instance."""

    image: str
    arguments: tuple[str, ...]  # after the image: they override its own command
    flags: tuple[str, ...]
    environment: dict[str, str] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()  # paths of secrets that the script reads
    doubts: tuple[str, ...] = ()

    def option(self, name: str) -> str | None:
        """The value of a flag `--NAME=VALUE`."""
        return next((f.partition("=")[2] for f in self.flags if f.startswith(f"--{name}=")), None)


def read_host(user_data: str) -> Container:
    """The container that an instance runs. Raises UnreadableError."""
    document = _document(user_data)
    files = _files(document)
    unit = [(path, text) for path, text in files.items() if path.endswith(".service")]
    if len(unit) != 1:
        raise UnreadableError(f"{len(unit)} services are written where one runs the proxy")
    doubts = [*_commands(document), *_beyond(unit[0][1].splitlines(), (_UNIT,), "ExecStart=")]
    starts = [line.partition("=")[2] for line in unit[0][1].splitlines() if line.startswith("ExecStart=")]
    if len(starts) != 1:
        raise UnreadableError("the service starts more than one program")
    words = shlex.split(starts[0])
    secrets: list[str] = []
    if words[:1] == ["/bin/sh"] and len(words) == 2 and words[1] in files:
        lines = [line for line in files[words[1]].splitlines() if line.strip()]
        doubts += _beyond(lines[:-1], _SCRIPT, "")
        for line in lines[:-1]:
            found = _SCRIPT[-1].fullmatch(line)
            if found is not None and found["secret"]:
                secrets.append(found["secret"])
        words = shlex.split(lines[-1]) if lines else []
        words = words[1:] if words[:1] == ["exec"] else words
    if [word.rpartition("/")[2] for word in words[:1]] != ["docker"] or words[1:2] != ["run"]:
        raise UnreadableError("what the service starts is not one container")
    rest = words[2:]
    count = next((i for i, word in enumerate(rest) if not word.startswith("--")), len(rest))
    if count == len(rest):
        raise UnreadableError("the container has no image")
    flags = tuple(rest[:count])
    doubts += [f"the flag {flag} of the container is not understood" for flag in flags if not _FLAGS.fullmatch(flag)]
    made = Container(rest[count], tuple(rest[count + 1 :]), flags, {}, tuple(secrets), tuple(doubts))
    for flag in flags:
        name, _, value = flag.partition("=")
        if name == "--env-file":
            if value not in files:
                raise UnreadableError("the container's environment is in a file that is not written here")
            for line in files[value].splitlines():
                key, _, said = line.partition("=")
                made.environment[key] = said
        elif name == "--env":
            key, equals, said = value.partition("=")
            made.environment[key] = said if equals else "(from the script)"
    used = {
        unit[0][0],
        *(flag.partition("=")[2] for flag in flags if flag.startswith("--env-file=")),
        *shlex.split(starts[0]),
    }
    made.doubts = (*made.doubts, *(f"the file {path} is not understood" for path in files if path not in used))
    return made


def _document(user_data: str) -> Mapping[str, Any]:
    if not user_data.startswith(_HEADER):
        raise UnreadableError("its user-data is not a cloud-config")
    try:
        document = json.loads(user_data[len(_HEADER) :])
    except ValueError:
        raise UnreadableError("its cloud-config is not written as JSON") from None
    if not isinstance(document, dict) or set(document) - {"write_files", "runcmd"}:
        raise UnreadableError("its cloud-config does more than write files and start services")
    return document


def _files(document: Mapping[str, Any]) -> dict[str, str]:
    files = {}
    for one in document.get("write_files") or ():
        if not isinstance(one, dict) or not isinstance(one.get("path"), str) or not isinstance(one.get("content"), str):
            raise UnreadableError("a file that it writes cannot be read")
        if one.get("encoding") not in (None, "text/plain"):
            raise UnreadableError("a file that it writes is encoded")
        files[one["path"]] = one["content"]
    return files


def _commands(document: Mapping[str, Any]) -> list[str]:
    doubts = []
    for one in document.get("runcmd") or ():
        text = " ".join(map(str, one)) if isinstance(one, list) else str(one)
        if not _SYSTEMCTL.fullmatch(text):
            doubts.append(f"the command {text[:80]!r} is not understood")
    return doubts


def _beyond(lines: list[str], known: tuple[re.Pattern[str], ...], but: str) -> list[str]:
    return [
        f"the line {line[:80]!r} is not understood"
        for line in lines
        if line.strip() and not (but and line.startswith(but)) and not any(one.fullmatch(line) for one in known)
    ]
