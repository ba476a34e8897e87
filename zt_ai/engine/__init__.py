"""Finding the Pulumi engine and running programs with it through the Automation API.

    engine = find_engine(lambda stage, seconds: print(f"{seconds:5.0f} s  {stage}"))
    stack = Workspace(engine, "my-project").stack("dev", program)
    stack.up()

Names are loaded on first use: the Automation API takes about a second to import, and `zt-ai plan` needs none of it.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from zt_ai.engine.backend import DEFAULT_STATE, BackEnd
    from zt_ai.engine.errors import (
        Attempt,
        CannotTellError,
        EngineError,
        EngineFailureError,
        EngineUnavailableError,
        PassphraseMissingError,
        PendingCreatesError,
        ProgramFailureError,
        StackLockedError,
        StateChangedError,
    )
    from zt_ai.engine.events import Diagnostic, Event, Note, OnEvent, ResourceEvent, Summary
    from zt_ai.engine.locate import EngineBinary, find_engine
    from zt_ai.engine.progress import Progress
    from zt_ai.engine.recovery import PendingOperation, ResolvePending, Settled
    from zt_ai.engine.stack import Preview, StackHandle, Update
    from zt_ai.engine.workspace import Program, Workspace

_MODULES = {
    "backend": ("DEFAULT_STATE", "BackEnd"),
    "errors": (
        "Attempt",
        "CannotTellError",
        "EngineError",
        "EngineFailureError",
        "EngineUnavailableError",
        "PassphraseMissingError",
        "PendingCreatesError",
        "ProgramFailureError",
        "StackLockedError",
        "StateChangedError",
    ),
    "events": ("Diagnostic", "Event", "Note", "OnEvent", "ResourceEvent", "Summary"),
    "locate": ("EngineBinary", "find_engine"),
    "progress": ("Progress",),
    "recovery": ("PendingOperation", "ResolvePending", "Settled"),
    "stack": ("Preview", "StackHandle", "Update"),
    "workspace": ("Program", "Workspace"),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}

__all__ = [
    "DEFAULT_STATE",
    "Attempt",
    "BackEnd",
    "CannotTellError",
    "Diagnostic",
    "EngineBinary",
    "EngineError",
    "EngineFailureError",
    "EngineUnavailableError",
    "Event",
    "Note",
    "OnEvent",
    "PassphraseMissingError",
    "PendingCreatesError",
    "PendingOperation",
    "Preview",
    "Program",
    "ProgramFailureError",
    "Progress",
    "ResolvePending",
    "ResourceEvent",
    "Settled",
    "StackHandle",
    "StackLockedError",
    "StateChangedError",
    "Summary",
    "Update",
    "Workspace",
    "find_engine",
]


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
