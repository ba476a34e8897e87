"""Giving a running Envoy another configuration, in an order in which nothing names what is not there."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

from zt_ai.egress.envoy import Dynamic, both, clusters_file, listeners_file
from zt_ai.egress.run.configuration import ConfigurationError, write
from zt_ai.egress.run.envoy_admin import EnvoyAdmin, Subscription

_PATIENCE, _POLL = 30.0, 0.02


class Handover:
    """Moves the watched files of one Envoy.

    Envoy reads clusters and listeners by two subscriptions and promises no order between two files. A listener whose
    route names a cluster that has not been read yet is rejected, and is read again only when some file of the folder
    is moved. So clusters are added first, then the listeners are changed, then clusters are taken away, and each step
    waits until Envoy says that it has taken the file over [Envoy documentation, "Eventual consistency
    considerations"].
    """

    def __init__(self, envoy: EnvoyAdmin, folder: Path, inforce: Dynamic) -> None:
        self._envoy, self._folder, self._inforce = envoy, folder, inforce

    async def follow(self, parts: Dynamic) -> None:
        """Put another configuration into force, or leave the old one there.

        Raises ConfigurationError when Envoy rejects it or does not take it over in time, AdminError when it does not
        answer, OSError when a file cannot be written.
        """
        try:
            await self._change(self._inforce, parts)
        except BaseException:
            self._write("listener_manager.lds", self._inforce.listeners)
            self._write("cluster_manager.cds", self._inforce.clusters)
            raise
        self._inforce = parts

    async def _change(self, before: Dynamic, after: Dynamic) -> None:
        await self._give("cluster_manager.cds", both(before.clusters, after.clusters))
        await self._give("listener_manager.lds", after.listeners)
        await self._give("cluster_manager.cds", after.clusters)

    async def _give(self, kind: Subscription, document: dict[str, Any]) -> None:
        refused = (await self._envoy.taken_over(kind)).rejected
        if not self._write(kind, document):
            return
        until = asyncio.get_running_loop().time() + _PATIENCE
        while asyncio.get_running_loop().time() < until:
            seen = await self._envoy.taken_over(kind)
            if seen.version == document["version_info"] and not seen.warming:
                return
            if seen.rejected > refused:
                raise ConfigurationError("Envoy rejected the new listeners or clusters; see its log")
            await asyncio.sleep(_POLL)
        raise ConfigurationError(f"Envoy did not take the new listeners or clusters over within {_PATIENCE:.0f} s")

    def _write(self, kind: Subscription, document: dict[str, Any]) -> bool:
        place = clusters_file if kind == "cluster_manager.cds" else listeners_file
        return write(place(self._folder), json.dumps(document))
