"""The extra of one cloud brings no other cloud's SDK along."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

SDKS = {"aws": "pulumi-aws", "azure": "pulumi-azure-native", "gcp": "pulumi-gcp"}
EXTRAS = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text(encoding="utf-8"))["project"]


@pytest.mark.parametrize("cloud", SDKS)
def test_one_cloud_one_sdk(cloud: str) -> None:
    asked = " ".join((*EXTRAS["dependencies"], *EXTRAS["optional-dependencies"][cloud]))
    assert SDKS[cloud] in asked
    assert not [sdk for name, sdk in SDKS.items() if name != cloud and sdk in asked]


def test_the_proxy_needs_none() -> None:
    asked = " ".join((*EXTRAS["dependencies"], *EXTRAS["optional-dependencies"]["proxy"]))
    assert "pulumi" not in asked
