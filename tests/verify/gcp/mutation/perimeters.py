"""VPC Service Controls, changed."""

from __future__ import annotations

from typing import Any

from tests.verify.gcp.mutation.editor import PERIMETER, Editor
from zt_ai.graph.model import Ref
from zt_ai.intent.model import EGRESS_PROXY
from zt_ai.spec.types import ServiceKind

KEYS = ServiceKind.KEYS
_STORAGE = [{"serviceName": "storage.googleapis.com", "methodSelectors": [{"method": "*"}]}]


def a_perimeter_is_left_in_dry_run(e: Editor) -> None:
    e.set(e.perimeter, spec=e.perimeter.inputs["status"], status=None, useExplicitDryRunSpec=True)


def the_perimeter_is_missing(e: Editor) -> None:
    e.remove(*e.all(PERIMETER))


def the_perimeter_holds_another_project(e: Editor) -> None:
    e.status(resources=["projects/999999999999"])


def the_project_is_named_by_id(e: Editor) -> None:
    e.status(resources=[f"projects/{e.settings.project}"])


def the_perimeter_is_a_bridge(e: Editor) -> None:
    e.set(e.perimeter, perimeterType="PERIMETER_TYPE_BRIDGE")


def storage_is_not_protected(e: Editor) -> None:
    restricted = _texts(e, "restrictedServices")
    e.status(restrictedServices=[one for one in restricted if one != "storage.googleapis.com"])


def secrets_are_not_protected(e: Editor) -> None:
    restricted = _texts(e, "restrictedServices")
    e.status(restrictedServices=[one for one in restricted if one != "secretmanager.googleapis.com"])


def every_service_can_be_called(e: Editor) -> None:
    e.status(vpcAccessibleServices={"enableRestriction": False})


def an_unprotected_service_can_be_called(e: Editor) -> None:
    allowed = ["RESTRICTED-SERVICES", "maps-backend.googleapis.com"]
    e.status(vpcAccessibleServices={"enableRestriction": True, "allowedServices": allowed})


def a_used_service_cannot_be_called(e: Editor) -> None:
    e.status(vpcAccessibleServices={"enableRestriction": True, "allowedServices": ["storage.googleapis.com"]})


def an_access_level_opens_the_perimeter(e: Editor) -> None:
    e.status(accessLevels=["accessPolicies/1/accessLevels/staff"])


def anybody_may_carry_data_out(e: Editor) -> None:
    e.crossing("egress", {"identityType": "ANY_IDENTITY"}, {"resources": ["*"], "operations": [{"serviceName": "*"}]})


def the_proxy_may_write_to_a_foreign_project(e: Editor) -> None:
    source = {"identities": [f"serviceAccount:{e.email(EGRESS_PROXY)}"]}
    e.crossing("egress", source, {"resources": ["projects/555555555555"], "operations": _STORAGE})


def another_cloud_is_reached(e: Editor) -> None:
    source = {"identities": [f"serviceAccount:{e.email(EGRESS_PROXY)}"]}
    target: Any = {"externalResources": ["s3://bucket"], "operations": [{"serviceName": "bigquery.googleapis.com"}]}
    e.crossing("egress", source, target)


def a_stranger_may_come_in(e: Editor) -> None:
    source: Any = {"identities": ["user:somebody@example.org"], "sources": [{"accessLevel": "*"}]}
    e.crossing("ingress", source, {"resources": ["*"], "operations": _STORAGE})


def a_foreign_project_may_come_in(e: Editor) -> None:
    source: Any = {
        "identities": [f"serviceAccount:{e.email(e.store)}"],
        "sources": [{"resource": "projects/555555555555"}],
    }
    methods = [{"serviceName": "storage.googleapis.com", "methodSelectors": [{"method": "google.storage.objects.get"}]}]
    target: Any = {"resources": [f"projects/{e.settings.project_number}"], "operations": methods}
    e.crossing("ingress", source, target)


def an_access_level_of_everywhere(e: Editor) -> None:
    level = e.add("accesscontextmanager/accessLevel:AccessLevel", title="everywhere",
                  basic={"conditions": [{"ipSubnetworks": ["0.0.0.0/0"]}]})  # fmt: skip
    source: Any = {
        "identities": [f"serviceAccount:{e.email(e.store)}"],
        "sources": [{"accessLevel": Ref(level.urn)}],
    }
    operations = [
        {"serviceName": "cloudkms.googleapis.com", "methodSelectors": [{"method": "KeyManagementService.Get"}]}
    ]
    target: Any = {"resources": [f"projects/{e.settings.project_number}"], "operations": operations}
    e.crossing("ingress", source, target)


def _own(e: Editor, kind: ServiceKind, operations: Any) -> None:
    """An ingress policy for a workload that a flow lets use a service of the kind, from its own project."""
    access = next(a for a in e.intent.accesses if (s := e.intent.services.get(a.destination)) and s.kind is kind)
    project = f"projects/{e.settings.project_number}"
    source: Any = {"identities": [f"serviceAccount:{e.email(access.source)}"], "sources": [{"resource": project}]}
    e.crossing("ingress", source, {"resources": [project], "operations": operations})


def whole(api: str) -> list[dict[str, Any]]:
    """Every method of a service."""
    return [{"serviceName": api, "methodSelectors": [{"method": "*"}]}]


def every_method_of_a_service_that_has_methods(e: Editor) -> None:
    _own(e, ServiceKind.LOGS, whole("logging.googleapis.com"))


def every_method_for_want_of_a_selector(e: Editor) -> None:
    _own(e, ServiceKind.LOGS, [{"serviceName": "logging.googleapis.com"}])


def every_service_for_a_workload(e: Editor) -> None:
    _own(e, ServiceKind.SECRETS, [{"serviceName": "*"}])


def every_method_of_a_service_that_no_flow_uses(e: Editor) -> None:
    used = {a.source for a in e.intent.accesses if (s := e.intent.services.get(a.destination)) and s.kind is KEYS}
    stranger = next(name for name in e.intent.workloads if name not in used)
    project = f"projects/{e.settings.project_number}"
    source: Any = {"identities": [f"serviceAccount:{e.email(stranger)}"], "sources": [{"resource": project}]}
    e.crossing("ingress", source, {"resources": [project], "operations": whole("cloudkms.googleapis.com")})


def part_of_a_perimeter_is_a_resource_of_its_own(e: Editor) -> None:
    e.add("accesscontextmanager/servicePerimeterResource:ServicePerimeterResource", perimeterName=Ref(e.perimeter.urn),
          resource="projects/555555555555")  # fmt: skip


def _texts(e: Editor, key: str) -> list[str]:
    status: Any = e.perimeter.inputs["status"]
    return [str(one) for one in status[key]]


def a_second_perimeter_is_left_in_dry_run(e: Editor) -> None:
    e.add(PERIMETER, title="data", useExplicitDryRunSpec=True,
          spec={"resources": ["projects/777777777777"], "restrictedServices": ["storage.googleapis.com"]})  # fmt: skip


MUTATIONS = {
    "data-zone-egress": (
        a_perimeter_is_left_in_dry_run,
        the_perimeter_is_missing,
        a_second_perimeter_is_left_in_dry_run,
        the_perimeter_holds_another_project,
        the_project_is_named_by_id,
        the_perimeter_is_a_bridge,
        storage_is_not_protected,
        secrets_are_not_protected,
        every_service_can_be_called,
        an_unprotected_service_can_be_called,
        a_used_service_cannot_be_called,
        an_access_level_opens_the_perimeter,
        anybody_may_carry_data_out,
        the_proxy_may_write_to_a_foreign_project,
        another_cloud_is_reached,
        a_stranger_may_come_in,
        a_foreign_project_may_come_in,
        an_access_level_of_everywhere,
        every_method_of_a_service_that_has_methods,
        every_method_for_want_of_a_selector,
        every_service_for_a_workload,
        every_method_of_a_service_that_no_flow_uses,
        part_of_a_perimeter_is_a_resource_of_its_own,
    ),
}
