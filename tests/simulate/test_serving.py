"""The simulated cloud in a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import grpc
import pytest
from pulumi.runtime.proto import provider_pb2, provider_pb2_grpc

from zt_ai.simulate import ServingError, SimulatedCloud, find_by_urn
from zt_ai.simulate.values import encode

URN = "urn:pulumi:test::p::aws:ec2/vpc:Vpc::net"


def make(port: int) -> str:
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
        stub = provider_pb2_grpc.ResourceProviderStub(channel)
        request = provider_pb2.CreateRequest(urn=URN, properties=encode({"cidrBlock": "10.0.0.0/16"}))
        return str(stub.Create(request).id)


def test_what_was_made_survives_a_kill_and_a_restart(tmp_path: Path) -> None:
    with SimulatedCloud(tmp_path) as cloud:
        assert cloud.environment() == {"PULUMI_DEBUG_PROVIDERS": f"aws:{cloud.attach['aws']}"}
        made = make(cloud.attach["aws"])
        assert cloud.pid is not None
        os.kill(cloud.pid, signal.SIGKILL)
    assert [thing.id for thing in find_by_urn(tmp_path, URN)] == [made]
    with SimulatedCloud(tmp_path) as cloud:
        assert make(cloud.attach["aws"]) != made
        assert "SIMULATED AWS" in cloud.log_file.read_text()
    assert len(find_by_urn(tmp_path, URN)) == 2


def test_it_listens_on_loopback_alone(tmp_path: Path) -> None:
    with SimulatedCloud(tmp_path) as cloud:
        port = f"{cloud.attach['aws']:04X}"
        lines = [line.split()[1:4] for table in ("tcp", "tcp6") for line in _listening(table)]
        mine = [local for local, _, state in lines if state == "0A" and local.endswith(f":{port}")]
    # 127.0.0.1, by itself or mapped into IPv6 (::ffff:127.0.0.1); a wildcard would be all zeros.
    assert mine
    assert all(local.split(":")[0].endswith("0100007F") for local in mine)


def _listening(table: str) -> list[str]:
    path = Path("/proc/net") / table
    if not path.exists():
        pytest.skip("no /proc/net on this system")
    return path.read_text().splitlines()[1:]


def test_what_is_given_to_the_constructor_reaches_the_world(tmp_path: Path) -> None:
    seeds = [{"type": "aws:ec2/vpc:Vpc", "id": "vpc-0123456789abcdef0", "inputs": {"cidrBlock": "10.0.0.0/16"}}]
    with (
        SimulatedCloud(
            tmp_path, assume_existing=["tgw-0123456789abcdef0"], seeds=seeds, quotas={"vpcs-per-region": 1}
        ) as cloud,
        pytest.raises(grpc.RpcError, match="VpcLimitExceeded"),
    ):
        make(cloud.attach["aws"])


def test_a_bad_seed_is_said_at_once(tmp_path: Path) -> None:
    with pytest.raises(ServingError, match="does not show what it is"):
        SimulatedCloud(tmp_path, assume_existing=["nonsense"]).start()


def test_it_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    program = (
        "import sys, os\nfrom zt_ai.simulate import SimulatedCloud\n"
        "cloud = SimulatedCloud(sys.argv[1])\ncloud.start()\nprint(cloud.pid, flush=True)\nos._exit(1)\n"
    )
    root = str(Path(__file__).resolve().parents[2])
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PYTHONPATH": root},
        timeout=60,
    )
    pid = int(done.stdout)
    for _ in range(200):
        if not Path(f"/proc/{pid}").exists() or "Z" in Path(f"/proc/{pid}/stat").read_text().split()[2]:
            return
        os.sched_yield()
        signal.sigtimedwait([], 0.05)
    os.kill(pid, signal.SIGKILL)
    pytest.fail("the child outlived its parent")
