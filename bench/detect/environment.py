"""The benchmark's own virtual environment, where Presidio lives: nothing of it enters zt-ai's."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from pathlib import Path

from bench.child import ROOT

FOLDER = ROOT / ".zt-ai" / "bench" / "presidio"
REQUIREMENTS = ROOT / "requirements" / "bench-presidio.txt"


def python() -> Path:
    """The interpreter of the environment, made and filled on first use and whenever the requirements change.

    Raises:
        CalledProcessError: pip could not install what `requirements/bench-presidio.txt` lists.
    """
    interpreter, stamp = FOLDER / "bin" / "python", FOLDER / ".requirements.sha256"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    if not interpreter.exists() or not stamp.exists() or stamp.read_text(encoding="ascii") != wanted:
        print(f"Installing presidio-analyzer and presidio-evaluator into {FOLDER.relative_to(ROOT)} …", file=sys.stderr)
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(FOLDER)], check=True)
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        subprocess.run(
            [interpreter, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes",
             "-r", str(REQUIREMENTS)],
            check=True, env=environment,
        )  # fmt: skip
        stamp.write_text(wanted, encoding="ascii")
    return interpreter


def raw_data() -> Path:
    """Folder with the sentence templates and synthetic identities of the installed presidio-evaluator."""
    site = python().parent.parent.glob("lib/python*/site-packages/presidio_evaluator/data_generator/raw_data")
    return next(site)
