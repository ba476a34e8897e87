"""What conditions do to a statement, on the safe side.

A condition that is not understood never narrows an Allow and never lets a Deny bite. Facts used, all from the IAM
User Guide:

- A missing key makes a condition false, a negated one true, and any `...IfExists` one true ["Condition operators"].
- `ForAllValues` is true where the key is missing ["Set operators for multivalued context keys"], so it narrows
  nothing by itself.
- `aws:PrincipalArn` and `aws:PrincipalAccount` are absent from anonymous requests, `aws:PrincipalOrgID` from callers
  outside any organisation, `aws:ResourceOrgID` for resources outside any ["AWS global condition context keys"]: an
  IfExists on them lets those through.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from zt_ai.verify.aws.policy import Condition, Effect, Policy, Principal, PrincipalKind, Statement
from zt_ai.verify.aws.wildcard import has_variable, meet, without_variables

PRINCIPAL_ARN = "aws:principalarn"
PRINCIPAL_ACCOUNT = "aws:principalaccount"
PRINCIPAL_ORGANIZATION = "aws:principalorgid"
PRINCIPAL_ORGANIZATION_PATHS = "aws:principalorgpaths"
RESOURCE_ACCOUNT = "aws:resourceaccount"
RESOURCE_ORGANIZATION = "aws:resourceorgid"
RESOURCE_ALIASES = "kms:resourcealiases"
SOURCE_ACCOUNT = "aws:sourceaccount"
SOURCE_ARN = "aws:sourcearn"
SOURCE_ORGANIZATION = "aws:sourceorgid"
CALLER_ACCOUNT = "kms:calleraccount"
IS_AWS_SERVICE = "aws:principalisawsservice"
VIA_AWS_SERVICE = "aws:viaawsservice"

_ANY_VALUE = "ForAnyValue:"
_IF_EXISTS = "IfExists"
_POSITIVE = frozenset({"StringEquals", "StringLike", "ArnEquals", "ArnLike", "Bool"})
_NEGATIVE = frozenset({"StringNotEquals", "StringNotLike", "ArnNotEquals", "ArnNotLike"})

Limits = Mapping[str, tuple[str, ...]]
"""By condition key: the patterns one of which the key's value must match. A key that is not listed may be anything,
or absent."""


@dataclass(frozen=True, slots=True)
class Cut:
    """What a Deny takes away for certain: requests whose `key` matches none of `patterns`; all of them where `key` is
    None."""

    statement: Statement
    key: str | None = None
    patterns: tuple[str, ...] = ()

    def applies(self, principal: Principal, action: str, resource: str) -> bool:
        """Whether the Deny is about every request that these patterns stand for."""
        deny = self.statement
        if deny.principals_negated or not _names(deny.principals, principal):
            return False
        return deny.actions.surely_covers(action) and deny.resources.surely_covers(resource)


@dataclass(frozen=True, slots=True)
class Cuts:
    """The cuts of all Deny statements of a policy, one set for callers of their own and one for AWS services."""

    direct: tuple[Cut, ...] = ()
    by_service: tuple[Cut, ...] = field(default=())

    def narrow(self, limits: Limits, principal: Principal, action: str, resource: str) -> Limits | None:
        """The limits after the Denies, None where nothing is left."""
        narrowed = dict(limits)
        for cut in self.by_service if principal.kind is PrincipalKind.SERVICE else self.direct:
            if not cut.applies(principal, action, resource):
                continue
            if cut.key is None:
                return None
            narrowed[cut.key] = meet(narrowed[cut.key], cut.patterns) if cut.key in narrowed else cut.patterns
        return narrowed if all(narrowed.values()) else None


def limits(conditions: Iterable[Condition]) -> Limits:
    """What the conditions of an Allow statement demand for certain."""
    conditions = tuple(conditions)
    present = {one.key for one in conditions if one.operator == "Null" and one.values == ("false",)}
    found: dict[str, tuple[str, ...]] = {}
    for one in conditions:
        operator = one.operator.removeprefix(_ANY_VALUE)
        optional = operator.endswith(_IF_EXISTS)
        if operator.removesuffix(_IF_EXISTS) not in _POSITIVE or (optional and one.key not in present):
            continue
        patterns = tuple(without_variables(value) for value in one.values)
        found[one.key] = meet(found[one.key], patterns) if one.key in found else patterns
    return found


def cuts(policy: Policy) -> Cuts:
    """What the Deny statements of a policy take away for certain."""
    denies = [one for one in policy.statements if one.effect is Effect.DENY]
    return Cuts(
        direct=tuple(cut for deny in denies if (cut := _cut(deny, service=False))),
        by_service=tuple(cut for deny in denies if (cut := _cut(deny, service=True))),
    )


def _cut(deny: Statement, *, service: bool) -> Cut | None:
    """The cut of one Deny for one class of callers: at most one of its conditions may be open, and that one negated."""
    negated: list[Condition] = []
    for one in deny.conditions:
        if _surely_true(one, service=service):
            continue
        if one.operator.removesuffix(_IF_EXISTS) not in _NEGATIVE or any(map(has_variable, one.values)):
            return None
        negated.append(one)
    if not negated:
        return Cut(deny)
    if len(negated) > 1:
        return None  # "denied unless this or that holds": not expressible as one limit, so it counts for nothing
    return Cut(deny, negated[0].key, negated[0].values)


def _surely_true(condition: Condition, *, service: bool) -> bool:
    """Whether a condition holds for every caller of the class, as the exceptions for AWS services in a data perimeter
    do.

    A call by a workload itself is neither by an AWS service nor through one [data-perimeter-policy-examples, "README"].
    """
    if condition.operator not in ("Bool", "Bool" + _IF_EXISTS) or condition.key not in (
        IS_AWS_SERVICE,
        VIA_AWS_SERVICE,
    ):
        return False
    if service:
        return condition.key == IS_AWS_SERVICE and condition.values == ("true",)
    return condition.values == ("false",)


def _names(denied: tuple[Principal, ...], principal: Principal) -> bool:
    """Whether a Deny's principals include this one for certain."""
    return any(one.anyone or one == principal for one in denied)
