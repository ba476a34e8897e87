"""What a simulated cloud refuses, registered by the type of the resource that is created, changed or deleted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from zt_ai.simulate.cloud import Subject


class _About(Protocol):
    @property
    def subject(self) -> Subject: ...


A = TypeVar("A", bound=_About)
"""One change as the refusals of a cloud see it."""


class Refusals(Generic[A]):
    """The refusals of one cloud, each a function of one change that raises `CloudError`.

    Args:
        full: a resource type's token from its short form, `gcp:compute/network:Network` from `compute/network:Network`.
    """

    def __init__(self, full: Callable[[str], str]) -> None:
        self._full = full
        self._on_change: dict[str, list[Callable[[A], None]]] = {}
        self._on_delete: dict[str, list[Callable[[A], None]]] = {}

    def of_change(self, *types: str) -> Callable[[Callable[[A], None]], Callable[[A], None]]:
        """Register a refusal for creates and updates of these types (short tokens)."""
        return lambda refusal: self._register(self._on_change, types, refusal)

    def of_delete(self, *types: str) -> Callable[[Callable[[A], None]], Callable[[A], None]]:
        """Register a refusal for deletes of these types (short tokens)."""
        return lambda refusal: self._register(self._on_delete, types, refusal)

    def check_change(self, act: A) -> None:
        """Raise `CloudError` where the cloud refuses the create or update."""
        for refusal in self._on_change.get(act.subject.type, ()):
            refusal(act)

    def check_delete(self, act: A) -> None:
        """Raise `CloudError` where the cloud refuses the delete."""
        for refusal in self._on_delete.get(act.subject.type, ()):
            refusal(act)

    def _register(
        self, table: dict[str, list[Callable[[A], None]]], types: tuple[str, ...], refusal: Callable[[A], None]
    ) -> Callable[[A], None]:
        for name in types:
            table.setdefault(self._full(name), []).append(refusal)
        return refusal
