"""The reference of the specification as Markdown, written from the same JSON Schema that editors use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from zt_ai.spec.schema import json_schema

HEAD = """# Specification reference

Written from the models by `make schema`; [specification.md](specification.md) explains how the parts play together.
A key without a default is required. Names are at most 32 lower-case letters, digits and hyphens.
"""


def markdown() -> str:
    """Every entity with its keys, types, defaults and meanings."""
    schema = json_schema()
    entities = {"Specification": schema, **schema["$defs"]}
    parts = [HEAD]
    for name, entity in entities.items():
        if "properties" in entity:
            parts += ["", f"## {name}", "", _text(entity.get("description", "")), ""]
            parts += ["| key | value | default | meaning |", "| --- | --- | --- | --- |", *_rows(entity)]
        elif "enum" in entity:
            values = ", ".join(f"`{value}`" for value in entity["enum"])
            parts += ["", f"## {name}", "", _text(entity.get("description", "")), "", f"One of {values}."]
    return "\n".join(parts) + "\n"


def _rows(entity: dict[str, Any]) -> Iterator[str]:
    for key, value in entity["properties"].items():
        default = "" if key in entity.get("required", ()) else _default(value)
        yield f"| `{key}` | {_kind(value)} | {default} | {_text(value.get('description', ''))} |"


def _default(value: dict[str, Any]) -> str:
    default = value.get("default")
    if isinstance(default, dict) and default:
        return "its own defaults"
    return "none" if default in (None, {}, [], ()) else f"`{json.dumps(default).strip(chr(34))}`"


def _kind(value: dict[str, Any]) -> str:
    """What may stand there, in a few words."""
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "anyOf" in value:
        return " or ".join(_kind(option) for option in value["anyOf"] if option.get("type") != "null")
    if "const" in value:
        return f"`{json.dumps(value['const']).strip(chr(34))}`"
    if value.get("type") == "array":
        return f"list of {_kind(value.get('items', {}))}"
    if value.get("type") == "object":
        inner = next(iter(value.get("patternProperties", {}).values()), value.get("additionalProperties"))
        return f"map of name to {_kind(inner)}" if isinstance(inner, dict) else "map"
    return str(
        value.get("format")
        or {"string": "text", "integer": "number"}.get(value.get("type", ""), value.get("type", "value"))
    )


def _text(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
