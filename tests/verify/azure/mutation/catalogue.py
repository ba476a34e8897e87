"""Harmful changes to a planned architecture on Azure, each with the claims of which at least one must fall.

`claims` names what has to be REFUTED or UNKNOWN; a mutation that only breaks some other claim counts as a failure,
because then the verifier would be right for the wrong reason.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from tests.verify.azure.mutation import audit, borders, egress, identities, inspection, rules
from tests.verify.azure.mutation.editor import Editor


@dataclass(frozen=True)
class Mutation:
    """One harmful change."""

    name: str
    apply: Callable[[Editor], None]
    claims: frozenset[str]


def _mutations() -> list[Mutation]:
    found = []
    for module in (rules, borders, egress, identities, inspection, audit):
        for claims, functions in module.MUTATIONS.items():
            found += [Mutation(f.__name__.replace("_", " "), f, frozenset(claims.split())) for f in functions]
    return found


MUTATIONS = _mutations()
