"""One request, read: everything that a model could read in it is scanned, or a rule says why it cannot be."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Sequence
from traceback import extract_tb
from typing import Any
from weakref import WeakKeyDictionary

from zt_ai.egress.decode import compression
from zt_ai.egress.decode.answered import between_pairs, join_answers
from zt_ai.egress.decode.borders import MOST_PIECES, Borders, Groups, Layout
from zt_ai.egress.decode.budget import Budget, UnreadableError
from zt_ai.egress.decode.content import Content
from zt_ai.egress.decode.headers import CREDENTIALS, Heads
from zt_ai.egress.decode.join import Joiner, between_long, between_whole
from zt_ai.egress.decode.sheet import NAME, Fixed, Sheet
from zt_ai.egress.decode.unfold import ScanLike, Scanner, Unfolding
from zt_ai.egress.model import Found, Operation, Path, Reading, Request

_LOG = logging.getLogger(__name__)
_FEW = 24
"""Numbers in a list that may be parts of one; more are tokens, measurements or a vector."""
_LONG = 16 << 10
"""Characters from which on it is quicker to look up which borders are known than to join them again."""
_HEAD = frozenset({"path", "query", "header"})
_HEADS: WeakKeyDictionary[Scanner, Heads] = WeakKeyDictionary()
_BORDERS: WeakKeyDictionary[Scanner, Borders] = WeakKeyDictionary()

Understand = Callable[[Request, Any], Operation]


def read(
    request: Request,
    detectors: Scanner,
    *,
    limit: int,
    understand: Understand | None = None,
    budget: Budget | None = None,
) -> tuple[Reading, Operation | None]:
    """Read a request. Never raises: what goes wrong is the reading's `problem`.

    Args:
        request: the complete request.
        detectors: finds identifiers and carriers (`zt_ai.egress.detect.Detectors`).
        limit: bytes that the body may have at any stage of decompression.
        understand: the API adapter's view of the request; its `reading_order` tells which texts follow each other.
        budget: work that may be spent, by default what the size of the body implies.

    Returns:
        The reading, and what `understand` gave; None only if there is no `understand`.
    """
    operation = None if understand is None else Operation("unknown")
    sheet = Sheet()
    try:
        try:
            reader = _Reader(request, detectors, limit, budget, sheet)
            reader.content.read(reader.body, _content_type(request), ("body",))
        except UnreadableError:
            if understand is not None:
                operation = understand(request, None)
            raise
        if understand is not None:
            operation = understand(request, reader.content.tree)
        return reader.reading(operation), operation
    except UnreadableError as error:
        return Reading(problem=error.rule), operation
    except TimeoutError:
        return Reading(problem="budget-exhausted"), operation
    except Exception as error:  # noqa: BLE001 - fail closed, whatever it was
        # The place, never the message: it may quote the request.
        frame = extract_tb(error.__traceback__)[-1]
        _LOG.error("reader failed: %s at %s:%s", type(error).__name__, frame.filename, frame.lineno)
        return Reading(problem="reader-failed"), operation
    finally:
        sheet.drop()


def _content_type(request: Request) -> str | None:
    values = [value for name, value in request.headers if name == "content-type"]
    if len(values) > 1:
        raise UnreadableError("body-malformed")
    return values[0] if values else None


class _Reader:
    def __init__(self, request: Request, detectors: Scanner, limit: int, budget: Budget | None, sheet: Sheet) -> None:
        self.request, self.detectors, self.limit = request, detectors, limit
        body, layers = self._body()
        self.budget = budget or Budget.of(len(body))
        self.content = Content(sheet, self.budget, layers=layers)
        self.body = body

    def _body(self) -> tuple[bytes, set[str]]:
        """The body without its codings, and their names."""
        values = [value for name, value in self.request.headers if name == "content-encoding"]
        names = compression.codings(values)
        if len(self.request.body) > self.limit:
            raise UnreadableError("budget-exhausted")
        if not self.request.body:
            return b"", set()
        return compression.undo(self.request.body, names, self.limit), set(names)

    def reading(self, operation: Operation | None) -> Reading:
        """Scan what was read."""
        content, sheet = self.content, self.content.sheet
        order = _order(sheet, operation.reading_order) if operation is not None and operation.reading_order else []
        work = Unfolding(self.detectors, self.budget, _by_design(content.tree))
        work.layers |= content.layers
        work.media.update((media.path, media) for media in content.media)
        work.read(sheet, content.derived(), self._joined(order))
        # Apart from the body: credentials look like encoded text and would have all of it searched for runs.
        heads = _HEADS.get(self.detectors) or _HEADS.setdefault(self.detectors, Heads())
        outer, marks = heads.unknown(self.request)
        if marks:
            work.read(outer)
        found = [item for item in work.found() if not self._harmless(item)]
        if marks and not any(path[0] in _HEAD for path in (*work.media, *(item.path for item in found))):
            heads.clean(marks)
        found.sort(key=lambda item: ([str(step) for step in item.path], item.finding.start, item.finding.end))
        return Reading(
            tree=content.tree,
            found=tuple(found),
            media=tuple(work.media.values()),
            layers=frozenset(work.layers),
        )

    def _joined(self, order: Sequence[Sequence[int]]) -> ScanLike:
        """Add to the texts what follows each other, joined, and scan both: one more pass would cost more than the few
        characters that are added."""
        sheet, flats, detectors = self.content.sheet, self.content.flats, self.detectors
        few = (group for flat in flats for group in flat.numbers if len(group) <= _FEW)
        texts = Groups([*order, *few, *(shape for flat in flats for shape in flat.shapes)], between_long)
        # The conversation comes first; what the user alone said of it, second.
        asked = Groups([group for group in order[:2] if set(group) <= set(order[0])], between_pairs)
        strings = Groups([[piece for flat in flats for piece in flat.strings]], between_whole)
        names = Groups([[piece for flat in flats for piece in flat.names]], between_whole)
        kinds = (texts, asked, strings, names)
        pieces = sheet.end_of_texts()
        own = sheet.close()
        begun = detectors.beginnings(own)
        layout = Layout(sheet, kinds) if begun.digests and len(own) >= _LONG and pieces <= MOST_PIECES else None
        borders = _BORDERS.get(detectors) or _BORDERS.setdefault(detectors, Borders())
        # What is undone may lie over any border, also over those where nothing was found as it stands.
        known = borders.known(layout, begun) if layout is not None and not begun.hides else 0
        while True:
            joiner = Joiner(sheet, sheet, self.budget)
            joiner.join(texts.open(sheet, known))
            join_answers(asked.open(sheet, known), sheet, self.budget)
            for group in (*strings.open(sheet, known), *names.open(sheet, known)):
                joiner.join_parts(group)
            text = sheet.close()
            whole = detectors.beginnings(text, begun)
            scanned = detectors.scan(text, self.budget.end, whole)
            if not known or not scanned.carriers:
                break
            sheet.cut(pieces)
            known = 0
        begun.kept = min(whole.kept, len(begun.digests))
        new = (begun.kept > begun.known or not known) and not scanned.carriers
        if layout is not None and new:
            joined = (finding for finding in scanned.findings if finding.end > len(own))
            if all(sheet.place(finding.start, finding.end) is None for finding in joined):
                borders.keep(layout, begun)
        return scanned

    def _harmless(self, item: Found) -> bool:
        """Whether a finding is none: the caller's own credential, or a word of the API with a date in it."""
        path, kind = item.path, item.finding.type
        if path[0] in {"header", "query"} and (path[1] in CREDENTIALS or path == ("query", "key")):
            return self.detectors.is_secret(kind)
        if kind != "date" or not {"percent"}.issuperset(item.layers):
            return False
        if path[0] == "path":
            segment = self.request.target.partition("?")[0].split("/")[int(path[1])]
            return bool(_API_WORD.fullmatch(segment.replace("%3A", ":").replace("%3a", ":")))
        if path[0] != "body" or not any(step in _API_FIELDS for step in path[-2:]):
            return False
        text = _at(self.content.tree, path[1:])
        return isinstance(text, str) and _API_WORD.fullmatch(text) is not None


_API_FIELDS = frozenset({"model", "model_id", "modelId", "type", "anthropic_version", "anthropic_beta"})
# `claude-3-5-sonnet-20241022`, `gpt-4o-2024-08-06`, `us.anthropic.claude-3-5-haiku-20241022-v1:0`, `bash_20250124`: a
# name, then the day of a release, which lies in the years of such APIs.
_API_WORD = re.compile(
    r"[a-z][a-z0-9._/-]{1,80}[a-z0-9.][-_@]202\d-?[01]\d-?[0-3]\d(?:[-_](?:preview|v\d)(?::\d)?)?(?::[A-Za-z]{3,25})?"
)
_OPAQUE = frozenset(
    {
        "signature",  # Anthropic Messages: thinking blocks; Bedrock Converse: reasoningText
        "encrypted_content",  # OpenAI Responses: reasoning items; Anthropic: web search results
        "encrypted_index",  # Anthropic Messages: citations of web search results
        "encrypted_stdout",  # Anthropic Messages: results of code execution
        "thought_signature",  # Gemini API: parts
        "thoughtSignature",
        "redactedContent",  # Bedrock Converse: reasoningContent
    }
)


def _by_design(tree: Any) -> Callable[[Path], bool]:
    """Tells the fields in which clients send back what the provider encrypted for itself: readable for nobody else."""

    def opaque(path: Path) -> bool:
        if path[0] != "body" or len(path) < 3:
            return False
        if path[-1] == "data":
            block = _at(tree, path[1:-1])
            return isinstance(block, dict) and block.get("type") == "redacted_thinking"
        return path[-1] in _OPAQUE

    return opaque


def _at(tree: Any, path: Sequence[str | int]) -> Any:
    """The node at a path, None where there is none."""
    for step in path:
        try:
            tree = tree[step]
        except (KeyError, IndexError, TypeError):
            return None
    return tree


def _order(sheet: Sheet, order: Iterable[Sequence[Path]]) -> list[list[int]]:
    """The pieces of each group of paths; a path that names more than a text stands for every text below it."""
    origins = sheet.origins
    values: dict[Path, int] = {origin: number for number, origin in enumerate(origins) if origin.__class__ is tuple}
    whole = False
    groups: list[list[int]] = []
    for paths in order:
        group: list[int] = []
        for path in paths:
            piece = values.get(path)
            if piece is None and not whole:
                values |= _fixed(sheet)
                whole, piece = True, values.get(path)
            if piece is not None:
                group.append(piece)
            else:
                size = len(path)
                group += sorted(number for below, number in values.items() if below[:size] == path)
        groups.append(group)
    return groups


def _fixed(sheet: Sheet) -> dict[Path, int]:
    """The pieces that are values and cannot be replaced where they stand."""
    return {
        origin.path: number
        for number, origin in enumerate(sheet.origins)
        if isinstance(origin, Fixed) and sheet.parts[2 * number + 1] != NAME
    }
