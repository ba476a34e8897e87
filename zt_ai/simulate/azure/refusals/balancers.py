"""Load balancers, network interfaces, scale sets and their autoscaling.

[Microsoft Learn, "Azure Load Balancer SKUs"; REST API references of Load Balancers, Virtual Machine Scale Sets and
Autoscale Settings; "Automatic OS image upgrades", "Rolling upgrades".]
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator, Mapping
from typing import Any

from zt_ai.simulate.azure import addresses, ids
from zt_ai.simulate.azure.act import Act, at, listed, refuses, values_at
from zt_ai.simulate.problems import CloudError, Problem

LONGEST_CUSTOM_DATA = 87380
"""Characters of custom data in its base64 form (REST API reference, OSProfile: 65535 bytes)."""
_PARTS = {
    "frontendIPConfiguration": "frontendIPConfigurations",
    "backendAddressPool": "backendAddressPools",
    "backendAddressPools": "backendAddressPools",
    "probe": "probes",
}
_PROFILE = "virtualMachineProfile"
_INTERFACES = f"{_PROFILE}.networkProfile.networkInterfaceConfigurations"


def check_static(token: str, inputs: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with a load balancer, a scale set or an autoscale setting whatever else exists."""
    kind = token.removeprefix("azure-native:")
    if kind == "network:LoadBalancer":
        return list(_balancer(inputs))
    if kind == "compute:VirtualMachineScaleSet":
        return list(_scale_set(inputs))
    if kind == "monitor:AutoscaleSetting":
        return list(_autoscale(inputs))
    return []


def _balancer(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    sku = str(at(inputs, "sku.name") or "Basic")
    if sku == "Basic":
        yield Problem(
            "sku", "BadRequest: load balancers of the Basic SKU are retired since 30 September 2025; take Standard"
        )
    names = {key: {str(n).lower() for n in values_at(inputs, f"{key}.name")} for key in set(_PARTS.values())}
    for number, rule in enumerate(listed(inputs.get("loadBalancingRules"))):
        if not isinstance(rule, Mapping):
            continue
        for name, key in _PARTS.items():
            for value in values_at(rule, f"{name}.id"):
                if isinstance(value, str) and ids.leaf(value).lower() not in names[key]:
                    path = f"loadBalancingRules[{number}].{name}"
                    yield Problem(
                        path, f"InvalidResourceReference: the load balancer has no {ids.leaf(value)!r} among its {key}"
                    )
        for name in ("frontendPort", "backendPort"):
            port = rule.get(name)
            if isinstance(port, int) and not 0 <= port <= 65535:
                yield Problem(f"loadBalancingRules[{number}].{name}", f"BadRequest: {port} is no port")
    for number, item in enumerate(listed(inputs.get("frontendIPConfigurations"))):
        if isinstance(item, Mapping) and not (
            item.get("subnet") or item.get("publicIPAddress") or item.get("publicIPPrefix")
        ):
            yield Problem(
                f"frontendIPConfigurations[{number}]", "BadRequest: a frontend has a subnet or a public address"
            )


@refuses("network:LoadBalancer")
def balancer(act: Act) -> None:
    """Static addresses that are free; public addresses of the same SKU."""
    addresses.check_given(act, "frontendIPConfigurations")
    sku = str(at(act.inputs, "sku.name") or "Basic")
    for value in values_at(act.inputs, "frontendIPConfigurations.publicIPAddress.id"):
        found = act.find(value, "network:PublicIPAddress")
        theirs = str(at(found.inputs, "sku.name") or "Basic") if found is not None else sku
        if found is not None and found.origin != "assumed" and theirs != sku:
            raise CloudError(
                "PublicIPAndLBSkuDoNotMatch",
                f"{sku} sku load balancer {act.id} cannot reference {theirs} sku publicIP {found.id}.",
            )


@refuses("network:NetworkInterface")
def interface(act: Act) -> None:
    """Static addresses that are free; so many application security groups."""
    addresses.check_given(act, "ipConfigurations")
    _groups(act, "ipConfigurations")


def _groups(act: Act, path: str) -> None:
    most = act.quota("application-security-groups-per-interface")
    for item in values_at(act.inputs, path):
        if isinstance(item, Mapping) and len(listed(item.get("applicationSecurityGroups"))) > most:
            raise CloudError("BadRequest", f"an IP configuration takes up to {most} application security groups")


def _scale_set(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    for data in values_at(inputs, f"{_PROFILE}.osProfile.customData"):
        if isinstance(data, str) and not _is_base64(data):
            yield Problem(
                f"{_PROFILE}.osProfile.customData",
                "InvalidParameter: Custom data in OSProfile must be in Base64 encoding and with a maximum length of "
                f"{LONGEST_CUSTOM_DATA} characters.",
            )
    linux = values_at(inputs, f"{_PROFILE}.osProfile.linuxConfiguration")
    for item in linux:
        keys = values_at(item, "ssh.publicKeys.keyData") if isinstance(item, Mapping) else []
        if isinstance(item, Mapping) and item.get("disablePasswordAuthentication") is True and not keys:
            yield Problem(
                f"{_PROFILE}.osProfile.linuxConfiguration",
                "InvalidParameter: Authentication using either SSH or by user name and password must be "
                "enabled in Linux profile.",
            )
    mode = at(inputs, "upgradePolicy.mode") if isinstance(inputs.get("upgradePolicy"), Mapping) else None
    probed = values_at(inputs, f"{_PROFILE}.networkProfile.healthProbe.id") or any(
        "ApplicationHealth" in str(value) for value in values_at(inputs, f"{_PROFILE}.extensionProfile.extensions.type")
    )
    if mode == "Rolling" and not probed:
        yield Problem(
            "upgradePolicy",
            "InvalidParameter: a rolling upgrade needs a health probe or the application health extension",
        )
    uniform = inputs.get("orchestrationMode", "Uniform") == "Uniform"
    if _PROFILE in inputs and not values_at(inputs, "sku.name"):
        yield Problem("sku", "InvalidParameter: a scale set with a machine profile needs a size (sku.name)")
    if uniform and not isinstance(inputs.get("upgradePolicy"), Mapping) and _PROFILE in inputs:
        yield Problem("upgradePolicy", "InvalidParameter: Required parameter 'upgradePolicy' is missing (null).")


def _is_base64(text: str) -> bool:
    try:
        base64.b64decode(text, validate=True)
    except (ValueError, binascii.Error):
        return False
    return len(text) <= LONGEST_CUSTOM_DATA


@refuses("compute:VirtualMachineScaleSet")
def scale_set(act: Act) -> None:
    """So many application security groups at an interface, so many machines."""
    _groups(act, f"{_INTERFACES}.ipConfigurations")
    capacity, most = at(act.inputs, "sku.capacity"), act.quota("instances-per-scale-set")
    if isinstance(capacity, (int, float)) and capacity > most:
        raise CloudError("BadRequest", f"a scale set has up to {most} instances; asked for {capacity:g}")


def _autoscale(inputs: Mapping[str, Any]) -> Iterator[Problem]:
    for number, profile in enumerate(listed(inputs.get("profiles"))):
        capacity = profile.get("capacity") if isinstance(profile, Mapping) else None
        if not isinstance(capacity, Mapping):
            continue
        try:
            least, usual, most = (int(str(capacity[key])) for key in ("minimum", "default", "maximum"))
        except (KeyError, ValueError):
            if any(isinstance(capacity.get(key), str) for key in ("minimum", "default", "maximum")):
                yield Problem(f"profiles[{number}].capacity", "BadRequest: capacities are whole numbers in strings")
            continue
        if not least <= usual <= most:
            yield Problem(
                f"profiles[{number}].capacity", f"BadRequest: the default {usual} is not between {least} and {most}"
            )


@refuses("monitor:AutoscaleSetting")
def one_setting(act: Act) -> None:
    """One autoscale setting for a resource."""
    target = act.inputs.get("targetResourceUri")
    for other in act.others("monitor:AutoscaleSetting"):
        if target and ids.same(other.inputs.get("targetResourceUri"), target):
            raise CloudError("Conflict", f"{other.id} scales {target} already: one autoscale setting for a resource")
