"""Which resources are which zone, workload and front, for programs that do not carry the tags of zt-ai.

Without selectors the tags decide. With them, a resource that matches a pattern belongs to what the pattern is listed
under, and the tags decide for the rest. A resource that belongs to nothing is analysed as a party of its own, never
left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase

from zt_ai.graph import Resource


@dataclass(frozen=True, slots=True)
class Match:
    """A pattern for resources; everything that is given must hold. `name`, `urn` and `id` take shell wildcards."""

    name: str | None = None  # Pulumi's logical name
    urn: str | None = None
    id: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)

    def holds(self, resource: Resource, tags: Mapping[str, str]) -> bool:
        """Whether a resource fits. A pattern that says nothing fits nothing."""
        if self.name is None and self.urn is None and self.id is None and not self.tags:
            return False
        return (
            (self.name is None or fnmatchcase(resource.name, self.name))
            and (self.urn is None or fnmatchcase(resource.urn, self.urn))
            and (self.id is None or (resource.id is not None and fnmatchcase(resource.id, self.id)))
            and all(tags.get(key) == value for key, value in self.tags.items())
        )


Patterns = Mapping[str, tuple[Match, ...]]


@dataclass(frozen=True, slots=True)
class Selectors:
    """Patterns by the name they select: subnets by zone and role, security groups and IAM roles by workload or
    front."""

    zones: Patterns = field(default_factory=dict)  # zone -> subnets
    subnet_roles: Patterns = field(default_factory=dict)  # "endpoints", "firewall", "nat", "transit" -> subnets
    workloads: Patterns = field(default_factory=dict)  # workload -> security groups and IAM roles
    fronts: Patterns = field(default_factory=dict)  # workload -> security groups of the load balancer in front of it


def selected(patterns: Patterns, resource: Resource, tags: Mapping[str, str]) -> str | None:
    """The first name one of whose patterns fits the resource."""
    return next((name for name, matches in patterns.items() if _any(matches, resource, tags)), None)


def _any(matches: Iterable[Match], resource: Resource, tags: Mapping[str, str]) -> bool:
    return any(match.holds(resource, tags) for match in matches)
