"""The proxy's image, as far as it can be judged without building it: what its Dockerfile says, and what it would hold.

There is no container engine where these tests run. That the image builds and serves is shown where one is.
"""

from __future__ import annotations

import re
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.egress.image.dockerfile import Instruction, faults, instructions
from zt_ai.builders.container import HEALTH_PATH, SCRATCH, USER
from zt_ai.intent.model import PROXY_CONNECT_PORT, PROXY_GATEWAY_PORT, PROXY_HEALTH_PORT

ROOT = Path(__file__).resolve().parents[3]
TEXT = (ROOT / "Dockerfile").read_text(encoding="utf-8")
ALL = instructions(TEXT)
IGNORED = [
    line for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines() if line and line[0] != "#"
]


def final(name: str) -> Instruction:
    """The instruction of that name in the last stage."""
    last = max(one.stage for one in ALL)
    (found,) = [one for one in ALL if one.name == name and one.stage == last]
    return found


def test_the_image_has_none_of_the_usual_weaknesses() -> None:
    assert faults(TEXT) == []


WEAKENED = {
    "USER 65532:65532": ("USER root", "root"),
    "USER 65532:65532\n": ("", "root"),
    "WORKDIR /\nUSER 65532:65532": ("USER 65532:65532\nRUN id\nWORKDIR /", "commands after"),
    " --require-hashes": ("", "--require-hashes"),
    " --only-binary :all:": ("", "--only-binary"),
    "-r /build/proxy.txt": ("--index-url x -r /build/proxy.txt", "index"),
    "COPY requirements/proxy.txt /build/": ("ADD https://example.com/proxy.txt /build/", "ADD"),
    "RUN python -m compileall": ("RUN curl -L x | sh; python -m compileall", "not checked"),
    "HOME=/scratch": ("AUDIT_KEY=1234", "secret"),
    "PYTHONSAFEPATH=1": ("X=1", "imports"),
    "WORKDIR /": ("WORKDIR /scratch", "starts in the folder"),
    "STOPSIGNAL SIGTERM": ("", "STOPSIGNAL"),
    'ENTRYPOINT ["python", "-m", "zt_ai.egress.run"]': ("ENTRYPOINT python -m zt_ai.egress.run", "shell"),
}


@pytest.mark.parametrize("what", WEAKENED)
def test_each_weakness_would_be_found(what: str) -> None:
    instead, said = WEAKENED[what]
    assert TEXT.count(what) == 1
    assert any(said in fault for fault in faults(TEXT.replace(what, instead)))


def test_it_is_what_the_task_in_the_cloud_expects() -> None:
    assert final("USER").value == USER
    assert final("VOLUME").words() == [SCRATCH]
    ports = {PROXY_CONNECT_PORT, PROXY_GATEWAY_PORT, PROXY_HEALTH_PORT}
    assert {int(port) for port in final("EXPOSE").words()} == ports
    assert f"http://127.0.0.1:{PROXY_HEALTH_PORT}{HEALTH_PATH}" in final("HEALTHCHECK").value


def test_the_folder_that_can_be_written_belongs_to_the_user_before_it_becomes_a_volume() -> None:
    """An empty volume takes owner and mode of the folder in the image, and only what was done to it before VOLUME."""
    order = [(one.name, one.value) for one in ALL]
    made = next(place for place, (name, value) in enumerate(order) if name == "RUN" and "install -d" in value)
    assert "install -d -o 65532 -g 65532 -m 0700 /scratch" in order[made][1]
    assert made < next(place for place, (name, _) in enumerate(order) if name == "VOLUME")


def test_what_is_started_exists() -> None:
    assert final("ENTRYPOINT").words() == ["python", "-m", "zt_ai.egress.run"]
    assert find_spec("zt_ai.egress.run.__main__") is not None


def test_every_requirement_has_hashes_and_no_index_is_named() -> None:
    text = (ROOT / "requirements" / "proxy.txt").read_text(encoding="utf-8")
    requirements = re.split(r"\n(?=\S)", text.strip())
    assert len(requirements) > 20
    assert [one.split()[0] for one in requirements if "--hash=sha256:" not in one] == []
    assert all(re.match(r"[a-z0-9._-]+(\[[a-z0-9,-]+\])?==", one) for one in requirements)


def test_nothing_but_what_is_copied_reaches_the_builder() -> None:
    assert IGNORED[0] == "*"
    allowed = {line[1:] for line in IGNORED if line.startswith("!")}
    copied = {one.words()[0] for one in ALL if one.name == "COPY" and not one.value.startswith("--from")}
    assert allowed == copied == {"requirements/proxy.txt", "zt_ai"}
    assert all((ROOT / name).exists() for name in copied)


_IMPORTS = """
import importlib, sys

class Absent:
    def find_spec(self, name, path=None, target=None):
        if any(name == left_out or name.startswith(left_out + ".") for left_out in sys.argv[1:]):
            raise ModuleNotFoundError(f"{name} is not in the image", name=name)

sys.meta_path.insert(0, Absent())
for name in ("run", "serve", "serve.worker", "judge", "envoy", "pki"):
    importlib.import_module("zt_ai.egress." + name)
importlib.import_module("zt_ai.cli.audit").command
"""


def test_the_proxy_needs_nothing_that_is_left_out_of_the_image() -> None:
    left_out = [line.replace("/", ".") for line in IGNORED if line.startswith("zt_ai/")]
    assert "zt_ai.aws" in left_out
    absent = [*left_out, "pulumi", "pulumi_aws", "botocore", "boto3", "moto", "cfnlint", "hypothesis", "openai"]
    done = subprocess.run(
        [sys.executable, "-c", _IMPORTS, *absent], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
