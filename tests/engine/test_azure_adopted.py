"""An architecture in a network on Azure that was there before it, with a hub: up, proof, drift, imports, destroy.

One stack for all tests, in the order of this file.
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator
from dataclasses import replace

import pulumi
import pulumi_azure_native as azure
import pytest
from architectures import Data, Steps, all_things, assert_one_of_each, verdicts
from azure_site import AzureSite, Built, locked, on_azure

from zt_ai.engine import EngineBinary, EngineFailureError
from zt_ai.graph import ResourceGraph, equal
from zt_ai.graph.found import with_found
from zt_ai.simulate import Thing
from zt_ai.verify.azure.prove import prove
from zt_ai.verify.model import Proof, Verdict

SETTINGS = on_azure("minimal")["clouds"]["azure"]
GROUPS = f"/subscriptions/{SETTINGS['subscription']}/resourceGroups"
HUB = f"{GROUPS}/hub/providers/Microsoft.Network/virtualNetworks/hub"
GROUP = f"{GROUPS}/network"
NETWORK = f"{GROUP}/providers/Microsoft.Network/virtualNetworks/clinic"
TYPE, RULE, ROUTE, NSG = (
    f"azure-native:network:{name}" for name in ("VirtualNetwork", "SecurityRule", "Route", "NetworkSecurityGroup")
)


def adopting(data: Data) -> None:
    """Build in a network that exists, and let the clinic's own network in through a hub."""
    settings = data["clouds"]["azure"]
    settings |= {"adopt": {"virtual_network": NETWORK}, "hub": {"virtual_network": HUB, "cidrs": ["10.250.0.0/20"]}}
    data["zones"]["front"] = {"kind": "access", "holds": "phi"}
    data["networks"] = {"clinic": {"cidrs": ["10.128.0.0/16"]}}
    data["workloads"]["portal"] = {"zone": "front", "serves": {"https": {"port": 8443}}}
    flow = {"carries": "phi", "reason": "Clinicians read charts in the portal"}
    data["flows"]["clinic-to-portal"] = {"from": "clinic", "to": "portal", **flow}
    data["flows"]["portal-to-charts"] = {"from": "portal", "to": "chart-store", **flow}


@pytest.fixture(scope="module")
def site(engine: EngineBinary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[AzureSite]:
    with AzureSite.serving(engine, tmp_path_factory.mktemp("adopted"), on_azure("minimal", adopting)) as serving:
        yield serving


@pytest.fixture(scope="module")
def before(site: AzureSite) -> list[tuple[str, str]]:
    """What is in the world before the first `up`."""
    return all_things(site.world_dir)


def proof(built: Built, graph: ResourceGraph) -> Proof:
    settings = built.loaded.spec.clouds.azure
    assert settings is not None
    return prove(graph, built.intent, settings)


def assert_proved(found: Proof) -> None:
    """All claims are there and each is PROVED."""
    assert set(verdicts(found.claims).values()) == {Verdict.PROVED}, [
        (claim.id, claim.reasons, [witness.explanation for witness in claim.witnesses])
        for claim in found.claims
        if claim.verdict is not Verdict.PROVED
    ]


def test_an_adopted_network_is_built_in_and_proved(site: AzureSite, before: list[tuple[str, str]]) -> None:
    assert (TYPE, NETWORK) in before
    site.build(on_azure("minimal", adopting)).up()
    built = site.build(on_azure("minimal", adopting, locked))
    done, steps = built.up()
    assert set(steps.ops.values()) == {"update"}
    assert done.summary.changed == 1, "the audit store, which Azure locks only after it was made"
    deployed = built.deployed()
    assert_proved(proof(built, deployed))
    # What starts the machines is base64, and where their records go, which Azure chooses, cannot be seen in it.
    assert [said for said in equal(built.mocked(), deployed) if "virtualMachineProfile.userData" not in said] == []
    with site.world() as world:
        assert {thing.id for thing in world.of_type(TYPE)} == {NETWORK, HUB}
        subnets = world.of_type("azure-native:network:Subnet")
        assert {subnet.id.rsplit("/subnets/", 1)[0] for subnet in subnets} == {NETWORK}
    assert_one_of_each(built.handle.export(), site.world_dir)


def test_what_was_changed_behind_the_stack_is_found_and_refuted(site: AzureSite) -> None:
    built = site.build(on_azure("minimal", adopting, locked))
    with site.world() as world:
        allows = [t for t in world.of_type(RULE) if "flow:portal-to-charts" in str(t.inputs.get("description"))]
        widened = next(rule for rule in allows if rule.inputs["direction"] == "Inbound")
        lost = next(rule for rule in allows if rule.inputs["direction"] == "Outbound")
        ports = {"destinationPortRange": "1-65535"}
        world.put(replace(widened, inputs={**widened.inputs, **ports}, outputs={**widened.outputs, **ports}))
        world.remove(lost)
        group = widened.id.rsplit("/securityRules/", 1)[0]
        by_hand = {
            **{name: value for name, value in widened.inputs.items() if not name.endswith("SecurityGroups")},
            "securityRuleName": "by-hand",
            "description": "",
            "priority": 101,
            "sourceAddressPrefix": "*",
            "destinationAddressPrefix": "*",
            "destinationPortRange": "22",
        }
        added = Thing(RULE, f"{group}/securityRules/by-hand", "", None, "seeded", None, by_hand, by_hand)
        world.put(added)
    assert_proved(proof(built, built.deployed()))  # only a refresh reads the cloud

    done, steps = built.refresh()

    assert steps.ops == {widened.urn: "update", lost.urn: "delete"}
    assert done.summary.changed == 2
    refreshed = built.deployed()
    (holder,) = (r for r in refreshed.of_type(NSG) if r.id == group)
    assert proof(built, with_found(refreshed)).claims[0].verdict is Verdict.REFUTED
    shown = with_found(refreshed).resources[holder.urn].inputs["securityRules"]
    assert [rule["name"] for rule in shown] == ["by-hand"]  # type: ignore[union-attr,index,call-overload]
    assert "securityRules" not in holder.inputs, "who reads the inputs alone does not see it"

    with site.world() as world:
        world.remove(added)
    _, steps = built.up()
    assert steps.ops == {widened.urn: "update", lost.urn: "create"}
    assert built.refresh()[0].summary.changed == 0
    assert_proved(proof(built, with_found(built.deployed())))


def free(site: AzureSite) -> str:
    """A range of the adopted network that nothing of the stack lies in."""
    with site.world() as world:
        subnets = world.of_type("azure-native:network:Subnet")
        taken = [ipaddress.IPv4Network(str(subnet.inputs["addressPrefix"])) for subnet in subnets]
    ranges = ipaddress.IPv4Network(SETTINGS["cidr"]).subnets(new_prefix=26)
    return str(next(one for one in ranges if not any(one.overlaps(other) for other in taken)))


def importing(own: str, location: str = SETTINGS["location"], name: str = "clinic") -> None:
    """A program of somebody's own that takes the network over and makes a subnet in it."""
    network = azure.network.VirtualNetwork(
        "taken-over",
        resource_group_name="network",
        virtual_network_name=name,
        location=location,
        address_space=azure.network.AddressSpaceArgs(address_prefixes=[SETTINGS["cidr"]]),
        opts=pulumi.ResourceOptions(import_=f"{NETWORK.rsplit('/', 1)[0]}/{name}", retain_on_delete=True),
    )
    azure.network.Subnet(
        "own",
        resource_group_name="network",
        virtual_network_name=network.name,
        subnet_name="own",
        address_prefix=own,
    )


def test_what_exists_is_imported_by_its_id(site: AzureSite) -> None:
    steps = Steps()
    own = free(site)
    stack = site.run(lambda: importing(own), "imports")
    stack.up(on_event=steps)
    assert steps.names["taken-over"] == "import"
    state = {r["urn"].rsplit("::", 1)[-1]: r for r in stack.export()["deployment"]["resources"]}
    assert state["taken-over"]["id"] == NETWORK
    assert state["own"]["id"] == f"{NETWORK}/subnets/own"
    assert stack.up().summary.changed == 0
    stack.destroy(remove=True)
    with site.world() as world:
        assert NETWORK in {thing.id for thing in world.of_type(TYPE)}


@pytest.mark.parametrize(
    ("location", "name", "said"),
    [("westus2", "clinic", "may not be replaced"), (SETTINGS["location"], "nowhere", "does not exist")],
    ids=["another region", "another id"],
)
def test_what_is_not_there_as_told_is_not_imported(site: AzureSite, location: str, name: str, said: str) -> None:
    own, things = free(site), all_things(site.world_dir)
    with pytest.raises(EngineFailureError, match=said):
        site.run(lambda: importing(own, location, name), "refused").up()
    assert all_things(site.world_dir) == things


def test_destroy_leaves_the_adopted_network_as_it_was(site: AzureSite, before: list[tuple[str, str]]) -> None:
    built = site.build(on_azure("minimal", adopting, locked))
    built.handle.destroy()
    assert all_things(site.world_dir) == before
    assert not built.handle.export()["deployment"].get("resources")
