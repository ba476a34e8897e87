"""The simulated Google Cloud (:mod:`zt_ai.simulate.gcp.cloud`), its table of types and its seeds."""

from __future__ import annotations

from zt_ai.simulate.cloud import Cloud
from zt_ai.simulate.gcp.catalogue import uncovered_types
from zt_ai.simulate.gcp.cloud import SimulatedGcp
from zt_ai.simulate.gcp.seed import assume_existing, raise_quotas, seed
from zt_ai.simulate.problems import SeedError
from zt_ai.simulate.world import World

__all__ = ["SeedError", "SimulatedGcp", "assume_existing", "open_cloud", "raise_quotas", "seed", "uncovered_types"]


def open_cloud(world: World, account: str, region: str | None) -> Cloud:
    """The simulation over a world, as every cloud offers it to `python -m zt_ai.simulate`."""
    return SimulatedGcp(world, account, region)
