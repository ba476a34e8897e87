"""How many machines of the proxy run."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi
from pulumi_azure_native import compute, monitor

from zt_ai.azure.naming import Scope
from zt_ai.spec.clouds.azure import AzureProxy

ABOVE, BELOW = 60, 25  # per cent of the processors, averaged over all machines


def autoscale(
    name: str,
    scope: Scope,
    machines: compute.VirtualMachineScaleSet,
    settings: AzureProxy,
    tags: Mapping[str, str],
    opts: pulumi.ResourceOptions,
) -> monitor.AutoscaleSetting:
    """One machine more after five minutes above 60 per cent, the shortest window that Azure takes; one less after ten
    below 25."""
    return monitor.AutoscaleSetting(
        name,
        resource_group_name=scope.group,
        autoscale_setting_name=scope.name("proxy"),
        name=scope.name("proxy"),
        location=scope.location,
        enabled=True,
        target_resource_uri=machines.id,
        profiles=[
            {
                "name": "load",
                "capacity": {
                    "minimum": str(settings.minimum),
                    "maximum": str(settings.maximum),
                    "default": str(settings.minimum),
                },
                "rules": [
                    _rule(machines.id, "GreaterThan", ABOVE, "PT5M", "Increase"),
                    _rule(machines.id, "LessThan", BELOW, "PT10M", "Decrease"),
                ],
            }
        ],
        tags=dict(tags),
        opts=opts,
    )


def _rule(
    machines: pulumi.Input[str], operator: str, threshold: int, window: str, direction: str
) -> monitor.ScaleRuleArgsDict:
    return {
        "metric_trigger": {
            "metric_name": "Percentage CPU",
            "metric_resource_uri": machines,
            "operator": operator,
            "statistic": "Average",
            "threshold": threshold,
            "time_aggregation": "Average",
            "time_grain": "PT1M",
            "time_window": window,
        },
        "scale_action": {"direction": direction, "type": "ChangeCount", "value": "1", "cooldown": "PT5M"},
    }
