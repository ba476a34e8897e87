"""Google's own interfaces as the intent's services: by which names, permissions and grants a workload uses them.

Permissions: IAM, "Permissions reference". Names: VPC, "Private Google Access", "Domain options"; Artifact Registry,
"Setting up private access" (`LOCATION-docker.pkg.dev`); Vertex AI, "Regional endpoints" (`REGION-aiplatform...`).
"""

from __future__ import annotations

from collections.abc import Mapping

from zt_ai.spec.types import ServiceAccess, ServiceKind

APIS: Mapping[ServiceKind, str] = {
    ServiceKind.OBJECT_STORAGE: "storage.googleapis.com",
    ServiceKind.SECRETS: "secretmanager.googleapis.com",
    ServiceKind.KEYS: "cloudkms.googleapis.com",
    ServiceKind.LOGS: "logging.googleapis.com",
    ServiceKind.CONTAINER_IMAGES: "artifactregistry.googleapis.com",
    ServiceKind.MANAGED_LLM: "aiplatform.googleapis.com",
}

# What must be granted for a flow to work, and what else may be. Nothing here changes a resource, its policy or its
# retention.
_READ: Mapping[ServiceKind, tuple[frozenset[str], frozenset[str]]] = {
    ServiceKind.OBJECT_STORAGE: (frozenset({"storage.objects.get"}), frozenset({"storage.objects.list"})),
    ServiceKind.SECRETS: (frozenset({"secretmanager.versions.access"}), frozenset({"secretmanager.versions.get"})),
    ServiceKind.KEYS: (
        frozenset({"cloudkms.cryptoKeyVersions.useToDecrypt"}),
        frozenset({"cloudkms.cryptoKeys.get", "cloudkms.cryptoKeyVersions.viewPublicKey"}),
    ),
    ServiceKind.LOGS: (frozenset({"logging.logEntries.list"}), frozenset({"logging.logs.list"})),
    ServiceKind.CONTAINER_IMAGES: (
        frozenset({"artifactregistry.repositories.downloadArtifacts"}),
        frozenset({"artifactregistry.repositories.get", "artifactregistry.dockerimages.get"}),
    ),
    ServiceKind.MANAGED_LLM: (frozenset({"aiplatform.endpoints.predict"}), frozenset()),
}
_WRITE: Mapping[ServiceKind, tuple[frozenset[str], frozenset[str]]] = {
    # Replacing an object needs delete beside create [Cloud Storage, "IAM permissions for JSON methods"].
    ServiceKind.OBJECT_STORAGE: (frozenset({"storage.objects.create"}), frozenset({"storage.objects.delete"})),
    ServiceKind.SECRETS: (frozenset({"secretmanager.versions.add"}), frozenset()),
    ServiceKind.KEYS: (
        frozenset({"cloudkms.cryptoKeyVersions.useToEncrypt"}),
        frozenset({"cloudkms.cryptoKeys.get"}),
    ),
    ServiceKind.LOGS: (frozenset({"logging.logEntries.create"}), frozenset({"logging.logEntries.route"})),
    ServiceKind.CONTAINER_IMAGES: (
        frozenset({"artifactregistry.repositories.uploadArtifacts"}),
        frozenset({"artifactregistry.repositories.downloadArtifacts"}),
    ),
    ServiceKind.MANAGED_LLM: (frozenset({"aiplatform.endpoints.predict"}), frozenset()),
}

# Predefined roles whose permissions are few enough to be known here [IAM, "Roles reference"].
PREDEFINED: Mapping[str, frozenset[str]] = {
    "roles/storage.objectViewer": frozenset(
        {"storage.objects.get", "storage.objects.list", "storage.folders.get", "storage.folders.list"}
    ),
    "roles/storage.objectCreator": frozenset(
        {"storage.objects.create", "storage.folders.create", "storage.multipartUploads.create"}
    ),
    "roles/secretmanager.secretAccessor": frozenset({"secretmanager.versions.access"}),
    "roles/cloudkms.cryptoKeyEncrypter": frozenset({"cloudkms.cryptoKeyVersions.useToEncrypt"}),
    "roles/cloudkms.cryptoKeyDecrypter": frozenset({"cloudkms.cryptoKeyVersions.useToDecrypt"}),
    "roles/cloudkms.cryptoKeyEncrypterDecrypter": frozenset(
        {"cloudkms.cryptoKeyVersions.useToEncrypt", "cloudkms.cryptoKeyVersions.useToDecrypt"}
    ),
    "roles/logging.logWriter": frozenset({"logging.logEntries.create", "logging.logEntries.route"}),
    "roles/monitoring.metricWriter": frozenset({"monitoring.timeSeries.create"}),
}
BASIC = frozenset({"roles/owner", "roles/editor", "roles/viewer", "roles/admin", "roles/writer", "roles/reader"})
# Writes numbers about itself; carries nothing that a flow would have to ask for.
HARMLESS = frozenset({"monitoring.timeSeries.create"})


def needed(kind: ServiceKind, access: ServiceAccess | None) -> frozenset[str]:
    """Permissions without which a flow does not work."""
    return _of(kind, access, 0)


def permitted(kind: ServiceKind, access: ServiceAccess | None) -> frozenset[str]:
    """Permissions that a flow explains."""
    return needed(kind, access) | _of(kind, access, 1)


def _of(kind: ServiceKind, access: ServiceAccess | None, part: int) -> frozenset[str]:
    read, write = _READ[kind][part], _WRITE[kind][part]
    if access is ServiceAccess.WRITE:
        return write
    return read | write if access is ServiceAccess.READ_WRITE else read


def hosts(kind: ServiceKind, region: str) -> tuple[str, ...]:
    """Names by which a service is called."""
    if kind is ServiceKind.CONTAINER_IMAGES:
        return (f"{region}-docker.pkg.dev",)
    return (f"{region}-{APIS[kind]}",) if kind is ServiceKind.MANAGED_LLM else (APIS[kind],)


def resource_key(kind: ServiceKind, resource: str, project: str) -> str:
    """What a grant is made on for a resource of the specification: the named thing where IAM knows it, else the
    project. A secret's `/` is written `--`, since Secret Manager does not take it."""
    if kind is ServiceKind.OBJECT_STORAGE:
        return f"bucket {resource.partition('/')[0]}"
    if kind is ServiceKind.SECRETS:
        return f"secret {resource.replace('/', '--')}"
    if kind is ServiceKind.KEYS:
        return f"key {resource}"
    if kind is ServiceKind.CONTAINER_IMAGES:
        return f"repository {resource.partition('/')[0]}"
    return f"project {project}"
