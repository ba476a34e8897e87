"""Harmful changes to a planned architecture on Google Cloud, each with the claims that must fall.

`claims` names what has to be REFUTED or UNKNOWN, one of them at least; a mutation that only breaks some other claim
counts as a failure, because then the verifier would be right for the wrong reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.verify.gcp.mutation import audit, grants, inspection, perimeters, rules, ways
from tests.verify.gcp.mutation.editor import Editor


@dataclass(frozen=True)
class Mutation:
    """One harmful change."""

    name: str
    apply: Callable[[Editor], None]
    claims: frozenset[str]


def _mutations() -> list[Mutation]:
    found = []
    for module in (rules, ways, perimeters, grants, inspection, audit):
        for claims, functions in module.MUTATIONS.items():
            found += [Mutation(f.__name__.replace("_", " "), f, frozenset(claims.split())) for f in functions]
    return found


MUTATIONS = _mutations()
