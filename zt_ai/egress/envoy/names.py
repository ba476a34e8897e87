"""Names that the parts of the configuration know each other by."""

from __future__ import annotations

from typing import Final

TYPE: Final = "type.googleapis.com/"

# Headers between Envoy and the inspector. Whatever a client sends under this prefix is removed before they are set.
INTERNAL_PREFIX: Final = "x-zt-"
CALLER_HEADER: Final = "x-zt-caller"
PROVIDER_HEADER: Final = "x-zt-provider"
VERDICT_HEADER: Final = "x-zt-verdict"
"""Set by the inspector on the request that it releases, in its last answer before the request goes on.

To Envoy, an inspector that closes its stream without an error means "go on" [Envoy API reference,
`ExternalProcessor`, on closing the stream]. So nothing goes on without this header, which only the inspector can set.
"""
VERDICT_RELEASED: Final = "released"
INTERNAL_HEADERS: Final = (CALLER_HEADER, PROVIDER_HEADER, VERDICT_HEADER)

RULE_HEADER: Final = "x-zt-rule"
"""On answers that Envoy gives itself: the rule that refused."""
REQUEST_ID_HEADER: Final = "x-zt-request-id"
"""On every answer. A provider's own `x-request-id` is left alone."""
INSPECTOR_DETAILS: Final = "zt_"
"""How `ImmediateResponse.details` of the inspector's own refusals begin: their bodies pass as they are."""

# Filter state: what the CONNECT listener learnt, for the listener inside of the tunnel.
CALLER_STATE: Final = "zt.caller"
AUTHORITY_STATE: Final = "zt.authority"

CONNECT_LISTENER: Final = "connect"
INSPECT_LISTENER: Final = "inspect"
GATEWAY_LISTENER: Final = "gateway"
LOCAL_LISTENER: Final = "local"
INSPECT_CLUSTER: Final = "inspect"
INSPECTOR_CLUSTER: Final = "inspector"

HTTPS: Final = 443


def provider_cluster(host: str) -> str:
    """Cluster of a provider's host."""
    return f"provider/{host}"


def local_cluster(caller: str) -> str:
    """Cluster that goes to the gateway as one caller."""
    return f"local/{caller}"


# Secrets, by the name of their file without `.json` (`tls.secret_file`).
PROXY_SECRET: Final = "proxy"  # noqa: S105 - the name of a file
TRUST_SECRET: Final = "trust"  # noqa: S105
GATEWAY_TRUST_SECRET: Final = "gateway-trust"  # noqa: S105


def host_secret(host: str) -> str:
    """Certificate that answers under a provider's name."""
    return f"host-{host}"


def caller_secret(caller: str) -> str:
    """Client certificate of a caller, for its local listener."""
    return f"caller-{caller}"
