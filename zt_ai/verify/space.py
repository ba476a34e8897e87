"""Exact sets of addresses and of services (protocol and port), as bit sets over equivalence classes.

A line of numbers is cut at every boundary that occurs in the plan or in the intent. Between two cuts nothing in the
plan can tell one number from another, so one bit stands for all of them and union, intersection and complement are
operations on one Python integer. Nothing is sampled: a set is either a union of whole classes or it raises.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from ipaddress import IPv4Network, IPv6Network

IPV4_SIZE = 1 << 32
IPV6_SIZE = 1 << 128

# One line holds every service: 65,536 TCP ports, as many UDP ports, ICMP and ICMPv6 by type and code, other protocols
# by number.
_TCP, _UDP, _ICMP, _ICMPV6, _OTHER = 0, 1 << 16, 2 << 16, 3 << 16, 4 << 16
SERVICES_SIZE = _OTHER + 256
_BASES = {"tcp": _TCP, "udp": _UDP, "icmp": _ICMP, "icmpv6": _ICMPV6}
# IANA "Assigned Internet Protocol Numbers"
_NUMBERS = {"1": "icmp", "6": "tcp", "17": "udp", "58": "icmpv6"}
_NAMES = {"esp": 50, "ah": 51, "gre": 47, "sctp": 132, "ipv6": 41, "ospf": 89, "vrrp": 112, "igmp": 2}

Span = tuple[int, int]  # first and last number, both included


class NotCutError(ValueError):
    """A range does not fall on the cuts of its line: it was not given when the line was made."""


class Line:
    """Numbers 0 … size-1, cut into classes so that every given span is a union of classes."""

    __slots__ = ("_index", "_starts", "everything", "size")

    def __init__(self, size: int, spans: Iterable[Span]) -> None:
        cuts = {0}
        for first, last in spans:
            if not 0 <= first <= last < size:
                raise ValueError(f"span {first}-{last} lies outside 0-{size - 1}")
            cuts.add(first)
            if last + 1 < size:
                cuts.add(last + 1)
        self.size = size
        self._starts = sorted(cuts)
        self._index = {start: index for index, start in enumerate(self._starts)}
        self.everything = (1 << len(self._starts)) - 1

    def __len__(self) -> int:
        return len(self._starts)

    def of(self, first: int, last: int) -> int:
        """The set of the numbers from `first` to `last`.

        Raises:
            NotCutError: the span is not a union of classes of this line.
        """
        low = self._index.get(first)
        high = len(self._starts) if last + 1 == self.size else self._index.get(last + 1)
        if low is None or high is None:
            raise NotCutError(f"span {first}-{last} is not cut")
        return (1 << high) - (1 << low)

    def union(self, spans: Iterable[Span]) -> int:
        """The set of all numbers in the spans."""
        bits = 0
        for first, last in spans:
            bits |= self.of(first, last)
        return bits

    def at(self, number: int) -> int:
        """The class that holds a number, as a set."""
        return 1 << (bisect_right(self._starts, number) - 1)

    def spans(self, bits: int) -> tuple[Span, ...]:
        """The set as ascending spans that do not touch."""
        found: list[Span] = []
        while bits:
            low = (bits & -bits).bit_length() - 1
            run = bits >> low
            length = ((run + 1) & -(run + 1)).bit_length() - 1
            high = low + length
            last = self._starts[high] - 1 if high < len(self._starts) else self.size - 1
            found.append((self._starts[low], last))
            bits = run >> length << high
        return tuple(found)

    def first(self, bits: int) -> int:
        """The smallest number of a set that is not empty."""
        return self._starts[(bits & -bits).bit_length() - 1]


def join(sets: Iterable[int]) -> int:
    """The union of some sets."""
    found = 0
    for bits in sets:
        found |= bits
    return found


def atoms(bits: int) -> Iterator[int]:
    """Each class of a set as a set of its own."""
    while bits:
        low = bits & -bits
        yield low
        bits ^= low


def network_span(network: IPv4Network | IPv6Network) -> Span:
    """First and last address of a network as numbers."""
    return int(network.network_address), int(network.broadcast_address)


def service_spans(protocol: str, first: int | None, last: int | None) -> tuple[Span, ...]:
    """Spans of a rule's protocol and port range on the line of services.

    `protocol` is `tcp`, `udp`, `icmp`, `icmpv6`, a protocol number, or `-1`/`all` for everything. For ICMP `first` is
    the type and `last` the code, -1 or None for all of them [EC2 API Reference, IpPermission]. Ports of other
    protocols are ignored.

    Raises:
        ValueError: the protocol or a number is none of these.
    """
    name = protocol.strip().lower()
    if name in ("-1", "all"):
        return ((0, SERVICES_SIZE - 1),)
    name = _NUMBERS.get(name, name)
    if name in ("tcp", "udp"):
        low = 0 if first is None or first == -1 else first
        high = 65535 if last is None or last == -1 else last
        if not 0 <= low <= high <= 65535:
            raise ValueError(f"ports {low}-{high}")
        return ((_BASES[name] + low, _BASES[name] + high),)
    if name in ("icmp", "icmpv6"):
        base = _BASES[name]
        if first is None or first == -1:
            return ((base, base + 65535),)
        low, high = (0, 255) if last is None or last == -1 else (last, last)
        if not (0 <= first <= 255 and 0 <= low <= high <= 255):
            raise ValueError(f"ICMP type {first}, code {last}")
        return ((base + first * 256 + low, base + first * 256 + high),)
    number = _NAMES.get(name, int(name) if name.isdigit() else -1)
    if not 0 <= number <= 255:
        raise ValueError(f"protocol {protocol!r}")
    return ((_OTHER + number, _OTHER + number),)


def service_parts(number: int) -> tuple[str, int | None]:
    """Protocol and destination port of one number on the line of services; the port is None where there is none."""
    for name in ("tcp", "udp"):
        if 0 <= number - _BASES[name] < 65536:
            return name, number - _BASES[name]
    for name in ("icmp", "icmpv6"):
        if 0 <= number - _BASES[name] < 65536:
            return name, None
    return str(number - _OTHER), None


def format_services(line: Line, bits: int) -> tuple[str, ...]:
    """A set of services in words: `tcp/443`, `udp/8000-8010`, `icmp`, `protocol 50`, or `all` for everything."""
    if bits == line.everything:
        return ("all",)
    words: list[str] = []
    for first, last in line.spans(bits):
        for base, name, size in (
            (_TCP, "tcp", 65536),
            (_UDP, "udp", 65536),
            (_ICMP, "icmp", 65536),
            (_ICMPV6, "icmpv6", 65536),
        ):
            low, high = max(first, base) - base, min(last, base + size - 1) - base
            if low > high:
                continue
            if (low, high) == (0, 65535) or name.startswith("icmp"):
                words.append(name)
            else:
                words.append(f"{name}/{low}" if low == high else f"{name}/{low}-{high}")
        low, high = max(first, _OTHER) - _OTHER, last - _OTHER
        if low <= high:
            words.append(f"protocol {low}" if low == high else f"protocols {low}-{high}")
    return tuple(words)
