"""A body by its content type: what kind of document it is, and its texts."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote_to_bytes

from zt_ai.egress.decode import multipart, strict_json
from zt_ai.egress.decode.blobs import Blob, examine, magic
from zt_ai.egress.decode.budget import Budget, UnreadableError
from zt_ai.egress.decode.flatten import Flattened, flatten
from zt_ai.egress.decode.sheet import NAME, Fixed, Sheet
from zt_ai.egress.model import Media, MediaKind, Path

_JSON = re.compile(r"application/(?:[a-z0-9.+-]+\+)?json|text/json")
_LINES = re.compile(r"application/(?:x-)?(?:ndjson|jsonl|jsonlines|json-lines)|text/jsonl")
_CHARSETS = {
    "utf-8": "utf-8", "utf8": "utf-8", "us-ascii": "ascii", "ascii": "ascii", "iso-8859-1": "latin-1",
    "latin-1": "latin-1", "latin1": "latin-1", "windows-1252": "cp1252", "utf-16": "utf-16", "utf-16le": "utf-16-le",
    "utf-16be": "utf-16-be", "utf-32": "utf-32", "utf-32le": "utf-32-le", "utf-32be": "utf-32-be",
}  # fmt: skip
# Longest first: the mark of UTF-32 begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MEDIA = {"image": MediaKind.IMAGE, "audio": MediaKind.AUDIO, "video": MediaKind.VIDEO}
_DISPOSITION = frozenset({"name", "filename", "filename*"})  # RFC 7578 section 4.2, RFC 6266 section 4.3
_MAX_NESTING = 4


@dataclass(slots=True)
class Content:
    """What a body holds, beside the texts that went into the sheet."""

    sheet: Sheet
    budget: Budget
    tree: Any = None
    flats: list[Flattened] = field(default_factory=list)
    media: list[Media] = field(default_factory=list)
    blobs: list[tuple[int, Blob]] = field(default_factory=list)
    """Texts that were decoded from something else, with the piece that stands for it."""
    layers: set[str] = field(default_factory=set)

    def derived(self) -> list[tuple[int, Blob, str]]:
        """What was decoded already, with the piece that stands for it: files, and lists of byte values."""
        lists = [
            (piece, examine(octets, self.budget), "octets") for flat in self.flats for piece, octets in flat.octets
        ]
        return [*((piece, blob, "binary") for piece, blob in self.blobs), *lists]

    def read(self, data: bytes, content_type: str | None, path: Path, nesting: int = 0) -> None:
        """Add the texts of a body.

        Raises:
            UnreadableError: the rule that refuses it.
        """
        kind, options = multipart.parameters(content_type) if content_type and content_type.strip() else ("", {})
        whole = path == ("body",)
        if kind.startswith("multipart/"):
            if nesting >= _MAX_NESTING or "boundary" not in options:
                raise UnreadableError("body-malformed")
            self._multipart(data, options["boundary"], ("part",) if whole else path, nesting)
        elif not data:
            return
        elif _JSON.fullmatch(kind):
            if _CHARSETS.get(options.get("charset", "utf-8").lower()) not in {"utf-8", "ascii"}:
                raise UnreadableError("body-malformed")
            self._json(strict_json.parse(data), path, whole)
        elif _LINES.fullmatch(kind):
            self._lines(data, path)
        elif kind == "application/x-www-form-urlencoded":
            self._form(data, path)
        else:
            self._any(data, kind, options.get("charset"), path, whole)

    def _json(self, document: strict_json.Document, path: Path, whole: bool) -> None:
        if whole:
            self.tree = document.tree
        self.flats.append(flatten(document.tree, document.reals, path, self.sheet, replaceable=whole))

    def _lines(self, data: bytes, path: Path) -> None:
        for number, line in enumerate(data.split(b"\n")):
            if line.strip():
                self._json(strict_json.parse(line), (*path, number), whole=False)

    def _multipart(self, data: bytes, boundary: str, path: Path, nesting: int) -> None:
        self.layers.add("multipart")
        for number, part in enumerate(multipart.parts(data, boundary)):
            here = (*path, number)
            for name, value in part.headers:
                self._part_header(name, value, Fixed((*here, name)))
            self.read(part.content, part.content_type, (*here, "body"), nesting + 1)

    def _part_header(self, name: str, value: str, origin: Fixed) -> None:
        if name != "content-disposition":
            self.sheet.add(name, origin, NAME)
            self.sheet.add(value, origin)
            return
        # The names of these parameters are protocol; as context they would make a person's name of any field's name.
        kind, options = multipart.parameters(value)
        self.sheet.add(kind, origin)
        for option, text in options.items():
            if option not in _DISPOSITION:
                self.sheet.add(option, origin, NAME)
            self.sheet.add(text, origin)

    def _form(self, data: bytes, path: Path) -> None:
        for number, pair in enumerate(data.split(b"&")):
            name, _, value = (unquote_to_bytes(part.replace(b"+", b" ")) for part in pair.partition(b"="))
            key = self._plain(name)
            self.sheet.add(key, Fixed((*path, number)), ": ")
            self.sheet.add(self._plain(value), Fixed((*path, key)))

    def _plain(self, data: bytes) -> str:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return data.decode("latin-1")

    def _any(self, data: bytes, kind: str, charset: str | None, path: Path, whole: bool) -> None:
        """Text, media, or something without a known type: as JSON if it is JSON, as text if it is text."""
        major = _MEDIA.get(kind.partition("/")[0])
        found = major or magic(data) or (MediaKind.DOCUMENT if kind == "application/pdf" else None)
        if found is not None:
            self.media.append(Media(found, path))
            if kind != "image/svg+xml":
                return
        text = decode(data, charset)
        if text is None:
            self._binary(data, path)
            return
        if text[:1].isspace() or text[:1] in "{[":
            try:
                document = strict_json.parse(text)
            except UnreadableError as error:
                # Lines of JSON, program text, or JSON that some parsers read: whichever it is, it is scanned as text.
                if error.rule == "budget-exhausted":
                    raise
            else:
                self._json(document, path, whole)
                return
        # A model reads the bytes as they stand; whatever quotes and escapes mean is undone like in any text.
        self.sheet.add(text, Fixed(path))

    def _binary(self, data: bytes, path: Path) -> None:
        blob = examine(data, self.budget)
        if not blob.whole:
            self.media.append(Media(blob.media or MediaKind.BINARY, path))
        if blob.texts:
            self.sheet.add("", Fixed(path))
            self.blobs.append((len(self.sheet) - 1, blob))


def decode(data: bytes, charset: str | None) -> str | None:
    """Bytes as text by their byte order mark or the charset they came with; None: neither, and not UTF-8.

    Raises:
        UnreadableError: `encoding-unknown` for another charset (UTF-7 among them), `body-malformed` if the bytes are
            not what the charset says or the mark says something else.
    """
    name = None
    if charset is not None:
        name = _CHARSETS.get(charset.strip().lower())
        if name is None:
            raise UnreadableError("encoding-unknown")
    for mark, marked in _MARKS:
        if data.startswith(mark):
            if name is not None and not marked.startswith(name):
                raise UnreadableError("body-malformed")
            name, data = marked, data[len(mark) :]
            break
    try:
        text = data.decode(name or "utf-8")
    except UnicodeDecodeError:
        if name is None:
            return None
        raise UnreadableError("body-malformed") from None
    # Text has no zero bytes; what has is UTF-16 or a file of some kind.
    return None if name is None and "\x00" in text else text
