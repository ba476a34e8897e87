"""`python -m tests.egress.run`: a supervisor with workers of the tests' own, so that its own behaviour is tested."""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
from datetime import timedelta
from pathlib import Path

from zt_ai.egress.envoy import Endpoint
from zt_ai.egress.pki import Lifetime
from zt_ai.egress.run.options import Options
from zt_ai.egress.run.source import SpecificationFile
from zt_ai.egress.run.supervisor import FAILURES, Supervisor


def main() -> int:
    """Run until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("spec", type=Path)
    parser.add_argument("state", type=Path)
    parser.add_argument("ready", type=Path)
    parser.add_argument("provider_ca", type=Path)
    parser.add_argument("provider_port", type=int)
    parser.add_argument("--lifetime", type=float, default=3600.0)
    given = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    options = Options(
        state=given.state,
        connect_port=0,
        gateway_port=0,
        admin_port=0,
        workers=2,
        resolve={"api.anthropic.com": Endpoint("127.0.0.1", given.provider_port)},
        provider_ca=given.provider_ca,
        ready_file=given.ready,
        lifetime=Lifetime(timedelta(seconds=given.lifetime), timedelta(seconds=given.lifetime / 3)),
        drain=5.0,
        worker_grace=5.0,
        worker_hanging=0.5,
        journal_hanging=5.0,
        worker_command=(sys.executable, "-m", "tests.egress.run.fake_worker"),
    )
    supervisor = Supervisor(
        SpecificationFile(given.spec),
        options,
        ready=lambda document: None,
        report=lambda text: print(text, flush=True),
        problem=lambda error: print(f"problem: {error}", flush=True),
    )
    try:
        asyncio.run(supervisor.run())
    except FAILURES as error:
        print(f"failed: {error}", flush=True)
        return 4
    return 0


if __name__ == "__main__":
    sys.exit(main())
