"""The simulated Microsoft Azure (:mod:`zt_ai.simulate.azure.cloud`), its table of types and its seeds."""

from __future__ import annotations

from zt_ai.simulate.azure.cloud import SimulatedAzure
from zt_ai.simulate.azure.seed import assume_existing, raise_quotas, seed
from zt_ai.simulate.cloud import Cloud
from zt_ai.simulate.problems import SeedError
from zt_ai.simulate.world import World

__all__ = ["SeedError", "SimulatedAzure", "assume_existing", "open_cloud", "raise_quotas", "seed"]


def open_cloud(world: World, account: str, region: str | None) -> Cloud:
    """The simulation over a world, as every cloud offers it to `python -m zt_ai.simulate`."""
    return SimulatedAzure(world, account, region)
