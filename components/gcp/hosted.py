"""The Google Cloud components as other languages see them: arguments are plain values, lists and maps, outputs likewise.

Each class here only translates: the resources are made by the component of the same name in `zt_ai.gcp`, as its one child.
"""

# The engine's analysis reads annotations at run time, so they must not be postponed to strings here.
from collections.abc import Mapping
from typing import Any, Optional, TypedDict

import pulumi

from zt_ai import gcp
from zt_ai.builders.hosted import known, specification
from zt_ai.gcp.audit.logs import AUDIT_LOGS, TRAFFIC_LOGS
from zt_ai.gcp.naming import Scope
from zt_ai.gcp.perimeter.plan import NETWORK, Perimeter
from zt_ai.gcp.services import RESTRICTED

PACKAGE = "zt-ai-gcp"


def _token(component: str) -> str:
    return f"{PACKAGE}:index:{component}"


def _scope(args: Mapping[str, Any]) -> Scope:
    return Scope(known(args, "prefix"), known(args, "project"), known(args, "project_number"), known(args, "region"))


class SegmentedArchitectureArgs(TypedDict):
    """A zone specification, as a file or written out. Exactly one of the two is given."""

    file: Optional[str]
    """Path of a zone specification in YAML, from the folder of the program."""
    specification: Optional[dict[str, Any]]
    """The specification itself, with the keys of the YAML form."""


class SegmentedArchitecture(pulumi.ComponentResource):
    """Network, perimeters, identities, audit stores, egress path, proxy and alerts of one zone specification on Google Cloud."""

    network_id: pulumi.Output[str]
    """Path of the network."""
    subnet_ids: pulumi.Output[dict[str, str]]
    """Subnet of each zone."""
    service_accounts: pulumi.Output[dict[str, str]]
    """E-mail address of each workload's service account."""
    secure_tags: pulumi.Output[dict[str, str]]
    """Secure tag that an instance of each workload must carry to be known as a source."""
    audit_bucket: pulumi.Output[str]
    """Bucket that keeps all records of the network's project."""
    proxy_name: pulumi.Output[Optional[str]]
    """Host name of the egress proxy inside the network; empty where no provider is called."""

    def __init__(
        self, name: str, args: SegmentedArchitectureArgs, opts: Optional[pulumi.ResourceOptions] = None
    ) -> None:
        spec = specification(args)
        super().__init__(_token("SegmentedArchitecture"), name, None, opts)
        built = gcp.SegmentedArchitecture(
            name, gcp.SegmentedArchitectureArgs(spec=spec), pulumi.ResourceOptions(parent=self)
        )
        settings = spec.clouds.gcp
        assert settings is not None  # noqa: S101 - the architecture has said so already
        self.network_id = pulumi.Output.from_input(built.network.network_id)
        self.subnet_ids = pulumi.Output.from_input(dict(built.network.subnet_ids))
        self.service_accounts = pulumi.Output.from_input(dict(built.identities.emails))
        self.secure_tags = pulumi.Output.from_input(dict(built.tags.value_ids))
        self.audit_bucket = pulumi.Output.from_input(built.audit[settings.project].bucket_name)
        self.proxy_name = pulumi.Output.from_input(built.proxy_name)
        self.register_outputs(
            {
                "networkId": self.network_id,
                "subnetIds": self.subnet_ids,
                "serviceAccounts": self.service_accounts,
                "secureTags": self.secure_tags,
                "auditBucket": self.audit_bucket,
                "proxyName": self.proxy_name,
            }
        )


class AuditStoreArgs(TypedDict):
    """Where records are kept."""

    prefix: str
    """Beginning of every resource's name."""
    project: str
    """Project whose records these are."""
    project_number: str
    """Its number."""
    region: str
    """Region in which they are kept."""
    retention_days: int
    """How long records are kept, write-once; 3650 at the most."""


class AuditStore(pulumi.ComponentResource):
    """Data access logs of a project switched on, and every record written into a locked log bucket and a locked storage bucket."""

    bucket_name: pulumi.Output[str]
    """Name of the storage bucket."""
    log_bucket_id: pulumi.Output[str]
    """Id of the log bucket."""

    def __init__(self, name: str, args: AuditStoreArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(_token("AuditStore"), name, None, opts)
        scope = _scope(args)
        built = gcp.AuditStore(
            name,
            gcp.AuditStoreArgs(
                scope=scope,
                project=scope.project,
                project_number=scope.number,
                retention_days=int(known(args, "retention_days")),
                logs=(*AUDIT_LOGS, *TRAFFIC_LOGS),
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.bucket_name = pulumi.Output.from_input(built.bucket_name)
        self.log_bucket_id = pulumi.Output.from_input(built.log_bucket_id)
        self.register_outputs({"bucketName": self.bucket_name, "logBucketId": self.log_bucket_id})


class ServicePerimeterArgs(TypedDict):
    """One perimeter of VPC Service Controls."""

    prefix: str
    """Beginning of the perimeter's name."""
    project: str
    """Project to which the calls are counted."""
    project_number: str
    """Its number."""
    region: str
    """Region of the project's resources."""
    organization: str
    """Number of the organisation."""
    access_policy: Optional[str]
    """Number of the organisation's access policy; without it one is made."""
    projects: list[str]
    """Numbers of the projects inside."""
    restricted_services: Optional[list[str]]
    """Services that are protected; all that zt-ai knows when left out."""
    reachable_services: list[str]
    """Services that networks inside may call at all."""
    enforced: bool
    """False: what would be refused is only recorded."""


class ServicePerimeter(pulumi.ComponentResource):
    """A perimeter without a way through, enforced or in dry-run."""

    access_policy: pulumi.Output[str]
    """Number of the access policy."""

    def __init__(self, name: str, args: ServicePerimeterArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(_token("ServicePerimeter"), name, None, opts)
        scope = _scope(args)
        perimeter = Perimeter(
            key=NETWORK,
            name=scope.identifier(NETWORK),
            zones=(),
            projects=tuple(known(args, "projects")),
            restricted=tuple(known(args, "restricted_services") or RESTRICTED),
            reachable=tuple(known(args, "reachable_services")),
            ingress=(),
            egress=(),
        )
        built = gcp.Perimeters(
            name,
            gcp.PerimetersArgs(
                scope=scope,
                perimeters=[perimeter],
                enforced=bool(known(args, "enforced")),
                organization=known(args, "organization"),
                access_policy=known(args, "access_policy"),
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.access_policy = pulumi.Output.from_input(built.access_policy)
        self.register_outputs({"accessPolicy": self.access_policy})


class ClosedResolverArgs(TypedDict):
    """The names that a network may resolve."""

    prefix: str
    """Beginning of every resource's name."""
    project: str
    """Project of the network."""
    project_number: str
    """Its number."""
    region: str
    """Region of the project's resources."""
    network_id: pulumi.Input[str]
    """Path of the network."""
    names: list[str]
    """Names that may be resolved, with their final dot; everything else is answered with addresses of nobody."""


class ClosedResolver(pulumi.ComponentResource):
    """A response policy that passes the listed names and no others, and a log of all queries."""

    policy_name: pulumi.Output[str]
    """Name of the response policy."""

    def __init__(self, name: str, args: ClosedResolverArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(_token("ClosedResolver"), name, None, opts)
        built = gcp.ClosedResolver(
            name,
            gcp.ClosedResolverArgs(scope=_scope(args), network_id=args["network_id"], names=list(known(args, "names"))),
            pulumi.ResourceOptions(parent=self),
        )
        self.policy_name = built.policy.response_policy_name
        self.register_outputs({"policyName": self.policy_name})


COMPONENTS: list[type[pulumi.ComponentResource]] = [
    SegmentedArchitecture,
    AuditStore,
    ServicePerimeter,
    ClosedResolver,
]
