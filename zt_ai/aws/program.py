"""The Pulumi program for AWS."""

from __future__ import annotations

import pulumi
import pulumi_aws

from zt_ai.aws import SegmentedArchitecture, SegmentedArchitectureArgs
from zt_ai.intent.model import Intent
from zt_ai.spec.model import ZoneSpec


def build(spec: ZoneSpec, intent: Intent) -> None:
    """Build a specification on AWS, in the account and region that it names and in no other."""
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
    _export(spec, intent, architecture)


def _export(spec: ZoneSpec, intent: Intent, architecture: SegmentedArchitecture) -> None:
    """What somebody needs who attaches compute: where to put it, which groups and role to give it."""
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
