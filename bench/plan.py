"""How much longer `zt-ai plan` takes than registering as many resources without it under Pulumi's mocks.

Two baselines: resources of one kind, which load two packages of the cloud's SDK, and the plan's own resources written
by hand, which load the same packages as the plan does.
"""

from __future__ import annotations

import importlib
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import cast

from rich.console import Console
from rich.table import Table

from bench.baseline import PLAIN, plain
from bench.by_hand import by_hand, write
from bench.child import Run, run
from zt_ai.graph.model import ResourceGraph
from zt_ai.intent.derive import derive
from zt_ai.intent.model import Intent
from zt_ai.spec import ZoneSpec, load
from zt_ai.spec.clouds import Cloud

RUNS = 5
EXAMPLES = ("minimal", "clinic")
LIMIT = 1.5
START = "from zt_ai.cli.main import main; main()"


def planned(cloud: Cloud, example: str, resources: Path) -> None:
    """What `zt-ai plan` does after its imports: read, check, derive, build in-process, prove.

    Prints the seconds as a line of JSON, and writes the resources for the second baseline.
    """
    PLAIN[cloud]()  # imports the SDK
    importlib.import_module(f"zt_ai.{cloud}.program")
    prove = importlib.import_module(f"zt_ai.verify.{cloud}.prove").prove
    started = time.perf_counter()
    spec = load(f"examples/{example}/zones.yaml")
    intent = derive(spec, cloud=cloud)
    read = time.perf_counter()
    graph = _built(cloud, spec, intent)
    built = time.perf_counter()
    proof = prove(graph, intent, spec.clouds.of(cloud))
    done = time.perf_counter()
    write(graph, resources)
    print(
        json.dumps(
            {
                "seconds": done - started,
                "read": read - started,
                "build": built - read,
                "prove": done - built,
                "resources": sum(1 for r in graph if r.custom),
                "verdict": proof.verdict.value,
            }
        )
    )


def _built(cloud: Cloud, spec: ZoneSpec, intent: Intent) -> ResourceGraph:
    from zt_ai.graph.mocks import from_program
    from zt_ai.program import program

    settings = spec.clouds.of(cloud)
    assert settings is not None
    account, region = settings.place
    return from_program(program(cloud, spec, intent), project="bench", stack="bench", account=account, region=region)


def main() -> None:
    """Print the ratios, of whole processes and without imports, as medians of runs in turn."""
    table = Table(title=f"`zt-ai plan` and the same number of resources without it: medians of {RUNS}, limit {LIMIT}")
    words = {"cloud", "example", "beside"}
    for column in (
        *("cloud", "example", "resources", "beside"),
        *("plan s", "other s", "ratio", "inside s", "other s", "ratio", "read, build, prove s"),
    ):
        table.add_column(column, justify="left" if column in words else "right")
    with tempfile.TemporaryDirectory() as folder:
        for cloud in PLAIN:
            for example in EXAMPLES:
                for row in _measured(cloud, example, Path(folder) / f"{cloud}-{example}.json"):
                    table.add_row(*row)
    Console(width=130).print(table)


def _measured(cloud: str, example: str, resources: Path) -> list[tuple[str, ...]]:
    """The rows of one plan, one for each baseline."""
    command = ("-c", START, "plan", f"examples/{example}/zones.yaml", "--cloud", cloud)
    inside = ("-m", "bench.plan", "planned", cloud, example, str(resources))
    count = int(_last_line(run(*inside))["resources"])
    others = {
        "one kind": ("-m", "bench.plan", "plain", cloud, str(count)),
        "by hand": ("-m", "bench.plan", "by-hand", str(resources)),
    }
    for warming in (command, *others.values()):  # not counted: fills the caches
        run(*warming)
    plans: list[Run] = []
    parts: list[dict[str, float]] = []
    beside: dict[str, list[Run]] = {name: [] for name in others}
    for _ in range(RUNS):
        plans.append(run(*command))
        parts.append(_last_line(run(*inside)))
        for name, other in others.items():
            beside[name].append(run(*other))
    split = ", ".join(f"{statistics.median(part[key] for part in parts):.2f}" for key in ("read", "build", "prove"))
    return [
        (
            *(cloud, example, str(count), name),
            *_medians([(ours.cpu, theirs.cpu) for ours, theirs in zip(plans, runs, strict=True)]),
            *_medians([(p["seconds"], _last_line(r)["seconds"]) for p, r in zip(parts, runs, strict=True)]),
            split,
        )
        for name, runs in beside.items()
    ]


def _last_line(done: Run) -> dict[str, float]:
    # Pulumi's mocks leave a loop behind, which complains when the process ends.
    result: dict[str, float] = json.loads(next(line for line in done.output.splitlines() if line.startswith("{")))
    return result


def _medians(pairs: list[tuple[float, float]]) -> tuple[str, str, str]:
    """Median of each side, and the median of the ratios pair by pair."""
    ours, theirs = (statistics.median(pair[side] for pair in pairs) for side in (0, 1))
    return f"{ours:.2f}", f"{theirs:.2f}", f"{statistics.median(a / b for a, b in pairs):.2f}"


if __name__ == "__main__":
    children: dict[str, Callable[..., None]] = {
        "plain": lambda cloud, count: plain(cloud, int(count)),
        "by-hand": lambda resources: by_hand(Path(resources)),
        "planned": lambda cloud, example, resources: planned(cast(Cloud, cloud), example, Path(resources)),
    }
    if child := children.get("".join(sys.argv[1:2])):
        child(*sys.argv[2:])
    else:
        main()
