"""Does what a resource refers to exist, and is what is to be deleted still referred to?"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from zt_ai.simulate.cloud import Settings
from zt_ai.simulate.gcp.act import Act
from zt_ai.simulate.gcp.catalogue import entry
from zt_ai.simulate.gcp.naming import leaf, part_after, relative
from zt_ai.simulate.gcp.special_outputs import project_of_number
from zt_ai.simulate.problems import CloudError
from zt_ai.simulate.values import values_at
from zt_ai.simulate.world import Thing, World

ACCOUNT = "gcp:serviceaccount/account:Account"
_EMAIL = re.compile(r"[a-z0-9-]+@([a-z0-9-]+)\.iam\.gserviceaccount\.com")
_VERSION = re.compile(r"/(?:cryptoKeyVersions|versions)/[^/]+$")
_NUMBERED = re.compile(r"^projects/(\d+)(?=/)")


def find_reference(world: World, types: Iterable[str], text: str, settings: Settings) -> Thing | None:
    """The thing of one of these types that ``text`` names: by relative or full name, self link, e-mail, or name alone.

    A name alone is looked for in the project of ``settings``.
    """
    wanted = _canonical(world, text)
    for type_ in types:
        found = world.get(type_, wanted) or _by_own_rule(world, type_, wanted, settings)
        if found is not None:
            return found
    return None


def _canonical(world: World, text: str) -> str:
    wanted = _VERSION.sub("", relative(text.removeprefix("gs://")))
    numbered = _NUMBERED.match(wanted)
    if numbered:
        project = project_of_number(world, numbered[1])
        wanted = wanted if project is None else f"projects/{project}{wanted[numbered.end() :]}"
    return wanted


def _by_own_rule(world: World, type_: str, text: str, settings: Settings) -> Thing | None:
    if type_ == ACCOUNT:
        email = leaf(text).removeprefix("serviceAccount:")
        named = _EMAIL.fullmatch(email)
        return world.get(type_, f"projects/{named[1]}/serviceAccounts/{email}") if named else None
    if type_ in _NUMBERED_TYPES:
        bare = text if text.isdigit() else leaf(text) if text.startswith(_NUMBERED_TYPES[type_]) else ""
        found = world.get(type_, f"{_NUMBERED_TYPES[type_]}{bare}") or world.get(type_, bare) if bare else None
        return found or _first(world, type_, "namespacedName", text)
    if "/instanceGroups/" in text:
        return world.get(type_, text.replace("/instanceGroups/", "/instanceGroupManagers/"))
    place = f"projects/{settings.account}/"
    if text.startswith(("regions/", "global/", "locations/")):
        return world.get(type_, f"{place}{text}")
    if "/" in text or not text:
        return None
    inside = [t for t in world.of_type(type_) if t.id.startswith(place) and leaf(t.id) == text]
    near = [t for t in inside if part_after(t.id, "regions") in (None, settings.region)]
    return (near or [None])[0]  # type: ignore[list-item]


# Types that Google numbers; the collection in front of the number may be left out.
_NUMBERED_TYPES = {
    "gcp:tags/tagKey:TagKey": "tagKeys/",
    "gcp:tags/tagValue:TagValue": "tagValues/",
    "gcp:accesscontextmanager/accessPolicy:AccessPolicy": "accessPolicies/",
}


def _first(world: World, type_: str, name: str, wanted: str) -> Thing | None:
    return next((thing for thing in world.of_type(type_) if thing.value(name) == wanted), None)


def is_foreign(world: World, type_: str, text: str, settings: Settings) -> bool:
    """Whether the thing is one that this world does not keep account of: Google's own or another project's.

    Service agents (``service-NUMBER@gcp-sa-….iam.gserviceaccount.com``) and accounts of projects the world knows
    nothing of are there as far as anybody here can tell.
    """
    if type_ != ACCOUNT:
        return False
    named = _EMAIL.fullmatch(leaf(text).removeprefix("serviceAccount:"))
    if named is None:
        return True
    known = {settings.account} | {part_after(t.id, "projects") for t in world.of_type(ACCOUNT)}
    return named[1] not in known


def check_references(act: Act) -> None:
    """Refuse references to things that are not there. Raises :class:`CloudError`."""
    here = _here(act)
    for path, types in entry(act.subject.type).references.items():
        for value in values_at(act.inputs, path):
            if not isinstance(value, str) or not value or is_foreign(act.world, types[0], value, here):
                continue
            if find_reference(act.world, types, value, here) is None:
                raise CloudError(*_missing(act.subject.type, path, value, types[0]))


def _here(act: Act) -> Settings:
    return Settings(act.region, act.project, act.settings.default_tags)


def _missing(subject: str, path: str, value: str, type_: str) -> tuple[str, str]:
    title = _title(type_)
    if subject.startswith("gcp:compute/"):
        field = f"Invalid value for field 'resource.{path}': '{value}'."
        return "invalid", f"{field} The referenced {title} resource cannot be found."
    if subject.startswith("gcp:accesscontextmanager/"):
        return "INVALID_ARGUMENT", f"the {title} '{value}' given as {path} does not exist"
    return "NOT_FOUND", f"{title} '{value}' (given as {path}) was not found"


def _title(type_: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", type_.rsplit(":", 1)[-1]).lower()


def users_of(world: World, thing: Thing, settings: Settings) -> list[Thing]:
    """The things whose existence keeps ``thing`` from being deleted."""
    found: dict[Any, Thing] = {}
    for name in _names(thing):
        for user in world.mentioning(name):
            line = entry(user.type)
            if user.key == thing.key or user.parent == thing.id:
                continue
            for path in line.blocks & set(line.references):
                kinds = line.references[path]
                if thing.type not in kinds:
                    continue
                project = str(user.outputs.get("project") or settings.account)
                place = Settings(str(user.outputs.get("region") or settings.region), project)
                for value in values_at(user.inputs, path):
                    named = find_reference(world, kinds, value, place) if isinstance(value, str) else None
                    if named is not None and named.key == thing.key:
                        found[user.key] = user
    return list(found.values())


def _names(thing: Thing) -> set[str]:
    said = ("selfLink", "selfLinkWithId", "selfLinkUnique", "name", "email", "namespacedName", "instanceGroup")
    names = {thing.id, leaf(thing.id), *(str(thing.outputs[key]) for key in said if thing.outputs.get(key))}
    names |= {f"//compute.googleapis.com/{thing.id}", thing.id.partition("/")[2].partition("/")[2]}
    if thing.type in _NUMBERED_TYPES:
        names.add(f"{_NUMBERED_TYPES[thing.type]}{leaf(thing.id)}")
    return {name for name in names if name}


def check_unused(act: Act) -> None:
    """Refuse to delete what is in use. Raises :class:`CloudError`."""
    if act.thing is None:
        return
    users = users_of(act.world, act.thing, act.settings)
    if not users:
        return
    title, name = _title(act.thing.type), act.thing.id
    if act.thing.type.startswith("gcp:compute/"):
        said = f"The {title} resource '{name}' is already being used by '{users[0].id}'"
        raise CloudError("resourceInUseByAnotherResource", said)
    more = f" and {len(users) - 1} more" if len(users) > 1 else ""
    code = "containerNotEmpty" if act.thing.type.startswith("gcp:dns/") else "FAILED_PRECONDITION"
    raise CloudError(code, f"{title} '{name}' is still used by {_title(users[0].type)} '{users[0].id}'{more}")
