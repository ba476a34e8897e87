"""The APIs that have to be switched on before anything can be made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_gcp as gcp

from zt_ai.builders.options import child_options


@dataclass(frozen=True, kw_only=True)
class EnabledApisArgs:
    """What `EnabledApis` is made from."""

    apis: Mapping[str, Sequence[str]]
    """Project → names of the APIs that something there needs."""


class EnabledApis(pulumi.ComponentResource):
    """APIs of projects, switched on and never off: a destroy must not stop what others use.

    Attributes:
        services: the resources; whatever uses an API waits for them.
    """

    services: list[gcp.projects.Service]

    def __init__(self, name: str, args: EnabledApisArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:gcp:EnabledApis", name, None, opts)
        child = child_options(self, opts)
        self.services = [
            gcp.projects.Service(
                f"{name}-{project}-{api.partition('.')[0]}",
                project=project,
                service=api,
                disable_on_destroy=False,
                disable_dependent_services=False,
                opts=child,
            )
            for project, apis in args.apis.items()
            for api in apis
        ]
        self.register_outputs({})
