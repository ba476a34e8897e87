"""AWS's own description of a request, checked in full.

botocore refuses unknown members, wrong types, missing members and values that are too small. Its service models say
more than it enforces: enumerations, patterns, and the largest length and number (Smithy 1.0, "Constraint traits"). A
real endpoint enforces those too, so they are enforced here, for every request that the suite sends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import Any

from tests.conformance.request_rules import breaches


class RequestRefusedError(Exception):
    """A request that AWS's description of the operation does not allow."""


def check(params: dict[str, Any], model: Any, **_: Any) -> None:
    """Handler of botocore's event `before-parameter-build`. Raises RequestRefusedError with every breach."""
    found = [*_shape_breaches(params, model.input_shape, ""), *breaches(model.service_model.service_name, params)]
    if found:
        raise RequestRefusedError(f"{model.name}: {'; '.join(found)}")


def _shape_breaches(value: Any, shape: Any, path: str) -> Iterator[str]:
    if value is None or shape is None:
        return
    kind = shape.type_name
    if kind == "structure" and isinstance(value, dict):
        for key, item in value.items():
            if key in shape.members:
                yield from _shape_breaches(item, shape.members[key], f"{path}.{key}" if path else key)
    elif kind == "list" and isinstance(value, list | tuple):
        yield from _too_long(len(value), shape, path)
        for index, item in enumerate(value):
            yield from _shape_breaches(item, shape.member, f"{path}[{index}]")
    elif kind == "map" and isinstance(value, dict):
        for key, item in value.items():
            yield from _shape_breaches(key, shape.key, f"{path}.{key}")
            yield from _shape_breaches(item, shape.value, f"{path}.{key}")
    elif kind == "string" and isinstance(value, str):
        yield from _text_breaches(value, shape, path)
    elif kind in ("integer", "long", "float", "double") and isinstance(value, int | float):
        yield from _too_long(value, shape, path)


def _text_breaches(value: str, shape: Any, path: str) -> Iterator[str]:
    yield from _too_long(len(value), shape, path)
    if shape.enum and value not in shape.enum:
        yield f"{path} '{value}' is none of {', '.join(shape.enum)}"
    pattern = _pattern(shape.metadata.get("pattern"))
    if pattern is not None and not pattern.search(value):
        yield f"{path} '{value}' does not match {pattern.pattern}"


def _too_long(size: float, shape: Any, path: str) -> Iterator[str]:
    limit = shape.metadata.get("max")
    if limit is not None and size > float(limit):
        yield f"{path} is {size}, at most {limit}"


@cache
def _pattern(text: str | None) -> re.Pattern[str] | None:
    """A Smithy pattern as Python writes it. Classes of Unicode are widened to any character: never too strict."""
    if text is None:
        return None
    # Java writes the planes above the first as a range of surrogate pairs.
    text = text.replace(r"\uD800\uDC00-\uDBFF\uDFFF", r"\U00010000-\U0010FFFF").replace(r"\z", r"\Z")
    text = re.sub(r"\[(?:\\.|[^\]])*\]", lambda found: _UNICODE.sub(r"\\s\\S", found[0]), text)
    return re.compile(_UNICODE.sub(r"[\\s\\S]", text))


_UNICODE = re.compile(r"\\p\{\w+\}")
