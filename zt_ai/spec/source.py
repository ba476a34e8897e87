"""YAML to plain data, with the position of every key and value kept for error messages.

YAML 1.2's core schema decides what is a boolean or a number: in YAML 1.1 a port protocol `on` or a zone `n` would turn
into a boolean. Aliases are allowed within a budget, so that a small file cannot expand into a huge one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path as FilePath

import yaml

from zt_ai.spec.problems import Path, Problem, SpecError

MAX_BYTES = 4 << 20
MAX_NODES = 200_000  # after expansion of aliases; a specification of 2,000 workloads has about 60,000
MAX_DEPTH = 64

_SCALARS = (
    (re.compile(r"^(?:~|null|Null|NULL|)$"), lambda _: None),
    (re.compile(r"^(?:true|True|TRUE)$"), lambda _: True),
    (re.compile(r"^(?:false|False|FALSE)$"), lambda _: False),
    (re.compile(r"^[-+]?[0-9]+$"), int),
    (re.compile(r"^0x[0-9a-fA-F]+$"), lambda text: int(text, 16)),
    (re.compile(r"^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$"), float),
)
# Tags that the parser gives by itself; any other was written by somebody.
_PLAIN_TAGS = frozenset({"str", "int", "float", "bool", "null", "timestamp", "map", "seq", "merge", "value"})


@dataclass(frozen=True, slots=True)
class Source:
    """The data of one file and where each part of it stands."""

    file: str
    data: object
    keys: dict[Path, tuple[int, int]] = field(repr=False)  # line and column of each key, from 1
    values: dict[Path, tuple[int, int]] = field(repr=False)

    def position(self, path: Path) -> tuple[int | None, int | None]:
        """Line and column of a path: of its key, else of the nearest part above that exists."""
        for end in range(len(path), 0, -1):
            place = self.keys.get(path[:end]) or self.values.get(path[:end])
            if place:
                return place
        return self.values.get((), (None, None))


def read(path: str | FilePath) -> Source:
    """Read a YAML file.

    Raises:
        SpecError: the file does not exist, is too large, is not UTF-8, or is not one YAML document of plain data.
    """
    name = str(path)
    try:
        with open(path, "rb") as stream:
            raw = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SpecError(
            [Problem("file", (), f"cannot be read: {reason}", "give the path of a zone specification", name)]
        ) from None
    if len(raw) > MAX_BYTES:
        hint = f"a specification has at most {MAX_BYTES >> 20} MiB; is this the right file?"
        raise SpecError([Problem("file", (), "is too large", hint, name)])
    return parse(raw, name)


def parse(raw: bytes, name: str) -> Source:
    """Parse the bytes of a file. `name` appears in errors; see `read` for the errors."""
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw[: error.start].count(b"\n") + 1
        raise SpecError(
            [Problem("file", (), f"is not UTF-8 (byte {error.start})", "save it as UTF-8", name, line, 1)]
        ) from None
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(text)
    try:
        node = loader.get_single_node()
    except yaml.YAMLError as error:
        raise SpecError([_syntax(error, name)]) from None
    except RecursionError:
        raise SpecError(
            [Problem("yaml", (), f"is nested deeper than {MAX_DEPTH} levels", "a specification is flat", name)]
        ) from None
    finally:
        loader.dispose()
    if node is None:
        raise SpecError(
            [Problem("yaml", (), "is empty", "start with `version: 1` and a `name`; see examples/minimal", name, 1, 1)]
        )
    builder = _Builder(name)
    data = builder.build(node, (), frozenset())
    if builder.problems:
        raise SpecError(builder.problems)
    return Source(name, data, builder.keys, builder.values)


def _syntax(error: yaml.YAMLError, name: str) -> Problem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    what = getattr(error, "problem", None) or getattr(error, "reason", None) or "cannot be parsed"
    place = (mark.line + 1, mark.column + 1) if mark else (None, None)
    return Problem("yaml", (), f"is not valid YAML: {what}", "", name, *place)


class _Builder:
    """Turns nodes into data. Collects mistakes that do not make the rest unreadable; stops at the ones that do."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.keys: dict[Path, tuple[int, int]] = {}
        self.values: dict[Path, tuple[int, int]] = {}
        self.problems: list[Problem] = []
        self.nodes = 0

    def build(self, node: yaml.Node, path: Path, above: frozenset[int]) -> object:
        mark = node.start_mark
        place = (mark.line + 1, mark.column + 1)
        self.values[path] = place
        self.nodes += 1
        if self.nodes > MAX_NODES:
            self._stop(
                "yaml-aliases",
                path,
                place,
                f"expands to more than {MAX_NODES} values",
                "write it out without YAML aliases",
            )
        if id(node) in above:
            self._stop("yaml-aliases", path, place, "contains itself", "remove the alias")
        if len(path) > MAX_DEPTH:
            self._stop("yaml", path[:3], place, f"is nested deeper than {MAX_DEPTH} levels", "a specification is flat")
        if node.tag.removeprefix("tag:yaml.org,2002:") not in _PLAIN_TAGS:
            self._add("yaml", path, place, f"carries the tag {node.tag}", "remove the tag")
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node)
        above = above | {id(node)}
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path, above)
        return [self.build(item, (*path, index), above) for index, item in enumerate(node.value)]

    def _mapping(self, node: yaml.MappingNode, path: Path, above: frozenset[int]) -> dict[str, object]:
        result: dict[str, object] = {}
        for key_node, value_node in node.value:
            place = (key_node.start_mark.line + 1, key_node.start_mark.column + 1)
            if not isinstance(key_node, yaml.ScalarNode):
                self._add("yaml", path, place, "has a key that is not a word", "use plain names as keys")
                continue
            key = str(key_node.value)
            if key == "<<":
                self._add(
                    "yaml", path, place, "uses a YAML merge key", "write the keys out: a merge hides what a clause says"
                )
                continue
            inner = (*path, key)
            if key in result:
                first = self.keys[inner][0]
                self._add(
                    "duplicate", inner, place, f"is defined twice (first on line {first})", "remove one or rename it"
                )
                continue
            self.keys[inner] = place
            result[key] = self.build(value_node, inner, above)
        return result

    @staticmethod
    def _scalar(node: yaml.ScalarNode) -> object:
        text = str(node.value)
        if node.style:  # quoted or block
            return text
        for pattern, convert in _SCALARS:
            if pattern.fullmatch(text):
                return convert(text)
        return text

    def _add(self, rule: str, path: Path, place: tuple[int, int], message: str, hint: str) -> None:
        self.problems.append(Problem(rule, path, message, hint, self.name, *place))

    def _stop(self, rule: str, path: Path, place: tuple[int, int], message: str, hint: str) -> None:
        raise SpecError([Problem(rule, path, message, hint, self.name, *place)])
