"""The audit store of one project: a key, a locked log bucket and a locked storage bucket, and the sinks into both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_gcp as gcp

from zt_ai.builders.options import after, child_options
from zt_ai.gcp.audit.logs import sink_filter
from zt_ai.gcp.naming import ROLE, SPEC, Scope, described

DAY = 86_400
AUDIT_TYPES = ("ADMIN_READ", "DATA_READ", "DATA_WRITE")  # ADMIN_WRITE is always on


@dataclass(frozen=True, kw_only=True)
class AuditStoreArgs:
    """What `AuditStore` is made from."""

    scope: Scope
    project: str
    """The project whose records these are, and in which they stay: a log that crossed a perimeter would need a way
    through it."""
    project_number: str
    retention_days: int
    """How long nobody can delete a record; at most `zt_ai.gcp.audit.logs.MOST_DAYS`."""
    logs: Sequence[str]
    """Ids of the logs that are records."""
    labels: Mapping[str, str] = field(default_factory=dict)


class AuditStore(pulumi.ComponentResource):
    """Every API call and every packet of a project, written twice and kept write-once.

    Locks cannot be lifted, by nobody: a locked bucket can only be deleted once it is empty [Cloud Storage, "Bucket
    Lock"; Cloud Logging, "Configure log buckets": locked buckets].

    Attributes:
        bucket: the storage bucket. log_bucket: the log bucket. sinks: by destination (`archive`, `logs`). key: of the
        storage bucket. bucket_name, log_bucket_id: known beforehand.
    """

    bucket: gcp.storage.Bucket
    log_bucket: gcp.logging.ProjectBucketConfig
    sinks: dict[str, gcp.logging.ProjectSink]
    key: gcp.kms.CryptoKey
    bucket_name: str
    log_bucket_id: str

    def __init__(self, name: str, args: AuditStoreArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("zt-ai:gcp:AuditStore", name, None, opts)
        child = child_options(self, opts)
        scope = args.scope
        # Names of storage buckets are shared with everybody else's: the number of the project keeps them apart.
        self.bucket_name = f"{scope.spec}-audit-{args.project_number}"
        self.log_bucket_id = scope.name("audit")
        gcp.projects.IAMAuditConfig(
            f"{name}-access",
            project=args.project,
            service="allServices",
            audit_log_configs=[gcp.projects.IAMAuditConfigAuditLogConfigArgs(log_type=kind) for kind in AUDIT_TYPES],
            opts=child,
        )
        self.key, usable = self._key(name, args, child)
        self.bucket = self._bucket(name, args, after(child, usable))
        self.log_bucket = gcp.logging.ProjectBucketConfig(
            f"{name}-logs",
            project=args.project,
            location=scope.region,
            bucket_id=self.log_bucket_id,
            retention_days=args.retention_days,
            locked=True,
            description=described(f"Records of {scope.spec}", {ROLE: "audit", SPEC: scope.spec}),
            opts=child,
        )
        self.sinks = self._sinks(name, args, child)
        self.register_outputs({"bucketName": self.bucket_name, "logBucketId": self.log_bucket_id})

    @staticmethod
    def _key(
        name: str, args: AuditStoreArgs, opts: pulumi.ResourceOptions
    ) -> tuple[gcp.kms.CryptoKey, pulumi.Resource]:
        # Named by Pulumi, with a suffix: a ring is never deleted and keeps its name, and the next `up` would meet it.
        ring = gcp.kms.KeyRing(
            f"{name}-keys",
            project=args.project,
            location=args.scope.region,
            opts=opts,
        )
        key = gcp.kms.CryptoKey(
            f"{name}-key",
            name="records",
            key_ring=ring.id,
            purpose="ENCRYPT_DECRYPT",
            rotation_period=f"{90 * DAY}s",
            # The longest there is: whoever destroys the key takes six years of records with it.
            destroy_scheduled_duration=f"{120 * DAY}s",
            labels=args.scope.labels({ROLE: "audit"}, args.labels),
            opts=opts,
        )
        # The account by which Cloud Storage encrypts [Cloud Storage, "Use customer-managed encryption keys"].
        agent = f"serviceAccount:service-{args.project_number}@gs-project-accounts.iam.gserviceaccount.com"
        usable = gcp.kms.CryptoKeyIAMMember(
            f"{name}-key-use",
            crypto_key_id=key.id,
            role="roles/cloudkms.cryptoKeyEncrypterDecrypter",
            member=agent,
            opts=opts,
        )
        return key, usable

    def _bucket(self, name: str, args: AuditStoreArgs, opts: pulumi.ResourceOptions) -> gcp.storage.Bucket:
        return gcp.storage.Bucket(
            f"{name}-archive",
            name=self.bucket_name,
            project=args.project,
            location=args.scope.region.upper(),
            storage_class="STANDARD",
            uniform_bucket_level_access=True,
            public_access_prevention="enforced",
            force_destroy=False,
            retention_policy=gcp.storage.BucketRetentionPolicyArgs(
                is_locked=True, retention_period=str(args.retention_days * DAY)
            ),
            encryption=gcp.storage.BucketEncryptionArgs(default_kms_key_name=self.key.id),
            labels=args.scope.labels({ROLE: "audit"}, args.labels),
            opts=opts,
        )

    def _sinks(
        self, name: str, args: AuditStoreArgs, opts: pulumi.ResourceOptions
    ) -> dict[str, gcp.logging.ProjectSink]:
        place = f"projects/{args.project}/locations/{args.scope.region}/buckets/{self.log_bucket_id}"
        destinations = {
            "archive": (f"storage.googleapis.com/{self.bucket_name}", self.bucket),
            "logs": (f"logging.googleapis.com/{place}", self.log_bucket),
        }
        sinks = {
            way: gcp.logging.ProjectSink(
                f"{name}-{way}-sink",
                name=args.scope.name(f"audit-{way}"),
                project=args.project,
                destination=destination,
                filter=sink_filter(args.logs),
                description=described("Records", {ROLE: "audit"}),
                unique_writer_identity=True,
                disabled=False,
                opts=after(opts, store),
            )
            for way, (destination, store) in destinations.items()
        }
        # A sink into a log bucket of its own project needs no grant [Cloud Logging, "Route logs": set permissions].
        gcp.storage.BucketIAMMember(
            f"{name}-archive-writer",
            bucket=self.bucket.name,
            role="roles/storage.objectCreator",
            member=sinks["archive"].writer_identity,
            opts=opts,
        )
        return sinks
