"""Reading a Dockerfile, and what is wrong with one for a proxy that nobody may take over."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Instruction:
    """One instruction; `stage` counts the FROMs before it and itself."""

    name: str
    value: str
    stage: int

    def words(self) -> list[str]:
        """The arguments, of either form (Dockerfile reference, "Shell and exec form")."""
        if self.value.startswith("["):
            return [str(word) for word in json.loads(self.value)]
        return self.value.split()


def instructions(text: str) -> list[Instruction]:
    """The instructions, comments left out and continued lines joined (Dockerfile reference, "Format")."""
    found: list[Instruction] = []
    stage = 0
    kept = "\n".join(line for line in text.splitlines() if not line.lstrip().startswith("#"))
    for line in re.sub(r"\\\n", " ", kept).splitlines():
        if line.strip():
            name, _, value = line.strip().partition(" ")
            stage += name.upper() == "FROM"
            found.append(Instruction(name.upper(), " ".join(value.split()), stage))
    return found


def faults(text: str) -> list[str]:
    """Everything that would make the image weaker than it has to be."""
    return list(_faults(instructions(text)))


def _faults(all_: list[Instruction]) -> Iterator[str]:
    last = max(one.stage for one in all_)
    final = [one for one in all_ if one.stage == last]

    def value(name: str) -> str | None:
        return next((one.value for one in reversed(final) if one.name == name), None)

    if not re.fullmatch(r"[1-9]\d*:[1-9]\d*", value("USER") or ""):
        yield "runs as root, or as a name that somebody else may define"
    names = [one.name for one in final]
    if "USER" in names and "RUN" in names and names.index("USER") < len(names) - 1 - names[::-1].index("RUN"):
        yield "runs commands after the user was set"
    for one in all_:
        if one.name == "ADD":
            yield "ADD fetches and unpacks; COPY does not"
        if one.name in {"COPY", "RUN"} and re.search(r"https?://|\b(curl|wget|apt-get|apk|git)\b", one.value):
            yield "fetches something that is not checked"
        if one.name == "RUN":
            for command in one.value.split("&&"):
                if re.search(r"\bpip\b.*\binstall\b", command):
                    for option in ("--require-hashes", "--only-binary :all:"):
                        if option not in command:
                            yield f"installs without {option}"
                    if re.search(r"--(extra-)?index-url|--find-links|--trusted-host", command):
                        yield "names a package index"
        if one.name in {"ENV", "ARG"} and re.search(r"(?i)(key|secret|password|token)\w*=", one.value):
            yield "keeps a secret in a layer"
    if "PYTHONSAFEPATH=1" not in (value("ENV") or ""):
        yield "imports from the folder that it is started in"
    if value("VOLUME") == value("WORKDIR"):
        yield "starts in the folder that can be written to"
    for name in ("ENTRYPOINT", "HEALTHCHECK", "STOPSIGNAL", "EXPOSE", "VOLUME"):
        if value(name) is None:
            yield f"has no {name}"
    if not (value("ENTRYPOINT") or "").startswith("["):
        yield "starts a shell, which keeps signals to itself"
