"""Service accounts, custom roles and grants, as resources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from zt_ai.builders.options import after, child_options
from zt_ai.gcp.identity.grants import Grant, roles
from zt_ai.gcp.naming import SPEC, WORKLOAD, ZONE, Scope, described
from zt_ai.gcp.services import key, repository, secret_id
from zt_ai.intent.model import WorkloadIntent
from zt_ai.spec.types import ServiceKind


@dataclass(frozen=True, kw_only=True)
class IdentitiesArgs:
    """What `Identities` is made from."""

    scope: Scope
    workloads: Sequence[WorkloadIntent]
    grants: Sequence[Grant]
    """See `zt_ai.gcp.identity.grants`. The resources that they name exist already."""


class Identities(pulumi.ComponentResource):
    """A service account for each workload, custom roles without a permission too many, and one grant for each resource
    that a workload may use. No account has a key, and no basic role occurs.

    Attributes:
        accounts: by workload. emails: by workload, known beforehand. roles: by key. grants: by name.
    """

    accounts: dict[str, gcp.serviceaccount.Account]
    emails: dict[str, str]
    roles: dict[str, gcp.projects.IAMCustomRole]
    grants: dict[str, pulumi.Resource]

    def __init__(self, name: str, args: IdentitiesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:gcp:Identities", name, None, opts)
        child = child_options(self, opts)
        scope = args.scope
        self.emails = {workload.name: scope.account(workload.name) for workload in args.workloads}
        self.accounts = {workload.name: self._account(name, scope, workload, child) for workload in args.workloads}
        self.roles = {
            role.key: gcp.projects.IAMCustomRole(
                f"{name}-{role.key}",
                project=role.project,
                role_id=role.role_id,
                title=role.title,
                description=described("Made from the specification", {SPEC: scope.spec}),
                permissions=list(role.permissions),
                stage="GA",
                opts=child,
            )
            for role in roles(tuple(args.grants))
        }
        self.grants = {grant.name: self._grant(name, scope, grant, child) for grant in args.grants}
        self.register_outputs({"emails": self.emails})

    @staticmethod
    def _account(
        name: str, scope: Scope, workload: WorkloadIntent, opts: pulumi.ResourceOptions
    ) -> gcp.serviceaccount.Account:
        return gcp.serviceaccount.Account(
            f"{name}-{workload.name}",
            account_id=scope.account_id(workload.name),
            project=scope.project,
            display_name=f"{scope.spec} {workload.name}",
            description=described(
                f"Identity of {workload.name}", {WORKLOAD: workload.name, ZONE: workload.zone, SPEC: scope.spec}
            ),
            disabled=False,
            opts=opts,
        )

    def _grant(self, name: str, scope: Scope, grant: Grant, opts: pulumi.ResourceOptions) -> pulumi.Resource:
        # Addresses are written, not read back: what they name has to exist all the same.
        opts = after(opts, self.accounts[grant.workload])
        common = {"role": self.roles[grant.role.key].name, "member": scope.member(grant.workload), "opts": opts}
        resource = grant.resource or ""
        made: pulumi.Resource
        if grant.kind is ServiceKind.OBJECT_STORAGE:
            made = gcp.storage.BucketIAMMember(f"{name}-{grant.name}", bucket=resource, **common)
        elif grant.kind is ServiceKind.SECRETS:
            made = gcp.secretmanager.SecretIamMember(
                f"{name}-{grant.name}", project=grant.project, secret_id=secret_id(resource), **common
            )
        elif grant.kind is ServiceKind.KEYS:
            found = key(resource)
            ring = f"projects/{grant.project}/locations/{scope.region}/keyRings/{found.ring}"
            made = gcp.kms.CryptoKeyIAMMember(
                f"{name}-{grant.name}", crypto_key_id=f"{ring}/cryptoKeys/{found.name}", **common
            )
        elif grant.kind is ServiceKind.CONTAINER_IMAGES:
            made = gcp.artifactregistry.RepositoryIamMember(
                f"{name}-{grant.name}",
                project=grant.project,
                location=scope.region,
                repository=repository(resource),
                **common,
            )
        else:
            made = gcp.projects.IAMMember(f"{name}-{grant.name}", project=grant.project, **common)
        return made
