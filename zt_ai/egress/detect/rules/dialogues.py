"""Transcripts: a label at the beginning of a line says who speaks, and what follows is what is said, no name."""

from __future__ import annotations

import re

_LINE = re.compile(r"(?:^|(?<=\n))[ >*_-]{0,4}$")
_SPOKEN = re.compile(
    r"(?im)^[ >*_-]{0,4}(?:patient|pt|doctor|dr|provider|physician|clinician|nurse|pharmacist|therapist|caller|agent|mother|father|"
    r"mom|dad|parent|interpreter|client|dispatcher|medic|operator|assistant|user|attending|resident)(?: ?[0-9A-Z])?\*{0,2}: ?(?P<said>[^\n]*)"
)
_AROUND = 400
"""Characters around a label in which others that speak are looked for."""


def in_dialogue(match: re.Match[str]) -> bool:
    """Whether a label says who speaks, as do others on the lines near it: `Patient: Just the one.`"""
    text, start = match.string, match.start("label")
    if not _LINE.search(text, max(start - 8, 0), start):
        return False
    near = _SPOKEN.findall(text, max(start - _AROUND, 0), start + _AROUND)
    return len(near) > 2 or (len(near) == 2 and any(said.rstrip().endswith(("?", ".", "!")) for said in near))
