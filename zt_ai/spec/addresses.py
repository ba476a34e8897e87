"""Address blocks for zones, found from the zone's name alone.

A block that depended on the other zones would move when one is added, and moving a subnet replaces all that is in it.
So a zone's block is a function of its name, and two names that fall on the same block are an error with a way out (pin
one of them) and never a silent shift.
"""

from __future__ import annotations

import hashlib
import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

BLOCKS = 64  # blocks in a cloud's range; the last one is kept for endpoints and other shared parts


@dataclass(frozen=True, slots=True)
class BlockConflictError(Exception):
    """Two zones would share addresses, or a pinned block does not fit."""

    zone: str
    message: str
    hint: str

    def __str__(self) -> str:
        return f"{self.message}; {self.hint}"


def derived_block(cidr: str, zone: str) -> ipaddress.IPv4Network:
    """Block of a zone by its name: one of the first 63 of 64 equal parts of the range."""
    digest = hashlib.sha256(zone.encode()).digest()
    return _block(cidr, int.from_bytes(digest[:8], "big") % (BLOCKS - 1))


def shared_block(cidr: str) -> ipaddress.IPv4Network:
    """The block kept for what belongs to no zone (private endpoints)."""
    return _block(cidr, BLOCKS - 1)


def _block(cidr: str, index: int) -> ipaddress.IPv4Network:
    network = ipaddress.IPv4Network(cidr)
    size = network.num_addresses // BLOCKS
    return ipaddress.IPv4Network((int(network.network_address) + index * size, network.prefixlen + 6))


def allocate(
    cidr: str, zones: Iterable[str], pinned: Mapping[str, str], *, cloud: str = "aws"
) -> dict[str, ipaddress.IPv4Network]:
    """Block of every zone inside `cidr`, the range on a cloud.

    Raises:
        BlockConflictError: two blocks overlap, or a pinned one lies outside the range or on the shared block.
    """
    whole, shared = ipaddress.IPv4Network(cidr), shared_block(cidr)
    blocks: dict[str, ipaddress.IPv4Network] = {}
    # Pinned zones first: they are what the user decided, so the conflict is reported for the derived one.
    for zone in sorted(zones, key=lambda z: z not in pinned):
        block = ipaddress.IPv4Network(pinned[zone]) if zone in pinned else derived_block(cidr, zone)
        if zone in pinned and not block.subnet_of(whole):
            raise BlockConflictError(
                zone, f"block {block} of zone '{zone}' lies outside {whole}", f"pin a block inside {whole}"
            )
        if zone in pinned and block.prefixlen > 26:
            raise BlockConflictError(
                zone, f"block {block} of zone '{zone}' is too small for four subnets", "pin a block of at least /26"
            )
        taken = {**blocks, "shared endpoints": shared}
        rival = next((name for name, b in taken.items() if b.overlaps(block)), None)
        if rival is not None:
            parts = whole.subnets(new_prefix=whole.prefixlen + 6)
            free = next((part for part in parts if not any(part.overlaps(b) for b in taken.values())), None)
            hint = f"pin it with `placement: {{{cloud}: {{cidr: {free}}}}}`" if free else "use a larger range"
            raise BlockConflictError(zone, f"block {block} of zone '{zone}' overlaps that of '{rival}'", hint)
        blocks[zone] = block
    return blocks


def quarter_index(availability_zone: str) -> int:
    """Which quarter of a block the subnets of an AWS availability zone take, 0 to 3: found from the zone's letter."""
    return (ord(availability_zone[-1]) - ord("a")) % 4
