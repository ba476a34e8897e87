"""One resource through the servicer: preview, create, read, update, delete, import; what a VPC is born with."""

from __future__ import annotations

from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2
from pulumi.runtime.proto import provider_pb2

from zt_ai.simulate.aws import SeedError, assume_existing, seed
from zt_ai.simulate.values import UNKNOWN, Secret, decode, encode

GROUP = "ec2/securityGroup:SecurityGroup"


class TestPreview:
    def test_what_the_cloud_chooses_is_unknown_and_what_was_given_is_known(self, aws: Any) -> None:
        outputs = aws.preview("ec2/vpc:Vpc", {"cidrBlock": "10.0.0.0/16", "tags": {"a": "b"}})
        assert outputs["cidrBlock"] == "10.0.0.0/16"
        assert outputs["tagsAll"] == {"a": "b"}
        assert outputs["enableDnsSupport"] is True
        for name in ("arn", "defaultSecurityGroupId", "mainRouteTableId"):
            assert outputs[name] is UNKNOWN
        assert aws.world.all() == ()

    def test_unknown_inputs_stay_unknown(self, aws: Any) -> None:
        outputs = aws.preview("ec2/subnet:Subnet", {"vpcId": UNKNOWN, "cidrBlock": "10.0.0.0/24"})
        assert outputs["vpcId"] is UNKNOWN
        assert outputs["availabilityZone"] is UNKNOWN

    def test_a_preview_of_a_change_keeps_what_is_known(self, aws: Any) -> None:
        vpc = aws.vpc()
        request = provider_pb2.UpdateRequest(
            id=vpc.id,
            urn=aws.urn("ec2/vpc:Vpc", "net"),
            olds=encode({**vpc.outputs, "id": vpc.id}),
            news=encode({**vpc.inputs, "tags": {"a": UNKNOWN}}),
            preview=True,
        )
        outputs = decode(aws.stub.Update(request).properties)
        assert outputs["arn"] == vpc.outputs["arn"]
        assert outputs["tags"]["a"] is UNKNOWN
        assert aws.world.get("aws:ec2/vpc:Vpc", vpc.id).inputs == vpc.inputs


def test_a_firewall_in_one_more_subnet_gets_one_more_endpoint_and_keeps_the_first(aws: Any) -> None:
    """A preview that showed the old endpoints only would fail programs that look for the new one."""
    vpc = aws.vpc()
    subnets = [aws.subnet(vpc, f"10.0.0.{16 * n}/28", f"us-east-1{'ab'[n]}") for n in range(2)]
    policy = {"statelessDefaultActions": ["aws:drop"], "statelessFragmentDefaultActions": ["aws:drop"]}
    made = aws.make("networkfirewall/firewallPolicy:FirewallPolicy", {"name": "p", "firewallPolicy": policy})
    inputs = {"name": "fw", "vpcId": vpc.id, "firewallPolicyArn": made.id}
    one, two = ([{"subnetId": subnet.id} for subnet in subnets[:count]] for count in (1, 2))
    firewall = aws.make("networkfirewall/firewall:Firewall", {**inputs, "subnetMappings": one})

    def previewed(**changes: Any) -> Any:
        request = provider_pb2.UpdateRequest(
            id=firewall.id,
            urn=aws.urn(firewall.type, firewall.name),
            olds=encode(firewall.outputs),
            news=encode({**firewall.inputs, **changes}),
            preview=True,
        )
        return decode(aws.stub.Update(request).properties)["firewallStatuses"]

    assert previewed(tags={"a": "b"}) == firewall.outputs["firewallStatuses"]
    assert previewed(subnetMappings=two) is UNKNOWN
    (status,) = aws.update(firewall, {**inputs, "subnetMappings": two})["firewallStatuses"]
    (before,) = firewall.outputs["firewallStatuses"]
    assert status["syncStates"][:1] == before["syncStates"]
    assert [state["availabilityZone"] for state in status["syncStates"]] == ["us-east-1a", "us-east-1b"]
    endpoints = {state["attachments"][0]["endpointId"] for state in status["syncStates"]}
    assert len(endpoints) == 2


class TestLife:
    def test_what_was_made_is_read_back_changed_and_deleted(self, aws: Any) -> None:
        vpc = aws.vpc(tags={"a": "b"})
        found = aws.read("ec2/vpc:Vpc", vpc.id)
        assert decode(found.inputs) == vpc.inputs
        assert decode(found.properties) == vpc.outputs
        changed = aws.update(vpc, {**vpc.inputs, "tags": {"a": "c"}})
        assert changed["tagsAll"] == {"a": "c"}
        assert changed["arn"] == vpc.outputs["arn"]
        assert decode(aws.read("ec2/vpc:Vpc", vpc.id).properties)["tags"] == {"a": "c"}
        aws.delete(vpc)
        assert aws.read("ec2/vpc:Vpc", vpc.id).id == ""
        aws.delete(vpc)

    def test_outputs_are_what_aws_would_give(self, aws: Any) -> None:
        vpc = aws.vpc()
        assert vpc.id.startswith("vpc-")
        assert len(vpc.id) == len("vpc-") + 17
        assert vpc.outputs["arn"] == f"arn:aws:ec2:us-east-1:123456789012:vpc/{vpc.id}"
        bucket = aws.make("s3/bucket:Bucket", {"bucket": "audit-1"})
        assert bucket.outputs["arn"] == "arn:aws:s3:::audit-1"
        queue = aws.make("sqs/queue:Queue", {"name": "q"})
        assert queue.outputs["arn"].startswith("arn:aws:sqs:us-east-1:123456789012:queue/")

    def test_a_secret_stays_a_secret(self, aws: Any) -> None:
        inputs = {"cidrBlock": "10.0.0.0/16", "tags": {"key": Secret("hidden")}}
        request = provider_pb2.CreateRequest(urn=aws.urn("ec2/vpc:Vpc", "net"), properties=encode(inputs))
        outputs = decode(aws.stub.Create(request).properties)
        assert outputs["tags"] == Secret({"key": "hidden"})
        assert not isinstance(outputs["cidrBlock"], Secret)

    def test_a_refused_create_leaves_nothing_behind(self, aws: Any) -> None:
        vpc = aws.vpc()
        before = aws.world.all()
        with pytest.raises(AssertionError):
            aws.subnet(vpc, "10.9.0.0/24")
        assert aws.world.all() == before

    @pytest.mark.parametrize(
        ("kind", "inputs", "import_id"),
        [
            ("ec2/route:Route", {"destinationCidrBlock": "192.0.2.0/24"}, "{table}_192.0.2.0/24"),
            ("ec2/routeTableAssociation:RouteTableAssociation", {"subnetId": "{subnet}"}, "{subnet}/{table}"),
        ],
    )
    def test_import_ids(self, aws: Any, kind: str, inputs: dict[str, str], import_id: str) -> None:
        vpc = aws.vpc()
        names = {
            "subnet": aws.subnet(vpc, "10.0.0.0/24").id,
            "table": aws.make("ec2/routeTable:RouteTable", {"vpcId": vpc.id}).id,
        }
        gateway = aws.make("ec2/internetGateway:InternetGateway", {"vpcId": vpc.id})
        whole = {key: value.format(**names) for key, value in inputs.items()} | {"routeTableId": names["table"]}
        if kind.endswith("Route"):
            whole["gatewayId"] = gateway.id
        made = aws.make(kind, whole)
        assert aws.read(kind, import_id.format(**names)).id == made.id
        assert aws.read(kind, "rtb-0badc0de_198.51.100.0/24").id == ""


class TestDefaults:
    def test_a_network_is_born_with_open_defaults(self, aws: Any) -> None:
        vpc = aws.vpc()
        group = aws.world.get(f"aws:{GROUP}", vpc.outputs["defaultSecurityGroupId"])
        assert group.value("egress")[0]["cidrBlocks"] == ["0.0.0.0/0"]
        acl = aws.world.get("aws:ec2/networkAcl:NetworkAcl", vpc.outputs["defaultNetworkAclId"])
        assert [rule["action"] for rule in acl.value("ingress")] == ["allow"]
        assert vpc.outputs["mainRouteTableId"] == vpc.outputs["defaultRouteTableId"]

    def test_adopting_strips_and_deleting_leaves_the_group_there(self, aws: Any) -> None:
        vpc = aws.vpc()
        group_id = vpc.outputs["defaultSecurityGroupId"]
        adopted = aws.make("ec2/defaultSecurityGroup:DefaultSecurityGroup", {"vpcId": vpc.id})
        assert adopted.id == group_id
        group = aws.world.get(f"aws:{GROUP}", group_id)
        assert (group.value("ingress"), group.value("egress")) == ([], [])
        aws.delete(adopted)
        assert aws.world.get(f"aws:{GROUP}", group_id) is not None
        aws.delete(vpc)
        assert aws.world.all() == ()

    def test_acl_and_table_are_adopted_by_id(self, aws: Any) -> None:
        vpc = aws.vpc()
        for kind, key in (
            ("ec2/defaultNetworkAcl:DefaultNetworkAcl", "defaultNetworkAclId"),
            ("ec2/defaultRouteTable:DefaultRouteTable", "defaultRouteTableId"),
        ):
            made = aws.make(kind, {key: vpc.outputs[key]}, key)
            assert made.id == vpc.outputs[key]
            assert made.outputs["vpcId"] == vpc.id
        own = aws.make("ec2/networkAcl:NetworkAcl", {"vpcId": vpc.id})
        with pytest.raises(AssertionError, match="is not the default object"):
            aws.make("ec2/defaultNetworkAcl:DefaultNetworkAcl", {"defaultNetworkAclId": own.id}, "own")

    def test_a_new_group_has_no_egress_rule(self, aws: Any) -> None:
        """The provider removes the allow-all rule AWS puts in (pulumi-aws, SecurityGroup, note on egress rules)."""
        assert aws.group(aws.vpc()).outputs["egress"] == []

    def test_the_default_group_cannot_be_deleted_by_itself(self, aws: Any) -> None:
        vpc = aws.vpc()
        request = provider_pb2.DeleteRequest(id=vpc.outputs["defaultSecurityGroupId"], urn=aws.urn(GROUP, "d"))
        with pytest.raises(grpc.RpcError, match="CannotDelete"):
            aws.stub.Delete(request)


class TestSeeds:
    def test_an_existing_network_is_adopted_with_its_facts(self, aws: Any) -> None:
        vpc_id = "vpc-0123456789abcdef0"
        things = [{"type": "aws:ec2/vpc:Vpc", "id": vpc_id, "inputs": {"cidrBlock": "10.8.0.0/16"}}]
        assert seed(aws.world, things) == 1
        assert seed(aws.world, things) == 0
        inputs = {"vpcId": vpc_id, "cidrBlock": "10.8.1.0/24"}
        assert aws.make("ec2/subnet:Subnet", inputs).id
        with pytest.raises(AssertionError, match=r"InvalidSubnet\.Range"):
            aws.make("ec2/subnet:Subnet", {**inputs, "cidrBlock": "10.9.1.0/24"}, "outside")
        outputs = decode(aws.read("ec2/vpc:Vpc", vpc_id).properties)
        assert outputs["defaultSecurityGroupId"].startswith("sg-")
        assert aws.make("ec2/defaultSecurityGroup:DefaultSecurityGroup", {"vpcId": vpc_id}).id

    @pytest.mark.parametrize("text", ["vpc", "arn:aws:xyz:::a", "zone-0123456789abcdef0"])
    def test_an_id_that_does_not_show_its_type(self, aws: Any, text: str) -> None:
        with pytest.raises(SeedError, match="does not show what it is"):
            assume_existing(aws.world, [text])

    def test_a_seed_with_an_unknown_key(self, aws: Any) -> None:
        with pytest.raises(SeedError, match="did you mean 'inputs'"):
            seed(aws.world, [{"type": "aws:ec2/vpc:Vpc", "id": "vpc-0123456789abcdef0", "input": {}}])


class TestInvokes:
    def test_data_functions(self, aws: Any) -> None:
        assert aws.invoke("aws:index/getCallerIdentity:getCallerIdentity", {})["accountId"] == "123456789012"
        assert aws.invoke("aws:index/getRegion:getRegion", {})["region"] == "us-east-1"
        zones = aws.invoke("aws:index/getAvailabilityZones:getAvailabilityZones", {"region": "eu-west-1"})
        assert zones["names"] == ["eu-west-1a", "eu-west-1b", "eu-west-1c"]
        assert aws.invoke("aws:index/getPartition:getPartition", {})["partition"] == "aws"
        with pytest.raises(AssertionError, match="is not simulated"):
            aws.invoke("aws:index/getIpRanges:getIpRanges", {})

    def test_every_word_says_simulated(self, aws: Any) -> None:
        assert aws.stub.GetPluginInfo(empty_pb2.Empty()).version.endswith("+simulated")
        assert "simulated" in aws.stub.GetSchema(provider_pb2.GetSchemaRequest()).schema
        vpc = aws.vpc()
        aws.subnet(vpc, "10.0.0.0/24")
        with pytest.raises(AssertionError, match=r"\[simulated AWS\]"):
            aws.delete(vpc)
