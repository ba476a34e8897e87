"""What a workload needs of Google's APIs to use a service of the specification. Pure.

Permissions are those of the methods that read and write data, never those that manage the resource; predefined roles
have more (`roles/storage.objectUser` also moves and composes objects), so each pair of kind and access has a custom
role [IAM, "Create and manage custom roles"].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from zt_ai.spec.types import ServiceAccess, ServiceKind

_API = {
    ServiceKind.OBJECT_STORAGE: "storage.googleapis.com",
    ServiceKind.SECRETS: "secretmanager.googleapis.com",
    ServiceKind.KEYS: "cloudkms.googleapis.com",
    ServiceKind.LOGS: "logging.googleapis.com",
    ServiceKind.CONTAINER_IMAGES: "artifactregistry.googleapis.com",
    ServiceKind.MANAGED_LLM: "aiplatform.googleapis.com",
}

# Read, write [IAM, "Permissions reference"; Cloud Storage, "IAM permissions for JSON methods": an object is overwritten
# with create and delete together; Cloud KMS, "Permissions and roles"; Vertex AI, "Access control": endpoints.predict].
_PERMISSIONS: Mapping[ServiceKind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    ServiceKind.OBJECT_STORAGE: (
        ("storage.objects.get", "storage.objects.list"),
        ("storage.objects.create", "storage.objects.delete"),
    ),
    ServiceKind.SECRETS: (("secretmanager.versions.access",), ("secretmanager.versions.add",)),
    ServiceKind.KEYS: (
        ("cloudkms.cryptoKeyVersions.useToDecrypt",),
        ("cloudkms.cryptoKeyVersions.useToEncrypt",),
    ),
    # A log cannot be read under its own name: `zt_ai.gcp.limits` refuses that.
    ServiceKind.LOGS: ((), ("logging.logEntries.create",)),
    ServiceKind.CONTAINER_IMAGES: (
        ("artifactregistry.repositories.downloadArtifacts",),
        ("artifactregistry.repositories.downloadArtifacts", "artifactregistry.repositories.uploadArtifacts"),
    ),
    # Calling a model is one thing, whatever the access says.
    ServiceKind.MANAGED_LLM: (("aiplatform.endpoints.predict",), ("aiplatform.endpoints.predict",)),
}

EVERY_METHOD = ("*",)
"""All that a rule can say of a service that has no methods of its own for rules ["Ingress and egress rules",
`methodSelectors`; "Unsupported features": not all services support per-method rules]."""

# The same as methods of ingress and egress policies, for kinds whose resources may lie behind another perimeter
# [VPC Service Controls, "Supported service method restrictions"; names for Cloud Storage as in Security Command Center,
# "Use Compliance Manager with VPC Service Controls"]. A copy of that table lists neither Secret Manager nor Cloud KMS,
# and rules of Google's own that name methods elsewhere name `*` for them (secondary sources). A name that a service
# does not have is refused with the whole perimeter, `*` never is: so `*`, and roles on the resources narrow it
# [docs/decisions/2026-11-28-methods-of-perimeters.md].
_METHODS: Mapping[ServiceKind, tuple[tuple[str, ...], tuple[str, ...]]] = {
    ServiceKind.OBJECT_STORAGE: (
        ("google.storage.objects.get", "google.storage.objects.list"),
        ("google.storage.objects.create", "google.storage.objects.delete"),
    ),
    ServiceKind.SECRETS: (EVERY_METHOD, EVERY_METHOD),
    ServiceKind.KEYS: (EVERY_METHOD, EVERY_METHOD),
}

RESTRICTED = (
    "aiplatform.googleapis.com",
    "alloydb.googleapis.com",
    "artifactregistry.googleapis.com",
    "bigquery.googleapis.com",
    "bigquerydatatransfer.googleapis.com",
    "bigtable.googleapis.com",
    "cloudbuild.googleapis.com",
    "clouddeploy.googleapis.com",
    "cloudfunctions.googleapis.com",
    "cloudkms.googleapis.com",
    "cloudprofiler.googleapis.com",
    "cloudtrace.googleapis.com",
    "composer.googleapis.com",
    "compute.googleapis.com",
    "container.googleapis.com",
    "containeranalysis.googleapis.com",
    "datacatalog.googleapis.com",
    "dataflow.googleapis.com",
    "datafusion.googleapis.com",
    "dataplex.googleapis.com",
    "dataproc.googleapis.com",
    "dialogflow.googleapis.com",
    "dlp.googleapis.com",
    "documentai.googleapis.com",
    "eventarc.googleapis.com",
    "file.googleapis.com",
    "firestore.googleapis.com",
    "healthcare.googleapis.com",
    "iamcredentials.googleapis.com",
    "language.googleapis.com",
    "logging.googleapis.com",
    "memcache.googleapis.com",
    "metastore.googleapis.com",
    "monitoring.googleapis.com",
    "notebooks.googleapis.com",
    "privateca.googleapis.com",
    "pubsub.googleapis.com",
    "redis.googleapis.com",
    "run.googleapis.com",
    "secretmanager.googleapis.com",
    "spanner.googleapis.com",
    "speech.googleapis.com",
    "sqladmin.googleapis.com",
    "storage.googleapis.com",
    "storagetransfer.googleapis.com",
    "sts.googleapis.com",
    "texttospeech.googleapis.com",
    "transcoder.googleapis.com",
    "translate.googleapis.com",
    "videointelligence.googleapis.com",
    "vision.googleapis.com",
    "workflows.googleapis.com",
    "workstations.googleapis.com",
)
"""Services that every perimeter protects: those in use, and those through which data could be carried away instead
[VPC Service Controls, "Supported products and limitations"; terraform-example-foundation, service control module:
`supported_restricted_service`]. Datastore has no name of its own there: Firestore's protects it as well [Firestore,
"VPC Service Controls": bundled Firestore services]."""


def api(kind: ServiceKind) -> str:
    """Host name of the API behind a kind of service, which is also its name in a perimeter."""
    return _API[kind]


def permissions(kind: ServiceKind, access: ServiceAccess | None) -> tuple[str, ...]:
    """IAM permissions on the named resources, sorted. No access is the least one: read."""
    return _of(_PERMISSIONS[kind], access)


def methods(kind: ServiceKind, access: ServiceAccess | None) -> tuple[str, ...]:
    """Methods that a perimeter has to let through, sorted; empty for a kind whose resources are never elsewhere."""
    return _of(_METHODS[kind], access) if kind in _METHODS else ()


def _of(both: tuple[tuple[str, ...], tuple[str, ...]], access: ServiceAccess | None) -> tuple[str, ...]:
    read, write = both
    if access is ServiceAccess.WRITE:
        return tuple(sorted(write))
    return tuple(sorted({*read, *write})) if access is ServiceAccess.READ_WRITE else tuple(sorted(read))


def joined(accesses: Iterable[ServiceAccess | None]) -> ServiceAccess:
    """What several accesses of one workload to one service come to."""
    wanted = {access or ServiceAccess.READ for access in accesses}
    return wanted.pop() if len(wanted) == 1 else ServiceAccess.READ_WRITE


def secret_id(resource: str) -> str:
    """Id of a secret: `/`, which Google does not take, becomes `--`. The specification's checks refuse `--` itself, so
    two names never become one [Secret Manager API, projects.secrets.create: letters, digits, `-` and `_`]."""
    return resource.replace("/", "--")


def log_id(resource: str) -> str:
    """Id of a log: the slash at its beginning is left out [Cloud Logging API, LogEntry.logName]."""
    return resource.removeprefix("/")


@dataclass(frozen=True, slots=True)
class Key:
    """A key with the ring it is on."""

    ring: str
    name: str


def key(resource: str) -> Key:
    """A key from `RING/NAME`."""
    ring, _, name = resource.partition("/")
    return Key(ring, name)


def repository(resource: str) -> str:
    """Artifact Registry repository of an image `REPOSITORY/IMAGE`."""
    return resource.partition("/")[0]
