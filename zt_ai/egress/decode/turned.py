"""Text turned around as a whole, which any reader can undo once told to: tried where a text says something of the kind.

Covered: written backwards, ROT13 (digits stay as they are), ROT5 and ROT47 (digits change), and Atbash. A request that
never mentions such a thing is not tried: reversed, any ten digits could be a number of sorts.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from zt_ai.egress.decode.sheet import Sheet, Turned

_TURNED = frozenset({"reversed", "rot13", "rot5", "rot47", "atbash"})

_ROT5 = str.maketrans("0123456789", "5678901234")
_ROT47 = {code: 33 + (code - 33 + 47) % 94 for code in range(33, 127)}
_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_CAPITALS = _LETTERS.upper()
_ATBASH = str.maketrans(_LETTERS + _CAPITALS + "0123456789", _LETTERS[::-1] + _CAPITALS[::-1] + "9876543210")
_REVERSE = re.compile(
    r"revers|backward|right.to.left|mirror|\[::-1\]|last to first|back to front|flip"
    r"|from (?:the )?(?:end|right|back)\b",
    re.IGNORECASE,
)
_ROTATE = re.compile(r"rot.?(?:13|5|18|47)\b|caesar|cipher|atbash", re.IGNORECASE)


def turned(sheet: Sheet, text: str) -> Iterator[tuple[str, Turned]]:
    """Every piece of a sheet, turned in each way that its text mentions."""
    ways: list[tuple[str, int]] = []
    if _REVERSE.search(text):
        ways.append(("reversed", 0))
    if _ROTATE.search(text):
        ways += [("rot13", 1), ("rot5", 2), ("rot47", 3), ("atbash", 4)]
    for index in range(len(sheet)) if ways else ():
        piece = sheet.piece(index)
        place = sheet.within(index, 0, len(piece)) if len(piece) >= 6 else None
        # Turned once is enough: what tells to turn is still there in what was turned.
        if place is not None and _TURNED.isdisjoint(place.layers):
            for layer, way in ways:
                yield _turn(piece, way), Turned(sheet, index, (layer,), way == 0)


def _turn(piece: str, way: int) -> str:
    if way == 0:
        return piece[::-1]
    if way == 1:
        return codecs.encode(piece, "rot13")
    return piece.translate((_ROT5, _ROT47, _ATBASH)[way - 2])
