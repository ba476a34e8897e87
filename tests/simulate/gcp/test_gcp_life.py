"""One resource through the servicer: preview, create, read, update, delete, import; ids and links as Google's."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pulumi.runtime.proto import provider_pb2

from tests.simulate.gcp.conftest import PROJECT, REGION, rule_inputs
from zt_ai.simulate.gcp import SeedError, SimulatedGcp, assume_existing, raise_quotas, seed
from zt_ai.simulate.values import UNKNOWN, Secret, decode, encode
from zt_ai.simulate.world import World

NETWORK, SECRET = "compute/network:Network", "secretmanager/secret:Secret"
SELF = "https://www.googleapis.com/compute/v1"


class TestPreview:
    def test_what_the_cloud_chooses_is_unknown_and_what_was_given_is_known(self, gcp: Any) -> None:
        outputs = gcp.preview(NETWORK, {"name": "net", "autoCreateSubnetworks": False})
        assert (outputs["name"], outputs["project"], outputs["routingMode"]) == ("net", PROJECT, "REGIONAL")
        assert outputs["selfLink"] is outputs["networkId"] is UNKNOWN
        assert gcp.world.all() == ()

    def test_unknown_inputs_stay_unknown(self, gcp: Any) -> None:
        outputs = gcp.preview("compute/subnetwork:Subnetwork", {"network": UNKNOWN, "ipCidrRange": "10.0.0.0/24"})
        assert outputs["network"] is UNKNOWN
        assert outputs["region"] == REGION

    def test_a_preview_of_a_change_knows_all_but_the_fingerprint(self, gcp: Any) -> None:
        policy = gcp.policy()
        outputs = gcp.update(policy, {"name": "clinic", "description": "x"}, preview=True)
        assert outputs["fingerprint"] is UNKNOWN
        assert outputs["selfLink"] == policy.outputs["selfLink"]
        assert gcp.world.get(f"gcp:{policy.type}", policy.id).inputs == policy.inputs
        assert (
            gcp.update(policy, {"name": "clinic", "description": "x"})["fingerprint"] != policy.outputs["fingerprint"]
        )


class TestLife:
    def test_what_was_made_is_read_back_changed_and_deleted(self, gcp: Any) -> None:
        network = gcp.network()
        found = gcp.read(NETWORK, network.id)
        assert decode(found.inputs) == network.inputs
        assert decode(found.properties) == network.outputs
        changed = gcp.update(network, {**network.inputs, "mtu": 1460})
        assert changed["selfLink"] == network.outputs["selfLink"]
        assert decode(gcp.read(NETWORK, network.id).properties)["mtu"] == 1460
        gcp.delete(network)
        assert gcp.read(NETWORK, network.id).id == ""
        gcp.delete(network)

    def test_names_and_links_are_what_google_would_give(self, gcp: Any) -> None:
        network = gcp.network()
        assert network.id == f"projects/{PROJECT}/global/networks/net"
        assert network.outputs["selfLink"] == f"{SELF}/{network.id}"
        assert network.outputs["networkId"].isdigit()
        subnet = gcp.subnet(network, "10.0.0.0/24")
        assert subnet.id == f"projects/{PROJECT}/regions/{REGION}/subnetworks/records"
        assert subnet.outputs["gatewayAddress"] == "10.0.0.1"
        account = gcp.account()
        assert account.outputs["email"] == f"orchestrator@{PROJECT}.iam.gserviceaccount.com"
        assert account.id == f"projects/{PROJECT}/serviceAccounts/{account.outputs['email']}"
        assert gcp.rule(gcp.policy(), 1000).id == f"projects/{PROJECT}/global/firewallPolicies/clinic/rules/1000"
        value = gcp.tag_value(network)
        assert value.id == f"tagValues/{value.outputs['name']}"
        assert value.outputs["namespacedName"] == f"{PROJECT}/intake-key/intake"
        grant = {"project": PROJECT, "role": "roles/logging.logWriter", "member": account.outputs["member"]}
        held = gcp.make("projects/iAMMember:IAMMember", grant)
        assert held.id == f"{PROJECT}/roles/logging.logWriter/{account.outputs['member']}"

    def test_a_forwarding_rule_gets_an_address_of_its_subnet(self, gcp: Any) -> None:
        network = gcp.network()
        subnet = gcp.subnet(network, "10.0.0.0/29")
        backend = gcp.make("compute/regionBackendService:RegionBackendService", {"name": "b"})
        inputs = {"loadBalancingScheme": "INTERNAL", "backendService": backend.id, "subnetwork": subnet.id}
        made = [
            gcp.make("compute/forwardingRule:ForwardingRule", {**inputs, "name": f"f{n}", "ports": [str(n)]}, f"f{n}")
            for n in range(1, 4)
        ]
        addresses = {rule.outputs["ipAddress"] for rule in made}
        assert len(addresses) == 3
        assert addresses <= {"10.0.0.2", "10.0.0.3", "10.0.0.4", "10.0.0.5"}
        assert made[0].outputs["network"] == network.id

    def test_labels_are_given_with_those_of_the_provider(self, gcp: Any) -> None:
        inputs = {"secretId": "s", "replication": {"auto": {}}, "labels": {"zt-ai-zone": "records"}}
        outputs = gcp.make(SECRET, inputs).outputs
        assert outputs["labels"] == {"zt-ai-zone": "records"}
        assert outputs["effectiveLabels"] == {"goog-pulumi-provisioned": "true", "zt-ai-zone": "records"}

    def test_a_secret_stays_a_secret(self, gcp: Any) -> None:
        gcp.make(SECRET, {"secretId": "s", "replication": {"auto": {}}})
        inputs = {"secret": f"projects/{PROJECT}/secrets/s", "secretData": Secret("hidden")}
        kind = "secretmanager/secretVersion:SecretVersion"
        request = provider_pb2.CreateRequest(urn=gcp.urn(kind, "v"), properties=encode(inputs))
        outputs = decode(gcp.stub.Create(request).properties)
        assert outputs["secretData"] == Secret("hidden")
        assert not isinstance(outputs["secret"], Secret)

    def test_a_refused_create_leaves_nothing_behind(self, gcp: Any) -> None:
        network = gcp.network()
        gcp.subnet(network, "10.0.0.0/24")
        before = gcp.world.all()
        with pytest.raises(AssertionError, match="conflicts"):
            gcp.subnet(network, "10.0.0.0/25", "other")
        assert gcp.world.all() == before

    def test_a_name_is_taken_once(self, gcp: Any) -> None:
        gcp.network()
        with pytest.raises(
            AssertionError, match=r"alreadyExists: The resource 'projects/clinic-prod/global/networks/net'"
        ):
            gcp.network()
        gcp.network("other")


@pytest.mark.parametrize(
    ("kind", "inputs"),
    [
        ("logging/projectSink:ProjectSink", {"name": "s", "destination": "storage.googleapis.com/audit"}),
        ("dns/recordSet:RecordSet", {"managedZone": "z", "name": "a.example.", "type": "A", "rrdatas": ["192.0.2.1"]}),
        ("projects/service:Service", {"project": PROJECT, "service": "dns.googleapis.com"}),
    ],
)
def test_what_is_there_already_is_taken_over_where_the_provider_does_so(
    gcp: Any, kind: str, inputs: dict[str, Any]
) -> None:
    gcp.make("dns/managedZone:ManagedZone", {"name": "z", "dnsName": "example."})
    first, second = gcp.make(kind, inputs, "first"), gcp.make(kind, inputs, "second")
    assert first.id == second.id
    assert [thing.urn for thing in gcp.world.with_id(first.id)] == [gcp.urn(kind, "second")]


class TestDeletion:
    def test_prevented_and_abandoned(self, gcp: Any) -> None:
        kept = gcp.network("kept", deletionPolicy="PREVENT")
        with pytest.raises(AssertionError, match="deletion policy PREVENT"):
            gcp.delete(kept)
        left = gcp.network("left", deletionPolicy="ABANDON")
        gcp.delete(left)
        assert gcp.read(NETWORK, left.id).id == left.id
        gcp.delete(gcp.network("gone", deletionPolicy="DELETE"))
        assert {thing.id for thing in gcp.world.all()} == {kept.id, left.id}

    def test_key_rings_and_keys_cannot_be_deleted_and_keep_their_names(self, gcp: Any) -> None:
        ring = gcp.make("kms/keyRing:KeyRing", {"name": "audit", "location": REGION})
        key = gcp.make("kms/cryptoKey:CryptoKey", {"name": "records", "keyRing": ring.id})
        gcp.delete(key)
        gcp.delete(ring)
        assert gcp.read(ring.type, ring.id).id == ring.id
        with pytest.raises(AssertionError, match="ALREADY_EXISTS"):
            gcp.make("kms/keyRing:KeyRing", {"name": "audit", "location": REGION})
        assert gcp.world.find_by_urn(gcp.urn(ring.type, "it")) == ()


IMPORTS = [
    # pulumi-gcp, section "Import" of each resource.
    (NETWORK, "projects/clinic-prod/global/networks/net"),
    (NETWORK, "clinic-prod/net"),
    (NETWORK, "net"),
    (NETWORK, f"{SELF}/projects/clinic-prod/global/networks/net"),
    ("compute/subnetwork:Subnetwork", "clinic-prod/europe-west3/records"),
    ("compute/subnetwork:Subnetwork", "europe-west3/records"),
    ("compute/subnetwork:Subnetwork", "records"),
    ("compute/networkFirewallPolicyRule:NetworkFirewallPolicyRule", "clinic/1000"),
    ("serviceaccount/account:Account", "orchestrator@clinic-prod.iam.gserviceaccount.com"),
    (
        "projects/iAMMember:IAMMember",
        "clinic-prod roles/logging.logWriter serviceAccount:orchestrator@clinic-prod.iam.gserviceaccount.com",
    ),
]


@pytest.mark.parametrize(("kind", "import_id"), IMPORTS)
def test_every_form_of_an_import_id_leads_to_the_thing(gcp: Any, kind: str, import_id: str) -> None:
    network, policy = gcp.network(), gcp.policy()
    subnet, rule, account = gcp.subnet(network, "10.0.0.0/24"), gcp.rule(policy, 1000), gcp.account()
    grant = {"project": PROJECT, "role": "roles/logging.logWriter", "member": account.outputs["member"]}
    held = gcp.make("projects/iAMMember:IAMMember", grant)
    made = {thing.type: thing.id for thing in (network, policy, subnet, rule, account, held)}
    assert gcp.read(kind, import_id).id == made[kind]


@pytest.mark.parametrize("import_id", ["other", "elsewhere/net", "projects/elsewhere/global/networks/net"])
def test_an_import_id_of_something_else_leads_to_nothing(gcp: Any, import_id: str) -> None:
    gcp.network()
    assert gcp.read(NETWORK, import_id).id == ""


class TestSettings:
    def test_project_region_and_labels_come_from_the_provider_configuration(self, gcp_of_session: SimulatedGcp) -> None:
        config = {"project": "other-project", "region": "us-east1", "defaultLabels": '{"team": "a"}'}
        settings = gcp_of_session.settings(config)
        assert (settings.account, settings.region) == ("other-project", "us-east1")
        assert settings.default_tags == {"goog-pulumi-provisioned": "true", "team": "a"}
        assert gcp_of_session.settings({"addPulumiAttributionLabel": "false"}).default_tags == {}

    def test_a_region_of_another_cloud_is_refused(self, gcp_of_session: SimulatedGcp) -> None:
        assert gcp_of_session.check_config({"region": "europe-west3"}) == ()
        (problem,) = gcp_of_session.check_config({"region": "eu-central-1"})
        assert "not the name of a Google Cloud region" in problem.reason


class TestInvokes:
    def test_a_project_has_the_number_that_was_seeded(self, gcp: Any) -> None:
        made_up = gcp.invoke("gcp:organizations/getProject:getProject", {})["number"]
        seed(gcp.world, [project("123456789012")])
        assert made_up != "123456789012"
        found = gcp.invoke("gcp:organizations/getProject:getProject", {"projectId": PROJECT})
        assert (found["number"], found["projectId"]) == ("123456789012", PROJECT)

    def test_zones_and_configuration(self, gcp: Any) -> None:
        zones = gcp.invoke("gcp:compute/getZones:getZones", {})["names"]
        assert zones == ["europe-west3-a", "europe-west3-b", "europe-west3-c"]
        assert gcp.invoke("gcp:organizations/getClientConfig:getClientConfig", {})["project"] == PROJECT

    def test_another_function_is_refused_with_the_nearest(self, gcp: Any) -> None:
        with pytest.raises(AssertionError, match="did you mean 'getZones'"):
            gcp.invoke("gcp:compute/getZone:getZone", {})


def project(number: str) -> dict[str, Any]:
    return {"type": "gcp:organizations/project:Project", "id": f"projects/{PROJECT}", "outputs": {"number": number}}


class TestSeeds:
    def test_an_adopted_network_is_built_in_and_stays(self, gcp: Any) -> None:
        network = {"type": f"gcp:{NETWORK}", "id": f"projects/{PROJECT}/global/networks/shared", "inputs": {}}
        assert seed(gcp.world, [network]) == 1
        assert seed(gcp.world, [network]) == 0
        inputs = {"name": "s", "network": network["id"], "ipCidrRange": "10.0.0.0/24"}
        gcp.delete(gcp.make("compute/subnetwork:Subnetwork", inputs))
        assert [thing.id for thing in gcp.world.all()] == [network["id"]]

    @pytest.mark.parametrize(
        ("name", "type_"),
        [
            ("projects/host/global/networks/hub", NETWORK),
            ("projects/p/locations/global/hubs/h", "networkconnectivity/hub:Hub"),
            ("projects/p/regions/r/interconnectAttachments/a", "compute/interconnectAttachment:InterconnectAttachment"),
            ("projects/p/notificationChannels/1", "monitoring/notificationChannel:NotificationChannel"),
            ("accessPolicies/123", "accesscontextmanager/accessPolicy:AccessPolicy"),
            ("projects/p", "organizations/project:Project"),
        ],
    )
    def test_a_name_shows_its_type(self, tmp_path: Path, name: str, type_: str) -> None:
        with World(tmp_path) as world:
            assert assume_existing(world, [name]) == 1
            (thing,) = world.all()
            assert (thing.type, thing.origin) == (f"gcp:{type_}", "assumed")

    @pytest.mark.parametrize("name", ["vpc-0123456789abcdef0", "projects/p/somethings/s", "hub"])
    def test_a_name_that_shows_nothing_is_refused(self, tmp_path: Path, name: str) -> None:
        with World(tmp_path) as world, pytest.raises(SeedError, match="does not show what it is"):
            assume_existing(world, [name])

    def test_an_unknown_quota_and_a_wrong_seed_are_refused(self, tmp_path: Path) -> None:
        with World(tmp_path) as world:
            with pytest.raises(SeedError, match="did you mean 'networks-per-project'"):
                raise_quotas(world, {"network-per-project": 9})
            with pytest.raises(SeedError, match="unknown key 'kind'"):
                seed(world, [{"type": f"gcp:{NETWORK}", "id": "n", "kind": "x"}])
            with pytest.raises(SeedError, match="type and id"):
                seed(world, [{"type": f"gcp:{NETWORK}"}])


def test_the_thing_made_for_a_lost_reply_is_found_by_its_urn(gcp: Any, tmp_path: Path) -> None:
    from zt_ai.simulate import pending_resolver

    policy = gcp.policy()
    rule = gcp.rule(policy, 1000)
    resolve = pending_resolver(tmp_path / "world")
    urn, kind = gcp.urn(rule.type, rule.name), f"gcp:{rule.type}"
    assert resolve(urn, kind, rule_inputs("clinic", 1000)) == rule.id
    assert resolve(urn, kind, rule_inputs("clinic", 1001)) is None
