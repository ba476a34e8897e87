"""Component resources for AWS.

Names are imported when they are first used: `zt_ai.aws.naming` and the other pure modules need no cloud SDK.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zt_ai.aws.acl import ZoneAcl as ZoneAcl
    from zt_ai.aws.acl import ZoneAclArgs as ZoneAclArgs
    from zt_ai.aws.architecture import SegmentedArchitecture as SegmentedArchitecture
    from zt_ai.aws.architecture import SegmentedArchitectureArgs as SegmentedArchitectureArgs
    from zt_ai.aws.audit import AuditStore as AuditStore
    from zt_ai.aws.audit import AuditStoreArgs as AuditStoreArgs
    from zt_ai.aws.dns import Alias as Alias
    from zt_ai.aws.dns import DnsFirewall as DnsFirewall
    from zt_ai.aws.dns import DnsFirewallArgs as DnsFirewallArgs
    from zt_ai.aws.dns import PrivateNames as PrivateNames
    from zt_ai.aws.dns import PrivateNamesArgs as PrivateNamesArgs
    from zt_ai.aws.egress import EgressPath as EgressPath
    from zt_ai.aws.egress import ProviderEgress as ProviderEgress
    from zt_ai.aws.egress import ProviderEgressArgs as ProviderEgressArgs
    from zt_ai.aws.endpoints import PrivateEndpoints as PrivateEndpoints
    from zt_ai.aws.endpoints import PrivateEndpointsArgs as PrivateEndpointsArgs
    from zt_ai.aws.firewall import FirewallRecords as FirewallRecords
    from zt_ai.aws.firewall import ProviderFirewall as ProviderFirewall
    from zt_ai.aws.firewall import ProviderFirewallArgs as ProviderFirewallArgs
    from zt_ai.aws.groups import SecurityGroupRules as SecurityGroupRules
    from zt_ai.aws.groups import SecurityGroupRulesArgs as SecurityGroupRulesArgs
    from zt_ai.aws.groups import SecurityGroups as SecurityGroups
    from zt_ai.aws.groups import SecurityGroupsArgs as SecurityGroupsArgs
    from zt_ai.aws.identities import Identities as Identities
    from zt_ai.aws.identities import IdentitiesArgs as IdentitiesArgs
    from zt_ai.aws.network import SegmentedNetwork as SegmentedNetwork
    from zt_ai.aws.network import SegmentedNetworkArgs as SegmentedNetworkArgs
    from zt_ai.aws.proxy import EgressProxy as EgressProxy
    from zt_ai.aws.proxy import EgressProxyArgs as EgressProxyArgs
    from zt_ai.aws.records import TrafficRecords as TrafficRecords
    from zt_ai.aws.records import TrafficRecordsArgs as TrafficRecordsArgs
    from zt_ai.aws.transit import TransitAttachment as TransitAttachment
    from zt_ai.aws.transit import TransitAttachmentArgs as TransitAttachmentArgs
    from zt_ai.aws.transit import TransitRoutes as TransitRoutes
    from zt_ai.aws.watch import Watch as Watch
    from zt_ai.aws.watch import WatchArgs as WatchArgs
    from zt_ai.aws.zones import ZoneSubnets as ZoneSubnets
    from zt_ai.aws.zones import ZoneSubnetsArgs as ZoneSubnetsArgs

_MODULES = {
    "architecture": ("SegmentedArchitecture", "SegmentedArchitectureArgs"),
    "network": ("SegmentedNetwork", "SegmentedNetworkArgs"),
    "zones": ("ZoneSubnets", "ZoneSubnetsArgs"),
    "acl": ("ZoneAcl", "ZoneAclArgs"),
    "groups": ("SecurityGroups", "SecurityGroupsArgs", "SecurityGroupRules", "SecurityGroupRulesArgs"),
    "endpoints": ("PrivateEndpoints", "PrivateEndpointsArgs"),
    "egress": ("EgressPath", "ProviderEgress", "ProviderEgressArgs"),
    "firewall": ("FirewallRecords", "ProviderFirewall", "ProviderFirewallArgs"),
    "transit": ("TransitAttachment", "TransitAttachmentArgs", "TransitRoutes"),
    "dns": ("Alias", "DnsFirewall", "DnsFirewallArgs", "PrivateNames", "PrivateNamesArgs"),
    "identities": ("Identities", "IdentitiesArgs"),
    "audit": ("AuditStore", "AuditStoreArgs"),
    "records": ("TrafficRecords", "TrafficRecordsArgs"),
    "proxy": ("EgressProxy", "EgressProxyArgs"),
    "watch": ("Watch", "WatchArgs"),
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
