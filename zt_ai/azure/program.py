"""The Pulumi program for Azure."""

from __future__ import annotations

import pulumi
import pulumi_azure_native

from zt_ai.azure.architecture import SegmentedArchitecture, SegmentedArchitectureArgs
from zt_ai.intent.model import Intent
from zt_ai.spec.model import ZoneSpec


def build(spec: ZoneSpec, intent: Intent) -> None:
    """Build a specification on Azure, in the subscription and region that it names and in no other."""
    settings = spec.clouds.azure
    if settings is None:
        raise ValueError(f"specification '{spec.name}' has no clouds.azure")
    # An explicit provider: whoever is logged in to another subscription still builds in this one, or is refused.
    provider = pulumi_azure_native.Provider(
        "azure", subscription_id=settings.subscription, tenant_id=settings.tenant, location=settings.location
    )
    architecture = SegmentedArchitecture(
        spec.name,
        SegmentedArchitectureArgs(spec=spec, intent=intent),
        opts=pulumi.ResourceOptions(provider=provider),
    )
    _export(spec, intent, architecture)


def _export(spec: ZoneSpec, intent: Intent, architecture: SegmentedArchitecture) -> None:
    """What somebody needs who attaches compute: where to put it, which group and identity to give it."""
    workloads = [name for name, workload in intent.workloads.items() if not workload.implied]
    pulumi.export("specification", spec.name)
    pulumi.export("network_id", architecture.network_id)
    pulumi.export("subnet_ids", {zone: subnet.subnet_id for zone, subnet in architecture.zones.items()})
    pulumi.export("application_security_group_ids", {name: architecture.groups.of_workload(name) for name in workloads})
    pulumi.export("identity_ids", {name: architecture.identities.ids[name] for name in workloads})
    pulumi.export("account_ids", architecture.services.ids)
    pulumi.export("audit_store_id", architecture.audit.account_id)
    if architecture.proxy_name is not None:
        pulumi.export("proxy_name", architecture.proxy_name)
    if architecture.egress is not None:
        pulumi.export("public_ip", architecture.egress.public_ip.ip_address)
