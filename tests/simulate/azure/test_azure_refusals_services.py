"""What Azure refuses of storage, vaults, registries, models, identities and monitoring; beside each what it allows."""

from __future__ import annotations

from typing import Any

import pytest

SUBSCRIPTION = "11111111-2222-3333-4444-555555555555"
GROUP = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg"
GUID = "00000000-0000-4000-8000-00000000000{}"
READER = "2a2b9908-6ea1-4ae2-8e65-a410df84e7d1"
ROLES = f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions"
ASSIGNMENT, DEFINITION = "authorization:RoleAssignment", "authorization:RoleDefinition"
LOGS = "Microsoft.OperationalInsights/workspaces"
SETTING = "monitor:DiagnosticSetting"


class TestStorage:
    def test_names_are_unique_in_all_of_azure(self, azure: Any, refused: Any) -> None:
        azure.make("resources:ResourceGroup", {"resourceGroupName": "other", "location": "eastus"}, "other")
        azure.storage("audit1")
        with refused("StorageAccountAlreadyTaken"):
            azure.storage("audit1", resourceGroupName="other")
        azure.storage("audit2", resourceGroupName="other")

    def test_a_policy_is_made_unlocked_and_stays_locked(self, azure: Any, refused: Any) -> None:
        def policy(state: str, days: int = 2190) -> dict[str, Any]:
            inner = {"state": state, "immutabilityPeriodSinceCreationInDays": days, "allowProtectedAppendWrites": True}
            return {"enabled": True, "immutabilityPolicy": inner}

        with refused("only be created in a Disabled or Unlocked state"):
            azure.storage("audit1", immutableStorageWithVersioning=policy("Locked"))
        made = azure.storage("audit1", immutableStorageWithVersioning=policy("Unlocked"))
        azure.change(made, immutableStorageWithVersioning=policy("Unlocked", 30))
        azure.change(made, immutableStorageWithVersioning=policy("Locked"))
        with refused("cannot be reverted"):
            azure.change(made, immutableStorageWithVersioning=policy("Unlocked"))
        with refused("can only grow"):
            azure.change(made, immutableStorageWithVersioning=policy("Locked", 30))
        azure.change(made, immutableStorageWithVersioning=policy("Locked", 3650))

    @pytest.mark.parametrize(("days", "allowed"), [(0, False), (1, True), (146000, True), (146001, False)])
    def test_days_of_a_containers_policy(self, azure: Any, days: int, allowed: bool) -> None:
        inputs = {"accountName": "audit1", "containerName": "logs", "immutabilityPeriodSinceCreationInDays": days}
        assert (azure.problems("storage:BlobContainerImmutabilityPolicy", inputs) == {}) == allowed

    def test_a_container_lies_in_an_account(self, azure: Any, refused: Any) -> None:
        inputs = {"accountName": "audit1", "containerName": "logs"}
        with refused("ParentResourceNotFound"):
            azure.make("storage:BlobContainer", inputs)
        account = azure.storage("audit1")
        with refused("PublicAccessNotPermitted"):
            azure.make("storage:BlobContainer", {**inputs, "publicAccess": "Blob"})
        made = azure.make("storage:BlobContainer", inputs)
        assert made.id == f"{account.id}/blobServices/default/containers/logs"
        policy = azure.make(
            "storage:BlobContainerImmutabilityPolicy", {**inputs, "immutabilityPeriodSinceCreationInDays": 7}
        )
        assert policy.id == f"{made.id}/immutabilityPolicies/default"


VAULT = {"tenantId": SUBSCRIPTION, "sku": {"family": "A", "name": "standard"}, "enableRbacAuthorization": True}


class TestVaults:
    def vault(self, azure: Any, **more: Any) -> Any:
        inputs = {"vaultName": "keys-1", "location": "eastus", "properties": {**VAULT, **more}}
        return azure.make("keyvault:Vault", inputs, "vault")

    @pytest.mark.parametrize(
        ("more", "path"),
        [
            ({"softDeleteRetentionInDays": 6}, "properties.softDeleteRetentionInDays"),
            ({"softDeleteRetentionInDays": 91}, "properties.softDeleteRetentionInDays"),
            ({"enableSoftDelete": False}, "properties.enableSoftDelete"),
            ({"enablePurgeProtection": False}, "properties.enablePurgeProtection"),
            ({"tenantId": "clinic"}, "properties.tenantId"),
        ],
    )
    def test_properties(self, azure: Any, more: dict[str, Any], path: str) -> None:
        inputs = {"vaultName": "keys-1", "location": "eastus"}
        assert path in azure.problems("keyvault:Vault", {**inputs, "properties": {**VAULT, **more}})
        right = {"softDeleteRetentionInDays": 7, "enablePurgeProtection": True}
        assert azure.problems("keyvault:Vault", {**inputs, "properties": {**VAULT, **right}}) == {}

    def test_what_cannot_be_taken_back(self, azure: Any, refused: Any) -> None:
        made = self.vault(azure, enablePurgeProtection=True, softDeleteRetentionInDays=90)
        with refused("softDeleteRetentionInDays"):
            azure.change(made, properties={**VAULT, "enablePurgeProtection": True, "softDeleteRetentionInDays": 7})
        with refused("PropertyChangeNotAllowed"):
            azure.change(made, properties={**VAULT, "tenantId": GUID.format(1), "softDeleteRetentionInDays": 90})
        kept = {"enablePurgeProtection": True, "softDeleteRetentionInDays": 90, "publicNetworkAccess": "Disabled"}
        azure.change(made, properties={**VAULT, **kept})

    @pytest.mark.parametrize(
        ("kind", "size", "allowed"), [("RSA", 2048, True), ("RSA", 1024, False), ("EC", 2048, False)]
    )
    def test_keys(self, azure: Any, kind: str, size: int, allowed: bool) -> None:
        inputs = {"vaultName": "keys-1", "keyName": "k", "properties": {"kty": kind, "keySize": size}}
        assert (azure.problems("keyvault:Key", inputs) == {}) == allowed


def test_a_private_registry_is_of_the_premium_tier(azure: Any) -> None:
    base = {"registryName": "images", "publicNetworkAccess": "Disabled"}
    kind = "containerregistry:Registry"
    assert "Premium" in azure.problems(kind, {**base, "sku": {"name": "Basic"}})["publicNetworkAccess"]
    assert azure.problems(kind, {**base, "sku": {"name": "Premium"}}) == {}


def test_a_subdomain_is_unique_and_kept(azure: Any, refused: Any) -> None:
    def account(name: str, domain: str) -> Any:
        inputs = {"accountName": name, "kind": "OpenAI", "sku": {"name": "S0"}, "location": "eastus"}
        return azure.make("cognitiveservices:Account", {**inputs, "properties": {"customSubDomainName": domain}}, name)

    made = account("one", "clinic")
    with refused("CustomDomainInUse"):
        account("two", "Clinic")
    account("two", "other")
    with refused("cannot be changed"):
        azure.change(made, properties={"customSubDomainName": "new"})


class TestRoles:
    def assign(self, azure: Any, who: str, scope: str, name: int = 1, role: str = READER) -> Any:
        inputs = {
            "roleAssignmentName": GUID.format(name),
            "scope": scope,
            "principalId": who,
            "principalType": "ServicePrincipal",
            "roleDefinitionId": f"{ROLES}/{role}",
        }
        return azure.make(ASSIGNMENT, inputs, f"a{name}")

    def test_the_same_twice(self, azure: Any, refused: Any) -> None:
        account, who = azure.storage(), azure.identity().outputs["principalId"]
        made = self.assign(azure, who, account.id)
        assert made.id == f"{account.id}/providers/Microsoft.Authorization/roleAssignments/{GUID.format(1)}"
        with refused("RoleAssignmentExists"):
            self.assign(azure, who, account.id, 2)
        self.assign(azure, who, GROUP, 2)

    def test_role_principal_and_scope_are_there(self, azure: Any, refused: Any) -> None:
        account, who = azure.storage(), azure.identity().outputs["principalId"]
        with refused("RoleDefinitionDoesNotExist"):
            self.assign(azure, who, account.id, role=GUID.format(9))
        with refused("PrincipalNotFound"):
            self.assign(azure, GUID.format(8), account.id)
        with refused("ResourceNotFound"):
            self.assign(azure, who, account.id.replace("audit1", "none"))
        self.assign(azure, who, f"{account.id}/blobServices/default/containers/not-yet")

    @pytest.mark.parametrize("who", ["worker", "worker@clinic.example"])
    def test_a_principal_is_a_guid(self, azure: Any, who: str) -> None:
        inputs = {"scope": GROUP, "principalId": who, "roleDefinitionId": f"/providers/x/{READER}"}
        assert "InvalidPrincipalId" in azure.problems(ASSIGNMENT, inputs)["principalId"]

    def test_a_custom_role_stays_while_it_is_assigned(self, azure: Any, refused: Any) -> None:
        inputs = {
            "roleDefinitionId": GUID.format(5),
            "roleName": "reads charts",
            "scope": GROUP,
            "assignableScopes": [GROUP],
            "permissions": [{"actions": ["Microsoft.Storage/storageAccounts/read"], "dataActions": []}],
        }
        made = azure.make(DEFINITION, inputs, "role")
        with refused("RoleDefinitionWithSameNameExists"):
            azure.make(DEFINITION, {**inputs, "roleDefinitionId": GUID.format(6)}, "second")
        assigned = self.assign(azure, azure.identity().outputs["principalId"], GROUP, role=GUID.format(5))
        with refused("RoleDefinitionHasAssignments"):
            azure.delete(made)
        azure.delete(assigned)
        azure.delete(made)

    @pytest.mark.parametrize(
        ("more", "path"),
        [
            ({"roleName": None}, "roleName"),
            ({"assignableScopes": []}, "assignableScopes"),
            ({"permissions": [{"actions": ["read everything"]}]}, "permissions[0].actions"),
            ({"permissions": [{"actions": [f"{LOGS}/tables/data/read"]}]}, "permissions[0].actions"),
            ({"permissions": [{"dataActions": [f"{LOGS}/query/read"]}]}, "permissions[0].dataActions"),
        ],
    )
    def test_custom_roles(self, azure: Any, more: dict[str, Any], path: str) -> None:
        base = {"roleName": "r", "scope": GROUP, "assignableScopes": [GROUP]}
        right = {"permissions": [{"actions": ["*"], "notActions": ["Microsoft.Authorization/*/write"]}]}
        assert azure.problems(DEFINITION, {**base, **right}) == {}
        log = {"actions": [f"{LOGS}/query/read"], "dataActions": [f"{LOGS}/tables/data/read"]}
        assert azure.problems(DEFINITION, {**base, "permissions": [log]}) == {}
        assert path in azure.problems(DEFINITION, {k: v for k, v in {**base, **more}.items() if v is not None})


class TestDiagnostics:
    def setting(self, azure: Any, of: Any, name: str, **more: Any) -> Any:
        logs = [{"category": "NetworkSecurityGroupEvent", "enabled": True}]
        return azure.make(SETTING, {"resourceUri": of.id, "name": name, "logs": logs, **more}, name)

    def test_a_destination_once_for_a_category(self, azure: Any, refused: Any) -> None:
        group, account, workspace = azure.security_group(), azure.storage(), azure.workspace()
        self.setting(azure, group, "a", storageAccountId=account.id)
        with refused("already used in diagnostic setting 'a'"):
            self.setting(azure, group, "b", storageAccountId=account.id)
        self.setting(azure, group, "b", workspaceId=workspace.id)
        self.setting(azure, azure.security_group("other"), "a", storageAccountId=account.id)

    def test_an_account_of_another_region(self, azure: Any, refused: Any) -> None:
        group = azure.security_group()
        with refused("one region"):
            self.setting(azure, group, "a", storageAccountId=azure.storage("far1", location="westus2").id)
        self.setting(azure, group, "a", storageAccountId=azure.storage("near1").id)

    def test_five_for_a_resource(self, azure: Any, refused: Any) -> None:
        group = azure.security_group()
        for number in range(5):
            self.setting(azure, group, f"s{number}", workspaceId=azure.workspace(f"logs{number}").id)
        with refused("more than 5 diagnostic settings"):
            self.setting(azure, group, "s5", workspaceId=azure.workspace("logs5").id)

    @pytest.mark.parametrize(
        ("more", "said"),
        [
            ({"workspaceId": None}, "destination"),
            ({"logs": []}, "logs or metrics"),
            ({"logs": [{"category": "FlowLogs", "enabled": True}]}, "not supported"),
            ({"logs": [{"enabled": True}]}, "category"),
            (
                {
                    "logs": [
                        {
                            "category": "NetworkSecurityGroupEvent",
                            "enabled": True,
                            "retentionPolicy": {"enabled": True, "days": 9},
                        }
                    ]
                },
                "retention",
            ),
        ],
    )
    def test_properties(self, azure: Any, more: dict[str, Any], said: str) -> None:
        base = {
            "resourceUri": f"{GROUP}/providers/Microsoft.Network/networkSecurityGroups/nsg",
            "name": "a",
            "workspaceId": f"{GROUP}/providers/Microsoft.OperationalInsights/workspaces/logs",
            "logs": [{"categoryGroup": "allLogs", "enabled": True}],
        }
        assert azure.problems(SETTING, base) == {}
        given = {key: value for key, value in {**base, **more}.items() if value is not None}
        assert any(said in reason for reason in azure.problems(SETTING, given).values())

    def test_logs_of_an_account_are_those_of_its_services(self, azure: Any) -> None:
        account, workspace = azure.storage(), azure.workspace()
        base = {"name": "a", "workspaceId": workspace.id, "logs": [{"category": "StorageRead", "enabled": True}]}
        assert "logs" in azure.problems(SETTING, {**base, "resourceUri": account.id})
        azure.make(SETTING, {**base, "resourceUri": f"{account.id}/blobServices/default"})


class TestFlowLogs:
    def flow_log(self, azure: Any, target: Any, account: Any, name: str = "flows", watcher: str = "eastus") -> Any:
        inputs = {
            "resourceGroupName": "NetworkWatcherRG",
            "networkWatcherName": f"NetworkWatcher_{watcher}",
            "flowLogName": name,
            "location": watcher,
            "targetResourceId": target.id,
            "storageId": account.id,
            "enabled": True,
        }
        return azure.make("network:FlowLog", inputs, name)

    def test_of_a_network_into_an_account_of_its_region(self, azure: Any, refused: Any) -> None:
        """The watcher is there without being made: Azure makes it with the region's first network."""
        network, near, far = azure.network(), azure.storage("near1"), azure.storage("far1", location="westus2")
        with refused("FlowLogStorageAccountInDifferentRegion"):
            self.flow_log(azure, network, far)
        with refused("not the region of"):
            self.flow_log(azure, network, near, watcher="westus2")
        made = self.flow_log(azure, network, near)
        assert "/networkWatchers/NetworkWatcher_eastus/flowLogs/flows" in made.id
        with refused("FlowLogAlreadyExists"):
            self.flow_log(azure, network, near, "again")
        with refused("CannotBeDeleted"):
            azure.delete(network)

    def test_of_a_security_group_no_more(self, azure: Any, refused: Any) -> None:
        with refused("30 June 2025"):
            self.flow_log(azure, azure.security_group(), azure.storage())


@pytest.mark.parametrize(("days", "allowed"), [(29, False), (30, True), (730, True), (731, False)])
def test_days_of_a_workspace(azure: Any, days: int, allowed: bool) -> None:
    assert (
        azure.problems("operationalinsights:Workspace", {"workspaceName": "logs", "retentionInDays": days}) == {}
    ) == allowed


@pytest.mark.parametrize(("name", "allowed"), [("clinic", True), ("clinic-alerts", False)])
def test_short_names_of_action_groups(azure: Any, name: str, allowed: bool) -> None:
    inputs = {"actionGroupName": "alerts", "groupShortName": name, "location": "global"}
    assert (azure.problems("monitor:ActionGroup", inputs) == {}) == allowed


def test_a_workspace_is_in_a_scope_once_and_stays_while_it_is(azure: Any, refused: Any) -> None:
    scope = {"scopeName": "monitor", "location": "global"}
    modes = {"ingestionAccessMode": "PrivateOnly", "queryAccessMode": "PrivateOnly"}
    azure.make("monitor:PrivateLinkScope", {**scope, "accessModeSettings": modes})
    workspace = azure.workspace()
    inputs = {"scopeName": "monitor", "name": "logs", "linkedResourceId": workspace.id}
    azure.make("monitor:PrivateLinkScopedResource", inputs)
    with refused("is in the scope already"):
        azure.make("monitor:PrivateLinkScopedResource", {**inputs, "name": "again"})
    with refused("InUseWorkspaceCannotBeDeleted"):
        azure.delete(workspace)
