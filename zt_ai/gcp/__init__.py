"""Component resources for Google Cloud.

Names are imported when they are first used: `zt_ai.gcp.naming` and the other pure modules need no cloud SDK.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zt_ai.gcp.apis import EnabledApis as EnabledApis
    from zt_ai.gcp.apis import EnabledApisArgs as EnabledApisArgs
    from zt_ai.gcp.architecture import SegmentedArchitecture as SegmentedArchitecture
    from zt_ai.gcp.architecture import SegmentedArchitectureArgs as SegmentedArchitectureArgs
    from zt_ai.gcp.audit.store import AuditStore as AuditStore
    from zt_ai.gcp.audit.store import AuditStoreArgs as AuditStoreArgs
    from zt_ai.gcp.identity.identities import Identities as Identities
    from zt_ai.gcp.identity.identities import IdentitiesArgs as IdentitiesArgs
    from zt_ai.gcp.network.dns import ClosedResolver as ClosedResolver
    from zt_ai.gcp.network.dns import ClosedResolverArgs as ClosedResolverArgs
    from zt_ai.gcp.network.dns import PrivateNames as PrivateNames
    from zt_ai.gcp.network.dns import PrivateNamesArgs as PrivateNamesArgs
    from zt_ai.gcp.network.egress import ProviderEgress as ProviderEgress
    from zt_ai.gcp.network.egress import ProviderEgressArgs as ProviderEgressArgs
    from zt_ai.gcp.network.firewall import FirewallPolicy as FirewallPolicy
    from zt_ai.gcp.network.firewall import FirewallPolicyArgs as FirewallPolicyArgs
    from zt_ai.gcp.network.firewall import SecureTags as SecureTags
    from zt_ai.gcp.network.firewall import SecureTagsArgs as SecureTagsArgs
    from zt_ai.gcp.network.network import HubAttachment as HubAttachment
    from zt_ai.gcp.network.network import HubAttachmentArgs as HubAttachmentArgs
    from zt_ai.gcp.network.network import SegmentedNetwork as SegmentedNetwork
    from zt_ai.gcp.network.network import SegmentedNetworkArgs as SegmentedNetworkArgs
    from zt_ai.gcp.perimeter.perimeters import Perimeters as Perimeters
    from zt_ai.gcp.perimeter.perimeters import PerimetersArgs as PerimetersArgs
    from zt_ai.gcp.proxy.proxy import EgressProxy as EgressProxy
    from zt_ai.gcp.proxy.proxy import EgressProxyArgs as EgressProxyArgs
    from zt_ai.gcp.watch.watch import Watch as Watch
    from zt_ai.gcp.watch.watch import WatchArgs as WatchArgs

_MODULES = {
    "apis": ("EnabledApis", "EnabledApisArgs"),
    "architecture": ("SegmentedArchitecture", "SegmentedArchitectureArgs"),
    "audit.store": ("AuditStore", "AuditStoreArgs"),
    "identity.identities": ("Identities", "IdentitiesArgs"),
    "network.dns": ("ClosedResolver", "ClosedResolverArgs", "PrivateNames", "PrivateNamesArgs"),
    "network.egress": ("ProviderEgress", "ProviderEgressArgs"),
    "network.firewall": ("FirewallPolicy", "FirewallPolicyArgs", "SecureTags", "SecureTagsArgs"),
    "network.network": ("HubAttachment", "HubAttachmentArgs", "SegmentedNetwork", "SegmentedNetworkArgs"),
    "perimeter.perimeters": ("Perimeters", "PerimetersArgs"),
    "proxy.proxy": ("EgressProxy", "EgressProxyArgs"),
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
