"""Forms that can hide text, as patterns for the one pass that looks for identifiers: no match, nothing to undo.

The patterns are wide where that is cheap: a false alarm costs one more look, a miss hides an identifier. Each begins
with something that is rare in prose (a digit, a capital, a mark), since a pattern that begins with any letter costs
more than all detectors together. Alternatives are patterns of their own: those that cannot match without a digit are
run around digits only (`zt_ai.egress.detect.databases`). Why a run of base64 always has enough capitals: the first
letter of four stands for the upper six bits of a byte, which for digits, capitals, spaces and punctuation is one of `I`
to `X`; in text of small letters a third of all letters of base64 are capitals [RFC 4648 section 4, table 1].
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import IntFlag, auto
from itertools import pairwise


class Carrier(IntFlag):
    """What a text may have to be undone from."""

    BASE64 = auto()  # base64, base64url and base32 runs
    HEX = auto()
    PERCENT = auto()  # %41
    ESCAPE = auto()  # \u0041, \x41, \101, \n left in a text
    ENTITY = auto()  # &#65; &amp;
    QUOTED = auto()  # =41 quoted-printable
    JSON = auto()  # quoted strings one after the other: a JSON document inside a string, or program text
    OTHER = auto()  # ASCII85, uuencode, UTF-7, character codes in decimal or binary
    SPACED = auto()  # 1 2 3 - 4 5, also Morse
    WORDS = auto()  # one two three dash four five
    MARKUP = auto()  # 123<b>-45</b>, 123**-45**
    HINT = auto()  # words that tell a reader to turn text around
    RENDERED = auto()  # <td>SSN</td><td>123456789</td>
    CONTROL = auto()  # control characters, colours of a terminal
    GROUPS = auto()  # 123 - 45 - 6789, 123--45--6789
    MISREAD = auto()  # 123-45-67B9: letters for digits
    ASKED = auto()  # a question and the number that answers it
    COLUMN = auto()  # one digit at the end of each line
    CODES = auto()  # lists of character codes, whatever is between them


_B64 = rb"[A-Za-z0-9+/_-]"
_BYTE = rb"[2-7][0-9A-Fa-f]"
_GAP = rb"(?:, ?|[ :;_-])?(?:0x|\\x)?"
_SPACE = rb"[ \t\r\n._,*|/-]{1,3}"
_ONE = rb"[A-Z0-9]" + _SPACE
_DIGIT = rb"[0-9][^0-9A-Za-z\x01]{1,14}"
_MORSE = rb"(?:[.-]|\xc2\xb7|\xe2(?:\x80[\x90-\x95\xa2]|\x88[\x92\x99])){1,6}[ /|,\r\n]{1,4}"
# Anything but a single hyphen, point or blank, with which the detectors read groups of digits anyway.
_MARK = rb"[^0-9A-Za-z,;:|/\x01"
_HYPHEN = (
    rb"(?:" + _MARK + rb". -]" + _MARK + rb"]{0,9}|[ -]" + _MARK + rb"]{1,9}|\.{3}"
    rb"|[ (]?(?:dash|hyphen|minus)[ )]?|\\text[a-z]{2,6}(?:\{\})?)"
)
_LAST = rb"[0-9][.,;|\"')\] \t\r]{0,4}\n[^\n\x01]{0,40}[^0-9A-Za-z.\x01]"
_CONTROL = rb"[\x00\x02-\x08\x0b\x0c\x0e-\x1f\x7f]"
_GAPS = rb"[^A-Za-z0-9\x01]{1,8}"
_CALL = rb"[^0-9A-Za-z\x01]{1,6}(?:(?:[Nn]?[Cc][Hh][Aa]?[Rr]|u)[^0-9A-Za-z\x01]{0,2})?(?:0o?)?"
_CODE = rb"(?:[^0-9A-Za-z\x01]|0?[xX]|[uUhH]){1,6}(?:00){0,2}(?:[2-9A-Fa-f][0-9A-Fa-f]|0[9AaDd])"
_NUMBER = (
    rb"(?:zero|oh|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
    rb"|(?:thir|four|fif|six|seven|eigh|nine)teen|(?:twen|thir|for|fif|six|seven|eigh|nine)ty|dash|hyphen|minus|dot|point|slash"
    rb"|tree|fower|fife|niner|cero|uno|dos|tres|cuatro|cinco|seis|siete|ocho|nueve)"
)


def _misread() -> Iterable[bytes]:
    """Groups of digits in which a letter that looks like one stands beside a digit, for each place of the two."""
    for shape in ("AAA-AA-AAAA", "AAA-AAA-AAAA"):
        places = [place for place, char in enumerate(shape) if char == "A"]
        for first, second in pairwise(places):
            for pair in (("L", "D"), ("D", "L")):
                here = dict(zip((first, second), pair, strict=True))
                yield b"".join(_SIGNS[here.get(place, char)] for place, char in enumerate(shape))


_SIGNS = {"A": rb"[0-9OolI]", "L": rb"[OolI]", "D": rb"[0-9]", "-": rb"[-. ]"}

PATTERNS: Mapping[Carrier, tuple[bytes, ...]] = {
    Carrier.BASE64: (
        rb"[A-Z]" + _B64 + rb"{3}[A-Z]" + _B64 + rb"{3}[A-Z]" + _B64,
        rb"[A-Z]" + _B64 + rb"{1,6}[A-Z]" + _B64 + rb"{1,6}[A-Z]" + _B64 + rb"{3}",
        rb"[A-Z]" + (_B64 + rb"{3}[^0-9A-Za-z+/=\x01]{1,4}[A-Z]") * 2 + _B64,
        rb"[0-9][A-Za-z+/]{1,4}[0-9][A-Za-z+/]{1,4}[0-9]" + _B64 + rb"{5}",
        rb"[A-Za-z2-7]===",
    ),
    Carrier.HEX: (
        rb"(?:" + _BYTE + _GAP + rb"){7}",
        rb"(?:" + _BYTE + rb"[ :]?00[ :]?){5}",
        rb"[0-9][0-9A-Fa-f]{27}",
        rb"[0-9][0-9A-Fa-f](?:(?:, ?|[ :;_-])(?:0x|\\x)?[0-9A-Fa-f]{2}){8}",
        rb"(?:1[Ff] ?8[Bb] ?08|28 ?[Bb]5 ?2[Ff] ?[Ff][Dd]|78 ?(?:01|5[Ee]|9[Cc]|[Dd][Aa]))[ 0-9A-Fa-f]{8}",
    ),
    Carrier.PERCENT: (rb"%(?:[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4})",),
    Carrier.ESCAPE: (rb"\\(?:[uUxN][0-9A-Fa-f{]|[0-3]?[0-7]{2}|[nrtfv\"'/\\]|[.@_+()-][0-9A-Za-z(])",),
    Carrier.ENTITY: (rb"&(?:#[xX]?[0-9A-Fa-f]{2}|[A-Za-z][A-Za-z0-9]{0,31};)",),
    Carrier.QUOTED: (rb"=(?:[2-7C-Fc-f][0-9A-Fa-f]|\r?\n)", rb"\?=[ \t\r\n]{1,8}=\?"),
    Carrier.JSON: (
        rb"[\"'][ \t\r\n]{0,8}[,+:.&;|\n]{1,2}[ \t\r\n]{0,8}[\"']",
        rb"[0-9][\"'][^\"'\x01]{1,40}[\"'][0-9-]",
        rb"-[\"'][^\"'\x01]{1,40}[\"'][0-9]",
        rb"-[\"'][^\"'\x01]{1,40}[\"']-",
    ),
    Carrier.OTHER: (
        rb"\+A[A-H][A-Za-z0-9+/]",
        rb"<~[!-uz \t\r\n]{8}",
        rb"begin [0-7]{3} ",
        rb"[01]{8}[ ,]{0,2}[01]{8}[ ,]{0,2}[01]{8}[ ,]{0,2}[01]{8}",
        rb"(?:[3-9][0-9]|1[0-2][0-9])(?:[ ,;]{1,2}[0-9]{2,3}){6}",
    ),
    Carrier.SPACED: (
        rb"(?:" + _ONE + rb"){5}[A-Z0-9]",
        rb"(?:" + _DIGIT + rb"){5}[0-9]",
        rb"[^0-9A-Za-z\x01]@[^0-9A-Za-z\x01]{1,6}[a-z][^0-9A-Za-z\x01]{1,6}[a-z][^0-9A-Za-z\x01]",
        rb"(?:" + _MORSE + rb"){7}",
    ),
    Carrier.WORDS: (
        rb"(?i)\b"
        + _NUMBER
        + _GAPS
        + rb"(?:[0-9]{1,4}"
        + _GAPS
        + rb"){0,2}"
        + _NUMBER
        + rb"(?:"
        + _GAPS
        + rb"(?:"
        + _NUMBER
        + rb"|[0-9]{1,4})){2}",
        rb"(?i)\b(?:" + _NUMBER + rb"[0-9-]{0,3}){4}",
    ),
    Carrier.MARKUP: (
        rb"[0-9]-?(?:<[/!?A-Za-z]|[*_`~]{1,3}-?[0-9*_`~]|\[/?[a-z]{1,8}\])",
        rb"[*_`~]{1,3}-[0-9]|>-[0-9]|\]\]>",
        rb"[A-Za-z0-9@._+-](?:<(?:wbr|/?[a-z]{1,6}|[a-z]{1,6} [^<>]{0,80})/?>|<!--|\*\*|~~)[A-Za-z0-9@._+-]",
    ),
    Carrier.HINT: (
        rb"(?i)revers|backward|right.to.left|mirror|rot.?(?:13|5|18|47)\b|caesar|cipher|atbash",
        rb"(?i)\[::-1\]|last to first|back to front|from (?:the )?(?:end|right|back)\b|flip",
        rb"(?i)(?:base|\bb)[ _-]?(?:32|36|45|58|62|85)|(?:ascii|\b[az])[ _-]?85|crockford|\buu[ -]?(?:en|de)?cod",
    ),
    # A value that is long enough for a number that needs a label; measurements are shorter.
    Carrier.RENDERED: (
        rb"[A-Za-z0-9/\"'-]>[ \t\r\n:#|]{0,24}[A-Za-z]{0,4}-?[0-9(][0-9() .-]{3,16}[0-9]",
        rb"<input [^<>]{0,100}value",
        rb"[> \n][Aa][Gg][Ee][^<>\x01]{0,4}</[A-Za-z]",
    ),
    # Beside digits and in addresses only: bytes that were decoded from no text at all are full of controls.
    Carrier.CONTROL: (
        rb"[0-9@:-]" + _CONTROL + rb"{1,8}[ 0-9@-]",
        rb"(?:[0-9A-Za-z.@_-]" + _CONTROL + rb"{1,8}){4}",
        _CONTROL + rb"{1,8}[A-Za-z0-9._-]{0,24}@",
        rb"@[A-Za-z0-9.-]{1,24}" + _CONTROL + rb"{1,8}[a-z]",
        rb"[0-9A-Za-z@.:_-](?:\x01[^\n]|\x1b\[[0-9;?]{0,16}[A-Za-z])",
    ),
    Carrier.GROUPS: (
        rb"[0-9]-\r?\n[ \t>]{0,8}[0-9]",
        rb"[A-Za-z0-9]@\r?\n[ \t>]{0,8}[A-Za-z]",
        rb"(?i)[0-9]{3}" + _HYPHEN + rb"[0-9]{2,3}" + _HYPHEN + rb"[0-9]{4}",
        rb"\\[A-Za-z]{2,12}\{[0-9(]",
        rb"[0-9]\\[,;:! ][0-9-]",
    ),
    Carrier.MISREAD: tuple(_misread()),
    Carrier.ASKED: (
        rb"\?[ \t\"*]{0,4}\r?\n[ \t]{0,8}[\"*]{0,2}[A-Za-z][A-Za-z ]{0,15}[\"*]{0,2}:[\"*]{0,2}[ \t]{1,4}[0-9(]",
    ),
    Carrier.COLUMN: (rb"(?:" + _LAST + rb"){2}[0-9][.,;|\"')\] \t\r]{0,4}\n",),
    Carrier.CODES: (
        rb"(?:0?[3-9][0-9]|1[0-2][0-9])(?:" + _CALL + rb"[0-9]{2,3}){5}",
        rb"(?:0[3-9][0-9]|1[0-2][0-9]){4}(?:[01][0-9]{2}|2[0-5][0-9]){3}",
        rb"[2-9][0-9A-Fa-f](?:" + _CODE + rb"){6}",
        rb"[01]{6,8}(?:[^0-9A-Za-z\x01]{1,4}(?:0b)?[01]{6,8}){5}",
        rb"[0-9][0-9A-Fa-f]{5,7}:?[ \t]{1,3}[0-9A-Fa-f]{2,4}[ \t]{1,2}[0-9A-Fa-f]{2,4}[ \t]{1,2}[0-9A-Fa-f]{2,4}",
    ),
}
"""The alternatives of each carrier."""
