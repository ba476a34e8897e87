"""What a program reads back from a cloud that is not there: ids, computed outputs and the answers of functions.

`zt_ai.graph.mocks` asks an `Answers` table for each resource and each function call. A table holds what a program needs
in order to run to its end; an output that no table answers stays unknown, exactly as in a preview, and is resolved by
the resource it belongs to. Tables of several clouds are joined with `|`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

Wire: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the resources are: the account and region that computed outputs name."""

    account: str
    region: str


@dataclass(frozen=True, slots=True)
class Request:
    """A resource about to be made up: its declaration and the means to give it outputs.

    `find(id)` returns the declaration of the resource with that id, for outputs that depend on another resource
    (the zone of a subnet). `resource_id` is the id that the program imports or reads, else empty.
    """

    urn: str
    type: str
    name: str
    inputs: Wire
    place: Place
    find: Callable[[str], Request | None] = field(repr=False)
    resource_id: str = ""

    def token(self, what: str, length: int = 17) -> str:
        """Hexadecimal digits that belong to this resource and purpose alone and are the same in every run."""
        return hashlib.sha256(f"{self.urn}\0{what}".encode()).hexdigest()[:length]


@dataclass(frozen=True, slots=True)
class Made:
    """The id of a made-up resource and its computed outputs (its inputs are echoed without being named here)."""

    id: str
    outputs: Wire = field(default_factory=dict)


Maker: TypeAlias = Callable[[Request], Made]
Function: TypeAlias = Callable[[Wire, Place], Wire]


@dataclass(frozen=True, slots=True)
class Answers:
    """Makers by resource type token and functions by function token.

    `packages` answers every other resource of a package (the part of the token before the first colon).
    """

    resources: Mapping[str, Maker] = field(default_factory=dict)
    functions: Mapping[str, Function] = field(default_factory=dict)
    packages: Mapping[str, Maker] = field(default_factory=dict)

    def __or__(self, other: Answers) -> Answers:
        """Both tables; where both answer, the right one wins."""
        return Answers(
            {**self.resources, **other.resources},
            {**self.functions, **other.functions},
            {**self.packages, **other.packages},
        )

    def make(self, request: Request) -> Made:
        """The id and computed outputs of a resource."""
        maker = self.resources.get(request.type) or self.packages.get(request.type.partition(":")[0]) or generic
        made = maker(request)
        return Made(request.resource_id, made.outputs) if request.resource_id else made


def generic(request: Request) -> Made:
    """A unique id and nothing else."""
    return Made(f"{request.name}-{request.token('id', 12)}")
