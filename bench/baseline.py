"""What `zt-ai plan` is measured against: resources registered without it under Pulumi's own mocks."""

from __future__ import annotations

import json
import time
from collections.abc import Callable


def timed(register: Callable[[], None]) -> None:
    """Register resources under mocks that echo their inputs, and print the seconds it took as a line of JSON."""
    import pulumi
    from pulumi.runtime import mocks

    class Echo(pulumi.runtime.Mocks):
        def new_resource(self, args: mocks.MockResourceArgs) -> tuple[str | None, dict[str, object]]:
            return f"{args.name}-id", dict(args.inputs)

        def call(self, args: mocks.MockCallArgs) -> tuple[dict[str, object], None]:
            return {}, None

    started = time.perf_counter()
    mocks.set_mocks(Echo(), project="bench", stack="bench", preview=False)
    mocks.test(register)()
    print(json.dumps({"seconds": time.perf_counter() - started}))


def plain(cloud: str, count: int) -> None:
    """Register `count` resources of one kind: a network and rules that refer to it."""
    register = PLAIN[cloud]()
    timed(lambda: register(count))


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
