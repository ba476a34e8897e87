"""``python -m zt_ai.simulate aws --world DIR``: serve a simulated cloud until told to stop."""

from __future__ import annotations

import argparse
import importlib
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from zt_ai.simulate.cloud import Cloud
from zt_ai.simulate.problems import DamagedWorldError, SeedError
from zt_ai.simulate.serving import start_server
from zt_ai.simulate.world import World

BANNER = "SIMULATED {title} (zt-ai): nothing here is real; no request leaves this machine. World: {world}"
log = logging.getLogger("zt_ai.simulate")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m zt_ai.simulate", description="Serve a simulated cloud to the Pulumi engine, on loopback only."
    )
    parser.add_argument("cloud", choices=["aws", "azure", "gcp"], help="which cloud to simulate")
    parser.add_argument("--world", type=Path, required=True, help="directory that keeps what exists, between runs")
    parser.add_argument("--port", type=int, default=0, help="loopback port; 0 takes any free one")
    parser.add_argument("--ready-file", type=Path, help="written when the cloud serves: {port, pid, cloud, simulated}")
    parser.add_argument("--account", default="123456789012", help="account, subscription or project id")
    parser.add_argument("--region", help="region where the provider configuration names none")
    parser.add_argument("--seed", type=Path, help="JSON file: a list of things that exist already")
    parser.add_argument("--assume-existing", metavar="ID", action="append", default=[], help="an id or ARN that exists")
    parser.add_argument("--quota", metavar="NAME=N", action="append", default=[], help="a quota that was raised")
    parser.add_argument("--parent", type=int, help="stop when this process is gone")
    parser.add_argument("--verbose", action="store_true", help="log every refusal and failure with its trace")
    return parser


def main(argv: Sequence[str] | None = None) -> int:
    """Serve until SIGTERM or SIGINT. Exit code 3 for seeds and quotas without sense and for a damaged world."""
    arguments = _parser().parse_args(argv)
    logging.basicConfig(level=logging.DEBUG if arguments.verbose else logging.INFO, format="%(asctime)s %(message)s")
    logging.getLogger("botocore").setLevel(logging.WARNING)

    # The simulation of a cloud is `zt_ai.simulate.CLOUD`; no other cloud's SDK is imported.
    module = importlib.import_module(f"zt_ai.simulate.{arguments.cloud}")
    try:
        world = World(arguments.world)
    except DamagedWorldError as error:
        print(error, file=sys.stderr)
        return 3
    try:
        if arguments.seed is not None:
            module.seed(world, json.loads(arguments.seed.read_text(encoding="utf-8")), arguments.account)
        module.assume_existing(world, arguments.assume_existing, *([arguments.region] if arguments.region else []))
        if arguments.quota:
            module.raise_quotas(
                world, {name: int(number) for name, _, number in (q.partition("=") for q in arguments.quota)}
            )
    except (SeedError, ValueError, OSError) as error:
        print(f"bad seed: {error}", file=sys.stderr)
        return 3
    cloud: Cloud = module.open_cloud(world, arguments.account, arguments.region)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    server, port = start_server(cloud, arguments.port)
    log.info(BANNER.format(title=cloud.title, world=arguments.world))
    if arguments.ready_file is not None:
        _write_ready(
            arguments.ready_file, {"port": port, "pid": os.getpid(), "cloud": cloud.package, "simulated": True}
        )
    else:
        print(f"PULUMI_DEBUG_PROVIDERS={cloud.package}:{port}", flush=True)
    threading.Thread(target=cloud.warm, name="warm", daemon=True).start()
    while not stopped.wait(1.0):
        if arguments.parent is not None and not _alive(arguments.parent):
            log.info("the process that started this is gone")
            break
    server.stop(grace=2.0).wait()
    world.close()
    return 0


def _write_ready(path: Path, facts: dict[str, object]) -> None:
    # Written beside and renamed, so that a reader never sees half a file.
    draft = path.with_suffix(".part")
    draft.write_text(json.dumps(facts), encoding="utf-8")
    draft.replace(path)


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


if __name__ == "__main__":
    sys.exit(main())
