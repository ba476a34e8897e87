"""Writes `schema.json`, the package's schema as the engine would ask for it. Other languages' SDKs are generated from it."""

from __future__ import annotations

import json
from pathlib import Path

from hosted import COMPONENTS, PACKAGE
from pulumi.provider.experimental.component import ComponentProvider

from zt_ai import __version__

FILE = Path(__file__).with_name("schema.json")


def generated() -> str:
    """The schema as formatted JSON."""
    provider = ComponentProvider(COMPONENTS, PACKAGE, None, __version__)
    return json.dumps(json.loads(provider.schema or ""), indent=2, sort_keys=True) + "\n"


if __name__ == "__main__":
    FILE.write_text(generated())
