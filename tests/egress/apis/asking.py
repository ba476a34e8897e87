"""Requests, and what is gathered from them, in a few words."""

from __future__ import annotations

import json
from typing import Any

from zt_ai.egress.apis import adapter
from zt_ai.egress.model import Operation, Path, Request
from zt_ai.spec.types import ProviderApi

JSON = (("content-type", "application/json"),)


def ask(api: ProviderApi, path: str, body: Any = None, *, method: str = "POST") -> Operation:
    """What an adapter makes of a request."""
    encoded = b"" if body is None else json.dumps(body).encode()
    return adapter(api).operation(Request(method, path, JSON, encoded), body)


def at(body: Any, path: Path) -> Any:
    """What stands at a path of the body."""
    assert path[0] == "body", path
    for step in path[1:]:
        body = body[step]
    return body


def groups(operation: Operation, body: Any) -> list[list[str]]:
    """The texts of each group."""
    return [[at(body, path) for path in group] for group in operation.reading_order]


def joined(operation: Operation, body: Any) -> list[str]:
    """The texts of each group, read one after the other."""
    return ["".join(group) for group in groups(operation, body)]


def media(operation: Operation) -> dict[str, str]:
    """Where media are, by their path as text, and what they are."""
    return {"/".join(map(str, found.path[1:])): found.kind.value for found in operation.media}
