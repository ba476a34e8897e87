"""Changes to role assignments and roles, and to what would break a quota."""

from __future__ import annotations

from typing import Any

from tests.verify.azure.mutation.editor import Editor
from zt_ai.graph.model import Ref, Resource, Unknown

ASSIGNMENT = "authorization:RoleAssignment"
OWNER = "/providers/Microsoft.Authorization/roleDefinitions/8e3af657-a8ff-443c-a75c-2fe8c4bcb635"


def _secrets(e: Editor) -> Resource:
    """An assignment on a secret."""
    return e.one(ASSIGNMENT, lambda r: "/secrets/" in str(r.inputs["scope"]))


def right_of_a_flow_removed(e: Editor) -> None:
    e.remove(_secrets(e))


def right_on_the_whole_vault(e: Editor) -> None:
    found = _secrets(e)
    e.set(found, scope=str(found.inputs["scope"]).partition("/secrets/")[0])


def right_on_another_secret(e: Editor) -> None:
    found = _secrets(e)
    e.set(found, scope=str(found.inputs["scope"]).rpartition("/")[0] + "/somebody-elses")


def right_on_the_whole_resource_group(e: Editor) -> None:
    found = _secrets(e)
    e.set(found, scope=str(found.inputs["scope"]).partition("/providers/")[0])


def right_of_a_workload_without_a_flow(e: Editor) -> None:
    flow = e.flow()
    found = _secrets(e)
    stranger = e.tagged("managedidentity:UserAssignedIdentity", workload=e.intent.members(e.data_zone)[0].name)[0]
    assert flow.source
    e.add(ASSIGNMENT, **{**dict(found.inputs), "principalId": Ref(stranger.urn)})


def right_of_somebody_else(e: Editor) -> None:
    found = _secrets(e)
    e.add(ASSIGNMENT, **{**dict(found.inputs), "principalId": "99999999-8888-7777-6666-555555555555"})


def owner_of_the_subscription(e: Editor) -> None:
    e.set(_secrets(e), roleDefinitionId=OWNER)


def _role(e: Editor) -> Resource:
    return e.one("authorization:RoleDefinition", lambda r: "getSecret" in str(r.inputs["permissions"]))


def role_with_a_wildcard(e: Editor) -> None:
    e.change(_role(e), lambda inputs: inputs["permissions"][0].update(dataActions=["Microsoft.KeyVault/vaults/*"]))


def role_that_also_writes(e: Editor) -> None:
    def edit(inputs: dict[str, Any]) -> None:
        inputs["permissions"][0]["dataActions"].append("Microsoft.KeyVault/vaults/secrets/setSecret/action")

    e.change(_role(e), edit)


def role_that_manages_the_account(e: Editor) -> None:
    e.change(_role(e), lambda inputs: inputs["permissions"][0].update(actions=["Microsoft.KeyVault/vaults/write"]))


def query_of_the_logs_by_who_only_writes(e: Editor) -> None:
    """What lets a query run, given to the workload that writes through the collection rule."""
    writes, workspace = e.right_on("monitor:DataCollectionRule"), e.one("operationalinsights:Workspace")
    role = e.add(
        "authorization:RoleDefinition",
        roleDefinitionId="77777777-6666-4555-8444-333333333333",
        permissions=[{"actions": ["Microsoft.OperationalInsights/workspaces/query/read"], "dataActions": []}],
    )
    e.add(ASSIGNMENT, **{**dict(writes.inputs), "scope": Ref(workspace.urn), "roleDefinitionId": Ref(role.urn)})


def records_of_every_log_to_who_only_writes(e: Editor) -> None:
    """The rule's own role reads tables, and is given on the workspace that holds them."""

    def edit(inputs: dict[str, Any]) -> None:
        inputs["permissions"][0]["dataActions"].append("Microsoft.OperationalInsights/workspaces/tables/data/read")

    role = e.one("authorization:RoleDefinition", lambda r: "Telemetry/Write" in str(r.inputs["permissions"]))
    e.change(role, edit)


def right_to_write_logs_on_the_workspace(e: Editor) -> None:
    """Writing is a right on the collection rule; anywhere else it has no effect."""
    e.set(e.right_on("monitor:DataCollectionRule"), scope=Ref(e.one("operationalinsights:Workspace").urn))


def rule_of_one_log_that_also_writes_another(e: Editor) -> None:
    """Whoever may write through a rule writes wherever it leads."""

    def edit(inputs: dict[str, Any]) -> None:
        inputs["dataFlows"] = [*inputs["dataFlows"], {**inputs["dataFlows"][0], "outputStream": "Microsoft-Syslog"}]

    e.change(e.one("monitor:DataCollectionRule"), edit)


def permissions_of_a_role_not_known(e: Editor) -> None:
    for role in e.all("authorization:RoleDefinition"):
        e.set(role, permissions=Unknown())


def scope_of_a_right_not_known(e: Editor) -> None:
    e.set(_secrets(e), scope=Unknown())


def more_rules_than_a_group_takes(e: Editor) -> None:
    group = e.filter(e.data_zone)
    for index in range(1001):
        made = e.allow(group, "Inbound", priority=101 + index, destinationPortRange=str(1024 + index))
        e.set(made, access="Deny")


def more_routes_than_a_table_takes(e: Editor) -> None:
    for index in range(401):
        e.add_route(e.subnet(e.data_zone), f"10.{200 + index // 256}.{index % 256}.0/24", "None")


def subnets_that_overlap(e: Editor) -> None:
    e.set(e.endpoints, addressPrefix=e.subnet(e.data_zone).inputs["addressPrefix"])


def more_private_zones_than_an_endpoint_takes(e: Editor) -> None:
    def edit(inputs: dict[str, Any]) -> None:
        inputs["privateDnsZoneConfigs"] *= 6

    e.change(e.one("network:PrivateDnsZoneGroup"), edit)


def more_instances_than_a_scale_set_takes(e: Editor) -> None:
    def edit(inputs: dict[str, Any]) -> None:
        inputs["profiles"][0]["capacity"]["maximum"] = "5000"

    e.change(e.one("monitor:AutoscaleSetting"), edit)


MUTATIONS = {
    "reachability": (
        right_of_a_flow_removed,
        right_on_the_whole_vault,
        right_on_another_secret,
        right_on_the_whole_resource_group,
        right_of_a_workload_without_a_flow,
        right_of_somebody_else,
        owner_of_the_subscription,
        role_with_a_wildcard,
        role_that_also_writes,
        role_that_manages_the_account,
        query_of_the_logs_by_who_only_writes,
        records_of_every_log_to_who_only_writes,
        right_to_write_logs_on_the_workspace,
        rule_of_one_log_that_also_writes_another,
        scope_of_a_right_not_known,
        permissions_of_a_role_not_known,
    ),
    "quotas": (
        more_rules_than_a_group_takes,
        more_routes_than_a_table_takes,
        subnets_that_overlap,
        more_private_zones_than_an_endpoint_takes,
        more_instances_than_a_scale_set_takes,
    ),
}
