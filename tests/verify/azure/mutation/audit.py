"""Changes to what is recorded and where it is kept."""

from __future__ import annotations

from typing import Any

from tests.verify.azure.mutation.borders import OTHER
from tests.verify.azure.mutation.editor import Editor
from zt_ai.graph.model import Resource, Unknown

SETTING = "monitor:DiagnosticSetting"


def _store(e: Editor) -> Resource:
    return e.tagged("storage:StorageAccount", role="audit")[0]


def flow_log_removed(e: Editor) -> None:
    e.remove(e.one("network:FlowLog"))


def flow_log_switched_off(e: Editor) -> None:
    e.set(e.one("network:FlowLog"), enabled=False)


def flow_log_of_another_network(e: Editor) -> None:
    e.set(e.one("network:FlowLog"), targetResourceId=f"{OTHER}/Microsoft.Network/virtualNetworks/theirs")


def flow_log_that_forgets(e: Editor) -> None:
    e.set(e.one("network:FlowLog"), retentionPolicy={"enabled": True, "days": 30})


def flow_log_into_somebody_elses_store(e: Editor) -> None:
    e.set(e.one("network:FlowLog"), storageId=f"{OTHER}/Microsoft.Storage/storageAccounts/theirs")


def _policy(e: Editor, **more: Any) -> None:
    e.change(_store(e), lambda inputs: inputs["immutableStorageWithVersioning"]["immutabilityPolicy"].update(more))


def lock_that_can_be_lifted(e: Editor) -> None:
    _policy(e, state="Unlocked")


def shorter_retention(e: Editor) -> None:
    _policy(e, immutabilityPeriodSinceCreationInDays=365)


def retention_not_known(e: Editor) -> None:
    e.set(_store(e), immutableStorageWithVersioning=Unknown())


def no_immutability(e: Editor) -> None:
    e.set(_store(e), immutableStorageWithVersioning=None)


def records_deleted_after_a_year(e: Editor) -> None:
    delete = {"delete": {"daysAfterModificationGreaterThan": 365}}
    e.add(
        "storage:ManagementPolicy",
        accountName=_store(e).inputs["accountName"],
        policy={"rules": [{"enabled": True, "definition": {"actions": {"baseBlob": delete}}}]},
    )


def _of(e: Editor, word: str) -> Resource:
    return e.one(SETTING, lambda r: word in r.name)


def firewall_not_recorded(e: Editor) -> None:
    e.remove(_of(e, "firewall"))


def records_of_the_firewall_for_the_workspace_alone(e: Editor) -> None:
    e.set(_of(e, "firewall"), storageAccountId=None)


def records_of_the_firewall_switched_off(e: Editor) -> None:
    e.set(_of(e, "firewall"), logs=[{"categoryGroup": "allLogs", "enabled": False}])


def fewer_records_of_the_firewall(e: Editor) -> None:
    e.set(_of(e, "firewall"), logs=[{"category": "AZFWDnsQuery", "enabled": True}])


def names_not_recorded(e: Editor) -> None:
    e.remove(_of(e, "names"))


def a_vault_not_recorded(e: Editor) -> None:
    vault = e.one("keyvault:Vault").name.rpartition("services-")[2]
    e.remove(_of(e, vault))


def changes_not_recorded(e: Editor) -> None:
    e.remove(_of(e, "activity"))


def flow_log_that_cannot_write(e: Editor) -> None:
    e.remove(e.one("authorization:RoleAssignment", lambda r: "writer" in r.name))


def store_without_versions(e: Editor) -> None:
    e.set(e.one("storage:BlobServiceProperties", lambda r: "audit" in r.name), isVersioningEnabled=False)


def store_that_takes_no_records(e: Editor) -> None:
    e.set(_store(e), networkRuleSet={"defaultAction": "Deny", "bypass": "None"})


def records_of_the_proxy_kept_too_short(e: Editor) -> None:
    for table in e.all("operationalinsights:Table"):
        e.set(table, totalRetentionInDays=90)


def records_of_the_proxy_into_no_table(e: Editor) -> None:
    e.remove(*e.all("operationalinsights:Table"))


def flow_log_not_known_to_be_enabled(e: Editor) -> None:
    e.set(e.one("network:FlowLog"), enabled=Unknown())


MUTATIONS = {
    "audit": (
        flow_log_removed,
        flow_log_switched_off,
        flow_log_of_another_network,
        flow_log_that_forgets,
        flow_log_into_somebody_elses_store,
        lock_that_can_be_lifted,
        shorter_retention,
        retention_not_known,
        no_immutability,
        records_deleted_after_a_year,
        firewall_not_recorded,
        records_of_the_firewall_for_the_workspace_alone,
        records_of_the_firewall_switched_off,
        fewer_records_of_the_firewall,
        names_not_recorded,
        a_vault_not_recorded,
        changes_not_recorded,
        flow_log_that_cannot_write,
        store_without_versions,
        store_that_takes_no_records,
        records_of_the_proxy_kept_too_short,
        records_of_the_proxy_into_no_table,
        flow_log_not_known_to_be_enabled,
    ),
}
