"""How the verifier's time and memory grow from 20 to 2,000 workloads with four flows each."""

from __future__ import annotations

import json
import math
import statistics
import sys
import time

from rich.console import Console
from rich.table import Table

from bench.child import run

SIZES = (20, 63, 200, 632, 2000)
EXPONENT_LIMIT, MEMORY_LIMIT = 1.2, 500
RUNS = 3


def prove(count: int) -> None:
    """Prove one synthetic architecture and print what it took."""
    from bench.synthetic import SETTINGS, architecture, hospital
    from zt_ai.verify.aws.prove import prove as prove_aws

    intent = hospital(count)
    graph = architecture(intent).graph()
    started = time.perf_counter()
    proof = prove_aws(graph, intent, SETTINGS)
    seconds = time.perf_counter() - started
    claims = {claim.id: claim.verdict.value for claim in proof.claims}
    print(json.dumps({"seconds": seconds, "resources": len(graph), "accesses": len(proof.accesses), "claims": claims}))


def main() -> None:
    """Print one line for each size, and the exponent of a line through them (log-log, least squares)."""
    limits = f"limits: exponent {EXPONENT_LIMIT}, {MEMORY_LIMIT} MB"
    table = Table(title=f"the verifier alone: medians of {RUNS} runs; {limits}")
    for column in ("workloads", "resources", "accesses", "seconds", "ms a workload", "peak MB", "reachability"):
        table.add_column(column, justify="right")
    points = []
    for size in SIZES:
        runs = [run("-m", "bench.verifier", str(size)) for _ in range(RUNS)]
        results = [json.loads(done.output.splitlines()[-1]) for done in runs]
        seconds = statistics.median(result["seconds"] for result in results)
        points.append((math.log(size), math.log(seconds)))
        table.add_row(
            str(size),
            str(results[0]["resources"]),
            str(results[0]["accesses"]),
            f"{seconds:.3f}",
            f"{1000 * seconds / size:.2f}",
            f"{max(done.memory for done in runs):.0f}",
            results[0]["claims"]["reachability"],
        )
    Console(width=120).print(table)
    slope = statistics.linear_regression(*zip(*points, strict=True)).slope
    last = (points[-1][1] - points[-2][1]) / (points[-1][0] - points[-2][0])
    print(f"exponent {slope:.2f} over all sizes, {last:.2f} between the last two")


if __name__ == "__main__":
    if sys.argv[1:]:
        prove(int(sys.argv[1]))
    else:
        main()
