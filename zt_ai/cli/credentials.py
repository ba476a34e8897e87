"""Are there credentials for a cloud at all? Found out before anything starts, so that the message can help."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from zt_ai.cli.exits import BadInputError
from zt_ai.spec.clouds import Cloud

# Where the AWS SDKs look [AWS SDKs and Tools Reference Guide, "Standardized credential providers"].
_AWS = (
    "AWS_ACCESS_KEY_ID",
    "AWS_PROFILE",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "AWS_CONTAINER_CREDENTIALS_RELATIVE_URI",
    "AWS_CONTAINER_CREDENTIALS_FULL_URI",
)
# Where pulumi-azure-native looks beside the command line's login [Pulumi registry, Azure Native, "Installation &
# Configuration": authentication methods].
_AZURE = ("ARM_CLIENT_ID", "ARM_USE_MSI", "ARM_USE_OIDC", "AZURE_CLIENT_ID", "IDENTITY_ENDPOINT")
# Where Google's libraries and pulumi-gcp look [Google Cloud, "How Application Default Credentials works"; Pulumi
# registry, Google Cloud, "Installation & Configuration"].
_GCP = (
    "GOOGLE_APPLICATION_CREDENTIALS",
    "GOOGLE_CREDENTIALS",
    "GOOGLE_OAUTH_ACCESS_TOKEN",
    "K_SERVICE",
    "GCE_METADATA_HOST",
)


def require(cloud: Cloud, command: str, environment: Mapping[str, str] | None = None) -> None:
    """Raise BadInputError when no credentials of the cloud are in sight. `command` is the command line to suggest."""
    seen = os.environ if environment is None else environment
    found, title, how = _LOOK[cloud]
    if not found(seen, Path(seen.get("HOME") or Path.home())):
        hint = f"to try it without an account: {command} --simulate; else {how}"
        raise BadInputError(f"no {title} credentials were found", hint)


def _aws(environment: Mapping[str, str], home: Path) -> bool:
    if _any(environment, _AWS) or environment.get("AWS_EC2_METADATA_DISABLED", "").lower() == "false":
        return True
    files = (
        environment.get("AWS_SHARED_CREDENTIALS_FILE") or home / ".aws" / "credentials",
        environment.get("AWS_CONFIG_FILE") or home / ".aws" / "config",
    )
    return any(Path(file).is_file() for file in files)


def _azure(environment: Mapping[str, str], home: Path) -> bool:
    folder = Path(environment.get("AZURE_CONFIG_DIR") or home / ".azure")
    return _any(environment, _AZURE) or (folder / "azureProfile.json").is_file()


def _gcp(environment: Mapping[str, str], home: Path) -> bool:
    folder = Path(environment.get("CLOUDSDK_CONFIG") or home / ".config" / "gcloud")
    return _any(environment, _GCP) or (folder / "application_default_credentials.json").is_file()


def _any(environment: Mapping[str, str], names: tuple[str, ...]) -> bool:
    return any(environment.get(name) for name in names)


Look = Callable[[Mapping[str, str], Path], bool]
_LOOK: Mapping[Cloud, tuple[Look, str, str]] = {
    "aws": (
        _aws,
        "AWS",
        "log in (`aws sso login`, `aws configure`) or set AWS_PROFILE. On a machine with an instance profile set "
        "AWS_EC2_METADATA_DISABLED=false",
    ),
    "azure": (_azure, "Azure", "log in (`az login`) or set ARM_CLIENT_ID and its secret, ARM_USE_OIDC or ARM_USE_MSI"),
    "gcp": (
        _gcp,
        "Google Cloud",
        "log in (`gcloud auth application-default login`) or set GOOGLE_APPLICATION_CREDENTIALS. On a machine of "
        "Google's set GCE_METADATA_HOST=metadata.google.internal",
    ),
}
