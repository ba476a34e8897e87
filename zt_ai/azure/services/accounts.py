"""Accounts of the managed services: made here, or adopted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi

from zt_ai.azure.naming import TAG_SERVICE, Scope
from zt_ai.azure.plan.accounts import Account
from zt_ai.azure.services import storage, vaults
from zt_ai.azure.services.models import model_account
from zt_ai.azure.services.monitor import Logs, log_space
from zt_ai.azure.services.registry import registry
from zt_ai.builders.options import child_options
from zt_ai.spec.types import ServiceKind


@dataclass(frozen=True, kw_only=True)
class ServiceAccountsArgs:
    """What `ServiceAccounts` is made from."""

    scope: Scope
    accounts: Sequence[Account]
    tenant: str
    """Microsoft Entra tenant; key vaults name it."""
    retention_days: int
    """How long logs are kept."""
    zones: Sequence[str] = ()
    tags: Mapping[str, str] = field(default_factory=dict)


class ServiceAccounts(pulumi.ComponentResource):
    """Storage accounts, vaults, registries, Azure OpenAI accounts and the log workspace.

    None takes requests from a public network, and all want an identity of Microsoft Entra: keys of their own, with
    which anybody could come who has read them once, are switched off.

    Attributes:
        ids: by the key of the account. made: the resources by key, adopted ones left out. logs: the workspace and what
        belongs to it. ready: all of them, to wait for.
    """

    ids: dict[str, pulumi.Input[str]]
    made: dict[str, pulumi.Resource]
    logs: Logs
    ready: list[pulumi.Resource]

    def __init__(self, name: str, args: ServiceAccountsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:azure:ServiceAccounts", name, None, opts)
        child = child_options(self, opts)
        self.ids, self.made = {}, {}
        monitor = next((a for a in args.accounts if a.kind is ServiceKind.LOGS), None)
        tags = {**args.tags, **args.scope.tags()}
        self.logs = log_space(name, args.scope, monitor, args.retention_days, tags, child)
        for account in args.accounts:
            own = {**args.tags, **args.scope.tags({TAG_SERVICE: " ".join(account.services)})}
            if account.adopted:
                self.ids[account.key] = account.id
            else:
                self.made[account.key], self.ids[account.key] = self._made(name, args, account, own, child)
        self.ready = [*self.made.values(), self.logs.workspace, *self.logs.rules.values()]
        self.register_outputs({"ids": self.ids})

    def _made(
        self,
        name: str,
        args: ServiceAccountsArgs,
        account: Account,
        tags: Mapping[str, str],
        opts: pulumi.ResourceOptions,
    ) -> tuple[pulumi.Resource, pulumi.Output[str]]:
        if account.kind is ServiceKind.LOGS:
            assert self.logs.link is not None  # noqa: S101 - made above because somebody writes logs
            return self.logs.link, self.logs.link.id
        if account.kind is ServiceKind.OBJECT_STORAGE:
            stored = storage.data_account(name, args.scope, account, tags, opts, zones=args.zones)
            return stored, stored.id
        if account.kind is ServiceKind.CONTAINER_IMAGES:
            images = registry(name, args.scope, account, tags, opts, zones=args.zones)
            return images, images.id
        if account.kind is ServiceKind.MANAGED_LLM:
            models = model_account(name, args.scope, account, tags, opts)
            return models, models.id
        vault = vaults.vault(name, args.scope, account, args.tenant, tags, opts)
        return vault, vault.id
