"""The names that may be asked of the VPC's resolver. Pure.

The resolver answers for any name whatever security groups say, so a free label is a way out: every name here is exact,
and the only wildcard is the private hosted zone of the VPC itself, which is answered without leaving it.
"""

from __future__ import annotations

from zt_ai.aws.naming import Scope
from zt_ai.aws.plan.service_actions import endpoints
from zt_ai.intent.model import Intent, Party
from zt_ai.spec.types import ServiceKind

DNS_SUFFIX = "amazonaws.com"
"""Suffix of service names in the partitions that are supported (aws and aws-us-gov)."""


def private_domain(scope: Scope) -> str:
    """Name of the private hosted zone."""
    return f"{scope.spec}.internal"


def allowed_domains(intent: Intent, scope: Scope) -> tuple[str, ...]:
    """Every name that may be resolved, sorted: services in use, providers called, and the private hosted zone."""
    names = {private_domain(scope), f"*.{private_domain(scope)}", *intent.provider_domains()}
    for access in intent.accesses:
        if access.destination_party is Party.SERVICE:
            service = intent.services[access.destination]
            names.update(service_names(scope, service.kind, service.resources))
    return tuple(sorted(names))


def service_names(scope: Scope, kind: ServiceKind, resources: tuple[str, ...]) -> tuple[str, ...]:
    """Host names under which the resources of a service are reached.

    Interface endpoints with private DNS answer for the regional name [AWS PrivateLink Guide, "Manage DNS names for VPC
    endpoint services"]; buckets are asked for by virtual-hosted or path style [S3 User Guide, "Virtual hosting of
    general purpose buckets"]; an image is pulled from the account's registry, its layers from AWS's own bucket [ECR
    User Guide, "Amazon ECR interface VPC endpoints"].
    """
    region = f"{scope.region}.{DNS_SUFFIX}"
    names: list[str] = []
    for endpoint in endpoints(kind):
        if endpoint == "s3" and kind is ServiceKind.CONTAINER_IMAGES:
            names.append(f"prod-{scope.region}-starport-layer-bucket.s3.{region}")
        elif endpoint == "s3":
            names += [f"s3.{region}", *(f"{bucket}.s3.{region}" for bucket in resources)]
        elif endpoint == "ecr.dkr":
            names.append(f"{scope.account}.dkr.ecr.{region}")
        elif endpoint == "ecr.api":
            names.append(f"api.ecr.{region}")
        else:
            names.append(f"{endpoint}.{region}")
    return tuple(names)
