"""The outputs of an Azure resource: before it exists, when it is made, and after a change."""

from __future__ import annotations

import datetime
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from zt_ai.simulate.azure import ids
from zt_ai.simulate.azure.act import Act
from zt_ai.simulate.azure.catalogue import Entry
from zt_ai.simulate.azure.special_outputs import IN_PREVIEW, MAKERS, Making
from zt_ai.simulate.cloud import Settings
from zt_ai.simulate.sdk import ResourceType
from zt_ai.simulate.values import UNKNOWN, Unknown, has_unknown

SEED = "__seed"
"""Where a thing keeps the digits that its made-up values come from; never shown."""
_FIELD = re.compile(r"\{(\w+)\}")
_VERSION = re.compile(r"Uses Azure REST API version (\d{4}-\d\d-\d\d(?:-preview)?)")


def guid(seed: str, purpose: str) -> str:
    """A GUID that is the same whenever the two texts are."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{seed}|{purpose}"))


@dataclass(frozen=True, slots=True)
class AzureSettings(Settings):
    """The configuration of one provider instance; its region is empty where resources follow their group."""

    tenant: str = ""


def tenant(settings: Settings) -> str:
    """The tenant that a provider's configuration names, or one that belongs to the subscription."""
    named = settings.tenant if isinstance(settings, AzureSettings) else ""
    return named or guid(settings.account, "tenant")


def api_version(resource: ResourceType) -> str | None:
    """The version of the REST API the SDK uses for a type; the provider writes it into the inputs."""
    found = _VERSION.search(resource.text)
    return found[1] if found else None


def expected(resource: ResourceType, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs as far as a preview knows them: what was given; what Azure will answer is ``UNKNOWN``."""
    known = _given(inputs)
    outputs = {name: known.get(name, UNKNOWN) for name in resource.outputs}
    for name, part in IN_PREVIEW.get(resource.token, {}).items():
        outputs[name] = _open(outputs[name], part)
    return outputs


def _open(value: Any, part: str) -> Any:
    """A value with one part that only Azure will know."""
    if isinstance(value, list):
        return [_open(item, part) for item in value]
    if isinstance(value, Mapping):
        return {**value, part: value.get(part, UNKNOWN)}
    return value


def made(resource: ResourceType, act: Act, seed: str) -> dict[str, Any]:
    """The outputs of a resource that has just been made; ``seed`` are digits of its own."""
    return {**_all(resource, act, seed, {}), SEED: seed}


def changed(resource: ResourceType, act: Act, old: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs after an update: what Azure chose at birth stays."""
    seed = str(old.get(SEED, ""))
    kept = {name: old[name] for name in act.line.outputs if name in old and name not in act.inputs}
    return {**_all(resource, act, seed, old), **kept, SEED: seed}


def previewed(resource: ResourceType, old: Mapping[str, Any], inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs a change in place would leave, as far as they are known beforehand."""
    fresh = _given(inputs)
    kept = {name: value for name, value in old.items() if name in resource.outputs}
    outputs = {**kept, **{name: value for name, value in fresh.items() if name in resource.outputs}}
    for name, part in IN_PREVIEW.get(resource.token, {}).items():
        if fresh.get(name) is not None:
            outputs[name] = _kept_parts(outputs[name], old.get(name), part)
    return outputs


def _kept_parts(new: Any, old: Any, part: str) -> Any:
    """The part Azure adds, as it was, where the object it belongs to was there before."""
    if isinstance(new, list):
        before = {str(item.get("name")): item for item in old or () if isinstance(item, Mapping)}
        return [
            _kept_parts(item, before.get(str(item.get("name"))) if isinstance(item, Mapping) else None, part)
            for item in new
        ]
    if isinstance(new, Mapping) and part not in new:
        return {**new, part: old[part] if isinstance(old, Mapping) and part in old else UNKNOWN}
    return new


def shown(line: Entry, resource: ResourceType, outputs: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs as they go out: nothing of the simulation's own, nothing that Azure does not read back."""
    visible = {name: value for name, value in outputs.items() if name in resource.outputs}
    for path in line.write_only:
        top, *rest = path.split(".")
        if top in visible:
            visible[top] = _without(visible[top], rest)
    return visible


def _without(value: Any, path: list[str]) -> Any:
    if not isinstance(value, Mapping) or not path:
        return value
    if len(path) == 1:
        return {name: item for name, item in value.items() if name != path[0]}
    return {name: _without(item, path[1:]) if name == path[0] else item for name, item in value.items()}


def _given(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """What outputs repeat of the inputs."""
    given = {name: value for name, value in inputs.items() if not name.startswith("__") and value is not None}
    if isinstance(given.get("identity"), Mapping):
        given["identity"] = _identity(given["identity"])
    return given


def _identity(given: Mapping[str, Any]) -> dict[str, Any]:
    """The user-assigned identities are a list when they are given and a map when they are shown."""
    users = given.get("userAssignedIdentities")
    if not isinstance(users, list):
        return dict(given)
    shown: Any = UNKNOWN if has_unknown(users) else {str(user): {} for user in users}
    return {**given, "userAssignedIdentities": shown}


def _all(resource: ResourceType, act: Act, seed: str, old: Mapping[str, Any]) -> dict[str, Any]:
    given = _given(act.inputs)
    common = {
        "name": ids.leaf(act.id),
        "type": act.line.arm_type,
        "etag": f'W/"{guid(seed, "etag")}"',
        "provisioningState": "Succeeded",
        "azureApiVersion": api_version(resource),
        "systemData": {"createdByType": "Application", "lastModifiedByType": "Application"},
    }
    outputs = {name: value for name, value in common.items() if name in resource.outputs and value is not None}
    for name, template in act.line.outputs.items():
        outputs[name] = _fill(template, act, seed, name) if isinstance(template, str) else template
    outputs.update({name: value for name, value in given.items() if name in resource.outputs and name not in common})
    maker = MAKERS.get(resource.token)
    if maker is not None:
        outputs.update(maker(Making(act, seed, old)))
    return outputs


def _fill(template: str, act: Act, seed: str, name: str) -> str:
    simple = {
        "uuid": guid(seed, name),
        "now": datetime.datetime.now(datetime.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "id": act.id,
        "tenant": tenant(act.settings),
        "location": act.region,
    }

    def one(match: re.Match[str]) -> str:
        value = act.inputs.get(match[1])
        return simple.get(match[1]) or ("" if value is None or isinstance(value, Unknown) else str(value))

    return _FIELD.sub(one, template)
