"""Changes to what runs as the egress proxy, and to the policy that it is given."""

from __future__ import annotations

from typing import Any

from tests.verify.azure.mutation.editor import Editor
from zt_ai.graph.model import Ref, Unknown
from zt_ai.intent.model import EGRESS_PROXY

SET = "compute:VirtualMachineScaleSet"


def a_machine_with_the_proxys_group(e: Editor) -> None:
    e.add(
        "network:NetworkInterface",
        ipConfigurations=[
            {
                "subnet": {"id": Ref(e.subnet(e.intent.egress_zone).urn)},
                "applicationSecurityGroups": [{"id": Ref(e.group(EGRESS_PROXY).urn)}],
            }
        ],
    )


def the_proxys_machines_removed(e: Editor) -> None:
    e.remove(e.one(SET))


def _unit(config: dict[str, Any]) -> dict[str, Any]:
    return next(one for one in config["systemd"]["units"] if one["name"] == "egress-proxy.service")


def another_image(e: Editor) -> None:
    def edit(config: dict[str, Any]) -> None:
        unit = _unit(config)
        unit["contents"] = unit["contents"].replace(".azurecr.io/", ".azurecr.io/other/")

    e.host(edit)


def an_image_of_another_registry(e: Editor) -> None:
    def edit(config: dict[str, Any]) -> None:
        unit = _unit(config)
        unit["contents"] = unit["contents"].replace(".azurecr.io/", ".docker.io/")

    e.host(edit)


def another_command(e: Editor) -> None:
    def edit(config: dict[str, Any]) -> None:
        unit = _unit(config)
        lines = unit["contents"].splitlines()
        unit["contents"] = "\n".join(f"{line} sh" if line.startswith("ExecStart=") else line for line in lines)

    e.host(edit)


def another_entry_point(e: Editor) -> None:
    def edit(config: dict[str, Any]) -> None:
        unit = _unit(config)
        unit["contents"] = unit["contents"].replace("docker run ", "docker run --entrypoint sh ")

    e.host(edit)


def another_program_before_the_proxy(e: Editor) -> None:
    def edit(config: dict[str, Any]) -> None:
        unit = _unit(config)
        unit["contents"] = unit["contents"].replace("[Service]", "[Service]\nExecStartPre=/usr/bin/socat")

    e.host(edit)


def a_second_unit(e: Editor) -> None:
    unit = {"name": "tunnel.service", "enabled": True, "contents": "[Service]\nExecStart=/usr/bin/ssh -D 1080 x"}
    e.host(lambda config: config["systemd"]["units"].append(unit))


def another_script(e: Editor) -> None:
    file = {"path": "/opt/zt-ai/fetch", "mode": 0o700, "contents": {"source": "data:,%23!/bin/sh"}}

    def edit(config: dict[str, Any]) -> None:
        config["storage"]["files"] = [
            file if one["path"] == file["path"] else one for one in config["storage"]["files"]
        ]

    e.host(edit)


def configuration_from_elsewhere(e: Editor) -> None:
    e.host(lambda config: config["ignition"].update(config={"replace": {"source": "https://x.example/i.ign"}}))


def a_user_who_can_log_in(e: Editor) -> None:
    e.host(lambda config: config.update(passwd={"users": [{"name": "core"}]}))


def extensions_on_the_machines(e: Editor) -> None:
    def edit(inputs: dict[str, Any]) -> None:
        inputs["virtualMachineProfile"]["extensionProfile"] = {"extensions": [{"name": "CustomScript"}]}

    e.change(e.one(SET), edit)


def run_commands_allowed(e: Editor) -> None:
    def edit(inputs: dict[str, Any]) -> None:
        inputs["virtualMachineProfile"]["osProfile"]["allowExtensionOperations"] = True

    e.change(e.one(SET), edit)


def another_host_image(e: Editor) -> None:
    def edit(inputs: dict[str, Any]) -> None:
        inputs["virtualMachineProfile"]["storageProfile"]["imageReference"]["version"] = "latest"

    e.change(e.one(SET), edit)


def machine_data_not_known(e: Editor) -> None:
    def edit(inputs: dict[str, Any]) -> None:
        inputs["virtualMachineProfile"]["osProfile"]["customData"] = Unknown()

    e.change(e.one(SET), edit)


def one_more_model_in_the_policy(e: Editor) -> None:
    e.policy(lambda document: document["calls"][0]["models"].append("gpt-uninspected"))


def one_more_caller_in_the_policy(e: Editor) -> None:
    def edit(document: dict[str, Any]) -> None:
        document["calls"].append({**document["calls"][0], "caller": "stranger"})

    e.policy(edit)


def a_decision_weakened(e: Editor) -> None:
    def edit(document: dict[str, Any]) -> None:
        decisions = document["calls"][0]["decisions"]
        for name, decision in decisions.items():
            decisions[name] = "redact" if decision == "allow" else "allow"

    e.policy(edit)


def secrets_let_through(e: Editor) -> None:
    e.policy(lambda document: document.update(secrets="allow"))


def identity_of_another_workload(e: Editor) -> None:
    other = e.tagged("managedidentity:UserAssignedIdentity", workload=e.intent.members(e.data_zone)[0].name)[0]
    e.set(e.one(SET), identity={"type": "UserAssigned", "userAssignedIdentities": [Ref(other.urn)]})


def identity_not_known(e: Editor) -> None:
    e.set(e.one(SET), identity=Unknown())


def an_identity_of_the_machines_own(e: Editor) -> None:
    given = dict(e.one(SET).inputs["identity"])  # type: ignore[arg-type]
    e.set(e.one(SET), identity={**given, "type": "SystemAssigned, UserAssigned"})


MUTATIONS = {
    "inspection": (
        a_machine_with_the_proxys_group,
        the_proxys_machines_removed,
        another_image,
        an_image_of_another_registry,
        another_command,
        another_entry_point,
        another_program_before_the_proxy,
        a_second_unit,
        another_script,
        configuration_from_elsewhere,
        a_user_who_can_log_in,
        extensions_on_the_machines,
        run_commands_allowed,
        another_host_image,
        machine_data_not_known,
        one_more_model_in_the_policy,
        one_more_caller_in_the_policy,
        a_decision_weakened,
        secrets_let_through,
        identity_of_another_workload,
        identity_not_known,
        an_identity_of_the_machines_own,
    ),
}
