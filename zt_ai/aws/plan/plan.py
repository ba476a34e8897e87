"""The whole network of one specification, computed before the first resource is registered. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from zt_ai.aws.naming import Scope
from zt_ai.aws.plan.acl_rules import Acls, fit, numbered
from zt_ai.aws.plan.dns_names import allowed_domains
from zt_ai.aws.plan.draft import Draft, draft
from zt_ai.aws.plan.endpoint_policy import EndpointPlan
from zt_ai.aws.plan.group_rules import Group, GroupRole, GroupRule
from zt_ai.aws.plan.layout import Layout
from zt_ai.aws.plan.limits import AWS_OWN_DENY, found_in
from zt_ai.aws.plan.shards import shards
from zt_ai.intent.model import Intent
from zt_ai.spec.clouds import AwsQuotas
from zt_ai.spec.model import ZoneSpec
from zt_ai.spec.problems import SpecError


@dataclass(frozen=True, slots=True)
class NetworkPlan:
    """The network of one specification on AWS, without any resource yet."""

    scope: Scope
    layout: Layout
    acls: Acls
    groups: Mapping[Group, Mapping[int, tuple[GroupRule, ...]]]  # rules by shard, for every group
    endpoints: Mapping[str, EndpointPlan]
    domains: tuple[str, ...]  # names that may be resolved
    provider_domains: tuple[str, ...]  # names that the proxy may reach on the internet
    gateway_zones: Mapping[str, tuple[str, ...]]  # gateway endpoint → zones whose route tables have it
    transit_routes: Mapping[str, tuple[str, ...]]  # access zone → ranges reached through the transit gateway

    def rules(self) -> tuple[tuple[Group, int, GroupRule], ...]:
        """Every security group rule with its group and shard."""
        return tuple((g, n, r) for g, split in self.groups.items() for n, found in split.items() for r in found)


def network_plan(spec: ZoneSpec, intent: Intent) -> NetworkPlan:
    """Compute the whole network, fitted to the quotas of the account.

    Raises:
        SpecError: a quota cannot be kept; each problem names it and the flows to change.
    """
    needs = draft(spec, intent)
    problems = found_in(needs, intent)
    if problems:
        raise SpecError(problems)
    return _fitted(needs, intent)


def _fitted(needs: Draft, intent: Intent) -> NetworkPlan:
    quotas = needs.settings.quotas
    return NetworkPlan(
        scope=needs.scope,
        layout=needs.layout,
        acls={
            key: numbered(fit(rules, quotas.rules_per_network_acl - AWS_OWN_DENY))
            for key, rules in needs.passages.items()
        },
        groups={group: _shards(group, rules, quotas) for group, rules in needs.rules.items()},
        endpoints=needs.endpoints,
        domains=allowed_domains(intent, needs.scope),
        provider_domains=intent.provider_domains(),
        gateway_zones=needs.gateway_zones,
        transit_routes=needs.transit_routes,
    )


def _shards(group: Group, rules: tuple[GroupRule, ...], quotas: AwsQuotas) -> dict[int, tuple[GroupRule, ...]]:
    # The load balancer in front of the proxy has one group; workloads and endpoints can carry several.
    most = 1 if group.role is GroupRole.FRONT else quotas.security_groups_per_interface
    return shards(rules, quotas.rules_per_security_group, most)
