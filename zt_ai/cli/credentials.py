"""Are there credentials for a cloud at all? Found out before anything starts, so that the message can help."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from zt_ai.cli.exits import BadInputError

# Where the AWS SDKs look [AWS SDKs and Tools Reference Guide, "Standardized credential providers"].
_VARIABLES = (
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)


def require(cloud: str, command: str, environment: Mapping[str, str] | None = None) -> None:
    """Raise BadInputError when no credentials of the cloud are in sight. `command` is the command line to suggest."""
    seen = os.environ if environment is None else environment
    if cloud == "aws" and not _aws(seen):
        hint = (
            f"to try it without an account: {command} --simulate; else log in (`aws sso login`, `aws configure`) "
            "or set AWS_PROFILE. On a machine with an instance profile set AWS_EC2_METADATA_DISABLED=false"
        )
        raise BadInputError("no AWS credentials were found", hint)


def _aws(environment: Mapping[str, str]) -> bool:
    if any(environment.get(name) for name in _VARIABLES):
        return True
    if environment.get("AWS_EC2_METADATA_DISABLED", "").lower() == "false":
        return True
    home = Path(environment.get("HOME") or Path.home())
    files = (
        environment.get("AWS_SHARED_CREDENTIALS_FILE") or home / ".aws" / "credentials",
        environment.get("AWS_CONFIG_FILE") or home / ".aws" / "config",
    )
    return any(Path(file).is_file() for file in files)
