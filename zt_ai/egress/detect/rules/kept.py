"""Values of several kinds that are read at once from a window."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence

from zt_ai.egress.detect.rule import Spans

Values = Mapping[str, Sequence[tuple[int, int]]]
"""Start and end of values, by kind."""


class KeptWindows:
    """What was read in the windows of the last text that a thread scanned. Holds places and kinds, never text.

    Rules of several kinds have the same windows: the first that asks reads for all.
    """

    def __init__(self, read: Callable[[str, int, int], Values]) -> None:
        self._read = read
        self._local = threading.local()

    def of(self, kind: str) -> Spans:
        """The spans of one kind."""

        def spans(text: str, low: int, high: int) -> Iterator[tuple[int, int]]:
            mine = self._local.__dict__
            # A string keeps its own hash: the check costs next to nothing.
            name = (id(text), len(text), hash(text))
            if mine.get("name") != name:
                mine.update(name=name, windows={})
            windows: dict[tuple[int, int], Values] = mine["windows"]
            found = windows.get((low, high))
            if found is None:
                found = windows[low, high] = self._read(text, low, high)
            return iter(found.get(kind, ()))

        return spans
