"""What Google Cloud refuses although each value is well formed, one module for each part of it.

Importing this package registers every refusal with :mod:`zt_ai.simulate.gcp.act`.
"""

from __future__ import annotations

from zt_ai.simulate.gcp.refusals import apis, dns, firewalls, identity, loads, networks, perimeters, storage

__all__ = ["apis", "dns", "firewalls", "identity", "loads", "networks", "perimeters", "storage"]
