"""Lines that name columns, and what may stand under the names."""

from __future__ import annotations

import re
from collections.abc import Sequence

from zt_ai.egress.detect import person
from zt_ai.egress.detect.records.cells import Cell
from zt_ai.egress.detect.records.headers import PERSONAL, kind_of
from zt_ai.egress.detect.records.values import identifies

TITLE = re.compile(r"[A-Za-z#][\w .#/()'&-]{0,47}")
"""What names a column."""


def _about_patients(names: Sequence[str], kinds: Sequence[tuple[str, bool] | None], *, told: bool) -> bool:
    """Whether a column of patients or of those who care for them, or ages, stand beside another one of persons.

    `told`: the line is a header by what stands between its columns; `Roles: PT, OT, RN` is none.
    """
    persons = sum(kind is not None and kind[0] == "name" for kind in kinds)
    aged = any(kind is not None and kind[0] == "age" for kind in kinds)
    words = _PATIENTS_OR_STAFF if told else _PATIENTS
    return persons > 1 and (aged or any(words.fullmatch(name) for name in names))


_PATIENTS = re.compile(r"(?i)patients?|bab(?:y|ies)|residents?")
_PATIENTS_OR_STAFF = re.compile(rf"{_PATIENTS.pattern}|pts?|rn|md|nurses?|physicians?|anes(?:thesia)?|presenter")


class Header:
    """A line that names columns."""

    def __init__(self, text: str, cells: Sequence[Cell], delimiter: str) -> None:
        self.width, self.delimiter = len(cells), delimiter
        names = [text[a:b] for a, b in cells]
        self.names = frozenset(names)
        kinds = [kind_of(name) for name in names]
        lowered = " ".join(names).lower()
        company = (
            any(kind and kind[1] and kind[0] in PERSONAL for kind in kinds)
            or "birth" in lowered
            or "dob" in lowered
            or ("sex" in lowered or "gender" in lowered)
            or _about_patients(names, kinds, told=delimiter != ",")
        )
        self.columns = [(place, kind[0], kind[1] or company) for place, kind in enumerate(kinds) if kind]
        if sum(kind == "coordinates" for _, kind, _ in self.columns) != 2:
            self.columns = [column for column in self.columns if column[1] != "coordinates"]


# "Please fill in the form": small words among small words are prose, whatever column a comma puts them in.
_PROSE = re.compile(
    r"[A-Za-z][a-z]* (?:[a-z]+ ){0,8}(?:the|is|are|and|in|to|for|it|this|that|with|was|not|be|as) [a-z ]*[.!?]?|(?:\S+ ){8}.*"
)
_WORDED = frozenset(("name", "address", "location", "facility"))


def says(kind: str, value: str, *, sure: bool) -> bool:
    """Whether a value under the name of a column identifies; `sure`: the name needs no look at the value."""
    return (
        identifies(kind, value)
        and (sure or _alone(kind, value))
        and (kind not in _WORDED or not _PROSE.fullmatch(value))
        and (kind != "name" or kind_of(value) is None)
    )


def _alone(kind: str, value: str) -> bool:
    """Whether a value under a weak word looks like what the word may mean."""
    if kind != "name":
        return False
    words = [word for word in re.split(r"[^\w'\u2019-]+", value) if word]
    return 2 <= len(words) <= 5 and all(word[0].isupper() for word in words) and person.likely(words)
