"""What an adapter gathers from a request body: texts in the order in which a model reads them, media, hosted tools.

Every adapter has a quick way for the shapes that make up nearly all traffic and leaves the rest to `Gathered.walk`,
which goes through any JSON with the API's table of words (`Words`). A word that the table does not know holds text.
No recursion goes deeper than a bound, so no depth of nesting can break it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from zt_ai.egress.model import Media, MediaKind, Operation, Path

MODEL_MISSING = "model-missing"
"""Problem: the request names no model, or leaves the choice among several to the provider."""
SHAPE_UNKNOWN = "shape-unknown"
"""Problem: path, method or body have not the form that the API defines."""


class ShapeError(Exception):
    """A body has not the form that its API defines. Ends as the problem `shape-unknown`."""


class Fields:
    """The fields that an API defines for an object.

    Unknown ones may be there (they are scanned as everything is), but none that differs from a known one by its case
    only: parsers that ignore case, such as Go's `encoding/json` [package documentation, Unmarshal], would take it for
    the known one. Case folding covers the letters that fold to ASCII from outside of it (`ſ`, the Kelvin sign).
    """

    __slots__ = ("exact", "folded")

    def __init__(self, *names: str) -> None:
        self.exact = frozenset(names)
        self.folded = frozenset(name.casefold() for name in names)

    def check(self, value: Mapping[str, Any]) -> None:
        """Raises ShapeError on a field that is a known one in another case."""
        if value.keys() <= self.exact:
            return
        for name in value:
            if name not in self.exact and name.casefold() in self.folded:
                raise ShapeError(name)


@dataclass(frozen=True, slots=True)
class Words:
    """How an API's words are read where no quicker way is taken."""

    skip: frozenset[str]
    """Fields whose string is an id or a choice from a list: it stands between texts in JSON, not for the model."""
    beside: frozenset[str]
    """Fields whose text the model reads apart from the conversation (names, titles, metadata)."""
    free: frozenset[str]
    """Fields that hold the caller's own JSON (arguments, schemas, results): no word has a meaning in there."""
    media: Mapping[str, MediaKind]
    """Fields that hold media or the link to them."""
    types: Mapping[str, Callable[[Gathered, dict[str, Any], Path], bool]] = field(default_factory=dict)
    """By an object's `type`: what to do first; True when nothing is left to read in the object."""


@dataclass(slots=True)
class Gathered:
    """Collects what one request says. Paths start with `body`."""

    read: list[Path] = field(default_factory=list)
    """Everything of the conversation, in its order."""
    user: list[Path] = field(default_factory=list)
    """What the user said, without the answers between."""
    tools: list[Path] = field(default_factory=list)
    """Tool definitions and the form that an answer has to take."""
    beside: list[Path] = field(default_factory=list)
    """Names, titles, metadata and the like."""
    media: list[Media] = field(default_factory=list)
    hosted: list[str] = field(default_factory=list)
    problem: str | None = None

    def operation(self, name: str, model: str | None, *, stream: bool = False) -> Operation:
        """The finished operation."""
        user = self.user if len(self.user) > 1 and len(self.user) != len(self.read) else ()
        groups = (self.read, user, self.tools, self.beside)
        return Operation(
            name,
            model,
            stream,
            tuple(tuple(group) for group in groups if group),
            tuple(self.media),
            tuple(dict.fromkeys(self.hosted)),
            self.problem,
        )

    def mark(self, kind: MediaKind, path: Path) -> None:
        """There is something at a path that no detector can read."""
        self.media.append(Media(kind, path))

    def strings(self, value: Any, path: Path, into: list[Path]) -> None:
        """Every string in a caller's own JSON, in document order."""
        if value.__class__ is str:
            into.append(path)
        elif value.__class__ is dict or value.__class__ is list:
            _strings(value, path, into, _DEPTH)

    def walk(self, value: Any, path: Path, words: Words) -> None:
        """Everything in a part of a body, in document order, by the API's words."""
        stack: list[tuple[Any, Path, bool]] = [(value, path, False)]
        while stack:
            value, path, free = stack.pop()
            kind = value.__class__
            if kind is str:
                self.read.append(path)
            elif free:
                self.strings(value, path, self.read)
            elif kind is list:
                stack.extend((value[i], (*path, i), False) for i in range(len(value) - 1, -1, -1))
            elif kind is dict:
                act = words.types.get(text(value, "type"))
                if act is None or not act(self, value, path):
                    stack.extend(reversed(list(self._fields(value, path, words))))

    def _fields(self, value: dict[str, Any], path: Path, words: Words) -> Iterable[tuple[Any, Path, bool]]:
        """The fields of an object that are still to be read."""
        for key, child in value.items():
            if key in words.media:
                self.link(child, (*path, key), words.media[key])
            elif key in words.beside:
                self.strings(child, (*path, key), self.beside)
            elif key not in words.skip or child.__class__ is not str:
                yield child, (*path, key), key in words.free

    def link(self, value: Any, path: Path, kind: MediaKind) -> None:
        """A field that holds media, or their address: what the provider fetches is a reference, whatever it will be.

        Data URLs [RFC 2397] of text are no media: they are decoded and read with everything else.
        """
        if value is None or value in ("", [], {}):
            return
        if value.__class__ is dict and value.get("url").__class__ is str:
            value, path = value["url"], (*path, "url")
        if value.__class__ is str:
            start = value[:64].lstrip().casefold()
            if start.startswith("data:"):
                if readable(start[5:]):
                    return
            elif "://" in start[:16]:
                kind = MediaKind.REFERENCE
        self.mark(kind, path)


# How deep plain recursion goes, which is twice as quick as a stack of its own. Tool definitions are less than 20 deep.
_DEPTH = 40


def _strings(value: Any, path: Path, into: list[Path], depth: int) -> None:
    for key, child in value.items() if value.__class__ is dict else enumerate(value):
        kind = child.__class__
        if kind is str:
            into.append((*path, key))
        elif kind is dict or kind is list:
            if depth:
                _strings(child, (*path, key), into, depth - 1)
            else:
                _deep_strings(child, (*path, key), into)


def _deep_strings(value: Any, path: Path, into: list[Path]) -> None:
    stack: list[tuple[Any, Path]] = [(value, path)]
    while stack:
        value, path = stack.pop()
        kind = value.__class__
        if kind is str:
            into.append(path)
        elif kind is dict:
            stack.extend((child, (*path, key)) for key, child in reversed(value.items()))
        elif kind is list:
            stack.extend((value[i], (*path, i)) for i in range(len(value) - 1, -1, -1))


def text(value: Mapping[str, Any], name: str) -> str:
    """A field's string; empty when it is missing or something else."""
    found = value.get(name)
    return found if found.__class__ is str else ""


def readable(media_type: str) -> bool:
    """Whether contents of a media type are text, which is decoded and scanned like all text."""
    plain = media_type.partition(";")[0].partition(",")[0].strip().casefold()
    return plain.startswith("text/") or plain in {"application/json", "application/xml", "application/x-ndjson"}


def media_kind(media_type: str) -> MediaKind | None:
    """What contents of a media type are; None when they are text."""
    if readable(media_type):
        return None
    kinds = {"image": MediaKind.IMAGE, "audio": MediaKind.AUDIO, "video": MediaKind.VIDEO}
    return kinds.get(media_type.partition("/")[0].strip().casefold(), MediaKind.DOCUMENT)


def marks(kind: MediaKind, *unless: str) -> Callable[[Gathered, dict[str, Any], Path], bool]:
    """For `Words.types`: an object of this type cannot be read; what text is beside it still is.

    With `unless`, only when none of these fields, which are marked by themselves, says where the medium is.
    """

    def act(gathered: Gathered, value: dict[str, Any], path: Path) -> bool:
        if not any(value.get(name) for name in unless):
            gathered.mark(kind, path)
        return False

    return act


def object_of(value: Any) -> dict[str, Any]:
    """A JSON object, or ShapeError."""
    if value.__class__ is not dict:
        raise ShapeError("object")
    return value


def list_of(value: Any) -> list[Any]:
    """A JSON array, or ShapeError."""
    if value.__class__ is not list:
        raise ShapeError("array")
    return value


def flag(body: Mapping[str, Any], name: str) -> bool:
    """A field that is true, false, null or missing, or ShapeError: servers differ on what `"true"` means."""
    value = body.get(name)
    if value is None or value.__class__ is bool:
        return bool(value)
    raise ShapeError(name)


def named_model(body: Mapping[str, Any]) -> str | None:
    """The model that a body asks for by name."""
    model = body.get("model")
    return model if model.__class__ is str and model else None
