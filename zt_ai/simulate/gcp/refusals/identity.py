"""Service accounts, grants, roles, audit settings and secure tags (IAM and Resource Manager documentation)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from zt_ai.simulate.gcp.act import Act, refuses, same_thing
from zt_ai.simulate.gcp.catalogue import entries
from zt_ai.simulate.gcp.references import ACCOUNT, find_reference, is_foreign
from zt_ai.simulate.problems import CloudError, Problem

KEY, VALUE = "tags/tagKey:TagKey", "tags/tagValue:TagValue"
ROLE = "projects/iAMCustomRole:IAMCustomRole"
GRANTS = tuple(token.removeprefix("gcp:") for token in entries() if token.lower().endswith("iammember"))
_ROLE = re.compile(r"roles/[A-Za-z0-9_.]+|(?:projects/[^/]+|organizations/\d+)/roles/[A-Za-z0-9_.]{3,64}")
_MEMBER = re.compile(
    # IAM documentation, "Principal identifiers".
    r"allUsers|allAuthenticatedUsers|(?:user|serviceAccount|group):\S+@\S+|domain:\S+|principal(?:Set)?://\S+"
    r"|serviceAccount:\S+\.svc\.id\.goog\[\S+\]|deleted:\S+|project(?:Owner|Editor|Viewer):\S+"
)


def check_static(token: str, inputs: Mapping[str, Any]) -> list[Problem]:
    """What is wrong with a grant or an audit setting whatever else exists."""
    short = token.removeprefix("gcp:")
    if short in GRANTS:
        return _check_grant(inputs)
    if short == KEY and inputs.get("purpose") == "GCE_FIREWALL" and "purposeData" not in inputs:
        said = "GCE_FIREWALL needs purposeData: network = PROJECT/NETWORK, or organization = auto"
        return [Problem("purposeData", f"INVALID_ARGUMENT: {said}")]
    if "AuditConfig:" in token:
        kinds = [c.get("logType") for c in inputs.get("auditLogConfigs") or () if isinstance(c, Mapping)]
        twice = {kind for kind in kinds if isinstance(kind, str) and kinds.count(kind) > 1}
        if twice:
            return [Problem("auditLogConfigs", f"INVALID_ARGUMENT: {', '.join(sorted(twice))} is given twice")]
    return []


def _check_grant(inputs: Mapping[str, Any]) -> list[Problem]:
    problems = []
    role, member, condition = inputs.get("role"), inputs.get("member"), inputs.get("condition")
    if isinstance(role, str) and not _ROLE.fullmatch(role):
        problems.append(Problem("role", f"INVALID_ARGUMENT: {role!r} is not the name of a role"))
    if isinstance(member, str) and not _MEMBER.fullmatch(member):
        problems.append(
            Problem("member", f"INVALID_ARGUMENT: {member!r} is not a principal, like serviceAccount:E-MAIL")
        )
    if isinstance(condition, Mapping):
        basic = role in ("roles/owner", "roles/editor", "roles/viewer")
        if basic or member in ("allUsers", "allAuthenticatedUsers"):
            what = "a condition goes neither with a basic role nor with allUsers"
            problems.append(Problem("condition", f"INVALID_ARGUMENT: {what}"))
        title = condition.get("title")
        if isinstance(title, str) and len(title.encode()) > 100:
            problems.append(Problem("condition.title", "INVALID_ARGUMENT: more than 100 bytes"))
    return problems


@refuses(*GRANTS)
def grant(act: Act) -> None:
    """The service account and the custom role of a grant exist."""
    member, role = str(act.inputs.get("member")), str(act.inputs.get("role"))
    if member.startswith("serviceAccount:") and not is_foreign(act.world, ACCOUNT, member, act.settings):
        email = member.removeprefix("serviceAccount:")
        if find_reference(act.world, (ACCOUNT,), email, act.settings) is None:
            raise CloudError("INVALID_ARGUMENT", f"Service account {email} does not exist.")
    if role.startswith(f"projects/{act.settings.account}/") and act.world.get(f"gcp:{ROLE}", role) is None:
        raise CloudError("INVALID_ARGUMENT", f"Role ({role}) does not exist in the resource's hierarchy.")


@refuses("serviceaccount/account:Account")
def account_quota(act: Act) -> None:
    """Service accounts per project."""
    if act.thing is None:
        count = len(list(act.siblings("serviceaccount/account:Account")))
        act.limit("service-accounts-per-project", count, "service accounts")


@refuses(ROLE)
def role_quota(act: Act) -> None:
    """Custom roles per project."""
    if act.thing is None:
        act.limit("custom-roles-per-project", len(list(act.siblings(ROLE))), "custom roles")


@refuses(KEY)
def tag_key(act: Act) -> None:
    """A short name once under a parent; the network of a firewall's tags exists; within the quota."""
    parent = act.inputs.get("parent")
    keys = [other for other in act.others(KEY) if other.value("parent") == parent]
    if act.thing is None:
        act.limit("tag-keys-per-organization", len(keys), f"tag keys of {parent}")
    for other in keys:
        if other.value("shortName") == act.inputs.get("shortName"):
            raise CloudError("ALREADY_EXISTS", f"'{other.value('namespacedName')}' is the tag key {other.id}")
    data = act.inputs.get("purposeData")
    network = data.get("network") if isinstance(data, Mapping) else None
    if act.inputs.get("purpose") == "GCE_FIREWALL" and isinstance(network, str):
        project, _, name = network.rpartition("/")
        # PROJECT/NETWORK, or the network's self link with its number (Resource Manager API, TagKey.purposeData).
        known = act.world.of_type("gcp:compute/network:Network")
        wanted = f"projects/{project.removeprefix('projects/')}/global/networks/{name}"
        if not any(t.id == wanted or same_thing(t.id, network) or t.value("networkId") == name for t in known):
            raise CloudError("INVALID_ARGUMENT", f"purposeData.network: there is no network {wanted}")


@refuses(VALUE)
def tag_value(act: Act) -> None:
    """A short name once under a key; within the quota."""
    parent = act.inputs.get("parent")
    values = [other for other in act.others(VALUE) if other.value("parent") == parent]
    if act.thing is None:
        act.limit("tag-values-per-key", len(values), f"values of {parent}")
    for other in values:
        if other.value("shortName") == act.inputs.get("shortName"):
            raise CloudError("ALREADY_EXISTS", f"'{other.value('namespacedName')}' is the tag value {other.id}")
