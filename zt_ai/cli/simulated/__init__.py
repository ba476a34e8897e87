"""The simulated cloud of a command: what the specification says exists already is put there first."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from zt_ai.cli.exits import BadInputError, EngineProblemError
from zt_ai.cli.simulated.model import Premises
from zt_ai.cli.specs import Loaded
from zt_ai.simulate import ServingError, SimulatedCloud, pending_resolver
from zt_ai.spec.clouds import Cloud


@dataclass(frozen=True, slots=True)
class Simulated:
    """A simulated cloud that serves. `attach` goes to the engine, `resolve` to its recovery of interrupted updates."""

    attach: Mapping[str, int]
    resolve: Callable[[str, str, Mapping[str, Any]], str | None]


@contextmanager
def simulated(loaded: Loaded, cloud: Cloud, world: Path) -> Iterator[Simulated]:
    """Serve the simulated cloud of a stack. What exists in it is kept in `world` between runs."""
    settings = loaded.spec.clouds.of(cloud)
    if settings is None:
        raise BadInputError(f"{loaded.file} names no clouds.{cloud}")
    module = importlib.import_module(f"zt_ai.cli.simulated.{cloud}")
    premises: Premises = module.premises(settings)
    # Where grants are made on resources and not by name, what services name is there from the start.
    named = getattr(module, "named_resources", None)
    there = () if named is None else named(loaded.spec.on_cloud(cloud), loaded.intent_on(cloud))
    account, region = settings.place
    serving = SimulatedCloud(
        world,
        cloud,
        account=account,
        region=region,
        assume_existing=premises.referred,
        seeds=(*premises.adopted, *there),
        quotas=premises.quotas,
    )
    try:
        serving.start()
    except ServingError as error:
        raise EngineProblemError(str(error), f"its log is {serving.log_file}") from None
    try:
        yield Simulated(serving.attach, pending_resolver(world))
    finally:
        serving.stop()
