"""Virtual environments of the benchmarks' own, where the peers live: nothing of them enters zt-ai's."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from bench.child import ROOT


def python(name: str) -> Path:
    """The interpreter of the environment `.zt-ai/bench/NAME`.

    It is made and filled on first use, and again whenever `requirements/bench-NAME.txt` changes.

    Raises:
        CalledProcessError: pip could not install what the file lists.
    """
    folder, requirements = ROOT / ".zt-ai" / "bench" / name, ROOT / "requirements" / f"bench-{name}.txt"
    interpreter, stamp = folder / "bin" / "python", folder / ".requirements.sha256"
    wanted = hashlib.sha256(requirements.read_bytes()).hexdigest()
    if not interpreter.exists() or not stamp.exists() or stamp.read_text(encoding="ascii") != wanted:
        print(f"Installing {requirements.name} into {folder.relative_to(ROOT)} …", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        # Compiled, as an installed program is: without byte code a peer would be measured unfairly.
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        command = [str(interpreter), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*command, "--require-hashes", "-r", str(requirements)], check=True, env=environment)
        stamp.write_text(wanted, encoding="ascii")
    return interpreter
