"""Timing a piece of Python in a process of its own, so that every measurement starts equal."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]


@dataclass(frozen=True)
class Run:
    """One finished process: CPU and wall-clock seconds of the whole process, peak resident memory in MiB, its
    output."""

    cpu: float
    wall: float
    memory: float
    output: str


def run(*arguments: str) -> Run:
    """Run `python ARGUMENTS` in the root of the repository.

    Raises:
        RuntimeError: the process failed; the message ends with what it printed.
    """
    # Byte code is kept, as it is for anybody who installs the package: the SDK beside it is compiled too.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    read, write = os.pipe()
    started = os.times()
    with subprocess.Popen(
        [sys.executable, *arguments],
        cwd=ROOT,
        stdout=write,
        stderr=subprocess.STDOUT,
        env={**environment, "NO_COLOR": "1"},
    ) as child:
        os.close(write)
        with os.fdopen(read) as stream:
            output = stream.read()
        _, status, usage = os.wait4(child.pid, 0)
        child.returncode = os.waitstatus_to_exitcode(status)
    wall = os.times().elapsed - started.elapsed
    if child.returncode not in (0, 1, 2):
        raise RuntimeError(f"{' '.join(arguments)} ended with {child.returncode}:\n{output[-2000:]}")
    return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss / 1024, output)
