"""Pulumi's provider protocol in front of a simulated cloud.

The engine attaches to this servicer with ``PULUMI_DEBUG_PROVIDERS=<package>:<port>``. What is negotiated is what is
done: secrets are taken and given as secrets, unknown values as unknown values, previews are real previews; strongly
typed resource references and output values are declined (Pulumi, ``provider.proto``, ``ConfigureResponse``).
"""

# ruff: noqa: N802 - the methods carry the names of the gRPC service

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

import grpc
from google.protobuf import empty_pb2
from pulumi.runtime.proto import plugin_pb2, provider_pb2, provider_pb2_grpc

from zt_ai.simulate.cloud import Cloud, Settings, Subject
from zt_ai.simulate.difference import Change, Difference
from zt_ai.simulate.problems import CloudError, Problem, shown
from zt_ai.simulate.sdk import schema_text
from zt_ai.simulate.values import Secret, decode, encode, has_secret, plain

log = logging.getLogger(__name__)


class SimulatedProvider(provider_pb2_grpc.ResourceProviderServicer):
    """The servicer. One serves any number of engines and provider instances of one cloud at once."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.cancelled = threading.Event()
        # An engine opens one connection for each provider instance, so the peer tells their settings apart.
        self._settings: dict[str, Settings] = {}
        self._latest: Settings | None = None

    # -- configuration -------------------------------------------------------------------------------------------

    def Handshake(self, request: Any, context: Any) -> Any:
        return provider_pb2.ProviderHandshakeResponse(accept_secrets=True)

    def Attach(self, request: Any, context: Any) -> Any:
        return empty_pb2.Empty()

    def GetPluginInfo(self, request: Any, context: Any) -> Any:
        return plugin_pb2.PluginInfo(version=self.cloud.version)

    def GetSchema(self, request: Any, context: Any) -> Any:
        return provider_pb2.GetSchemaResponse(schema=schema_text(self.cloud.package, self.cloud.version))

    def GetMapping(self, request: Any, context: Any) -> Any:
        return provider_pb2.GetMappingResponse()

    def GetMappings(self, request: Any, context: Any) -> Any:
        return provider_pb2.GetMappingsResponse()

    def CheckConfig(self, request: Any, context: Any) -> Any:
        problems = self.cloud.check_config(plain(decode(request.news)))
        return provider_pb2.CheckResponse(inputs=request.news, failures=_failures(problems))

    def DiffConfig(self, request: Any, context: Any) -> Any:
        old, new = plain(decode(request.olds)), plain(decode(request.news))
        changed = sorted(key for key in {*old, *new} if old.get(key) != new.get(key) and not key.startswith("__"))
        # Another region is another place: everything of this provider has to be made anew there.
        replaces = [key for key in changed if key == "region" and key in old]
        kind = provider_pb2.DiffResponse.DIFF_SOME if changed else provider_pb2.DiffResponse.DIFF_NONE
        return provider_pb2.DiffResponse(changes=kind, diffs=changed, replaces=replaces)

    def Configure(self, request: Any, context: Any) -> Any:
        config = plain(decode(request.args)) if request.HasField("args") else dict(request.variables)
        with self._refusals(context, "configuring the provider"):
            settings = self.cloud.settings(config)
        self._settings[context.peer()] = self._latest = settings
        return provider_pb2.ConfigureResponse(acceptSecrets=True, supportsPreview=True)

    # -- resources -----------------------------------------------------------------------------------------------

    def Check(self, request: Any, context: Any) -> Any:
        subject = _subject(request)
        news, olds = decode(request.news), plain(decode(request.olds))
        with self._refusals(context, f"checking {subject.type} {subject.name!r}"):
            checked = self.cloud.check(self._of(context), subject, olds, plain(news), bytes(request.randomSeed))
        problems = [_placed(subject, plain(news), problem) for problem in checked.problems]
        return provider_pb2.CheckResponse(
            inputs=encode(_with_secrets(checked.inputs, news)), failures=_failures(problems)
        )

    def Diff(self, request: Any, context: Any) -> Any:
        olds = decode(request.old_inputs if request.HasField("old_inputs") else request.olds)
        ignored = set(request.ignoreChanges)
        with self._refusals(context, f"comparing {request.urn}"):
            found = self.cloud.diff(_subject(request), plain(olds), plain(decode(request.news)))
        changes = [change for change in found.changes if change.rule[0] not in ignored]
        return _diff_response(changes, found)

    def Create(self, request: Any, context: Any) -> Any:
        subject, inputs, settings = _subject(request), decode(request.properties), self._of(context)
        with self._refusals(context, f"creating {subject.type} {subject.name!r}"):
            if request.preview:
                outputs = self.cloud.preview(settings, subject, plain(inputs))
                return provider_pb2.CreateResponse(properties=encode(_with_secrets(outputs, inputs)))
            made = self.cloud.create(settings, subject, plain(inputs))
        return provider_pb2.CreateResponse(id=made.id, properties=encode(_with_secrets(made.outputs, inputs)))

    def Read(self, request: Any, context: Any) -> Any:
        subject = _subject(request)
        known = {**decode(request.properties), **decode(request.inputs)}
        with self._refusals(context, f"reading {subject.type} {subject.name!r}"):
            found = self.cloud.read(self._of(context), subject, request.id)
        if found is None:
            return provider_pb2.ReadResponse()
        return provider_pb2.ReadResponse(
            id=found.id,
            properties=encode(_with_secrets(found.outputs, known)),
            inputs=encode(_with_secrets(found.inputs, known)),
        )

    def Update(self, request: Any, context: Any) -> Any:
        subject, news, settings = _subject(request), decode(request.news), self._of(context)
        with self._refusals(context, f"updating {subject.type} {subject.name!r}"):
            if request.preview:
                outputs = self.cloud.preview_update(settings, subject, plain(decode(request.olds)), plain(news))
            else:
                outputs = self.cloud.update(settings, subject, request.id, plain(news)).outputs
        return provider_pb2.UpdateResponse(properties=encode(_with_secrets(outputs, news)))

    def Delete(self, request: Any, context: Any) -> Any:
        subject = _subject(request)
        with self._refusals(context, f"deleting {subject.type} {subject.name!r}"):
            self.cloud.delete(self._of(context), subject, request.id)
        return empty_pb2.Empty()

    def Invoke(self, request: Any, context: Any) -> Any:
        with self._refusals(context, f"calling {request.tok}"):
            answer = self.cloud.invoke(self._of(context), request.tok, plain(decode(request.args)))
        return provider_pb2.InvokeResponse(**{"return": encode(answer)})

    def Cancel(self, request: Any, context: Any) -> Any:
        self.cancelled.set()
        return empty_pb2.Empty()

    # -- helpers -------------------------------------------------------------------------------------------------

    def _of(self, context: Any) -> Settings:
        settings = self._settings.get(context.peer()) or self._latest
        if settings is None:
            settings = self.cloud.settings({})
        return settings

    @contextmanager
    def _refusals(self, context: Any, doing: str) -> Iterator[None]:
        try:
            yield
        except CloudError as error:
            self._abort(context, f"{doing}: api error {error} [simulated {self.cloud.title}]")
        except Exception:
            if not context.is_active():
                raise
            log.exception("%s failed", doing)
            raise

    def _abort(self, context: Any, message: str) -> NoReturn:
        log.info("refused: %s", message)
        context.abort(grpc.StatusCode.UNKNOWN, message)
        raise AssertionError("abort returns never")


def _subject(request: Any) -> Subject:
    # urn:pulumi:STACK::PROJECT::PARENT_TYPE$TYPE::NAME; older engines leave type and name of the request empty.
    parts = request.urn.split("::", 3)
    type_ = request.type or (parts[2].split("$")[-1] if len(parts) == 4 else "")
    name = request.name or (parts[3] if len(parts) == 4 else "")
    return Subject(request.urn, type_, name)


def _placed(subject: Subject, inputs: Mapping[str, Any], problem: Problem) -> Problem:
    top = problem.path.split(".")[0].split("[")[0]
    value = inputs.get(top)
    said = "" if value is None or shown(value) in problem.reason else f" (value {shown(value)})"
    return Problem(problem.path, f"{subject.type} {subject.name!r}, property {problem.path!r}: {problem.reason}{said}")


def _failures(problems: Any) -> list[Any]:
    return [provider_pb2.CheckFailure(property=problem.path, reason=problem.reason) for problem in problems]


def _with_secrets(outputs: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    """Outputs whose input was secret are secret too, as a whole property."""
    return {
        key: Secret(value) if key in known and value is not None and has_secret(known[key]) else value
        for key, value in outputs.items()
    }


_KINDS: dict[tuple[str, bool], Any] = {
    ("add", False): provider_pb2.PropertyDiff.ADD,
    ("add", True): provider_pb2.PropertyDiff.ADD_REPLACE,
    ("delete", False): provider_pb2.PropertyDiff.DELETE,
    ("delete", True): provider_pb2.PropertyDiff.DELETE_REPLACE,
    ("update", False): provider_pb2.PropertyDiff.UPDATE,
    ("update", True): provider_pb2.PropertyDiff.UPDATE_REPLACE,
}


def _diff_response(changes: list[Change], found: Difference) -> Any:
    if not changes:
        return provider_pb2.DiffResponse(changes=provider_pb2.DiffResponse.DIFF_NONE, hasDetailedDiff=True)
    tops = dict.fromkeys(change.rule[0] for change in changes)
    replaces = dict.fromkeys(change.rule[0] for change in changes if change.path in found.replacing)
    return provider_pb2.DiffResponse(
        changes=provider_pb2.DiffResponse.DIFF_SOME,
        diffs=list(tops),
        replaces=list(replaces),
        deleteBeforeReplace=bool(replaces) and found.delete_before_replace,
        hasDetailedDiff=True,
        detailedDiff={
            change.path: provider_pb2.PropertyDiff(
                kind=_KINDS[change.kind, change.path in found.replacing], inputDiff=True
            )
            for change in changes
        },
    )
