"""Private endpoints: what they lead to, and by which names they are found.

A private endpoint leads to one resource and to no other, so where it leads decides who may receive data through it
[Azure Private Link, "What is a private endpoint?"]. Azure Monitor is the exception: behind its scope is everything of
the scope, and everybody's workspaces unless the scope's access mode is `PrivateOnly` [Azure Monitor, "Design your Azure
Private Link setup", "Control how private links apply to your networks"].
"""

from __future__ import annotations

from collections.abc import Iterator

from zt_ai.graph import Resource
from zt_ai.verify.azure.arm import own_name
from zt_ai.verify.azure.context import Context
from zt_ai.verify.azure.read_attached import services_of
from zt_ai.verify.azure.values import at, is_unknown, maps, short_type, tags, text
from zt_ai.verify.azure.world import Endpoint, World

# Short type -> sub-resources that an endpoint may connect to, and the private zones that its names need [Azure Private
# Link, "Azure Private Endpoint private DNS zone values"].
_SCOPE_ZONES = (
    "privatelink.monitor.azure.com",
    "privatelink.oms.opinsights.azure.com",
    "privatelink.ods.opinsights.azure.com",
    "privatelink.agentsvc.azure-automation.net",
    "privatelink.blob.core.windows.net",
)
TARGETS: dict[str, tuple[str, tuple[str, ...]]] = {
    "storage:StorageAccount": ("blob", ("privatelink.blob.core.windows.net",)),
    "keyvault:Vault": ("vault", ("privatelink.vaultcore.azure.net",)),
    "containerregistry:Registry": ("registry", ("privatelink.azurecr.io",)),
    "cognitiveservices:Account": (
        "account",
        (
            "privatelink.openai.azure.com",
            "privatelink.cognitiveservices.azure.com",
            "privatelink.services.ai.azure.com",
        ),
    ),
    "monitor:PrivateLinkScope": ("azuremonitor", _SCOPE_ZONES),
    "insights:PrivateLinkScope": ("azuremonitor", _SCOPE_ZONES),
}
_WORDS = {
    "storageaccounts": "storage:StorageAccount",
    "vaults": "keyvault:Vault",
    "registries": "containerregistry:Registry",
    "accounts": "cognitiveservices:Account",
    "privatelinkscopes": "monitor:PrivateLinkScope",
}


def foreign(context: Context, endpoint: Endpoint) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Ways through an endpoint to what does not belong to the plan: a sentence, and the resources behind it."""
    adopt = context.settings.adopt
    adopted = {id_.lower() for id_ in (adopt.services if adopt is not None else {}).values()}
    for key, groups in endpoint.targets:
        target = context.graph.get(key)
        if target is None:
            if key not in adopted:
                yield f"{endpoint.name} leads to {key}, a resource of somebody else", (endpoint.key,)
            continue
        if short_type(target) not in TARGETS:
            yield f"{endpoint.name} leads to {target.name}, which is no service of the plan", (endpoint.key, key)
            continue
        wanted = TARGETS[short_type(target)][0]
        for group in groups or ("everything",):
            if group != wanted:
                yield f"{endpoint.name} connects to {group} of {target.name}, not to {wanted}", (endpoint.key, key)
        if short_type(target).endswith("PrivateLinkScope"):
            for what, urn in _scope(context, target):
                yield f"{endpoint.name} leads to {what}", (endpoint.key, urn)


def _scope(context: Context, scope: Resource) -> Iterator[tuple[str, str]]:
    for mode, word in (("ingestionAccessMode", "written to"), ("queryAccessMode", "read")):
        if text(at(scope.inputs, "accessModeSettings", mode)) != "PrivateOnly":
            yield f"{scope.name}, through which every customer's workspaces can be {word} ({mode})", scope.urn
    for one in maps(at(scope.inputs, "accessModeSettings", "exclusions")):
        yield f"{scope.name}, which makes an exception for {text(one.get('privateEndpointConnectionName'))}", scope.urn
    for member in context.of("monitor:PrivateLinkScopedResource", "insights:PrivateLinkScopedResource"):
        if context.parent(member, "scopeName", "privatelinkscopes") == scope.urn:
            key = context.needed(member, context.value(member, "linkedResourceId"), "linked resource")
            if key is not None and context.graph.get(key) is None:
                yield f"{scope.name}, and behind it {key}, a resource of somebody else", member.urn


def wrong_service(context: Context, endpoint: Endpoint) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Services that an endpoint claims and what it leads to is not: service, sentence, resources."""
    adopt = context.settings.adopt
    given = {name: id_.lower() for name, id_ in (adopt.services if adopt is not None else {}).items()}
    for service in endpoint.interface.services:
        if not endpoint.targets:
            yield service, f"{endpoint.name} says it is for {service} and leads nowhere", (endpoint.key,)
        for key, _ in endpoint.targets:
            target = context.graph.get(key)
            held = services_of(tags(target)) if target is not None else ()
            if service not in held and given.get(service) != key:
                name = target.name if target is not None else key
                yield service, f"{endpoint.name} says it is for {service} and leads to {name}", (endpoint.key,)


def missing_zones(context: Context, world: World, endpoint: Endpoint) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Private DNS zones without which the names of an endpoint's service lead to public addresses: a sentence each.

    Nothing where the organisation's Azure Policy makes the zone groups (`clouds.azure.private_dns: policy`).
    """
    if context.settings.private_dns == "policy":
        return
    network = world.subnets[endpoint.interface.subnet].network
    grouped = set(_grouped(context, endpoint))
    for key, _ in endpoint.targets:
        target = context.graph.get(key)
        type_ = short_type(target) if target is not None else _WORDS.get(key.split("/")[-2] if "/" in key else "", "")
        for zone in TARGETS.get(type_, ("", ()))[1]:
            made = _zone(context, zone)
            if made is None:
                yield f"there is no private DNS zone {zone}", (endpoint.key,)
            elif not linked(context, made, network):
                yield f"the private DNS zone {zone} is not linked to the network", (made.urn, endpoint.key)
            elif made.urn not in grouped:
                yield (
                    f"the private DNS zone {zone} does not get the addresses of {endpoint.name}",
                    (endpoint.key, made.urn),
                )


def _zone(context: Context, name: str) -> Resource | None:
    return next((one for one in context.of("privatedns:PrivateZone") if own_name(one).lower() == name), None)


def linked(context: Context, zone: Resource, network: str) -> bool:
    """Whether a private zone answers in a network."""
    return any(
        context.parent(link, "privateZoneName", "privatednszones") == zone.urn
        and same_network(context, context.value(link, "virtualNetwork"), network)
        for link in context.of("privatedns:VirtualNetworkLink")
    )


def same_network(context: Context, value: object, network: str) -> bool:
    """Whether a sub-resource is a network of the world; an adopted one is known by its name."""
    key = context.ids.key(value)  # type: ignore[arg-type]
    return key == network or (key is not None and network == f"virtualnetworks/{key.rpartition('/')[2]}")


def _grouped(context: Context, endpoint: Endpoint) -> Iterator[str]:
    for group in context.of("network:PrivateDnsZoneGroup"):
        if context.parent(group, "privateEndpointName", "privateendpoints") == endpoint.key:
            for one in maps(context.value(group, "privateDnsZoneConfigs")):
                key = context.needed(group, one.get("privateDnsZoneId"), "private DNS zone")
                if key is not None:
                    yield key


def unlinked(context: Context) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Workspaces and endpoints that collection rules write through and that no Private Link scope holds: rule,
    sentence, resources."""
    if not any(True for _ in context.of("monitor:PrivateLinkScope", "insights:PrivateLinkScope")):
        return
    held = {
        context.ids.key(one.inputs.get("linkedResourceId"))
        for one in context.of("monitor:PrivateLinkScopedResource", "insights:PrivateLinkScopedResource")
    }
    for rule in context.of("monitor:DataCollectionRule", "insights:DataCollectionRule"):
        used = [context.ids.key(rule.inputs.get("dataCollectionEndpointId"))]
        for one in maps(at(rule.inputs, "destinations", "logAnalytics")):
            used.append(context.ids.key(one.get("workspaceResourceId")))
        for key in used:
            if key is not None and key not in held:
                made = context.graph.get(key)
                name = made.name if made is not None else key
                yield rule.name, f"logs do not arrive: {name} is in no Private Link scope", (key, rule.urn)


def fallbacks(context: Context) -> Iterator[tuple[str, str]]:
    """Links of private zones that send what they do not know to the internet: name of the zone, URN."""
    for link in context.of("privatedns:VirtualNetworkLink"):
        if is_unknown(context.value(link, "resolutionPolicy")):
            context.gap(link, "resolutionPolicy is not known before the deployment")
        if text(context.value(link, "resolutionPolicy")) == "NxDomainRedirect":
            yield text(link.inputs.get("privateZoneName")) or link.name, link.urn
