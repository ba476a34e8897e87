"""Do the values of a resource fit what AWS itself says of them? Enumerations, patterns, lengths, combinations."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import regex  # type: ignore[import-untyped]  # has \p{L}, which AWS writes and `re` cannot read

from zt_ai.simulate.aws.catalogue import Entry
from zt_ai.simulate.aws.described import ApiNode, CfnNode, Limits, Node, cloudformation_schema, descriptions
from zt_ai.simulate.problems import Problem, did_you_mean, shown
from zt_ai.simulate.values import Unknown, has_unknown

# Tag restrictions: AWS General Reference, "Tagging AWS resources"; IAM and EC2 share these limits.
_TAG_KEY = regex.compile(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]{1,128}")
_TAG_VALUE = regex.compile(r"[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,256}")
MOST_TAGS = 50
_OUTSIDE = frozenset({"tags", "region"})


def check_described(inputs: Mapping[str, Any], entry: Entry) -> tuple[Problem, ...]:
    """Every value of ``inputs`` that AWS's descriptions of the type rule out; each is reported once."""
    problems: dict[str, Problem] = {}
    for problem in [*_check_tags(inputs.get("tags")), *_check_combinations(inputs, entry), *_walk(inputs, entry)]:
        problems.setdefault(problem.path, problem)
    return tuple(problems.values())


def unmatched_properties(entry: Entry, names: tuple[str, ...]) -> tuple[str, ...]:
    """The properties for which no description was found, so that the SDK's type is all that checks them."""
    return tuple(name for name in names if name not in _OUTSIDE and not _nodes(entry, name))


def _walk(inputs: Mapping[str, Any], entry: Entry) -> Iterator[Problem]:
    for name, value in inputs.items():
        if name in _OUTSIDE or name in entry.policy or name.startswith("__"):
            continue
        for node in _nodes(entry, name):
            yield from _check(value, node, name, name, entry)


_NODES: dict[tuple[str, str], tuple[Node, ...]] = {}


def _nodes(entry: Entry, name: str) -> tuple[Node, ...]:
    key = (entry.token, name)
    if key not in _NODES:
        found = []
        for root in descriptions(entry.cloudformation, entry.operation):
            node = _find(root, name, name, entry)
            if node is not None:
                found.append(node)
        _NODES[key] = tuple(found)
    return _NODES[key]


def _find(parent: Node, name: str, rule: str, entry: Entry) -> Node | None:
    """The node of property ``name`` (at ``rule``, its path without indexes) below ``parent``."""
    if isinstance(parent, ApiNode) and rule in entry.rename_api:
        return parent.at(entry.rename_api[rule])
    if rule in entry.rename:
        target = entry.rename[rule]
        return parent if target == "" else parent.at(target) or _nested(parent, name)
    return parent.member(name) or _nested(parent, name)


def _nested(parent: Node, name: str) -> Node | None:
    # An API often wraps what Pulumi has flat in one structure (Put… calls); one level is looked into.
    wrapped = [node for node in parent.members().values() if node.kind == "object"]
    found = [inner for node in wrapped if (inner := node.member(name)) is not None]
    return found[0] if len(found) == 1 and isinstance(parent, ApiNode) else None


def _check(  # noqa: PLR0912 - one branch for each shape a value and its description can have together
    value: Any, node: Node, path: str, rule: str, entry: Entry
) -> Iterator[Problem]:
    if value is None or isinstance(value, Unknown):
        return
    if isinstance(value, Mapping):
        while node.kind == "list" and (element := node.element()) is not None:
            node = element
        if node.kind == "object":
            for key, inner in value.items():
                deeper = f"{rule}.{key}"
                if deeper in entry.policy:
                    continue
                found = _find(node, key, deeper, entry)
                if found is not None:
                    yield from _check(inner, found, f"{path}.{key}", deeper, entry)
    elif node.kind in ("list", "object") and isinstance(value, str) and value[:1] in ("[", "{"):
        # JSON in a string where AWS takes the thing itself: an ECS task's container definitions.
        yield from _check(_parsed(value), node, path, rule, entry)
    elif isinstance(value, list):
        limits = node.limits()
        if node.kind == "list":
            yield from _check_list(value, limits, path, node.source)
        element = node.element() if node.kind == "list" else node
        if element is not None:
            for index, inner in enumerate(value):
                yield from _check(inner, element, f"{path}[{index}]", rule, entry)
    elif node.kind == "scalar" or (node.kind == "list" and (node := node.element() or node).kind == "scalar"):
        said = _as_described(value, rule, entry)
        reason = _broken(said, node.limits())
        if reason:
            yield Problem(path, f"invalid value {shown(value)}: {reason} ({node.source})")


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None  # said by the check of the document itself


def _as_described(value: Any, rule: str, entry: Entry) -> Any:
    table = entry.enum_case.get(rule)
    if table is None:
        return value
    spelled = str(value).lower() if isinstance(value, bool) else str(value)
    return table.get(spelled, value)


def _check_list(value: list[Any], limits: Limits, path: str, source: str) -> Iterator[Problem]:
    if limits.fewest is not None and len(value) < limits.fewest:
        yield Problem(path, f"too few items: {len(value)}, at least {limits.fewest} ({source})")
    if limits.most is not None and len(value) > limits.most:
        yield Problem(path, f"too many items: {len(value)}, at most {limits.most} ({source})")
    if limits.distinct:
        # Two items that differ only in what is not known yet look alike in a preview.
        twice = [item for index, item in enumerate(value) if item in value[:index] and not has_unknown(item)]
        if twice:
            yield Problem(path, f"item {shown(twice[0])} occurs twice ({source})")


def _broken(value: Any, limits: Limits) -> str | None:
    if isinstance(value, bool):
        return None
    if limits.choices and str(value) not in limits.choices:
        return f"must be one of {', '.join(limits.choices[:24])}{did_you_mean(str(value), limits.choices)}"
    if isinstance(value, str):
        if limits.shortest is not None and len(value) < limits.shortest:
            return f"{len(value)} characters, at least {limits.shortest}"
        if limits.longest is not None and len(value) > limits.longest:
            return f"{len(value)} characters, at most {limits.longest}"
        if limits.pattern and not _matches(limits.pattern, limits.whole, value):
            return f"does not match {limits.pattern}"
    number = _number(value)
    if number is not None:
        if limits.lowest is not None and number < limits.lowest:
            return f"below {limits.lowest}"
        if limits.highest is not None and number > limits.highest:
            return f"above {limits.highest}"
    return None


def _number(value: Any) -> float | None:
    return float(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


@cache
def _compiled(pattern: str) -> regex.Pattern[str] | None:
    try:
        return regex.compile(pattern)
    except regex.error:
        return None  # a Java or ECMA pattern the engine cannot read checks nothing rather than refusing everything


def _matches(pattern: str, whole: bool, value: str) -> bool:
    compiled = _compiled(pattern)
    if compiled is None:
        return True
    return bool(compiled.fullmatch(value) if whole else compiled.search(value))


def _check_tags(tags: Any) -> Iterator[Problem]:
    if not isinstance(tags, Mapping):
        return
    if len(tags) > MOST_TAGS:
        yield Problem("tags", f"{len(tags)} tags, at most {MOST_TAGS}")
    for key, value in tags.items():
        path = f'tags["{key}"]'
        if key.lower().startswith("aws:"):
            yield Problem(path, "tag keys that begin with 'aws:' are reserved")
        elif not _TAG_KEY.fullmatch(key):
            yield Problem(path, f"invalid tag key {shown(key)}: 1 to 128 letters, digits, spaces and _.:/=+-@")
        if isinstance(value, str) and not _TAG_VALUE.fullmatch(value):
            yield Problem(path, f"invalid tag value {shown(value)}: up to 256 letters, digits, spaces and _.:/=+-@")


def _check_combinations(inputs: Mapping[str, Any], entry: Entry) -> Iterator[Problem]:
    given = {name for name, value in inputs.items() if value not in (None, [], "")}
    for group in entry.one_of:
        chosen = [name for name in group if name in given]
        if len(chosen) != 1:
            said = f"{' and '.join(chosen)} are given" if chosen else "none is given"
            yield Problem(chosen[0] if chosen else group[0], f"exactly one of {', '.join(group)}: {said}")
    if entry.cloudformation is None:
        return
    schema = cloudformation_schema(entry.cloudformation)
    wire = _wire_names(entry, tuple(inputs))
    present = {cfn for cfn, name in wire.items() if name in given}
    for first, others in schema.get("dependentExcluded", {}).items():
        for other in others:
            if first in present and other in present and wire[first] != wire[other]:
                yield Problem(wire[first], f"cannot be given together with {wire[other]!r} ({entry.cloudformation})")
    for first, others in schema.get("dependentRequired", {}).items():
        missing = [other for other in others if other not in present]
        if first in present and missing and not entry.adopts:
            yield Problem(wire[first], f"needs {', '.join(missing)} as well ({entry.cloudformation})")


def _wire_names(entry: Entry, names: tuple[str, ...]) -> dict[str, str]:
    """CloudFormation property name -> Pulumi property name, for the top level."""
    members = {key.lower(): key for key in cloudformation_schema(entry.cloudformation or "").get("properties", {})}
    found: dict[str, str] = {}
    for name in names:
        target = entry.rename.get(name, name).lower()
        for variant in (target, f"{target}s"):
            if variant in members:
                found[members[variant]] = name
    return found


def create_only(entry: Entry) -> frozenset[str]:
    """The CloudFormation paths (``A.B``) whose change replaces the resource."""
    if entry.cloudformation is None:
        return frozenset()
    schema = cloudformation_schema(entry.cloudformation)
    paths = [*schema.get("createOnlyProperties", ()), *schema.get("conditionalCreateOnlyProperties", ())]
    return frozenset(path.removeprefix("/properties/").replace("/", ".").replace(".*", "") for path in paths)


def cfn_path(entry: Entry, rule: tuple[str, ...]) -> str | None:
    """The CloudFormation path of a Pulumi property path (without indexes), or None where there is none."""
    if entry.cloudformation is None:
        return None
    members = {k.lower(): k for k in cloudformation_schema(entry.cloudformation).get("properties", {})}
    renamed = entry.rename.get(rule[0], rule[0])
    head, _, tail = renamed.partition(".")
    top = members.get(head.lower()) or members.get(f"{head.lower()}s")
    if top is None:
        return None
    rest = [part[:1].upper() + part[1:] for part in rule[1:]]
    return ".".join([top, *([tail] if tail else []), *rest])


def is_described_set(entry: Entry, rule: tuple[str, ...]) -> bool:
    """Whether AWS describes the list at this top-level property as a set."""
    return len(rule) == 1 and any(node.unordered() for node in _nodes(entry, rule[0]) if isinstance(node, CfnNode))
