"""Cloud DNS (its documentation: "Zones overview", "DNS server policies", "Response policies and rules", "Quotas")."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from zt_ai.simulate.gcp.act import Act, refuses, same_thing
from zt_ai.simulate.gcp.references import find_reference
from zt_ai.simulate.problems import CloudError, Problem
from zt_ai.simulate.values import values_at

ZONE, RECORD, POLICY, RESPONSE, RULE = (
    "dns/managedZone:ManagedZone",
    "dns/recordSet:RecordSet",
    "dns/policy:Policy",
    "dns/responsePolicy:ResponsePolicy",
    "dns/responsePolicyRule:ResponsePolicyRule",
)
_NETWORKS = "privateVisibilityConfig.networks.networkUrl"


def check_static(token: str, inputs: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with a zone or records whatever else exists."""
    short = token.removeprefix("gcp:")
    if short == RECORD:
        return list(_check_records(inputs.get("type"), inputs.get("rrdatas"), "rrdatas"))
    if short == RULE:
        return list(_check_local(inputs))
    private = {key for key in ("privateVisibilityConfig", "forwardingConfig", "peeringConfig") if inputs.get(key)}
    if short == ZONE and private and inputs.get("visibility", "public") == "public":
        what = f"{', '.join(sorted(private))} needs visibility = private"
        return [Problem("visibility", f"invalid: {what}")]
    return []


def _check_local(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    data = inputs.get("localData")
    listed = data.get("localDatas") if isinstance(data, Mapping) else None
    for index, records in enumerate(listed if isinstance(listed, list) else []):
        if not isinstance(records, Mapping):
            continue
        where, name = f"localData.localDatas[{index}]", records.get("name")
        yield from _check_records(records.get("type"), records.get("rrdatas"), f"{where}.rrdatas")
        if isinstance(name, str) and isinstance(inputs.get("dnsName"), str) and name != inputs["dnsName"]:
            yield Problem(f"{where}.name", f"invalid: {name!r} is not the dnsName {inputs['dnsName']!r} of the rule")


def _check_records(kind: Any, data: Any, path: str) -> Iterator[Problem]:
    if not isinstance(data, list):
        return
    if kind == "CNAME" and len(data) > 1:
        yield Problem(path, "invalid: a CNAME has one value")
    for index, text in enumerate(data):
        if not isinstance(text, str):
            continue
        try:
            if kind == "A":
                ipaddress.IPv4Address(text)
            elif kind == "AAAA":
                ipaddress.IPv6Address(text)
        except ValueError:
            yield Problem(f"{path}[{index}]", f"invalid: {text!r} is no address of an {kind} record")
        if kind in ("CNAME", "NS", "PTR") and not text.endswith("."):
            yield Problem(f"{path}[{index}]", f"invalid: {text!r} does not end with a dot")


@refuses(ZONE)
def zone(act: Act) -> None:
    """One private zone of a name for a network; a zone that is private is seen from somewhere; within the quota."""
    zones = list(act.siblings(ZONE))
    if act.thing is None:
        act.limit("managed-zones-per-project", len(zones), "managed zones")
    if act.inputs.get("visibility") != "private":
        return
    for other in zones:
        if other.inputs.get("visibility") != "private" or other.inputs.get("dnsName") != act.inputs.get("dnsName"):
            continue
        for network in values_at(act.inputs, _NETWORKS):
            if any(same_thing(network, theirs) for theirs in values_at(other.inputs, _NETWORKS)):
                said = f"network '{network}' already sees the zone '{other.id}' of {other.inputs['dnsName']}"
                raise CloudError("conflict", said)


@refuses(RECORD)
def record(act: Act) -> None:
    """Inside the zone; a CNAME stands alone at its name."""
    found = find_reference(act.world, (f"gcp:{ZONE}",), str(act.inputs.get("managedZone")), act.settings)
    name, kind = str(act.inputs.get("name")), act.inputs.get("type")
    domain = "" if found is None else str(found.value("dnsName") or "")
    if domain and name != domain and not name.endswith(f".{domain.lstrip('.')}" if domain != "." else "."):
        raise CloudError("invalid", f"{name!r} is not in the zone {domain!r}")
    for other in act.siblings(RECORD):
        here = same_thing(other.inputs.get("managedZone"), act.inputs.get("managedZone"))
        if here and other.inputs.get("name") == name and "CNAME" in (kind, other.inputs.get("type")):
            raise CloudError("cnameResourceRecordSetConflict", f"{name!r} has the record {other.id} already")


@refuses(POLICY, RESPONSE)
def network_once(act: Act) -> None:
    """A network has one server policy and one response policy."""
    for other in act.others(act.subject.type.removeprefix("gcp:")):
        for network in values_at(act.inputs, "networks.networkUrl"):
            if any(same_thing(network, theirs) for theirs in values_at(other.inputs, "networks.networkUrl")):
                raise CloudError("conflict", f"network '{network}' is already bound to '{other.id}'")


@refuses(RULE)
def name_once(act: Act) -> None:
    """A name has one rule in a response policy; and the quota."""
    policy = act.inputs.get("responsePolicy")
    rules = [other for other in act.siblings(RULE) if same_thing(other.inputs.get("responsePolicy"), policy)]
    if act.thing is None:
        act.limit("rules-per-response-policy", len(rules), f"rules of {policy}")
    for other in rules:
        if other.inputs.get("dnsName") == act.inputs.get("dnsName"):
            raise CloudError("conflict", f"{act.inputs.get('dnsName')!r} has the rule '{other.id}' already")
