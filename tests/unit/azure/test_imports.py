"""What is imported: this cloud's SDK alone, and none by what is pure."""

from __future__ import annotations

import subprocess
import sys

import pytest


def loaded(module: str) -> set[str]:
    """Packages that are loaded once a module is."""
    code = f"import sys, {module}; print(*{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_the_program_for_azure_imports_no_other_clouds_sdk() -> None:
    found = loaded("zt_ai.azure.architecture")
    assert "pulumi_azure_native" in found
    assert not found & {"pulumi_aws", "pulumi_gcp"}


@pytest.mark.parametrize("module", ["zt_ai.azure", "zt_ai.azure.plan.plan", "zt_ai.azure.egress.host"])
def test_what_is_pure_imports_no_sdk(module: str) -> None:
    assert not loaded(module) & {"pulumi_azure_native", "pulumi"}
