"""Whether records get to where they are kept: flow logs into their store, the egress proxy's own into its table."""

from __future__ import annotations

from zt_ai.graph import Ref, Resource, Unknown
from zt_ai.intent.model import EGRESS_PROXY
from zt_ai.verify.azure.arm import own_name
from zt_ai.verify.azure.context import Context
from zt_ai.verify.azure.host import UnreadableHostError, read_host
from zt_ai.verify.azure.keeping import Stores
from zt_ai.verify.azure.roles import identities_of
from zt_ai.verify.azure.values import at, flag, number, plain, short_type, text
from zt_ai.verify.azure.world import World


def writes(log: Resource, stores: Stores) -> None:
    """A flow log writes with its identity where its store takes no keys [Azure Network Watcher, "Manage virtual network
    flow logs", "Managed identity"]."""
    context = stores.context
    key = context.ids.key(log.inputs.get("storageId"))
    store = context.graph.get(key or "")
    if store is None or flag(store.inputs.get("allowSharedKeyAccess")) is not False:
        return
    own = identities_of(context, log)
    for one in context.of("authorization:RoleAssignment"):
        value = plain(one.inputs.get("principalId"))
        urns = (value.urn,) if isinstance(value, Ref) else value.depends_on if isinstance(value, Unknown) else ()
        if own & set(urns) and context.ids.key(one.inputs.get("scope")) == key:
            return
    text_ = f"flow log {log.name} cannot write to {store.name}: no identity of its own has a role there"
    stores.found.refute(0, text_, log.name, store.name, (log.urn, store.urn))


def proxy_records(context: Context, world: World, stores: Stores) -> None:
    """What the egress proxy writes about each request is kept: its machines send it to a table that keeps it."""
    own = {key for key, group in world.groups.items() if group.workload == EGRESS_PROXY}
    machines = {one.urn for one in world.interfaces.values() if own & one.groups}
    for urn in sorted(machines):
        resource = context.graph.resources[urn]
        if short_type(resource) != "compute:VirtualMachineScaleSet":
            continue
        data = text(at(resource.inputs, "virtualMachineProfile", "osProfile", "customData"))
        try:
            stream = read_host(data or "").host.get("STREAM", "")
        except UnreadableHostError as error:
            stores.found.doubt(f"{urn}: {error}, so it is not seen where its records go")
            continue
        _kept(context, stores, resource, stream)


def _kept(context: Context, stores: Stores, resource: Resource, stream: str) -> None:
    table = next(
        (one for one in context.of("operationalinsights:Table") if f"custom-{own_name(one).lower()}" == stream.lower()),
        None,
    )
    flows = any(
        stream.lower() in str(at(one.inputs, "dataFlows")).lower()
        for one in context.of("monitor:DataCollectionRule", "insights:DataCollectionRule")
    )
    if table is None or not flows:
        text_ = (
            f"what the egress proxy writes about each request is not kept: {stream or 'no stream'} leads to no table"
        )
        stores.found.refute(0, text_, EGRESS_PROXY, "records", (resource.urn,))
        return
    days = number(table.inputs.get("totalRetentionInDays"))
    if days is None or days < stores.days:
        text_ = f"table {table.name} keeps the egress proxy's records for {days or 'an unknown number of'} days, the "
        text_ += f"specification says {stores.days}"
        stores.found.refute(0, text_, EGRESS_PROXY, "records", (table.urn, resource.urn))
