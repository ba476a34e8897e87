"""AWS's own machine-readable descriptions: CloudFormation resource schemas and service models.

The schemas come with ``cfn-lint`` (``cfnlint/data/schemas``: the CloudFormation registry's published schemas with
cfn-lint's corrections and extensions), the service models with ``botocore`` (``botocore/data/<service>``). Both become
:class:`Node` trees with one set of questions: which members, which element, which limits.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from botocore.loaders import Loader


@dataclass(frozen=True, slots=True)
class Limits:
    """What a description says of one value. ``pattern`` is searched for, or must match whole (``whole``)."""

    choices: tuple[str, ...] = ()
    pattern: str | None = None
    whole: bool = False
    shortest: int | None = None
    longest: int | None = None
    lowest: float | None = None
    highest: float | None = None
    fewest: int | None = None
    most: int | None = None
    distinct: bool = False


class Node:
    """One described value. ``kind`` is ``object``, ``list``, ``map``, ``scalar`` or ``text`` (a JSON document)."""

    source: str
    kind: str

    def members(self) -> Mapping[str, Node]:
        """The members of an object, by their own names."""
        return {}

    def element(self) -> Node | None:
        """What a list holds."""
        return None

    def limits(self) -> Limits:
        """The limits of the value itself."""
        return Limits()

    def unordered(self) -> bool:
        """Whether a list is a set."""
        return False

    def member(self, name: str) -> Node | None:
        """The member of that name, upper and lower case and a plural aside."""
        members = {key.lower(): node for key, node in self.members().items()}
        lower = name.lower()
        variants = (lower, f"{lower}s", f"{lower}es", lower.removesuffix("s"), lower.removesuffix("es"))
        for variant in (*variants, f"{lower[:-1]}ies", f"{lower.removesuffix('ies')}y", f"{lower}list"):
            if variant in members:
                return members[variant]
        return None

    def at(self, path: str) -> Node | None:
        """The node at a dotted path, lists entered."""
        node: Node | None = self
        for part in path.split("."):
            while node is not None and node.kind == "list":
                node = node.element()
            node = node.member(part) if node is not None else None
        return node


class CfnNode(Node):
    """A part of a CloudFormation resource schema."""

    def __init__(self, raw: Mapping[str, Any], root: Mapping[str, Any], source: str) -> None:
        while "$ref" in raw:
            raw = _pointer(root, str(raw["$ref"]))
        if "properties" not in raw and "items" not in raw:
            for key in ("oneOf", "anyOf", "allOf"):
                options = [o for o in raw.get(key, ()) if isinstance(o, Mapping) and {"type", "$ref"} & set(o)]
                if len(options) == 1:
                    raw = {**raw, **_resolved(options[0], root)}
        self.raw, self.root, self.source = raw, root, source
        types = raw.get("type", "object" if "properties" in raw else "string")
        types = types if isinstance(types, list) else [types]
        if "properties" in raw:
            self.kind = "object"
        elif "items" in raw or "array" in types:
            self.kind = "list"
        elif "object" in types:
            self.kind = "text" if "string" in types else "map"
        else:
            self.kind = "scalar"

    def members(self) -> Mapping[str, Node]:
        return {key: CfnNode(raw, self.root, self.source) for key, raw in self.raw.get("properties", {}).items()}

    def element(self) -> Node | None:
        items = self.raw.get("items")
        return CfnNode(items, self.root, self.source) if isinstance(items, Mapping) else None

    def unordered(self) -> bool:
        return self.raw.get("insertionOrder") is False or self.raw.get("uniqueItems") is True

    def limits(self) -> Limits:
        raw = self.raw
        return Limits(
            choices=tuple(str(choice) for choice in raw.get("enum", ())),
            pattern=raw.get("pattern"),
            shortest=raw.get("minLength"),
            longest=raw.get("maxLength"),
            lowest=raw.get("minimum"),
            highest=raw.get("maximum"),
            fewest=raw.get("minItems"),
            most=raw.get("maxItems"),
            distinct=raw.get("uniqueItems") is True,
        )


class ApiNode(Node):
    """A shape of a botocore service model."""

    def __init__(self, shape: str, shapes: Mapping[str, Any], source: str) -> None:
        self.raw, self.shapes, self.source = shapes[shape], shapes, source
        kind = self.raw["type"]
        self.kind = {"structure": "object", "list": "list", "map": "map"}.get(kind, "scalar")
        if self.raw.get("document") or kind == "blob":
            self.kind = "map"

    def members(self) -> Mapping[str, Node]:
        members = self.raw.get("members", {})
        return {key: ApiNode(inner["shape"], self.shapes, self.source) for key, inner in members.items()}

    def element(self) -> Node | None:
        inner = self.raw.get("member")
        return ApiNode(inner["shape"], self.shapes, self.source) if inner else None

    def limits(self) -> Limits:
        raw, low, high = self.raw, self.raw.get("min"), self.raw.get("max")
        pattern = raw.get("pattern")
        if raw["type"] == "string":
            whole = bool(pattern) and not (str(pattern).startswith("^") or str(pattern).endswith("$"))
            return Limits(tuple(raw.get("enum", ())), pattern, whole, shortest=low, longest=high)
        if raw["type"] == "list":
            return Limits(fewest=low, most=high)
        if raw["type"] in ("integer", "long", "double", "float"):
            return Limits(lowest=low, highest=high)
        return Limits()


@cache
def cloudformation_schema(name: str) -> Mapping[str, Any]:
    """The resource schema of a CloudFormation type, as published for us-east-1. Raises ``KeyError``."""
    folder = _schema_folder()
    digest = _schema_index()[name]
    found: Mapping[str, Any] = json.loads((folder / "resources" / f"{digest}.json").read_text(encoding="utf-8"))
    return found


@cache
def _schema_folder() -> Path:
    # Found without importing: cfn-lint's package loads its whole rule engine, which takes more than a second.
    spec = find_spec("cfnlint")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("the simulated AWS needs cfn-lint for AWS's resource schemas: install zt-ai[dev]")
    return Path(spec.origin).parent / "data" / "schemas"


@cache
def _schema_index() -> Mapping[str, str]:
    index: Mapping[str, str] = json.loads((_schema_folder() / "providers" / "us-east-1.json").read_text("utf-8"))
    return index


@cache
def cloudformation(name: str) -> CfnNode:
    """The root node of a CloudFormation type."""
    schema = cloudformation_schema(name)
    return CfnNode(schema, schema, f"CloudFormation {name}")


@cache
def service_model(service: str) -> Mapping[str, Any]:
    """botocore's model of a service."""
    model: Mapping[str, Any] = Loader().load_service_model(service, "service-2")
    return model


@cache
def operation(name: str) -> ApiNode:
    """The input of an API operation, ``ec2:CreateSubnet``."""
    service, _, call = name.partition(":")
    model = service_model(service)
    shape = model["operations"][call]["input"]["shape"]
    return ApiNode(shape, model["shapes"], f"{model['metadata'].get('serviceId', service)} API {call}")


@cache
def service_prefixes() -> frozenset[str]:
    """The service prefixes that occur in IAM actions, as far as botocore knows them.

    A model's signing name, endpoint prefix or directory name is the prefix of its actions in nearly all services
    (Service Authorization Reference); :data:`EXTRA_PREFIXES` has those whose prefix is none of the three.
    """
    loader = Loader()
    names = set(loader.list_available_services("service-2"))
    endpoints = loader.load_data("endpoints")
    for partition in endpoints["partitions"]:
        for name, facts in partition["services"].items():
            names.add(name.split(".")[-1])
            scope = facts.get("defaults", {}).get("credentialScope", {}).get("service")
            if scope:
                names.add(scope)
    return frozenset(names) | EXTRA_PREFIXES


EXTRA_PREFIXES = frozenset(
    {
        "elasticloadbalancing",
        "cloudwatch",
        "logs",
        "events",
        "ssmmessages",
        "ec2messages",
        "execute-api",
        "bedrock",
        "aws-portal",
        "tag",
        "states",
        "kafka-cluster",
        "rds-db",
        "trustedadvisor",
        "aoss",
        "cassandra",
        "sso-directory",
        "codestar-connections",
        "bedrock-mantle",
    }
)


def _pointer(root: Mapping[str, Any], reference: str) -> Mapping[str, Any]:
    node: Any = root
    for part in reference.removeprefix("#/").split("/"):
        node = node[part]
    found: Mapping[str, Any] = node
    return found


def _resolved(raw: Mapping[str, Any], root: Mapping[str, Any]) -> Mapping[str, Any]:
    while "$ref" in raw:
        raw = _pointer(root, str(raw["$ref"]))
    return raw


def descriptions(cfn: str | None, call: str | None) -> Iterator[Node]:
    """The nodes that describe a type."""
    if cfn:
        yield cloudformation(cfn)
    if call:
        yield operation(call)
