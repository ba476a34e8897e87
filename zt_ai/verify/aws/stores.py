"""Whether a store keeps what is written to it: nobody can delete, shorten, or make unreadable a record before its time.

Sources: Amazon S3 User Guide, "Locking objects with Object Lock", "Blocking public access", "Controlling ownership of
objects"; CloudWatch Logs User Guide, "Log classes", and API Reference, "PutRetentionPolicy"; AWS KMS Developer Guide,
"Deleting AWS KMS keys".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from zt_ai.graph.model import Resource, ResourceGraph, Unknown, Value
from zt_ai.verify.aws.arrival import Deliverer, may_encrypt, may_write
from zt_ai.verify.aws.findings import Findings
from zt_ai.verify.aws.grants import Home, outsiders
from zt_ai.verify.aws.judgement import Judgement, said
from zt_ai.verify.aws.keys import Keys
from zt_ai.verify.aws.lookup import BUCKETS, LOG_GROUPS, Lookup
from zt_ai.verify.aws.policy import Unreadable, read_policy
from zt_ai.verify.reading import flag, items, maps, member, number, text

# How long a year of Object Lock is S3 does not say [S3 User Guide, "Locking objects with Object Lock"; API Reference,
# "DefaultRetention"], so it is taken as the shortest there is: six of them are less than six calendar years.
DAYS_PER_YEAR = 365
_PUBLIC_ACCESS = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_PRIVATE_ACLS = ("private", "log-delivery-write")
_KMS = ("aws:kms", "aws:kms:dsse")

_VERSIONING = ("aws:s3/bucketVersioning:BucketVersioning", "aws:s3/bucketVersioningV2:BucketVersioningV2")
_LOCK = (
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    "aws:s3/bucketObjectLockConfigurationV2:BucketObjectLockConfigurationV2",
)
_PUBLIC = ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",)
_ENCRYPTION = (
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    "aws:s3/bucketServerSideEncryptionConfigurationV2:BucketServerSideEncryptionConfigurationV2",
)
_POLICY = ("aws:s3/bucketPolicy:BucketPolicy",)
_ACL = ("aws:s3/bucketAcl:BucketAcl", "aws:s3/bucketAclV2:BucketAclV2")


@dataclass(slots=True)
class Stores:
    """All stores of a graph, each judged once. `days` is how long records must be kept."""

    graph: ResourceGraph
    home: Home
    days: int
    lookup: Lookup = field(init=False)
    _keys: Keys = field(init=False)
    _about: dict[tuple[str, ...], Mapping[str, list[Resource]]] = field(init=False, default_factory=dict)
    _unsure: set[tuple[str, ...]] = field(init=False, default_factory=set)
    _lost: Findings = field(init=False, default_factory=Findings)
    _judged: dict[str, Findings] = field(init=False, default_factory=dict)
    _arrivals: dict[tuple[str, Deliverer], Findings] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self.lookup = Lookup(self.graph)
        for types in (_VERSIONING, _LOCK, _PUBLIC, _ENCRYPTION, _POLICY, _ACL):
            self._about[types], lost = self.lookup.about(types, "bucket", BUCKETS)
            for one in lost:
                if isinstance(text(one.inputs.get("bucket")), str):
                    continue  # it is about a bucket that is no store of ours
                self._unsure.add(types)
                if types in (_POLICY, _ACL):  # it may be a store's, and open it
                    self._lost.doubt(f"{one.urn}: it is not known which bucket it is about")
        self._keys = Keys(self.lookup, self.home)

    @property
    def judged(self) -> int:
        """How many stores were looked at."""
        return len(self._judged)

    def bucket(self, value: Value, what: str) -> Findings:
        """Findings about the bucket that a value means; `what` names the record, for the reasons."""
        return self._store(value, what, BUCKETS, "bucket")

    def log_group(self, value: Value, what: str) -> Findings:
        """Findings about the log group that a value means."""
        return self._store(value, what, LOG_GROUPS, "log group")

    def key(self, value: Value, what: str, by: Deliverer) -> Findings:
        """Findings about a KMS key that a service encrypts `what` with, where it is not the key of a store."""
        found = Judgement(None, what)
        self._keys.judge(value, found)
        self._usable(value, by, found)
        return found.findings

    def arrival(self, value: Value, by: Deliverer) -> Findings:
        """Findings about whether a service can deliver into the bucket that a value means."""
        bucket = self.lookup.find(value, BUCKETS)
        if not isinstance(bucket, Resource):
            return Findings()  # that it is not there is a finding of `bucket`
        if (bucket.urn, by) not in self._arrivals:
            found = Judgement(bucket, "bucket")
            if _POLICY not in self._unsure:
                name = text(bucket.inputs.get("bucket"))
                may_write(self._bucket_policies(bucket), name if isinstance(name, str) else None, by, self.home, found)
            for rule, _ in self._encryption_rules(bucket):
                default = member(rule, "applyServerSideEncryptionByDefault")
                if isinstance(default, Mapping) and default.get("kmsMasterKeyId") is not None:
                    self._usable(default["kmsMasterKeyId"], by, found)
            self._arrivals[bucket.urn, by] = found.findings
        return self._arrivals[bucket.urn, by]

    def _usable(self, value: Value, by: Deliverer, found: Judgement) -> None:
        key = self._keys.find(value)
        if isinstance(key, Resource):
            may_encrypt(self._keys.policies(key), key, by, self.home, found)

    def _store(self, value: Value, what: str, types: tuple[str, ...], word: str) -> Findings:
        resource = self.lookup.find(value, types)
        if not isinstance(resource, Resource):
            missing = Findings()
            missing.doubt(f"{what}: whether its {word} keeps it cannot be seen: {resource}")
            return missing
        if resource.urn not in self._judged:
            judge = self._judge_bucket if types is BUCKETS else self._judge_log_group
            found = judge(resource)
            if types is BUCKETS:
                found.take(self._lost)
            self._judged[resource.urn] = found
        return self._judged[resource.urn]

    # -- buckets
    # -----------------------------------------------------------------------------------------------------------------

    def _judge_bucket(self, bucket: Resource) -> Findings:
        found = Judgement(bucket, "bucket")
        emptied = flag(bucket.inputs, "forceDestroy", default=False)
        if isinstance(emptied, Unknown):
            found.unknown("whether it is emptied when it is destroyed is known only after the deployment")
        elif emptied:
            found.wrong("is emptied when it is destroyed (forceDestroy)")
        self._lock(bucket, found)
        self._versioning(bucket, found)
        self._public_access(bucket, found)
        self._encryption(bucket, found)
        for policy, one in self._bucket_policies(bucket):
            self._outsiders(policy, one, found)
        self._acls(bucket, found)
        return found.findings

    def _missing(self, types: tuple[str, ...], found: Judgement, what: str) -> None:
        """A protection is missing, unless it is one of those whose bucket is not known."""
        if types in self._unsure:
            found.unknown(f"whether it {what} is known only after the deployment")
        else:
            found.wrong(what)

    def _of(self, types: tuple[str, ...], urn: str) -> list[Resource]:
        return self._about[types].get(urn, [])

    def _lock(self, bucket: Resource, found: Judgement) -> None:
        rules = [(member(one.inputs, "rule", "defaultRetention"), one) for one in self._of(_LOCK, bucket.urn)]
        inline = member(bucket.inputs, "objectLockConfiguration", "rule", "defaultRetention")
        if inline is not None:
            rules.append((inline, bucket))
        rules = [(rule, one) for rule, one in rules if rule is not None]
        if not rules:
            self._missing(_LOCK, found, "locks no object by default (no Object Lock retention)")
        for rule, one in rules:
            if not isinstance(rule, Mapping):
                found.unknown("its Object Lock retention is known only after the deployment", one)
                continue
            mode = text(rule.get("mode"))
            if mode != "COMPLIANCE":
                found.wrong(f"can be unlocked: its Object Lock mode is {said(mode)}, not COMPLIANCE", one)
            days, years = number(rule.get("days")), number(rule.get("years"))
            if isinstance(days, Unknown) or isinstance(years, Unknown):
                found.unknown("its Object Lock retention is known only after the deployment", one)
                continue
            kept = days if days is not None else (years or 0) * DAYS_PER_YEAR
            if kept < self.days:
                found.wrong(f"locks objects for {kept} days, {self.days} are required", one)

    def _versioning(self, bucket: Resource, found: Judgement) -> None:
        separate = self._of(_VERSIONING, bucket.urn)
        states = [(member(one.inputs, "versioningConfiguration", "status"), one) for one in separate]
        inline = member(bucket.inputs, "versioning", "enabled")
        if inline is not None:
            states.append(("Enabled" if inline is True else "Suspended", bucket))
        if not states and flag(bucket.inputs, "objectLockEnabled", default=False) is not True:
            self._missing(_VERSIONING, found, "keeps no versions, so a record can be overwritten")
        for state, one in states:
            if isinstance(state, Unknown):
                found.unknown("whether it keeps versions is known only after the deployment", one)
            elif state != "Enabled":
                found.wrong(f"keeps no versions: versioning is {said(state)}", one)

    def _public_access(self, bucket: Resource, found: Judgement) -> None:
        blocks = self._of(_PUBLIC, bucket.urn)
        if not blocks:
            self._missing(_PUBLIC, found, "does not block public access")
        for block in blocks:
            for name in _PUBLIC_ACCESS:
                state = flag(block.inputs, name, default=False)
                if isinstance(state, Unknown):
                    found.unknown(f"{name} is known only after the deployment", block)
                elif not state:
                    found.wrong(f"does not block public access in every way: {name} is off", block)

    def _encryption_rules(self, bucket: Resource) -> list[tuple[Mapping[str, Value], Resource]]:
        separate = self._of(_ENCRYPTION, bucket.urn)
        rules = [(rule, one) for one in separate for rule in maps(one.inputs.get("rules"))]
        return rules + [
            (rule, bucket) for rule in maps(member(bucket.inputs, "serverSideEncryptionConfiguration", "rule"))
        ]

    def _encryption(self, bucket: Resource, found: Judgement) -> None:
        rules = self._encryption_rules(bucket)
        if not rules:
            self._missing(_ENCRYPTION, found, "is not encrypted with a KMS key of ours")
        for rule, one in rules:
            default = member(rule, "applyServerSideEncryptionByDefault")
            if isinstance(default, Unknown):
                found.unknown("its encryption is known only after the deployment", one)
                continue
            algorithm = member(rule, "applyServerSideEncryptionByDefault", "sseAlgorithm")
            key = default.get("kmsMasterKeyId") if isinstance(default, Mapping) else None
            if algorithm not in _KMS:
                found.wrong(f"is encrypted by {said(algorithm)}, not with a KMS key of ours", one)
            elif key is None:
                # Log delivery demands a customer managed key [VPC User Guide, "Required key policy for use with
                # SSE-KMS"].
                found.wrong("is encrypted with the AWS managed key, which log delivery cannot use", one)
            else:
                self._keys.judge(key, found)

    def _bucket_policies(self, bucket: Resource) -> list[tuple[Value, Resource]]:
        policies = [(one.inputs.get("policy"), one) for one in self._of(_POLICY, bucket.urn)]
        if bucket.inputs.get("policy") is not None:
            policies.append((bucket.inputs["policy"], bucket))
        return policies

    def _outsiders(self, policy: Value, one: Resource, found: Judgement) -> None:
        document = read_policy(policy)
        if isinstance(document, Unreadable):
            found.unknown(document.reason, one)
            return
        for sentence in outsiders(document, self.home):
            found.wrong(f"is open to outsiders: {sentence}", one)

    def _acls(self, bucket: Resource, found: Judgement) -> None:
        acls = [(one.inputs, one) for one in self._of(_ACL, bucket.urn)]
        if "acl" in bucket.inputs or "grants" in bucket.inputs:
            acls.append((bucket.inputs, bucket))
        for inputs, one in acls:
            canned = text(inputs.get("acl"))
            if isinstance(canned, Unknown):
                found.unknown("its access control list is known only after the deployment", one)
            elif canned is not None and canned not in _PRIVATE_ACLS:
                found.wrong(f"has the access control list {canned}", one)
            grants = items(inputs.get("grants")) + items(member(inputs, "accessControlPolicy", "grants"))
            if grants:
                found.unknown("its access control list names grantees; disable lists with BucketOwnerEnforced", one)

    # -- log groups
    # --------------------------------------------------------------------------------------------------------------

    def _judge_log_group(self, group: Resource) -> Findings:
        found = Judgement(group, "log group")
        kept = number(group.inputs.get("retentionInDays"))
        if isinstance(kept, Unknown):
            found.unknown("its retention is known only after the deployment")
        elif kept and kept < self.days:  # 0 and none: records never expire
            found.wrong(f"keeps records for {kept} days, {self.days} are required")
        kind = text(group.inputs.get("logGroupClass"))
        if isinstance(kind, Unknown):
            found.unknown("its class is known only after the deployment")
        elif kind == "DELIVERY":
            found.wrong("has the class DELIVERY, which keeps records for one day whatever its retention")
        key = group.inputs.get("kmsKeyId")
        if key is None:
            found.wrong("is not encrypted with a KMS key of ours")
        else:
            self._keys.judge(key, found)
        return found.findings
