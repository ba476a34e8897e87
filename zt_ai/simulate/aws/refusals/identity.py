"""IAM and KMS (their API references)."""

from __future__ import annotations

import json

from zt_ai.simulate.aws.act import Act, refuses
from zt_ai.simulate.problems import CloudError


@refuses("iam/role:Role")
def role_quota(act: Act) -> None:
    """Roles per account."""
    if act.thing is None:
        act.limit("roles-per-account", len(list(act.others("iam/role:Role"))), "LimitExceeded", "roles")


@refuses("iam/role:Role", "iam/rolePolicy:RolePolicy")
def principals_exist(act: Act) -> None:
    """A trust policy that names a role of this account names one that exists."""
    document = act.inputs.get("assumeRolePolicy")
    if not isinstance(document, str):
        return
    statements = json.loads(document).get("Statement", [])
    for statement in statements if isinstance(statements, list) else [statements]:
        principal = statement.get("Principal")
        names = principal.get("AWS", []) if isinstance(principal, dict) else []
        for name in names if isinstance(names, list) else [names]:
            ours = f":iam::{act.settings.account}:role/"
            if isinstance(name, str) and ours in name:
                role = name.rsplit("/", 1)[-1]
                if act.world.get("aws:iam/role:Role", role) is None and role != act.inputs.get("name"):
                    raise CloudError("MalformedPolicyDocument", f"invalid principal in policy: {name!r} does not exist")


@refuses("kms/alias:Alias")
def alias_name(act: Act) -> None:
    """An alias begins with ``alias/`` and is not one of AWS's own."""
    name = act.inputs.get("name")
    if isinstance(name, str) and (not name.startswith("alias/") or name.startswith("alias/aws/")):
        raise CloudError("InvalidAliasNameException", f"{name!r} must begin with 'alias/' and not with 'alias/aws/'")
