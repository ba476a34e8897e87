"""Forms that can hide text, as patterns for the one pass that looks for identifiers: no match, nothing to undo.

The patterns are wide on purpose: a false alarm costs one more look, a miss hides an identifier.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntFlag, auto


class Carrier(IntFlag):
    """What a text may have to be undone from."""

    BASE64 = auto()  # base64 and base64url runs
    HEX = auto()
    PERCENT = auto()  # %41
    ESCAPE = auto()  # \u0041, \x41, \101 left in a text
    ENTITY = auto()  # &#65; &amp;
    QUOTED = auto()  # =41 quoted-printable
    JSON = auto()  # a JSON document inside a string
    OTHER = auto()  # yEnc, ASCII85, UTF-7 and the like


PATTERNS: Mapping[Carrier, bytes] = {
    Carrier.BASE64: rb"[A-Za-z0-9+/_-]{14}",
    Carrier.HEX: rb"(?:[0-9A-Fa-f]{2}[ :,-]?){9}",
    Carrier.PERCENT: rb"%[0-9A-Fa-f]{2}",
    Carrier.ESCAPE: rb"\\(?:u[0-9A-Fa-f{]|x[0-9A-Fa-f]|[0-3][0-7]{2})",
    Carrier.ENTITY: rb"&#?[A-Za-z0-9]{1,31};",
    Carrier.QUOTED: rb"=[0-9A-F]{2}",
    Carrier.JSON: rb"[\[{]\s*(?:\"|[\[{])",
}
