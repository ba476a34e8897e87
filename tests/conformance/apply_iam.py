"""Identities and keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.conformance.world import Cloud, Inputs, Kind, Made, Stored, View, tag_list, tag_map


def _role(cloud: Cloud, inputs: Inputs) -> Made:
    made = cloud.call(
        "iam",
        "create_role",
        RoleName=inputs["name"],
        AssumeRolePolicyDocument=inputs["assumeRolePolicy"],
        Description=inputs.get("description"),
        MaxSessionDuration=inputs.get("maxSessionDuration"),
        Tags=tag_list(inputs) if "tags" in inputs else None,
    )["Role"]
    return Made(made["RoleName"], {"name": made["RoleName"], "arn": made["Arn"], "uniqueId": made["RoleId"]})


def _read_role(view: View, stored: Stored) -> Mapping[str, Any]:
    role = view.ask("iam", "get_role", RoleName=stored.made.id)["Role"]
    return {
        "name": role["RoleName"],
        "assumeRolePolicy": role["AssumeRolePolicyDocument"],
        "description": role.get("Description"),
        "maxSessionDuration": role["MaxSessionDuration"],
        "tags": tag_map(role.get("Tags")),
    }


def _role_policy(cloud: Cloud, inputs: Inputs) -> Made:
    role, name = inputs["role"], inputs["name"]
    cloud.call("iam", "put_role_policy", RoleName=role, PolicyName=name, PolicyDocument=inputs["policy"])
    return Made(f"{role}:{name}")


def _read_role_policy(view: View, stored: Stored) -> Mapping[str, Any]:
    role, name = stored.made.id.split(":")
    found = view.ask("iam", "get_role_policy", RoleName=role, PolicyName=name)
    return {"role": found["RoleName"], "name": found["PolicyName"], "policy": found["PolicyDocument"]}


def _key(cloud: Cloud, inputs: Inputs) -> Made:
    made = cloud.call(
        "kms",
        "create_key",
        Policy=inputs["policy"],
        Description=inputs["description"],
        Tags=tag_list(inputs, "TagKey", "TagValue"),
    )["KeyMetadata"]
    if inputs["enableKeyRotation"]:
        cloud.call("kms", "enable_key_rotation", KeyId=made["KeyId"])
    _ = inputs["deletionWindowInDays"]  # sent when the key is destroyed: `gaps.PROVIDER_ONLY`
    return Made(made["KeyId"], {"keyId": made["KeyId"], "arn": made["Arn"]})


def _read_key(view: View, stored: Stored) -> Mapping[str, Any]:
    id_ = stored.made.id
    tags = view.ask("kms", "list_resource_tags", KeyId=id_)["Tags"]
    return {
        "policy": view.ask("kms", "get_key_policy", KeyId=id_, PolicyName="default")["Policy"],
        "description": view.ask("kms", "describe_key", KeyId=id_)["KeyMetadata"]["Description"],
        "enableKeyRotation": view.ask("kms", "get_key_rotation_status", KeyId=id_)["KeyRotationEnabled"],
        "tags": {tag["TagKey"]: tag["TagValue"] for tag in tags},
    }


def _alias(cloud: Cloud, inputs: Inputs) -> Made:
    cloud.call("kms", "create_alias", AliasName=inputs["name"], TargetKeyId=inputs["targetKeyId"])
    return Made(inputs["name"], {"name": inputs["name"]})


def _read_alias(view: View, stored: Stored) -> Mapping[str, Any]:
    found = view.one("kms", "list_aliases", "Aliases", "AliasName", stored.made.id)
    return {"name": found["AliasName"], "targetKeyId": found["TargetKeyId"]}


KINDS = {
    "aws:iam/role:Role": Kind(_role, _read_role),
    "aws:iam/rolePolicy:RolePolicy": Kind(_role_policy, _read_role_policy),
    "aws:kms/key:Key": Kind(_key, _read_key),
    "aws:kms/alias:Alias": Kind(_alias, _read_alias),
}
