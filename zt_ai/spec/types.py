"""Constrained types of the specification: a value that exists is a value that is right.

Every type is an `Annotated` alias, so that pydantic checks it wherever it is used and its rule appears in the JSON
Schema.
"""

from __future__ import annotations

import ipaddress
import re
from datetime import timedelta
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, Field, PlainSerializer, StringConstraints, WithJsonSchema


class ZoneKind(StrEnum):
    """What a zone is for; decides which ways out of it can exist at all."""

    DATA = "data"
    PROCESSING = "processing"
    EGRESS = "egress"
    ACCESS = "access"


class ServiceKind(StrEnum):
    """Cloud-managed services that are reached privately."""

    OBJECT_STORAGE = "object-storage"
    SECRETS = "secrets"
    KEYS = "keys"
    LOGS = "logs"
    CONTAINER_IMAGES = "container-images"
    MANAGED_LLM = "managed-llm"

    @property
    def stores_data(self) -> bool:
        """Whether one caller's data can come back to another: only then does a class spread through the service."""
        return self is ServiceKind.OBJECT_STORAGE


class ProviderKind(StrEnum):
    """Where a model provider is: on the internet, or a managed service of the cloud itself."""

    EXTERNAL = "external"
    CLOUD_MANAGED = "cloud-managed"


class ProviderApi(StrEnum):
    """The request format a provider speaks, which the inspector has to understand."""

    OPENAI = "openai"
    ANTHROPIC = "anthropic"
    AZURE_OPENAI = "azure-openai"
    BEDROCK = "bedrock"
    VERTEX_AI = "vertex-ai"


class PortProtocol(StrEnum):
    """Protocol spoken on a port. Everything but `udp` runs over TCP."""

    TCP = "tcp"
    UDP = "udp"
    TLS = "tls"
    HTTP = "http"
    HTTPS = "https"
    GRPC = "grpc"

    @property
    def transport(self) -> str:
        """`tcp` or `udp`: what a packet filter can tell apart."""
        return "udp" if self is PortProtocol.UDP else "tcp"


class ServiceAccess(StrEnum):
    """What a caller may do with the named resources of a service."""

    READ = "read"
    WRITE = "write"
    READ_WRITE = "read-write"


class Decision(StrEnum):
    """What the inspector does with a request in which it finds data of a class."""

    ALLOW = "allow"
    REDACT = "redact"
    BLOCK = "block"


class HttpMethod(StrEnum):
    """HTTP methods that model APIs use."""

    GET = "GET"
    POST = "POST"
    DELETE = "DELETE"


class DetectorSet(StrEnum):
    """Sets of detectors that the inspector has."""

    SAFE_HARBOR = "safe-harbor"
    HEALTHCARE_IDS = "healthcare-ids"
    SECRETS = "secrets"
    NAMES = "names"


class CertificateAuthority(StrEnum):
    """Who issues workload certificates. All three renew without a person."""

    CERT_MANAGER = "cert-manager"
    VAULT_PKI = "vault-pki"
    CLOUD_PRIVATE_CA = "cloud-private-ca"


class MeshKind(StrEnum):
    """Service meshes that zt-ai configures."""

    ISTIO = "istio"
    LINKERD = "linkerd"


class CloudName(StrEnum):
    """Clouds that a specification can name."""

    AWS = "aws"
    AZURE = "azure"
    GCP = "gcp"


# A DNS label of at most 32 characters: the longest that leaves room for a prefix and a suffix in every cloud's own
# limit (IAM role names 64, load balancer and target group names 32 are shortened with a hash by the builders).
NAME_PATTERN = r"^[a-z]([a-z0-9-]{0,30}[a-z0-9])?$"
NAME_RULE = "use lower-case letters, digits and hyphens, at most 32, beginning with a letter"
Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
DataClass = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
Port = Annotated[int, Field(ge=1, le=65535, strict=True)]
Text = Annotated[str, StringConstraints(min_length=1, max_length=1024, strip_whitespace=True)]
# A reason is read by auditors: one word is not a reason.
Reason = Annotated[str, StringConstraints(min_length=8, max_length=1024, strip_whitespace=True)]
RequestPath = Annotated[str, StringConstraints(pattern=r"^/[A-Za-z0-9._~/{}:-]*$")]
SpiffePath = Annotated[str, StringConstraints(pattern=r"^(/[A-Za-z0-9._-]+)+$", max_length=1800)]
TrustDomain = Annotated[str, StringConstraints(pattern=r"^[a-z0-9._-]{1,255}$")]
ToolName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_./-]{1,128}$")]
ResourceName = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9/][A-Za-z0-9._:/@+=-]{0,254}$")]


def _domain(value: str) -> str:
    labels = value.split(".")
    if (
        len(value) > 253
        or len(labels) < 2
        or not all(re.fullmatch(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", x) for x in labels)
    ):
        raise ValueError("write one full lower-case host name such as api.example.com; wildcards are not accepted")
    return value


# No wildcard: a name with a free label can carry data out through DNS, and an allow list with one is not a list.
Domain = Annotated[str, AfterValidator(_domain)]


def _ipv4_cidr(value: str) -> str:
    try:
        network = ipaddress.IPv4Network(value, strict=True)
    except ValueError as error:
        raise ValueError(f"{error}; write an IPv4 network such as 10.20.0.0/16") from None
    return str(network)


Ipv4Cidr = Annotated[
    str,
    AfterValidator(_ipv4_cidr),
    WithJsonSchema({"type": "string", "format": "ipv4-cidr", "pattern": r"^\d+\.\d+\.\d+\.\d+/\d+$"}),
]

_UNITS = {
    "s": 1,
    "m": 60,
    "h": 3600,
    "d": 86400,
    "y": 31_557_600,
}  # a year is 365.25 days, so six years cover leap days


def _duration(value: object) -> object:
    if isinstance(value, timedelta):
        return value
    match = re.fullmatch(r"(\d{1,6})([smhdy])", value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("write a whole number with a unit (s, m, h, d or y), for example 24h, 90d or 6y")
    return timedelta(seconds=int(match[1]) * _UNITS[match[2]])


def format_duration(value: timedelta) -> str:
    """Write a duration as the specification does, in the largest unit that divides it."""
    seconds = int(value.total_seconds())
    for unit in "ydhm":
        if seconds and seconds % _UNITS[unit] == 0:
            return f"{seconds // _UNITS[unit]}{unit}"
    return f"{seconds}s"


Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(format_duration, return_type=str),
    WithJsonSchema({"type": "string", "pattern": r"^\d{1,6}[smhdy]$"}),
]

_SIZES = {"KiB": 1 << 10, "MiB": 1 << 20}


def _size(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    match = re.fullmatch(r"(\d{1,6})(KiB|MiB)", value) if isinstance(value, str) else None
    if match is None:
        raise ValueError("write a whole number with a unit (KiB or MiB), for example 512KiB or 4MiB")
    return int(match[1]) * _SIZES[match[2]]


# In bytes.
ByteSize = Annotated[int, BeforeValidator(_size), WithJsonSchema({"type": "string", "pattern": r"^\d{1,6}(KiB|MiB)$"})]
