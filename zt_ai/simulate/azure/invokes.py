"""The data functions of the ``azure-native`` package that programs use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zt_ai.simulate.azure import ids, outputs, read_back
from zt_ai.simulate.azure.catalogue import entry
from zt_ai.simulate.cloud import Settings
from zt_ai.simulate.problems import CloudError, did_you_mean
from zt_ai.simulate.sdk import Sdk, UnknownTypeError
from zt_ai.simulate.world import World

_KNOWN = ("azure-native:authorization:getClientConfig", "azure-native:authorization:getClientToken")


def answer(world: World, sdk: Sdk, settings: Settings, token: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The result of a data function: who calls, or what a resource is. Raises :class:`CloudError`."""
    if token == _KNOWN[0]:
        return {
            "clientId": outputs.guid(settings.account, "client"),
            "objectId": outputs.guid(settings.account, "object"),
            "subscriptionId": settings.account,
            "tenantId": outputs.tenant(settings),
        }
    if token == _KNOWN[1]:
        raise CloudError("InvalidAuthenticationToken", "a simulated cloud gives no token")
    module, _, name = token.rpartition(":")
    of = f"{module}:{name.removeprefix('get')}"
    try:
        line = entry(of, sdk.resource(of).inputs.properties)
    except UnknownTypeError:
        raise CloudError("InvalidAction", f"{token} is not simulated{did_you_mean(token, _KNOWN)}") from None
    if not name.startswith("get"):
        raise CloudError("InvalidAction", f"{token} is not simulated{did_you_mean(token, _KNOWN)}")
    thing_id = ids.build(line, settings.account, arguments)
    thing = ids.find(world, thing_id, of)
    if thing is None:
        raise CloudError("ResourceNotFound", f"The Resource '{line.arm_type}/{ids.leaf(thing_id)}' was not found.")
    shown = {key: value for key, value in thing.outputs.items() if not key.startswith("__")}
    return {"id": thing.id, **shown, **read_back.parts(world, thing)}
