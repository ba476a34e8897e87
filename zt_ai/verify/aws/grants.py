"""What a policy document grants: each Allow, narrowed by its conditions and by the Denies, never by more than is
certain."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from zt_ai.verify.aws.conditions import (
    CALLER_ACCOUNT,
    PRINCIPAL_ACCOUNT,
    PRINCIPAL_ARN,
    PRINCIPAL_ORGANIZATION,
    PRINCIPAL_ORGANIZATION_PATHS,
    SOURCE_ACCOUNT,
    SOURCE_ARN,
    SOURCE_ORGANIZATION,
    Limits,
    cuts,
    limits,
)
from zt_ai.verify.aws.policy import ANYONE, Effect, Policy, Principal, PrincipalKind, Statement

_EVERYBODY = Principal(PrincipalKind.AWS, ANYONE)
_ENCRYPTION_CONTEXT = "kms:encryptioncontext:"
_ARN_FIELDS = 6  # arn:partition:service:region:account:resource


@dataclass(frozen=True, slots=True)
class Grant:
    """One principal may do one action pattern on one resource pattern, within the limits."""

    statement: Statement
    principal: Principal
    action: str
    resource: str
    limits: Limits


def grants(policy: Policy) -> Iterator[Grant]:
    """All grants of a policy, a superset of what AWS would allow by this document."""
    denied = cuts(policy)
    for statement in policy.statements:
        if statement.effect is Effect.DENY:
            continue
        # A statement of a resource policy without principals, and "all but these", are read as the widest: everybody.
        principals = (_EVERYBODY,) if statement.principals_negated or not statement.principals else statement.principals
        demanded = limits(statement.conditions)
        if not all(demanded.values()):
            continue  # two conditions that exclude each other
        for principal in principals:
            for action in statement.actions.widest():
                for resource in statement.resources.widest():
                    left = denied.narrow(demanded, principal, action, resource)
                    if left is not None:
                        yield Grant(statement, principal, action, resource, left)


def account_of(arn: str) -> str | None:
    """The account in an ARN or ARN pattern, None where it is not spelt out."""
    fields = arn.split(":", _ARN_FIELDS - 1)
    if len(fields) < _ARN_FIELDS or fields[0] != "arn":
        return None
    # A wildcard before the account could run across the colons, unless it is the whole of a field.
    if any(("*" in one or "?" in one) and one != "*" for one in fields[1:4]):
        return None
    return fields[4] if fields[4].isdigit() else None


@dataclass(frozen=True, slots=True)
class Home:
    """What counts as inside: the account, and the organisation where there is one."""

    account: str
    organization: str | None = None

    def admits_outsiders(self, grant: Grant) -> bool:
        """Whether somebody outside, or an AWS service acting for somebody outside, may be let in by the grant."""
        principal = grant.principal
        if principal.kind is PrincipalKind.SERVICE:
            return not self._source_inside(grant.limits)
        if principal.kind is PrincipalKind.FEDERATED:
            return account_of(principal.value) != self.account and not self._caller_inside(grant.limits)
        if principal.kind is PrincipalKind.AWS and self._own(principal.value):
            return False
        return not self._caller_inside(grant.limits)

    def _own(self, principal: str) -> bool:
        return self.account in (principal, account_of(principal))

    def _caller_inside(self, demanded: Limits) -> bool:
        """Whether the limits keep the caller inside. Each of these keys is absent, and so refused, for anonymous
        callers."""
        if any(_all_equal(demanded, key, self.account) for key in (PRINCIPAL_ACCOUNT, CALLER_ACCOUNT)):
            return True
        if _all(demanded.get(PRINCIPAL_ARN), lambda arn: account_of(arn) == self.account):
            return True
        if self.organization is None:
            return False
        paths = f"{self.organization}/"
        return _all_equal(demanded, PRINCIPAL_ORGANIZATION, self.organization) or _all(
            demanded.get(PRINCIPAL_ORGANIZATION_PATHS), lambda path: path.startswith(paths)
        )

    def _source_inside(self, demanded: Limits) -> bool:
        """Whether the limits keep a service from acting for others [IAM User Guide, "The confused deputy problem"]."""
        if any(_all_equal(demanded, key, self.account) for key in (SOURCE_ACCOUNT, CALLER_ACCOUNT)):
            return True
        if self.organization is not None and _all_equal(demanded, SOURCE_ORGANIZATION, self.organization):
            return True
        # CloudTrail and CloudWatch Logs name the trail or log group in the encryption context of their calls to KMS.
        sources = [
            key
            for key in demanded
            if key == SOURCE_ARN or (key.startswith(_ENCRYPTION_CONTEXT) and key.endswith(":arn"))
        ]
        return any(_all(demanded[key], lambda arn: account_of(arn) == self.account) for key in sources)


def outsiders(policy: Policy, home: Home) -> tuple[str, ...]:
    """One sentence for each statement and principal by which somebody outside is let in."""
    found: dict[tuple[Statement, Principal], list[str]] = {}
    for grant in grants(policy):
        if home.admits_outsiders(grant):
            found.setdefault((grant.statement, grant.principal), []).append(grant.action)
    return tuple(_sentence(statement, principal, actions) for (statement, principal), actions in found.items())


def _sentence(statement: Statement, principal: Principal, actions: list[str]) -> str:
    named = ", ".join(dict.fromkeys(actions))
    if principal.kind is PrincipalKind.SERVICE:
        return f"{statement} lets {principal} do {named} on behalf of any account"
    return f"{statement} lets {principal} do {named}"


def _all(values: tuple[str, ...] | None, holds: Callable[[str], bool]) -> bool:
    return bool(values) and all(map(holds, values or ()))


def _all_equal(demanded: Limits, key: str, wanted: str) -> bool:
    return demanded.get(key) == (wanted,)
