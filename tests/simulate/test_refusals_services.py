"""What AWS refuses of storage, identity, firewalls, load balancers, containers; beside each the allowed neighbour."""

from __future__ import annotations

import json
from typing import Any

import pytest

from zt_ai.simulate.aws import assume_existing

RULE = "route53/resolverFirewallRule:ResolverFirewallRule"
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": "ecs-tasks.amazonaws.com"}}
        ],
    }
)


def refused(code: str) -> Any:
    return pytest.raises(AssertionError, match=code)


def policy(*statements: dict[str, Any]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)})


class TestBuckets:
    @pytest.mark.parametrize(
        ("name", "allowed"),
        [
            ("audit-clinic-123", True),
            ("Audit", False),
            ("ab", False),
            ("a..b", False),
            ("192.0.2.1", False),
            ("xn--bucket", False),
            ("a" * 63, True),
            ("a" * 64, False),
        ],
    )
    def test_names(self, aws: Any, name: str, allowed: bool) -> None:
        assert ("bucket" not in aws.problems("s3/bucket:Bucket", {"bucket": name})) == allowed

    def test_name_taken(self, aws: Any) -> None:
        aws.make("s3/bucket:Bucket", {"bucket": "audit-1"}, "a")
        with refused("BucketAlreadyOwnedByYou"):
            aws.make("s3/bucket:Bucket", {"bucket": "audit-1"}, "b")
        aws.make("s3/bucket:Bucket", {"bucket": "audit-2"}, "b")

    def test_parts_need_their_bucket(self, aws: Any) -> None:
        kind = "s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
        with refused("NoSuchBucket"):
            aws.make(kind, {"bucket": "audit-1", "blockPublicPolicy": True})
        aws.make("s3/bucket:Bucket", {"bucket": "audit-1"})
        aws.make(kind, {"bucket": "audit-1", "blockPublicPolicy": True})

    def test_policy_of_another_bucket_and_public_policy(self, aws: Any, statement: dict[str, Any]) -> None:
        for name in ("audit-1", "audit-2"):
            aws.make("s3/bucket:Bucket", {"bucket": name}, name)
        kind = "s3/bucketPolicy:BucketPolicy"
        ours = {**statement, "Resource": "arn:aws:s3:::audit-1/*"}
        with refused("MalformedPolicy"):
            aws.make(kind, {"bucket": "audit-2", "policy": policy(ours)})
        block = {"bucket": "audit-1", "blockPublicPolicy": True}
        aws.make("s3/bucketPublicAccessBlock:BucketPublicAccessBlock", block)
        with refused("AccessDenied"):
            aws.make(kind, {"bucket": "audit-1", "policy": policy(ours)})
        limited = {**ours, "Principal": {"Service": "logging.s3.amazonaws.com"}, "Action": "s3:PutObject"}
        aws.make(kind, {"bucket": "audit-1", "policy": policy(limited)})

    def test_object_lock_needs_versions(self, aws: Any) -> None:
        kind = "s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
        aws.make("s3/bucket:Bucket", {"bucket": "audit-1"}, "plain")
        aws.make("s3/bucket:Bucket", {"bucket": "audit-2", "objectLockEnabled": True}, "locked")
        lock = {"rule": {"defaultRetention": {"mode": "COMPLIANCE", "days": 2190}}}
        with refused("InvalidBucketState"):
            aws.make(kind, {"bucket": "audit-1", **lock}, "a")
        aws.make(kind, {"bucket": "audit-2", **lock}, "b")

    def test_trail_needs_a_bucket_that_lets_it_write(self, aws: Any) -> None:
        kind = "cloudtrail/trail:Trail"
        with refused("S3BucketDoesNotExistException"):
            aws.make(kind, {"s3BucketName": "audit-1", "name": "trail"})
        aws.make("s3/bucket:Bucket", {"bucket": "audit-1"})
        with refused("InsufficientS3BucketPolicyException"):
            aws.make(kind, {"s3BucketName": "audit-1", "name": "trail"})
        lets = {
            "Effect": "Allow",
            "Principal": {"Service": "cloudtrail.amazonaws.com"},
            "Action": "s3:PutObject",
            "Resource": "arn:aws:s3:::audit-1/AWSLogs/*",
        }
        aws.make("s3/bucketPolicy:BucketPolicy", {"bucket": "audit-1", "policy": policy(lets)})
        made = aws.make(kind, {"s3BucketName": "audit-1", "name": "trail"})
        assert made.id == "arn:aws:cloudtrail:us-east-1:123456789012:trail/trail"

    def test_flow_log_needs_its_bucket(self, aws: Any) -> None:
        inputs = {
            "vpcId": aws.vpc().id,
            "trafficType": "ALL",
            "logDestinationType": "s3",
            "logDestination": "arn:aws:s3:::audit-1/flows",
        }
        with refused("does not exist"):
            aws.make("ec2/flowLog:FlowLog", inputs)
        aws.make("s3/bucket:Bucket", {"bucket": "audit-1"})
        aws.make("ec2/flowLog:FlowLog", inputs)


class TestIdentity:
    def test_role_name_twice(self, aws: Any) -> None:
        made = aws.make("iam/role:Role", {"name": "worker", "assumeRolePolicy": TRUST}, "a")
        assert made.outputs["arn"] == "arn:aws:iam::123456789012:role/worker"
        with refused("EntityAlreadyExists"):
            aws.make("iam/role:Role", {"name": "worker", "assumeRolePolicy": TRUST}, "b")
        aws.make("iam/role:Role", {"name": "other", "assumeRolePolicy": TRUST}, "b")

    def test_role_with_a_policy_stays(self, aws: Any) -> None:
        role = aws.make("iam/role:Role", {"name": "worker", "assumeRolePolicy": TRUST})
        may = policy({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"})
        with refused("NoSuchEntity"):
            aws.make("iam/rolePolicy:RolePolicy", {"role": "nobody", "name": "read", "policy": may})
        held = aws.make("iam/rolePolicy:RolePolicy", {"role": role.id, "name": "read", "policy": may})
        with refused("DeleteConflict"):
            aws.delete(role)
        aws.delete(held)
        aws.delete(role)

    def test_alias_twice(self, aws: Any) -> None:
        key = aws.make("kms/key:Key", {"description": "audit"})
        alias = {"name": "alias/audit", "targetKeyId": key.id}
        made = aws.make("kms/alias:Alias", alias, "a")
        assert made.outputs["targetKeyArn"] == key.outputs["arn"]
        with refused("AlreadyExistsException"):
            aws.make("kms/alias:Alias", alias, "b")
        with refused("InvalidAliasNameException"):
            aws.make("kms/alias:Alias", {**alias, "name": "alias/aws/s3"}, "c")
        aws.make("kms/alias:Alias", {**alias, "name": "alias/other"}, "d")


class TestFirewalls:
    def rule(self, group: Any, domains: Any, **more: Any) -> dict[str, Any]:
        ids = {"firewallRuleGroupId": group.id, "firewallDomainListId": domains.id}
        return {**ids, "name": "r", "action": "ALLOW", "priority": 10, **more}

    def test_dns_rules(self, aws: Any) -> None:
        group = aws.make("route53/resolverFirewallRuleGroup:ResolverFirewallRuleGroup", {"name": "g"})
        kind = "route53/resolverFirewallDomainList:ResolverFirewallDomainList"
        one, two = (aws.make(kind, {"name": name, "domains": ["example.com"]}, name) for name in ("a", "b"))
        held = aws.make(RULE, self.rule(group, one), "x")
        with refused("ConflictException"):
            aws.make(RULE, self.rule(group, two), "same priority")
        aws.make(RULE, self.rule(group, two, priority=11), "y")
        for thing in (one, group):
            with refused("ConflictException"):
                aws.delete(thing)
        aws.delete(held)
        aws.delete(one)
        assert "BLOCK needs" in aws.problems(RULE, self.rule(group, two, action="BLOCK"))["blockResponse"]
        block = self.rule(group, two, action="BLOCK", blockResponse="NXDOMAIN")
        assert aws.problems(RULE, block) == {}

    @pytest.mark.parametrize(("priority", "allowed"), [(100, False), (101, True), (9899, True), (9900, False)])
    def test_association_priority(self, aws: Any, priority: int, allowed: bool) -> None:
        kind = "route53/resolverFirewallRuleGroupAssociation:ResolverFirewallRuleGroupAssociation"
        inputs = {"firewallRuleGroupId": "rslvr-frg-0123456789abcdef0", "vpcId": "vpc-0123456789abcdef0"}
        assert ("priority" not in aws.problems(kind, {**inputs, "name": "n", "priority": priority})) == allowed

    def test_network_firewall_parts_hold_each_other(self, aws: Any) -> None:
        vpc = aws.vpc()
        subnet = aws.subnet(vpc, "10.0.0.0/28")
        source = {
            "rulesSource": {
                "rulesSourceList": {
                    "generatedRulesType": "ALLOWLIST",
                    "targetTypes": ["TLS_SNI"],
                    "targets": ["api.example.com", "b.example.com"],
                }
            }
        }
        kind = "networkfirewall/ruleGroup:RuleGroup"
        group_inputs = {"name": "allow", "type": "STATEFUL", "capacity": 2, "ruleGroup": source}
        with refused("capacity"):
            aws.make(kind, {**group_inputs, "capacity": 1})
        group = aws.make(kind, group_inputs)
        spec = {
            "statelessDefaultActions": ["aws:forward_to_sfe"],
            "statelessFragmentDefaultActions": ["aws:forward_to_sfe"],
            "statefulRuleGroupReferences": [{"resourceArn": group.id}],
        }
        firewall_policy = aws.make(
            "networkfirewall/firewallPolicy:FirewallPolicy", {"name": "p", "firewallPolicy": spec}
        )
        inputs = {
            "name": "fw",
            "vpcId": vpc.id,
            "firewallPolicyArn": firewall_policy.id,
            "subnetMappings": [{"subnetId": subnet.id}],
        }
        firewall = aws.make("networkfirewall/firewall:Firewall", inputs)
        states = firewall.outputs["firewallStatuses"][0]["syncStates"]
        endpoint = states[0]["attachments"][0]["endpointId"]
        assert states[0]["availabilityZone"] == "us-east-1a"
        table = aws.make("ec2/routeTable:RouteTable", {"vpcId": vpc.id})
        route = {"routeTableId": table.id, "destinationCidrBlock": "0.0.0.0/0"}
        aws.make("ec2/route:Route", {**route, "vpcEndpointId": endpoint})
        with refused("InvalidVpcEndpointId.NotFound"):
            aws.make("ec2/route:Route", {**route, "vpcEndpointId": "vpce-0123456789abcdef0"}, "unknown")
        for thing, code in (
            (group, "InvalidOperationException"),
            (firewall_policy, "InvalidOperationException"),
            (subnet, "DependencyViolation"),
        ):
            with refused(code):
                aws.delete(thing)
        for thing in (firewall, firewall_policy, group, subnet):
            aws.delete(thing)


class TestLoads:
    def test_balancer_spans_two_zones(self, aws: Any) -> None:
        vpc = aws.vpc()
        a, b = aws.subnet(vpc, "10.0.0.0/24"), aws.subnet(vpc, "10.0.1.0/24", "us-east-1b")
        kind = "lb/loadBalancer:LoadBalancer"
        with refused("at least two subnets"):
            aws.make(kind, {"name": "front", "internal": True, "subnets": [a.id]})
        made = aws.make(kind, {"name": "front", "internal": True, "subnets": [a.id, b.id]})
        assert made.outputs["dnsName"].startswith("internal-front-")
        assert made.outputs["vpcId"] == vpc.id
        network = {"name": "net", "loadBalancerType": "network", "subnets": [a.id]}
        assert ":loadbalancer/net/net/" in aws.make(kind, network, "nlb").id

    def test_listener_ports_and_certificates(self, aws: Any) -> None:
        vpc = aws.vpc()
        subnets = [aws.subnet(vpc, "10.0.0.0/24").id, aws.subnet(vpc, "10.0.1.0/24", "us-east-1b").id]
        balancer = aws.make("lb/loadBalancer:LoadBalancer", {"name": "front", "subnets": subnets})
        group = aws.make(
            "lb/targetGroup:TargetGroup",
            {"name": "front", "vpcId": vpc.id, "port": 8443, "protocol": "HTTPS", "targetType": "ip"},
        )
        forward = [{"type": "forward", "targetGroupArn": group.id}]
        inputs = {"loadBalancerArn": balancer.id, "port": 443, "protocol": "HTTPS", "defaultActions": forward}
        kind = "lb/listener:Listener"
        with refused("needs certificateArn"):
            aws.make(kind, inputs)
        certificate = "arn:aws:acm:us-east-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
        with refused("CertificateNotFound"):
            aws.make(kind, {**inputs, "certificateArn": certificate})
        assume_existing(aws.world, [certificate])
        held = aws.make(kind, {**inputs, "certificateArn": certificate})
        with refused("DuplicateListener"):
            aws.make(kind, {**inputs, "certificateArn": certificate}, "again")
        with refused("ResourceInUse"):
            aws.delete(group)
        aws.delete(held)
        aws.delete(group)

    def test_fargate_sizes(self, aws: Any) -> None:
        kind = "ecs/taskDefinition:TaskDefinition"
        containers = json.dumps([{"name": "proxy", "image": "envoy:1"}])
        inputs = {
            "family": "proxy",
            "containerDefinitions": containers,
            "requiresCompatibilities": ["FARGATE"],
            "networkMode": "awsvpc",
            "cpu": "512",
            "memory": "1024",
        }
        assert "no Fargate task" in aws.problems(kind, {**inputs, "memory": "8192"})["memory"]
        assert "awsvpc" in aws.problems(kind, {**inputs, "networkMode": "bridge"})["networkMode"]
        assert (
            "no image"
            in aws.problems(kind, {**inputs, "containerDefinitions": '[{"name":"x"}]'})["containerDefinitions"]
        )
        made = aws.make(kind, inputs)
        assert made.outputs["arn"].endswith(":task-definition/proxy:1")
        aws.delete(made)
        assert aws.make(kind, inputs).outputs["revision"] == 2

    def test_cluster_with_a_service_stays(self, aws: Any) -> None:
        cluster = aws.make("ecs/cluster:Cluster", {"name": "c"})
        task = aws.make(
            "ecs/taskDefinition:TaskDefinition",
            {"family": "f", "containerDefinitions": json.dumps([{"name": "a", "image": "b"}])},
        )
        inputs = {"name": "s", "cluster": cluster.id, "taskDefinition": task.outputs["arn"], "desiredCount": 1}
        with refused("InvalidParameterException"):
            aws.make("ecs/service:Service", {**inputs, "launchType": "FARGATE"})
        with refused("ClientException"):
            aws.make("ecs/service:Service", {**inputs, "taskDefinition": "nothing:1"})
        service = aws.make("ecs/service:Service", inputs)
        assert service.id.endswith(":service/c/s")
        with refused("ClusterContainsServicesException"):
            aws.delete(cluster)
        aws.delete(service)
        aws.delete(cluster)
