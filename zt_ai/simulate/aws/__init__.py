"""The simulated AWS (:mod:`zt_ai.simulate.aws.cloud`), its table of types and its seeds."""

from __future__ import annotations

from zt_ai.simulate.aws.catalogue import uncovered_types
from zt_ai.simulate.aws.cloud import SimulatedAws
from zt_ai.simulate.aws.seed import SeedError, assume_existing, raise_quotas, seed

__all__ = ["SeedError", "SimulatedAws", "assume_existing", "raise_quotas", "seed", "uncovered_types"]
