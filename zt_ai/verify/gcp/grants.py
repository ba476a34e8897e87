"""Who may do what with which resources: grants of IAM against the clauses.

Sources: IAM, "Understanding roles" (basic roles cover nearly everything), "Create and manage custom roles",
"Principal identifiers" (`allUsers`, `allAuthenticatedUsers`), "Service agents" (Google's own accounts
`service-NUMBER@SERVICE.iam.gserviceaccount.com`); "Service account impersonation". What a grant's condition takes away
is not counted, except that a grant with a condition does not prove that a flow works.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from zt_ai.graph import Resource
from zt_ai.graph.model import Ref, Value
from zt_ai.intent.model import Access, Intent
from zt_ai.verify.gcp.collect import Collector
from zt_ai.verify.gcp.context import Context, word
from zt_ai.verify.gcp.google import BASIC, HARMLESS, PREDEFINED, needed, permitted, resource_key
from zt_ai.verify.gcp.world import World
from zt_ai.verify.reading import items, plain, texts, unknown_in

ROLE = "gcp:projects/iAMCustomRole:IAMCustomRole"
_AGENT = re.compile(r"service-(\d+)@[a-z0-9-]+\.iam\.gserviceaccount\.com")
_PUBLIC = ("allUsers", "allAuthenticatedUsers")
_KEY_PATH = re.compile(r"keyRings/([^/]+)(?:/cryptoKeys/([^/]+))?$")
_SINK = "gcp:logging/projectSink:ProjectSink"


@dataclass(frozen=True, slots=True)
class Grant:
    """A role for one principal on one thing. `permissions` None: the role is not known here."""

    resource: Resource
    principal: str
    role: str
    on: str
    permissions: frozenset[str] | None
    conditional: bool


def _named(name: str, own: str) -> Callable[[Context, Resource], str | None]:
    """The name in an input, or that of the resource that it refers to."""

    def find(context: Context, grant: Resource) -> str | None:
        value = plain(grant.inputs.get(name))
        if isinstance(value, Ref):
            target = context.graph.get(value.urn)
            return word(target.inputs.get(own)) if target is not None else None
        said = word(value)
        return None if said is None else said.removeprefix("b/").rpartition("/")[2]

    return find


def _crypto_key(context: Context, grant: Resource) -> str | None:
    value = plain(grant.inputs.get("cryptoKeyId"))
    if isinstance(value, Ref):
        target = context.graph.get(value.urn)
        if target is None:
            return None
        ring = plain(target.inputs.get("keyRing"))
        owner = context.graph.get(ring.urn) if isinstance(ring, Ref) else None
        of = word(owner.inputs.get("name")) if owner is not None else (word(ring) or "").rpartition("/")[2]
        return f"{of}/{word(target.inputs.get('name'))}"
    found = _KEY_PATH.search(word(value) or "")
    return f"{found[1]}/{found[2]}" if found else None


def _project(context: Context, grant: Resource) -> str | None:
    return word(grant.inputs.get("project")) or context.settings.project


def _account(context: Context, grant: Resource) -> str | None:
    return context.account(grant.inputs.get("serviceAccountId"))


# Kind of thing, and how to find its name, by the type of the grant.
_KINDS: Mapping[str, tuple[str, Callable[[Context, Resource], str | None]]] = {
    "storage/bucketIAMMember:BucketIAMMember": ("bucket", _named("bucket", "name")),
    "storage/bucketIAMBinding:BucketIAMBinding": ("bucket", _named("bucket", "name")),
    "secretmanager/secretIamMember:SecretIamMember": ("secret", _named("secretId", "secretId")),
    "secretmanager/secretIamBinding:SecretIamBinding": ("secret", _named("secretId", "secretId")),
    "kms/cryptoKeyIAMMember:CryptoKeyIAMMember": ("key", _crypto_key),
    "kms/cryptoKeyIAMBinding:CryptoKeyIAMBinding": ("key", _crypto_key),
    "kms/keyRingIAMMember:KeyRingIAMMember": ("key ring", _named("keyRingId", "name")),
    "artifactregistry/repositoryIamMember:RepositoryIamMember": ("repository", _named("repository", "repositoryId")),
    "artifactregistry/repositoryIamBinding:RepositoryIamBinding": ("repository", _named("repository", "repositoryId")),
    "projects/iAMMember:IAMMember": ("project", _project),
    "projects/iAMBinding:IAMBinding": ("project", _project),
    "serviceaccount/iAMMember:IAMMember": ("account", _account),
    "serviceaccount/iAMBinding:IAMBinding": ("account", _account),
    "pubsub/topicIAMMember:TopicIAMMember": ("topic", _named("topic", "name")),
    "pubsub/topicIAMBinding:TopicIAMBinding": ("topic", _named("topic", "name")),
    "tags/tagValueIamMember:TagValueIamMember": (
        "tag",
        lambda context, grant: context.key(grant.inputs.get("tagValue")),
    ),
}


_GRANTS = ("IAMMember", "IAMBinding", "IAMPolicy", "IamMember", "IamBinding", "IamPolicy")


class Grants:
    """Every grant of a plan."""

    def __init__(self, world: World, intent: Intent, found: Collector) -> None:
        self._world, self._intent, self._found = world, intent, found
        self._explained: dict[tuple[str, str], frozenset[str]] = {}
        self._named: set[str] = set()
        project = world.settings.project
        for access in intent.accesses:
            service = intent.services.get(access.destination)
            if service is None:
                continue
            for resource in service.resources:
                key = resource_key(service.kind, resource, project)
                self._named.add(key)
                both = (access.source, key)
                self._explained[both] = self._explained.get(both, frozenset()) | permitted(service.kind, access.access)
        self._named.discard(f"project {project}")
        self.all = tuple(self._read())
        self._held: dict[tuple[str, str], set[str]] = {}
        for grant in self.all:
            owner = world.accounts.get(grant.principal.removeprefix("serviceAccount:").lower())
            if owner is not None and grant.permissions is not None and not grant.conditional:
                self._held.setdefault((owner, grant.on), set()).update(grant.permissions)

    def _read(self) -> Iterator[Grant]:
        context = self._world.context
        for resource in context.graph:
            short = resource.type.removeprefix("gcp:")
            if short not in _KINDS:
                if resource.custom and short.endswith(_GRANTS):
                    self._found.doubt(f"{resource.urn}: grants of the type {resource.type} are not modelled")
                continue
            kind, find = _KINDS[short]
            name, role = find(context, resource), self._role(resource)
            if name is None or role is None:
                self._found.doubt(f"{resource.urn}: what it grants on what is known only after the deployment")
                continue
            conditional = plain(resource.inputs.get("condition")) is not None
            for value in (*items(resource.inputs.get("member")), *items(resource.inputs.get("members"))):
                principal = self._principal(resource, value)
                if principal is not None:
                    yield Grant(resource, principal, role[0], f"{kind} {name}", role[1], conditional)

    def _principal(self, resource: Resource, value: Value) -> str | None:
        value = plain(value)
        if isinstance(value, str):
            return value
        if isinstance(value, Ref):
            target = self._world.graph.get(value.urn)
            if target is not None and target.type == _SINK:
                return f"sink {target.name}"
            email = self._world.context.account(value)
            if email is not None:
                return f"serviceAccount:{email}"
        self._found.doubt(f"{resource.urn}: to whom it grants something is known only after the deployment")
        return None

    def _role(self, resource: Resource) -> tuple[str, frozenset[str] | None] | None:
        """Name and permissions of a role; None for permissions that are not known here."""
        value = plain(resource.inputs.get("role"))
        custom = self._world.graph.get(value.urn) if isinstance(value, Ref) else None
        said = word(value)
        if custom is None and said is not None and "/roles/" in said:
            ident, owner = said.rpartition("/")[2], said.split("/")[1]
            for one in self._world.context.graph.of_type(ROLE):
                if word(one.inputs.get("roleId")) == ident and self._world.context.project(one) == owner:
                    custom = one
        if custom is not None and custom.type == ROLE:
            if unknown_in(custom.inputs.get("permissions")):
                return None
            return f"role {word(custom.inputs.get('roleId'))}", frozenset(texts(custom.inputs.get("permissions")))
        return (said, PREDEFINED.get(said)) if said is not None else None

    def judge(self) -> None:
        """Refute every grant that no clause explains."""
        for grant in self.all:
            owner = self._world.accounts.get(grant.principal.removeprefix("serviceAccount:").lower())
            if grant.principal in _PUBLIC:
                self._wrong(
                    grant, grant.principal, f"lets everybody ({grant.principal}) have {grant.role} on {grant.on}"
                )
            elif owner is not None:
                self._of_workload(grant, owner)
            else:
                self._of_others(grant)

    def _of_workload(self, grant: Grant, owner: str) -> None:
        if grant.role in BASIC:
            self._wrong(grant, owner, f"gives {owner} the basic role {grant.role} on {grant.on}")
        elif grant.on.startswith(("account ", "tag ")):
            self._wrong(grant, owner, f"gives {owner} {grant.role} on {grant.on}: it can take another identity")
        elif grant.permissions is None:
            self._wrong(grant, owner, f"gives {owner} {grant.role} on {grant.on}, whose permissions no clause explains")
        else:
            extra = grant.permissions - HARMLESS - self._explained.get((owner, grant.on), frozenset())
            if extra:
                words = ", ".join(sorted(extra)[:4])
                self._wrong(grant, owner, f"lets {owner} do {words} on {grant.on}, which no clause asks for")

    def _of_others(self, grant: Grant) -> None:
        """Principals that are no workload: Google's agents may use keys, a sink may write its bucket."""
        agent = _AGENT.fullmatch(grant.principal.removeprefix("serviceAccount:"))
        settings = self._world.settings
        own = agent is not None and agent[1] in {settings.project_number, *settings.projects.values()}
        if own and grant.on.startswith("key ") and grant.role.startswith("roles/cloudkms.cryptoKey"):
            return
        if grant.on in self._named or grant.role in BASIC or grant.on.startswith(("account ", "project ")):
            if agent is not None and grant.on.startswith(("account ", "project ")) and grant.role not in BASIC:
                return
            text = f"gives {grant.principal}, which is nobody of the specification, {grant.role} on {grant.on}"
            self._wrong(grant, grant.principal, text)

    def _wrong(self, grant: Grant, source: str, text: str) -> None:
        self._found.refute(f"{grant.resource.name} {text}", source, grant.on, through=(grant.resource.urn,))

    def missing(self, access: Access) -> list[tuple[str, tuple[str, ...]]]:
        """Permissions that a flow needs and does not have."""
        service = self._intent.services[access.destination]
        wanted = needed(service.kind, access.access)
        found = []
        for resource in service.resources:
            key = resource_key(service.kind, resource, self._world.settings.project)
            lacking = wanted - self._held.get((access.source, key), set())
            if lacking:
                accounts = [email for email, owner in self._world.accounts.items() if owner == access.source]
                urns = tuple(self._world.resources[email].urn for email in accounts if email in self._world.resources)
                found.append((f"nothing grants it {', '.join(sorted(lacking))} on {key}", urns))
        return list(dict.fromkeys(found))
