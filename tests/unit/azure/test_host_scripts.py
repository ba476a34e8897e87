"""The scripts of the proxy's host, run here against stand-ins for the programs and services that they call."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.unit.azure.test_host import HOST, file
from zt_ai.azure.egress.host import FETCH, SHIP

pytestmark = pytest.mark.skipif(shutil.which("jq") is None, reason="the scripts read answers with jq")

AUTHORITY = {"certificate": "-----BEGIN\nx\n-----END\n", "key": "k", "trust": "t", "audit_key": "a"}
# Answers by a part of the address; what was sent to the log is kept beside it.
CURL = """#!/bin/bash
for last; do :; done
case "$*" in
  *metadata/identity*) echo '{"access_token": "entra"}' ;;
  *oauth2/exchange*) echo '{"refresh_token": "registry"}' ;;
  *vault.azure.net/secrets*) cat "$WORLD/secret" ;;
  *userData*) cat "$WORLD/userdata" ;;
  *dataCollectionRules*) [ -e "$WORLD/closed" ] && exit 22; cat body >>"$WORLD/sent"; echo "$last" >>"$WORLD/urls" ;;
  *) exit 6 ;;
esac
"""
DOCKER = '#!/bin/bash\necho "$*" >>"$WORLD/asked"; [ "$1" = pull ] || cat >/dev/null\n'
# Knows two hundred and one records, and those after a cursor.
JOURNAL = """#!/bin/bash
after=0
while [ $# -gt 0 ]; do [ "$1" = --after-cursor ] && after=$2; shift; done
for ((n = after + 1; n <= 201; n++)); do
  printf '{"__CURSOR": "%s", "__REALTIME_TIMESTAMP": "1700000000000000", ' "$n"
  printf '"_HOSTNAME": "h", "MESSAGE": "r%s"}\\n' "$n"
done
"""


@pytest.fixture
def world(tmp_path: Path) -> Path:
    for name, text in {"curl": CURL, "docker": DOCKER, "journalctl": JOURNAL}.items():
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o755)
    (tmp_path / "secret").write_text(json.dumps({"value": json.dumps(AUTHORITY)}))
    said = {"endpoint": "https://logs.example", "rule": "dcr-1"}
    (tmp_path / "userdata").write_text(base64.b64encode(json.dumps(said).encode()).decode())
    return tmp_path


def run(script: str, world: Path) -> int:
    text = file(script).replace("/run/zt-ai", f"{world}/run").replace("/var/lib/zt-ai", f"{world}/lib")
    told = {
        "REGISTRY": HOST.registry,
        "IMAGE": HOST.image,
        "VAULT": HOST.vault,
        "SECRET": HOST.secret,
        "STREAM": f"Custom-{HOST.table}",
        "WORLD": str(world),
        "PATH": f"{world}:{os.environ['PATH']}",
    }
    (world / "script").write_text(text)
    return subprocess.run(["/bin/bash", world / "script"], env=told, check=False, capture_output=True).returncode


def test_the_host_fetches_its_image_and_its_authority(world: Path) -> None:
    assert run(FETCH, world) == 0
    key, _, value = (world / "run" / "authority.env").read_text().rstrip("\n").partition("=")
    assert (key, json.loads(value)) == ("ZT_AI_PROXY_AUTHORITY", AUTHORITY)
    assert f"pull {HOST.registry}/{HOST.image}" in (world / "asked").read_text()
    assert (world / "run" / "authority.env").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("answer", ['{"error": "forbidden"}', '{"value": "not json"}'])
def test_without_its_authority_the_host_does_not_start_the_proxy(world: Path, answer: str) -> None:
    (world / "secret").write_text(answer)
    assert run(FETCH, world) != 0


def records(world: Path) -> list[str]:
    text = (world / "sent").read_text() if (world / "sent").exists() else ""
    return [record["Record"] for line in text.splitlines() for record in json.loads(line)]


def test_every_record_is_sent_once_and_in_order(world: Path) -> None:
    assert run(SHIP, world) == 0
    assert records(world) == [f"r{n}" for n in range(1, 202)]
    assert run(SHIP, world) == 0
    assert len(records(world)) == 201
    wanted = f"https://logs.example/dataCollectionRules/dcr-1/streams/Custom-{HOST.table}?api-version=2023-01-01"
    assert set((world / "urls").read_text().splitlines()) == {wanted}


def test_what_the_log_did_not_take_is_sent_again(world: Path) -> None:
    (world / "closed").touch()
    assert run(SHIP, world) != 0
    assert records(world) == []
    (world / "closed").unlink()
    assert run(SHIP, world) == 0
    assert len(records(world)) == 201
