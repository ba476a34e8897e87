"""Component resources for Azure.

Names are imported when they are first used: `zt_ai.azure.naming` and `zt_ai.azure.plan` need no cloud SDK.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zt_ai.azure.architecture import SegmentedArchitecture as SegmentedArchitecture
    from zt_ai.azure.architecture import SegmentedArchitectureArgs as SegmentedArchitectureArgs
    from zt_ai.azure.audit.records import Records as Records
    from zt_ai.azure.audit.records import RecordsArgs as RecordsArgs
    from zt_ai.azure.audit.records import Source as Source
    from zt_ai.azure.audit.store import AuditStore as AuditStore
    from zt_ai.azure.audit.store import AuditStoreArgs as AuditStoreArgs
    from zt_ai.azure.egress.firewall import AllowedNames as AllowedNames
    from zt_ai.azure.egress.firewall import ProviderEgress as ProviderEgress
    from zt_ai.azure.egress.firewall import ProviderEgressArgs as ProviderEgressArgs
    from zt_ai.azure.egress.proxy import EgressProxy as EgressProxy
    from zt_ai.azure.egress.proxy import EgressProxyArgs as EgressProxyArgs
    from zt_ai.azure.endpoints.dns import DnsPolicy as DnsPolicy
    from zt_ai.azure.endpoints.dns import DnsPolicyArgs as DnsPolicyArgs
    from zt_ai.azure.endpoints.dns import PrivateZones as PrivateZones
    from zt_ai.azure.endpoints.dns import PrivateZonesArgs as PrivateZonesArgs
    from zt_ai.azure.endpoints.endpoints import PrivateEndpoints as PrivateEndpoints
    from zt_ai.azure.endpoints.endpoints import PrivateEndpointsArgs as PrivateEndpointsArgs
    from zt_ai.azure.identity.identities import Identities as Identities
    from zt_ai.azure.identity.identities import IdentitiesArgs as IdentitiesArgs
    from zt_ai.azure.network.groups import ApplicationGroups as ApplicationGroups
    from zt_ai.azure.network.groups import ApplicationGroupsArgs as ApplicationGroupsArgs
    from zt_ai.azure.network.network import Home as Home
    from zt_ai.azure.network.network import SegmentedNetwork as SegmentedNetwork
    from zt_ai.azure.network.network import SegmentedNetworkArgs as SegmentedNetworkArgs
    from zt_ai.azure.network.segment import ZoneSubnet as ZoneSubnet
    from zt_ai.azure.network.segment import ZoneSubnetArgs as ZoneSubnetArgs
    from zt_ai.azure.services.accounts import ServiceAccounts as ServiceAccounts
    from zt_ai.azure.services.accounts import ServiceAccountsArgs as ServiceAccountsArgs
    from zt_ai.azure.watch.watch import Watch as Watch
    from zt_ai.azure.watch.watch import WatchArgs as WatchArgs

_MODULES = {
    "architecture": ("SegmentedArchitecture", "SegmentedArchitectureArgs"),
    "network.network": ("Home", "SegmentedNetwork", "SegmentedNetworkArgs"),
    "network.segment": ("ZoneSubnet", "ZoneSubnetArgs"),
    "network.groups": ("ApplicationGroups", "ApplicationGroupsArgs"),
    "endpoints.endpoints": ("PrivateEndpoints", "PrivateEndpointsArgs"),
    "endpoints.dns": ("DnsPolicy", "DnsPolicyArgs", "PrivateZones", "PrivateZonesArgs"),
    "services.accounts": ("ServiceAccounts", "ServiceAccountsArgs"),
    "identity.identities": ("Identities", "IdentitiesArgs"),
    "audit.store": ("AuditStore", "AuditStoreArgs"),
    "audit.records": ("Records", "RecordsArgs", "Source"),
    "egress.firewall": ("AllowedNames", "ProviderEgress", "ProviderEgressArgs"),
    "egress.proxy": ("EgressProxy", "EgressProxyArgs"),
    "watch.watch": ("Watch", "WatchArgs"),
}
_HOMES = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    """The component or its arguments, imported now (PEP 562)."""
    module = _HOMES.get(name)
    if module is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{module}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOMES})
