"""Names, labels, marks and addresses of identities on Google Cloud.

Names are chosen here and never by Google, and paths and e-mail addresses are written from project and name: so every
rule, policy and condition is known, and can be proved, before anything is deployed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from zt_ai.builders.naming import TAG_CLAUSE, TAG_ROLE, TAG_SERVICE, TAG_SPEC, TAG_WORKLOAD, TAG_ZONE, shorten

ZONE, WORKLOAD, SERVICE, ROLE, CLAUSE, SPEC = TAG_ZONE, TAG_WORKLOAD, TAG_SERVICE, TAG_ROLE, TAG_CLAUSE, TAG_SPEC

NAME_LIMIT = 63  # most resources: a DNS label [RFC 1035, section 2.3.4]
DESCRIPTION_LIMIT = 256  # the least of those that take marks (tag values, service accounts)


def label_key(key: str) -> str:
    """A key as a label takes it: letters, digits, `_` and `-` [Resource Manager, "Requirements for labels"]."""
    return key.replace(":", "-")


class MarksTooLongError(Exception):
    """Too much stands behind one resource for its description. `zt_ai.gcp.limits` finds this before anything is
    registered, and says what to change."""


def described(text: str, marks: Mapping[str, str | Iterable[str]], limit: int = DESCRIPTION_LIMIT) -> str:
    """A description that ends in marks `[zt-ai:KEY=VALUE]`, for resources that take no labels; several values of one
    key stand in one mark, with a space between them.

    The text is cut where it does not fit, the marks never are.

    Raises:
        MarksTooLongError: the marks alone do not fit.
    """
    values = {key: value if isinstance(value, str) else " ".join(sorted(set(value))) for key, value in marks.items()}
    written = "".join(f" [{key}={value}]" for key, value in values.items() if value)
    if len(written) > limit:
        raise MarksTooLongError(f"a description holds {limit} characters, and the marks in it take {len(written)}")
    return (text[: limit - len(written)] + written).strip()


@dataclass(frozen=True, slots=True)
class Scope:
    """The project and region that things are built in, and the name of the specification."""

    spec: str
    project: str
    number: str
    region: str

    def name(self, what: str, limit: int = NAME_LIMIT) -> str:
        """Name of a resource of the specification."""
        return shorten(f"{self.spec}-{what}", limit)

    def identifier(self, what: str) -> str:
        """Name where only letters, digits and `_` are taken (perimeters, access levels), at most 50 characters [Access
        Context Manager API, accessPolicies.servicePerimeters]. Names of the specification have no `_`, so this keeps
        them apart."""
        return self.name(what, 50).replace("-", "_")

    def role_id(self, what: str) -> str:
        """Id of a custom role: letters, digits, `_` and `.`, 3 to 64 [IAM API, projects.roles.create]."""
        return self.name(what, 64).replace("-", "_")

    def account_id(self, workload: str) -> str:
        """Id of a workload's service account: 6 to 30 characters [IAM API, projects.serviceAccounts.create]."""
        name = self.name(workload, 30)
        return name if len(name) >= 6 else f"{name}-zt-ai"

    def account(self, workload: str) -> str:
        """E-mail address of a workload's service account."""
        return f"{self.account_id(workload)}@{self.project}.iam.gserviceaccount.com"

    def member(self, workload: str) -> str:
        """The workload as IAM and Access Context Manager name it."""
        return f"serviceAccount:{self.account(workload)}"

    def network(self) -> str:
        """Name of the VPC network."""
        return self.name("network")

    def labels(self, extra: Mapping[str, str] | None = None, user: Mapping[str, str] | None = None) -> dict[str, str]:
        """Labels of one resource: the user's, the specification, and what tells the verifier where it belongs."""
        own = {SPEC: self.spec, **(extra or {})}
        return {**(user or {}), **{label_key(key): value for key, value in own.items()}}
