"""DNS, the load balancer, storage, keys, secrets and logs: each refusal beside what Google Cloud takes."""

from __future__ import annotations

from typing import Any

import pytest

from tests.simulate.gcp.conftest import PROJECT, REGION, Client
from zt_ai.simulate.gcp import seed

ZONE, RECORD = "dns/managedZone:ManagedZone", "dns/recordSet:RecordSet"
RESPONSE, RULE = "dns/responsePolicy:ResponsePolicy", "dns/responsePolicyRule:ResponsePolicyRule"
FORWARDING, BACKEND = "compute/forwardingRule:ForwardingRule", "compute/regionBackendService:RegionBackendService"
GROUP, SCALER = (
    "compute/regionInstanceGroupManager:RegionInstanceGroupManager",
    "compute/regionAutoscaler:RegionAutoscaler",
)
HEALTH, ADDRESS = "compute/regionHealthCheck:RegionHealthCheck", "compute/address:Address"
BUCKET, KEY, LOGS = (
    "storage/bucket:Bucket",
    "kms/cryptoKey:CryptoKey",
    "logging/projectBucketConfig:ProjectBucketConfig",
)


class TestDns:
    def zone(self, network: Any, name: str = "googleapis", **more: Any) -> dict[str, Any]:
        seen = {"networks": [{"networkUrl": network.id}]}
        common = {"name": name, "dnsName": "googleapis.com.", "visibility": "private"}
        return {**common, "privateVisibilityConfig": seen, **more}

    def test_a_network_sees_one_private_zone_of_a_name(self, gcp: Any) -> None:
        network, other = gcp.network(), gcp.network("other")
        gcp.make(ZONE, self.zone(network))
        with pytest.raises(AssertionError, match=r"already sees the zone .* of googleapis\.com\."):
            gcp.make(ZONE, self.zone(network, "second"), "second")
        gcp.make(ZONE, self.zone(network, "second", dnsName="pkg.dev."), "second")
        gcp.make(ZONE, self.zone(other, "third"), "third")

    def test_a_public_zone_is_seen_by_everybody(self, gcp: Any) -> None:
        network = gcp.network()
        assert "needs visibility = private" in gcp.problems(ZONE, self.zone(network, visibility="public"))["visibility"]

    def test_a_record_is_in_its_zone_and_a_cname_alone(self, gcp: Any) -> None:
        zone = gcp.make(ZONE, self.zone(gcp.network()))
        record = {"managedZone": zone.outputs["name"], "ttl": 300}
        cname = {**record, "name": "*.googleapis.com.", "type": "CNAME", "rrdatas": ["restricted.googleapis.com."]}
        gcp.make(RECORD, cname)
        with pytest.raises(AssertionError, match="is not in the zone"):
            gcp.make(RECORD, {**cname, "name": "a.example."}, "outside")
        with pytest.raises(AssertionError, match="cnameResourceRecordSetConflict"):
            gcp.make(RECORD, {**cname, "type": "A", "rrdatas": ["199.36.153.4"]}, "beside")
        gcp.make(RECORD, {**record, "name": "googleapis.com.", "type": "A", "rrdatas": ["199.36.153.4"]}, "apex")
        with pytest.raises(AssertionError, match="containerNotEmpty"):
            gcp.delete(zone)

    @pytest.mark.parametrize(
        ("kind", "data", "path"),
        [
            ("A", ["199.36.153"], "rrdatas[0]"),
            ("AAAA", ["199.36.153.4"], "rrdatas[0]"),
            ("CNAME", ["restricted.googleapis.com"], "rrdatas[0]"),
            ("CNAME", ["a.example.", "b.example."], "rrdatas"),
        ],
    )
    def test_what_a_record_cannot_hold(self, gcp: Any, kind: str, data: list[str], path: str) -> None:
        inputs = {"managedZone": "z", "name": "a.example.", "ttl": 300}
        assert list(gcp.problems(RECORD, {**inputs, "type": kind, "rrdatas": data})) == [path]
        assert gcp.problems(RECORD, {**inputs, "type": "A", "rrdatas": ["199.36.153.4", "199.36.153.5"]}) == {}

    def test_a_network_has_one_response_policy_and_a_name_one_rule(self, gcp: Any) -> None:
        networks = {"networks": [{"networkUrl": gcp.network().id}]}
        policy = gcp.make(RESPONSE, {"responsePolicyName": "closed", **networks})
        with pytest.raises(AssertionError, match="is already bound to"):
            gcp.make(RESPONSE, {"responsePolicyName": "second", **networks}, "second")
        bypass = {"responsePolicy": "closed", "behavior": "bypassResponsePolicy", "dnsName": "*.googleapis.com."}
        gcp.make(RULE, {**bypass, "ruleName": "google"})
        with pytest.raises(AssertionError, match="has the rule"):
            gcp.make(RULE, {**bypass, "ruleName": "again"}, "again")
        gcp.make(RULE, {**bypass, "ruleName": "again", "dnsName": "*.pkg.dev."}, "again")
        with pytest.raises(AssertionError, match="containerNotEmpty"):
            gcp.delete(policy)

    def test_local_data_answers_the_name_of_the_rule(self, gcp: Any) -> None:
        data = {"name": "*.", "type": "CNAME", "ttl": 300, "rrdatas": ["blocked.invalid."]}
        inputs = {"ruleName": "r", "responsePolicy": "p", "dnsName": "*.", "localData": {"localDatas": [data]}}
        assert gcp.problems(RULE, inputs) == {}
        assert list(gcp.problems(RULE, {**inputs, "dnsName": "a.example."})) == ["localData.localDatas[0].name"]


class TestLoadBalancer:
    @pytest.fixture
    def parts(self, gcp: Client) -> dict[str, Any]:
        network = gcp.network()
        subnet = gcp.subnet(network, "10.0.0.0/24")
        check = gcp.make(HEALTH, {"name": "h", "httpHealthCheck": {"port": 8081, "requestPath": "/ready"}})
        inputs = {"name": "b", "loadBalancingScheme": "INTERNAL", "healthChecks": check.id}
        backend = gcp.make(BACKEND, inputs)
        rule = {
            "name": "f",
            "loadBalancingScheme": "INTERNAL",
            "backendService": backend.outputs["selfLink"],
            "network": network.id,
            "subnetwork": subnet.id,
            "ports": ["8443"],
        }
        return {"network": network, "subnet": subnet, "check": check, "backend": backend, "rule": rule}

    def test_the_rule_fits_its_backend_subnet_and_network(self, gcp: Any, parts: dict[str, Any]) -> None:
        gcp.make(FORWARDING, parts["rule"])
        second = {**parts["rule"], "name": "second"}
        with pytest.raises(AssertionError, match="is of the scheme INTERNAL, the rule of INTERNAL_MANAGED"):
            gcp.make(FORWARDING, {**second, "loadBalancingScheme": "INTERNAL_MANAGED"}, "second")
        with pytest.raises(AssertionError, match="is not in us-east1"):
            gcp.make(FORWARDING, {**second, "region": "us-east1"}, "second")
        with pytest.raises(AssertionError, match="custom subnet mode"):
            gcp.make(FORWARDING, {k: v for k, v in second.items() if k != "subnetwork"}, "second")
        with pytest.raises(AssertionError, match="is not in the network"):
            gcp.make(FORWARDING, {**second, "network": gcp.network("other").id}, "second")
        for thing in (parts["backend"], parts["check"], parts["subnet"]):
            with pytest.raises(AssertionError, match="resourceInUseByAnotherResource"):
                gcp.delete(thing)

    def test_an_address_and_port_belong_to_one_rule(self, gcp: Any, parts: dict[str, Any]) -> None:
        inputs = {"name": "a", "addressType": "INTERNAL", "subnetwork": parts["subnet"].id}
        address = gcp.make(ADDRESS, inputs)
        assert address.outputs["address"].startswith("10.0.0.")
        gcp.make(FORWARDING, {**parts["rule"], "ipAddress": address.outputs["selfLink"]})
        second = {**parts["rule"], "name": "second", "ipAddress": address.outputs["selfLink"]}
        with pytest.raises(AssertionError, match=r"already takes .* on \['8443'\]"):
            gcp.make(FORWARDING, second, "second")
        gcp.make(FORWARDING, {**second, "ports": ["8444"]}, "second")

    @pytest.mark.parametrize(
        ("change", "path"),
        [
            ({"ports": [str(n) for n in range(1, 7)]}, "ports"),
            ({"ports": ["0"]}, "ports[0]"),
            ({"allPorts": True}, "ports"),
            ({"backendService": None}, "backendService"),
        ],
    )
    def test_what_a_rule_cannot_say(self, gcp: Any, parts: dict[str, Any], change: dict[str, Any], path: str) -> None:
        assert gcp.problems(FORWARDING, parts["rule"]) == {}
        assert list(gcp.problems(FORWARDING, {**parts["rule"], **change})) == [path]

    @pytest.mark.parametrize(
        ("change", "path"),
        [
            ({"timeoutSec": 6}, "timeoutSec"),
            ({"httpHealthCheck": {"port": 0}}, "httpHealthCheck.port"),
            ({"tcpHealthCheck": {"port": 1}}, "httpHealthCheck"),
        ],
    )
    def test_what_a_health_check_cannot_say(self, gcp: Any, change: dict[str, Any], path: str) -> None:
        right = {"name": "h", "httpHealthCheck": {"port": 8081}}
        assert gcp.problems(HEALTH, {**right, "timeoutSec": 6, "checkIntervalSec": 6}) == {}
        assert path in gcp.problems(HEALTH, {**right, **change})

    def test_a_health_check_of_another_region_watches_nobody(self, gcp: Any) -> None:
        check = gcp.make(HEALTH, {"name": "h", "region": "us-east1", "tcpHealthCheck": {"port": 1}})
        with pytest.raises(AssertionError, match=f"is not in {REGION}"):
            gcp.make(BACKEND, {"name": "b", "healthChecks": check.id})
        gcp.make(BACKEND, {"name": "b", "region": "us-east1", "healthChecks": check.id})

    def test_a_group_is_updated_zone_by_zone_and_scaled_once(self, gcp: Any, parts: dict[str, Any]) -> None:
        interface = [{"network": parts["network"].id, "subnetwork": parts["subnet"].id}]
        machine = {"machineType": "e2-small", "disks": [{"sourceImage": "cos-cloud/cos-stable"}]}
        template = gcp.make(
            "compute/instanceTemplate:InstanceTemplate", {"name": "t", **machine, "networkInterfaces": interface}
        )
        group = {"name": "g", "baseInstanceName": "g", "versions": [{"instanceTemplate": template.outputs["selfLink"]}]}
        policy = {"type": "PROACTIVE", "minimalAction": "REPLACE", "maxUnavailableFixed": 0}
        problems = gcp.problems(GROUP, {**group, "updatePolicy": {**policy, "maxSurgeFixed": 1}})
        assert "takes 0 or at least 3" in problems["updatePolicy.maxSurgeFixed"]
        assert "updatePolicy" in gcp.problems(GROUP, {**group, "updatePolicy": {**policy, "maxSurgeFixed": 0}})
        made = gcp.make(GROUP, {**group, "updatePolicy": {**policy, "maxSurgeFixed": 3}})
        scaler = {"name": "s", "target": made.id, "autoscalingPolicy": {"minReplicas": 2, "maxReplicas": 4}}
        wrong = {"minReplicas": 5, "maxReplicas": 4}
        assert "autoscalingPolicy.minReplicas" in gcp.problems(SCALER, {**scaler, "autoscalingPolicy": wrong})
        gcp.make(SCALER, scaler)
        with pytest.raises(AssertionError, match="is already scaled by"):
            gcp.make(SCALER, {**scaler, "name": "again"}, "again")
        gcp.make(BACKEND, {"name": "b2", "backends": [{"group": made.outputs["instanceGroup"]}]}, "b2")
        for thing in (template, made):
            with pytest.raises(AssertionError, match="resourceInUseByAnotherResource"):
                gcp.delete(thing)


class TestKeys:
    AGENT = "service-123456789012@gs-project-accounts.iam.gserviceaccount.com"

    @pytest.fixture
    def key(self, gcp: Client) -> Any:
        project = {"type": "gcp:organizations/project:Project", "id": f"projects/{PROJECT}"}
        seed(gcp.world, [{**project, "outputs": {"number": "123456789012"}}])
        ring = gcp.make("kms/keyRing:KeyRing", {"name": "audit", "location": REGION})
        return gcp.make(KEY, {"name": "records", "keyRing": ring.id})

    def grant(self, gcp: Any, key: Any, role: str = "roles/cloudkms.cryptoKeyEncrypterDecrypter") -> Any:
        inputs = {"cryptoKeyId": key.id, "role": role, "member": f"serviceAccount:{self.AGENT}"}
        return gcp.make("kms/cryptoKeyIAMMember:CryptoKeyIAMMember", inputs, role)

    def test_a_bucket_waits_until_its_agent_may_use_the_key(self, gcp: Any, key: Any) -> None:
        bucket = {"name": "clinic-audit", "location": REGION, "encryption": {"defaultKmsKeyName": key.id}}
        with pytest.raises(AssertionError, match=rf"Permission denied on Cloud KMS key .* {self.AGENT}"):
            gcp.make(BUCKET, bucket)
        self.grant(gcp, key, "roles/viewer")
        with pytest.raises(AssertionError, match="PERMISSION_DENIED"):
            gcp.make(BUCKET, bucket)
        self.grant(gcp, key)
        assert gcp.make(BUCKET, bucket).outputs["projectNumber"] == 123456789012

    def test_a_key_lies_where_the_bucket_lies(self, gcp: Any, key: Any) -> None:
        self.grant(gcp, key)
        bucket = {"name": "clinic-audit", "encryption": {"defaultKmsKeyName": key.id}}
        with pytest.raises(AssertionError, match="is not in us-east1, where the resource is"):
            gcp.make(BUCKET, {**bucket, "location": "US-EAST1"})
        gcp.make(BUCKET, {**bucket, "location": REGION.upper()})

    @pytest.mark.parametrize(
        ("change", "path"),
        [
            ({"rotationPeriod": "3600s"}, "rotationPeriod"),
            ({"destroyScheduledDuration": "3600s"}, "destroyScheduledDuration"),
            ({"purpose": "ASYMMETRIC_SIGN", "rotationPeriod": "86400s"}, "rotationPeriod"),
        ],
    )
    def test_what_a_key_cannot_say(self, gcp: Any, change: dict[str, Any], path: str) -> None:
        right = {"name": "records", "keyRing": "r"}
        assert gcp.problems(KEY, {**right, "rotationPeriod": "86400s", "destroyScheduledDuration": "86400s"}) == {}
        assert list(gcp.problems(KEY, {**right, **change})) == [path]


class TestStores:
    @pytest.mark.parametrize("name", ["goog-audit", "my-google-audit"])
    def test_a_bucket_is_not_named_after_google(self, gcp: Any, name: str) -> None:
        assert "contain google" in gcp.problems(BUCKET, {"name": name, "location": "US"})["name"]

    @pytest.mark.parametrize("period", ["0", "3155760001"])
    def test_a_retention_is_between_a_second_and_a_hundred_years(self, gcp: Any, period: str) -> None:
        inputs = {"name": "audit", "location": "US"}
        problems = gcp.problems(BUCKET, {**inputs, "retentionPolicy": {"retentionPeriod": period}})
        assert list(problems) == ["retentionPolicy.retentionPeriod"]
        assert gcp.problems(BUCKET, {**inputs, "retentionPolicy": {"retentionPeriod": "3155760000"}}) == {}

    def test_a_locked_log_bucket_keeps_its_retention(self, gcp: Any) -> None:
        inputs = {"project": PROJECT, "location": "global", "bucketId": "audit", "retentionDays": 2190}
        open_one = gcp.make(LOGS, {**inputs, "bucketId": "open"}, "open")
        gcp.update(open_one, {**open_one.inputs, "retentionDays": 30})
        locked = gcp.make(LOGS, {**inputs, "locked": True})
        gcp.update(locked, {**locked.inputs, "description": "six years"})
        for change in ({"retentionDays": 30}, {"locked": False}):
            with pytest.raises(AssertionError, match="is locked"):
                gcp.update(locked, {**locked.inputs, **change})

    def test_a_log_bucket_gives_up_neither_analytics_nor_its_key(self, gcp: Any) -> None:
        inputs = {"project": PROJECT, "location": "global", "bucketId": "audit"}
        made = gcp.make(LOGS, inputs)
        gcp.update(made, {**inputs, "enableAnalytics": True})
        with pytest.raises(AssertionError, match="cannot give up Log Analytics"):
            gcp.update(made, inputs)

    @pytest.mark.parametrize("days", [0, 3651])
    def test_log_retention_is_between_a_day_and_ten_years(self, gcp: Any, days: int) -> None:
        inputs = {"project": PROJECT, "location": "global", "bucketId": "audit"}
        assert list(gcp.problems(LOGS, {**inputs, "retentionDays": days})) == ["retentionDays"]
        assert gcp.problems(LOGS, {**inputs, "retentionDays": 3650}) == {}

    def test_a_protected_secret_stays(self, gcp: Any) -> None:
        inputs = {"secretId": "s", "replication": {"auto": {}}, "deletionProtection": True}
        made = gcp.make("secretmanager/secret:Secret", inputs)
        with pytest.raises(AssertionError, match="deletion protection"):
            gcp.delete(made)
        gcp.update(made, {**inputs, "deletionProtection": False})
        gcp.delete(made)


class TestApis:
    SERVICE = "projects/service:Service"

    def test_an_api_is_on_before_it_is_used_where_a_program_switches_apis_on(self, gcp: Any) -> None:
        gcp.network("before")
        gcp.make(self.SERVICE, {"project": PROJECT, "service": "dns.googleapis.com"}, "dns")
        with pytest.raises(AssertionError, match=r"SERVICE_DISABLED: compute\.googleapis\.com has not been used"):
            gcp.network()
        gcp.make("dns/managedZone:ManagedZone", {"name": "z", "dnsName": "a.example."})
        gcp.make(self.SERVICE, {"project": PROJECT, "service": "compute.googleapis.com"}, "compute")
        gcp.network()

    def test_an_api_stays_on_and_is_switched_on_again_without_harm(self, gcp: Any) -> None:
        inputs = {"project": PROJECT, "service": "compute.googleapis.com", "disableOnDestroy": False}
        made = gcp.make(self.SERVICE, inputs)
        gcp.delete(made)
        assert gcp.read(self.SERVICE, made.id).id == made.id == f"{PROJECT}/compute.googleapis.com"
        again = gcp.make(self.SERVICE, {**inputs, "disableOnDestroy": True})
        gcp.delete(again)
        assert gcp.read(self.SERVICE, made.id).id == ""
