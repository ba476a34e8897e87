"""Claim 4: every model call passes the inspector, and the inspector enforces what the specification says.

Claims 1 and 3 say who can reach a provider or a model's endpoint at all: what carries the egress proxy's application
security group in the egress zone. This claim says that nothing else carries it, and that what does is the proxy with
its policy.

Sources: Azure REST API, "Virtual Machine Scale Sets - Create Or Update" (`osProfile.customData`, `extensionProfile`,
`allowExtensionOperations`); `zt_ai.verify.azure.host` for what a host is told.
"""

from __future__ import annotations

from zt_ai.graph import Resource
from zt_ai.intent.model import EGRESS_PROXY, Intent
from zt_ai.verify.azure.arm import own_name
from zt_ai.verify.azure.collect import Collector
from zt_ai.verify.azure.context import Context
from zt_ai.verify.azure.host import HostConfiguration, UnreadableHostError, read_host
from zt_ai.verify.azure.read_attached import services_of
from zt_ai.verify.azure.roles import identities_of
from zt_ai.verify.azure.values import at, flag, is_unknown, maps, plain, short_type, tags, text, unknown_in
from zt_ai.verify.azure.world import Interface, World
from zt_ai.verify.inspection import UnreadableError, differences
from zt_ai.verify.model import Claim, count

TITLE = "Every model call passes the inspector, which enforces what the specification says"
_POLICY = "ZT_AI_PROXY_POLICY"
# Variables that change nothing about what is inspected.
_HARMLESS = frozenset({"TMPDIR", "OTEL_EXPORTER_OTLP_ENDPOINT", "ZT_AI_PROXY_NAMES", "ZT_AI_PROXY_WORKERS"})
_SET = "compute:VirtualMachineScaleSet"


def inspection_claim(context: Context, world: World, intent: Intent) -> Claim:
    """Prove claim 4 from planned resources. Raises nothing: what cannot be read is a reason."""
    found = Collector()
    machines: dict[str, Resource] = {}
    own = {key for key, group in world.groups.items() if group.workload == EGRESS_PROXY}
    for interface in world.interfaces.values():
        if own & interface.groups or _behind(world, interface):
            resource = context.graph.resources[interface.urn]
            if short_type(resource) == _SET:
                machines[resource.urn] = resource
            else:
                text_ = f"{interface.kind} {interface.name} has the egress proxy's application security group, or "
                text_ += "stands behind its load balancer, and is not the egress proxy"
                found.refute(0, text_, interface.name, "providers", (interface.urn,))
    if intent.model_calls and not machines:
        text_ = "no scale set runs the egress proxy: model calls have no way that is inspected"
        through = sorted(own) or list(world.networks)
        found.refute(0, text_, EGRESS_PROXY, "providers", through[:1])
    for resource in machines.values():
        _machine(context, intent, resource, found)
    covered = (
        f"{count(len(intent.model_calls), 'flow')} to providers, "
        f"{count(len(machines), 'scale set')} with the proxy's application security group"
    )
    return found.claim("inspection", 4, TITLE, covered)


def _behind(world: World, interface: Interface) -> bool:
    return any(world.balancers[key].workload == EGRESS_PROXY for key in interface.pools if key in world.balancers)


def _machine(context: Context, intent: Intent, resource: Resource, found: Collector) -> None:
    """What is wrong with what machines with the proxy's group run."""
    profile = at(resource.inputs, "virtualMachineProfile")
    for what in _openings(context, resource):
        found.refute(0, f"{resource.name} {what}", EGRESS_PROXY, "providers", (resource.urn,))
    _identity(context, resource, found)
    data = at(profile, "osProfile", "customData")
    if data is None or is_unknown(data):
        found.doubt(f"{resource.urn}: what its machines run is known only after the deployment")
        return
    try:
        host = read_host(text(data) or "")
    except UnreadableHostError as error:
        found.doubt(f"{resource.urn}: {error}")
        return
    for what in (*host.wrong, *_told(context, intent, host)):
        found.refute(0, f"{resource.name}: {what}", EGRESS_PROXY, "providers", (resource.urn,))
    policy = host.environment.get(_POLICY)
    if policy is None:
        text_ = f"{resource.name} gives the egress proxy no policy"
        found.refute(0, text_, EGRESS_PROXY, "providers", (resource.urn,))
        return
    try:
        for one in differences(policy, intent):
            found.refute(0, one.text, one.source, one.destination, (resource.urn,), one.clause)
    except UnreadableError as error:
        found.doubt(f"{resource.urn}: {error}")


def _identity(context: Context, resource: Resource, found: Collector) -> None:
    """The machines act as the egress proxy and as nobody else."""
    given = at(resource.inputs, "identity")
    if is_unknown(given) or unknown_in(at(given, "userAssignedIdentities")):
        found.doubt(f"{resource.urn}: whose identity its machines have is known only after the deployment")
        return
    for key in sorted(str(one) for one in identities_of(context, resource)):
        identity = context.graph.get(key)
        if identity is None or tags(identity).get("zt-ai:workload") != EGRESS_PROXY:
            name = identity.name if identity is not None else key
            text_ = f"{resource.name} gives the egress proxy's machines the identity {name}, which is not the proxy's"
            found.refute(0, text_, EGRESS_PROXY, "providers", (resource.urn,))
    if "systemassigned" in (text(at(given, "type")) or "").lower():
        text_ = f"{resource.name} gives the egress proxy's machines an identity of Azure's making"
        found.refute(0, text_, EGRESS_PROXY, "providers", (resource.urn,))


def _openings(context: Context, resource: Resource) -> list[str]:
    """Ways into the machines past the inspector."""
    profile = at(resource.inputs, "virtualMachineProfile")
    system = at(profile, "osProfile")
    found = []
    if maps(at(profile, "extensionProfile", "extensions")):
        found.append("runs extensions on the egress proxy's machines")
    if flag(at(system, "allowExtensionOperations")) is not False:
        found.append("lets extensions and run commands be put on the egress proxy's machines")
    if flag(at(system, "linuxConfiguration", "disablePasswordAuthentication")) is not True:
        found.append("lets people log in to the egress proxy's machines with a password")
    if plain(at(system, "adminPassword")) is not None:
        found.append("gives the egress proxy's machines a password")
    image = at(profile, "storageProfile", "imageReference")
    said = text(at(image, "id")) or ":".join(
        text(at(image, key)) or "" for key in ("publisher", "offer", "sku", "version")
    )
    if said.lower() != context.settings.proxy.host_image.lower():
        found.append(f"runs the host image {said}, the specification says {context.settings.proxy.host_image}")
    if maps(at(profile, "applicationProfile", "galleryApplications")):
        found.append("installs applications on the egress proxy's machines")
    return found


def _told(context: Context, intent: Intent, host: HostConfiguration) -> list[str]:
    found = []
    images = intent.services.get("egress-images")
    if host.image is None:
        found.append("it is not said which image runs")
    elif images is not None:
        registries = _accounts(context, "egress-images", "containerregistry:Registry")
        address, _, rest = host.image.partition("/")
        repository = rest.rpartition("@")[0].partition(":")[0] if "@" in rest else rest.partition(":")[0]
        if address not in {f"{name}.azurecr.io" for name in registries} or repository != images.resources[0]:
            found.append(
                f"the image {host.image} is not the egress proxy's ({images.resources[0]} of its own registry)"
            )
    vaults = _accounts(context, "egress-secrets", "keyvault:Vault")
    if vaults and host.host.get("VAULT") not in vaults:
        found.append(
            f"the authority of the proxy's certificates comes from {host.host.get('VAULT')}, not from its vault"
        )
    for name in sorted(set(host.environment) - _HARMLESS - {_POLICY}):
        found.append(f"the egress proxy is given {name}, which is not known to be harmless")
    return found


def _accounts(context: Context, service: str, type_: str) -> set[str]:
    """Names of the accounts of a service, adopted ones included."""
    found = {own_name(one) for one in context.of(type_) if service in services_of(tags(one))}
    adopt = context.settings.adopt
    if adopt is not None and service in adopt.services:
        found.add(adopt.services[service].rpartition("/")[2])
    return found
