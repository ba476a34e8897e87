"""Private addresses in the subnets of the simulated Azure: which are taken, which comes next.

The first four addresses of a subnet and the last are Azure's own [Microsoft Learn, "Azure Virtual Network FAQ", "Are
there any restrictions on using IP addresses within these subnets?"].
"""

from __future__ import annotations

import ipaddress
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from zt_ai.simulate.azure import ids
from zt_ai.simulate.azure.act import Act, at, listed
from zt_ai.simulate.azure.catalogue import full
from zt_ai.simulate.problems import CloudError
from zt_ai.simulate.world import Thing, World

KEPT = "__addresses"
"""Where a private endpoint keeps its address, which Azure shows at its network interface; never shown."""
_LISTS = ("frontendIPConfigurations", "ipConfigurations")
_SUBNET = full("network:Subnet")
RESERVED_FIRST, RESERVED_LAST = 4, 1


def prefixes(inputs: Mapping[str, Any]) -> list[str]:
    """The address ranges of a subnet."""
    several = inputs.get("addressPrefixes")
    one = inputs.get("addressPrefix")
    return [str(text) for text in ([*several] if isinstance(several, list) else [])] or ([str(one)] if one else [])


def block(text: Any) -> ipaddress.IPv4Network | ipaddress.IPv6Network | None:
    """A text as an address range; None where it is none."""
    try:
        return ipaddress.ip_network(str(text))
    except ValueError:
        return None


def of_thing(outputs: Mapping[str, Any]) -> dict[str, str]:
    """The private addresses a thing has, by the name of the configuration."""
    found = {
        str(item.get("name")): str(item["privateIPAddress"])
        for key in _LISTS
        for item in listed(outputs.get(key))
        if isinstance(item, Mapping) and item.get("privateIPAddress")
    }
    for taken in (outputs.get(KEPT) or {}).values():
        found.update({f"#{number}": str(address) for number, address in enumerate(taken)})
    return found


def taken_in(world: World, subnet_id: str, but: str) -> Iterator[tuple[str, Thing]]:
    """The addresses taken in a subnet, each with the thing that has it; those of the thing ``but`` left out."""
    for thing in world.all():
        if ids.same(thing.id, but):
            continue
        for key in _LISTS:
            for item in listed(thing.outputs.get(key)):
                here = isinstance(item, Mapping) and ids.same(at(item, "subnet.id"), subnet_id)
                if here and item.get("privateIPAddress"):
                    yield str(item["privateIPAddress"]), thing
        for address in (thing.outputs.get(KEPT) or {}).get(subnet_id.lower(), ()):
            yield str(address), thing


def next_free(act: Act, subnet_id: str, mine: Iterable[Mapping[str, Any]]) -> str | None:
    """The first address of a subnet that nobody has. Raises :class:`CloudError` where the subnet is full."""
    subnet = ids.find(act.world, subnet_id, _SUBNET)
    range_ = block(next(iter(prefixes(subnet.inputs)), None)) if subnet is not None else None
    if range_ is None:
        return None
    used = {address for address, _ in taken_in(act.world, subnet_id, act.id)}
    used |= {str(item.get("privateIPAddress")) for item in mine}
    for number in range(RESERVED_FIRST, range_.num_addresses - RESERVED_LAST):
        address = str(range_[number])
        if address not in used:
            return address
    raise CloudError("SubnetIsFull", f"Subnet {subnet_id} with address prefix {range_} does not have enough capacity.")


def check_given(act: Act, key: str) -> None:
    """Refuse static addresses outside their subnet, in Azure's own part of it, or taken. Raises CloudError."""
    for item in listed(act.inputs.get(key)):
        address, subnet_id = (
            (item.get("privateIPAddress"), at(item, "subnet.id")) if isinstance(item, Mapping) else (None, None)
        )
        if not isinstance(address, str) or not isinstance(subnet_id, str):
            continue
        check_one(act, address, subnet_id)


def check_one(act: Act, address: str, subnet_id: str) -> None:
    """Refuse one static address. Raises :class:`CloudError`."""
    subnet = ids.find(act.world, subnet_id, _SUBNET)
    range_ = block(next(iter(prefixes(subnet.inputs)), None)) if subnet is not None else None
    if range_ is None:
        return
    try:
        wanted = ipaddress.ip_address(address)
    except ValueError:
        raise CloudError("InvalidRequestFormat", f"{address!r} is no IP address.") from None
    if wanted not in range_:
        raise CloudError(
            "PrivateIPAddressNotInSubnet",
            f"Private static IP address {address} does not belong to the range of subnet prefix {range_}.",
        )
    number = int(wanted) - int(range_.network_address)
    if number < RESERVED_FIRST or number >= range_.num_addresses - RESERVED_LAST:
        raise CloudError(
            "PrivateIPAddressInReservedRange",
            f"Private static IP address {address} falls within reserved IP range of subnet prefix {range_}.",
        )
    for other, thing in taken_in(act.world, subnet_id, act.id):
        if other == address:
            raise CloudError(
                "PrivateIPAddressIsAllocated", f"IP address {address} is already allocated to resource {thing.id}."
            )
