"""Claim 7, what is recorded: each source of records taken away is a witness."""

from __future__ import annotations

from typing import Any

import pytest

from tests.verify.audit_plan import BUCKET_ARN, S3_DATA, AuditPlan, through
from tests.verify.handmade import SETTINGS, Plan, make_intent
from zt_ai.graph.model import Unknown
from zt_ai.verify.aws.audit import audit_claim
from zt_ai.verify.model import Verdict


@pytest.fixture
def plan() -> AuditPlan:
    """A plan that is proved as it stands."""
    return AuditPlan()


def test_the_whole_plan_is_proved(plan: AuditPlan) -> None:
    claim = plan.claim()
    assert (claim.witnesses, claim.reasons) == ((), ())
    assert claim.verdict is Verdict.PROVED
    assert (claim.id, claim.number, claim.cloud) == ("audit", 7, "aws")
    assert "1 VPC with 2 subnets" in claim.covered
    assert "2 stores" in claim.covered


def test_an_empty_plan_proves_nothing() -> None:
    claim = audit_claim(Plan().graph(), make_intent(), SETTINGS)
    assert claim.verdict is Verdict.REFUTED  # no trail
    assert any("no VPC" in reason for reason in claim.reasons)


class TestFlowLogs:
    """Traffic of every VPC is recorded, accepted and rejected."""

    def test_without_a_flow_log_nothing_is_recorded(self, plan: AuditPlan) -> None:
        plan.remove(plan.flow_log)
        (witness,) = plan.claim().witnesses
        assert "accepted and rejected traffic of vpc main" in witness.explanation
        assert witness.through == (plan.vpc.urn,)

    @pytest.mark.parametrize(("traffic", "missing"), [("ACCEPT", "rejected"), ("REJECT", "accepted")])
    def test_half_the_traffic_is_not_all(self, plan: AuditPlan, traffic: str, missing: str) -> None:
        plan.change(plan.flow_log, trafficType=traffic)
        (witness,) = plan.claim().witnesses
        assert witness.explanation.startswith(f"{missing} traffic")

    def test_two_halves_are_all(self, plan: AuditPlan) -> None:
        plan.change(plan.flow_log, trafficType="ACCEPT")
        plan.add(
            "ec2/flowLog:FlowLog",
            "r",
            vpcId=plan.vpc,
            trafficType="REJECT",
            logDestinationType="s3",
            logDestination=plan.bucket,
        )
        assert plan.claim().verdict is Verdict.PROVED

    def test_two_halves_in_two_stores_are_not(self, plan: AuditPlan) -> None:
        plan.change(plan.flow_log, trafficType="ACCEPT")
        plan.add("ec2/flowLog:FlowLog", "r", vpcId=plan.vpc, trafficType="REJECT", logDestination=plan.group)
        (witness,) = plan.claim().witnesses
        assert "go to different stores" in witness.explanation

    def test_a_vpc_s_half_and_a_subnet_s_half_are_all_for_that_subnet(self, plan: AuditPlan) -> None:
        plan.change(plan.flow_log, trafficType="ACCEPT")
        to_bucket = {"trafficType": "REJECT", "logDestinationType": "s3", "logDestination": plan.bucket}
        plan.add("ec2/flowLog:FlowLog", "a", subnetId=plan.subnet, **to_bucket)
        assert [w.source for w in plan.claim().witnesses] == ["subnet data-b"]
        plan.add("ec2/flowLog:FlowLog", "b", subnetId=plan.subnet_b, **to_bucket)
        assert plan.claim().verdict is Verdict.PROVED

    def test_a_flow_log_on_every_subnet_is_as_good(self, plan: AuditPlan) -> None:
        plan.change(plan.flow_log, vpcId=None, subnetId=plan.subnet)
        claim = plan.claim()
        assert [w.source for w in claim.witnesses] == ["subnet data-b"]
        plan.add(
            "ec2/flowLog:FlowLog",
            "b",
            subnetId=plan.subnet_b,
            trafficType="ALL",
            logDestinationType="s3",
            logDestination=plan.bucket,
        )
        assert plan.claim().verdict is Verdict.PROVED

    def test_a_flow_log_on_one_interface_says_nothing_about_others(self, plan: AuditPlan) -> None:
        plan.change(plan.flow_log, vpcId=None, eniId="eni-1a2b3c4d")
        assert plan.claim().verdict is Verdict.REFUTED

    def test_a_second_vpc_needs_its_own(self, plan: AuditPlan) -> None:
        other = plan.add("ec2/vpc:Vpc", "other")
        assert {w.source for w in plan.claim().witnesses} == {"vpc other"}
        assert other.urn in through(plan.claim())

    def test_an_adopted_vpc_is_known_by_its_id(self, plan: AuditPlan) -> None:
        plan.remove(plan.vpc)
        for ref in (plan.subnet, plan.subnet_b, plan.flow_log):
            plan.change(ref, vpcId="vpc-0a1b2c3d")
        plan.change(plan.query_association, resourceId="vpc-0a1b2c3d")
        assert plan.claim().verdict is Verdict.PROVED
        plan.change(plan.flow_log, vpcId="vpc-ffffffff")
        assert plan.claim().verdict is Verdict.REFUTED

    def test_a_format_must_say_who_spoke_to_whom(self, plan: AuditPlan) -> None:
        whole = "${srcaddr} ${dstaddr} ${srcport} ${dstport} ${protocol} ${start} ${action}"
        plan.change(plan.flow_log, logFormat=whole)
        assert plan.claim().verdict is Verdict.PROVED
        plan.change(plan.flow_log, logFormat=whole.replace("${dstaddr} ", ""))
        (witness,) = plan.claim().witnesses
        assert "leaves out dstaddr" in witness.explanation

    @pytest.mark.parametrize("name", ["trafficType", "vpcId", "logDestination", "logFormat"])
    def test_what_is_not_known_yet_is_undecided(self, plan: AuditPlan, name: str) -> None:
        plan.change(plan.flow_log, **{name: Unknown()})
        assert plan.claim().verdict is Verdict.UNKNOWN

    def test_an_arn_says_what_kind_of_store_it_is(self, plan: AuditPlan) -> None:
        plan.change(plan.flow_log, logDestinationType=Unknown())
        assert plan.claim().verdict is Verdict.PROVED
        plan.change(plan.flow_log, logDestination="arn:aws:firehose:us-east-1:1:x")
        assert plan.claim().verdict is Verdict.UNKNOWN

    def test_a_stream_may_keep_nothing(self, plan: AuditPlan) -> None:
        plan.change(
            plan.flow_log, logDestinationType="kinesis-data-firehose", logDestination="arn:aws:firehose:us-east-1:1:x"
        )
        assert plan.claim().verdict is Verdict.UNKNOWN

    def test_a_bucket_that_is_not_in_the_plan_is_undecided(self, plan: AuditPlan) -> None:
        plan.change(plan.flow_log, logDestination="arn:aws:s3:::somebody-elses")
        claim = plan.claim()
        assert claim.verdict is Verdict.UNKNOWN
        assert "not among the resources" in claim.reasons[0]


class TestDnsQueries:
    """Queries to the VPC's resolver are recorded."""

    def test_without_an_association_they_are_not(self, plan: AuditPlan) -> None:
        plan.remove(plan.query_association)
        (witness,) = plan.claim().witnesses
        assert "DNS queries of vpc main are not logged" in witness.explanation

    def test_an_association_with_another_vpc_does_not_count(self, plan: AuditPlan) -> None:
        plan.change(plan.query_association, resourceId="vpc-12345678")
        assert plan.claim().verdict is Verdict.REFUTED

    def test_an_association_with_nobody_knows_what_is_undecided(self, plan: AuditPlan) -> None:
        plan.change(plan.query_association, resourceId=Unknown())
        assert plan.claim().verdict is Verdict.UNKNOWN

    def test_a_configuration_from_elsewhere_is_undecided(self, plan: AuditPlan) -> None:
        plan.change(plan.query_association, resolverQueryLogConfigId="rqlc-1a2b3c4d")
        assert plan.claim().verdict is Verdict.UNKNOWN

    def test_a_log_group_keeps_them_too(self, plan: AuditPlan) -> None:
        plan.change(plan.query_config, destinationArn=plan.group)
        assert plan.claim().verdict is Verdict.PROVED
        plan.change(plan.group, retentionInDays=30)
        assert any("DNS" not in w.explanation and "30 days" in w.explanation for w in plan.claim().witnesses)


class TestFirewall:
    """A Network Firewall records flows and alerts."""

    def test_without_a_configuration_it_records_nothing(self, plan: AuditPlan) -> None:
        plan.remove(plan.firewall_logging)
        assert {w.explanation for w in plan.claim().witnesses} == {
            "firewall main does not log FLOW",
            "firewall main does not log ALERT",
        }

    @pytest.mark.parametrize("kind", ["FLOW", "ALERT"])
    def test_each_log_is_needed(self, plan: AuditPlan, kind: str) -> None:
        left = {"logType": kind, "logDestination": {"bucketName": "clinic-audit"}}
        plan.change(plan.firewall_logging, loggingConfiguration={"logDestinationConfigs": [left]})
        (witness,) = plan.claim().witnesses
        assert witness.explanation == f"firewall main does not log {'ALERT' if kind == 'FLOW' else 'FLOW'}"

    def test_a_firewall_named_by_arn_is_found(self, plan: AuditPlan) -> None:
        arn = "arn:aws:network-firewall:us-east-1:111122223333:firewall/clinic-egress"
        plan.change(plan.firewall_logging, firewallArn=arn)
        assert plan.claim().verdict is Verdict.PROVED

    def test_a_configuration_of_nobody_knows_which_firewall_is_undecided(self, plan: AuditPlan) -> None:
        plan.change(plan.firewall_logging, firewallArn=Unknown())
        assert plan.claim().verdict is Verdict.UNKNOWN

    def test_destinations_known_only_later_are_undecided(self, plan: AuditPlan) -> None:
        plan.change(plan.firewall_logging, loggingConfiguration=Unknown())
        assert plan.claim().verdict is Verdict.UNKNOWN

    def test_without_a_firewall_there_is_nothing_to_log(self, plan: AuditPlan) -> None:
        plan.remove(plan.firewall)
        plan.remove(plan.firewall_logging)
        assert plan.claim().verdict is Verdict.PROVED


class TestTrail:
    """Calls to AWS's interfaces and accesses to objects are recorded."""

    @pytest.mark.parametrize(
        ("change", "words"),
        [
            ({"isMultiRegionTrail": False}, "one region only"),
            ({"isMultiRegionTrail": None}, "one region only"),
            ({"enableLogging": False}, "switched off"),
            ({"enableLogFileValidation": None}, "digest"),
            ({"includeGlobalServiceEvents": False}, "global services"),
            ({"eventSelectors": None}, "reading and writing objects of bucket records"),
            ({"eventSelectors": [{"dataResources": [S3_DATA], "readWriteType": "WriteOnly"}]}, "reading objects"),
            ({"eventSelectors": [{"dataResources": [S3_DATA], "includeManagementEvents": False}]}, "management events"),
            (
                {
                    "eventSelectors": [
                        {"dataResources": [S3_DATA], "excludeManagementEventSources": ["kms.amazonaws.com"]}
                    ]
                },
                "management",
            ),
            (
                {
                    "eventSelectors": [
                        {"dataResources": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3:::other/"]}]}
                    ]
                },
                "bucket records",
            ),
            (
                {
                    "eventSelectors": [
                        {"dataResources": [{"type": "AWS::S3::Object", "values": ["arn:aws:s3:::records/a/"]}]}
                    ]
                },
                "bucket records",
            ),
            (
                {
                    "eventSelectors": [
                        {"dataResources": [{"type": "AWS::Lambda::Function", "values": ["arn:aws:s3:::records/"]}]}
                    ]
                },
                "records",
            ),
        ],
    )
    def test_each_setting_is_needed(self, plan: AuditPlan, change: dict[str, Any], words: str) -> None:
        plan.change(plan.trail, **change)
        claim = plan.claim()
        assert claim.verdict is Verdict.REFUTED
        assert any(words in w.explanation and plan.trail.urn in w.through for w in claim.witnesses)

    def test_no_trail(self, plan: AuditPlan) -> None:
        plan.remove(plan.trail)
        (witness,) = plan.claim().witnesses
        assert "no CloudTrail trail" in witness.explanation

    @pytest.mark.parametrize(
        "values", [["arn:aws:s3"], ["arn:aws:s3:::"], ["arn:aws:s3:::x/", "arn:aws:s3:::records/"]]
    )
    def test_all_buckets_include_ours(self, plan: AuditPlan, values: list[str]) -> None:
        plan.change(plan.trail, eventSelectors=[{"dataResources": [{"type": "AWS::S3::Object", "values": values}]}])
        assert plan.claim().verdict is Verdict.PROVED

    MANAGEMENT: dict[str, Any] = {"fieldSelectors": [{"field": "eventCategory", "equals": ["Management"]}]}  # noqa: RUF012

    @pytest.mark.parametrize(
        ("fields", "proved"),
        [
            ([{"field": "resources.ARN", "startsWiths": ["arn:aws:s3:::records/"]}], True),
            ([], True),
            ([{"field": "resources.ARN", "startsWiths": ["arn:aws:s3:::records/a"]}], False),
            ([{"field": "resources.ARN", "notStartsWiths": ["arn:aws:s3:::x/"]}], False),
            ([{"field": "readOnly", "equals": ["true"]}], False),
            ([{"field": "eventName", "equals": ["GetObject"]}], False),
        ],
    )
    def test_advanced_selectors(self, plan: AuditPlan, fields: list[dict[str, Any]], proved: bool) -> None:
        data = [
            {"field": "eventCategory", "equals": ["Data"]},
            {"field": "resources.type", "equals": ["AWS::S3::Object"]},
        ]
        plan.change(
            plan.trail, eventSelectors=None, advancedEventSelectors=[self.MANAGEMENT, {"fieldSelectors": data + fields}]
        )
        assert plan.claim().verdict is (Verdict.PROVED if proved else Verdict.REFUTED)

    def test_advanced_selectors_without_management_lose_it(self, plan: AuditPlan) -> None:
        data = [
            {"field": "eventCategory", "equals": ["Data"]},
            {"field": "resources.type", "equals": ["AWS::S3::Object"]},
        ]
        plan.change(plan.trail, eventSelectors=None, advancedEventSelectors=[{"fieldSelectors": data}])
        assert any("management" in w.explanation for w in plan.claim().witnesses)

    def test_an_arn_known_only_later_is_undecided(self, plan: AuditPlan) -> None:
        resource = {"type": "AWS::S3::Object", "values": [plan.bucket]}
        plan.change(plan.trail, eventSelectors=[{"dataResources": [resource]}])
        assert plan.claim().verdict is Verdict.UNKNOWN

    def test_a_second_worse_trail_does_no_harm(self, plan: AuditPlan) -> None:
        plan.add("cloudtrail/trail:Trail", "small", s3BucketName="clinic-audit")
        assert plan.claim().verdict is Verdict.PROVED


class TestProxy:
    """What the egress proxy writes about each request is kept."""

    def test_a_container_without_logging(self, plan: AuditPlan) -> None:
        plan.containers(None)
        assert plan.claim().verdict is Verdict.REFUTED

    @pytest.mark.parametrize("driver", ["splunk", "none"])
    def test_another_driver_is_undecided(self, plan: AuditPlan, driver: str) -> None:
        plan.containers({"awslogs-group": "/clinic/alerts"}, driver)
        assert plan.claim().verdict is Verdict.UNKNOWN

    def test_a_group_that_forgets(self, plan: AuditPlan) -> None:
        plan.add("cloudwatch/logGroup:LogGroup", "proxy", name="/clinic/proxy", retentionInDays=30, kmsKeyId=plan.key)
        plan.containers({"awslogs-group": "/clinic/proxy"})
        (witness,) = plan.claim().witnesses
        assert witness.destination == "log group proxy"

    def test_a_definition_known_only_later_is_undecided(self, plan: AuditPlan) -> None:
        plan.change(plan.task, containerDefinitions=Unknown())
        assert plan.claim().verdict is Verdict.UNKNOWN


def test_a_bucket_policy_of_a_bucket_nobody_knows_could_be_ours(plan: AuditPlan) -> None:
    plan.add("s3/bucketPolicy:BucketPolicy", "lost", bucket=Unknown(), policy="{}")
    assert plan.claim().verdict is Verdict.UNKNOWN


def test_a_folder_of_the_bucket_is_the_bucket(plan: AuditPlan) -> None:
    plan.change(plan.flow_log, logDestination=f"{BUCKET_ARN}/a/b/c/")
    assert plan.claim().verdict is Verdict.PROVED
