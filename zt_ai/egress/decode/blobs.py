"""What bytes that were found inside a text are: text in some encoding, a stream, a picture, or nothing readable."""

from __future__ import annotations

import re
from dataclasses import dataclass

from zt_ai.egress.decode.budget import Budget
from zt_ai.egress.decode.compression import inflate
from zt_ai.egress.model import MediaKind

OPAQUE = 512
"""Bytes from which something unreadable counts: longer than any digest, key, or signature of RSA with 4096 bits."""

_MAGIC: tuple[tuple[bytes, MediaKind], ...] = (
    (b"\x89PNG\r\n\x1a\n", MediaKind.IMAGE),
    (b"\xff\xd8\xff", MediaKind.IMAGE),
    (b"GIF87a", MediaKind.IMAGE),
    (b"GIF89a", MediaKind.IMAGE),
    (b"II*\x00", MediaKind.IMAGE),
    (b"MM\x00*", MediaKind.IMAGE),
    (b"8BPS", MediaKind.IMAGE),
    (b"\x00\x00\x01\x00", MediaKind.IMAGE),
    (b"%PDF-", MediaKind.DOCUMENT),
    (b"PK\x03\x04", MediaKind.DOCUMENT),
    (b"PK\x05\x06", MediaKind.DOCUMENT),
    (b"Rar!\x1a\x07", MediaKind.DOCUMENT),
    (b"7z\xbc\xaf\x27\x1c", MediaKind.DOCUMENT),
    (b"\xfd7zXZ\x00", MediaKind.DOCUMENT),
    (b"BZh", MediaKind.DOCUMENT),
    (b"\x04\x22\x4d\x18", MediaKind.DOCUMENT),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", MediaKind.DOCUMENT),
    (b"ID3", MediaKind.AUDIO),
    (b"\xff\xfb", MediaKind.AUDIO),
    (b"\xff\xf3", MediaKind.AUDIO),
    (b"OggS", MediaKind.AUDIO),
    (b"fLaC", MediaKind.AUDIO),
    (b"\x1aE\xdf\xa3", MediaKind.VIDEO),
)
_BY_FIRST = {
    first: tuple((mark, kind) for mark, kind in _MAGIC if mark[0] == first) for first in {mark[0] for mark, _ in _MAGIC}
}
_RIFF = {b"WEBP": MediaKind.IMAGE, b"WAVE": MediaKind.AUDIO, b"AVI ": MediaKind.VIDEO}
_PRINTABLE = bytes([9, 10, 13, *range(0x20, 0x7F)])
_SHOWN = _PRINTABLE + bytes(range(0x80, 0x100))
STRETCH = re.compile(
    rb"(?:[\t\n\r\x20-\x7e]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}){7,}"
)
"""Text between other bytes."""


@dataclass(frozen=True, slots=True)
class Blob:
    """What some bytes hold."""

    texts: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Texts with the layers that were undone to see them."""
    media: MediaKind | None = None
    whole: bool = False
    """Whether all of it is text, so that nothing remains that could be something else."""


def magic(data: bytes) -> MediaKind | None:
    """The kind of media that begins with these bytes. Short marks count only for data long enough to be one."""
    if len(data) < 24:
        return None
    for mark, kind in _BY_FIRST.get(data[0], ()):
        # Of many random ids, some begin with any two bytes.
        if data.startswith(mark) and (len(mark) > 2 or len(data) > OPAQUE):
            return kind
    if data[:4] == b"RIFF":
        return _RIFF.get(data[8:12])
    if data[4:8] == b"ftyp":
        return MediaKind.IMAGE if data[8:12] in {b"heic", b"heix", b"avif", b"mif1"} else MediaKind.VIDEO
    if data[:2] == b"BM" and data[6:10] == b"\x00\x00\x00\x00":
        return MediaKind.IMAGE
    return None


def examine(data: bytes, budget: Budget, depth: int = 0, *, aligned: bool = True) -> Blob:
    """What bytes hold.

    Args:
        data: the bytes.
        budget: what may be spent.
        depth: streams that were undone around them.
        aligned: whether they begin where something began; else streams without a mark of their own are not tried.

    Raises:
        UnreadableError: `budget-exhausted`.
    """
    budget.spend(len(data))
    kind = magic(data)
    if kind is not None:
        return Blob(media=kind)
    wide = _wide(data)
    if wide is not None:
        return Blob(((wide[1], (wide[0],)),), whole=True)
    odd = len(data.translate(None, _PRINTABLE))
    if odd == 0:
        return Blob(((data.decode("ascii"), ()),), whole=True)
    inner = inflate(data, budget.size, unmarked=aligned)
    if inner is not None:
        name, out = inner
        if depth >= budget.depth:
            budget.spend(budget.size + 1)
        found = examine(out, budget, depth + 1)
        return Blob(tuple((text, (name, *layers)) for text, layers in found.texts), found.media, found.whole)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = ""
    unseen = data.translate(None, _SHOWN)
    # Bytes that are UTF-8 by chance are few, and mostly control characters; the same one again and again parts others.
    if text and (4 * len(unseen) <= len(data) or _parted(data, unseen)):
        # A few zeros may also be the upper halves of characters of two bytes, where most of them are not ASCII.
        other = _narrow(data) if 0 in data else None
        return Blob(((text, ()), *(((other, ("utf-16",)),) if other else ())), whole=True)
    stretches = STRETCH.findall(data)
    joined = " \x01 ".join([part.decode("utf-8", "replace") for part in stretches])
    texts: list[tuple[str, tuple[str, ...]]] = [(joined, ())] if stretches else []
    narrow = _narrow(data)
    if narrow is not None:
        texts.append((narrow, ("utf-16",)))
    readable = sum(map(len, stretches))
    return Blob(tuple(texts), MediaKind.BINARY if len(data) > OPAQUE and 2 * readable < len(data) else None)


def _parted(data: bytes, unseen: bytes) -> bool:
    """Whether one control character again and again stands in a text with a number in it."""
    return len(set(unseen)) == 1 and 3 * len(unseen) < 2 * len(data) and len(_NO_DIGIT.sub(b"", data)) >= 7


_NO_DIGIT = re.compile(rb"[^0-9]")


def _wide(data: bytes) -> tuple[str, str] | None:
    """UTF-16 and UTF-32, told by the zero bytes of ASCII characters, whichever end comes first."""
    if len(data) >= 20:
        for last, third, order in ((3, 2, "le"), (0, 1, "be")):
            # No character is above 10FFFF, so one byte of four is zero and its neighbour is small.
            if not any(data[last::4]) and max(data[third::4]) <= 0x10:
                return "utf-32", _decoded(data, f"utf-32-{order}")
    if len(data) < 10 or data.count(0) * 3 < len(data):
        return None
    even, odd = data[0::2], data[1::2]
    thin = [half.count(0) * 4 < len(half) for half in (even, odd)]
    thick = [half.count(0) * 4 >= 3 * len(half) for half in (even, odd)]
    if thin[0] and thick[1] and _mostly_shown(even):
        # With one byte in front of it, big-endian text looks like this too.
        return "utf-16", _decoded(data, "utf-16-le") + " \x01 " + _decoded(data[1:], "utf-16-be")
    if thin[1] and thick[0] and _mostly_shown(odd):
        return "utf-16", _decoded(data, "utf-16-be") + " \x01 " + _decoded(data[1:], "utf-16-le")
    return None


def _narrow(data: bytes) -> str | None:
    """UTF-16 of other characters than ASCII: every second byte is one of a few, since a text keeps to a few scripts."""
    if len(data) < 12:
        return None
    # In a long text of a few characters the lower halves are few as well: the upper ones are fewer.
    few, order = min((len(set(data[at::2])), order) for at, order in ((1, "le"), (0, "be")))
    if few > max(1, len(data) // 8):
        return None
    # UTF-32 of such characters has zeros between them.
    return _decoded(data, f"utf-16-{order}").replace("\0", "")


def _mostly_shown(units: bytes) -> bool:
    return len(units) >= 5 and 4 * len(units.translate(None, _PRINTABLE)) <= len(units)


def _decoded(data: bytes, name: str) -> str:
    width = 4 if "32" in name else 2
    return data[: len(data) // width * width].decode(name, "replace")
