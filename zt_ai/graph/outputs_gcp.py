"""What Google Cloud would answer: forms of ids, and the computed outputs that programs read to build on.

Sources: the forms of ids are those of the "Import" section of each resource in the Pulumi GCP 9 registry; those of
`selfLink`, `instanceGroup` and `email` are the API references' (Compute Engine v1, IAM v1). The values are made up from
the inputs and the URN. Outputs that a preview does not know and nobody needs to build on (a public address, the account
behind a sink, the number of a new access policy) are left out on purpose: they stay unknown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from zt_ai.graph.answers import Answers, Made, Maker, Request

_COMPUTE: Final = "https://www.googleapis.com/compute/v1/"


def _text(request: Request, *keys: str) -> str:
    """The first of these inputs that the program gave; else the logical name with a suffix, as Pulumi names itself."""
    for key in keys:
        if isinstance(given := request.inputs.get(key), str):
            return given
    return f"{request.name}-{request.token('name', 7)}"


def _fields(request: Request) -> dict[str, str]:
    place = request.place
    return {
        "project": _given(request, "project", place.account),
        "region": _given(request, "region", place.region),
        "location": _given(request, "location", place.region),
        "name": _text(request, "name"),
        "number": str(int(request.token("number", 12), 16)),
    }


def _given(request: Request, key: str, otherwise: str) -> str:
    given = request.inputs.get(key)
    return given if isinstance(given, str) else otherwise


def _formed(id_: str, keys: Mapping[str, str] | None = None, **outputs: str) -> Maker:
    """A maker from format strings over `{project}`, `{region}`, `{location}`, `{name}`, `{number}` (digits), inputs by
    `keys` (field → input), and `{id}` for outputs."""

    def make(request: Request) -> Made:
        fields = {**_fields(request), **{field: _text(request, key) for field, key in (keys or {}).items()}}
        fields["id"] = id_.format(**fields)
        return Made(fields["id"], {key: form.format(**fields) for key, form in outputs.items()})

    return make


def _global(collection: str, **outputs: str) -> Maker:
    form = f"projects/{{project}}/global/{collection}/{{name}}"
    return _formed(form, None, selfLink=_COMPUTE + "{id}", **outputs)


def _regional(collection: str, **outputs: str) -> Maker:
    form = f"projects/{{project}}/regions/{{region}}/{collection}/{{name}}"
    return _formed(form, None, selfLink=_COMPUTE + "{id}", **outputs)


def _template(request: Request) -> Made:
    made = _global("instanceTemplates")(request)
    unique = f"{_COMPUTE}{made.id}?uniqueId={request.token('unique', 18)}"
    return Made(made.id, {**made.outputs, "selfLinkUnique": unique})


def _rule(request: Request) -> Made:
    policy, priority = _text(request, "firewallPolicy"), request.inputs.get("priority", 0)
    project = _given(request, "project", request.place.account)
    return Made(f"projects/{project}/global/firewallPolicies/{policy}/rules/{int(float(priority))}")


def _account(request: Request) -> Made:
    project = _given(request, "project", request.place.account)
    email = f"{_text(request, 'accountId')}@{project}.iam.gserviceaccount.com"
    path = f"projects/{project}/serviceAccounts/{email}"
    return Made(path, {"email": email, "name": path, "member": f"serviceAccount:{email}"})


def _member(*keys: str) -> Maker:
    def make(request: Request) -> Made:
        return Made(" ".join(_text(request, key) for key in (*keys, "role", "member")))

    return make


def _echo(*keys: str) -> Maker:
    """A resource whose id is an input of it."""

    def make(request: Request) -> Made:
        return Made(_text(request, *keys))

    return make


def _under(parent: str, form: str, keys: Mapping[str, str]) -> Maker:
    return _formed("{parent}/" + form, {"parent": parent, **keys})


def _tag(collection: str) -> Callable[[Request], Made]:
    def make(request: Request) -> Made:
        number = str(281470000000000 + int(request.token("number", 10), 16) % 10**9)
        return Made(f"{collection}/{number}", {"name": number})

    return make


_RESOURCES: Final[Mapping[str, Maker]] = {
    "compute/network:Network": _global("networks"),
    "compute/subnetwork:Subnetwork": _regional("subnetworks"),
    "compute/route:Route": _global("routes"),
    "compute/address:Address": _regional("addresses"),
    "compute/router:Router": _regional("routers"),
    "compute/routerNat:RouterNat": _formed(
        "projects/{project}/regions/{region}/routers/{router}/{name}", {"router": "router"}
    ),
    "compute/networkFirewallPolicy:NetworkFirewallPolicy": _global("firewallPolicies"),
    "compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule": _rule,
    "compute/networkFirewallPolicyAssociation:NetworkFirewallPolicyAssociation": _formed(
        "projects/{project}/global/firewallPolicies/{policy}/associations/{name}", {"policy": "firewallPolicy"}
    ),
    "compute/instanceTemplate:InstanceTemplate": _template,
    "compute/regionHealthCheck:RegionHealthCheck": _regional("healthChecks"),
    "compute/regionInstanceGroupManager:RegionInstanceGroupManager": _regional(
        "instanceGroupManagers",
        instanceGroup=_COMPUTE + "projects/{project}/regions/{region}/instanceGroups/{name}",
    ),
    "compute/regionAutoscaler:RegionAutoscaler": _regional("autoscalers"),
    "compute/regionBackendService:RegionBackendService": _regional("backendServices"),
    "compute/forwardingRule:ForwardingRule": _regional("forwardingRules"),
    "networkconnectivity/spoke:Spoke": _formed("projects/{project}/locations/{location}/spokes/{name}"),
    "tags/tagKey:TagKey": _tag("tagKeys"),
    "tags/tagValue:TagValue": _tag("tagValues"),
    "dns/managedZone:ManagedZone": _formed("projects/{project}/managedZones/{name}"),
    "dns/recordSet:RecordSet": _formed(
        "projects/{project}/managedZones/{zone}/rrsets/{host}/{kind}",
        {"zone": "managedZone", "host": "name", "kind": "type"},
    ),
    "dns/policy:Policy": _formed("projects/{project}/policies/{name}"),
    "dns/responsePolicy:ResponsePolicy": _formed(
        "projects/{project}/responsePolicies/{policy}", {"policy": "responsePolicyName"}
    ),
    "dns/responsePolicyRule:ResponsePolicyRule": _formed(
        "projects/{project}/responsePolicies/{policy}/rules/{rule}", {"policy": "responsePolicy", "rule": "ruleName"}
    ),
    "accesscontextmanager/accessPolicy:AccessPolicy": _formed("{number}"),
    "accesscontextmanager/accessLevel:AccessLevel": _echo("name"),
    "accesscontextmanager/servicePerimeter:ServicePerimeter": _echo("name"),
    "serviceaccount/account:Account": _account,
    "projects/iAMCustomRole:IAMCustomRole": _formed(
        "projects/{project}/roles/{role}", {"role": "roleId"}, name="projects/{project}/roles/{role}"
    ),
    "projects/service:Service": _formed("{project}/{service}", {"service": "service"}),
    "projects/iAMMember:IAMMember": _member("project"),
    "projects/iAMAuditConfig:IAMAuditConfig": _formed("{project} audit_config {service}", {"service": "service"}),
    "storage/bucket:Bucket": _formed(
        "{name}", selfLink="https://www.googleapis.com/storage/v1/b/{id}", url="gs://{id}"
    ),
    "storage/bucketIAMMember:BucketIAMMember": _member("bucket"),
    "secretmanager/secretIamMember:SecretIamMember": _member("project", "secretId"),
    "kms/keyRing:KeyRing": _formed("projects/{project}/locations/{location}/keyRings/{name}"),
    "kms/cryptoKey:CryptoKey": _under("keyRing", "cryptoKeys/{name}", {}),
    "kms/cryptoKeyIAMMember:CryptoKeyIAMMember": _member("cryptoKeyId"),
    "artifactregistry/repositoryIamMember:RepositoryIamMember": _member("project", "location", "repository"),
    "logging/projectBucketConfig:ProjectBucketConfig": _formed(
        "projects/{project}/locations/{location}/buckets/{bucket}", {"bucket": "bucketId"}
    ),
    "logging/projectSink:ProjectSink": _formed("projects/{project}/sinks/{name}"),
    "logging/metric:Metric": _formed("{name}"),
    "monitoring/notificationChannel:NotificationChannel": _formed("projects/{project}/notificationChannels/{number}"),
    "monitoring/alertPolicy:AlertPolicy": _formed("projects/{project}/alertPolicies/{number}"),
    "monitoring/dashboard:Dashboard": _formed("projects/{number}/dashboards/{name}"),
    "pubsub/topic:Topic": _formed("projects/{project}/topics/{name}"),
    "pubsub/topicIAMMember:TopicIAMMember": _member("project", "topic"),
}

GCP: Final = Answers({f"gcp:{type_}": maker for type_, maker in _RESOURCES.items()})
"""Answers for Pulumi GCP 9; whatever is not in the table gets a unique id."""
