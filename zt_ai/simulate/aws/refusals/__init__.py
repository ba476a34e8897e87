"""What AWS refuses although each value is well formed, one module for each part of AWS.

Importing this package registers every refusal with :mod:`zt_ai.simulate.aws.act`.
"""

from __future__ import annotations

from zt_ai.simulate.aws.refusals import acls, endpoints, firewalls, groups, identity, loads, networks, routes, storage

__all__ = ["acls", "endpoints", "firewalls", "groups", "identity", "loads", "networks", "routes", "storage"]
