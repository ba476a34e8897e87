"""Finding the resource that a value means, and keeping what could not be read.

Names are known ahead: an e-mail address, a path `projects/P/global/networks/N`, a host name can be plain text in a
preview, and a reference elsewhere. Both lead to the same key.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from zt_ai.graph import Resource, ResourceGraph
from zt_ai.graph.model import Ref, Value
from zt_ai.spec.clouds import Gcp
from zt_ai.verify.gcp.world import Gap
from zt_ai.verify.reading import items, number, plain, text
from zt_ai.verify.selectors import Selectors

NETWORK = "gcp:compute/network:Network"
SUBNET = "gcp:compute/subnetwork:Subnetwork"
ACCOUNT = "gcp:serviceaccount/account:Account"
TAG_VALUE = "gcp:tags/tagValue:TagValue"
ROUTER = "gcp:compute/router:Router"

_PREFIXES = (
    "https://www.googleapis.com/compute/v1/",
    "https://compute.googleapis.com/compute/v1/",
    "//compute.googleapis.com/",
    "//",
)
# Resource type -> collection of its path below the project, with `{region}` where it has one.
_PATHS: Mapping[str, str] = {
    NETWORK: "global/networks",
    SUBNET: "regions/{region}/subnetworks",
    ROUTER: "regions/{region}/routers",
    "gcp:compute/networkFirewallPolicy:NetworkFirewallPolicy": "global/firewallPolicies",
    "gcp:compute/regionNetworkFirewallPolicy:RegionNetworkFirewallPolicy": "regions/{region}/firewallPolicies",
    "gcp:compute/instanceTemplate:InstanceTemplate": "global/instanceTemplates",
    "gcp:compute/regionInstanceTemplate:RegionInstanceTemplate": "regions/{region}/instanceTemplates",
    "gcp:dns/managedZone:ManagedZone": "managedZones",
    "gcp:dns/responsePolicy:ResponsePolicy": "responsePolicies",
}


def bare(path: str) -> str:
    """A path without the scheme and host of the interface that serves it."""
    for prefix in _PREFIXES:
        if path.startswith(prefix):
            return path[len(prefix) :]
    return path


def word(value: Value) -> str | None:
    """A known text, else None."""
    found = text(value)
    return found if isinstance(found, str) else None


def whole(value: Value) -> int | None:
    """A known whole number, else None."""
    found = number(value)
    return found if isinstance(found, int) else None


def email_of(account: Resource, project: str) -> str | None:
    """E-mail address of a service account: `ID@PROJECT.iam.gserviceaccount.com` [IAM, "Service accounts overview"]."""
    said = word(account.outputs.get("email"))
    ident = word(account.inputs.get("accountId"))
    if ident is not None:
        return f"{ident}@{word(account.inputs.get('project')) or project}.iam.gserviceaccount.com"
    return said


@dataclass(slots=True)
class Context:
    """One graph, its settings and an index of its resources by every text that may stand for them."""

    graph: ResourceGraph
    settings: Gcp
    selectors: Selectors
    gaps: list[Gap] = field(default_factory=list)
    ids: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for resource in self.graph:
            for known in (resource.id, resource.outputs.get("selfLink"), resource.outputs.get("id")):
                if isinstance(known, str) and known:
                    self.ids.setdefault(bare(known), resource.urn)
            name = word(resource.inputs.get("name"))
            collection = _PATHS.get(resource.type)
            if name is not None and collection is not None:
                place = collection.format(region=word(resource.inputs.get("region")) or self.settings.region)
                self.ids.setdefault(f"projects/{self.project(resource)}/{place}/{name}", resource.urn)
                self.ids.setdefault(f"{resource.type}|{name}", resource.urn)

    def project(self, resource: Resource) -> str:
        """The project that a resource is made in; that of the settings where it names none."""
        return word(resource.inputs.get("project")) or self.settings.project

    def of(self, *types: str) -> Iterator[Resource]:
        """Resources of some types, the leading `gcp:` left out."""
        yield from self.graph.of_type(*(f"gcp:{type_}" for type_ in types))

    def key(self, value: Value, type_: str = "") -> str | None:
        """Key of what a reference, a path or a name stands for; None where it is absent or not known."""
        value = plain(value)
        if isinstance(value, Ref):
            return value.urn
        if not isinstance(value, str) or not value:
            return None
        path = bare(value)
        return self.ids.get(path) or self.ids.get(f"{type_}|{path}") or path

    def resource(self, value: Value, type_: str = "") -> Resource | None:
        """The resource of the graph that a value stands for."""
        key = self.key(value, type_)
        return None if key is None else self.graph.get(key)

    def account(self, value: Value) -> str | None:
        """E-mail address that a value means: itself, or that of the account it refers to."""
        value = plain(value)
        if isinstance(value, Ref):
            resource = self.graph.get(value.urn)
            return email_of(resource, self.settings.project) if resource and resource.type == ACCOUNT else None
        if isinstance(value, str):
            return value.removeprefix("serviceAccount:").rpartition("/")[2].lower()
        return None

    def accounts(self, value: Value, urn: str, what: str) -> frozenset[str]:
        """E-mail addresses of a list; what cannot be known becomes a gap."""
        return self._many((self.account(one) for one in items(value)), urn, what)

    def keys(self, values: Iterable[Value], urn: str, what: str) -> frozenset[str]:
        """Keys of some values; what cannot be known becomes a gap."""
        return self._many((self.key(one) for one in values), urn, what)

    def _many(self, found: Iterable[str | None], urn: str, what: str) -> frozenset[str]:
        known = set()
        for one in found:
            if one is None:
                self.gap(urn, f"{what} is known only after the deployment")
            else:
                known.add(one)
        return frozenset(known)

    def gap(self, urn: str, what: str) -> None:
        """Something that the proof needs is not there."""
        self.gaps.append(Gap(urn, what))
