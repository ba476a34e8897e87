"""Outputs of Google Cloud resources that a template cannot say, because they depend on other things."""

from __future__ import annotations

import ipaddress
import zlib
from collections.abc import Callable, Mapping
from typing import Any

from zt_ai.simulate.cloud import Settings
from zt_ai.simulate.gcp.act import Act
from zt_ai.simulate.gcp.naming import Draw, leaf, part_after, relative
from zt_ai.simulate.world import World

Maker = Callable[[Act, str, Draw], dict[str, Any]]
PROJECT = "gcp:organizations/project:Project"
SUBNETWORK = "gcp:compute/subnetwork:Subnetwork"
_SELF = "https://www.googleapis.com/compute/v1/"


def project_number(world: World, project: str) -> str:
    """The number of a project: the seeded one, else one that its id leads to."""
    thing = world.get(PROJECT, f"projects/{project}")
    number = None if thing is None else thing.value("number")
    return str(number) if number else str(10**11 + zlib.crc32(project.encode()))


def project_of_number(world: World, number: str) -> str | None:
    """The id of the project with that number, if the world knows it."""
    for thing in world.of_type(PROJECT):
        if str(thing.value("number")) == number:
            return leaf(thing.id)
    return None


def subnetwork_of(world: World, text: Any, settings: Settings) -> Any:
    """The subnetwork that a text names, if it is in the world."""
    wanted = relative(str(text))
    if "/" not in wanted:
        wanted = f"projects/{settings.account}/regions/{settings.region}/subnetworks/{wanted}"
    elif wanted.startswith("regions/"):
        wanted = f"projects/{settings.account}/{wanted}"
    return world.get(SUBNETWORK, wanted)


def _host(block: Any, thing_id: str, taken: set[str]) -> str | None:
    """A free address of a range. The first two and the last two are Google's own (VPC, "Subnets", "Unusable
    addresses")."""
    try:
        network = ipaddress.IPv4Network(str(block))
    except ValueError:
        return None
    room = network.num_addresses - 4
    for step in range(room):
        found = str(network[2 + (zlib.crc32(thing_id.encode()) + step) % room])
        if found not in taken:
            return found
    return None


def _public(thing_id: str) -> str:
    # 203.0.113.0/24 and 198.51.100.0/24 are documentation ranges (RFC 5737): no real address is ever simulated.
    number = zlib.crc32(thing_id.encode()) % 508
    return f"{'203.0.113.' if number < 254 else '198.51.100.'}{number % 254 + 1}"


def _subnetwork(act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    try:
        return {"gatewayAddress": str(ipaddress.IPv4Network(str(act.inputs.get("ipCidrRange")))[1])}
    except (ValueError, IndexError):
        return {"gatewayAddress": ""}


def _address(act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    if act.inputs.get("addressType") != "INTERNAL":
        return {"address": _public(thing_id)}
    subnet = subnetwork_of(act.world, act.inputs.get("subnetwork"), act.settings)
    return {"address": _host(subnet.value("ipCidrRange"), thing_id, _taken(act)) if subnet else None}


def _taken(act: Act) -> set[str]:
    addresses = {str(t.value("address")) for t in act.others("compute/address:Address")}
    return addresses | {str(t.value("ipAddress")) for t in act.others("compute/forwardingRule:ForwardingRule")}


def _forwarding_rule(act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    subnet = subnetwork_of(act.world, act.inputs.get("subnetwork"), act.settings)
    found: dict[str, Any] = {}
    given = act.inputs.get("ipAddress")
    if isinstance(given, str) and "/addresses/" in given:
        address = act.world.get("gcp:compute/address:Address", relative(given))
        found["ipAddress"] = address.value("address") if address else None
    elif str(act.inputs.get("loadBalancingScheme", "")).startswith("INTERNAL"):
        found["ipAddress"] = _host(subnet.value("ipCidrRange"), thing_id, _taken(act)) if subnet else None
    else:
        found["ipAddress"] = _public(thing_id)
    if act.inputs.get("serviceLabel"):
        name = f"{act.inputs['serviceLabel']}.{act.inputs.get('name')}.il4.{act.region}.lb.{act.project}.internal"
        found["serviceName"] = name
    if subnet is not None:
        found["network"] = subnet.value("network")
        found["subnetwork"] = f"{_SELF}{subnet.id}"
    return found


def _tag_value(act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    key = act.world.get("gcp:tags/tagKey:TagKey", str(act.inputs.get("parent")))
    return {"namespacedName": f"{key.value('namespacedName') if key else ''}/{act.inputs.get('shortName')}"}


def _zone(act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    if act.inputs.get("visibility") == "private":
        # Cloud DNS gives private zones one server name that answers inside the network only.
        return {"nameServers": ["ns-gcp-private.googledomains.com."]}
    shard = "abcde"[zlib.crc32(thing_id.encode()) % 5]
    return {"nameServers": [f"ns-cloud-{shard}{number}.googledomains.com." for number in range(1, 5)]}


def _sink(act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    # Cloud Logging, "Route logs to supported destinations", "Set destination permissions": a bucket in the same project
    # needs no identity.
    own = act.inputs.get("customWriterIdentity")
    if own:
        return {"writerIdentity": own}
    destination = str(act.inputs.get("destination"))
    same = part_after(destination, "projects") in (act.project, project_number(act.world, act.project))
    if destination.startswith("logging.") and same:
        return {"writerIdentity": ""}
    number = project_number(act.world, act.project)
    return {"writerIdentity": f"serviceAccount:service-{number}@gcp-sa-logging.iam.gserviceaccount.com"}


def _secret(act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    number = project_number(act.world, act.project)
    return {"name": f"projects/{number}/secrets/{act.inputs.get('secretId')}"}


def _bucket(act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    return {"projectNumber": int(project_number(act.world, act.project))}


def _key(act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    if act.inputs.get("purpose") not in (None, "ENCRYPT_DECRYPT") or act.inputs.get("skipInitialVersionCreation"):
        return {"primaries": []}
    return {"primaries": [{"name": f"{thing_id}/cryptoKeyVersions/1", "state": "ENABLED"}]}


def _check_type(act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    for name, kind in _CHECKS.items():
        if act.inputs.get(name) is not None:
            return {"type": kind}
    return {}


_CHECKS = {
    "grpcHealthCheck": "GRPC",
    "grpcTlsHealthCheck": "GRPC_WITH_TLS",
    "http2HealthCheck": "HTTP2",
    "httpHealthCheck": "HTTP",
    "httpsHealthCheck": "HTTPS",
    "sslHealthCheck": "SSL",
    "tcpHealthCheck": "TCP",
}


def _group_zones(act: Act, thing_id: str, draw: Draw) -> dict[str, Any]:
    return {"distributionPolicyZones": [f"{act.region}-{zone}" for zone in "abc"]}


MAKERS: Mapping[str, tuple[Maker, tuple[str, ...]]] = {
    # The maker and the names it makes: a preview shows those as unknown.
    "gcp:compute/subnetwork:Subnetwork": (_subnetwork, ("gatewayAddress",)),
    "gcp:compute/address:Address": (_address, ("address",)),
    "gcp:compute/forwardingRule:ForwardingRule": (
        _forwarding_rule,
        ("ipAddress", "serviceName", "network", "subnetwork"),
    ),
    "gcp:compute/healthCheck:HealthCheck": (_check_type, ("type",)),
    "gcp:compute/regionHealthCheck:RegionHealthCheck": (_check_type, ("type",)),
    "gcp:compute/regionInstanceGroupManager:RegionInstanceGroupManager": (_group_zones, ("distributionPolicyZones",)),
    "gcp:tags/tagValue:TagValue": (_tag_value, ("namespacedName",)),
    "gcp:dns/managedZone:ManagedZone": (_zone, ("nameServers",)),
    "gcp:logging/projectSink:ProjectSink": (_sink, ("writerIdentity",)),
    "gcp:secretmanager/secret:Secret": (_secret, ("name",)),
    "gcp:storage/bucket:Bucket": (_bucket, ("projectNumber",)),
    "gcp:kms/cryptoKey:CryptoKey": (_key, ("primaries",)),
}
