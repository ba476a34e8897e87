"""What is recorded: the network's flows, and what Azure's services say about every access."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
from pulumi_azure_native import monitor, network

from zt_ai.azure.naming import Scope
from zt_ai.builders.options import child_options

# What happens to the subscription itself: who changed which resource, role or policy [Azure Monitor documentation,
# "Activity log event schema": categories].
ACTIVITY = ("Administrative", "Security", "Policy", "Alert")
EVERYTHING = "allLogs"


@dataclass(frozen=True, slots=True)
class Source:
    """Something that writes logs through a diagnostic setting. `groups` and `categories` say which."""

    id: pulumi.Input[str]
    groups: tuple[str, ...] = (EVERYTHING,)
    categories: tuple[str, ...] = ()
    keep: bool = True
    """Write to the audit store too; off for the store itself, which would record the writing of its own records."""


@dataclass(frozen=True, kw_only=True)
class RecordsArgs:
    """What `Records` is made from."""

    scope: Scope
    network_id: pulumi.Input[str]
    watcher: str
    """Id of the Network Watcher of the region; Azure makes one for each."""
    store_id: pulumi.Input[str]
    writer_id: str
    """Id of the identity that flow logs are written with."""
    workspace_id: pulumi.Input[str]
    sources: Mapping[str, Source]
    """By name, made of names of the specification."""
    tags: Mapping[str, str] = field(default_factory=dict)


class Records(pulumi.ComponentResource):
    """A flow log of the whole network and a diagnostic setting for everything that can tell who did what.

    Both go to the audit store, which keeps them, and to the workspace, where they are searched.

    Attributes:
        flow_log: the resource. settings: by name of the source.
    """

    flow_log: network.FlowLog
    settings: dict[str, monitor.DiagnosticSetting]

    def __init__(self, name: str, args: RecordsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:azure:Records", name, None, opts)
        child = child_options(self, opts)
        self.flow_log = self._flow_log(name, args, child)
        self.settings = {key: self._setting(name, args, key, source, child) for key, source in args.sources.items()}
        self.register_outputs({"flowLogId": self.flow_log.id})

    @staticmethod
    def _flow_log(name: str, args: RecordsArgs, opts: pulumi.ResourceOptions) -> network.FlowLog:
        scope = args.scope
        return network.FlowLog(
            f"{name}-flows",
            resource_group_name=args.watcher.split("/")[4],
            network_watcher_name=args.watcher.rpartition("/")[2],
            flow_log_name=scope.name("flows"),
            location=scope.location,
            # The network and not its security groups: flow logs of those can no longer be made [Azure Network Watcher
            # documentation, "Flow logging for network security groups": retirement].
            target_resource_id=args.network_id,
            storage_id=args.store_id,
            identity={"type": "UserAssigned", "user_assigned_identities": [args.writer_id]},
            enabled=True,
            format={"type": "JSON", "version": 2},
            # Not deleted by the service: how long records are kept is for the store to say.
            retention_policy={"enabled": False, "days": 0},
            flow_analytics_configuration={
                "network_watcher_flow_analytics_configuration": {
                    "enabled": True,
                    "traffic_analytics_interval": 10,
                    "workspace_resource_id": args.workspace_id,
                    "workspace_region": scope.location,
                }
            },
            tags={**args.tags, **scope.tags()},
            opts=opts,
        )

    @staticmethod
    def _setting(
        name: str, args: RecordsArgs, key: str, source: Source, opts: pulumi.ResourceOptions
    ) -> monitor.DiagnosticSetting:
        logs: list[monitor.DiagnosticsLogSettingsArgsDict] = [
            *({"category_group": group, "enabled": True} for group in source.groups),
            *({"category": category, "enabled": True} for category in source.categories),
        ]
        return monitor.DiagnosticSetting(
            f"{name}-{key}",
            resource_uri=source.id,
            name=args.scope.name("audit"),
            storage_account_id=args.store_id if source.keep else None,
            workspace_id=args.workspace_id,
            # Tables of their own for resources; changes of the subscription have one anyway.
            log_analytics_destination_type=None if source.categories else "Dedicated",
            logs=logs,
            opts=opts,
        )
