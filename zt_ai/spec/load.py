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
from zt_ai.spec.types import NAME_PATTERN, NAME_RULE


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
        raise SpecError(_translated(error)) from None
    problems = check(spec, on or date.today())
    if problems:
        raise SpecError(problems)
    return spec


def _place(problem: Problem, source: Source) -> Problem:
    return problem.at(source.file, *source.position(problem.path))


def _translated(error: ValidationError) -> list[Problem]:
    problems = [_translate(dict(item)) for item in error.errors(include_url=False)]
    paths = [problem.path for problem in problems]
    # A list whose only item is refused also counts as too short: one mistake, one message.
    return [p for p in problems if p.rule != "too-short" or not any(q[: len(p.path)] == p.path != q for q in paths)]


def _translate(item: dict[str, Any]) -> Problem:
    """A pydantic error in the words of the specification."""
    kind, given = str(item["type"]), item.get("input")
    path = tuple(key for key in item["loc"] if key != "[key]")
    match kind:
        case "extra_forbidden":
            return _unknown_key(path)
        case "missing":
            return Problem("missing", path, "is required and missing", "add it")
        case _ if given is None:
            return Problem("type", path, "is empty", "give it a value or remove it")
        case _ if kind in _WANTED:
            return Problem("type", path, f"must be {_WANTED[kind]}, not {_describe(given)}", _type_hint(kind, given))
        case "string_pattern_mismatch":
            return _mismatch(path, str(given), str(item["ctx"]["pattern"]))
        case "enum" | "literal_error":
            accepted = str(item["ctx"]["expected"]).replace("True", "true")
            return Problem(_rule_of(path), path, f"{_yaml(given)} is not accepted", f"use {accepted}")
        case "too_short":
            return Problem("too-short", path, "is empty", "list at least one")
        case _:
            message = str(item["msg"]).removeprefix("Value error, ")
            message, _, hint = message.partition("; ")
            return Problem(_rule_of(path), path, message[:1].lower() + message[1:], hint)


def _type_hint(kind: str, given: object) -> str:
    """How to write it instead."""
    wanted = _WANTED[kind]
    if wanted == "text" and isinstance(given, int | float):
        return f'quote it: "{given}"'
    if wanted == "a whole number" and isinstance(given, str) and given.lstrip("-").isdigit():
        return f"write it without quotes: {given}"
    if wanted == "a map" and isinstance(given, list):
        return "write `key: value` lines instead of `- ` items"
    return "write [it] in brackets, or as `- ` items" if wanted == "a list" else ""


def _unknown_key(path: Path) -> Problem:
    asked = str(path[-1])
    if path[0] == "zones" and len(path) == 3 and asked in {"egress", "internet", "nat", "public", "outbound"}:
        hint = "remove it; a workload outside the data zones reaches a provider by a flow, through the egress proxy"
        return Problem("data-zone-egress", path, "no zone can ask for egress, and a data zone never has any", hint)
    known = _known_keys(path[:-1])
    close = difflib.get_close_matches(asked, known, 1, 0.6)
    hint = f"did you mean '{close[0]}'?" if close else f"known keys here: {', '.join(known)}" if known else "remove it"
    return Problem("unknown-key", path, "is not a known key", hint)


def _mismatch(path: Path, given: str, pattern: str) -> Problem:
    if "*" in given and path[0] == "agents":
        return Problem("wildcard-tool", path, f"'{given}' is a wildcard", "name each tool that the agent may call")
    if "*" in given:
        return Problem("wildcard", path, f"'{given}' is a wildcard", "name each one; what is not listed is denied")
    words = NAME_RULE if pattern == NAME_PATTERN else f"it must match {pattern}"
    return Problem(_rule_of(path), path, f"'{given}' is not accepted", words)


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
_RULES_BY_KEY = {"cidr": "address-range", "cidrs": "address-range"}


def _rule_of(path: Path) -> str:
    if not path:
        return "value"
    by_key = (_RULES_BY_KEY[str(key)] for key in path[-2:] if str(key) in _RULES_BY_KEY)
    return next(by_key, _RULES.get(str(path[0]), "value"))


def _yaml(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else f"'{value}'"


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
