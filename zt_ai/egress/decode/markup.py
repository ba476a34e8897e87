"""What a page, a terminal or a typesetter shows of a text with marks in it: tags, escapes, invisible controls.

Two ways, since both are how people write identifiers: marks inside a number or a word vanish (`536<b>-22</b>`), and
marks between a label and its value are a blank, a cell or a line (`<td>SSN</td><td>536228714</td>`), as a browser
shows them [HTML Living Standard, section 15.3, "Non-replaced elements"].
"""

from __future__ import annotations

import re
from functools import lru_cache

from zt_ai.egress.decode.unicode import Edit

_TAG_OF_ANY = r"(?:<!--.{0,2000}?-->|<\?[^<>]{0,200}\?>|<!\[CDATA\[|\]\]>|</?[A-Za-z][^<>]{0,2000}>)"
_INSIDE = (
    re.compile(rf"[0-9-]({_TAG_OF_ANY}+|[*_`~]{{1,3}}|\[/?[A-Za-z]{{1,8}}\])(?=[0-9-])"),
    re.compile(
        r"[0-9-](\s?</?(?:td|th|tr|li|div|p|br|span|b|i)\b[^<>]{0,80}>(?:\s*</?[A-Za-z][^<>]{0,80}>){0,4}\s?)(?=[0-9-])"
    ),
    # Inside a word, only what leaves it one word.
    re.compile(
        r"[A-Za-z0-9@._+-]((?:</?(?:b|i|u|s|em|strong|span|wbr|font|a|code|mark|small|sub|sup|tspan|q)\b[^<>]{0,200}>"
        r"|<!--.{0,200}?-->|\*\*|~~)+)(?=[A-Za-z0-9@._+-])"
    ),
)


def markup(text: str) -> list[Edit]:
    """Tags, comments and marks of emphasis inside a number or a word."""
    found = [(*match.span(1), "") for pattern in _INSIDE for match in pattern.finditer(text)]
    found.sort()
    return [edit for number, edit in enumerate(found) if not number or edit[0] >= found[number - 1][1]]


# A row begins and cells are parted as in a table of Markdown, which the detectors of tables read.
_LINES = frozenset({"tr", "br", "p", "div", "li", "ul", "ol", "dl", "h1", "h2", "h3", "h4", "h5", "h6", "table", "hr"})
_CELLS = frozenset({"td", "th"})
_BLANKS = frozenset({"dt", "dd", "label", "option", "text", "section", "input", "select", "button", "caption"})
_TAGS = re.compile(
    r"\s*(?:<!--.{0,2000}?-->|<!\[CDATA\[|\]\]>|</?[A-Za-z][A-Za-z0-9:-]{0,30}(?:[\s/][^<>]{0,2000})?>\s*)+"
)
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9:-]{0,30})([^<>]*)>")
_VALUE = re.compile(r"(?i)\bvalue\s{0,3}=\s{0,3}(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'>]+))")


def rendered(text: str) -> list[Edit]:
    """All tags, as what they look like: nothing, a blank, a cell, a new line."""
    return [(match.start(), match.end(), _shown(match[0])) for match in _TAGS.finditer(text)]


@lru_cache(maxsize=1 << 12)
def _shown(tags: str) -> str:
    line = cell = False
    blank = tags[0].isspace() or tags[-1].isspace()
    typed = ""
    for match in _TAG.finditer(tags):
        closing, name = match[1], match[2].lower()
        if name in _CELLS:
            cell = True
        elif name in _LINES:
            line = True
        elif name in _BLANKS:
            blank = True
            if name == "input" and not closing:
                value = _VALUE.search(match[3])
                typed += " " + next((one for one in value.groups() if one is not None), "") if value else ""
    if line:
        return typed + ("\n| " if cell else "\n")
    return typed + (" | " if cell else " " if blank else "")


_CONTROL = re.compile(r"\x1b\[[0-9;?]{0,20}[A-Za-z]|[\x00\x02-\x08\x0b\x0c\x0e-\x1f\x7f]+|\x01(?!\n)")


def controls(text: str) -> list[Edit]:
    """Control characters, and what a terminal takes for colours [ECMA-48, section 5.4]: nobody sees them."""
    return [(match.start(), match.end(), "") for match in _CONTROL.finditer(text)]


# What stands for the hyphens of a number in groups. Not commas, colons, bars and the like: these part values of lists.
_HYPHEN = re.compile(
    r"\s{0,3}(?:[-~_]{1,3}|\{-{1,3}\}|\$-\$|\[-\]|\\+-|\(?\b(?:dash|hyphen|minus)\b\)?|\\text(?:en|em)dash(?:\{\})?)\s{0,3}"
    r"|[^\x00-\x7f]{1,2}|\\+|\.{3}",
    re.IGNORECASE,
)
_GROUPS = re.compile(r"(?<![0-9])[0-9]{3}([^0-9,;:|/\x01]{1,16})[0-9]{2,3}\1[0-9]{4}(?![0-9])")
# Each begins with a mark that is rare in a text: the search for it is quick. A line that was broken behind a hyphen or
# an `@`, quoted or indented; a thin space; a command around digits.
_GONE = (
    re.compile(r"-(\r?\n[ \t>]{0,8})(?=[0-9])"),
    re.compile(r"@(\r?\n[ \t>]{0,8})(?=[A-Za-z])"),
    re.compile(r"(\\[,;:! ])(?=[0-9-])"),
)
_COMMAND = re.compile(r"\\[A-Za-z]{2,12}\{([0-9() .-]{1,24})\}")


_MISREAD = re.compile(r"(?<![0-9A-Za-z-])[0-9OolI]{3}([-. ])[0-9OolI]{2,3}\1[0-9OolI]{4}(?![0-9A-Za-z-])")
_AS_DIGITS = str.maketrans("OolI", "0011")


def misread(text: str) -> list[Edit]:
    """Letters that text recognition and people take for digits, at most three of a number in groups: `536-22-87l4`."""
    found: list[Edit] = []
    for match in _MISREAD.finditer(text):
        digits = sum(char.isdigit() for char in match[0])
        if digits < len(match[0]) - 2 and digits >= len(match[0]) - 5:
            found.append((match.start(), match.end(), match[0].translate(_AS_DIGITS)))
    return found


def typeset(text: str) -> list[Edit]:
    """Groups of a number as a typesetter has them: `536 - 22 - 8714`, `536--22--8714`, `\\textbf{536}-22-8714`."""
    found = [(match.start(), match.end(), match[1]) for match in _COMMAND.finditer(text)]
    for pattern in _GONE:
        gone = (match.span(1) for match in pattern.finditer(text) if text[match.start() - 1].isalnum())
        found += [(low, high, "") for low, high in gone]
    for match in _GROUPS.finditer(text):
        low, high = match.span(1)
        if match[1] != "-" and _HYPHEN.fullmatch(match[1]):
            again = text.index(match[1], high)
            found += [(low, high, "-"), (again, again + high - low, "-")]
    found.sort()
    return found


# A question and its answer, as transcripts have them: the label ends one line, the value begins the next.
_ASKED = re.compile(
    r"\?[ \t\"*]{0,4}\r?\n[ \t]{0,8}[\"*]{0,2}[A-Za-z][A-Za-z ]{0,15}[\"*]{0,2}:[\"*]{0,2}[ \t]{1,4}(?=[0-9(])"
)


def asked(text: str) -> list[Edit]:
    """The speaker's name between a question and a number that answers it."""
    return [(match.start() + 1, match.end(), " ") for match in _ASKED.finditer(text)]
