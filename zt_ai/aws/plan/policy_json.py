"""Policy documents as text: one way to write them, so that equal policies are equal strings."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from zt_ai.aws.plan.service_actions import Condition

Statement = Mapping[str, Any]


def document(statements: Sequence[Statement]) -> str:
    """JSON text of a policy, keys sorted, no white space; statements stay in the order given."""
    return json.dumps({"Version": "2012-10-17", "Statement": list(statements)}, sort_keys=True, separators=(",", ":"))


def statement(
    sid: str,
    actions: Sequence[str],
    resources: Sequence[str],
    *,
    principal: Mapping[str, str] | str | None = None,
    condition: Condition | None = None,
    effect: str = "Allow",
) -> dict[str, Any]:
    """One statement. `principal` is left out in an identity policy; lists are sorted and a list of one is written as a
    list.
    """
    result: dict[str, Any] = {"Sid": sid, "Effect": effect, "Action": sorted(actions), "Resource": sorted(resources)}
    if principal is not None:
        result["Principal"] = principal if isinstance(principal, str) else dict(principal)
    if condition:
        result["Condition"] = {
            operator: {key: list(value) if isinstance(value, tuple) else value for key, value in sorted(keys.items())}
            for operator, keys in sorted(condition.items())
        }
    return result


def service(principal: str) -> dict[str, str]:
    """The `Principal` of an AWS service, such as `cloudtrail.amazonaws.com`."""
    return {"Service": principal}


def sid(*words: str) -> str:
    """A statement id from words: letters and digits only [IAM User Guide, "IAM JSON policy elements: Sid"]."""
    return "".join(part[:1].upper() + part[1:] for word in words for part in _alphanumeric(word).split())


def _alphanumeric(word: str) -> str:
    return "".join(c if c.isascii() and c.isalnum() else " " for c in word)
