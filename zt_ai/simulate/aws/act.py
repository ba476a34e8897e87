"""One change to the simulated AWS as the refusals see it, and the list of refusals."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zt_ai.simulate.cloud import Settings, Subject
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
        """The things of these types (short tokens) in the act's region, without the one the act is about."""
        for thing in self.world.of_type(*(f"aws:{name}" for name in types)):
            if thing.region in (self.settings.region, "") and (self.thing is None or thing.key != self.thing.key):
                yield thing

    def quota(self, name: str) -> int:
        """The quota in force: AWS's default, or what the world was told it was raised to."""
        raised = self.world.fact("quotas", {})
        return int(raised.get(name, QUOTAS[name]))

    def limit(self, name: str, count: int, code: str, what: str) -> None:
        """Refuse with ``code`` when one more would go over the quota."""
        if count >= self.quota(name):
            raise CloudError(code, f"the maximum number of {what} has been reached: {self.quota(name)}")


QUOTAS: Mapping[str, int] = {
    # Amazon VPC User Guide, "Amazon VPC quotas"; AWS PrivateLink Guide, "AWS PrivateLink quotas"; IAM User Guide, "IAM
    # and AWS STS quotas"; S3 User Guide, "Bucket quotas, limitations, and restrictions"; Route 53 Developer Guide,
    # "Quotas on Route 53 Resolver DNS Firewall". 500 routes since June 2025, 50 before.
    "vpcs-per-region": 5,
    "subnets-per-vpc": 200,
    "route-tables-per-vpc": 200,
    "routes-per-route-table": 500,
    "network-acls-per-vpc": 200,
    "rules-per-network-acl": 20,
    "security-groups-per-region": 2500,
    "rules-per-security-group": 60,
    "security-groups-per-interface": 5,
    "internet-gateways-per-region": 5,
    "elastic-ips-per-region": 5,
    "nat-gateways-per-zone": 5,
    "interface-endpoints-per-vpc": 50,
    "gateway-endpoints-per-region": 20,
    "roles-per-account": 1000,
    "buckets-per-account": 10000,
    "firewall-rule-groups-per-vpc": 5,
}
"""Quotas by name, at AWS's defaults; a world may raise them (:func:`zt_ai.simulate.aws.seed.raise_quotas`)."""

Refusal = Callable[[Act], None]
_ON_CHANGE: dict[str, list[Refusal]] = {}
_ON_DELETE: dict[str, list[Refusal]] = {}


def refuses(*types: str) -> Callable[[Refusal], Refusal]:
    """Register a refusal for creates and updates of these types (short tokens)."""

    def register(refusal: Refusal) -> Refusal:
        for name in types:
            _ON_CHANGE.setdefault(f"aws:{name}", []).append(refusal)
        return refusal

    return register


def refuses_delete(*types: str) -> Callable[[Refusal], Refusal]:
    """Register a refusal for deletes of these types (short tokens)."""

    def register(refusal: Refusal) -> Refusal:
        for name in types:
            _ON_DELETE.setdefault(f"aws:{name}", []).append(refusal)
        return refusal

    return register


def check_change(act: Act) -> None:
    """Raise :class:`CloudError` where AWS refuses the create or update."""
    for refusal in _ON_CHANGE.get(act.subject.type, ()):
        refusal(act)


def check_delete(act: Act) -> None:
    """Raise :class:`CloudError` where AWS refuses the delete."""
    for refusal in _ON_DELETE.get(act.subject.type, ()):
        refusal(act)


def values_at(inputs: Mapping[str, Any], path: str) -> list[Any]:
    """The values at a dotted path, every list on the way entered."""
    found: list[Any] = [inputs]
    for part in path.split("."):
        found = [item for value in found for item in (value if isinstance(value, list) else [value])]
        found = [value[part] for value in found if isinstance(value, Mapping) and value.get(part) is not None]
    return [item for value in found for item in (value if isinstance(value, list) else [value])]
