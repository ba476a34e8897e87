"""The outputs of an AWS resource: before it exists, when it is made, and after a change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zt_ai.simulate.aws import naming
from zt_ai.simulate.aws.act import Act
from zt_ai.simulate.aws.catalogue import Entry, entry
from zt_ai.simulate.aws.special_outputs import MADE_AGAIN, MAKERS, Draw
from zt_ai.simulate.cloud import Settings
from zt_ai.simulate.sdk import ResourceType
from zt_ai.simulate.values import UNKNOWN, Unknown, has_unknown, values_at

VPC_CHILDREN = ("defaultSecurityGroupId", "defaultNetworkAclId", "defaultRouteTableId", "mainRouteTableId")


def known_inputs(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs that outputs repeat."""
    return {key: value for key, value in inputs.items() if not key.startswith("__") and value is not None}


def all_tags(settings: Settings, inputs: Mapping[str, Any]) -> Any:
    """The tags of a resource with the provider's default tags below them."""
    tags = inputs.get("tags")
    if isinstance(tags, Unknown):
        return UNKNOWN
    return {**settings.default_tags, **(tags or {})}


def expected(resource: ResourceType, settings: Settings, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs as far as a preview knows them: inputs, constants; what the cloud will choose is ``UNKNOWN``."""
    line = entry(resource.token)
    made = MAKERS.get(resource.token, (None, ()))[1]
    outputs = known_inputs(inputs)
    for name in sorted(resource.outputs - set(outputs)):
        template = line.outputs.get(name)
        if name == "tagsAll":
            outputs[name] = all_tags(settings, inputs)
        elif name == "region":
            outputs[name] = settings.region
        elif name in resource.inputs.properties and name not in made:
            if template is not None and not isinstance(template, str):
                outputs[name] = template
            elif isinstance(template, str):
                ready = not naming.needs_id(template) and not has_unknown(
                    [inputs.get(part) for part in naming.inputs_of(template)]
                )
                outputs[name] = _fill(template, settings, inputs) if ready else UNKNOWN
        elif name not in resource.inputs.properties or name in made:
            outputs[name] = UNKNOWN
    return outputs


def made(resource: ResourceType, act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    """The outputs of a resource that has just been made with ``id``."""
    line = entry(resource.token)
    outputs = _declared(resource, line, act, thing_id, draw, {})
    maker = MAKERS.get(resource.token)
    if maker is not None:
        for name, value in maker[0](act, thing_id, draw).items():
            if value is not None and (name not in known_inputs(act.inputs) or act.inputs[name] in (None, [], "")):
                outputs[name] = value
    if resource.token not in _TABLE_OR_ADOPTED and not line.id:
        outputs.setdefault("arn", _generic_arn(resource, act.settings, thing_id))
    return {name: value for name, value in outputs.items() if name in resource.outputs}


def changed(resource: ResourceType, act: Act, thing_id: str, draw: Draw, old: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs after an update: what the cloud chose at birth stays, unless it follows an input that changed.

    Without a thing in ``act`` this is a preview, which does not know what will be made again.
    """
    line = entry(resource.token)
    maker = MAKERS.get(resource.token)
    kept = {n: v for n, v in old.items() if n not in resource.inputs.properties or (maker and n in maker[1])}
    again = {n for n, path in MADE_AGAIN.get(resource.token, {}).items() if _differs(path, old, act.inputs)}
    if maker is not None and again:
        values = maker[0](act, thing_id, draw) if act.thing is not None else dict.fromkeys(again, UNKNOWN)
        kept.update({name: values[name] for name in again})
    return {
        name: value
        for name, value in {**_declared(resource, line, act, thing_id, draw, old), **kept, **_fresh(act)}.items()
        if name in resource.outputs
    }


def _differs(path: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
    # Sets in another order are the same; an unknown value has no order and is never the same.
    return sorted(map(repr, values_at(old, path))) != sorted(map(repr, values_at(new, path)))


def _fresh(act: Act) -> dict[str, Any]:
    return {**known_inputs(act.inputs), "tagsAll": all_tags(act.settings, act.inputs)}


def _declared(
    resource: ResourceType, line: Entry, act: Act, thing_id: str, draw: Draw, old: Mapping[str, Any]
) -> dict[str, Any]:
    outputs = known_inputs(act.inputs)
    for name, template in line.outputs.items():
        if outputs.get(name) is not None:
            continue
        if not isinstance(template, str):
            outputs[name] = template
        elif "${" in template:
            outputs[name] = template  # a flow log format, not a template
        elif name in old and naming.needs_id(template.replace("{id}", "")):
            outputs[name] = old[name]
        else:
            values = {**{k: v for k, v in line.outputs.items() if not isinstance(v, str) or "{" not in v}, **act.inputs}
            outputs[name] = naming.fill(template, act.settings, values, _drawing(draw, name), thing_id)
    outputs["tagsAll"] = all_tags(act.settings, act.inputs)
    outputs.setdefault("region", act.settings.region)
    return outputs


def _drawing(draw: Draw, name: str) -> Draw:
    """Draws for one output: two outputs of a resource never share their digits."""
    return lambda length, purpose: draw(length, name)


def _fill(template: str, settings: Settings, inputs: Mapping[str, Any]) -> str:
    return template if "${" in template else naming.fill(template, settings, inputs, lambda length, purpose: "")


_TABLE_OR_ADOPTED = frozenset(
    f"aws:ec2/default{name}:Default{name}" for name in ("SecurityGroup", "NetworkAcl", "RouteTable")
)


def _generic_arn(resource: ResourceType, settings: Settings, thing_id: str) -> str:
    service = resource.token.split(":")[1].split("/")[0]
    leaf = resource.token.rsplit(":", 1)[-1].lower()
    part = naming.partition(settings.region)
    return f"arn:{part}:{service}:{settings.region}:{settings.account}:{leaf}/{thing_id}"
