"""An architecture in a VPC that was there before it, with a transit gateway: up, growth, drift, imports, destroy.

One stack for all tests, in the order of this file.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pulumi
import pulumi_aws as aws
import pytest
from architectures import Data, Site, Steps, all_things, assert_one_of_each, assert_proved, example

from zt_ai.engine import EngineBinary, EngineFailureError
from zt_ai.graph import ResourceGraph, equal
from zt_ai.graph.found import with_found
from zt_ai.simulate import Thing
from zt_ai.verify.model import Claim, Verdict

VPC, TRANSIT = "vpc-0a1b2c3d4e5f60718", "tgw-0fedcba9876543210"
NETWORK = "aws:ec2/vpc:Vpc"


def adopting(data: Data) -> None:
    """Build in a VPC that exists, and let the clinic's own network in through a transit gateway."""
    data["clouds"] = {"aws": data["clouds"]["aws"] | {"adopt": {"vpc": VPC}, "transit_gateway": TRANSIT}}
    data["zones"]["front"] = {"kind": "access", "holds": "phi"}
    data["networks"] = {"clinic": {"cidrs": ["10.128.0.0/16"]}}
    data["workloads"]["portal"] = {"zone": "front", "serves": {"https": {"port": 8443}}}
    flow = {"carries": "phi", "reason": "Clinicians read charts in the portal"}
    data["flows"]["clinic-to-portal"] = {"from": "clinic", "to": "portal", **flow}
    data["flows"]["portal-to-charts"] = {"from": "portal", "to": "chart-store", **flow}


def another_zone(data: Data) -> None:
    data["zones"]["triage"] = {"kind": "processing", "holds": "phi"}
    data["workloads"]["sorter"] = {"zone": "triage", "serves": {"https": {"port": 8470}}}
    data["flows"]["portal-to-sorter"] = {
        "from": "portal",
        "to": "sorter",
        "carries": "phi",
        "reason": "Urgent messages are put first",
    }


def another_availability_zone(data: Data) -> None:
    data["clouds"]["aws"]["availability_zones"].append("us-east-1c")


@pytest.fixture(scope="module")
def site(engine: EngineBinary, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    with Site.serving(engine, tmp_path_factory.mktemp("adopted"), example("minimal", adopting)) as serving:
        yield serving


@pytest.fixture(scope="module")
def before(site: Site) -> list[tuple[str, str]]:
    """What is in the world before the first `up`."""
    return all_things(site.world_dir)


def of_kind(steps: Steps, op: str) -> set[tuple[str, str]]:
    """Kind and name of the resources with this operation."""
    found = (urn.split("::") for urn, done in steps.ops.items() if done == op)
    return {(parts[2].rpartition(":")[2], parts[3]) for parts in found}


def test_an_adopted_vpc_is_built_in_and_proved(site: Site, before: list[tuple[str, str]]) -> None:
    """Nothing is UNKNOWN: the default group of the VPC is adopted, and what else may be in it counts as outside."""
    assert (NETWORK, VPC) in before
    built = site.build(example("minimal", adopting))
    assert_proved(built.prove(built.mocked()))
    built.up()
    assert equal(built.mocked(), built.deployed()) == []
    proof = built.prove()
    assert_proved(proof)
    assert VPC in proof.claims[0].covered
    with site.world() as world:
        assert [thing.id for thing in world.of_type(NETWORK)] == [VPC]
        subnets = world.of_type("aws:ec2/subnet:Subnet")
        assert {subnet.inputs["vpcId"] for subnet in subnets} == {VPC}
        (attached,) = world.of_type("aws:ec2transitgateway/vpcAttachment:VpcAttachment")
        assert (attached.inputs["vpcId"], attached.inputs["transitGatewayId"]) == (VPC, TRANSIT)
    assert_one_of_each(built.handle.export(), site.world_dir)


def test_another_zone_changes_nothing_that_is_there(site: Site) -> None:
    """Its own subnets, and rules of others that name it. The dashboard shows all zones, so it shows one more."""
    built = site.build(example("minimal", adopting, another_zone))
    done, steps = built.up()
    assert set(steps.ops.values()) == {"create", "update"}
    assert of_kind(steps, "update") == {("Dashboard", "minimal-watch-dashboard")}
    assert [name for _, name in of_kind(steps, "create") if "triage" not in name and "sorter" not in name] == []
    assert done.summary.replaced == done.summary.deleted == 0
    assert_proved(built.prove())


# What stands in every availability zone gets one subnet, route table or address range more.
GROWN = {
    ("Firewall", "minimal-egress"),
    ("LoadBalancer", "minimal-proxy"),
    ("RuleGroup", "minimal-egress-providers"),
    ("Service", "minimal-proxy-service"),
    ("VpcAttachment", "minimal-transit"),
    *(("VpcEndpoint", f"minimal-endpoints-{name}") for name in ("ecr.api", "ecr.dkr", "logs", "s3", "secretsmanager")),
}
# Which endpoint of the firewall they lead to is not known while the firewall itself is to change. It stays the same.
PERHAPS = {
    ("Route", f"minimal-egress-us-east-1{letter}-{way}-to-firewall") for letter in "ab" for way in ("proxy", "nat")
}


def test_another_availability_zone_replaces_nothing(site: Site) -> None:
    built = site.build(example("minimal", adopting, another_zone, another_availability_zone))
    preview, steps = built.preview()
    assert of_kind(steps, "update") == GROWN | PERHAPS
    done, steps = built.up(preview.plan)
    assert set(steps.ops.values()) == {"create", "update"}
    assert of_kind(steps, "update") == GROWN
    assert [name for _, name in of_kind(steps, "create") if "us-east-1c" not in name] == []
    assert done.summary.replaced == done.summary.deleted == 0
    assert equal(built.mocked(), built.deployed()) == []
    assert_proved(built.prove())


RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
WIDENED = "minimal-rules-workload.chart-store.ingress.workload.summarizer.tcp-5432"
LOST = "minimal-rules-workload.portal.egress.workload.chart-store.tcp-5432"
GROUP, TABLE = "minimal-groups-workload.chart-store", "minimal-zone-records-us-east-1a"


def by_hand(graph: ResourceGraph) -> list[Thing]:
    """A rule and a route that somebody adds to a group and a route table of the stack."""
    ids = {(r.type, r.name): r.id for r in graph}
    rule = {
        "securityGroupId": ids["aws:ec2/securityGroup:SecurityGroup", GROUP],
        "ipProtocol": "tcp",
        "fromPort": 22,
        "toPort": 22,
        "cidrIpv4": "0.0.0.0/0",
    }
    route = {
        "routeTableId": ids["aws:ec2/routeTable:RouteTable", TABLE],
        "destinationCidrBlock": "0.0.0.0/0",
        "transitGatewayId": TRANSIT,
    }
    made = ((RULE, "sgr-0123456789abcdef0", rule), ("aws:ec2/route:Route", "r-rtb-byhand1080289494", route))
    return [Thing(kind, id_, "us-east-1", None, "seeded", None, given, given) for kind, id_, given in made]


def through(claim: Claim, name: str) -> list[str]:
    """What a claim says about a resource of this name."""
    return [w.explanation for w in claim.witnesses if any(urn.endswith(f"::{name}") for urn in w.through)]


def test_what_was_changed_behind_the_stack_is_found_and_refuted(site: Site) -> None:
    built = site.build(example("minimal", adopting, another_zone, another_availability_zone))
    deployed = built.deployed()
    added = by_hand(deployed)
    with site.world() as world:
        widened, lost = (
            thing for name in (WIDENED, LOST) for thing in world.all() if (thing.urn or "").endswith(f"::{name}")
        )
        ports = {"fromPort": 1, "toPort": 65535}
        world.put(replace(widened, inputs={**widened.inputs, **ports}, outputs={**widened.outputs, **ports}))
        world.remove(lost)
        for thing in added:
            world.put(thing)
    assert_proved(built.prove())  # the state still says what was deployed: only a refresh reads the cloud

    done, steps = built.refresh()

    # The engine tells of its own resources; what was added to them by hand it only writes into their outputs.
    assert steps.ops == {widened.urn: "update", lost.urn: "delete"}
    assert done.summary.changed == 2
    refreshed = built.deployed()
    reachability, data_zones, *_ = built.prove(with_found(refreshed)).claims
    assert reachability.verdict is data_zones.verdict is Verdict.REFUTED
    assert any("tcp/1-5431" in said for said in through(reachability, WIDENED))
    assert [w.clause for w in reachability.witnesses if "no rule of portal" in w.explanation] == [
        "flow:portal-to-charts"
    ]
    assert any("tcp/22" in said for said in through(reachability, GROUP))
    assert through(data_zones, TABLE)
    # The negative twin: who reads the inputs alone sees neither.
    blind, blind_zones, *_ = built.prove(refreshed).claims
    assert not through(blind, GROUP)
    assert blind_zones.verdict is Verdict.PROVED

    with site.world() as world:
        for thing in added:
            world.remove(thing)
    _, steps = built.up()
    assert steps.ops == {widened.urn: "update", lost.urn: "create"}
    assert built.refresh()[0].summary.changed == 0
    assert_proved(built.prove(with_found(built.deployed())))


def importing(cidr: str, vpc: str = VPC) -> None:
    """A program of somebody's own that takes the VPC over and makes a subnet in it."""
    provider = aws.Provider("aws", region="us-east-1")
    network = aws.ec2.Vpc(
        "taken-over",
        cidr_block=cidr,
        enable_dns_support=True,
        enable_dns_hostnames=True,
        opts=pulumi.ResourceOptions(provider=provider, import_=vpc, retain_on_delete=True),
    )
    aws.ec2.Subnet("own", vpc_id=network.id, cidr_block="10.40.15.0/26", opts=pulumi.ResourceOptions(provider=provider))


def test_what_exists_is_imported_by_its_id(site: Site) -> None:
    steps = Steps()
    stack = site.run(lambda: importing("10.40.0.0/16"), "imports")
    stack.up(on_event=steps)
    assert steps.names["taken-over"] == "import"
    state = {r["urn"].rsplit("::", 1)[-1]: r for r in stack.export()["deployment"]["resources"]}
    assert state["taken-over"]["id"] == state["own"]["inputs"]["vpcId"] == VPC
    assert stack.up().summary.changed == 0
    stack.destroy(remove=True)
    with site.world() as world:
        assert [thing.id for thing in world.of_type(NETWORK)] == [VPC]


@pytest.mark.parametrize(
    ("cidr", "vpc", "said"),
    [("10.41.0.0/16", VPC, "may not be replaced"), ("10.40.0.0/16", "vpc-00000000000000000", "does not exist")],
    ids=["another range", "another id"],
)
def test_what_is_not_there_as_told_is_not_imported(site: Site, cidr: str, vpc: str, said: str) -> None:
    things = all_things(site.world_dir)
    with pytest.raises(EngineFailureError, match=said):
        site.run(lambda: importing(cidr, vpc), "refused").up()
    assert all_things(site.world_dir) == things


def test_destroy_leaves_the_adopted_vpc_as_it_was(site: Site, before: list[tuple[str, str]]) -> None:
    built = site.build(example("minimal", adopting))
    built.handle.destroy()
    assert all_things(site.world_dir) == before
    assert not built.handle.export()["deployment"].get("resources")
