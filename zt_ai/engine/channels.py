"""The SDK's connections to the engine, one set for each operation.

gRPC keeps one pool of connections for the whole process, by address. An engine listens on ports that the operating
system picks, so a process that runs many operations meets a port again; when a connection to the engine that had it
before is still waiting for its next attempt (up to two minutes), every call to the new engine fails at once with that
old refusal, without trying [gRPC core, "grpc.use_local_subchannel_pool"; seen with grpcio 1.85].
"""

from __future__ import annotations

from typing import Final

from pulumi.runtime import _grpc_settings

OWN_POOL: Final = ("grpc.use_local_subchannel_pool", 1)
"""A channel argument: connections of this channel are no other channel's."""


def own_connections() -> None:
    """Let no channel that the SDK opens from now on share a connection with an earlier one; idempotent.

    The SDK has no setting for it: every channel and server of it is made with this one list.
    """
    options = _grpc_settings._GRPC_CHANNEL_OPTIONS
    if OWN_POOL not in options:
        options.append(OWN_POOL)
