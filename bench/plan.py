"""How much longer `zt-ai plan` takes than registering as many plain resources under Pulumi's mocks."""

from __future__ import annotations

import importlib
import json
import statistics
import sys
import time
from collections.abc import Callable
from typing import cast

from rich.console import Console
from rich.table import Table

from bench.child import Run, run
from zt_ai.spec import load
from zt_ai.spec.clouds import Cloud

RUNS = 5
EXAMPLES = ("minimal", "clinic")
LIMIT = 1.5
START = "from zt_ai.cli.main import main; main()"


def plain(cloud: str, count: int) -> None:
    """Register `count` plain resources (a network and rules that refer to it) under Pulumi's own mocks."""
    import pulumi
    from pulumi.runtime import mocks

    class Echo(pulumi.runtime.Mocks):
        def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, object]]:
            return f"{args.name}-id", dict(args.inputs)

        def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, object], None]:
            return {}, None

    register = PLAIN[cloud]()
    started = time.perf_counter()
    mocks.set_mocks(Echo(), project="bench", stack="bench", preview=False)
    mocks.test(lambda: register(count))()
    print(json.dumps({"seconds": time.perf_counter() - started}))


def _plain_aws() -> Callable[[int], None]:
    import pulumi_aws as aws

    def register(count: int) -> None:
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

    return register


def _plain_azure() -> Callable[[int], None]:
    from pulumi_azure_native import network

    def register(count: int) -> None:
        group = network.NetworkSecurityGroup("group", resource_group_name="bench", tags={"name": "group"})
        for number in range(count - 1):
            network.SecurityRule(
                f"rule-{number}",
                resource_group_name="bench",
                network_security_group_name=group.name,
                priority=number + 100,
                direction="Inbound",
                access="Allow",
                protocol="Tcp",
                source_address_prefix="10.0.0.0/24",
                source_port_range="*",
                destination_address_prefix="10.0.1.0/24",
                destination_port_range=str(number + 1),
                description="plain",
            )

    return register


def _plain_gcp() -> Callable[[int], None]:
    from pulumi_gcp import compute

    def register(count: int) -> None:
        policy = compute.NetworkFirewallPolicy("policy", project="bench", description="plain")
        for number in range(count - 1):
            compute.NetworkFirewallPolicyRule(
                f"rule-{number}",
                project="bench",
                firewall_policy=policy.name,
                priority=number + 1,
                direction="INGRESS",
                action="allow",
                match={
                    "src_ip_ranges": ["10.0.0.0/24"],
                    "layer4_configs": [{"ip_protocol": "tcp", "ports": [str(number + 1)]}],
                },
                description="plain",
            )

    return register


PLAIN: dict[str, Callable[[], Callable[[int], None]]] = {
    "aws": _plain_aws,
    "azure": _plain_azure,
    "gcp": _plain_gcp,
}


def planned(cloud: Cloud, example: str) -> None:
    """What `zt-ai plan` does after its imports: read, check, derive, build in-process, prove."""
    from zt_ai.graph.mocks import from_program
    from zt_ai.intent.derive import derive
    from zt_ai.program import program

    PLAIN[cloud]()  # imports the SDK
    importlib.import_module(f"zt_ai.{cloud}.program")
    prove = importlib.import_module(f"zt_ai.verify.{cloud}.prove").prove
    started = time.perf_counter()
    spec = load(f"examples/{example}/zones.yaml")
    intent = derive(spec, cloud=cloud)
    read = time.perf_counter()
    settings = spec.clouds.of(cloud)
    assert settings is not None
    account, region = settings.place
    graph = from_program(program(cloud, spec, intent), project="bench", stack="bench", account=account, region=region)
    built = time.perf_counter()
    proof = prove(graph, intent, settings)
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
        "cloud",
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
        table.add_column(column, justify="left" if column in {"cloud", "example"} else "right")
    for cloud in PLAIN:
        for example in EXAMPLES:
            if cast(Cloud, cloud) not in load(f"examples/{example}/zones.yaml").clouds.named():
                continue
            table.add_row(cloud, example, *_measured(cloud, example))
    Console(width=120).print(table)


def _measured(cloud: str, example: str) -> tuple[str, ...]:
    """One row of the table."""
    command = ("-c", START, "plan", f"examples/{example}/zones.yaml", "--cloud", cloud)
    count = int(_last_line(run("-m", "bench.plan", "planned", cloud, example))["resources"])
    run(*command)  # not counted: fills the caches
    whole, inside, parts = [], [], []
    for _ in range(RUNS):
        ours = run(*command)
        theirs = run("-m", "bench.plan", "plain", cloud, str(count))
        whole.append((ours.cpu, theirs.cpu))
        parts.append(_last_line(run("-m", "bench.plan", "planned", cloud, example)))
        inside.append((parts[-1]["seconds"], _last_line(theirs)["seconds"]))
    split = ", ".join(f"{statistics.median(part[key] for part in parts):.2f}" for key in ("read", "build", "prove"))
    return (str(count), *_medians(whole), *_medians(inside), split)


def _last_line(done: Run) -> dict[str, float]:
    # Pulumi's mocks leave a loop behind, which complains when the process ends.
    result: dict[str, float] = json.loads(next(line for line in done.output.splitlines() if line.startswith("{")))
    return result


def _medians(pairs: list[tuple[float, float]]) -> tuple[str, str, str]:
    """Median of each side, and the median of the ratios pair by pair."""
    ours, theirs = (statistics.median(pair[side] for pair in pairs) for side in (0, 1))
    return f"{ours:.2f}", f"{theirs:.2f}", f"{statistics.median(a / b for a, b in pairs):.2f}"


if __name__ == "__main__":
    if sys.argv[1:2] == ["plain"]:
        plain(sys.argv[2], int(sys.argv[3]))
    elif sys.argv[1:2] == ["planned"]:
        planned(cast(Cloud, sys.argv[2]), sys.argv[3])
    else:
        main()
