"""A network and an access policy that exist already are built in, and are there when the stack is gone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from architectures import Data, all_things, assert_proved
from gcp_site import GcpSite, on_gcp

from zt_ai.engine import EngineBinary, EngineFailureError

SETTINGS = on_gcp("minimal")["clouds"]["gcp"]
POLICY = "987654321098"
NETWORK = f"projects/{SETTINGS['project']}/global/networks/shared"
TYPES = {"gcp:compute/network:Network", "gcp:accesscontextmanager/accessPolicy:AccessPolicy"}


def in_a_shared_network(data: Data) -> None:
    data["clouds"]["gcp"]["adopt"] = {"network": NETWORK, "access_policy": POLICY}


@pytest.fixture(scope="module")
def site(engine: EngineBinary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[GcpSite]:
    folder = tmp_path_factory.mktemp("gcp-adopted")
    with GcpSite.serving(engine, folder, on_gcp("minimal", in_a_shared_network)) as serving:
        yield serving


def adopted(site: GcpSite) -> list[tuple[str, str]]:
    return [thing for thing in all_things(site.world_dir) if thing[0] in TYPES]


THERE = [
    ("gcp:accesscontextmanager/accessPolicy:AccessPolicy", POLICY),
    ("gcp:compute/network:Network", NETWORK),
]


def test_everything_is_built_in_the_network_that_was_there(site: GcpSite) -> None:
    built = site.build(on_gcp("minimal", in_a_shared_network))
    built.up()
    assert adopted(site) == THERE
    assert_proved(built.prove())
    assert built.up()[1].ops == {}


def test_a_range_that_is_taken_in_it_is_refused(
    site: GcpSite, engine: EngineBinary, tmp_path_factory: pytest.TempPathFactory
) -> None:
    data = on_gcp("minimal", in_a_shared_network)
    with GcpSite.serving(engine, tmp_path_factory.mktemp("gcp-taken"), data) as other, other.world() as world:
        from zt_ai.simulate.gcp import seed

        inputs = {"network": NETWORK, "ipCidrRange": SETTINGS["cidr"]}
        place = f"projects/{SETTINGS['project']}/regions/{SETTINGS['region']}"
        seed(world, [{"type": "gcp:compute/subnetwork:Subnetwork", "id": f"{place}/subnetworks/old", "inputs": inputs}])
        with pytest.raises(EngineFailureError, match="conflicts with existing subnetwork"):
            other.build(data).up()


def test_what_was_there_before_is_there_afterwards(site: GcpSite) -> None:
    site.build(on_gcp("minimal", in_a_shared_network)).handle.destroy()
    assert adopted(site) == THERE
    with site.world() as world:
        assert [thing.id for thing in world.all() if thing.urn is not None] == []
