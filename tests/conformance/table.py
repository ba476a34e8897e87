"""Every type the suite can make and read back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tests.conformance import (
    apply_alarms,
    apply_balancer,
    apply_dns,
    apply_ecs,
    apply_endpoints,
    apply_filters,
    apply_iam,
    apply_logs,
    apply_s3,
    apply_vpc,
)
from tests.conformance.world import Kind

KINDS: Final[Mapping[str, Kind]] = {
    **apply_vpc.KINDS,
    **apply_filters.KINDS,
    **apply_endpoints.KINDS,
    **apply_dns.KINDS,
    **apply_iam.KINDS,
    **apply_s3.KINDS,
    **apply_logs.KINDS,
    **apply_alarms.KINDS,
    **apply_ecs.KINDS,
    **apply_balancer.KINDS,
}
