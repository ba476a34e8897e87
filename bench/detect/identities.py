"""People who do not exist: presidio-evaluator's synthetic identities, read from wherever that package is installed."""

from __future__ import annotations

import csv
import random
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ENGLISH = frozenset({"American", "English", "Australian", "Scottish"})


@dataclass(frozen=True, slots=True)
class Identity:
    """One synthetic person with an address. Fields as in the fake name generator that made them."""

    first: str
    middle: str
    last: str
    female: bool
    street: str
    city: str
    zip: str
    country: str
    name_set: str

    @property
    def english(self) -> bool:
        """Whether the name is one of an English-speaking country."""
        return self.name_set in ENGLISH


@cache
def identities(raw_data: Path, held_out: bool) -> tuple[Identity, ...]:
    """Half of the identities in `raw_data`: those with an odd number are held out.

    Raises:
        FileNotFoundError: presidio-evaluator is not installed there.
    """
    file = next(raw_data.glob("FakeNameGenerator.com_*.csv"), None)
    if file is None:
        raise FileNotFoundError(f"no synthetic identities in {raw_data}")
    with file.open(encoding="utf-8-sig", newline="") as stream:
        return tuple(
            Identity(
                row["GivenName"],
                row["MiddleInitial"],
                row["Surname"],
                row["Gender"] == "female",
                row["StreetAddress"],
                row["City"],
                row["ZipCode"],
                row["Country"],
                row["NameSet"],
            )
            for row in csv.DictReader(stream)
            if int(row["Number"]) % 2 == held_out
        )


def someone(people: tuple[Identity, ...], dice: random.Random, *, english: float = 0.6) -> Identity:
    """Anybody, with a share of names from English-speaking countries that is at least `english`."""
    if dice.random() < english:
        people = tuple(person for person in people if person.english)
    return dice.choice(people)
