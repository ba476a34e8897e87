"""Resource options that components of this package hand down to their children."""

from __future__ import annotations

import pulumi

from zt_ai.aws.options import child_options

__all__ = ["after", "child_options"]


def after(options: pulumi.ResourceOptions, *resources: pulumi.Resource) -> pulumi.ResourceOptions:
    """The options with more resources to wait for: ids and names are written as text, so nothing else orders them."""
    return pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=list(resources)))
