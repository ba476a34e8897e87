"""From a YAML file or plain data to a checked specification."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from datetime import date
from pathlib import Path as FilePath
from typing import Any

from pydantic import ValidationError

from zt_ai.spec.checks import check
from zt_ai.spec.model import ZoneSpec
from zt_ai.spec.problems import Path, Problem, SpecError
from zt_ai.spec.source import Source, read


def load(path: str | FilePath, *, on: date | None = None) -> ZoneSpec:
    """Read, validate and check a specification.

    Args:
        path: a YAML file.
        on: the day for which agreements and flows must be in force; today by default.

    Raises:
        SpecError: with every mistake found, each with file, line and column.
    """
    return from_source(read(path), on=on)


def from_source(source: Source, *, on: date | None = None) -> ZoneSpec:
    """Validate and check what was read; errors carry the source's positions."""
    if not isinstance(source.data, dict):
        problem = Problem("type", (), "must be a map with keys such as version, name and zones", "see examples/minimal")
        raise SpecError([_place(problem, source)])
    try:
        return from_data(source.data, on=on)
    except SpecError as error:
        raise SpecError(_place(problem, source) for problem in error.problems) from None


def from_data(data: Mapping[str, Any], *, on: date | None = None) -> ZoneSpec:
    """Validate and check plain data, as `load` does; errors carry clauses but no lines."""
    try:
        spec = ZoneSpec.model_validate(data)
    except ValidationError as error:
        raise SpecError(_translate(dict(item), data) for item in error.errors(include_url=False)) from None
    problems = check(spec, on or date.today())
    if problems:
        raise SpecError(problems)
    return spec


def _place(problem: Problem, source: Source) -> Problem:
    return problem.at(source.file, *source.position(problem.path))


def _translate(item: dict[str, Any], data: Mapping[str, Any]) -> Problem:
    """A pydantic error in the words of the specification."""
    kind, message = str(item["type"]), str(item["msg"])
    path = tuple(key for key in item["loc"] if key != "[key]")
    given = item.get("input")
    hint = ""
    if kind == "extra_forbidden":
        known = _known_keys(path[:-1])
        close = difflib.get_close_matches(str(path[-1]), known, 1, 0.6)
        message = "is not a known key"
        hint = (
            f"did you mean '{close[0]}'?" if close else f"known keys here: {', '.join(known)}" if known else "remove it"
        )
        return Problem("unknown-key", path, message, hint)
    if kind == "missing":
        return Problem("missing", path, "is required and missing", "add it")
    if kind.endswith("_type") or kind in {"model_attributes_type", "dict_type"}:
        hint = 'quote it: "' + str(given) + '"' if kind == "string_type" and isinstance(given, int | float) else ""
        return Problem("type", path, f"must be {_WANTED.get(kind, message)}, not {_describe(given)}", hint)
    if kind == "string_pattern_mismatch":
        message, hint = f"'{given}' is not accepted", f"it must match {item['ctx']['pattern']}"
    elif kind in {"enum", "literal_error"}:
        message, hint = f"'{given}' is not accepted", f"use {item['ctx']['expected']}"
    else:
        message = message.removeprefix("Value error, ")
    return Problem(_RULES.get(_clause_of(path), "value"), path, message, hint)


_WANTED = {
    "mapping_type": "a map",
    "model_type": "a map",
    "dict_type": "a map",
    "tuple_type": "a list",
    "string_type": "text",
    "int_type": "a whole number",
    "bool_type": "true or false",
}
# Rules that have a name of their own because they carry one of the promises.
_RULES = {"certificates": "certificate-lifetime", "audit": "audit-retention"}


def _clause_of(path: Path) -> str:
    return str(path[0]) if path else ""


def _describe(value: object) -> str:
    if value is None:
        return "empty"
    names = {list: "a list", dict: "a map", str: "text", bool: "a boolean", int: "a number", float: "a number"}
    return names.get(type(value), type(value).__name__)


def _known_keys(path: Path) -> list[str]:
    """Keys accepted at a path, read from the JSON Schema: the same that an editor offers."""
    schema = ZoneSpec.model_json_schema()
    node: dict[str, Any] = schema
    for key in path:
        node = _resolve(node, schema)
        inner = node.get("properties", {}).get(key) or next(iter(node.get("patternProperties", {}).values()), None)
        inner = inner or node.get("additionalProperties") or node.get("items")
        if not isinstance(inner, dict):
            return []
        node = inner
    return sorted(_resolve(node, schema).get("properties", {}))


def _resolve(node: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Follow references, and of alternatives take the one that is not null."""
    while True:
        if "$ref" in node:
            node = schema["$defs"][node["$ref"].rpartition("/")[2]]
        elif "anyOf" in node:
            node = next(option for option in node["anyOf"] if option.get("type") != "null")
        else:
            return node
