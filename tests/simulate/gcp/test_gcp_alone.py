"""The simulation of one cloud brings no other cloud along, and speaks for itself."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from zt_ai.simulate import SimulatedCloud

ASK = """
import json, sys
import zt_ai.cli.simulated.gcp, zt_ai.simulate.gcp
from zt_ai.simulate.world import World
cloud = zt_ai.simulate.gcp.open_cloud(World(sys.argv[1]), "clinic-prod", None)
cloud.warm()
names = ("pulumi_aws", "pulumi_azure_native", "botocore", "cfnlint", "googleapiclient", "zt_ai.simulate.aws")
print(json.dumps([name for name in names if name in sys.modules]))
"""


def test_no_other_cloud_and_no_client_of_google_is_imported(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", ASK, str(tmp_path)], capture_output=True, text=True, check=True)
    assert json.loads(done.stdout) == []


def test_it_says_that_it_is_simulated(tmp_path: Path) -> None:
    with SimulatedCloud(tmp_path, "gcp", account="clinic-prod", region="us-central1") as cloud:
        assert set(cloud.attach) == {"gcp"}
        assert "SIMULATED Google Cloud (zt-ai): nothing here is real" in cloud.log_file.read_text(encoding="utf-8")
