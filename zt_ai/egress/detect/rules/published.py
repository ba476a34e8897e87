"""What dates a document, a release or an edition: such a day is nobody's."""

from __future__ import annotations

import re

from zt_ai.egress.detect.context import ahead

_OF_RELEASE = re.compile(
    r"(?<![a-z])(?:(?:version|edition|supersedes|next review)(?: (?:date|dated|of))?|centos|rhel|ubuntu|debian|fedora|windows|macos)"
    r"[ :(]{1,3}$"
)
_EFFECTIVE = re.compile(r"(?:^|[.\n|(;] {0,2})(?:policy |procedure )?effective(?: date)?:? {1,2}$")
_OF_DOCUMENT = re.compile(
    r"(?i)(?<![a-z])(?:supersed\w+|next review|review(?:ed)? (?:annually|every|cycle)|standard operating|sop|this policy|"
    r"policy (?:owner|title)|approved by)(?![a-z])"
)
_AROUND = 240


def of_document(text: str, start: int) -> bool:
    """Whether the words before a date say that it is a document's or a program's.

    `Effective` alone may be an insurance's; it counts where the text around it is a policy's or a procedure's.
    """
    before = ahead(text, start, 40)
    if _OF_RELEASE.search(before):
        return True
    return _EFFECTIVE.search(before) is not None and (
        _OF_DOCUMENT.search(text, max(start - _AROUND, 0), start + _AROUND) is not None
    )
