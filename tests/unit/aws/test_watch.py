"""What is denied, about to fail or silent raises an alarm, and every alarm goes somewhere."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.unit.aws.graphs import ACCOUNT, build, every
from tests.unit.aws.policy_checks import weaknesses
from zt_ai.aws.audit import names
from zt_ai.aws.naming import Scope
from zt_ai.aws.watch.filters import filters
from zt_ai.aws.watch.model import DnsWatch, ProxyWatch
from zt_ai.aws.watch.watch import Watch, WatchArgs
from zt_ai.graph.model import Ref, ResourceGraph

SCOPE = Scope("clinic", ACCOUNT, "us-east-1")
GROUPS = {purpose: names.log_group_name(SCOPE, purpose) for purpose in names.LOG_GROUPS}
ARGS = WatchArgs(
    scope=SCOPE,
    zones={"records": "data", "egress": "egress"},
    bucket_name=names.bucket_name(SCOPE),
    log_group_names=GROUPS,
    key_arn=f"arn:aws:kms:us-east-1:{ACCOUNT}:key/k",
    proxy=ProxyWatch(
        log_group_name=GROUPS[names.EGRESS_PROXY_LOG],
        cluster_name="clinic-proxy",
        service_name="egress-proxy",
        load_balancer="net/clinic-proxy/0123456789abcdef",
        target_groups={"connect": "targetgroup/c/1", "gateway": "targetgroup/g/2"},
    ),
    dns=DnsWatch(rule_group_id="rslvr-frg-1", blocked_list_id="rslvr-fdl-2"),
    firewall_name="clinic-egress",
    agreements={"anthropic": date(2027, 3, 1)},
)
EXISTING = f"arn:aws:sns:us-east-1:{ACCOUNT}:pager"


def watch(args: WatchArgs) -> ResourceGraph:
    return build(lambda: Watch("watch", args))


def alarms(graph: ResourceGraph) -> dict[str, Any]:
    return {r.name.removeprefix("watch-"): r.inputs for r in every(graph, "aws:cloudwatch/metricAlarm:MetricAlarm")}


@pytest.fixture(scope="module")
def graph() -> ResourceGraph:
    return watch(ARGS)


def test_every_kind_of_refusal_has_an_alarm(graph: ResourceGraph) -> None:
    events = "rejected-traffic blocked-egress endpoint-refusals refused-calls record-tampering"
    requests = "refused-requests refused-tools"
    health = "blocked-dns proxy-unhealthy-connect proxy-unhealthy-gateway proxy-down-connect proxy-down-gateway"
    silence = "flow-logs dns-queries cloudtrail network-firewall log-trail log-egress-proxy"
    expected = {
        *events.split(),
        *requests.split(),
        *health.split(),
        *(f"silent-{s}" for s in silence.split()),
        "agreement-anthropic",
    }
    assert set(alarms(graph)) == expected


def test_every_alarm_goes_to_the_topic(graph: ResourceGraph) -> None:
    (topic,) = every(graph, "aws:sns/topic:Topic")
    assert {a["alarmActions"] for a in alarms(graph).values()} == {(Ref(topic.urn),)}
    assert all(a["actionsEnabled"] is True for a in alarms(graph).values())
    (policy,) = every(graph, "aws:sns/topicPolicy:TopicPolicy")
    assert weaknesses(str(policy.inputs["policy"]), ACCOUNT) == []
    assert topic.inputs["kmsMasterKeyId"] == ARGS.key_arn


def test_an_existing_topic_is_used_and_none_is_made() -> None:
    graph = watch(replace(ARGS, alarm_topic=EXISTING))
    assert graph.of_type("aws:sns/topic:Topic", "aws:sns/topicPolicy:TopicPolicy") == ()
    assert {a["alarmActions"] for a in alarms(graph).values()} == {(EXISTING,)}


def test_the_topic_s_policy_admits_every_alarm(graph: ResourceGraph) -> None:
    (policy,) = every(graph, "aws:sns/topicPolicy:TopicPolicy")
    statements = {s["Sid"]: s for s in json.loads(str(policy.inputs["policy"]))["Statement"]}
    source = statements["PublishAlarms"]["Condition"]["ArnLike"]["aws:SourceArn"]
    prefix = source.rpartition(":")[2].removesuffix("*")
    assert prefix
    assert all(str(a["name"]).startswith(prefix) for a in alarms(graph).values())


def test_silence_is_an_alarm_and_missing_refusals_are_not(graph: ResourceGraph) -> None:
    for key, alarm in alarms(graph).items():
        silent = key.startswith(("silent-", "proxy-down"))
        assert alarm["treatMissingData"] == ("breaching" if silent else "notBreaching"), key
        assert alarm["comparisonOperator"].startswith("LessThan" if silent else "GreaterThan"), key


def test_every_metric_filter_has_its_log_group_and_every_event_alarm_its_filter(graph: ResourceGraph) -> None:
    made = {
        r.name.removeprefix("watch-").removesuffix("-filter"): r
        for r in every(graph, "aws:cloudwatch/logMetricFilter:LogMetricFilter")
    }
    assert {f.key for f in filters(SCOPE, GROUPS)} == set(made)
    metrics = {
        (r.inputs["metricTransformation"]["namespace"], r.inputs["metricTransformation"]["name"]) for r in made.values()
    }
    wanted = {
        (a["namespace"], a["metricName"])
        for a in alarms(graph).values()
        if str(a.get("namespace", "")).startswith("ZtAi/")
    }
    assert wanted <= metrics
    assert {"RedactedRequests"} == {m for n, m in metrics} - {m for n, m in wanted}
    assert all(
        len(str(r.inputs["pattern"])) <= 1024 for r in made.values()
    )  # CloudWatch Logs API Reference, "PutMetricFilter"


def _without(purpose: str) -> dict[str, str]:
    return {key: name for key, name in GROUPS.items() if key != purpose}


PARTS: dict[str, tuple[Callable[[WatchArgs], WatchArgs], str]] = {
    "no firewall": (lambda a: replace(a, firewall_name=None), "blocked-egress"),
    "no proxy": (lambda a: replace(a, proxy=None), "refused-tools"),
    "no dns firewall": (lambda a: replace(a, dns=None), "blocked-dns"),
    "no agreements": (lambda a: replace(a, agreements={}), "agreement-anthropic"),
    "no trail": (
        lambda a: replace(a, log_group_names={k: v for k, v in GROUPS.items() if k != "trail"}),
        "record-tampering",
    ),
}


@pytest.mark.parametrize("name", PARTS)
def test_what_is_not_there_is_not_watched_and_the_rest_still_is(name: str, graph: ResourceGraph) -> None:
    change, lost = PARTS[name]
    left = alarms(watch(change(ARGS)))
    assert lost not in left
    assert left
    assert all(left[key] == alarms(graph)[key] for key in left)


def test_an_agreement_is_announced_sixty_days_before_it_ends(graph: ResourceGraph) -> None:
    alarm = alarms(graph)["agreement-anthropic"]
    queries = {q["id"]: q for q in alarm["metricQueries"]}
    notice = int(datetime(2026, 12, 31, tzinfo=UTC).timestamp())
    assert queries["due"]["expression"] == f"IF(EPOCH(m) >= {notice}, 1, 0)"
    assert (queries["m"]["returnData"], queries["due"]["returnData"]) == (False, True)
    assert "2027-03-01" in alarm["alarmDescription"]


def test_the_dashboard_is_known_and_shows_every_alarm_and_agreement(graph: ResourceGraph) -> None:
    (dashboard,) = every(graph, "aws:cloudwatch/dashboard:Dashboard")
    text = dashboard.inputs["dashboardBody"]
    assert isinstance(text, str)
    widgets = json.loads(text)["widgets"]
    shown = next(w for w in widgets if w["type"] == "alarm")["properties"]["alarms"]
    assert {arn.rpartition(":")[2] for arn in shown} == {a["name"] for a in alarms(graph).values()}
    overview = next(w for w in widgets if w["type"] == "text")["properties"]["markdown"]
    assert "| records | data |" in overview
    assert "| anthropic | 2027-03-01 |" in overview


def test_widgets_do_not_overlap_and_stay_on_the_grid(graph: ResourceGraph) -> None:
    (dashboard,) = every(graph, "aws:cloudwatch/dashboard:Dashboard")
    cells: set[tuple[int, int]] = set()
    for w in json.loads(str(dashboard.inputs["dashboardBody"]))["widgets"]:
        mine = {(x, y) for x in range(w["x"], w["x"] + w["width"]) for y in range(w["y"], w["y"] + w["height"])}
        assert w["x"] + w["width"] <= 24
        assert mine
        assert not mine & cells
        cells |= mine


def test_watching_one_agreement_more_changes_that_alarm_and_the_dashboard_alone(graph: ResourceGraph) -> None:
    more = watch(replace(ARGS, agreements={**ARGS.agreements, "aaa-first": date(2028, 1, 1)}))
    changed = {
        u.rpartition("::")[2]
        for u in more.resources
        if graph.get(u) is None or graph.resources[u].inputs != more.resources[u].inputs
    }
    assert changed == {"watch-agreement-aaa-first", "watch-dashboard"}
