"""The graph of a Pulumi program that runs in this process, without an engine, a provider or a network.

The Pulumi SDK talks to a resource monitor. Here the monitor is an object of ours that records each registration with
everything the engine would get (parent, property dependencies, provider) and answers with made-up ids. The program runs
as in a preview: an output that nobody answers is unknown, and what depends on it does not run.

`pulumi.runtime.set_mocks` costs about 2 ms a resource. Three of its costs are avoided, none of which changes what the
program sees: answers are computed at once instead of on a thread (the SDK calls a remote monitor in an executor), no
stack trace is taken for each resource (the engine would show it to a user), and outstanding outputs are awaited
together (the SDK waits for one at a time and re-registers all others each time).
"""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, Final

from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime import config as pulumi_config
from pulumi.runtime import mocks as pulumi_mocks
from pulumi.runtime import settings as pulumi_settings
from pulumi.runtime import stack as pulumi_stack
from pulumi.runtime.proto import resource_pb2

from zt_ai.graph.answers import Answers, Place, Request
from zt_ai.graph.model import GraphError, ResourceGraph
from zt_ai.graph.normalise import STACK, Raw, normalise
from zt_ai.graph.outputs_aws import AWS
from zt_ai.graph.outputs_azure import AZURE
from zt_ai.graph.outputs_gcp import GCP
from zt_ai.graph.runtime import event_loop, fast_runtime, outside_of_loops

_LOCK: Final = threading.Lock()


def from_program(
    program: Callable[[], Awaitable[None] | None],
    *,
    project: str,
    stack: str,
    account: str = "123456789012",
    region: str = "us-east-1",
    organization: str = "organization",
    config: Mapping[str, str] | None = None,
    answers: Answers = AWS | AZURE | GCP,
) -> ResourceGraph:
    """Run a Pulumi program and return what it declares.

    The account (12 digits) and the region appear in computed outputs such as ARNs and in the answers of functions.
    `config` holds stack settings by their full key (`aws:region`). The same program gives the same graph in every run;
    runs may follow each other in one process and leave the Pulumi runtime as they found it.

    Errors: whatever the program raises, also inside an `apply`; `GraphError` for two resources with one URN and for a
    function call that `answers` does not cover.
    """
    monitor = _Monitor(project, stack, Place(account, region), answers)

    def run() -> None:
        info: Any = monitor.GetDeploymentInfo(empty_pb2.Empty())  # type: ignore[no-untyped-call]
        settings = pulumi_mocks.MockSettings(  # type: ignore[no-untyped-call]
            monitor=monitor,
            monitor_features=set(info.supportedFeatures),
            engine=None,
            project=project,
            stack=stack,
            dry_run=True,
            organization=organization,
            parallel=None,
            root_directory=".",
            legacy_apply_enabled=False,
            callbacks=None,
            package_refs={},
            outputs=set(),
            lock=threading.Lock(),
        )
        pulumi_settings.configure(settings)
        pulumi_settings.ROOT.set(None)
        pulumi_config.set_all_config(dict(config or {}), [])
        with event_loop() as loop:
            loop.run_until_complete(_run(program))

    # One run at a time: the SDK keeps some state in modules. Its settings live in context variables, so a copied
    # context is all it takes to leave the caller's settings alone.
    with _LOCK, fast_runtime():
        outside_of_loops(lambda: contextvars.copy_context().run(run))
    return normalise(monitor.found, "mocks")


async def _run(program: Callable[[], Awaitable[None] | None]) -> None:
    """The SDK's `run_in_stack`, with a wait that does not look at every outstanding output again and again."""
    root = pulumi_stack.Stack()
    failure: BaseException | None = None
    try:
        result = program()
        if inspect.isawaitable(result):
            await result
        later = root._take_async_program()
        if later is not None:
            root._add_program_outputs(await later())
    except BaseException as error:  # noqa: BLE001  (raised again below, when the tasks it left behind have ended)
        failure = error
    finally:
        root._finish()
    try:
        await _settle()
    except BaseException:
        if failure is None:
            raise
    if failure is not None:
        raise failure


async def _settle() -> None:
    """Await registrations and outputs until no new ones appear; raise the first error among them."""
    settings = pulumi_settings.SETTINGS
    manager = settings.rpc_manager
    while manager.rpcs or settings.outputs:
        pending: set[asyncio.Future[Any]] = {*map(asyncio.ensure_future, manager.rpcs), *settings.outputs}
        manager.rpcs.clear()
        settings.outputs.clear()
        await asyncio.wait(pending)
        if manager.unhandled_exception is not None:
            raise manager.unhandled_exception.with_traceback(manager.exception_traceback)
        for task in pending:
            if not task.cancelled() and (error := task.exception()) is not None:
                raise error


class _Monitor(pulumi_mocks.MockMonitor):
    """Records registrations and answers them from a table."""

    def __init__(self, project: str, stack: str, place: Place, answers: Answers) -> None:
        self._project = project
        self._stack = stack
        self._place = place
        self._answers = answers
        self._raw: dict[str, Raw] = {}
        self._requests: dict[str, Request] = {}

    @property
    def found(self) -> Iterator[Raw]:
        """Every registered resource, in order."""
        return iter(self._raw.values())

    def make_urn(self, parent: str, type_: str, name: str) -> str:
        """The engine's URN: the types of all ancestors but the stack, `pkg/../urn.New`."""
        if parent:
            ancestors = parent.split("::")[2]
            if ancestors != STACK:
                type_ = f"{ancestors}${type_}"
        return f"urn:pulumi:{self._stack}::{self._project}::{type_}::{name}"

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802  (the name of the gRPC method)
        urn = self.make_urn(request.parent, request.type, request.name)
        inputs = _struct(request.object)
        response = resource_pb2.RegisterResourceResponse(urn=urn, object=request.object)
        if not request.custom:
            self._record(_raw(urn, request, "", inputs, {}))
            return response
        id_, computed = self._make(urn, request, request.importId, inputs)
        response.id = id_
        _merge(response.object, computed)
        self._record(_raw(urn, request, id_, inputs, {**inputs, **computed}))
        return response

    def ReadResource(self, request: Any) -> Any:  # noqa: N802
        urn = self.make_urn(request.parent, request.type, request.name)
        inputs = _struct(request.properties)
        id_, computed = self._make(urn, request, request.id, inputs)
        self._record(_raw(urn, request, id_, inputs, {**inputs, **computed}))
        response = resource_pb2.ReadResourceResponse(urn=urn, properties=request.properties)
        _merge(response.properties, computed)
        return response

    def RegisterResourceOutputs(self, request: Any) -> Any:  # noqa: N802
        if (raw := self._raw.get(request.urn)) is not None:
            self._raw[raw.urn] = replace(raw, outputs={**raw.outputs, **_struct(request.outputs)})
        return empty_pb2.Empty()

    def Invoke(self, request: Any) -> Any:  # noqa: N802
        arguments = _struct(request.args)
        if request.tok == "pulumi:pulumi:getResource":
            return self._get(str(arguments.get("urn")))
        function = self._answers.functions.get(request.tok)
        if function is None:
            raise GraphError(
                f"the program calls {request.tok}, which cannot be answered without a cloud: "
                "pass the value as an argument or setting, or add an answer for it"
            )
        response = resource_pb2.ResourceInvokeResponse()
        _merge(getattr(response, "return"), function(arguments, self._place))
        return response

    def _get(self, urn: str) -> Any:
        raw = self._raw.get(urn)
        if raw is None:
            raise GraphError(f"the program looks for the resource {urn}, which it has not declared")
        response = resource_pb2.ResourceInvokeResponse()
        _merge(getattr(response, "return"), {"urn": urn, "id": raw.id or "", "state": raw.outputs})
        return response

    def _make(self, urn: str, request: Any, id_: str, inputs: Mapping[str, Any]) -> tuple[str, Mapping[str, Any]]:
        asked = Request(urn, request.type, request.name, inputs, self._place, self._requests.get, id_)
        made = self._answers.make(asked)
        self._requests.setdefault(made.id, asked)
        return made.id, made.outputs

    def _record(self, raw: Raw) -> None:
        if raw.urn in self._raw:
            raise GraphError(f"two resources have the URN {raw.urn}: give them different names")
        self._raw[raw.urn] = raw


def _raw(urn: str, request: Any, id_: str, inputs: Mapping[str, Any], outputs: dict[str, Any]) -> Raw:
    """What a registration or a read says; a read has neither the flag of a component nor property dependencies."""
    read = isinstance(request, resource_pb2.ReadResourceRequest)
    return Raw(
        urn=urn,
        type=request.type,
        name=request.name,
        parent=request.parent,
        custom=read or request.custom,
        id=id_,
        inputs=inputs,
        outputs=outputs,
        property_dependencies={}
        if read
        else {key: tuple(urns.urns) for key, urns in request.propertyDependencies.items()},
        dependencies=tuple(request.dependencies),
        provider=request.provider,
    )


def _struct(struct: struct_pb2.Struct) -> dict[str, Any]:
    return {name: _plain(value) for name, value in struct.fields.items()}


def _plain(value: struct_pb2.Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return value.string_value
    if kind == "struct_value":
        return _struct(value.struct_value)
    if kind == "list_value":
        return [_plain(item) for item in value.list_value.values]
    if kind == "number_value":
        return value.number_value
    return value.bool_value if kind == "bool_value" else None


def _merge(struct: struct_pb2.Struct, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if value is not None:
            struct[name] = value
