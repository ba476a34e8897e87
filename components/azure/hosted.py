"""The Azure components as other languages see them: arguments are plain values, lists and maps, outputs likewise.

Each class here only translates: the resources are made by the component of the same name in `zt_ai.azure`, as its one child.
"""

# The engine's analysis reads annotations at run time, so they must not be postponed to strings here.
from collections.abc import Mapping
from typing import Any, Optional, TypedDict

import pulumi

from zt_ai import azure
from zt_ai.azure.naming import Scope
from zt_ai.builders.hosted import known, specification

PACKAGE = "zt-ai-azure"


def _token(component: str) -> str:
    return f"{PACKAGE}:index:{component}"


def _scope(args: Mapping[str, Any]) -> Scope:
    return Scope(known(args, "prefix"), known(args, "subscription"), known(args, "location"))


class SegmentedArchitectureArgs(TypedDict):
    """A zone specification, as a file or written out. Exactly one of the two is given."""

    file: Optional[str]
    """Path of a zone specification in YAML, from the folder of the program."""
    specification: Optional[dict[str, Any]]
    """The specification itself, with the keys of the YAML form."""


class SegmentedArchitecture(pulumi.ComponentResource):
    """Network, services, identities, audit store, egress path, proxy and alerts of one zone specification on Azure."""

    network_id: pulumi.Output[str]
    """Id of the virtual network."""
    subnet_ids: pulumi.Output[dict[str, str]]
    """Subnet of each zone."""
    application_security_group_ids: pulumi.Output[dict[str, str]]
    """Group that an interface of each workload must carry."""
    identity_ids: pulumi.Output[dict[str, str]]
    """Managed identity of each workload."""
    audit_store_id: pulumi.Output[str]
    """Storage account that keeps all records."""
    proxy_name: pulumi.Output[Optional[str]]
    """Host name of the egress proxy inside the network; empty where no provider is called."""

    def __init__(
        self, name: str, args: SegmentedArchitectureArgs, opts: Optional[pulumi.ResourceOptions] = None
    ) -> None:
        spec = specification(args)
        super().__init__(_token("SegmentedArchitecture"), name, None, opts)
        built = azure.SegmentedArchitecture(
            name, azure.SegmentedArchitectureArgs(spec=spec), pulumi.ResourceOptions(parent=self)
        )
        groups = {workload: built.groups.of_workload(workload) for workload in [*spec.runs, "egress-proxy"]}
        self.network_id = pulumi.Output.from_input(built.network_id)
        self.subnet_ids = pulumi.Output.from_input({zone: subnet.subnet_id for zone, subnet in built.zones.items()})
        self.application_security_group_ids = pulumi.Output.from_input(groups)
        self.identity_ids = pulumi.Output.from_input(dict(built.identities.ids))
        self.audit_store_id = built.audit.account_id
        self.proxy_name = pulumi.Output.from_input(built.proxy_name)
        self.register_outputs(
            {
                "networkId": self.network_id,
                "subnetIds": self.subnet_ids,
                "applicationSecurityGroupIds": self.application_security_group_ids,
                "identityIds": self.identity_ids,
                "auditStoreId": self.audit_store_id,
                "proxyName": self.proxy_name,
            }
        )


class AuditStoreArgs(TypedDict):
    """Where records are kept. The resource group `zt-ai-PREFIX` must exist."""

    prefix: str
    """Beginning of every resource's name."""
    subscription: str
    """Azure subscription, a GUID in lower case."""
    location: str
    """Azure region."""
    retention_days: int
    """How long records are kept, write-once."""
    locked: Optional[bool]
    """Whether the policy is locked for good; true when left out. Azure makes a policy unlocked only: a new store is deployed once with false."""


class AuditStore(pulumi.ComponentResource):
    """A storage account in which nothing that was written is changed or deleted before its time."""

    account_id: pulumi.Output[str]
    """Id of the storage account."""

    def __init__(self, name: str, args: AuditStoreArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(_token("AuditStore"), name, None, opts)
        locked = known(args, "locked")
        built = azure.AuditStore(
            name,
            azure.AuditStoreArgs(
                scope=_scope(args),
                retention_days=int(known(args, "retention_days")),
                lock="locked" if locked is None or locked else "unlocked",
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.account_id = built.account_id
        self.register_outputs({"accountId": self.account_id})


class DnsPolicyArgs(TypedDict):
    """The names that a virtual network may resolve. The resource group `zt-ai-PREFIX` must exist."""

    prefix: str
    """Beginning of every resource's name."""
    subscription: str
    """Azure subscription, a GUID in lower case."""
    location: str
    """Azure region."""
    network_id: pulumi.Input[str]
    """Id of the virtual network."""
    domains: list[str]
    """Names that may be resolved; everything else is refused."""


class DnsPolicy(pulumi.ComponentResource):
    """A DNS security policy that answers the listed names and no others."""

    policy_id: pulumi.Output[str]
    """Id of the policy."""

    def __init__(self, name: str, args: DnsPolicyArgs, opts: Optional[pulumi.ResourceOptions] = None) -> None:
        super().__init__(_token("DnsPolicy"), name, None, opts)
        built = azure.DnsPolicy(
            name,
            azure.DnsPolicyArgs(
                scope=_scope(args), network_id=args["network_id"], domains=list(known(args, "domains"))
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.policy_id = built.policy.id
        self.register_outputs({"policyId": self.policy_id})


COMPONENTS: list[type[pulumi.ComponentResource]] = [SegmentedArchitecture, AuditStore, DnsPolicy]
