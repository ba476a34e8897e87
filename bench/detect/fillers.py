"""What stands in a template's slots: texts, and which stretches of them are identifiers of which kind."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

from bench.detect import identifiers, places
from bench.detect.formats import FORMATS, dates
from bench.detect.identities import Identity, someone


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a filled slot; `kind` is None for text that identifies nobody."""

    text: str
    kind: str | None = None


class Person:
    """A patient, relative or clinician of one document, named in the ways that records name people."""

    def __init__(self, who: Identity, last: str, first: str) -> None:
        self.first, self.last, self.middle = first, last, who.middle or "J"
        self.title = "Ms." if who.female else "Mr."

    def named(self, form: str) -> str:
        """The name in a form such as `full`, `hl7` or `upper`.

        Raises:
            KeyError: no such form.
        """
        full = f"{self.first} {self.last}"
        return {
            "": full,
            "full": full,
            "first": self.first,
            "last": self.last,
            "middle": f"{self.first} {self.middle}. {self.last}",
            "inverted": f"{self.last}, {self.first}",
            "inverted_middle": f"{self.last}, {self.first} {self.middle}.",
            "inverted_upper": f"{self.last}, {self.first}".upper(),
            "hl7": f"{self.last}^{self.first}^{self.middle}".upper(),
            "upper": full.upper(),
            "lower": full.lower(),
            "initial": f"{self.first[0]}. {self.last}",
        }[form]


class Scene:
    """The people, places and numbers of one document: the same slot names the same person all through it."""

    def __init__(self, people: tuple[Identity, ...], dice: random.Random, held_out: bool) -> None:
        self.people, self.dice, self.held_out = people, dice, held_out
        self._roles: dict[str, Person] = {}
        self._kept: dict[str, list[Piece]] = {}

    def fill(self, slot: str) -> list[Piece]:
        """The pieces for a slot: `role[.form]`, a kind of identifier, or `num`, `dec` and `pick` with arguments.

        A slot that ends in `=NAME` gives the same text wherever it is repeated with that name.

        Raises:
            ValueError: nothing fills such a slot.
        """
        slot, _, name = slot.partition("=")
        if name:
            if name not in self._kept:
                self._kept[name] = self._fill(slot)
            return self._kept[name]
        return self._fill(slot)

    def _fill(self, slot: str) -> list[Piece]:
        word, _, argument = slot.partition(" ")
        role, _, form = word.partition(".")
        if word == "pick":
            return [Piece(self.dice.choice(argument.split("|")))]
        if word == "num":
            low, high = map(int, argument.split("-"))
            return [Piece(str(self.dice.randint(low, high)))]
        if word == "dec":
            low, high = map(float, argument.split("-"))
            return [Piece(f"{self.dice.uniform(low, high):.1f}")]
        if role in ("patient", "doctor", "nurse", "relative", "other", "author"):
            return [Piece(self._person(role).named(form), "name")]
        if role in ("mr", "honorific"):
            return [Piece(self._person("patient").title)]
        if word in self._special:
            return self._special[word]()
        if word in dates(self.held_out):
            return [Piece(dates(self.held_out)[word](self.dice), "date")]
        if word in FORMATS:
            kind, forms = FORMATS[word]
            return [Piece(self.dice.choice(forms[self.held_out])(self.dice), kind)]
        raise ValueError(f"nothing fills {{{{{slot}}}}}")

    def _person(self, role: str) -> Person:
        if role not in self._roles:
            who = someone(self.people, self.dice)
            first, last = who.first, who.last
            if self.dice.random() < 0.25:
                last = self.dice.choice(places.LAST_NAMES[self.held_out])
                first = self.dice.choice(places.FIRST_NAMES[self.held_out])
            self._roles[role] = Person(who, last, first)
        return self._roles[role]

    @cached_property
    def _special(self) -> dict[str, Callable[[], list[Piece]]]:
        return {
            "street": lambda: [Piece(self._street(), "address")],
            "city": lambda: [Piece(self._city()[0], "location")],
            "zip": lambda: [Piece(self._zip(self._city()[2]), "zip")],
            "zip4": lambda: [Piece(f"{self._zip(self._city()[2])}-{identifiers.digits(self.dice, 4)}", "zip")],
            "county": lambda: [Piece(f"{self.dice.choice(places.COUNTIES)} County", "location")],
            "state": lambda: [Piece(self._city()[1])],
            "facility": lambda: [Piece(self._facility(), "facility")],
            "address": self._address,
            "address_lines": lambda: self._address("\n"),
            "address_hl7": self._address_hl7,
            "age90": lambda: [Piece(str(self.dice.randint(90, 104)), "age")],
            "age": lambda: [Piece(str(self.dice.randint(18, 89)))],
            "email": self._email,
            "url_patient": self._url,
        }

    def _city(self) -> tuple[str, str, str]:
        return self.dice.choice(places.CITIES[self.held_out :: 2])

    def _zip(self, start: str) -> str:
        return f"{start}{self.dice.randint(1, 99):02}"

    def _street(self) -> str:
        number = self.dice.choice([self.dice.randint(2, 99), self.dice.randint(100, 9999)])
        street = self.dice.choice(places.STREETS[self.held_out :: 2])
        text = f"{number} {street} {self.dice.choice(places.SUFFIXES[self.held_out])}"
        if self.dice.random() < 0.25:
            unit = self.dice.choice(places.UNITS[self.held_out])
            text += ", " + unit.format(n=self.dice.randint(1, 40), l=self.dice.choice("ABCD"))
        return text

    def _facility(self) -> str:
        return self.dice.choice(places.FACILITIES[self.held_out]).format(
            saint=self.dice.choice(places.SAINTS[self.held_out :: 2]),
            founder=self.dice.choice(places.FOUNDERS[self.held_out :: 2]),
            river=self.dice.choice(places.RIVERS[self.held_out :: 2]),
            city=self._city()[0],
        )

    def _address(self, joint: str = ", ") -> list[Piece]:
        city, state, start = self._city()
        parts = [Piece(self._street(), "address"), Piece(joint), Piece(city, "location"), Piece(f", {state} ")]
        return [*parts, Piece(self._zip(start), "zip")]

    def _address_hl7(self) -> list[Piece]:
        city, state, start = self._city()
        street, city = self._street().upper(), city.upper()
        parts = [Piece(street, "address"), Piece("^^"), Piece(city, "location"), Piece(f"^{state}^")]
        return [*parts, Piece(self._zip(start), "zip")]

    def _email(self) -> list[Piece]:
        person = self._person("patient")
        host = self.dice.choice(
            (("gmail.com", "outlook.com", "aol.com"), ("yahoo.com", "icloud.com", "proton.me"))[self.held_out]
        )
        user = self.dice.choice(
            ("{f}.{l}", "{f}{n}", "{l}_{n}") if not self.held_out else ("{f}-{l}", "{i}{l}{n}", "{l}.{f}+care")
        )
        last, first = (
            "".join(c for c in text.lower() if c.isascii() and c.isalnum()) for text in (person.last, person.first)
        )
        first, last = first or "pat", last or "doe"
        return [Piece(f"{user.format(f=first, l=last, i=first[0], n=self.dice.randint(1, 99))}@{host}", "email")]

    def _url(self) -> list[Piece]:
        code = identifiers.digits(self.dice, 7)
        path = self.dice.choice(
            (
                f"https://portal.{{h}}.org/patients/{code}",
                f"https://{{h}}.com/chart?id={code}",
                f"http://{{h}}.net/p/{code}",
            )
            if not self.held_out
            else (
                f"https://my{{h}}.org/visit/{code}/summary",
                f"www.{{h}}.com/u/{code}",
                f"https://{{h}}.health/r?rec={code}",
            )
        )
        return [Piece(path.format(h=self.dice.choice(places.FOUNDERS[self.held_out :: 2]).lower()), "url")]
