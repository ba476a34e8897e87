"""Perimeters and the access level of administrators, as resources."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_gcp as gcp

from zt_ai.builders.options import child_options
from zt_ai.gcp.naming import ROLE, Scope, described
from zt_ai.gcp.perimeter.plan import Crossing, Perimeter


@dataclass(frozen=True, kw_only=True)
class PerimetersArgs:
    """What `Perimeters` is made from."""

    scope: Scope
    perimeters: Sequence[Perimeter]
    """See `zt_ai.gcp.perimeter.plan`."""
    enforced: bool
    """False: what would be refused is only recorded."""
    organization: str
    """Number of the organisation."""
    access_policy: str | None = None
    """Number of an existing access policy; without it one is made."""
    administrators: Sequence[str] = field(default_factory=tuple)
    """`user:…` and `serviceAccount:…`."""
    administrator_ranges: Sequence[str] = field(default_factory=tuple)
    """Ranges from which they call."""


class Perimeters(pulumi.ComponentResource):
    """Service perimeters, enforced or in dry-run, and the access level of administrators.

    Attributes:
        access_policy: number of the access policy. perimeters: by key. access_level: None without administrators.
    """

    access_policy: pulumi.Input[str]
    perimeters: dict[str, gcp.accesscontextmanager.ServicePerimeter]
    access_level: gcp.accesscontextmanager.AccessLevel | None

    def __init__(self, name: str, args: PerimetersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:gcp:Perimeters", name, None, opts)
        child = child_options(self, opts)
        self.access_policy = args.access_policy or self._policy(name, args, child).name
        self._parent = pulumi.Output.concat("accessPolicies/", self.access_policy)
        self.access_level = self._level(name, args, child) if args.administrators else None
        self.perimeters = {p.key: self._perimeter(name, args, p, child) for p in args.perimeters}
        self.register_outputs({"accessPolicy": self.access_policy})

    @staticmethod
    def _policy(name: str, args: PerimetersArgs, opts: pulumi.ResourceOptions) -> gcp.accesscontextmanager.AccessPolicy:
        # Without a scope: an organisation has one such policy, and scoped ones misbehave where it has none [VPC Service
        # Controls, "Troubleshooting": unexpected scoped policy behavior].
        return gcp.accesscontextmanager.AccessPolicy(
            f"{name}-policy",
            parent=f"organizations/{args.organization}",
            title=args.scope.name("access", 50),
            opts=opts,
        )

    def _level(
        self, name: str, args: PerimetersArgs, opts: pulumi.ResourceOptions
    ) -> gcp.accesscontextmanager.AccessLevel:
        title = args.scope.identifier("administrators")
        return gcp.accesscontextmanager.AccessLevel(
            f"{name}-administrators",
            parent=self._parent,
            name=pulumi.Output.concat(self._parent, "/accessLevels/", title),
            title=title,
            description=described("Who manages protected services, and from where", {ROLE: "administrators"}),
            # One condition: the identity and the range, both.
            basic=gcp.accesscontextmanager.AccessLevelBasicArgs(
                combining_function="AND",
                conditions=[
                    gcp.accesscontextmanager.AccessLevelBasicConditionArgs(
                        members=sorted(args.administrators), ip_subnetworks=sorted(args.administrator_ranges)
                    )
                ],
            ),
            opts=opts,
        )

    def _perimeter(
        self, name: str, args: PerimetersArgs, perimeter: Perimeter, opts: pulumi.ResourceOptions
    ) -> gcp.accesscontextmanager.ServicePerimeter:
        configuration = self._configuration(perimeter)
        return gcp.accesscontextmanager.ServicePerimeter(
            f"{name}-{perimeter.key}",
            parent=self._parent,
            name=pulumi.Output.concat(self._parent, "/servicePerimeters/", perimeter.name),
            title=perimeter.name,
            description=perimeter.description,
            perimeter_type="PERIMETER_TYPE_REGULAR",
            # Either `status`, which is enforced, or `spec` alone, which is not: one word moves everything over.
            status=gcp.accesscontextmanager.ServicePerimeterStatusArgs(**configuration) if args.enforced else None,
            spec=None if args.enforced else gcp.accesscontextmanager.ServicePerimeterSpecArgs(**configuration),
            use_explicit_dry_run_spec=not args.enforced,
            opts=opts,
        )

    def _configuration(self, perimeter: Perimeter) -> dict[str, Any]:
        """The arguments that `status` and `spec` have in common, as plain maps."""
        return {
            "resources": [f"projects/{number}" for number in perimeter.projects],
            "restricted_services": list(perimeter.restricted),
            "vpc_accessible_services": {"enable_restriction": True, "allowed_services": list(perimeter.reachable)},
            "ingress_policies": [self._ingress(crossing) for crossing in perimeter.ingress],
            "egress_policies": [_egress(crossing) for crossing in perimeter.egress],
        }

    def _ingress(self, crossing: Crossing) -> dict[str, Any]:
        sources: list[dict[str, Any]] = [{"resource": f"projects/{number}"} for number in crossing.sources]
        if crossing.administrators and self.access_level is not None:
            sources.append({"access_level": self.access_level.name})
        return {
            "title": crossing.title,
            "ingress_from": {"identities": list(crossing.identities), "sources": sources},
            "ingress_to": _to(crossing),
        }


def _egress(crossing: Crossing) -> dict[str, Any]:
    return {
        "title": crossing.title,
        "egress_from": {"identities": list(crossing.identities)},
        "egress_to": _to(crossing),
    }


def _to(crossing: Crossing) -> dict[str, Any]:
    return {
        "resources": [f"projects/{number}" for number in crossing.projects],
        "operations": [
            {"service_name": service, "method_selectors": [{"method": method} for method in found]}
            for service, found in sorted(crossing.operations.items())
        ],
    }
