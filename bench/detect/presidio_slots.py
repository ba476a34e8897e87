"""What stands in the slots of presidio-evaluator's templates, and what of it Safe Harbor calls an identifier."""

from __future__ import annotations

import re
from collections.abc import Iterator

from bench.detect.fillers import Piece, Scene
from bench.detect.identities import Identity, someone

SLOT = re.compile(r"\{\{(\w+)\}\}")
# Larger than a state, or about nobody: no identifiers, and not counted as false alarms either.
LARGE = {
    "country": ("France", "Mexico", "Canada", "Japan", "Nigeria", "United States", "India"),
    "nationality": ("French", "Mexican", "Canadian", "Japanese", "Nigerian", "American", "Indian"),
    "nation_woman": ("Frenchwoman", "Mexican", "Canadian"),
    "nation_plural": ("Frenchmen", "Mexicans", "Canadians"),
    "organization": ("Acme Logistics", "Northwind Traders", "Globex", "Contoso Bank", "Initech"),
    "job": ("nurse", "teacher", "welder", "Software engineer", "accountant"),
    "prefix": ("Dr.", "Mr.", "Mrs."),
    "prefix_male": ("Mr.", "Dr."),
    "prefix_female": ("Mrs.", "Ms."),
    "state_abbr": ("OH", "TX", "CA"),
    "day_of_week": ("Monday", "Friday"),
    "year": ("1998", "2016", "2021"),
}
SAME = {
    "credit_card_number": "card", "phone_number": "phone", "iban": "iban", "ssn": "ssn", "us_driver_license": "driver",
    "date_of_birth": "dob", "date_time": "date",
}  # fmt: skip


def fill(template: str, scene: Scene) -> Iterator[Piece]:
    """The pieces of a template; each slot is filled with another identity, as presidio-evaluator does."""
    dice = scene.dice
    for position, part in enumerate(SLOT.split(template)):
        if not position % 2:
            if part:
                yield Piece(part)
        elif part in SAME:
            yield from scene.fill(SAME[part])
        elif part == "age":
            # Most ages are no identifiers: only those above 89 are.
            yield from scene.fill(dice.choice(("age", "age90")))
        elif part in LARGE:
            yield Piece(dice.choice(LARGE[part]))
        elif part == "ip_address":
            yield from scene.fill(dice.choice(("ip", "ip", "ip", "ipv6")))
        elif part == "url":
            yield from scene.fill("url_patient")
        elif part == "address":
            who = someone(scene.people, dice)
            yield from (
                scene.fill("address")
                if dice.random() < 0.5
                else (Piece(f"{who.street}, {who.city} {who.zip}", "address"),)
            )
        else:
            yield from _of_identity(part, someone(scene.people, dice), scene)


def _of_identity(slot: str, who: Identity, scene: Scene) -> Iterator[Piece]:
    if slot == "email":
        user = "".join(c for c in f"{who.first}{who.last}" if c.isascii() and c.isalnum())
        yield Piece(f"{user}@{scene.dice.choice(('armyspy.com', 'teleworm.us', 'gmail.com'))}", "email")
    elif slot.startswith("first_name"):
        yield Piece(who.first, "name")
    elif slot.startswith("last_name"):
        yield Piece(who.last, "name")
    elif slot.startswith("name") or slot == "person":
        yield Piece(f"{who.first} {who.last}", "name")
    elif slot == "city":
        yield Piece(who.city, "location")
    elif slot in ("zipcode", "postcode"):
        yield from scene.fill("zip")
    elif slot == "building_number":
        yield Piece(str(scene.dice.randint(2, 9999)))
    elif slot == "street_name":
        yield Piece(re.sub(r"^\W*\d+\S*\s+|\s+\d+\S*$", "", who.street), "address")
    elif slot == "secondary_address":
        yield Piece(scene.dice.choice(("Apt. 12", "Suite 300", "Unit 5")))
    else:
        raise ValueError(f"nothing fills presidio-evaluator's {{{{{slot}}}}}")
