"""The outputs of a Google Cloud resource: before it exists, when it is made, and after a change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zt_ai.simulate.cloud import Settings
from zt_ai.simulate.gcp import naming
from zt_ai.simulate.gcp.act import Act
from zt_ai.simulate.gcp.catalogue import Entry, entry
from zt_ai.simulate.gcp.naming import Draw
from zt_ai.simulate.gcp.special_outputs import MAKERS
from zt_ai.simulate.sdk import ResourceType
from zt_ai.simulate.values import UNKNOWN, Unknown, has_unknown


def known_inputs(inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The inputs that outputs repeat."""
    return {key: value for key, value in inputs.items() if not key.startswith("__") and value is not None}


def all_labels(settings: Settings, inputs: Mapping[str, Any]) -> Any:
    """The labels of a resource with the provider's default labels below them."""
    labels = inputs.get("labels")
    if isinstance(labels, Unknown):
        return UNKNOWN
    return {**settings.default_tags, **(labels or {})}


def _placed(resource: ResourceType, settings: Settings, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Project, region and labels as the provider fills them in."""
    found: dict[str, Any] = {}
    names = resource.outputs
    if "project" in names:
        found["project"] = inputs.get("project") or settings.account
    if "region" in names and "region" in resource.inputs.properties:
        found["region"] = inputs.get("region") or settings.region
    if "effectiveLabels" in names:
        found["effectiveLabels"] = found["pulumiLabels"] = all_labels(settings, inputs)
    if "effectiveAnnotations" in names:
        found["effectiveAnnotations"] = inputs.get("annotations") or {}
    if "deletionPolicy" in names and inputs.get("deletionPolicy") is None:
        found["deletionPolicy"] = "DELETE"
    return found


def expected(resource: ResourceType, settings: Settings, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs as far as a preview knows them: inputs, constants; what the cloud will choose is ``UNKNOWN``."""
    line = entry(resource.token)
    made = MAKERS.get(resource.token, (None, ()))[1]
    outputs = {**known_inputs(inputs), **_placed(resource, settings, inputs)}
    for name in sorted(resource.outputs - set(outputs)):
        template = line.outputs.get(name)
        if name not in resource.inputs.properties or name in made:
            outputs[name] = UNKNOWN
        elif template is not None and not isinstance(template, str):
            outputs[name] = template
        elif isinstance(template, str):
            ready = not naming.needs_birth(template) and not has_unknown(
                [inputs.get(part) for part in naming.inputs_of(template)]
            )
            outputs[name] = naming.fill(template, settings, inputs, _nothing) if ready else UNKNOWN
    return outputs


def made(resource: ResourceType, act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    """The outputs of a resource that has just been made with ``id``."""
    outputs = _declared(resource, entry(resource.token), act, thing_id, draw, {})
    maker = MAKERS.get(resource.token)
    if maker is not None:
        for name, value in maker[0](act, thing_id, draw).items():
            if value is not None and act.inputs.get(name) in (None, [], ""):
                outputs[name] = value
    return {name: value for name, value in outputs.items() if name in resource.outputs}


def changed(resource: ResourceType, act: Act, thing_id: str, draw: Draw, old: Mapping[str, Any]) -> dict[str, Any]:
    """The outputs after an update: what the cloud chose at birth stays, but for time stamps and fingerprints.

    Without a thing in ``act`` this is a preview, which does not know those.
    """
    line = entry(resource.token)
    maker = MAKERS.get(resource.token)
    kept = {n: v for n, v in old.items() if n not in resource.inputs.properties or (maker and n in maker[1])}
    outputs = {**_declared(resource, line, act, thing_id, draw, old), **kept}
    for name in line.dated:
        template = line.outputs.get(name)
        if act.thing is None or not isinstance(template, str):
            outputs[name] = UNKNOWN
        else:
            outputs[name] = naming.fill(template, act.settings, act.inputs, _drawing(draw, name), thing_id)
    outputs.update(known_inputs(act.inputs))
    outputs.update(_placed(resource, act.settings, act.inputs))
    if line.schema is not None and "project" in old and act.inputs.get("project") is None:
        outputs["project"] = old["project"]
    return {name: value for name, value in outputs.items() if name in resource.outputs}


def _declared(
    resource: ResourceType, line: Entry, act: Act, thing_id: str, draw: Draw, old: Mapping[str, Any]
) -> dict[str, Any]:
    outputs = {**known_inputs(act.inputs), **_placed(resource, act.settings, act.inputs)}
    for name, template in line.outputs.items():
        if outputs.get(name) is not None:
            continue
        if not isinstance(template, str):
            outputs[name] = template
        elif name in old and naming.needs_birth(template.replace("{id}", "").replace("{leaf:id}", "")):
            outputs[name] = old[name]
        else:
            outputs[name] = naming.fill(template, act.settings, act.inputs, _drawing(draw, name), thing_id)
    return outputs


def _drawing(draw: Draw, name: str) -> Draw:
    """Draws for one output: two outputs of a resource never share their digits."""
    return lambda length, purpose: draw(length, name)


def _nothing(length: int, purpose: str) -> str:
    return "0" * length
