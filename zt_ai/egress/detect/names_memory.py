"""What the model said of windows that it has read before. Keeps scores, never text."""

from __future__ import annotations

import os
import threading
from array import array
from collections import OrderedDict
from collections.abc import Sequence
from hashlib import blake2b

Scores = tuple[float, float, float]


class Memory:
    """The most recently used windows, at most `size`. May be used by several threads at once."""

    def __init__(self, size: int) -> None:
        self._size = size
        # Keyed, so that a dump of the process's memory is no dictionary of guessed texts; gone with the process.
        self._secret = os.urandom(32)
        self._known: OrderedDict[bytes, bytes] = OrderedDict()
        self._lock = threading.Lock()

    def key(self, ids: Sequence[int]) -> bytes:
        """A keyed digest of a window's tokens."""
        return blake2b(array("I", ids).tobytes(), key=self._secret, digest_size=16).digest()

    def get(self, key: bytes) -> list[Scores] | None:
        """The scores of the window with this key, None if it is not known (any more)."""
        with self._lock:
            packed = self._known.get(key)
            if packed is None:
                return None
            self._known.move_to_end(key)
        values = array("d", packed)
        return list(zip(values[0::3], values[1::3], values[2::3], strict=True))

    def put(self, key: bytes, scores: Sequence[Scores]) -> None:
        """Remember a window, and forget the one that was not asked for longest."""
        packed = array("d", [value for three in scores for value in three]).tobytes()
        with self._lock:
            self._known[key] = packed
            while len(self._known) > self._size:
                self._known.popitem(last=False)
