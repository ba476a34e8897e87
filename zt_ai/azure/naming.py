"""Names, ids, tags and marks on Azure.

Names are chosen here and never by Azure, and ids are written from subscription, resource group and name: so every
scope of a role and every reference is known, and can be proved, before anything is deployed.
"""

from __future__ import annotations

import hashlib
import re
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from zt_ai.builders.naming import TAG_CLAUSE, TAG_ROLE, TAG_SERVICE, TAG_SPEC, TAG_WORKLOAD, TAG_ZONE, shorten

__all__ = [
    "TAG_CLAUSE",
    "TAG_ROLE",
    "TAG_SERVICE",
    "TAG_SPEC",
    "TAG_WORKLOAD",
    "TAG_ZONE",
    "Scope",
    "clause_marks",
    "mark",
    "shorten",
]

# Characters of a security rule's description [Azure REST API, "Security Rules - Create Or Update": description].
MAX_DESCRIPTION = 140
# What the ids of role assignments and role definitions are derived from: these are GUIDs, and ours have to be known.
_NAMESPACE = uuid.UUID("6a1f6f0e-6f5d-5c43-9b52-6d3a7c1f0a44")


@dataclass(frozen=True, slots=True)
class Scope:
    """The subscription and region that things are built in, and the name of the specification."""

    spec: str
    subscription: str
    location: str

    @property
    def group(self) -> str:
        """Name of the resource group that holds everything: `zt-ai-SPEC`."""
        return f"zt-ai-{self.spec}"

    @property
    def group_id(self) -> str:
        """Id of that resource group."""
        return f"/subscriptions/{self.subscription}/resourceGroups/{self.group}"

    def id(self, kind: str, *names: str) -> str:
        """Id of a resource of ours, for example `scope.id("Microsoft.Network/virtualNetworks/subnets", "v", "s")`.

        [Azure Resource Manager, "Resource ID": each type segment is followed by its name.]
        """
        namespace, *types = kind.split("/")
        pairs = "".join(f"/{type_}/{name}" for type_, name in zip(types, names, strict=True))
        return f"{self.group_id}/providers/{namespace}{pairs}"

    def name(self, what: str, limit: int = 80) -> str:
        """Name of a resource that is unique in its resource group: `SPEC-WHAT`."""
        return shorten(f"{self.spec}-{what}", limit)

    def worldwide(self, what: str, limit: int = 24, *, hyphens: bool = True) -> str:
        """Name of a resource that is unique among all customers': prefix, what it is, and a hash (eight hex digits).

        Without `hyphens` it is made of lower-case letters and digits alone, as storage accounts and registries demand
        [Azure documentation, "Naming rules and restrictions for Azure resources"].
        """
        digest = hashlib.sha256(f"{self.subscription}/{self.spec}/{what}".encode()).hexdigest()[:8]
        # A vault's name has no two hyphens in a row.
        words = re.sub(r"-{2,}", "-", f"{self.spec}-{what}")
        if not hyphens:
            return f"{words.replace('-', '')[: limit - 8]}{digest}"
        return f"{words[: limit - 9].rstrip('-')}-{digest}"

    def guid(self, what: str) -> str:
        """A GUID that belongs to this subscription, specification and thing alone."""
        return str(uuid.uuid5(_NAMESPACE, f"{self.subscription}/{self.spec}/{what}"))

    def tags(self, extra: Mapping[str, str] | None = None) -> dict[str, str]:
        """Tags of one resource: the specification, and what tells the verifier where the resource belongs."""
        return {TAG_SPEC: self.spec, **(extra or {})}


def clause_marks(clauses: Iterable[str], limit: int = 1024) -> str:
    """Marks of clauses, as many as fit into a description of `limit` characters [Azure REST API, "Role Assignments -
    Create": description], and how many more there are."""
    marks = [f"[zt-ai:clause={clause}]" for clause in sorted(set(clauses))]
    said = " ".join(marks)
    kept = len(marks)
    while len(said) > limit:
        kept -= 1
        said = " ".join([*marks[:kept], f"and {len(marks) - kept} more"])
    return said


def mark(text: str, **marks: str) -> str:
    """A description of at most 140 characters that ends in marks such as `[zt-ai:clause=flow:a-to-b]`.

    Raises:
        ValueError: the marks alone are longer.
    """
    end = "".join(f" [zt-ai:{key}={value}]" for key, value in sorted(marks.items()))
    if len(end) - 1 > MAX_DESCRIPTION:
        raise ValueError(f"marks of {len(end) - 1} characters do not fit into a description of {MAX_DESCRIPTION}")
    words = " ".join(text.replace("[", "(").replace("]", ")").split())
    return f"{words[: MAX_DESCRIPTION - len(end)].rstrip()}{end}".strip()
