"""The names that may be asked of the network's resolver. Pure.

The resolver of a VPC answers for any name whatever firewall rules say (it is the metadata server, which no rule
filters), so a free label is a way out. A response policy is asked before everything else and its longest match wins
[Cloud DNS API, responsePolicyRules: "longest matching suffix"; Cloud DNS, "Name resolution order"]: a rule for `*.`
answers every name, and only the names here pass it by.

Wildcards below stand for names that private zones of this network answer, which never leave it.
"""

from __future__ import annotations

from zt_ai.gcp.naming import Scope
from zt_ai.intent.model import Intent, Party
from zt_ai.spec.types import ServiceKind

SINKHOLE = "192.0.2.1"  # TEST-NET-1 [RFC 5737]: belongs to nobody
SINKHOLE_IPV6 = "100::1"  # the discard prefix [RFC 6666]
METADATA = "metadata.google.internal."
RESTRICTED_ADDRESSES = ("199.36.153.4", "199.36.153.5", "199.36.153.6", "199.36.153.7")
GOOGLE_ZONE, IMAGE_ZONE = "googleapis.com.", "pkg.dev."


def private_domain(scope: Scope) -> str:
    """Name of the private zone of the specification."""
    return f"{scope.spec}.internal"


def google_zones(intent: Intent) -> tuple[str, ...]:
    """Domains of Google's that a private zone answers with the restricted addresses [VPC Service Controls, "Set up
    private connectivity to Google APIs and services"]."""
    used = {intent.services[a.destination].kind for a in intent.accesses if a.destination_party is Party.SERVICE}
    zones = [GOOGLE_ZONE] if used else []
    return (*zones, *((IMAGE_ZONE,) if ServiceKind.CONTAINER_IMAGES in used else ()))


def allowed_names(intent: Intent, scope: Scope) -> tuple[str, ...]:
    """Every name that passes the response policy, with its final dot, sorted."""
    own = private_domain(scope)
    zones = {name for zone in google_zones(intent) for name in (zone, f"*.{zone}")}
    providers = {f"{domain}." for domain in intent.provider_domains()}
    return tuple(sorted({f"{own}.", f"*.{own}.", METADATA, *zones, *providers}))


def rule_key(name: str) -> str:
    """A name as part of a resource's name."""
    return name.rstrip(".").replace("*", "any").replace(".", "-") or "root"
