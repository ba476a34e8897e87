"""One change to the simulated AWS as the refusals see it, and the list of refusals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from zt_ai.simulate.cloud import Settings, Subject
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

_REFUSALS = Refusals[Act](lambda name: f"aws:{name}")
refuses, refuses_delete = _REFUSALS.of_change, _REFUSALS.of_delete
check_change, check_delete = _REFUSALS.check_change, _REFUSALS.check_delete
