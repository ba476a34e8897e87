"""The AWS functions ("data sources") that can be answered without asking AWS.

They depend on nothing but their arguments, the account and the region. Any other function needs the cloud and is an
error for `zt_ai.graph.mocks`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from zt_ai.graph.answers import Function, Place, Wire


def _zones(_arguments: Wire, place: Place) -> Wire:
    """Three zones, which is what most regions offer a new account; zone ids are made from the region's short name."""
    short = region_short_name(place.region)
    return {
        "id": place.region,
        "names": [place.region + letter for letter in "abc"],
        "zoneIds": [f"{short}-az{number}" for number in (1, 2, 3)],
        "groupNames": [place.region],
        "region": place.region,
    }


def region_short_name(region: str) -> str:
    """The prefix of zone ids: `use1` for us-east-1, `apse2` for ap-southeast-2, `usgw1` for us-gov-west-1."""
    *words, number = region.split("-")
    directions = ("north", "south", "east", "west", "central")
    short = words[0]
    for word in words[1:]:
        parts = [direction for direction in directions if direction in word]
        short += "".join(part[0] for part in sorted(parts, key=word.index)) or word[:1]
    return short + number


def _identity(_arguments: Wire, place: Place) -> Wire:
    return {
        "id": place.account,
        "accountId": place.account,
        "arn": f"arn:{partition(place.region)}:iam::{place.account}:root",
        "userId": place.account,
    }


def _region(arguments: Wire, place: Place) -> Wire:
    region = str(arguments.get("region") or arguments.get("name") or place.region)
    return {"id": region, "name": region, "region": region, "endpoint": f"ec2.{region}.amazonaws.com"}


def partition(region: str) -> str:
    """ARN partition of a region [AWS General Reference, "Amazon Resource Names"]."""
    if region.startswith("cn-"):
        return "aws-cn"
    return "aws-us-gov" if region.startswith("us-gov-") else "aws"


def _partition(_arguments: Wire, place: Place) -> Wire:
    name = partition(place.region)
    china = name == "aws-cn"
    return {
        "id": name,
        "partition": name,
        "dnsSuffix": "amazonaws.com.cn" if china else "amazonaws.com",
        "reverseDnsPrefix": "cn.com.amazonaws" if china else "com.amazonaws",
    }


def _one_or_many(values: Sequence[Any]) -> Any:
    return values[0] if len(values) == 1 else sorted(values)


def _statement(given: Mapping[str, Any]) -> Mapping[str, Any]:
    made: dict[str, Any] = {"Sid": given.get("sid", ""), "Effect": given.get("effect", "Allow")}
    for key, name in (
        ("actions", "Action"),
        ("notActions", "NotAction"),
        ("resources", "Resource"),
        ("notResources", "NotResource"),
    ):
        if values := given.get(key):
            made[name] = _one_or_many(values)
    for key, name in (("principals", "Principal"), ("notPrincipals", "NotPrincipal")):
        if principals := given.get(key):
            made[name] = _principals(principals)
    for condition in given.get("conditions") or ():
        tests = made.setdefault("Condition", {}).setdefault(condition["test"], {})
        tests[condition["variable"]] = _one_or_many(condition["values"])
    if not made["Sid"]:
        del made["Sid"]
    return made


def _principals(principals: Sequence[Mapping[str, Any]]) -> Any:
    if any(principal["type"] == "*" for principal in principals):
        return "*"
    merged: dict[str, list[Any]] = {}
    for principal in principals:
        merged.setdefault(principal["type"], []).extend(principal["identifiers"])
    return {type_: _one_or_many(identifiers) for type_, identifiers in merged.items()}


def _policy_document(arguments: Wire, _place: Place) -> Wire:
    """The JSON of an IAM policy from its statements (IAM User Guide, "Grammar of the IAM JSON policy language")."""
    document: dict[str, Any] = {"Version": arguments.get("version", "2012-10-17")}
    if policy_id := arguments.get("policyId"):
        document["Id"] = policy_id
    statements: list[Any] = []
    for source in arguments.get("sourcePolicyDocuments") or ():
        given = json.loads(source).get("Statement") or []
        statements.extend(given if isinstance(given, list) else [given])
    statements.extend(_statement(given) for given in arguments.get("statements") or ())
    document["Statement"] = statements
    text = json.dumps(document, separators=(",", ":"))
    return {"id": "policy", "json": text, "minifiedJson": text}


FUNCTIONS: Final[Mapping[str, Function]] = {
    "aws:index/getAvailabilityZones:getAvailabilityZones": _zones,
    "aws:index/getCallerIdentity:getCallerIdentity": _identity,
    "aws:index/getRegion:getRegion": _region,
    "aws:index/getPartition:getPartition": _partition,
    "aws:iam/getPolicyDocument:getPolicyDocument": _policy_document,
}
