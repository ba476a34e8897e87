"""Reading a specification for a command: the model, its intent, and where each clause stands."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from zt_ai.cli.exits import BadInputError
from zt_ai.intent.derive import derive
from zt_ai.intent.model import Intent
from zt_ai.program import CLOUDS as BUILT
from zt_ai.report.model import Place
from zt_ai.spec.clouds import Cloud
from zt_ai.spec.load import from_source
from zt_ai.spec.model import ZoneSpec
from zt_ai.spec.source import Source, read


@dataclass(frozen=True, slots=True)
class Loaded:
    """A checked specification and all that commands need of it."""

    spec: ZoneSpec
    intent: Intent
    source: Source
    file: str
    day: date
    places: dict[str, Place]
    descriptions: dict[str, str]

    def intent_on(self, cloud: Cloud) -> Intent:
        """The intent as it reads on one cloud."""
        return derive(self.spec, on=self.day, cloud=cloud)


def load(path: Path, on: date | None) -> Loaded:
    """Read and check a specification for a day, today by default. Raises SpecError."""
    day = on or date.today()
    source = read(path)
    spec = from_source(source, on=day)
    return Loaded(spec, derive(spec, on=day), source, str(path), day, _places(source), dict(_descriptions(spec)))


def clouds(loaded: Loaded, asked: Cloud | None) -> tuple[Cloud, ...]:
    """The clouds to work on: the one asked for, else all that the specification names.

    Raises BadInputError when the specification does not name it, or this version does not build it.
    """
    named = loaded.spec.clouds.named()
    if asked and asked not in named:
        hint = f"add `clouds: {{{asked}: …}}` to {loaded.file}, or choose one of: {', '.join(named) or 'none'}"
        raise BadInputError(f"{loaded.file}: the specification does not name the cloud '{asked}'", hint)
    if not named:
        hint = "add `clouds: {aws: {region: …, account: …, availability_zones: […], cidr: …}}`; see examples/minimal"
        raise BadInputError(f"{loaded.file}: the specification names no cloud", hint)
    chosen = (asked,) if asked else named
    for name in chosen:
        if name not in BUILT:
            hint = f"this version builds: {', '.join(BUILT)}; choose with --cloud"
            raise BadInputError(f"{loaded.file}: clouds.{name} cannot be built by this version", hint)
    return chosen


def _places(source: Source) -> dict[str, Place]:
    """Line and column of every flow's clause."""
    return {
        f"flow:{path[1]}": Place(line, column)
        for path, (line, column) in source.keys.items()
        if len(path) == 2 and path[0] == "flows"
    }


def _descriptions(spec: ZoneSpec) -> Iterator[tuple[str, str]]:
    if spec.description:
        yield "", spec.description
    for section in ("zones", "networks", "workloads", "agents", "services", "providers"):
        for name, entity in getattr(spec, section).items():
            if entity.description:
                yield f"{section}.{name}", entity.description
