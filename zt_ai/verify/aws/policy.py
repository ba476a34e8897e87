"""Policy documents of AWS as typed statements.

Read from JSON text or from values already parsed, strictly: an element that is not part of the grammar makes the
document unreadable rather than being skipped, because a skipped element could be the one that grants [IAM User Guide,
"Grammar of the IAM JSON policy language"]. What the statements mean is in `zt_ai.verify.aws.grants`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from zt_ai.graph.model import Ref, Unknown, Value
from zt_ai.verify.aws.wildcard import covers, has_variable, overlaps, without_variables
from zt_ai.verify.reading import plain

ANYONE = "*"
_DOCUMENT = frozenset({"Version", "Id", "Statement"})
_STATEMENT = frozenset(
    {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
)


class Effect(StrEnum):
    """What a statement does with the requests it applies to."""

    ALLOW = "Allow"
    DENY = "Deny"


class PrincipalKind(StrEnum):
    """How a principal is named [IAM User Guide, "AWS JSON policy elements: Principal"]."""

    AWS = "AWS"
    SERVICE = "Service"
    FEDERATED = "Federated"
    CANONICAL_USER = "CanonicalUser"


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A document that cannot be read, and why. It is no proof of anything."""

    reason: str


@dataclass(frozen=True, slots=True)
class Principal:
    """Who may call. `value` is an ARN, an account, a service name, or `*` for anyone, signed in or not."""

    kind: PrincipalKind
    value: str

    @property
    def anyone(self) -> bool:
        """Whether this is everybody."""
        return self.kind is PrincipalKind.AWS and self.value == ANYONE

    def __str__(self) -> str:
        return "anyone" if self.anyone else f"{self.kind} {self.value}"


@dataclass(frozen=True, slots=True)
class Selector:
    """Actions or resources of a statement: the patterns, or (`negated`) everything but the patterns."""

    patterns: tuple[str, ...]
    negated: bool = False

    def widest(self) -> tuple[str, ...]:
        """Patterns for everything that may be selected; a negated selector and a variable are read as everything they
        may be."""
        return (ANYONE,) if self.negated else tuple(without_variables(one) for one in self.patterns)

    def surely_covers(self, pattern: str) -> bool:
        """Whether every text of the pattern is selected for certain."""
        if self.negated:
            return not any(overlaps(without_variables(one), pattern) for one in self.patterns)
        return any(covers(one, pattern) for one in self.patterns if not has_variable(one))


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of a Condition block. `key` is lower-cased: keys are not case-sensitive, operators and values are."""

    operator: str
    key: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """One statement. Actions are lower-cased because AWS does not tell their cases apart."""

    position: int  # from 1
    sid: str | None
    effect: Effect
    principals: tuple[Principal, ...]
    principals_negated: bool
    actions: Selector
    resources: Selector
    conditions: tuple[Condition, ...]

    def __str__(self) -> str:
        return f"statement {self.position}" + (f" ({self.sid})" if self.sid else "")


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy document."""

    statements: tuple[Statement, ...]


def read_policy(value: Value) -> Policy | Unreadable:
    """Read a policy document from JSON text or parsed values."""
    value = plain(value)
    if isinstance(value, Unknown | Ref):
        return Unreadable("the policy is known only after the deployment")
    if isinstance(value, str):
        try:
            value = json.loads(value, object_pairs_hook=_unique)
        except (ValueError, RecursionError) as error:
            return Unreadable(f"the policy is not JSON: {error}")
    try:
        return _policy(value)
    except _MalformedError as error:
        return Unreadable(f"the policy is malformed: {error}")


class _MalformedError(Exception):
    """A document that does not follow the grammar."""


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A JSON object; a key that comes twice is refused, because readers differ in which one they take."""
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key comes twice in one object")
    return found


def _policy(value: Any) -> Policy:
    document = _object(value, "the document", _DOCUMENT)
    statements = document.get("Statement")
    if isinstance(statements, Mapping):
        statements = [statements]
    if not isinstance(statements, Sequence) or isinstance(statements, str) or not statements:
        raise _MalformedError("it has no statements")
    return Policy(tuple(_statement(one, position) for position, one in enumerate(statements, start=1)))


def _statement(value: Any, position: int) -> Statement:
    where = f"statement {position}"
    body = _object(value, where, _STATEMENT)
    for first, second in (("Principal", "NotPrincipal"), ("Action", "NotAction"), ("Resource", "NotResource")):
        if first in body and second in body:
            raise _MalformedError(f"{where} has both {first} and {second}")
    try:
        effect = Effect(str(body.get("Effect")))
    except ValueError:
        raise _MalformedError(f"{where} has the effect {body.get('Effect')!r}") from None
    if "Action" not in body and "NotAction" not in body:
        raise _MalformedError(f"{where} names no action")
    actions = _selector(body, "Action", where)
    negated = "NotPrincipal" in body
    sid = body.get("Sid")
    return Statement(
        position=position,
        sid=sid if isinstance(sid, str) else None,
        effect=effect,
        principals=_principals(body["NotPrincipal" if negated else "Principal"], where)
        if negated or "Principal" in body
        else (),
        principals_negated=negated,
        actions=Selector(tuple(one.lower() for one in actions.patterns), actions.negated),
        resources=_selector(body, "Resource", where),
        conditions=_conditions(body.get("Condition", {}), where),
    )


def _selector(body: Mapping[str, Any], name: str, where: str) -> Selector:
    negated = f"Not{name}" in body
    # Without a Resource element a statement of a resource policy is about the resource that carries it: everything of
    # it.
    patterns = body.get(f"Not{name}" if negated else name, (ANYONE,))
    return Selector(_texts(patterns, f"{name} of {where}"), negated)


def _principals(value: Any, where: str) -> tuple[Principal, ...]:
    if value == ANYONE:
        return (Principal(PrincipalKind.AWS, ANYONE),)
    body = _object(value, f"Principal of {where}", frozenset(PrincipalKind))
    return tuple(
        Principal(PrincipalKind(kind), one)
        for kind, named in body.items()
        for one in _texts(named, f"Principal of {where}")
    )


def _conditions(value: Any, where: str) -> tuple[Condition, ...]:
    block = _object(value, f"Condition of {where}", None)
    found: list[Condition] = []
    for operator, lines in block.items():
        for key, values in _object(lines, f"{operator} of {where}", None).items():
            found.append(Condition(operator, key.lower(), _texts(values, f"{operator} {key} of {where}")))
    return tuple(found)


def _object(value: Any, where: str, allowed: frozenset[str] | None) -> Mapping[str, Any]:
    value = plain(value)
    if not isinstance(value, Mapping):
        raise _MalformedError(f"{where} is not an object")
    unknown = sorted(set(value) - allowed) if allowed is not None else []
    if unknown:
        raise _MalformedError(f"{where} has the unknown element {unknown[0]!r}")
    return value


def _texts(value: Any, where: str) -> tuple[str, ...]:
    value = plain(value)
    members = value if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
    found = []
    for one in map(plain, members):
        if isinstance(one, Unknown | Ref):
            raise _MalformedError(f"{where} is known only after the deployment")
        if isinstance(one, bool):
            one = str(one).lower()  # noqa: PLW2901 - JSON's true and the text "true" mean the same in a condition
        if isinstance(one, int | float):
            one = str(one)  # noqa: PLW2901
        if not isinstance(one, str):
            raise _MalformedError(f"{where} holds something that is not text")
        found.append(one)
    if not found:
        raise _MalformedError(f"{where} is empty")
    return tuple(found)
