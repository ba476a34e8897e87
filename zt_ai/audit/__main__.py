"""`python -m zt_ai.audit`: the journal's process, started by the proxy's supervisor."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path

from zt_ai.audit.errors import AuditError
from zt_ai.audit.keys import load_keys
from zt_ai.audit.layout import DEFAULT_LIMITS
from zt_ai.audit.mirror import Mirror
from zt_ai.audit.store import Store
from zt_ai.audit.writer import Writer, say


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM; 1 when it could not begin."""
    parser = argparse.ArgumentParser(prog="python -m zt_ai.audit", description=__doc__)
    parser.add_argument("--socket", type=Path, required=True, help="unix socket to serve on")
    parser.add_argument(
        "--mirror", action="store_true", help="write each record to standard output too, for a log store"
    )
    parser.add_argument("--audit", type=Path, required=True, help="folder of the audit journal")
    parser.add_argument("--audit-key", type=Path, required=True, help="file with the keys of the audit journal")
    given = parser.parse_args(argv)
    try:
        # Before it is open to anybody: whoever finds the socket finds a journal that can be written.
        mirror = Mirror(sys.stdout.fileno(), DEFAULT_LIMITS.patience) if given.mirror else None
        store = Store(given.audit, load_keys(given.audit_key), mirror=mirror)
        writer = Writer(store, given.socket)
    except (AuditError, OSError) as error:
        say("error", "the journal cannot be opened", reason=str(error))
        return 1
    writer.stop_at(signal.SIGTERM, signal.SIGINT)
    writer.run()
    store.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
