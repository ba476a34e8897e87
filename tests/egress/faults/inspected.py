"""The real Envoy configuration with an inspector of the tests' own in the worker's place.

Everything else is what `zt-ai proxy run` uses: the policy of the specification, the error formats, the certificates.
"""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from tests.egress.authority import Authority
from tests.egress.envoy.inspector import Inspector
from tests.egress.envoy.running import Change, layout_at, settings_for
from tests.egress.faults.misbehaviour import MESSAGE_TIMEOUT
from tests.egress.faults.wayward import Wayward
from tests.egress.running import HOSTS, SPEC, Proxy
from zt_ai.egress.envoy import Endpoint, binary, bootstrap
from zt_ai.egress.run.certificates import Certificates
from zt_ai.egress.run.configuration import template
from zt_ai.egress.run.ready import ready_document
from zt_ai.egress.run.source import SpecificationFile


@dataclass
class Inspected(Proxy):
    """A proxy, and the inspector that it asks."""

    inspector: Inspector


@contextmanager
def inspected(folder: Path, change: Change | None = None) -> Iterator[Inspected]:
    """Start Envoy; `change` edits its configuration, to show what a protection is for."""
    policy = SpecificationFile(SPEC).load()
    layout = layout_at(folder / "state")
    certificates = Certificates(layout, ("127.0.0.1",))
    certificates.ensure(policy)
    sockets = Path(tempfile.mkdtemp(prefix="zt-"))
    standin = Wayward(Authority(folder / "public"), HOSTS)
    settings = replace(
        settings_for(layout, sockets, message_timeout=MESSAGE_TIMEOUT),
        provider_ca=standin.ca,
        resolve={host: Endpoint("127.0.0.1", standin.port) for host in HOSTS},
    )
    document = bootstrap(policy, settings, template)
    if change:
        change(document)
    configuration = folder / "envoy.json"
    configuration.write_text(json.dumps(document))
    inspector = Inspector(settings.workers[0])
    log = folder / "envoy.log"
    with standin, log.open("wb") as output:
        inspector.start()
        process = subprocess.Popen(
            [str(binary()), "-c", str(configuration), "-l", "error", "--use-dynamic-base-id", "--concurrency", "1",
             "--file-flush-interval-msec", "50"],
            stdout=output, stderr=output,
        )  # fmt: skip
        try:
            _wait(settings.gateway_port, process, log)
            callers = certificates.caller_files(policy)
            ready = ready_document(policy, settings, layout, callers, admin_port=0, provider_ca_given=True)
            yield Inspected(ready, standin, process, log, inspector)
        finally:
            process.kill()
            process.wait()
            inspector.stop()
            shutil.rmtree(sockets, ignore_errors=True)


def _wait(port: int, process: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None or time.monotonic() > until:
            raise AssertionError(f"Envoy does not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")
        time.sleep(0.02)


def without_verdict(document: dict[str, Any]) -> None:
    """Take away the check that the inspector released a request expressly."""
    removed = 0
    for listener in document["static_resources"]["listeners"]:
        for chain in listener["filter_chains"]:
            config = chain["filters"][0]["typed_config"]
            kept = [one for one in config["http_filters"] if one["name"] != "rbac.verdict-missing"]
            removed += len(config["http_filters"]) - len(kept)
            config["http_filters"] = kept
    assert removed, "there was no such check"


def failing_open(document: dict[str, Any]) -> None:
    """Let requests go when the inspector fails, and take away the check on its verdict."""
    without_verdict(document)
    for listener in document["static_resources"]["listeners"]:
        for chain in listener["filter_chains"]:
            for one in chain["filters"][0]["typed_config"]["http_filters"]:
                if one["name"] == "inspector":
                    one["typed_config"]["failure_mode_allow"] = True
