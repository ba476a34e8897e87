"""What the parts of the inspector hand to each other. No behaviour, no I/O."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

Path = tuple[str | int, ...]
"""Where a text stands: first `body`, `header`, `query`, `path` or `part` (of multipart), then keys and positions."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An identifier in a text. Offsets count characters of the text that was given, the end not included."""

    type: str
    """Kind of identifier: `ssn`, `mrn`, `name`, `date` … (`zt_ai.egress.detect.kinds`)."""
    start: int
    end: int
    detector: str
    """Id of the rule that found it, such as `ssn.dashed`. Never the matched text."""


@dataclass(frozen=True, slots=True)
class Request:
    """One complete HTTP request as it would go to the provider."""

    method: str
    target: str
    """Path and query as on the wire."""
    headers: tuple[tuple[str, str], ...]
    """In order; names in lower case, without pseudo-headers; values as UTF-8 with `surrogateescape`."""
    body: bytes

    def header(self, name: str) -> str | None:
        """The first value of a header, by its name in lower case."""
        return next((value for key, value in self.headers if key == name), None)


@dataclass(frozen=True, slots=True)
class Found:
    """An identifier found somewhere in a request."""

    finding: Finding
    """Offsets in the text at `path`. Found under layers, it spans the whole encoded run that hides it."""
    path: Path
    layers: tuple[str, ...] = ()
    """What had to be undone to see it, outermost first (`base64`, `gzip`, `json`, `unicode` …); empty in plain sight.
    """
    redactable: bool = True
    """Whether the span at `path` can be replaced without breaking what is around it (a value inside a JSON body)."""


class MediaKind(StrEnum):
    """Contents that no text detector can read."""

    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"
    DOCUMENT = "document"
    REFERENCE = "reference"
    """Something the provider fetches or already keeps: a URL, a file id, an earlier conversation."""
    BINARY = "binary"


@dataclass(frozen=True, slots=True)
class Media:
    """A part of a request that cannot be scanned."""

    kind: MediaKind
    path: Path


@dataclass(frozen=True, slots=True)
class Reading:
    """Everything that was read in a request."""

    tree: Any = None
    """The parsed JSON body, None when the body is not one JSON document."""
    found: tuple[Found, ...] = ()
    media: tuple[Media, ...] = ()
    problem: str | None = None
    """Rule that refuses the request because it cannot be read for certain: `body-malformed`, `duplicate-key`,
    `encoding-unknown`, `encoding-broken`, `budget-exhausted` … None when everything was read."""
    layers: frozenset[str] = frozenset()
    """Every kind of layer that was undone somewhere, for the audit record."""


class Action(StrEnum):
    """What happens to a request."""

    ALLOW = "allow"
    REDACT = "redact"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of the decision about one request or answer."""

    action: Action
    rule: str
    """Why, as a stable id: `allowed`, `phi-without-baa`, `phi-blocked`, `media-unscannable` …"""
    status: int = 200
    """HTTP status of a refusal."""
    message: str = ""
    """For the caller: what was refused and what can be done. Never the matched text."""


@dataclass(frozen=True, slots=True)
class Operation:
    """What a request asks of a provider, as its API adapter understands it."""

    name: str
    """`chat`, `responses`, `embeddings`, `messages`, `converse`, `invoke`, `generate-content` … or `unknown`."""
    model: str | None = None
    stream: bool = False
    reading_order: tuple[tuple[Path, ...], ...] = ()
    """Groups of texts that a model reads one after the other, in that order, each text by its path."""
    media: tuple[Media, ...] = ()
    hosted_tools: tuple[str, ...] = ()
    """Tools that the provider itself would run, by the type its API gives them."""
    problem: str | None = None
    """Rule that refuses the request because its form is wrong (`model-missing`, `shape-unknown` …)."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A whole HTTP answer that the proxy gives itself, in the provider's own format."""

    status: int
    content_type: str
    body: bytes
    headers: Mapping[str, str] = field(default_factory=dict)
