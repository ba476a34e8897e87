"""Log groups, their filters and policies, and the trail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.conformance.world import Cloud, Inputs, Kind, Made, Stored, View, tag_list, tag_map


def _log_group(cloud: Cloud, inputs: Inputs) -> Made:
    name = inputs["name"]
    cloud.call("logs", "create_log_group", logGroupName=name, kmsKeyId=inputs["kmsKeyId"], tags=inputs["tags"])
    cloud.call("logs", "put_retention_policy", logGroupName=name, retentionInDays=inputs["retentionInDays"])
    arn = f"arn:aws:logs:us-east-1:{cloud.account}:log-group:{name}"
    return Made(name, {"name": name, "arn": arn})


def _read_log_group(view: View, stored: Stored) -> Mapping[str, Any]:
    found = view.one("logs", "describe_log_groups", "logGroups", "logGroupName", stored.made.id)
    return {
        "name": found["logGroupName"],
        "kmsKeyId": found.get("kmsKeyId"),
        "retentionInDays": found.get("retentionInDays"),
        "tags": view.ask("logs", "list_tags_for_resource", resourceArn=stored.made.outputs["arn"])["tags"],
    }


def _filter(cloud: Cloud, inputs: Inputs) -> Made:
    wanted = inputs["metricTransformation"]
    transformation = {
        "metricName": wanted["name"],
        "metricNamespace": wanted["namespace"],
        "metricValue": wanted["value"],
        "defaultValue": float(wanted["defaultValue"]),
        "unit": wanted["unit"],
    }
    if set(wanted) != {"name", "namespace", "value", "defaultValue", "unit"}:
        raise LookupError(f"a metric transformation with {sorted(wanted)}: no translation")
    cloud.call(
        "logs",
        "put_metric_filter",
        logGroupName=inputs["logGroupName"],
        filterName=inputs["name"],
        filterPattern=inputs["pattern"],
        metricTransformations=[transformation],
    )
    return Made(f"{inputs['logGroupName']}:{inputs['name']}")


def _read_filter(view: View, stored: Stored) -> Mapping[str, Any]:
    group, name = stored.made.id.split(":")
    found = view.ask("logs", "describe_metric_filters", logGroupName=group, filterNamePrefix=name)["metricFilters"]
    filters = [each for each in found if each["filterName"] == name]
    transformation = filters[0]["metricTransformations"][0]
    return {
        "name": name,
        "logGroupName": filters[0]["logGroupName"],
        "pattern": filters[0]["filterPattern"],
        "metricTransformation": {
            "name": transformation["metricName"],
            "namespace": transformation["metricNamespace"],
            "value": transformation["metricValue"],
            "defaultValue": f"{transformation['defaultValue']:g}" if "defaultValue" in transformation else None,
            "unit": transformation.get("unit"),
        },
    }


def _log_policy(cloud: Cloud, inputs: Inputs) -> Made:
    cloud.call(
        "logs",
        "put_resource_policy",
        policyName=inputs["policyName"],
        policyDocument=inputs["policyDocument"],
    )
    return Made(inputs["policyName"])


def _read_log_policy(view: View, stored: Stored) -> Mapping[str, Any]:
    return view.one("logs", "describe_resource_policies", "resourcePolicies", "policyName", stored.made.id)  # type: ignore[no-any-return]


_TRAIL = {
    "name": "Name",
    "s3BucketName": "S3BucketName",
    "s3KeyPrefix": "S3KeyPrefix",
    "isMultiRegionTrail": "IsMultiRegionTrail",
    "includeGlobalServiceEvents": "IncludeGlobalServiceEvents",
    "enableLogFileValidation": "EnableLogFileValidation",
    "cloudWatchLogsGroupArn": "CloudWatchLogsLogGroupArn",
    "cloudWatchLogsRoleArn": "CloudWatchLogsRoleArn",
    "kmsKeyId": "KmsKeyId",
}
# The API's name of validation in answers differs from the one in requests.
_TRAIL_READ = {**_TRAIL, "enableLogFileValidation": "LogFileValidationEnabled"}
_SELECTOR = {
    "field": "Field",
    "equals": "Equals",
    "notEquals": "NotEquals",
    "startsWiths": "StartsWith",
    "endsWiths": "EndsWith",
}


def _trail(cloud: Cloud, inputs: Inputs) -> Made:
    params = {member: inputs[key] for key, member in _TRAIL.items() if key in inputs}
    arn = cloud.call("cloudtrail", "create_trail", TagsList=tag_list(inputs), **params)["TrailARN"]
    if inputs["enableLogging"]:
        cloud.call("cloudtrail", "start_logging", Name=arn)
    selectors = [
        {
            "Name": each["name"],
            "FieldSelectors": [{_SELECTOR[key]: value for key, value in f.items()} for f in each["fieldSelectors"]],
        }
        for each in inputs["advancedEventSelectors"]
    ]
    cloud.call("cloudtrail", "put_event_selectors", TrailName=arn, AdvancedEventSelectors=selectors)
    return Made(arn, {"arn": arn})


def _read_trail(view: View, stored: Stored) -> Mapping[str, Any]:
    arn = stored.made.id
    trail = view.ask("cloudtrail", "get_trail", Name=arn)["Trail"]
    names = {member: key for key, member in _SELECTOR.items()}
    selectors = view.ask("cloudtrail", "get_event_selectors", TrailName=arn).get("AdvancedEventSelectors", [])
    return {
        **{key: trail.get(member) for key, member in _TRAIL_READ.items()},
        "enableLogging": view.ask("cloudtrail", "get_trail_status", Name=arn)["IsLogging"],
        "advancedEventSelectors": [
            {
                "name": each["Name"],
                "fieldSelectors": [{names[key]: value for key, value in f.items()} for f in each["FieldSelectors"]],
            }
            for each in selectors
        ],
        "tags": tag_map(view.ask("cloudtrail", "list_tags", ResourceIdList=[arn])["ResourceTagList"][0]["TagsList"]),
    }


KINDS = {
    "aws:cloudwatch/logGroup:LogGroup": Kind(_log_group, _read_log_group),
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": Kind(_filter, _read_filter),
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": Kind(_log_policy, _read_log_policy),
    "aws:cloudtrail/trail:Trail": Kind(_trail, _read_trail),
}
