"""A JSON body with placeholders where identifiers stood; everything else of it stays as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from zt_ai.egress.model import Found, Path
from zt_ai.egress.redact.placeholders import Numbering, Placeholders


class RedactionError(ValueError):
    """Something that was found cannot be replaced; the request has to be refused. Says where, never what."""


@dataclass(frozen=True, slots=True)
class Redaction:
    """A redacted body."""

    body: bytes = field(repr=False)
    """The body to send instead: compact JSON in UTF-8, keys in their order."""
    placeholders: Placeholders
    """Placeholder → original."""


@dataclass(frozen=True, slots=True)
class _Span:
    start: int
    end: int
    kind: str


def redact(tree: Any, found: Sequence[Found]) -> Redaction:
    """Replace everything in `found` by typed placeholders such as `[SSN_1]`.

    The same original of the same kind gets the same placeholder, numbered in document order. Overlapping findings
    become one. A number becomes a placeholder as a string. A path that leads on below a string leads into the JSON
    document which that string is; the string is written anew around what was replaced. The tree itself is not changed.

    Raises:
        RedactionError: a finding is outside the body, in a key, or its path or offsets do not fit the tree.
    """
    by_path: dict[Path, list[Found]] = {}
    for item in found:
        if not item.redactable or not item.path or item.path[0] != "body":
            raise RedactionError(f"a finding in {_where(item.path)} cannot be replaced")
        by_path.setdefault(item.path[1:], []).append(item)
    numbering = Numbering({item.finding.type for item in found}, _dump(tree))
    work = _Work(by_path, {path[:depth] for path in by_path for depth in range(len(path))}, numbering)
    new = _node(tree, (), work)
    if by_path:
        raise RedactionError(f"a finding in {_where(('body', *next(iter(by_path))))} has nothing to replace")
    return Redaction(_encode(new), numbering.originals())


@dataclass(frozen=True, slots=True)
class _Work:
    found: dict[Path, list[Found]]
    """What is still to be replaced, by where it is."""
    above: set[Path]
    """Every path on the way to one of these."""
    numbering: Numbering


def _node(node: Any, path: Path, work: _Work) -> Any:
    """A copy of a part of the tree with its findings replaced, which are taken out of the work."""
    above, here = path in work.above, path in work.found
    if not above and not here:
        return node
    match node:
        case dict() if above:
            return {key: _node(value, (*path, key), work) for key, value in node.items()}
        case list() if above:
            return [_node(value, (*path, index), work) for index, value in enumerate(node)]
        case str() if above and here:
            # Offsets in the outer text mean nothing once the inner document is written anew: all of it goes.
            kind = work.found[path][0].finding.type
            for other in [other for other in work.found if other[: len(path)] == path]:
                del work.found[other]
            return _text(node, [_Span(0, len(node), kind)], work.numbering)
        case str() if above:
            return _inner(node, path, work)
        case str():
            return _text(node, _spans(node, work.found.pop(path), path), work.numbering)
        case int() | float() if here and not isinstance(node, bool):
            return work.numbering.placeholder(work.found.pop(path)[0].finding.type, json.dumps(node))
        case _:
            return node


def _inner(text: str, path: Path, work: _Work) -> str:
    try:
        document = json.loads(text)
    except ValueError as error:
        raise RedactionError(f"the text in {_where(('body', *path))} is not a JSON document") from error
    return _dump(_node(document, path, work))


def _spans(text: str, found: Sequence[Found], path: Path) -> list[_Span]:
    """Findings of one text as ascending spans that do not touch; a merged one has the kind of its longest part."""
    spans: list[_Span] = []
    for item in sorted(found, key=lambda f: (f.finding.start, -f.finding.end)):
        start, end = item.finding.start, item.finding.end
        if not 0 <= start < end <= len(text):
            raise RedactionError(f"a finding in {_where(('body', *path))} lies outside the text")
        span = _Span(start, end, item.finding.type)
        if spans and start < spans[-1].end:
            last = spans.pop()
            kind = last.kind if last.end - last.start >= end - start else span.kind
            span = _Span(last.start, max(last.end, end), kind)
        spans.append(span)
    return spans


def _text(text: str, spans: Sequence[_Span], numbering: Numbering) -> str:
    if _is_document(text):
        return _document(text, spans, numbering)
    pieces: list[str] = []
    at = 0
    for span in spans:
        pieces += (text[at : span.start], numbering.placeholder(span.kind, text[span.start : span.end]))
        at = span.end
    return "".join((*pieces, text[at:]))


def _is_document(text: str) -> bool:
    """Whether a text is a JSON object or list, such as the arguments of a tool call."""
    if text.lstrip()[:1] not in ("{", "["):
        return False
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


_SCALAR = re.compile(r'"(?:[^"\\]|\\.)*"|-?\d[\d.eE+-]*', re.DOTALL)


def _document(text: str, spans: Sequence[_Span], numbering: Numbering) -> str:
    """Replace in a JSON document written as a string, so that it stays one.

    A number becomes a string; a span that is not inside one string or number takes the whole document with it, which
    becomes a JSON string.
    """
    scalars = [match.span() for match in _SCALAR.finditer(text)]
    pieces: list[str] = []
    at = 0
    for span in spans:
        if span.start < at:
            continue  # went with the number or string before
        start, end = next(((a, b) for a, b in scalars if a <= span.start and span.end <= b), (0, 0))
        if end == 0:
            return json.dumps(numbering.placeholder(span.kind, text))
        if text[start] == '"' and start < span.start and span.end < end:
            token = numbering.placeholder(span.kind, _unescaped(text[span.start : span.end]))
            pieces += (text[at : span.start], token)
            at = span.end
        else:
            quoted = json.dumps(numbering.placeholder(span.kind, text[start:end].strip('"')))
            pieces += (text[at:start], quoted)
            at = end
    return "".join((*pieces, text[at:]))


def _unescaped(text: str) -> str:
    """What part of a JSON string says; as it is written where the part begins or ends inside an escape."""
    try:
        return str(json.loads(f'"{text}"', strict=False))
    except ValueError:
        return text


def _dump(tree: Any) -> str:
    return json.dumps(tree, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def _encode(tree: Any) -> bytes:
    text = _dump(tree)
    try:
        return text.encode()
    except UnicodeEncodeError:
        # Half a surrogate pair, which came as an escape and can only leave as one.
        return json.dumps(tree, separators=(",", ":"), allow_nan=False).encode()


def _where(path: Path) -> str:
    """The part of the request and the depth in it: the keys of a path may themselves hold what was found."""
    return f"the {path[0]}, {len(path) - 1} levels down" if path else "an unknown place"
