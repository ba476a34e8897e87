"""How much longer `zt-ai plan` takes than registering as many plain resources under Pulumi's mocks."""

from __future__ import annotations

import json
import statistics
import sys
import time

from rich.console import Console
from rich.table import Table

from bench.child import Run, run

RUNS = 5
LIMIT = 1.5
START = "from zt_ai.cli.main import main; main()"


def plain(count: int) -> None:
    """Register `count` plain resources (a VPC and rules that refer to it) under Pulumi's own mocks."""
    import pulumi
    import pulumi_aws as aws
    from pulumi.runtime import mocks

    class Echo(pulumi.runtime.Mocks):
        def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, object]]:
            return f"{args.name}-id", dict(args.inputs)

        def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, object], None]:
            return {}, None

    started = time.perf_counter()
    mocks.set_mocks(Echo(), project="bench", stack="bench", preview=False)

    @mocks.test
    def program() -> None:
        vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", tags={"Name": "vpc"})
        for number in range(count - 1):
            aws.vpc.SecurityGroupIngressRule(
                f"rule-{number}",
                security_group_id=vpc.id,
                ip_protocol="tcp",
                from_port=number + 1,
                to_port=number + 1,
                cidr_ipv4="10.0.0.0/24",
                description="plain",
                tags={"Name": f"rule-{number}"},
            )

    program()
    print(json.dumps({"seconds": time.perf_counter() - started}))


def planned(example: str) -> None:
    """What `zt-ai plan` does after its imports: read, check, derive, build in-process, prove."""
    import pulumi_aws as aws

    from zt_ai.graph.mocks import from_program
    from zt_ai.intent.derive import derive
    from zt_ai.program import program
    from zt_ai.spec import load
    from zt_ai.verify.aws.prove import prove

    assert aws.ec2.Vpc
    assert aws.vpc.SecurityGroupIngressRule
    started = time.perf_counter()
    spec = load(f"examples/{example}/zones.yaml")
    intent = derive(spec)
    read = time.perf_counter()
    graph = from_program(program("aws", spec, intent), project="bench", stack="bench")
    built = time.perf_counter()
    assert spec.clouds.aws is not None
    proof = prove(graph, intent, spec.clouds.aws)
    done = time.perf_counter()
    count = sum(1 for r in graph if r.custom)
    print(
        json.dumps(
            {
                "seconds": done - started,
                "read": read - started,
                "build": built - read,
                "prove": done - built,
                "resources": count,
                "verdict": proof.verdict.value,
            }
        )
    )


def main() -> None:
    """Print the ratios, of whole processes and without imports, as medians of pairs run in turn."""
    table = Table(title=f"`zt-ai plan` and as many plain resources under mocks: medians of {RUNS} pairs, limit {LIMIT}")
    for column in (
        "example",
        "resources",
        "plan s",
        "plain s",
        "ratio",
        "inside s",
        "plain s",
        "ratio",
        "read, build, prove s",
    ):
        table.add_column(column, justify="left" if column == "example" else "right")
    for example in ("minimal", "clinic"):
        count = int(_last_line(run("-m", "bench.plan", "planned", example))["resources"])
        run("-c", START, "plan", f"examples/{example}/zones.yaml", "--cloud", "aws")  # not counted: fills the caches
        whole, inside, parts = [], [], []
        for _ in range(RUNS):
            ours = run("-c", START, "plan", f"examples/{example}/zones.yaml", "--cloud", "aws")
            theirs = run("-m", "bench.plan", "plain", str(count))
            whole.append((ours.cpu, theirs.cpu))
            parts.append(_last_line(run("-m", "bench.plan", "planned", example)))
            inside.append((parts[-1]["seconds"], _last_line(theirs)["seconds"]))
        split = ", ".join(f"{statistics.median(part[key] for part in parts):.2f}" for key in ("read", "build", "prove"))
        table.add_row(example, str(count), *_medians(whole), *_medians(inside), split)
    Console(width=120).print(table)


def _last_line(done: Run) -> dict[str, float]:
    result: dict[str, float] = json.loads(done.output.splitlines()[-1])
    return result


def _medians(pairs: list[tuple[float, float]]) -> tuple[str, str, str]:
    """Median of each side, and the median of the ratios pair by pair."""
    ours, theirs = (statistics.median(pair[side] for pair in pairs) for side in (0, 1))
    return f"{ours:.2f}", f"{theirs:.2f}", f"{statistics.median(a / b for a, b in pairs):.2f}"


if __name__ == "__main__":
    if sys.argv[1:2] == ["plain"]:
        plain(int(sys.argv[2]))
    elif sys.argv[1:2] == ["planned"]:
        planned(sys.argv[2])
    else:
        main()
