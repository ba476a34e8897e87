"""Which resource types the verifier understands, which cannot matter, and why.

A type of the Google Cloud package that is in neither table is unmodelled: it turns the claims about the network
UNKNOWN.
"""

from __future__ import annotations

from collections.abc import Mapping

from zt_ai.graph import ResourceGraph
from zt_ai.verify.model import Coverage

MODELLED = frozenset(
    {
        "compute/network:Network",
        "compute/subnetwork:Subnetwork",
        "compute/route:Route",
        "compute/firewall:Firewall",
        "compute/firewallPolicy:FirewallPolicy",
        "compute/firewallPolicyRule:FirewallPolicyRule",
        "compute/firewallPolicyWithRules:FirewallPolicyWithRules",
        "compute/firewallPolicyAssociation:FirewallPolicyAssociation",
        "compute/networkFirewallPolicy:NetworkFirewallPolicy",
        "compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule",
        "compute/networkFirewallPolicyWithRules:NetworkFirewallPolicyWithRules",
        "compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation",
        "compute/regionNetworkFirewallPolicy:RegionNetworkFirewallPolicy",
        "compute/regionNetworkFirewallPolicyRule:RegionNetworkFirewallPolicyRule",
        "compute/regionNetworkFirewallPolicyWithRules:RegionNetworkFirewallPolicyWithRules",
        "compute/regionNetworkFirewallPolicyAssociation:RegionNetworkFirewallPolicyAssociation",
        "compute/router:Router",
        "compute/routerNat:RouterNat",
        "compute/routerInterface:RouterInterface",
        "compute/routerPeer:RouterPeer",
        "compute/networkPeering:NetworkPeering",
        "compute/vPNTunnel:VPNTunnel",
        "compute/vPNGateway:VPNGateway",
        "compute/haVpnGateway:HaVpnGateway",
        "compute/externalVpnGateway:ExternalVpnGateway",
        "compute/interconnectAttachment:InterconnectAttachment",
        "compute/instance:Instance",
        "compute/instanceTemplate:InstanceTemplate",
        "compute/regionInstanceTemplate:RegionInstanceTemplate",
        "compute/instanceGroupManager:InstanceGroupManager",
        "compute/regionInstanceGroupManager:RegionInstanceGroupManager",
        "compute/forwardingRule:ForwardingRule",
        "compute/globalForwardingRule:GlobalForwardingRule",
        "compute/regionBackendService:RegionBackendService",
        "servicenetworking/connection:Connection",
        "networkconnectivity/spoke:Spoke",
        "tags/tagKey:TagKey",
        "tags/tagValue:TagValue",
        "tags/tagBinding:TagBinding",
        "tags/locationTagBinding:LocationTagBinding",
        "dns/managedZone:ManagedZone",
        "dns/recordSet:RecordSet",
        "dns/policy:Policy",
        "dns/responsePolicy:ResponsePolicy",
        "dns/responsePolicyRule:ResponsePolicyRule",
        "accesscontextmanager/servicePerimeter:ServicePerimeter",
        "accesscontextmanager/servicePerimeters:ServicePerimeters",
        "accesscontextmanager/servicePerimeterResource:ServicePerimeterResource",
        "accesscontextmanager/servicePerimeterIngressPolicy:ServicePerimeterIngressPolicy",
        "accesscontextmanager/servicePerimeterEgressPolicy:ServicePerimeterEgressPolicy",
        "accesscontextmanager/accessLevel:AccessLevel",
        "accesscontextmanager/accessPolicy:AccessPolicy",
        "serviceaccount/account:Account",
        "projects/iAMMember:IAMMember",
        "projects/iAMBinding:IAMBinding",
        "projects/iAMPolicy:IAMPolicy",
        "projects/iAMCustomRole:IAMCustomRole",
        "projects/iAMAuditConfig:IAMAuditConfig",
        "logging/projectBucketConfig:ProjectBucketConfig",
        "logging/projectSink:ProjectSink",
        "logging/projectExclusion:ProjectExclusion",
        "storage/bucket:Bucket",
    }
)

_STORE = "settings of a store that is reached only through Google's interfaces; who may is read from the grants"
_WATCH = "records or reports; carries no traffic of a workload"
_KEYS = "keys and secrets, reached only through Google's interfaces; who may is read from the grants"
_COMPUTE = "describes what runs; its interfaces are those of the template"
_GRANT = "a grant; read by the part of the proof that judges grants"

# Prefix of the type -> why it cannot open a network access. The longest prefix that fits counts.
PASSIVE: Mapping[str, str] = {
    "storage/bucketIAM": _GRANT,
    "storage/bucketObject:": _STORE,
    "secretmanager/secretIam": _GRANT,
    "secretmanager/secret:": _KEYS,
    "secretmanager/secretVersion:": _KEYS,
    "secretmanager/regionalSecret": _KEYS,
    "kms/cryptoKeyIAM": _GRANT,
    "kms/keyRingIAM": _GRANT,
    "kms/keyRing:": _KEYS,
    "kms/cryptoKey:": _KEYS,
    "artifactregistry/repositoryIam": _GRANT,
    "artifactregistry/repository:": _STORE,
    "serviceaccount/iAM": _GRANT,
    "logging/logViewIam": _GRANT,
    "logging/metric:": _WATCH,
    "logging/logView:": _WATCH,
    "logging/projectBucketConfig": _WATCH,
    "monitoring/": _WATCH,
    "compute/address:": "an address that is reserved; what carries it is judged",
    "compute/healthCheck:": "asks backends; the firewall rules decide whether it gets there",
    "compute/regionHealthCheck:": "asks backends; the firewall rules decide whether it gets there",
    "compute/autoscaler:": _COMPUTE,
    "compute/regionAutoscaler:": _COMPUTE,
    "compute/projectMetadataItem:": _COMPUTE,
    "compute/resourcePolicy:": _COMPUTE,
    "pubsub/topic:": "names a channel inside Google's interfaces; who may use it is read from the grants",
    "pubsub/topicIAM": _GRANT,
    "projects/service:": "switches on an interface of Google Cloud",
    "projects/serviceIdentity:": "names Google's own agent of a service",
    "projects/organizationPolicy:": "only takes possibilities away",
    "orgpolicy/": "only takes possibilities away",
    "tags/tagValueIam": _GRANT,
    "tags/tagKeyIam": _GRANT,
}


def short_type(type_: str) -> str:
    """Type token without the package, for example `compute/network:Network`."""
    return type_.removeprefix("gcp:")


def passive_reason(short: str) -> str | None:
    """Why a type cannot open a network access; None if it could."""
    fits = [prefix for prefix in PASSIVE if short.startswith(prefix)]
    return PASSIVE[max(fits, key=len)] if fits else None


def ledger(graph: ResourceGraph) -> Coverage:
    """Sort every resource of the graph into modelled, passive and unmodelled types."""
    modelled: dict[str, int] = {}
    passive: dict[str, int] = {}
    unmodelled: dict[str, list[str]] = {}
    for resource in graph:
        short = short_type(resource.type)
        if resource.custom and resource.type.startswith("gcp:") and short in MODELLED:
            modelled[resource.type] = modelled.get(resource.type, 0) + 1
        elif not resource.custom or not resource.type.startswith("gcp:") or passive_reason(short):
            passive[resource.type] = passive.get(resource.type, 0) + 1
        else:
            unmodelled.setdefault(resource.type, []).append(resource.urn)
    return Coverage(modelled, passive, {type_: tuple(urns) for type_, urns in unmodelled.items()})
