"""IAM roles from the intent: who may assume each, and what each may do. Pure: `identity.identities` registers them.

Every workload and agent has a role of its own, so that a call can be told apart by its caller. A role may do what its
accesses to services say and nothing else; a workload without such an access has a role without any policy.
"""

from __future__ import annotations

from dataclasses import dataclass

from zt_ai.aws.naming import Scope
from zt_ai.aws.plan.policy_json import document, service, sid, statement
from zt_ai.aws.plan.service_actions import Condition, grants
from zt_ai.intent.model import EGRESS_PROXY, Access, Intent, Party, WorkloadIntent

EXECUTION_ROLE = f"{EGRESS_PROXY}-execution"
DEFAULT_PRINCIPAL = "ecs-tasks.amazonaws.com"

# Identity policies of one role, together, white space not counted [IAM User Guide, "IAM and AWS STS quotas"].
MAX_INLINE_CHARACTERS = 10_240


class PolicySizeError(Exception):
    """The accesses of one workload do not fit into its role's inline policies."""


@dataclass(frozen=True, slots=True)
class Identity:
    """One role. `policy` is None when the workload calls no service."""

    key: str  # workload name, or the execution role's key
    workload: str
    role_name: str
    trust: str
    policy: str | None
    clauses: tuple[str, ...]


def acting_role(access: Access) -> str:
    """Key of the role that makes the calls of an access to a service.

    What the egress proxy needs to start is fetched by Amazon ECS and not by the container: image, secret and log stream
    belong to the task execution role [ECS Developer Guide, "Amazon ECS task execution IAM role"].
    """
    return (
        EXECUTION_ROLE if access.source == EGRESS_PROXY and access.clause.id.startswith("implied:") else access.source
    )


def identities(scope: Scope, intent: Intent) -> dict[str, Identity]:
    """Every role of an intent by its key: workloads in order, then the proxy's execution role.

    Raises:
        PolicySizeError: the message names the workload and the flows to change.
        ValueError: a workload has the name of the execution role.
    """
    if EXECUTION_ROLE in intent.workloads:
        raise ValueError(f"the name '{EXECUTION_ROLE}' is taken by the role that starts the proxy; rename the workload")
    accesses: dict[str, list[Access]] = {}
    for access in intent.accesses:
        if access.destination_party is Party.SERVICE:
            accesses.setdefault(acting_role(access), []).append(access)
    result = {w.name: _identity(scope, intent, w.name, w, accesses.get(w.name, [])) for w in intent.workloads.values()}
    if EXECUTION_ROLE in accesses:
        proxy = intent.workloads[EGRESS_PROXY]
        result[EXECUTION_ROLE] = _identity(scope, intent, EXECUTION_ROLE, proxy, accesses[EXECUTION_ROLE])
    return result


def trust_policy(scope: Scope, principal: str) -> str:
    """Who may assume a role: one AWS service, on behalf of this account where the service can be held to that.

    A condition on a key that the service does not send would lock everybody out, so only what is documented is asked
    for:

    - Amazon ECS sends source account and source ARN [ECS Developer Guide, "Amazon ECS task IAM role"];
    - EKS on Fargate sends the source ARN [EKS User Guide, "Amazon EKS Pod execution IAM role"];
    - EKS Pod Identity tags the session with the cluster's ARN [EKS User Guide, "Grant Pods access to AWS resources
      based on tags"], and needs the right to tag.

    For EC2, Lambda and others nothing is documented. They stay bound to the account by `iam:PassRole`: a role can be
    passed to a service in its own account only [IAM User Guide, "Granting a user permissions to pass a role to an AWS
    service"].
    """
    actions = ["sts:AssumeRole", "sts:TagSession"] if principal == "pods.eks.amazonaws.com" else ["sts:AssumeRole"]
    condition = _source_condition(scope, principal)
    entry = statement("Assume", actions, [], principal=service(principal), condition=condition)
    del entry["Resource"]  # a trust policy has none: the role itself is the resource
    return document([entry])


def _source_condition(scope: Scope, principal: str) -> Condition:
    if principal == DEFAULT_PRINCIPAL:
        return {
            "StringEquals": {"aws:SourceAccount": scope.account},
            "ArnLike": {"aws:SourceArn": scope.arn("ecs", "*")},
        }
    if principal == "eks-fargate-pods.amazonaws.com":
        return {"ArnLike": {"aws:SourceArn": scope.arn("eks", "fargateprofile/*")}}
    if principal == "pods.eks.amazonaws.com":
        return {"StringLike": {"aws:RequestTag/eks-cluster-arn": scope.arn("eks", "cluster/*")}}
    return {}


def _identity(scope: Scope, intent: Intent, key: str, workload: WorkloadIntent, accesses: list[Access]) -> Identity:
    policy = _policy(scope, intent, accesses) if accesses else None
    if policy is not None and len(policy) > MAX_INLINE_CHARACTERS:
        flows = ", ".join(sorted({a.clause.id for a in accesses}))
        raise PolicySizeError(
            f"the policy of '{key}' has {len(policy)} characters and a role takes {MAX_INLINE_CHARACTERS}; "
            f"name fewer resources in the services, or split the workload; it comes from {flows}"
        )
    clauses = tuple(sorted({a.clause.id for a in accesses}))
    return Identity(
        key,
        workload.name,
        scope.role_name(key),
        trust_policy(scope, workload.assumed_by or DEFAULT_PRINCIPAL),
        policy,
        clauses,
    )


def _policy(scope: Scope, intent: Intent, accesses: list[Access]) -> str:
    """One statement for each clause and kind of resource; two clauses that ask for the same give the statement once."""
    statements: dict[str, dict[str, object]] = {}
    for access in sorted(accesses, key=lambda a: (a.clause.id, a.destination)):
        target = intent.services[access.destination]
        for grant in grants(scope, target.kind, access.access, target.resources):
            entry = statement(
                sid(access.clause.name, access.destination, grant.name),
                grant.actions,
                grant.resources,
                condition=grant.condition,
            )
            same = {key: value for key, value in entry.items() if key != "Sid"}
            if not any({k: v for k, v in other.items() if k != "Sid"} == same for other in statements.values()):
                statements[str(entry["Sid"])] = entry
    return document(list(statements.values()))
