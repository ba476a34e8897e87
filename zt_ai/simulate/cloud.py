"""What a cloud brings to the simulation frame.

The frame (:mod:`zt_ai.simulate.servicer`) speaks Pulumi's provider protocol and knows no cloud. Everything that
depends on the cloud stands behind :class:`Cloud`: AWS implements it in :mod:`zt_ai.simulate.aws`, the others join by
implementing the same class.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from zt_ai.simulate.difference import Difference
from zt_ai.simulate.problems import Problem


@dataclass(frozen=True, slots=True)
class Settings:
    """The configuration of one provider instance, as far as the simulation uses it."""

    region: str
    account: str
    default_tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Subject:
    """The resource a request is about."""

    urn: str
    type: str
    name: str


@dataclass(frozen=True, slots=True)
class Checked:
    """Inputs with names filled in, and what is wrong with them."""

    inputs: dict[str, Any]
    problems: tuple[Problem, ...]


@dataclass(frozen=True, slots=True)
class Existing:
    """A resource as it is in the simulated cloud."""

    id: str
    inputs: dict[str, Any]
    outputs: dict[str, Any]


class Cloud(ABC):
    """One simulated cloud. Values are plain (no secret wrappers); unknown values are ``UNKNOWN``.

    ``create``, ``update``, ``delete`` and ``invoke`` raise :class:`~zt_ai.simulate.problems.CloudError` where the
    cloud refuses.
    """

    package: str
    """The Pulumi package, ``aws``."""
    title: str
    """The name in messages, ``AWS``."""
    version: str
    """A semantic version that says it is simulated, ``7.51.1+simulated``."""

    def warm(self) -> None:
        """Read ahead what the first requests will need; called once, beside the serving."""
        return

    @abstractmethod
    def settings(self, config: Mapping[str, Any]) -> Settings:
        """The settings a provider configuration asks for."""

    @abstractmethod
    def check_config(self, config: Mapping[str, Any]) -> tuple[Problem, ...]:
        """What is wrong with a provider configuration."""

    @abstractmethod
    def check(
        self, settings: Settings, subject: Subject, olds: Mapping[str, Any], news: Mapping[str, Any], seed: bytes
    ) -> Checked:
        """Check a resource's inputs and fill in the names the provider chooses."""

    @abstractmethod
    def diff(self, subject: Subject, olds: Mapping[str, Any], news: Mapping[str, Any]) -> Difference:
        """What changed between two input maps, and which changes replace the resource."""

    @abstractmethod
    def preview(self, settings: Settings, subject: Subject, inputs: Mapping[str, Any]) -> dict[str, Any]:
        """The outputs known before the resource exists; the others are ``UNKNOWN``."""

    @abstractmethod
    def preview_update(
        self, settings: Settings, subject: Subject, outputs: Mapping[str, Any], inputs: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The outputs an in-place update would leave, as far as they are known beforehand."""

    @abstractmethod
    def create(self, settings: Settings, subject: Subject, inputs: Mapping[str, Any]) -> Existing:
        """Create the resource."""

    @abstractmethod
    def read(self, settings: Settings, subject: Subject, thing_id: str) -> Existing | None:
        """The resource as it is now, or ``None`` where it does not exist."""

    @abstractmethod
    def update(self, settings: Settings, subject: Subject, thing_id: str, inputs: Mapping[str, Any]) -> Existing:
        """Change the resource in place."""

    @abstractmethod
    def delete(self, settings: Settings, subject: Subject, thing_id: str) -> None:
        """Delete the resource; one that is gone already is no error, as in the real provider."""

    @abstractmethod
    def invoke(self, settings: Settings, token: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Answer a data function."""
