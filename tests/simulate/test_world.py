"""The world on disk: durable, the same for every process, and free of Pulumi's state."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zt_ai.simulate import ServingError, SimulatedCloud
from zt_ai.simulate.problems import DamagedWorldError
from zt_ai.simulate.resume import pending_resolver
from zt_ai.simulate.values import SECRET_SIGNATURE, SIGNATURE_KEY, UNKNOWN, UNKNOWN_WIRE, Secret, decode, encode, plain
from zt_ai.simulate.world import FILE_NAME, Thing, World, find_by_urn

VPC = Thing("aws:ec2/vpc:Vpc", "vpc-1", "us-east-1", urn="urn:a", inputs={"cidrBlock": "10.0.0.0/16"})


def test_what_was_put_is_there_after_reopening(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.put(VPC)
    with World(tmp_path) as world:
        found = world.get(VPC.type, VPC.id)
        assert found is not None
        assert found.inputs == VPC.inputs
        assert world.mentioning("10.0.0.0/16") == (found,)


def test_a_second_process_sees_the_change_of_the_first(tmp_path: Path) -> None:
    with World(tmp_path) as one, World(tmp_path) as other:
        one.put(VPC)
        assert other.get(VPC.type, VPC.id) is not None
        other.remove(VPC)
        assert one.all() == ()


def test_a_block_that_fails_changes_nothing(tmp_path: Path) -> None:
    def fail(world: World) -> None:
        with world.transaction():
            world.put(VPC)
            raise LookupError

    with World(tmp_path) as world:
        with pytest.raises(LookupError):
            fail(world)
        assert world.all() == ()
        assert world.mentioning("10.0.0.0/16") == ()


def test_ids_are_the_same_in_every_world_of_one_salt_and_new_after_a_replacement(tmp_path: Path) -> None:
    with World(tmp_path / "a") as one, World(tmp_path / "b") as two, World(tmp_path / "c", salt="x") as three:
        first = one.draw("urn:a", 17)
        assert two.draw("urn:a", 17) == first
        assert one.draw("urn:a", 17) != first
        assert one.draw("urn:b", 17) != first
        assert three.draw("urn:a", 17) != first


def test_the_urn_leads_to_what_was_made_for_it_newest_first(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.put(VPC)
        world.put(Thing(VPC.type, "vpc-2", "us-east-1", urn="urn:a"))
        world.put(Thing(VPC.type, "vpc-3", "us-east-1", urn="urn:b"))
    assert [thing.id for thing in find_by_urn(tmp_path, "urn:a")] == ["vpc-2", "vpc-1"]
    assert find_by_urn(tmp_path, "urn:c") == ()


def test_a_lost_reply_is_resolved_by_what_was_asked_for(tmp_path: Path) -> None:
    resolve = pending_resolver(tmp_path)
    assert resolve("urn:a", VPC.type, VPC.inputs) is None
    with World(tmp_path) as world:
        world.put(VPC)
    assert resolve("urn:a", VPC.type, VPC.inputs) == "vpc-1"
    secret = {"cidrBlock": {SIGNATURE_KEY: SECRET_SIGNATURE, "ciphertext": "x"}, "__defaults": []}
    assert resolve("urn:a", VPC.type, secret) == "vpc-1"
    # A replacement that never reached the cloud: what is there is the old resource, which the state knows.
    assert resolve("urn:a", VPC.type, {"cidrBlock": "10.1.0.0/16"}) is None
    assert resolve("urn:b", VPC.type, VPC.inputs) is None


WRITER = """
import sys
from zt_ai.simulate.world import Thing, World
world = World(sys.argv[1])
number = 0
while True:
    with world.transaction():
        world.put(Thing("t", f"a{number}"))
        world.put(Thing("t", f"b{number}"))
    number += 1
    print(number, flush=True)
"""


def test_a_kill_in_the_middle_of_writing_loses_nothing_that_was_said(tmp_path: Path) -> None:
    root = str(Path(__file__).resolve().parents[2])
    for _ in range(3):
        child = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path)],
            stdout=subprocess.PIPE,
            text=True,
            env={**os.environ, "PYTHONPATH": root},
        )
        assert child.stdout is not None
        said = 0
        until = time.monotonic() + 20
        while said < 20 and time.monotonic() < until:
            said = int(child.stdout.readline())
        child.send_signal(signal.SIGKILL)
        child.wait()
        with World(tmp_path) as world:
            ids = {thing.id for thing in world.all()}
            assert said >= 20
            assert {f"{half}{number}" for half in "ab" for number in range(said)} <= ids
            assert len([i for i in ids if i[0] == "a"]) == len([i for i in ids if i[0] == "b"])
        assert (tmp_path / FILE_NAME).exists()


def test_a_kill_in_the_middle_of_a_change_takes_back_the_half(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.put(VPC)
    code = (
        "import os, signal, sys\nfrom zt_ai.simulate.world import Thing, World\nworld = World(sys.argv[1])\n"
        "with world.transaction():\n"
        "    world._db.execute('PRAGMA cache_size=1')\n"  # so that changed pages go to the file before the end
        "    for number in range(200):\n"
        "        world.put(Thing('t', f'a{number}', inputs={'x': 'y' * 4000}))\n"
        "    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    root = str(Path(__file__).resolve().parents[2])
    child = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], env={**os.environ, "PYTHONPATH": root}, check=False
    )
    assert child.returncode == -signal.SIGKILL
    journal = tmp_path / f"{FILE_NAME}-journal"
    assert journal.stat().st_size, "nothing was half done"
    with World(tmp_path) as world:
        assert [thing.id for thing in world.all()] == [VPC.id]
    assert not journal.exists() or not journal.stat().st_size


def test_a_world_that_was_written_ahead_is_converted(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.put(VPC)
        world._db.execute("PRAGMA journal_mode=WAL")
    assert (tmp_path / FILE_NAME).read_bytes()[18:20] == b"\2\2"  # SQLite file format, 1.3: written ahead
    with World(tmp_path) as world:
        assert [thing.id for thing in world.all()] == [VPC.id]
    assert (tmp_path / FILE_NAME).read_bytes()[18:20] == b"\1\1"


def test_a_damaged_world_says_so_and_what_to_do(tmp_path: Path) -> None:
    with World(tmp_path) as world:
        world.put(VPC)
    file = tmp_path / FILE_NAME
    file.write_bytes(file.read_bytes()[:8192])
    with pytest.raises(DamagedWorldError, match=r"world\.sqlite: .*malformed.* Remove the file"):
        World(tmp_path)
    with pytest.raises(ServingError, match="Remove the file") as caught:
        SimulatedCloud(tmp_path).start()
    assert "Traceback" not in str(caught.value)


LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**53), 2**53), st.text().filter(lambda t: t != UNKNOWN_WIRE)
)
VALUES = st.recursive(
    st.one_of(LEAVES, st.just(UNKNOWN)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.text(max_size=8).filter(lambda key: key != SIGNATURE_KEY), inner, max_size=4),
        st.builds(Secret, inner),
    ),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=8).filter(lambda key: key != SIGNATURE_KEY), VALUES, max_size=5))
def test_the_wire_gives_back_what_was_sent(value: dict[str, object]) -> None:
    assert decode(encode(value)) == value
    assert plain(decode(encode(value))) == plain(value)
