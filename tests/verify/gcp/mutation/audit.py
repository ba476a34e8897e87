"""Records and the stores that keep them, and quotas, changed."""

from __future__ import annotations

from typing import Any

from tests.verify.gcp.mutation.editor import RULE, Editor
from tests.verify.gcp.mutation.inspection import _replace
from zt_ai.graph.model import Ref

SINK = "logging/projectSink:ProjectSink"
LOG_BUCKET = "logging/projectBucketConfig:ProjectBucketConfig"
BUCKET = "storage/bucket:Bucket"
CONFIG = "projects/iAMAuditConfig:IAMAuditConfig"


def a_subnet_has_no_flow_logs(e: Editor) -> None:
    e.set(e.subnet(e.data_zone), logConfig=None)


def flow_logs_keep_a_sample(e: Editor) -> None:
    e.inside(e.subnet(e.data_zone), "logConfig", flowSampling=0.5)


def flow_logs_leave_out_who_it_was(e: Editor) -> None:
    e.inside(e.subnet(e.data_zone), "logConfig", metadata="EXCLUDE_ALL_METADATA")


def flow_logs_are_filtered(e: Editor) -> None:
    e.inside(e.subnet(e.data_zone), "logConfig", filterExpr="inIpRange(connection.src_ip, '10.0.0.0/8')")


def what_is_denied_is_not_recorded(e: Editor) -> None:
    e.set(e.one(RULE, lambda r: r.inputs["action"] == "deny"), enableLogging=False)


def queries_are_not_recorded(e: Editor) -> None:
    e.set(e.one("dns/policy:Policy"), enableLogging=False)


def nat_records_errors_only(e: Editor) -> None:
    e.inside(e.one("compute/routerNat:RouterNat"), "logConfig", filter="ERRORS_ONLY")


def accesses_to_data_are_not_recorded(e: Editor) -> None:
    e.remove(*e.all(CONFIG))


def reads_are_not_recorded(e: Editor) -> None:
    e.set(e.one(CONFIG), auditLogConfigs=[{"logType": "ADMIN_READ"}, {"logType": "DATA_WRITE"}])


def somebody_is_exempt_from_records(e: Editor) -> None:
    configs: Any = e.one(CONFIG).inputs["auditLogConfigs"]
    e.set(e.one(CONFIG), auditLogConfigs=[{**one, "exemptedMembers": ["user:x@example.org"]} for one in configs])


def accesses_of_one_service_only_are_recorded(e: Editor) -> None:
    e.set(e.one(CONFIG), service="storage.googleapis.com")


def the_log_bucket_is_not_locked(e: Editor) -> None:
    e.set(e.one(LOG_BUCKET), locked=False)


def the_log_bucket_keeps_a_month(e: Editor) -> None:
    e.set(e.one(LOG_BUCKET), retentionDays=30)


def the_archive_is_not_locked(e: Editor) -> None:
    e.inside(e.one(BUCKET), "retentionPolicy", isLocked=False)


def the_archive_keeps_a_year(e: Editor) -> None:
    e.inside(e.one(BUCKET), "retentionPolicy", retentionPeriod=str(365 * 86_400))


def the_archive_has_no_retention(e: Editor) -> None:
    e.set(e.one(BUCKET), retentionPolicy=None)


def the_archive_may_be_public(e: Editor) -> None:
    e.set(e.one(BUCKET), publicAccessPrevention="inherited")


def somebody_else_writes_to_the_archive(e: Editor) -> None:
    e.add("storage/bucketIAMMember:BucketIAMMember", bucket=Ref(e.one(BUCKET).urn), role="roles/storage.objectAdmin",
          member="user:somebody@example.org")  # fmt: skip


def a_sink_may_not_write(e: Editor) -> None:
    e.remove(
        e.one("storage/bucketIAMMember:BucketIAMMember", lambda r: r.inputs["role"] == "roles/storage.objectCreator")
    )


def a_sink_is_switched_off(e: Editor) -> None:
    e.set(e.one(SINK), disabled=True)


def a_sink_leaves_something_out(e: Editor) -> None:
    e.set(e.one(SINK), exclusions=[{"name": "noise", "filter": "severity<ERROR"}])


def sinks_take_errors_only(e: Editor) -> None:
    for sink in e.all(SINK):
        e.set(sink, filter="severity>=ERROR")


def sinks_forget_flow_logs(e: Editor) -> None:
    for sink in e.all(SINK):
        terms = str(sink.inputs["filter"]).split(" OR ")
        e.set(sink, filter=" OR ".join(term for term in terms if "vpc_flows" not in term))


def records_are_sent_elsewhere(e: Editor) -> None:
    e.set(e.one(SINK), destination="pubsub.googleapis.com/projects/x/topics/y")


def there_are_no_sinks(e: Editor) -> None:
    e.remove(*e.all(SINK))


def the_proxy_does_not_log(e: Editor) -> None:
    _replace(e, "--log-driver=gcplogs", "--log-driver=none")


def the_proxy_drops_records(e: Editor) -> None:
    _replace(e, "--log-opt=mode=blocking", "--log-opt=mode=non-blocking")


def a_policy_has_too_many_rules(e: Editor) -> None:
    for number in range(1100):
        e.add_rule("INGRESS", 1000 + number, action="deny", match={"srcIpRanges": [f"192.0.2.{number % 250}/32"]})


def a_rule_has_too_many_targets(e: Editor) -> None:
    accounts = [f"a{number}@{e.settings.project}.iam.gserviceaccount.com" for number in range(11)]
    e.add_rule("EGRESS", action="deny", targetServiceAccounts=accounts, match={"destIpRanges": ["192.0.2.1/32"]})


def a_perimeter_has_too_many_attributes(e: Editor) -> None:
    names = [f"projects/{1000000 + number}" for number in range(6001)]
    e.crossing("egress", {"identities": ("user:x@example.org",)}, {"resources": tuple(names)})


def there_are_too_many_service_accounts(e: Editor) -> None:
    for number in range(101):
        e.add("serviceaccount/account:Account", accountId=f"extra-{number}")


MUTATIONS = {
    "audit": (
        a_subnet_has_no_flow_logs,
        flow_logs_keep_a_sample,
        flow_logs_leave_out_who_it_was,
        flow_logs_are_filtered,
        what_is_denied_is_not_recorded,
        queries_are_not_recorded,
        nat_records_errors_only,
        accesses_to_data_are_not_recorded,
        reads_are_not_recorded,
        somebody_is_exempt_from_records,
        accesses_of_one_service_only_are_recorded,
        the_log_bucket_is_not_locked,
        the_log_bucket_keeps_a_month,
        the_archive_is_not_locked,
        the_archive_keeps_a_year,
        the_archive_has_no_retention,
        the_archive_may_be_public,
        somebody_else_writes_to_the_archive,
        a_sink_may_not_write,
        a_sink_is_switched_off,
        a_sink_leaves_something_out,
        sinks_take_errors_only,
        sinks_forget_flow_logs,
        records_are_sent_elsewhere,
        there_are_no_sinks,
        the_proxy_does_not_log,
        the_proxy_drops_records,
    ),
    "quotas": (
        a_policy_has_too_many_rules,
        a_rule_has_too_many_targets,
        a_perimeter_has_too_many_attributes,
        there_are_too_many_service_accounts,
    ),
}
