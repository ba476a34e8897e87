"""The simulated AWS (:mod:`zt_ai.simulate.aws.cloud`), its table of types and its seeds."""

from __future__ import annotations

from zt_ai.simulate.aws.catalogue import uncovered_types
from zt_ai.simulate.aws.cloud import SimulatedAws
from zt_ai.simulate.aws.seed import assume_existing, raise_quotas, seed
from zt_ai.simulate.cloud import Cloud
from zt_ai.simulate.problems import SeedError
from zt_ai.simulate.world import World

__all__ = ["SeedError", "SimulatedAws", "assume_existing", "open_cloud", "raise_quotas", "seed", "uncovered_types"]


def open_cloud(world: World, account: str, region: str | None) -> Cloud:
    """The simulation over a world, as every cloud offers it to `python -m zt_ai.simulate`."""
    return SimulatedAws(world, account, region)
