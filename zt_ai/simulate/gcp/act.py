"""One change to the simulated Google Cloud as the refusals see it, the list of refusals, and the quotas."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zt_ai.simulate.cloud import Settings, Subject
from zt_ai.simulate.gcp.naming import relative
from zt_ai.simulate.problems import CloudError
from zt_ai.simulate.world import Thing, World


@dataclass(frozen=True, slots=True)
class Act:
    """A create (``thing`` is None), an update or a delete (``inputs`` empty) of one resource."""

    world: World
    settings: Settings
    subject: Subject
    inputs: Mapping[str, Any]
    thing: Thing | None = None

    def others(self, *types: str) -> Iterator[Thing]:
        """The things of these types (short tokens), without the one the act is about."""
        for thing in self.world.of_type(*(f"gcp:{name}" for name in types)):
            if self.thing is None or thing.key != self.thing.key:
                yield thing

    def siblings(self, *types: str) -> Iterator[Thing]:
        """:meth:`others` of the same project."""
        for thing in self.others(*types):
            if thing.outputs.get("project", self.project) == self.project:
                yield thing

    @property
    def project(self) -> str:
        """The project of the resource, the provider's where it names none."""
        return str(self.inputs.get("project") or self.settings.account)

    @property
    def region(self) -> str:
        """The region of the resource, the provider's where it names none."""
        return str(self.inputs.get("region") or self.settings.region)

    def quota(self, name: str) -> int:
        """The quota in force: Google's default, or what the world was told it was raised to."""
        raised = self.world.fact("quotas", {})
        return int(raised.get(name, QUOTAS[name]))

    def limit(self, name: str, count: int, what: str) -> None:
        """Refuse when one more would go over the quota."""
        if count >= self.quota(name):
            raise CloudError(
                "QUOTA_EXCEEDED", f"Quota '{name}' exceeded. Limit: {self.quota(name)} {what} in {self.project}"
            )


QUOTAS: Mapping[str, int] = {
    # VPC documentation, "Quotas and limits" (per project and per network); Cloud NGFW documentation, "Quotas and
    # limits"; VPC Service Controls documentation, "Quotas and limits"; IAM documentation, "Quotas and limits"; Cloud
    # NAT and Cloud Router documentation, "Quotas and limits"; Cloud DNS documentation, "Quotas and limits"; Resource
    # Manager documentation, "Tags overview", "Limits". Projects differ: these are the documented or usual defaults.
    "networks-per-project": 5,
    "subnetworks-per-project": 275,
    "static-routes-per-project": 250,
    "network-firewall-policies-per-project": 100,
    "rule-attributes-per-policy": 2000,
    "tag-keys-per-organization": 1000,
    "tag-values-per-key": 1000,
    "routers-per-network-and-region": 5,
    "nat-gateways-per-router": 50,
    "internal-addresses-per-region": 200,
    "perimeters-per-policy": 10000,
    "attributes-per-perimeter": 6000,
    "rules-per-response-policy": 10000,
    "service-accounts-per-project": 100,
    "custom-roles-per-project": 300,
    "managed-zones-per-project": 10000,
    "log-sinks-per-project": 200,
    "log-buckets-per-project": 100,
    "internal-forwarding-rules-per-network": 500,
}
"""Quotas by name, at Google's defaults; a world may raise them (:func:`zt_ai.simulate.gcp.seed.raise_quotas`)."""

Refusal = Callable[[Act], None]
_ON_CHANGE: dict[str, list[Refusal]] = {}
_ON_DELETE: dict[str, list[Refusal]] = {}


def refuses(*types: str) -> Callable[[Refusal], Refusal]:
    """Register a refusal for creates and updates of these types (short tokens)."""

    def register(refusal: Refusal) -> Refusal:
        for name in types:
            _ON_CHANGE.setdefault(f"gcp:{name}", []).append(refusal)
        return refusal

    return register


def refuses_delete(*types: str) -> Callable[[Refusal], Refusal]:
    """Register a refusal for deletes of these types (short tokens)."""

    def register(refusal: Refusal) -> Refusal:
        for name in types:
            _ON_DELETE.setdefault(f"gcp:{name}", []).append(refusal)
        return refusal

    return register


def check_change(act: Act) -> None:
    """Raise :class:`CloudError` where Google Cloud refuses the create or update."""
    for refusal in _ON_CHANGE.get(act.subject.type, ()):
        refusal(act)


def check_delete(act: Act) -> None:
    """Raise :class:`CloudError` where Google Cloud refuses the delete."""
    for refusal in _ON_DELETE.get(act.subject.type, ()):
        refusal(act)


def values_at(inputs: Mapping[str, Any], path: str) -> list[Any]:
    """The values at a dotted path, every list on the way entered."""
    found: list[Any] = [inputs]
    for part in path.split("."):
        found = [item for value in found for item in (value if isinstance(value, list) else [value])]
        found = [value[part] for value in found if isinstance(value, Mapping) and value.get(part) is not None]
    return [item for value in found for item in (value if isinstance(value, list) else [value])]


def same_thing(one: Any, other: Any) -> bool:
    """Whether two texts name the same resource: as a self link, a full or relative name, or its last part."""
    if not (isinstance(one, str) and isinstance(other, str)) or not one or not other:
        return False
    left, right = relative(one), relative(other)
    return left == right or (("/" in left) != ("/" in right) and left.rsplit("/", 1)[-1] == right.rsplit("/", 1)[-1])
