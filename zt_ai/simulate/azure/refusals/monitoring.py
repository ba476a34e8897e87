"""Diagnostic settings, flow logs, workspaces, private link scopes, alerts.

[Microsoft Learn, "Diagnostic settings in Azure Monitor", "Virtual network flow logs", "NSG flow logs" (no new ones
since 30 June 2025), "Azure Monitor private link scope limits", "Create an action group"; REST API references.]
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from zt_ai.simulate.azure import ids, locations
from zt_ai.simulate.azure.act import Act, at, listed, refuses, values_at
from zt_ai.simulate.azure.references import born_anyway
from zt_ai.simulate.problems import CloudError, Problem

_SETTING = "monitor:DiagnosticSetting"
_SINKS = ("storageAccountId", "workspaceId", "eventHubAuthorizationRuleId", "marketplacePartnerId")
_GROUPS = frozenset({"alllogs", "audit"})
# "Supported resource logs for Azure Monitor", per resource type; types without an entry take any category.
_CATEGORIES: Mapping[str, frozenset[str]] = {
    "microsoft.network/networksecuritygroups": frozenset(
        {"networksecuritygroupevent", "networksecuritygrouprulecounter"}
    ),
    "microsoft.network/virtualnetworks": frozenset({"vmprotectionalerts"}),
    "microsoft.keyvault/vaults": frozenset({"auditevent", "azurepolicyevaluationdetails"}),
    "microsoft.containerregistry/registries": frozenset(
        {"containerregistryrepositoryevents", "containerregistryloginevents"}
    ),
    "microsoft.cognitiveservices/accounts": frozenset({"audit", "requestresponse", "azureopenairequestusage", "trace"}),
    "microsoft.storage/storageaccounts": frozenset(),
    "microsoft.storage/storageaccounts/blobservices": frozenset({"storageread", "storagewrite", "storagedelete"}),
    "microsoft.network/loadbalancers": frozenset({"loadbalancerhealthevent"}),
}
_NO_LOGS = frozenset({"microsoft.storage/storageaccounts"})
# REST API reference, Metric Alerts - Create Or Update.
_FREQUENCIES = ("PT1M", "PT5M", "PT15M", "PT30M", "PT1H")
_WINDOWS = (*_FREQUENCIES, "PT6H", "PT12H", "P1D")
SHORTEST_RETENTION, LONGEST_RETENTION = 30, 730
"""Days a workspace keeps data for queries ("Manage data retention in a Log Analytics workspace")."""
LONGEST_SHORT_NAME = 12


def check_static(token: str, inputs: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with one of these whatever else exists."""
    checks = {
        _SETTING: _setting,
        "operationalinsights:Workspace": _workspace,
        "monitor:ActionGroup": _action_group,
        "monitor:MetricAlert": _metric_alert,
        "monitor:ScheduledQueryRule": _query_rule,
        "monitor:ActivityLogAlert": _activity_alert,
    }
    found = checks.get(token.removeprefix("azure-native:"))
    return list(found(inputs)) if found is not None else []


def _setting(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    if not any(inputs.get(name) for name in _SINKS):
        yield Problem("workspaceId", "BadRequest: a diagnostic setting needs a destination")
    items = [
        (key, item) for key in ("logs", "metrics") for item in listed(inputs.get(key)) if isinstance(item, Mapping)
    ]
    if not items:
        yield Problem("logs", "BadRequest: a diagnostic setting needs logs or metrics")
    for key, item in items:
        if at(item, "retentionPolicy.enabled"):
            yield Problem(
                f"{key}", "BadRequest: Diagnostic settings does not support retention for new diagnostic settings."
            )
        if key == "logs" and bool(item.get("category")) == bool(item.get("categoryGroup")):
            yield Problem("logs", "BadRequest: a log has a category or a category group")
    kind = ids.arm_type(str(inputs.get("resourceUri"))).lower()
    known = _CATEGORIES.get(kind)
    for item in listed(inputs.get("logs")):
        category = item.get("category") if isinstance(item, Mapping) else None
        group = item.get("categoryGroup") if isinstance(item, Mapping) else None
        if isinstance(category, str) and known is not None and category.lower() not in known:
            yield Problem("logs", f"BadRequest: Category '{category}' is not supported.")
        if isinstance(group, str) and (group.lower() not in _GROUPS or kind in _NO_LOGS):
            yield Problem("logs", f"BadRequest: Category group '{group}' is not supported.")


def _workspace(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    days, sku = inputs.get("retentionInDays"), str(at(inputs, "sku.name") or "")
    if isinstance(days, int) and sku.lower() != "free" and not SHORTEST_RETENTION <= days <= LONGEST_RETENTION:
        yield Problem(
            "retentionInDays", f"InvalidParameter: {days} days; {SHORTEST_RETENTION} to {LONGEST_RETENTION} are allowed"
        )


def _action_group(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    name = inputs.get("groupShortName")
    if isinstance(name, str) and not 1 <= len(name) <= LONGEST_SHORT_NAME:
        yield Problem("groupShortName", f"BadRequest: {len(name)} characters; 1 to {LONGEST_SHORT_NAME} are allowed")


def _metric_alert(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    for name, allowed in (("evaluationFrequency", _FREQUENCIES), ("windowSize", _WINDOWS)):
        value = inputs.get(name)
        if isinstance(value, str) and value not in allowed:
            yield Problem(name, f"BadRequest: {value!r} is none of {', '.join(allowed)}")
    yield from _severity(inputs)


def _severity(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    severity = inputs.get("severity")
    if isinstance(severity, (int, float)) and severity not in range(5):
        yield Problem("severity", f"BadRequest: {severity} is no severity; 0 to 4 are allowed")


def _query_rule(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    if not inputs.get("scopes"):
        yield Problem("scopes", "BadRequest: a query rule needs a scope")
    yield from _severity(inputs)


def _activity_alert(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    here = locations.normal(inputs.get("location"))
    if isinstance(inputs.get("location"), str) and here not in ("global", "westeurope", "northeurope"):
        yield Problem(
            "location",
            "LocationNotAvailableForResourceType: activity log alerts lie in global, westeurope or northeurope",
        )


@refuses(_SETTING)
def setting(act: Act) -> None:
    """Five for a resource; no destination twice for one category; a storage account in the resource's own region."""
    others = [t for t in act.others(_SETTING) if ids.same(t.inputs.get("resourceUri"), act.inputs.get("resourceUri"))]
    if act.thing is None:
        act.limit("diagnostic-settings-per-resource", len(others), "BadRequest", "diagnostic settings for a resource")
    mine = _categories(act.inputs)
    for other in others:
        for sink in _SINKS:
            same = act.inputs.get(sink) and ids.same(other.inputs.get(sink), act.inputs.get(sink))
            twice = mine & _categories(other.inputs)
            if same and twice:
                raise CloudError(
                    "Conflict",
                    f"Data sink '{act.inputs.get(sink)}' is already used in diagnostic setting "
                    f"'{ids.leaf(other.id)}' for category "
                    f"'{sorted(twice)[0]}'. Data sinks can't be reused in different settings on the same "
                    "category for the same resource.",
                )
    account = act.find(act.inputs.get("storageAccountId"), "storage:StorageAccount")
    watched = act.find(act.inputs.get("resourceUri"))
    if account is not None and watched is not None:
        here, there = locations.of(act.world, watched), locations.of(act.world, account)
        if here and there and here not in (there, "global"):
            raise CloudError(
                "BadRequest",
                f"resource {watched.id} lies in {here}, storage account {account.id} in {there}; they have to "
                "be in one region",
            )


def _categories(inputs: Mapping[str, Any]) -> set[str]:
    return {
        f"{key}:{item.get('category') or item.get('categoryGroup')}"
        for key in ("logs", "metrics")
        for item in listed(inputs.get(key))
        if isinstance(item, Mapping) and item.get("enabled")
    }


@refuses("network:FlowLog")
def flow_log(act: Act) -> None:
    """For virtual networks, subnets and interfaces; into an account of the same region; one for each target."""
    target = act.find(act.inputs.get("targetResourceId"))
    if target is not None and target.type.endswith(":NetworkSecurityGroup"):
        raise CloudError(
            "BadRequest",
            "since 30 June 2025 no new flow logs of network security groups are made; take the virtual network",
        )
    account = act.find(act.inputs.get("storageId"), "storage:StorageAccount")
    if target is not None:
        here = locations.of(act.world, target)
        there = locations.of(act.world, account) if account is not None else ""
        watcher = ids.parent(act.id) or ""
        if here and there and here != there:
            raise CloudError(
                "FlowLogStorageAccountInDifferentRegion",
                f"target {target.id} lies in {here}, storage account in {there}",
            )
        if here and born_anyway(watcher) and not watcher.lower().endswith(f"_{here}"):
            raise CloudError(
                "BadRequest", f"target {target.id} lies in {here}, which is not the region of {ids.leaf(watcher)}"
            )
        own = locations.normal(act.inputs.get("location"))
        if here and own and own != here:
            raise CloudError("BadRequest", f"flow log {ids.leaf(act.id)} is in {own}, its target in {here}")
    for other in act.others("network:FlowLog"):
        if ids.same(other.inputs.get("targetResourceId"), act.inputs.get("targetResourceId")):
            raise CloudError("FlowLogAlreadyExists", f"{other.id} logs {act.inputs.get('targetResourceId')} already")


@refuses("monitor:PrivateLinkScopedResource")
def scoped(act: Act) -> None:
    """A resource is in a scope once, and a scope holds so many."""
    others = list(act.beside("monitor:PrivateLinkScopedResource"))
    if act.thing is None:
        act.limit("scoped-resources-per-scope", len(others), "BadRequest", "resources in a private link scope")
    linked = values_at(act.inputs, "linkedResourceId")
    for other in others:
        if linked and ids.same(other.inputs.get("linkedResourceId"), linked[0]):
            raise CloudError("Conflict", f"{linked[0]} is in the scope already as {ids.leaf(other.id)}")
