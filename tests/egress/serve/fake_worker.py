"""The real worker process with the fake judge and journal: `fake_worker.py FOLDER [SECONDS]`."""

from __future__ import annotations

import os
import sys
from pathlib import Path


def main() -> None:
    """Serve on FOLDER/worker.sock, by the policy in FOLDER/policy.json."""
    folder = Path(sys.argv[1])
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(folder / "metrics")
    (folder / "metrics").mkdir(exist_ok=True)

    from fakes import FakeJournal, FakeJudge  # type: ignore[import-not-found]

    from zt_ai.egress.policy import Policy
    from zt_ai.egress.serve.inspector import Settings
    from zt_ai.egress.serve.log import to_stderr
    from zt_ai.egress.serve.worker import Options, serve

    to_stderr(0)
    deadline = float(sys.argv[2]) if len(sys.argv) > 2 else 4.0
    options = Options(
        socket=folder / "worker.sock",
        policy=folder / "policy.json",
        limits=folder / "limits.bin",
        settings=Settings(deadline=deadline, large=64 << 10),
        linger=0.2,
        drain=5.0,
    )
    serve(options, lambda path: FakeJudge(Policy.model_validate_json(path.read_bytes())), FakeJournal(folder))


if __name__ == "__main__":
    main()
    sys.stderr.flush()
    os._exit(0)
