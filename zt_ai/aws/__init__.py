"""Component resources for AWS.

Names are imported when they are first used: `zt_ai.aws.naming` and the other pure modules need no cloud SDK.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zt_ai.aws.architecture import SegmentedArchitecture as SegmentedArchitecture
    from zt_ai.aws.architecture import SegmentedArchitectureArgs as SegmentedArchitectureArgs
    from zt_ai.aws.audit.records import TrafficRecords as TrafficRecords
    from zt_ai.aws.audit.records import TrafficRecordsArgs as TrafficRecordsArgs
    from zt_ai.aws.audit.store import AuditStore as AuditStore
    from zt_ai.aws.audit.store import AuditStoreArgs as AuditStoreArgs
    from zt_ai.aws.egress.egress import EgressPath as EgressPath
    from zt_ai.aws.egress.egress import ProviderEgress as ProviderEgress
    from zt_ai.aws.egress.egress import ProviderEgressArgs as ProviderEgressArgs
    from zt_ai.aws.egress.firewall import FirewallRecords as FirewallRecords
    from zt_ai.aws.egress.firewall import ProviderFirewall as ProviderFirewall
    from zt_ai.aws.egress.firewall import ProviderFirewallArgs as ProviderFirewallArgs
    from zt_ai.aws.egress.proxy import EgressProxy as EgressProxy
    from zt_ai.aws.egress.proxy import EgressProxyArgs as EgressProxyArgs
    from zt_ai.aws.endpoints.dns import Alias as Alias
    from zt_ai.aws.endpoints.dns import DnsFirewall as DnsFirewall
    from zt_ai.aws.endpoints.dns import DnsFirewallArgs as DnsFirewallArgs
    from zt_ai.aws.endpoints.dns import PrivateNames as PrivateNames
    from zt_ai.aws.endpoints.dns import PrivateNamesArgs as PrivateNamesArgs
    from zt_ai.aws.endpoints.endpoints import PrivateEndpoints as PrivateEndpoints
    from zt_ai.aws.endpoints.endpoints import PrivateEndpointsArgs as PrivateEndpointsArgs
    from zt_ai.aws.identity.identities import Identities as Identities
    from zt_ai.aws.identity.identities import IdentitiesArgs as IdentitiesArgs
    from zt_ai.aws.network.acl import ZoneAcl as ZoneAcl
    from zt_ai.aws.network.acl import ZoneAclArgs as ZoneAclArgs
    from zt_ai.aws.network.groups import SecurityGroupRules as SecurityGroupRules
    from zt_ai.aws.network.groups import SecurityGroupRulesArgs as SecurityGroupRulesArgs
    from zt_ai.aws.network.groups import SecurityGroups as SecurityGroups
    from zt_ai.aws.network.groups import SecurityGroupsArgs as SecurityGroupsArgs
    from zt_ai.aws.network.network import SegmentedNetwork as SegmentedNetwork
    from zt_ai.aws.network.network import SegmentedNetworkArgs as SegmentedNetworkArgs
    from zt_ai.aws.network.transit import TransitAttachment as TransitAttachment
    from zt_ai.aws.network.transit import TransitAttachmentArgs as TransitAttachmentArgs
    from zt_ai.aws.network.transit import TransitRoutes as TransitRoutes
    from zt_ai.aws.network.zones import ZoneSubnets as ZoneSubnets
    from zt_ai.aws.network.zones import ZoneSubnetsArgs as ZoneSubnetsArgs
    from zt_ai.aws.watch.watch import Watch as Watch
    from zt_ai.aws.watch.watch import WatchArgs as WatchArgs

_MODULES = {
    "architecture": ("SegmentedArchitecture", "SegmentedArchitectureArgs"),
    "network.network": ("SegmentedNetwork", "SegmentedNetworkArgs"),
    "network.zones": ("ZoneSubnets", "ZoneSubnetsArgs"),
    "network.acl": ("ZoneAcl", "ZoneAclArgs"),
    "network.groups": ("SecurityGroups", "SecurityGroupsArgs", "SecurityGroupRules", "SecurityGroupRulesArgs"),
    "endpoints.endpoints": ("PrivateEndpoints", "PrivateEndpointsArgs"),
    "egress.egress": ("EgressPath", "ProviderEgress", "ProviderEgressArgs"),
    "egress.firewall": ("FirewallRecords", "ProviderFirewall", "ProviderFirewallArgs"),
    "network.transit": ("TransitAttachment", "TransitAttachmentArgs", "TransitRoutes"),
    "endpoints.dns": ("Alias", "DnsFirewall", "DnsFirewallArgs", "PrivateNames", "PrivateNamesArgs"),
    "identity.identities": ("Identities", "IdentitiesArgs"),
    "audit.store": ("AuditStore", "AuditStoreArgs"),
    "audit.records": ("TrafficRecords", "TrafficRecordsArgs"),
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
