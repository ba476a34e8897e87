"""Runs in the benchmark's own environment, which has Faker: templates in, documents out. Imports nothing of ours.

`python world_child.py LOCALE,LOCALE COPIES` reads a JSON list of templates with slots such as `{name}` and prints one
line of JSON for each document: `{"id": …, "text": …, "spans": [[kind, start, end], …]}`.
"""

from __future__ import annotations

import json
import re
import sys

from faker import Faker

KINDS = {
    "name": "name", "first": "name", "last": "name", "city": "location", "address": "address", "street": "address",
    "phone": "phone", "date": "date", "birth": "date",
}  # fmt: skip

METHODS = {"street": "street_address", "phone": "phone_number", "first": "first_name", "last": "last_name"}
AMERICAN = Faker("en_US")
AMERICAN.seed_instance(1)


def value(faker: Faker, slot: str) -> str:
    """What stands in a slot, as the locale writes it; American where the locale has nothing of the kind."""
    method = METHODS.get(slot, slot)
    if slot == "name":
        return f"{value(faker, 'first')} {value(faker, 'last')}"
    if slot == "birth":
        return str(faker.date_of_birth().strftime("%m/%d/%Y"))
    return str(getattr(faker if hasattr(faker, method) else AMERICAN, method)())


def main() -> None:
    """Fill each template in each locale so many times."""
    templates = json.load(sys.stdin)
    for locale in sys.argv[1].split(","):
        faker = Faker(locale)
        faker.seed_instance(20261130)
        for copy in range(int(sys.argv[2])):
            for number, template in enumerate(templates):
                text, spans = "", []
                for position, part in enumerate(re.split(r"\{(\w+)\}", template)):
                    piece = ", ".join(value(faker, part).splitlines()) if position % 2 else part
                    if position % 2:
                        spans.append([KINDS[part], len(text), len(text) + len(piece)])
                    text += piece
                print(json.dumps({"id": f"{locale}-{number}/{copy}", "text": text, "spans": spans}))


if __name__ == "__main__":
    main()
