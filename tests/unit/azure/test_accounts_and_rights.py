"""Which account holds a service, what it is called, how it is reached, and who may do what with it."""

from __future__ import annotations

import re

import pytest

from tests.unit.azure.plans import SUBSCRIPTION, Data, changed, clinic, understood
from zt_ai.azure.plan.accounts import REACH, Account, accounts, host
from zt_ai.azure.plan.names import allowed_domains
from zt_ai.azure.plan.plan import draft
from zt_ai.azure.plan.rights import Right, permissions, rights
from zt_ai.spec.types import ServiceAccess, ServiceKind

ADOPTED = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/data/providers/Microsoft.Storage/storageAccounts/clinicscans"
# [Azure documentation, "Naming rules and restrictions for Azure resources".]
ACCOUNT_NAMES = {
    ServiceKind.OBJECT_STORAGE: r"[a-z0-9]{3,24}",
    ServiceKind.SECRETS: r"(?!.*--)[a-z](?:[a-z0-9-]{1,22}[a-z0-9])",
    ServiceKind.KEYS: r"(?!.*--)[a-z](?:[a-z0-9-]{1,22}[a-z0-9])",
    ServiceKind.LOGS: r"[a-z0-9-]{1,255}",
    ServiceKind.CONTAINER_IMAGES: r"[a-z0-9]{5,50}",
    ServiceKind.MANAGED_LLM: r"[a-z0-9-]{2,64}",
}


def held(data: Data) -> dict[str, Account]:
    return {account.key: account for account in draft(*understood(data)).accounts}


def asked(data: Data) -> tuple[Right, ...]:
    spec, intent = understood(data)
    plan = draft(spec, intent)
    return rights(intent, plan.scope, plan.accounts)


def test_every_service_has_an_account_of_its_own_and_logs_share_one() -> None:
    services = {key: account.services for key, account in held(clinic()).items()}
    assert services == {
        "app-secrets": ("app-secrets",),
        "cloud-models-clinic-openai": ("cloud-models",),
        "cohorts": ("cohorts",),
        "documents": ("documents",),
        "egress-images": ("egress-images",),
        "egress-secrets": ("egress-secrets",),
        "monitor": ("app-logs", "egress-logs"),
        "record-keys": ("record-keys",),
    }


def test_names_are_what_azure_takes_and_differ_between_subscriptions() -> None:
    ours, theirs = held(clinic()), held(clinic(subscription=SUBSCRIPTION.replace("0f1e", "1f1e")))
    for key, account in ours.items():
        assert re.fullmatch(ACCOUNT_NAMES[account.kind], account.name), account.name
        worldwide = account.kind not in (ServiceKind.LOGS, ServiceKind.MANAGED_LLM)
        assert (account.name != theirs[key].name) is worldwide


def test_resources_are_translated_where_azure_does_not_take_them() -> None:
    found = held(clinic())
    assert found["app-secrets"].resources == {
        "clinic/orchestrator": "clinic-orchestrator",
        "clinic/ehr-tools": "clinic-ehr-tools",
    }
    assert found["monitor"].resources["/clinic/app"] == "clinic_app_CL"
    assert found["documents"].resources == {"clinic-intake-documents": "clinic-intake-documents"}


def test_azure_openai_has_all_three_of_its_zones_and_monitor_all_five() -> None:
    assert set(REACH[ServiceKind.MANAGED_LLM].zones) == {
        "privatelink.openai.azure.com",
        "privatelink.cognitiveservices.azure.com",
        "privatelink.services.ai.azure.com",
    }
    assert len(REACH[ServiceKind.LOGS].zones) == 5
    assert "privatelink.blob.core.windows.net" in REACH[ServiceKind.LOGS].zones


def test_an_adopted_account_keeps_its_id() -> None:
    account = held(clinic(adopt={"services": {"documents": ADOPTED}}))["documents"]
    assert (account.adopted, account.id, account.name) == (True, ADOPTED, "clinicscans")
    assert host(account) == "clinicscans.blob.core.windows.net"


def test_a_service_that_nobody_reaches_has_no_account() -> None:
    data = changed(clinic(), "services", "spare", to={"kind": "object-storage", "resources": ["spare"]})
    assert "spare" not in held(data)


def test_names_of_all_customers_are_never_listed_whole() -> None:
    spec, intent = understood(clinic())
    plan = draft(spec, intent)
    shared = {"blob.core.windows.net", "vault.azure.net", "azurecr.io", "openai.azure.com", "windows.net", "azure.com"}
    for own_zones in (True, False):
        listed = set(allowed_domains(intent, plan.scope, plan.accounts, own_zones=own_zones))
        assert not listed & shared
        assert {"api.anthropic.com", "clinic-openai.openai.azure.com"} <= listed
        assert any(name.startswith("privatelink.") for name in listed) is own_zones


def test_each_right_is_on_the_resource_that_a_flow_names_and_on_no_account_that_holds_more() -> None:
    found = {(r.workload, r.resource): r for r in asked(clinic())}
    read = found[("orchestrator", "clinic/orchestrator")]
    assert read.scope.endswith("/secrets/clinic-orchestrator")
    assert read.clauses == ("flow:orchestrator-secrets",)
    assert found[("intake", "clinic-intake-documents")].scope.endswith(
        "/blobServices/default/containers/clinic-intake-documents"
    )
    assert found[("fhir-store", "clinic/records")].scope.endswith("/keys/clinic-records")
    assert found[("intake", "/clinic/app")].scope.endswith(RULE)
    assert ("research-agent", "clinic/records") not in found


RULE = "/dataCollectionRules/clinic-logs-clinic_app_CL"
TABLE, WORKSPACE = "/tables/clinic_app_CL", "/workspaces/clinic-logs"
LOGS = "Microsoft.OperationalInsights/workspaces"
OF_LOGS = {
    "read": {(f"{LOGS}/query/read", WORKSPACE), (f"{LOGS}/tables/data/read", TABLE)},
    "write": {("Microsoft.Insights/Telemetry/Write", RULE)},
}


@pytest.mark.parametrize("access", ["read", "write", "read-write"])
def test_a_log_is_queried_in_its_workspace_read_from_its_table_and_written_through_its_rule(access: str) -> None:
    found = [
        right
        for right in asked(changed(clinic(), "flows", "intake-logs", "access", to=access))
        if right.workload == "intake" and right.role.kind is ServiceKind.LOGS
    ]
    given = {
        (action, "/" + "/".join(right.scope.split("/")[-2:]))
        for right in found
        for action in (*right.role.permissions.actions, *right.role.permissions.data)
    }
    assert given == OF_LOGS.get(access, OF_LOGS["read"] | OF_LOGS["write"])
    assert {right.clauses for right in found} == {("flow:intake-logs",)}


def test_nobody_who_writes_a_log_may_write_the_proxys_records() -> None:
    """Not even by a rule that leads to both: there is one for each table."""
    through = {r.workload: r.scope for r in asked(clinic()) if "dataCollectionRules" in r.scope}
    assert {workload for workload, scope in through.items() if scope == through["egress-proxy"]} == {"egress-proxy"}
    assert len(through) > 2


def test_two_flows_that_read_logs_query_the_workspace_by_one_right() -> None:
    data = changed(clinic(), "flows", "intake-logs", "access", to="read")
    again = {**data["flows"]["intake-logs"], "access": "read-write", "reason": "Looks back"}
    found = [r for r in asked(changed(data, "flows", "intake-looks", to=again)) if r.role.query]
    assert [(r.workload, r.clauses) for r in found] == [("intake", ("flow:intake-logs", "flow:intake-looks"))]
    assert not [r for r in asked(clinic()) if r.role.query]


@pytest.mark.parametrize("own_zones", [True, False])
@pytest.mark.parametrize(("access", "listed"), [("read", True), ("read-write", True), ("write", False)])
def test_the_address_of_queries_is_resolved_where_somebody_reads_logs(
    access: str, listed: bool, own_zones: bool
) -> None:
    spec, intent = understood(changed(clinic(), "flows", "intake-logs", "access", to=access))
    plan = draft(spec, intent)
    names = set(allowed_domains(intent, plan.scope, plan.accounts, own_zones=own_zones))
    assert ({"api.loganalytics.azure.com", "api.loganalytics.io"} <= names) is listed
    assert listed or not any("loganalytics" in name for name in names)
    assert "api.monitor.azure.com" in names


def test_who_reads_may_not_write_and_who_writes_may_not_read() -> None:
    read = permissions(ServiceKind.OBJECT_STORAGE, ServiceAccess.READ)
    write = permissions(ServiceKind.OBJECT_STORAGE, ServiceAccess.WRITE)
    assert not set(read.data) & set(write.data)
    assert set(permissions(ServiceKind.OBJECT_STORAGE, ServiceAccess.READ_WRITE).data) == {*read.data, *write.data}


@pytest.mark.parametrize("kind", list(ServiceKind))
@pytest.mark.parametrize("access", list(ServiceAccess))
def test_no_permission_is_a_wildcard_or_a_deletion(kind: ServiceKind, access: ServiceAccess) -> None:
    said = permissions(kind, access)
    for action in (*said.actions, *said.data):
        assert "*" not in action
        assert not action.endswith("/delete")
        assert not action.lower().startswith("microsoft.authorization")


def test_an_account_of_another_service_is_never_a_scope() -> None:
    spec, intent = understood(clinic())
    plan = draft(spec, intent)
    owners = {account.key: set(account.services) for account in accounts(intent, plan.scope)}
    for right in rights(intent, plan.scope, plan.accounts):
        reached = {a.destination for a in intent.accesses if a.source == right.workload}
        assert owners[right.account] & reached, right.key
