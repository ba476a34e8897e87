"""Are the inputs of a resource what its SDK type says? Unknown properties, wrong types, missing required inputs.

Works for every resource type of a Pulumi SDK (:mod:`zt_ai.simulate.sdk`), nested objects included. A value that is not
known yet fits every type.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zt_ai.simulate.problems import Problem, did_you_mean, shown
from zt_ai.simulate.sdk import InputType, ListOf, MapOf, ObjectOf, OneOf, Scalar
from zt_ai.simulate.values import SIGNATURE_KEY, Unknown


def check_inputs(inputs: Mapping[str, Any], declared: ObjectOf) -> tuple[Problem, ...]:
    """Everything in which ``inputs`` (by wire name) departs from the declared object."""
    return tuple(_check_object(inputs, declared, "", top=True))


def _check(value: Any, declared: InputType, path: str) -> Iterator[Problem]:  # noqa: PLR0912 - one for each kind
    if value is None or isinstance(value, Unknown):
        return
    if isinstance(declared, ObjectOf):
        if isinstance(value, Mapping):
            yield from _check_object(value, declared, path)
        else:
            yield _wrong_type(value, path, f"an object ({declared.name})")
    elif isinstance(declared, ListOf):
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield from _check(item, declared.element, f"{path}[{index}]")
        else:
            yield _wrong_type(value, path, "a list")
    elif isinstance(declared, MapOf):
        if isinstance(value, Mapping):
            for key, item in value.items():
                yield from _check(item, declared.element, f'{path}["{key}"]')
        else:
            yield _wrong_type(value, path, "a map")
    elif isinstance(declared, OneOf):
        if all(list(_check(value, option, path)) for option in declared.options):
            yield from _check(value, declared.options[0], path)
    elif not _fits(value, declared):
        yield _wrong_type(value, path, _ARTICLES[declared.kind])


def _check_object(value: Mapping[str, Any], declared: ObjectOf, path: str, top: bool = False) -> Iterator[Problem]:
    prefix = f"{path}." if path else ""
    for key, item in value.items():
        if key.startswith("__"):
            continue
        inner = declared.properties.get(key)
        if inner is None:
            hint = (
                f"; its wire name is {declared.python_names[key]!r}"
                if key in declared.python_names
                else did_you_mean(key, declared.properties)
            )
            where = "this resource type" if top else declared.name
            yield Problem(f"{prefix}{key}", f"unknown property {key!r}: {where} has no such argument{hint}")
        else:
            yield from _check(item, inner, f"{prefix}{key}")
    for key in sorted(declared.required):
        if value.get(key) is None:
            yield Problem(f"{prefix}{key}", f"missing required property {key!r}")


_ARTICLES = {
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "a boolean",
    "any": "a value",
    "asset": "an asset or archive",
}


def _fits(value: Any, declared: Scalar) -> bool:
    kind = declared.kind
    if kind == "string":
        # Pulumi's bridge turns a boolean or number into a string where the cloud wants one, as Terraform does.
        return isinstance(value, (str, bool, int, float))
    if kind == "boolean":
        return isinstance(value, bool) or value in ("true", "false")
    if kind == "integer":
        return (isinstance(value, int) and not isinstance(value, bool)) or _numeric(value, int)
    if kind == "number":
        return (isinstance(value, (int, float)) and not isinstance(value, bool)) or _numeric(value, float)
    if kind == "asset":
        return isinstance(value, Mapping) and SIGNATURE_KEY in value
    return True


def _numeric(value: Any, kind: type) -> bool:
    if not isinstance(value, str):
        return False
    try:
        kind(value)
    except ValueError:
        return False
    return True


def _wrong_type(value: Any, path: str, wanted: str) -> Problem:
    return Problem(path, f"wrong type: expected {wanted}, got {shown(value)}")
