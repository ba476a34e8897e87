"""Role assignments against the clauses: who may do what with which resource of a service.

The network says who reaches an account, its roles say what the caller may do with what is in it. Roles are read by
their actions [Azure documentation, "Azure permissions"]; an action that is in none of the lists below is more than any
clause asks for. Assignments add up, and only a role's own `notActions` take away [Azure RBAC, "What is Azure role-based
access control", "How Azure RBAC determines if a user has access to a resource"].

Who reads a log needs two rights: to run queries, on the workspace, which shows no data, and to read data, on the table;
on the workspace the second one gives every table [Azure Monitor, "Granular RBAC in Log Analytics", "Conditions and
expressions"; "Manage access to Log Analytics workspaces", "Workspace permissions"]. Who writes has a right on a
collection rule, and writes every table that the rule's data flows lead to [Azure Monitor, "Logs Ingestion API in Azure
Monitor"; "Structure of a data collection rule", `dataFlows`: `outputStream`].
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase

from zt_ai.graph import Ref, Resource, Unknown, Value
from zt_ai.intent.model import Access, Intent
from zt_ai.spec.types import ServiceAccess, ServiceKind
from zt_ai.verify.azure.arm import own_name
from zt_ai.verify.azure.collect import Collector
from zt_ai.verify.azure.context import Context
from zt_ai.verify.azure.expect import Expected
from zt_ai.verify.azure.read_attached import services_of
from zt_ai.verify.azure.values import at, items, maps, plain, short_type, tags, text, unknown_in

READ, WRITE = "read", "write"
_BLOBS = "microsoft.storage/storageaccounts/blobservices/containers/blobs"
_VAULT = "microsoft.keyvault/vaults"
_OPENAI = "microsoft.cognitiveservices/accounts/openai/deployments"
_ACR = "microsoft.containerregistry/registries"
_WORKSPACES = "microsoft.operationalinsights/workspaces"
_QUERY, _RECORDS = f"{_WORKSPACES}/query/read", f"{_WORKSPACES}/tables/data/read"
_TELEMETRY = "microsoft.insights/telemetry/write"
_RULES = ("monitor:DataCollectionRule", "insights:DataCollectionRule")

# Action in lower case -> for which of the two accesses it is needed, by kind of service.
_MEANING: Mapping[ServiceKind, Mapping[str, frozenset[str]]] = {
    ServiceKind.OBJECT_STORAGE: {
        f"{_BLOBS}/read": frozenset({READ}),
        f"{_BLOBS}/write": frozenset({WRITE}),
        f"{_BLOBS}/add/action": frozenset({WRITE}),
    },
    ServiceKind.SECRETS: {
        f"{_VAULT}/secrets/getsecret/action": frozenset({READ}),
        f"{_VAULT}/secrets/setsecret/action": frozenset({WRITE}),
    },
    ServiceKind.KEYS: {
        f"{_VAULT}/keys/read": frozenset({READ, WRITE}),
        f"{_VAULT}/keys/decrypt/action": frozenset({READ}),
        f"{_VAULT}/keys/unwrap/action": frozenset({READ}),
        f"{_VAULT}/keys/encrypt/action": frozenset({WRITE}),
        f"{_VAULT}/keys/wrap/action": frozenset({WRITE}),
    },
    ServiceKind.LOGS: {
        _TELEMETRY: frozenset({WRITE}),
        _QUERY: frozenset({READ}),
        _RECORDS: frozenset({READ}),
    },
    ServiceKind.CONTAINER_IMAGES: {
        f"{_ACR}/pull/read": frozenset({READ, WRITE}),
        f"{_ACR}/push/write": frozenset({WRITE}),
    },
    ServiceKind.MANAGED_LLM: {
        f"{_OPENAI}/chat/completions/action": frozenset({READ}),
        f"{_OPENAI}/completions/action": frozenset({READ}),
        f"{_OPENAI}/embeddings/action": frozenset({READ}),
    },
}
# The least that makes an access work.
_NEEDED: Mapping[tuple[ServiceKind, str], tuple[str, ...]] = {
    (ServiceKind.OBJECT_STORAGE, READ): (f"{_BLOBS}/read",),
    (ServiceKind.OBJECT_STORAGE, WRITE): (f"{_BLOBS}/write",),
    (ServiceKind.SECRETS, READ): (f"{_VAULT}/secrets/getsecret/action",),
    (ServiceKind.SECRETS, WRITE): (f"{_VAULT}/secrets/setsecret/action",),
    (ServiceKind.KEYS, READ): (f"{_VAULT}/keys/unwrap/action",),
    (ServiceKind.KEYS, WRITE): (f"{_VAULT}/keys/wrap/action",),
    (ServiceKind.LOGS, READ): (_QUERY, _RECORDS),
    (ServiceKind.LOGS, WRITE): (_TELEMETRY,),
    (ServiceKind.CONTAINER_IMAGES, READ): (f"{_ACR}/pull/read",),
    (ServiceKind.CONTAINER_IMAGES, WRITE): (f"{_ACR}/push/write",),
    (ServiceKind.MANAGED_LLM, READ): (f"{_OPENAI}/chat/completions/action",),
}
# Where an action has an effect, for those that are given on one of several things behind the logs.
_EFFECTIVE: Mapping[str, tuple[str, ...]] = {
    _QUERY: ("operationalinsights:Workspace",),
    _RECORDS: ("operationalinsights:Table", "operationalinsights:Workspace"),
    _TELEMETRY: _RULES,
}


# What Azure's flow logs do with their store [Azure Network Watcher, "Manage virtual network flow logs", "Managed
# identity"].
_CONTAINERS = "microsoft.storage/storageaccounts/blobservices/containers"
_RECORDING = frozenset(
    {
        f"{_CONTAINERS}/read",
        f"{_CONTAINERS}/write",
        f"{_BLOBS}/read",
        f"{_BLOBS}/write",
        f"{_BLOBS}/add/action",
    }
)
_COMPUTE = ("compute:VirtualMachine", "compute:VirtualMachineScaleSet", "containerinstance:ContainerGroup")

# Kinds whose rights are given on the single resource in an account.
_IN_PARTS = (ServiceKind.OBJECT_STORAGE, ServiceKind.SECRETS, ServiceKind.KEYS)
# What lies in an account and can be the scope of a role by itself.
_PARTS = ("storage:BlobContainer", "keyvault:Secret", "keyvault:Key", "operationalinsights:Table")


@dataclass(frozen=True, slots=True)
class Grant:
    """One assignment: who, what, on what."""

    resource: Resource
    principal: str | None  # workload, None for somebody else
    who: str
    actions: tuple[str, ...]
    service: str | None  # of the intent, None where the scope is no service's
    scope: str
    part: str | None  # the container, secret, key or table of the account; None for all of it
    on: str  # short type of the resource that is the scope, empty where the plan has none
    tables: frozenset[str] | None = None  # where a collection rule leads, as `_plain_name` has them


def judge_roles(context: Context, intent: Intent, expected: Expected, found: Collector) -> int:
    """Add what role assignments give beyond the clauses, and what clauses ask for and none gives."""
    grants = tuple(_grants(context, intent, found))
    for grant in grants:
        _extra(context, intent, expected, grant, found)
    given: dict[tuple[str | None, str], list[Grant]] = {}
    for grant in grants:
        for service in _services(intent, grant):
            given.setdefault((grant.principal, service), []).append(grant)
    identities: dict[str, list[str]] = {}
    for one in context.of("managedidentity:UserAssignedIdentity"):
        identities.setdefault(tags(one).get("zt-ai:workload", ""), []).append(one.urn)
    for (workload, service), accesses in expected.uses.items():
        own = given.get((workload, service), [])
        _missing(context, intent, own, identities.get(workload, []), workload, service, accesses, found)
    return len(grants)


def wanted(accesses: list[Access]) -> frozenset[str]:
    """What some accesses to a service ask for."""
    modes: set[str] = set()
    for one in accesses:
        modes |= {READ} if one.access in (ServiceAccess.READ, ServiceAccess.READ_WRITE, None) else set()
        modes |= {WRITE} if one.access in (ServiceAccess.WRITE, ServiceAccess.READ_WRITE) else set()
    return frozenset(modes)


def _grants(context: Context, intent: Intent, found: Collector) -> Iterator[Grant]:
    for one in context.of("authorization:RoleAssignment"):
        scope = context.value(one, "scope")
        if scope is None or unknown_in(scope):
            found.doubt(f"{one.urn}: its scope is not known before the deployment")
            continue
        actions = _actions(context, one)
        if actions is None:
            found.doubt(f"{one.urn}: its role is not in the plan, so what it gives is not known")
            continue
        workload, who = _principal(context, intent, one)
        service, part, words, on = _target(context, scope)
        tables = _tables(context, scope) if on in _RULES else None
        if on in _RULES and tables is None:
            found.doubt(f"{one.urn}: the tables that {words} writes are not known before the deployment")
            continue
        yield Grant(one, workload, who, actions, service, words, part, on, tables)


def _tables(context: Context, scope: Value) -> frozenset[str] | None:
    """Tables that a collection rule leads to: `Custom-T` to `T`, `Microsoft-T` to Azure's own. None: not known."""
    rule = context.graph.get((context.ids.owner(scope) if text(scope) else context.ids.key(scope)) or "")
    flows = context.value(rule, "dataFlows") if rule is not None else None
    if unknown_in(flows):
        return None
    streams: list[str | None] = []
    for flow in maps(flows):
        output = flow.get("outputStream")
        streams += [text(output)] if output is not None else [text(stream) for stream in items(flow.get("streams"))]
    return frozenset(_plain_name((stream or "").partition("-")[2]) for stream in streams)


def _actions(context: Context, assignment: Resource) -> tuple[str, ...] | None:
    role = context.graph.get(context.ids.key(context.value(assignment, "roleDefinitionId")) or "")
    if role is None or short_type(role) != "authorization:RoleDefinition":
        return None
    given: list[str] = []
    if unknown_in(context.value(role, "permissions")):
        return None
    for permission in maps(context.value(role, "permissions")):
        for name, without in (("actions", "notActions"), ("dataActions", "notDataActions")):
            if any(text(value) is None for key in (name, without) for value in items(permission.get(key))):
                return None
            taken = [word.lower() for value in items(permission.get(without)) if (word := text(value)) is not None]
            allowed = [word.lower() for value in items(permission.get(name)) if (word := text(value)) is not None]
            given += [one for one in allowed if not any(fnmatchcase(one, pattern) for pattern in taken)]
    return tuple(dict.fromkeys(given))


def _principal(context: Context, intent: Intent, assignment: Resource) -> tuple[str | None, str]:
    """The workload whose identity is given the role."""
    value = plain(assignment.inputs.get("principalId"))
    for urn in _urns(value):
        identity = context.graph.get(urn)
        if identity is not None and short_type(identity) == "managedidentity:UserAssignedIdentity":
            workload = tags(identity).get("zt-ai:workload")
            return (workload if workload in intent.workloads else None), workload or f"identity {identity.name}"
    return None, f"principal {text(value) or 'that the plan does not know'}"


def _urns(value: Value) -> tuple[str, ...]:
    if isinstance(value, Ref):
        return (value.urn,)
    return value.depends_on if isinstance(value, Unknown) else ()


def _target(context: Context, scope: Value) -> tuple[str | None, str | None, str, str]:
    """The service whose resource a scope is, the part of its account, the scope in words, and the type of resource."""
    word = text(scope)
    key = context.ids.owner(scope) if word else context.ids.key(scope)
    resource = context.graph.get(key or "")
    part, on = None, short_type(resource) if resource is not None else ""
    if resource is not None and word:
        folded = word.lower()
        own = f"/{own_name(resource).lower()}"
        rest = folded.partition(f"{own}/")[2]
        part = rest.rpartition("/")[2] or None
        on = "" if part else on
    if resource is not None and part is None and short_type(resource) in _PARTS:
        part = own_name(resource).lower()
    words = resource.name + (f" {part}" if part else "") if resource is not None else word or "an unknown scope"
    while resource is not None:
        services = services_of(tags(resource))
        if services:
            return services[0], part, words, on
        if short_type(resource) in (*_RULES, "operationalinsights:Table", "operationalinsights:Workspace"):
            return "logs", part, words, on
        if short_type(resource) not in _PARTS:
            break  # an account of no service
        parent = plain(resource.inputs.get("accountName") or resource.inputs.get("vaultName"))
        owner = context.ids.named("storageaccounts" if "accountName" in resource.inputs else "vaults", parent)
        resource = context.graph.get(owner or "") if parent is not None else None
    adopt = context.settings.adopt
    for service, id_ in (adopt.services if adopt is not None else {}).items():
        if word is not None and (word.lower() == id_.lower() or word.lower().startswith(f"{id_.lower()}/")):
            rest = word.lower()[len(id_) :]
            return service, rest.rpartition("/")[2] or None, f"{service} {rest}", on
    return None, part, words, on


def _services(intent: Intent, grant: Grant) -> tuple[str, ...]:
    if grant.tables is not None:
        logs = (name for name, one in intent.services.items() if one.kind is ServiceKind.LOGS)
        return tuple(name for name in logs if grant.tables & _parts_of(intent, name))
    if grant.service == "logs" and grant.service not in intent.services:
        return tuple(name for name, one in intent.services.items() if one.kind is ServiceKind.LOGS)
    return (grant.service,) if grant.service in intent.services and grant.service is not None else ()


def _extra(context: Context, intent: Intent, expected: Expected, grant: Grant, found: Collector) -> None:
    services = _services(intent, grant)
    used = [s for s in services if grant.principal and (grant.principal, s) in expected.uses]
    through = (grant.resource.urn,)
    if not services:
        if grant.principal is not None:
            text_ = f"{grant.who} gets rights on {grant.scope}, which is no service of the specification"
            found.refute(1, text_, grant.who, grant.scope, through)
        elif not _inward(context, grant):
            text_ = f"{grant.who} gets {', '.join(grant.actions[:3]) or 'rights'} on {grant.scope}: no clause allows it"
            found.refute(1, text_, grant.who, grant.scope, through)
        return
    if not used:
        text_ = f"{grant.who} gets rights on {grant.scope} of {services[0]}: no clause allows it"
        found.refute(1, text_, grant.who, services[0], through)
        return
    modes = wanted([one for s in used for one in expected.uses[grant.principal or "", s]])
    kind = intent.services[used[0]].kind
    for action in grant.actions:
        meaning = _MEANING[kind].get(action)
        if meaning is None:
            text_ = f"{grant.who} may do {action} on {grant.scope}: no clause needs it"
            found.refute(1, text_, grant.who, used[0], through)
        elif not meaning & modes:
            text_ = f"{grant.who} may {'/'.join(sorted(meaning))} {used[0]} ({action} on {grant.scope}), the "
            text_ += f"specification lets it {'/'.join(sorted(modes))}"
            found.refute(1, text_, grant.who, used[0], through)
    in_parts = kind in _IN_PARTS
    named = _parts_of(intent, used[0])
    if kind is ServiceKind.LOGS:
        # Only reading is by table; tables of logs that are written alone are not read.
        reads = [s for s in used if READ in wanted(expected.uses[grant.principal or "", s])]
        in_parts = bool(reads) and _RECORDS in grant.actions
        named = {part for service in reads for part in _parts_of(intent, service)}
    if grant.tables is not None and _TELEMETRY in grant.actions:
        writes = [s for s in used if WRITE in wanted(expected.uses[grant.principal or "", s])]
        for table in sorted(grant.tables - {part for service in writes for part in _parts_of(intent, service)}):
            text_ = f"{grant.who} may write table {table} through {grant.scope}: no clause lets it"
            found.refute(1, text_, grant.who, table, through)
    if in_parts and grant.part is not None and _plain_name(grant.part) not in named:
        text_ = f"{grant.who} gets rights on {grant.scope}, which is no resource of {used[0]} in the specification"
        found.refute(1, text_, grant.who, used[0], through)
    if grant.part is None and in_parts:
        text_ = f"{grant.who} gets rights on all of {grant.scope}, not on the resources of {used[0]} alone"
        found.refute(1, text_, grant.who, used[0], through)


def _parts_of(intent: Intent, service: str) -> set[str]:
    """Names of what a service of the specification has in its account. A table of one's own ends in `_CL` [Azure
    Monitor, "Add or delete tables and columns in Azure Monitor Logs"]."""
    of = intent.services[service]
    end = "-cl" if of.kind is ServiceKind.LOGS else ""
    return {f"{_plain_name(resource)}{end}" for resource in of.resources}


def _plain_name(name: str) -> str:
    """A name without what vaults do not take: letters and digits in lower case, whatever else stands between them."""
    return re.sub(r"[^0-9a-z]+", "-", name.lower()).strip("-")


def _inward(context: Context, grant: Grant) -> bool:
    """Whether an assignment lets Azure's own flow logs write into their store: with an identity that no compute has."""
    identity = next((u for u in _urns(plain(grant.resource.inputs.get("principalId"))) if context.graph.get(u)), None)
    if identity is None or set(grant.actions) - _RECORDING:
        return False
    stores = {
        context.ids.key(log.inputs.get("storageId"))
        for log in context.of("network:FlowLog")
        if identity in identities_of(context, log)
    }
    held = any(identity in identities_of(context, one) for one in context.of(*_COMPUTE))
    lent = any(
        context.ids.named("userassignedidentities", one.inputs.get("resourceName")) == identity
        for one in context.of("managedidentity:FederatedIdentityCredential")
    )
    return not held and not lent and context.ids.key(grant.resource.inputs.get("scope")) in stores


def identities_of(context: Context, resource: Resource) -> set[str | None]:
    """Managed identities that a resource has."""
    found = at(resource.inputs, "identity", "userAssignedIdentities")
    if isinstance(found, Mapping):
        return {context.ids.key(key) for key in found}
    return {context.ids.key(one) for one in items(found)}


def _missing(
    context: Context,
    intent: Intent,
    own: list[Grant],
    identities: list[str],
    workload: str,
    service: str,
    accesses: list[Access],
    found: Collector,
) -> None:
    kind = intent.services[service].kind
    for mode in sorted(wanted(accesses)):
        for need in _NEEDED.get((kind, mode), ()):
            where = _EFFECTIVE.get(need)
            having = [g for g in own if need in g.actions and (where is None or g.on in where)]
            clause = accesses[0].clause.id
            through = identities or [g.resource.urn for g in own] or list(context.graph.resources)[:1]
            if not having:
                text_ = f"{workload} may not {mode} {service}: no role assignment gives its identity {need}"
                text_ += " where it has an effect" if any(need in g.actions for g in own) else ""
                found.refute(0, text_, workload, service, through, clause)
            elif need in (_RECORDS, _TELEMETRY) or kind in _IN_PARTS:
                parts = {g.part and _plain_name(g.part) for g in having}
                held, count = parts, len(intent.services[service].resources)
                if need == _TELEMETRY:
                    parts = {table for g in having for table in g.tables or ()}
                if need in (_RECORDS, _TELEMETRY):
                    held = parts & _parts_of(intent, service)
                if None not in parts and len(held) < count:
                    text_ = f"{workload} may {mode} only {len(held)} of the {count} resources of {service}"
                    found.refute(0, text_, workload, service, through, clause)
