"""Copies that Azure itself carries out: records and data that a setting sends to a place of its own choosing.

No packet of the network's does it, so no filter and no route stands against it: where it goes decides.
"""

from __future__ import annotations

from collections.abc import Iterator

from zt_ai.graph import Resource, Value
from zt_ai.verify.azure.context import Context
from zt_ai.verify.azure.values import at, items, mapping, plain, unknown_in

# Receivers of an action group that get a sentence about an alert and no more [Azure Monitor, "Action groups"]; the
# others call whatever address they are given.
_PEOPLE = frozenset({"emailReceivers", "smsReceivers", "voiceReceivers", "armRoleReceivers", "azureAppPushReceivers"})
_SETTINGS = ("monitor:DiagnosticSetting", "insights:DiagnosticSetting", "monitor:SubscriptionDiagnosticSetting")
_ELSEWHERE = ("eventHubAuthorizationRuleId", "eventHubName", "marketplacePartnerId", "serviceBusRuleId")


def exports(context: Context) -> Iterator[tuple[Resource, str]]:
    """Settings that send something to what does not belong to the plan."""
    for setting in context.of(*_SETTINGS):
        for name in _ELSEWHERE:
            if plain(setting.inputs.get(name)) is not None:
                yield setting, f"sends records elsewhere ({name})"
        for name in ("storageAccountId", "workspaceId"):
            yield from _foreign(context, setting, setting.inputs.get(name), name)
    yield from _of_rules(context)
    for group in context.of("monitor:ActionGroup", "insights:ActionGroup"):
        for name, receivers in group.inputs.items():
            if name.endswith("Receivers") and name not in _PEOPLE and items(receivers):
                yield group, f"calls addresses of its own choosing ({name})"
    for log in context.of("network:FlowLog"):
        yield from _foreign(context, log, log.inputs.get("storageId"), "storageId")
        analysed = at(
            log.inputs,
            "flowAnalyticsConfiguration",
            "networkWatcherFlowAnalyticsConfiguration",
            "workspaceResourceId",
        )
        yield from _foreign(context, log, analysed, "workspaceResourceId")


def _of_rules(context: Context) -> Iterator[tuple[Resource, str]]:
    """Where data collection rules send logs."""
    for rule in context.of("monitor:DataCollectionRule", "insights:DataCollectionRule"):
        if unknown_in(rule.inputs.get("destinations")):
            context.gap(rule, "where it sends logs is not known before the deployment")
        for kind, targets in mapping(rule.inputs.get("destinations")).items():
            if kind != "logAnalytics":
                yield rule, f"sends logs to {kind}"
                continue
            for one in items(targets):
                yield from _foreign(context, rule, at(one, "workspaceResourceId"), "workspaceResourceId")


def _foreign(context: Context, resource: Resource, value: Value, name: str) -> Iterator[tuple[Resource, str]]:
    if plain(value) is None:
        return
    key = context.ids.key(value)
    if key is None and unknown_in(value):
        context.gap(resource, f"{name} is not known before the deployment")
    elif key is not None and context.graph.get(key) is None:
        yield resource, f"sends records to {key}, a resource of somebody else"


def links(context: Context) -> Iterator[tuple[Resource, str]]:
    """Private Link services that others than the subscriptions in the settings may connect to."""
    wanted = context.settings.proxy.private_link
    allowed = {one.lower() for one in wanted.subscriptions} if wanted is not None else set()
    for service in context.of("network:PrivateLinkService"):
        if wanted is None:
            yield service, "lets other networks in, which the specification does not ask for"
            continue
        for name, word in (("visibility", "is seen by"), ("autoApproval", "takes connections unasked from")):
            for value in items(at(service.inputs, name, "subscriptions")):
                said = plain(value)
                if not isinstance(said, str):
                    context.gap(service, f"{name} is not known before the deployment")
                elif said.lower() not in allowed:
                    who = "everybody" if said == "*" else f"subscription {said}"
                    yield service, f"{word} {who}, which the specification does not ask for"
