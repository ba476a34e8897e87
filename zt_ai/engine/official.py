"""The official Pulumi CLI, installed through the Automation API (`PulumiCommand.install`).

That function fetches `https://get.pulumi.com/install.sh` without a time limit and runs it (pulumi SDK,
`automation/_cmd.py`), so the host is probed first and the installation itself runs in a process with a deadline.
"""

from __future__ import annotations

import os
import sys
import threading
import urllib.error
import urllib.request
from pathlib import Path

from zt_ai.engine import process, version
from zt_ai.engine.errors import AttemptFailedError
from zt_ai.engine.progress import Reporter

HOST = "https://get.pulumi.com"
PROBE_SECONDS = 4.0
INSTALL_SECONDS = 300.0

_INSTALL = """
import sys
from pulumi.automation import PulumiCommand
from semver import VersionInfo
PulumiCommand.install(root=sys.argv[1], version=VersionInfo.parse(sys.argv[2]))
"""


def install(folder: Path, report: Reporter, *, host: str = HOST) -> None:
    """Install the pinned official CLI as `folder/bin/pulumi`. Raises AttemptFailedError."""
    report.say(f"asking {host} for the official Pulumi CLI")
    if reason := unreachable(host, PROBE_SECONDS):
        raise AttemptFailedError(f"{host} cannot be reached: {reason}")
    stage = f"downloading the official Pulumi CLI {version.PINNED}"
    report.say(stage)
    done = process.run(
        [sys.executable, "-c", _INSTALL, str(folder), str(version.PINNED)],
        deadline=INSTALL_SECONDS,
        env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
        on_line=lambda _: report.tick(stage),
        on_tick=lambda: report.tick(stage),
    )
    if done.code != 0:
        raise AttemptFailedError(f"its installer failed: {done.reason}")


def unreachable(url: str, seconds: float) -> str | None:
    """Why `url` does not answer within `seconds`, or None when it does (any HTTP answer counts; proxies are used).

    The request runs in a thread of its own because a name that does not resolve blocks longer than any socket timeout.
    """
    answer: list[str | None] = []

    def ask() -> None:
        try:
            request = urllib.request.Request(url, method="HEAD")  # noqa: S310 - a constant https address
            with urllib.request.urlopen(request, timeout=seconds):  # noqa: S310
                answer.append(None)
        except urllib.error.HTTPError as error:
            # A proxy that forbids the host answers 403 to CONNECT as an OSError, not here: this is the host itself.
            answer.append(None if error.code < 500 else f"HTTP {error.code}")
        except OSError as error:
            answer.append(str(getattr(error, "reason", None) or error))

    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(seconds)
    return answer[0] if answer else f"no answer within {seconds:.0f} s"
