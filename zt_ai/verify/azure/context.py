"""What all readers of the graph share: resolving references, ranges and protocols, and the list of gaps."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network, ip_network

from zt_ai.graph import Resource, ResourceGraph, Value
from zt_ai.spec.clouds import Azure
from zt_ai.verify.azure.arm import Ids
from zt_ai.verify.azure.values import is_unknown, plain, reference, short_type, text
from zt_ai.verify.azure.world import Gap
from zt_ai.verify.selectors import Selectors
from zt_ai.verify.space import Span, service_spans

EVERYTHING = service_spans("-1", None, None)


@dataclass(slots=True)
class Context:
    """One reading of one graph."""

    graph: ResourceGraph
    settings: Azure
    selectors: Selectors
    ids: Ids
    gaps: list[Gap] = field(default_factory=list)
    findings: list[tuple[str, str]] = field(default_factory=list)
    _by_type: dict[str, list[Resource]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        for resource in self.graph:
            if resource.custom:
                self._by_type.setdefault(short_type(resource), []).append(resource)

    def of(self, *shorts: str) -> Iterator[Resource]:
        """The managed resources of these types, named without package and API version."""
        for short in shorts:
            yield from self._by_type.get(short, ())

    def value(self, resource: Resource, name: str) -> Value:
        """A property that the program decides: the input; of a resource that is only read, the output."""
        return plain((resource.inputs or resource.outputs).get(name))

    def gap(self, resource: Resource, what: str) -> None:
        """Note that something the proof needs is not known."""
        self.gaps.append(Gap(resource.urn, what))

    def wrong(self, resource: Resource, what: str) -> None:
        """Note something that is wrong whatever else the plan has."""
        self.findings.append((what, resource.urn))

    def needed(self, resource: Resource, value: Value, what: str) -> str | None:
        """Key of a sub-resource `{id: …}`; a gap where it is there but not known."""
        key = self.ids.key(value)
        if key is None and is_unknown(reference(value)):
            self.gap(resource, f"{what} is not known before the deployment")
        return key

    def parent(self, resource: Resource, name: str, word: str) -> str | None:
        """Key of the resource that an input names; a gap where it is not known."""
        value = self.value(resource, name)
        key = self.ids.named(word, value)
        if key is None:
            self.gap(resource, f"{name} is not known before the deployment")
        return key

    def network(self, resource: Resource, value: Value, what: str) -> IPv4Network | None:
        """An IPv4 range; a gap where it is there and cannot be read. IPv6 is not modelled and is noted as wrong."""
        word = text(value)
        found = range_of(word) if word is not None else None
        if isinstance(found, IPv4Network):
            return found
        if isinstance(found, IPv6Network):
            self.wrong(resource, f"{resource.name}: {what} is of IPv6, which no zone may use")
        elif plain(value) is not None:
            self.gap(resource, f"{what} is not known or not an IPv4 range")
        return None

    def services(
        self, resource: Resource, protocol: Value, ranges: tuple[Value, ...], *, allow: bool
    ) -> tuple[Span, ...]:
        """Spans of a rule's protocol and destination ports; everything, with a gap, where they cannot be read."""
        word = text(protocol)
        names = {"tcp": ("tcp",), "udp": ("udp",), "icmp": ("icmp",), "esp": ("esp",), "ah": ("ah",)}
        if word is None or word.lower() not in {*names, "*"}:
            self.gap(resource, "protocol is not known or not one of Tcp, Udp, Icmp, Esp, Ah and *")
            return EVERYTHING
        spans: list[Span] = []
        for value in ranges or ("*",):
            said = text(value)
            ports = port_range(said) if said is not None else None
            if ports is None:
                self.gap(resource, "destination ports are not known or not a range")
                return EVERYTHING
            spans += _spans(word.lower(), ports, allow=allow)
        return tuple(spans)


def _spans(protocol: str, ports: Span, *, allow: bool) -> list[Span]:
    """What a rule for `*` with a range of ports does to protocols without ports is not documented: it is taken to let
    them pass and not to deny them."""
    if protocol == "*":
        if ports == (0, 65535):
            return list(EVERYTHING)
        spans = [*service_spans("tcp", *ports), *service_spans("udp", *ports)]
        return [*spans, *_WITHOUT_PORTS] if allow else spans
    if protocol in ("tcp", "udp"):
        return list(service_spans(protocol, *ports))
    return list(service_spans(protocol, None, None))


# ICMP, ICMPv6 and every other protocol but TCP (6) and UDP (17), which the line of services holds by port.
_WITHOUT_PORTS = (
    *service_spans("icmp", None, None),
    *service_spans("icmpv6", None, None),
    *(span for number in range(256) if number not in (1, 6, 17, 58) for span in service_spans(str(number), None, None)),
)


def port_range(word: str) -> Span | None:
    """`*`, `443` or `8000-8010` as first and last port."""
    if word == "*":
        return 0, 65535
    first, dash, last = word.partition("-")
    if not first.isdigit() or (dash and not last.isdigit()):
        return None
    low, high = int(first), int(last if dash else first)
    return (low, high) if 0 <= low <= high <= 65535 else None


def range_of(word: str) -> IPv4Network | IPv6Network | None:
    """An address range in CIDR notation, or one address; None for a word such as a service tag."""
    try:
        return ip_network(word, strict=False)
    except ValueError:
        return None


def tag_of(word: str) -> str:
    """A service tag in its own spelling; `Any`, `0.0.0.0/0` and `*` are one."""
    return "*" if word.lower() in ("any", "*") else word
