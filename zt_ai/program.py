"""The Pulumi programs: one function for each cloud, used by `pulumi up`, by the command line and by tests alike.

A program says nothing of its own. It takes a specification and its intent, builds the cloud's top-level component, and
exports what people look up afterwards.
"""

# ruff: noqa: PLC0415 - imported where they are needed: `--help` and `check` stay fast
from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from zt_ai.intent.model import Intent
from zt_ai.spec.model import ZoneSpec

if TYPE_CHECKING:
    from zt_ai.aws import SegmentedArchitecture

Program = Callable[[], None]

PROJECT = "zt-ai"
"""Name of the Pulumi project in the root `Pulumi.yaml`; stacks made by the command line belong to it too."""


def aws(spec: ZoneSpec, intent: Intent) -> None:
    """Build a specification on AWS, in the account and region that it names and in no other."""
    import pulumi
    import pulumi_aws

    from zt_ai.aws import SegmentedArchitecture, SegmentedArchitectureArgs

    settings = spec.clouds.aws
    if settings is None:
        raise ValueError(f"specification '{spec.name}' has no clouds.aws")
    # An explicit provider: credentials of another account are refused by it before anything is created.
    provider = pulumi_aws.Provider("aws", region=settings.region, allowed_account_ids=[settings.account])
    architecture = SegmentedArchitecture(
        spec.name,
        SegmentedArchitectureArgs(spec=spec, intent=intent),
        opts=pulumi.ResourceOptions(provider=provider),
    )
    _export_aws(spec, intent, architecture)


def _export_aws(spec: ZoneSpec, intent: Intent, architecture: SegmentedArchitecture) -> None:
    """What somebody needs who attaches compute: where to put it, which groups and role to give it."""
    import pulumi

    pulumi.export("specification", spec.name)
    workloads = [name for name, workload in intent.workloads.items() if not workload.implied]
    pulumi.export("vpc_id", architecture.vpc_id)
    pulumi.export("subnet_ids", {zone: subnets.subnet_ids for zone, subnets in architecture.zones.items()})
    pulumi.export("security_group_ids", {name: architecture.groups.of_workload(name) for name in workloads})
    pulumi.export("role_arns", {name: architecture.identities.role_arns[name] for name in workloads})
    pulumi.export("audit_bucket", architecture.audit.bucket_name)
    if architecture.proxy_name is not None:
        pulumi.export("proxy_name", architecture.proxy_name)
    if architecture.egress is not None:
        pulumi.export("public_ips", architecture.egress.public_ips)


PROGRAMS: dict[str, Callable[[ZoneSpec, Intent], None]] = {"aws": aws}
"""Programs by cloud, for the clouds that this version builds."""


def program(cloud: str, spec: ZoneSpec, intent: Intent) -> Program:
    """The program of a cloud with its specification bound. Raises KeyError for a cloud that cannot be built."""
    build = PROGRAMS[cloud]
    return lambda: build(spec, intent)


def from_stack_settings() -> None:
    """The program of a `pulumi` run: settings `spec` (a path in the project) and `cloud` (default: the stack's name).

    Raises SpecError with every mistake of the specification, ValueError for a cloud that cannot be built.
    """
    from pathlib import Path

    import pulumi

    from zt_ai.intent.derive import derive
    from zt_ai.spec.load import load

    settings = pulumi.Config()
    cloud = settings.get("cloud") or pulumi.get_stack()
    if cloud not in PROGRAMS:
        known = ", ".join(PROGRAMS)
        raise ValueError(f"stack '{cloud}' names no cloud that can be built: set zt-ai:cloud to one of: {known}")
    spec = load(Path(pulumi.get_root_directory()) / settings.require("spec"))
    PROGRAMS[cloud](spec, derive(spec))
