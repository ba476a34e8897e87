"""`python -m zt_ai.egress.serve`: an inspector worker, started by the proxy's supervisor."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from zt_ai.egress.serve.log import fault, to_stderr


def arguments(argv: Sequence[str] | None = None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m zt_ai.egress.serve", description=__doc__)
    parser.add_argument("--socket", type=Path, required=True, help="unix socket to serve on")
    parser.add_argument("--policy", type=Path, required=True, help="policy document; SIGHUP reads it anew")
    parser.add_argument("--journal", type=Path, required=True, help="unix socket of the audit journal's process")
    parser.add_argument("--audit-key", type=Path, required=True, help="file with the keys of the audit journal")
    parser.add_argument("--metrics-dir", type=Path, required=True, help="folder for metrics, shared by the workers")
    parser.add_argument("--limits", type=Path, help="file with the counters of limits (default: in --metrics-dir)")
    parser.add_argument("--index", type=int, default=0, help="number of this worker, for its log lines")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM; 1 when it could not begin."""
    given = arguments(argv)
    to_stderr(given.index)
    # prometheus_client looks at this when it is imported.
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = str(given.metrics_dir)
    try:
        given.metrics_dir.mkdir(parents=True, exist_ok=True)

        from zt_ai.audit import load_keys  # noqa: PLC0415 - after the environment is set
        from zt_ai.audit.journal import Journal  # noqa: PLC0415
        from zt_ai.egress.serve.worker import Options, judge_loader, serve  # noqa: PLC0415

        journal = Journal(given.journal, load_keys(given.audit_key))
        options = Options(
            socket=given.socket,
            policy=given.policy,
            limits=given.limits or given.metrics_dir / "limits.bin",
            index=given.index,
        )
        serve(options, judge_loader(journal.digest), journal)
    except Exception as error:  # noqa: BLE001 - said in one line, by type and place
        fault(logging.getLogger(__name__), "the worker ended", error, reason=_reason(error))
        return 1
    return 0


def _reason(error: Exception) -> str:
    """What is wrong with our own files may be said in full; nothing of a request can be in it here."""
    return str(error)[:1000]


if __name__ == "__main__":
    code = main()
    sys.stderr.flush()
    os._exit(code)  # a judging thread that hangs must not keep the process
