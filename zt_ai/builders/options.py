"""Resource options that a component hands down to its children."""

from __future__ import annotations

import re

import pulumi

_VERSIONED = re.compile(r"azure-native:[a-z0-9]+/v\d{8}[a-z]*:\w+")
"""Types of azure-native that name a version of Azure's API."""


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
    options = pulumi.ResourceOptions(
        parent=parent,
        depends_on=given.depends_on if given else None,
        transformations=[without_versions],
    )
    return pulumi.ResourceOptions.merge(options, more) if more else options


def after(options: pulumi.ResourceOptions, *resources: pulumi.Resource) -> pulumi.ResourceOptions:
    """The same options for something that has to wait for resources."""
    return pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(depends_on=list(resources)))


def without_versions(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
    """Takes away a resource's former names under other versions of Azure's API; a Pulumi transformation.

    Each resource of azure-native has up to sixty of them, for stacks in which it was made with a versioned type. Ours
    never were, and the Python SDK makes several outputs of each alias and then waits for all of them at once, again
    and again: most of a minute for two hundred resources. Other aliases stay: a type that was renamed, and the user's.
    """
    aliases = args.opts.aliases
    if not aliases:
        return None
    kept = [alias for alias in aliases if not _is_version(alias)]
    if len(kept) == len(aliases):
        return None
    opts = pulumi.ResourceOptions.merge(None, args.opts)
    opts.aliases = kept
    return pulumi.ResourceTransformationResult(args.props, opts)


def _is_version(alias: pulumi.Input[str | pulumi.Alias]) -> bool:
    """Whether an alias is the same resource, of a type with a version in it: what the SDK adds."""
    if not isinstance(alias, pulumi.Alias) or not isinstance(alias.type_, str):
        return False
    alone = vars(alias) == vars(pulumi.Alias(type_=alias.type_))
    return alone and _VERSIONED.fullmatch(alias.type_) is not None
