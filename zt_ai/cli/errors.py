"""Errors of the layers below, as messages and exit codes of commands."""

# ruff: noqa: PLC0415 - imported where they are needed: `--help` and `check` stay fast
from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from zt_ai.cli.exits import BadInputError, CommandError, EngineProblemError
from zt_ai.cli.specs import Loaded
from zt_ai.spec.problems import SpecError

# The SDK that a cloud needs -> the extra that brings it.
_EXTRAS = {"pulumi_aws": "aws", "pulumi_azure_native": "azure", "pulumi_gcp": "gcp"}


@contextmanager
def building(loaded: Loaded) -> Iterator[None]:
    """A block that runs a builder: what the specification asks for and the cloud cannot give is bad input."""
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if not package.startswith("pulumi"):
            raise
        extra = _EXTRAS.get(package, "aws")
        hint = f"install the cloud's extra: pip install 'zt-ai[{extra}]'"
        raise BadInputError(f"the Python package {package} is not installed", hint) from None
    except Exception as error:
        refused = _refusal(error, loaded)
        if refused is None:
            raise
        raise refused from None


@contextmanager
def engine(loaded: Loaded) -> Iterator[None]:
    """A block that uses the engine: its errors end the command with code 4 and say what to do."""
    from zt_ai.engine.errors import EngineError
    from zt_ai.graph.model import GraphError

    try:
        yield
    except GraphError as error:
        raise EngineProblemError(f"what the engine gave cannot be read: {error}") from None
    except EngineError as error:
        cause = error.__cause__
        refused = _refusal(cause, loaded) if isinstance(cause, Exception) else None
        raise refused or EngineProblemError(str(error)) from None


def _refusal(error: Exception, loaded: Loaded) -> SpecError | CommandError | None:
    """The error to show when a builder refused the specification (a quota that would be exceeded), else None."""
    if isinstance(error, SpecError):
        return SpecError(p.at(loaded.file, *loaded.source.position(p.path)) for p in error.problems)
    # Builders raise errors of their own for what only they can know, such as the size of a policy document.
    if type(error).__module__.startswith("zt_ai.") and not isinstance(error, CommandError):
        return BadInputError(f"{loaded.file}: {error}")
    return None
