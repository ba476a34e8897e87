"""The grammar of IAM policy documents (IAM User Guide, "Grammar of the IAM JSON policy language").

Kinds: ``identity`` (role and user policies: no principal), ``trust`` (who may assume a role: principal, no resource),
``endpoint``, ``bucket``, ``key`` and ``topic`` (resource policies: principal and resource).
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from zt_ai.simulate.aws.described import service_prefixes
from zt_ai.simulate.problems import did_you_mean, shown

VERSIONS = ("2012-10-17", "2008-10-17")

LARGEST: Mapping[str, int] = {
    # Characters; white space is not counted for the two IAM kinds. IAM quotas: "IAM and STS character limits"; S3 User
    # Guide, "Bucket policies"; KMS, "Resource quotas"; AWS PrivateLink quotas; SNS quotas, "Topic policy".
    "identity": 10240,
    "trust": 2048,
    "endpoint": 20480,
    "bucket": 20480,
    "key": 32768,
    "topic": 30720,
}
_WHITE_IGNORED = frozenset({"identity", "trust"})
_MEMBERS = frozenset(
    {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
)
_PRINCIPALS = frozenset({"AWS", "Service", "Federated", "CanonicalUser"})
# IAM User Guide, "IAM JSON policy elements: Condition operators".
_OPERATORS = frozenset(
    {
        *("StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase"),
        *("StringLike", "StringNotLike", "Bool", "BinaryEquals", "IpAddress", "NotIpAddress", "Null"),
        *("NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals"),
        *("NumericGreaterThan", "NumericGreaterThanEquals", "DateEquals", "DateNotEquals", "DateLessThan"),
        *("DateLessThanEquals", "DateGreaterThan", "DateGreaterThanEquals"),
        *("ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike"),
    }
)
_ACTION = re.compile(r"([A-Za-z0-9-]+):([A-Za-z0-9*?]+)")
_SID = re.compile(r"[A-Za-z0-9]*")
_ARN = re.compile(r"arn:[^:\s]+:[^:\s]*:[^:\s]*:[^:\s]*:\S.*|\*|arn:\*|\$\{.*")
_CONDITION_KEY = re.compile(r"[A-Za-z0-9-]+:[^\s]+")


def check_policy(document: str, kind: str) -> tuple[str, ...]:
    """What is wrong with a policy document of a kind; nothing when AWS would take it."""
    size = len("".join(document.split())) if kind in _WHITE_IGNORED else len(document)
    if size > LARGEST[kind]:
        return (f"LimitExceeded: the {kind} policy has {size} characters, at most {LARGEST[kind]}",)
    try:
        policy = json.loads(document, object_pairs_hook=_no_duplicates)
    except ValueError as error:
        return (f"MalformedPolicyDocument: not JSON: {error}",)
    if not isinstance(policy, dict):
        return ("MalformedPolicyDocument: a policy is a JSON object",)
    return tuple(f"MalformedPolicyDocument: {reason}" for reason in _check_document(policy, kind))


def _no_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        keys = [key for key, _ in pairs]
        raise ValueError(f"key {next(key for key in keys if keys.count(key) > 1)!r} occurs twice")
    return found


def _check_document(policy: dict[str, Any], kind: str) -> Iterator[str]:
    for key in sorted(set(policy) - {"Version", "Id", "Statement"}):
        yield f"unknown element {key!r}{did_you_mean(key, ('Version', 'Id', 'Statement'))}"
    if "Version" in policy and policy["Version"] not in VERSIONS:
        yield f"Version must be {' or '.join(VERSIONS)}, not {shown(policy['Version'])}"
    statements = policy.get("Statement")
    if isinstance(statements, dict):
        statements = [statements]
    if not isinstance(statements, list) or not statements:
        yield "Statement must be a statement or a list of at least one"
        return
    sids = [str(s["Sid"]) for s in statements if isinstance(s, dict) and s.get("Sid")]
    for sid in sorted({sid for sid in sids if sids.count(sid) > 1}):
        yield f"Sid {sid!r} occurs twice"
    for number, statement in enumerate(statements):
        if isinstance(statement, dict):
            for reason in _check_statement(statement, kind):
                yield f"Statement[{number}]: {reason}"
        else:
            yield f"Statement[{number}] must be an object"


def _check_statement(statement: dict[str, Any], kind: str) -> Iterator[str]:
    for key in sorted(set(statement) - _MEMBERS):
        yield f"unknown element {key!r}{did_you_mean(key, _MEMBERS)}"
    if statement.get("Effect") not in ("Allow", "Deny"):
        yield f"Effect must be Allow or Deny, not {shown(statement.get('Effect'))}"
    sid = statement.get("Sid", "")
    # Resource policies also take spaces and more in a Sid; IAM takes letters and digits only (IAM User Guide, "Sid").
    if kind in ("identity", "trust") and not (isinstance(sid, str) and _SID.fullmatch(sid)):
        yield f"Sid {shown(sid)} may have letters and digits only"
    yield from _check_action(statement)
    yield from _check_resource(statement, kind)
    yield from _check_principal(statement, kind)
    yield from _check_condition(statement.get("Condition"))


def _check_action(statement: dict[str, Any]) -> Iterator[str]:
    if ("Action" in statement) == ("NotAction" in statement):
        yield "exactly one of Action and NotAction"
        return
    for action in _texts(statement.get("Action", statement.get("NotAction"))):
        if action == "*":
            continue
        match = _ACTION.fullmatch(action) if isinstance(action, str) else None
        if match is None:
            yield f"action {shown(action)} is not of the form service:Action"
        elif match[1].lower() not in service_prefixes():
            yield f"action {action!r}: no service {match[1]!r}{did_you_mean(match[1], service_prefixes())}"


def _check_resource(statement: dict[str, Any], kind: str) -> Iterator[str]:
    given = [name for name in ("Resource", "NotResource") if name in statement]
    if kind == "trust":
        if given:
            yield f"a trust policy has no {given[0]}: the role itself is the resource"
        return
    if len(given) != 1:
        yield "exactly one of Resource and NotResource"
        return
    resources = _texts(statement[given[0]])
    if not resources:
        yield f"{given[0]} is empty"
    for resource in resources:
        if not (isinstance(resource, str) and _ARN.fullmatch(resource)):
            yield f"resource {shown(resource)} is not an ARN or *"


def _check_principal(statement: dict[str, Any], kind: str) -> Iterator[str]:
    given = [name for name in ("Principal", "NotPrincipal") if name in statement]
    if kind == "identity":
        if given:
            yield f"an identity policy has no {given[0]}: it belongs to its role"
        return
    if len(given) != 1:
        yield "exactly one of Principal and NotPrincipal"
        return
    principal = statement[given[0]]
    if principal == "*":
        if kind == "trust" and statement.get("Effect") == "Allow" and not statement.get("Condition"):
            yield "anyone could assume the role: Principal * needs a Condition"
        return
    if not isinstance(principal, Mapping) or not principal:
        yield f"{given[0]} must be * or an object of {', '.join(sorted(_PRINCIPALS))}"
        return
    for key, value in principal.items():
        if key not in _PRINCIPALS:
            yield f"unknown kind of principal {key!r}{did_you_mean(key, _PRINCIPALS)}"
        for name in _texts(value):
            if key == "AWS" and not re.fullmatch(
                r"\*|\d{12}|arn:[^:]+:(iam|sts)::(\d{12}|cloudfront):.+|A[A-Z0-9]{15,}", str(name)
            ):
                yield f"principal {shown(name)} is not an account, an IAM ARN or *"
            if key == "Service" and not re.fullmatch(r"[a-z0-9.-]+\.(amazonaws|amazon)\.com(\.cn)?", str(name)):
                yield f"principal {shown(name)} is not a service (name.amazonaws.com)"


def _check_condition(condition: Any) -> Iterator[str]:
    if condition is None:
        return
    if not isinstance(condition, Mapping):
        yield "Condition must be an object"
        return
    for operator, tests in condition.items():
        base = re.sub(r"^(ForAllValues|ForAnyValue):", "", operator)
        if base.removesuffix("IfExists") not in _OPERATORS:
            yield f"unknown condition operator {operator!r}{did_you_mean(operator, _OPERATORS)}"
        if not isinstance(tests, Mapping) or not tests:
            yield f"condition {operator} must map condition keys to values"
            continue
        for key in tests:
            if not _CONDITION_KEY.fullmatch(key):
                yield f"condition key {shown(key)} is not of the form prefix:name"


def _texts(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
