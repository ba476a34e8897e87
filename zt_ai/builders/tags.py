"""Tags that name the clauses behind a resource."""

from __future__ import annotations

from collections.abc import Iterable

from zt_ai.builders.naming import TAG_CLAUSE

# Characters of one tag value, on AWS and on Azure [AWS General Reference, "Tagging your AWS resources"; Azure Resource
# Manager documentation, "Use tags to organize your Azure resources": limitations].
MAX_VALUE = 256


def clause_tags(clauses: Iterable[str]) -> dict[str, str]:
    """Clause ids, sorted and separated by one space, in as many tags as they need: `zt-ai:clause`, `zt-ai:clause-2`,
    ...
    """
    values: list[str] = []
    for clause in sorted(set(clauses)):
        if values and len(values[-1]) + 1 + len(clause) <= MAX_VALUE:
            values[-1] += f" {clause}"
        else:
            values.append(clause)
    return {TAG_CLAUSE if index == 0 else f"{TAG_CLAUSE}-{index + 1}": value for index, value in enumerate(values)}
