"""The components for identities and records, made alone under mocks."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path

import pulumi
import pulumi_aws as aws
import pytest

from tests.unit.aws.graphs import ACCOUNT, build, every, only
from tests.unit.aws.policy_checks import weaknesses
from zt_ai.aws.audit import names
from zt_ai.aws.audit.records import FLOW_LOG_FIELDS, TrafficRecords, TrafficRecordsArgs
from zt_ai.aws.audit.store import AuditStore, AuditStoreArgs
from zt_ai.aws.audit.trail import Trail, TrailArgs
from zt_ai.aws.identity.identities import Identities, IdentitiesArgs
from zt_ai.aws.naming import Scope
from zt_ai.graph.model import Ref, ResourceGraph
from zt_ai.intent.derive import derive
from zt_ai.intent.model import Intent, Party
from zt_ai.spec.load import load

SCOPE = Scope("clinic", ACCOUNT, "us-east-1")
ON = date(2026, 11, 23)
CLINIC = derive(load(Path(__file__).parents[3] / "examples" / "clinic" / "zones.yaml", on=ON), on=ON)


@pytest.fixture(scope="module")
def store() -> ResourceGraph:
    return build(lambda: AuditStore("audit", AuditStoreArgs(scope=SCOPE, retention_days=2192, data_buckets=("notes",))))


def test_records_cannot_be_deleted_by_anybody_for_six_years(store: ResourceGraph) -> None:
    bucket = only(store, "aws:s3/bucket:Bucket")
    assert bucket.inputs["objectLockEnabled"] is True
    assert bucket.inputs["forceDestroy"] is False
    lock = only(store, "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration")
    assert lock.inputs["rule"] == {"defaultRetention": {"mode": "COMPLIANCE", "days": 2192}}
    versioning = only(store, "aws:s3/bucketVersioning:BucketVersioning")
    assert versioning.inputs["versioningConfiguration"] == {"status": "Enabled"}
    assert {lock.inputs["bucket"], versioning.inputs["bucket"]} == {Ref(bucket.urn)}


def test_the_bucket_is_private_and_encrypted_with_the_store_s_own_key(store: ResourceGraph) -> None:
    private = only(store, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock")
    switches = {k: v for k, v in private.inputs.items() if k != "bucket"}
    assert len(switches) == 4
    assert all(value is True for value in switches.values())
    ownership = only(store, "aws:s3/bucketOwnershipControls:BucketOwnershipControls")
    assert ownership.inputs["rule"] == {"objectOwnership": "BucketOwnerEnforced"}
    key = only(store, "aws:kms/key:Key")
    (rule,) = only(
        store, "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    ).inputs["rules"]
    assert rule["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": Ref(key.urn)}
    assert key.inputs["enableKeyRotation"] is True
    assert key.inputs["deletionWindowInDays"] == 30


def test_every_log_group_is_encrypted_and_keeps_as_long_as_the_bucket(store: ResourceGraph) -> None:
    key = only(store, "aws:kms/key:Key")
    groups = every(store, "aws:cloudwatch/logGroup:LogGroup")
    assert {g.inputs["name"] for g in groups} == {f"/zt-ai/clinic/{purpose}" for purpose in names.LOG_GROUPS}
    assert all(g.inputs["retentionInDays"] >= 2192 and g.inputs["kmsKeyId"] == Ref(key.urn) for g in groups)
    context = json.loads(str(key.inputs["policy"]))["Statement"][-1]["Condition"]["ArnEquals"]
    assert set(context["kms:EncryptionContext:aws:logs:arn"]) == {
        names.log_group_arn(SCOPE, str(g.inputs["name"])) for g in groups
    }


def test_every_policy_of_the_store_is_known_before_it_is_deployed_and_narrow(store: ResourceGraph) -> None:
    seen = 0
    for resource in store.resources.values():
        for name in ("policy", "policyDocument", "assumeRolePolicy"):
            if name in resource.inputs:
                text = resource.inputs[name]
                assert isinstance(text, str), resource.urn
                assert weaknesses(text, ACCOUNT, key_policy=resource.type == "aws:kms/key:Key") == [], resource.urn
                seen += 1
    assert seen == 5  # key, bucket, log delivery, and the trail's role with its policy


def test_the_trail_covers_all_regions_is_validated_and_waits_for_the_bucket_policy(store: ResourceGraph) -> None:
    trail = only(store, "aws:cloudtrail/trail:Trail")
    for switch in ("isMultiRegionTrail", "enableLogFileValidation", "includeGlobalServiceEvents", "enableLogging"):
        assert trail.inputs[switch] is True, switch
    assert trail.inputs["s3BucketName"] == names.bucket_name(SCOPE)
    assert only(store, "aws:s3/bucketPolicy:BucketPolicy").urn in trail.dependencies
    selectors = {s["name"]: s["fieldSelectors"] for s in trail.inputs["advancedEventSelectors"]}
    assert {"management", "objects", "audit-records", "endpoint-refusals-s3"} <= set(selectors)
    assert selectors["management"] == ({"field": "eventCategory", "equals": ("Management",)},)
    assert {"field": "resources.ARN", "startsWiths": ("arn:aws:s3:::notes/",)} in selectors["objects"]
    # Each delivery of the trail would otherwise be an event of the trail.
    assert {"field": "eventName", "notEquals": ("PutObject",)} in selectors["audit-records"]


def test_a_trail_without_buckets_has_no_selector_with_an_empty_list() -> None:
    args = TrailArgs(
        scope=SCOPE, bucket_name="b", key_arn="arn:aws:kms:us-east-1:123456789012:key/k", log_group_name="g"
    )
    trail = only(build(lambda: Trail("t", args)), "aws:cloudtrail/trail:Trail")
    fields = [f for s in trail.inputs["advancedEventSelectors"] for f in s["fieldSelectors"]]
    assert fields
    assert all(values for f in fields for key, values in f.items() if key != "field")


def test_every_resource_belongs_to_its_component(store: ResourceGraph) -> None:
    for resource in store.resources.values():
        assert resource.parent is not None or resource.type == "zt-ai:aws:AuditStore", resource.urn
        assert resource.name.startswith("audit")


def records_program() -> Callable[[], object]:
    def program() -> object:
        ready = AuditStore("audit", AuditStoreArgs(scope=SCOPE, retention_days=2192))
        args = TrafficRecordsArgs(
            scope=SCOPE,
            vpc_id="vpc-0a1b2c3d",
            bucket_arn=ready.bucket_arn,
            rejects_log_group=ready.log_group_names[names.REJECTED_TRAFFIC],
        )
        return TrafficRecords("records", args, pulumi.ResourceOptions(depends_on=ready.ready))

    return program


def test_all_traffic_goes_to_the_locked_bucket_and_refusals_to_a_log_group() -> None:
    graph = build(records_program())
    logs = {str(r.inputs["trafficType"]): r for r in every(graph, "aws:ec2/flowLog:FlowLog")}
    assert set(logs) == {"ALL", "REJECT"}
    assert logs["ALL"].inputs["logDestination"] == f"{names.bucket_arn(SCOPE)}/flow-logs/"
    assert {r.inputs["vpcId"] for r in logs.values()} == {"vpc-0a1b2c3d"}
    assert str(logs["ALL"].inputs["logFormat"]).count("${") == len(FLOW_LOG_FIELDS) == len(set(FLOW_LOG_FIELDS))
    config = only(graph, "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig")
    assert config.inputs["destinationArn"] == f"{names.bucket_arn(SCOPE)}/dns-queries"
    association = only(graph, "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation")
    assert association.inputs["resolverQueryLogConfigId"] == Ref(config.urn)


def test_nothing_is_delivered_before_the_bucket_policy_exists() -> None:
    graph = build(records_program())
    policy = only(graph, "aws:s3/bucketPolicy:BucketPolicy").urn
    sources = every(graph, "aws:ec2/flowLog:FlowLog", "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig")
    assert len(sources) == 3
    assert all(policy in source.dependencies for source in sources)


def test_identities_alone() -> None:
    graph = build(lambda: Identities("id", IdentitiesArgs(scope=SCOPE, intent=CLINIC)))
    roles = {r.name: r for r in every(graph, "aws:iam/role:Role")}
    assert set(roles) == {f"id-{key}" for key in (*CLINIC.workloads, "egress-proxy-execution")}
    for key in CLINIC.workloads:
        tags = roles[f"id-{key}"].inputs["tags"]
        assert tags["zt-ai:workload"] == key
        assert roles[f"id-{key}"].inputs["name"] == f"clinic-{key}"
    policies = every(graph, "aws:iam/rolePolicy:RolePolicy")
    assert policies
    owners = {policy.inputs["role"].urn for policy in policies}
    assert owners <= {r.urn for r in roles.values()}
    assert len(owners) == len(policies)


def test_a_boundary_reaches_every_role() -> None:
    boundary = f"arn:aws:iam::{ACCOUNT}:policy/boundary"
    graph = build(lambda: Identities("id", IdentitiesArgs(scope=SCOPE, intent=CLINIC, permissions_boundary=boundary)))
    roles = every(graph, "aws:iam/role:Role")
    assert roles
    assert {r.inputs["permissionsBoundary"] for r in roles} == {boundary}


def test_adding_a_flow_changes_the_role_of_its_source_alone() -> None:
    calls = [a for a in CLINIC.accesses if a.destination_party is Party.SERVICE]
    access = next(a for a in calls if a.clause.id.startswith("flow:"))
    source = next(w for w in CLINIC.workloads if w not in {a.source for a in calls})
    more = replace(CLINIC, accesses=(*CLINIC.accesses, replace(access, source=source)))

    def made(intent: Intent) -> ResourceGraph:
        return build(lambda: Identities("id", IdentitiesArgs(scope=SCOPE, intent=intent)))

    before, after = made(CLINIC), made(more)
    changed = {u for u in {*before.resources, *after.resources} if _inputs(before, u) != _inputs(after, u)}
    assert {u.rpartition("::")[2] for u in changed} == {f"id-{source}", f"id-{source}-access"}


def _inputs(graph: ResourceGraph, urn: str) -> object:
    resource = graph.get(urn)
    return None if resource is None else resource.inputs


ALONE: dict[str, Callable[[pulumi.ResourceOptions], object]] = {
    "audit": lambda o: AuditStore("x", AuditStoreArgs(scope=SCOPE, retention_days=2192), o),
    "identities": lambda o: Identities("x", IdentitiesArgs(scope=SCOPE, intent=CLINIC), o),
    "records": lambda o: TrafficRecords(
        "x", TrafficRecordsArgs(scope=SCOPE, vpc_id="vpc-1", bucket_arn="arn:aws:s3:::b", rejects_log_group="g"), o
    ),
}


@pytest.mark.parametrize("name", ALONE)
def test_a_component_hands_its_provider_and_what_it_waits_for_to_all_its_resources(name: str) -> None:
    def program() -> object:
        provider = aws.Provider("elsewhere", region="eu-west-1")
        first = aws.sns.Topic("first")
        return ALONE[name](pulumi.ResourceOptions(provider=provider, depends_on=[first]))

    graph = build(program)
    first = only(graph, "aws:sns/topic:Topic")
    made = [r for r in graph.resources.values() if r.custom and r.parent is not None and r.name.startswith("x")]
    assert len(made) > 3
    assert all("elsewhere" in r.provider for r in made)
    assert all(first.urn in r.dependencies for r in made)
