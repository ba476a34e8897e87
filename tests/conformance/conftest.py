"""An emulated account for each test that asks for one, with an example's plan applied to it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from moto import mock_aws

from tests.conformance.plans import Plan, latest_first, plan
from tests.conformance.table import KINDS
from tests.conformance.world import Cloud

EXAMPLES = ("minimal", "clinic")


@contextmanager
def emulated(wanted: Plan) -> Iterator[Cloud]:
    """A fresh account with a plan applied; what the plan takes for granted (a transit gateway) is there beforehand."""
    with pytest.MonkeyPatch.context() as patch, mock_aws():
        patch.setenv("MOTO_ACCOUNT_ID", wanted.account)
        patch.setenv("MOTO_EC2_LOAD_DEFAULT_AMIS", "false")  # a second for each account, and no plan has an instance
        cloud = Cloud(wanted.account, KINDS)
        if wanted.transit_gateway:
            made = cloud.call("ec2", "create_transit_gateway")["TransitGateway"]
            cloud.given[wanted.transit_gateway] = made["TransitGatewayId"]
        cloud.apply(wanted)
        yield cloud


@pytest.fixture(scope="module", params=EXAMPLES)
def example(request: pytest.FixtureRequest) -> str:
    """The name of an example."""
    name: str = request.param
    return name


@pytest.fixture(scope="module")
def applied(example: str) -> Iterator[Cloud]:
    """The account of an example, applied in the most unfriendly order; the tests of a module share it and only read."""
    with emulated(latest_first(plan(example))) as cloud:
        yield cloud
