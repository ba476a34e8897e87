"""An inspector worker for tests of the supervisor: takes the same command line, releases everything, hangs when told.

`SIGHUP` writes the digest of the policy beside its socket, `SIGUSR1` makes it hang.
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

from tests.egress.envoy.inspector import Inspector


def main() -> int:
    """Serve until SIGTERM."""
    parser = argparse.ArgumentParser()
    for name in ("--socket", "--policy", "--journal", "--audit-key", "--metrics-dir"):
        parser.add_argument(name, type=Path, required=True)
    parser.add_argument("--index", type=int, required=True)
    given = parser.parse_args()
    json.loads(given.policy.read_text())
    inspector = Inspector(given.socket)
    ended = threading.Event()

    def reload(*_: Any) -> None:
        with (given.metrics_dir / f"reloads-{given.index}").open("a") as file:
            file.write(",".join(json.loads(given.policy.read_text())["providers"]) + "\n")

    signal.signal(signal.SIGHUP, reload)
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    signal.signal(signal.SIGUSR1, lambda *_: time.sleep(3600))
    inspector.start()
    while not ended.wait(0.1):
        pass
    inspector.stop()
    return 0


if __name__ == "__main__":
    sys.exit(main())
