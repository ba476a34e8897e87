"""The JSON Schema that editors use accepts and refuses what it can; what is checked in is current."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.unit.spec.bad_input import CLINIC
from zt_ai.spec.reference import markdown
from zt_ai.spec.schema import json_schema
from zt_ai.spec.source import read

DOCS = Path(__file__).parents[3] / "docs"
VALIDATOR = jsonschema.Draft202012Validator(json_schema())


def data(example: str) -> Any:
    return read(CLINIC.parents[1] / example / "zones.yaml").data


@pytest.mark.parametrize("example", ["minimal", "clinic"])
def test_an_editor_accepts_the_examples(example: str) -> None:
    assert not list(VALIDATOR.iter_errors(data(example)))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("zones", "records", "egress"), True),
        (("zones", "records", "kind"), "database"),
        (("flows", "intake-to-orchestrator", "carries"), ["phi"]),
        (("certificates", "automated"), False),
        (("certificates", "lifetime"), "ninety days"),
        (("inspection", "on_failure"), "allow"),
        (("clouds", "aws", "account"), "1234"),
        (("audit", "write_once"), False),
    ],
)
def test_an_editor_marks_mistakes(path: tuple[str, ...], value: object) -> None:
    document = data("clinic")
    place = document
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert list(VALIDATOR.iter_errors(document))


def test_the_schema_is_itself_valid() -> None:
    jsonschema.Draft202012Validator.check_schema(json_schema())


def test_defaults_are_written_as_the_specification_writes_them() -> None:
    definitions = json_schema()["$defs"]
    assert definitions["Certificates"]["properties"]["renew_before"]["default"] == "8h"
    assert definitions["Inspection"]["properties"]["body_limit"]["default"] == "4MiB"
    assert definitions["Audit"]["properties"]["retention"]["default"] == "6y"


def test_what_is_checked_in_is_current() -> None:
    assert json.loads((DOCS / "schema" / "zones.schema.json").read_text()) == json_schema(), "run `make schema`"
    assert (DOCS / "reference.md").read_text() == markdown(), "run `make schema`"
