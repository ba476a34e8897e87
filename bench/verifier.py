"""How the verifier's time and memory grow from 20 to 2,000 workloads with four flows each.

An architecture is made in one process and proved in others, which hold nothing of the builder and of the cloud's SDK.
"""

from __future__ import annotations

import gc
import importlib
import json
import math
import pickle
import statistics
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, cast

from rich.console import Console
from rich.table import Table

from bench.child import Run, run

if TYPE_CHECKING:
    from zt_ai.graph.model import ResourceGraph
    from zt_ai.intent.model import Intent
    from zt_ai.spec.clouds import Cloud

SIZES: dict[Cloud, tuple[int, ...]] = {
    "aws": (20, 63, 200, 632, 2000),
    "azure": (20, 63, 200),
    "gcp": (20, 63, 200, 632),
}
"""Of Azure and Google Cloud up to what their builders have room for with all quotas raised."""
EXPONENT_LIMIT, MEMORY_LIMIT = 1.2, 500
RUNS = 7
"""Of each the least counts: a shared machine makes a run longer than it is and never shorter, by a third and more."""


def make(cloud: Cloud, count: int, kept: Path) -> None:
    """Make one synthetic architecture and keep it in a file."""
    kept.write_bytes(pickle.dumps(_architecture(cloud, count)))


def prove(cloud: Cloud, kept: Path) -> None:
    """Prove a kept architecture and print what it took."""
    graph, intent, settings = pickle.loads(kept.read_bytes())  # noqa: S301 - written by `make` a moment ago
    verify = importlib.import_module(f"zt_ai.verify.{cloud}.prove").prove
    # A collection of what was there before falls into the larger runs alone, and is no growth of the verifier's.
    gc.collect()
    gc.freeze()
    # Of the processor: the verifier waits for nothing, and what else the machine does is no part of it.
    started = time.process_time()
    proof = verify(graph, intent, settings)
    seconds = time.process_time() - started
    claims = {claim.id: claim.verdict.value for claim in proof.claims}
    print(json.dumps({"seconds": seconds, "resources": len(graph), "accesses": len(proof.accesses), "claims": claims}))


def _runs(cloud: Cloud, sizes: tuple[int, ...], times: int) -> dict[int, list[Run]]:
    """Proofs of each size, taken in turns: where the machine is slow for a while, it is slow for all of them."""
    found: dict[int, list[Run]] = {size: [] for size in sizes}
    with TemporaryDirectory() as folder:
        kept = {size: Path(folder, str(size)) for size in sizes}
        for size, file in kept.items():
            made = run("-m", "bench.verifier", "make", cloud, str(size), str(file))
            if not file.exists():
                raise RuntimeError(f"{size} workloads on {cloud} cannot be made:\n{made.output}")
        for _ in range(times):
            for size, file in kept.items():
                found[size].append(run("-m", "bench.verifier", "prove", cloud, str(file)))
    return found


def _architecture(cloud: Cloud, count: int) -> tuple[ResourceGraph, Intent, Any]:
    """Of AWS made without the builder, which has no room for so many; of the others what the builder makes."""
    if cloud == "aws":
        from bench.synthetic import SETTINGS, architecture, hospital

        intent = hospital(count)
        return architecture(intent).graph(), intent, SETTINGS
    from bench import synthetic_spec
    from zt_ai.graph.mocks import from_program
    from zt_ai.intent.derive import derive
    from zt_ai.program import program

    spec = synthetic_spec.hospital(cloud, count)
    intent, settings = derive(spec, cloud=cloud), spec.clouds.of(cloud)
    assert settings is not None
    account, region = settings.place
    built = program(cloud, spec, intent)
    return from_program(built, project="bench", stack="bench", account=account, region=region), intent, settings


def main() -> None:
    """Print one line for each size and cloud, and the exponent of a line through them (log-log, least squares)."""
    limits = f"limits: exponent {EXPONENT_LIMIT}, {MEMORY_LIMIT} MB"
    table = Table(title=f"the verifier alone: the best of {RUNS} runs; {limits}")
    columns = ("cloud", "workloads", "resources", "accesses", "seconds", "ms a workload", "peak MB", "reachability")
    for column in columns:
        table.add_column(column, justify="left" if column == "cloud" else "right")
    lines = []
    for cloud, sizes in SIZES.items():
        points = []
        for size, runs in _runs(cloud, sizes, RUNS).items():
            results = [json.loads(done.output.splitlines()[-1]) for done in runs]
            seconds = min(result["seconds"] for result in results)
            points.append((math.log(size), math.log(seconds)))
            table.add_row(
                cloud,
                str(size),
                str(results[0]["resources"]),
                str(results[0]["accesses"]),
                f"{seconds:.3f}",
                f"{1000 * seconds / size:.2f}",
                f"{max(done.memory for done in runs):.0f}",
                results[0]["claims"]["reachability"],
            )
        slope = statistics.linear_regression(*zip(*points, strict=True)).slope
        last = (points[-1][1] - points[-2][1]) / (points[-1][0] - points[-2][0])
        lines.append(f"{cloud}: exponent {slope:.2f} over all sizes, {last:.2f} between the last two")
    Console(width=120).print(table)
    print("\n".join(lines))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["make", cloud, size, file]:
            make(cast("Cloud", cloud), int(size), Path(file))
        case ["prove", cloud, file]:
            prove(cast("Cloud", cloud), Path(file))
        case [cloud, size]:
            print(_runs(cast("Cloud", cloud), (int(size),), 1)[int(size)][0].output, end="")
        case _:
            main()
