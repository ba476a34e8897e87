"""The simulated AWS, and what most of its tests stand on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.simulate.provider import Made, ProviderClient
from zt_ai.simulate.aws import SimulatedAws
from zt_ai.simulate.world import World


class Client(ProviderClient):
    package = "aws"

    # The things most tests stand on.

    def vpc(self, name: str = "net", cidr: str = "10.0.0.0/16", **more: Any) -> Made:
        return self.make("ec2/vpc:Vpc", {"cidrBlock": cidr, "enableDnsHostnames": True, **more}, name)

    def subnet(self, vpc: Made, cidr: str, zone: str = "us-east-1a", name: str | None = None) -> Made:
        inputs = {"vpcId": vpc.id, "cidrBlock": cidr, "availabilityZone": zone}
        return self.make("ec2/subnet:Subnet", inputs, name or f"subnet-{cidr}")

    def group(self, vpc: Made, name: str = "web") -> Made:
        return self.make("ec2/securityGroup:SecurityGroup", {"vpcId": vpc.id, "name": name, "description": name}, name)


@pytest.fixture(scope="session")
def cloud_of_session(tmp_path_factory: pytest.TempPathFactory) -> SimulatedAws:
    """The SDK's types are read once for all tests; each test gets a world of its own."""
    return SimulatedAws(World(tmp_path_factory.mktemp("unused")))


@pytest.fixture
def aws(tmp_path: Path, cloud_of_session: SimulatedAws) -> Iterator[Client]:
    with Client.of(cloud_of_session, tmp_path / "world") as client:
        yield client


@pytest.fixture
def statement() -> dict[str, Any]:
    """A policy statement that every kind of resource policy takes."""
    return {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": "*"}
