"""Findings about one thing, each sentence beginning with it."""

from __future__ import annotations

from zt_ai.graph.model import Resource, Value
from zt_ai.verify.aws.findings import Findings


class Judgement:
    """Collects what is wrong with a store, or with whatever `word` alone names."""

    def __init__(self, store: Resource | None, word: str) -> None:
        self.findings = Findings()
        self._store = store
        self._name = f"{word} {store.name}" if store is not None else word

    def wrong(self, what: str, by: Resource | None = None) -> None:
        """The store is or does something wrong, by the setting of another resource where `by` is given."""
        self.findings.refute(
            f"{self._name} {what}", source="records", destination=self._name, through=_urns(self._store, by)
        )

    def unknown(self, what: str, by: Resource | None = None) -> None:
        """Something about the store cannot be decided."""
        where = by or self._store
        self.findings.doubt(f"{self._name}: {what}" + (f" ({where.urn})" if where is not None else ""))


def _urns(*resources: Resource | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.urn for one in resources if one is not None))


def said(value: Value) -> str:
    """A setting as a word in a sentence."""
    return value if isinstance(value, str) else "not set" if value is None else "not known"
