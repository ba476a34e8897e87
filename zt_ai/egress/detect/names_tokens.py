"""Text into the pieces of words that the model knows: the tokenizer of BERT, lower case, with offsets.

As in Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers" (2018), and the tokenizer that its authors
published with it: accents are taken off, every punctuation mark and Chinese character stands alone, and a word is the
longest known pieces from the left, or unknown as a whole. Symbols such as a degree sign stand alone here too, where
BERT lets them be part of a word: no name has them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

LONGEST = 100
"""Characters of a word; a longer one is unknown to the model, as in training."""

_RUN = re.compile(r"[^\W_](?:[^\W_]|[\u0300-\u036f])*|[^\w\s]|_")


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of a word; offsets count characters of the text."""

    id: int
    start: int
    end: int


class WordPieces:
    """The vocabulary of a model."""

    def __init__(self, vocabulary: Sequence[str]) -> None:
        """`vocabulary`: pieces in the order of their ids; those that continue a word begin with `##`.

        Raises:
            ValueError: it lacks the special pieces.
        """
        self._ids: Mapping[str, int] = {piece: index for index, piece in enumerate(vocabulary)}
        if missing := {"[CLS]", "[SEP]", "[UNK]"} - self._ids.keys():
            raise ValueError(f"the vocabulary lacks {', '.join(sorted(missing))}")
        self.first, self.last = self._ids["[CLS]"], self._ids["[SEP]"]
        self._unknown = self._ids["[UNK]"]

    def tokens(self, text: str, start: int, end: int) -> Iterator[Token]:
        """The tokens of a stretch of a text."""
        for match in _RUN.finditer(text, start, end):
            word = match[0].lower()
            if word.isascii():
                yield from self._split(word, match.start(), match.end(), None)
                continue
            # Without accents a word can be shorter: each letter remembers where it came from.
            letters: list[str] = []
            origins: list[int] = []
            for offset, char in enumerate(match[0]):
                for letter in unicodedata.normalize("NFD", char.lower()):
                    if _alone(letter) and letters:
                        yield from self._split("".join(letters), match.start(), match.end(), origins)
                        letters, origins = [], []
                    if unicodedata.category(letter) not in ("Mn", "Cc", "Cf"):
                        letters.append(letter)
                        origins.append(match.start() + offset)
                    if _alone(letter) and letters:
                        yield from self._split(letter, match.start(), match.end(), origins)
                        letters, origins = [], []
            if letters:
                yield from self._split("".join(letters), match.start(), match.end(), origins)

    def _split(self, word: str, start: int, end: int, origins: list[int] | None) -> Iterator[Token]:
        """Pieces of a word that stands at `start`, or whose letters stand at `origins`."""
        at, pieces = 0, []
        while at < len(word) and len(word) <= LONGEST:
            for stop in range(len(word), at, -1):
                piece = self._ids.get(word[at:stop] if at == 0 else f"##{word[at:stop]}")
                if piece is not None:
                    break
            else:
                break
            first = start + at if origins is None else origins[at]
            last = start + stop if origins is None else origins[stop - 1] + 1
            pieces.append(Token(piece, first, last))
            at = stop
        if at == len(word):
            yield from pieces
        elif origins is None:
            yield Token(self._unknown, start, end)
        else:
            yield Token(self._unknown, origins[0], origins[-1] + 1)


def _alone(char: str) -> bool:
    """Whether the tokenizer sets a character apart: the blocks of CJK ideographs that it names."""
    code = ord(char)
    return (
        0x4E00 <= code <= 0x9FFF or 0x3400 <= code <= 0x4DBF or 0x20000 <= code <= 0x2FA1F or 0xF900 <= code <= 0xFAFF
    )
