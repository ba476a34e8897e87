"""What makes a policy document weak, found by reading it: no evaluation, so that the check stays simple enough to
trust.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from typing import Any

Document = dict[str, Any]

# Actions that have no resource to name [Service Authorization Reference]. Nothing else may have the resource `*` ...
RESOURCELESS = {"ecr:GetAuthorizationToken"}
# ... apart from key policies, in which `*` means the key that the policy is attached to.
SOURCE_KEYS = ("aws:SourceAccount", "aws:SourceArn", "kms:EncryptionContext:", "aws:RequestTag/eks-cluster-arn")
# Services that send nothing a trust policy could ask for; `iam:PassRole` binds their roles to the account.
UNBOUND_TRUST = {
    "cloudtrail.amazonaws.com": "a condition stops the delivery to CloudWatch Logs (prowler-cloud/prowler issue 4714)",
    "ec2.amazonaws.com": "instance profiles carry no source key (prowler-cloud/prowler issue 2810)",
    "lambda.amazonaws.com": "no source key is documented for execution roles",
}


def weaknesses(text: str, account: str, *, key_policy: bool = False) -> list[str]:
    """One sentence for each weakness of a policy document; empty when there is none."""
    found = []
    for entry in json.loads(text)["Statement"]:
        sid = entry["Sid"]
        found += [f"{sid}: {key} matches whatever comes later" for key in entry if key.startswith("Not")]
        if entry["Effect"] == "Deny":
            continue
        actions, resources = entry["Action"], entry.get("Resource", [])
        principal, condition = entry.get("Principal"), entry.get("Condition", {})
        root = isinstance(principal, dict) and principal.get("AWS") == f"arn:aws:iam::{account}:root"
        if not key_policy and "*" in resources and not set(actions) <= RESOURCELESS:
            found.append(f"{sid}: any resource")
        if any(action == "*" or action.endswith(":*") for action in actions) and not (key_policy and root):
            found.append(f"{sid}: any action")
        if principal == "*" or (isinstance(principal, dict) and principal.get("AWS") == "*"):
            found.append(f"{sid}: any principal")
        trust = set(actions) <= {"sts:AssumeRole", "sts:TagSession"}
        named = isinstance(principal, dict) and principal.get("Service")
        if named and not _bound(condition, account) and not (trust and named in UNBOUND_TRUST):
            found.append(f"{sid}: any account can have the service act")
    return found


def _bound(condition: dict[str, Any], account: str) -> bool:
    """Whether a condition ties a service to one account."""
    for keys in condition.values():
        for key, value in keys.items():
            values = value if isinstance(value, list) else [value]
            if key.startswith(SOURCE_KEYS) and all(account in v for v in values):
                return True
    return False


def _change(index: int, change: Callable[[Document], None]) -> Callable[[str], str]:
    def apply(text: str) -> str:
        document = copy.deepcopy(json.loads(text))
        change(document["Statement"][index])
        return json.dumps(document)

    return apply


def widenings(text: str) -> dict[str, str]:
    """Documents that permit more than the given one, by what was done; each must be found weak."""
    result = {}
    for index, entry in enumerate(json.loads(text)["Statement"]):
        if entry["Effect"] == "Deny":
            continue
        sid = entry["Sid"]
        changes: dict[str, Callable[[Document], None]] = {"any-action": lambda e: e.update(Action=["*"])}
        changes["not-action"] = lambda e: e.update(NotAction=e.pop("Action"), Action=[])
        if "Resource" in entry and set(entry["Action"]) - RESOURCELESS:
            changes["any-resource"] = lambda e: e.update(Resource=["*"])
        if "Principal" in entry:
            changes["any-principal"] = lambda e: e.update(Principal="*")
            if "Service" in entry["Principal"] and "Condition" in entry:
                changes["no-condition"] = lambda e: e.pop("Condition")
                changes["other-account"] = lambda e: e.update(
                    Condition=json.loads(json.dumps(e["Condition"]).replace("123456789012", "*"))
                )
        result.update({f"{sid}-{name}": _change(index, change)(text) for name, change in changes.items()})
    return result
