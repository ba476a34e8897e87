"""What a VPC endpoint's policy lets through beyond what is expected.

Every endpoint has a policy that allows everything until it is given another one [AWS PrivateLink Guide, "Control
access to VPC endpoints using endpoint policies"], so an endpoint is a way out to any account's resources unless its
policy names ours. A gateway endpoint's policy is the same document. What is compared is each grant (see
`zt_ai.verify.aws.grants`) with the expectation; nothing else in the document matters.

One foreign bucket is admitted: Amazon ECR keeps image layers in a bucket of AWS's own,
`prod-REGION-starport-layer-bucket`, and signs the reads itself [Amazon ECR User Guide, "Amazon ECR interface VPC
endpoints", "Minimum Amazon S3 bucket permissions for Amazon ECR"].
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from zt_ai.graph.model import Value
from zt_ai.verify.aws.conditions import (
    PRINCIPAL_ACCOUNT,
    PRINCIPAL_ARN,
    PRINCIPAL_ORGANIZATION,
    RESOURCE_ACCOUNT,
    RESOURCE_ALIASES,
    RESOURCE_ORGANIZATION,
)
from zt_ai.verify.aws.grants import Grant, Home, account_of, grants
from zt_ai.verify.aws.policy import ANYONE, Principal, PrincipalKind, Unreadable, read_policy
from zt_ai.verify.aws.wildcard import covered, meet
from zt_ai.verify.reading import plain

_LAYER_ACTION = "s3:getobject"


@dataclass(frozen=True, slots=True)
class ExpectedGrant:
    """Some roles may do some actions on some resources.

    `principals` and `resources` are ARNs or ARN patterns. `aliases` (KMS, with their `alias/` prefix) must be
    demanded by the policy where given. `owned`: the resources are our account's, so a pattern for names that others
    can take must be tied to the account.
    """

    principals: tuple[str, ...]
    actions: tuple[str, ...]
    resources: tuple[str, ...]
    aliases: tuple[str, ...] = ()
    owned: bool = True


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one endpoint may be used for. `image_layers`: images are pulled through it, so ECR's own bucket may be
    read."""

    home: Home
    region: str
    grants: tuple[ExpectedGrant, ...]
    image_layers: bool = False


class Excess(StrEnum):
    """In what way a grant goes too far."""

    PRINCIPAL = "principal"  # somebody who is not expected
    ACTION = "action"  # an expected role, an action that is not
    RESOURCE = "resource"  # an expected role, a resource that is not, or one that may be foreign


@dataclass(frozen=True, slots=True)
class Finding:
    """A grant beyond the expectation."""

    excess: Excess
    statement: str
    principal: str
    action: str
    resource: str
    explanation: str


@dataclass(frozen=True, slots=True)
class EndpointPolicyFindings:
    """The grants beyond, and why the policy could not be read, if so. Neither: the policy admits nothing that is not
    expected."""

    findings: tuple[Finding, ...] = ()
    reasons: tuple[str, ...] = ()


def endpoint_policy_findings(policy: Value, expectation: Expectation) -> EndpointPolicyFindings:
    """Compare an endpoint's `policy` input with the expectation; an absent policy is AWS's own, which allows
    everything."""
    if plain(policy) is None:
        explanation = (
            "the endpoint has no policy, so AWS's own applies: anyone may do anything with any account's resources"
        )
        return EndpointPolicyFindings(
            (Finding(Excess.PRINCIPAL, "the default policy", "anyone", "*", "*", explanation),)
        )
    document = read_policy(policy)
    if isinstance(document, Unreadable):
        return EndpointPolicyFindings(reasons=(document.reason,))
    found = {finding: None for grant in grants(document) for finding in _beyond(grant, expectation)}
    return EndpointPolicyFindings(tuple(found))


def layer_bucket_objects(region: str) -> str:
    """ARN pattern of the objects in the bucket where Amazon ECR keeps image layers."""
    partition = "aws-cn" if region.startswith("cn-") else "aws-us-gov" if region.startswith("us-gov-") else "aws"
    return f"arn:{partition}:s3:::prod-{region}-starport-layer-bucket/*"


def _beyond(grant: Grant, expectation: Expectation) -> Iterator[Finding]:
    """The ways in which one grant goes too far, one for each principal pattern."""
    if (
        expectation.image_layers
        and grant.action == _LAYER_ACTION
        and covered(grant.resource, (layer_bucket_objects(expectation.region),))
    ):
        return
    for caller in _callers(grant):
        allowed = [one for one in expectation.grants if covered(caller, one.principals)]
        if not allowed:
            yield _finding(
                Excess.PRINCIPAL, grant, caller, f"{_who(caller, grant)} is not expected to use this endpoint"
            )
            continue
        acting = [one for one in allowed if covered(grant.action, tuple(action.lower() for action in one.actions))]
        if not acting:
            yield _finding(Excess.ACTION, grant, caller, f"{caller} may do {grant.action}, which no clause asks for")
            continue
        touching = [one for one in acting if covered(grant.resource, one.resources)]
        if not touching:
            yield _finding(
                Excess.RESOURCE,
                grant,
                caller,
                f"{caller} may do {grant.action} on {grant.resource}, which no clause asks for",
            )
            continue
        reason = min((_foreign(grant, one, expectation.home) for one in touching), key=len)
        if reason:
            yield _finding(
                Excess.RESOURCE, grant, caller, f"{caller} may do {grant.action} on {grant.resource} {reason}"
            )


def _callers(grant: Grant) -> tuple[str, ...]:
    """ARN patterns of everybody the grant admits, with the Principal element and the condition on the caller's ARN
    taken together."""
    named = _pattern(grant.principal)
    demanded = grant.limits.get(PRINCIPAL_ARN)
    return (named,) if demanded is None else meet((named,), demanded)


def _pattern(principal: Principal) -> str:
    if principal.kind is not PrincipalKind.AWS:
        return str(principal)  # never covered by the ARN of a role
    if principal.value.isdigit():
        return f"arn:*:*:*:{principal.value}:*"
    account = account_of(principal.value)
    # The root of an account stands for everybody in it [IAM User Guide, "AWS JSON policy elements: Principal", "AWS
    # account principals"].
    return f"arn:*:*:*:{account}:*" if account and principal.value.endswith(":root") else principal.value


def _who(caller: str, grant: Grant) -> str:
    if caller != ANYONE:
        return caller
    for key in (PRINCIPAL_ACCOUNT, PRINCIPAL_ORGANIZATION):
        if key in grant.limits:
            return f"anyone of {' or '.join(grant.limits[key])}"
    return "anyone"


def _foreign(grant: Grant, expected: ExpectedGrant, home: Home) -> str:
    """Why the resource may be another than the expected one; empty where it cannot."""
    if expected.aliases and not all(
        covered(one, expected.aliases) for one in grant.limits.get(RESOURCE_ALIASES, (ANYONE,))
    ):
        return "whatever alias the key has"
    if not expected.owned or account_of(grant.resource) == home.account:
        return ""
    if grant.limits.get(RESOURCE_ACCOUNT) == (home.account,):
        return ""
    if home.organization is not None and grant.limits.get(RESOURCE_ORGANIZATION) == (home.organization,):
        return ""
    return "of any account: nothing ties it to ours"


def _finding(excess: Excess, grant: Grant, caller: str, explanation: str) -> Finding:
    return Finding(excess, str(grant.statement), caller, grant.action, grant.resource, explanation)
