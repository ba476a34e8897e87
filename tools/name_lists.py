"""Writes the lists of people's names of the world, from those that Faker's contributors gathered for sixty countries.

They add to `given.txt`, `given_words.txt`, `surnames.txt` and `surnames_words.txt`, which are kept by hand and hold
what is frequent in the United States. Run in a folder of its own environment:

    uv run --no-project --with Faker==40.63.0 --with anyascii==0.3.3 --with english-words==2.0.2 --with spylls==0.1.7 \
        --with wordfreq==3.1.1 python -m tools.name_lists

Faker (MIT) says what is a name, anyascii (ISC) how Cyrillic, Greek, Armenian and Georgian letters are written in Latin
ones, GCIDE and Hunspell's English dictionary what is a word, wordfreq how common a name is in English texts.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Iterator

from anyascii import anyascii
from faker.providers import person as providers
from wordfreq import zipf_frequency

from tools.lists import Words, entries, folded, write
from zt_ai.egress.detect.lists.clinical import BRANDS
from zt_ai.egress.detect.names_lists import EPONYMS, LARGE_PLACES, NOT_NAMES

RARE_GIVEN, RARE_SURNAME, COMMON = 2.5, 2.5, 4.0
"""wordfreq's Zipf scale: what is rarer than the first two is nothing but a name, what is more common than the last
hardly is one."""
OTHERS = frozenset(
    """
    Alcan Coraline Danang Demeter Dunya Erbil Espanol Ganda Goma Hermon Javan Karta Kerman Knorr Laika Lambo Lega Makan
    Maman Merkur Mjolnir Modis Mork Nautica Pantera Pravda Pumbaa Saal Sahin Salud Sango Sante Sapa Sinica Venda Ymir
    Zika
    """.split()
)
"""Places, firms, figures and words of other languages among them."""
LEAST, LEAST_BESIDE = 4, 3
"""Letters that a name has at least, by itself and beside another one."""

_NAME = re.compile(r"[A-Z\u00c0-\u00d6\u00d8-\u00de\u0100-\u017f\u018f\u0218\u021a\u1e00-\u1eff][^\W\d_A-Z]+")
_SPELLED = re.compile(r"[\u0370-\u03ff\u0400-\u052f\u0531-\u058f\u10a0-\u10ff]{3,}")
"""Scripts that are transcribed letter by letter; others leave vowels out or have no letters."""
_GIVEN, _SURNAME = re.compile("first|given|name"), re.compile("last|family|surname|patronym")


def _flat(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list | tuple | set):
        for one in value:
            yield from _flat(one)


def _latin(name: str) -> str:
    if not _SPELLED.fullmatch(name):
        return name
    spelled = anyascii(name).replace("'", "").capitalize()
    # Greek has two letters for one vowel.
    return spelled.replace("oy", "ou") if "\u0370" <= name[0] <= "\u03ff" else spelled


def names() -> tuple[set[str], set[str]]:
    """Given names and surnames of all providers of one word, in Latin letters, also without accents."""
    given: set[str] = set()
    surnames: set[str] = set()
    for module in pkgutil.iter_modules(providers.__path__):
        if not module.ispkg:
            continue
        provider = importlib.import_module(f"{providers.__name__}.{module.name}").Provider
        for key, value in vars(provider).items():
            if re.search("format|prefix|suffix|language", key) or isinstance(value, str):
                continue
            told = surnames if _SURNAME.search(key) else given if _GIVEN.search(key) else None
            if told is not None:
                found = {name for name in map(_latin, _flat(value)) if _NAME.fullmatch(name)}
                told |= found | {folded(name) for name in found if _NAME.fullmatch(folded(name))}
    return given, surnames


def sorted_out(found: set[str], rare: float, words: Words) -> tuple[set[str], set[str]]:
    """The names that mean nothing else, and those that may be a word, a place or a firm too."""
    alone: set[str] = set()
    beside: set[str] = set()
    for name in found:
        small, common = name.lower(), zipf_frequency(name, "en")
        other = small in NOT_NAMES or small in LARGE_PLACES or name in BRANDS or name in OTHERS
        if other or common >= COMMON or len(name) < LEAST_BESIDE:
            continue
        doubtful = words.is_word(small) or folded(small) in EPONYMS or len(name) < LEAST or common >= rare
        if not doubtful:
            alone.add(name)
        elif not words.is_word(small):
            beside.add(name)
    return alone, beside


def main() -> None:
    """Write the four lists."""
    words = Words()
    given, surnames = names()
    known_given = entries("given") | entries("given_words")
    known_surnames = entries("surnames") | entries("surnames_words")
    source = "(Faker, MIT), written by tools/name_lists.py."
    alone, beside = sorted_out(given - known_given, RARE_GIVEN, words)
    write("given_world", f"Given names of the world that mean nothing else in English {source}", alone)
    write("given_world_words", f"Given names of the world that may mean something else {source}", beside)
    alone, beside = sorted_out(surnames - known_surnames, RARE_SURNAME, words)
    write("surnames_world", f"Surnames of the world that mean nothing else in English {source}", alone)
    write("surnames_world_words", f"Surnames of the world that may mean something else {source}", beside)


if __name__ == "__main__":
    main()
