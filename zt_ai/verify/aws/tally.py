"""Counting towards quotas, in one pass over the resources."""

from __future__ import annotations

from dataclasses import dataclass, field

from zt_ai.graph.model import Ref, Resource, ResourceGraph, Unknown, Value
from zt_ai.verify.aws.findings import Findings
from zt_ai.verify.aws.quota_table import Quota, Quotas
from zt_ai.verify.reading import plain


@dataclass(slots=True)
class Tally:
    """How much of each quota each holder (a group, a table, the region …) uses."""

    graph: ResourceGraph
    quotas: Quotas
    findings: Findings = field(default_factory=Findings)
    counted: int = 0  # resources that were looked at
    _counts: dict[tuple[Quota, str, str], int] = field(init=False, default_factory=dict)
    _over: dict[tuple[Quota, str, str], str] = field(
        init=False, default_factory=dict
    )  # the resource that is one too many
    _urns: dict[str, str] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for resource in self.graph:
            for value in (resource.id, resource.outputs.get("arn")):
                if isinstance(value, str) and value:
                    self._urns.setdefault(value, resource.urn)

    def key(self, value: Value) -> str | None:
        """The URN, or the id where the resource is not in the graph, that a value means; None if not known."""
        value = plain(value)
        if isinstance(value, Ref):
            return value.urn
        return self._urns.get(value, value) if isinstance(value, str) else None

    def resource(self, value: Value) -> Resource | None:
        """The resource of the graph that a value means."""
        key = self.key(value)
        return self.graph.get(key) if key is not None else None

    def holder(self, resource: Resource, name: str) -> str | None:
        """The holder that an input names; where it is not known, a reason is added."""
        key = self.key(resource.inputs.get(name))
        if key is None:
            self.findings.doubt(f"{resource.urn}: {name} is known only after the deployment, so it cannot be counted")
        return key

    def add(self, quota: Quota, holder: str, count: int = 1, *, part: str = "", by: Resource | None = None) -> None:
        """Use up some of a quota of a holder, by a resource; `part` tells directions and address families apart."""
        key = (quota, holder, part)
        before = self._counts.get(key, 0)
        self._counts[key] = before + count
        if by is not None and before <= quota.limit < before + count:
            self._over[key] = by.urn

    def unknown(self, resource: Resource, what: str) -> None:
        """Something cannot be counted."""
        self.findings.doubt(f"{resource.urn}: {what}")

    def length(self, quota: Quota, resource: Resource, size: int | Unknown, word: str) -> None:
        """The size of a document of one resource."""
        if isinstance(size, Unknown):
            self.unknown(resource, f"the size of its {word} is known only after the deployment")
        else:
            self.add(quota, resource.urn, size)

    def result(self) -> Findings:
        """A witness for each quota that is exceeded."""
        found = Findings()
        for (quota, holder, part), count in self._counts.items():
            if count > quota.limit:
                self._refute(found, (quota, holder, part), count)
        found.take(self.findings)
        return found

    def _refute(self, found: Findings, key: tuple[Quota, str, str], count: int) -> None:
        quota, holder, part = key
        resource = self.graph.get(holder)
        name = resource.name if resource is not None else holder
        which = f" ({part})" if part else ""
        named = (resource.urn if resource is not None else None, self._over.get(key))
        found.refute(
            f"{name}{which}: {count} {quota.what}, the quota is {quota.limit} [{quota.source}]",
            source=name,
            destination="quota",
            through=tuple(dict.fromkeys(urn for urn in named if urn is not None)),
        )

    @property
    def uses(self) -> int:
        """How many counts were compared with a quota."""
        return len(self._counts)


REGION = "the region"
ACCOUNT = "the account"
