"""What Azure refuses although each value is well formed, one module for each part of Azure.

Importing this package registers every refusal with :mod:`zt_ai.simulate.azure.act`. Codes are Azure's own where they
are known; where none is documented, the refusal has Azure's general ``BadRequest`` or ``InvalidRequestContent``.
"""

from __future__ import annotations

from zt_ai.simulate.azure.refusals import (
    balancers,
    endpoints,
    firewalls,
    identity,
    monitoring,
    networks,
    rules,
    services,
    storage,
    zones,
)

_MODULES = (networks, rules, endpoints, zones, firewalls, balancers, storage, services, identity, monitoring)
STATIC = tuple(module.check_static for module in _MODULES)
"""Functions (token, inputs) -> problems that need to know nothing else of the world."""
