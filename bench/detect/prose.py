"""Recall on identifiers in prose and in unusual forms: `python -m bench.detect.prose [check]`. Development material.

`templates/prose.txt` is what rules are made by, `templates/prose-check.txt` shows whether they carry over to other
sentences; `templates/prose-harmless.txt` holds numbers that name nobody. None of them is part of the figures.
"""

from __future__ import annotations

import random
import re
import sys
from collections import defaultdict
from collections.abc import Iterator

from bench.detect.corpus import TEMPLATES
from bench.detect.identifiers import letters
from zt_ai.egress.detect import Detectors
from zt_ai.spec.types import DetectorSet

MASKS = {
    "mrn": "######## ####### 0###### @###### @@###### ###-###-### E##### H-###### ##-##-#### M##########",
    "enc": "######### ########## E-###### ENC####### ####-##### VN###### H########### @@#######",
    "acc": "S##-#### ##-S-##### RAD####### ACC-###### 2########## @@##-##### ##-####-### MR######## L#######",
    "subj": "###-### ####-### SUBJ#### P-#### R#### ##-#### @@@-###-#### S###### ######",
    "dev": "@@###### ######## @@@#####@ SN###### ##-#####-# @#@###### ####@####",
}
"""Forms of values: `#` a digit, not zero at the front, `@` a capital letter."""
STATES = ("MA", "OH", "TX", "CA", "GA", "WA", "NY", "OR", "IN")
NAMES = ("Massachusetts", "Ohio", "Texas", "New York", "Washington", "North Carolina")
CITIES = ("Boston", "Cleveland", "Houston", "Fresno", "Albuquerque", "Spokane", "Sacramento")
WORDS = ("ninety-three", "ninety one", "ninety", "one hundred and two", "one hundred one", "Ninety-five")
SLOT = re.compile(r"\{(\w+)\}")
COPIES = 12


def value(slot: str, dice: random.Random) -> str:
    """A text for a slot."""
    if slot in MASKS:
        mask = dice.choice(MASKS[slot].split())
        made = "".join(letters(dice, 1) if c == "@" else c for c in mask)
        return re.sub("#", lambda match: str(dice.randint(1 if match.start() == 0 else 0, 9)), made)
    number = f"{dice.randint(10, 994):03}{dice.randint(0, 99):02}"
    return {
        "age": lambda: str(dice.randint(90, 104)),
        "age2": lambda: str(dice.randint(90, 99)),
        "ageword": lambda: dice.choice(WORDS),
        "zip": lambda: number,
        "zip4": lambda: f"{number}-{dice.randint(1000, 9999)}",
        "sc": lambda: dice.choice(STATES),
        "state": lambda: dice.choice(NAMES),
        "city": lambda: dice.choice(CITIES),
    }[slot]()


def lines(name: str) -> Iterator[tuple[str, str]]:
    """Kind and template of each line of a file."""
    kind = ""
    for line in (TEMPLATES / f"{name}.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("== "):
            kind = line[3:]
        elif line and not line.startswith("#"):
            yield kind, line.replace("\\n", "\n").replace("\\t", "\t")


def main() -> None:
    """Print recall by kind with the templates that are missed, and what is flagged of the harmless lines."""
    name = next((f"prose-{part}" for part in ("check", "forms") if part in sys.argv), "prose")
    detectors = Detectors.of((DetectorSet.SAFE_HARBOR, DetectorSet.HEALTHCARE_IDS))
    found: dict[str, list[bool]] = defaultdict(list)
    named: dict[str, int] = defaultdict(int)
    for kind, template in lines(name):
        lost: list[str] = []
        for copy in range(COPIES):
            dice = random.Random(f"{template} {copy}")  # noqa: S311 - the same each time
            text, spans = "", []
            for place, part in enumerate(SLOT.split(template)):
                piece = value(part, dice) if place % 2 else part
                if place % 2 and part not in ("city", "sc", "state"):
                    spans.append((len(text), len(text) + len(piece)))
                text += piece
            findings = detectors.scan(text).findings
            for start, end in spans or [(0, len(text))]:
                seen = sum(max(min(end, f.end) - max(start, f.start), 0) for f in findings)
                found[kind].append(seen * 2 > end - start)
                named[kind] += any(f.type == kind and f.start < end and start < f.end for f in findings)
                if not found[kind][-1]:
                    lost.append(text)
        if lost and "quiet" not in sys.argv:
            print(f"{kind:<14}{len(lost):>3}  {lost[0]!r}")
    for kind, hits in found.items():
        print(f"{kind:<14} {sum(hits) / len(hits):.3f} of {len(hits)} (as what it is {named[kind] / len(hits):.2f})")
    flagged = 0
    for _, line in lines("prose-harmless"):
        alarms = [f"{line[f.start : f.end]} ({f.detector})" for f in detectors.scan(line).findings]
        flagged += bool(alarms)
        if alarms:
            print(f"false alarm: {line!r}: {', '.join(alarms)}")
    print(f"harmless lines flagged: {flagged} of {len(list(lines('prose-harmless')))}")


if __name__ == "__main__":
    main()
