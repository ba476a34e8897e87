"""User text made safe for where it is shown: names and sentences of a specification are data, never markup."""

from __future__ import annotations

import re
import unicodedata

# Control characters (terminal escapes among them), line separators, and the bidirectional overrides that make text read
# otherwise than it is written (CVE-2021-42574, "Trojan Source").
_BIDI = set("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# Every punctuation character may be escaped with a backslash [CommonMark 0.31, section 2.4].
_MARKDOWN = re.compile(r"([\\`*_{}\[\]()#+!|~$-])")


def visible(text: str) -> str:
    """One line in which every character that could act is shown as its code instead, for example `<U+001B>`."""
    return "".join(_shown(character) for character in text)


def _shown(character: str) -> str:
    if character in "\n\r\t\u2028\u2029":
        return " "
    if character in _BIDI or unicodedata.category(character) in {"Cc", "Cs"}:
        return f"<U+{ord(character):04X}>"
    return character


def markdown(text: str) -> str:
    """Text for a Markdown cell: no HTML, formatting, table border, mention of a user, link or issue number in it."""
    safe = visible(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    # The separators of addresses are written as entities so that GitHub links neither mentions nor bare URLs.
    return _MARKDOWN.sub(r"\\\1", safe).replace("@", "&#64;").replace("://", "&#58;//").replace("www.", "www&#46;")


def count(number: int, noun: str, plural: str | None = None) -> str:
    """`1 zone`, `2 zones`, `1,200 resources`."""
    return f"{number:,} {noun if number == 1 else plural or noun + 's'}"


def urn_name(urn: str) -> str:
    """The last part of a URN's type with the logical name, `SecurityGroup clinic-intake`; other text as it is."""
    parts = urn.split("::")
    if len(parts) < 4 or not urn.startswith("urn:pulumi:"):
        return urn
    kind = parts[2].rpartition("$")[2].rpartition(":")[2]
    return f"{kind} {'::'.join(parts[3:])}"
