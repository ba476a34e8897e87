"""A role with which an AWS service writes to one log group."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
import pulumi_aws as aws

from zt_ai.aws.audit.policies import writer_policy, writer_trust
from zt_ai.aws.naming import Scope, shorten


def log_writer(
    name: str, scope: Scope, principal: str, *, log_group: str, tags: Mapping[str, str], opts: pulumi.ResourceOptions
) -> tuple[aws.iam.Role, aws.iam.RolePolicy]:
    """The role and its policy. `principal` is the service that writes; whoever uses the role waits for the policy."""
    role_name = shorten(f"{scope.spec}-{principal.partition('.')[0]}-delivery", 64)
    role = aws.iam.Role(
        name,
        name=role_name,
        description=f"delivers to the log group {log_group}",
        assume_role_policy=writer_trust(scope, principal),
        tags=scope.tags(role_name, tags),
        opts=opts,
    )
    policy = aws.iam.RolePolicy(
        f"{name}-access", name="access", role=role.name, policy=writer_policy(scope, log_group), opts=opts
    )
    return role, policy
