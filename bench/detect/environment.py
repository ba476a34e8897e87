"""Presidio, in a virtual environment of the benchmark's own: nothing of it enters zt-ai's."""

from __future__ import annotations

from pathlib import Path

from bench import environment


def python() -> Path:
    """The interpreter that has presidio-analyzer and presidio-evaluator. Raises CalledProcessError."""
    return environment.python("presidio")


def raw_data() -> Path:
    """Folder with the sentence templates and synthetic identities of the installed presidio-evaluator."""
    site = python().parent.parent.glob("lib/python*/site-packages/presidio_evaluator/data_generator/raw_data")
    return next(site)
