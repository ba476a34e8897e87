"""Address blocks for zones (see `zt_ai.spec.addresses`, where the specification's own checks need them too)."""

from zt_ai.spec.addresses import BlockConflictError, allocate, derived_block, quarter_index, shared_block

__all__ = ["BlockConflictError", "allocate", "derived_block", "quarter_index", "shared_block"]
