"""A plan applied to moto, request by request, as the Pulumi provider would send them to AWS.

moto runs in this process and answers boto3 itself: nothing leaves the machine. Every request passes three judges:
botocore's parameter validation, the rest of AWS's own description (`service_model`), and moto's refusals.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from tests.conformance.plans import At, Plan, Planned
from tests.conformance.service_model import RequestRefusedError, check

REGION = "us-east-1"


@dataclass(frozen=True, slots=True)
class Made:
    """What the cloud answered: the id and further outputs by wire name, nested as the provider nests them."""

    id: str
    outputs: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A planned resource that could not be made: `by` is the judge, `reason` its words."""

    resource: Planned
    by: str
    reason: str

    def __str__(self) -> str:
        return f"{self.resource.type} {self.resource.name}: {self.reason} [{self.by}]"


class Inputs(Mapping[str, Any]):
    """Resolved inputs that remember which of them a translation has read: none may be ignored."""

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values
        self._read: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self._read.add(key)
        return self._values[key]

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    @property
    def ignored(self) -> set[str]:
        """Properties that were planned and not read."""
        return set(self._values) - self._read


Create = Callable[["Cloud", Inputs], Made]
Read = Callable[["View", "Stored"], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Kind:
    """How resources of one type are made and read back; `read` is None where moto stores nothing of them."""

    create: Create
    read: Read | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """A planned resource that was made: its resolved inputs and what the cloud answered."""

    planned: Planned
    inputs: Mapping[str, Any]
    made: Made


@cache
def _session() -> Any:
    # Fake credentials, given explicitly: those of the machine are never read.
    session = boto3.Session(aws_access_key_id="testing", aws_secret_access_key="testing", region_name=REGION)
    session.events.register("before-parameter-build", check)
    return session


@cache
def client(service: str) -> Any:
    """The boto3 client of a service, made once: reading the service models takes longer than all requests."""
    return _session().client(service, config=Config(retries={"total_max_attempts": 1}))


class Cloud:
    """The emulated account: what was made, what was refused, what moto says it does not emulate."""

    def __init__(self, account: str, kinds: Mapping[str, Kind]) -> None:
        self.account = account
        self.stored: dict[str, Stored] = {}
        self.refusals: list[Refusal] = []
        self.ignored: dict[str, set[str]] = {}
        self.missing: set[str] = set()
        self.present: set[str] = set()
        self.given: dict[str, str] = {}
        self._kinds = kinds
        self._type = ""

    def call(self, service: str, operation: str, **params: Any) -> Any:
        """One request. Members that are None are left out."""
        return getattr(client(service), operation)(**{key: v for key, v in params.items() if v is not None})

    def unstored(self, service: str, operation: str, *, kept: Callable[[], Any] | None = None, **params: Any) -> None:
        """A request that moto is expected not to emulate: it is checked as any other, then must find nobody home.

        Where moto takes the request and forgets it, `kept` reads back what it kept of it: nothing.
        """
        try:
            self.call(service, operation, **params)
        except NotImplementedError:
            self.missing.add(self._type)
        else:
            (self.present if kept is None or kept() else self.missing).add(self._type)

    def apply(self, plan: Plan) -> None:
        """Make every resource of a plan. What is refused is recorded, and what depends on it as waiting for it."""
        for planned in plan.resources:
            self._type = planned.type
            self._apply(planned)

    def _apply(self, planned: Planned) -> None:
        kind = self._kinds.get(planned.type)
        if kind is None:
            self._refuse(planned, "suite", "no translation for this type")
            return
        try:
            resolved = self.resolve(planned.inputs)
            inputs = Inputs(resolved)
            made = kind.create(self, inputs)
        except (ClientError, BotoCoreError) as error:
            self._refuse(planned, "moto" if isinstance(error, ClientError) else "botocore", str(error))
        except RequestRefusedError as error:
            self._refuse(planned, "description", str(error))
        except NotImplementedError as error:
            self._refuse(planned, "suite", f"not emulated and not listed: {error}")
        except LookupError as error:
            self._refuse(planned, "suite", f"refers to nothing that was made: {error}")
        else:
            self.stored[planned.urn] = Stored(planned, resolved, made)
            if inputs.ignored:
                self.ignored.setdefault(planned.type, set()).update(inputs.ignored)

    def _refuse(self, planned: Planned, by: str, reason: str) -> None:
        self.refusals.append(Refusal(planned, by, reason))

    def resolve(self, value: Any) -> Any:
        """A planned value with references replaced by what the cloud answered. Raises LookupError."""
        if isinstance(value, At):
            found: Any = self.stored[value.urn].made
            if value.output == "id":
                return found.id
            found = found.outputs
            for step in value.output.split("."):
                found = found[int(step) if step.isdigit() else step]
            return found
        if isinstance(value, Mapping):
            return {key: self.resolve(item) for key, item in value.items()}
        if isinstance(value, list | tuple):
            return [self.resolve(item) for item in value]
        return self.given.get(value, value) if isinstance(value, str) else value


class View:
    """The account as it is now. What was asked once is not asked again: a view is for one comparison."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self._answers: dict[str, Any] = {}

    def ask(self, service: str, operation: str, **params: Any) -> Any:
        """One request's answer."""
        key = f"{service}.{operation} {params!r}"
        if key not in self._answers:
            self._answers[key] = self.cloud.call(service, operation, **params)
        return self._answers[key]

    def every(self, service: str, operation: str, found: str, **params: Any) -> list[Any]:
        """All items of a listing, from all its pages."""
        key = f"{service}.{operation} {params!r}"
        if key not in self._answers:
            if client(service).can_paginate(operation):
                pages = client(service).get_paginator(operation).paginate(**params)
                self._answers[key] = [item for page in pages for item in page.get(found, [])]
            else:
                self._answers[key] = self.cloud.call(service, operation, **params)[found]
        result: list[Any] = self._answers[key]
        return result

    def one(self, service: str, operation: str, found: str, id_key: str, id_: str) -> Any:
        """The item with an id. Raises LookupError where the cloud has none."""
        index = f"index {service}.{operation} {id_key}"
        if index not in self._answers:
            self._answers[index] = {item[id_key]: item for item in self.every(service, operation, found)}
        return self._answers[index][id_]


def upper(value: Any) -> Any:
    """Wire names as AWS writes most of its members: `targetValue` as `TargetValue`, at every depth."""
    if isinstance(value, Mapping):
        return {key[:1].upper() + key[1:]: upper(item) for key, item in value.items()}
    return [upper(item) for item in value] if isinstance(value, list) else value


def lower(value: Any) -> Any:
    """The other way round."""
    if isinstance(value, Mapping):
        return {key[:1].lower() + key[1:]: lower(item) for key, item in value.items()}
    return [lower(item) for item in value] if isinstance(value, list) else value


def tag_list(inputs: Mapping[str, Any], key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Planned tags as most services want them."""
    return [{key: name, value: text} for name, text in inputs.get("tags", {}).items()]


def tag_map(tags: Any) -> dict[str, str]:
    """Stored tags as they are planned."""
    return {tag.get("Key", tag.get("key")): tag.get("Value", tag.get("value")) for tag in tags or ()}
