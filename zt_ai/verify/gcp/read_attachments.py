"""What has network interfaces or takes connections: instances, templates, load balancers; and whose identity is whose.

Sources: compute API, `instances` (`accessConfigs` give an interface an external address; `canIpForward` lets it carry
other people's packets; without a service account an instance has no identity), `forwardingRules`
(`loadBalancingScheme`); Cloud NGFW, "Secure tags for firewalls" (a value bound to an instance counts for all its
interfaces in the networks that the key's purpose names).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from zt_ai.graph import Resource
from zt_ai.graph.model import Value
from zt_ai.verify.gcp.context import ACCOUNT, SUBNET, TAG_VALUE, Context, email_of
from zt_ai.verify.gcp.marks import WORKLOAD, marks
from zt_ai.verify.gcp.world import Balancer, Machine, Subnet
from zt_ai.verify.reading import flag, items, maps, member, plain, texts, unknown_in
from zt_ai.verify.selectors import selected

MACHINES: Mapping[str, str] = {
    "compute/instance:Instance": "instance",
    "compute/instanceTemplate:InstanceTemplate": "template",
    "compute/regionInstanceTemplate:RegionInstanceTemplate": "template",
}
FORWARDING = (
    "compute/forwardingRule:ForwardingRule",
    "compute/globalForwardingRule:GlobalForwardingRule",
)


def read_accounts(context: Context) -> tuple[dict[str, str], dict[str, Resource]]:
    """Workload by e-mail address, and every service account of the graph by its address."""
    owners: dict[str, str] = {}
    known: dict[str, Resource] = {}
    for resource in context.graph.of_type(ACCOUNT):
        email = email_of(resource, context.settings.project)
        if email is None:
            context.gap(resource.urn, "its e-mail address is known only after the deployment")
            continue
        known[email.lower()] = resource
        said = marks(resource)
        owner = selected(context.selectors.workloads, resource, said) or said.get(WORKLOAD)
        if owner is not None:
            owners[email.lower()] = owner
    return owners, known


def read_tags(context: Context) -> tuple[dict[str, str], dict[str, Resource]]:
    """Workload by secure tag value, and every value of the graph."""
    owners: dict[str, str] = {}
    known: dict[str, Resource] = {}
    for resource in context.graph.of_type(TAG_VALUE):
        known[resource.urn] = resource
        said = marks(resource)
        owner = selected(context.selectors.workloads, resource, said) or said.get(WORKLOAD)
        if owner is not None:
            owners[resource.urn] = owner
    return owners, known


def read_machines(context: Context, subnets: Mapping[str, Subnet]) -> tuple[Machine, ...]:
    """Instances and templates."""
    found: dict[str, Machine] = {}
    for type_, kind in MACHINES.items():
        for resource in context.of(type_):
            found[resource.urn] = _machine(context, resource, kind, subnets)
    for type_ in ("tags/tagBinding:TagBinding", "tags/locationTagBinding:LocationTagBinding"):
        for binding in context.of(type_):
            _bind(context, binding, found)
    return tuple(found.values())


def _bind(context: Context, binding: Resource, found: dict[str, Machine]) -> None:
    value = context.key(binding.inputs.get("tagValue"))
    parent = context.resource(binding.inputs.get("parent"))
    if value is None or parent is None:
        # A value bound to a project, folder or network reaches every instance below it.
        owner = context.graph.get(value or "")
        if owner is None or marks(owner).get(WORKLOAD) is not None:
            context.gap(binding.urn, "what carries the tag that it binds is not in the plan")
    elif parent.urn in found:
        found[parent.urn] = replace(found[parent.urn], tags=found[parent.urn].tags | {value})


def _machine(context: Context, resource: Resource, kind: str, subnets: Mapping[str, Subnet]) -> Machine:
    inputs = resource.inputs
    interfaces = maps(inputs.get("networkInterfaces"))
    if unknown_in(inputs.get("networkInterfaces")):
        context.gap(resource.urn, "an interface of it is known only after the deployment")
    where: list[str] = []
    public = False
    for interface in interfaces:
        public |= bool(items(interface.get("accessConfigs")) or items(interface.get("ipv6AccessConfigs")))
        subnet = context.key(interface.get("subnetwork"), SUBNET)
        if subnet is not None and subnet in subnets:
            where.append(subnet)
        else:
            context.gap(resource.urn, "an interface of it lies in no subnet of the plan")
    account: Value = member(inputs, "serviceAccount", "email")
    said = member(inputs, "serviceAccount")
    email = context.account(account)
    if said is not None and email is None:
        context.gap(resource.urn, "its service account is known only after the deployment")
    tags = plain(inputs.get("resourceManagerTags"))
    if tags is None:
        tags = member(inputs, "params", "resourceManagerTags")
    bound = context.keys(tags.values(), resource.urn, "a secure tag") if isinstance(tags, Mapping) else frozenset[str]()
    if tags is not None and not isinstance(tags, Mapping):
        context.gap(resource.urn, "its secure tags are known only after the deployment")
    return Machine(
        key=resource.urn,
        name=resource.name,
        kind=kind,
        account=email,
        tags=bound,
        network_tags=frozenset(texts(inputs.get("tags"))),
        subnets=tuple(dict.fromkeys(where)),
        public=public,
        forwards=flag(inputs, "canIpForward", default=False) is not False,
        urn=resource.urn,
    )


def read_balancers(context: Context) -> tuple[Balancer, ...]:
    """Forwarding rules. An external scheme, or none (EXTERNAL is the default), is reached from the internet."""
    found = []
    for type_ in FORWARDING:
        for resource in context.of(type_):
            scheme = plain(resource.inputs.get("loadBalancingScheme"))
            # A rule to a service attachment or to Google's own bundle has an empty scheme and opens no port.
            external = not (isinstance(scheme, str) and scheme.startswith("INTERNAL"))
            if scheme == "":
                external = False
                context.gap(resource.urn, "Private Service Connect endpoints are not modelled")
            elif scheme in ("INTERNAL_MANAGED", "INTERNAL_SELF_MANAGED"):
                context.gap(resource.urn, f"load balancers of the scheme {scheme} are not modelled")
            subnet = context.key(resource.inputs.get("subnetwork"), SUBNET)
            found.append(Balancer(resource.urn, resource.name, external, subnet, marks(resource).get(WORKLOAD)))
    return tuple(found)
