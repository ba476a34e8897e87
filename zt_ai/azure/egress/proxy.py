"""The egress proxy: the only way out, as machines of one scale set behind an internal load balancer."""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi_azure_native import compute, network

from zt_ai.azure.egress.balancer import POOL, PROBE, Front, load_balancer, part_id, private_link_service
from zt_ai.azure.egress.host import Host, check_policy, custom_data
from zt_ai.azure.egress.scaling import autoscale
from zt_ai.azure.naming import TAG_ROLE, TAG_WORKLOAD, Scope
from zt_ai.builders.options import after, child_options
from zt_ai.intent.model import EGRESS_PROXY
from zt_ai.spec.clouds.azure import AzureProxy


@dataclass(frozen=True, kw_only=True)
class EgressProxyArgs:
    """What `EgressProxy` is made from."""

    scope: Scope
    settings: AzureProxy
    host: Host
    """What each machine is told, the policy included."""
    subnet: str
    """Id of the egress zone's subnet; machines and load balancer live there."""
    address: str
    """Address of the load balancer in it."""
    group: str
    """Id of the proxy's application security group, the one that its machines carry."""
    identity: str
    """Id of the proxy's managed identity, the one that its machines have."""
    records_to: pulumi.Input[Mapping[str, Any]]
    """`endpoint` and `rule` of the log: known after its deployment only, and given apart from the policy, so that all
    else can be proved before."""
    consumers: pulumi.Input[str] | None = None
    """Id of the subnet of the Private Link service; None where there is none."""
    zones: Sequence[str] = ()
    after: Sequence[pulumi.Resource] = ()
    """What the machines need to start: subnet, endpoints, rights, the way out."""
    tags: Mapping[str, str] = field(default_factory=dict)


class EgressProxy(pulumi.ComponentResource):
    """Container hosts of one scale set in the egress zone, scaled with their load and replaced a few at a time.

    Attributes:
        balancer, machines: the resources. link: the Private Link service, None where there is none. address: of the
        load balancer.
    """

    balancer: network.LoadBalancer
    machines: compute.VirtualMachineScaleSet
    link: network.PrivateLinkService | None
    address: str

    def __init__(self, name: str, args: EgressProxyArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        check_policy(args.host.policy)
        super().__init__("zt-ai:azure:EgressProxy", name, None, opts)
        child = child_options(self, opts)
        scope = args.scope
        tags = {**args.tags, **scope.tags({TAG_WORKLOAD: EGRESS_PROXY})}
        front = Front(subnet_id=args.subnet, address=args.address, zones=args.zones)
        self.address = args.address
        # The load balancer first: its address must be free when it comes.
        self.balancer = load_balancer(f"{name}-front", scope, front, tags, after(child, *args.after))
        self.machines = self._machines(name, args, tags, after(child, self.balancer, *args.after))
        autoscale(f"{name}-scale", scope, self.machines, args.settings, tags, child)
        self.link = None
        if args.consumers is not None and args.settings.private_link is not None:
            subscriptions = args.settings.private_link.subscriptions
            self.link = private_link_service(
                f"{name}-link", scope, args.consumers, subscriptions, tags, after(child, self.balancer)
            )
        self.register_outputs({"address": self.address, "machinesId": self.machines.id})

    @staticmethod
    def _machines(
        name: str, args: EgressProxyArgs, tags: Mapping[str, str], opts: pulumi.ResourceOptions
    ) -> compute.VirtualMachineScaleSet:
        scope = args.scope
        # Scaling owns the number of machines once they run.
        waits = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(ignore_changes=["sku.capacity"]))
        return compute.VirtualMachineScaleSet(
            f"{name}-machines",
            resource_group_name=scope.group,
            vm_scale_set_name=scope.name("proxy", 64),
            location=scope.location,
            orchestration_mode="Uniform",
            sku={"name": args.settings.size, "tier": "Standard", "capacity": args.settings.minimum},
            zones=list(args.zones) or None,
            zone_balance=len(args.zones) > 1,
            platform_fault_domain_count=1 if args.zones else 5,
            single_placement_group=False,
            overprovision=False,
            identity={"type": "UserAssigned", "user_assigned_identities": [args.identity]},
            upgrade_policy={
                "mode": "Rolling",
                "automatic_os_upgrade_policy": {"enable_automatic_os_upgrade": False},
                "rolling_upgrade_policy": {
                    "max_batch_instance_percent": 34,
                    "max_unhealthy_instance_percent": 34,
                    "max_unhealthy_upgraded_instance_percent": 34,
                    "pause_time_between_batches": "PT30S",
                    "rollback_failed_instances_on_policy_breach": True,
                },
            },
            virtual_machine_profile={
                "priority": "Regular",
                "os_profile": _system(args),
                "storage_profile": {
                    "image_reference": image_reference(args.settings.host_image),
                    "os_disk": {
                        "create_option": "FromImage",
                        "caching": "ReadWrite",
                        "os_type": "Linux",
                        "managed_disk": {"storage_account_type": "Premium_LRS"},
                    },
                },
                "network_profile": {
                    "health_probe": {"id": part_id(scope, "probes", PROBE)},
                    "network_interface_configurations": [_interface(args)],
                },
                "user_data": pulumi.Output.from_input(args.records_to).apply(_encoded),
            },
            tags={**tags, TAG_ROLE: "machine"},
            opts=waits,
        )


def _system(args: EgressProxyArgs) -> dict[str, Any]:
    return {
        "computer_name_prefix": "proxy-",
        # Azure demands a name and a key. The host runs nothing that would let anybody use them.
        "admin_username": "nobody-logs-in",
        "custom_data": custom_data(args.host),
        "allow_extension_operations": False,
        "linux_configuration": {
            "disable_password_authentication": True,
            "provision_vm_agent": True,
            "ssh": {
                "public_keys": [
                    {"path": "/home/nobody-logs-in/.ssh/authorized_keys", "key_data": args.settings.ssh_public_key}
                ]
            },
        },
    }


def _interface(args: EgressProxyArgs) -> dict[str, Any]:
    """The one interface of each machine: ids are written as text, so that all of it is known beforehand."""
    return {
        "name": "inside",
        "primary": True,
        "enable_accelerated_networking": True,
        "enable_ip_forwarding": False,
        "ip_configurations": [
            {
                "name": "inside",
                "primary": True,
                "private_ip_address_version": "IPv4",
                "subnet": {"id": args.subnet},
                "application_security_groups": [{"id": args.group}],
                "load_balancer_backend_address_pools": [{"id": part_id(args.scope, "backendAddressPools", POOL)}],
            }
        ],
    }


def image_reference(image: str) -> dict[str, str]:
    """The host's image: PUBLISHER:OFFER:SKU:VERSION, or the id of a gallery image version."""
    if image.startswith("/"):
        return {"id": image}
    publisher, offer, sku, version = image.split(":")
    return {"publisher": publisher, "offer": offer, "sku": sku, "version": version}


def _encoded(values: Mapping[str, Any]) -> str:
    return base64.b64encode(json.dumps(dict(values), sort_keys=True).encode()).decode()
