"""Policies of the VPC endpoints, synthesised from the intent. Pure.

An endpoint without a policy admits every principal to every account's resources [AWS PrivateLink Guide, "Control access
to VPC endpoints using endpoint policies"], so it is a way out. Here each access of a workload's role to a service is a
statement of its own: who (`aws:PrincipalArn`: for an assumed role this is the role's ARN [IAM User Guide, "AWS global
condition context keys"]; a gateway endpoint admits no `Principal` but `*` with this condition), what (the actions of
the access) and where (the named resources, in our own account where an account owns them). With an organisation,
callers and owned resources must also be in it. The actions come from the same table as those of the roles,
`zt_ai.aws.plan.service_actions`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from zt_ai.aws.naming import Scope
from zt_ai.aws.plan.identity_policy import acting_role
from zt_ai.aws.plan.policy_json import document, sid, statement
from zt_ai.aws.plan.service_actions import Condition, Grant, endpoints, grants, layer_bucket_arn
from zt_ai.intent.model import Access, Intent, Party, ServiceIntent
from zt_ai.spec.types import ServiceKind

# Characters of an endpoint policy, white space included [AWS PrivateLink Guide, same page, "Considerations"].
MAX_CHARACTERS = 20_480


@dataclass(frozen=True, slots=True)
class EndpointPlan:
    """One endpoint: its AWS short name, its policy and the clauses that need it."""

    service: str
    policy: str
    clauses: tuple[str, ...]


def endpoint_plans(intent: Intent, scope: Scope, organization: str | None = None) -> dict[str, EndpointPlan]:
    """The endpoints that the accesses of an intent need, by AWS short name, in the order of the names."""
    used: dict[str, list[Access]] = {}
    for access in intent.accesses:
        if access.destination_party is Party.SERVICE:
            for endpoint in endpoints(intent.services[access.destination].kind):
                used.setdefault(endpoint, []).append(access)
    return {
        endpoint: EndpointPlan(
            endpoint,
            document(_statements(endpoint, accesses, intent.services, scope, organization)),
            tuple(sorted({a.clause.id for a in accesses})),
        )
        for endpoint, accesses in sorted(used.items())
    }


def _statements(
    endpoint: str,
    accesses: Iterable[Access],
    services: Mapping[str, ServiceIntent],
    scope: Scope,
    organization: str | None,
) -> list[dict[str, Any]]:
    """Statements of one endpoint in the order of their ids, so that the order of the specification does not matter."""
    result: dict[str, dict[str, Any]] = {}
    for access in accesses:
        service = services[access.destination]
        if endpoint == "s3" and service.kind is ServiceKind.CONTAINER_IMAGES:
            # Image layers come from a bucket of AWS, by a URL that ECR signed: neither caller nor account is ours.
            result["ImageLayers"] = statement("ImageLayers", ["s3:GetObject"], [layer_bucket_arn(scope)], principal="*")
            continue
        role = acting_role(access)
        for grant in grants(scope, service.kind, access.access, service.resources):
            identifier = _sid(role, service.name, access, grant)
            result[identifier] = statement(
                identifier,
                grant.actions,
                grant.resources,
                principal="*",
                condition=_condition(grant, scope, role, organization),
            )
    return [entry for _, entry in sorted(result.items())]


def _sid(role: str, service: str, access: Access, grant: Grant) -> str:
    """Readable and unique: words alone would not tell `a-b` and `c` from `a` and `b-c`."""
    kind = access.access.value if access.access else "use"
    digest = hashlib.sha256("|".join((role, service, kind, grant.name)).encode()).hexdigest()[:6]
    return sid(role, service, kind, grant.name, digest)


def _condition(grant: Grant, scope: Scope, role: str, organization: str | None) -> Condition:
    equals: dict[str, str | tuple[str, ...]] = {"aws:PrincipalArn": scope.role_arn(role)}
    if grant.owned:
        equals["aws:ResourceAccount"] = scope.account
    if organization:
        equals["aws:PrincipalOrgID"] = organization
        if grant.owned:
            equals["aws:ResourceOrgID"] = organization
    both = {**grant.condition.get("StringEquals", {}), **equals}
    return {**grant.condition, "StringEquals": both}
