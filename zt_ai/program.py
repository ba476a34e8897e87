"""The Pulumi programs: one function for each cloud, used by `pulumi up`, by the command line and by tests alike.

A program says nothing of its own. It takes a specification and its intent, builds the cloud's top-level component, and
exports what people look up afterwards.
"""

# ruff: noqa: PLC0415 - imported where they are needed: `--help` and `check` stay fast
from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass

from zt_ai.intent.model import Intent
from zt_ai.spec.clouds import Cloud
from zt_ai.spec.model import ZoneSpec

Program = Callable[[], None]

PROJECT = "zt-ai"
"""Name of the Pulumi project in the root `Pulumi.yaml`; stacks made by the command line belong to it too."""


CLOUDS: tuple[Cloud, ...] = ("aws", "azure", "gcp")
"""Clouds that this version builds and proves. The program of each is `zt_ai.CLOUD.program.build`."""


def program(cloud: Cloud, spec: ZoneSpec, intent: Intent) -> Program:
    """The program of a cloud with its specification bound: `intent` is the one for that cloud.

    Only that cloud's SDK is imported, and not before the program runs.
    """

    def run() -> None:
        importlib.import_module(f"zt_ai.{cloud}.program").build(spec.on_cloud(cloud), intent)

    return run


@dataclass(frozen=True, slots=True)
class FirstStage:
    """What a new stack has to be before it can be what the specification says."""

    spec: ZoneSpec
    open: frozenset[str]
    """Ids of the claims that do not hold of it yet."""
    why: str


def first_stage(cloud: Cloud, spec: ZoneSpec) -> FirstStage | None:
    """The first of two stages in which a new stack is made, None where one is enough.

    Azure takes an immutability policy unlocked only, and locks one that exists [Azure REST API, "Storage Accounts -
    Create": `immutabilityPolicy.state`].
    """
    settings = spec.clouds.azure
    if cloud != "azure" or settings is None or settings.audit_lock == "unlocked":
        return None
    clouds = spec.clouds.model_copy(update={"azure": settings.model_copy(update={"audit_lock": "unlocked"})})
    why = "Azure locks only a store that exists: it is made unlocked, and locked in the same run"
    return FirstStage(spec.model_copy(update={"clouds": clouds}), frozenset({"audit"}), why)


def from_stack_settings() -> None:
    """The program of a `pulumi` run: settings `spec` (a path in the project) and `cloud` (default: the stack's name).

    Raises SpecError with every mistake of the specification, ValueError for a cloud that cannot be built.
    """
    from pathlib import Path

    import pulumi

    from zt_ai.intent.derive import derive
    from zt_ai.spec.load import load

    settings = pulumi.Config()
    cloud = settings.get("cloud") or pulumi.get_stack()
    if cloud not in CLOUDS:
        known = ", ".join(CLOUDS)
        raise ValueError(f"stack '{cloud}' names no cloud that can be built: set zt-ai:cloud to one of: {known}")
    spec = load(Path(pulumi.get_root_directory()) / settings.require("spec"))
    program(cloud, spec, derive(spec, cloud=cloud))()
