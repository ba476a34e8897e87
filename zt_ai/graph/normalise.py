"""The rules that every reader shares: what belongs to a graph, and which value refers to which resource.

A value refers to a resource by one of these, tried in this order (Pulumi records for each input property P the set D of
resources that it was computed from):

1. a resource reference in the wire format;
2. a string that equals the id of a member of D, an identifier that only its deployment produces (an ARN, an endpoint
   id), an input of it that is itself a reference, or its name;
3. an unknown value, if D has one member, or if the unknown values of P stand in one list and are as many as the members
   of D that no string of P refers to; they then refer to them as a set; or if the names of their places say which
   member is meant (`zt_ai.graph.slots`);
4. any other unknown value becomes `Unknown(D)`: to guess which of two resources is meant could prove a wrong thing;
5. for programs that pass identifiers as plain strings: one that equals the id or the ARN of exactly one resource.

Addresses and other plain settings stay as they are even where they were read from another resource: `10.0.0.0/16` says
more than a reference does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from zt_ai.graph import wire
from zt_ai.graph.model import Ref, Resource, ResourceGraph, Source, Unknown, Value
from zt_ai.graph.slots import assign
from zt_ai.graph.walk import (
    count_unknown,
    fill,
    in_one_list,
    replace_strings,
    settle,
    sorted_references,
    strings,
)

STACK: Final = "pulumi:pulumi:Stack"
_PROVIDER: Final = "pulumi:providers:"
# The engine makes a provider of its own for resources without one and names it after the package's version.
_DEFAULT_PROVIDER: Final = re.compile(r"default(_\d.*)?")
# Added to the inputs of a provider resource by the engine: `pkg/resource/deploy/providers/registry.go`.
_PROVIDER_BOOKKEEPING: Final = frozenset({"version", "pluginDownloadURL", "__internal"})
# Added to the inputs by a provider's check and not listed in `__defaults`: pulumi-aws 7 writes the provider's region
# into every regional resource (github.com/pulumi/pulumi-aws, issue 5521 and pull request 5709); pulumi-azure-native 3
# writes the API version and, from its settings or the resource group, the location (its `applyDefaults`).
_UNLISTED: Final[Mapping[str, frozenset[str]]] = {
    "aws": frozenset({"region"}),
    "azure-native": frozenset({"azureApiVersion", "location"}),
}
# An identifier that a cloud makes up, as against an enumeration, an address, a port or an account number.
_IDENTIFIER: Final = re.compile(r"(?=.*[a-zA-Z])(?=.*\d)\S{8,}|arn:\S+")
_ADDRESS: Final = re.compile(r"[0-9a-fA-F]*[.:][0-9a-fA-F.:]*(/\d+)?")
_SHORTEST_ID: Final = 5


@dataclass(frozen=True, slots=True)
class Raw:
    """A resource as a reader found it: values in Pulumi's wire form, before references are resolved."""

    urn: str
    type: str
    name: str
    parent: str
    custom: bool
    id: str | None
    inputs: Mapping[str, Any]
    outputs: Mapping[str, Any] = field(default_factory=dict)
    property_dependencies: Mapping[str, Iterable[str]] = field(default_factory=dict)
    dependencies: Iterable[str] = ()
    provider: str = ""


def normalise(found: Iterable[Raw], source: Source) -> ResourceGraph:
    """Build the graph; the stack root and default providers are left out, references to them with them."""
    kept = {raw.urn: raw for raw in found if not _is_plumbing(raw)}
    inputs = {urn: _inputs(raw) for urn, raw in kept.items()}
    outputs = {urn: {**_unlisted(raw), **wire.results(raw.outputs, raw.inputs)} for urn, raw in kept.items()}
    resolver = _Resolver(kept, inputs, outputs)
    return ResourceGraph(
        {
            urn: Resource(
                urn=urn,
                type=raw.type,
                name=raw.name,
                parent=raw.parent if raw.parent in kept else None,
                custom=raw.custom,
                id=raw.id or None,
                inputs=resolver.resolve(urn),
                outputs=outputs[urn],
                dependencies=frozenset(target for target in raw.dependencies if target in kept),
                provider=_provider_urn(raw.provider, kept),
            )
            for urn, raw in kept.items()
        },
        source,
    )


def urn_name(urn: str) -> str:
    """The logical name in a URN: `urn:pulumi:stack::project::types::name`; the name may itself contain `::`."""
    return urn.split("::", 3)[-1]


def _is_plumbing(raw: Raw) -> bool:
    is_default = raw.type.startswith(_PROVIDER) and _DEFAULT_PROVIDER.fullmatch(raw.name) is not None
    return raw.type == STACK or is_default


def _inputs(raw: Raw) -> Mapping[str, Value]:
    inputs = wire.properties(raw.inputs)
    if raw.type.startswith(_PROVIDER):
        return {name: value for name, value in inputs.items() if name not in _PROVIDER_BOOKKEEPING}
    unlisted = _unlisted(raw)
    return {name: value for name, value in inputs.items() if name not in unlisted} if unlisted else inputs


def _unlisted(raw: Raw) -> Mapping[str, Any]:
    """Inputs that the program did not give: the SDKs list every property that it gave, even without dependencies."""
    candidates = _UNLISTED.get(raw.type.partition(":")[0], frozenset()).intersection(raw.inputs)
    told = raw.property_dependencies or raw.inputs.keys() <= {*candidates, "__defaults"}
    return {name: raw.inputs[name] for name in candidates if told and name not in raw.property_dependencies}


def _provider_urn(reference: str, kept: Mapping[str, Raw]) -> str:
    """The URN in a provider reference `urn::id`; empty for a default provider."""
    urn = reference.rpartition("::")[0]
    return urn if urn in kept else ""


class _Resolver:
    """Resolves the inputs of each resource once; a resource is resolved after those it depends on."""

    def __init__(
        self,
        kept: Mapping[str, Raw],
        inputs: Mapping[str, Mapping[str, Value]],
        outputs: Mapping[str, Mapping[str, Value]],
    ) -> None:
        self._kept = kept
        self._inputs = inputs
        self._outputs = outputs
        self._resolved: dict[str, Mapping[str, Value]] = {}
        self._marks: dict[str, Mapping[str, int]] = {}
        self._converted: dict[str, set[str]] = {}
        self._by_identity = self._identities()

    def resolve(self, urn: str) -> Mapping[str, Value]:
        """The inputs of `urn` with references resolved."""
        done = self._resolved.get(urn)
        if done is not None:
            return done
        raw = self._kept[urn]
        converted: set[str] = set()
        self._converted[urn] = converted
        # Set before the dependencies are visited: a malformed state may hold a cycle, which must not recurse for ever.
        self._resolved[urn] = self._inputs[urn]
        resolved: dict[str, Value] = {}
        for name, value in self._inputs[urn].items():
            among = [d for d in dict.fromkeys(raw.property_dependencies.get(name, ())) if d in self._kept and d != urn]
            resolved[name] = sorted_references(self._property(urn, value, among, converted))
        self._resolved[urn] = resolved
        return resolved

    def _property(self, urn: str, value: Value, among: list[str], converted: set[str]) -> Value:
        referred: set[str] = set()

        def leaf(text: str) -> Value:
            target = self._named(text, among) if among else None
            target = target or self._by_identity.get(text)
            if target is None or target == urn:
                return text
            converted.add(text)
            referred.add(target)
            return Ref(target)

        value = replace_strings(value, leaf)
        unknown = count_unknown(value)
        if not unknown:
            return value
        if len(among) == 1:
            return fill(value, iter(among * unknown))
        open_ = [target for target in among if target not in referred]
        if unknown == len(open_) and in_one_list(value, unknown):
            return fill(value, iter(open_))
        assigned = assign(value, {target: self._kept[target].type for target in open_})
        if assigned is not None:
            return assigned
        return settle(value, Unknown(tuple(sorted(among))))

    def _named(self, text: str, among: list[str]) -> str | None:
        """The one member of `among` that `text` refers to most surely; None where two are equally sure."""
        ranked = sorted((rank, urn) for urn in among if (rank := self._marks_of(urn).get(text)) is not None)
        if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
            return None
        return ranked[0][1]

    def _marks_of(self, urn: str) -> Mapping[str, int]:
        marks = self._marks.get(urn)
        if marks is None:
            self.resolve(urn)
            raw = self._kept[urn]
            settings = set(strings(self._inputs[urn]))
            converted = self._converted[urn]
            marks = {self._inputs_name(raw): 3}
            marks.update((text, 2) for text in converted)
            for text in strings(self._outputs[urn]):
                if text not in settings and is_identifier(text):
                    marks[text] = 1
            marks[raw.id or ""] = 0
            marks.pop("", None)
            self._marks[urn] = marks
        return marks

    def _inputs_name(self, raw: Raw) -> str:
        """The name that a program gave a resource: a reference to it is known before the deployment."""
        kind = raw.type.rpartition(":")[2]
        inputs = self._inputs[raw.urn]
        for key in ("name", kind[:1].lower() + kind[1:]):
            if isinstance(name := inputs.get(key), str):
                return name
        return ""

    def _identities(self) -> Mapping[str, str]:
        """Ids and ARNs that belong to exactly one resource, for programs that pass them as plain strings.

        An id that repeats one of the resource's own settings (a bucket's name) is no proof of a reference.
        """
        owners: dict[str, set[str]] = {}
        for urn, raw in self._kept.items():
            if not raw.custom:
                continue
            own: set[str] | None = None
            for text in (raw.id, self._outputs[urn].get("arn")):
                if not isinstance(text, str) or len(text) < _SHORTEST_ID or text.isdigit():
                    continue
                own = set(strings(self._inputs[urn])) if own is None else own
                if text not in own:
                    owners.setdefault(text, set()).add(urn)
        return {text: next(iter(urns)) for text, urns in owners.items() if len(urns) == 1}


def is_identifier(text: str) -> bool:
    """Whether a cloud made this string up to identify something, as against a setting such as an address or a mode."""
    return _IDENTIFIER.fullmatch(text) is not None and _ADDRESS.fullmatch(text) is None
