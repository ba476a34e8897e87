"""One change to the simulated Google Cloud as the refusals see it, the list of refusals, and the quotas."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zt_ai.simulate.cloud import Settings, Subject
from zt_ai.simulate.gcp.naming import relative
from zt_ai.simulate.problems import CloudError
from zt_ai.simulate.refusals import Refusals
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

_REFUSALS = Refusals[Act](lambda name: f"gcp:{name}")
refuses, refuses_delete = _REFUSALS.of_change, _REFUSALS.of_delete
check_change, check_delete = _REFUSALS.check_change, _REFUSALS.check_delete


def same_thing(one: Any, other: Any) -> bool:
    """Whether two texts name the same resource: as a self link, a full or relative name, or its last part."""
    if not (isinstance(one, str) and isinstance(other, str)) or not one or not other:
        return False
    left, right = relative(one), relative(other)
    return left == right or (("/" in left) != ("/" in right) and left.rsplit("/", 1)[-1] == right.rsplit("/", 1)[-1])
