"""The log workspace, the ways into it, and the Private Link scope in front of both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
from pulumi_azure_native import monitor, operationalinsights

from zt_ai.azure.naming import TAG_SERVICE, Scope
from zt_ai.azure.plan.accounts import Account
from zt_ai.azure.plan.names import collection_rule_name, endpoint_name
from zt_ai.builders.options import after

# Days in a workspace are counted up to two years, and after that in the whole years that Azure takes [Azure Monitor
# documentation, "Manage data retention in a Log Analytics workspace": REST API `totalRetentionInDays`].
_TOTALS = (730, 1095, 1460, 1826, 2191, 2556, 2922, 3288, 3653, 4018, 4383)
INTERACTIVE_DAYS = 90
# What a record is made of: when, from which machine, and the record itself as the workload wrote it.
COLUMNS = {"TimeGenerated": "datetime", "Host": "string", "Record": "string"}


def total_days(wanted: int) -> int:
    """The least total retention of a table that keeps records for `wanted` days.

    Raises:
        ValueError: longer than twelve years, which no workspace does.
    """
    found = next((days for days in _TOTALS if days >= wanted), None)
    if found is None:
        raise ValueError(f"a log workspace keeps records for {_TOTALS[-1]} days at most, and {wanted} are asked for")
    return found


def workspace_name(scope: Scope) -> str:
    """Name of the workspace."""
    return scope.name("logs", 63)


def workspace_id(scope: Scope) -> str:
    """Id of the workspace."""
    return scope.id("Microsoft.OperationalInsights/workspaces", workspace_name(scope))


@dataclass(frozen=True)
class Logs:
    """The workspace, and the rules by table; where no workload uses logs there is neither link, endpoint nor rule."""

    workspace: operationalinsights.Workspace
    link: monitor.PrivateLinkScope | None
    endpoint: monitor.DataCollectionEndpoint | None
    rules: Mapping[str, monitor.DataCollectionRule] = field(default_factory=dict)


def log_space(
    name: str,
    scope: Scope,
    account: Account | None,
    retention_days: int,
    tags: Mapping[str, str],
    opts: pulumi.ResourceOptions,
) -> Logs:
    """A workspace, and for workloads that use logs a table for each log, an endpoint, and a rule for each table.

    Whoever may write through a rule may write whatever stream it has [Azure Monitor documentation, "Logs Ingestion API
    in Azure Monitor": the application has a role on the rule]: with one rule for all, every workload could write the
    egress proxy's records.

    What Azure's own services write through diagnostic settings does not come over a network of ours and needs neither
    [Azure Monitor documentation, "Use Azure Private Link to connect networks to Azure Monitor": "Diagnostic logs"].
    """
    workspace = operationalinsights.Workspace(
        f"{name}-logs",
        resource_group_name=scope.group,
        workspace_name=workspace_name(scope),
        location=scope.location,
        sku=operationalinsights.WorkspaceSkuArgs(name="PerGB2018"),
        retention_in_days=INTERACTIVE_DAYS,
        public_network_access_for_ingestion="Disabled",
        public_network_access_for_query="Disabled",
        features=operationalinsights.WorkspaceFeaturesArgs(
            disable_local_auth=True, enable_log_access_using_only_resource_permissions=True
        ),
        tags=dict(tags),
        opts=opts,
    )
    if account is None:
        return Logs(workspace, None, None)
    waits = after(opts, workspace)
    tables = {t: _table(name, scope, t, retention_days, waits) for t in sorted(account.resources.values())}
    own = {**tags, TAG_SERVICE: " ".join(account.services)}
    link = monitor.PrivateLinkScope(
        f"{name}-{account.key}",
        resource_group_name=scope.group,
        scope_name=account.name,
        location="global",
        access_mode_settings=monitor.AccessModeSettingsArgs(
            # `Open` would let the network query everybody's workspaces. What is written goes by names of one resource,
            # whatever the mode: those of others are no records of the private zones [Azure Monitor documentation,
            # "Design Azure Monitor Private Link configuration": select an access mode].
            ingestion_access_mode="PrivateOnly",
            query_access_mode="PrivateOnly",
        ),
        tags=own,
        opts=opts,
    )
    endpoint = monitor.DataCollectionEndpoint(
        f"{name}-log-endpoint",
        resource_group_name=scope.group,
        data_collection_endpoint_name=endpoint_name(scope),
        location=scope.location,
        network_acls=monitor.DataCollectionEndpointNetworkAclsArgs(public_network_access="Disabled"),
        tags=dict(tags),
        opts=opts,
    )
    for member, id_ in {"logs": workspace.id, "log-endpoint": endpoint.id}.items():
        monitor.PrivateLinkScopedResource(
            f"{name}-{account.key}-{member}",
            resource_group_name=scope.group,
            scope_name=account.name,
            name=member,
            linked_resource_id=id_,
            opts=after(opts, link),
        )
    rules = {t: _rule(name, scope, t, endpoint, tags, after(opts, workspace, made)) for t, made in tables.items()}
    return Logs(workspace, link, endpoint, rules)


def _table(
    name: str, scope: Scope, table: str, retention_days: int, opts: pulumi.ResourceOptions
) -> operationalinsights.Table:
    return operationalinsights.Table(
        f"{name}-table-{table}",
        resource_group_name=scope.group,
        workspace_name=workspace_name(scope),
        table_name=table,
        plan="Analytics",
        retention_in_days=INTERACTIVE_DAYS,
        total_retention_in_days=total_days(retention_days),
        schema=operationalinsights.SchemaArgs(
            name=table,
            columns=[
                operationalinsights.ColumnArgs(name=column, type="dateTime" if kind == "datetime" else kind)
                for column, kind in COLUMNS.items()
            ],
        ),
        opts=opts,
    )


def _rule(
    name: str,
    scope: Scope,
    table: str,
    endpoint: monitor.DataCollectionEndpoint,
    tags: Mapping[str, str],
    opts: pulumi.ResourceOptions,
) -> monitor.DataCollectionRule:
    stream = f"Custom-{table}"
    columns = [monitor.ColumnDefinitionArgs(name=column, type=kind) for column, kind in COLUMNS.items()]
    return monitor.DataCollectionRule(
        f"{name}-log-rule-{table}",
        resource_group_name=scope.group,
        data_collection_rule_name=collection_rule_name(scope, table),
        location=scope.location,
        data_collection_endpoint_id=endpoint.id,
        stream_declarations={stream: monitor.StreamDeclarationArgs(columns=columns)},
        destinations=monitor.DataCollectionRuleDestinationsArgs(
            log_analytics=[monitor.LogAnalyticsDestinationArgs(name="logs", workspace_resource_id=workspace_id(scope))]
        ),
        data_flows=[monitor.DataFlowArgs(streams=[stream], destinations=["logs"], output_stream=stream)],
        tags=dict(tags),
        opts=opts,
    )
