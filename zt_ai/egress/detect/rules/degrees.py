"""(A) Names of persons before a degree or a licence: `Omari Jeffers DPT`, `R. Oyelaran, PGY-3`."""

from __future__ import annotations

import re

from zt_ai.egress.detect import person
from zt_ai.egress.detect.rule import Rule, matching
from zt_ai.egress.detect.rules.known_names import FULL

_CREDENTIAL = (
    r"(?:M\.?D|D\.?O|R\.?N|N\.?P|P\.?A(?:-C)?|Ph\.?D|Pharm\.?D|DDS|DMD|DPM|LPN|CNA|FNP(?:-\w+)?|CNM|MBBS|FACP|"
    r"FACS|LCSW|LISW|LMFT|CRNA|APRN|ARNP|DNP|RPh|BSN|MSN|PsyD|DPT|OD|CNP|LVN|RDMS|RRT|AuD|PGY-?[1-9])\b"
)
_WITHOUT_COMMA = "DO|RN|NP|DDS|DMD|LPN|LVN|PharmD|PhD|PsyD|APRN|CNM|CNP|CRNA|LCSW|LISW|LMFT|AuD|RDMS|RRT|DPT"
"""Degrees that are no abbreviation of a state, as MD and PA are."""


def _with_degree(match: re.Match[str]) -> bool:
    """Whether a name stands before a degree; without a comma between, every word of it must be one of a name."""
    if match["v"]:
        return match["v"].split()[0] not in person.STOP
    words = [word for word in re.split(r"[ .]+", match["w"]) if len(word) > 1]
    free = all(
        word not in person.STOP and word[0].isupper() and not word.isupper() for word in words if word[0].isupper()
    )
    return free and len(words) > 1 and any(person.case(word) in person.ANY_NAME or "-" in word for word in words)


RULES: tuple[Rule, ...] = (
    Rule(
        id="name.credentials",
        kind="name",
        source="45 CFR 164.514(b)(2)(i)(A): a name before a degree",
        triggers=(),
        literals=tuple(
            f"{comma}{degree}"
            for comma in (", ", ",")
            for degree in "MD|M.D|DO|D.O|RN|R.N|NP|N.P|PA|P.A|PhD|Ph.D|PharmD|Pharm.D|DDS|DMD|DPM|LPN|CNA|FNP|CNM|MBBS|"
            "FAC|LCSW|CRNA|APRN|ARNP|DNP|RPh|BSN|MSN|PsyD|DPT|OD|LISW|LMFT|CNP|LVN|RDMS|RRT|AuD|PGY".split("|")
        )
        + tuple(f" {degree}" for degree in _WITHOUT_COMMA.split("|")),
        spans=matching(
            rf"(?<![\w.-])(?P<v>{FULL})(?=, ?{_CREDENTIAL})|(?<![\w.-])(?P<w>{FULL})(?= (?:{_WITHOUT_COMMA})(?![\w/-]))",
            _with_degree,
        ),
        before=60,
        after=12,
        rank=2,
        positives=(
            "«Omari Jeffers» DPT, lic.",
            "Certifier: «Laurel Whitaker-Boone» DO, lic",
            "— «R. Oyelaran», PGY-3",
            "«Jane Doe», MD",
            "«Ikenna B. Obi», PA-C",
            "«Lars de Berg», RN",
        ),
        negatives=(
            "The patient, MD aware",
            "The Center, RN line",
            "Call Charge RN, Night Shift RN, Primary RN",
            "Patients DO NOT need it. Please DO call",
        ),
    ),
)
