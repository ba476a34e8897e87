"""Resource options that a component hands down to its children."""

from __future__ import annotations

import pulumi


def child_options(
    parent: pulumi.ComponentResource,
    given: pulumi.ResourceOptions | None,
    more: pulumi.ResourceOptions | None = None,
) -> pulumi.ResourceOptions:
    """Options of a child: its parent, what the component itself depends on, and `more`.

    Providers, `protect` and aliases reach children through the parent [Pulumi documentation, "Component resources"]; in
    the Python SDK `depends_on` does not, so that a component made "after the bucket policy" would still start its
    children at once.
    """
    options = pulumi.ResourceOptions(parent=parent, depends_on=given.depends_on if given else None)
    return pulumi.ResourceOptions.merge(options, more) if more else options


def after(options: pulumi.ResourceOptions, *resources: pulumi.Resource) -> pulumi.ResourceOptions:
    """The same options for something that has to wait for resources."""
    return pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=list(resources)))
