"""IAM roles: one for each workload and agent, with least privilege."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from zt_ai.aws.naming import TAG_WORKLOAD, Scope
from zt_ai.aws.plan.identity_policy import EXECUTION_ROLE, Identity, identities
from zt_ai.builders.options import child_options
from zt_ai.builders.tags import clause_tags
from zt_ai.intent.model import Intent


@dataclass(frozen=True, kw_only=True)
class IdentitiesArgs:
    """What `Identities` is made from."""

    scope: Scope
    intent: Intent
    permissions_boundary: str | None = None
    """ARN of a policy that limits every role, where the organisation demands one."""
    tags: Mapping[str, str] = field(default_factory=dict)


class Identities(pulumi.ComponentResource):
    """A role for each workload, an inline policy where the workload calls services, and the proxy's execution role.

    Attributes:
        roles: role by workload name, and by `egress-proxy-execution`.
        role_arns: ARN by the same keys.
        role_names: physical name by the same keys, known beforehand.
        policies: inline policy by the same keys, for those that have one; what uses a role at once waits for it.
    """

    roles: dict[str, aws.iam.Role]
    role_arns: dict[str, pulumi.Output[str]]
    role_names: dict[str, str]
    policies: dict[str, aws.iam.RolePolicy]

    def __init__(self, name: str, args: IdentitiesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:aws:Identities", name, None, opts)
        child = child_options(self, opts)
        self.roles, self.policies = {}, {}
        for identity in identities(args.scope, args.intent).values():
            role = self._role(name, args, identity, child)
            self.roles[identity.key] = role
            if identity.policy is not None:
                self.policies[identity.key] = aws.iam.RolePolicy(
                    f"{name}-{identity.key}-access", name="access", role=role.name, policy=identity.policy, opts=child
                )
        self.role_arns = {key: role.arn for key, role in self.roles.items()}
        self.role_names = {key: args.scope.role_name(key) for key in self.roles}
        self.register_outputs({"roleArns": self.role_arns, "roleNames": self.role_names})

    def _role(self, name: str, args: IdentitiesArgs, identity: Identity, opts: pulumi.ResourceOptions) -> aws.iam.Role:
        purpose = "starts the tasks of" if identity.key == EXECUTION_ROLE else "identity of"
        return aws.iam.Role(
            f"{name}-{identity.key}",
            name=identity.role_name,
            description=f"{purpose} {identity.workload} in {args.scope.spec}",
            assume_role_policy=identity.trust,
            max_session_duration=3600,
            permissions_boundary=args.permissions_boundary,
            tags=args.scope.tags(
                identity.role_name, {**args.tags, TAG_WORKLOAD: identity.workload, **clause_tags(identity.clauses)}
            ),
            opts=opts,
        )
