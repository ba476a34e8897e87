"""Alarms, the dashboard and the topic they speak to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.conformance.world import Cloud, Inputs, Kind, Made, Stored, View, lower, tag_list, tag_map

_ALARM = {
    "name": "AlarmName",
    "alarmDescription": "AlarmDescription",
    "alarmActions": "AlarmActions",
    "actionsEnabled": "ActionsEnabled",
    "namespace": "Namespace",
    "metricName": "MetricName",
    "statistic": "Statistic",
    "period": "Period",
    "evaluationPeriods": "EvaluationPeriods",
    "datapointsToAlarm": "DatapointsToAlarm",
    "threshold": "Threshold",
    "comparisonOperator": "ComparisonOperator",
    "treatMissingData": "TreatMissingData",
}


def _dimensions(values: Mapping[str, str]) -> list[dict[str, str]]:
    return [{"Name": name, "Value": value} for name, value in values.items()]


def _undimensioned(values: Any) -> dict[str, str]:
    return {each["Name"]: each["Value"] for each in values or ()}


def _query(query: Mapping[str, Any]) -> dict[str, Any]:
    sent = {key[:1].upper() + key[1:]: value for key, value in query.items() if key != "metric"}
    if "metric" in query:
        metric = query["metric"]
        sent["MetricStat"] = {
            "Metric": {
                "Namespace": metric["namespace"],
                "MetricName": metric["metricName"],
                "Dimensions": _dimensions(metric["dimensions"]),
            },
            "Period": metric["period"],
            "Stat": metric["stat"],
        }
    return sent


def _read_query(query: Mapping[str, Any]) -> dict[str, Any]:
    read = {key: value for key, value in lower(query).items() if key not in ("metricStat", "period")}
    if "MetricStat" in query:
        stat = query["MetricStat"]
        read["metric"] = {
            "namespace": stat["Metric"]["Namespace"],
            "metricName": stat["Metric"]["MetricName"],
            "dimensions": _undimensioned(stat["Metric"].get("Dimensions")),
            "period": stat["Period"],
            "stat": stat["Stat"],
        }
    return read


def _alarm(cloud: Cloud, inputs: Inputs) -> Made:
    params = {member: inputs[key] for key, member in _ALARM.items() if key in inputs}
    if "dimensions" in inputs:
        params["Dimensions"] = _dimensions(inputs["dimensions"])
    if "metricQueries" in inputs:
        params["Metrics"] = [_query(query) for query in inputs["metricQueries"]]
    cloud.call("cloudwatch", "put_metric_alarm", Tags=tag_list(inputs), **params)
    return Made(inputs["name"], {"arn": f"arn:aws:cloudwatch:us-east-1:{cloud.account}:alarm:{inputs['name']}"})


def _read_alarm(view: View, stored: Stored) -> Mapping[str, Any]:
    found = view.one("cloudwatch", "describe_alarms", "MetricAlarms", "AlarmName", stored.made.id)
    tags = view.ask("cloudwatch", "list_tags_for_resource", ResourceARN=found["AlarmArn"])["Tags"]
    return {
        **{key: found.get(member) for key, member in _ALARM.items()},
        "dimensions": _undimensioned(found.get("Dimensions")),
        "metricQueries": [_read_query(query) for query in found.get("Metrics", [])],
        "tags": tag_map(tags),
    }


def _dashboard(cloud: Cloud, inputs: Inputs) -> Made:
    cloud.call(
        "cloudwatch",
        "put_dashboard",
        DashboardName=inputs["dashboardName"],
        DashboardBody=inputs["dashboardBody"],
    )
    return Made(inputs["dashboardName"])


def _read_dashboard(view: View, stored: Stored) -> Mapping[str, Any]:
    return lower(view.ask("cloudwatch", "get_dashboard", DashboardName=stored.made.id))  # type: ignore[no-any-return]


def _topic(cloud: Cloud, inputs: Inputs) -> Made:
    key = {"KmsMasterKeyId": inputs["kmsMasterKeyId"]}
    arn = cloud.call("sns", "create_topic", Name=inputs["name"], Attributes=key, Tags=tag_list(inputs))["TopicArn"]
    return Made(arn, {"arn": arn, "name": inputs["name"]})


def _read_topic(view: View, stored: Stored) -> Mapping[str, Any]:
    attributes = view.ask("sns", "get_topic_attributes", TopicArn=stored.made.id)["Attributes"]
    return {
        "name": attributes["TopicArn"].rpartition(":")[2],
        "kmsMasterKeyId": attributes.get("KmsMasterKeyId"),
        "tags": tag_map(view.ask("sns", "list_tags_for_resource", ResourceArn=stored.made.id)["Tags"]),
    }


def _topic_policy(cloud: Cloud, inputs: Inputs) -> Made:
    cloud.call(
        "sns",
        "set_topic_attributes",
        TopicArn=inputs["arn"],
        AttributeName="Policy",
        AttributeValue=inputs["policy"],
    )
    return Made(inputs["arn"])


def _read_topic_policy(view: View, stored: Stored) -> Mapping[str, Any]:
    attributes = view.ask("sns", "get_topic_attributes", TopicArn=stored.made.id)["Attributes"]
    return {"arn": attributes["TopicArn"], "policy": attributes["Policy"]}


KINDS = {
    "aws:cloudwatch/metricAlarm:MetricAlarm": Kind(_alarm, _read_alarm),
    "aws:cloudwatch/dashboard:Dashboard": Kind(_dashboard, _read_dashboard),
    "aws:sns/topic:Topic": Kind(_topic, _read_topic),
    "aws:sns/topicPolicy:TopicPolicy": Kind(_topic_policy, _read_topic_policy),
}
