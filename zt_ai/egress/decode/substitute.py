"""Characters written in another way inside a text: escapes, entities, percent, and all substitutions by their carrier.

Each function gives replacements for a whole text, in order and without overlaps; `windows` makes new texts of them,
only around the places that change, with a way back to the old offsets.
"""

from __future__ import annotations

import binascii
import html
import re
import unicodedata
from bisect import bisect_right
from collections.abc import Callable, Iterable, Mapping

from zt_ai.egress.decode.carriers import Carrier
from zt_ai.egress.decode.markup import asked, controls, markup, misread, rendered, typeset
from zt_ai.egress.decode.spelled import column, morse, spaced, words
from zt_ai.egress.decode.unicode import Edit

# Controls that nobody sees are left out at once; a form feed parts lines as well.
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", "f": "\n", "v": "\n", "b": "", "a": "", "e": "\x1b", "\n": ""}
_ESCAPE = re.compile(
    r"\\(?:u\{([0-9A-Fa-f]{1,6})\}|u+([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x\{([0-9A-Fa-f]{1,6})\}|x([0-9A-Fa-f]{1,2})"
    r"|N\{([A-Za-z0-9 -]{2,60})\}|([0-3]?[0-7]{1,2})|([\s\S]))"
)


def escapes(text: str) -> list[Edit]:
    """Backslash escapes of JSON, JavaScript, Python, C, Java and shells. One level: a doubled backslash becomes one."""
    found: list[Edit] = []
    for match in _ESCAPE.finditer(text):
        braced, short, long, wide, narrow, name, octal, other = match.groups()
        code = braced or short or long or wide or narrow
        if code:
            found.append((match.start(), match.end(), _char(int(code, 16))))
        elif name:
            found.append((match.start(), match.end(), _named(name)))
        elif octal:
            found.append((match.start(), match.end(), _char(int(octal, 8))))
        elif other != "\x01":
            found.append((match.start(), match.end(), _SIMPLE.get(other, other)))
    return _pairs(found)


def _char(code: int) -> str:
    return chr(code) if code <= 0x10FFFF else "\ufffd"


def _named(name: str) -> str:
    try:
        return unicodedata.lookup(name)
    except KeyError:
        return "\ufffd"


def _pairs(edits: list[Edit]) -> list[Edit]:
    """Escaped surrogates made one character; UTF-8 written byte by byte (`\\xef\\xbc\\x91`) too."""
    made: list[Edit] = []
    for start, end, char in edits:
        if made and made[-1][1] == start and "\udc00" <= char <= "\udfff":
            before = made[-1][2]
            if "\ud800" <= before <= "\udbff":
                made[-1] = (made[-1][0], end, chr(0x10000 + ((ord(before) - 0xD800) << 10) + ord(char) - 0xDC00))
                continue
        made.append((start, end, char))
    return _utf8([(start, end, "\ufffd" if "\ud800" <= char <= "\udfff" else char) for start, end, char in made])


def _utf8(edits: list[Edit]) -> list[Edit]:
    """Neighbouring bytes that together are one UTF-8 character become that character."""
    made: list[Edit] = []
    index = 0
    while index < len(edits):
        start, end, char = edits[index]
        size = _utf8_size(char)
        run = edits[index : index + size]
        if size > 1 and len(run) == size and all(run[n][1] == run[n + 1][0] for n in range(size - 1)):
            try:
                char = bytes([ord(item[2]) for item in run]).decode()
            except (ValueError, TypeError):
                size = 1
            else:
                end = run[-1][1]
        else:
            size = 1
        made.append((start, end, char))
        index += size
    return made


def _utf8_size(char: str) -> int:
    code = ord(char) if len(char) == 1 else 0
    return 2 if 0xC2 <= code <= 0xDF else 3 if 0xE0 <= code <= 0xEF else 4 if 0xF0 <= code <= 0xF4 else 1


_ENTITY = re.compile(r"&(?:#[0-9]{1,12}|#[xX][0-9A-Fa-f]{1,12}|[A-Za-z][A-Za-z0-9]{0,31});?")
_DECLARED = re.compile(r"<!ENTITY\s{1,9}([A-Za-z_][\w.-]{0,63})\s{1,9}(?:\"([^\"\x01]{0,400})\"|'([^'\x01]{0,400})')")


def entities(text: str) -> list[Edit]:
    """Character references of HTML and XML, with or without the semicolon, and entities that the text itself declares
    [XML 1.0, section 4.2.1]."""
    found = []
    own = {match[1]: match[2] or match[3] or "" for match in _DECLARED.finditer(text)} if "<!ENTITY" in text else {}
    for match in _ENTITY.finditer(text):
        char = own.get(match[0][1:].rstrip(";"), "") or html.unescape(match[0])
        if char != match[0]:
            found.append((match.start(), match.end(), char))
    return found


_PERCENT = re.compile(r"%(?:u([0-9A-Fa-f]{4})|([0-9A-Fa-f]{2}))")


def percents(text: str) -> list[Edit]:
    """Percent-encoding [RFC 3986 section 2.1] and the old `%u0041`."""
    found = [(match.start(), match.end(), chr(int(match[1] or match[2], 16))) for match in _PERCENT.finditer(text)]
    return _pairs(found)


_QUOTED = re.compile(r"=(?:([0-9A-Fa-f]{2})|[ \t]*\r?\n)|\?=\s{1,8}=\?[A-Za-z0-9-]{2,20}\?[QqBb]\?")


def quoted(text: str) -> list[Edit]:
    """Quoted-printable with its soft line breaks [RFC 2045 section 6.7], and borders of encoded words, between which
    white space is none [RFC 2047 section 6.2]."""
    matches = _QUOTED.finditer(text)
    return _utf8([(match.start(), match.end(), chr(int(match[1], 16)) if match[1] else "") for match in matches])


_CONCAT = re.compile(r"([\"'])\s{0,8}[+.&,]?\s{0,8}[fbru]?\1")


def concatenations(text: str) -> list[Edit]:
    """Neighbouring string literals of program text, `"123" + "-45"`, and of lists, as one."""
    return [(match.start(), match.end(), "") for match in _CONCAT.finditer(text)]


_UTF7 = re.compile(r"\+(A[A-H][A-Za-z0-9+/]{1,400})-?")


def utf7(text: str) -> list[Edit]:
    """ASCII characters written as UTF-7 does others, `+AC0-` [RFC 2152]."""
    found: list[Edit] = []
    for match in _UTF7.finditer(text):
        run = match[1].encode("ascii")
        # Each character is two bytes, high end first; bits left over at the end are padding.
        data = binascii.a2b_base64(run[: len(run) - (len(run) % 4 == 1)] + b"=" * (-len(run) % 4 % 3))
        plain = data[: len(data) // 2 * 2].decode("utf-16-be", "replace")
        if plain.isprintable():
            found.append((match.start(), match.end(), plain))
    return found


SUBSTITUTIONS: Mapping[str, tuple[Carrier, Callable[[str], list[Edit]]]] = {
    "escape": (Carrier.ESCAPE, escapes),
    "entity": (Carrier.ENTITY, entities),
    "percent": (Carrier.PERCENT, percents),
    "quoted-printable": (Carrier.QUOTED, quoted),
    "markup": (Carrier.MARKUP, markup),
    "rendered": (Carrier.RENDERED, rendered),
    "control": (Carrier.CONTROL, controls),
    "typeset": (Carrier.GROUPS, typeset),
    "misread": (Carrier.MISREAD, misread),
    "asked": (Carrier.ASKED, asked),
    "concatenation": (Carrier.JSON, concatenations),
    "spaced": (Carrier.SPACED, spaced),
    "column": (Carrier.COLUMN, column),
    "words": (Carrier.WORDS, words),
    "morse": (Carrier.SPACED, morse),
    "utf-7": (Carrier.OTHER, utf7),
}
"""By the name of the layer."""

ONCE = frozenset(
    {
        *("markup", "rendered", "control", "typeset", "misread", "asked", "spaced", "column", "words", "morse"),
        *("numerals", "override", "braille"),
    }
)
"""Layers that undo all of their kind at once: what comes out is not looked at for the same again."""

_MARGIN = 160


Window = tuple[str, list[int], list[tuple[int, int, bool]]]


def windows(text: str, base: int, top: int, edits: Iterable[Edit]) -> Iterable[Window]:
    """New texts around the changed places of `text[base:top]`.

    Each with where its stretches start in it, and for each stretch its span in the old text (offsets from `base`) and
    whether it was copied. A window reaches `_MARGIN` characters on either side, then to the next blank, so that neither
    a word nor an encoded run is cut.
    """
    cluster: list[Edit] = []
    floor = high = base
    for edit in edits:
        if cluster and edit[0] > high + _MARGIN:
            yield _window(text, base, _blank_before(text, cluster[0][0], floor), high, cluster)
            floor, cluster = high, []
        cluster.append(edit)
        # A window that reaches over the next change takes it in: windows never overlap, so all are as long as the text.
        if edit[1] + _MARGIN > high:
            high = _blank_after(text, edit[1], top)
    if cluster:
        yield _window(text, base, _blank_before(text, cluster[0][0], floor), high, cluster)


_BLANK = re.compile(r"[ \n]")


def _blank_after(text: str, at: int, top: int) -> int:
    match = _BLANK.search(text, min(at + _MARGIN, top), top)
    return match.start() if match else top


def _blank_before(text: str, at: int, floor: int) -> int:
    low = at - _MARGIN
    if low <= floor:
        return floor
    low = max(text.rfind(" ", floor, low), floor)
    return max(text.rfind("\n", low, at - _MARGIN), low)


def _window(text: str, base: int, low: int, high: int, edits: list[Edit]) -> Window:
    parts: list[str] = []
    starts: list[int] = []
    marks: list[tuple[int, int, bool]] = []
    at, done = low, 0
    for start, end, new in edits:
        if at < start:
            parts.append(text[at:start])
            starts.append(done)
            marks.append((at - base, start - base, True))
            done += start - at
        if new:
            parts.append(new)
            starts.append(done)
            marks.append((start - base, end - base, False))
            done += len(new)
        at = end
    if at < high or not starts:
        parts.append(text[at:high])
        starts.append(done)
        marks.append((at - base, high - base, True))
    return "".join(parts), starts, marks


def by_piece(starts: list[int], edits: list[Edit]) -> Iterable[tuple[int, list[Edit]]]:
    """Edits of a whole sheet, for each piece that has any."""
    current = -1
    group: list[Edit] = []
    for edit in edits:
        piece = bisect_right(starts, edit[0]) - 1
        if piece != current and group:
            yield current, group
            group = []
        current = piece
        group.append(edit)
    if group:
        yield current, group
