"""Whether DNS queries are recorded, and what Network Firewall sees.

Sources: Amazon VPC User Guide, "Logging IP traffic using VPC Flow Logs"; Route 53 Developer Guide, "Resolver query
logging"; AWS Network Firewall Developer Guide, "Logging network traffic from AWS Network Firewall".
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from zt_ai.graph.model import Resource, Unknown, Value
from zt_ai.verify.aws.deliveries import Delivery, StoreKind, kept, kind_of
from zt_ai.verify.aws.findings import Findings
from zt_ai.verify.aws.places import FIREWALL, Places
from zt_ai.verify.aws.stores import Stores
from zt_ai.verify.reading import maps, member, plain, text

QUERY_ASSOCIATION = "aws:route53/resolverQueryLogConfigAssociation:ResolverQueryLogConfigAssociation"
FIREWALL_LOGGING = "aws:networkfirewall/loggingConfiguration:LoggingConfiguration"

_FIREWALL_LOGS = ("FLOW", "ALERT")


def dns_records(places: Places, stores: Stores) -> Findings:
    """Every query to the VPC's resolver is recorded."""
    found = Findings()
    by_vpc: dict[str, list[Delivery]] = {}
    sure = True
    for association in places.graph.of_type(QUERY_ASSOCIATION):
        vpc = places.key(association.inputs.get("resourceId"))
        config = places.key(association.inputs.get("resolverQueryLogConfigId"))
        what = f"DNS queries of {places.vpcs.get(vpc or '', 'a VPC')}"
        if vpc is None:
            found.doubt(f"{association.urn}: it is not known which VPC's queries are logged")
            sure = False
            continue
        resource = places.graph.get(config) if config is not None else None
        destination: Value = resource.inputs.get("destinationArn") if resource is not None else Unknown()
        kind = kind_of(destination, stores)
        by_vpc.setdefault(vpc, []).append(Delivery(kind, destination, what, association.urn))
    for vpc, name in places.vpcs.items():
        deliveries = by_vpc.get(vpc, [])
        if deliveries:
            found.take(kept(deliveries, stores))
        elif sure:
            found.refute(
                f"DNS queries of {name} are not logged: no resolver query log configuration is associated with it",
                source=name, destination="audit store", through=(vpc,),
            )  # fmt: skip
    return found


def firewall_records(places: Places, stores: Stores) -> Findings:
    """Every Network Firewall records the flows it passes and the alerts it raises."""
    found = Findings()
    by_firewall: dict[str, list[Resource]] = {}
    sure = True
    for logging in places.graph.of_type(FIREWALL_LOGGING):
        firewall = places.key(logging.inputs.get("firewallArn"))
        if firewall is None:
            found.doubt(f"{logging.urn}: it is not known which firewall it is about")
            sure = False
        else:
            by_firewall.setdefault(_firewall_name(firewall), []).append(logging)
    for resource in places.graph.of_type(FIREWALL):
        name = f"firewall {resource.name}"
        own = by_firewall.get(resource.urn, [])
        physical = text(resource.inputs.get("name"))
        if isinstance(physical, str):
            own = own + by_firewall.get(physical, [])
        for kind in _FIREWALL_LOGS:
            deliveries = list(_firewall_deliveries(own, kind, name))
            if deliveries:
                found.take(kept(deliveries, stores))
            elif any(isinstance(_configurations(one), Unknown) for one in own):
                found.doubt(f"{name}: where its {kind} log goes is known only after the deployment")
            elif sure:
                found.refute(
                    f"{name} does not log {kind}", source=name, destination="audit store",
                    through=(resource.urn, *(one.urn for one in own)),
                )  # fmt: skip
    return found


def _configurations(logging: Resource) -> Value:
    return member(logging.inputs, "loggingConfiguration", "logDestinationConfigs")


def _firewall_deliveries(logging: Iterable[Resource], kind: str, name: str) -> Iterable[Delivery]:
    for one in logging:
        for configuration in maps(_configurations(one)):
            if text(configuration.get("logType")) != kind:
                continue
            place = plain(configuration.get("logDestination"))
            target: Mapping[str, Value] = place if isinstance(place, Mapping) else {}
            what = f"{kind} log of {name}"
            if "bucketName" in target:
                yield Delivery(StoreKind.BUCKET, target["bucketName"], what, one.urn)
            elif "logGroup" in target:
                yield Delivery(StoreKind.LOG_GROUP, target["logGroup"], what, one.urn)
            else:
                yield Delivery(StoreKind.OTHER, place, what, one.urn)


def _firewall_name(key: str) -> str:
    """The physical name in a firewall's ARN; any other key as it is."""
    return key.rpartition("firewall/")[2] if key.startswith("arn:") else key
