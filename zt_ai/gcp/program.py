"""The Pulumi program for Google Cloud."""

from __future__ import annotations

import pulumi
import pulumi_gcp

from zt_ai.gcp import SegmentedArchitecture, SegmentedArchitectureArgs
from zt_ai.intent.model import Intent
from zt_ai.spec.model import ZoneSpec


def build(spec: ZoneSpec, intent: Intent) -> None:
    """Build a specification on Google Cloud, in the project and region that it names."""
    settings = spec.clouds.gcp
    if settings is None:
        raise ValueError(f"specification '{spec.name}' has no clouds.gcp")
    # Access Context Manager belongs to no project, so its calls need one to be counted for [Pulumi GCP provider,
    # "Configuration": userProjectOverride, billingProject].
    provider = pulumi_gcp.Provider(
        "gcp",
        project=settings.project,
        region=settings.region,
        user_project_override=True,
        billing_project=settings.project,
        add_pulumi_attribution_label=False,
    )
    architecture = SegmentedArchitecture(
        spec.name,
        SegmentedArchitectureArgs(spec=spec, intent=intent),
        opts=pulumi.ResourceOptions(provider=provider),
    )
    _export(spec, intent, architecture)


def _export(spec: ZoneSpec, intent: Intent, architecture: SegmentedArchitecture) -> None:
    """What somebody needs who attaches compute: where to put it, which account and secure tag to give it."""
    pulumi.export("specification", spec.name)
    workloads = [name for name, workload in intent.workloads.items() if not workload.implied]
    pulumi.export("network_id", architecture.network.network_id)
    pulumi.export("subnet_ids", architecture.network.subnet_ids)
    pulumi.export("service_accounts", {name: architecture.identities.emails[name] for name in workloads})
    tags = architecture.tags.value_ids
    pulumi.export("secure_tags", {name: tags[name] for name in workloads if name in tags})
    pulumi.export("audit_buckets", {project: store.bucket_name for project, store in architecture.audit.items()})
    if architecture.proxy_name is not None:
        pulumi.export("proxy_name", architecture.proxy_name)
    if architecture.egress is not None:
        pulumi.export("public_ips", architecture.egress.public_ips)
