"""Claim 7: every access is logged to a store that keeps it.

Recorded have to be: packets in every network (virtual network flow logs), what the firewall let through and refused,
names that were asked for, requests to every account, and changes through Azure Resource Manager.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from zt_ai.graph import Resource
from zt_ai.intent.model import Intent
from zt_ai.verify.azure.collect import Collector
from zt_ai.verify.azure.context import Context
from zt_ai.verify.azure.data_zones import resolver_of
from zt_ai.verify.azure.keeping import Stores
from zt_ai.verify.azure.recording import proxy_records, writes
from zt_ai.verify.azure.stores import ACCOUNTS
from zt_ai.verify.azure.values import at, flag, is_unknown, maps, number, plain, reference, short_type, text
from zt_ai.verify.azure.world import World
from zt_ai.verify.model import Claim, count

TITLE = "Every access is logged to a store that keeps it"
SETTINGS = ("monitor:DiagnosticSetting", "insights:DiagnosticSetting")
_SUBSCRIPTION = ("monitor:SubscriptionDiagnosticSetting", "insights:SubscriptionDiagnosticSetting")

# Short type -> log categories that hold every access [Azure Monitor, "Supported logs by resource type"].
CATEGORIES: Mapping[str, tuple[str, ...]] = {
    "network:AzureFirewall": ("AZFWNetworkRule", "AZFWApplicationRule"),
    "dnsresolver:DnsResolverPolicy": ("DnsResponse",),
    "storage:StorageAccount": ("StorageRead", "StorageWrite", "StorageDelete"),
    "keyvault:Vault": ("AuditEvent",),
    "containerregistry:Registry": ("ContainerRegistryLoginEvents", "ContainerRegistryRepositoryEvents"),
    "cognitiveservices:Account": ("Audit", "RequestResponse"),
}
# Changes to resources and who made them [Azure Monitor, "Activity log", "Categories"].
_CHANGES = ("Administrative", "Security", "Policy")


def audit_claim(context: Context, world: World, intent: Intent) -> Claim:
    """Prove claim 7 from planned resources. Raises nothing: what cannot be read is a reason."""
    found = Collector()
    stores = Stores(context, intent.audit.retention_days, found, {})
    watched = _settings(context)
    flows = _flows(context, world, stores)
    for resource in context.of("network:AzureFirewall", *ACCOUNTS):
        if not _is_store(stores, watched, resource):
            _watched(watched, resource, stores)
    for network in world.networks.values():
        if any(subnet.network == network.key for subnet in world.subnets.values()):
            for policy in resolver_of(context, network.key).policies:
                made = context.graph.get(policy)
                if made is not None:
                    _watched(watched, made, stores)
                else:
                    found.doubt(f"{policy}: the DNS security policy is not in the plan, so its records are not seen")
            if not resolver_of(context, network.key).policies:
                text_ = f"names that are asked for in {network.name} are not recorded: no DNS security policy is on it"
                found.refute(0, text_, network.name, "records", (network.key,))
    _activity(context, stores)
    proxy_records(context, world, stores)
    covered = (
        f"{count(len(world.networks), 'network')} with {count(len(world.subnets), 'subnet')}, "
        f"{count(flows, 'flow log')}, {count(len(watched), 'recorded resource')}, "
        f"{count(len(stores.judged), 'store')}, kept {stores.days} days"
    )
    return found.claim("audit", 7, TITLE, covered)


def _settings(context: Context) -> dict[str, list[Resource]]:
    """Diagnostic settings by the resource that they are on. A storage account's requests are those of its services."""
    found: dict[str, list[Resource]] = {}
    for setting in context.of(*SETTINGS):
        value = setting.inputs.get("resourceUri")
        key = context.ids.key(value) or ""
        if key == "":
            context.gap(setting, "the resource that it records is not known before the deployment")
        on = context.graph.get(key)
        if on is not None and short_type(on) == "storage:BlobServiceProperties":
            key = context.parent(on, "accountName", "storageaccounts") or key
        elif "/blobservices/" in key:
            key = context.ids.owner(value) or key
        elif on is not None and short_type(on) == "storage:StorageAccount":
            key = f"{key}#metrics"  # on the account itself there are no logs
        found.setdefault(key, []).append(setting)
    return found


def _is_store(stores: Stores, watched: Mapping[str, list[Resource]], resource: Resource) -> bool:
    """The store of the records is not recorded into itself: what is read from it would be written to it again."""
    context = stores.context
    into = {
        context.ids.key(one.inputs.get("storageAccountId")) for settings in watched.values() for one in settings
    } | {context.ids.key(one.inputs.get("storageId")) for one in context.of("network:FlowLog")}
    return resource.urn in into


def _categories(setting: Resource) -> Iterator[str]:
    for one in maps(setting.inputs.get("logs")):
        if flag(one.get("enabled")) is True:
            yield text(one.get("category")) or text(one.get("categoryGroup")) or ""


def _watched(watched: Mapping[str, list[Resource]], resource: Resource, stores: Stores) -> None:
    """Whether all accesses to a resource are recorded in a store that keeps them."""
    wanted = CATEGORIES[short_type(resource)]
    settings = watched.get(resource.urn, [])
    kept: set[str] = set()
    for setting in settings:
        if is_unknown(setting.inputs.get("logs")):
            stores.found.doubt(f"{setting.urn}: what it records is known only after the deployment")
        if stores.storage(setting.inputs.get("storageAccountId"), f"records of {resource.name}", setting):
            kept.update(_categories(setting))
    lost = [one for one in wanted if one not in kept and "allLogs" not in kept and not _grouped(one, kept)]
    if lost:
        where = "kept in a write-once store" if settings else "recorded"
        text_ = f"{', '.join(lost)} of {resource.name} are not {where}"
        urns = (resource.urn, *(setting.urn for setting in settings))
        stores.found.refute(0, text_, resource.name, "records", urns)


def _grouped(category: str, kept: set[str]) -> bool:
    """The group `audit` holds what changes or reads customer data; not what a firewall or resolver sees [Azure Monitor,
    "Diagnostic settings", "Category groups"]."""
    return "audit" in kept and category in (
        *CATEGORIES["storage:StorageAccount"],
        *CATEGORIES["keyvault:Vault"],
        *CATEGORIES["containerregistry:Registry"],
        "Audit",
    )


def _flows(context: Context, world: World, stores: Stores) -> int:
    """Flow logs of every network, or of each of its subnets [Azure Network Watcher, "Virtual network flow logs"]."""
    recorded: set[str] = set()
    logs = 0
    for log in context.of("network:FlowLog"):
        logs += 1
        enabled = context.value(log, "enabled")
        if is_unknown(enabled):
            stores.found.doubt(f"{log.urn}: whether it is enabled is known only after the deployment")
        if flag(enabled) is not True:
            continue
        target = context.ids.key(log.inputs.get("targetResourceId"))
        if target is None:
            stores.found.doubt(f"{log.urn}: what it records is known only after the deployment")
            continue
        if not stores.storage(log.inputs.get("storageId"), f"flows of {log.name}", log):
            continue
        if is_unknown(log.inputs.get("retentionPolicy")):
            stores.found.doubt(f"{log.urn}: how long it keeps records is known only after the deployment")
        days = number(at(log.inputs, "retentionPolicy", "days"))
        if flag(at(log.inputs, "retentionPolicy", "enabled")) is True and days is not None and 0 < days < stores.days:
            text_ = f"flow log {log.name} keeps records for {days} days, the specification says {stores.days}"
            stores.found.refute(0, text_, "records", log.name, (log.urn,))
        writes(log, stores)
        recorded |= {target, f"virtualnetworks/{target.rpartition('/')[2]}"}
    for network in world.networks.values():
        lost = [
            subnet
            for subnet in world.subnets.values()
            if subnet.network == network.key and network.key not in recorded and subnet.key not in recorded
        ]
        if lost:
            text_ = f"packets in {', '.join(subnet.name for subnet in lost[:3])} are not recorded: no flow log is on "
            text_ += f"{'it' if len(lost) == 1 else 'them'} or on the network"
            stores.found.refute(0, text_, lost[0].name, "records", (network.key, *(subnet.key for subnet in lost[:3])))
    return logs


def _activity(context: Context, stores: Stores) -> None:
    """The activity log of the subscription. Azure keeps it for 90 days by itself [Azure Monitor, "Activity log"]."""
    wanted = f"/subscriptions/{context.settings.subscription}".lower()
    kept: set[str] = set()
    urns: list[str] = []
    for setting in (*context.of(*_SUBSCRIPTION), *context.of(*SETTINGS)):
        scope = plain(reference(setting.inputs.get("resourceUri")))
        on = short_type(setting) in _SUBSCRIPTION or (isinstance(scope, str) and scope.rstrip("/").lower() == wanted)
        if on:
            urns.append(setting.urn)
            if stores.storage(setting.inputs.get("storageAccountId"), "changes to resources", setting):
                kept.update(_categories(setting))
    lost = [one for one in _CHANGES if one not in kept and "allLogs" not in kept]
    if lost:
        text_ = (
            f"changes to resources ({', '.join(lost)}) are not kept: the activity log of the subscription goes to no "
        )
        text_ += "write-once store"
        through = urns or [one.urn for one in context.of("resources:ResourceGroup")][:1]
        through = through or list(context.graph.resources)[:1]
        stores.found.refute(0, text_, "changes", "records", through)
