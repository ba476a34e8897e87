"""JSON Schema of the specification, for editors that complete and check YAML as it is written."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from zt_ai.spec.model import ZoneSpec
from zt_ai.spec.types import format_duration

DIALECT = "https://json-schema.org/draft/2020-12/schema"


class _Generator(GenerateJsonSchema):
    """Writes default durations as the specification does (`24h`), where pydantic would write ISO 8601."""

    def encode_default(self, dft: Any) -> Any:
        return format_duration(dft) if isinstance(dft, timedelta) else super().encode_default(dft)


def json_schema() -> dict[str, Any]:
    """The schema (draft 2020-12). What needs several entities at once cannot be said in it: `zt-ai check` says it."""
    schema = ZoneSpec.model_json_schema(mode="validation", schema_generator=_Generator)
    return {"$schema": DIALECT, **schema, "title": "zt-ai zone specification"}
