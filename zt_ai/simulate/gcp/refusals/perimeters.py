"""VPC Service Controls (its documentation: "Service perimeter details and configuration", "Ingress and egress rules",
"Quotas and limits"; discovery document of Access Context Manager)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from zt_ai.simulate.gcp.act import Act, refuses
from zt_ai.simulate.gcp.naming import leaf
from zt_ai.simulate.problems import CloudError, Problem
from zt_ai.simulate.values import values_at

POLICY, LEVEL, PERIMETER, MEMBER = (
    "accesscontextmanager/accessPolicy:AccessPolicy",
    "accesscontextmanager/accessLevel:AccessLevel",
    "accesscontextmanager/servicePerimeter:ServicePerimeter",
    "accesscontextmanager/servicePerimeterResource:ServicePerimeterResource",
)
_NUMBER = re.compile(r"projects/\d+")
_FOLDER = re.compile(r"folders/\d+")
_TARGET = re.compile(r"(?:projects|folders|organizations)/\d+")
_NETWORK = re.compile(r"//compute\.googleapis\.com/projects/[^/]+/global/networks/[^/]+")
_IDENTITY = re.compile(r"(?:user|serviceAccount|group):[^\s:]+@[^\s:]+|principal(?:Set)?://\S+")
# What another service's name stands for [Firestore, "VPC Service Controls": bundled Firestore services].
_BUNDLED = {
    "datastore.googleapis.com": "firestore.googleapis.com",
    "firestorekeyvisualizer.googleapis.com": "firestore.googleapis.com",
}
# Services without methods for rules: Vertex AI, Notebooks and Monitoring as measured in the public repository
# CptDolphin/gcp-vpc-sc (perimeter/policy.yaml: "Error 400: METHOD … is not supported"); Secret Manager and Cloud KMS
# since a copy of "Supported service method restrictions" lists none of theirs. What is left open is refused here, so
# that nothing is accepted which Google might refuse.
_WITHOUT_METHODS = frozenset(
    {
        "aiplatform.googleapis.com",
        "cloudkms.googleapis.com",
        "monitoring.googleapis.com",
        "notebooks.googleapis.com",
        "secretmanager.googleapis.com",
    }
)
# How methods are called where there are some; a name as in the audit log, with package and version, is none of them.
_SHORT = re.compile(r"[A-Z]\w*\.[A-Z]\w*")
_METHOD = {
    "bigquery.googleapis.com": _SHORT,
    "compute.googleapis.com": _SHORT,
    "logging.googleapis.com": _SHORT,
    "pubsub.googleapis.com": _SHORT,
    "storage.googleapis.com": re.compile(r"google\.storage\.[a-z]\w*\.[a-z]\w*"),
}
MOST_TITLE = 100
"""Characters of a rule's title [discovery document, IngressPolicy.title and EgressPolicy.title]."""
_BRIDGE_NEVER = ("restrictedServices", "accessLevels", "vpcAccessibleServices", "ingressPolicies", "egressPolicies")


def check_static(token: str, inputs: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with a perimeter whatever else exists."""
    short = token.removeprefix("gcp:")
    if short == MEMBER:
        return list(_check_resources([inputs.get("resource")], "resource"))
    return list(_check_perimeter(inputs)) if short == PERIMETER else []


def _check_perimeter(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    parent, name = inputs.get("parent"), inputs.get("name")
    if isinstance(parent, str) and isinstance(name, str) and not name.startswith(f"{parent}/"):
        yield Problem("name", f"INVALID_ARGUMENT: {name!r} is not in the policy {parent!r}")
    if (
        inputs.get("spec")
        and inputs.get("useExplicitDryRunSpec") is not True
        and "useExplicitDryRunSpec" not in _open(inputs)
    ):
        yield Problem("spec", "INVALID_ARGUMENT: a spec (dry run) needs useExplicitDryRunSpec = true")
    bridge = inputs.get("perimeterType") == "PERIMETER_TYPE_BRIDGE"
    for config in ("status", "spec"):
        given = inputs.get(config)
        if not isinstance(given, Mapping):
            continue
        resources = given.get("resources")
        yield from _check_resources(
            resources if isinstance(resources, list) else [], f"{config}.resources", indexed=True
        )
        if bridge:
            for key in _BRIDGE_NEVER:
                if given.get(key):
                    yield Problem(f"{config}.{key}", f"INVALID_ARGUMENT: a bridge has projects only, no {key}")
        yield from _check_restricted(given, config)
        yield from _check_accessible(given, config)
        yield from _check_policies(given, config)
        yield from _check_titles(given, config)


def _open(inputs: Mapping[str, Any]) -> set[str]:
    """The properties that are not known yet."""
    return {key for key, value in inputs.items() if not isinstance(value, (str, bool, int, Mapping, list, type(None)))}


def _check_resources(resources: list[Any], path: str, indexed: bool = False) -> Iterator[Problem]:
    for index, text in enumerate(resources):
        if not isinstance(text, str) or any(form.fullmatch(text) for form in (_NUMBER, _FOLDER, _NETWORK)):
            continue
        hint = "; projects go in by number, not by id" if text.startswith("projects/") else ""
        said = f"{text!r} is no projects/NUMBER, folders/NUMBER or //compute.googleapis.com/projects/…/networks/…{hint}"
        yield Problem(f"{path}[{index}]" if indexed else path, f"INVALID_ARGUMENT: {said}")


def _check_restricted(config: Mapping[str, Any], path: str) -> Iterator[Problem]:
    listed = config.get("restrictedServices")
    for index, name in enumerate(listed if isinstance(listed, list) else []):
        if name in _BUNDLED:
            said = f"{name!r} is not restricted by itself; {_BUNDLED[name]!r} restricts it too"
            yield Problem(f"{path}.restrictedServices[{index}]", f"INVALID_ARGUMENT: {said}")


def _check_titles(config: Mapping[str, Any], path: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for kind in ("ingressPolicies", "egressPolicies"):
        listed = config.get(kind)
        for index, policy in enumerate(listed if isinstance(listed, list) else []):
            title = policy.get("title") if isinstance(policy, Mapping) else None
            if not isinstance(title, str) or not title:
                continue
            where = f"{path}.{kind}[{index}].title"
            if len(title) > MOST_TITLE:
                yield Problem(where, f"INVALID_ARGUMENT: a rule's title has at most {MOST_TITLE} characters")
            elif title in seen:
                yield Problem(where, f"INVALID_ARGUMENT: the title {title!r} is taken by another rule of the perimeter")
            seen.add(title)


def _check_accessible(config: Mapping[str, Any], path: str) -> Iterator[Problem]:
    services = config.get("vpcAccessibleServices")
    if isinstance(services, Mapping) and services.get("allowedServices") and services.get("enableRestriction") is False:
        where = f"{path}.vpcAccessibleServices"
        yield Problem(where, "INVALID_ARGUMENT: allowedServices need enableRestriction = true")


def _check_policies(config: Mapping[str, Any], path: str) -> Iterator[Problem]:
    for kind, side, other in (
        ("ingressPolicies", "ingressFrom", "ingressTo"),
        ("egressPolicies", "egressFrom", "egressTo"),
    ):
        listed = config.get(kind)
        for index, policy in enumerate(listed if isinstance(listed, list) else []):
            if not isinstance(policy, Mapping):
                continue
            where = f"{path}.{kind}[{index}]"
            source, target = policy.get(side), policy.get(other)
            if isinstance(source, Mapping):
                yield from _check_identities(source, f"{where}.{side}")
            if isinstance(target, Mapping):
                yield from _check_operations(target, f"{where}.{other}")


def _check_identities(source: Mapping[str, Any], where: str) -> Iterator[Problem]:
    if source.get("identities") and source.get("identityType"):
        yield Problem(f"{where}.identityType", "INVALID_ARGUMENT: identityType and identities exclude each other")
    for index, text in enumerate(source.get("identities") or ()):
        if isinstance(text, str) and not _IDENTITY.fullmatch(text):
            yield Problem(f"{where}.identities[{index}]", f"INVALID_ARGUMENT: {text!r} is not an identity")
    for index, item in enumerate(source.get("sources") or ()):
        if not isinstance(item, Mapping):
            continue
        if item.get("accessLevel") and item.get("resource"):
            what = "a source is an access level or a resource, not both"
            yield Problem(f"{where}.sources[{index}]", f"INVALID_ARGUMENT: {what}")
        text = item.get("resource")
        if isinstance(text, str) and not _TARGET.fullmatch(text):
            yield from _check_resources([text], f"{where}.sources[{index}].resource")


def _check_operations(target: Mapping[str, Any], where: str) -> Iterator[Problem]:
    for index, text in enumerate(target.get("resources") or ()):
        if isinstance(text, str) and text != "*" and not _TARGET.fullmatch(text):
            said = f"{text!r} is neither '*' nor projects/NUMBER, folders/NUMBER or organizations/NUMBER"
            yield Problem(f"{where}.resources[{index}]", f"INVALID_ARGUMENT: {said}")
    for index, operation in enumerate(target.get("operations") or ()):
        if not isinstance(operation, Mapping):
            continue
        here, selectors = f"{where}.operations[{index}]", operation.get("methodSelectors")
        if operation.get("serviceName") == "*" and selectors:
            yield Problem(f"{here}.methodSelectors", "INVALID_ARGUMENT: service '*' takes no methodSelectors")
        for number, selector in enumerate(selectors if isinstance(selectors, list) else []):
            if isinstance(selector, Mapping) and bool(selector.get("method")) == bool(selector.get("permission")):
                what = "exactly one of method and permission"
                yield Problem(f"{here}.methodSelectors[{number}]", f"INVALID_ARGUMENT: {what}")
            elif isinstance(selector, Mapping) and (named := _unsupported(operation.get("serviceName"), selector)):
                yield Problem(f"{here}.methodSelectors[{number}]", f"INVALID_ARGUMENT: {named}")


def _unsupported(service: object, selector: Mapping[str, Any]) -> str | None:
    """What is wrong with the method or permission that a rule names ["Ingress and egress rules": a valid method of the
    service, or `*`]."""
    for key in ("method", "permission"):
        said = selector.get(key)
        if not isinstance(said, str) or said == "*":
            continue
        form = _METHOD.get(str(service)) if key == "method" else None
        if service in _WITHOUT_METHODS or (form is not None and form.fullmatch(said) is None):
            return f"{key.upper()} '{said}' of '{service}' is not supported"
    return None


@refuses(POLICY)
def one_policy(act: Act) -> None:
    """An organisation has one policy of its own; scoped ones stand beside it."""
    if act.thing is not None or act.inputs.get("scopes"):
        return
    for other in act.others(POLICY):
        if other.value("parent") == act.inputs.get("parent") and not other.inputs.get("scopes"):
            raise CloudError("ALREADY_EXISTS", f"{act.inputs.get('parent')} already has the access policy {other.id}")


@refuses(LEVEL, PERIMETER)
def title_once(act: Act) -> None:
    """A title is unique in its policy."""
    kind = act.subject.type.removeprefix("gcp:")
    for other in act.others(kind):
        same = other.inputs.get("parent") == act.inputs.get("parent")
        if same and other.inputs.get("title") == act.inputs.get("title"):
            raise CloudError("ALREADY_EXISTS", f"the title {act.inputs.get('title')!r} is taken by '{other.id}'")


@refuses(PERIMETER)
def perimeter(act: Act) -> None:
    """A project or network is in one regular perimeter; levels that rules name exist; within the quota."""
    others = list(act.others(PERIMETER))
    if act.thing is None:
        act.limit("perimeters-per-policy", len(others), "perimeters")
    for config in ("status", "spec"):
        count, most = attributes(act.inputs.get(config) or {}), act.quota("attributes-per-perimeter")
        if count > most:
            raise CloudError("INVALID_ARGUMENT", f"{config} has {count} ingress and egress attributes, at most {most}")
    if _regular(act.inputs):
        for config in ("status", "spec"):
            for resource in values_at(act.inputs, f"{config}.resources"):
                for other in others:
                    if _regular(other.inputs) and resource in values_at(other.inputs, f"{config}.resources"):
                        said = f"'{resource}' is already in the regular perimeter '{leaf(other.id)}'"
                        raise CloudError("INVALID_ARGUMENT", f"{said} ({config})")
    for config in ("status", "spec"):
        for path in (
            "ingressPolicies.ingressFrom.sources.accessLevel",
            "egressPolicies.egressFrom.sources.accessLevel",
        ):
            for level in values_at(act.inputs, f"{config}.{path}"):
                if level != "*" and act.world.get(f"gcp:{LEVEL}", str(level)) is None:
                    raise CloudError(
                        "INVALID_ARGUMENT", f"the access level '{level}' named in {config}.{path} does not exist"
                    )


def attributes(config: Mapping[str, Any]) -> int:
    """How much the ingress and egress rules of a configuration count: projects, networks, access levels, methods and
    identities, `*` included [VPC Service Controls, "Quotas and limits", "Service perimeter limits"]."""
    listed = (
        "ingressPolicies.ingressFrom.identities",
        "ingressPolicies.ingressFrom.sources",
        "ingressPolicies.ingressTo.resources",
        "ingressPolicies.ingressTo.roles",
        "ingressPolicies.ingressTo.operations.methodSelectors",
        "egressPolicies.egressFrom.identities",
        "egressPolicies.egressFrom.sources",
        "egressPolicies.egressTo.resources",
        "egressPolicies.egressTo.externalResources",
        "egressPolicies.egressTo.roles",
        "egressPolicies.egressTo.operations.methodSelectors",
    )
    return sum(len(values_at(config, path)) for path in listed)


def _regular(inputs: Mapping[str, Any]) -> bool:
    return (inputs.get("perimeterType") or "PERIMETER_TYPE_REGULAR") == "PERIMETER_TYPE_REGULAR"


@refuses(MEMBER)
def member(act: Act) -> None:
    """A resource joins one regular perimeter once."""
    for other in act.others(MEMBER, PERIMETER):
        if other.type.endswith(":ServicePerimeter"):
            held = values_at(other.inputs, "status.resources") if _regular(other.inputs) else []
        else:
            held = [other.inputs.get("resource")]
        if act.inputs.get("resource") in held:
            raise CloudError("INVALID_ARGUMENT", f"'{act.inputs.get('resource')}' is already in '{leaf(other.id)}'")
