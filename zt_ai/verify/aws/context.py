"""What all readers of the graph share: resolving references, properties with their defaults, and the list of gaps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Network

from zt_ai.graph import Ref, Resource, ResourceGraph, Unknown, Value
from zt_ai.verify.aws.values import items, number, plain, tags, text
from zt_ai.verify.aws.world import Gap
from zt_ai.verify.selectors import Selectors
from zt_ai.verify.space import Span, service_spans

TAG_ZONE, TAG_WORKLOAD, TAG_SERVICE, TAG_CLAUSE, TAG_ROLE = (
    "zt-ai:zone",
    "zt-ai:workload",
    "zt-ai:service",
    "zt-ai:clause",
    "zt-ai:role",
)
VPC_TYPES = ("aws:ec2/vpc:Vpc", "aws:ec2/defaultVpc:DefaultVpc")
_IDENTITIES = ("arn", "id", "endpointId", "prefixListId")


def default_group(vpc: str) -> str:
    """Key of the default security group that every VPC has."""
    return f"default security group of {vpc}"


def default_nacl(vpc: str) -> str:
    """Key of the default network ACL that every VPC has."""
    return f"default network ACL of {vpc}"


def main_table(vpc: str) -> str:
    """Key of the main route table that every VPC has."""
    return f"main route table of {vpc}"


def identities(graph: ResourceGraph) -> dict[str, str]:
    """URN by every physical id and ARN that names exactly one resource."""
    found: dict[str, str | None] = {}
    for resource in graph:
        named = (resource.id, *(text(resource.outputs.get(key)) for key in _IDENTITIES)) if resource.custom else ()
        for name in (name for name in dict.fromkeys(named) if name):
            found[name] = None if name in found and found[name] != resource.urn else resource.urn
    return {name: urn for name, urn in found.items() if urn is not None}


@dataclass(slots=True)
class Context:
    """One reading of one graph."""

    graph: ResourceGraph
    selectors: Selectors
    ids: dict[str, str]
    gaps: list[Gap] = field(default_factory=list)
    aliases: dict[str, str] = field(default_factory=dict)  # key of a default object -> the resource that adopts it

    def of(self, *shorts: str) -> Iterator[Resource]:
        """The managed resources of these types, named without the package."""
        for short in shorts:
            yield from self.graph.of_type(f"aws:{short}")

    def value(self, resource: Resource, name: str) -> Value:
        """A property that the program decides: the input; of a resource that is only read, the output.

        What is left out is left out, whatever the outputs say: they may be of an earlier deployment, and the defaults
        of AWS are known here.
        """
        return plain((resource.inputs or resource.outputs).get(name))

    def computed(self, resource: Resource, name: str) -> Value:
        """A property that AWS decides where the program does not: the input, else the output."""
        value = plain(resource.inputs.get(name))
        return plain(resource.outputs.get(name)) if value is None else value

    def gap(self, resource: Resource, what: str) -> None:
        """Note that something the proof needs is not known."""
        self.gaps.append(Gap(resource.urn, what))

    def key(self, value: Value) -> str | None:
        """Key of what a value refers to; None when it is absent or unknown."""
        value = plain(value)
        if isinstance(value, Ref):
            return value.urn
        if isinstance(value, str):
            return self.ids.get(value, value)
        return None

    def needed(self, resource: Resource, name: str) -> str | None:
        """Key that a property refers to; a gap where it is there but not known."""
        value = self.value(resource, name)
        key = self.key(value)
        if key is None and isinstance(value, Unknown):
            self.gap(resource, f"{name} is not known before the deployment")
        return key

    def keys(self, resource: Resource, value: Value, what: str) -> tuple[str, ...]:
        """Keys of a list of references; a gap for every member that is not known."""
        found: dict[str, None] = {}
        for item in items(value):
            key = self.key(item)
            if key is not None:
                found[key] = None
            elif isinstance(plain(item), Unknown):
                self.gap(resource, f"{what} is not known before the deployment")
        return tuple(found)

    def is_vpc(self, key: str) -> bool:
        """Whether a key is a VPC: of the graph by its type, else by its id."""
        resource = self.graph.get(key)
        return resource.type in VPC_TYPES if resource is not None else key.startswith("vpc-")

    def group_key(self, key: str) -> str:
        """A reference to a VPC where a group is meant stands for the VPC's default group."""
        key = default_group(key) if self.is_vpc(key) else key
        return self.aliases.get(key, key)

    def network(self, resource: Resource, value: Value, what: str) -> IPv4Network | None:
        """An IPv4 network; a gap where it is there and cannot be read. The host bits do not matter to AWS."""
        value = plain(value)
        if value is None or value == "":
            return None
        word = text(value)
        if word is not None:
            try:
                return IPv4Network(word, strict=False)
            except ValueError:
                pass
        # A reference to a VPC or subnet where a range is meant stands for that resource's own range.
        target = self.graph.get(value.urn) if isinstance(value, Ref) else None
        if target is not None and target.type in (*VPC_TYPES, "aws:ec2/subnet:Subnet"):
            return self.network(target, self.computed(target, "cidrBlock"), "cidrBlock")
        self.gap(resource, f"{what} is not known or not an IPv4 range")
        return None

    def services(self, resource: Resource, protocol: Value, first: Value, last: Value) -> tuple[Span, ...]:
        """Spans of a rule's protocol and ports; everything, with a gap, where they cannot be read."""
        everything = service_spans("-1", None, None)
        if any(isinstance(plain(value), Unknown) for value in (protocol, first, last)):
            self.gap(resource, "protocol or ports are not known before the deployment")
            return everything
        try:
            return service_spans(text(protocol) or str(number(protocol)), number(first), number(last))
        except ValueError as error:
            self.gap(resource, f"protocol or ports cannot be read ({error})")
            return everything

    def clause(self, resource: Resource) -> str | None:
        """Clauses that a resource says it was made for."""
        found = tags(resource)
        words = [found[key] for key in sorted(found) if key == TAG_CLAUSE or key.startswith(f"{TAG_CLAUSE}-")]
        return " ".join(words) or None
