"""Simulated clouds for the real Pulumi engine: ``plan``, tests and continuous integration without credentials.

The frame is cloud-neutral (:mod:`~zt_ai.simulate.servicer`, :mod:`~zt_ai.simulate.world`, :mod:`~zt_ai.simulate.sdk`);
:mod:`zt_ai.simulate.aws` is the first cloud in it. Nothing here talks to a cloud, and every log, version and error says
that it is simulated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zt_ai.simulate.resume import pending_resolver
    from zt_ai.simulate.serving import ServingError, SimulatedCloud, serve
    from zt_ai.simulate.world import Thing, World, find_by_urn

__all__ = ["ServingError", "SimulatedCloud", "Thing", "World", "find_by_urn", "pending_resolver", "serve"]


def __getattr__(name: str) -> Any:
    # The servicer needs grpc and pulumi; whoever only looks into a world should not load them.
    if name in ("ServingError", "SimulatedCloud", "serve"):
        from zt_ai.simulate import serving  # noqa: PLC0415 - needs grpc and pulumi

        return getattr(serving, name)
    if name == "pending_resolver":
        from zt_ai.simulate.resume import pending_resolver  # noqa: PLC0415 - beside the above

        return pending_resolver
    if name in ("Thing", "World", "find_by_urn"):
        from zt_ai.simulate import world  # noqa: PLC0415 - beside the above

        return getattr(world, name)
    raise AttributeError(name)
