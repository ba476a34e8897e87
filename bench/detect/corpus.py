"""The corpus: filled templates, with the place and kind of every identifier in them."""

from __future__ import annotations

import json
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.detect.fillers import Piece, Scene
from bench.detect.identities import Identity, identities
from bench.detect.presidio_slots import fill as fill_presidio

TEMPLATES = Path(__file__).parent / "templates"
SEED = 20260511
SLOT = re.compile(r"\{\{([^{}]+)\}\}")


@dataclass(frozen=True, slots=True)
class Span:
    """An identifier in a document; offsets in characters, the end not included."""

    type: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Document:
    """One text. `harmless` ones hold no identifier and count for false alarms only."""

    id: str
    text: str
    spans: tuple[Span, ...]
    harmless: bool = False

    def line(self) -> str:
        """As one line of JSON: `id`, `text`, `spans`."""
        spans = [{"type": span.type, "start": span.start, "end": span.end} for span in self.spans]
        return json.dumps({"id": self.id, "text": self.text, "spans": spans}, ensure_ascii=False)


def templates(name: str) -> list[tuple[str, str]]:
    """Id and text of each template in `templates/NAME.txt`; each begins with a line `=== ID`.

    Raises:
        ValueError: an id occurs twice.
    """
    parts = re.split(r"^=== (\S+)\n", (TEMPLATES / f"{name}.txt").read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = list(zip(parts[1::2], (text.strip("\n") for text in parts[2::2]), strict=True))
    if len({identifier for identifier, _ in found}) != len(found):
        raise ValueError(f"a template id occurs twice in {name}")
    return found


def assemble(identifier: str, pieces: Iterator[Piece], *, harmless: bool = False) -> Document:
    """The document that pieces make one after the other."""
    text, spans = "", []
    for piece in pieces:
        if piece.kind:
            spans.append(Span(piece.kind, len(text), len(text) + len(piece.text)))
        text += piece.text
    return Document(identifier, text, tuple(spans), harmless)


def _dice(name: str, copy: int) -> random.Random:
    """The same throws for the same document, whatever else is in the corpus."""
    return random.Random(f"{SEED} {name} {copy}")  # noqa: S311


def filled(template: str, scene: Scene) -> Iterator[Piece]:
    """The pieces of one of our templates."""
    for position, part in enumerate(SLOT.split(template)):
        if position % 2:
            yield from scene.fill(part)
        elif part:
            yield Piece(part)


def own(people: tuple[Identity, ...], held_out: bool, copies: int) -> Iterator[Document]:
    """Our clinical templates, each filled `copies` times."""
    for identifier, template in templates("held-out" if held_out else "dev"):
        for copy in range(copies):
            scene = Scene(people, _dice(identifier, copy), held_out)
            yield assemble(f"{identifier}/{copy}", filled(template, scene))


def harmless(people: tuple[Identity, ...], held_out: bool, copies: int) -> Iterator[Document]:
    """Clinical documents without identifiers, each filled `copies` times; those that come out equal are kept once."""
    seen = set()
    for identifier, template in templates("harmless-held-out" if held_out else "harmless-dev"):
        for copy in range(copies):
            scene = Scene(people, _dice(identifier, copy), held_out)
            document = assemble(f"harmless-{identifier}/{copy}", filled(template, scene), harmless=True)
            if document.text not in seen:
                seen.add(document.text)
                yield document


def presidio(raw_data: Path, people: tuple[Identity, ...], held_out: bool, copies: int) -> Iterator[Document]:
    """The sentence templates of presidio-evaluator: every second one, each filled `copies` times."""
    text = (raw_data / "templates.txt").read_text(encoding="utf-8", errors="replace")
    for number, template in enumerate(text.splitlines()):
        if number % 2 != held_out or "{{" not in template:
            continue
        for copy in range(copies):
            scene = Scene(people, _dice(f"presidio {number}", copy), held_out)
            pieces = fill_presidio(template.replace("\\n", "\n"), scene)
            yield assemble(f"presidio-{number}/{copy}", pieces)


def corpus(raw_data: Path, held_out: bool) -> list[Document]:
    """The whole of one half, harmless documents included, always the same."""
    people = identities(raw_data, held_out)
    return [
        *own(people, held_out, 8),
        *presidio(raw_data, people, held_out, 6),
        *harmless(people, held_out, 5),
    ]
