"""Private DNS zones, their links and records.

[Microsoft Learn, "What is a virtual network link subresource of Azure DNS private zones?"; "Private DNS limits"; Azure
Private Link FAQ, "Can we link multiple private DNS zones with the same name?".]
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from zt_ai.simulate.azure import ids
from zt_ai.simulate.azure.act import Act, at, refuses, refuses_delete
from zt_ai.simulate.azure.catalogue import full
from zt_ai.simulate.problems import CloudError, Problem

LINK = "privatedns:VirtualNetworkLink"
_RECORDS = {
    "A": "aRecords",
    "AAAA": "aaaaRecords",
    "CNAME": "cnameRecord",
    "MX": "mxRecords",
    "PTR": "ptrRecords",
    "SOA": "soaRecord",
    "SRV": "srvRecords",
    "TXT": "txtRecords",
}
# "What is an Azure private DNS zone?", "Restrictions": names of Azure's own that cannot be taken.
_RESERVED = frozenset(
    {
        "azclient.ms",
        "azure.com",
        "cloudapp.net",
        "core.windows.net",
        "microsoft.com",
        "msidentity.com",
        "trafficmanager.net",
        "windows.net",
    }
)


def check_static(token: str, inputs: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with a zone or a record whatever else exists."""
    kind = token.removeprefix("azure-native:")
    if kind == "privatedns:PrivateZone" and str(inputs.get("privateZoneName")).lower() in _RESERVED:
        return [Problem("privateZoneName", f"BadRequest: the zone name {inputs['privateZoneName']!r} is reserved")]
    if kind != "privatedns:PrivateRecordSet" or not isinstance(inputs.get("recordType"), str):
        return []
    known = _RECORDS.get(inputs["recordType"].upper())
    if known is None:
        return [Problem("recordType", f"BadRequest: {inputs['recordType']!r} is none of {', '.join(_RECORDS)}")]
    wrong = [name for name in _RECORDS.values() if name != known and inputs.get(name) is not None]
    problems = [
        Problem(name, f"BadRequest: a record set of type {inputs['recordType']} has no {name}") for name in wrong
    ]
    if inputs.get(known) in (None, []):
        problems.append(Problem(known, f"BadRequest: a record set of type {inputs['recordType']} needs {known}"))
    if inputs.get("ttl") is None:
        problems.append(Problem("ttl", "BadRequest: a record set needs a time to live"))
    return problems


def _zone(thing_id: str) -> str:
    return ids.leaf(ids.parent(thing_id) or "").lower()


def _network(inputs: Mapping[str, Any]) -> Any:
    return at(inputs, "virtualNetwork.id")


@refuses(LINK)
def link(act: Act) -> None:
    """A network is linked to one zone of a name, once; one zone registers its machines."""
    network = _network(act.inputs)
    if not network:
        raise CloudError("BadRequest", "a virtual network link needs a virtual network")
    if act.thing is None:
        act.limit(
            "links-per-zone", len(list(act.beside(LINK))), "BadRequest", "virtual network links of a private DNS zone"
        )
    for other in act.others(LINK):
        if not ids.same(_network(other.inputs), network):
            continue
        if ids.same(ids.parent(other.id), ids.parent(act.id)):
            raise CloudError("Conflict", f"Virtual network {network} is already linked to the zone by {other.id}.")
        if _zone(other.id) == _zone(act.id):
            raise CloudError(
                "BadRequest",
                "A virtual network cannot be linked to multiple zones with overlapping namespaces. You tried "
                "to link virtual "
                f"network with '{_zone(act.id)}' and '{_zone(other.id)}' zones.",
            )
        if act.inputs.get("registrationEnabled") and other.inputs.get("registrationEnabled"):
            raise CloudError(
                "BadRequest", f"Virtual network {network} registers its machines in '{_zone(other.id)}' already."
            )


@refuses_delete("privatedns:PrivateZone")
def linked(act: Act) -> None:
    """A zone stays while networks are linked to it; it goes with its resource group all the same."""
    links = [t for t in act.world.of_type(full(LINK)) if ids.same(ids.parent(t.id), act.id)]
    if links and not act.cascade:
        raise CloudError(
            "CannotDeleteResource",
            f"Can not delete resource before nested resources are deleted: {links[0].id} links the zone.",
        )


@refuses("privatedns:PrivateZone")
def zone_quota(act: Act) -> None:
    """Private zones per subscription."""
    if act.thing is None:
        count = sum(
            1 for t in act.others("privatedns:PrivateZone") if ids.subscription_of(t.id) == ids.subscription_of(act.id)
        )
        act.limit("private-zones", count, "BadRequest", "private DNS zones in a subscription")


@refuses("privatedns:PrivateRecordSet")
def record(act: Act) -> None:
    """Records per zone; a CNAME stands alone under its name."""
    zone = ids.parent(act.id)
    others = [t for t in act.others("privatedns:PrivateRecordSet") if ids.same(ids.parent(t.id), zone)]
    if act.thing is None:
        act.limit("records-per-zone", len(others), "BadRequest", "record sets in a private DNS zone")
    mine = str(act.inputs.get("recordType")).upper()
    for other in others:
        theirs = str(other.inputs.get("recordType")).upper()
        if ids.leaf(other.id).lower() == ids.leaf(act.id).lower() and "CNAME" in (mine, theirs) and mine != theirs:
            raise CloudError("Conflict", f"A CNAME record stands alone under its name: {other.id} is there.")
