"""What every API has in common in its requests: those without a body, uploads, and the ones that nobody knows."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from zt_ai.egress.apis.gather import SHAPE_UNKNOWN
from zt_ai.egress.model import Operation, Request

UNKNOWN = Operation("unknown", problem=SHAPE_UNKNOWN)
"""A path that no API defines, or one that can be read in two ways."""

# With these a server may act on another method than the one that was judged [Google API design guide, "Standard
# methods", `X-HTTP-Method-Override`; the others are common in web frameworks].
_OVERRIDES = frozenset({"x-http-method-override", "x-http-method", "x-method-override"})


def overridden(request: Request) -> bool:
    """Whether a header asks for another method than the request line says."""
    return any(name in _OVERRIDES for name, _ in request.headers)


def bodyless(known: Iterable[tuple[re.Pattern[str], str]], request: Request, path: str, tree: Any) -> Operation:
    """A request that lists, fetches, cancels or deletes; with something in its body it is none of these."""
    asked = f"{request.method} {path}"
    for pattern, name in known:
        if pattern.fullmatch(asked):
            if request.body and tree != {}:
                return Operation(name, problem=SHAPE_UNKNOWN)
            return Operation(name, stream="stream=true" in request.target)
    return UNKNOWN


def uploads(name: str, request: Request, tree: Any) -> Operation:
    """A file on its way to the provider, as `multipart/form-data`; its parts are read with the rest of the request."""
    kind = (request.header("content-type") or "").partition(";")[0].strip().casefold()
    if kind != "multipart/form-data" or tree is not None:
        return Operation(name, problem=SHAPE_UNKNOWN)
    return Operation(name)
